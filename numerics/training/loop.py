"""Training from random initialisation, watched through the exact risk.

The model sees prompts and hidden labels only, no closed form (or the exact risk, where it is asked
for). What it has learned is judged by the exact population risk of its weights, so that the
reported excess has no sampling error.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor

from numerics.devices import device
from numerics.lengths import LengthRisk
from numerics.models import Model
from numerics.population import PopulationRisk
from numerics.sampling import Sampler
from numerics.threads import threads
from numerics.training.adam import Adam
from numerics.training.configuration import Training
from numerics.training.lbfgs import LBFGS
from numerics.training.result import Checkpoint, Stopped, Trained
from numerics.units import Units
from theory.designs.prompt import Prompt
from theory.errors import InputError

Progress = Callable[[int, int, Tensor], None]

PILOT = 1024
"""Prompts drawn to bring the initial predictions to scale."""
AHEAD = 1 << 18
"""Numbers drawn at once, for several steps where one needs fewer."""


def train(
    training: Training, *, optimum: float | None = None, progress: Progress | None = None
) -> Trained:
    """Train all restarts until they are good enough, or time or steps run out.

    Parameters
    ----------
    training
        What to train, and how.
    optimum
        The least risk possible, used only to decide when to stop early.
    progress
        Called at every evaluation as ``progress(step, steps, risks)``.

    Returns
    -------
    Trained
        Also after a ``KeyboardInterrupt``, which ends training and goes no further.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> training = Training("pgd", instance(designs.isotropic_noiseless, n=4, d=2))
    >>> trained = train(training, optimum=2 - 8 / 7)
    >>> trained.stopped, trained.risks.shape
    ('tolerance', torch.Size([3]))
    """
    return train_together([training], optimum=optimum, progress=progress)[0]


def train_together(
    trainings: Sequence[Training],
    *,
    optimum: float | None = None,
    progress: Progress | None = None,
) -> list[Trained]:
    """Train several runs as one batch, each as it would be alone, up to rounding.

    Parameters
    ----------
    trainings
        Runs that differ in the numbers of their design alone (:meth:`Training.alike`). All are
        given prompts made of the same standard normals.
    optimum, progress
        As for :func:`train`; the risks have an axis for the runs in front if there are several.

    Returns
    -------
    list
        One :class:`Trained` for each. The time is that of the batch.
    """
    if not trainings or not all(trainings[0].alike(other) for other in trainings):
        raise InputError("runs that are trained together differ in the numbers of a design alone")
    with threads(trainings[0].threads):
        return _trained(trainings, optimum, progress)


def _trained(
    trainings: Sequence[Training], optimum: float | None, progress: Progress | None
) -> list[Trained]:
    training, batch = trainings[0], Batch(trainings)
    stopped: Stopped = "steps"
    history: list[Checkpoint] = []

    def evaluate(step: int) -> Checkpoint:
        checkpoint = Checkpoint(step, batch.elapsed, batch.risks())
        history.append(checkpoint)
        if progress is not None:
            progress(step, training.steps, checkpoint.risks)
        return checkpoint

    step = 0
    try:
        for step in range(training.steps + 1):
            ended = step == training.steps or batch.settled
            if step % training.evaluate_every == 0 or ended:
                risks = evaluate(step).risks
                if optimum is not None and bool(
                    (risks - optimum <= training.tolerance * optimum).all()
                ):
                    stopped = "tolerance"
                    break
            if ended:
                stopped = "minimum" if batch.settled else "steps"
                break
            if batch.elapsed > training.seconds:
                stopped = "time"
                break
            batch.step(step)
    except KeyboardInterrupt:
        stopped = "interrupted"
    if stopped in ("time", "interrupted"):
        # the interrupt may have come in the middle of a step: what counts is what there is now
        history.append(Checkpoint(step, batch.elapsed, batch.risks()))
    if len(trainings) == 1:
        return [Trained(training, batch.counting, tuple(history), stopped)]
    return [
        Trained(
            one,
            batch.counting.of_run(k),
            tuple(Checkpoint(c.step, c.seconds, c.risks[k]) for c in history),
            stopped,
        )
        for k, one in enumerate(trainings)
    ]


class Batch:
    """The moving parts of runs that are trained as one, for who wants to take single steps.

    Parameters
    ----------
    trainings
        As for :func:`train_together`.

    Attributes
    ----------
    model
        The model, at the beginning brought to scale.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> batch = Batch([Training("pgd", instance(designs.isotropic_noiseless, n=4, d=2))])
    >>> before = batch.risks()
    >>> for step in range(40):
    ...     batch.step(step)
    >>> bool((batch.risks() < before).all())
    True
    """

    def __init__(self, trainings: Sequence[Training]):
        self.started = time.monotonic()
        self.training = training = trainings[0]
        where = device(training.device)
        at = [t.at for t in trainings] if len(trainings) > 1 else training.at
        options: dict[str, Any] = {
            "lengths": training.lengths,
            "triangular": training.rotated,
            "dtype": training.precision,
            "device": where,
        }
        self.sampler = Sampler(at, queries=training.sharing, **options)
        self.generator = torch.Generator(where).manual_seed(training.seed)
        # with queries that are drawn, so that their labels have the noise that the design gives
        pilot = Sampler(at, queries=training.sharing or 1, **options).draw(PILOT, self.generator)
        # The start and the steps are those of training on data divided by their units.
        self.units = Units.of(pilot, (training.at.n + 1) / 2 if training.lengths else training.at.n)
        self.model = training.start(self.units)
        if len(trainings) > 1:
            self.model.spread(len(trainings))
        self.model.to(where)
        self.model.change_units(self.units)
        self.risk = self._risk(trainings)
        self.scale = self._bring_to_scale(pilot)
        self.averaged = copy.deepcopy(self.model)
        self.parameters = list(self.model.parameters())
        self.whole, self.average = map(as_one, (self.parameters, self.averaged.parameters()))
        self.prompts = self._prompts()
        self.scales = self._scales()
        self.optimiser: Adam | LBFGS
        if training.source == "risk":
            self.optimiser = LBFGS(self.parameters, self.scales, self._exact)
        else:
            rates, units = map(self._of_entries, (self._rates(), self.scales))
            self.optimiser = Adam(self.whole, rates, units)

    def _risk(self, trainings: Sequence[Training]) -> LengthRisk | PopulationRisk:
        predictor = self.model.predictor
        if len(trainings) > 1:
            if self.training.lengths:
                raise InputError("runs that average over lengths are trained one by one")
            return PopulationRisk([t.at for t in trainings], predictor)
        return (LengthRisk if self.training.lengths else PopulationRisk)(
            self.training.at, predictor
        )

    def _prompts(self) -> Iterator[Prompt[Tensor]]:
        """Fresh prompts for one step after the other, those of small steps drawn ahead."""
        batch, d = self.training.batch, self.sampler.d
        each = batch * min(self.sampler.n, d) * (d + 1)
        # a number of queries that was asked for is drawn step by step: stored runs can be repeated
        asked = self.training.queries is not None
        ahead = 1 if asked else max(1, min(AHEAD // each, self.training.steps))
        while True:
            drawn = self.sampler.draw(batch * ahead, self.generator)
            for k in range(ahead):
                yield Prompt(
                    *(getattr(drawn, f.name).narrow(-3, k * batch, batch) for f in fields(drawn))
                )

    @property
    def elapsed(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self.started

    @property
    def counting(self) -> Model:
        """The model whose weights count."""
        return self.model if self.training.source == "risk" else self.averaged

    @torch.no_grad()
    def _bring_to_scale(self, prompt: Prompt[Tensor]) -> Tensor:
        """Rescale the initial predictions; the mean square of the labels, (runs, 1) or ()."""
        scale = prompt.label.square().mean((-3, -2, -1))[..., None]
        if self.training.base is None:
            predicted = self.model(prompt).square().mean(-1)
            factor = self.training.initial * (scale / predicted).sqrt()
            # nothing to scale by where the data are all zero
            usable = factor.isfinite() & (factor > 0)
            self.model.rescale(torch.where(usable, factor, 1.0))
        return torch.where(scale > 0, scale, 1.0)

    def _scales(self) -> list[Tensor]:
        """What each parameter is divided by to read data without a unit."""
        found = self.model.scales(self.units)
        one = torch.ones(())
        return [found.get(name, one).to(p) for name, p in self.model.named_parameters()]

    def _rates(self) -> list[Tensor]:
        """The learning rate of each parameter, relative to its size; of zeros, to the largest."""
        sizes = []
        for p, scale in zip(self.parameters, self.scales, strict=True):
            inner = tuple(range(len(self.sampler.group), p.ndim))
            sizes.append((p.detach() / scale).square().mean(inner, keepdim=True).sqrt())
        largest = max(float(size.max()) for size in sizes)
        return [
            self.training.learning_rate * torch.where(size > 0, size, largest) for size in sizes
        ]

    def _of_entries(self, values: Sequence[Tensor]) -> Tensor:
        """What is said of each parameter, said of each entry of :attr:`whole`."""
        pairs = zip(values, self.parameters, strict=True)
        return torch.cat([value.expand_as(p).flatten() for value, p in pairs])

    def risks(self) -> Tensor:
        """The exact risk of what counts, (runs, restarts) or (restarts)."""
        with torch.no_grad():
            return self.risk(self.counting.weights())

    @property
    def settled(self) -> bool:
        """Whether every restart is at a minimum of its exact risk, to rounding."""
        return isinstance(self.optimiser, LBFGS) and not self.optimiser.moving

    def _exact(self) -> Tensor:
        return self.risk(self.model.weights()).to(self.scale.device) / self.scale

    def _sampled(self) -> Tensor:
        return self.model.mean_square(next(self.prompts)) / self.scale

    def step(self, step: int) -> None:
        """Take a step, counted from 0."""
        if isinstance(self.optimiser, LBFGS):
            self.optimiser.step()
            return
        # a sum over restarts and runs: none feels another's gradient
        gradients = torch.autograd.grad(self._sampled().sum(), self.parameters)
        gradient = torch.cat([part.flatten() for part in gradients])
        self.optimiser.step(gradient, self.training.rate(step))
        self.average.lerp_(self.whole, 1 / (1 + self.training.averaging * step))


def as_one(parameters: Iterable[Tensor]) -> Tensor:
    """A vector of all their entries, of which they are views from then on.

    >>> model = torch.nn.Linear(2, 1)
    >>> _ = as_one(model.parameters()).zero_()
    >>> model.weight.tolist(), model.bias.tolist()
    ([[0.0, 0.0]], [0.0])
    """
    each = list(parameters)
    whole = torch.cat([p.detach().flatten() for p in each])
    for p, part in zip(each, whole.split([p.numel() for p in each]), strict=True):
        p.data = part.view(p.shape)
    return whole
