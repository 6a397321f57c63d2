"""The stationarity equation: printed, solved on every road, and checked without the engine."""

from fractions import Fraction
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from theory.algebra.calculus import derivative
from theory.algebra.values import Values
from theory.designs.combinations import matrix, vector
from theory.designs.design import Design
from theory.designs.instance import instance
from theory.designs.predictors import pgd
from theory.errors import InputError, NotConverged, Underivable
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.optima.stationary.bases import joint_basis, off_diagonal
from theory.optima.stationary.commuting import Diagonals
from theory.optima.stationary.equations import System, stationarity
from theory.optima.stationary.kronecker import LARGEST
from theory.optima.stationary.kronecker import solve as solve_all_entries
from theory.optima.stationary.krylov import solve as solve_by_steps
from theory.optima.stationary.quotient import Quotient
from theory.optima.stationary.solution import Stationary, stationary
from theory.optima.stationary.solving import solve
from theory.risks.coordinates import risk_along
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT, FLOATING
from theory.text.latex import prose
from verify.instances import random_matrix

GENERAL = {
    designs.rag: designs.rag_general,
    designs.rag_unit: designs.rag_unit_general,
    designs.task_aligned: designs.task_aligned_general,
    designs.task_aligned_features: designs.task_aligned_features_general,
}
by_name = pytest.mark.parametrize("design", GENERAL.values(), ids=lambda design: design.name)
(W,) = pgd.weights
HALF = {"alpha": Fraction(1, 2), "sigma": Fraction(1, 3)}

# Features and query mix both covariances and a fixed one: nothing is whitened, nothing cancels.
mixed = Design(
    name="mixed",
    title="A query that is a linear image of the features' covariance",
    prompt=(("q", "S"), ("b", "T")),
    example=(("e", "S"),),
    covariances=("S", "T"),
    query=vector("q") + matrix("T") @ vector("q"),
    features=vector("e") + vector("q"),
    task=vector("b"),
    noise=1,
)


def solve_at(risk, weight, at):
    """The minimiser of a risk at an instance, with its risk, and what is left of its equation."""
    values = at.values
    found = solve(stationary(risk, weight), values)
    residual = stationarity(risk, weight).at(values).residual(found.weight)
    constant = values.scalar(risk.part(0, weight))
    return SimpleNamespace(**vars(found), risk=constant - found.gain, residual=residual)


def roots_at(design, n, d, seed, **scalars):
    """An exact instance whose covariances have rational roots and do not commute."""
    random = Random(seed)
    roots = {}
    for name in design.covariances:
        a = random_matrix(random, d, 2) + 2 * EXACT.identity(d)
        while a.det() == 0:
            a = random_matrix(random, d, 2) + 2 * EXACT.identity(d)
        roots[name] = a * a.transpose() / 4
    return instance(design, n=n, d=d, roots=roots, scalars=scalars)


def floating(at):
    """The same instance in floating point."""
    return instance(
        at.design,
        n=at.n,
        scalars={p.name: float(at.scalars[p.name]) for p in at.design.parameters},
        covariances={
            k: EXACT.plain(m).astype(float) for k, m in at.matrices.items() if k not in "nd"
        },
    )


def exact(design, n, scalars, **covariances):
    return instance(design, n=n, scalars=scalars, covariances=covariances)


def all_entries(design, at):
    """The exact solution of the whole linear system, and whether it is the only one."""
    equation = stationarity(population_risk(design, pgd), W)
    return solve_all_entries(equation.at(at.values))


def gap(found, expected):
    expected = EXACT.plain(expected).astype(float)
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize(("plain", "general"), GENERAL.items(), ids=lambda design: design.name)
def test_identity_covariances_give_the_isotropic_design(plain, general):
    assert population_risk(general.isotropic(), pgd) == population_risk(plain, pgd)


@by_name
def test_the_system_is_the_gradient(design):
    at = roots_at(design, 3, 3, 1, **HALF)
    risk, weight = population_risk(design, pgd), random_matrix(Random(2), 3, 5)
    gradient = derivative(risk, W)
    inside = {**at.matrices, "W": weight}
    value = at.values.put(inside).matrix(gradient)
    system = stationarity(risk, W).at(at.values)
    residual = system.residual(weight)
    ratio = value[0, 0] / residual[0, 0]
    assert value == residual * ratio and ratio < 0


