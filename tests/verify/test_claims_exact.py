"""Right claims stand in whatever form, and what cannot be decided is undecided, with the reason."""

import pytest

from tests.verify.command_line import claimed, judged, judged_in, shipped_file
from theory.language import gallery
from theory.language.files.reading import read_design
from verify.cli import Exit
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.settings import Level, Settings

M = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
WEIGHT = f"((n + 1)*Sigma_x + {M}*Sigma_beta^-1)^-1"
RISK = f"{M} - n*tr(Sigma_beta*Sigma_x*Sigma_beta*Sigma_x*({M}*I + (n + 1)*Sigma_beta*Sigma_x)^-1)"
RIGHT = [
    # not simplified, or simplified otherwise
    ("isotropic-noiseless", "risk", "d*(d + 1)/(n + d + 1)"),
    ("isotropic-noiseless", "risk", "(d^2 + d)*(n + d + 1)^-1"),
    ("isotropic-noiseless", "risk", "1/(1/d + n/(d*(d + 1)))"),
    ("isotropic-noiseless", "weight", "(n + d + 1)^2/(n + d + 1)^3"),
    ("mahankali-2023", "risk", "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"),
    ("mahankali-2023", "risk", "d - n*d/(n + d + 1 + sigma^2) - -sigma^2"),
    ("growing-noise", "weight", "1/(n + d + 1 + sigma^2*(n + 1)*(2*n + 1)/6)"),
    ("growing-noise", "weight", "1/(n + d + 1 + sigma^2*(n^2/3 + n/2 + 1/6))"),
    ("heteroscedastic", "weight", "1/(n + d + 1 + sigma^2*(1 + 1/n)/2)"),
    (
        "rag",
        "weight",
        "(alpha^2*(d + 1) + 1)/((n - 1)*(alpha^4*(d^2 + 4*d + 5) + alpha^2*(2*d + 2) + 1)"
        " + alpha^2*(d^2 + d*sigma^2 + 5*d + sigma^2 + 6) + d + sigma^2 + 2)",
    ),
    # decimals
    ("isotropic-noiseless", "risk", "d - 1.0*n*d/(n + d + 1.00)"),
    ("mahankali-2023", "weight", "0.5/(0.5*n + 0.5*(d + 1) + 0.25*sigma^2*2)"),
    # the identity in it
    ("isotropic-noiseless", "risk", "tr(I) - n*tr(I/(n + d + 1))"),
    ("isotropic-noiseless", "weight", "I*(n + d + 1)^-1"),
    ("isotropic-noiseless", "weight", "((n + d + 1)*I)^-1"),
    ("isotropic-noiseless", "weight", "sqrt(I)*I^-1/(n + d + 1)"),
    ("ahn-2023", "weight", "I*((n + 1)/n*Sigma*I + tr(I*Sigma)/n*I)^-1*I"),
    # 0/0 that can be removed
    ("isotropic-noiseless", "risk", "(d^2 - 1)*d/((d - 1)*(n + d + 1))"),
    ("isotropic-noiseless", "weight", "(n - d)/((n - d)*(n + d + 1))"),
    ("mahankali-2023", "weight", "1/(n + d + 1 + sigma^4/sigma^2)"),
    ("mahankali-2023", "weight", "(sigma^2 - 1)/((sigma - 1)*(sigma + 1)*(n + d + 1 + sigma^2))"),
    # roots, rationalised or not
    ("isotropic-noiseless", "weight", "1/sqrt((n + d + 1)^2)"),
    ("isotropic-noiseless", "weight", "(1/sqrt(n + d + 1))*(n + d + 1)^(-1/2)"),
    ("isotropic-noiseless", "weight", "(sqrt(2)*sqrt(3)/sqrt(6))/(n + d + 1)"),
    (
        "isotropic-noiseless",
        "weight",
        "(sqrt(n + d + 1) - sqrt(n + d))*(sqrt(n + d + 1) + sqrt(n + d))/(n + d + 1)",
    ),
    (
        "isotropic-noiseless",
        "weight",
        "(sqrt(n + 1) - sqrt(n))/(1/(sqrt(n + 1) + sqrt(n)))/(n + d + 1)",
    ),
    ("mahankali-2023", "weight", "sqrt(sigma^2 + n + d + 1)^-2"),
    (
        "mahankali-2023",
        "weight",
        "(sqrt(sigma^2 + 1) - sigma)*(sqrt(sigma^2 + 1) + sigma)/(n + d + 1 + sigma^2)",
    ),
    # roots and inverses of covariances, in any order that is right
    ("ahn-2023", "weight", "n*((n + 1)*Sigma + tr(Sigma)*I)^-1"),
    (
        "ahn-2023",
        "weight",
        "Sigma^(-1/2)*((n + 1)/n*I + tr(Sigma)/n*Sigma^-1)^-1*Sigma^(-1/2)",
    ),
    ("ahn-2023", "weight", "sqrt(Sigma)*((n + 1)/n*Sigma^2 + tr(Sigma)/n*Sigma)^-1*sqrt(Sigma)"),
    ("ahn-2023", "weight", "Sigma*((n + 1)/n*Sigma + tr(Sigma)/n*I)^-1*Sigma^-1"),
    ("ahn-2023", "risk", "tr(Sigma) - n*tr(Sigma^2*((n + 1)*Sigma + tr(Sigma)*I)^-1)"),
    (
        "ahn-2023",
        "risk",
        "tr(Sigma)/(n + 1) + n*tr(Sigma)/(n + 1)*tr(Sigma*((n + 1)*Sigma + tr(Sigma)*I)^-1)",
    ),
    ("independent", "weight", WEIGHT),
    ("independent", "weight", f"Sigma_beta*({M}*I + (n + 1)*Sigma_x*Sigma_beta)^-1"),
    ("independent", "weight", f"({M}*I + (n + 1)*Sigma_beta*Sigma_x)^-1*Sigma_beta"),
    (
        "independent",
        "weight",
        "sqrt(Sigma_beta)*((n + 1)*Sigma_beta^(1/2)*Sigma_x*Sigma_beta^(1/2)"
        f" + {M}*I)^-1*Sigma_beta^(1/2)",
    ),
    ("independent", "risk", RISK),
    (
        "independent",
        "risk",
        f"{M} - n*tr(((n + 1)*I + {M}*(sqrt(Sigma_x)*Sigma_beta*sqrt(Sigma_x))^-1)^-1"
        "*sqrt(Sigma_x)*Sigma_beta*sqrt(Sigma_x))",
    ),
    ("covariate-shift", "weight", WEIGHT),
    (
        "covariate-shift",
        "risk",
        "tr(Sigma_q*Sigma_beta) + sigma^2"
        f" - n*tr(Sigma_q*Sigma_beta*Sigma_x*Sigma_beta*({M}*I + (n + 1)*Sigma_x*Sigma_beta)^-1)",
    ),
]
# Equal where sigma is not negative, as its range says.
ROOTS_OF_SQUARES = ["sqrt(sigma^4)", "sigma*sqrt(sigma^2)", "sigma^2 + sqrt(sigma^2) - sigma"]


