"""The PyTorch layer: prompts, trainable predictors, exact risks of given weights, and training.

What is exported is imported when it is first asked for: who sends training runs to workers, or has
them in a store, does not wait for PyTorch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.compilation import Compiled, compiled
    from numerics.devices import DeviceError, device
    from numerics.estimates import (
        Estimate,
        estimate,
        predictions,
        squared_error,
        squared_remainder,
    )
    from numerics.lengths import LengthRisk
    from numerics.low_rank import AdaptedATT, LowRankATT
    from numerics.models import ATT, MODELS, PGD, SSM, WPGD, Model, model
    from numerics.population import PopulationRisk, Split, split
    from numerics.sampling import Sampler, sample
    from numerics.stacks import Stack
    from numerics.training import (
        TRAINABLE,
        Checkpoint,
        Trained,
        Training,
        train,
        train_together,
    )

_HOMES = {
    "numerics.compilation": "Compiled, compiled",
    "numerics.devices": "DeviceError, device",
    "numerics.estimates": "Estimate, estimate, predictions, squared_error, squared_remainder",
    "numerics.lengths": "LengthRisk",
    "numerics.low_rank": "AdaptedATT, LowRankATT",
    "numerics.models": "ATT, MODELS, PGD, SSM, WPGD, Model, model",
    "numerics.population": "PopulationRisk, Split, split",
    "numerics.sampling": "Sampler, sample",
    "numerics.stacks": "Stack",
    "numerics.training": "TRAINABLE, Checkpoint, Trained, Training, train, train_together",
}
"""Where each exported name is defined."""

__all__ = [
    "ATT",
    "MODELS",
    "PGD",
    "SSM",
    "TRAINABLE",
    "WPGD",
    "AdaptedATT",
    "Checkpoint",
    "Compiled",
    "DeviceError",
    "Estimate",
    "LengthRisk",
    "LowRankATT",
    "Model",
    "PopulationRisk",
    "Sampler",
    "Split",
    "Stack",
    "Trained",
    "Training",
    "compiled",
    "device",
    "estimate",
    "model",
    "predictions",
    "sample",
    "split",
    "squared_error",
    "squared_remainder",
    "train",
    "train_together",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names.split(", "):
            return globals().setdefault(name, getattr(import_module(module), name))
    raise AttributeError(f"module {__name__} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