POINTS = [
    (designs.rag_general, 1, 2, Fraction(3, 5)),
    (designs.rag_general, 2, 2, Fraction(4, 5)),
    (designs.rag_unit_general, 2, 2, Fraction(1, 2)),
    (designs.task_aligned_general, 1, 1, Fraction(3, 4)),
    (designs.task_aligned_general, 2, 2, Fraction(4, 7)),
    (designs.task_aligned_features_general, 2, 2, Fraction(4, 7)),
]


@pytest.mark.parametrize(("design", "n", "d", "alpha"), POINTS)
def test_stationary_in_the_coordinates_for_covariances_that_do_not_commute(design, n, d, alpha):
    """Slope zero along every direction, and the value, coordinate by coordinate."""
    at = roots_at(design, n, d, 3, alpha=alpha, sigma=Fraction(1, 2))
    a, b = at.matrices.values()
    assert d == 1 or a * b != b * a
    found = solve_at(population_risk(design, pgd), W, at)
    weight, risk = derive(design, pgd).plain.at(at)
    assert (weight, risk) == (found.weight, found.risk) and not any(found.residual.entries())
    assert d == 1 or weight != weight.transpose() or design.name.startswith("rag")
    for k in range(d * d):
        unit = EXACT.matrix([[int(k == d * r + c) for c in range(d)] for r in range(d)])
        line = risk_along(pgd, {"W": weight}, {"W": unit}, at)
        assert line[0] == risk and line[1] == 0 and line[2] > 0


@by_name
@examples("1/3")
@given(data=st.data())
def test_identity_covariances_give_the_isotropic_formula(design, data):
    plain = {g: p for p, g in GENERAL.items()}[design]
    d, n = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 9))
    alpha = data.draw(st.fractions(0, Fraction(8, 9), max_denominator=9))
    sigma = data.draw(st.fractions(0, 3, max_denominator=9))
    at = instance(design, n=n, d=d, scalars={"alpha": alpha, "sigma": sigma})
    factor, expected = derive(plain, pgd).plain.at(at)
    weight, risk = derive(design, pgd).plain.at(at)
    assert weight == EXACT.identity(d) * factor and risk == expected


@by_name
@examples("1/3")
@given(seed=st.integers(0, 10**6), d=st.integers(1, 4))
def test_without_alignment_it_is_the_independent_design(design, seed, d):
    sigma = Fraction(2, 3)
    at = roots_at(design, 3, d, seed, alpha=0, sigma=sigma)
    expected = derive(designs.independent, pgd).plain.at(at)
    assert derive(design, pgd).plain.at(at) == expected


@examples("1/5")
@given(seed=st.integers(0, 10**6), d=st.integers(2, 4))
@by_name
def test_all_roads_agree_where_the_covariances_commute(design, seed, d):
    """Repeated eigenvalues too: a covariance, and a polynomial in it."""
    random = Random(seed)
    a = random_matrix(random, d, 3)
    a = a * a.transpose() + EXACT.identity(d)
    other = [a * a / 9, a + 2 * EXACT.identity(d), EXACT.identity(d)][seed % 3]
    at = exact(design, 4, HALF, Sigma_x=a, Sigma_beta=other)
    found = solve_at(population_risk(design, pgd), W, at)
    assert found.how.startswith("closed form") and not any(found.residual.entries())
    assert all_entries(design, at) == (found.weight, True)
    rounded = floating(at)
    direct = solve_at(population_risk(design, pgd), W, rounded)
    assert gap(direct.weight, found.weight) < 1e-10
    assert abs(direct.risk - float(EXACT.plain(found.risk))) < 1e-10 * direct.risk
    system = stationarity(population_risk(design, pgd), W).at(rounded.values)
    assert gap(solve_by_steps(system, 1e-13)[0], found.weight) < 1e-10


