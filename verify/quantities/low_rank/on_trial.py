"""The least risk of low-rank weights and updates, on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

import sympy
from sympy import MatrixSymbol, Trace

from theory.algebra.definitions import Definitions
from theory.algebra.spectral import EIGENVALUE
from theory.optima.low_rank.eigenvalue_claim import Indices
from theory.optima.low_rank.eigenvalue_claim import rank as r
from theory.optima.low_rank.update import is_increasing
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.arithmetic import fraction
from theory.scalars.rational import is_zero
from verify.checks.on_trial import (
    Break,
    Compared,
    Equality,
    Grid,
    Measurement,
    Mutant,
    Node,
    OnTrial,
    Property,
    TrainingRun,
)
from verify.quantities.low_rank.behaviour import BEHAVIOUR
from verify.quantities.low_rank.eigenbases import (
    Eigenbasis,
    LowRankCase,
    eigenbases,
    random_eigenbasis,
    small_eigenbases,
)
from verify.quantities.low_rank.grids import grids
from verify.quantities.neighbours import neighbours
from verify.settings import Settings

SLIPPED = {
    "total": "the risk of predicting zero",
    "inside": "what a corrected eigenvalue takes off",
    "outside": "what any other eigenvalue takes off",
    "start": "the eigenvalue of the start",
    "definitions": "where",
    "abbreviations": "with",
    "indices": "the corrected ones",
    "count": "how many are corrected",
}
"""The parts of a claim, and what they are called."""
SLIPS = 3
"""About how many slips are made of each formula of the claim."""


@dataclass(frozen=True)
class LowRank(LowRankCase, OnTrial):
    """A claim about the best weight, or update, of rank r.

    That what is derived is least comes from the completed square and the theorem of Eckart and
    Young: special to this quantity, and no check's to see.
    """

    @staticmethod
    def of(statement: LowRankRisk) -> LowRank:
        """That of a statement."""
        return LowRank(statement, statement.claim)

    @property
    def measured(self) -> str:  # type: ignore[override]
        if self.updates:
            return "the risk of the old optimum, and of its best updates of some ranks"
        return "the risk of the best weights of some ranks, and of predicting zero"

    def equalities(self, settings: Settings) -> Iterator[Equality]:
        """What an eigenvalue takes off the risk, inside and outside of the update."""
        claim, statement = self.claim, self.statement
        inside, outside, start = statement.parts
        says = SQUARE + (UPDATES if self.updates else WEIGHTS)
        for name, what, derived in (
            ("total", "the risk of predicting zero", statement.best.total),
            ("inside", "what a corrected eigenvalue takes off", inside),
            ("outside", "what any other eigenvalue takes off", outside),
            ("start", "the weight at the start", start),
        ):
            claimed = _in_traces(claim.written_out(getattr(claim, name)), claim.definitions)
            same = is_zero(_in_traces(derived, statement.definitions) - claimed)
            yield Equality(what, same, says, self._at_small_places)
            says = ""
        matrices = [(k, v) for k, v in claim.definitions if isinstance(k, MatrixSymbol)]
        same = all(pair in statement.definitions for pair in matrices)
        yield Equality("the definitions of matrices", same, nodes=self._at_small_places)
        yield Equality(
            "which eigenvalues are corrected", self._indices(), nodes=self._at_small_places
        )

    def _indices(self) -> bool:
        """Whether the claim singles out the eigenvalues that gain most."""
        claim = self.claim
        if claim.count != r or self.any_set:
            return bool(claim.count == r)
        inside, outside, _ = self.statement.parts
        gain = (inside - outside).subs(claim.eigenvalues[0][0], EIGENVALUE)
        single = len(claim.eigenvalues) == 1
        return single and claim.indices is Indices.LARGEST and is_increasing(gain)

    def _at_small_places(self, random: Random) -> Iterator[Node]:
        for at in small_eigenbases(self.statement, random):
            yield Node(at, self.derived_beside(at))

    def derived_beside(self, at: Eigenbasis) -> Iterator[Compared]:
        """Start and risks of all ranks, derived and claimed."""
        start = self.statement.start_at(at.at)
        same = at.weight(self.claimed_start(at)) == start
        yield Compared("the start is not the derived one", at, start, "-", bool(same))
        for rank in range(at.at.d + 1):
            what = f"derived and claimed risk differ for r = {rank}"
            yield Compared(what, at, self.least(at.at, rank), fraction(self.claimed(at, rank)))

    def grids(self, settings: Settings) -> Iterator[Grid]:
        return grids(self, Random(settings.seed))

    def properties(self, settings: Settings) -> dict[str, Property]:
        places = eigenbases(self.statement)
        return {
            name: Property(places, partial(compared, self))
            for name, (compared, applies) in BEHAVIOUR.items()
            if applies(self)
        }

    def measurements(self, settings: Settings) -> Iterator[Measurement]:
        from verify.quantities.low_rank.numeric import measurements

        return measurements(self, settings)

    def runs(self, settings: Settings) -> Iterator[TrainingRun]:
        from verify.quantities.low_rank.numeric import runs

        return runs(self, settings)

    def values(self, random: Random) -> tuple[Any, ...]:
        """The claimed risk of every rank, and the claimed start, at random eigenvalues."""
        sizes = random.randint(2, 4), random.randint(2, 3)
        at = random_eigenbasis(self.statement, *sizes, random, 50)
        risks = [self.claimed(at, rank) for rank in range(at.at.d + 1)]
        return *risks, *self.claimed_start(at)

    def mutants(self) -> Iterator[Mutant]:
        for name, claim in neighbours(self.claim, SLIPPED, most=SLIPS):
            yield Mutant(name, replace(self, claim=claim))

    def breaks(self) -> Iterator[Break]:
        """An old covariance that does not commute with the new one: eigenvalues are no pairs."""
        statement = self.statement
        if statement.old is None:
            return
        new, old = statement.task.lower(), statement.old.lower()
        given: dict[str, Any] = {"n": 2, "sigma": 1, new: [[2, 0], [0, 1]]}
        places = [
            statement.instance(**given, **{old: rows})
            for rows in ([[1, 1], [1, 3]], [[3, 1], [1, 1]])
        ]
        risks = [self.least(at, 1) for at in places]
        one, other = (str(v if isinstance(v, sympy.Expr) else fraction(v)) for v in risks)
        yield Break(
            "covariances that do not commute",
            risks[0] != risks[1] and self.claim.risk_at(places[0], 1) is None,
            "where old and new covariance do not commute, equal eigenvalues leave room for "
            "different least risks, and the claim is silent; the derived formula covers this case",
            {"at": str(places[0]), "and_at": str(places[1]), "least": one, "and_least": other},
        )


SQUARE = (
    "the risk exceeds the optimal one by a squared distance to the optimal weight, so Eckart and "
    "Young's theorem gives the least risk of "
)
WEIGHTS = "weights of rank r; what each eigenvalue takes off it equals the claim"
UPDATES = (
    r"updates of rank r, for any two task covariances; where $\Sigma$ and "
    r"$\Sigma_{\mathrm{old}}$ commute, what each eigenvalue takes off it equals the claim"
)


def _in_traces(expr: sympy.Expr, definitions: Definitions) -> sympy.Expr:
    """A scalar with its abbreviations put in, and a symbol for every trace."""
    for name, meaning in definitions:
        if name.is_Symbol:
            expr = expr.subs(name, meaning)
    return expr.xreplace({t: sympy.Symbol(f"tr {t.arg}") for t in expr.atoms(Trace)})
