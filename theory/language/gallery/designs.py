"""The designs in use: the paper's, as files that ship, and those that break its assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import sympy

from theory.designs.combinations import matrix, vector
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.language.gallery import names, shipped
from theory.scalars.symbols import sigma

alpha = sympy.Symbol("alpha")

OF_FILES = {"isotropic": "mahankali-2023"}
"""Designs with another name here than their files have."""


def _noisy(name: str) -> Design:
    """A drifting design with noise of one standard deviation on all labels, the query's too."""
    one = shipped(name).design
    return replace(
        one,
        name=f"{one.name}-noisy",
        title=f"{one.title}, with label noise",
        parameters=(Parameter("sigma"),),
        noise=sigma,
    )


def _independent(name: str, title: str, **others: Any) -> Design:
    """The independent design with other entries."""
    title = f"Independent data {title}"
    return replace(shipped("independent").design, name=name, title=title, **others)


OWN: dict[str, Callable[[], Design]] = {
    "drifting-noisy": lambda: _noisy("drifting"),
    "drifting-away-noisy": lambda: _noisy("drifting-away"),
    # Prompts are drawn with the new task; the old one's covariance says where an update starts.
    "retasked": lambda: _independent(
        "retasked",
        "for a new task, after an old one",
        covariances=("Sigma_x", "Sigma_beta", "Sigma_beta_old"),
    ),
    # The query's task is Gamma b, the examples' is b: the optimal weight is not symmetric.
    "shifted-task": lambda: _independent(
        "shifted-task",
        "whose query task is a linear image of the examples' task",
        covariances=("Sigma_x", "Sigma_beta", "Gamma"),
        query_task=matrix("Gamma") @ vector("b"),
    ),
    # E beta = m is an odd moment: Assumption 1 fails, and attention can use it.
    "biased-task": lambda: _independent(
        "biased-task",
        "whose task has a non-zero mean",
        means=("m",),
        task=vector("b") + vector("m"),
    ),
    # Features are not centred: their second moment is a sum.
    "shifted-features": lambda: _independent(
        "shifted-features",
        "whose features have a non-zero mean",
        means=("mu",),
        query=vector("q") + vector("mu"),
        features=vector("e") + vector("mu"),
    ),
}
"""Designs that no file has, by their names."""


@cache
def design(name: str) -> Design:
    """The design of this name: that of a file that ships, or one that no file has.

    Raises :class:`~theory.errors.UnknownName` with near matches.

    >>> design("retasked").covariances
    ('Sigma_x', 'Sigma_beta', 'Sigma_beta_old')
    """
    return OWN[name]() if name in OWN else shipped(name).design


def __getattr__(name: str) -> Design:
    """``independent``, ``rag_unit`` and so on: each is read when it is first asked for."""
    known = OF_FILES.get(name, name.replace("_", "-"))
    if known in OWN or known in names():
        return design(known)
    raise AttributeError(f"module {__name__} has no attribute {name!r}")
