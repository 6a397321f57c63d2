"""Claims to leading order on trial: the truth holds, slips fall, harmless changes do not."""

from dataclasses import replace

import pytest
import sympy

import theory
from tests.verify.command_line import call, refused
from theory.scalars.symbols import d, n
from verify import controls
from verify.cases import cases
from verify.limit import derivation, interpolation, mutants, properties, sampling, training
from verify.limit.joined import joined
from verify.limit.subject import Subject
from verify.settings import Level, Settings
from verify.verdict import Finding, Verdict

QUICK, STANDARD = Settings(Level.QUICK), Settings(Level.STANDARD)
SUBJECT = Subject.of(theory.statement("theorem2"))
EXACT = (derivation, interpolation, properties)
alpha, sigma = sympy.symbols("alpha sigma")


@pytest.mark.parametrize("id", ["theorem2", "theorem3"])
def test_exact_witnesses_hold_on_the_truth(id):
    subject = Subject.of(theory.statement(id))
    for witness in EXACT:
        finding = witness.examine(subject, QUICK)
        assert finding.verdict is Verdict.HOLDS, finding
    assert "not exact; relative error of order 1/d" in derivation.examine(subject, QUICK).summary


def test_the_controls_hold_and_every_mutant_falls():
    finding = controls.examine(SUBJECT, QUICK)
    assert finding.verdict is Verdict.HOLDS and len(finding.data["mutants"]) >= 16
    assert all(finding.data["mutants"].values())
    (broken,) = finding.data["breaks"]
    assert broken["seen"]


def test_every_exact_witness_refutes_a_wrong_claim():
    by_name = {m.name: m.subject for m in mutants.mutants(SUBJECT)}
    for name in ("kappa -> kappa^2 in the risk", "sigma^2 -> 0 in the weight"):
        for witness in EXACT:
            finding = witness.examine(by_name[name], QUICK)
            assert finding.verdict is Verdict.REFUTED
            assert {"at", "exact", "claimed"} <= set(finding.data["counterexample"])


def test_a_wrong_exact_optimum_is_refuted_without_the_engine():
    about = SUBJECT.about
    wrong = replace(about.optimum.claim, risk=about.optimum.claim.risk + sympy.Rational(1, 10**9))
    broken = replace(about, optimum=replace(about.optimum, claim=wrong))
    for witness in (interpolation, properties):
        finding = witness.examine(replace(SUBJECT, exact=(broken,)), QUICK)
        assert finding.verdict is Verdict.REFUTED


def test_changes_below_the_leading_order_stand():
    for truth in mutants.truths(SUBJECT):
        assert derivation.examine(truth.subject, QUICK).verdict is Verdict.HOLDS


def test_an_exact_claim_is_said_to_be_exact():
    exact = SUBJECT.about.optimum.claim
    finding = derivation.examine(replace(SUBJECT, claim=exact), QUICK)
    assert finding.verdict is Verdict.HOLDS and "; exact;" in finding.summary


def test_an_error_that_vanishes_more_slowly_is_right_too():
    """The claim is about leading order: an error of order d^{-1/2} vanishes as well."""
    claim = SUBJECT.about.optimum.claim
    slow = replace(claim, risk=claim.risk * (1 + alpha))
    for witness in EXACT:
        finding = witness.examine(replace(SUBJECT, claim=slow, exact=(), general=None), QUICK)
        assert finding.verdict is Verdict.HOLDS, finding
    assert "order 1/sqrt(d)" in derivation.examine(replace(SUBJECT, claim=slow), QUICK).summary


def test_an_error_that_does_not_vanish_is_refuted():
    claim = SUBJECT.about.optimum.claim
    wrong = replace(claim, risk=claim.risk * sympy.Rational(101, 100))
    for witness in EXACT:
        finding = witness.examine(replace(SUBJECT, claim=wrong, exact=(), general=None), QUICK)
        assert finding.verdict is Verdict.REFUTED, finding


@pytest.mark.parametrize("what", ["sample_size", "risk"])
def test_wrong_printed_limits_are_refuted(what):
    variant = SUBJECT.about.variant
    if what == "sample_size":
        broken = replace(variant, sample_size=2 * variant.sample_size)
    else:
        leading = variant.risk.exact
        twice = replace(leading, coefficient=2 * leading.coefficient)
        broken = replace(variant, risk=replace(variant.risk, exact=twice))
    subject = replace(SUBJECT, about=replace(SUBJECT.about, variant=broken), exact=(), general=None)
    assert interpolation.examine(subject, QUICK).verdict is Verdict.REFUTED


def test_a_wrong_error_term_is_refuted(monkeypatch):
    whole = interpolation.compare

    def thrice(*arguments):
        found = whole(*arguments)
        error = replace(found.error, coefficient=3 * found.error.coefficient)
        return replace(found, error=error)

    monkeypatch.setattr(interpolation, "compare", thrice)
    finding = interpolation.examine(replace(SUBJECT, exact=(), general=None), QUICK)
    assert finding.verdict is Verdict.REFUTED and "error of the weight" in finding.summary


