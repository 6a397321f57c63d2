"""Completed squares, exact spectra, and the least risk of low-rank weights."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import flint
import numpy as np
import pytest
import sympy

import theory
from theory.designs import predictors
from theory.errors import InputError, Underivable
from theory.language.gallery import designs
from theory.optima.low_rank.update import attention_step, complete, is_increasing
from theory.optima.minimisation import minimise
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.text.latex import latex, prose
from verify.instances import random_instance, random_matrix

lemma3, lemma4 = theory.statement("lemma3"), theory.statement("lemma4")
HALF = Fraction(1, 2)
A = [[2, 1, 0], [1, 3, HALF], [0, HALF, 1]]
B = [[1, 0, 1], [0, 2, 0], [1, 0, 4]]
OLD = [[5, 1, 1], [1, 1, 0], [1, 0, 1]]
BAB = (np.array(B, dtype=object) @ np.array(A, dtype=object) @ np.array(B, dtype=object)).tolist()


def value(number):
    """As a float, whatever it is."""
    return float(sympy.N(number, 30)) if isinstance(number, sympy.Expr) else float(number)


def independently(rank, n, sigma, sigma_x, sigma_beta, sigma_beta_old=None):
    """The least risk by a singular value decomposition in whitened coordinates."""
    x, beta = np.array(sigma_x, dtype=float), np.array(sigma_beta, dtype=float)
    values, vectors = np.linalg.eigh(x)
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    one = np.eye(len(x))

    def best(task):
        whitened = root @ task @ root
        metric = (n + 1) * whitened + (np.trace(whitened) + sigma**2) * one
        return whitened, metric, whitened @ np.linalg.inv(metric)

    whitened, metric, optimum = best(beta)
    start = 0 * one
    if sigma_beta_old is not None:
        start = best(np.array(sigma_beta_old, dtype=float))[2]
    values, vectors = np.linalg.eigh(metric)
    half = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    lost = np.linalg.svd((optimum - start) @ half, compute_uv=False)[rank:]
    least = np.trace(whitened) + sigma**2 - n * np.trace(whitened @ optimum)
    return least + n * (lost**2).sum()


@pytest.mark.parametrize("design", [designs.independent, designs.retasked], ids=lambda x: x.name)
def test_the_risk_is_its_completed_square(design):
    random = Random(1)
    weight = predictors.pgd.weights[0]
    polynomial = population_risk(design, predictors.pgd)
    square = complete(minimise(polynomial, weight))
    for size in (1, 2, 3):
        at = random_instance(design, 4, size, random, 3)
        drawn = random_matrix(random, size, 3)
        best, least = square.optimum.at(at)
        form, outer = square.form_at(at, drawn - best)
        inside = {**at.matrices, weight.name: drawn}
        risk = at.values.put(inside).scalar(polynomial)
        assert risk == least + EXACT.trace(form * outer)


@pytest.mark.parametrize("design", [designs.isotropic_noiseless, designs.shifted_task])
def test_what_is_no_square_of_this_form_is_refused(design):
    risk = population_risk(design, predictors.pgd)
    optimum = minimise(risk, predictors.pgd.weights[0])
    if design is designs.shifted_task:
        wrong = risk + risk.part(1, optimum.variable)
        optimum = replace(optimum, polynomial=wrong)
    with pytest.raises(Underivable):
        complete(optimum)


@pytest.mark.parametrize("rank", range(4))
def test_lemma3_exact_and_floating_against_an_svd(rank):
    given = {"n": 5, "rank": rank, "sigma_x": A, "sigma_beta": B}
    exact, near = lemma3.evaluate(**given, sigma=HALF), lemma3.evaluate(**given, sigma=0.5)
    expected = independently(rank, 5, 0.5, A, B)
    assert exact.risk == exact.claimed  # the same expression, irrational as it is
    for number in (value(exact.risk), near.risk, near.claimed):
        assert number == pytest.approx(expected, rel=1e-12)
    assert isinstance(exact.risk, Fraction) == (rank in (0, 3))
    assert np.linalg.matrix_rank(near.weight) == rank
    np.testing.assert_allclose(exact.weight.astype(float), near.weight, atol=1e-13)


@pytest.mark.parametrize("old", [BAB, OLD, B], ids=["commuting", "not commuting", "the same"])
@pytest.mark.parametrize("rank", range(4))
def test_lemma4_exact_and_floating_against_an_svd(rank, old):
    given = {"n": 5, "rank": rank, "sigma_x": A, "sigma_beta": B, "sigma_beta_old": old}
    exact, near = lemma4.evaluate(**given, sigma=HALF), lemma4.evaluate(**given, sigma=0.5)
    expected = independently(rank, 5, 0.5, A, B, old)
    assert value(exact.risk) == pytest.approx(expected, rel=1e-12)
    assert near.risk == pytest.approx(expected, rel=1e-12)
    if old is OLD:
        assert exact.claimed is None and near.claimed is None
    else:
        assert exact.claimed == exact.risk
        assert near.claimed == pytest.approx(expected, rel=1e-12)
    if rank in (0, 3):
        assert isinstance(exact.risk, Fraction)


def test_the_ends_are_the_start_and_the_optimum_of_theorem1():
    given = {"n": 5, "sigma": HALF, "sigma_x": A, "sigma_beta": B}
    best = theory.statement("theorem1").evaluate(**given)
    whole = lemma3.evaluate(**given, rank=3)
    assert whole.risk == best.risk and (whole.weight == best.weight).all()
    start = theory.statement("theorem1").evaluate(**{**given, "sigma_beta": OLD})
    old = {**given, "sigma_beta_old": OLD}
    assert (lemma4.evaluate(**old, rank=0).weight == start.weight).all()
    whole = lemma4.evaluate(**old, rank=3)
    assert whole.risk == best.risk and (whole.weight == best.weight).all()
    at, best = lemma4.instance(**old), lemma4.best
    weight, least = best.minimum_at(at)
    form, outer = best.plain.form_at(at, weight - lemma4.start_at(at))
    lost = at.arithmetic.trace(form * outer)
    assert lemma4.evaluate(**old, rank=0).risk == Fraction(str(least + lost))


@pytest.mark.parametrize("rank", range(5))
def test_of_equal_eigenvalues_any_part_will_do(rank):
    found = lemma3.evaluate(n=3, d=4, sigma=1, rank=rank)
    assert found.risk == found.claimed == 5 - rank * Fraction(3, 4 + 5)
    weight = flint.fmpq_mat(
        [[flint.fmpq(v.numerator, v.denominator) for v in row] for row in found.weight]
    )
    assert weight.rank() == rank
    near = lemma3.evaluate(n=3, d=4, sigma=1.0, rank=rank)
    assert near.risk == pytest.approx(float(found.risk), rel=1e-14)


def test_a_rational_projector_of_irrational_eigenvalues():
    """The two largest eigenvalues are conjugates, so keeping both is rational, keeping one not."""
    given = {"n": 2, "sigma": 0, "sigma_beta": [[5, 1, 0], [1, 6, 0], [0, 0, 1]]}
    both, one = lemma3.evaluate(**given, rank=2), lemma3.evaluate(**given, rank=1)
    assert isinstance(both.risk, Fraction) and both.weight.dtype == object
    assert isinstance(one.risk, sympy.Expr) and one.weight.dtype == float
    assert one.risk == one.claimed


def test_singular_covariances():
    given = {"n": 4, "sigma": 0, "sigma_x": [[1, 1], [1, 1]], "sigma_beta": [[1, 0], [0, 0]]}
    for statement, more in ((lemma3, {}), (lemma4, {"sigma_beta_old": [[2, 1], [1, 5]]})):
        risks = [statement.evaluate(**given, **more, rank=rank) for rank in (0, 1, 2)]
        assert risks[1].risk == risks[2].risk  # one direction is all there is
        floats = {
            k: np.array(v, dtype=float) if k != "n" else v for k, v in {**given, **more}.items()
        }
        floats["sigma"] = 0.0
        for rank, exact in enumerate(risks):
            near = statement.evaluate(**floats, rank=rank)
            assert near.risk == pytest.approx(float(exact.risk), rel=1e-12, abs=1e-12)
            assert exact.claimed == exact.risk
            assert near.claimed == pytest.approx(float(exact.risk), rel=1e-12, abs=1e-12)


def test_covariances_default_to_the_identity():
    one = [[1, 0], [0, 1]]
    plain = lemma4.evaluate(n=3, d=2, rank=1, sigma=1)
    given = lemma4.evaluate(
        n=3, rank=1, sigma=1, sigma_x=one, sigma_beta=one, sigma_beta_old=one, d=2
    )
    assert plain.risk == given.risk == plain.claimed
    assert lemma3.evaluate(n=3, d=2, rank=1, sigma=1, sigma_x=None).risk == Fraction(18, 7)


@pytest.mark.parametrize("rank", [-1, 4, 1.0, True, "1"])
def test_a_rank_out_of_range_is_named(rank):
    with pytest.raises(InputError, match="rank must be a whole number from 0 to d = 3, got"):
        lemma3.evaluate(n=2, d=3, sigma=1, rank=rank)


@pytest.mark.parametrize("zero", [0, 0.0])
def test_without_signal_and_noise_there_is_no_optimum(zero):
    nothing, some = [[zero]], [[zero + 1]]
    for statement in (lemma3, lemma4):
        with pytest.raises(InputError, match="no signal and no noise"):
            statement.evaluate(n=2, rank=1, sigma=zero, sigma_beta=nothing)
    with pytest.raises(InputError, match="no old signal and no noise; make sigma, or sigma_x and"):
        lemma4.evaluate(n=2, rank=1, sigma=zero, sigma_beta=some, sigma_beta_old=nothing)


def test_unknown_arguments_are_refused():
    with pytest.raises(InputError, match="sigma_beta_old"):
        lemma3.evaluate(n=2, d=2, rank=1, sigma=1, sigma_beta_old=[[1, 0], [0, 1]])
    with pytest.raises(InputError, match="argument of lemma4"):
        lemma4.evaluate(n=2, d=2, rank=1, sigma=1, sigma_beta_new=[[1, 0], [0, 1]])


def test_formulas_are_derived_and_match_the_numbers():
    n, r, M = sympy.symbols("n r M")
    eigenvalue = sympy.IndexedBase("lambda")
    formula = lemma3.risk.subs({r: 2, n: 5, M: 1 + 1 + 2 + 5}).doit()
    formula = formula.subs({eigenvalue[1]: 5, eigenvalue[2]: 2})
    task = [[1, 0, 0], [0, 5, 0], [0, 0, 2]]
    assert formula == sympy.Rational(
        str(lemma3.evaluate(n=5, rank=2, sigma=1, sigma_beta=task).risk)
    )
    assert lemma3.limit is None and lemma3.weight is None
    assert any("Eckart" in prose(condition) for condition in lemma4.derived.conditions)


def test_the_derived_formulas_say_where_they_hold():
    general, weight, commuting = lemma4.derived.formulas
    assert general.latex.endswith(r"\text{(any } \Sigma, \Sigma_{\mathrm{old}} \text{)}")
    assert r"\text{(where they commute, gains } n \mu_i" in commuting.latex
    assert general.left == commuting.left and "V_0" in weight.latex
    assert [f.left for f in lemma3.derived.formulas] == [general.left, weight.left]


@pytest.mark.parametrize("record", [lemma3, lemma4], ids=lambda record: record.id)
def test_every_letter_of_the_formulas_is_explained(record):
    for exposition in (record.claimed, record.derived):
        defined = " ".join(f.latex for f in exposition.where)
        for symbol, matrix in record.claim.eigenvalues:
            assert f"{latex(matrix)} u_i = {{{latex(symbol)}}}_{{i}} u_i" in defined
    lefts = [f.left for f in record.derived.where]
    used = " ".join(latex(f.right) for f in record.derived.formulas)
    for name in (r"L^\star", r"V^\star", "V_0", " D", r"\mu_i"):
        assert (name in used) <= any(name.strip() in f.latex for f in record.derived.where), name
    assert len(set(lefts)) == len(lefts)
    decreasing = {lemma3: r"\lambda_1 \ge \dots", lemma4: r"\mu_1 \ge \dots"}[record]
    assert any(decreasing in f.latex for f in record.derived.where)


def test_a_start_at_zero_leaves_no_scaffolding():
    exposition = lemma3.derived
    shown = " ".join(f.latex for f in (*exposition.formulas, *exposition.where))
    shown += " ".join(prose(step.text) + step.latex for step in exposition.steps)
    assert "V_0" not in shown and " D " not in shown and "W_0" not in shown


def test_the_largest_eigenvalues_need_a_gain_that_increases(monkeypatch):
    monkeypatch.setattr("theory.records.low_rank_risk.is_increasing", lambda gain: False)
    with pytest.raises(Underivable, match="does not visibly increase"):
        _ = replace(lemma3).derived  # a copy, which has derived nothing yet


def test_evaluate_is_exact_for_larger_sizes():
    random = Random(3)
    at = random_instance(designs.independent, 7, 8, random, 2)
    x, beta = (at.arithmetic.plain(at.matrices[k]) for k in ("Sigma_x", "Sigma_beta"))
    found = lemma3.evaluate(n=7, rank=3, sigma=1, sigma_x=x, sigma_beta=beta)
    near = lemma3.evaluate(
        n=7, rank=3, sigma=1.0, sigma_x=x.astype(float), sigma_beta=beta.astype(float)
    )
    assert found.risk == found.claimed
    assert value(found.risk) == pytest.approx(near.risk, rel=1e-9)


def test_attention_contains_the_gradient_step_it_is_said_to():
    assert attention_step(predictors.att, predictors.pgd)
    other = replace(
        predictors.att,
        predict=lambda p, w: predictors.att.predict(p, w) + predictors.att.predict(p, w),
    )
    with pytest.raises(Underivable, match="another gradient step"):
        attention_step(other, predictors.pgd)


def test_increasing_functions():
    x, M = sympy.symbols("lambda M")
    assert is_increasing(x**2 / (sympy.Symbol("n") * x + M))
    assert not is_increasing(x**2 - x)
    assert not is_increasing(M / (x + M))
