"""Sampling and training: they hold on the truth, and a wrong claim does not get past them."""

from dataclasses import replace

import pytest

import theory
from tests.verify.changed_claims import changed, right
from verify.cases import cases
from verify.checks import sampling, training
from verify.outcome.verdict import Verdict
from verify.quantities.optimum import numeric
from verify.settings import Level, Settings
from verify.trial import put_on_trial

STANDARD = Settings(Level.STANDARD)
WEIGHT = "Sigma_x^(-1/2)*((n + 1)*I + M*Sigma^-1)^-1*Sigma_x^(-1/2)"
RISK = "M - n*tr(Sigma*((n + 1)*I + M*Sigma^-1)^-1)"


def smaller_case(monkeypatch):
    monkeypatch.setattr(numeric, "cases", lambda design, settings: cases(design, settings)[:1])
    monkeypatch.setattr("verify.cases.SMALL", 100_000)


@pytest.fixture(autouse=True)
def smaller_case_alone(monkeypatch):
    smaller_case(monkeypatch)


@pytest.fixture
def subject():
    return right("theorem1")


@pytest.fixture(scope="module")
def held():
    """What training finds of what is true."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        smaller_case(monkeypatch)
        return training.examine(right("theorem1"), STANDARD)


def test_sampling_holds_on_the_truth(subject):
    finding = sampling.examine(subject, STANDARD)
    assert finding.verdict is Verdict.HOLDS and finding.examined >= 100_000
    assert {row["what"] for row in finding.data["cases"]} == {"risk", "slope"}


@pytest.mark.parametrize("wrong", [{"risk": f"1.2*({RISK})"}, {"weight": f"1.2*{WEIGHT}"}])
def test_sampling_refutes_what_is_well_off(wrong):
    finding = sampling.examine(changed("theorem1", **wrong), STANDARD)
    assert finding.verdict is Verdict.REFUTED


def test_sampling_is_undecided_when_its_error_is_too_wide(subject, monkeypatch):
    monkeypatch.setattr("verify.cases.SMALL", 200)
    monkeypatch.setattr("verify.cases.ENTRIES", 2_400)
    assert sampling.examine(subject, STANDARD).verdict is Verdict.UNDECIDED


def test_training_holds_on_the_truth_and_shows_every_restart(held):
    finding = held
    assert finding.verdict is Verdict.HOLDS
    runs = finding.data["runs"]
    assert [run["model"] for run in runs] == ["att", "ssm"]
    assert all(len(run["excess"]) >= 3 and min(run["excess"]) > 0 for run in runs)
    assert finding.examined == sum(len(run["excess"]) for run in runs)


def test_training_refutes_an_optimum_that_models_beat(held):
    """What is learned is the same whatever is claimed: no stop near the claimed optimum."""
    refuted = training.examine(changed("theorem1", risk=f"1.01*({RISK})"), STANDARD)
    assert refuted.verdict is Verdict.REFUTED
    for one, other in zip(held.data["runs"], refuted.data["runs"], strict=True):
        assert one["steps"] == other["steps"] and one["stopped"] == "steps"
        learned = [run["claimed"] * (1 + run["excess"][0]) for run in (one, other)]
        assert learned[0] == pytest.approx(learned[1], rel=1e-12)


def test_training_that_does_not_arrive_decides_nothing(subject, monkeypatch):
    monkeypatch.setattr(numeric, "STEPS_SMALL", 10)
    assert training.examine(subject, STANDARD).verdict is Verdict.UNDECIDED


def test_a_claim_in_a_limit_is_measured_at_the_exact_optimum_and_called_what_it_is():
    subject = right("theorem2")
    sampled, learned = (w.examine(subject, STANDARD) for w in (sampling, training))
    assert sampled.verdict is learned.verdict is Verdict.HOLDS
    assert "at the exact weight" in sampled.summary and "claimed" not in sampled.summary
    assert "above the exact optimum" in learned.summary
    assert "the claim to leading order is off by" in learned.summary
    for seen in (sampled.data["cases"][0], learned.data["runs"][0]):
        found = theory.statement("theorem2").evaluate(**seen["numbers"])
        assert (seen["exact"], seen["claimed"]) == pytest.approx((found.risk, found.claimed))
        assert seen["against"] == "exact"


def test_ctrl_c_in_training_ends_the_trial_with_what_there_is(monkeypatch):
    def progress(what, done, total):
        if what.startswith("training"):
            raise KeyboardInterrupt

    monkeypatch.setattr("verify.cases.SMALL", 2_000)
    settings = replace(STANDARD, progress=progress)
    result = put_on_trial(theory.statement("theorem1"), settings)
    assert result.interrupted and result.verdict is not Verdict.HOLDS
    last = next(f for f in result.findings if f.witness == "training")
    assert "interrupted" in last.summary and len(last.data["runs"]) == 1


def test_levels_add_sizes():
    design = theory.statement("theorem1").design
    standard = [case.name for case in cases(design, STANDARD)]
    full = [case.name for case in cases(design, Settings(Level.FULL))]
    assert full[: len(standard)] == standard and len(full) > len(standard)
    largest = cases(design, Settings(Level.FULL))[-1].at
    assert (largest.n, largest.d) == (40, 20)


def test_alpha_is_inside_its_range_in_every_case():
    for case in cases(theory.statement("theorem2").design, Settings(Level.FULL)):
        assert 0 < case.at.scalars["alpha"] < 1


@pytest.mark.parametrize("ratio", [0.5, 1, 1.5, 2])
def test_as_many_draws_as_narrow_the_error_bar_and_few_more(ratio):
    """An error bar goes like the root of the number of draws; a narrow one needs no more."""
    row = {"error": ratio * sampling.WIDTH.value, "scale": 1.0, "verdict": "holds"}
    times = sampling._needed([row])
    assert (times == 1) if ratio <= 1 else 1.5 * ratio**2 <= times <= 2 * ratio**2 + 1
    assert sampling._needed([{**row, "verdict": "refuted"}]) == 1
