"""What training ended with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from numerics.models import Model
from numerics.training.configuration import Training
from theory.text.plots import Plot, Series, plot
from theory.text.sheets import Sheet, Shown

Stopped = Literal["tolerance", "minimum", "steps", "time", "interrupted"]


ROWS = 10
"""How many moments of a history are shown, about."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The exact risks (restarts) after some steps and seconds of training."""

    step: int
    seconds: float
    risks: Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Trained(Shown):
    """What training ended with; every restart is reported, not the best alone.

    Parameters
    ----------
    training
        What was asked for.
    model
        The trained model.
    history
        The exact risks along the way, the last entry being those of ``model``.
    stopped
        Why it ended: all restarts within ``tolerance``; at a ``minimum`` of the exact risk, to
        rounding; out of ``steps``; out of ``time``; or ``interrupted`` from the keyboard. In each
        case the result is valid.
    """

    training: Training
    model: Model
    history: tuple[Checkpoint, ...]
    stopped: Stopped

    def sheet(self) -> Sheet:
        step = max(1, -(-len(self.history) // ROWS))
        shown = [*self.history[:-1][::step], *self.history[-1:]]
        return Sheet(
            f"{self.training.model} trained: {self.steps} steps, {self.seconds:.1f} s",
            head=("step", "seconds", "exact risk of each restart"),
            rows=tuple(
                (str(one.step), f"{one.seconds:.1f}", ", ".join(f"{r:.6g}" for r in _all(one)))
                for one in shown
            ),
            notes=(f"ended by {self.stopped}",),
        )

    def plot(self, optimum: float | None = None) -> Plot:
        """The exact risk of each restart along the way, beside an optimum if one is given."""
        steps = [float(one.step) for one in self.history]
        risks = zip(*map(_all, self.history), strict=True)
        curves = [Series(f"restart {k}", steps, risk) for k, risk in enumerate(risks, 1)]
        if optimum is not None:
            ends = [steps[0], steps[-1]]
            curves.append(Series("optimum", ends, [float(optimum)] * 2, "exact"))
        return plot(curves, "steps", "risk")

    def __repr__(self) -> str:
        return self.sheet().plain

    @property
    def weights(self) -> dict[str, Tensor]:
        """The weights in the theory's names; float64, leading axis restarts."""
        return {name: weight.detach().cpu() for name, weight in self.model.weights().items()}

    @property
    def risks(self) -> Tensor:
        """The exact risk of each restart, float64."""
        return self.history[-1].risks

    @property
    def seconds(self) -> float:
        """How long training took, evaluations included."""
        return self.history[-1].seconds

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return self.history[-1].step


def _all(checkpoint: Checkpoint) -> list[float]:
    return [float(risk) for risk in checkpoint.risks]
