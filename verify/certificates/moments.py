"""Certificates of moments of Gaussian matrices: the checker recomputes them, and needs no steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from theory.algebra.words import Kind, Letter
from theory.errors import Underivable
from theory.language.formulas.printing import printed
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.gaussian_moment import Moment
from verify.certificates import checker
from verify.certificates.challenge import Assertion, challenge_and_certificate
from verify.certificates.checker import Rejected, Unreadable
from verify.certificates.writing import Certified

KINDS = {Kind.GAUSSIAN: "gaussian", Kind.FIXED: "matrix", Kind.SYMMETRIC: "symmetric"}


def certified_moments(moments: Iterable[Moment]) -> Certified:
    """A certificate of what is claimed of moments, where both are formulas.

    Examples
    --------
    >>> import theory
    >>> found = certified_moments(theory.statement("lemma5").moments)
    >>> print(*(one.formula for one in found.assertions))
    Sigma*W*Sigma + Sigma*W'*Sigma + tr(W*Sigma)*Sigma
    """
    asserted, missing = [], []
    for moment in moments:
        try:
            asserted.append(_seen(moment))
        except Underivable as error:
            missing.append(f"{moment.id}: {error}")
        except (Rejected, Unreadable) as error:
            missing.append(f"{moment.id}: the checker does not see it: {error}")
    if not asserted:
        return Certified(None, None, (), tuple(missing))
    asked = {"format": checker.MOMENTS, "moments": asserted}
    told = tuple(Assertion("moment", one["formula"], "exact") for one in asserted)
    return Certified(
        *challenge_and_certificate(asked, [{} for _ in asserted]), told, tuple(missing)
    )


def _seen(moment: Moment) -> dict[str, Any]:
    """A moment as plain data, if the checker sees that it is what is claimed."""
    if not isinstance(moment, ClaimedExpectation):
        raise Underivable("it is about powers of every order, and the format has single moments")
    letters = moment.letters
    if letters.means:
        raise Underivable("the format has centred matrices only")
    data = {
        "matrices": {name: _kind(one) for name, one in letters.matrices.items()},
        "numbers": sorted([*letters.sizes, *letters.scalars]),
        "moment": printed(moment.tree),
        "formula": printed(moment.claim.whole),
    }
    checker.Sum.work = 0
    checker.Moment(*data.values()).check()
    return data


def _kind(one: Letter) -> list[str | None]:
    if one.kind not in KINDS:
        raise Underivable(f"the format has no matrices such as {one.name}")
    covariances = (one.row_covariance, one.column_covariance) if one.is_gaussian else ()
    names = [None if c is None else c.name for c in covariances]
    return [KINDS[one.kind], one.rows.name, one.cols.name, *names]
