"""Strong convexity: the modulus against NumPy and sampling-free formulas, edges and errors."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy

import theory
from theory.errors import InputError, Underivable
from theory.language.gallery import designs
from theory.optima.curvature.definiteness import Domain, is_definite
from theory.optima.curvature.eigenvalues import smallest
from theory.optima.curvature.hessian import (
    InvariantHessian,
    Kronecker,
    grouped,
    hessian,
    second_order,
)
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.text.latex import latex

lemma2 = theory.statement("lemma2")
X = [[2, 1], [1, 3]]
BETA = [[1, Fraction(1, 2)], [Fraction(1, 2), 5]]
ISOTROPIC = ("rag", "rag-unit", "task-aligned", "task-aligned-features")


def test_the_hessian_gives_back_the_second_order_part():
    for domain in lemma2.domains:
        assert hessian(domain.design).second_order == second_order(domain.design)


def test_independent_modulus_is_the_least_eigenvalue_of_the_kronecker_product():
    x, beta, n, sigma = np.array(X, float), np.array(BETA, float), 4, 0.5
    m = np.trace(x @ beta) + sigma**2
    full = 2 * n * np.kron(x, (n + 1) * x @ beta @ x + m * x)
    found = lemma2.evaluate(n=n, sigma_x=X, sigma_beta=BETA, sigma=sigma)
    assert found.modulus == pytest.approx(np.linalg.eigvalsh(full)[0], rel=1e-12)
    exact = lemma2.evaluate(n=n, sigma_x=X, sigma_beta=BETA, sigma=Fraction(1, 2))
    assert exact.modulus == pytest.approx(found.modulus, rel=1e-12)
    product = found.eigenvalues["left"] * found.eigenvalues["right"]
    assert product == pytest.approx(found.modulus, rel=1e-12)


def test_rational_moduli_are_fractions():
    found = lemma2.evaluate(n=5, d=2, sigma=1)
    assert type(found.modulus) is Fraction and found.modulus == 2 * 5 * (5 + 1 + 2 + 1)
    assert "90" in found._repr_latex_()


def test_rag_needs_alpha_below_one_beyond_one_dimension():
    flat = lemma2.evaluate(design="rag", n=3, d=2, alpha=1, sigma=1)
    assert flat.modulus == 0 == flat.eigenvalues["antisymmetric"]
    assert flat.eigenvalues["symmetric"] > 0
    assert lemma2.evaluate(design="rag", n=3, d=1, alpha=1, sigma=0).modulus > 0
    for name in ISOTROPIC[1:]:
        assert lemma2.evaluate(design=name, n=3, d=2, alpha=1, sigma=0).modulus > 0


def test_rag_antisymmetric_eigenvalue_by_hand():
    """2 n s^2 (d + 1 + alpha^2 + n s^2 + sigma^2) with s^2 = 1 - alpha^2."""
    n, d, alpha, sigma = 4, 3, Fraction(1, 3), Fraction(1, 2)
    s = 1 - alpha**2
    found = lemma2.evaluate(design="rag", n=n, d=d, alpha=alpha, sigma=sigma)
    by_hand = 2 * n * s * (d + 1 + alpha**2 + n * s + sigma**2)
    assert found.modulus == found.eigenvalues["antisymmetric"] == by_hand


@pytest.mark.parametrize("name", ISOTROPIC)
def test_one_dimension_has_one_eigenvalue(name):
    found = lemma2.evaluate(design=name, n=2, d=1, alpha=Fraction(1, 2), sigma=1)
    assert set(found.eigenvalues) == {"identity"} and found.modulus == found.eigenvalues["identity"]


def test_flat_directions_where_assumptions_fail():
    singular = lemma2.evaluate(n=2, sigma=1, sigma_x=[[1, 0], [0, 0]])
    silent = lemma2.evaluate(n=2, sigma=0, sigma_beta=[[0, 0], [0, 0]])
    assert singular.modulus == silent.modulus == 0
    # noise alone is enough, and so is a task of rank one
    assert lemma2.evaluate(n=2, sigma=1, sigma_beta=[[0, 0], [0, 0]]).modulus > 0
    assert lemma2.evaluate(n=2, sigma=0, sigma_beta=[[1, 0], [0, 0]]).modulus > 0


def test_definiteness_is_seen_exactly_where_it_holds():
    for domain in lemma2.domains:
        found = hessian(domain.design)
        assert is_definite(found, domain)
        for condition in domain.conditions:
            assert not is_definite(found, domain.without(condition))


def test_shapes_of_hessians():
    assert isinstance(hessian(designs.independent), Kronecker)
    assert isinstance(hessian(designs.rag), InvariantHessian)
    assert isinstance(hessian(designs.shifted_task), Kronecker)
    with pytest.raises(Underivable):
        hessian(designs.rag_general)


def test_smallest_eigenvalues():
    assert smallest(EXACT.matrix([[3]]), EXACT)[0] == 3
    matrix = EXACT.matrix([[2, 1, 0], [1, 2, 0], [0, 0, 5]])
    value, vector = smallest(matrix, EXACT)
    assert value == 1 and matrix * vector == vector
    value, _ = smallest(EXACT.matrix([[1, 1], [1, 0]]), EXACT)
    assert value == pytest.approx((1 - 5**0.5) / 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"design": "rags", "n": 2, "d": 2}, "did you mean rag"),
        ({"design": "rag", "n": 2, "d": 2, "sigma": 1}, "alpha is missing"),
        ({"design": "rag", "n": 2, "d": 2, "sigma": 1, "alpha": 2}, r"alpha must lie in \[0, 1\]"),
        ({"n": 0, "d": 2, "sigma": 1}, "n must be a positive integer"),
        ({"n": 2, "d": 2}, "sigma is missing"),
        ({"d": 2, "sigma": 1}, "n is missing: give n="),
        ({"n": 2, "d": 2, "sigma": 1, "alpha": 1}, "no alpha: give design='rag'"),
        ({"n": 2, "d": 2, "sigma": 1, "alfa": 1}, "unknown argument of lemma2 'alfa'"),
    ],
)
def test_bad_input_names_the_argument(arguments, message):
    with pytest.raises(InputError, match=message):
        lemma2.evaluate(**arguments)


def test_the_record_says_what_it_has_to():
    assert lemma2.weight is lemma2.risk is lemma2.limit is None
    assert [f.relation for f in lemma2.claimed.formulas] == [">"] * 5
    for exposition in (lemma2.claimed, lemma2.derived):
        positive = [f.latex for f in exposition.formulas if f.relation == ">"]
        assert len(positive) == 5
        assert r"\Sigma_{x} \succ 0, M > 0" in positive[0] and r"\alpha < 1" in positive[1]
    assert positive[1].endswith("or } d = 1")
    assert "M = " in lemma2.derived.where[-1].latex
    rag = latex(lemma2.derived.formulas[2].right)
    assert rag.startswith(r"2 n \left(1 - \alpha^{2}\right)")


def test_positivity_is_not_derived_on_too_large_a_domain():
    wider = replace(lemma2, domains=(Domain(designs.rag),))
    assert all(f.relation == "=" for f in wider.derived.formulas)
    assert "not visibly positive" in wider.derived.conditions[0]


@pytest.mark.parametrize("design", [domain.design for domain in lemma2.domains[1:]])
def test_grouping_changes_no_value(design):
    found = hessian(design)
    for value in (found.symmetric, found.antisymmetric, found.identity):
        assert is_zero(grouped(value, design) - value)


def test_the_record_can_be_evaluated():
    assert Domain(designs.rag, positive=(sympy.Symbol("sigma"),)).conditions
    assert lemma2.evaluate(**lemma2.example).modulus == 90
