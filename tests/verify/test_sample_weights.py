"""Claims about the gain from sample weights: what each check sees of right and of wrong ones."""

from dataclasses import replace

import pytest
import sympy

from tests.verify.trials import (
    QUICK,
    derivation,
    interpolation,
    mutants_of,
    on_trial,
    refuted_by_all,
    verdicts,
)
from theory.records.sample_weights_gain import Relation
from theory.scalars.symbols import d, i
from verify.checks import sampling, training
from verify.checks.check import EXACT_CHECKS
from verify.outcome.verdict import Verdict
from verify.quantities.sample_weights import numeric
from verify.quantities.sample_weights.on_trial import LARGE, OF_CLAIM, OF_FORM, SMALL, WeightsGain
from verify.settings import Level, Settings

STANDARD = Settings(Level.STANDARD)
IDS = ("figure4-averaged", "figure4-drifting")
by_id = pytest.mark.parametrize("id", IDS)


def claim_of(id):
    return on_trial(id).variants[0].claim


def claiming(id, **changes):
    """The first variant with another claim, alone."""
    first = on_trial(id).variants[0]
    return WeightsGain((replace(first, claim=replace(first.claim, **changes)),))


@by_id
def test_wrong_claims_are_all_there_and_every_check_refutes_many(id):
    table, variants = mutants_of(id), on_trial(id).variants
    told = f"{variants[0].name}: " if len(variants) > 1 else ""
    named = [name.removeprefix(told) for name in table]
    for called in (*OF_CLAIM.values(), *OF_FORM.values()):
        assert any(name.startswith(called) for name in named), called
    assert len(table) >= 20 and ("the query's task exchanged" in table) == bool(told)
    for check in EXACT_CHECKS:
        assert sum(check.name in refuted_by for refuted_by in table.values()) >= 15


@by_id
@pytest.mark.parametrize("part", ["equal_risk", "constant", "linear", "diagonal", "pairs"])
def test_small_slips_are_refuted_by_every_exact_check(id, part):
    claim, little = claim_of(id), sympy.Rational(1, 10**12)
    form = claim.form
    (later, earlier), *others = form.pairs
    if part == "equal_risk":
        assert refuted_by_all(claiming(id, equal_risk=claim.equal_risk + little))
        return
    changed = {
        "constant": form.constant + little,
        "linear": form.linear * (1 + little * i),
        "diagonal": form.diagonal + little,
        "pairs": ((later * (1 + little), earlier), *others),
    }
    assert refuted_by_all(claiming(id, form=replace(form, **{part: changed[part]})))


@by_id
def test_slips_that_begin_late_are_left_to_the_derivation(id):
    """Wrong from size 50 on: no grid of small sizes can see it, and none says it did."""
    claim = claim_of(id)
    late = sympy.prod(claim.form.size - k for k in range(1, 50)) / 10**40
    wrong = claiming(id, equal_risk=claim.equal_risk + late)
    assert derivation(wrong, QUICK).verdict is Verdict.UNDECIDED
    finding = interpolation(wrong, QUICK)
    assert finding.verdict is Verdict.HOLDS and "at larger sizes nothing" in finding.summary


@by_id
def test_a_claim_of_higher_degree_is_noticed(id):
    """Equal to the truth at every grid point in d, and wrong elsewhere."""
    form = claim_of(id).form
    hidden = form.constant + sympy.prod(d - k for k in range(1, 6))
    finding = interpolation(claiming(id, form=replace(form, constant=hidden)), QUICK)
    assert finding.verdict is Verdict.REFUTED and "degree in d" in finding.summary


@by_id
def test_undefined_claims_are_refuted(id):
    claim = claim_of(id)
    pole = 1 / (claim.form.size - 2)
    assert refuted_by_all(claiming(id, equal_risk=claim.equal_risk + pole))


def test_counterexamples_show_both_values():
    shown = derivation(claiming(IDS[0], relation=Relation.ABOVE), QUICK).data["counterexample"]
    assert shown["at"] == "n_max = 2, d = 1, sigma = 0" and shown["claimed"] == ">"
    assert shown["exact"] == "10/17 < 13/22"


@by_id
def test_the_same_claim_written_otherwise_holds(id):
    claim = claim_of(id)
    form = replace(
        claim.form, pairs=claim.form.pairs[::-1], diagonal=sympy.expand(claim.form.diagonal)
    )
    same = claiming(id, form=form, equal_risk=sympy.together(claim.equal_risk))
    assert verdicts(same) == {Verdict.HOLDS}


@by_id
def test_sampling_holds_on_the_truth_and_refutes_a_fifth_more(id, monkeypatch):
    finding = sampling.examine(claiming(id), STANDARD)
    assert finding.verdict is Verdict.HOLDS
    rows = finding.data["cases"]
    assert {row["at"].split(", ")[-1] for row in rows} == {"sigma = 0", "sigma = 1/2"}
    whats = {row["what"] for row in rows}
    assert whats == {"risk of the best weights", "risk of equal weights", "gap"}
    monkeypatch.setattr(numeric, "DRAWS", 40_000)
    wrong = claiming(id, equal_risk=claim_of(id).equal_risk * sympy.Rational(6, 5))
    assert sampling.examine(wrong, STANDARD).verdict is Verdict.REFUTED


def test_sampling_needs_enough_prompts(monkeypatch):
    monkeypatch.setattr(numeric, "DRAWS", 200)
    monkeypatch.setattr("verify.cases.ENTRIES", 2_400)
    assert sampling.examine(on_trial(IDS[0]), STANDARD).verdict is Verdict.UNDECIDED


def test_training_sees_the_gain_and_refutes_an_optimum_that_models_beat():
    finding = training.examine(on_trial(IDS[0]), STANDARD)
    assert finding.verdict is Verdict.HOLDS
    assert "1 of 1 times H3 ends below attention's optimum" in finding.summary
    runs = finding.data["runs"]
    assert [run["model"] for run in runs] == ["att", "ssm"]
    assert all(len(run["excess"]) == 3 and min(run["excess"]) > 0 for run in runs)


def test_training_refutes_what_attention_beats(monkeypatch):
    monkeypatch.setattr(numeric, "STEPS_SMALL", 300)
    wrong = claiming(IDS[1], equal_risk=claim_of(IDS[1]).equal_risk * sympy.Rational(26, 25))
    assert training.examine(wrong, STANDARD).verdict is Verdict.REFUTED


def test_levels_and_places():
    drifting = on_trial(IDS[1])
    assert len(list(drifting.places(STANDARD))) == 2
    full = list(drifting.places(Settings(Level.FULL)))
    assert [(at.size, at.d) for at in full] == [SMALL] * 2 + [LARGE] * 2
    assert all(at.claimed.minimum() < at.claimed_equal for at in full)
