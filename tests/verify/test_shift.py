"""Another law at test, on trial: claims of the risk there, every check, and what each sees."""

from functools import cache

import pytest
import torch

from tests.verify.command_line import judged_in, refused, shipped_file, trial_of
from theory.errors import Underivable
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped, text
from theory.records.derived import Derived
from theory.records.pasted import leading, pasted
from verify.cases import cases
from verify.checks.controls import values_of, why_idle
from verify.checks.properties import search
from verify.counterexamples import Falsified
from verify.judge.equality import equality
from verify.judge.from_text import claim_of
from verify.judge.question import questions
from verify.outcome.derivation import as_numbers, numbers
from verify.outcome.verdict import Verdict
from verify.quantities.shift.both_laws import BothLaws
from verify.quantities.shift.numeric import measurements
from verify.quantities.shift.price import PriceOnTrial
from verify.settings import Level, Settings
from verify.witnesses import subject_of

QUICK = Settings(Level.QUICK, shrink=False)
LONGER, COVARIANCES = shipped("longer-prompts"), shipped("features-at-test")
RISK = "d + sigma^2 - 2*d*w + d*(m + d + 1 + sigma^2)*w^2/m"
WHERE = ["w = n/(n + d + 1 + sigma^2)"]
LEAST = "d + sigma^2 - m*d/(m + d + 1 + sigma^2)"


@cache
def derived(name):
    record = Derived.of(shipped(name))
    return pasted(record, record.derived)


CLAIMS = [
    (RISK, "exact"),
    (RISK.replace("w^2/m", "w^2/n"), "refuted"),
    (RISK.replace("m + d + 1", "m + d"), "right in the limit"),
    (f"<= {RISK}", "proved"),
    (f"< {RISK}", "refuted"),
    (f">= {LEAST} + 0*w", "proved"),
    (f">= {LEAST} + w^2", "refuted"),
]


@pytest.mark.parametrize(("formula", "judgement"), CLAIMS)
def test_claims_about_another_length(formula, judgement):
    _, entry = trial_of(LONGER, test_risk=formula, where=WHERE, checks=1)
    assert entry["judgement"] == judgement, entry["why"]
    if judgement == "refuted":
        assert entry["counterexample"]["confirmed"]


def test_claims_about_another_covariance():
    formula = derived("features-at-test")["test_risk"]
    _, entry = trial_of(COVARIANCES, test_risk=formula, checks=1)
    assert entry["judgement"] == "exact" and "word by word" in entry["why"]["test_risk"]
    wrong = formula.replace("n*(n + 1)", "n^2", 1)
    _, entry = trial_of(COVARIANCES, test_risk=wrong, checks=1)
    assert entry["judgement"] == "refuted" and entry["counterexample"]["confirmed"]


def test_claims_where_a_weight_solves_an_equation():
    whole = text("rag-general").replace("[covariances]\n", '[covariances]\nT = "psd"\n')
    file = parse_design(whole + '\n[test]\nSigma_x = "T"\n')
    _, entry = trial_of(file, test_risk="tr(T*Sigma_beta) + sigma^2", checks=1)
    assert entry["judgement"] == "refuted" and entry["counterexample"]["confirmed"]


def test_claims_in_a_limit():
    formula = leading(Derived.of(LONGER))["proportional"]["test_risk"]
    _, entry = trial_of(LONGER, test_risk=formula, limit="proportional", checks=2)
    assert entry["judgement"] == "right in the limit" and entry["verdict"] == "holds"
    _, entry = trial_of(LONGER, test_risk=f"2*({formula})", limit="proportional", checks=1)
    assert entry["judgement"] == "refuted"


@pytest.mark.parametrize(("order", "judgement"), [(">=", "refuted"), ("<=", "refuted")])
def test_risks_in_training_and_at_test_have_no_order(order, judgement):
    _, entry = trial_of(LONGER, holds=f"test_risk {order} risk", checks=1)
    assert entry["judgement"] == judgement and entry["counterexample"]["confirmed"]


def test_every_check_vouches_for_a_claim_and_sees_its_slips():
    found, _ = trial_of(LONGER, test_risk=RISK, where=WHERE)
    assert [one.verdict.value for one in found] == ["holds"] * 4
    assert len(found[-1].data["mutants"]) > 4 and all(found[-1].data["mutants"].values())