@examples("1/4")
@given(seed=st.integers(0, 10**6), d=st.integers(2, 4))
@pytest.mark.parametrize("design", [*GENERAL.values(), mixed], ids=lambda design: design.name)
def test_all_roads_agree_where_they_do_not(design, seed, d):
    random = Random(seed)
    drawn = (random_matrix(random, d, 3) for _ in design.covariances)
    full = {
        k: a * a.transpose() + EXACT.identity(d)
        for k, a in zip(design.covariances, drawn, strict=True)
    }
    at = exact(design, 4, HALF if design.parameters else {}, **full)
    risk = population_risk(design, pgd)
    found = solve_at(risk, W, at)
    assert all_entries(design, at) == (found.weight, True) and not any(found.residual.entries())
    rounded = solve_at(risk, W, floating(at))
    assert gap(rounded.weight, found.weight) < 1e-9
    assert abs(rounded.risk - float(EXACT.plain(found.risk))) < 1e-9 * rounded.risk


def test_which_road_is_taken():
    rag, task = (
        population_risk(design, pgd)
        for design in (designs.rag_general, designs.task_aligned_general)
    )
    any_ = {"Sigma_x": [[2, 1], [1, 1]], "Sigma_beta": [[1, 0], [0, 3]]}
    line = {"Sigma_x": [[2, 0], [0, 1]], "Sigma_beta": [[1, 0], [0, 3]]}
    alike = {"Sigma_x": [[2, 1], [1, 2]], "Sigma_beta": [[3, 1], [1, 3]]}

    def how(design, risk, covariances, scalars=HALF):
        return solve_at(risk, W, exact(design, 3, scalars, **covariances)).how

    numbers = {"alpha": 0.5, "sigma": 0.5}
    assert how(designs.rag_general, rag, any_) == "closed form after whitening by Sigma_x"
    assert how(designs.rag_general, rag, any_, numbers) == "closed form after whitening by Sigma_x"
    assert how(designs.rag_general, rag, line) == "closed form, diagonal covariances"
    assert how(designs.task_aligned_general, task, alike) == "closed form, commuting covariances"
    assert how(designs.task_aligned_general, task, any_) == "linear system for all entries"
    assert how(designs.task_aligned_general, task, line) == "closed form, diagonal covariances"
    assert (
        how(designs.task_aligned_general, task, line, numbers)
        == "closed form in a common eigenbasis"
    )
    assert how(designs.task_aligned_general, task, any_, numbers).startswith("conjugate gradients")


def test_a_thousand_exact_eigenvalues():
    d = 1000
    risk = population_risk(designs.rag_general, pgd)
    found = stationary(risk, W).plain
    entries = {
        "Sigma_x": np.array([EXACT.number(Fraction(1, k + 1)) for k in range(d)]),
        "Sigma_beta": np.array([EXACT.number(k % 3 + 1) for k in range(d)]),
    }
    floats = {k: np.array([float(v.p) / float(v.q) for v in m]) for k, m in entries.items()}
    scalars = {"n": 10, "d": d, "alpha": 0.25, "sigma": 2.0}
    weight = found.solve(Values(scalars, floats, Diagonals(FLOATING)), FLOATING)
    exactly = {**scalars, "alpha": Fraction(1, 4), "sigma": 2}
    few = {k: m[:20] for k, m in entries.items()}
    short = found.solve(Values({**exactly, "d": 20}, few, Diagonals(EXACT)), EXACT)
    system = stationarity(risk, W).at(Values({**exactly, "d": 20}, few, Diagonals(EXACT)))
    assert not any(system.residual(short)) and len(weight) == d


def test_where_a_diagonal_equation_is_singular_one_of_its_solutions_is_given():
    """Features vanish at every third coordinate, where any weight will do."""
    d, risk = LARGEST + 2, population_risk(designs.rag_general, pgd)
    entries = {
        "Sigma_x": np.array([EXACT.number(k % 3) for k in range(d)]),
        "Sigma_beta": np.array([EXACT.number(k + 1) for k in range(d)]),
    }
    values = Values({"n": 10, "d": d, **HALF}, entries, Diagonals(EXACT), d)
    weight, only = stationary(risk, W).plain.diagonal(values, EXACT)
    assert not any(stationarity(risk, W).at(values).residual(weight))
    assert not only and any(weight)


