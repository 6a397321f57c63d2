"""Runs into outcomes: which of them go together, and the training itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from numerics.lengths import LengthRisk
from numerics.models import ATT
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import Run
from numerics.training import Trained, Training, train, train_together
from theory.errors import InputError

EVALUATIONS = 20
"""How often the exact risk is taken along the way."""
ELEMENTS = 2**19
"""Runs go together up to so many numbers in a batch of prompts; beyond, nothing is gained."""


def batches(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Put runs together that are quicker as one: those that differ in the design's numbers alone.

    A run's outcome does not depend on its company, up to rounding.

    Examples
    --------
    >>> runs = [Run("att", "independent", n, 2, (("sigma", s),)) for n in (3, 4) for s in "012"]
    >>> [len(batch) for batch in batches(runs)]
    [3, 3]
    """
    groups: dict[Run, list[Run]] = {}
    for run in dict.fromkeys(runs):
        company = replace(run, scalars=(), covariances=())
        alone = run.lengths or run.base is not None
        groups.setdefault(run if alone else company, []).append(run)
    found = []
    for group in groups.values():
        size = max(1, ELEMENTS // (group[0].batch * group[0].n * (group[0].d + 1)))
        found += [tuple(group[k : k + size]) for k in range(0, len(group), size)]
    return found


def perform(runs: Sequence[Run], device: str = "cpu") -> list[Outcome]:
    """Train runs as one batch, in this process; one of :func:`batches`.

    Examples
    --------
    >>> run = Run("pgd", "isotropic-noiseless", n=4, d=2, steps=200, restarts=2)
    >>> outcome = perform([run])[0]
    >>> len(outcome.risks), outcome.steps
    (2, 200)
    """
    bases = {run.base for run in runs if run.base is not None}
    if len(runs) > 1 and bases:
        raise InputError("adapters are trained one by one")
    base = next((train(training(b, device)).model for b in bases), None)
    trainings = [training(run, device, base if isinstance(base, ATT) else None) for run in runs]
    return [outcome(trained) for trained in train_together(trainings)]


def training(run: Run, device: str = "cpu", base: ATT | None = None) -> Training:
    """The training that a run asks for.

    >>> training(Run("att", "isotropic-noiseless", n=4, d=2)).steps
    1000
    """
    return Training(
        run.model,
        run.at,
        rank=run.rank,
        base=base,
        source=run.source,
        lengths=run.lengths,
        queries=run.queries,
        restarts=run.restarts,
        batch=run.batch,
        steps=run.steps,
        learning_rate=run.learning_rate,
        seed=run.seed,
        evaluate_every=max(1, run.steps // EVALUATIONS),
        device=device,
    )


def outcome(trained: Trained) -> Outcome:
    """What is kept of a trained model."""
    if trained.stopped == "interrupted":
        raise KeyboardInterrupt
    by_length: tuple[tuple[float, ...], ...] = ()
    if trained.training.lengths:
        risk = LengthRisk(trained.training.at, trained.model.predictor)
        by_length = tuple(map(tuple, risk.at_each(trained.weights).T.tolist()))
    return Outcome(
        risks=tuple(trained.risks.tolist()),
        history=tuple((c.step, c.seconds, tuple(c.risks.tolist())) for c in trained.history),
        steps=trained.steps,
        seconds=trained.seconds,
        by_length=by_length,
    )