@pytest.mark.parametrize("name", ["longer-prompts", "features-at-test"])
def test_slips_at_test_are_seen_by_coordinates_and_by_properties(name):
    subject = subject_of(Derived.of(shipped(name)))
    assert isinstance(subject, BothLaws)
    assert search(subject.price.properties(QUICK), QUICK).verdict is Verdict.HOLDS
    assert seen(subject.price) > 10
    mutants = {one.name.removeprefix("at test: "): one for one in subject.price.mutants()}
    same = {"the law of training"} if name == "longer-prompts" else set()  # but for the length
    assert {"the excess forgotten", "1 % above the risk"} <= mutants.keys() - same
    for mutant in mutants.keys() - same:
        with pytest.raises(Falsified):
            seen(mutants[mutant].subject)
    forgotten = mutants["the excess forgotten"].subject
    assert search(forgotten.properties(QUICK), QUICK).verdict is Verdict.REFUTED


def seen(subject: PriceOnTrial) -> int:
    """How many comparisons coordinates make."""
    return sum(node.judge() for grid in subject.grids(QUICK) for node in grid.nodes)


@pytest.mark.parametrize("name", ["longer-prompts", "features-at-test"])
def test_what_is_sampled_is_drawn_at_test(name):
    record = Derived.of(shipped(name))
    for one in measurements(record, Settings()):
        prompt = one.sampler.draw(3, torch.Generator().manual_seed(0))
        size = one.numbers.get("m", one.numbers["n"])
        assert prompt.features.shape[1:] == (size, one.numbers["d"])
        (_, risk, _), (_, price, _) = one.expected
        assert risk.value >= price.value >= 0


def test_numbers_are_told():
    record = Derived.of(LONGER)
    at = record.instance(n=4, d=2, sigma=1, m=6)
    found = record.optima_at(at)
    told = list(numbers(found, at))
    assert told[-3:] == [
        "at test, risk of what is optimal in training: 11/6 = 1.83333",
        "at test, least risk: 9/5 = 1.8",
        "at test, the first less the second: 1/30 = 0.0333333",
    ]
    assert as_numbers(found, at)["at_test"] == {"risk": "11/6", "least": "9/5", "price": "1/30"}
    assert found.numbers()["test_risk"] == found.test_risk


def test_on_the_command_line():
    said = refused("claim", shipped_file("rag"), "--test-risk", "d")
    assert "--test-risk:1:1: found the risk at test claimed, and no other law at test" in said


SUBSPACE = text("tasks-in-a-subspace")


def test_the_risk_at_test_of_a_weight_made_of_a_projection():
    file = parse_design(SUBSPACE + '\n[test]\nb = "I"\n')
    risk = "d + sigma^2 - 2*w*n*r + w^2*n*r*(n + 1 + d + sigma^2)"
    where = ["w = 1/(n + r + 1 + sigma^2)"]
    _, entry = trial_of(file, test_risk=risk, where=where, checks=1)
    assert entry["judgement"] == "exact", entry["why"]
    _, entry = trial_of(file, test_risk=risk.replace("1 + d", "1 + r"), where=where, checks=1)
    assert entry["judgement"] == "refuted", entry["why"]


ON_A_LINE = text("task-with-a-mean").replace('query = "q"', 'query = "m"')


@pytest.mark.parametrize(
    "file",
    [
        SUBSPACE.replace('q = "I"', 'q = "P"') + '\n[test]\nq = "I"\n',
        ON_A_LINE.replace('task = "b + m"', 'task = "b"') + '\n[test]\nquery = "q"\n',
    ],
)
def test_where_several_weights_are_optimal_in_training_nothing_is_said_of_one(file):
    record = Derived.of(parse_design(file))
    with pytest.raises(Underivable, match="several weights are optimal in training"):
        _ = record.test_risk
    claim = claim_of(record.file, test_risk="d + sigma^2")
    (question,) = questions(record.file, claim)
    assert equality(question).equal is None


