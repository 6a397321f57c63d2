"""What is derived of a design, as assertions of a challenge."""

from __future__ import annotations

import sympy

from theory.errors import Underivable
from theory.language.files.reading import DesignFile
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.writing import written
from theory.optima.derivation import derive
from theory.optima.sample_weights.grouped import group_form
from theory.scalars.rational import factored
from verify.certificates.challenge import Assertion
from verify.certificates.notation import matrix_text, scalar_text
from verify.certificates.proving import inverted
from verify.judge.judge import Judgement

WithInverses = tuple[Assertion, tuple[str, ...]]
"""An assertion, and the matrices that it takes inverses of."""
Both = tuple[WithInverses, WithInverses]
"""Those of the optimal weight and of its risk."""


def derived_assertions(file: DesignFile, weighted: bool = False) -> Both:
    """What the engine derives, in the convention of the file: the optimal weight, and its risk.

    ``weighted`` of a weight for each group of examples.

    Raises :class:`~theory.errors.Underivable` where there is no formula.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> [one.formula for one, _ in derived_assertions(shipped("isotropic-noiseless"))]
    ['1/(d + n + 1)', 'd*(d + 1)/(d + n + 1)']
    """
    if weighted:
        return _of_groups(file)
    plain, scale = derive(file.design, file.predictor).plain, file.scale
    if plain.sums.entries:
        raise Underivable("the optimum holds a sum over the examples that has no closed form")
    inverses: tuple[str, ...] = ()
    weight: str | tuple[str, ...]
    if file.steps > 1:
        closed = None if plain.coefficients is None else plain.coefficients.closed
        if closed is None:
            raise Underivable("the best coefficients have no formula in sizes and parameters")
        weight = tuple(written(factored(c / scale)) for c in closed.at)
        risk = written(closed.value)
    elif plain.equation is not None:
        raise Underivable("the optimal weight has no formula")
    else:
        own, least = (e.xreplace(file.design.settled) for e in (plain.weight / scale, plain.risk))
        if any(e.has(sympy.zoo, sympy.nan) for e in (own, least)):
            raise Underivable("more than one weight is optimal at the values that parameters have")
        weight = written(own if own.is_Matrix else factored(own))
        risk = written(factored(least))
        inverses = tuple(map(printed, inverted(parse(weight))))
    if plain.quotient is not None and not {*inverses} <= {*file.design.covariances}:
        top, bottom = (
            matrix_text(p, plain.variable, "")
            for p in (plain.quotient.numerator, plain.quotient.denominator)
        )
        factor = "" if scale == 1 else f"({written(scale)})*"
        inverses = (bottom if scale == 1 else f"{factor}({bottom})",)
        weight = f"({top})*({inverses[0]})^-1"
        own = f"{factor}{weight}"
        constant, linear = (
            scalar_text(plain.polynomial.part(k, plain.variable), plain.variable, own)
            for k in (0, 1)
        )
        risk = f"{constant} + ({linear})/2"
    return _exact(weight, risk, inverses)


def _of_groups(file: DesignFile) -> Both:
    """The best weights of the groups, and what they reach."""
    form = group_form(file.design)
    solved = form.system.LUsolve(sympy.Matrix(form.linear)) / file.scale
    return _exact(tuple(written(factored(one)) for one in solved), written(form.risk))


def _exact(weight: str | tuple[str, ...], risk: str, inverses: tuple[str, ...] = ()) -> Both:
    told = (("weight", weight), ("risk", risk))
    (first, second) = (Assertion(*one, Judgement.EXACT.value) for one in told)
    return (first, inverses), (second, inverses)
