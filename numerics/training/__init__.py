"""Training the real models: what is trained and how, the loop, and what it ended with."""

from numerics.training.configuration import TRAINABLE, Training
from numerics.training.loop import train, train_together
from numerics.training.result import Checkpoint, Trained

__all__ = ["TRAINABLE", "Checkpoint", "Trained", "Training", "train", "train_together"]
