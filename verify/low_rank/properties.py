"""Witness: Hypothesis looks for covariances, ranks and updates at which the claim fails.

Risks are evaluated as a polynomial in the weight, exactly. Most properties are checked where the
covariances have common rational eigenvectors, so that every claimed number is rational; repeated
and vanishing eigenvalues are among them. For other covariances an irrational least risk is
compared with 30 digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import flint
import sympy
from hypothesis import strategies as st

from theory.errors import InputError
from theory.optima.low_rank.eigenvalue_claim import Indices
from theory.scalars.arithmetic import EXACT, fraction
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.low_rank.eigenbases import Eigenbasis, eigenbases
from verify.low_rank.subject import Subject
from verify.settings import Settings
from verify.strategies import instances, orthogonal_matrices, rationals
from verify.verdict import Finding

DIGITS = 30


def examine(subject: Subject, settings: Settings) -> Finding:
    """Run every property that says something about this subject on drawn instances."""
    checks = {
        name: partial(p.check, subject) for name, p in PROPERTIES.items() if p.applies(subject)
    }
    return hunt(checks, eigenbases(subject.statement), settings)


Check = Callable[[Subject, Eigenbasis, st.DataObject], None]


@dataclass(frozen=True)
class Property:
    """A check on drawn instances, and the subjects it says something about."""

    check: Check
    applies: Callable[[Subject], bool] = lambda subject: True


def _claimed(subject: Subject, at: Eigenbasis, rank: int) -> flint.fmpq:
    return subject.claim.risk(at.at, at.table, rank)


def _start(subject: Subject, at: Eigenbasis) -> list[flint.fmpq]:
    scalars = subject.claim.scalars(at.at)
    return [subject.claim.start_of(scalars, row, EXACT) for row in at.table]


def value(subject: Subject, at: Eigenbasis, data: st.DataObject) -> None:
    """With eigenvalues corrected to those of the optimal weight, the risk is the claimed one.

    Where the claim allows any set, so does this, and the least risk of that rank is not above it.
    """
    claim, size = subject.claim, at.at.d
    if claim.indices is Indices.BEST:
        chosen = data.draw(st.sets(st.integers(0, size - 1)))
    else:
        chosen = set(claim.chosen(at.at, at.table, data.draw(st.integers(0, size))))
    inverse = at.basis.inv()
    best = inverse * subject.statement.best.minimum_at(at.at)[0] * inverse.transpose()
    start = _start(subject, at)
    weight = at.weight([best[k, k] if k in chosen else start[k] for k in range(size)])
    exact, claimed = subject.risk(weight, at.at), claim.bound(at.at, at.table, chosen)
    if exact != claimed:
        what = "the risk of the corrected weight is not the claimed one"
        raise Falsified(what, at, exact, claimed)
    if claim.indices is Indices.BEST and fraction(claimed) < subject.least(at.at, len(chosen)):
        raise Falsified(f"with {sorted(chosen)} it is no upper bound", at, "-", claimed)


def least(subject: Subject, at: Eigenbasis, data: st.DataObject) -> None:
    """The claimed risk is the derived least one, and a weight of that rank has it."""
    rank = data.draw(st.integers(0, at.at.d))
    start = subject.statement.start_at(at.at)
    weight, exact = subject.statement.best.at(at.at, rank, start)
    claimed = fraction(_claimed(subject, at, rank))
    if exact != claimed:
        raise Falsified(f"the least risk for r = {rank} is not the claimed one", at, exact, claimed)
    if (weight - start).rank() > rank:
        raise Falsified(f"the update has a rank above {rank}", at, (weight - start).rank(), rank)
    risk = fraction(subject.risk(weight, at.at))
    if risk != claimed:
        raise Falsified("the derived weight has another risk", at, risk, claimed)


def optimality(subject: Subject, at: Eigenbasis, data: st.DataObject) -> None:
    """No update of rank r, near the best one or anywhere, does better than claimed."""
    rank = data.draw(st.integers(0, at.at.d))
    start = at.weight(_start(subject, at))
    weight = start + data.draw(_updates(at.at.d, rank))
    if data.draw(st.booleans()):
        weight = _beside(subject, at, rank, data.draw(_updates(at.at.d, rank)))
    risk, claimed = subject.risk(weight, at.at), _claimed(subject, at, rank)
    if risk < claimed:
        raise Falsified(f"an update of rank {rank} does better than claimed", at, risk, claimed)


def _updates(size: int, rank: int) -> st.SearchStrategy[flint.fmpq_mat]:
    """A product of a size x rank and a rank x size matrix."""
    if rank == 0:
        return st.just(EXACT.identity(size) * flint.fmpq(0))
    entry = rationals(Fraction(-1), Fraction(1), 8)

    def factor(rows: int, cols: int) -> st.SearchStrategy[flint.fmpq_mat]:
        row = st.lists(entry, min_size=cols, max_size=cols)
        return st.lists(row, min_size=rows, max_size=rows).map(EXACT.matrix)

    return st.tuples(factor(size, rank), factor(rank, size)).map(lambda p: p[0] * p[1])


def _beside(subject: Subject, at: Eigenbasis, rank: int, step: flint.fmpq_mat) -> flint.fmpq_mat:
    """The best weight with its update turned a little from the left: the rank stays."""
    start = subject.statement.start_at(at.at)
    weight, _ = subject.statement.best.at(at.at, rank, start)
    turn = EXACT.identity(at.at.d) + step * flint.fmpq(1, 8)
    return start + turn * (weight - start)


def nested(subject: Subject, at: Eigenbasis, data: st.DataObject) -> None:
    """A higher rank never does worse; rank 0 is the start and rank d the optimum of all."""
    size = at.at.d
    risks = [_claimed(subject, at, rank) for rank in range(size + 1)]
    if any(later > earlier for earlier, later in pairwise(risks)):
        raise Falsified("a higher rank does worse", at, "-", ", ".join(map(str, risks)))
    start = subject.risk(at.weight(_start(subject, at)), at.at)
    if risks[0] != start:
        raise Falsified("for r = 0 it is not the risk of the start", at, start, risks[0])
    _, optimum = subject.statement.best.minimum_at(at.at)
    if risks[-1] != optimum:
        raise Falsified("for r = d it is not the optimal risk", at, optimum, risks[-1])


def matrices(subject: Subject, at: Eigenbasis, data: st.DataObject) -> None:
    """The claim read off rotated matrices is the claim read off the eigenvalues."""
    turn = data.draw(orthogonal_matrices(at.at.d))
    rank = data.draw(st.integers(0, at.at.d))
    rotated = {k: turn * m * turn.transpose() for k, m in at.at.matrices.items()}
    turned = subject.claim.risk_at(replace(at.at, matrices=rotated, roots={}), rank)
    claimed = fraction(_claimed(subject, at, rank))
    if turned != claimed:
        raise Falsified("the claim changes under a rotation", at, turned, claimed)


def old_optimum(subject: Subject, at: Eigenbasis, data: st.DataObject) -> None:
    """The start is optimal for the old task."""
    old = subject.statement.old_instance(at.at)
    start = at.weight(_start(subject, at))
    step = data.draw(_updates(at.at.d, at.at.d))
    here, ahead, behind = (subject.risk(w, old) for w in (start, start + step, start - step))
    if ahead != behind or ahead < here:
        raise Falsified("the start is not optimal for the old task", at, ahead - behind, 0)


def other_covariances(subject: Subject, at: Eigenbasis, data: st.DataObject) -> None:
    """Without common rational eigenvectors: updates of rank r never do better than derived.

    Where the claim says something it is the derived risk, irrational or not.
    """
    statement = subject.statement
    drawn = instances(statement.design, subject.regular, most_d=3)
    here = data.draw(drawn)
    rank = data.draw(st.integers(0, here.d))
    try:
        start = statement.start_at(here)
        _, least = statement.best.at(here, rank, start)
    except (ZeroDivisionError, InputError):
        return  # nothing is learned where there is neither signal nor noise
    risk = fraction(subject.risk(start + data.draw(_updates(here.d, rank)), here))
    if _difference(risk, least) < 0:
        raise Falsified(f"an update of rank {rank} does better than derived", here, risk, least)
    if _difference(risk, statement.best.minimum_at(here)[1]) < 0:
        raise Falsified("an update does better than the optimum", here, risk, "-")
    if subject.claim.indices is Indices.BEST or len(subject.claim.eigenvalues) == 1:
        claimed = subject.claim.risk_at(here, rank)
        if claimed is not None and claimed != least:
            raise Falsified(f"claimed and derived risk differ for r = {rank}", here, least, claimed)


def _difference(a: Fraction, b: Any) -> Any:
    """``a - b``: exact where both are rational, else to 30 digits."""
    if isinstance(b, sympy.Expr):
        found = sympy.N(sympy.Rational(a.numerator, a.denominator) - b, DIGITS)
        return 0 if abs(found) < sympy.Float(10) ** (5 - DIGITS) else found
    return a - (b if isinstance(b, Fraction) else fraction(b))


PROPERTIES: dict[str, Property] = {
    "value": Property(value),
    "least": Property(least),
    "optimality": Property(optimality),
    "nested": Property(nested),
    "matrices": Property(
        matrices, lambda s: s.claim.indices is Indices.BEST or len(s.claim.eigenvalues) == 1
    ),
    "old optimum": Property(old_optimum, lambda s: s.statement.old is not None),
    "other covariances": Property(other_covariances),
}
