"""Claims about designs with random scalars and labels of other forms, on trial."""

from functools import cache

import pytest

from tests.theory.written_designs import write_design
from theory.designs.by_example import OneExample
from theory.designs.predictors import pgd
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped
from theory.optima.derivation import derive
from theory.risks.claim import Claim
from theory.risks.population import population_risk
from verify.counterexamples import Falsified
from verify.degrees import scalar_degrees
from verify.judge.judge import Judgement, judge
from verify.quantities.optimum.behaviour import units_of
from verify.quantities.optimum.proof import Formulas, proof
from verify.settings import Level, Settings

QUICK = Settings(Level.QUICK)
CLAIMS = {
    "random-scale": ("1/(3*(n + d + 1) + sigma^2)", "1/(n + d + 1 + sigma^2)"),
    "elliptical": ("1/(m*(d + 2) + n - 1 + sigma^2)", "1/(d + 2 + m*(n - 1) + sigma^2)"),
    "shown-labels": ("1/(d + 2 + shown*(n - 1) + sigma^2)", "1/(shown*(n + d + 1 + sigma^2))"),
    "quadratic-target": (
        "1/(n + d + 1 + sigma^2 + 3*gamma^2*(d + 2)*(d + 4))",
        "1/(n + d + 1 + sigma^2 + 3*gamma^2*d*(d + 2))",
    ),
}


@cache
def judged(name, weight, limit=""):
    file = shipped(name)
    claim = f'[claims.c]\nweight = "{weight}"\n' + (f'limit = "{limit}"\n' if limit else "")
    made = parse_design(write_design(file.design, file.limits) + claim)
    return judge(made, made.claims[0], QUICK)


@pytest.mark.parametrize("name", CLAIMS)
def test_right_claims_are_exact_and_wrong_ones_refuted(name):
    right, wrong = CLAIMS[name]
    assert judged(name, right).judgement is Judgement.EXACT
    found = judged(name, wrong)
    assert found.judgement is not Judgement.EXACT
    (answer,) = found.answers
    assert answer.counterexample is not None and answer.counterexample.confirmed


def test_a_claim_in_a_limit():
    """To leading order labels that are hidden are examples that are not there."""
    naive = "1/(shown*n + d + sigma^2)"
    assert judged("shown-labels", naive, "proportional").judgement is Judgement.LIMIT
    wrong = judged("shown-labels", naive.replace("shown*n", "n"), "proportional")
    assert wrong.judgement is Judgement.REFUTED


@pytest.mark.parametrize(
    ("name", "method", "mistake"),
    [
        ("quadratic-target", "dots", lambda right: lambda self, a, b: right(self, a, b) * 2),
        # one draw for all examples
        ("elliptical", "times_random", lambda right: lambda *args: right(*args[:-1], None)),
    ],
)
def test_mistakes_in_reading_are_noticed_by_coordinates(monkeypatch, name, method, mistake):
    design = shipped(name).design
    monkeypatch.setattr(OneExample, method, mistake(getattr(OneExample, method)))
    population_risk.cache_clear()
    derive.cache_clear()
    try:
        found = derive(design, pgd)
        with pytest.raises(Falsified):
            proof(Formulas(design, pgd, Claim(found.weight, found.risk), found), QUICK)
    finally:
        population_risk.cache_clear()
        derive.cache_clear()


def test_degrees_count_the_arguments_of_laws():
    """E v^k is k!/rate^k, and the risk has the third power of v."""
    text = write_design(shipped("random-scale").design)
    text = text.replace("sigma = ", "rate = [1, 2]\nsigma = ")
    free = parse_design(text.replace("exponential(1)", "exponential(rate)")).design
    fixed = parse_design(text).design
    more = scalar_degrees(free, pgd).parameters - scalar_degrees(fixed, pgd).parameters
    assert more >= 3 and units_of(free) is None
