"""The keywords of ``evaluate``: sizes, parameters, matrices and vectors by their names."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from typing import Any

from theory.designs.design import SIZES, Design
from theory.designs.instance import Instance, instance
from theory.errors import InputError, UnknownName
from theory.language.formulas.places import shown
from theory.language.values import covariance_in, number_in, vector_in
from theory.scalars.arithmetic import size_argument


def named_instance(
    design: Design, owner: str, /, *, n: Any = None, d: Any = None, **values: Any
) -> Instance:
    """An instance from keywords: scalars, covariances and fixed vectors by their names.

    Those of covariances also in lower case, where nothing else has that name. ``owner`` is what an
    error calls the thing that was asked. Numbers, covariances and vectors may be given in the words
    of ``--set`` and ``--matrix`` (:mod:`theory.language.values`), a file also by its path; of the
    nearest covariance to a file a warning says how far it is.

    >>> from theory.language.gallery import designs
    >>> named_instance(designs.independent, "it", n=2, sigma=1, sigma_x=[[2]]).d
    1
    >>> print(named_instance(designs.independent, "it", n=3, d=2, sigma="2/5", sigma_x="power:1"))
    n = 3, d = 2, sigma = 2/5, Sigma_x = [[1, 0], [0, 1/2]], Sigma_beta = [[1, 0], [0, 1]]
    """
    covariances = _covariance_arguments(design)
    scalars = {p.name for p in design.parameters}
    for name in values:
        if name not in {*scalars, *covariances, *design.means}:
            design.refuse_followed(name)
            shortest = {covariances[k]: k for k in reversed(covariances)}
            known = ["n", "d", *sorted(scalars), *shortest.values(), *design.means]
            raise UnknownName(f"argument of {owner}", name, known)
    matrices: dict[str, Any] = {}
    for name, value in values.items():
        if name in covariances and covariances[name] in matrices:
            raise InputError(f"{covariances[name]} is given twice")
        if name in covariances:
            matrices[covariances[name]] = _covariance(name, value, d)
    numbers = {k: _number(k, v) for k, v in values.items() if k in scalars}
    means = {k: _vector(k, v) for k, v in values.items() if k in design.means}
    return instance(design, n=n, d=d, scalars=numbers, covariances=matrices, means=means)


def _number(name: str, value: Any) -> Any:
    return number_in(value, name) if isinstance(value, str) else value


def _covariance(name: str, value: Any, d: Any) -> Any:
    if not isinstance(value, (str, os.PathLike)):
        return value
    text = os.fspath(value)
    size = None if d is None else size_argument("d", d)
    rows, note = covariance_in(text, size, f"{name}={shown(text)}")
    if note:
        warnings.warn(note, stacklevel=2)
    return rows


def _vector(name: str, value: Any) -> Any:
    if not isinstance(value, (str, os.PathLike)):
        return value
    return vector_in(os.fspath(value), f"{name}={shown(os.fspath(value))}")


def instance_among(
    designs: Iterable[Design], owner: str, name: str, /, *, n: Any, d: Any, **values: Any
) -> Instance:
    """An instance of the design of this name; other designs' arguments are told as theirs.

    >>> from theory.language.gallery.designs import independent, rag
    >>> instance_among((independent, rag), "it", "independent", n=2, d=1, alpha=1)
    Traceback (most recent call last):
    ...
    theory.errors.InputError: design independent of it has no alpha: give design='rag'
    """
    designs = tuple(designs)
    design = design_named(designs, owner, name)
    for argument in values:
        owners = [one.name for one in designs if argument in _arguments(one)]
        if owners and argument not in _arguments(design):
            which = " or ".join(f"design={o!r}" for o in owners)
            raise InputError(f"design {name} of {owner} has no {argument}: give {which}")
    return named_instance(design, owner, n=n, d=d, **values)


def design_named(designs: Iterable[Design], owner: str, name: str) -> Design:
    """The design of this name, or an error that names the others."""
    table = {one.name: one for one in designs}
    if not isinstance(name, str) or name not in table:
        raise UnknownName(f"design of {owner}", str(name), table)
    return table[name]


def _covariance_arguments(design: Design) -> dict[str, str]:
    """The keywords that a covariance may be given by, with its name."""
    taken = SIZES | {p.name for p in design.parameters} | {*design.covariances, *design.means}
    lowered = [name.lower() for name in design.covariances]
    short = {
        name.lower(): name
        for name in design.covariances
        if name.lower() not in taken and lowered.count(name.lower()) == 1
    }
    return {**short, **{name: name for name in design.covariances}}


def _arguments(design: Design) -> set[str]:
    return {*(p.name for p in design.parameters), *_covariance_arguments(design), *design.means}
