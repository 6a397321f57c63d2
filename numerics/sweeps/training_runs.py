"""Runs into outcomes: the training itself."""

from __future__ import annotations

from collections.abc import Sequence

from numerics.lengths import LengthRisk
from numerics.models import ATT
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import Run
from numerics.training import Trained, Training, train, train_together
from theory.errors import InputError

EVALUATIONS = 20
"""How often the exact risk is taken along the way."""


def perform(runs: Sequence[Run], device: str = "cpu") -> list[Outcome]:
    """Train runs as one batch, in this process; one of those of
    :func:`~numerics.sweeps.batches.batches`.

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
