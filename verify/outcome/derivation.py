"""What was derived from a design, printed and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from rich.console import Console

from theory.designs.descriptions import ENTRIES, rows_in_a_line
from theory.designs.descriptions import describe as put
from theory.designs.instance import Instance
from theory.optima.equivalence.assumptions import (
    examples_are_alike,
    models_are_steps,
    noise_is_equal,
    odd_moments_vanish,
)
from theory.optima.steps.equal import EqualSteps
from theory.optima.steps.sizes import StepSizes
from theory.records.derived import Derived
from theory.records.optima import Optima
from verify.outcome.report import as_json
from verify.outcome.text import lines, show_claimed, show_derived, show_testimony
from verify.settings import Settings
from verify.timed import Timed

SHORT, LONG = 38, 4000
"""Digits of a fraction up to which it is printed, and up to which a report has it exactly."""


def show(console: Console, outcome: Timed, settings: Settings, explain: bool) -> None:
    """Print one design with all that came of it."""
    show_claimed(console, outcome.result)
    show_derived(console, outcome.result, explain)
    if not explain:
        lines(console, "rests on", outcome.result.exposition.conditions, bullet="- ")
    if outcome.optima is not None and settings.at is not None:
        lines(console, "numbers", numbers(outcome.optima, settings.at, steps_of(outcome)))
    show_testimony(console, outcome.result, settings)


def numbers(found: Optima, at: Instance, steps: int = 1) -> Iterator[str]:
    """The optima at an instance, a line each; ``steps`` are those of the predictor.

    >>> from theory.records.derived import Derived
    >>> from theory.language.gallery.designs import isotropic_noiseless
    >>> record = Derived.of(isotropic_noiseless)
    >>> at = record.instance(n=2, d=1)
    >>> print(*numbers(record.optima_at(at), at), sep="\\n")
    at n = 2, d = 1
    PGD, least risk: 1/2 = 0.5
    PGD, optimal weight: 1/4 I
    attention, least risk: 1/2 = 0.5
    H3 and WPGD, least risk: 1/2 = 0.5
    """
    yield f"at {', '.join(f'{name} = {value}' for name, value in put(at).items())}"
    yield from _of_steps(found, steps) if steps > 1 else _of_one_step(found, at)
    if found.test_risk is not None:
        yield f"at test, risk of what is optimal in training: {_number(found.test_risk)}"
        yield f"at test, least risk: {_number(found.least_at_test)}"
        yield f"at test, the first less the second: {_number(found.price)}"


def _of_one_step(found: Optima, at: Instance) -> Iterator[str]:
    yield f"PGD, least risk: {_number(found.risk)}"
    if found.weight is None:
        yield f"PGD, optimal weight: not unique: {found.others}"
    elif not np.ndim(found.weight):
        yield f"PGD, optimal weight: {_short(found.weight)} I"
    elif len(found.weight) <= ENTRIES:
        rows = rows_in_a_line(map(_short, row) for row in found.weight)
        yield f"PGD, optimal weight: {rows}"
    if found.att is not None:
        yield f"attention, least risk: {_number(found.att)}"
    if found.heads is not None:
        yield f"attention of {at.d + 1} heads or more, least risk: {_number(found.heads)}"
    names = "H3 and WPGD" if found.att is not None else "WPGD"
    if found.wpgd is None:
        yield f"{names}: not computed: {found.why}"
        return
    told = "at most (an upper bound)" if found.bound else "least risk"
    yield f"{names}, {told}: {_number(found.wpgd)}"
    if found.omega is not None and len(found.omega) <= 2 * ENTRIES:
        fronts = [f"{share.name} " for share in at.design.examples] or [""] * len(found.omega)
        weights = (front + _short(w) for front, w in zip(fronts, found.omega, strict=True))
        yield f"WPGD, optimal sample weights: {', '.join(weights)}"
    elif found.why:
        yield f"WPGD, optimal sample weights: not computed: {found.why}"


def steps_of(outcome: Timed) -> int:
    """How many steps the predictor of a design makes."""
    record = outcome.result.record
    assert isinstance(record, Derived)
    return record.file.steps


def _of_steps(found: Optima, steps: int) -> Iterator[str]:
    if found.equal is not None:
        degree = len(found.equal.polynomial) - 1
        width = float(found.equal.size[1] - found.equal.size[0])
        yield f"{steps} equal steps, least risk: {float(found.equal.risk[0]):.12g}"
        yield f"{steps} equal steps, best size: {float(found.equal.size[0]):.12g}"
        yield (
            f"certified: the only root of an irreducible polynomial of degree {degree} in an "
            f"interval of width {width:.0e}, and no other size has a risk as low"
        )
        if found.equal.saddle is not None:
            does = "lowers" if found.equal.saddle else "raises"
            kind = ": a saddle among unequal steps" if found.equal.saddle else ""
            yield f"moving two of the sizes apart {does} the risk{kind}"
        return
    yield f"{steps} steps, least risk: {_number(found.risk)}"
    if found.coefficients is None or found.sizes is None:
        yield f"{steps} steps, best coefficients: not unique: {found.others}"
        return
    names = (f"c_{k} = {_short(c)}" for k, c in enumerate(found.coefficients))
    yield f"{steps} steps, best coefficients: {', '.join(names)}"
    for sizes in filter(None, (found.sizes, found.ridge)):
        what = f", with weight decay {_short(sizes.decay)}" if sizes.decay else ""
        pairs = [f"{s.real:.6g} +- {s.imag:.6g} i" for s in sizes.pairs]
        made = ", ".join([*(f"{s:.6g}" for s in sizes.real), *pairs])
        known = "" if sizes.certified else ", as far as double precision tells"
        kind = "all of them real" if sizes.all_real else "not all of them real"
        yield f"the same in gradient steps{what}: sizes {made}, {kind}{known}"


def _number(value: Any) -> str:
    if isinstance(value, Fraction) and value.denominator != 1 and _digits(value) <= SHORT:
        return f"{_short(value)} = {float(value):.6g}"
    return _short(value)


def _short(value: Any) -> str:
    if isinstance(value, Fraction) and _digits(value) <= SHORT:
        return str(value)
    return f"{float(value):.6g}"


def _digits(value: Fraction) -> float:
    """About how many digits a fraction has: that of a very long one is no text in Python."""
    return (value.numerator.bit_length() + value.denominator.bit_length()) * math.log10(2)


def report(outcome: Timed, settings: Settings) -> dict[str, Any]:
    """The JSON report (``verify-report/1``) of one design."""
    found = as_json([outcome.result], settings)
    (result,) = found["results"]
    record = outcome.result.record
    assert isinstance(record, Derived)
    design = record.design
    result["design"] = {
        key: {"holds": answer.holds, "why": answer.why}
        for key, answer in (
            ("assumption1", odd_moments_vanish(design)),
            ("assumption2", noise_is_equal(design)),
            ("models_reach_steps", models_are_steps(design)),
            ("examples_alike", examples_are_alike(design)),
        )
    }
    if outcome.optima is not None and settings.at is not None:
        result["numbers"] = as_numbers(outcome.optima, settings.at)
    if outcome.ended is not None:
        result["ended"] = outcome.ended.why
    return found


def as_numbers(found: Optima, at: Instance) -> dict[str, Any]:
    """The optima at an instance; exact numbers as strings, others as they are."""
    return {
        "at": {name: plain(at.arithmetic.plain(value)) for name, value in at.scalars.items()},
        "risk": plain(found.risk),
        "weight": plain(found.weight),
        "att": plain(found.att),
        "wpgd": plain(found.wpgd),
        "ssm": plain(found.ssm),
        "omega": None if found.omega is None else [plain(w) for w in found.omega],
        "upper_bound": found.bound,
        "not_computed": found.why or None,
        "not_unique": found.others or None,
        **(
            {}
            if found.coefficients is None
            else {"coefficients": [*map(plain, found.coefficients)]}
        ),
        **({} if found.heads is None else {"many_heads": plain(found.heads)}),
        **({} if found.test_risk is None else {"at_test": _at_test(found)}),
        **({} if found.equal is None else {"equal_steps": _equal(found.equal)}),
        **({} if found.sizes is None else {"step_sizes": _sizes(found.sizes)}),
        **({} if found.ridge is None else {"ridge_step_sizes": _sizes(found.ridge)}),
    }


def _at_test(found: Optima) -> dict[str, Any]:
    values = {"risk": found.test_risk, "least": found.least_at_test, "price": found.price}
    return {name: plain(value) for name, value in values.items()}


def _equal(found: EqualSteps) -> dict[str, Any]:
    return {
        "polynomial": [*map(str, found.polynomial)],
        "size": float(found.size[0]),
        "interval": [*map(str, found.size)],
        "risk": float(found.risk[0]),
        "saddle": found.saddle,
    }


def _sizes(found: StepSizes) -> dict[str, Any]:
    pairs = [[s.real, s.imag] for s in found.pairs]
    decay = plain(found.decay)
    return {"real": [*found.real], "pairs": pairs, "certified": found.certified, "decay": decay}


def plain(value: Any) -> Any:
    """A number or a matrix as JSON has it; a fraction with very many digits rounded.

    >>> plain(Fraction(7, 3)), plain(0.5)
    ('7/3', 0.5)
    """
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, np.ndarray):
        return [[plain(v) for v in row] for row in value]
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, Fraction) and _digits(value) > LONG:
        return float(value)
    return str(value)
