"""Wrong claims fall, at a place where they are wrong: found again there by brute force."""

from fractions import Fraction

import pytest

import theory
from tests.verify import brute_force
from tests.verify.command_line import call, judged, shipped_file
from theory.language import gallery
from theory.language.files.reading import parse_design
from verify.cli import Exit
from verify.judge.equality import equality
from verify.judge.from_text import claim_of
from verify.judge.judge import judge
from verify.judge.nearby import nearby
from verify.judge.question import questions
from verify.settings import Settings

M = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
KAPPA = "(alpha^2*d + 1)"
DRIFT = "(4*d*n^2 + 2*d + 3*n^3 + 4*n^2 + 3*n + 2)"
NONE = ""
# Design, quantity, wrong formula, and the right one if it is one slip away.
WRONG = [
    # n for n + 1, d dropped, signs
    ("isotropic-noiseless", "risk", "d + n*d/(n + d + 1)", "d - n*d/(n + d + 1)"),
    ("isotropic-noiseless", "risk", "n*d/(n + d + 1)", NONE),
    ("isotropic-noiseless", "weight", "1/(n + 1)", "1/(n + 1 + d)"),
    ("isotropic-noiseless", "weight", "1/(n - d + 1)", "1/(n + d + 1)"),
    ("mahankali-2023", "weight", "1/(n + d + sigma^2)", "1/(n + d + sigma^2 + 1)"),
    (
        "mahankali-2023",
        "risk",
        "d + sigma^2 - n*d/(n + d + sigma^2)",
        "d + sigma^2 - n*d/(n + d + sigma^2 + 1)",
    ),
    (
        "mahankali-2023",
        "risk",
        "d + sigma^2 + n*d/(n + d + 1 + sigma^2)",
        "d + sigma^2 - n*d/(n + d + 1 + sigma^2)",
    ),
    # the convention with 1/n, where the file has none, and the other way round
    ("isotropic-noiseless", "weight", "n/(n + d + 1)", "(n + d + 1)^-1"),
    ("mahankali-2023", "weight", "1/(1 + (d + 1 + sigma^2)/n)", "(1/(1 + (d + 1 + sigma^2)/n))/n"),
    (
        "ahn-2023",
        "weight",
        "((n + 1)*Sigma + tr(Sigma)*I)^-1",
        "((n + 1)*Sigma + tr(Sigma)*I)^-1*n",
    ),
    # sigma for sigma^2, the noise forgotten
    ("mahankali-2023", "weight", "1/(n + d + 1 + sigma)", "1/(n + d + 1 + sigma^2)"),
    ("mahankali-2023", "weight", "1/(n + d + 1)", "1/(n + d + 1 + sigma^2)"),
    (
        "mahankali-2023",
        "risk",
        "d + sigma^2 - n*d/(n + d + 1 + sigma)",
        "d + sigma^2 - n*d/(n + d + 1 + sigma^2)",
    ),
    (
        "mahankali-2023",
        "risk",
        "d - n*d/(n + d + 1 + sigma^2)",
        "d - n*d/(n + d + 1 + sigma^2) + sigma^2",
    ),
    # a square too many, a root too many
    (
        "mahankali-2023",
        "risk",
        "d + sigma^2 - n*d^2/(n + d + 1 + sigma^2)",
        "d + sigma^2 - n*d/(n + d + 1 + sigma^2)",
    ),
    (
        "mahankali-2023",
        "risk",
        "d + sigma^2 - n*d/sqrt(n + d + 1 + sigma^2)",
        "d + sigma^2 - n*d/(n + d + 1 + sigma^2)",
    ),
    # a factor missing or too many
    (
        "growing-noise",
        "weight",
        "1/(n + d + 1 + sigma^2*(n + 1)*(2*n + 1)/3)",
        "1/(n + d + 1 + sigma^2*(n + 1)*(2*n + 1)/6)",
    ),
    ("growing-noise", "weight", "1/(n + d + 1 + sigma^2*n*(n + 1)/2)", NONE),
    ("heteroscedastic", "weight", "1/(n + d + 1 + sigma^2)", NONE),
    (
        "heteroscedastic",
        "risk",
        "d + sigma^2 - n*d/(n + d + 1 + sigma^2*(n + 1)/2)",
        "d + sigma^2 - n*d/(n + d + 1 + (sigma^2*(n + 1)/2)/n)",
    ),
    # covariances swapped, lost, in the wrong order
    ("independent", "weight", f"((n + 1)*Sigma_beta + {M}*Sigma_x^-1)^-1", NONE),
    (
        "independent",
        "weight",
        f"(n*Sigma_x + {M}*Sigma_beta^-1)^-1",
        "((n + 1)*Sigma_x + (tr(Sigma_x*Sigma_beta) + sigma^2)*Sigma_beta^-1)^-1",
    ),
    (
        "independent",
        "weight",
        f"Sigma_beta*({M}*I + (n + 1)*Sigma_beta*Sigma_x)^-1",
        "Sigma_beta*((tr(Sigma_x*Sigma_beta) + sigma^2)*I + (n + 1)*Sigma_x*Sigma_beta)^-1",
    ),
    ("independent", "weight", f"((n + 1)*Sigma_x + {M}*Sigma_beta)^-1", NONE),
    (
        "independent",
        "risk",
        f"{M} - n*tr(Sigma_beta*({M}*Sigma_x^-1 + (n + 1)*Sigma_beta)^-1)",
        NONE,
    ),
    ("independent", "risk", f"{M} - n*tr(Sigma_x*({M}*I + (n + 1)*Sigma_x*Sigma_beta)^-1)", NONE),
    (
        "covariate-shift",
        "weight",
        f"Sigma_beta*((n + 1)*Sigma_q*Sigma_beta + {M}*I)^-1",
        "Sigma_beta*((n + 1)*Sigma_x*Sigma_beta + (tr(Sigma_x*Sigma_beta) + sigma^2)*I)^-1",
    ),
    (
        "covariate-shift",
        "risk",
        "tr(Sigma_q*Sigma_beta) + sigma^2 - n*tr(Sigma_x*Sigma_beta*Sigma_x*Sigma_beta*"
        f"({M}*I + (n + 1)*Sigma_x*Sigma_beta)^-1)",
        "tr(Sigma_q*Sigma_beta) + sigma^2 - n*tr(Sigma_q*Sigma_beta*Sigma_x*Sigma_beta*"
        "((tr(Sigma_x*Sigma_beta) + sigma^2)*I + (n + 1)*Sigma_x*Sigma_beta)^-1)",
    ),
    ("ahn-2023", "weight", "(Sigma + tr(Sigma)/n*I)^-1", NONE),
    ("ahn-2023", "weight", "((n + 1)/n*Sigma + d/n*I)^-1", NONE),
    # the square of a trace, the trace of a square, the product of traces
    (
        "independent",
        "weight",
        "((n + 1)*Sigma_x + (tr(Sigma_x)*tr(Sigma_beta) + sigma^2)*Sigma_beta^-1)^-1",
        NONE,
    ),
    ("ahn-2023", "risk", "tr(Sigma) - n*tr(Sigma)^2/((n + 1)*tr(Sigma) + tr(Sigma))", NONE),
    (
        "ahn-2023",
        "risk",
        "tr(Sigma) - n*tr(Sigma*((n + 1)*Sigma + tr(Sigma)*I)^-1)",
        "tr(Sigma) - n*tr(Sigma^2*((n + 1)*Sigma + tr(Sigma)*I)^-1)",
    ),
    # another design's formula
    ("drifting", "weight", "1/(n + d + 1)", NONE),
    ("drifting-partly", "weight", "1/(n + d + 1 + sigma^2)", NONE),
    ("rag", "weight", "1/(n + d + 1 + sigma^2)", NONE),
    ("rag", "risk", "d + sigma^2 - n*d/(n + d + 1 + sigma^2)", NONE),
    ("rag-unit", "weight", f"1/({KAPPA}*n + sigma^2)", NONE),
    ("rag-general", "weight", f"Sigma_beta*({M}*I + (n + 1)*Sigma_x*Sigma_beta)^-1", NONE),
    ("rag-general", "risk", M, NONE),
    ("retrieval-off-axis", "weight", "((n + 1)*Sigma_e + (tr(Sigma_e) + sigma^2)*I)^-1", NONE),
    ("task-aligned", "weight", f"1/({KAPPA}*n)", NONE),
    ("task-aligned-general", "weight", f"((n + 1)*Sigma_x + {M}*Sigma_beta^-1)^-1", NONE),
    ("task-aligned-features-general", "risk", f"tr(Sigma_x*Sigma_beta)/{KAPPA} + sigma^2", NONE),
    ("anisotropic-aligned", "weight", "((n + 1)*Sigma + (tr(Sigma) + sigma^2)*I)^-1", NONE),
    ("decaying-retrieval", "weight", "1/(n + d + 1 + sigma^2)", NONE),
    ("noisy-retrieval", "risk", "d + sigma^2 - n*d/(n + d + 1 + sigma^2)", NONE),
]
# The same for claims that are wrong, but not to leading order in a limit of the file.
NOT_EXACT = [
    ("isotropic-noiseless", "risk", "d - n*d/(n + d)", "d - n*d/(n + d + 1)"),
    ("isotropic-noiseless", "risk", "d - (n + 1)*d/(n + d + 1)", "d - n*d/(n + d + 1)"),
    ("drifting", "weight", f"3*n*(n - 1)/{DRIFT}", f"3*n*(n + 1)/{DRIFT}"),
    ("drifting-away", "weight", f"3*n*(n + 1)/{DRIFT}", f"3*n*(n - 1)/{DRIFT}"),
    (
        "heteroscedastic",
        "weight",
        "1/(n + d + 1 + sigma^2*n/(2*n))",
        "1/(n + d + 1 + sigma^2*(n + 1)/(2*n))",
    ),
]


