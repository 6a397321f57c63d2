"""Panel 4d: a task that drifts to the query's along the prompt."""

from __future__ import annotations

import theory
from verify.figures.lengths import NAMES
from verify.figures.panel import Curve, Panel
from verify.figures.registry import panel
from verify.figures.sample_size import EXAMPLES, curve
from verify.figures.scale import Scale


@panel("4d")
def drifting(scale: Scale) -> Panel:
    """ATT and SSM where the task drifts."""
    curves = tuple(_drifting(scale, model) for model in NAMES)
    return Panel("4d", "Drifting task", "n", EXAMPLES, scale.d, curves, parameter=False)


def _drifting(scale: Scale, model: str) -> Curve:
    record = theory.statement("figure4-drifting")

    def exact(n: int) -> float:
        found = record.evaluate(n=n, d=scale.d)
        return float(found.att if model == "att" else found.ssm)

    return curve(
        scale,
        model,
        NAMES[model],
        lambda name, n: scale.run(name, "drifting", n),
        exact,
        models=(model,),
    )
