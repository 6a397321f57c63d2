"""How large the figures are: sizes, grids and training. All of it is our choice.

The paper's exact grids are not known to us. ``paper`` has its ``d = 20`` and prompts of up to 50
examples; ``small`` is the same picture in a minute or two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from numerics.sweeps.run import Pairs, Run


@dataclass(frozen=True)
class Effort:
    """How one kind of model is trained, as in :class:`~numerics.training.Training`."""

    steps: int
    batch: int = 256
    queries: int = 16
    learning_rate: float = 0.05
    source: Literal["prompts", "risk"] = "prompts"


@dataclass(frozen=True)
class Scale:
    """Sizes, grids and training of all panels.

    Parameters
    ----------
    name
        On the command line.
    d
        Number of features.
    examples
        Prompt lengths at which models are trained in 2a, 2b, 2c, 3a, 3b and 4d.
    sigmas
        Standard deviations of the label noise in 2b.
    gammas
        Correlations of the task's entries in 2c.
    alphas
        Alignments in 3a and 3b.
    n, ranks
        The prompt length, and the ranks that models are trained with, in 3c and 3d.
    longest
        The ``n_max`` of 4c.
    shown
        Those of them that 4a and 4b show length by length.
    restarts
        Of every run.
    efforts
        By model, and by model and what it is trained on or for, such as :data:`ALIGNED`: what is
        harder is trained longer or on more prompts.
    seed
        Of every run.
    options
        What made it from the scale of its name, as words of a command line.

    Examples
    --------
    >>> run = SMALL.run("ssm", "isotropic-noiseless", 5)
    >>> run.d, run.steps == SMALL.efforts["ssm"].steps
    (5, True)
    """

    name: str
    d: int
    examples: tuple[int, ...]
    sigmas: tuple[str, ...]
    gammas: tuple[str, ...]
    alphas: tuple[str, ...]
    n: int
    ranks: tuple[int, ...]
    longest: tuple[int, ...]
    shown: tuple[int, ...]
    restarts: int
    efforts: Mapping[str, Effort]
    seed: int = 0
    options: tuple[str, ...] = ()

    def run(
        self,
        model: str,
        design: str,
        n: int,
        *,
        scalars: Pairs = (),
        covariances: Pairs = (),
        rank: int | None = None,
        base: Run | None = None,
        lengths: bool = False,
        purpose: str = "",
    ) -> Run:
        """A run of this size, with the effort for this model and purpose."""
        effort = self.efforts[model + (OVER_LENGTHS if lengths else purpose)]
        return Run(
            model,
            design,
            n,
            self.d,
            scalars=scalars,
            covariances=covariances,
            rank=rank,
            base=base,
            lengths=lengths,
            restarts=self.restarts,
            seed=self.seed,
            **asdict(effort),
        )

    def isotropic(self, model: str, n: int) -> Run:
        """A run on isotropic data without noise: the first curve of 2b, 2c, 3a and 3b too.

        There ``sigma``, ``gamma`` and ``alpha`` are 0 and all designs have this one law, so that
        the models of 2a serve them all.
        """
        return self.run(model, "isotropic-noiseless", n)

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers."""
        return asdict(self)


OVER_LENGTHS, FOR_ADAPTERS = " over lengths", " for adapters"
CORRELATED, ALIGNED = " on correlated tasks", " on aligned data"

SMALL = Scale(
    name="small",
    d=5,
    examples=(1, 3, 6, 10, 15),
    sigmas=("0", "1", "2"),
    gammas=("0", "1/2", "9/10"),
    alphas=("0", "3/10", "3/5"),
    n=10,
    ranks=(1, 2, 3, 5),
    longest=(2, 5, 10, 15),
    shown=(5, 10, 15),
    restarts=3,
    efforts={
        "att": Effort(600),
        "ssm": Effort(600),
        "att on correlated tasks": Effort(600),
        "ssm on correlated tasks": Effort(600),
        "att on aligned data": Effort(800, batch=512),
        "ssm on aligned data": Effort(800, batch=512),
        "att for adapters": Effort(600, source="risk"),
        "low-rank-att": Effort(600),
        "lora-att": Effort(600),
        "att over lengths": Effort(600),
        "ssm over lengths": Effort(600),
    },
)

PAPER = Scale(
    name="paper",
    d=20,
    examples=(2, 5, 10, 20, 30, 50),
    sigmas=("0", "2", "4"),
    gammas=("0", "3/10", "3/5", "9/10"),
    alphas=("0", "1/5", "2/5", "3/5"),
    n=40,
    ranks=(1, 2, 3, 5, 8, 12, 16, 20),
    longest=(2, 5, 10, 20, 30, 50),
    shown=(10, 30, 50),
    restarts=3,
    efforts={
        "att": Effort(1000, batch=128, queries=32),
        "ssm": Effort(1500, batch=128, queries=32),
        "att on correlated tasks": Effort(2000, batch=128, queries=32),
        "ssm on correlated tasks": Effort(2500, batch=128, queries=32),
        "att on aligned data": Effort(1500, batch=1024),
        "ssm on aligned data": Effort(1500, batch=1024),
        "att for adapters": Effort(1000, source="risk"),
        "low-rank-att": Effort(1500, batch=128, queries=32),
        "lora-att": Effort(1500, batch=128, queries=32),
        "att over lengths": Effort(1000, batch=128, queries=32),
        "ssm over lengths": Effort(1500, batch=128, queries=32),
    },
)

SCALES: Mapping[str, Scale] = {scale.name: scale for scale in (SMALL, PAPER)}
"""By the name on the command line."""
