"""What is derived for a design file is what the catalogue derives, and holds far out."""

import re
from dataclasses import replace
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy

import theory
from tests.theory.design_files import isotropic_file
from tests.theory.shipped_records import shipped_record
from tests.theory.test_growth import close
from theory.designs.instance import instance
from theory.designs.parameter import Parameter
from theory.designs.predictors import pgd, wpgd
from theory.errors import InputError, Underivable, UnknownName
from theory.language.files.reading import EXAMPLE, parse_design
from theory.language.gallery import designs, names, shipped
from theory.language.gallery import text as gallery_text
from theory.limits.leading import Regime
from theory.optima.derivation import derive
from theory.optima.equivalence.assumptions import (
    examples_are_alike,
    models_are_steps,
    noise_is_equal,
    odd_moments_vanish,
)
from theory.optima.limiting import limit_of
from theory.optima.sample_weights.weighted import EXACTLY, least, weighted
from theory.records.derived import Derived
from theory.risks.coordinates import risk_along
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from theory.text.latex import latex, prose
from theory.text.provenance import Provenance

alpha, sigma = sympy.symbols("alpha sigma")
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
X, BETA = [[2, 1], [1, 3]], [[1, 0], [0, 4]]
SIZES = [(1, 1), (2, 3), (5, 2), (40, 20)]


def of(name):
    return shipped_record(name)


@pytest.mark.parametrize(
    ("name", "id"),
    [("isotropic-noiseless", "corollary1"), ("rag", "theorem2"), ("task-aligned", "theorem3")],
)
def test_formulas_are_those_of_the_catalogue(name, id):
    found, statement = of(name), theory.statement(id)
    assert found.risk == statement.risk and found.weight == statement.weight


@pytest.mark.parametrize(("name", "id"), [("rag", "theorem2"), ("task-aligned", "theorem3")])
def test_limits_are_those_of_the_catalogue(name, id):
    found, statement = of(name), theory.statement(id)
    exact = statement.variant(statement.design)
    (regime,) = found.limits
    limit = limit_of(found.design, regime)
    assert regime == statement.regime and limit.regime is regime
    assert (limit.risk, limit.weight) == (exact.risk.exact, exact.weight.exact)
    assert found.limit == exact.risk.exact.expression


@pytest.mark.parametrize(("size", "features"), SIZES)
def test_values_are_those_of_the_catalogue(size, features):
    at = {"n": size, "d": features}
    scalars = {"alpha": HALF, "sigma": THIRD}
    for name, id, values in (
        ("isotropic-noiseless", "corollary1", {}),
        ("independent", "theorem1", {"sigma": THIRD}),
        ("rag", "theorem2", scalars),
        ("task-aligned", "theorem3", scalars),
    ):
        found = of(name).evaluate(**at, **values)
        expected = theory.statement(id).evaluate(**at, **values)
        assert found.risk == found.pgd == expected.risk and isinstance(found.risk, Fraction)
        assert np.all(found.weight == expected.weight)
        assert found.att == found.wpgd == found.ssm == found.risk and found.omega is None


@pytest.mark.parametrize("size", [1, 3, 10])
def test_values_with_covariances_are_those_of_the_catalogue(size):
    matrices, scalars = {"sigma_x": X, "sigma_beta": BETA}, {"alpha": HALF, "sigma": THIRD}
    found = of("independent").evaluate(n=size, sigma=THIRD, **matrices)
    expected = theory.statement("theorem1").evaluate(n=size, sigma=THIRD, **matrices)
    assert found.risk == expected.risk and np.all(found.weight == expected.weight)
    for name, id in (("rag-general", "theorem2"), ("task-aligned-general", "theorem3")):
        found = of(name).evaluate(n=size, **scalars, **matrices)
        expected = theory.statement(id).evaluate(n=size, **scalars, **matrices)
        assert found.risk == expected.risk and np.all(found.weight == expected.weight)


def test_theorem_1_in_its_own_words():
    """The derived risk at numbers is the claimed formula, which is written with roots."""
    at = of("independent").instance(n=3, sigma=HALF, sigma_x=X, sigma_beta=BETA)
    found = of("independent").optima_at(at)
    assert EXACT.plain(theory.statement("theorem1").claimed_risk_at(at)) == found.risk


