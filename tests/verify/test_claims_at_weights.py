"""Claims about the risk at a given weight, and at any weight W."""

import pytest

from tests.verify.command_line import refused, shipped_file, trial_of
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped, text
from verify.judge.from_text import claim_of
from verify.judge.question import questions
from verify.quantities.optimum.numeric import at_weight
from verify.settings import Settings

ISOTROPIC = "d + sigma^2 - 2*n*{0} + n*(n + d + 1 + sigma^2)*{1}"
FREELY = ISOTROPIC.format("tr(W)", "tr(W*W')")
SECOND = "(n*tr(Sigma_x*{1}*Sigma_x*{0}*Sigma_x*Sigma_beta))"
"""The risk of an independent design, and a part of it."""
LINEAR = "tr(Sigma_x*Sigma_beta) + sigma^2 - 2*n*tr(Sigma_x*{0}*Sigma_x*Sigma_beta)"
SQUARE = (
    "n*((n + 1)*tr({0}'*Sigma_x*{0}*Sigma_x*Sigma_beta*Sigma_x)"
    " + (tr(Sigma_x*Sigma_beta) + sigma^2)*tr({0}'*Sigma_x*{0}*Sigma_x))"
)


def independent(weight):
    return f"{LINEAR} + {SQUARE}".format(weight)


RIGHT = [
    ("mahankali-2023", "W", FREELY),
    ("mahankali-2023", "1/n", ISOTROPIC.format("d/n", "d/n^2")),
    ("mahankali-2023", "I/(n + d)", ISOTROPIC.format("d/(n + d)", "d/(n + d)^2")),
    ("independent", "W", independent("W")),
    ("independent", "Sigma_x^-1/n", independent("(Sigma_x^-1/n)")),
    ("independent", "Sigma_beta*Sigma_x/n", independent("(Sigma_beta*Sigma_x/n)")),
]


@pytest.mark.parametrize(("name", "at", "formula"), RIGHT)
def test_a_right_risk_is_exact(name, at, formula):
    _, entry = trial_of(shipped(name), at=at, risk=formula, checks=1)
    assert entry["judgement"] == "exact", entry["why"]
    if at == "W":
        assert "same polynomial in the weight" in entry["why"]["risk"]


@pytest.mark.parametrize(("name", "at", "formula"), RIGHT)
@pytest.mark.parametrize("slip", [("2*n", "n"), ("+ 1", "+ 2"), ("'", "")])
def test_a_wrong_one_is_refuted_at_a_readable_place(name, at, formula, slip):
    wrong = formula.replace(*slip)
    if wrong == formula or (slip[1] == "" and "Sigma_x^-1" in at):
        return
    _, entry = trial_of(shipped(name), at=at, risk=wrong, checks=1)
    assert entry["judgement"] == "refuted", entry["why"]
    place = entry["counterexample"]
    assert place["confirmed"] and ("W" in place["sizes"]) == (at == "W")


@pytest.mark.parametrize("at", ["W", "1/(n + 1)"])
def test_every_check_vouches_for_it_and_sees_its_slips(at):
    formula = FREELY if at == "W" else ISOTROPIC.format("d/(n + 1)", "d/(n + 1)^2")
    found, entry = trial_of(shipped("mahankali-2023"), at=at, risk=formula)
    assert [one.verdict.value for one in found] == ["holds"] * 4
    mutants = found[-1].data["mutants"]
    assert len(mutants) > 4 and all(mutants.values())
    assert any(name.startswith("at = ") for name in mutants) == (at != "W")
    assert entry["claim"].startswith("L(W)" if at == "W" else r"L(\frac{1}{n + 1}\, I)")


def test_the_excess_and_a_scale():
    scaled = parse_design(text("mahankali-2023") + '\n[predictor]\nscale = "1/n"\n', "s.toml")
    formula = ISOTROPIC.format("(n/2)*d/n", "d/4")
    _, entry = trial_of(scaled, at="n/2", risk=formula, checks=3)
    assert entry["judgement"] == "exact"
    _, entry = trial_of(scaled, at="n/2", excess=f"{formula} - sigma^2", checks=3)
    assert entry["judgement"] == "exact"


def test_a_weight_near_the_best_is_right_in_a_limit():
    file = shipped("isotropic-noiseless")
    formula = "d*nu/(nu + 1)".replace("nu", "(d/n)")
    _, entry = trial_of(file, limit="proportional", at="1/(n + d)", risk=formula, checks=4)
    assert entry["judgement"] == "right in the limit" and entry["verdict"] == "holds"
    _, entry = trial_of(file, limit="proportional", at="1/n", risk=formula, checks=2)
    assert entry["judgement"] == "refuted"


PROBLEMS = [
    ({"at": "W", "wpgd_risk": "d"}, "--wpgd-risk:1:1: found wpgd_risk with at; expected risk or"),
    ({"at": "W"}, None),
    ({"risk": "tr(W)"}, "unknown name in the risk 'W'"),
    ({"at": "W/2", "risk": "d"}, "unknown name in the weight 'W'"),
    ({"at": "q*b", "risk": "d"}, "unknown name|about no single draw"),
]


@pytest.mark.parametrize(("given", "problem"), PROBLEMS[:1] + PROBLEMS[2:])
def test_what_is_not_claimed_so(given, problem):
    with pytest.raises(InputError, match=problem):
        trial_of(shipped("mahankali-2023"), **given)


def test_on_the_command_line_and_in_a_file():
    path = shipped_file("mahankali-2023")
    assert refused("claim", path, "--at", "W").startswith("--at needs --risk or --excess")
    claim = '\n[claims.x]\nat = "W"\nomega = "1"\n'
    with pytest.raises(InputError, match=r"x.toml:\d+:1: found omega with at"):
        parse_design(text("rag") + claim, "x.toml")


@pytest.mark.parametrize(("name", "at", "formula"), RIGHT[::2])
def test_what_is_sampled_is_expected_to_be_what_is_claimed(name, at, formula):
    file = shipped(name)
    (question,) = questions(file, claim_of(file, at=at, risk=formula))
    found = list(at_weight(question, Settings(), loosely=False))
    assert len(found) == 2
    for one in found:
        ((_, expected, _),) = one.expected
        assert expected.claimed == pytest.approx(expected.exact, rel=1e-9)
        assert ("W" in one.numbers) == (at == "W")


LATE = "1/(n + d + 1 + sigma^2)*(1 + sqrt((n - 50)^2) - (50 - n))"
"""Right for n up to 50."""


def test_a_root_that_turns_late_is_refuted():
    _, entry = trial_of(shipped("mahankali-2023"), weight=LATE, checks=1)
    assert entry["judgement"] == "refuted" and entry["counterexample"]["sizes"]["n"] > 50
    formula = f"({independent('W')})*(1 + sqrt((n - 10^5)^2) - (10^5 - n))"
    _, entry = trial_of(shipped("independent"), at="W", risk=formula, checks=1)
    assert entry["judgement"] == "refuted" and entry["counterexample"]["sizes"]["n"] > 10**5