ROOTS = {
    "flat": {"Sigma_x": [[1, 1], [1, 1]], "Sigma_beta": [[2, 1], [1, 3]]},
    "flat, of rank 2": {
        "Sigma_x": [[1, 1, 0], [1, 1, 0], [0, 0, 2]],
        "Sigma_beta": [[2, 1, 0], [1, 3, 1], [0, 1, 1]],
    },
    "both flat": {"Sigma_x": [[1, 2], [2, 4]], "Sigma_beta": [[1, 2], [2, 4]]},
    "apart": {"Sigma_x": [[1, 0], [0, 0]], "Sigma_beta": [[0, 0], [0, 1]]},
    "no features": {"Sigma_x": [[0, 0], [0, 0]], "Sigma_beta": [[2, 1], [1, 3]]},
    "no task": {"Sigma_x": [[2, 1], [1, 3]], "Sigma_beta": [[0, 0], [0, 0]]},
    "in one plane": {
        "Sigma_x": [[2, 1, 3], [1, 1, 2], [3, 2, 5]],
        "Sigma_beta": [[1, 0, 1], [0, 3, 3], [1, 3, 4]],
    },
}


@by_name
@pytest.mark.parametrize("sigma", [0, Fraction(1, 2)])
@pytest.mark.parametrize("name", ROOTS)
def test_the_least_risk_where_covariances_are_singular(design, name, sigma):
    """Exactly and in floats: stationary coordinate by coordinate, hence least, by convexity."""
    scalars = {"alpha": Fraction(3, 5), "sigma": sigma}
    at = instance(design, n=2, scalars=scalars, roots=ROOTS[name])
    plain = derive(design, pgd).plain
    best = plain.minimum(at)
    step = random_matrix(Random(5), at.d, 3)
    value, slope, curvature = (*risk_along(pgd, {"W": best.weight}, {"W": step}, at), 0, 0)[:3]
    assert value == best.risk and slope == 0 and curvature >= 0
    rounded = floating(at)
    try:
        again = plain.minimum(rounded)
    except NotConverged:
        return  # on some processors rounding keeps one of these from the tolerance, and it is said
    assert again.risk == pytest.approx(float(EXACT.plain(best.risk)), rel=1e-12, abs=1e-14)
    assert bool(again.others) == bool(best.others)
    if best.others and plain.equation is not None:
        for where in (at, rounded):
            with pytest.raises(ZeroDivisionError):
                plain.at(where)


def test_a_singular_covariance_among_many_coordinates():
    """By the range: no linear system for all entries is needed, which exact input would refuse."""
    for d in (3, LARGEST + 4):
        flat = [[1] * d for _ in range(d)]
        at = exact(designs.rag_general, 2, HALF, Sigma_x=flat, Sigma_beta=np.eye(d, dtype=int))
        risk = population_risk(at.design, pgd)
        found, again = solve_at(risk, W, at), solve_at(risk, W, floating(at))
        # all features are one number z: x' beta = z * (the sum of beta), of variance d
        line = exact(designs.rag_general, 2, HALF, Sigma_x=[[1]], Sigma_beta=[[d]])
        assert found.risk == solve_at(risk, W, line).risk
        assert again.risk == pytest.approx(float(EXACT.plain(found.risk)), rel=1e-13)
        assert found.others == again.others and found.others.startswith("Sigma_x is singular")


@pytest.mark.parametrize("power", [4, 8, 12, 15, 18, 40])
@pytest.mark.parametrize("design", GENERAL.values(), ids=lambda design: design.name)
def test_covariances_near_singular_give_the_digits_of_exact_ones(design, power):
    """Not those of a singular one: for retrieval-augmented prompts these are far away."""
    thin = Fraction(1, 2**power)
    given = {"Sigma_x": [[1, 1], [1, 1 + thin]], "Sigma_beta": [[2, 1], [1, 3]]}
    at = exact(design, 2, HALF, **given)
    expected = float(EXACT.plain(solve_at(population_risk(design, pgd), W, at).risk))
    assert solve_at(population_risk(design, pgd), W, floating(at)).risk == pytest.approx(
        expected, rel=1e-11
    )


