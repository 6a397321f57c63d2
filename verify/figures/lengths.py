"""Panels 4a, 4b and 4c: one set of parameters for prompts of every length up to n_max."""

from __future__ import annotations

from functools import cache

import theory
from theory.language.gallery import shipped
from theory.optima.sample_weights.form import quadratic_form
from theory.records.sample_weights_gain import AveragedLengths
from theory.scalars.arithmetic import EXACT, fraction
from verify.figures.panel import Curve, LineKind, Panel, Theory, TrainedLine, TrainedPoint
from verify.figures.scale import Scale

DESIGN = "isotropic-noiseless"
NAMES = {"att": "ATT", "ssm": "SSM"}


def attention(scale: Scale) -> Panel:
    """ATT trained on the average over lengths, at each of them."""
    return _each("4a", scale, "att")


def h3(scale: Scale) -> Panel:
    """SSM trained on the average over lengths, at each of them."""
    return _each("4b", scale, "ssm")


def averaged(scale: Scale) -> Panel:
    """The risk averaged over lengths, of ATT and SSM, against the longest."""
    curves = tuple(_averaged(scale, model) for model in NAMES)
    title, axis = "Average over lengths", r"longest prompt $n_{\max}$"
    return Panel("4c", title, "n_max", axis, scale.d, curves, parameter=False)


def statement() -> AveragedLengths:
    """The statement that these panels show."""
    found = theory.statement("figure4-averaged")
    assert isinstance(found, AveragedLengths)
    return found


@cache
def least(model: str, longest: int, d: int) -> float:
    """The exact least risk averaged over the lengths ``1..longest``."""
    found = statement().evaluate(n_max=longest, d=d)
    return float(found.att if model == "att" else found.ssm)


@cache
def by_length(model: str, longest: int, d: int) -> tuple[float, ...]:
    """The exact risk at each length ``1..longest`` of what is optimal for their average.

    At length m the weights of the examples are ``f_m, ..., f_1``; attention's ``f`` has equal
    entries.

    Examples
    --------
    >>> abs(sum(by_length("ssm", 3, 2)) / 3 - least("ssm", 3, 2)) < 1e-15
    True
    """
    record = statement()
    if model == "att":
        weight = EXACT.number(record.weight.subs({"n_max": longest, "d": d, "sigma": 0}))
        lags = [weight] * longest
    else:
        lags = [EXACT.number(f) for f in record.evaluate(n_max=longest, d=d).filter]
    form = quadratic_form(shipped(DESIGN).design)
    at = (form.at(m, {"d": d}).value(lags[:m][::-1]) for m in range(1, longest + 1))
    return tuple(float(fraction(risk)) for risk in at)


def _each(id: str, scale: Scale, model: str) -> Panel:
    curves = tuple(_by_length(scale, model, longest) for longest in scale.shown)
    means = tuple(_mean(scale, model, longest) for longest in scale.shown)
    title = f"{NAMES[model]} trained for all lengths"
    return Panel(id, title, "m", "test length $m$", scale.d, curves, beside=means)


def _mean(scale: Scale, model: str, longest: int) -> TrainedPoint:
    run = scale.run(model, DESIGN, longest, lengths=True)
    return TrainedPoint(longest, run, least(model, longest, scale.d))


def _by_length(scale: Scale, model: str, longest: int) -> Curve:
    run, risks = _mean(scale, model, longest).run, by_length(model, longest, scale.d)
    points = tuple(TrainedPoint(m, run, risk, length=m) for m, risk in enumerate(risks, 1))
    corollary1 = theory.statement("corollary1")
    lengths = range(1, longest + 1)
    alone = Theory.along(
        LineKind.ALONE, lengths, lambda m: float(corollary1.evaluate(n=m, d=scale.d).risk)
    )
    exact = Theory(LineKind.EXACT, tuple(lengths), risks)
    label = rf"$n_{{\max}} = {longest}$"
    return Curve(f"n_max = {longest}", label, (TrainedLine(model, points),), (alone, exact))


def _averaged(scale: Scale, model: str) -> Curve:
    points = tuple(_mean(scale, model, longest) for longest in scale.longest)
    lengths = range(1, max(scale.longest) + 1)
    line = Theory.along(LineKind.EXACT, lengths, lambda m: least(model, m, scale.d))
    return Curve(model, NAMES[model], (TrainedLine(model, points),), (line,))