@pytest.fixture
def patient(monkeypatch):
    """Time enough for all slips on a busy machine."""
    monkeypatch.setattr("verify.judge.nearby.SECONDS", 8.0)


def check_counterexample(name, quantity, formula, found):
    """The exact value is the optimum there, the claimed one the formula's, and they differ."""
    risk, weight = brute_force.optimum(name, found["sizes"])
    expected = risk if quantity == "risk" else weight
    claimed = brute_force.value(name, formula, found["sizes"])
    if quantity == "weight" and isinstance(claimed, Fraction):
        claimed = brute_force.multiple(claimed, found["sizes"]["d"])
    assert brute_force.same(found["exact"], expected)
    assert brute_force.same(found["claimed"], claimed)
    assert not brute_force.same(found["exact"], claimed)
    assert found["confirmed"] is True


def check_nearby(name, quantity, right, nearby):
    """The right formula is among those near by, and each of them is exact."""
    formulas = [one["formula"] for one in nearby]
    if right != NONE:
        assert right in formulas
    for formula in formulas:
        code, result = judged(name, quantity, formula)
        assert (code, result["judgement"]) == (Exit.HOLDS, "exact"), formula


def test_there_are_many_over_many_designs():
    assert len(WRONG) >= 30 and len({name for name, *_ in WRONG}) >= 8
    assert sum(right != NONE for *_, right in WRONG) >= 15
    assert len({formula for _, _, formula, _ in WRONG}) >= 30


