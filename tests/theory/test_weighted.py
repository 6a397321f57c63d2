"""The optima of WPGD under any design: which argument applies, and what it gives."""

from fractions import Fraction
from random import Random

import flint
import numpy as np
import pytest
import sympy

from theory.designs.instance import instance
from theory.designs.predictors import pgd, wpgd
from theory.language.files.reading import EXAMPLE, parse_design
from theory.language.gallery import designs, names, shipped
from theory.optima.derivation import derive
from theory.optima.sample_weights import joint
from theory.optima.sample_weights.weighted import (
    Equal,
    InGroups,
    InWeights,
    Together,
    least,
    weighted,
)
from theory.records.derived import Derived
from theory.risks.coordinates import risk_along, risk_at
from theory.scalars.arithmetic import EXACT, FLOATING

IN_WEIGHTS = (
    "decaying-retrieval",
    "drifting",
    "drifting-away",
    "drifting-partly",
    "fading-tasks",
    "growing-noise",
    "heteroscedastic",
    "noisy-retrieval",
    "own-tasks",
)
SCALARS = {"alpha": Fraction(3, 5), "rho": Fraction(2, 3), "sigma": Fraction(1, 2), "k": 1}
indexed = pytest.mark.parametrize("name", IN_WEIGHTS)

# Noise that grows, and features of a covariance of their own: W is no multiple of I.
ANISOTROPIC = EXAMPLE.replace("[gaussians.prompt]", '[covariances]\nS = "psd"\n[gaussians.prompt]')
ANISOTROPIC = ANISOTROPIC.replace('e = "I"', 'e = "S"').replace("alpha*q + e", "alpha*q + (i/n)*e")
ANISOTROPIC += '[claims.none]\nrisk = "d"\n'
FILES = {
    "anisotropic": ANISOTROPIC,
    "noisy": ANISOTROPIC.replace("(i/n)*e", "e").replace(
        'task = "b"', 'task = "b"\nnoise = "i"\nquery_noise = "1"'
    ),
    "turning": ANISOTROPIC.replace("(i/n)*e", "S*e/i"),
}
S = [[2, 1], [1, 1]]
JOINT = {name: parse_design(text).design for name, text in FILES.items()}


def at_sizes(design, n, d, **others):
    """An instance at the scalars that a design has."""
    scalars = {p.name: SCALARS[p.name] for p in design.parameters}
    return instance(design, n=n, d=d, scalars=scalars | others)


def diagonal(entries):
    size = len(entries)
    return flint.fmpq_mat([[entries[r] if r == c else 0 for c in range(size)] for r in range(size)])


def binary(value):
    """A float as the rational number it is."""
    ratio = Fraction(value)
    return flint.fmpq(ratio.numerator, ratio.denominator)


def test_which_argument_applies():
    kinds = {name: type(weighted(shipped(name).design)) for name in names()}
    assert {name for name, kind in kinds.items() if kind is InWeights} == {*IN_WEIGHTS}
    grouped = {name for name, kind in kinds.items() if kind is InGroups}
    assert grouped == {"guo-2025", "partly-retrieved"}
    assert {*kinds.values()} == {Equal, InWeights, InGroups}
    assert all(type(weighted(design)) is Together for design in JOINT.values())
    assert type(weighted(designs.biased_task)) is Equal


@indexed
@pytest.mark.parametrize(("size", "features"), [(1, 2), (2, 1), (2, 2), (3, 1)])
def test_sample_weights_are_optimal_coordinate_by_coordinate(name, size, features):
    """With W = I the value is the risk, and it is stationary in W and in the weights at once."""
    design = shipped(name).design
    at = at_sizes(design, size, features)
    found = least(weighted(design), at)
    start = {"W": EXACT.identity(features), "Omega": diagonal(found.omega)}
    random = Random(1)
    entries = [[random.randint(-3, 3) for _ in range(features)] for _ in range(features)]
    steps = [random.randint(1, 4) for _ in found.omega]
    line = risk_along(wpgd, start, {"W": EXACT.matrix(entries), "Omega": diagonal(steps)}, at)
    assert (line[0], line[1]) == (found.risk, 0)
    assert not found.bound and found.weight is None


@indexed
def test_no_other_weights_are_better(name):
    design, random = shipped(name).design, Random(2)
    at = at_sizes(design, 2, 2)
    best = Derived.of(design).optima_at(at)
    assert best.wpgd <= best.pgd
    for scale in (1, 4, 20):
        w = EXACT.matrix([[random.randint(-3, 3) for _ in range(2)] for _ in range(2)]) / scale
        weights = {"W": w, "Omega": diagonal([random.randint(-3, 3) for _ in range(at.n)])}
        assert risk_at(wpgd, weights, at) >= flint.fmpq(best.wpgd.numerator, best.wpgd.denominator)


