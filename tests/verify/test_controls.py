"""A slip counts once it changes the claim, and every slip that does has to be refuted."""

from dataclasses import replace

import pytest

import theory
from tests.conftest import Stub
from tests.theory.design_files import isotropic_file
from tests.verify.changed_claims import changed, right
from theory.language import gallery
from theory.language.files.reading import parse_design
from theory.records.derived import Derived
from theory.records.theorem import Theorem
from verify.checks import controls
from verify.checks.controls import values_of, why_idle
from verify.checks.on_trial import Mutant
from verify.outcome.verdict import Finding, Verdict
from verify.quantities.optimum.derived import DerivedOptimum, Slip
from verify.settings import Level, Settings
from verify.witnesses import exact_witnesses, subject_of

QUICK = Settings(Level.QUICK)
SIGMA = {"sigma": '[0, "oo"]'}

SAME_PART = """
[design]
name = "same-part"
[parameters]
sigma = [0, "oo"]
[covariances]
A = "psd"
B = "psd"
[gaussians.prompt]
qa = "A"
qb = "B"
b = "I"
[gaussians.example]
ea = "A"
eb = "B"
[prompt]
query = "qa + qb"
features = "ea + eb"
task = "b"
noise = "sigma"
"""
OTHER_TASK = isotropic_file(
    "other-task", SIGMA, task="b", noise="sigma", query_task="c", query_noise="0"
).replace('b = "I"', 'b = "I"\nc = "I"')
NO_LABEL = isotropic_file(
    "no-label", SIGMA, task="b", noise="sigma", query_label_scale="0", query_noise="0"
)
NO_RANGE = isotropic_file("no-range", {"sigma": "[0, 0]"}, task="b", noise="sigma")

ROOTS = """
[design]
name = "roots"
[covariances]
S = "psd"
[gaussians.prompt]
q = "S"
b = "I"
[gaussians.example]
e = "S"
[prompt]
query = "q"
features = "e"
task = "b"
[predictor]
scale = "1/n"
[limits.far]
n = "d^2/nu"
"tr(S)" = "sqrt(d)*t_1"
"tr(S^2)" = "t_2"
"tr(S^3)" = "t_3"
"""
HALF_WAY = (
    isotropic_file("half-way", {"alpha": '["-1", 1]'}, task="b", query_noise="alpha")
    + '\n[limits.far]\nn = "oo"\n'
)


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        (SAME_PART, "A and B exchanged in the optimum"),
        (OTHER_TASK, "sigma forgotten in the optimum"),
        (NO_LABEL, "sigma forgotten in the optimum"),
        (NO_RANGE, "sigma forgotten in the optimum"),
    ],
)
def test_a_slip_that_changes_nothing_is_no_survivor(text, idle):
    finding = controls.examine(subject_of(Derived.of(parse_design(text))), QUICK)
    assert finding.verdict is Verdict.HOLDS, finding
    assert idle in finding.data["left_out"] and idle not in finding.data["mutants"]
    assert len(finding.data["mutants"]) >= 4 and "left out" in finding.summary


def test_what_is_left_out_does_not_hide_a_blind_witness(only_witness):
    only_witness("blind", lambda subject, settings: Finding("blind", Verdict.HOLDS, "fine", 1))
    finding = controls.examine(subject_of(Derived.of(parse_design(SAME_PART))), QUICK)
    assert finding.verdict is Verdict.UNDECIDED
    assert "twice the weight" in finding.summary and "exchanged" not in finding.summary


def subject():
    return DerivedOptimum(Derived.of(parse_design(isotropic_file("plain", {}, task="b"))))


def idle(slip):
    plain = subject()
    return why_idle(Mutant(slip.name, replace(plain, slip=slip)), values_of(plain), seed=0)


def undefined(weight, at):
    raise ZeroDivisionError


def test_a_slip_counts_where_values_differ_anywhere_and_only_there():
    assert idle(Slip()) == "equal at 6 random places"
    assert idle(Slip(weight=undefined)) == "defined at no random place"
    assert not idle(Slip(weight=lambda weight, at: weight * 2))
    # in the risk of other weights alone, and at one size alone
    assert not idle(Slip(polynomial=lambda p: p * 2))
    assert not idle(Slip(risk=lambda risk, at: risk + (at.n == 3)))