@pytest.mark.parametrize(("name", "query"), [("drifting", 1), ("drifting-away", 2)])
@pytest.mark.parametrize(("size", "features"), [(1, 1), (2, 1), (5, 3), (30, 4)])
def test_a_drifting_task_is_that_of_the_catalogue(name, query, size, features):
    found = of(name).evaluate(n=size, d=features)
    expected = theory.statement("figure4-drifting").evaluate(n=size, d=features, query=query)
    for model in ("pgd", "att", "wpgd", "ssm"):
        assert getattr(found, model) == getattr(expected, model)
    assert found.omega == expected.omega and not found.bound
    variant = theory.statement("figure4-drifting").variants[query - 1]
    assert is_zero(of(name).risk - variant.derivation.equal_risk.subs(sigma, 0))
    assert is_zero(of(name).weight - variant.derivation.equal_weight.subs(sigma, 0))


OF_ONE_STEP = [name for name in names() if shipped(name).steps == 1]
WITH_LIMITS = [
    name for name in OF_ONE_STEP if shipped(name).limits and not shipped(name).design.means
]
FIXED = {"a": (7, 5), "c": (3, 4), "nu": (3, 7), "s": (2, 9), "rho": (1, 3)}
FIXED |= {"m": (5, 2), "shown": (1, 4), "tau": (1, 2)}


@pytest.mark.parametrize("name", WITH_LIMITS)
def test_limits_are_right_far_out(name):
    found = of(name)
    (regime,) = found.limits
    limit = limit_of(found.design, regime, found.scale)
    rest = {sympy.Symbol(k): flint.fmpq(*v) for k, v in FIXED.items()}
    pairs = [(found.risk, limit.risk)]
    if found.derivation.plain.scalar is not None:  # else the weight holds covariances
        pairs.append((found.weight, limit.weight))
    for exact, leading in pairs:
        assert close(regime.apply(exact), leading.expression, d, rest)
    assert found.limit == limit.risk.expression
    assert limit.risk.coefficient.free_symbols <= rest.keys()


def test_where_every_weight_is_optimal_none_is_the_optimum():
    scaled = replace(
        designs.isotropic_noiseless,
        name="scaled",
        parameters=(Parameter("k", sympy.Integer(-1), sympy.Integer(1)),),
        label_scale=sympy.Symbol("k"),
    )
    found = Derived.of(scaled)
    assert found.evaluate(n=3, d=2, k=HALF).weight == Fraction(1, 6)
    none = found.evaluate(n=3, d=2, k=0)
    assert (none.risk, none.weight, none.att) == (0, None, 0)
    assert none.others == "every multiple of the identity has the same risk"
    conditions = map(prose, found.derived.conditions)
    (condition,) = (c for c in conditions if "unique" in c and "k^{2}" in c)
    assert "must not vanish" in condition


@pytest.mark.parametrize("name", ["growing-noise", "drifting"])
def test_many_examples_are_exact_then_floating_then_too_many(name):
    sizes = {p: 1 for p in ("sigma",) if p in [q.name for q in shipped(name).design.parameters]}
    few, many, most = (of(name).evaluate(n=n, d=2, **sizes) for n in (EXACTLY, 900, 10**6))
    assert isinstance(few.wpgd, Fraction) and isinstance(many.wpgd, float)
    assert many.wpgd < float(few.wpgd) < float(few.pgd)
    assert most.wpgd is None and most.ssm is None and most.omega is None
    assert isinstance(most.pgd, Fraction)


def long(features):
    """A design whose examples differ, with a parameter that need not occur."""
    text = isotropic_file("long", {"alpha": "[0, 1]"}, task="b", features=features)
    return Derived.of(parse_design(text))


@pytest.mark.parametrize("size", [EXACTLY, EXACTLY + 1, 600])
def test_entries_that_cancel_are_rounded_last(size):
    """The features do not hold q here, which terms of up to i^6 have to cancel for."""
    found, expected = (
        long(features).evaluate(n=size, d=2, alpha=HALF).ssm
        for features in ("(1 - 2*alpha)*q + e/i^3", "e/i^3")
    )
    assert float(found) == pytest.approx(float(expected), rel=1e-9)
    assert float(found) == pytest.approx(6 / (size + 3), rel=1e-9)


