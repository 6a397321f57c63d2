"""Panels 3a and 3b: features aligned with the query or with the task."""

from __future__ import annotations

from fractions import Fraction

import theory
from numerics.sweeps.run import Run
from verify.figures.panel import Curve, Panel
from verify.figures.sample_size import EXAMPLES, curve
from verify.figures.scale import ALIGNED, Scale


def retrieval(scale: Scale) -> Panel:
    """Retrieval-augmented prompts, with the exact risk and the paper's approximation."""
    curves = tuple(_curve(scale, "theorem2", "rag", alpha) for alpha in scale.alphas)
    return Panel("3a", "Retrieval-augmented", "n", EXAMPLES, scale.d, curves)


def task_aligned(scale: Scale) -> Panel:
    """Task-aligned prompts, with the exact risk and the paper's approximation."""
    curves = tuple(_curve(scale, "theorem3", "task-aligned", alpha) for alpha in scale.alphas)
    return Panel("3b", "Task-aligned", "n", EXAMPLES, scale.d, curves)


def _curve(scale: Scale, statement: str, design: str, alpha: str) -> Curve:
    record, value = theory.statement(statement), Fraction(alpha)
    scalars = (("alpha", alpha), ("sigma", "0"))

    def run(model: str, n: int) -> Run:
        if value == 0:
            return scale.isotropic(model, n)
        return scale.run(model, design, n, scalars=scalars, purpose=ALIGNED)

    def exact(n: int) -> float:
        return float(record.evaluate(n=n, d=scale.d, alpha=value, sigma=0).risk)

    def claimed(n: int) -> float:
        return float(record.evaluate(n=n, d=scale.d, alpha=value, sigma=0).claimed)

    label = rf"$\alpha = {float(value):g}$"
    return curve(scale, f"alpha = {alpha}", label, run, exact, claimed)
