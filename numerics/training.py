"""Training from random initialisation on sampled prompts, watched through the exact risk.

The model sees prompts and hidden labels only, no closed form. What it has learned is judged by the
exact population risk of its weights, so that the reported excess has no sampling error.
"""

from __future__ import annotations

import copy
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from numerics.device import device
from numerics.lengths import LengthRisk, LengthSampler
from numerics.models import MODELS, Model, TokenModel, model
from numerics.population import PopulationRisk
from numerics.sampling import Sampler
from theory.errors import InputError, UnknownName
from theory.instance import Instance

Stopped = Literal["tolerance", "steps", "time", "interrupted"]
Progress = Callable[[int, int, Tensor], None]

PILOT = 1024
"""Prompts drawn to bring the initial predictions to scale."""


@dataclass(frozen=True, eq=False)
class Training:
    """What to train, and how.

    Parameters
    ----------
    model
        ``"pgd"``, ``"wpgd"``, ``"att"`` or ``"ssm"``.
    at
        An instance of a design, exact or floating.
    lengths
        Whether prompts have every length from 1 to n, one set of parameters serving all; the risk
        is then the mean over lengths.
    restarts
        Independent random initialisations, trained side by side on the same prompts.
    batch, steps
        Fresh prompts per step, and the most steps to take.
    learning_rate
        Adam's, relative to the root mean square of each parameter when training starts, which makes
        it independent of the units of the data. It rises linearly over the first ``warmup`` of the
        steps and falls like a cosine to zero over all of them.
    averaging
        The weights that count are an exponential moving average of the iterates over about this
        fraction of the steps taken so far.
    initial
        Root mean square of the initial predictions, relative to that of the labels.
    lean
        Only for models that read tokens: how far the random start leans to the gradient step, see
        ``TokenModel.lean``. With 1, it does not, and a good part of the restarts of attention end
        in spurious local minima where d is small (of 24 at d = 2, n = 30: 13; with 0.03: none).
    seed
        Of the initial weights and of the prompts.
    evaluate_every
        Steps between two evaluations of the exact risk.
    tolerance
        With an optimum given to :func:`train`: stop once the excess of *every* restart is at most
        this fraction of it.
    seconds
        A time limit.
    threads
        CPU threads of torch while training. The matrices are small: a second thread gains little on
        an idle machine and costs much on a busy one.
    dtype, device
        Of training (``"cpu"`` or ``"cuda"``); risks are always evaluated in float64.
    """

    model: str
    at: Instance
    lengths: bool = False
    restarts: int = 3
    batch: int = 512
    steps: int = 2000
    learning_rate: float = 0.05
    warmup: float = 0.02
    averaging: float = 0.3
    initial: float = 0.3
    lean: float = 0.03
    seed: int = 0
    evaluate_every: int = 50
    tolerance: float = 0.005
    seconds: float = math.inf
    threads: int = 1
    dtype: torch.dtype = torch.float32
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise UnknownName("model", self.model, MODELS)
        for name in ("restarts", "batch", "steps", "evaluate_every", "threads"):
            if not isinstance(getattr(self, name), int):
                raise InputError(f"{name} must be a whole number, got {getattr(self, name)!r}")
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in ("learning_rate", "averaging", "initial", "lean", "tolerance", "seconds"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}")
            if name != "seconds" and not math.isfinite(getattr(self, name)):
                raise InputError(f"{name} must be finite, got {getattr(self, name)}")
        cores = os.cpu_count() or 1
        if self.threads > cores:
            raise InputError(f"threads must be at most {cores}, the cores here; got {self.threads}")
        if not 0 <= self.seed < 2**63:
            raise InputError(f"seed must lie in [0, 2^63), got {self.seed}")
        if not 0 <= self.warmup < 1:
            raise InputError(f"warmup is a fraction of the steps, in [0, 1), got {self.warmup}")

    def rate(self, step: int) -> float:
        """The factor of the learning rate at a step, counted from 0."""
        ramp = self.warmup * self.steps
        rising = min(1.0, (step + 1) / ramp) if ramp else 1.0
        return rising * (1 + math.cos(math.pi * step / self.steps)) / 2


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The exact risks (restarts) after some steps and seconds of training."""

    step: int
    seconds: float
    risks: Tensor


@dataclass(frozen=True, eq=False)
class Trained:
    """What training ended with; every restart is reported, not the best alone.

    Parameters
    ----------
    training
        What was asked for.
    model
        The trained model.
    history
        The exact risks along the way, the last entry being those of ``model``.
    stopped
        Why it ended: all restarts within ``tolerance``, out of ``steps``, out of ``time``, or
        ``interrupted`` from the keyboard; in each case the result is valid.
    """

    training: Training
    model: Model
    history: tuple[Checkpoint, ...]
    stopped: Stopped

    @property
    def weights(self) -> dict[str, Tensor]:
        """The weights in the theory's names; float64, leading axis restarts."""
        return {name: weight.detach().cpu() for name, weight in self.model.weights().items()}

    @property
    def risks(self) -> Tensor:
        """The exact risk of each restart, float64."""
        return self.history[-1].risks

    @property
    def seconds(self) -> float:
        """How long training took, evaluations included."""
        return self.history[-1].seconds

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return self.history[-1].step


