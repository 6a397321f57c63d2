"""How the least risk of a rank has to behave, wherever covariances have common eigenvectors.

Risks are evaluated as a polynomial in the weight, exactly. In a basis of common rational
eigenvectors every claimed number is rational; repeated and vanishing eigenvalues are among them.
For other covariances an irrational least risk is compared with 30 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint
import sympy
from hypothesis import reject
from hypothesis import strategies as st

from theory.errors import InputError
from theory.scalars.arithmetic import EXACT, fraction
from verify.checks.on_trial import Compared
from verify.quantities.low_rank.eigenbases import Eigenbasis, LowRankCase
from verify.strategies import entries, instances, orthogonal_matrices, rationals

DIGITS = 30
Comparisons = Iterator[Compared]


def value(case: LowRankCase, at: Eigenbasis, data: st.DataObject) -> Comparisons:
    """With eigenvalues corrected to those of the optimal weight, the risk is the claimed one.

    Where the claim allows any set, so does this, and the least risk of that rank is not above it.
    """
    claim, size = case.claim, at.at.d
    if case.any_set:
        chosen = data.draw(st.sets(st.integers(0, size - 1)))
    else:
        chosen = set(claim.chosen(at.at, at.table, data.draw(st.integers(0, size))))
    inverse = at.basis.inv()
    best = inverse * case.statement.best.minimum_at(at.at)[0] * inverse.transpose()
    start = case.claimed_start(at)
    weight = at.weight([best[k, k] if k in chosen else start[k] for k in range(size)])
    claimed = claim.bound(at.at, at.table, chosen)
    what = "the risk of the corrected weight is not the claimed one"
    yield Compared(what, at, case.risk(weight, at.at), claimed)
    if case.any_set:
        above = fraction(claimed) >= case.least(at.at, len(chosen))
        what = f"with {sorted(chosen)} it is no upper bound"
        yield Compared(what, at, "-", claimed, bool(above))


def least(case: LowRankCase, at: Eigenbasis, data: st.DataObject) -> Comparisons:
    """The claimed risk is the derived least one, and a weight of that rank has it."""
    rank = data.draw(st.integers(0, at.at.d))
    start = case.statement.start_at(at.at)
    weight, exact = case.statement.best.at(at.at, rank, start)
    claimed = fraction(case.claimed(at, rank))
    yield Compared(f"the least risk for r = {rank} is not the claimed one", at, exact, claimed)
    found = (weight - start).rank()
    yield Compared(f"the update has a rank above {rank}", at, found, rank, found <= rank)
    risk = fraction(case.risk(weight, at.at))
    yield Compared("the derived weight has another risk", at, risk, claimed)


def optimality(case: LowRankCase, at: Eigenbasis, data: st.DataObject) -> Comparisons:
    """No update of rank r, near the best one or anywhere, does better than claimed."""
    rank = data.draw(st.integers(0, at.at.d))
    step = data.draw(_updates(at.at.d, rank))
    weight = at.weight(case.claimed_start(at)) + step
    if data.draw(st.booleans()):
        # the best weight with its update turned a little from the left: the rank stays
        start = case.statement.start_at(at.at)
        best, _ = case.statement.best.at(at.at, rank, start)
        turn = EXACT.identity(at.at.d) + step * flint.fmpq(1, 8)
        weight = start + turn * (best - start)
    risk, claimed = case.risk(weight, at.at), case.claimed(at, rank)
    what = f"an update of rank {rank} does better than claimed"
    yield Compared(what, at, risk, claimed, risk >= claimed)


def _updates(size: int, rank: int) -> st.SearchStrategy[flint.fmpq_mat]:
    """A product of a size x rank and a rank x size matrix."""
    if rank == 0:
        return st.just(flint.fmpq_mat(size, size))
    entry = rationals(Fraction(-1), Fraction(1), 8)
    both = entries(size, rank, entry), entries(rank, size, entry)
    return st.tuples(*both).map(lambda pair: pair[0] * pair[1])


def nested(case: LowRankCase, at: Eigenbasis, data: st.DataObject) -> Comparisons:
    """A higher rank never does worse; rank 0 is the start and rank d the optimum of all."""
    risks = [case.claimed(at, rank) for rank in range(at.at.d + 1)]
    falling = all(later <= earlier for earlier, later in pairwise(risks))
    yield Compared("a higher rank does worse", at, "-", ", ".join(map(str, risks)), falling)
    start = case.risk(at.weight(case.claimed_start(at)), at.at)
    yield Compared("for r = 0 it is not the risk of the start", at, start, risks[0])
    _, optimum = case.statement.best.minimum_at(at.at)
    yield Compared("for r = d it is not the optimal risk", at, optimum, risks[-1])


def matrices(case: LowRankCase, at: Eigenbasis, data: st.DataObject) -> Comparisons:
    """The claim read off rotated matrices is the claim read off the eigenvalues."""
    turn = data.draw(orthogonal_matrices(at.at.d))
    rank = data.draw(st.integers(0, at.at.d))
    rotated = {k: turn * m * turn.transpose() for k, m in at.at.matrices.items()}
    turned = case.claim.risk_at(replace(at.at, matrices=rotated, roots={}), rank)
    claimed = fraction(case.claimed(at, rank))
    yield Compared("the claim changes under a rotation", at, turned, claimed)


def old_optimum(case: LowRankCase, at: Eigenbasis, data: st.DataObject) -> Comparisons:
    """The start is optimal for the old task."""
    old = case.statement.old_instance(at.at)
    start = at.weight(case.claimed_start(at))
    step = data.draw(_updates(at.at.d, at.at.d))
    here, ahead, behind = (case.risk(w, old) for w in (start, start + step, start - step))
    best = ahead == behind and ahead >= here
    yield Compared("the start is not optimal for the old task", at, ahead - behind, 0, best)


def other_covariances(case: LowRankCase, at: Eigenbasis, data: st.DataObject) -> Comparisons:
    """Without common rational eigenvectors: updates of rank r never do better than derived.

    Where the claim says something it is the derived risk, irrational or not.
    """
    statement = case.statement
    here = data.draw(instances(statement.design, (statement.whitening.covariance,), most_d=3))
    rank = data.draw(st.integers(0, here.d))
    try:
        start = statement.start_at(here)
        _, least = statement.best.at(here, rank, start)
    except (ZeroDivisionError, InputError):
        reject()  # nothing is learned where there is neither signal nor noise
    risk = fraction(case.risk(start + data.draw(_updates(here.d, rank)), here))
    for what, bound in (
        (f"an update of rank {rank} does better than derived", least),
        ("an update does better than the optimum", statement.best.minimum_at(here)[1]),
    ):
        yield Compared(what, here, risk, bound, bool(_difference(risk, bound) >= 0))
    if _has_matrices(case):
        claimed = case.claim.risk_at(here, rank)
        what = f"claimed and derived risk differ for r = {rank}"
        yield Compared(what, here, least, claimed, claimed is None or bool(claimed == least))


def _difference(a: Fraction, b: Any) -> Any:
    """``a - b``: exact where both are rational, else to 30 digits."""
    if isinstance(b, sympy.Expr):
        found = sympy.N(sympy.Rational(a.numerator, a.denominator) - b, DIGITS)
        return 0 if abs(found) < sympy.Float(10) ** (5 - DIGITS) else found
    return a - (b if isinstance(b, Fraction) else fraction(b))


def _has_matrices(case: LowRankCase) -> bool:
    """Whether the claim can be read off matrices, without their eigenvalues in pairs."""
    return case.any_set or len(case.claim.eigenvalues) == 1


def _always(case: LowRankCase) -> bool:
    return True


BEHAVIOUR: dict[
    str,
    tuple[
        Callable[[LowRankCase, Eigenbasis, st.DataObject], Comparisons],
        Callable[[LowRankCase], bool],
    ],
] = {
    "value": (value, _always),
    "least": (least, _always),
    "optimality": (optimality, _always),
    "nested": (nested, _always),
    "matrices": (matrices, _has_matrices),
    "old optimum": (old_optimum, lambda case: case.updates),
    "other covariances": (other_covariances, _always),
}
"""What is compared, and the claims it says something about."""
