"""Wrong claims made to pass: right at all places that are easy to look at, and wrong elsewhere."""

from fractions import Fraction

import pytest
import sympy

from tests.verify import brute_force
from tests.verify.command_line import judged, judged_in
from tests.verify.trace_identities import fundamental_identity
from theory.language.files.reading import parse_design
from theory.language.formulas.bounds import FORMULA
from theory.language.gallery import shipped
from theory.language.gallery import text as text_of
from verify.cli import Exit
from verify.judge.from_text import claim_of
from verify.judge.judge import judge
from verify.judge.places import NUMBERS
from verify.settings import Settings

M = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
INDEPENDENT = f"((n + 1)*Sigma_x + {M}*Sigma_beta^-1)^-1"
INDEPENDENT_RISK = (
    f"{M} - n*tr(Sigma_beta*Sigma_x*Sigma_beta*Sigma_x*({M}*I + (n + 1)*Sigma_beta*Sigma_x)^-1)"
)
SHIFTED_RISK = (
    "tr(Sigma_q*Sigma_beta) + sigma^2"
    f" - n*tr(Sigma_q*Sigma_beta*Sigma_x*Sigma_beta*({M}*I + (n + 1)*Sigma_x*Sigma_beta)^-1)"
)
AHN = "n*((n + 1)*Sigma + tr(Sigma)*I)^-1"
AHN_RISK = "tr(Sigma) - n*tr(Sigma^2*((n + 1)*Sigma + tr(Sigma)*I)^-1)"
MAHANKALI = "1/(n + d + 1 + sigma^2)"
RAG = (
    "(alpha^2*(d + 1) + 1)/((n - 1)*(alpha^4*(d^2 + 4*d + 5) + alpha^2*(2*d + 2) + 1)"
    " + alpha^2*(d^2 + d*sigma^2 + 5*d + sigma^2 + 6) + d + sigma^2 + 2)"
)
EXACT = {
    ("independent", "weight"): INDEPENDENT,
    ("independent", "risk"): INDEPENDENT_RISK,
    ("covariate-shift", "weight"): INDEPENDENT,
    ("covariate-shift", "risk"): SHIFTED_RISK,
    ("ahn-2023", "weight"): AHN,
    ("ahn-2023", "risk"): AHN_RISK,
    ("mahankali-2023", "weight"): MAHANKALI,
    ("rag", "weight"): RAG,
}
COVARIANCE = {"independent": "Sigma_x", "covariate-shift": "Sigma_q", "ahn-2023": "Sigma"}


@pytest.fixture(autouse=True)
def brief(monkeypatch):
    """Little time for places at which nothing is wrong."""
    monkeypatch.setattr("verify.judge.counterexample.MOST", 100)


def plus(name, quantity, term):
    """The exact formula and a term."""
    matrix = quantity == "weight" and name in COVARIANCE
    return f"{EXACT[name, quantity]} + ({term}){'*I' if matrix else ''}"


def never_exact(name, quantity, term):
    """Judge the exact formula with a term added, which is not zero everywhere."""
    formula = plus(name, quantity, term)
    code, result = judged(name, quantity, formula)
    assert result["judgement"] in {"refuted", "undecided"}, (formula, result["why"])
    assert code == {"refuted": Exit.REFUTED, "undecided": Exit.UNDECIDED}[result["judgement"]]
    assert any(w["verdict"] != "holds" for w in result["witnesses"])
    if result["counterexample"] is not None:
        sizes = result["counterexample"]["sizes"]
        assert brute_force.value(name, term, sizes) != 0
    return result


def falling(of, count):
    """A product that is zero where ``of`` is 1, 2, ..., count."""
    return "*".join(f"({of} - {k})" for k in range(1, count + 1))


@pytest.mark.parametrize(("name", "quantity"), EXACT)
def test_the_formulas_that_are_spoilt_are_exact(name, quantity):
    assert judged(name, quantity, EXACT[name, quantity])[1]["judgement"] == "exact"


