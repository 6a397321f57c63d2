"""An optimum on sampled prompts, and beside trained models."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import sympy
import torch
from torch import Tensor

from numerics import Sampler, predictions
from numerics.estimates import squared_error
from theory.algebra.values import scalar_value
from theory.designs.instance import Instance, instance
from theory.designs.predictors import pgd, wpgd
from theory.errors import Irrational, Underivable
from theory.language.formulas.expressions import FREE
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.tree import names
from theory.language.formulas.values import Floats, value
from theory.optima.optimum import Optimum
from theory.risks.loss import second_moment
from verify.cases import Case, cases, training
from verify.checks.on_trial import Measurement, TrainingRun
from verify.counterexamples import Incomparable
from verify.expected import Expected, numbers_of
from verify.judge.question import Question
from verify.judge.target import AtWeight
from verify.quantities.optimum.optimal import Optimal
from verify.settings import Settings

PILOT = 1_000
"""Prompts that set the size of a step from a weight of zero."""
STEPS_SMALL, STEPS_LARGE = 600, 1500
STEPS_OF_STACKS = 1500
MOST_ROUNDED = 3
"""Layers up to which the risk in double precision has the digits that the tolerance takes."""


def measurements(subject: Optimal, settings: Settings) -> Iterator[Measurement]:
    """The risk at the optimal weight, and its slope in one direction, where they are defined."""
    for case in cases(subject.design, settings):
        try:
            of = _of_coefficients if subject.predictor.scalars else _measurement
            yield of(subject, case, settings)
        except ZeroDivisionError:
            continue


def _measurement(subject: Optimal, case: Case, settings: Settings) -> Measurement:
    at = case.at
    sampler = Sampler(at, device=settings.device)
    weight = torch.tensor(at.arithmetic.plain(subject.weight_at(at)).astype(float))
    step = torch.randn(at.d, at.d, generator=torch.Generator().manual_seed(settings.seed)).double()
    step = step / step.norm()
    size = weight.norm() if weight.any() else _size(subject, step, sampler, settings)
    # half of it along the weight: a drawn direction alone hardly shows that the weight is too long
    step = (step * size + weight) / 6
    moved = torch.stack([weight, weight + step, weight - step])

    def errors(prompt: Any) -> torch.Tensor:
        predicted = predictions(subject.predictor, prompt, subject.named(moved))
        here, ahead, behind = (prompt.label[:, 0, 0] - predicted).square()
        return torch.stack([here, (ahead - behind) / 2])

    risk = subject.expected(at)
    expected = [("risk", risk, risk.value), ("slope", Expected.of(0.0), risk.value)]
    return case.measurement(errors, expected, settings)


def _of_coefficients(subject: Optimal, case: Case, settings: Settings) -> Measurement:
    """The risk at the best coefficients, with the exact variance of a draw: its tails are heavy."""
    at = case.at
    column = at.arithmetic.plain(subject.weight_at(at)).astype(float)
    weights = subject.named(torch.tensor(column)[None])
    expected = subject.expected(at)
    try:
        exact = {name: sympy.Rational(float(w)) for name, w in weights.items()}
        square = second_moment(subject.predictor, exact, at)
        risk = subject.derivation.plain.risk_of(subject.weight_at(at), at)
        deviation = math.sqrt(max(0.0, float(square - risk**2)))
    except Underivable:
        deviation = None
    errors = squared_error(subject.predictor, weights)
    return case.measurement(errors, [("risk", expected, expected.value)], settings, [deviation])


def _size(subject: Optimal, step: torch.Tensor, sampler: Sampler, settings: Settings) -> float:
    """How large a step predicts as much as there is to predict, whatever the units."""
    prompt = sampler.draw(PILOT, torch.Generator(settings.device).manual_seed(settings.seed))
    predicted = predictions(subject.predictor, prompt, subject.named(step[None]))
    size = float((prompt.label.square().mean() / predicted.square().mean()).sqrt())
    return size if 0 < size < math.inf else 1.0


def at_weight(question: Question, settings: Settings, loosely: bool) -> Iterator[Measurement]:
    """The risk at a given weight, or at one drawn where it is free.

    What is claimed ``loosely``, to leading order, stands beside the exact risk, which is measured.

    Raises :class:`~verify.counterexamples.Incomparable` where sizes give the weight no value.
    """
    target = question.target
    assert isinstance(target, AtWeight)
    if names(target.weight.tree) & {*question.constants}:
        raise Incomparable("the weight holds constants of the limit")
    for case in cases(question.design, settings):
        at, random = case.at, torch.Generator().manual_seed(settings.seed)
        if question.is_free:
            drawn = torch.randn(at.d, at.d, generator=random).double() / (at.n + at.d)
            at = replace(at, matrices={**at.matrices, FREE: at.arithmetic.matrix(drawn.tolist())})
        try:
            weight = torch.tensor(at.arithmetic.plain(target.weight_at(at)).astype(float))
            claimed = None if question.held else float(value(question.formula.tree, Floats.at(at)))
            exact = float(target.number(at))
        except ZeroDivisionError:
            continue
        expected = Expected.of(exact, claimed) if loosely else Expected.claim(claimed, exact)
        less = float(scalar_value(question.noise, at.scalars, at.arithmetic))
        less = less if question.quantity is Quantity.EXCESS else 0.0
        given = {target.derivation.plain.variable.name: weight[None]}

        def errors(prompt: Any, given: Any = given, less: float = less) -> torch.Tensor:
            return (prompt.label[:, 0, 0] - predictions(pgd, prompt, given)).square() - less

        found = case.measurement(errors, [(question.key, expected, exact)], settings)
        yield replace(found, numbers=numbers_of(at))


def over_weights(subject: Optimal, settings: Settings) -> Iterator[Measurement]:
    """The risk at the best sample weights, beside what is claimed of it."""
    for case in cases(subject.design, settings):
        try:
            found = subject.weighted_at(case.at)
        except ZeroDivisionError:
            continue
        if found is None or found.bound:
            continue
        at, expected = case.at, subject.expected_over_weights(found, case.at)
        given = {
            "W": torch.eye(at.d, dtype=torch.float64)[None],
            "Omega": torch.tensor([subject.omega_at(found, at)], dtype=torch.float64),
        }
        risk = "risk of the best sample weights", expected, expected.value
        yield case.measurement(squared_error(wpgd, given), [risk], settings)


def runs(subject: Optimal, settings: Settings) -> Iterator[TrainingRun]:
    """Attention and H3, or stacks, for a number of steps that does not depend on the optimum.

    Attention's least risk is that of PGD, H3's that of WPGD. Where the latter is only an upper
    bound, H3 is not trained.
    """
    if subject.predictor.scalars:
        yield from _stacks(subject, settings)
        return
    for case in cases(subject.design, settings):
        try:
            least = _least(subject, case)
        except ZeroDivisionError:
            continue  # the optimum is not defined there
        steps = STEPS_SMALL if case.at.d < 10 else STEPS_LARGE
        for model, optimum in least.items():
            run = training(model, case.at, steps, settings)
            where = f"{case}, {case.name}"
            yield TrainingRun(case.name, where, optimum, run, numbers=numbers_of(case.at))


def _least(subject: Optimal, case: Case) -> dict[str, Expected]:
    pgd = subject.expected(case.at)
    try:
        found = subject.weighted_at(case.at)
    except ZeroDivisionError:  # there are too many
        return {"att": pgd}
    if found is None:
        return {"att": pgd, "ssm": pgd}
    if found.bound or not found.only:  # as examples without labels may have any weight
        return {"att": pgd}
    return {"att": pgd, "ssm": subject.expected_over_weights(found, case.at)}


def _stacks(subject: Optimal, settings: Settings) -> Iterator[TrainingRun]:
    """A stack of as many layers as there are steps; its excess is exact at rational numbers.

    A risk of many layers is a small difference of large terms. Where it has to be computed in
    double precision, more than :data:`MOST_ROUNDED` layers are not trained.
    """
    layers = len(subject.predictor.weights)
    for case in cases(subject.design, settings):
        at = _rational(case.at)
        if not at.exact and layers > MOST_ROUNDED:
            continue
        try:
            expected = subject.expected(at)
        except (ZeroDivisionError, Irrational):
            continue  # the optimum is not defined there, or what is claimed has no rational value
        run = training("stack", case.at, STEPS_OF_STACKS, settings, depth=layers)
        exactly = partial(risks_of, subject.derivation.plain, at) if at.exact else None
        where, numbers = f"{case}, {case.name}", numbers_of(case.at)
        yield TrainingRun(case.name, where, expected, run, numbers=numbers, exactly=exactly)


def risks_of(optimum: Optimum, at: Instance, learned: Mapping[str, Tensor]) -> list[float]:
    """The risk of each restart's coefficients, without rounding but at the end."""
    columns = zip(*(learned[w.name].flatten().tolist() for w in optimum.variables), strict=True)
    matrix = at.arithmetic.matrix
    return [
        float(Fraction(str(optimum.risk_of(matrix([[Fraction(c)] for c in column]), at))))
        for column in columns
    ]


def _rational(at: Instance) -> Instance:
    """The same place in exact numbers, where no matrix or vector belongs to it."""
    design = at.design
    if design.covariances or design.means:
        return at
    scalars: dict[str, Any] = {p.name: Fraction(at.scalars[p.name]) for p in design.parameters}
    return instance(design, n=at.n, d=at.d, scalars=scalars)