def design_file(folder, name, *changes, more=""):
    """A design file that ships, changed and with more at its end."""
    text = gallery.text(name)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = folder / f"{name}.toml"
    path.write_text(text + more)
    return str(path)


@pytest.fixture
def brief(monkeypatch):
    """Fewer places are looked at for a counterexample that does not exist."""
    monkeypatch.setattr("verify.judge.counterexample.MOST", 200)


@pytest.mark.parametrize(("name", "quantity", "formula"), RIGHT)
def test_a_right_claim_is_exact_in_any_form(name, quantity, formula):
    code, result = judged(name, quantity, formula)
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact"), result["why"]
    assert result["counterexample"] is None
    assert all(w["verdict"] == "holds" for w in result["witnesses"])


def test_there_are_many():
    assert len(RIGHT) == len(set(RIGHT)) >= 15


def test_it_is_said_how_it_was_found():
    _, result = judged("isotropic-noiseless", "risk", "d*(d + 1)/(n + d + 1)")
    assert result["why"]["risk"] == "the difference of the two, as rational functions, is zero"
    _, result = judged("independent", "weight", WEIGHT)
    assert result["why"]["weight"].startswith("proved: claim and derivation are the same for all")
    # a number to spare, so that the inverse is one of three words
    _, result = judged("independent", "weight", WEIGHT.replace("(n + 1)", "(n + 1 + 0*d)"))
    assert result["why"]["weight"].startswith("proved")
    three = (
        "(n*Sigma_x + Sigma_x + Sigma_beta^-1*tr(Sigma_x*Sigma_beta) + sigma^2*Sigma_beta^-1)^-1"
    )
    _, result = judged("independent", "weight", three)
    assert result["why"]["weight"].startswith("proved")


def test_what_is_not_proved_is_established_up_to_a_probability(monkeypatch):
    monkeypatch.setattr("verify.judge.equality.proved", lambda question, weight: None)
    _, result = judged("independent", "weight", WEIGHT)
    said = result["why"]["weight"]
    assert said.startswith("established for d = 1 to 11") and "probability of error of" in said


