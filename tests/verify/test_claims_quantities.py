"""Claims about the least risks of other predictors: WPGD, attention and H3."""

import pytest

from tests.theory.design_files import isotropic_file
from tests.verify.command_line import trial_of
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped
from verify.judge.equality import equality
from verify.judge.from_text import claim_of
from verify.judge.question import questions
from verify.quantities.optimum.weighted import bounded, no_better

GROWING = isotropic_file(
    "growing",
    {"sigma": '[0, "oo"]'},
    task="b",
    label_scale="i",
    noise="i*sigma",
    query_label_scale="1",
    query_noise="sigma",
)
"""Labels that grow along the prompt: sample weights 1/i make them alike, and their risk is that of
isotropic data."""
COVARIANCE = '[covariances]\nS = "psd"\n\n[gaussians.prompt]'
ALIKE = "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"


@pytest.fixture(scope="module")
def growing():
    return parse_design(GROWING + '\n[limits.proportional]\nn = "d/nu"\n', "growing.toml")


@pytest.mark.parametrize("quantity", ["wpgd_risk", "ssm_risk"])
def test_the_least_risk_over_sample_weights_is_judged_for_all_sizes(growing, quantity):
    found, entry = trial_of(growing, **{quantity: ALIKE})
    assert entry["judgement"] == "exact" and set(entry["parts"]) == {quantity}
    assert [one.verdict.value for one in found] == ["holds"] * 4
    mutants = found[-1].data["mutants"]
    assert mutants and all(mutants.values())


def test_of_a_wrong_one_a_counterexample_is_confirmed_and_a_right_one_is_near_by(growing):
    _, entry = trial_of(growing, wpgd_risk=ALIKE.replace("d + 1", "d + 2"), checks=2)
    assert entry["judgement"] == "right in the limit"
    assert entry["counterexample"] == {
        "sizes": {"n": 1, "d": 1, "sigma": "0"},
        "claimed": "3/4",
        "exact": "2/3",
        "confirmed": True,
    }
    assert any("d + 1" in one["formula"] for one in entry["nearby"])


def test_in_a_limit_it_is_right_to_leading_order(growing):
    rough = ALIKE.replace(" + 1", "")
    _, entry = trial_of(growing, limit="proportional", wpgd_risk=rough, checks=3)
    assert entry["judgement"] == "right in the limit"
    _, entry = trial_of(growing, limit="proportional", wpgd_risk=f"2*({rough})", checks=2)
    assert entry["judgement"] == "refuted"


def test_attention_cannot_weigh_examples(growing):
    _, entry = trial_of(growing, att_risk=ALIKE, checks=1)
    assert entry["judgement"] == "refuted"
    exact = shipped("mahankali-2023")
    for quantity in ("att_risk", "ssm_risk", "wpgd_risk"):
        _, entry = trial_of(exact, **{quantity: ALIKE}, checks=1)
        assert entry["judgement"] == "exact"


def test_without_a_formula_it_is_refuted_or_undecided():
    """The sums over a drifting task have no closed form."""
    drifting = shipped("drifting")
    _, entry = trial_of(drifting, wpgd_risk="d*(d + 1)/(n + d + 1)", checks=2)
    assert entry["judgement"] == "refuted" and entry["counterexample"]["exact"] == "10/17"
    # right for n = 1 alone: no size is enough to tell that
    noisy = shipped("growing-noise")
    _, entry = trial_of(noisy, wpgd_risk="d + sigma^2 - d/(d + 2 + sigma^2)", checks=1)
    assert entry["judgement"] == "refuted"


@pytest.mark.parametrize(
    ("formula", "prop"), [("d/2 + sigma^2", no_better), (f"{ALIKE} + d*n", bounded)]
)
def test_properties_of_sample_weights_see_what_is_too_high_and_what_is_too_low(
    growing, formula, prop
):
    found, _ = trial_of(growing, wpgd_risk=formula, only="properties")
    (testimony,) = found
    assert testimony.verdict.value == "refuted"


def test_what_is_not_derived_is_undecided_with_the_reason():
    """With a covariance, weight and sample weights are found by iteration only."""
    text = GROWING.replace('e = "I"', 'e = "S"').replace("[gaussians.prompt]", COVARIANCE)
    mixed = parse_design(text, "mixed.toml")
    found, entry = trial_of(mixed, wpgd_risk="d", checks=3)
    assert entry["judgement"] == "undecided"
    assert [one.verdict.value for one in found] == ["undecided"] * 3
    assert "found together by iteration" in entry["why"]["wpgd_risk"]


