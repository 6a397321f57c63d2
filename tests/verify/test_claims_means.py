"""Claims about designs with fixed vectors: in a span, with covariances, in a limit."""

from random import Random

import pytest
import sympy

from tests.verify.command_line import refused, shipped_file, trial_of
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped, text
from theory.risks.claim import Claim
from verify.cases import cases
from verify.judge.equality import equality
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.judge.question import questions
from verify.settings import Settings

SECOND = "(I + outer(m, m))"
WEIGHT = f"{SECOND}*((n + 1)*{SECOND} + (d + dot(m, m) + sigma^2)*I)^-1"
RISK = (
    "d + dot(m, m) + sigma^2 - (d - 1)*n/(n + 1 + d + dot(m, m) + sigma^2)"
    " - n*(1 + dot(m, m))^2/((n + 1)*(1 + dot(m, m)) + d + dot(m, m) + sigma^2)"
)
"""In the direction of m, and in the others: theorem 1 with the eigenvalues of I + m m'."""
FREELY = (
    "d + dot(m, m) + sigma^2 - 2*n*(tr(W) + dot(m, W*m)) + n*(n + 1)*(tr(W*W') + dot(W*m, W*m))"
    " + n*(d + dot(m, m) + sigma^2)*tr(W*W')"
)
TASK = shipped("task-with-a-mean")
GENERAL = parse_design(
    text("independent")
    .replace("[gaussians.prompt]", '[means]\nm = "fixed"\n[gaussians.prompt]')
    .replace('task = "b"', 'task = "b + m"')
)
IN_GENERAL = (
    "((n + 1)*Sigma_x + (tr(Sigma_x*Sigma_beta) + dot(m, Sigma_x*m) + sigma^2)"
    "*(Sigma_beta + outer(m, m))^-1)^-1"
)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("dot(m, m)/dot(m, m)", r"no value where $\|m\|^{2} = 0$"),
        ("(outer(m, m) - 2*I)^-1*(outer(m, m) - 2*I)", r"no value where $\|m\|^{2} = 2$"),
        ("(outer(m, m) + 2*I)^-1*(outer(m, m) + 2*I)", ""),
    ],
)
def test_where_a_claim_divides_by_a_length_that_may_be_zero_is_said(factor, said):
    (answer,) = judge(TASK, claim_of(TASK, weight=f"{factor}*{WEIGHT}"), Settings()).answers
    assert answer.judgement is Judgement.EXACT
    assert said in answer.why if said else "no value" not in answer.why


def in_groups(count: str):
    groups = f'[[examples]]\nname = "a"\ncount = "{count}"\n[[examples]]\nname = "b"\n'
    return parse_design(
        text("independent")
        .replace("[gaussians.prompt]", '[means]\nm = "fixed"\n[gaussians.prompt]')
        .replace('task = "b"', 'task = "b + m"')
        + groups
    )


@pytest.mark.parametrize("count", ["n/2", "(2*n + 1)/3"])
def test_what_is_not_proved_is_looked_at_where_groups_are_whole(count):
    """At a random number of examples groups were not whole, and right claims undecided."""
    file = in_groups(count)
    for weight, wanted in (
        (IN_GENERAL, Judgement.EXACT),
        (IN_GENERAL.replace("(n + 1)", "(n + 2)"), Judgement.REFUTED),
    ):
        (answer,) = judge(file, claim_of(file, weight=weight), Settings()).answers
        assert answer.judgement is wanted, answer.why


def test_groups_that_are_whole_nowhere_near_are_said_to_be():
    file = in_groups("n/1009")
    (question,) = questions(file, claim_of(file, weight=IN_GENERAL))
    found = equality(question)
    assert found.equal is None
    assert found.how == "no prompt was found at 13 of the d up to 13"


@pytest.mark.parametrize(
    ("claim", "how"),
    [
        ({"weight": WEIGHT}, "in the span of I and of outer products"),
        ({"weight": WEIGHT.replace("(m, m)", "(2*m, m/2)")}, "in the span"),
        ({"risk": RISK}, "the difference of the two, as rational functions, is zero"),
        ({"risk": f"tr({SECOND}) + sigma^2 - n*tr({SECOND}*{WEIGHT})"}, "is zero"),
        ({"risk": FREELY, "at": "W"}, "the same polynomial in the weight"),
        ({"risk": f"<= tr({SECOND}) + sigma^2"}, "not negative for all sizes"),
    ],
)
def test_a_right_claim_is_proved(claim, how):
    _, entry = trial_of(TASK, checks=1, **claim)
    assert entry["judgement"] in ("exact", "proved"), entry["why"]
    assert how in next(iter(entry["why"].values()))


