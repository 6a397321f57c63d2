"""Formulas of a certificate: of what the checker computes with, and of what the engine derives."""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.spectral import EIGENVALUE
from theory.algebra.words import Letter, Word
from theory.errors import Underivable
from theory.language.formulas.writing import written
from theory.scalars.rational import factored
from verify.certificates.checker import Algebra, Sum

ROOT = "√"
"""How the checker's letters for roots begin."""


def letter_text(letter: str) -> str:
    """A letter of a word: a covariance, its root, or an inverse.

    >>> letter_text(ROOT + "Sigma"), letter_text("#1")
    ('sqrt(Sigma)', '#1')
    """
    return f"sqrt({letter[1:]})" if letter.startswith(ROOT) else letter


def product_text(word: Iterable[str]) -> str:
    """A word of letters; the identity for none.

    >>> product_text(("A", ROOT + "B")), product_text(())
    ('A*sqrt(B)', 'I')
    """
    return "*".join(map(letter_text, word)) or "I"


def trace_symbol(word: Iterable[str]) -> sympy.Symbol:
    """The trace of a word, as a symbol that is written as a formula."""
    return sympy.Symbol(f"tr({product_text(word)})")


def divided_text(c: sympy.Expr) -> str:
    """A scalar, divided by one factor after the other, of which each is a letter of the checker's.

    >>> n, d = sympy.symbols("n d")
    >>> divided_text(n / (d + 1)), divided_text(d / (n**2 + 2 * n * d + d**2))
    ('n/(d + 1)', '(d)*(d + n)^-2')
    """
    top, below = sympy.fraction(factored(c))
    number, powers = sympy.factor_list(below)
    if sum(k for _, k in powers) < 2:
        return written(c)
    return "*".join([f"({written(top / number)})", *(f"({written(p)})^-{k}" for p, k in powers)])


def by_matrix(c: sympy.Expr, *matrices: str) -> str:
    """A scalar as it is, and a function of an eigenvalue as one of the matrix that it is of.

    Raises :class:`~theory.errors.Underivable` if it is no polynomial in the matrix and its inverse.

    >>> by_matrix((EIGENVALUE**2 + 2) / EIGENVALUE, "S")
    '(1)*S^1 + (2)*S^-1'
    """
    if EIGENVALUE not in c.free_symbols:
        return written(c)
    (matrix,) = matrices
    top, below = (sympy.Poly(one, EIGENVALUE) for one in sympy.fraction(factored(c)))
    if len(below.terms()) > 1:
        raise Underivable("no polynomial in a matrix and its inverse")
    powers = ((k - below.degree(), e / below.LC()) for (k,), e in top.terms())
    return " + ".join(f"({written(e)})*{matrix}^{k}" for k, e in powers)


def terms_of(found: Sum, algebra: Algebra) -> dict[tuple[str, ...], sympy.Expr]:
    """The words of a matrix of the checker with scalars of SymPy, whose symbols are formulas."""
    total: dict[tuple[str, ...], list[sympy.Expr]] = {}
    for (monomial, word), c in algebra.reduced(found).items():
        number = sympy.Rational(c.numerator, c.denominator)
        factors = (_letter(x, algebra) ** k for x, k in monomial)
        total.setdefault(word, []).append(sympy.Mul(number, *factors))
    return {word: sympy.Add(*parts) for word, parts in total.items()}


def scalar_of(found: Sum, algebra: Algebra) -> sympy.Expr:
    """A scalar of the checker."""
    return terms_of(found, algebra).get((), sympy.Integer(0))


def _letter(x: str, algebra: Algebra) -> sympy.Expr:
    if x in algebra.below:
        return 1 / scalar_of(algebra.below[x], algebra)
    if x in algebra.squares:
        return sympy.Symbol(f"sqrt({written(scalar_of(algebra.squares[x], algebra))})")
    if x.startswith("tr "):
        return trace_symbol(x.split(" ")[1:])
    return sympy.Symbol(x)


def matrix_text(polynomial: MatrixPolynomial, weight: Letter, inside: str) -> str:
    """A matrix of the engine, with a formula in the place of the weight."""
    parts = [
        f"{_factor(scalar_text(c, weight, inside))}*{_word(word, weight, inside)}"
        for word, c in polynomial.sorted_terms()
    ]
    return " + ".join(parts) or "0*I"


def scalar_text(polynomial: TracePolynomial, weight: Letter, inside: str) -> str:
    """A scalar of the engine, with a formula in the place of the weight; each trace has one."""
    parts = []
    for monomial, c in polynomial.sorted_terms():
        traces = []
        for trace in monomial:
            turned = any(f.letter == weight and f.transposed for f in trace.word)
            word = trace.word[::-1] if turned else trace.word  # all other letters are symmetric
            traces.append(f"tr({_word(word, weight, inside)})")
        parts.append("*".join([_factor(written(c)), *traces]))
    return " + ".join(parts) or "0"


def _word(word: Word, weight: Letter, inside: str) -> str:
    names = (f"({inside})" if f.letter == weight else f.letter.name for f in word)
    return "*".join(names) or "I"


def _factor(text: str) -> str:
    return text if text.isidentifier() or text.isdigit() else f"({text})"
