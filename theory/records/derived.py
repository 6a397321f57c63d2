"""A design of the user's own as a record: nothing is claimed, everything is derived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np
import sympy

from theory.algebra.values import scalar_value
from theory.designs.defined_at import undefined
from theory.designs.descriptions import describe
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.parameter import Parameter
from theory.errors import InputError, Irrational, NotConverged, Underivable
from theory.expositions.assumptions import assumptions, warnings
from theory.expositions.design import exposition
from theory.expositions.names import OPTIMAL_RISK
from theory.expositions.steps import EQUAL_SIZE
from theory.language.files.reading import DesignFile
from theory.limits.leading import Regime
from theory.optima.derivation import Derivation, derive
from theory.optima.equivalence.assumptions import models_are_steps
from theory.optima.limiting import Limit, limit_of
from theory.optima.many_heads import ManyHeads, many_heads
from theory.optima.optimum import Minimum
from theory.optima.sample_weights.weighted import NOT_UNIQUE, Equal, least, weighted
from theory.optima.shifted import Shifted, shifted
from theory.optima.steps.equal import best_equal
from theory.optima.steps.sizes import step_sizes
from theory.records.arguments import named_instance
from theory.records.optima import Optima
from theory.records.statement import Statement
from theory.scalars.arithmetic import FLOATING
from theory.scalars.rational import factored
from theory.scalars.symbols import i
from theory.text.formulas import Exposition
from theory.text.provenance import Provenance


@dataclass(frozen=True, repr=False)
class Derived(Statement):
    """What is derived for a design of one's own.

    Build it with :meth:`of`.

    Parameters
    ----------
    file
        The design, the regimes in which leading terms are taken, and the scale: the prediction is
        ``scale * x' W X' y``, and the weight is one for this convention.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> Derived.of(designs.isotropic_noiseless).risk
    d*(d + 1)/(d + n + 1)
    """

    file: DesignFile

    kind: ClassVar[str] = "derived"

    @classmethod
    def of(cls, what: Design | DesignFile) -> Derived:
        """The record of a design, or of a design file with its limits and its scale."""
        file = what if isinstance(what, DesignFile) else DesignFile(what)
        return cls(
            id=file.design.name,
            title=file.design.title,
            says=(
                "Nothing is claimed. What follows is derived from the design alone, and the "
                "witnesses examine it."
            ),
            provenance=Provenance.DERIVED,
            assumptions=(*assumptions(file.design), *warnings(file.design)),
            file=file,
        )

    @property
    def design(self) -> Design:
        return self.file.design

    @property
    def limits(self) -> tuple[Regime, ...]:
        return self.file.limits

    @property
    def scale(self) -> sympy.Expr:
        return self.file.scale

    @cached_property
    def derivation(self) -> Derivation:
        """What the engine derives for the predictor, without the scale; computed once."""
        return derive(self.design, self.file.predictor)

    @property
    def claimed(self) -> Exposition:
        return Exposition(())

    @cached_property
    def derived(self) -> Exposition:
        return exposition(self.file, self.derivation)

    @property
    def weight(self) -> sympy.Expr:
        if self.file.tied:
            return EQUAL_SIZE
        return self.derivation.weight / self.scale

    @property
    def risk(self) -> sympy.Expr:
        if self.file.tied:
            return OPTIMAL_RISK  # of the best size, which has no formula
        found = self.derivation.plain.scalar
        return self.derivation.risk if found is None else found.value

    @cached_property
    def shifted(self) -> Shifted | None:
        """What comes of the optimum under another law at test; None where there is none."""
        return shifted(self.design, self.file.predictor, self.scale)

    @property
    def test_risk(self) -> sympy.Expr:
        """The risk, under the law at test, of the weight that is optimal in training.

        Covariances stand in it in formal inverses, or in the optimal weight, the symbol ``W_star``
        without a scale. Raises :class:`~theory.errors.Underivable` where there is no other law.

        >>> from theory.language.gallery.designs import isotropic_noiseless
        >>> from theory.designs.law_at_test import with_law_at_test
        >>> Derived.of(with_law_at_test(isotropic_noiseless, n=1)).test_risk.factor()
        d*(d**2 + 2*d*n + d + n**2 + 1)/(d + n + 1)**2
        """
        if self.shifted is None:
            raise Underivable(f"{self.id} has no other law at test")
        return self.shifted.expression

    @property
    def coefficients(self) -> tuple[sympy.Expr, ...]:
        """The best c_0, ..., c_{L-1} of L steps; of one step the factor of a multiple of I.

        Raises :class:`~theory.errors.Underivable` where covariances enter, so that coefficients
        have values only.

        >>> from theory.language.gallery import designs
        >>> Derived.of(designs.isotropic_noiseless).coefficients
        (1/(d + n + 1),)
        """
        found = None if self.file.tied else self.derivation.plain.scalar
        if found is None:
            raise Underivable(
                f"the coefficients of {self.id} have no formula in sizes and parameters alone; "
                "evaluate gives their values"
            )
        return tuple(factored(value / self.scale) for value in found.at)

    @property
    def limit(self) -> sympy.Expr | None:
        """The derived leading term of the risk, in the first regime in which there is one."""
        for regime in self.limits:
            try:
                return self.limit_in(regime).risk.expression
            except Underivable:
                continue
        return None

    def limit_in(self, regime: Regime) -> Limit:
        """The leading terms in one of the regimes.

        Raises :class:`~theory.errors.Underivable` where they cannot be taken, with the reason.
        """
        if self.file.tied:
            raise Underivable("the best size of equal steps has no formula")
        return limit_of(self.design, regime, self.scale, self.file.predictor)

    @property
    def example(self) -> dict[str, Any]:
        n, d = 5, 2
        for share in (Fraction(1, 2), Fraction(1, 4), Fraction(0)):
            at = partial(Parameter.at, share=share, step=Fraction(1))
            values = self.design.scalars(n, d, at)
            values |= {name: [1 + k, 2] for k, name in enumerate(self.design.means)}
            if undefined(self.instance(n=n, d=d, **values)) is None:
                break
        return {"n": n, "d": d, **values}

    def instance(self, *, n: Any = None, d: Any = None, **values: Any) -> Instance:
        """Sizes, scalars and covariances, checked; covariances by their names, in any case."""
        return named_instance(self.design, self.id, n=n, d=d, **values)

    def evaluate(self, *, n: Any = None, d: Any = None, **values: Any) -> Optima:
        """The optima at given sizes, scalars and covariances.

        Exact (Fractions) for exact input, floats otherwise; covariances default to the identity of
        size ``d``.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> from theory.language.gallery import designs
        >>> Derived.of(designs.drifting).evaluate(n=2, d=1).ssm
        Fraction(10, 17)
        """
        return self.optima_at(self.instance(n=n, d=d, **values))

    def _at_test(self, found: Optima, at: Instance) -> Optima:
        """The optima with the risks at test, where there is another law."""
        if self.shifted is None or found.others:
            return found
        price = self.shifted.at(at)
        risk, least = map(at.arithmetic.plain, (price.risk, price.least))
        return replace(found, test_risk=risk, least_at_test=least)

    def optima_at(self, at: Instance) -> Optima:
        """The optima at an instance.

        Raises :class:`~theory.errors.InputError` where one is not defined there.
        """
        problem = undefined(at)
        if problem is not None:
            raise InputError(f"{self.id} is not defined at {at}: {problem}")
        try:
            try:
                return replace(self._at_test(self._optima_at(at), at), at=describe(at))
            except Irrational:  # a root that is not rational at this instance
                there = at.floating
                return replace(self._at_test(self._optima_at(there), there), at=describe(at))
        except ZeroDivisionError as error:
            why = f": {error}" if str(error) else ""
            raise InputError(f"the optimum of {self.id} is not defined at {at}{why}") from error

    def _optima_at(self, at: Instance) -> Optima:
        plain = at.arithmetic.plain
        best = self.derivation.plain.minimum(at)
        one = 1 / scalar_value(self.scale, at.scalars, at.arithmetic)
        form = self.derivation.plain.coefficients
        if form is not None and self.file.tied:
            if not at.exact:
                raise InputError(f"equal steps are certified at exact numbers only, not at {at}")
            equal = best_equal(form, self.derivation.plain.values(at))
            return Optima(float(equal.risk[0]), None, None, None, None, equal=equal)
        if form is not None:
            return _of_steps(best, one, at)
        weight = None if best.others else plain(best.weight * one)
        pgd_risk, steps = plain(best.risk), models_are_steps(self.design).holds
        att = pgd_risk if steps else None
        kind = weighted(self.design)
        many = many_heads(self.design)
        heads = None if many is None else _of_heads(many, at)
        of_pgd = Optima(pgd_risk, weight, att, pgd_risk, att, others=best.others, heads=heads)
        if isinstance(kind, Equal):
            return of_pgd
        try:
            found = least(kind, at)
        except (ZeroDivisionError, NotConverged) as error:
            return replace(of_pgd, wpgd=None, ssm=None, why=str(error))
        omega = tuple(_plain(w) for w in found.omega)
        wpgd = _plain(found.risk)
        ssm = wpgd if steps else None
        of_wpgd = replace(of_pgd, wpgd=wpgd, ssm=ssm, bound=found.bound)
        return replace(of_wpgd, omega=omega) if found.only else replace(of_wpgd, why=NOT_UNIQUE)


def _of_steps(best: Minimum, one: Any, at: Instance) -> Optima:
    """Those of several steps; ``one`` is the inverse of the scale."""
    plain, noise = at.arithmetic.plain, at.design.groups[0].noise ** 2
    drawn = {one.symbol for one in at.design.random}
    found = Optima(plain(best.risk), None, None, None, None, others=best.others)
    if best.others:
        return found
    column, scaled = (plain(c)[:, 0] for c in (best.weight, best.weight * one))
    found = replace(found, coefficients=tuple(scaled), sizes=step_sizes(column))
    alike = len({group.noise for group in at.design.groups}) == 1
    if noise == 0 or noise.free_symbols & {i, *drawn} or not alike:
        return found
    decay = plain(scalar_value(noise, at.scalars, at.arithmetic))
    return found if decay == 0 else replace(found, ridge=step_sizes(column, decay))


def _of_heads(many: ManyHeads, at: Instance) -> Any:
    """Their risk, rounded where it alone is not rational."""
    try:
        return at.arithmetic.plain(many.risk_at(at))
    except Irrational:
        return FLOATING.plain(many.risk_at(at.floating))


def _plain(value: Any) -> Any:
    if isinstance(value, (float, np.floating)):
        return float(value)
    return Fraction(int(value.p), int(value.q))