@pytest.mark.parametrize("square", ROOTS_OF_SQUARES)
def test_roots_of_squares_are_not_refuted(brief, square):
    code, result = judged("mahankali-2023", "weight", f"1/(n + d + 1 + {square})")
    assert code in {Exit.HOLDS, Exit.UNDECIDED}
    assert result["judgement"] in {"exact", "undecided"} and result["counterexample"] is None


@pytest.mark.parametrize(
    "one",
    ["(sqrt(2)*sqrt(3)/sqrt(6))", "sqrt(n + 1)/sqrt(n + 1)", "(sqrt(n + 1)^2 - n)"],
)
def test_irrational_roots_beside_covariances_are_not_refuted(brief, one):
    code, result = judged("ahn-2023", "weight", f"{one}*n*((n + 1)*Sigma + tr(Sigma)*I)^-1")
    assert code in {Exit.HOLDS, Exit.UNDECIDED}
    assert result["judgement"] in {"exact", "undecided"} and result["counterexample"] is None


def test_a_risk_where_the_weight_has_no_formula_is_undecided(brief, tmp_path):
    """With alpha = 0 alone in range the formula is right, which the derivation cannot see."""
    path = design_file(tmp_path, "task-aligned-general", ("alpha = [0, 1]", "alpha = [0, 0]"))
    file = read_design(path)
    code, result = judged_in(file, {"risk": RISK})
    assert (code, result["judgement"]) == (Exit.UNDECIDED, "undecided")
    assert "no formula where the covariances do not commute" in result["why"]["risk"]
    assert "claim the weight as well" in result["why"]["risk"]
    code, result = judged_in(file, {"risk": RISK, "weight": WEIGHT})
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact"), result["why"]


def test_the_same_formula_is_refuted_where_alpha_may_be_positive():
    code, result = judged("task-aligned-general", "risk", RISK)
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")
    assert result["counterexample"]["sizes"]["alpha"] != "0"


@pytest.mark.parametrize(
    ("quantity", "formula"),
    [
        ("risk", "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"),
        ("weight", "1/(n + d + 1 + sigma^2)"),
    ],
)
def test_where_a_sum_has_no_closed_form_it_is_undecided(brief, tmp_path, quantity, formula):
    path = design_file(tmp_path, "noisy-retrieval", ("alpha = [0, 1]", "alpha = [0, 0]"))
    code, result = judged_in(read_design(path), {quantity: formula})
    assert (code, result["judgement"]) == (Exit.UNDECIDED, "undecided")
    assert "a sum over the examples has no closed form" in result["why"][quantity]
    assert result["witnesses"][0]["verdict"] == "undecided"


LIMIT = '\n[limits.proportional]\nn = "d/nu"\nsigma = "sqrt(s*d)"\n'


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (f"{M} - n*tr(Sigma_x)", "the claim holds covariances"),
        ("d + sigma^2", "the exact optimum depends on covariances"),
    ],
)
def test_a_limit_where_covariances_are_about_is_undecided(tmp_path, formula, reason):
    path = design_file(tmp_path, "independent", more=LIMIT)
    code, (result,) = claimed(path, "--risk", formula, "--limit", "proportional")
    assert (code, result["judgement"]) == (Exit.UNDECIDED, "undecided")
    assert "the limit proportional cannot be taken" in result["why"]["risk"]
    assert reason in result["why"]["risk"]


def test_an_exact_claim_with_covariances_is_exact_in_a_limit_too(tmp_path):
    path = design_file(tmp_path, "independent", more=LIMIT)
    code, (result,) = claimed(path, "--weight", WEIGHT, "--limit", "proportional")
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact")


def test_a_claim_of_zero_has_no_leading_term():
    code, result = judged("isotropic-noiseless", "risk", "0", "--limit", "proportional")
    assert (code, result["judgement"]) == (Exit.UNDECIDED, "undecided")
    assert "has no leading term" in result["why"]["risk"]


ONE_LIMIT = '[limits.proportional]\nn = "d/nu"\n'
TWO_LIMITS = '[limits.many]\nn = "c*d^2"\n[limits.few]\nn = "c*sqrt(d)"\n'


@pytest.fixture
def two_limits(tmp_path):
    """A file with many examples in one limit, and few in another."""
    return design_file(tmp_path, "isotropic-noiseless", (ONE_LIMIT, TWO_LIMITS))