def test_a_coordinate_in_another_unit_is_not_singular():
    given = {"Sigma_x": [[1, 0], [0, Fraction(1, 2**70)]], "Sigma_beta": [[1, 0], [0, 2**70]]}
    at = exact(designs.rag_general, 2, HALF, **given)
    risk = population_risk(at.design, pgd)
    expected, found = solve_at(risk, W, at), solve_at(risk, W, floating(at))
    assert found.others == "" and found.risk == pytest.approx(float(EXACT.plain(expected.risk)))


def test_digits_that_do_not_tell_the_rank_are_refused():
    """A covariance of rank 1, up to rounding: its least risk is far from that of rank 2."""
    thirds = np.outer([1 / 3, 1 / 7], [1 / 3, 1 / 7])
    thirds[1, 1] = np.nextafter(thirds[1, 1], 1)
    other = np.outer([0.1, 0.3, 0.7], [0.1, 0.3, 0.7])
    for covariance in (thirds, other):
        at = instance(
            designs.rag_general,
            n=2,
            scalars={"alpha": 0.5, "sigma": 0.5},
            covariances={"Sigma_x": covariance},
        )
        with pytest.raises(InputError, match="Sigma_x is nearly singular: the digits"):
            solve_at(population_risk(at.design, pgd), W, at)


def test_features_equal_to_the_query():
    """At alpha = 1 an antisymmetric weight predicts nothing; the closed form takes none of it."""
    at = exact(
        designs.rag_general,
        3,
        {"alpha": 1, "sigma": 1},
        Sigma_x=[[2, 1], [1, 1]],
        Sigma_beta=[[1, 0], [0, 3]],
    )
    found = solve_at(population_risk(designs.rag_general, pgd), W, at)
    assert found.weight == found.weight.transpose() and not any(found.residual.entries())
    assert not all_entries(designs.rag_general, at)[1]


def test_large_exact_systems_are_refused_and_slow_iterations_are_reported():
    d = LARGEST + 1
    ramp = [[1 + (r == c) * (r + 2) for c in range(d)] for r in range(d)]
    line = [[int(r == c) * (c + 1) for c in range(d)] for r in range(d)]
    at = exact(designs.task_aligned_general, 3, HALF, Sigma_x=ramp, Sigma_beta=line)
    risk = population_risk(designs.task_aligned_general, pgd)
    with pytest.raises(InputError, match=f"at most {LARGEST} for exact"):
        solve_at(risk, W, at)
    rounded = floating(at)
    system = stationarity(risk, W).at(rounded.values)
    with pytest.raises(NotConverged, match="after 2 steps"):
        solve_by_steps(system, 1e-12, steps=2)


def test_the_iteration_solves_what_is_diagonal_at_once():
    at = instance(
        designs.task_aligned_general,
        n=30,
        scalars={"alpha": 0.3, "sigma": 0.5},
        covariances={
            "Sigma_x": np.diag(np.linspace(1, 3, 20)),
            "Sigma_beta": np.diag(np.linspace(2, 1, 20) ** 2),
        },
    )
    risk = population_risk(at.design, pgd)
    system = stationarity(risk, W).at(at.values)
    weight, steps, only = solve_by_steps(system, 1e-12)
    assert steps == 1 and only and np.allclose(weight, solve_at(risk, W, at).weight, rtol=1e-11)


def test_a_thin_covariance_in_any_basis():
    """In whitened coordinates nothing is thin."""
    generator = np.random.default_rng(1)
    basis = np.linalg.qr(generator.standard_normal((20, 20)))[0]
    thin = (basis * np.logspace(-10, 0, 20)) @ basis.T
    other = generator.standard_normal((20, 40))
    task = other @ other.T
    scalars = {"alpha": 0.3, "sigma": 0.5}
    at = instance(
        designs.rag_general,
        n=40,
        scalars=scalars,
        covariances={"Sigma_x": (thin + thin.T) / 2, "Sigma_beta": task},
    )
    risk = population_risk(at.design, pgd)
    found = solve_at(risk, W, at)
    assert found.how == "closed form after whitening by Sigma_x"
    # the same prompts in coordinates in which the features are isotropic
    root = FLOATING.root(at.matrices["Sigma_x"])
    white = {"Sigma_x": np.eye(20), "Sigma_beta": np.asarray(root * FLOATING.matrix(task) * root)}
    same = solve_at(risk, W, instance(at.design, n=40, scalars=scalars, covariances=white))
    assert found.risk == pytest.approx(same.risk, rel=1e-9)


