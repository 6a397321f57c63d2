"""Designs drawn as files: what is derived, against prompts multiplied out by coordinates."""

from collections import Counter
from fractions import Fraction
from random import Random

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.design_files import design_files, drawn_instance
from tests.theory.scalars import Undefined
from tests.theory.test_growth import close
from theory.designs.predictors import pgd, wpgd
from theory.errors import Irrational, Underivable
from theory.language.files.reading import parse_design
from theory.optima.derivation import derive
from theory.optima.equivalence.assumptions import models_are_steps
from theory.optima.limiting import limit_of
from theory.optima.optimum import Multiple
from theory.optima.sample_weights.weighted import Equal, InGroups, InWeights, least, weighted
from theory.optima.stationary.spans import InSpan
from theory.records.derived import Derived
from theory.risks.coordinates import risk_along, risk_at
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import d

SMALL = flint.fmpq(1, 16)


def unit(size, k):
    """A matrix with one entry that is not zero."""
    return EXACT.matrix([[int(k == size * r + c) for c in range(size)] for r in range(size)])


def integers(random, size):
    return EXACT.matrix([[random.randint(-3, 3) for _ in range(size)] for _ in range(size)])


def diagonal(entries):
    size = len(entries)
    return EXACT.matrix([[entries[r] if r == c else 0 for c in range(size)] for r in range(size)])


def is_degenerate(risk, size):
    """Whether a quadratic function of a matrix has no single minimiser."""
    units = [unit(size, k) for k in range(size * size)]
    zero = risk(units[0] * 0)
    bends = [[risk(a + b) - risk(a) - risk(b) + zero for b in units] for a in units]
    return flint.fmpq_mat(bends).det() == 0


def compare_optimum(found, at, counts):
    """The derived optimum: its value, and no slope in any direction."""
    try:
        weight, risk = found.plain.at(at)
    except ZeroDivisionError:
        assert is_degenerate(lambda w: risk_at(pgd, {"W": w}, at), at.d)
        counts["not unique"] += 1
        return None
    if isinstance(found.plain.solution, Multiple):
        weight = EXACT.identity(at.d) * weight
    for k in range(at.d**2):
        line = (*risk_along(pgd, {"W": weight}, {"W": unit(at.d, k)}, at), 0, 0)
        assert line[0] == risk and line[1] == 0 and line[2] >= 0
    return weight, risk


def compare_equal(at, weight, risk, random):
    """Nothing near equal sample weights is better."""
    omega = [1 + SMALL * random.randint(-3, 3) for _ in range(at.n)]
    weights = {"W": weight + SMALL * integers(random, at.d), "Omega": diagonal(omega)}
    assert risk_at(wpgd, weights, at) >= risk


def compare_sample_weights(kind, at, risk, random, counts):
    """The value of the form; no slope in W and in the sample weights at once; none are better."""
    best = least(kind, at)
    if not best.only:
        assert is_degenerate_in_omega(at)
        counts["not unique"] += 1
    if isinstance(best.risk, float):  # a root in the form that cancels, or is not rational
        compare_stationary(best, at, EXACT.identity(at.d), risk)
        counts["floating"] += 1
        return
    start = {"W": EXACT.identity(at.d), "Omega": diagonal(best.of_examples(at))}
    for _ in range(2):
        steps = diagonal([random.randint(1, 3) for _ in range(at.n)])
        turns = {"W": integers(random, at.d), "Omega": steps}
        line = (*risk_along(wpgd, start, turns, at), 0)
        assert (line[0], line[1]) == (best.risk, 0)
        moved = {name: start[name] + turns[name] * SMALL for name in start}
        assert risk_at(wpgd, moved, at) >= best.risk
    still = {"W": start["W"] * 0, "Omega": steps}
    assert (*risk_along(wpgd, start, still, at), 0, 0)[2] >= 0
    assert best.risk <= risk
    counts["sample weights"] += 1


def is_degenerate_in_omega(at):
    """Whether the risk of sample weights beside W = I has no single minimiser."""

    def risk(*places):
        omega = diagonal([places.count(k) for k in range(at.n)])
        return risk_at(wpgd, {"W": EXACT.identity(at.d), "Omega": omega}, at)

    bends = [[risk(a, b) - risk(a) - risk(b) + risk() for b in range(at.n)] for a in range(at.n)]
    return flint.fmpq_mat(bends).det() == 0


def compare_stationary(found, at, weight, risk):
    """Weights in floating point: their value, and next to no slope."""
    assert found.risk <= float(Fraction(str(risk))) * (1 + 1e-9)
    start = {"W": weight, "Omega": diagonal(list(map(binary, found.of_examples(at))))}
    for name, size in (("W", at.d), ("Omega", at.n)):
        for k in range(0, size * size, 1 if name == "W" else size + 1):
            turns = {key: value * 0 for key, value in start.items()} | {name: unit(size, k)}
            line = (*risk_along(wpgd, start, turns, at), 0, 0)
            value, slope, bend = (float(Fraction(str(c))) for c in line[:3])
            assert value == pytest.approx(found.risk, rel=1e-8, abs=1e-12)
            assert slope**2 <= 4e-6 * abs(bend * value) + 1e-18