@pytest.mark.parametrize(("name", "quantity", "formula", "right"), WRONG)
def test_a_wrong_claim_is_refuted_where_it_is_wrong(patient, name, quantity, formula, right):
    code, result = judged(name, quantity, formula, near=right != NONE)
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted"), result["why"]
    check_counterexample(name, quantity, formula, result["counterexample"])
    by_name = {w["name"]: w for w in result["witnesses"]}
    assert by_name["interpolation"]["verdict"] == "refuted"
    assert "confirmed coordinate by coordinate" in by_name["interpolation"]["summary"]
    check_nearby(name, quantity, right, result["nearby"])


@pytest.mark.parametrize(("name", "quantity", "formula", "right"), NOT_EXACT)
def test_what_is_wrong_but_not_in_the_limit_has_a_counterexample_too(
    patient, name, quantity, formula, right
):
    code, result = judged(name, quantity, formula, near=True)
    assert (code, result["judgement"]) == (Exit.LIMIT, "right in the limit")
    check_counterexample(name, quantity, formula, result["counterexample"])
    check_nearby(name, quantity, right, result["nearby"])


def test_the_counterexample_is_the_simplest():
    """Nothing differs at smaller sizes, or with no noise."""
    _, result = judged("isotropic-noiseless", "weight", "n/(n + d + 1)")
    assert result["counterexample"]["sizes"] == {"n": 2, "d": 1}  # right at n = 1
    _, result = judged("mahankali-2023", "weight", "1/(n + d + 1)")
    assert result["counterexample"]["sizes"] == {"n": 1, "d": 1, "sigma": "1"}
    _, result = judged("independent", "weight", f"((n + 1)*Sigma_beta + {M}*Sigma_x^-1)^-1")
    sizes = result["counterexample"]["sizes"]
    assert (sizes["n"], sizes["d"], sizes["sigma"]) == (1, 1, "0")
    assert sizes["Sigma_x"] != sizes["Sigma_beta"]


