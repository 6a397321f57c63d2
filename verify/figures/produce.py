"""From pictures to runs, from runs to outcomes, from outcomes to files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numerics.sweeps.batches import batches
from numerics.sweeps.cluster import cluster
from numerics.sweeps.pools import Pool, local
from numerics.sweeps.run import Run
from numerics.sweeps.store import Store
from numerics.sweeps.sweep import sweep
from verify.figures.agreement import Agreement
from verify.figures.data import record
from verify.figures.files import write
from verify.figures.panel import Outcomes
from verify.figures.registry import Picture, runs_behind
from verify.figures.scale import Scale
from verify.progress import reporting

Progress = Callable[[str, int, int], None]
OVERHEAD = 100_000
"""Operations on numbers that take as long as all that a step costs besides."""


@dataclass(frozen=True)
class Workplace:
    """Where runs are done and kept.

    Parameters
    ----------
    jobs, scheduler
        So many processes here, or, where it is given, the cluster at an address.
    """

    store: Path
    jobs: int = 1
    scheduler: str | None = None
    device: str = "cpu"

    def outcomes(self, runs: Sequence[Run], progress: Progress) -> Outcomes:
        """What the runs come to; those that are in the store are not done again."""
        pools: AbstractContextManager[list[Pool]]
        pools = local(self.jobs) if self.scheduler is None else cluster(self.scheduler)
        with Store.open(self.store) as store, pools as places:
            return sweep(
                batches(runs),
                store,
                places,
                options={"device": self.device},
                cost=cost,
                progress=progress,
            )

    def kept(self, runs: Sequence[Run]) -> int:
        """How many of the runs are in the store."""
        with Store.open(self.store) as store:
            return len(store.found(runs))


def cost(run: Run) -> float:
    """How long a run takes beside others, roughly.

    >>> cost(Run("ssm", "rag", 4, 2)) > cost(Run("att", "rag", 4, 2))
    True
    """
    step = OVERHEAD + run.batch * run.d * (run.d + run.n)
    own = run.steps * step * (2 if run.model == "ssm" else 1)
    return own + (cost(run.base) if run.base is not None else 0)


@dataclass(frozen=True)
class Made:
    """A picture whose files are written."""

    picture: Picture
    agreement: Agreement
    record: dict[str, Any]


def produce(
    pictures: Sequence[Picture], scale: Scale, place: Workplace, into: Path, quiet: bool
) -> list[Made]:
    """Do the runs behind some pictures, each once, and write the files of every picture."""
    with reporting(quiet, long=True) as progress:
        outcomes = place.outcomes(runs_behind(pictures), progress)
    made = []
    for picture in pictures:
        agreement = Agreement(picture.panels, outcomes)
        made.append(Made(picture, agreement, record(picture, agreement, scale)))
        write(picture, outcomes, made[-1].record, into)
    return made
