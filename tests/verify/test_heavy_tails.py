"""Sampled means of heavy tails: an error that is estimated from the draws refutes what is true."""

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from verify.checks import sampling
from verify.checks.on_trial import Measurement, OnTrial
from verify.expected import Expected
from verify.outcome.verdict import Verdict
from verify.settings import Level, Settings
from verify.tolerances import BLOCKS, MEDIAN

SPREAD = 4.0
"""``exp(SPREAD g)`` with a standard normal g has the mean ``exp(SPREAD^2 / 2)``, which few draws
make up."""
MEAN = math.exp(SPREAD**2 / 2)
DEVIATION = MEAN * math.sqrt(math.exp(SPREAD**2) - 1)


class Normal:
    def draw(self, batch: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randn(batch, generator=generator, dtype=torch.float64)


@dataclass(frozen=True)
class Drawn(OnTrial):
    """The mean of ``exp(spread g)``, right or wrong, with what is known of its tails."""

    expected: float
    deviations: Any
    spread: float = SPREAD

    measured = "a mean"

    @staticmethod
    def of(statement):
        raise NotImplementedError

    def measurements(self, settings):
        value = Expected.claim(self.expected)
        yield Measurement(
            "heavy",
            "nowhere",
            Normal(),
            lambda g: (self.spread * g).exp()[None],
            [("mean", value, value.value)],
            20_000,
            20_000,
            deviations=self.deviations,
        )

    def values(self, random):
        return None

    def mutants(self):
        return iter(())


def verdict(subject, seed=0):
    return sampling.examine(subject, Settings(Level.STANDARD, seed)).verdict


def test_an_error_estimated_from_the_draws_refutes_a_true_mean():
    assert any(verdict(Drawn(MEAN, None), seed) is Verdict.REFUTED for seed in range(24))


def test_the_exact_variance_does_not():
    found = {verdict(Drawn(MEAN, [DEVIATION]), seed) for seed in range(2)}
    assert found == {Verdict.UNDECIDED}


def test_without_it_nothing_is_decided_and_the_reason_is_given():
    finding = sampling.examine(Drawn(2 * MEAN, [None]), Settings(Level.STANDARD))
    assert finding.verdict is Verdict.UNDECIDED
    assert "the tails are heavy" in finding.summary


@pytest.mark.parametrize(("factor", "seen"), [(1, Verdict.HOLDS), (2, Verdict.REFUTED)])
def test_where_the_variance_is_moderate_right_and_wrong_are_told_apart(factor, seen):
    mean = math.exp(0.125)
    deviation = mean * math.sqrt(math.exp(0.25) - 1)
    assert verdict(Drawn(factor * mean, [deviation], spread=0.5)) is seen


def test_false_alarms_are_as_rare_as_is_said():
    # two-sided: more than half of the blocks two of their standard errors above, or below
    share = 1 / 5  # Cantelli: 1 / (1 + 2^2)
    half = (BLOCKS + 1) // 2
    tail = sum(
        math.comb(BLOCKS, k) * share**k * (1 - share) ** (BLOCKS - k)
        for k in range(half, BLOCKS + 1)
    )
    assert 2 * tail < 1e-6
    assert MEDIAN.value == pytest.approx(2 * math.sqrt(BLOCKS))


def test_a_row_says_what_it_was_judged_by():
    given = {"mean": 1.0, "error": 0.1, "expected": Expected.claim(1.0), "scale": 1.0, "draws": 9}
    row = sampling.row("c", "n = 1", "risk", **given, tolerance=None)
    assert row["allowed"] is None
    assert row["verdict"] == Verdict.UNDECIDED.value
