"""A trial in two processes comes to what it comes to in one, whatever happens to the other."""

import multiprocessing
import os
import re
import signal
import threading
import time
from dataclasses import replace

import pytest

import theory
from verify.beside import put_on_trial_beside
from verify.outcome.verdict import Finding, Verdict
from verify.quantities.optimum import numeric
from verify.settings import Settings
from verify.trial import put_on_trial

RECORD, STANDARD = theory.statement("corollary1"), Settings()


@pytest.fixture
def interruptible():
    """SIGINT as a terminal delivers it, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def without_times(findings):
    return re.sub(r"'?seconds'?[=:] ?[0-9.e-]+", "", repr(findings))


def verdicts(result):
    return {f.witness: f.verdict.value for f in result.findings}


def never(subject, settings):
    while True:
        time.sleep(1)


def test_the_same_is_found(monkeypatch):
    monkeypatch.setattr("verify.cases.SMALL", 2_000)
    monkeypatch.setattr(numeric, "STEPS_SMALL", 40)
    heard = []
    told = replace(STANDARD, progress=lambda *what: heard.append(what))
    found, alone = put_on_trial_beside(RECORD, told), put_on_trial(RECORD, STANDARD)
    assert without_times(found.findings) == without_times(alone.findings)
    assert [f.witness for f in found.findings][-3:] == ["sampling", "training", "controls"]
    assert any(what.startswith("training att") for what, _, _ in heard)


def test_controls_do_not_count_where_measuring_refutes(monkeypatch):
    def refuted(subject, settings):
        return Finding("sampling", Verdict.REFUTED, "made up", examined=1)

    monkeypatch.setattr("verify.checks.sampling.examine", refuted)
    monkeypatch.setattr(numeric, "STEPS_SMALL", 40)
    found = put_on_trial_beside(RECORD, STANDARD)
    assert found.verdict is Verdict.REFUTED
    assert found.findings[-1].summary == "not called: the claim itself does not hold"


def test_a_process_that_dies_leaves_it_undecided(monkeypatch):
    monkeypatch.setattr("verify.checks.sampling.examine", lambda *given: os._exit(7))
    found = put_on_trial_beside(RECORD, STANDARD)
    assert not found.interrupted and found.verdict is Verdict.UNDECIDED
    sampling, training, controls = found.findings[-3:]
    assert "the process ended with code 7" in sampling.summary
    assert training.summary.startswith("not called") and controls.verdict is Verdict.HOLDS


def test_ctrl_c_while_it_is_waited_for(monkeypatch, interruptible):
    monkeypatch.setattr("verify.checks.sampling.examine", never)
    pressed = []

    def press(what, done, total):
        if what.endswith("controls"):
            pressed.append(threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)))
            pressed[0].start()

    found = put_on_trial_beside(RECORD, replace(STANDARD, progress=press))
    assert pressed and found.interrupted
    assert verdicts(found) == {
        "derivation": "holds",
        "interpolation": "holds",
        "properties": "holds",
        "sampling": "undecided",
        "training": "undecided",
        "controls": "holds",
    }
    assert not multiprocessing.active_children()


def test_ctrl_c_before_that_ends_it_too(monkeypatch, interruptible):
    def interrupted(subject, settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("verify.checks.sampling.examine", never)
    monkeypatch.setattr("verify.checks.properties.examine", interrupted)
    found = put_on_trial_beside(RECORD, STANDARD)
    assert found.interrupted and verdicts(found)["interpolation"] == "holds"
    assert [f.summary for f in found.findings[3:]] == ["not called: interrupted"] * 3
    assert not multiprocessing.active_children()
