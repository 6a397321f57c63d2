"""Trained models beside the optimum they should reach, and the finding they make."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from verify.expected import Expected
from verify.outcome.verdict import Finding, Verdict, join
from verify.tolerances import EXCESS, ROUNDING

if TYPE_CHECKING:
    from numerics import Trained

NAME = "training"
Row = dict[str, Any]


def row(
    case: str,
    at: str,
    expected: Expected,
    trained: Trained,
    numbers: Mapping[str, Any] | None = None,
    exactly: Callable[[Mapping[str, Any]], Sequence[float]] | None = None,
) -> Row:
    """One run on sampled prompts, judged by the exact risk of every restart.

    ``numbers`` are those of the place, to repeat it; ``exactly`` has the risks of learned weights.
    """
    found = judged(
        trained.training.model,
        case,
        at,
        expected,
        exactly(trained.weights) if exactly else [float(risk) for risk in trained.risks],
        start=[float(risk) for risk in trained.history[0].risks],
        steps=trained.steps,
        seconds=trained.seconds,
        stopped=trained.stopped,
    )
    return found if numbers is None else {**found, "numbers": dict(numbers)}


def judged(
    model: str,
    case: str,
    at: str,
    expected: Expected,
    risks: Sequence[float],
    *,
    start: Sequence[float] = (),
    steps: int,
    seconds: float,
    stopped: str = "steps",
) -> Row:
    """One run of any kind, judged by the exact risk of every restart.

    A restart below the expected optimum refutes it; no restart within the tolerance above it leaves
    the matter undecided. The excess is relative to the expected optimum; where that is zero, to the
    risk that the restart had at the ``start``, if that is given.

    >>> ended = {"start": [4.0, 5.0], "steps": 9, "seconds": 0.1}
    >>> judged("att", "c", "n = 1", Expected.claim(2.0), [1.5, 3.0], **ended)["verdict"]
    'refuted'
    >>> judged("att", "c", "n = 1", Expected.claim(0.0), [0.001, 3.0], **ended)["excess"]
    [0.00025, 0.6]
    """
    optimum = expected.value
    excess = [
        (risk - optimum) / (abs(optimum) or before or 1.0)
        for risk, before in zip(risks, start or [1.0] * len(risks), strict=True)
    ]
    verdict = Verdict.UNDECIDED
    if any(x < -ROUNDING.value for x in excess):
        verdict = Verdict.REFUTED
    elif any(x <= EXCESS.value for x in excess) and all(map(math.isfinite, excess)):
        verdict = Verdict.HOLDS
    return {
        "model": model,
        "case": case,
        "at": at,
        **expected.as_data,
        "excess": excess,
        "steps": steps,
        "seconds": seconds,
        "stopped": stopped,
        "verdict": verdict.value,
    }


def least(excess: Sequence[float]) -> float:
    """The least of all restarts; infinite where no restart ended in a number."""
    return min((x for x in excess if not math.isnan(x)), default=math.inf)


def finding(runs: list[Row], on: str = "sampled prompts") -> Finding:
    """All runs joined; the last one may have been interrupted. ``on``: what was trained on."""
    last = runs[-1]
    if last["stopped"] == "interrupted":
        return Finding(
            NAME,
            Verdict.UNDECIDED,
            f"interrupted from the keyboard while training {last['model']} at {last['at']}",
            examined=len(runs),
            data={"runs": runs, "interrupted": True},
        )
    models = " and ".join(dict.fromkeys(run["model"] for run in runs))
    restarts = sum(len(run["excess"]) for run in runs)
    best = [least(run["excess"]) for run in runs]
    worst, lowest = max(best), min(best)
    which = " and the ".join(dict.fromkeys(run["against"] for run in runs))
    side = "above" if lowest >= 0 else "below"
    return Finding(
        NAME,
        join(Verdict(run["verdict"]) for run in runs),
        f"{restarts} restarts in {len(runs)} runs of {models}, trained on {on}: "
        f"the best of each run ends at most {100 * worst:.3f} % above the {which} optimum, "
        f"{100 * EXCESS.value} % allowed; the lowest of all ends "
        f"{abs(100 * lowest):.3f} % {side} it{_claimed_there(runs)}",
        examined=restarts,
        data={"runs": runs, "tolerance": EXCESS.meaning},
    )


def _claimed_there(runs: Sequence[Row]) -> str:
    """How far claims that are not what decides are from the exact optimum at the same places."""
    off = [
        (run["claimed"] - run["exact"]) / abs(run["exact"])
        for run in runs
        if run["against"] == "exact" and run["claimed"] is not None and run["exact"]
    ]
    shown = ", ".join(dict.fromkeys(f"{100 * x:+.1f} %" for x in off))
    return f"; the claim to leading order is off by {shown} there" if off else ""
