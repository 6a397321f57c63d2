"""Claims about the gain from sample weights: the truth holds, wrong versions fall."""

from dataclasses import replace

import pytest
import sympy

import theory
from theory.records.sample_weights_gain import Relation
from theory.scalars.symbols import i
from verify import controls
from verify.sample_weights import (
    derivation,
    interpolation,
    mutants,
    properties,
    sampling,
    sizes,
    training,
)
from verify.sample_weights.subject import Subject
from verify.settings import Level, Settings
from verify.trial import put_on_trial
from verify.verdict import Finding, Verdict

QUICK, STANDARD = Settings(Level.QUICK), Settings(Level.STANDARD)
BRIEF = Settings(Level.QUICK, shrink=False)
EXACT = (derivation, interpolation, properties)
EXACT_NAMES = ("derivation", "interpolation", "properties")
RECORDS = [theory.statement(id) for id in ("figure4-averaged", "figure4-drifting")]
by_id = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)


def claiming(record, **changes):
    """The first variant with another claim."""
    first, *others = record.variants
    return Subject((replace(first, claim=replace(first.claim, **changes)), *others))


@by_id
@pytest.mark.parametrize("seed", [0, 7])
def test_exact_witnesses_hold_on_the_truth(record, seed):
    for witness in EXACT:
        finding = witness.examine(Subject.of(record), replace(QUICK, seed=seed))
        assert finding.verdict is Verdict.HOLDS, finding
        assert finding.examined > 0


@by_id
def test_each_mutant_falls(record):
    finding = controls.examine(Subject.of(record), QUICK)
    assert finding.verdict is Verdict.HOLDS, finding.summary
    table = finding.data["mutants"]
    assert len(table) >= 22 and all(table.values())
    for name in EXACT_NAMES:
        assert sum(name in refuted_by for refuted_by in table.values()) >= 15
    assert [b["seen"] for b in finding.data["breaks"]] == [True]


REQUIRED = {
    "the weights do harm",
    "the weights never help",
    "they help for one example too",
    "d + 1 -> d in the diagonal",
    "d + 1 -> d + 2 in the diagonal",
    "the weights in the opposite order",
    "no noise on the labels of the examples",
    "no noise on the query's label",
}


@by_id
def test_the_controls_are_all_there(record):
    names = {m.name for m in mutants.mutants(Subject.of(record))}
    told = f"{record.variants[0].name}: " if len(record.variants) > 1 else ""
    assert names >= {told + name for name in REQUIRED}
    own = {"the smaller index for the larger"} if not told else {"the query's task exchanged"}
    assert names >= own


@by_id
def test_controls_notice_a_blind_verifier(record, only_witness):
    def blind(subject, settings):
        return Finding("blind", Verdict.HOLDS, "sees nothing wrong", examined=1)

    only_witness("blind", blind)
    assert controls.examine(Subject.of(record), QUICK).verdict is Verdict.UNDECIDED


@by_id
def test_small_slips_are_refuted_by_every_exact_witness(record):
    claim = record.variants[0].claim
    form, little = claim.form, sympy.Rational(1, 10**12)
    later, earlier = form.pairs[0]
    for change in (
        {"equal_risk": claim.equal_risk + little},
        {"form": replace(form, constant=form.constant + little)},
        {"form": replace(form, linear=form.linear * (1 + little * i))},
        {"form": replace(form, diagonal=form.diagonal + little)},
        {"form": replace(form, pairs=((later * (1 + little), earlier), *form.pairs[1:]))},
    ):
        for witness in EXACT:
            finding = witness.examine(claiming(record, **change), BRIEF)
            assert finding.verdict is Verdict.REFUTED, (change, finding)


@by_id
def test_slips_that_begin_late_are_left_to_the_derivation(record):
    """Wrong from size 50 on: no grid of small sizes can see it, and none says it did."""
    size = record.variants[0].claim.form.size
    wrong = claiming(
        record,
        equal_risk=record.variants[0].claim.equal_risk
        + sympy.prod(size - k for k in range(1, 50)) / 10**40,
    )
    assert derivation.examine(wrong, BRIEF).verdict is Verdict.UNDECIDED
    finding = interpolation.examine(wrong, BRIEF)
    assert finding.verdict is Verdict.HOLDS and "at larger sizes nothing" in finding.summary