@pytest.mark.parametrize(
    "claim",
    [
        {"weight": WEIGHT.replace("(n + 1)", "n")},
        {"weight": "I/(n + 1 + d + dot(m, m) + sigma^2)"},
        {"risk": RISK.replace("(d - 1)*n", "d*n")},
        {"risk": FREELY.replace("dot(W*m, W*m)", "dot(W'*m, W'*m)"), "at": "W"},
        {"risk": "> d + sigma^2"},
    ],
)
def test_a_wrong_one_is_refuted_at_a_readable_place(claim):
    _, entry = trial_of(TASK, checks=1, **claim)
    assert entry["judgement"] == "refuted", entry["why"]
    place = entry["counterexample"]
    assert place["confirmed"] and all(isinstance(v, str) for v in place["sizes"]["m"])


def test_every_check_vouches_for_it_and_sees_its_slips():
    found, entry = trial_of(TASK, weight=WEIGHT, risk=RISK)
    assert [one.verdict.value for one in found] == ["holds"] * 4, entry
    assert all(found[-1].data["mutants"].values()) and len(found[-1].data["mutants"]) > 6


def test_with_covariances_it_is_established_at_random_ones():
    _, entry = trial_of(GENERAL, checks=1, weight=IN_GENERAL)
    why = entry["why"]["weight"]
    assert entry["judgement"] == "exact" and "parameters, fixed vectors and covariances" in why
    wrong = IN_GENERAL.replace("dot(m, Sigma_x*m)", "dot(m, m)")
    _, entry = trial_of(GENERAL, checks=1, weight=wrong)
    assert entry["judgement"] == "refuted"


def test_inner_products_under_a_trace_have_values_where_prompts_are_sampled():
    """There they stood for themselves, and the trial ended in an internal error."""
    text = "tr(Sigma_x*((tr(Sigma_x) + dot(m, Sigma_x*m))*I + Sigma_x*Sigma_beta)^-1)"
    (question,) = questions(GENERAL, claim_of(GENERAL, risk=text))
    at = question.drawn(2, 3, Random(0), 9)
    claim = Claim(sympy.Integer(0), question.formula.expression)
    assert float(claim.risk_at(at.floating)) == pytest.approx(float(question.claimed_at(at)))


def test_limits_keep_inner_products():
    right = "(d*(d + dot(m, m) + sigma^2 + 1) + dot(m, m))/n"
    for excess, verdict in ((right, "holds"), (right.replace(" + 1", ""), "refuted")):
        found, _ = trial_of(TASK, "many-examples", checks=2, excess=excess)
        assert [one.verdict.value for one in found] == [verdict] * 2


def test_prompts_are_sampled_around_the_vectors():
    for case in cases(TASK.design, Settings()):
        assert case.at.matrices["m"].shape == (case.at.d, 1) and case.at.matrices["m"].any()


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        (
            {"risk": "m"},
            "--risk:1:1: found a vector for the risk; expected a scalar, such as dot(...",
        ),
        ({"weight": "m"}, "found a vector for the weight; expected a matrix, such as outer(..."),
        ({"risk": "n + m"}, "found a scalar and a vector added in the risk"),
        ({"risk": "tr(m)"}, "found the trace of a vector"),
        (
            {"risk": "dot(m, n)"},
            "--risk:1:8: found a scalar in dot(...) in the risk; expected a fixed",
        ),
        ({"risk": "dot(m, b)"}, "found 'b' in the risk, but a claim is about no single draw"),
        ({"risk": "dot(m)"}, "found ')' without its '('; expected ',' and a second vector for dot"),
        ({"weight": "I/m"}, "found a division by a vector in the weight; expected a scalar"),
        ({"weight": "m*m'"}, "found the transpose of a vector"),
        ({"weight": "m*m"}, "found a vector after a vector in a product"),
        ({"risk": "m^2"}, "found a root or a power of a vector"),
    ],
)
def test_what_is_no_formula_in_vectors_is_refused_with_its_place(formula, problem):
    with pytest.raises(InputError) as found:
        claim_of(TASK, **formula)
    assert problem in str(found.value)


def test_numbers_on_a_command_line_are_checked():
    path, sizes = shipped_file("task-with-a-mean"), ("--set", "n=3", "--set", "sigma=1")
    assert refused("derive", path, *sizes, "--set", "d=2", "--matrix", "m=[1, 2, 3]") == (
        "m must have d = 2 entries, got 3"
    )
    assert "m is missing" in refused("derive", path, *sizes, "--set", "d=2")
    assert "m is a fixed vector; give --matrix m=FILE" in refused("derive", path, "--set", "m=1")
    assert "found 2 rows of 2 numbers; expected a vector" in refused(
        "derive", path, *sizes, "--matrix", "m=[1 2; 3 4]"
    )
    assert "covariance or fixed vector in --matrix" in refused(
        "derive", path, *sizes, "--matrix", "mm=[1]"
    )
