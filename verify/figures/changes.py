"""A scale with other sizes, grids and noise, from a command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from theory.errors import InputError, UnknownName
from theory.language.values import number_in
from verify.figures.scale import Scale

LARGEST, MOST = 1000, 40
"""The largest size, and how many values a grid may have."""


def changed(scale: Scale, examples: str | None, settings: Sequence[str]) -> Scale:
    """A scale as ``--n 10,20,40`` and ``--set NAME=VALUE,...`` change it.

    ``examples`` are the prompt lengths at which models are trained. Ranks that are larger than
    ``d`` are left out, unless they are given.

    Raises :class:`~theory.errors.InputError` naming the option and what was expected.

    Examples
    --------
    >>> from verify.figures.scale import SMALL
    >>> found = changed(SMALL, "10,20", ["d=4", "sigma=0, 1/2"])
    >>> found.examples, found.longest, found.d, found.sigmas, found.ranks
    ((10, 20), (10, 20), 4, ('0', '1/2'), (1, 2, 3))
    """
    found: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = (part.strip() for part in setting.partition("="))
        if not equals or not text:
            raise InputError(f"--set {setting!r}: expected NAME=VALUE or NAME=VALUE,VALUE,...")
        if name not in READ:
            raise UnknownName("name in --set", name, READ)
        field, read = READ[name]
        if field in found:
            raise InputError(f"--set {name} is given twice")
        found[field] = read(f"--set {name}", text)
    if examples is not None:
        lengths = _sizes("--n", examples)
        found |= {"examples": lengths, "longest": lengths, "shown": lengths[-3:]}
    given = (("--n", examples),) if examples is not None else ()
    pairs = (*given, *(("--set", setting) for setting in settings))
    found["options"] = tuple(part for pair in pairs for part in pair)
    d = found.get("d", scale.d)
    ranks = found.get("ranks", tuple(rank for rank in scale.ranks if rank <= d))
    if max(ranks) > d:
        raise InputError(f"--set rank={max(ranks)}: expected at most d = {d}")
    return replace(scale, **{**found, "ranks": ranks})


def _numbers(option: str, text: str) -> tuple[Fraction, ...]:
    values = []
    for one in text.split(","):
        value = number_in(one.strip(), option, option)
        if not isinstance(value, Fraction):
            raise InputError(f"{option}={one.strip()}: expected a rational number")
        values.append(value)
    if len(values) > MOST or sorted(set(values)) != values:
        expected = f"at most {MOST} numbers, each larger than the last"
        raise InputError(f"{option}={text}: expected {expected}")
    return tuple(values)


def _sizes(option: str, text: str) -> tuple[int, ...]:
    values = _numbers(option, text)
    if any(value.denominator != 1 or not 1 <= value <= LARGEST for value in values):
        raise InputError(f"{option}={text}: expected whole numbers from 1 to {LARGEST}")
    return tuple(map(int, values))


def _size(option: str, text: str) -> int:
    values = _sizes(option, text)
    if len(values) > 1:
        raise InputError(f"{option}={text}: expected one number")
    return values[0]


def _within(most: Fraction | None, below: bool = False) -> Callable[[str, str], tuple[str, ...]]:
    """What reads numbers from 0 to that one."""

    def read(option: str, text: str) -> tuple[str, ...]:
        values = _numbers(option, text)
        high = most is not None and (values[-1] > most or (below and values[-1] == most))
        if values[0] < 0 or high:
            expected = "numbers from 0" + ("" if most is None else f" to {'below ' * below}{most}")
            raise InputError(f"{option}={text}: expected {expected}")
        return tuple(map(str, values))

    return read


READ: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "d": ("d", _size),
    "n": ("n", _size),
    "restarts": ("restarts", _size),
    "rank": ("ranks", _sizes),
    "sigma": ("sigmas", _within(None)),
    "gamma": ("gammas", _within(Fraction(1), below=True)),
    "alpha": ("alphas", _within(Fraction(1))),
}
"""What may be set: the field of a scale, and how it is read."""