def test_a_slip_in_one_formula_is_judged_alone():
    """What is claimed beside it is judged with the claim itself, not again with each slip."""
    mutants = list(subject_of(theory.statement("theorem1")).mutants())
    assert {"weight", "risk", "M"} <= {one.name.partition(" = ")[0] for one in mutants}
    for mutant in mutants:
        claims = [one.record.claim for one in (mutant.subject, mutant.of)]
        said = [[entry.quantity.value for entry, _ in claim.entries] for claim in claims]
        part = mutant.name.partition(" = ")[0]
        assert said[0] == said[1] == ([part] if part in ("weight", "risk") else ["weight", "risk"])


def test_slips_that_all_change_nothing_leave_nothing_to_hold(monkeypatch):
    def none(subject):
        yield Mutant("no slip at all", subject)

    monkeypatch.setattr(DerivedOptimum, "mutants", none)
    finding = controls.examine(subject(), QUICK)
    assert finding.verdict is Verdict.UNDECIDED and finding.examined == 0
    assert "1 slip left out" in finding.summary


def test_slips_that_change_nothing_are_known_in_other_kinds():
    """Where gains increase with eigenvalues, the best of these are the largest."""
    subject = subject_of(theory.statement("lemma3"))
    slip = next(m for m in subject.mutants() if m.name.startswith("the corrected ones = any"))
    assert why_idle(slip, values_of(subject), seed=0) == "equal at 6 random places"


def test_a_witness_that_refutes_nothing_is_seen_beside_one_that_does(monkeypatch):
    blind = Stub("blind", lambda subject, settings: Finding("blind", Verdict.HOLDS, "fine", 1))
    (seeing,) = (w for w in exact_witnesses(right("corollary1")) if w.name == "derivation")
    for both in ([blind, seeing], [seeing, blind]):
        monkeypatch.setattr(controls, "exact_witnesses", lambda subject, both=both: both)
        finding = controls.examine(right("corollary1"), QUICK)
        assert finding.verdict is Verdict.UNDECIDED
        assert finding.summary == "not told from the truth: every wrong claim, by blind"


def test_what_a_limit_does_not_see_changes_nothing():
    same = changed("theorem2", weight="1/(kappa*n + d + 2 + sigma^2)")
    assert (
        why_idle(Mutant("d + 2", same), values_of(right("theorem2")), seed=0)
        == "equal at 6 random places"
    )


@pytest.mark.parametrize(
    ("limit", "claim", "slip"),
    [
        # the weight stands in a term that is smaller by the root of d
        (ROOTS, 'at = "1"\nexcess = "sqrt(d)*t_1"', 'at = "1/t_1^2"\nexcess = "sqrt(d)*t_1"'),
        # what falls like 1/n is all there is at alpha = 0, half way
        (HALF_WAY, 'risk = "alpha^2 + d*(d + 1)/n"', 'risk = "alpha^2 - d*(d + 1)/n"'),
    ],
)
def test_what_a_limit_sees_nowhere_but_at_special_places_changes_nothing(limit, claim, slip):
    def claimed(text):
        file = parse_design(f'{limit}\n[claims.it]\n{text}\nlimit = "far"\n')
        return subject_of(Theorem.of_claim(file, *file.claims))

    own = values_of(claimed(claim))
    assert why_idle(Mutant("slip", claimed(slip)), own, seed=0) == "equal at 6 random places"


def test_where_features_have_rank_zero_nothing_is_compared():
    """The risk has no part of the second degree there, and no optimum that a slip could change."""
    text = gallery.text("mahankali-2023").partition("[claims")[0]
    text = text.replace('q = "I"', 'q = "P"').replace('e = "I"', 'e = "P"')
    text += '[covariances]\nP = { kind = "projection", rank = "r" }\n'
    text = text.replace("[parameters]", '[parameters]\nr = { range = [0, "d"], whole = true }')
    finding = controls.examine(DerivedOptimum(Derived.of(parse_design(text))), QUICK)
    assert finding.verdict is Verdict.HOLDS, finding.summary
