"""The time of one training step, and what is checked of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from benchmarks import operations, plain_loop
from benchmarks.isotropic import Problem, start
from benchmarks.timing import passes
from numerics import Training
from numerics.training.loop import Batch
from theory.designs.prompt import Prompt

SETS, QUERIES = plain_loop.BATCH, 16
SECONDS, LEAST, MOST = 1.0, 3, 50
"""A step is timed over and over for so many seconds, within so many times."""


@dataclass(frozen=True)
class Step:
    """A step of training, of :data:`SETS` sets of examples.

    Parameters
    ----------
    model, problem
        What is trained.
    how
        ``"plain loop"`` or ``"engine"``.
    queries
        Of each set of examples.
    seconds
        Of one step, the median.
    operations
        Multiply-adds in its matrix products.
    """

    model: str
    problem: Problem
    how: str
    queries: int
    seconds: float
    operations: int

    @property
    def of_set(self) -> float:
        """Seconds for each set of examples."""
        return self.seconds / SETS

    @property
    def of_prompt(self) -> float:
        """Seconds for each prompt."""
        return self.of_set / self.queries


def measured(name: str, problem: Problem) -> Sequence[Step]:
    """The plain loop; the engine with one query for each set of examples, and with several."""
    n, d = problem.n, problem.d
    training = Training(name, problem.at, restarts=1, batch=SETS, queries=1)
    plain = start(name, problem, training)
    predictions_are_right(plain, Batch([training]), problem)
    counts_are_right(name, problem)
    optimiser = plain_loop.adam(plain)
    seconds = _seconds(lambda k: plain_loop.step(plain, optimiser, n, d))
    found = [Step(name, problem, "plain loop", 1, seconds, operations.plain_loop(name, n, d, SETS))]
    for queries in (1, QUERIES):
        batch = Batch([Training(name, problem.at, restarts=1, batch=SETS, queries=queries)])
        count = operations.engine(name, n, d, SETS, queries)
        found.append(Step(name, problem, "engine", queries, _seconds(batch.step), count))
    return found


def _seconds(step: Callable[[int], object]) -> float:
    step(0)
    seconds: list[float] = []
    while len(seconds) < LEAST or (sum(seconds) < SECONDS and len(seconds) < MOST):
        begin = time.process_time()
        step(1 + len(seconds))
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds)


def predictions_are_right(plain: nn.Module, batch: Batch, problem: Problem) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless both predict the same with equal weights."""
    X, y, x, label = (part.double() for part in plain_loop.prompts(8, problem.n, problem.d))
    prompt = Prompt(query=x[..., None], features=X, labels=y[..., None], label=label[:, None, None])
    with torch.no_grad():
        engine = batch.model.double()(prompt)[0]
        other = plain.double()(X, y, x)
    plain.float()
    off = float((engine - other).abs().max() / other.abs().max())
    name = batch.training.model
    passes([(f"{name}, {problem}: predictions differ by {off:.2g}", off <= 1e-9)])


def counts_are_right(name: str, problem: Problem) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless PyTorch counts the same operations."""
    n, d = problem.n, problem.d
    few = Training(name, problem.at, restarts=1, batch=plain_loop.BATCH, queries=QUERIES)
    batch = Batch([few])
    plain = start(name, problem)
    optimiser = plain_loop.adam(plain)
    pairs = {
        "engine": (
            operations.engine(name, n, d, SETS, QUERIES),
            operations.counted(lambda: batch.step(0)),
        ),
        "plain loop": (
            operations.plain_loop(name, n, d, SETS),
            operations.counted(lambda: plain_loop.step(plain, optimiser, n, d)),
        ),
    }
    passes(
        (f"{name}, {problem}, {how}: {derived} operations, PyTorch counts {seen}", derived == seen)
        for how, (derived, seen) in pairs.items()
    )
