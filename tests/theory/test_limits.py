"""Leading orders, the grouping by examples, effective sample sizes, statements on limits."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

import theory
from tests.theory.design_files import isotropic_file
from theory.designs.parameter import Parameter
from theory.designs.predictors import pgd
from theory.errors import InputError, Underivable, UnknownName
from theory.language.files.reading import parse_design
from theory.language.gallery import designs
from theory.language.gallery.regimes import proportional
from theory.limits.generic import generic
from theory.limits.growth import leading_term
from theory.limits.leading import Regime, compare
from theory.optima.derivation import derive
from theory.optima.sample_size import effective_sample_size
from theory.risks.per_example import per_example
from theory.risks.population import population_risk
from theory.scalars.rational import is_zero, value_at
from theory.scalars.symbols import d, n

a, nu, s, alpha, sigma, kappa = sympy.symbols("a nu s alpha sigma kappa")
LIMITS = [theory.statement(id) for id in ("theorem2", "theorem3")]
by_id = pytest.mark.parametrize("record", LIMITS, ids=lambda record: record.id)
(WEIGHT,) = pgd.weights


def test_leading_terms_by_hand():
    found = proportional.leading(alpha**2 * d * n + sigma**2)
    assert is_zero(found.coefficient - (a**2 / nu + s)) and found.power == 1
    assert proportional.leading(alpha).power == sympy.Rational(-1, 2)
    assert leading_term(sympy.Integer(3), n) == (3, 0)


def test_half_powers_of_d_are_leading_terms_too():
    root = Regime("root", ((n, sympy.sqrt(d)),))
    found = root.leading((n + d) / (n + 1))
    assert (found.coefficient, found.power) == (1, sympy.Rational(1, 2))


@pytest.mark.parametrize(("value", "kept"), [("2", []), ("1/2", ["-1/2"])])
def test_the_conditions_of_a_limit_are_about_what_stays_fixed(value, kept):
    """Without those of sizes, and those of numbers that meet them."""
    written = '{{ range = [0, "oo"], where = "{} >= 1" }}'
    ranges = {"a": written.format("a"), "r": written.format("r"), "s": written.format("n*s")}
    text = isotropic_file("conditions", ranges, features="a*r*s*e", task="b")
    (regime,) = parse_design(f'{text}[limits.one]\nn = "d/nu"\nr = "{value}"\n').limits
    assert [str(one.expression) for one in regime.conditions] == ["a - 1", *kept]


def test_what_is_not_algebraic_is_refused():
    with pytest.raises(Underivable, match="cannot be found"):
        proportional.leading(sympy.exp(d))


@pytest.mark.parametrize(
    ("claimed", "right", "error"),
    [
        (n + d, True, None),
        (n + d + 1, True, "-1"),
        (n + 2 * d, False, "0"),
        (n * d, False, "1"),
        (sympy.Integer(1), False, "0"),
    ],
)
def test_comparisons_by_hand(claimed, right, error):
    found = compare(claimed, n + d, proportional)
    assert found.right is right
    assert (found.error is None) if error is None else (found.error.power == int(error))


def test_the_error_is_the_next_order():
    found = compare(n + d, n + d + 1, Regime("n = d", ((n, d),)))
    assert found.error.expression == -1 / (2 * d)


@pytest.mark.parametrize(
    "design", [designs.isotropic_noiseless, designs.rag, designs.task_aligned], ids=lambda v: v.name
)
def test_grouping_by_examples_is_the_same_optimum(design):
    found = per_example(population_risk(design, pgd), WEIGHT)
    best = derive(design, pgd)
    assert is_zero(found.weight.subs(found.table) - best.weight)
    assert is_zero(found.risk.subs(found.table) - best.risk)


def test_examples_that_differ_cannot_be_grouped():
    with pytest.raises(Underivable):
        per_example(population_risk(designs.drifting, pgd), WEIGHT)
    with pytest.raises(Underivable, match="other matrices"):
        per_example(population_risk(designs.independent, pgd), WEIGHT)


@by_id
def test_the_claim_is_right_to_leading_order_with_an_error_of_order_one_over_d(record):
    found = record.variant(record.design)
    assert found.right
    assert found.weight.error.power == found.risk.error.power == -1


def test_which_variants_the_claims_are_right_for():
    right = {
        design.name: record.variant(design).right for record in LIMITS for design in record.variants
    }
    assert right == {
        "rag-unit": True,
        "task-aligned-normalised": True,
        "task-aligned-features": False,
    }


@by_id
def test_the_leading_coefficient_is_that_of_exact_numbers(record):
    """The derived coefficient against the relative error at d = 10^6, computed exactly."""
    found = record.variant(record.design)
    constants = {a: sympy.Rational(1, 2), nu: sympy.Rational(2), s: sympy.Rational(1, 4)}
    size = sympy.Integer(10**6)
    table = {k: v.subs({**constants, d: size}) for k, v in proportional.substitution} | {d: size}
    exact, claimed = (value_at(e, table) for e in (record.risk, record.limit))
    scaled = size * (claimed / exact - 1)
    coefficient = found.risk.error.coefficient.subs(constants)
    assert abs(scaled / coefficient - 1) < sympy.Rational(1, 1000)


@by_id
def test_without_alignment_both_are_theorem_one(record):
    isotropic = derive(designs.independent.isotropic(), pgd)
    assert is_zero(record.risk.subs(alpha, 0) - isotropic.risk)
    assert is_zero(record.weight.subs(alpha, 0) - isotropic.weight)
    assert is_zero(record.effective_sample_size().subs(alpha, 0) - n)


def test_effective_sample_sizes():
    limits = {
        record.id: proportional.leading(record.effective_sample_size() / n) for record in LIMITS
    }
    assert is_zero(limits["theorem2"].coefficient - (a**2 + 1))
    assert is_zero(limits["theorem3"].coefficient - (a**2 + 1) ** 2)
    assert all(found.power == 0 for found in limits.values())
    # and by definition: independent data of that size have the same relative risk
    record = LIMITS[0]
    size = record.effective_sample_size()
    reference = derive(designs.independent.isotropic(), pgd).risk
    assert is_zero(reference.subs(n, size) - record.risk)
    assert is_zero(effective_sample_size(reference, d + sigma**2) - n)


@by_id
def test_evaluate_is_exact_for_exact_input(record):
    found = record.evaluate(n=4, d=3, alpha=Fraction(1, 2), sigma=Fraction(2, 3))
    assert all(isinstance(v, Fraction) for v in (found.risk, found.weight, found.claimed))
    rough = record.evaluate(n=4, d=3, alpha=0.5, sigma=2 / 3)
    assert isinstance(rough.risk, float)
    assert rough.risk == pytest.approx(float(found.risk))
    assert rough.claimed == pytest.approx(float(found.claimed))
    assert found.relative_error == pytest.approx(float(found.claimed / found.risk) - 1)


@by_id
def test_identity_covariances_are_no_covariances(record):
    scalars = {"alpha": Fraction(1, 3), "sigma": Fraction(1, 2)}
    plain = record.evaluate(n=5, d=2, **scalars)
    given = record.evaluate(
        n=5, sigma_x=np.eye(2, dtype=int), sigma_beta=[[1, 0], [0, 1]], **scalars
    )
    assert given.risk == plain.risk and given.claimed is None
    assert given.weight[0][0] == plain.weight and given.weight[0][1] == 0


@by_id
def test_anisotropic_risks_lie_below_predicting_zero_and_match_floating_point(record):
    x, beta = [[2, 1], [1, 3]], [[1, 0], [0, 4]]
    exact = record.evaluate(n=6, sigma_x=x, sigma_beta=beta, alpha=Fraction(1, 2), sigma=1)
    rough = record.evaluate(n=6, sigma_x=np.array(x, float), sigma_beta=beta, alpha=0.5, sigma=1)
    assert isinstance(exact.risk, Fraction)
    assert rough.risk == pytest.approx(float(exact.risk), rel=1e-10)


def test_variants_by_name():
    record = LIMITS[1]
    found = record.evaluate(
        n=4, d=3, alpha=Fraction(1, 2), sigma=0, variant="task-aligned-features"
    )
    exact = derive(designs.task_aligned_features, pgd).risk
    table = {n: 4, d: 3, alpha: sympy.Rational(1, 2), sigma: 0}
    assert found.risk == Fraction(str(exact.subs(table)))
    with pytest.raises(UnknownName, match="task-aligned-features"):
        record.evaluate(n=4, d=3, alpha=0, sigma=0, variant="task-aligned-feature")


@by_id
def test_bad_arguments_are_named(record):
    with pytest.raises(InputError, match="alpha must lie in"):
        record.evaluate(n=4, d=3, alpha=2, sigma=0)
    with pytest.raises(InputError, match="sigma is missing"):
        record.evaluate(n=4, d=3, alpha=0)
    with pytest.raises(InputError, match="covariances or a variant"):
        record.evaluate(n=4, alpha=0, sigma=0, sigma_x=[[1]], variant=record.variants[0].name)
    with pytest.raises(UnknownName):
        record.evaluate(n=4, d=3, alpha=0, sigma=0, gamma=1)


@pytest.mark.parametrize(
    ("low", "high", "negative"),
    [(-2, -1, True), (-1, 0, True), (-1, 1, None), (-1, sympy.Rational(1, 2), None), (0, 1, False)],
)
def test_a_parameter_has_the_sign_of_its_range_and_no_other(low, high, negative):
    found = generic([Parameter("rho", low, sympy.sympify(high))])
    assert found[sympy.Symbol("rho")].is_negative is negative


def test_a_regime_stays_in_a_range_for_all_values_of_what_is_fixed():
    """Twice a parameter from 0 to 1 is in that range for some of its values only."""
    a, c = Parameter("a", high=sympy.Integer(1)), Parameter("c", high=sympy.Integer(1))
    Regime("half", ((a.symbol, c.symbol / 2),), (a, c)).check()
    with pytest.raises(Underivable, match="leaves its range"):
        Regime("twice", ((a.symbol, 2 * c.symbol),), (a, c)).check()


def test_conditions_of_a_limit_are_said_once_and_not_where_they_always_hold():
    p, nu, s = sympy.symbols("p nu s")
    signs = (Parameter("p", high=sympy.Integer(1)), Parameter("sigma"))
    regime = Regime("proportional", ((n, d / nu), (sigma, sympy.sqrt(s * d))), signs)
    size = d + n * (2 * p - 1) ** 2 + sigma**2 + 1
    found = regime.excluded((1 - 2 * p) / size, size / 4, n * (1 - 2 * p) / 3 + 1, d - 2 * p * d)
    assert [one.expression for one in found] == [2 * p - 1]
