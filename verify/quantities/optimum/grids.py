"""Places at which coordinates decide a derived optimum, without words or the moment engine.

Where no covariance is about and examples are alike, or alike in groups, the risk is interpolated
from exact values on a grid, which proves the optimum for all sizes and counts. At small sizes,
whatever the design, the risk polynomial is compared at random weights, and at the derived optima
the risk must be the derived one and its slope must vanish: those of PGD, and of WPGD where that has
another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import flint

from theory.designs.combinations import Combination
from theory.designs.design import IDENTITY
from theory.designs.groups import Group
from theory.designs.instance import Instance
from theory.designs.predictors import heads, wpgd
from theory.errors import Irrational
from theory.optima.many_heads import many_heads
from theory.risks.claim import Claim
from theory.risks.coordinates import risk_along, risk_at
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared, Grid, Node
from verify.counterexamples import Incomparable
from verify.instances import MOST_N, defined_instance, random_matrix
from verify.judge.places import readable
from verify.quantities.claim import SIZES
from verify.quantities.optimum.proof import Formulas, everywhere
from verify.settings import Level, Settings

HEIGHT = 10**4
READABLE = 300
"""Among how many readable instances one is sought where a random one shows nothing."""
WPGD_RISK = "the optimal risk of WPGD is wrong"
WPGD_FORMULA = "the formula of the optimal risk of WPGD is wrong"
HEADS_RISK = "the least risk of many heads is wrong"
TERMS = 3_000
"""The most terms of a squared error that is multiplied out."""
HEADS = 4
"""Up to this n d attention with many heads is looked at."""
DIVISIBLE = tuple((n, d) for n in range(4, MOST_N + 1) for d in (1, 2))
"""Looked at where groups of examples have whole counts at none of these."""
FEW = 2
"""At so many of them."""
LARGER = {Level.QUICK: (), Level.STANDARD: ((3, 2),), Level.FULL: ((3, 2), (2, 3), (4, 2))}


def grids(subject: Any, settings: Settings) -> Iterator[Grid]:
    """Small sizes; and all of them, where that can be proved for PGD."""
    nodes = _small(subject, settings)
    if not nodes:
        raise Incomparable("no size is small enough for this design")
    everywhere = _everywhere(subject, settings)
    said = (
        "value and slope of the optima at {}, with random numbers where the risk is rational "
        "there, else with simple ones"
    )
    weighted, headed = (_looked_at(nodes, what) for what in (WPGD_RISK, HEADS_RISK))
    if weighted:
        said += f"; the best sample weights likewise, at {weighted} of these sizes"
    if headed:
        said += f"; so is attention with many heads, at {headed} of them"
    if everywhere is None:
        said += "; other sizes are not decided here"
    yield Grid.of_instances("small sizes", nodes, said, sample_weights=weighted)
    if everywhere is not None:
        yield replace(everywhere, proves=f"for PGD {everywhere.proves}")


def _looked_at(nodes: tuple[Node, ...], what: str) -> int:
    """At how many of the places something is compared."""
    return sum(any(one.what == what for one in node.compared) for node in nodes)


def _small(subject: Any, settings: Settings) -> tuple[Node, ...]:
    random = Random(settings.seed)
    found = tuple(_among((*SIZES, *LARGER[settings.level]), subject, settings, random))
    return found or tuple(islice(_among(DIVISIBLE, subject, settings, random), FEW))


def _among(
    sizes: Iterable[tuple[int, int]], subject: Any, settings: Settings, random: Random
) -> Iterator[Node]:
    for n, d in sizes:
        if terms_at(subject, n, d) > TERMS:
            continue
        settings.progress(f"interpolation: n = {n}, d = {d}", 0, 1)
        for at in _instances(subject, n, d, random):
            seen = tuple(_at(subject, at, random))
            if seen:
                beside = (*over_sample_weights(subject, at, random), *_heads(subject, at, random))
                yield Node(at, (*seen, *beside))
                break


def _instances(subject: Any, n: int, d: int, random: Random) -> Iterator[Instance]:
    """Of one size: one drawn at random, and readable ones, where roots may be rational."""
    drawn = defined_instance(subject.design, n, d, random, HEIGHT)
    if drawn is not None:
        yield drawn
        simple = islice(readable(subject.design), READABLE)
        yield from (at for at in simple if (at.n, at.d) == (n, d))


def terms_at(subject: Any, n: int, d: int) -> int:
    """About how many terms a prediction has, in coordinates."""
    design = subject.design

    covariances = dict((*design.prompt, *design.example))

    def width(combination: Combination) -> int:
        # a covariance mixes all coordinates; a fixed vector has none
        own = ((t.matrices, covariances.get(t.vector, IDENTITY)) for t in combination.terms)
        mixed = (matrices or covariance != IDENTITY for matrices, covariance in own)
        return sum(d if mixes else 1 for mixes in mixed)

    again = len(subject.predictor.weights) - 1  # X'X between, so many times

    def of(group: Group) -> int:
        features, noisy = width(group.features), int(group.noise != 0)
        first = features * (d * features * width(group.task) + noisy)
        return first * (n * d * features**2) ** again

    return n * d * width(design.query) * max(map(of, design.groups))


def _at(subject: Any, at: Instance, random: Random) -> Iterator[Compared]:
    """Risk polynomial, and value, slope and curvature at the optimum; nothing where undefined."""
    weight = subject.random_weight(random, at.d, 9)
    try:
        exact = risk_at(subject.predictor, subject.named(weight), at)
        derived = subject.derivation.plain.risk_of(weight, at)
        best, risk = subject.weight_at(at), subject.risk_at(at)
    except (ArithmeticError, Irrational):  # irrational, or undefined there
        return
    direction = subject.named(subject.random_weight(random, at.d, HEIGHT))
    line = risk_along(subject.predictor, subject.named(best), direction, at)
    value, slope, curvature = (*line, flint.fmpq(0), flint.fmpq(0))[:3]
    yield Compared("the derived risk polynomial is wrong", at, exact, derived)
    yield Compared("the slope at the derived weight is not zero", at, 0, slope)
    yield Compared("the risk is not convex", at, ">= 0", curvature, curvature >= 0)
    yield Compared("the risk at the derived weight is not the derived one", at, value, risk)
    for name, solved, printed in subject.printed_at(at):
        yield Compared(f"the formula of the optimal {name} is wrong", at, solved, printed)


def over_sample_weights(subject: Any, at: Instance, random: Random) -> Iterator[Compared]:
    """The same for WPGD, in weights and in sample weights."""
    try:
        found = subject.weighted_at(at)
    except (ZeroDivisionError, Irrational):
        return
    if found is None or found.bound or not isinstance(found.risk, flint.fmpq):
        return
    formula = subject.weighted_formula_at(at)
    if formula is not None:
        yield Compared(WPGD_FORMULA, at, found.risk, formula)
    one = at.arithmetic.identity(at.d)
    start = {"W": one, "Omega": EXACT.diagonal(found.of_examples(at))}
    moves = (
        {"W": one * 0, "Omega": EXACT.diagonal([random.randint(-9, 9) for _ in range(at.n)])},
        {"W": random_matrix(random, at.d, 9), "Omega": start["Omega"] * 0},
    )
    for move in moves:
        value, slope, *_ = (*risk_along(wpgd, start, move, at), flint.fmpq(0), flint.fmpq(0))
        yield Compared(WPGD_RISK, at, value, found.risk)
        yield Compared("the slope at WPGD's optimum is not zero", at, 0, slope)


def _heads(subject: Any, at: Instance, random: Random) -> Iterator[Compared]:
    """The risk of attention with d + 1 heads, by its weights; no head that is added lowers it."""
    found = None if subject.predictor.scalars else many_heads(subject.design)
    if found is None or at.n * at.d > HEADS:
        return
    try:
        own, risk = found.heads_at(at), found.risk_at(subject.slip.instance(at))
    except (ZeroDivisionError, Irrational):
        return
    size = {"C_xx": (at.d, at.d), "C_xy": (at.d, 1), "v_x": (at.d, 1), "v_y": (1, 1)}
    more = {name: random_matrix(random, rows, 9, cols) for name, (rows, cols) in size.items()}
    start = {f"{name}_{k}": w for k, one in enumerate((*own, more)) for name, w in one.items()}
    move = {name: w * 0 for name, w in start.items()}
    for name in ("C_xx", "C_xy"):  # what is added is linear in these
        last = f"{name}_{len(own)}"
        start[last], move[last] = move[last], start[last]
    value, slope, *_ = (*risk_along(heads(len(own) + 1), start, move, at), flint.fmpq(0))
    yield Compared(HEADS_RISK, at, value, risk)
    yield Compared("one more head lowers the risk", at, 0, slope)


def _everywhere(subject: Any, settings: Settings) -> Grid | None:
    """The optimum of PGD at all sizes, where the risk is a polynomial in them."""
    found, design = subject.derivation, subject.design
    if design.covariances or not subject.is_right:
        return None
    claim = Claim(found.weight, found.risk)
    return everywhere(Formulas(design, subject.predictor, claim, found), settings)