@pytest.mark.parametrize("features", ["q/2 + sqrt((n-i)*(i-1))*e", "q/2 + e/i^4"])
@pytest.mark.parametrize("size", [EXACTLY + 1, 2000])
def test_what_rounding_spoils_is_not_told(features, size):
    """Nor is PGD's optimum lost, which is exact."""
    found = long(features).evaluate(n=size, d=2, alpha=HALF)
    assert isinstance(found.pgd, Fraction) and found.pgd > 0
    assert found.ssm is None or 0 < found.ssm <= found.pgd
    assert (found.ssm is None) == bool(found.why)


def test_sample_weights_that_are_not_unique_leave_the_rest():
    """Of the first and of the last example the features are those of the query, halved."""
    design = long("q/2 + sqrt((n-i)*(i-1))*e")
    found = design.evaluate(n=3, d=2, alpha=HALF)
    assert found.omega is None and found.why == "the best sample weights are not unique"
    assert found.ssm == found.wpgd <= found.pgd
    at = design.instance(n=3, d=2, alpha=HALF)
    start = {
        "W": EXACT.identity(2),
        "Omega": EXACT.diagonal(least(weighted(design.design), at).omega),
    }
    for k in range(3):
        step = EXACT.diagonal([int(k == place) for place in range(3)])
        value, slope, _ = risk_along(wpgd, start, {"W": start["W"] * 0, "Omega": step}, at)
        assert (EXACT.plain(value), slope) == (found.wpgd, 0)


def test_limits_that_are_not_taken():
    square = Regime("square", ((n, d),))
    with pytest.raises(Underivable, match="depends on covariances"):
        limit_of(designs.independent, square)
    with pytest.raises(Underivable, match="no closed form"):
        limit_of(shipped("noisy-retrieval").design, square)
    text = EXAMPLE.replace('task = "b"', 'task = "b"\nquery_task = "c"').replace(
        'b = "I"', 'b = "I"\nc = "I"'
    )
    unrelated = parse_design(text)
    with pytest.raises(Underivable, match="has no leading term"):
        limit_of(unrelated.design, unrelated.limits[0])
    assert Derived.of(unrelated).limit is None and Derived.of(designs.rag).limit is None
    assert "is not taken" in " ".join(map(prose, Derived.of(unrelated).derived.conditions))


def test_the_first_limit_that_there_is():
    text = EXAMPLE + '[limits.other]\nalpha = "1"\nn = "d^2"\n'
    found = Derived.of(parse_design(text))
    first, other = (limit_of(found.design, regime).risk.expression for regime in found.limits)
    assert found.limit == first != other
    formulas = " ".join(f.latex for f in found.derived.formulas)
    assert "proportional" in formulas and "other" in formulas


ANSWERS = {
    "decaying-retrieval": (True, True, False, True),
    "drifting": (True, True, False, True),
    "drifting-away": (True, True, False, True),
    "drifting-partly": (True, True, False, True),
    "fading-tasks": (True, True, False, True),
    "features-with-a-mean": (False, True, True, True),
    "growing-noise": (True, False, False, True),
    "guo-2025": (True, False, False, True),
    "heteroscedastic": (True, False, False, True),
    "noisy-retrieval": (True, True, False, True),
    "own-tasks": (True, True, False, True),
    "task-with-a-mean": (False, True, True, False),
    "partly-retrieved": (True, True, False, True),
    "shown-labels": (True, False, True, True),
}
QUESTIONS = (odd_moments_vanish, noise_is_equal, examples_are_alike, models_are_steps)


@pytest.mark.parametrize("name", OF_ONE_STEP)
def test_assumptions_of_every_design(name):
    answers = [question(shipped(name).design) for question in QUESTIONS]
    assert tuple(a.holds for a in answers) == ANSWERS.get(name, (True,) * 4)
    assert all(a.why and not a.why.endswith(".") for a in answers)
    conditions = " ".join(map(prose, of(name).derived.conditions))
    assert all(a.why in conditions for a in answers)


def test_assumptions_that_do_not_hold():
    answers = [question(designs.biased_task) for question in QUESTIONS]
    assert [a.holds for a in answers] == [False, True, True, False]
    assert "fixed vectors $m$" in answers[0].why
    noisier = EXAMPLE.replace('task = "b"', 'task = "b"\nnoise = "1"\nquery_noise = "2"')
    answer = noise_is_equal(parse_design(noisier).design)
    assert not answer.holds and "another scale" in answer.why
    same = EXAMPLE.replace(
        'task = "b"', 'task = "b"\nnoise = "(n^2 - 1)/(n - 1)"\nquery_noise = "n + 1"'
    )
    assert noise_is_equal(parse_design(same).design).holds


