"""Gradients, convexity, whitening and the two closed-form arguments."""

from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import theory
from theory.algebra import symbolic
from theory.algebra.calculus import derivative, fold, substitute
from theory.algebra.polynomials import identity, letter
from theory.algebra.traces import Trace
from theory.algebra.values import Values
from theory.algebra.whitening import WEIGHT, Whitening
from theory.algebra.words import D, Factor, fixed, symmetric
from theory.designs import predictors
from theory.errors import Underivable
from theory.language.gallery import designs, shipped
from theory.optima.curvature.convexity import convexity, cut
from theory.optima.derivation import derive
from theory.optima.minimisation import minimise
from theory.optima.stationary.equations import stationarity
from theory.optima.stationary.quotient import quotient
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.signs import is_nonnegative
from theory.scalars.symbols import d, n
from verify.instances import random_instance, random_matrix

W, S, T = fixed("W", D, D), symmetric("S", D), symmetric("T", D)
w, s, t = letter(W), letter(S), letter(T)
sigma = sympy.Symbol("sigma")


@pytest.mark.parametrize(
    "value",
    [
        (w @ s @ w.mT @ t).trace(),
        (w @ s).trace() ** 2 + (w @ w).trace() * n,
        (w @ s @ w @ t @ w.mT).trace() * (w @ t).trace(),
    ],
)
def test_derivative_is_the_difference_quotient(value):
    """Exactly: the coefficient of t in p(W + t H) is tr(gradient' H)."""
    random = Random(1)
    names = {k: random_matrix(random, 3, 4) for k in "WST"}
    names["S"], names["T"] = (names[k] * names[k].transpose() for k in "ST")
    direction = random_matrix(random, 3, 4)
    scalars = {"n": 5, "d": 3}
    gradient = Values(scalars, names, EXACT).matrix(derivative(value, W))

    def at(step):
        moved = {**names, "W": names["W"] + direction * EXACT.number(step)}
        return Values(scalars, moved, EXACT).scalar(value)

    # A polynomial of degree at most 4 in the step: its slope at 0 from five values.
    slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / 12
    assert slope == EXACT.trace(gradient.transpose() * direction)


def test_substitute_then_fold_is_the_identity():
    value = (w @ s @ w.mT @ s).trace() + 3 * (w @ s).trace()
    root, v = symmetric("R", D), fixed("V", D, D)
    around = Factor(root, False)
    rooted = substitute(value, {S: letter(root) @ letter(root)})
    folded = fold(rooted, (around, Factor(W, False), around), v)
    assert folded == (letter(v) @ letter(v).mT).trace() + 3 * letter(v).trace()


@pytest.mark.parametrize(
    ("word", "possible"),
    [
        ((S, W, (W, True)), True),
        ((S, W, T, (W, True)), True),
        ((S, T), True),
        ((S, W, T, W), False),
        ((W,), False),
    ],
)
def test_which_words_are_non_negative(word, possible):
    factors = tuple(Factor(*a) if isinstance(a, tuple) else Factor(a, False) for a in word)
    assert (cut(Trace(factors)) is not None) == possible


def test_coefficients_visibly_non_negative():
    assert is_nonnegative(n * (n - 1) * sigma**2 + d)
    assert not is_nonnegative(n - 2)
    assert not is_nonnegative(sigma * n)


def test_convexity_refuses_what_it_cannot_see():
    with pytest.raises(Underivable, match="not visibly positive"):
        convexity((w @ w).trace(), W)
    with pytest.raises(Underivable, match="not visibly non-negative"):
        convexity(-1 * (w @ s @ w.mT).trace(), W)


def test_whitening_puts_what_stands_between_roots_for_it():
    """``W = S^{-1/2} V S^{-1/2}``, and M is T between roots of S."""
    v, m = letter(WEIGHT), letter(symmetric("M", D))
    risk = (w @ s @ t @ s @ w.mT @ s).trace() + (w @ s).trace()
    white = Whitening("S", (("T", "M"),)).apply(risk, W)
    assert white == (v @ m @ v.mT).trace() + v.trace()


def test_roots_are_written_as_what_makes_white():
    white = Whitening("S", (("T", "M"),))
    covariance = symbolic.symbol(S)
    assert white.root**2 == covariance and white.inverse_root**2 == covariance**-1
    ((_, meaning),) = white.definitions
    assert white.unwhitened(meaning) == symbolic.symbol(T)


