"""An optimal weight that is a quotient of matrices, by numerator and denominator."""

from __future__ import annotations

from collections.abc import Container

import sympy

from theory.algebra import symbolic
from theory.optima.derivation import Derivation
from theory.records.least_written import least_written
from theory.records.statement import OPTIMAL_WEIGHT
from theory.scalars.symbols import d
from theory.text.display import READABLE
from theory.text.formulas import Exposition, Formula, where
from theory.text.latex import glyphs, latex

NUMERATOR, DENOMINATOR = (sympy.MatrixSymbol(name, d, d) for name in "CB")


def of_quotient(found: Derivation, scale: sympy.Expr, taken: Container[str]) -> Exposition | None:
    """The weight ``C B^{-1}`` by its parts, and the risk in the weight; None where it is short.

    ``W B = C`` is the stationarity equation without what is around the weight in all terms. Also
    None where the letters are ``taken``.

    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery import shipped
    >>> from theory.optima.derivation import derive
    >>> found = derive(shipped("anisotropic-aligned").design, pgd)
    >>> print(of_quotient(found, sympy.Integer(1), ()).formulas[0].latex)
    W^\\star = C B^{-1}
    """
    plain = found.plain
    assert plain.quotient is not None
    weight = symbolic.whole(found.weight / scale)
    free = not any(str(symbol) in taken for symbol in (NUMERATOR, DENOMINATOR))
    long = any(glyphs(latex(one)) > READABLE for one in (weight, found.risk))
    if not (free and long) or plain.quotient.one is not None:
        return None
    parts = (
        symbolic.matrix(part, plain.abbreviations)
        for part in (plain.quotient.numerator, plain.quotient.denominator)
    )
    short = glyphs(latex(weight)) <= READABLE
    written = weight if short else sympy.MatMul(1 / scale, NUMERATOR, DENOMINATOR**-1).doit()
    named = () if short else tuple(zip((NUMERATOR, DENOMINATOR), parts, strict=True))
    risk, *match = least_written(plain, scale)
    return Exposition(
        (Formula(OPTIMAL_WEIGHT, written), risk),
        (*where(named), *match, *where(found.definitions)),
        found.steps,
    )