def test_what_is_wrong_only_far_out_is_refuted_there():
    """Right at all n up to 12, of which the simple places are."""
    far = "*".join(f"(n - {k})" for k in range(1, 13))
    code, result = judged("isotropic-noiseless", "risk", f"d - n*d/(n + d + 1) + {far}")
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted"), result["why"]
    found = result["counterexample"]
    n, d = found["sizes"]["n"], found["sizes"]["d"]
    assert n > 12 and Fraction(found["exact"]) == Fraction(d * (d + 1), n + d + 1)


def test_how_many_places_were_looked_at_is_told():
    """One sample weight is right up to its factor, at three sizes d; two are not."""
    file = gallery.shipped("growing-noise")
    (question,) = questions(file, claim_of(file, omega=("1",)))
    found = equality(question)
    assert found.equal is False and (found.at.n, found.at.d) == (2, 1)
    assert found.examined == 3 + 1


def test_a_search_that_is_going_on_is_not_told_to_be_over():
    file, heard = gallery.shipped("isotropic-noiseless"), []
    settings = Settings(progress=lambda *told: heard.append(told))
    judge(file, claim_of(file, risk="d"), settings)
    (searched,) = [told for told in heard if "near by" in told[0]]
    assert 0 < searched[1] < searched[2]


def test_the_difference_is_shown_as_a_formula_where_there_is_one():
    _, result = judged("mahankali-2023", "weight", "1/(n + d + sigma^2)")
    assert result["difference"].startswith(r"\frac{1}{\left(d + n + \sigma^{2}\right)")
    _, result = judged("ahn-2023", "weight", "(Sigma + tr(Sigma)/n*I)^-1")
    assert result["difference"] is None


def test_a_term_lost_beside_a_trace_is_found(patient):
    wrong = "((n + 1)*Sigma_x + tr(Sigma_x*Sigma_beta)*Sigma_beta^-1)^-1"
    code, result = judged("independent", "weight", wrong, near=True)
    assert code == Exit.REFUTED and result["nearby"]
    check_nearby("independent", "weight", NONE, result["nearby"])


# Claims to leading order whose leading term is wrong, with the statement that has the exact risk.
WRONG_LIMITS = [
    ("theorem2", "d + sigma^2 - n*d/(n + d + sigma^2)"),
    ("theorem2", f"d + sigma^2 - {KAPPA}*n*d/(n + d + sigma^2)"),
    ("theorem2", f"d + sigma^2 - {KAPPA}^2*n*d/({KAPPA}^2*n + d + sigma^2)"),
    ("theorem2", f"d - {KAPPA}*n*d/({KAPPA}*n + d + sigma^2)"),
    ("theorem2", f"d + sigma - {KAPPA}*n*d/({KAPPA}*n + d + sigma^2)"),
    ("theorem2", f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + d + sigma)"),
    ("theorem2", f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + sigma^2)"),
    ("theorem2", f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + (d + sigma^2)/{KAPPA})"),
    ("theorem3", f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + d + sigma^2)"),
    ("theorem3", f"d + sigma^2 - n*d/({KAPPA}*n + (d + sigma^2)/{KAPPA})"),
]
DESIGNS = {"theorem2": "rag", "theorem3": "task-aligned"}


@pytest.mark.parametrize(("id", "formula"), WRONG_LIMITS)
def test_a_wrong_leading_term_is_refuted(id, formula):
    name = DESIGNS[id]
    code, result = judged(name, "risk", formula, "--limit", "proportional")
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted"), result["why"]
    rate = result["rate"]
    assert rate["right"] is False and rate["claimed"] != rate["exact"]
    errors = []
    for error in result["errors"]:
        at = {k: Fraction(error["at"][k]) for k in ("n", "d", "alpha", "sigma")}
        sizes = {**at, "n": int(at["n"]), "d": int(at["d"])}
        exact = theory.statement(id).evaluate(**sizes).risk
        claimed = brute_force.value(name, formula, sizes)
        errors.append(float(Fraction(claimed - exact) / exact))
        assert error["relative_error"] == pytest.approx(errors[-1], rel=1e-9)
    assert len(errors) == 3 and abs(errors[-1]) > 0.01  # it does not vanish as d grows
    assert errors[-1] == pytest.approx(errors[-2], rel=0.05)
    code, result = judged(name, "risk", formula)
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")
    check_counterexample(name, "risk", formula, result["counterexample"])