def test_whitening_refuses_what_it_cannot_whiten():
    with pytest.raises(Underivable, match="leaves roots behind"):
        Whitening("S", ()).apply((w @ s @ t).trace(), W)


def test_where_left_factors_differ_the_equation_stands_for_the_minimiser():
    risk = (w @ s @ w.mT).trace() + (w @ t @ w.mT @ s).trace() - (w @ s).trace()
    assert minimise(risk, W).equation is not None
    with pytest.raises(Underivable, match="degree 1 in W, not 2"):
        minimise((w @ s).trace(), W)


@pytest.mark.parametrize(
    "design", [designs.independent, designs.shifted_task, designs.biased_task], ids=lambda x: x.name
)
@given(st.integers(0, 10**6))
def test_the_optimum_is_stationary_and_its_value_is_right(design, seed):
    random = Random(seed)
    at = random_instance(design, random.randint(1, 9), random.randint(1, 4), random, 2)
    found = derive(design, predictors.pgd).plain
    weight, value = found.at(at)
    risk = population_risk(design, predictors.pgd)
    inside = {**at.matrices, "W": weight}
    assert at.values.put(inside).scalar(risk) == value
    gradient = at.values.put(inside).matrix(derivative(risk, found.variable))
    assert gradient == gradient * 0


def test_the_shifted_task_really_has_an_asymmetric_optimum():
    at = random_instance(designs.shifted_task, 4, 3, Random(5), 2)
    weight, _ = derive(designs.shifted_task, predictors.pgd).plain.at(at)
    assert weight != weight.transpose()


def test_an_isotropic_optimum_is_a_multiple_of_the_identity():
    found = derive(designs.independent.isotropic(), predictors.pgd)
    assert sympy.cancel(found.weight - 1 / (n + d + 1 + sigma**2)) == 0
    assert sympy.cancel(found.risk - (d + sigma**2 - n * d / (n + d + 1 + sigma**2))) == 0


def test_gradient_of_the_identity_part():
    assert derivative(w.trace(), W) == identity(D)


def test_a_square_with_an_unknown_matrix_inside_does_not_control_the_weight():
    """tr(W A A' W') is a square, but A may be singular."""
    a = letter(fixed("A", D, D))
    with pytest.raises(Underivable, match="controls the whole weight"):
        convexity((w @ a @ a.mT @ w.mT).trace(), W)


@pytest.mark.parametrize(
    "risk",
    [
        (w @ s).trace() ** 2 + (w @ s @ w.mT @ s).trace(),
        (w @ s @ w @ s).trace() + (w @ s @ w.mT @ s).trace(),
    ],
)
def test_coupled_equations_are_not_solved_by_cancelling(risk):
    assert quotient(stationarity(risk - (w @ s).trace(), W)) is None


def test_a_right_hand_side_with_another_left_factor_does_not_cancel():
    assert quotient(stationarity((s @ w @ s @ w.mT).trace() - (w @ t).trace(), W)) is None


def test_the_risk_where_the_denominator_is_one_word():
    """A prior that undoes the features: whitened, both are the identity, as in another design."""
    aligned, isotropic = (
        derive(shipped(name).design, predictors.pgd).plain
        for name in ("aligned-prior", "mahankali-2023")
    )
    assert aligned.quotient.one is not None
    assert sympy.simplify(aligned.risk - isotropic.risk) == 0
    expected = d + sigma**2 - n * d / (n + d + 1 + sigma**2)
    assert sympy.simplify(aligned.risk - expected) == 0


def test_the_optimum_is_written_as_a_matrix_of_its_value():
    """At two covariances that do not commute, beside the formula that the theorem claims."""
    best = minimise(population_risk(designs.independent, predictors.pgd), predictors.pgd.weights[0])
    given = {"Sigma_x": [[2, 1], [1, 3]], "Sigma_beta": [[1, 1], [1, 5]]}
    ((short, _),) = best.abbreviations
    moment = 1 + (sympy.Matrix(given["Sigma_beta"]) * sympy.Matrix(given["Sigma_x"])).trace()
    at = best.weight.subs({n: 7, d: 2, sigma: 1, short: moment})
    at = at.replace(
        lambda part: isinstance(part, sympy.MatrixSymbol),
        lambda part: sympy.ImmutableMatrix(given[part.name]),
    )
    named = {name.lower(): value for name, value in given.items()}
    exact = theory.statement("theorem1").evaluate(n=7, sigma=1, **named).weight
    assert at.doit().as_explicit() == sympy.Matrix(exact)
