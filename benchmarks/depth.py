"""Deriving the best coefficients of several steps, and training stacks of layers to them.

``python -m benchmarks.depth JOB`` is the worker that derives in a fresh interpreter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.fresh import COLD, fresh, work
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes

AIMS = {
    ("isotropic", 2): None,
    ("isotropic", 3): None,
    ("isotropic", 4): 1.0,
    ("independent", 3): None,
    ("rag", 2): None,
    ("rag", 3): 10.0,
}
"""Designs and steps, with the seconds that are aimed at."""
AT = {"n": 5, "d": 3}
DEPTHS = (2, 3)
TRAINED_AT = {"n": 20, "d": 10}
WITHIN = 0.02
"""The best restart ends within this fraction above the least risk."""


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a result is wrong."""
    rows = []
    for (design, steps), aim in AIMS.items():
        progress(f"depth: {design}, {steps} steps")
        done = fresh("depth", {"derive": {"design": design, "steps": steps}})
        passes([(f"{design}: {steps} steps have another risk", done["same"])])
        told = ("", "") if aim is None else (f"< {aim:g} s", met(done["seconds"] < aim))
        form = "formula" if done["formula"] else "linear system"
        rows.append((design, str(steps), duration(done["seconds"]), form, *told))
    return [
        trained(progress),
        Table(
            "Deriving several steps",
            ("design", "steps", "time", "coefficients", "aim", "met"),
            tuple(rows),
            (
                f"{COLD} Symbolic n, d and parameters. At given numbers the risk polynomial gives "
                "the least risk at the best coefficients, and a step less has a larger one.",
            ),
        ),
    ]


def trained(progress: Callable[[str], None]) -> Table:
    """Stacks that are trained on prompts as by default, beside the best polynomial."""
    from numerics import Training, train
    from theory.designs.instance import instance
    from theory.designs.predictors import polynomial
    from theory.language.gallery.designs import isotropic_noiseless
    from theory.optima import derivation
    from verify.quantities.optimum.numeric import risks_of

    at, rows = instance(isotropic_noiseless, **TRAINED_AT), []
    for depth in DEPTHS:
        progress(f"depth: training {depth} layers")
        plain = derivation.derive(isotropic_noiseless, polynomial(depth)).plain
        best = float(plain.minimum(at).risk)
        start = time.process_time()
        found = train(Training("stack", at, depth=depth))
        seconds = time.process_time() - start
        excess = [risk / best - 1 for risk in risks_of(plain, at, found.weights)]
        passes([(f"{depth} layers end below the least risk", min(excess) >= 0)])
        shown = ", ".join(f"{100 * e:.4f} %" for e in excess)
        aim = (f"<= {100 * WITHIN:g} %", met(min(excess) <= WITHIN))
        rows.append((str(depth), duration(seconds), f"{best:.6g}", shown, *aim))
    return Table(
        "Trained stacks of linear attention layers: d = 10, n = 20, isotropic, noiseless",
        ("layers", "time", "least risk", "excess of each restart", "aim of the best", "met"),
        tuple(rows),
        (
            "From random weights, on sampled prompts, as by default. The excess is that of the "
            "exact risk of the polynomial that the layers make, in rational numbers.",
        ),
    )


def derive(job: Mapping[str, Any]) -> dict[str, Any]:
    """The seconds that a derivation takes, and whether its numbers are those of an optimum."""
    from fractions import Fraction

    from theory.designs.instance import instance
    from theory.designs.predictors import polynomial
    from theory.language.gallery import designs
    from theory.optima import derivation

    design, steps = getattr(designs, job["design"]), job["steps"]
    start = time.process_time()
    found = derivation.derive(design, polynomial(steps)).plain
    seconds = time.process_time() - start
    scalars = {p.name: p.at(Fraction(1, 2), Fraction(1)) for p in design.parameters}
    at = instance(design, **AT, scalars=scalars)
    best = found.minimum(at)
    less = derivation.derive(design, polynomial(steps - 1)).plain
    before = less.minimum(at).risk
    same = bool(found.risk_of(best.weight, at) == best.risk < before)
    formula = not found.risk.has(*(s for s in found.weight if s.is_Symbol))
    return {"seconds": seconds, "same": same, "formula": formula}


if __name__ == "__main__":
    work({"derive": derive})
