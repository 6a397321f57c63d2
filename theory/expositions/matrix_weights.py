"""An optimal weight that is a matrix, by its parts, and the least risk in it."""

from __future__ import annotations

from collections.abc import Container
from itertools import chain

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import substitute
from theory.algebra.polynomials import letter
from theory.algebra.words import D, fixed
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT
from theory.optima.derivation import Derivation
from theory.optima.minimisation import least_in_weight
from theory.optima.optimum import Optimum
from theory.optima.stationary.equations import positive_scale
from theory.optima.stationary.one_and_two import in_parts
from theory.scalars.symbols import d
from theory.text.display import READABLE
from theory.text.formulas import Exposition, Formula, where
from theory.text.latex import glyphs, latex
from theory.text.rows import row, times

NUMERATOR, DENOMINATOR = (sympy.MatrixSymbol(name, d, d) for name in "CB")
IN_ONE_PIECE = 150
"""About how many characters a risk shows that is written in one piece, in several lines."""
MATCH = r"\mathbb{E}\, y \hat{y}"


def as_quotient(found: Derivation, scale: sympy.Expr, taken: Container[str]) -> Exposition | None:
    """The weight ``C B^{-1}`` by its parts, and the risk in the weight; None where it is short.

    ``W B = C`` is the stationarity equation without what is around the weight in all terms. Also
    None where the letters are ``taken``.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import shipped
    >>> from theory.optima.derivation import derive
    >>> found = derive(shipped("anisotropic-aligned").design, pgd)
    >>> print(as_quotient(found, sympy.Integer(1), ()).formulas[0].latex)
    W^\\star = C B^{-1}
    """
    plain = found.plain
    assert plain.quotient is not None
    weight = symbolic.whole(found.weight / scale)
    free = not any(str(symbol) in taken for symbol in (NUMERATOR, DENOMINATOR))
    long = any(glyphs(latex(one)) > READABLE for one in (weight, found.risk))
    if not (free and long) or plain.quotient.one is not None:
        return None
    short = glyphs(latex(weight)) <= READABLE
    written = weight if short else sympy.MatMul(1 / scale, NUMERATOR, DENOMINATOR**-1).doit()
    parts = ((NUMERATOR, plain.quotient.numerator), (DENOMINATOR, plain.quotient.denominator))
    named = [in_parts(str(name), part, plain.abbreviations) for name, part in parts if not short]
    risk, *match = least_risk(plain, scale)
    return Exposition(
        (Formula(OPTIMAL_WEIGHT, written), risk),
        (*chain.from_iterable(named), *match, *where(found.definitions)),
        found.steps,
    )


def least_risk(plain: Optimum, scale: sympy.Expr) -> tuple[Formula, ...]:
    """The least risk at an optimal weight for a scale; a long one by the match of label and it.

    The first formula is the risk, and what follows is what it uses.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import shipped
    >>> from theory.optima.derivation import derive
    >>> plain = derive(shipped("task-aligned-general").design, pgd).plain
    >>> least_risk(plain, sympy.Integer(1))[0].latex
    'L^\\\\star = M - \\\\mathbb{E}\\\\, y \\\\hat{y}_{W^\\\\star}'
    """
    risk = least_in_weight(plain.polynomial, plain.variable, plain.abbreviations, scale)
    if glyphs(latex(risk)) <= IN_ONE_PIECE:
        return (Formula(OPTIMAL_RISK, risk),)
    constant = symbolic.scalar(plain.polynomial.part(0, plain.variable), plain.abbreviations)
    slope = plain.polynomial.part(1, plain.variable) * sympy.Rational(-1, 2)
    match = substitute(slope, {plain.variable: scale * letter(fixed("V", D, D))})
    share = positive_scale(match.terms.values())
    return (
        Formula(OPTIMAL_RISK, row(constant, rf" - {MATCH}_{{W^\star}}")),
        Formula(row(times(share), f"{MATCH}_V"), symbolic.scalar(share * match)),
    )
