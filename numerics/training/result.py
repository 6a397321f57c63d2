"""What training ended with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from numerics.models import Model
from numerics.training.configuration import Training

Stopped = Literal["tolerance", "minimum", "steps", "time", "interrupted"]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The exact risks (restarts) after some steps and seconds of training."""

    step: int
    seconds: float
    risks: Tensor


@dataclass(frozen=True, eq=False)
class Trained:
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