def train(
    training: Training, *, optimum: float | None = None, progress: Progress | None = None
) -> Trained:
    """Train all restarts on fresh prompts until they are good enough, or time or steps run out.

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
    >>> from theory import designs
    >>> from theory.instance import instance
    >>> training = Training("pgd", instance(designs.isotropic_noiseless, n=4, d=2))
    >>> trained = train(training, optimum=2 - 8 / 7)
    >>> trained.stopped, trained.risks.shape
    ('tolerance', torch.Size([3]))
    """
    before = torch.get_num_threads()
    torch.set_num_threads(training.threads)
    try:
        return _trained(training, optimum, progress)
    finally:
        torch.set_num_threads(before)


def _trained(training: Training, optimum: float | None, progress: Progress | None) -> Trained:
    run = _Run(training)
    stopped: Stopped = "steps"
    history: list[Checkpoint] = []

    def evaluate(step: int) -> Checkpoint:
        checkpoint = Checkpoint(step, run.elapsed, run.risks())
        history.append(checkpoint)
        if progress is not None:
            progress(step, training.steps, checkpoint.risks)
        return checkpoint

    step = 0
    try:
        for step in range(training.steps + 1):
            if step % training.evaluate_every == 0 or step == training.steps:
                risks = evaluate(step).risks
                if optimum is not None and bool(
                    (risks - optimum <= training.tolerance * optimum).all()
                ):
                    stopped = "tolerance"
                    break
            if step == training.steps:
                break
            if run.elapsed > training.seconds:
                stopped = "time"
                break
            run.step(step)
    except KeyboardInterrupt:
        stopped = "interrupted"
    if stopped in ("time", "interrupted"):
        # the interrupt may have come in the middle of a step: what counts is what there is now
        history.append(Checkpoint(step, run.elapsed, run.risks()))
    return Trained(training, run.averaged, tuple(history), stopped)


class _Run:
    """The moving parts of one training run."""

    def __init__(self, training: Training):
        self.training = training
        where, at = device(training.device), training.at
        self.started = time.monotonic()
        sampler = LengthSampler if training.lengths else Sampler
        self.sampler = sampler(at, dtype=training.dtype, device=where)
        self.generator = torch.Generator(where).manual_seed(training.seed)
        self.model = model(
            training.model,
            at.n,
            at.d,
            restarts=training.restarts,
            generator=torch.Generator().manual_seed(training.seed),
        ).to(where, training.dtype)
        if isinstance(self.model, TokenModel):
            self.model.lean(training.lean)
        risk = LengthRisk if training.lengths else PopulationRisk
        self.risk: LengthRisk | PopulationRisk = risk(at, self.model.predictor)
        self.scale = self._bring_to_scale()
        self.averaged = copy.deepcopy(self.model)
        self.rates = [
            training.learning_rate * float(p.detach().square().mean().sqrt())
            for p in self.model.parameters()
        ]
        self.optimiser = torch.optim.Adam(
            [{"params": [p], "lr": 0.0} for p in self.model.parameters()],
            betas=(0.9, 0.99),
            fused=True,
        )

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.started

    @torch.no_grad()
    def _bring_to_scale(self) -> float:
        """Rescale the initial predictions; the mean square of the labels."""
        prompt = self.sampler.draw(PILOT, self.generator)
        scale = prompt.label.square().mean()
        predicted = self.model(prompt).square().mean(-1)
        # nothing to scale by where the data are all zero
        factor = self.training.initial * (scale / predicted).sqrt()
        if bool((factor.isfinite() & (factor > 0)).all()):
            self.model.rescale(factor)
        return float(scale) or 1.0

    def risks(self) -> Tensor:
        with torch.no_grad():
            return self.risk(self.averaged.weights())

    def step(self, step: int) -> None:
        prompt = self.sampler.draw(self.training.batch, self.generator)
        errors = (self.model(prompt) - prompt.label[:, 0, 0]).square().mean(-1)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * self.training.rate(step)
        self.optimiser.zero_grad()
        # a sum over restarts: none feels another's gradient
        (errors.sum() / self.scale).backward()
        self.optimiser.step()
        self._average(step)

    @torch.no_grad()
    def _average(self, step: int) -> None:
        weight = 1 / (1 + self.training.averaging * step)
        for averaged, current in zip(
            self.averaged.parameters(), self.model.parameters(), strict=True
        ):
            averaged.lerp_(current, weight)
