"""The risk at test on prompts that are sampled from the law at test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch

from numerics import predictions
from theory.designs.instance import Instance
from theory.language.formulas.values import Floats, value
from theory.optima.optimum import named
from theory.records.derived import Derived
from verify.cases import Case, cases
from verify.checks.on_trial import Measurement
from verify.expected import Expected, numbers_of
from verify.settings import Settings


def at_test(subject: Any, settings: Settings) -> Iterator[Measurement]:
    """The risk at test beside what a claim says of it, exactly or to leading order."""
    (question,) = subject.of_test
    loosely = subject.regime is not None

    def said(at: Instance) -> Any:
        return None if question.held else value(question.formula.tree, Floats.at(at))

    return measurements(subject.record, settings, said, loosely)


def measurements(
    record: Derived,
    settings: Settings,
    claimed: Callable[[Instance], Any] = lambda at: None,
    loosely: bool = False,
) -> Iterator[Measurement]:
    """Prompts of the law at test, at what is optimal in training: the risk, and the price.

    What is ``claimed`` of the risk is what it is compared with, unless it is claimed ``loosely``,
    to leading order.
    """
    found, predictor = record.shifted, record.file.predictor
    assert found is not None  # or else nothing is asked about test
    for case in cases(record.design, settings):
        at, there = case.at, case.at.at_test
        try:
            price = found.at(at)
            weight = found.weight_at(at) * found.ratio_at(at)
            own = found.own.plain.minimum(there)
            said = claimed(at)
        except ZeroDivisionError:
            continue
        both = [at.arithmetic.plain(w).astype(float) for w in (weight, own.matrix(there))]
        weights = named(predictor.weights, torch.tensor([list(map(list, w)) for w in both]))

        def errors(prompt: Any, weights: Any = weights) -> torch.Tensor:
            here, best = predictions(predictor, prompt, weights)
            return torch.stack([(prompt.label[:, 0, 0] - here).square(), (here - best).square()])

        risk = Expected.of(price.risk, said)
        if said is not None and not loosely:
            risk = Expected.claim(said, price.risk)
        expected = [("risk at test", risk, risk.value)]
        expected.append(("excess at test", Expected.of(price.price), risk.value))
        drawn = Case(f"at test, {case.name}", there).measurement(errors, expected, settings)
        where = f"n = {at.n}, n at test = {there.n}, d = {at.d}"
        yield replace(drawn, at=where, numbers=numbers_of(at))
