"""What is optimal in training, under another law at test: its risk there, and the price of that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import substitute
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.algebra.values import scalar_value
from theory.algebra.words import ONE, Letter, fixed
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.designs.shift import Shift
from theory.errors import Underivable
from theory.limits.leading import Leading, Regime
from theory.optima.derivation import Derivation, derive
from theory.optima.stationary.spans import tells_apart
from theory.risks.per_example import along_identity
from theory.scalars.ratio import ratio
from theory.scalars.rational import factored

MOST_TERMS = 50
"""Terms of the optimum in training, above and below, up to which its risk at test is written."""
SEVERAL = (
    "several weights are optimal in training, and whether the law at test tells them apart is not "
    "derived; in coordinates of the subspace that features stay in, one alone is optimal"
)


@dataclass(frozen=True)
class Price:
    """The risk at test of what is optimal in training, as numbers.

    Parameters
    ----------
    risk
        That risk.
    least
        The least risk at test, of what is optimal there.
    """

    risk: Any
    least: Any

    @property
    def price(self) -> Any:
        """Their difference: the mean square of the difference of the two predictions at test."""
        return self.risk - self.least


@dataclass(frozen=True)
class Shifted:
    """What is optimal under the law of training, and what is under that at test.

    Parameters
    ----------
    shift
        The law at test.
    training, own
        The optima under both laws; that at test in prompts of ``n`` examples there.
    ratio
        What the scale of the prediction is at test, in units of that in training.
    """

    shift: Shift[Design]
    training: Derivation
    own: Derivation
    ratio: sympy.Expr

    @cached_property
    def polynomial(self) -> TracePolynomial:
        """The risk at test as a polynomial in the weight, in the sizes of the training law.

        Raises :class:`~theory.errors.Underivable` where it holds sums without a closed form.
        """
        plain = self.own.plain
        if plain.sums.entries:
            raise Underivable("a sum over the examples at test has no closed form")
        return plain.polynomial.map_coefficients(self.shift.put)

    @cached_property
    def formula(self) -> sympy.Expr | None:
        """The risk at test in sizes and parameters; None where covariances or such sums enter.

        Fixed vectors enter by their inner products. None as well where it :attr:`is_long`.
        """
        plain = self.training.plain
        best, variables, span = plain.value, plain.variables, plain.span
        if best is None or not self._in_numbers or self.is_long:
            return None
        values = [value * self.ratio for value in best.at]
        if self.of_multiples:
            constant, slope, square = map(self.shift.put, self._line)
            top, bottom = sympy.fraction(*values)  # over one denominator
            above = constant * bottom**2 + slope * top * bottom + square * top**2
            return factored(above / bottom**2)
        # long quotients are put in last, as they would be multiplied out term by term
        marks = tuple(sympy.Dummy() for _ in values)
        if span is not None:
            put = {plain.variable: span.polynomial(marks)}
        else:
            put = {v: mark * identity(v.rows) for v, mark in zip(variables, marks, strict=True)}
        return factored(self.written(put).xreplace(dict(zip(marks, values, strict=True))))

    @property
    def of_multiples(self) -> bool:
        """Whether under both laws some multiple of the identity is optimal."""
        both = (self.training, self.own)
        return all(found.plain.multiple is not None for found in both)

    @cached_property
    def is_open(self) -> bool:
        """Whether weights that are all optimal in training may have several risks at test."""
        plain = self.training.plain
        if not plain.leaves_open or self.own.plain.sums.entries:
            return plain.leaves_open
        return tells_apart(self.polynomial, plain.polynomial, plain.variable)

    @property
    def _in_numbers(self) -> bool:
        """Whether sizes and parameters determine it: no covariances, and no sums without a form."""
        plain, own = self.training.plain, self.own.plain
        others = own.polynomial.letters - {*plain.variables}
        sums = (*plain.sums.entries, *own.sums.entries)
        known = plain.value is not None and not self.is_open
        return known and not sums and all(a.cols == ONE or a.rank is not None for a in others)

    @cached_property
    def is_long(self) -> bool:
        """Whether a formula would be too long to be looked at: the optimum's square stands in it.

        Values are found without one.
        """
        multiple = self.training.plain.multiple
        if multiple is None or not (self.of_multiples and self._in_numbers):
            return False
        found = ratio(multiple.factor)
        return found is not None and len(found.top) + len(found.bottom) > MOST_TERMS

    @cached_property
    def _line(self) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
        """The coefficients of the risk at test of ``w I``, in the sizes at test."""
        return along_identity(self.own.plain.polynomial, self.own.plain.variable)

    @cached_property
    def least(self) -> sympy.Expr | None:
        """The least risk at test, likewise."""
        best = self.own.plain.value
        if best is None or self.own.plain.sums.entries:
            return None
        return factored(self.shift.put(best.value))

    @cached_property
    def price(self) -> sympy.Expr | None:
        """What the shift costs: their difference."""
        if self.formula is None or self.least is None:
            return None
        return factored(self.formula - self.least)

    def leading(self, regime: Regime) -> Leading:
        """The leading term of the risk at test in a regime.

        Raises :class:`~theory.errors.Underivable` where it cannot be taken, with the reason.
        """
        if self.formula is None:
            why = "no formula in sizes and parameters alone"
            why = "too long a formula" if self.is_long else why
            raise Underivable(f"the risk at test has {why}")
        if self.formula == 0:
            raise Underivable("the risk at test is zero, and has no leading term")
        return regime.leading(self.formula)

    def written(self, weights: dict[Letter, MatrixPolynomial]) -> sympy.Expr:
        """The risk at test of weights that are given by other letters."""
        return symbolic.scalar(substitute(self.polynomial, weights))

    @cached_property
    def expression(self) -> sympy.Expr:
        """The risk at test in formal inverses of covariances, or in the optimal weight.

        Raises as :attr:`polynomial` does.
        """
        if self.formula is not None:
            return self.formula
        plain = self.training.plain
        if self.is_open:
            raise Underivable(SEVERAL)
        if plain.coefficients is not None:
            stars = {v: letter(fixed(f"{v.name}_star", v.rows, v.cols)) for v in plain.variables}
            return self.written({v: self.ratio * star for v, star in stars.items()})
        found = self.written({plain.variable: self.ratio * letter(self.star)})
        if plain.multiple is not None and not self.is_long:
            whole = sympy.MatMul(plain.multiple.factor, sympy.Identity(plain.star.rows))
            return found.subs(plain.star, whole).doit()
        return found if plain.quotient is None else found.subs(plain.star, plain.weight)

    @property
    def star(self) -> Letter:
        """The weight that is optimal in training, as a letter."""
        weight = self.training.plain.variable
        return fixed(f"{weight.name}_star", weight.rows, weight.cols)

    def ratio_at(self, at: Instance) -> Any:
        """The ratio of the scales at an instance."""
        return scalar_value(self.ratio, at.scalars, at.arithmetic)

    def weight_at(self, at: Instance) -> Any:
        """What is optimal in training, in its convention without a scale.

        Raises ZeroDivisionError where it is not unique.
        """
        best = self.training.plain.minimum(at)
        if best.others:
            raise ZeroDivisionError(best.others)
        return best.matrix(at)

    def risk_of(self, weight: Any, at: Instance) -> Any:
        """The risk at test of a weight in the convention of training without a scale."""
        return self.own.plain.risk_of(weight * self.ratio_at(at), at.at_test)

    def at(self, at: Instance) -> Price:
        """Risks at test at an instance.

        Raises ZeroDivisionError where the optimum in training is not unique, and
        :class:`~theory.errors.InputError` where there is no prompt at test.
        """
        if at.matrices or (self.formula is None and not self.is_long):
            return self.between(at, at.at_test)
        best = self.training.plain.minimum(at)
        if best.others:
            raise ZeroDivisionError(best.others)
        there = at.at_test  # no matrix is made, as sizes may be large
        if self.formula is not None:
            return Price(scalar_value(self.formula, at.scalars, at.arithmetic), self._least(there))
        weight = best.weight * self.ratio_at(at)
        line = (scalar_value(c, there.scalars, at.arithmetic) for c in self._line)
        constant, slope, square = line
        return Price(constant + (slope + square * weight) * weight, self._least(there))

    def between(self, at: Instance, there: Instance) -> Price:
        """The same by the risk at test as a polynomial, with the instance at test.

        Raises as :meth:`at` does.
        """
        weight = self.weight_at(at) * self.ratio_at(at)
        return Price(self.own.plain.risk_of(weight, there), self._least(there))

    def _least(self, there: Instance) -> Any:
        found = self.own.plain.minimum(there)
        return found.risk


@cache
def shifted(
    design: Design, predictor: Predictor, scale: sympy.Expr = sympy.Integer(1)
) -> Shifted | None:
    """What comes of a design's optimum under its law at test; None where it has no other law.

    ``scale`` is that of the prediction, read with the number of examples at test.

    Raises :class:`~theory.errors.Underivable` as :func:`theory.optima.derivation.derive` does.

    Examples
    --------
    >>> from theory.designs.law_at_test import with_law_at_test
    >>> from theory.designs.predictors import pgd
    >>> from theory.language.gallery.designs import isotropic_noiseless
    >>> from theory.scalars.symbols import n
    >>> longer = with_law_at_test(isotropic_noiseless, n=2 * n)
    >>> shifted(longer, pgd).formula.subs({"n": 4, "d": 2})
    50/49
    >>> shifted(longer, pgd, 1 / n).formula.subs({"n": 4, "d": 2})
    30/49
    """
    if design.test is None:
        return None
    law = design.test
    ratio = factored(law.put(scale) / scale)
    return Shifted(law, derive(design, predictor), derive(law.design, predictor), ratio)