def test_a_wrong_optimum_for_any_covariances_is_refuted(monkeypatch):
    whole = interpolation.derive

    def doubled(design, predictor):
        found = whole(design, predictor)

        class Wrong:
            variable = found.plain.variable

            @staticmethod
            def at(scalars, matrices, arithmetic):
                weight, risk = found.plain.at(scalars, matrices, arithmetic)
                return weight * 2, risk

        return replace(found, plain=Wrong())

    monkeypatch.setattr(interpolation, "derive", doubled)
    finding = interpolation.examine(replace(SUBJECT, exact=()), QUICK)
    assert finding.verdict is Verdict.REFUTED and "any covariances" in finding.summary


def test_forms_that_cannot_be_compared_are_not_refuted():
    """kappa written with a root of a square: equal in value, not visibly in form."""
    claim = SUBJECT.claim
    (name, meaning), *_ = claim.definitions
    odd = replace(claim, definitions=((name, sympy.sqrt(meaning**2)),))
    finding = derivation.examine(replace(SUBJECT, claim=odd, exact=(), general=None), QUICK)
    assert finding.verdict is not Verdict.REFUTED


def test_sampling_and_training_look_at_the_exact_optimum(monkeypatch):
    from verify.optimum import sampling as sampled
    from verify.optimum import training as trained

    def first(design, settings):
        return cases(design, settings)[:1]

    monkeypatch.setattr(sampled, "cases", first)
    monkeypatch.setattr(trained, "cases", first)
    one = replace(SUBJECT, exact=SUBJECT.exact[:1])
    measured, learned = (w.examine(one, STANDARD) for w in (sampling, training))
    assert measured.verdict is learned.verdict is Verdict.HOLDS
    assert "at the exact weight" in measured.summary and "claimed" not in measured.summary
    assert "above the exact optimum" in learned.summary
    assert "the claim to leading order is off by" in learned.summary
    (row, *_), run = measured.data["designs"]["rag"]["cases"], learned.data["runs"][0]
    for seen in (row, run):
        numbers = seen["numbers"]
        found = theory.statement("theorem2").evaluate(**numbers)
        assert (seen["exact"], seen["claimed"]) == pytest.approx((found.risk, found.claimed))
        assert seen["against"] == "exact"
    claim = replace(one.about.optimum.claim, risk=one.about.optimum.claim.risk * 2)
    wrong = replace(one.about, optimum=replace(one.about.optimum, claim=claim))
    wrongly = replace(one, about=wrong, exact=(wrong,))
    assert sampling.examine(wrongly, STANDARD).verdict is Verdict.REFUTED
    assert training.examine(wrongly, STANDARD).verdict is Verdict.REFUTED


def test_a_table_of_exact_and_claimed_risk_is_shown_without_being_asked():
    finding = derivation.examine(SUBJECT, QUICK)
    errors = []
    for row in finding.data["table"]:
        at = {k: int(v) if k in "nd" else float(v) for k, v in row["at"].items()}
        found = theory.statement("theorem2").evaluate(**at)
        assert (row["exact"], row["claimed"]) == pytest.approx(
            (found.risk, found.claimed), rel=1e-3
        )
        errors.append(abs(row["error"]))
    assert errors == sorted(errors, reverse=True) and errors[-1] < errors[0] / 50


def test_numbers_that_are_asked_about_come_first():
    numbers = ("n=40", "d=20", "alpha=2/5", "sigma=0")
    options = [part for number in numbers for part in ("--set", number)]
    code, out, _ = call("theorem2", "--level", "quick", *options)
    assert code == 0 and "   2.87932  2.12766     -26.1 %  n = 40, d = 20, alpha = 0.4" in out
    assert "--set gives numbers to one statement in a limit" in refused("theorem1", *options)
    assert "alpha is missing" in refused("theorem3", *options[:2])


def test_alpha_is_inside_its_range_in_every_case():
    design = SUBJECT.about.variant.design
    for case in cases(design, Settings(Level.FULL)):
        assert 0 < case.at.scalars["alpha"] < 1


def test_one_refuted_part_refutes_the_whole():
    parts = {
        "good": Finding("w", Verdict.HOLDS, "fine", 1),
        "bad": Finding("w", Verdict.REFUTED, "off", 1, {"counterexample": {"at": "n = 1"}}),
    }
    whole = joined("w", parts)
    assert whole.verdict is Verdict.REFUTED and whole.summary == "bad: off"
    assert whole.data["counterexample"] == {"at": "n = 1"}


def test_sizes_reach_the_regime():
    for at in interpolation.points(SUBJECT):
        assert at[n].is_Integer and at[alpha].is_Rational and at[sigma].is_Rational
        assert at[d] == 2 * at[n] * sympy.Rational(1, 4) or at[n] == 2 * at[d]
