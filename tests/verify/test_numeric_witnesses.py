"""Sampling and training: they hold on the truth, and a wrong claim does not get past them."""

from dataclasses import replace

import pytest
import sympy

import theory
from verify.cases import cases
from verify.optimum import sampling, training
from verify.optimum.subject import Subject
from verify.settings import Level, Settings
from verify.trial import put_on_trial
from verify.verdict import Verdict

STANDARD = Settings(Level.STANDARD)
CASES = cases


@pytest.fixture
def subject(monkeypatch):
    """Theorem 1 with the smaller case alone."""

    def first(design, settings):
        return CASES(design, settings)[:1]

    monkeypatch.setattr(sampling, "cases", first)
    monkeypatch.setattr(training, "cases", first)
    return Subject.of(theory.statement("theorem1"))


def with_risk(subject, factor):
    claim = replace(subject.claim, risk=subject.claim.risk * factor)
    return replace(subject, claim=claim)


def with_weight(subject, factor):
    claim = replace(subject.claim, weight=subject.claim.weight * factor)
    return replace(subject, claim=claim)


def test_sampling_holds_on_the_truth(subject):
    finding = sampling.examine(subject, STANDARD)
    assert finding.verdict is Verdict.HOLDS and finding.examined >= 100_000
    assert {row["what"] for row in finding.data["cases"]} == {"risk", "slope"}


@pytest.mark.parametrize("wrong", [with_risk, with_weight])
def test_sampling_refutes_what_is_well_off(subject, wrong):
    finding = sampling.examine(wrong(subject, sympy.Rational(6, 5)), STANDARD)
    assert finding.verdict is Verdict.REFUTED


def test_sampling_is_undecided_when_its_error_is_too_wide(subject, monkeypatch):
    monkeypatch.setattr(sampling, "DRAWS_SMALL", 200)
    monkeypatch.setattr(sampling, "ENTRIES", 2_400)
    assert sampling.examine(subject, STANDARD).verdict is Verdict.UNDECIDED


def test_training_holds_on_the_truth_and_shows_every_restart(subject):
    finding = training.examine(subject, STANDARD)
    assert finding.verdict is Verdict.HOLDS
    runs = finding.data["runs"]
    assert [run["model"] for run in runs] == ["att", "ssm"]
    assert all(len(run["excess"]) >= 3 and min(run["excess"]) > 0 for run in runs)
    assert finding.examined == sum(len(run["excess"]) for run in runs)


@pytest.mark.parametrize("percent", [5, 1])
def test_training_refutes_an_optimum_that_models_beat(subject, percent):
    inflated = with_risk(subject, 1 + sympy.Rational(percent, 100))
    assert training.examine(inflated, STANDARD).verdict is Verdict.REFUTED


def test_training_does_not_look_at_the_claim(subject):
    """What is learned is the same whatever is claimed: no stop near the claimed optimum."""
    right = training.examine(subject, STANDARD)
    wrong = training.examine(with_risk(subject, sympy.Rational(101, 100)), STANDARD)
    for one, other in zip(right.data["runs"], wrong.data["runs"], strict=True):
        assert one["steps"] == other["steps"] and one["stopped"] == "steps"
        learned = [run["claimed"] * (1 + run["excess"][0]) for run in (one, other)]
        assert learned[0] == pytest.approx(learned[1], rel=1e-12)


def test_training_that_does_not_arrive_decides_nothing(subject, monkeypatch):
    monkeypatch.setattr(training, "STEPS_SMALL", 10)
    assert training.examine(subject, STANDARD).verdict is Verdict.UNDECIDED


def test_ctrl_c_in_training_ends_the_trial_with_what_there_is(subject, monkeypatch):
    steps = []

    def progress(what, done, total):
        steps.append(what)
        if what.startswith("training"):
            raise KeyboardInterrupt

    monkeypatch.setattr(sampling, "DRAWS_SMALL", 2_000)
    settings = replace(STANDARD, progress=progress)
    result = put_on_trial(theory.statement("theorem1"), settings)
    assert result.interrupted and result.verdict is not Verdict.HOLDS
    last = next(f for f in result.findings if f.witness == "training")
    assert "interrupted" in last.summary
    assert len(last.data["runs"]) == 1


def test_levels_add_sizes():
    design = theory.statement("theorem1").design
    standard = [case.name for case in cases(design, STANDARD)]
    full = [case.name for case in cases(design, Settings(Level.FULL))]
    assert full[: len(standard)] == standard and len(full) == len(standard) + 3
    largest = cases(design, Settings(Level.FULL))[-1].at
    assert (largest.n, largest.d) == (40, 20)