def test_a_wrong_leading_term_one_slip_away_is_mended(patient):
    wrong = f"d + sigma - {KAPPA}*n*d/({KAPPA}*n + d + sigma^2)"
    right = f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + d + sigma^2)"
    _, result = judged("rag", "risk", wrong, "--limit", "proportional", near=True)
    formulas = [one["formula"] for one in result["nearby"]]
    assert right in formulas
    for formula in formulas:
        code, result = judged("rag", "risk", formula, "--limit", "proportional")
        assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit")


def test_a_formula_that_is_right_far_out_only_is_near_by(patient):
    """At n = 10^4 it is still a tenth less than the exact weight, at 10^6 a thousandth."""
    file = parse_design(gallery.text("isotropic-noiseless") + '[limits.many]\nn = "oo"\n')
    claim = claim_of(file, weight="1/(d + 1000)", limit="many")
    (question,) = questions(file, claim)
    assert "1/(n + 1000)" in [one.text for one in nearby(question, claim.limit)]


def test_a_wrong_leading_term_that_is_undefined_at_a_point_of_the_limit_is_refuted():
    """With kappa = alpha d + 1 the leading error has a pole where all constants are one."""
    kappa = "(alpha*d + 1)"
    wrong = f"d + sigma^2 - {kappa}*n*d/({kappa}*n + d + sigma^2)"
    code, result = judged("rag", "risk", wrong, "--limit", "proportional")
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")


def test_what_is_printed_shows_the_place_and_the_right_formula(patient):
    wrong = "d + sigma^2 - n*d/(n + d + 1 + sigma)"
    code, out, _ = call("claim", shipped_file("mahankali-2023"), "--risk", wrong)
    assert code == Exit.REFUTED
    lines = [line.strip() for line in out.splitlines()]
    at = lines.index("counterexample")
    assert lines[at + 1 : at + 4] == [
        "n = 1, d = 1, sigma = 1/2",
        "claimed: 27/28",
        "exact:   49/52, confirmed coordinate by coordinate",
    ]
    at = lines.index("near by, and right")
    assert lines[at + 1] == "d + sigma^2 - n*d/(n + d + 1 + sigma^2)   (sigma -> sigma^2)"
    assert lines[-1].startswith("mahankali-2023 refuted   ")


ABANDONED = [
    ("independent", "tr(Sigma_x*Sigma_beta)^20*d^20/tr(Sigma_x)^20", "too many powers of d"),
    ("independent", "sqrt(tr(Sigma_x)^2 + 3)", "a root in it is irrational"),
    ("rag", "sqrt(sigma) + sqrt(sigma + 1) + sqrt(n)", "not seen to be zero"),
]


@pytest.mark.parametrize(("name", "formula", "abandoned"), ABANDONED)
def test_the_reason_is_the_counterexample_where_it_decided(name, formula, abandoned):
    """And not the reason for which a look at all sizes was given up."""
    file = gallery.shipped(name)
    claim = claim_of(file, risk=formula)
    (question,) = questions(file, claim)
    given_up = equality(question)
    assert given_up.equal is None and abandoned in given_up.how
    code, result = judged(name, "risk", formula)
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")
    why = result["why"]["risk"]
    assert why.startswith("claimed and exact value differ at n = 1, d = 1")
    derivation = next(w for w in result["witnesses"] if w["name"] == "derivation")
    assert derivation["summary"] == why
    check_counterexample(name, "risk", formula, result["counterexample"])


def test_what_is_near_by_has_a_value_wherever_there_is_an_optimum(patient):
    """And so is not what divides by n - 1, though it is the same rational function."""
    formula = "(n + 1)*d*(d + 1)/((n + d + 1)*(n - 1))"
    _, result = judged("isotropic-noiseless", "risk", formula, near=True)
    (one,) = result["nearby"]
    assert one["formula"] == "(n + 1)*d*(d + 1)/((n + d + 1)*(n + 1))"