@by_id
def test_a_claim_of_higher_degree_is_noticed(record):
    """Equal to the truth at every grid point in d, and wrong elsewhere."""
    d = theory.scalars.symbols.d
    form = record.variants[0].claim.form
    hidden = sympy.prod(d - k for k in range(1, 6))
    finding = interpolation.examine(
        claiming(record, form=replace(form, constant=form.constant + hidden)), BRIEF
    )
    assert finding.verdict is Verdict.REFUTED and "degree in d" in finding.summary


@by_id
def test_undefined_claims_are_refuted(record):
    size = record.variants[0].claim.form.size
    equal = record.variants[0].claim.equal_risk
    for witness in EXACT:
        finding = witness.examine(
            claiming(record, equal_risk=equal + 1 / (size - 2) - 1 / (size - 2 + 0 * size)), BRIEF
        )
        assert finding.verdict is Verdict.HOLDS  # the two cancel: it is the same claim
        finding = witness.examine(claiming(record, equal_risk=equal + 1 / (size - 2)), BRIEF)
        assert finding.verdict is Verdict.REFUTED


def test_counterexamples_show_both_values():
    wrong = claiming(RECORDS[0], relation=Relation.ABOVE)
    for witness in EXACT:
        found = witness.examine(wrong, QUICK).data["counterexample"]
        assert found["claimed"] == ">" or "size" in found["at"]
    shown = derivation.examine(wrong, QUICK).data["counterexample"]
    assert shown["at"] == "n_max = 2, d = 1, sigma = 0" and shown["exact"] == "10/17 < 13/22"


@by_id
def test_the_same_claim_written_otherwise_holds(record):
    claim = record.variants[0].claim
    form = replace(
        claim.form, pairs=claim.form.pairs[::-1], diagonal=sympy.expand(claim.form.diagonal)
    )
    same = claiming(record, form=form, equal_risk=sympy.together(claim.equal_risk))
    for witness in EXACT:
        assert witness.examine(same, QUICK).verdict is Verdict.HOLDS


@by_id
def test_a_quick_trial_holds(record):
    result = put_on_trial(record, QUICK)
    assert result.verdict is Verdict.HOLDS and not result.faults


@by_id
def test_sampling_holds_on_the_truth_and_refutes_a_fifth_more(record):
    finding = sampling.examine(Subject.of(record), STANDARD)
    assert finding.verdict is Verdict.HOLDS
    whats = {row["what"] for row in finding.data["cases"]}
    assert {row["at"].split(", ")[-1] for row in finding.data["cases"]} == {
        "sigma = 0",
        "sigma = 1/2",
    }
    assert whats == {"risk of the best weights", "risk of equal weights", "gap"}
    equal = record.variants[0].claim.equal_risk * sympy.Rational(6, 5)
    wrong = sampling.examine(claiming(record, equal_risk=equal), STANDARD)
    assert wrong.verdict is Verdict.REFUTED


def test_sampling_needs_enough_prompts(monkeypatch):
    monkeypatch.setattr(sampling, "DRAWS", 200)
    monkeypatch.setattr(sampling, "ENTRIES", 2_400)
    assert sampling.examine(Subject.of(RECORDS[0]), STANDARD).verdict is Verdict.UNDECIDED


def test_training_sees_the_gain_and_refutes_an_optimum_that_models_beat():
    finding = training.examine(Subject.of(RECORDS[0]), STANDARD)
    assert finding.verdict is Verdict.HOLDS
    assert "1 of 1 times H3 ends below attention's optimum" in finding.summary
    runs = finding.data["runs"]
    assert [run["model"] for run in runs] == ["att", "ssm"]
    assert all(len(run["excess"]) == 3 and min(run["excess"]) > 0 for run in runs)


def test_training_refutes_what_attention_beats(monkeypatch):
    monkeypatch.setattr(training, "STEPS_SMALL", 300)
    equal = RECORDS[1].variants[0].claim.equal_risk * sympy.Rational(26, 25)
    wrong = Subject(claiming(RECORDS[1], equal_risk=equal).variants[:1])
    assert training.examine(wrong, STANDARD).verdict is Verdict.REFUTED


def test_levels_and_places():
    subject = Subject.of(RECORDS[1])
    assert len(sizes.places(subject, STANDARD)) == 2
    full = sizes.places(subject, Settings(Level.FULL))
    assert [(p.at.n, p.at.d) for p in full] == [sizes.SMALL] * 2 + [sizes.LARGE] * 2
    assert all(p.least < p.equal for p in full)