@pytest.mark.parametrize(
    ("name", "quantity", "count"),
    [*((*one, 14) for one in EXACT), ("independent", "risk", 5), ("rag", "weight", 5)],
)
def test_right_for_small_d_only(name, quantity, count):
    trace = f"*tr({COVARIANCE[name]})" if name in COVARIANCE else ""
    never_exact(name, quantity, falling("d", count) + trace)


HIDDEN = ["tr(I)", "tr({0}*{0}^-1)", "tr({0}^0)", "tr(sqrt({0})*{0}^(-1/2))"]


@pytest.mark.parametrize(
    ("name", "quantity", "of"),
    [
        *(("ahn-2023", "weight", of) for of in HIDDEN),
        ("independent", "weight", HIDDEN[1]),
        ("independent", "risk", HIDDEN[0]),
    ],
)
def test_right_for_small_d_only_where_d_is_hidden_in_a_trace(name, quantity, of):
    never_exact(name, quantity, falling(of.format(COVARIANCE[name]), 12))


@pytest.mark.parametrize(("name", "quantity"), EXACT)
def test_right_for_small_n_only(name, quantity):
    never_exact(name, quantity, falling("n", 12))


@pytest.mark.parametrize(
    ("quantity", "degree"),
    [*(("weight", k) for k in (2, 5, 13)), *(("risk", k) for k in (3, 4, 6, 12))],
)
def test_right_for_small_d_only_by_a_trace_identity(quantity, degree):
    """The covariance is called S, so that a long identity fits into a formula."""
    file = parse_design(text_of("ahn-2023").replace("Sigma", "S"))
    identity = fundamental_identity(degree, "S")
    formula = plus("ahn-2023", quantity, identity).replace("Sigma", "S").replace(" ", "")
    assert len(formula) <= FORMULA
    _, result = judged_in(file, {quantity: formula})
    assert result["judgement"] in {"refuted", "undecided"}, result["why"]


def test_the_trace_identities_are_what_they_should_be():
    sizes = {"n": 1, "d": 2, "Sigma": [["5", "4"], ["4", "5"]]}
    found = [brute_force.value("ahn-2023", fundamental_identity(k, "Sigma"), sizes) for k in (1, 2)]
    assert found == [10, 9]  # trace and determinant
    for degree in (3, 4, 5):
        assert brute_force.value("ahn-2023", fundamental_identity(degree, "Sigma"), sizes) == 0
    sizes = {"n": 1, "d": 3, "Sigma": [["4", "0", "0"], ["0", "9", "0"], ["0", "0", "1"]]}
    assert brute_force.value("ahn-2023", fundamental_identity(3, "Sigma"), sizes) == 36


@pytest.mark.parametrize("degree", [3, 6])
def test_a_right_weight_does_not_help_a_wrong_risk(degree):
    risk = plus("independent", "risk", fundamental_identity(degree, "Sigma_beta"))
    _, result = judged_in(shipped("independent"), {"weight": INDEPENDENT, "risk": risk})
    assert result["parts"]["weight"]["judgement"] == "exact"
    assert result["parts"]["risk"]["judgement"] in {"refuted", "undecided"}
    assert result["judgement"] == result["parts"]["risk"]["judgement"]


@pytest.mark.parametrize(("name", "quantity"), EXACT)
@pytest.mark.parametrize("term", ["1/10^20", "-(1/10^20)^14", "n/10^20 - n/(10^20 + 1)"])
def test_a_tiny_constant_is_not_lost(name, quantity, term):
    result = never_exact(name, quantity, term)
    found = result["counterexample"]
    if found is not None and not found["exact"].startswith("["):
        gap = Fraction(found["claimed"]) - Fraction(found["exact"])
        assert 0 < abs(gap) < Fraction(1, 10**19)


@pytest.mark.parametrize("name", ["mahankali-2023", "isotropic-noiseless"])
def test_a_tiny_irrational_constant_is_not_lost(name):
    right = {"mahankali-2023": MAHANKALI, "isotropic-noiseless": "1/(n + d + 1)"}[name]
    for term in ("(sqrt(2) - 1.41421356237309504880168872421)", "sqrt(2)*(1/10^20)^14"):
        _, result = judged(name, "weight", f"{right} + {term}")
        assert result["judgement"] in {"refuted", "undecided"}


