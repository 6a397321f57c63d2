"""Witness: the derived optima coordinate by coordinate: exact, without words or the moment engine.

Where no covariance is about and examples are alike, the risk is interpolated from exact values on a
grid, which proves the optimum for all sizes. At small sizes, whatever the design, the risk
polynomial is compared at random weights, and at the derived optima the risk must be the derived one
and its slope must vanish: those of PGD, and of WPGD where that has another one.
"""

from __future__ import annotations

from random import Random
from typing import Any

import flint

from theory.designs.combinations import Combination
from theory.designs.design import IDENTITY
from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.errors import Irrational
from theory.optima.equivalence.assumptions import examples_are_alike
from theory.optima.minimisation import Multiple
from theory.risks.claim import Claim
from theory.risks.coordinates import risk_along, risk_at
from verify.derived.grid import Optimum, proved
from verify.derived.subject import RIGHT, Subject
from verify.falsified import Falsified, Incomparable
from verify.instances import defined_instance, random_matrix
from verify.settings import Level, Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
HEIGHT = 10**4
TERMS = 3_000
"""The most terms of a squared error that is multiplied out."""
SIZES = ((1, 1), (2, 1), (1, 2), (3, 1), (2, 2), (1, 3))
LARGER = {Level.QUICK: (), Level.STANDARD: ((3, 2),), Level.FULL: ((3, 2), (2, 3), (4, 2))}


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare risk polynomial, optimum and slope at small sizes, and prove what can be proved."""
    random = Random(settings.seed)
    sizes = [*SIZES, *LARGER[settings.level]]
    seen: list[str] = []
    weights = 0
    try:
        for done, (n, d) in enumerate(sizes):
            settings.progress(f"interpolation: n = {n}, d = {d}", done, len(sizes))
            if _terms(subject, n, d) > TERMS:
                continue
            at = defined_instance(subject.design, n, d, random, HEIGHT)
            if at is None or not _at(subject, at, random):
                continue
            weights += _weighted(subject, at, random)
            seen.append(f"({n}, {d})")
        everywhere = _everywhere(subject, settings)
    except Falsified as found:
        return found.finding(NAME, len(seen))
    if not seen:
        return Finding(NAME, Verdict.UNDECIDED, "no size is small enough for this design", 0)
    said = (
        f"value and slope exact at (n, d) = {', '.join(seen)}, with parameters and matrices drawn "
        f"at random from integers up to {HEIGHT:.0e}"
    )
    if weights:
        said += f"; so are those of the best sample weights, at {weights} of these sizes"
    data: dict[str, Any] = {"sizes": seen, "height": HEIGHT, "sample_weights": weights}
    if everywhere is None:
        said += "; other sizes are not decided here"
    else:
        said += f"; for PGD also {everywhere.summary}"
        data |= everywhere.data
    return Finding(NAME, Verdict.HOLDS, said, examined=len(seen), data=data)


def _terms(subject: Subject, n: int, d: int) -> int:
    """About how many terms a prediction has, in coordinates."""
    design = subject.design

    covariances = dict((*design.prompt, *design.example))

    def width(combination: Combination) -> int:
        # a covariance mixes all coordinates
        mixed = (t.matrices or covariances[t.vector] != IDENTITY for t in combination.terms)
        return sum(d if mixes else 1 for mixes in mixed)

    features, noisy = width(design.features), int(design.noise != 0)
    return n * d * width(design.query) * features * (d * features * width(design.task) + noisy)


def _at(subject: Subject, at: Instance, random: Random) -> bool:
    """Look at one instance; False where there is nothing to see."""
    name, weight = subject.weight.name, random_matrix(random, at.d, 9)
    try:
        exact = risk_at(subject.predictor, {name: weight}, at)
        derived = subject.derivation.plain.risk_of(weight, at)
    except (ArithmeticError, Irrational):  # an irrational risk, or an undefined coefficient
        return False
    if exact != derived:
        raise Falsified("the derived risk polynomial is wrong", at, exact, derived)
    try:
        best, risk = subject.claim.weight_at(at), subject.claim.risk_at(at)
    except (ZeroDivisionError, Irrational):
        return False
    line = risk_along(
        subject.predictor, {name: best}, {name: random_matrix(random, at.d, HEIGHT)}, at
    )
    value, slope, curvature = (*line, flint.fmpq(0), flint.fmpq(0))[:3]
    if slope != 0:
        raise Falsified("the slope at the derived weight is not zero", at, 0, slope)
    if curvature < 0:
        raise Falsified("the risk is not convex", at, ">= 0", curvature)
    if value != risk:
        raise Falsified(
            "the risk at the derived weight is not the derived optimal risk", at, value, risk
        )
    return True


def _weighted(subject: Subject, at: Instance, random: Random) -> bool:
    """The same for WPGD, in weights and in sample weights."""
    try:
        found = subject.weighted_at(at)
    except (ZeroDivisionError, Irrational):
        return False
    if found is None or found.bound or not isinstance(found.risk, flint.fmpq):
        return False
    one = at.arithmetic.identity(at.d)
    start = {"W": one, "Omega": _diagonal(found.omega)}
    moves = (
        {"W": one * 0, "Omega": _diagonal([random.randint(-9, 9) for _ in range(at.n)])},
        {"W": random_matrix(random, at.d, 9), "Omega": start["Omega"] * 0},
    )
    for move in moves:
        value, slope, *_ = (*risk_along(wpgd, start, move, at), flint.fmpq(0), flint.fmpq(0))
        if value != found.risk:
            raise Falsified("the optimal risk of WPGD is wrong", at, value, found.risk)
        if slope != 0:
            raise Falsified("the slope at WPGD's optimum is not zero", at, 0, slope)
    return True


def _diagonal(entries: Any) -> flint.fmpq_mat:
    size = len(entries)
    return flint.fmpq_mat([[entries[r] if r == c else 0 for c in range(size)] for r in range(size)])


def _everywhere(subject: Subject, settings: Settings) -> Finding | None:
    """The optimum of PGD at all sizes, where the risk is a polynomial in them."""
    found = subject.derivation
    if (
        not isinstance(found.plain.solution, Multiple)
        or subject.design.covariances
        or not examples_are_alike(subject.design).holds
        or subject.slip != RIGHT  # a slip is put into values, not into formulas
    ):
        return None
    optimum = Optimum(subject.design, subject.predictor, Claim(found.weight, found.risk), found, ())
    try:
        return proved(optimum, settings)
    except (TypeError, ArithmeticError, Incomparable):  # no polynomial, or an irrational one
        return None
