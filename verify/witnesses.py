"""The checks, in the order in which they testify, and what they put on trial."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.derived import Derived
from theory.records.equal_predictors import Equivalence
from theory.records.expectation import Expectation
from theory.records.gaussian_moment import MomentStatement
from theory.records.low_rank_risk import LowRankRisk
from theory.records.sample_weights_gain import SampleWeights
from theory.records.statement import Statement
from theory.records.strong_convexity import StrongConvexity
from theory.records.theorem import Theorem
from verify.checks import controls, sampling, training
from verify.checks.check import EXACT, EXACT_CHECKS, Witness, exact_witnesses
from verify.checks.on_trial import OnTrial
from verify.quantities.bounds import Bounds
from verify.quantities.curvature.on_trial import Curvatures
from verify.quantities.equivalence.on_trial import EqualPredictors
from verify.quantities.low_rank.on_trial import LowRank
from verify.quantities.moment.of_text import ClaimedMean, DerivedExpectation
from verify.quantities.moment.on_trial import Moments
from verify.quantities.optimum.claimed import ClaimedOptimum
from verify.quantities.optimum.derived import DerivedOptimum
from verify.quantities.optimum.equal import EqualOnTrial
from verify.quantities.risk_at_weight import RiskAtWeight
from verify.quantities.sample_weights.on_trial import WeightsGain
from verify.quantities.shift.both_laws import BothLaws
from verify.settings import Level

__all__ = [
    "CONTROLS",
    "EXACT",
    "WITNESSES",
    "Witness",
    "class_of",
    "exact_witnesses",
    "subject_of",
]

CONTROLS = controls.NAME
WITNESSES = (
    *EXACT_CHECKS,
    Witness(
        Level.STANDARD,
        "Monte Carlo of what is claimed, on sampled prompts",
        "measurements",
        sampling,
        "measured",
        "draws",
    ),
    Witness(
        Level.STANDARD,
        "trains real models and computes their excess exactly",
        "runs",
        training,
        "measured",
        "restarts",
    ),
    Witness(
        Level.QUICK,
        "wrong claims, each of which has to be refuted",
        "mutants",
        controls,
        "tested",
        "slips",
    ),
)

QUANTITIES: tuple[tuple[Any, Callable[[Any], OnTrial]], ...] = (
    (Equivalence, EqualPredictors.of),
    (MomentStatement, Moments.of),
    (StrongConvexity, Curvatures.of),
    (LowRankRisk, LowRank.of),
    (SampleWeights, WeightsGain.of),
    (Theorem, ClaimedOptimum),
    (ClaimedExpectation, ClaimedMean),
    (Expectation, DerivedExpectation),
)
"""What puts statements of a class on trial."""


def _quantity_of(statement: Statement) -> Callable[[Any], OnTrial]:
    if isinstance(statement, Theorem) and statement.claim.is_bound:
        return Bounds
    if isinstance(statement, Theorem) and statement.claim.at is not None:
        return RiskAtWeight
    if isinstance(statement, Derived) and statement.file.tied:
        return EqualOnTrial
    if isinstance(statement, Derived) and not isinstance(statement, Theorem):
        return DerivedOptimum if statement.design.test is None else BothLaws.of
    return next(quantity for of, quantity in QUANTITIES if isinstance(statement, of))


def subject_of(statement: Statement) -> OnTrial:
    """A statement, put on trial.

    >>> import theory
    >>> type(subject_of(theory.statement("lemma5"))).__name__
    'Moments'
    """
    return _quantity_of(statement)(statement)


def class_of(statement: Statement) -> type[OnTrial]:
    """What holds a statement while it is on trial: its class says which checks apply."""
    return type(subject_of(statement))
