"""The pictures by their number in the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from numerics.sweeps.run import Run
from theory.errors import UnknownName
from verify.figures.panel import Panel, runs_of
from verify.figures.scale import Scale

ALL = "all"
MODULES = ("sample_size", "alignment", "rank", "lengths", "drifting", "overview")
"""Where panels are entered."""
Build = Callable[[Scale], Panel]


@dataclass(frozen=True)
class Picture:
    """One panel, or several side by side.

    Parameters
    ----------
    id
        Its number in the paper, and the name of its files.
    title
        What it shows, in a few words.
    panels
        What it is made of.
    """

    id: str
    title: str
    panels: tuple[Panel, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs behind it, each once."""
        return runs_of(self.panels)


def runs_behind(pictures: Iterable[Picture]) -> tuple[Run, ...]:
    """The runs behind several pictures, each once."""
    return runs_of(panel for picture in pictures for panel in picture.panels)


_BUILDERS: dict[str, tuple[Build, ...]] = {}
_TITLES: dict[str, str] = {}


def panel(id: str) -> Callable[[Build], Build]:
    """Enter a function that builds a panel at a scale, under its number."""

    def enter(build: Build) -> Build:
        _enter(id, (build,))
        return build

    return enter


def side_by_side(id: str, title: str, *builds: Build) -> None:
    """Enter a picture made of the panels of others; it has no runs of its own."""
    _enter(id, builds)
    _TITLES[id] = title


def _enter(id: str, builds: tuple[Build, ...]) -> None:
    if id in _BUILDERS:
        raise ValueError(f"panel {id} is entered twice")
    _BUILDERS[id] = builds


def known() -> tuple[str, ...]:
    """The numbers of all pictures, in order.

    >>> known()[0], known()[-1]
    ('1', '4d')
    """
    for name in MODULES:
        import_module(f"verify.figures.{name}")
    return tuple(sorted(_BUILDERS))


def pictures(ids: Iterable[str], scale: Scale) -> tuple[Picture, ...]:
    """The pictures of these numbers, or of all, in order and each once.

    Raises :class:`~theory.errors.UnknownName` for a number that there is not.

    Examples
    --------
    >>> from verify.figures.scale import SMALL
    >>> [picture.id for picture in pictures(["4d", "2a"], SMALL)]
    ['2a', '4d']
    """
    asked, there = set(ids), known()
    for id in sorted(asked - {ALL}):
        if id not in there:
            raise UnknownName("panel", id, (*there, ALL))
    chosen = there if ALL in asked else tuple(id for id in there if id in asked)
    builds = dict.fromkeys(build for id in chosen for build in _BUILDERS[id])
    panels = {build: build(scale) for build in builds}
    parts = {id: tuple(panels[build] for build in _BUILDERS[id]) for id in chosen}
    return tuple(Picture(id, _TITLES.get(id, made[0].title), made) for id, made in parts.items())
