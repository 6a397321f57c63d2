"""What to train, and how."""

from __future__ import annotations

import copy
import math
import os
from dataclasses import dataclass, fields
from typing import Literal, get_args

import torch

from numerics.low_rank import AdaptedATT, LowRankATT
from numerics.models import ATT, MODELS, Model, TokenModel, model
from numerics.sampling import may_integrate, may_share_examples
from numerics.stacks import Stack
from numerics.units import Units
from theory.designs.instance import Instance
from theory.errors import InputError, UnknownName

Source = Literal["prompts", "risk"]
LOW_RANK: dict[str, type[ATT]] = {"low-rank-att": LowRankATT, "lora-att": AdaptedATT}
KINDS: dict[str, type[Model]] = {**MODELS, **LOW_RANK, "stack": Stack}
TRAINABLE = (*KINDS,)
"""The names of all models that can be trained."""


@dataclass(frozen=True, eq=False)
class Training:
    """What to train, and how.

    Training does not depend on the units of features and labels (:mod:`numerics.units`).

    Parameters
    ----------
    model
        ``"pgd"``, ``"wpgd"``, ``"att"``, ``"ssm"``, ``"low-rank-att"`` (thin ``W_q`` and ``W_k``)
        or ``"lora-att"`` (a trainable adapter beside frozen weights), or a ``"stack"`` of layers
        (:class:`numerics.stacks.Stack`).
    at
        An instance of a design, exact or floating.
    rank
        Of models of low rank, and only of these.
    depth
        The number of layers of a stack, and only of one.
    base
        The trained attention that an adapter is added to; only for ``"lora-att"``.
    source
        What the loss is: the mean over sampled ``"prompts"``, descended by Adam; or the exact
        population ``"risk"``, a function of the weights, descended by L-BFGS. The second sees no
        prompts (but for the scale of the start), runs in float64, ends at a minimum to rounding,
        and makes no use of a batch, queries, a learning rate or averaging.
    lengths
        Whether prompts have every length from 1 to n, one set of parameters serving all; the risk
        is then the mean over lengths.
    queries
        How many queries share a set of examples where the design allows it. Each is a prompt of the
        design, the gradient has the same mean, and less variance for the same work, most of which
        is reading the examples. By default the query is integrated out of the loss where the design
        allows that (:func:`numerics.sampling.may_integrate`), as if there were no end of them.
    triangular
        Whether a model that depends on examples through ``Z0' Z0`` alone is given rotated ones,
        which changes nothing in distribution; see :class:`numerics.draws.Triangular`. By default
        where the design allows it.
    restarts
        Independent random initialisations, trained side by side on the same prompts.
    batch, steps
        Fresh sets of examples per step, and the most steps to take.
    learning_rate
        Adam's, relative to the root mean square of each parameter when training starts. It rises
        linearly over the first ``warmup`` of the steps and falls like a cosine to zero over all of
        them.
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
        Of training on prompts (``"cpu"`` or ``"cuda"``); risks are always evaluated in float64.
    """

    model: str
    at: Instance
    rank: int | None = None
    depth: int | None = None
    base: ATT | None = None
    source: Source = "prompts"
    lengths: bool = False
    queries: int | None = None
    triangular: bool | None = None
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
        if self.model not in TRAINABLE:
            raise UnknownName("model", self.model, TRAINABLE)
        if self.source not in get_args(Source):
            raise UnknownName("source of the loss", self.source, get_args(Source))
        needs = (("rank", LOW_RANK), ("depth", ("stack",)), ("base", ("lora-att",)))
        for name, needed in needs:
            if (getattr(self, name) is not None) != (self.model in needed):
                verb = "needs a" if self.model in needed else "takes no"
                raise InputError(f"{self.model} {verb} {name}, got {getattr(self, name)!r}")
        for name in ("restarts", "batch", "queries", "steps", "evaluate_every", "threads"):
            if name == "queries" and self.queries is None:
                continue
            if not isinstance(getattr(self, name), int):
                raise InputError(f"{name} must be a whole number, got {getattr(self, name)!r}")
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in ("learning_rate", "averaging", "initial", "lean", "tolerance", "seconds"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}")
            if name != "seconds" and not math.isfinite(getattr(self, name)):
                raise InputError(f"{name} must be finite, got {getattr(self, name)}")
        if self.base is not None and not isinstance(self.base, ATT):
            raise InputError(
                f"base must be an attention model, such as trained.model, got a "
                f"{type(self.base).__name__}"
            )
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

    @property
    def precision(self) -> torch.dtype:
        """The dtype of the parameters."""
        return torch.float64 if self.source == "risk" else self.dtype

    @property
    def sharing(self) -> int | None:
        """How many queries do share a set of examples; None where they are integrated out."""
        if self.queries is None:
            return None if may_integrate(self.at.design) else 1
        return self.queries if may_share_examples(self.at.design) else 1

    @property
    def rotated(self) -> bool:
        """Whether the model is given rotated examples."""
        kind, design = KINDS[self.model], self.at.design
        possible = kind.gram and not (design.along_the_prompt or design.is_row_by_row)
        return possible if self.triangular is None else self.triangular and possible

    def start(self, units: Units) -> Model:
        """The model before training, from the seed: on the CPU, not yet brought to scale.

        It reads data that are divided by their units.
        """
        generator = torch.Generator().manual_seed(self.seed)
        n, d, restarts = self.at.n, self.at.d, self.restarts
        if self.base is not None and self.rank is not None:
            base = copy.deepcopy(self.base).cpu()
            base.change_units(units.inverse)
            return AdaptedATT(base, rank=self.rank, generator=generator).to(self.precision)
        if self.depth is not None:
            made: Model = Stack(n, d, layers=self.depth, restarts=restarts, generator=generator)
        elif self.rank is not None:
            made = LowRankATT(n, d, rank=self.rank, restarts=restarts, generator=generator)
        else:
            made = model(self.model, n, d, restarts=restarts, generator=generator)
        if isinstance(made, TokenModel):
            made.lean(self.lean)
        return made.to(self.precision)

    def alike(self, other: Training) -> bool:
        """Whether both can be trained as one: they differ in the numbers of the design alone.

        >>> from dataclasses import replace
        >>> from theory.language.gallery import designs
        >>> from theory.designs.instance import instance
        >>> quiet, loud = (
        ...     Training("att", instance(designs.independent, n=4, d=2, scalars={"sigma": sigma}))
        ...     for sigma in (0, 1)
        ... )
        >>> quiet.alike(loud), quiet.alike(replace(loud, seed=1))
        (True, False)
        """
        mine, its = self.at, other.at
        sizes = [(at.design, at.n, at.d, at.rows) for at in (mine, its)]
        return sizes[0] == sizes[1] and all(
            getattr(self, f.name) == getattr(other, f.name) for f in fields(self) if f.name != "at"
        )
