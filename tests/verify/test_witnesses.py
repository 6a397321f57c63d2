"""Every witness refutes what is wrong, refuses to judge nothing, and the controls see it blind."""

from dataclasses import replace

import pytest

import theory
from tests.verify.changed_claims import changed, right
from theory.catalogue.papers import claims_of
from theory.language import gallery
from theory.language.files.reading import parse_design
from theory.language.gallery import designs
from theory.records.derived import Derived
from verify import witnesses
from verify.checks import controls, derivation, interpolation, properties
from verify.outcome.verdict import Finding, Vacuous, Verdict, join
from verify.quantities.equivalence.gains import advantage_of_attention
from verify.quantities.optimum.derived import DerivedOptimum, Slip
from verify.settings import Level, Settings
from verify.trial import called_for, idle_controls, put_on_trial
from verify.witnesses import WITNESSES, class_of, exact_witnesses, subject_of

QUICK = Settings(Level.QUICK, shrink=False)
EXACT = (derivation, interpolation, properties)


@pytest.mark.parametrize("id", ["theorem1", "theorem2"])
def test_each_mutant_falls_to_an_exact_witness(id):
    finding = controls.examine(right(id), QUICK)
    assert finding.verdict is Verdict.HOLDS
    table = finding.data["mutants"]
    parts = {name.partition(" = ")[0] for name in table}
    assert len(table) >= 12 and parts >= {"risk", "weight"} and len(parts) > 2
    for name, refuted_by in table.items():
        assert refuted_by and set(refuted_by) <= set(witnesses.EXACT), name


@pytest.mark.parametrize(
    ("verdict", "ends"),
    [(Verdict.REFUTED, "does not hold"), (Verdict.UNDECIDED, ""), (Verdict.HOLDS, None)],
)
def test_why_controls_are_not_called_is_said_of_what_is_claimed_or_derived(verdict, ends):
    found = [Finding("derivation", verdict, "made up", examined=1)]
    for record, what in (
        (theory.statement("theorem1"), "the claim itself"),
        (Derived.of(designs.rag), "what is derived"),
    ):
        said = f"{what} {ends}" if ends else f"no exact witness vouches for {what}"
        assert idle_controls(record, found) == ("" if ends is None else said)


def test_controls_notice_a_blind_verifier(only_witness):
    """With witnesses that accept everything, the controls must not hold."""

    def blind(subject, settings):
        return Finding("blind", Verdict.HOLDS, "sees nothing wrong", examined=1)

    only_witness("blind", blind)
    finding = controls.examine(right("theorem1"), QUICK)
    assert finding.verdict is Verdict.UNDECIDED and "weight = " in finding.summary


def test_controls_notice_a_verifier_that_refutes_the_truth(only_witness):
    def sceptic(subject, settings):
        return Finding("sceptic", Verdict.REFUTED, "believes nothing", examined=1)

    only_witness("sceptic", sceptic)
    finding = controls.examine(subject_of(theory.statement("lemma7")), QUICK)
    assert finding.verdict is Verdict.UNDECIDED and "a right claim (" in finding.summary


def test_another_seed_does_not_make_the_truth_look_wrong():
    finding = properties.examine(right("theorem1"), Settings(Level.STANDARD, seed=2))
    assert finding.verdict is Verdict.HOLDS, finding


def test_a_transposed_weight_matters_where_it_is_not_symmetric():
    subject = DerivedOptimum(Derived.of(designs.shifted_task))
    transposed = Slip("transposed", weight=lambda weight, at: weight.transpose())
    for witness in (interpolation, properties):
        assert witness.examine(subject, QUICK).verdict is Verdict.HOLDS
        wrong = witness.examine(replace(subject, slip=transposed), QUICK)
        assert wrong.verdict is Verdict.REFUTED


def test_attention_beats_descent_only_without_assumption_1():
    from theory.designs.instance import instance

    gap = advantage_of_attention()
    assert gap.seen and gap.pgd > gap.least
    centred = advantage_of_attention(
        instance(designs.biased_task, n=2, d=2, scalars={"sigma": 1}, means={"m": [0, 0]})
    )
    assert centred.confirmed and centred.difference == 0 and not centred.seen


def test_counterexamples_are_shown_with_both_values():
    wrong = changed("corollary1", risk="d - n*d/(n + d + 1) + 1")
    for witness in EXACT:
        finding = witness.examine(wrong, QUICK)
        assert finding.verdict is Verdict.REFUTED
        shown = finding.data.get("counterexample") or finding.data["judged"]["counterexample"]
        assert {"exact", "claimed"} <= set(shown)


def test_a_verdict_has_no_truth_value():
    with pytest.raises(TypeError, match="a verdict is not a truth value"):
        bool(Verdict.HOLDS)


def test_a_witness_that_saw_nothing_is_an_error():
    with pytest.raises(Vacuous, match="examined nothing and still decided"):
        Finding("idle", Verdict.HOLDS, "all fine", examined=0)
    assert join([]) is Verdict.UNDECIDED


def test_every_witness_applies_to_some_kind_and_every_kind_has_an_exact_one_and_controls():
    classes = {class_of(record) for record in theory.statements()}
    for witness in WITNESSES:
        assert any(witness.applies(of) for of in classes)
    for of in classes:
        assert exact_witnesses(of) and WITNESSES[-1].applies(of)


def test_no_models_are_trained_where_it_is_not_derived_how_low_they_get():
    """Attention does better than a step where a fixed vector is in the task."""
    (record, *_) = claims_of("zhang-2024-ltb")
    called = [w.name for w in called_for(record, Settings(Level.STANDARD))]
    assert "sampling" in called and "training" not in called
    text = gallery.text("longer-prompts")
    moved = text.replace('task = "b"', 'task = "b + u"') + '\n[means]\nu = "fixed"\n'
    for at_test, trained in ((text, True), (moved, False)):
        record = Derived.of(parse_design(at_test))
        assert trained is ("training" in {w.name for w in called_for(record, Settings())})


def test_same_seed_same_findings():
    record = theory.statement("corollary1")
    first, second = (put_on_trial(record, replace(QUICK, seed=5)) for _ in range(2))
    assert [(f.verdict, f.data) for f in first.findings] == [
        (f.verdict, f.data) for f in second.findings
    ]