def test_sample_weights_are_claimed_up_to_a_factor(growing):
    for formula in ("1/i", "-5*n/(i*(sigma^2 + 1))"):
        found, entry = trial_of(growing, omega=formula, checks=3)
        assert entry["judgement"] == "exact"
        assert [one.verdict.value for one in found] == ["holds"] * 3
    found, entry = trial_of(growing, omega="1/i")
    assert found[-1].verdict.value == "holds" and found[-1].data["mutants"]
    (found,), entry = trial_of(growing, omega="1/i", only="properties")
    assert found.verdict.value == "holds"


def test_wrong_sample_weights_are_refuted_by_every_check(growing):
    found, entry = trial_of(growing, omega="i", checks=3)
    assert [one.verdict.value for one in found] == ["refuted"] * 3
    place = entry["counterexample"]
    assert (place["claimed"], place["exact"]) == ("(1/2, 1)", "(2, 1)") and place["confirmed"]


SHIPPED = [
    ("growing-noise", "1/(d + 1 + sigma^2*i^2)", "exact"),
    ("growing-noise", "1/(d + 1 + sigma^2*i)", "refuted"),
    ("heteroscedastic", "1/(d + 1 + sigma^2*i/n)", "exact"),
    ("mahankali-2023", "n + sigma^2", "exact"),
    ("mahankali-2023", "i", "refuted"),
    ("independent", "1", "exact"),
    ("independent", "i", "undecided"),
    ("drifting", "i", "refuted"),
]


@pytest.mark.parametrize(("name", "formula", "judgement"), SHIPPED)
def test_sample_weights_of_designs_that_ship(name, formula, judgement):
    _, entry = trial_of(shipped(name), omega=formula, checks=1)
    assert entry["judgement"] == judgement, entry["why"]


def test_sums_of_polynomials_in_the_index_are_taken():
    """A noise of i + 1 and labels of 1/(i + 1)... weights are a polynomial of the index."""
    text = isotropic_file("fading", {}, task="b", label_scale="1/i", query_label_scale="1")
    fading = parse_design(text, "fading.toml")
    for formula, judgement in (("i", "exact"), ("i + 1", "refuted"), ("i^2", "refuted")):
        _, entry = trial_of(fading, omega=formula, checks=1)
        assert entry["judgement"] == judgement


def test_irrational_sample_weights_are_compared_in_balls():
    _, entry = trial_of(shipped("mahankali-2023"), omega="sqrt(i)", checks=1)
    assert entry["judgement"] == "refuted" and "1)" in entry["counterexample"]["claimed"]


def test_sample_weights_that_are_all_zero_somewhere_are_wrong_there(growing):
    found, entry = trial_of(growing, omega="(n - 2)^2/i", checks=2)
    assert [one.verdict.value for one in found] == ["refuted"] * 2
    place = entry["counterexample"]
    assert place["sizes"]["n"] == 2 and (place["claimed"], place["exact"]) == ("(0, 0)", "(2, 1)")
    _, entry = trial_of(shipped("independent"), omega="sigma^2", checks=1)
    assert entry["judgement"] == "refuted"  # equal ones are optimal, but not zero ones
    (far,) = questions(growing, claim_of(growing, omega=("(n - 40)/i",)))
    assert (found := equality(far)).equal is None and "where $n = 40$" in found.how


def test_where_nothing_can_be_learned_they_may_be_zero():
    """Labels are shown with a factor alpha, the query's without: at alpha = 0 all is as good."""
    shown = isotropic_file(
        "shown", {"alpha": "[0, 1]"}, task="b", label_scale="alpha*i", query_label_scale="1"
    )
    found, entry = trial_of(parse_design(shown, "shown.toml"), omega="alpha/i", checks=3)
    assert entry["judgement"] == "exact"
    assert [one.verdict.value for one in found] == ["holds"] * 3


@pytest.mark.parametrize(
    ("formula", "problem"),
    [("tr(Sigma)*0", "unknown name"), ("I", "found a matrix"), ("x", "unknown name in the sample")],
)
def test_what_is_no_formula_for_sample_weights(formula, problem):
    with pytest.raises(InputError, match=problem):
        trial_of(shipped("mahankali-2023"), omega=formula)


def test_an_index_stands_in_sample_weights_only():
    with pytest.raises(InputError, match="not about one example"):
        trial_of(shipped("mahankali-2023"), risk="i")