@pytest.mark.parametrize(
    ("quantity", "formula", "limit"),
    [
        ("weight", "1/n", "many"),
        ("weight", "1/(n + sqrt(n))", "many"),
        ("weight", "1/d", "few"),
        ("weight", "1/(d + 3*sqrt(d) - 17)", "few"),
        ("risk", "d", "few"),
        ("risk", "sqrt(d^2 + n)", "few"),
        ("risk", "d^2/n", "many"),
        ("risk", "d^2/n + d/n - d^3/n^2", "many"),
    ],
)
def test_what_is_right_to_leading_order_is_right_in_that_limit_alone(
    two_limits, quantity, formula, limit
):
    code, (result,) = claimed(two_limits, f"--{quantity}", formula, "--limit", limit)
    assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit"), result["why"]
    code, (result,) = claimed(two_limits, f"--{quantity}", formula)
    assert (code, result["judgement"]) == (Exit.LIMIT, "right in the limit")
    assert result["rate"]["limit"] == limit
    other = {"few": "many", "many": "few"}[limit]
    code, (result,) = claimed(two_limits, f"--{quantity}", formula, "--limit", other)
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")


def test_weight_and_risk_right_in_different_limits_are_right_in_none(two_limits):
    code, (result,) = claimed(two_limits, "--weight", "1/n", "--risk", "d")
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")


def test_an_exact_weight_beside_a_risk_right_in_the_limit(two_limits):
    code, (result,) = claimed(two_limits, "--weight", "1/(n + d + 1)", "--risk", "d")
    assert (code, result["judgement"]) == (Exit.LIMIT, "right in the limit")
    assert result["parts"]["weight"]["judgement"] == "exact"
    assert result["rate"]["limit"] == "few"


def test_the_worst_of_several_claims_decides(tmp_path):
    more = '[claims.{}]\nweight = "{}"\n'
    right, wrong = "1/(n + d + 1)", "1/(n + d)^2"
    leading = "1/(n + d)"
    for formulas, code in (
        ((right, right), Exit.HOLDS),
        ((right, leading), Exit.LIMIT),
        ((wrong, right), Exit.REFUTED),
        ((leading, wrong), Exit.REFUTED),
    ):
        claims = "".join(more.format(f"c{k}", f) for k, f in enumerate(formulas))
        path = design_file(tmp_path, "isotropic-noiseless", more="\n" + claims)
        found, results = claimed(path)
        assert found == code and [r["name"] for r in results] == ["c0", "c1"]
    found, _ = claimed(path, "--limit", "proportional")
    assert found == Exit.REFUTED


def test_a_claim_of_the_file_in_a_limit_of_the_file(tmp_path):
    claim = '\n[claims.leading]\nweight = "1/(n + d)"\nlimit = "proportional"\n'
    path = design_file(tmp_path, "isotropic-noiseless", more=claim)
    code, (result,) = claimed(path)
    assert (code, result["judgement"], result["limit"]) == (0, "right in the limit", "proportional")


def test_a_risk_that_follows_from_a_wrong_weight_is_wrong():
    """``L(0) + <L', W>/2`` is the risk of a stationary weight, and of no other."""
    file = gallery.shipped("independent")
    risk = f"{M} - 2*n*tr(Sigma_x*{WEIGHT}*Sigma_x*Sigma_beta)"
    claim = claim_of(file, weight=f"2*{WEIGHT}", risk=risk)
    answers = judge(file, claim, Settings(Level.QUICK, shrink=False)).answers
    assert {answer.judgement for answer in answers} == {Judgement.REFUTED}
    right = claim_of(file, weight=WEIGHT, risk=risk.replace("2*n", "n"))
    assert judge(file, right, Settings()).judgement is Judgement.EXACT


def test_the_same_seed_gives_the_same_report_and_another_the_same_verdict():
    asked = (shipped_file("independent"), "--weight", WEIGHT, "--seed")
    reports = [claimed(*asked, seed)[1][0] for seed in ("0", "0", "7")]
    for report in reports:
        for timed in (report, *report["witnesses"]):
            timed["seconds"] = 0
    assert (
        reports[0] == reports[1] and reports[0]["judgement"] == reports[2]["judgement"] == "exact"
    )


def test_a_shipped_file_is_judged_from_anywhere(monkeypatch, tmp_path):
    path = shipped_file("mahankali-2023")
    monkeypatch.chdir(tmp_path)
    code, _ = claimed(path)
    assert code == Exit.HOLDS and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", ["1/d", "-d", "c/sqrt(d)", "0", "1/2", "3/2", "1 - 1/d"])
def test_a_limit_without_examples_is_none(tmp_path, size):
    limit = f'[limits.none]\nn = "{size}"\n'
    path = design_file(tmp_path, "isotropic-noiseless", (ONE_LIMIT, limit))
    code, (result,) = claimed(path, "--weight", "1/d", "--limit", "none")
    assert (code, result["judgement"]) == (Exit.UNDECIDED, "undecided")
    assert "is not a whole number from 1 on as d grows" in result["why"]["weight"]
