"""A claim to leading order, on trial beside the exact optima that were derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from theory.designs.design import Design
from theory.limits.leading import Regime
from theory.records.leading_order import LimitStatement
from theory.records.leading_order_variants import Variant
from theory.risks.claim import Claim
from verify.optimum.subject import Subject as Optimum


@dataclass(frozen=True)
class Exact:
    """A design with its exact optimum, which is on trial too.

    Parameters
    ----------
    variant
        What was derived.
    optimum
        The derived weight and risk as a claim: no other witness but the derivation knows them.
    """

    variant: Variant
    optimum: Optimum

    @property
    def name(self) -> str:
        return self.variant.design.name


@dataclass(frozen=True)
class Subject:
    """A claim on trial.

    Parameters
    ----------
    claim, regime
        The claimed leading-order weight and risk, and where they are claimed.
    about
        The design that the claim is about.
    variants
        Designs for which the claim is compared too.
    exact
        Those of them whose exact optimum is on trial beside the claim.
    general
        The design with general covariances, whose optimum is on trial too.
    """

    claim: Claim
    regime: Regime
    about: Exact
    variants: tuple[Exact, ...]
    exact: tuple[Exact, ...]
    general: Design | None = None

    kind: ClassVar[str] = "limit"

    @staticmethod
    def of(statement: LimitStatement) -> Subject:
        """The subject of a statement."""
        about, *variants = (
            Exact(found, _optimum(statement, found))
            for found in map(statement.variant, statement.designs)
        )
        return Subject(
            statement.claim,
            statement.regime,
            about,
            tuple(variants),
            (about, *variants),
            statement.general,
        )


def _optimum(statement: LimitStatement, found: Variant) -> Optimum:
    exact = Claim(found.derivation.weight, found.derivation.risk)
    return Optimum(found.design, statement.predictor, exact, found.derivation)
