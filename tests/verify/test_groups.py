"""Claims about designs with groups of examples, and their derived optima, on trial."""

from dataclasses import replace
from functools import cache

import pytest
import sympy

from tests.theory.written_designs import write_design
from theory.designs.predictors import pgd
from theory.language.files.reading import parse_design
from theory.language.formulas.writing import written as write_formula
from theory.language.gallery import shipped
from theory.optima.derivation import derive
from theory.optima.sample_weights.grouped import group_form
from theory.records.derived import Derived
from theory.risks.claim import Claim
from verify.checks import interpolation
from verify.counterexamples import Falsified
from verify.judge.judge import Judgement, judge
from verify.outcome.derivation import numbers
from verify.outcome.verdict import Verdict
from verify.quantities.optimum.derived import DerivedOptimum
from verify.quantities.optimum.interpolated import risk_polynomial, with_free_counts
from verify.quantities.optimum.proof import Formulas, proof
from verify.settings import Level, Settings

QUICK = Settings(Level.QUICK)
FILE = shipped("partly-retrieved")
alpha, k, n, d, sigma = sympy.symbols("alpha k n d sigma")
RISK = (
    "d + sigma^2 - d*(n + alpha^2*k*(d + 2))^2/(n*(n + d + 1 + sigma^2) "
    "+ alpha^2*k*(d + 2)*(2*n + d + 3 + sigma^2) + alpha^4*k^2*(d + 2)*(d + 4))"
)


@cache
def judged(risk, limit=""):
    text = write_design(FILE.design, FILE.limits)
    claim = f'[claims.c]\nrisk = "{risk}"\n' + (f'limit = "{limit}"\n' if limit else "")
    file = parse_design(text + claim)
    return judge(file, file.claims[0], QUICK)


def test_a_right_claim_is_exact_in_the_counts():
    assert judged(RISK).judgement is Judgement.EXACT


@pytest.mark.parametrize(
    ("old", "new"),
    [("alpha^4*k^2", "alpha^4*k"), ("(n + alpha^2*k*", "(n + alpha^2*n*")],
)
def test_a_wrong_claim_is_refuted_where_groups_have_whole_counts(old, new):
    found = judged(RISK.replace(old, new))
    assert found.judgement is Judgement.REFUTED
    (answer,) = found.answers
    at = answer.counterexample.at
    held = int(at.scalars["k"])
    assert 0 <= held <= at.n and held == at.scalars["k"] and answer.counterexample.confirmed


def test_a_claim_in_a_limit():
    """As with all examples retrieved, and a kappa in proportion to how many are."""
    right = "d + sigma^2 - (n + alpha^2*d*k)*d/(n + alpha^2*d*k + d + sigma^2)"
    assert judged(right, "a-third").judgement is Judgement.LIMIT
    assert judged(right.replace("k", "n"), "a-third").judgement is Judgement.REFUTED


def formulas(weight=None, risk=None):
    found = derive(FILE.design, pgd)
    return Formulas(FILE.design, pgd, Claim(weight or found.weight, risk or found.risk), found)


def test_interpolation_proves_it_in_the_counts():
    found = proof(formulas(), QUICK)
    assert found.proves.startswith("proved for all n, k, d: grid of degrees 2 and ")
    whole = interpolation.examine(DerivedOptimum(Derived.of(FILE)), QUICK)
    assert whole.verdict is Verdict.HOLDS and "for PGD proved for all n, k, d" in whole.summary


@pytest.mark.parametrize("wrong", [k * (k - 1) * (k - 2) * (k - 3), n - k])
def test_a_mistake_in_the_counts_alone_is_noticed(wrong):
    """Also one that no small count shows."""
    exact = derive(FILE.design, pgd)
    with pytest.raises(Falsified):
        proof(formulas(risk=exact.risk + wrong / n), QUICK)


def test_a_mistake_in_the_engine_is_noticed():
    """Coordinates do not read the engine's polynomial."""
    found = derive(FILE.design, pgd)
    wrong = found.plain.polynomial.map_coefficients(lambda c: c.subs(k, n))
    broken = replace(found, plain=replace(found.plain, polynomial=wrong))
    with pytest.raises(Falsified):
        proof(replace(formulas(), derivation=broken), QUICK)


def test_risks_are_interpolated_anew_in_free_counts():
    free, counts = with_free_counts(FILE.design)
    assert len(counts) == 2 and k not in {p.symbol for p in free.parameters}
    values = (("alpha", sympy.Rational(1, 2)), ("sigma", sympy.Integer(1)))
    found = risk_polynomial(FILE.design, pgd, values)
    exact = derive(FILE.design, pgd).risk.subs({alpha: sympy.Rational(1, 2), sigma: 1})
    assert sympy.cancel(found.risk - exact) == 0
    assert len(found.points) == 6 * (found.degrees[1] + 1)


def test_a_coefficient_that_holds_a_count_is_not_interpolated():
    text = write_design(FILE.design).replace('noise = "sigma"', 'noise = "k*sigma"')
    with pytest.raises(TypeError, match="holds a count"):
        risk_polynomial(parse_design(text).design, pgd, (("alpha", 1), ("sigma", 1)))


def test_what_is_told_of_sample_weights():
    record = Derived.of(FILE)
    at = record.instance(n=2, d=1, k=1, alpha=1, sigma=0)
    *_, last = numbers(record.optima_at(at), at)
    assert last == "WPGD, optimal sample weights: retrieved 2/23, unrelated 5/23"


def test_the_least_risk_of_wpgd_is_claimed_in_the_counts():
    exact = write_formula(group_form(FILE.design).risk)
    text = write_design(FILE.design) + f'[claims.c]\nssm_risk = "{exact}"\n'
    file = parse_design(text)
    assert judge(file, file.claims[0], QUICK).judgement is Judgement.EXACT
    file = parse_design(text.replace("ssm_risk", "att_risk"))
    found = judge(file, file.claims[0], QUICK)
    assert found.judgement is Judgement.REFUTED
    assert found.answers[0].counterexample.confirmed
    file = parse_design(write_design(FILE.design) + '[claims.c]\nomega = "i"\n')
    (answer,) = judge(file, file.claims[0], QUICK).answers
    assert answer.judgement is Judgement.UNDECIDED and "one for each group" in answer.why