def vanishing(parameter, low, high):
    """A product that is zero at all values of a parameter that people would try."""
    values = [v for v in NUMBERS if low <= Fraction(v) <= high]
    return "*".join(f"({parameter} - {v})" for v in values)


@pytest.mark.parametrize(
    ("name", "quantity", "term"),
    [
        ("rag", "weight", vanishing("alpha", 0, 1)),
        ("rag", "weight", vanishing("sigma", 0, 10**9)),
        ("mahankali-2023", "weight", vanishing("sigma", 0, 10**9)),
        ("mahankali-2023", "weight", vanishing("sigma", 0, 10**9) + "*d^2/10^20"),
        ("independent", "weight", vanishing("sigma", 0, 10**9)),
        ("independent", "risk", vanishing("sigma", 0, 10**9)),
        ("covariate-shift", "risk", vanishing("sigma", 0, 10**9)),
    ],
)
def test_right_at_all_readable_values_of_a_parameter(name, quantity, term):
    never_exact(name, quantity, term)


COMMUTATOR = "(Sigma_x*Sigma_beta - Sigma_beta*Sigma_x)"


@pytest.mark.parametrize(
    ("quantity", "term"),
    [
        ("weight", f"{COMMUTATOR}/10^20"),
        ("weight", f"{COMMUTATOR}^3"),
        ("risk", f"tr({COMMUTATOR}^2)"),
        ("risk", "tr(Sigma_x^2*Sigma_beta^2) - tr(Sigma_x*Sigma_beta*Sigma_x*Sigma_beta)"),
    ],
)
def test_right_where_the_covariances_commute(quantity, term):
    _, result = judged("independent", quantity, f"{EXACT['independent', quantity]} + {term}")
    assert result["judgement"] == "refuted"
    sizes = result["counterexample"]["sizes"]
    assert sizes["d"] > 1


def test_what_vanishes_for_all_covariances_is_exact_all_the_same():
    _, result = judged("independent", "risk", f"{INDEPENDENT_RISK} + tr({COMMUTATOR})")
    assert result["judgement"] == "exact"


FAR = "(sqrt(({0} - 10^20)^2) + {0} - 10^20)"
NEAR = "(sqrt(({0} - 40)^2) + {0} - 40)"


@pytest.mark.parametrize(
    ("name", "quantity", "term"),
    [
        ("independent", "weight", NEAR.format("d")),
        ("independent", "risk", NEAR.format("d") + "*tr(Sigma_x)"),
        ("ahn-2023", "weight", NEAR.format("d")),
        ("ahn-2023", "risk", NEAR.format("tr(I)")),
        ("independent", "risk", FAR.format("n")),
        ("ahn-2023", "weight", FAR.format("n")),
        ("independent", "risk", FAR.format("sigma")),
        ("covariate-shift", "weight", FAR.format("sigma^2")),
        ("mahankali-2023", "weight", NEAR.format("d")),
        ("rag", "weight", FAR.format("n")),
    ],
)
def test_right_up_to_a_sign_that_turns_far_away(name, quantity, term):
    """The root of a square is a polynomial below a size, and another one above it."""
    never_exact(name, quantity, term)


def test_right_for_one_sign_of_a_parameter():
    text = text_of("ahn-2023").replace(
        "[covariances]", '[parameters]\nrho = ["-oo", "oo"]\n[covariances]'
    )
    file = parse_design(text.replace('task = "b"', 'task = "b"\nnoise = "rho"'))
    right = "n*((n + 1)*Sigma + (tr(Sigma) + {})*I)^-1"
    _, result = judged_in(file, {"weight": right.format("rho^2")})
    assert result["judgement"] == "exact"
    for wrong in ("rho*sqrt(rho^2)", "rho^2 + sqrt(rho^2) - rho"):
        _, result = judged_in(file, {"weight": right.format(wrong)})
        assert result["judgement"] in {"refuted", "undecided"}, (wrong, result["why"])


