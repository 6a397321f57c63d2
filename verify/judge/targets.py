"""Which quantity of a design is meant, as the engine has it."""

from __future__ import annotations

from theory.errors import Underivable
from theory.language.files.reading import DesignFile
from theory.language.formulas.claims import ClaimedFormula
from theory.language.formulas.entries import Component
from theory.language.formulas.quantities import Quantity
from theory.optima.equivalence.assumptions import models_are_steps
from theory.optima.sample_weights.form import quadratic_form
from theory.optima.sample_weights.grouped import group_form
from theory.optima.sample_weights.weighted import Equal, InGroups, InWeights, weighted
from theory.optima.shifted import shifted
from verify.judge.at_test import AtTest
from verify.judge.target import AtWeight, OfCoefficient, OfDescent, Target
from verify.judge.target_weights import OfGroup, OfOmega, OfWeights

MODELS = (Quantity.ATT_RISK, Quantity.SSM_RISK)
WEIGHTED = (Quantity.WPGD_RISK, Quantity.SSM_RISK)
ITERATED = (
    "weight and sample weights are found together by iteration, which bounds the least risk from "
    "above only"
)
"""Why nothing exact is known of them."""


def target(quantity: Quantity, file: DesignFile, weight: ClaimedFormula | None = None) -> Target:
    """The quantity of a design, as the engine has it; its risk at a weight, where one is given.

    Raises :class:`~theory.errors.Underivable` where nothing exact is derived of it.

    >>> from theory.language.gallery import shipped
    >>> target(Quantity.WPGD_RISK, shipped("isotropic-noiseless")).formula
    d*(d + 1)/(d + n + 1)
    """
    if weight is not None:
        return AtWeight(quantity, file, weight)
    if quantity is Quantity.TEST_RISK:
        found = shifted(file.design, file.predictor, file.scale)
        if found is None:
            raise Underivable(f"{quantity.words} is not derived: there is no other law at test")
        return AtTest(quantity, file, found)
    if quantity in MODELS:
        steps = models_are_steps(file.design)
        if not steps.holds:
            raise Underivable(f"{quantity.words} is not derived: {steps.why}")
    if quantity is Quantity.OMEGA:
        return _of_omega(file)
    if quantity in WEIGHTED:
        kind = weighted(file.design)
        if isinstance(kind, InWeights | InGroups):
            return OfWeights(quantity, file, kind)
        if not isinstance(kind, Equal):
            raise Underivable(f"{quantity.words} is not derived: {ITERATED}")
    return OfDescent(quantity, file)


def entry_target(entry: Component, unit: Component | None, file: DesignFile) -> Target:
    """An entry of a quantity, as :func:`target`, in units of another where one is given."""
    if unit is None:
        return OfCoefficient(entry.quantity, file, int(entry.name))
    kind = weighted(file.design)
    if isinstance(kind, Equal):
        kind = InGroups(group_form(file.design))
    if not isinstance(kind, InGroups):
        raise Underivable(f"the best sample weights are not derived: {ITERATED}")
    return OfGroup(entry.quantity, file, kind, entry.name, unit.name)


def _of_omega(file: DesignFile) -> OfOmega:
    kind = weighted(file.design)
    if isinstance(kind, InWeights):
        return OfOmega(Quantity.OMEGA, file, kind, equal=False)
    if isinstance(kind, InGroups):
        raise Underivable(
            "the best sample weights are one for each group of examples, and omega is claimed by "
            "one formula for all of them; claim omega.NAME for each"
        )
    if not isinstance(kind, Equal):
        raise Underivable(f"the best sample weights are not derived: {ITERATED}")
    try:
        found = InWeights(quadratic_form(file.design), None)
    except Underivable:
        found = None
    return OfOmega(Quantity.OMEGA, file, found, equal=True)
