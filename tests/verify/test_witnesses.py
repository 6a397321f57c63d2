"""Every witness holds on the truth, refutes what is wrong, and refuses to judge nothing."""

from dataclasses import replace

import pytest
import sympy

import theory
from theory.language.gallery import designs
from theory.risks.claim import Claim
from theory.scalars.symbols import n
from verify import controls, witnesses
from verify.odd_moments import advantage_of_attention
from verify.optimum import derivation, interpolation, properties
from verify.optimum.mutants import mutants, shifted, transposed
from verify.optimum.subject import Subject
from verify.settings import Level, Settings
from verify.trial import put_on_trial
from verify.verdict import Finding, Vacuous, Verdict, join
from verify.witnesses import WITNESSES, class_of, exact_witnesses

RECORDS = tuple(r for r in theory.statements() if r.kind == "optimum")
QUICK = Settings(Level.QUICK)
EXACT = (derivation, interpolation, properties)
EXACT_NAMES = set(witnesses.EXACT)
by_id = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)


@by_id
@pytest.mark.parametrize("seed", [0, 1])
def test_exact_witnesses_hold_on_the_truth(record, seed):
    subject = Subject.of(record)
    for witness in EXACT:
        finding = witness.examine(subject, replace(QUICK, seed=seed))
        assert finding.verdict is Verdict.HOLDS, finding
        assert finding.examined > 0 and finding.witness in EXACT_NAMES


REQUIRED = {
    "n + 1 -> n",
    "n + 1 -> n + 2",
    "sigma^2 -> sigma",
    "M without the noise",
    "M without the trace",
    "Sigma_x and Sigma_beta swapped",
    "Sigma without its square roots",
    "W* without its square roots",
    "W* transposed, query task Gamma beta",
    "2n tr -> n tr in the risk",
}


def test_the_controls_of_theorem1_are_all_there():
    assert {m.name for m in mutants(Subject.of(theory.statement("theorem1")))} >= REQUIRED


@by_id
def test_each_mutant_falls_to_an_exact_witness(record):
    finding = controls.examine(Subject.of(record), QUICK)
    assert finding.verdict is Verdict.HOLDS
    table = finding.data["mutants"]
    assert len(table) >= 8
    for name, refuted_by in table.items():
        assert refuted_by and set(refuted_by) <= EXACT_NAMES, name


@by_id
def test_controls_notice_a_blind_verifier(record, only_witness):
    """With witnesses that accept everything, the controls must not hold."""

    def blind(subject, settings):
        return Finding("blind", Verdict.HOLDS, "sees nothing wrong", examined=1)

    only_witness("blind", blind)
    finding = controls.examine(Subject.of(record), QUICK)
    assert finding.verdict is Verdict.UNDECIDED and "n + 1 -> n" in finding.summary


@pytest.mark.parametrize("seed", range(1, 4))
def test_no_seed_makes_the_truth_look_wrong(seed):
    right = shifted(Subject.of(theory.statement("theorem1")))
    finding = properties.examine(right, Settings(Level.STANDARD, seed))
    assert finding.verdict is Verdict.HOLDS, finding


def test_controls_notice_a_verifier_that_refutes_the_truth(only_witness):
    def sceptic(subject, settings):
        return Finding("sceptic", Verdict.REFUTED, "believes nothing", examined=1)

    only_witness("sceptic", sceptic)
    finding = controls.examine(Subject.of(theory.statement("theorem1")), QUICK)
    assert (
        finding.verdict is Verdict.UNDECIDED
        and "a right claim (query task Gamma beta), refuted" in finding.summary
    )


def test_a_transposed_weight_matters_where_it_is_not_symmetric():
    subject = Subject.of(theory.statement("theorem1"))
    for witness in EXACT:
        assert witness.examine(shifted(subject), QUICK).verdict is not Verdict.REFUTED
        assert witness.examine(transposed(subject), QUICK).verdict is Verdict.REFUTED


def test_attention_beats_descent_only_without_assumption_1():
    from theory.designs.instance import instance

    gap = advantage_of_attention()
    assert gap.seen and gap.pgd > gap.att
    centred = advantage_of_attention(
        instance(designs.biased_task, n=2, d=2, scalars={"sigma": 1}, means={"m": [0, 0]})
    )
    assert centred.confirmed and centred.difference == 0 and not centred.seen


@by_id
def test_small_slips_of_any_kind_are_refuted_by_every_exact_witness(record):
    subject = Subject.of(record)
    weight, risk = subject.claim.weight, subject.claim.risk
    slips = [
        Claim(weight * (1 + sympy.Rational(1, 10**9)), risk, subject.claim.definitions),
        Claim(weight, risk + sympy.Rational(1, 10**12), subject.claim.definitions),
        Claim(weight, risk * n, subject.claim.definitions),
    ]
    for slip in slips:
        for witness in EXACT:
            finding = witness.examine(replace(subject, claim=slip), QUICK)
            assert finding.verdict is Verdict.REFUTED, (slip, finding)


def test_counterexamples_are_shown_with_both_values():
    subject = Subject.of(theory.statement("corollary1"))
    wrong = replace(subject, claim=replace(subject.claim, risk=subject.claim.risk + 1))
    for witness in EXACT:
        shown = witness.examine(wrong, QUICK).data["counterexample"]
        assert {"at", "exact", "claimed"} <= set(shown) and "n = " in shown["at"]


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


def test_same_seed_same_findings():
    record = theory.statement("theorem1")
    first, second = (put_on_trial(record, replace(QUICK, seed=5)) for _ in range(2))
    assert [(f.verdict, f.data) for f in first.findings] == [
        (f.verdict, f.data) for f in second.findings
    ]
