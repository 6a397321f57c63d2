"""Claims of several formulas: sample weights of groups, and coefficients of several steps."""

import pytest

from tests.verify.command_line import trial_of
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped, text
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.settings import Settings

GROUPS = shipped("partly-retrieved")
NEAR = "(d + sigma^2 + 1)*(alpha^2*d + 2*alpha^2 + 1)"
FAR = (
    "2*alpha^4*(d + 2)*k + alpha^2*d^2 + alpha^2*d*sigma^2 + 5*alpha^2*d + 2*alpha^2*sigma^2"
    " + 6*alpha^2 + d + sigma^2 + 1"
)
STEPS = text("isotropic-noiseless") + "\n[predictor]\nsteps = 2\n"
TWO = parse_design(STEPS)
DOWN = (
    "(d^3*n + d^3 + d^2*n^2 + 5*d^2*n + 10*d^2 + d*n^3 + 5*d*n^2 + 17*d*n + 17*d + n^3"
    " + 10*n^2 + 17*n + 4)"
)
FIRST = f"2*(d^2*n + d^2 + d*n^2 + 4*d*n + 7*d + n^2 + 7*n + 8)/{DOWN}"
SECOND = f"-(d*n + d + n + 3)/{DOWN}"


def of_groups(near, far, limit=None):
    claim = claim_of(GROUPS, limit, omega=(f"unrelated = {far}", f"retrieved = {near}"))
    return judge(GROUPS, claim, Settings()).answers


@pytest.mark.parametrize("factor", ["1", "-2*n", "1/(k + 1)"])
def test_sample_weights_of_groups_are_claimed_up_to_a_factor(factor):
    (answer,) = of_groups(f"{factor}*({NEAR})", f"{factor}*({FAR})")
    assert answer.judgement is Judgement.EXACT and answer.question.key == "omega.retrieved"


@pytest.mark.parametrize("factor", ["(n - 2)", "(k - 3)^2", "alpha*(n - 7)/(n + 1)"])
def test_a_factor_that_is_zero_somewhere_leaves_nothing_to_predict_there(factor):
    (answer,) = of_groups(f"{factor}*({NEAR})", f"{factor}*({FAR})")
    assert answer.judgement is not Judgement.EXACT and "predict nothing where" in answer.why


@pytest.mark.parametrize("factor", ["(2*n - 7)", "(n^2 - 2)", "(2*n - 4*d + 1)"])
def test_a_factor_that_is_zero_at_no_whole_size_does_not_matter(factor):
    (answer,) = of_groups(f"{factor}*({NEAR})", f"{factor}*({FAR})")
    assert answer.judgement is Judgement.EXACT


def test_wrong_ones_are_refuted_with_a_place_that_coordinates_confirm():
    (answer,) = of_groups(NEAR, f"{FAR} + k")
    assert answer.judgement is Judgement.REFUTED and answer.counterexample.confirmed
    (answer,) = of_groups("1", "0")  # in units of the one that is not zero
    assert answer.question.key == "omega.unrelated" and answer.judgement is Judgement.REFUTED


def test_in_a_limit_their_ratio_is_compared():
    """With k = d/(3 nu), alpha^2 = a^2/d and sigma^2 = s d every term of order d^2 counts."""
    (right,) = of_groups("(1 + s)*(a^2 + 1)", "2*a^4/(3*nu*d) + (a^2 + 1)*(1 + s)", "a-third")
    assert right.judgement is Judgement.LIMIT
    (wrong,) = of_groups("(1 + s)*a^2", "(1 + s)*(a^2 + 1)", "a-third")
    assert wrong.judgement is Judgement.REFUTED


def test_every_exact_check_looks_at_them():
    found, entry = trial_of(GROUPS, omega=(f"retrieved = {NEAR}", f"unrelated = {FAR}"), checks=3)
    assert entry["judgement"] == "exact" and set(entry["parts"]) == {"omega.retrieved"}
    assert [one.verdict.value for one in found] == ["holds"] * 3
    found, _ = trial_of(GROUPS, omega=("retrieved = 1", "unrelated = 1"), checks=3)
    assert [one.verdict.value for one in found] == ["refuted"] * 3


