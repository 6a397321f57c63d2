"""Hypothesis profiles: the same examples on every run in CI, and a deep search on demand."""

import gc
import os
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from theory.algebra.moments import Engine
from verify.__main__ import ALLOCATIONS
from verify.figures.headless import headless

headless()
gc.set_threshold(ALLOCATIONS)  # as in the program
os.environ.pop("COLUMNS", None)  # what is printed is as wide as in a pipe
settings.register_profile(
    "ci",
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.register_profile(
    "deep", parent=settings.get_profile("ci"), max_examples=5000, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_finish():
    """All that was loaded is no garbage: looking through it took a twentieth of the time."""
    gc.freeze()


@pytest.fixture
def drop_one_pairing(monkeypatch):
    """Break the engine: the last way to pair a letter is lost wherever there are three or more."""
    whole = Engine._pairings

    def partial(self, state):
        found = whole(self, state)
        if sum(found.values()) >= 3:
            last = list(found)[-1]
            found = {**found, last: found[last] - 1}
        return found

    def broken():
        monkeypatch.setattr(Engine, "_pairings", partial)

    return broken


class Stub(NamedTuple):
    """A witness that says what it is told to."""

    name: str
    examine: object


@pytest.fixture
def only_witness(monkeypatch):
    """Let the controls know a single exact witness, with this testimony."""

    def put(name, examine):
        stub = Stub(name, examine)
        monkeypatch.setattr("verify.checks.controls.exact_witnesses", lambda kind: [stub])

    return put