@pytest.mark.parametrize(
    "term", ["sqrt(alpha - 2)", "sqrt(-1 - n)", "1/(n - d)", "1/(alpha - 1/7)"]
)
def test_what_is_not_defined_everywhere_is_not_exact(term):
    code, result = judged("rag", "weight", f"{RAG} + {term}")
    assert result["judgement"] in {"refuted", "undecided"} and code in {1, 4}


@pytest.mark.parametrize(
    "factor", ["(1 + 1/10^9)", "(d + 1)/d", "(1 + alpha^20)", "(1 - sigma/10^20)"]
)
def test_a_factor_near_one_is_noticed(factor):
    code, result = judged("rag", "weight", f"({RAG})*{factor}")
    vanishes = factor in {"(d + 1)/d", "(1 + alpha^20)"}  # in the limit of the file
    assert code == (Exit.LIMIT if vanishes else Exit.REFUTED)
    found = result["counterexample"]
    _, weight = brute_force.optimum("rag", found["sizes"])
    assert brute_force.same(found["exact"], weight)
    claimed_there = brute_force.value("rag", f"({RAG})*{factor}", found["sizes"])
    assert brute_force.same(found["claimed"], claimed_there)


@pytest.mark.parametrize(
    ("more", "judgement"),
    [
        ("tr(Sigma)/(1 + tr((Sigma - 97*I)^-1))", "undecided"),
        ("tr(Sigma)/(1 + tr((Sigma^2 - 97*Sigma + I)^-1))", "undecided"),
        ("tr(Sigma)/(1 - tr((Sigma - 97*I)^-1))", "undecided"),
        ("tr(Sigma)/(1 + tr((Sigma + 97*I)^-1))", "proved"),
    ],
)
def test_the_trace_of_a_fraction_has_the_sign_that_the_fraction_has(more, judgement):
    """At d = 1 with Sigma = 96.5 the first is negative."""
    file = shipped("ahn-2023")
    asked = claim_of(file, risk=f"<= {AHN_RISK} + {more}")
    (found,) = judge(file, asked, Settings()).answers
    assert found.judgement.value == judgement, found.why


LOOSE = """[design]
name = "loose"
{}
[covariances]
S = "psd"
B = "psd"
T = "S + {}*S"
[gaussians.prompt]
q = "{}"
b = "B"
[gaussians.example]
e = "S"
[prompt]
query = "q"
features = "e"
task = "b"
[predictor]
scale = "{}"
"""
WHOLE = "[parameters]\nk = {{ range = [0, {}], whole = true }}"
FEW = f"tr(S*B) + {falling('k + 1', 9)}"


def where_d_is(count):
    """A product that is zero where d is 1, 2, ..., count, multiplied out."""
    return str(sympy.expand(falling("d", count))).replace("**", "^")


@pytest.mark.parametrize(
    ("parameters", "more", "query", "scale", "at", "risk", "judgement"),
    [
        ("", "0", "T", "1", "0", "tr(S*B)", "exact"),
        ("", where_d_is(20), "S", "1", "0", "tr(T*B)", "refuted"),
        ("", where_d_is(12), "T", "1", "0", "tr(S*B)", "undecided"),
        ("", "0", "S", falling("d", 20), "1", "tr(S*B)", "undecided"),
        (
            WHOLE.format('"d/2"'),
            "0",
            "S",
            "1",
            "0",
            FEW,
            "undecided",
        ),
        (WHOLE.format('"n"'), "0", "S", "1", "0", FEW, "refuted"),
    ],
)
def test_right_for_small_d_only_where_d_is_in_the_design(
    parameters, more, query, scale, at, risk, judgement
):
    file = parse_design(LOOSE.format(parameters, f"({more})", query, scale))
    (found,) = judge(file, claim_of(file, at=at, risk=risk), Settings()).answers
    assert found.judgement.value == judgement, found.why