@indexed
@pytest.mark.parametrize(("size", "features"), [(2, 3), (5, 2), (12, 4)])
def test_formulas_exact_numbers_and_floats_agree(name, size, features):
    design = shipped(name).design
    at, kind = at_sizes(design, size, features), weighted(design)
    rough = least(kind, at.floating)
    found = least(kind, at)
    assert rough.risk == pytest.approx(float(Fraction(str(found.risk))), rel=1e-9)
    exact = [float(Fraction(str(w))) for w in found.omega]
    assert rough.omega == pytest.approx(exact, rel=1e-7)
    if kind.best is not None and not isinstance(found.risk, float):
        table = {name: sympy.Rational(str(v)) for name, v in at.scalars.items()}
        sums = {symbol: meaning.subs(table).doit() for symbol, meaning in kind.best.definitions}
        value = kind.best.risk.subs(sums).subs(table)
        assert sympy.simplify(value - sympy.Rational(str(found.risk))) == 0


def test_which_forms_have_a_formula():
    found = {name: weighted(shipped(name).design).best is not None for name in IN_WEIGHTS}
    assert found == {
        "decaying-retrieval": False,
        "drifting": True,
        "drifting-away": True,
        "drifting-partly": True,
        "fading-tasks": True,
        "growing-noise": True,
        "heteroscedastic": True,
        "noisy-retrieval": False,
        "own-tasks": True,
    }


@indexed
@pytest.mark.parametrize(("size", "features"), [(2, 1), (3, 2), (6, 3)])
def test_the_alternation_ends_at_the_exact_optimum(name, size, features):
    design = shipped(name).design
    at = at_sizes(design, size, features)
    expected = float(Fraction(str(least(weighted(design), at).risk)))
    found = joint.minimise(at)
    assert found.risk == pytest.approx(expected, rel=1e-8)
    assert list(found.risks) == sorted(found.risks) and len(found.risks) == 4
    assert found.risks[0] == found.risk >= expected * (1 - 1e-12)
    ratio = np.asarray(found.omega) / found.omega[-1]
    exact = [float(Fraction(str(w))) for w in least(weighted(design), at).omega]
    assert ratio == pytest.approx(np.array(exact) / exact[-1], rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("name", JOINT)
@pytest.mark.parametrize(("size", "features"), [(1, 2), (2, 2), (3, 1)])
def test_the_alternation_is_stationary_coordinate_by_coordinate(name, size, features):
    design = JOINT[name]
    roots = {"S": S if features == 2 else [[3]]}
    at = instance(design, n=size, d=features, roots=roots, scalars={"alpha": Fraction(1, 2)})
    found = joint.minimise(at)
    weights = {
        "W": EXACT.matrix([[binary(v) for v in row] for row in np.asarray(found.weight).tolist()]),
        "Omega": diagonal([binary(v) for v in found.omega.tolist()]),
    }
    scale = float(np.abs(np.asarray(found.weight)).max())
    for name in weights:
        for k in range(features**2 if name == "W" else size):
            turns = {key: value * 0 for key, value in weights.items()}
            row, col = divmod(k, features) if name == "W" else (k, k)
            turns[name][row, col] = 1
            value, slope, bend, *_ = (
                float(Fraction(str(c))) for c in (*risk_along(wpgd, weights, turns, at), 0, 0)
            )
            assert value == pytest.approx(found.risk, rel=1e-9)
            # a step to the lowest point of this line gains next to nothing
            assert bend > 0 and slope**2 / (4 * bend) < 1e-7 * value, (slope, bend, scale)


@pytest.mark.parametrize("name", JOINT)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_alternation_is_never_above_equal_weights(name, size):
    design = JOINT[name]
    at = instance(design, n=size, d=2, roots={"S": S}, scalars={"alpha": Fraction(1, 2)})
    found = Derived.of(design).optima_at(at)
    _, equal = derive(design, pgd).plain.at(at)
    assert found.pgd == EXACT.plain(equal)
    assert found.bound and found.wpgd == found.ssm and len(found.omega) == size
    assert found.wpgd <= float(found.pgd) * (1 + 1e-12)
    assert size > 1 or found.wpgd == pytest.approx(float(found.pgd))
    assert size == 1 or found.wpgd < float(found.pgd) * (1 - 1e-6)


def test_the_alternation_is_the_same_on_every_run():
    design = JOINT["anisotropic"]
    at = instance(design, n=3, d=2, roots={"S": S}, scalars={"alpha": Fraction(1, 2)})
    first, again = joint.minimise(at), joint.minimise(at)
    assert first.risks == again.risks and np.all(first.omega == again.omega)
    rough = joint.minimise(at.floating)
    assert rough.risk == pytest.approx(first.risk)
    assert len(joint.minimise(at, starts=2).risks) == 2


def test_alike_examples_get_equal_weights():
    for design in (designs.rag, designs.task_aligned, designs.independent.isotropic()):
        at = at_sizes(design, 2, 2)
        weight, risk = derive(design, pgd).plain.at(at)
        random = Random(3)
        for _ in range(3):
            omega = diagonal([1 + flint.fmpq(random.randint(-3, 3), 10) for _ in range(2)])
            weights = {"W": EXACT.identity(2) * weight, "Omega": omega}
            assert risk_at(wpgd, weights, at) >= risk
        assert risk_at(wpgd, weights | {"Omega": EXACT.identity(2)}, at) == risk


def test_floats_are_solved_without_fractions():
    at = at_sizes(designs.drifting, 3, 2).floating
    assert at.arithmetic is FLOATING
    assert all(isinstance(w, float) for w in least(weighted(designs.drifting), at).omega)