def binary(value):
    """A float as the rational number it is."""
    return flint.fmpq(*value.as_integer_ratio())


def compare_together(design, at, risk, counts):
    """An upper bound of the least risk, at which there is next to no slope."""
    try:
        found = least(weighted(design), at)
    except ZeroDivisionError:
        counts["not unique"] += 1
        return
    rows = np.asarray(found.weight).tolist()
    compare_stationary(found, at, flint.fmpq_mat([[binary(v) for v in row] for row in rows]), risk)
    assert found.bound
    counts["together"] += 1


def compare_record(file, at, weight, risk):
    """The record of the whole file: its scale is in the weight."""
    found = Derived.of(file).optima_at(at)
    scale = Fraction(str(file.scale.subs({"n": at.n})))
    assert found.risk == EXACT.plain(risk)
    if found.weight is not None:  # the only one
        own = found.weight * scale
        own = own if isinstance(own, np.ndarray) else own * np.eye(at.d, dtype=int)
        assert np.all(own == EXACT.plain(weight))
    models = models_are_steps(file.design).holds
    assert found.att == (found.risk if models else None)
    assert found.ssm == (found.wpgd if models else None)
    assert found.wpgd is not None or found.why
    if found.wpgd is not None:
        assert found.wpgd <= found.risk * (1 + (found.bound and 1e-9))


def compare_limit(file, found, counts):
    """The leading terms, far out."""
    (regime,) = file.limits
    try:
        limit = limit_of(file.design, regime)
    except Underivable:
        counts["no limit"] += 1
        return
    values = {"nu": (3, 7), "alpha": (2, 9), "sigma": (5, 4), "k": (1, 1)}
    rest = {sympy.Symbol(name): flint.fmpq(*v) for name, v in values.items()}
    try:
        assert close(regime.apply(found.risk), limit.risk.expression, d, rest)
        assert close(regime.apply(found.weight), limit.weight.expression, d, rest)
    except Undefined:
        return
    counts["limits"] += 1


LEAST = {
    (False, 0): {"isotropic": 9, "alike": 9, "several": 2, "limits": 3},
    (True, 0): {"isotropic": 8, "not alike": 8, "several": 2, "sample weights": 4},
    (False, 2): {"anisotropic": 9, "alike": 9, "several": 2},
    (True, 2): {"anisotropic": 6, "not alike": 8, "several": 2, "together": 3},
}
"""How many instances of each kind have to be compared, for designs without and with an index, and
with so many covariances at most."""


@pytest.mark.parametrize(("indexed", "most"), LEAST)
def test_what_is_derived_is_so_coordinate_by_coordinate(indexed, most):
    counts = Counter()

    @examples("1/3")
    @given(design_files(indexed, most), st.integers(0, 2**32))
    def compare(text, seed):
        random, file = Random(seed), parse_design(text)
        found = derive(file.design, pgd)
        for _ in range(2):
            compare_at(file, found, drawn_instance(file.design, random), random, counts)
        if isinstance(found.plain.solution, Multiple):
            compare_limit(file, found, counts)

    compare()
    assert all(counts[kind] >= least for kind, least in LEAST[indexed, most].items()), counts
    assert counts["correlated"] >= 3, counts


def compare_drawn(files, least):
    """Derived and compared at a place each, and in limits; of each kind there are enough."""
    counts = Counter()

    @examples("1/4")
    @given(files, st.integers(0, 2**32))
    def compare(text, seed):
        random, file = Random(seed), parse_design(text)
        found = derive(file.design, pgd)
        compare_at(file, found, drawn_instance(file.design, random), random, counts)
        if isinstance(found.plain.solution, Multiple):
            compare_limit(file, found, counts)

    compare()
    assert all(counts[kind] >= enough for kind, enough in least.items()), counts


GROUPED = {
    0: {"isotropic": 5, "not alike": 5, "several": 1, "sample weights": 4, "limits": 4},
    2: {"anisotropic": 2, "not alike": 4, "several": 1, "together": 1},
}
"""The same for designs with groups of examples."""


@pytest.mark.parametrize("most", GROUPED)
def test_so_is_what_is_derived_for_groups(most):
    compare_drawn(design_files(False, most, grouped=True), GROUPED[most])


RANDOM = {
    0: {"isotropic": 6, "several": 2, "limits": 1},
    1: {"anisotropic": 3, "several": 1},
}
"""The same for designs with a random scalar."""


@pytest.mark.parametrize("most", RANDOM)
def test_so_is_what_is_derived_for_random_scalars(most):
    compare_drawn(design_files(False, most, random=True), RANDOM[most])