SCALES = ["1/n", "2", "-1/3", "alpha", "1/(n + d)", "sqrt(4)/n"]


def test_the_weight_of_an_equation_has_another_name_than_that_with_a_scale():
    """W* is stationary for a prediction without one, which is what the equation says."""
    text = gallery_text("rag-general") + '[predictor]\nscale = "1/n"\n'
    found = Derived.of(parse_design(text))
    lines = [formula.latex for formula in (*found.derived.formulas, *found.derived.where)]
    assert r"W_{\mathrm{scaled}} = n W^\star" in lines
    (convention,) = (line for line in lines if line.startswith(r"\hat{y}"))
    assert r"x^\top W_{\mathrm{scaled}} X^\top" in convention
    scalars, roots = {"alpha": Fraction(3, 5), "sigma": 1}, {"Sigma_x": X, "Sigma_beta": BETA}
    at = instance(found.design, n=2, scalars=scalars, roots=roots)
    weight = EXACT.matrix(found.optima_at(at).weight.tolist()) * flint.fmpq(1, 2)
    line = risk_along(pgd, {"W": weight}, {"W": EXACT.matrix([[1, 2], [0, 1]])}, at)
    assert line[1] == 0


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("covariance", ["I", "S"])
def test_the_weight_times_the_scale_is_the_engine_s(scale, covariance):
    text = EXAMPLE.replace('e = "I"', f'e = "{covariance}"') + f'[predictor]\nscale = "{scale}"\n'
    if covariance == "S":
        text = text.replace("[gaussians.prompt]", '[covariances]\nS = "psd"\n[gaussians.prompt]')
    file = parse_design(text)
    found, plain = Derived.of(file), Derived.of(file.design)
    at = {"n": 3, "d": 2, "alpha": Fraction(2, 3)}
    at |= {"S": X} if covariance == "S" else {}
    value = file.scale.subs({"n": 3, "d": 2, "alpha": sympy.Rational(2, 3)})
    value = Fraction(int(value.p), int(value.q))
    scaled, engine = found.evaluate(**at), plain.evaluate(**at)
    assert scaled.risk == engine.risk and np.all(scaled.weight * value == engine.weight)
    assert found.risk == plain.risk
    if covariance == "I":
        assert is_zero(found.weight * file.scale - plain.weight)
        (regime,) = file.limits
        limits = [limit_of(file.design, regime, s) for s in (file.scale, sympy.Integer(1))]
        quotient = (
            limits[0].weight.expression * regime.apply(file.scale) / limits[1].weight.expression
        )
        assert regime.leading(quotient).expression == 1
        assert limits[0].risk == limits[1].risk
    line = found.derived.where[0].latex
    named = "W" if covariance == "I" else r"W_{\mathrm{scaled}}"
    assert line.startswith(r"\hat{y} = ") and rf"x^\top {named} X^\top y_{{1:n}}" in line


def test_a_scale_that_vanishes_is_named():
    found = Derived.of(parse_design(EXAMPLE + '[predictor]\nscale = "alpha"\n'))
    with pytest.raises(InputError, match="is not defined at n = 2, d = 1, alpha = 0"):
        found.evaluate(n=2, d=1, alpha=0)


def test_a_scaled_prediction_has_the_derived_risk():
    """The weight that is given, times the scale, is stationary coordinate by coordinate."""
    found = Derived.of(parse_design(EXAMPLE + '[predictor]\nscale = "1/n"\n'))
    at = found.instance(n=2, d=2, alpha=HALF)
    optima = found.optima_at(at)
    start = EXACT.identity(2) * EXACT.number(optima.weight / 2)
    line = risk_along(pgd, {"W": start}, {"W": EXACT.matrix([[1, 2], [-1, 0]])}, at)
    assert EXACT.plain(line[0]) == optima.risk and line[1] == 0 and line[2] > 0