def test_joint_basis_of_repeated_eigenvalues():
    generator = np.random.default_rng(3)
    basis = np.linalg.qr(generator.standard_normal((6, 6)))[0]
    a, b = ((basis * v) @ basis.T for v in ([1, 1, 1, 2, 2, 3], [5, 5, 4, 4, 4, 4]))
    assert off_diagonal([a, b], joint_basis([a, b])) < 1e-14


def test_joint_basis_where_eigenvalues_meet_in_every_combination():
    """Among many eigenvalues, some nearly meet in the combination that was diagonalised."""
    generator = np.random.default_rng(3)
    basis = np.linalg.qr(generator.standard_normal((300, 300)))[0]
    up, down = np.linspace(1, 2, 300), 1 / np.linspace(1, 5, 300)
    a, b = ((basis * v) @ basis.T for v in (up, down))
    assert off_diagonal([a, b], joint_basis([a, b])) < 1e-13


def test_what_derive_says():
    found = derive(designs.rag_general, pgd)
    assert isinstance(found.plain.solution, Stationary)
    assert str(found.weight) == "W_star"
    texts = [prose(step.text) for step in found.steps]
    assert any("linear in the weight" in text for text in texts)
    assert any("Whitened coordinates" in text for text in texts)
    (equation,) = next(s.formulas for s in found.steps if "linear equation" in prose(s.text))
    assert len(equation.left.args) == 6
    assert "unique exactly where" in prose(found.conditions[0])
    assert "W^\\star" in found.steps[-1].latex
    coupled = derive(designs.task_aligned_general, pgd)
    assert "Suppose the covariances commute" in " ".join(prose(s.text) for s in coupled.steps)
    assert "no formula" in prose(coupled.conditions[1])
    assert "^\\star^" not in coupled.steps[-1].latex
    features = derive(designs.task_aligned_features_general, pgd)
    assert isinstance(features.plain.solution, Quotient)


def test_a_polynomial_that_is_no_risk_is_refused():
    with pytest.raises(Underivable, match="does not depend on the weight"):
        stationarity(population_risk(designs.rag_general, pgd).part(0, W), W)


def test_fixed_vectors_are_letters_like_any_other():
    risk = population_risk(designs.biased_task, pgd)
    covariances = {"Sigma_x": [[2, 1], [1, 1]], "Sigma_beta": [[1, 0], [0, 3]]}
    for one in (1, 1.0):
        at = instance(
            designs.biased_task,
            n=3,
            scalars={"sigma": one},
            covariances=covariances,
            means={"m": [1, 2]},
        )
        expected = derive(designs.biased_task, pgd).plain.at(at)
        found = solve_at(risk, W, at)
        error = at.arithmetic.plain(found.weight - expected[0])
        assert np.abs(error.astype(float)).max() < 1e-12


def test_a_system_by_hand():
    """2 w + 3 w + 4 w = 18 in one dimension."""
    two, three, four = (EXACT.matrix([[k]]) for k in (2, 3, 4))
    one = EXACT.identity(1)
    system = System(((two, False, one), (one, True, three)), ((four, one),), 18 * one, EXACT)
    assert solve_all_entries(system) == (2 * one, True)


def test_steps_know_of_others_that_the_block_of_the_diagonal_hides():
    """Only ``diag(1, -1)`` is taken to zero, and each entry with its mirror image is not."""
    ones, first, last = (
        FLOATING.matrix(a) for a in ([[1, 1], [1, 1]], [[1, 0], [0, 0]], [[0, 0], [0, 1]])
    )
    system = System(((ones, False, ones), (first, False, last)), (), ones, FLOATING)
    weight, _, only = solve_by_steps(system, 1e-12)
    assert not only and abs(system.residual(weight)).max() < 1e-9