def test_where_the_law_at_test_stays_in_the_subspace_all_of_them_have_one_risk():
    inside = SUBSPACE.replace('q = "I"', 'q = "P"').replace('e = "I"', 'e = "P"')
    file = parse_design(inside.replace('b = "P"', 'b = "I"') + '\n[test]\nn = "3*n"\n')
    risk = "r + sigma^2 - 6*w*n*r + 3*w^2*n*r*(3*n + 1 + r + sigma^2)"
    where = ["w = 1/(n + r + 1 + sigma^2)"]
    found, entry = trial_of(file, test_risk=risk, where=where, checks=3)
    assert entry["judgement"] == "exact", entry["why"]
    assert [one.verdict.value for one in found] == ["holds"] * 3
    _, entry = trial_of(file, test_risk=risk.replace("6*w", "5*w"), where=where, checks=1)
    assert entry["judgement"] == "refuted", entry["why"]


OUT_OF_THE_SUBSPACE = """[design]
name = "out-of-the-subspace"
title = "Prompts in a subspace, and a query outside of it at test"
[covariances]
P = { kind = "projection" }
S = "psd"
[gaussians.prompt]
q = "P"
b = "I"
[gaussians.example]
e = "P"
[prompt]
query = "q"
features = "3/5*q + 4/5*e"
task = "b"
[test]
q = "I"
features = "e"
"""


def test_a_weight_of_several_says_nothing_of_the_risk_at_test():
    """What is added stays out of the subspace of training; at test the query does not."""
    below = "81*r^2*n + 144*r^2 + 774*r*n + 976*r + 1480*n + 1120"
    w = f"25*(9*r + 34)/({below})".replace("r", "tr(P)")
    beside = "(I - P)*S*P"
    risk = f"d - 2*({w})*n*tr(P) + (({w})^2*tr(P) + tr({beside}*S))*n*(n + tr(P) + 1)"
    claims = {"weight": f"({w})*P + {beside}", "test_risk": risk}
    _, result = judged_in(parse_design(OUT_OF_THE_SUBSPACE), claims)
    assert result["why"]["weight"].startswith("proved")
    assert result["judgement"] == "undecided"


SHARES = """
[design]
name = "shares"
title = "Shares of the prompt that are drawn, and another length at test"
[parameters]
p = [0, 1]
m = { range = [1, "oo"], whole = true }
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "e"
task = "b"
noise = "1"
[[examples]]
name = "near"
count = "p*n"
noise = "1/2"
[[examples]]
name = "far"
[test]
n = "m"
"""


@pytest.mark.parametrize(("share", "there"), [("p*n", "m"), ("n/3", "n/2"), ("n/4", "3*n")])
def test_sizes_are_found_at_which_shares_are_whole(share, there):
    """And what is no mistake with equal shares, the law of training at test, is seen to be none."""
    text = SHARES.replace("p*n", share).replace('n = "m"', f'n = "{there}"')
    file = parse_design(text)
    assert len(cases(file.design, QUICK)) == 2
    subject = PriceOnTrial(Derived.of(file))
    idle = [m.name for m in subject.mutants() if why_idle(m, values_of(subject), 0)]
    assert idle == ["at test: the law of training"]
    first, *_ = BothLaws.of(Derived.of(file)).training.grids(QUICK)
    assert [*first.nodes]


HALVES = ", ".join(rf"$\frac{{{size}}}{{2}} - \frac{{1}}{{2}}$ is a whole number" for size in "nm")


@pytest.mark.parametrize(
    ("share", "there", "said"),
    [
        ("n/3", "n/2", "$n$ is a multiple of 6"),
        ("(n - 1)/2", "m", HALVES),
        ("p*n", "m", "$n p$ is a whole number, $m p$ is a whole number"),
        ("n - 1", "m", None),
    ],
)
def test_that_examples_are_whole_is_said(share, there, said):
    file = parse_design(SHARES.replace("p*n", share).replace('n = "m"', f'n = "{there}"'))
    found = [one for one in Derived.of(file).assumptions if "are whole" in one]
    assert found == ([] if said is None else [f"numbers of examples are whole, so {said}"])


def test_of_a_claim_it_is_said_where_there_are_such_prompts():
    file = parse_design(SHARES.split("[test]")[0].replace("p*n", "n/3"))
    _, result = judged_in(file, {"weight": "1/(n + d + 1 + 3/4)"})
    assert result["judgement"] == "exact"
    assert "only where $n$ is a multiple of 3" in result["why"]["weight"]