@pytest.mark.parametrize("name", OF_ONE_STEP)
def test_examples_can_be_evaluated(name):
    found = of(name)
    optima = found.evaluate(**found.example)
    assert 0 < optima.wpgd <= optima.pgd == optima.risk
    models = (optima.att, optima.ssm)
    reached = models_are_steps(found.design).holds
    assert models == ((optima.pgd, optima.wpgd) if reached else (None, None))
    assert (optima.omega is None) == examples_are_alike(found.design).holds
    rough = found.optima_at(found.instance(**found.example).floating)
    assert rough.risk == pytest.approx(float(optima.risk))
    assert rough.wpgd == pytest.approx(float(optima.wpgd))
    assert np.asarray(rough.weight, float) == pytest.approx(np.asarray(optima.weight, float))
    assert "$" in optima._repr_latex_()


@pytest.mark.parametrize("name", OF_ONE_STEP)
def test_everything_is_written_out(name):
    found = of(name)
    exposition = found.derived
    assert found.provenance is Provenance.DERIVED and found.claimed.formulas == ()
    assert found.kind == "derived" and found.id == name
    lines = [*exposition.formulas, *exposition.where]
    assert all(f.left and f.right for f in lines) and len(exposition.steps) > 3
    texts = [f.latex for f in lines] + [prose(step.text) for step in exposition.steps]
    texts += [*map(prose, exposition.conditions), *found.assumptions]
    assert all(text.isprintable() for text in texts)
    assert not any(re.search(r"Dummy|Trace\(|\*\*|sqrt\(", text) for text in texts)
    heads = " ".join(latex(f.left) for f in exposition.formulas)
    models = ("ATT", "SSM") if models_are_steps(found.design).holds else ()
    assert all(rf"\mathrm{{{model}}}" in heads for model in ("WPGD", *models))
    assert r"W^\star" in heads and r"L^\star" in heads


def test_roots_that_are_not_rational_are_rounded():
    text = EXAMPLE.replace('task = "b"', 'task = "b"\nquery_label_scale = "sqrt(1 + alpha)"')
    found = Derived.of(parse_design(text))
    exact = found.evaluate(n=2, d=2, alpha=0)
    assert isinstance(exact.risk, Fraction)
    rough = found.evaluate(n=2, d=2, alpha=HALF)
    assert isinstance(rough.weight, float)
    table = {"n": 2, "d": 2, "alpha": sympy.Rational(1, 2)}
    assert rough.weight == pytest.approx(float(found.weight.subs(table)))
    assert rough.risk == pytest.approx(float(found.risk.subs(table)))


def test_bad_arguments_are_named():
    found = of("independent")
    with pytest.raises(InputError, match="sigma is missing"):
        found.evaluate(n=2, d=2)
    with pytest.raises(UnknownName, match="unknown argument of independent 'sigme'; did you mean"):
        found.evaluate(n=2, d=2, sigme=1)
    with pytest.raises(InputError, match="sigma must be at least 0"):
        found.evaluate(n=2, d=2, sigma=-1)
    with pytest.raises(InputError, match="n is missing"):
        found.evaluate(d=2, sigma=1)


def test_the_derivation_is_that_of_the_engine():
    for name in ("rag", "independent", "drifting"):
        assert Derived.of(shipped(name)).derivation is derive(shipped(name).design, pgd)


@pytest.mark.parametrize(
    ("name", "least"),
    [("rag-general", (270523, 225420)), ("rag-unit-general", (102337, 83940))],
)
def test_the_least_risk_where_the_weight_is_not_unique(name, least):
    """Found by brute force over independent normals."""
    flat = [[1, 1], [1, 1]]
    sizes = {"n": 2, "d": 2, "sigma_x": flat, "sigma_beta": [[1, 0], [0, 1]]}
    found = of(name).evaluate(**sizes, alpha=Fraction(3, 5), sigma=HALF)
    assert (found.risk, found.att, found.ssm) == (Fraction(*least),) * 3
    assert found.weight is None and found.others.startswith("Sigma_x is singular")
    rounded = of(name).evaluate(**sizes, alpha=0.6, sigma=0.5)
    assert rounded.risk == pytest.approx(least[0] / least[1], rel=1e-14)
    assert rounded.weight is None


def test_no_signal_and_no_noise_have_the_risk_zero():
    found = of("independent").evaluate(n=1, sigma=0, sigma_x=[[0]])
    assert (found.risk, found.weight) == (0, None) and found.others