def test_coefficients_are_judged_one_by_one():
    found, entry = trial_of(TWO, coefficients=(FIRST, SECOND))
    assert entry["judgement"] == "exact"
    assert set(entry["parts"]) == {"coefficients.0", "coefficients.1"}
    assert [one.verdict.value for one in found] == ["holds"] * 4
    assert found[-1].data["mutants"] and all(found[-1].data["mutants"].values())


def test_a_wrong_coefficient_is_refuted_by_every_exact_check():
    found, entry = trial_of(TWO, coefficients=(FIRST, FIRST), checks=3)
    assert [one.verdict.value for one in found] == ["refuted"] * 3
    parts = entry["parts"]
    assert parts["coefficients.0"]["judgement"] == "exact"
    assert parts["coefficients.1"]["counterexample"]["confirmed"]


def test_coefficients_are_those_in_the_convention_of_the_scale():
    file = parse_design(STEPS.replace("steps", 'scale = "1/n"\nsteps'))
    claim = claim_of(file, coefficients=(f"n*({FIRST})", f"n*({SECOND})"))
    assert judge(file, claim, Settings()).judgement is Judgement.EXACT


def test_both_are_read_from_files():
    (claim,) = parse_design(f'{STEPS}[claims.c]\ncoefficients = ["1/n", "0"]\n').claims
    assert [one.key for one, _ in claim.entries] == ["coefficients.0", "coefficients.1"]
    groups = text("partly-retrieved")
    two = 'omega.unrelated = "1/n"\nomega.retrieved = "kappa"\nwhere = { kappa = "d + 1" }\n'
    (claim,) = parse_design(f"{groups}\n[claims.c]\n{two}").claims
    assert [one.name for one, _ in claim.entries] == ["retrieved", "unrelated"]


@pytest.mark.parametrize(
    ("where", "lines", "message"),
    [
        ("groups", 'omega.near = "1"', "unknown group of examples 'near'"),
        ("groups", 'omega.retrieved = "1"', "found no sample weight of unrelated"),
        (
            "groups",
            'omega.retrieved = "i"\nomega.unrelated = "1"',
            "a claim is about the whole prompt",
        ),
        ("groups", 'omega.retrieved = "0"\nomega.unrelated = "k - k"', "found zero as"),
        ("groups", 'coefficients = ["1"]', "coefficients of one step"),
        ("steps", 'omega.near = "1"', "no groups of examples"),
        ("steps", 'coefficients = ["1"]', "found 1 coefficients of 2 steps; expected 2"),
        ("steps", 'coefficients = "1"', "expected a list of formulas"),
        ("steps", 'coefficients = ["1", 2]', "expected a list of formulas"),
        ("steps", 'coefficients = ["1", "> 2"]', "found '>'"),
        ("steps", 'coefficients = ["1", "2"]\nat = "1/n"', "found coefficients with at"),
        ("steps", 'coefficients = ["1", "2"]\nrisk = "< d"', "as an equality beside"),
        ("tied", 'coefficients = ["1", "2"]', "equal steps, whose best size has no formula"),
    ],
)
def test_what_is_no_claim_of_them_is_refused(where, lines, message):
    whole = {
        "groups": text("partly-retrieved"),
        "steps": STEPS,
        "tied": f"{STEPS}tied = true\n",
    }[where]
    with pytest.raises(InputError, match=message):
        parse_design(f"{whole}\n[claims.c]\n{lines}\n")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("retrieved = 1", "1"), "expected NAME = FORMULA"),
        (("retrieved = 1", "retrieved = 2"), "each group once"),
    ],
)
def test_so_is_it_on_the_command_line(texts, message):
    with pytest.raises(InputError, match=message):
        claim_of(GROUPS, omega=texts)
