"""A claim to leading order, on trial beside the exact optima that were derived."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, ClassVar

import sympy

from theory.algebra.definitions import expanded
from theory.designs.design import Design
from theory.limits.leading import Regime
from theory.records.leading_order import LimitStatement
from theory.records.leading_order_variants import Variant
from theory.risks.claim import Claim
from theory.scalars.rational import value_at
from theory.scalars.symbols import d
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


FAR, NEAR = 10**12, Fraction(1, 1000)
"""A size at which leading terms are all there is, and how near values are then equal to them."""


@dataclass(frozen=True, eq=False)
class Far:
    """A value at the size FAR; another is equal where both have the same leading term."""

    value: sympy.Expr

    def __eq__(self, other: object) -> bool:
        near = sympy.Rational(NEAR) * abs(self.value)
        return isinstance(other, Far) and bool(abs(self.value - other.value) <= near)


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

    def values(self, random: Random) -> tuple[Any, ...] | None:
        """The claim far out in its regime, to leading order, and the exact optima on trial."""
        table = {c: sympy.Rational(random.randint(1, 9), 4) ** 2 for c in self.regime.constants}
        table[d] = sympy.Integer(FAR)
        table |= {s: value.subs(table) for s, value in self.regime.substitution}
        claims = [expanded(e, self.claim.definitions) for e in (self.claim.weight, self.claim.risk)]
        exact = [e.optimum.values(random) for e in self.exact]
        return (*(Far(value_at(claim, table)) for claim in claims), *exact)


def _optimum(statement: LimitStatement, found: Variant) -> Optimum:
    exact = Claim(found.derivation.weight, found.derivation.risk)
    beside = statement.claim if found.design == statement.design else None
    return Optimum(
        found.design,
        statement.predictor,
        exact,
        found.derivation,
        derived=True,
        approximation=beside,
    )
