"""Long sums of words in what one example contributes, and what two different ones do together.

A second moment of a sum over n examples is n times that of one, and n (n - 1) times that of two.
"""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import MatrixPolynomial
from theory.scalars.rational import cancelled
from theory.scalars.symbols import n
from theory.text.formulas import Formula
from theory.text.latex import glyphs, latex

ONE_PIECE = 180
"""About how many characters a sum shows that is written in one piece."""

ONE, TWO = r"\text{from each example alone}", r"\text{from two different examples}"


def in_parts(
    name: str, polynomial: MatrixPolynomial, abbreviations: tuple[symbolic.Abbreviation, ...] = ()
) -> tuple[Formula, ...]:
    """A polynomial by its name; a long one that is linear in n as ``one + (n - 1) two``.

    >>> from theory.algebra.polynomials import letter
    >>> from theory.algebra.words import D, symmetric
    >>> S = letter(symmetric("S", D))
    >>> [formula.latex for formula in in_parts("Q", (n + 1) * S @ S)]
    ['Q = (n + 1) S^{2}']
    """
    whole = symbolic.matrix(polynomial, abbreviations)
    numbers = [e for c in polynomial.terms.values() for e in c.terms.values()]
    linear = all(sympy.diff(cancelled(number), n, 2) == 0 for number in numbers)
    one, two = (sympy.MatrixSymbol(f"{name}_{k}", *whole.shape) for k in (1, 2))
    if glyphs(latex(whole)) <= ONE_PIECE or not linear or whole.has(one, two):
        return (Formula(name, whole),)

    first, second = (_at(polynomial, size) for size in (1, 2))
    added = second + (-1) * first
    return (
        Formula(name, sympy.MatAdd(one, (n - 1) * two, evaluate=False)),
        Formula(one, symbolic.matrix(first, abbreviations), note=ONE),
        Formula(two, symbolic.matrix(added, abbreviations), note=TWO),
    )


def _at(polynomial: MatrixPolynomial, size: int) -> MatrixPolynomial:
    """What it is for so many examples."""
    terms = {
        word: c.map_coefficients(lambda number: cancelled(number.subs(n, size)))
        for word, c in polynomial.terms.items()
    }
    return MatrixPolynomial(polynomial.rows, polynomial.cols, terms)
