"""Signs in place of Gaussian numbers: the same covariance, but other higher moments."""

from __future__ import annotations

from random import Random

import flint

from theory.records.identities import Moment
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Break
from verify.instances import random_matrix
from verify.quantities.moment.coordinates import coordinate_moment
from verify.quantities.moment.points import place


def sign_break(moment: Moment) -> Break:
    """The moment of independent signs at a small place, where the claim should fail."""
    numbers = {**dict.fromkeys(moment.parameters, 2), "d": 2}
    random, covariances = Random(1), {a.name for a in moment.covariances}

    def matrix(name: str) -> flint.fmpq_mat:
        return EXACT.identity(2) if name in covariances else random_matrix(random, 2, 3)

    at = place(moment, numbers, matrix)
    exact, claimed = coordinate_moment(moment, at, even=lambda k: 1), moment.claimed_at(at.at)
    return Break(
        f"signs instead of Gaussian numbers, {moment.name}",
        exact != claimed,
        "with independent signs in place of Gaussian numbers, which have the same covariance, "
        f"the {moment.name} moment is another one",
        {"at": str(at), "exact": str(exact), "claimed": str(claimed)},
    )
