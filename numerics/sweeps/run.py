"""One training run as plain data: what a worker is sent, and what a store is keyed by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, Literal

from theory.designs.design import Design
from theory.designs.families import family
from theory.designs.instance import Instance, instance
from theory.errors import InputError
from theory.language.gallery.designs import design

TRAINING_VERSION = 1
"""Raised when a change makes training give other numbers: runs stored before are then redone."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Run:
    """What to train, for which prompts, and how; JSON in, JSON out.

    Two runs are the same if all of this is the same. What cannot change the law of the result
    (threads, the device, who computes it) is not part of it.

    Parameters
    ----------
    model
        A name in :data:`numerics.models.MODELS`.
    design
        What :func:`theory.language.gallery.designs.design` has under this name.
    n, d
        Number of examples (with ``lengths``: of the longest prompt) and of features.
    scalars
        The design's parameters as exact strings: ``(("alpha", "2/5"), ("sigma", "0"))``.
    covariances
        The design's covariances as named families (:func:`theory.designs.families.family`):
        ``(("Sigma_x", "power:1"),)``; those left out are the identity.
    rank
        Of models of low rank; ``None`` for the others.
    base
        Of an adapter: the run whose trained models are adapted.
    lengths, source, restarts, batch, queries, steps, learning_rate, seed
        As in :class:`~numerics.training.Training`.

    Examples
    --------
    >>> run = Run("att", "rag", n=40, d=20, scalars=(("alpha", "2/5"), ("sigma", "0")))
    >>> Run.from_json(run.as_json()) == run
    True
    >>> len(run.key)
    64
    """

    model: str
    design: str
    n: int
    d: int
    scalars: Pairs = ()
    covariances: Pairs = ()
    rank: int | None = None
    base: Run | None = None
    lengths: bool = False
    source: Literal["prompts", "risk"] = "prompts"
    restarts: int = 3
    batch: int = 256
    queries: int = 16
    steps: int = 1000
    learning_rate: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        design(self.design)  # an unknown one raises
        for name in ("scalars", "covariances"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))

    @property
    def data(self) -> Design:
        """The design that prompts are drawn from."""
        return design(self.design)

    @property
    def at(self) -> Instance:
        """The exact instance of the design; raises InputError where something does not fit."""
        return instance(
            self.data,
            n=self.n,
            d=self.d,
            scalars={name: Fraction(value) for name, value in self.scalars},
            covariances={name: family(value, self.d) for name, value in self.covariances},
        )

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries, strings and numbers."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain["scalars"], plain["covariances"] = dict(self.scalars), dict(self.covariances)
        plain["base"] = self.base.as_json() if self.base is not None else None
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Run:
        """The run that :meth:`as_json` wrote; raises InputError for anything else."""
        names = {f.name for f in fields(cls)}
        if not isinstance(plain, Mapping) or set(plain) != names:
            raise InputError(f"a run has the keys {', '.join(sorted(names))}, got {plain!r}")
        found = dict(plain)
        for name in ("scalars", "covariances"):
            found[name] = tuple((str(k), str(v)) for k, v in plain[name].items())
        if plain["base"] is not None:
            found["base"] = cls.from_json(plain["base"])
        return cls(**found)

    @property
    def key(self) -> str:
        """A hash (SHA-256, hexadecimal) of all of it and of :data:`TRAINING_VERSION`."""
        content = {"run": self.as_json(), "version": TRAINING_VERSION}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def __str__(self) -> str:
        where = ", ".join(f"{k} = {v}" for k, v in (*self.scalars, *self.covariances))
        rank = f", rank {self.rank}" if self.rank is not None else ""
        return f"{self.model}{rank} on {self.design}, n = {self.n}, d = {self.d}" + (
            f", {where}" if where else ""
        )

    def seeded(self, seed: int) -> Run:
        """The same with another seed."""
        return replace(self, seed=seed)