FIXED = {
    0: {"isotropic": 1, "in a span": 4, "several": 1},
    1: {"anisotropic": 4, "several": 1},
}
"""The same for designs with fixed vectors."""


@pytest.mark.parametrize("most", FIXED)
def test_so_is_what_is_derived_with_fixed_vectors(most):
    counts = Counter()

    @examples("1/3")
    @given(design_files(False, most, fixed=True), st.integers(0, 2**32))
    def compare(text, seed):
        random, file = Random(seed), parse_design(text)
        found = derive(file.design, pgd)
        for _ in range(2):
            compare_at(file, found, drawn_instance(file.design, random), random, counts)

    compare()
    assert all(counts[kind] >= least for kind, least in FIXED[most].items()), counts


KNOWN = {
    1: {"several": 1, "projections": 4},
    2: {"anisotropic": 3, "several": 1, "projections": 1, "functions": 1},
}
"""The same for designs with covariances of which something is known."""


@pytest.mark.parametrize("most", KNOWN)
def test_so_is_what_is_derived_with_known_covariances(most):
    counts = Counter()

    @examples("1/4")
    @given(design_files(False, most, known=True), st.integers(0, 2**32))
    def compare(text, seed):
        random, file = Random(seed), parse_design(text)
        found = derive(file.design, pgd)
        counts["projections"] += bool(file.design.projections)
        counts["functions"] += bool(file.design.defined)
        for _ in range(2):
            compare_at(file, found, drawn_instance(file.design, random), random, counts)

    compare()
    assert all(counts[kind] >= least for kind, least in KNOWN[most].items()), counts


OWN = {
    (False, 1): {"alike": 6, "several": 2},
    (True, 0): {"sample weights": 4, "not alike": 4, "several": 1},
}
"""The same for designs whose examples have tasks of their own, without and with an index."""


@pytest.mark.parametrize(("indexed", "most"), OWN)
def test_so_is_what_is_derived_where_examples_have_tasks_of_their_own(indexed, most):
    counts = Counter()

    @examples("1/4")
    @given(design_files(indexed, most, own=True), st.integers(0, 2**32))
    def compare(text, seed):
        random, file = Random(seed), parse_design(text)
        assert file.design.is_row_by_row
        found = derive(file.design, pgd)
        compare_at(file, found, drawn_instance(file.design, random), random, counts)

    compare()
    assert all(counts[kind] >= least for kind, least in OWN[indexed, most].items()), counts


def compare_at(file, found, at, random, counts):
    """All that is derived, at one instance."""
    design, kind = file.design, weighted(file.design)
    trial = integers(random, at.d)
    try:
        value = risk_at(pgd, {"W": trial}, at)
    except ArithmeticError:  # a root that is left in the risk
        with pytest.raises(Irrational):
            found.plain.risk_of(trial, at)
        counts["irrational"] += 1
        return
    assert found.plain.risk_of(trial, at) == value
    optimum = compare_optimum(found, at, counts)
    if optimum is None:
        return
    weight, risk = optimum
    assert risk <= value
    if isinstance(kind, Equal):
        compare_equal(at, weight, risk, random)
    elif isinstance(kind, InWeights | InGroups):
        compare_sample_weights(kind, at, risk, random, counts)
    else:
        compare_together(design, at, risk, counts)
    compare_record(file, at, weight, risk)
    shared = {v for v, _ in design.prompt} & design.features.vectors
    multiple = isinstance(found.plain.solution, Multiple)
    counts["isotropic" if multiple else "anisotropic"] += 1
    counts["in a span"] += isinstance(found.plain.solution, InSpan)
    counts["alike" if isinstance(kind, Equal) else "not alike"] += 1
    counts["correlated"] += bool(shared & (design.query.vectors | design.task.vectors))
    counts["several"] += at.n > 1 and at.d > 1


def test_every_part_of_the_format_is_drawn():
    seen = Counter()

    @examples(2)
    @given(st.booleans().flatmap(lambda indexed: design_files(indexed, 2)))
    def look(text):
        design = parse_design(text).design
        parts = ("label_scale", "noise", "query_", "scale", "/2", "sqrt", "i/n", "k = ", "S*")
        seen.update(part for part in parts if part in text)
        seen[f"{len(design.prompt)} prompt"] += 1
        seen[f"{len(design.example)} example"] += 1
        seen[f"{len(design.covariances)} covariances"] += 1

    look()
    kinds = [f"{k} prompt" for k in (1, 2, 3)] + [f"{k} example" for k in (0, 1, 2)]
    kinds += [f"{k} covariances" for k in (1, 2)]
    kinds += ["label_scale", "noise", "query_", "scale", "/2", "sqrt", "i/n", "k = ", "S*"]
    assert all(seen[kind] > 1 for kind in kinds), seen
