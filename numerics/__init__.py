"""The PyTorch layer: prompts, trainable predictors, exact risks of given weights, and training."""

from numerics.compiled import Compiled, compiled
from numerics.device import DeviceError, device
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
