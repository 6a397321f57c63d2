"""The pictures by their number in the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from numerics.sweeps.run import Run
from theory.errors import UnknownName
from verify.figures.alignment import retrieval, task_aligned
from verify.figures.lengths import attention, averaged, h3
from verify.figures.panel import Panel, runs_of
from verify.figures.rank import adapted, low_rank
from verify.figures.sample_size import correlated, drifting, isotropic, noisy
from verify.figures.scale import Scale

ALL = "all"
BUILDS: Mapping[str, tuple[Callable[[Scale], Panel], ...]] = {
    "1": (isotropic, retrieval, low_rank),
    "2a": (isotropic,),
    "2b": (noisy,),
    "2c": (correlated,),
    "3a": (retrieval,),
    "3b": (task_aligned,),
    "3c": (low_rank,),
    "3d": (adapted,),
    "4a": (attention,),
    "4b": (h3,),
    "4c": (averaged,),
    "4d": (drifting,),
}
"""What builds the panels of each picture, in order."""


@dataclass(frozen=True)
class Picture:
    """One panel, or several side by side."""

    id: str
    panels: tuple[Panel, ...]

    @property
    def title(self) -> str:
        """What it shows, in a few words."""
        first, *others = self.panels
        return f"Overview: {', '.join(one.id for one in self.panels)}" if others else first.title

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs behind it, each once."""
        return runs_of(self.panels)


def runs_behind(pictures: Iterable[Picture]) -> tuple[Run, ...]:
    """The runs behind several pictures, each once."""
    return runs_of(panel for picture in pictures for panel in picture.panels)


def pictures(ids: Iterable[str], scale: Scale) -> tuple[Picture, ...]:
    """The pictures of these numbers, or of all, in order and each once.

    Raises :class:`~theory.errors.UnknownName` for a number that there is not.

    Examples
    --------
    >>> from verify.figures.scale import SMALL
    >>> [picture.id for picture in pictures(["4d", "2a"], SMALL)]
    ['2a', '4d']
    """
    asked = set(ids)
    for id in sorted(asked - {ALL}):
        if id not in BUILDS:
            raise UnknownName("panel", id, (*BUILDS, ALL))
    chosen = [id for id in BUILDS if id in asked or ALL in asked]
    builds = dict.fromkeys(build for id in chosen for build in BUILDS[id])
    panels = {build: build(scale) for build in builds}
    return tuple(Picture(id, tuple(panels[build] for build in BUILDS[id])) for id in chosen)
