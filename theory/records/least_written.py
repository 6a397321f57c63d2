"""The least risk in the optimal weight, where that is a matrix."""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import substitute
from theory.algebra.polynomials import letter
from theory.algebra.words import D, fixed
from theory.optima.minimisation import Optimum, least_in_weight
from theory.records.statement import OPTIMAL_RISK
from theory.text.formulas import Formula
from theory.text.latex import glyphs, latex
from theory.text.rows import row

IN_ONE_PIECE = 150
"""About how many characters a risk shows that is written in one piece, in several lines."""
MATCH = r"\mathbb{E}\, y \hat{y}"


def least_written(plain: Optimum, scale: sympy.Expr) -> tuple[Formula, ...]:
    """The least risk at an optimal weight for a scale; a long one by the match of label and it.

    The first formula is the risk, and what follows is what it uses.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import shipped
    >>> from theory.optima.derivation import derive
    >>> plain = derive(shipped("task-aligned-general").design, pgd).plain
    >>> least_written(plain, sympy.Integer(1))[0].latex
    'L^\\\\star = M - \\\\mathbb{E}\\\\, y \\\\hat{y}_{W^\\\\star}'
    """
    risk = least_in_weight(plain.polynomial, plain.variable, plain.abbreviations, scale)
    if glyphs(latex(risk)) <= IN_ONE_PIECE:
        return (Formula(OPTIMAL_RISK, risk),)
    constant = symbolic.scalar(plain.polynomial.part(0, plain.variable), plain.abbreviations)
    slope = plain.polynomial.part(1, plain.variable) * sympy.Rational(-1, 2)
    match = substitute(slope, {plain.variable: scale * letter(fixed("V", D, D))})
    return (
        Formula(OPTIMAL_RISK, row(constant, rf" - {MATCH}_{{W^\star}}")),
        Formula(f"{MATCH}_V", symbolic.scalar(match)),
    )
