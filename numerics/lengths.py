"""The exact risk of one set of parameters that serves prompts of every length up to n.

A prompt of length m is one of length n whose first ``n - m`` examples are zero: attention and H3
sum over tokens, and the last examples keep their places before the query.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from numerics.population import PopulationRisk
from numerics.sampling import check_alike
from theory.algebra.words import N
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor


class LengthRisk:
    """The exact risk of given weights averaged over the lengths ``1..n``.

    Called like :class:`~numerics.population.PopulationRisk`; of sample weights the last m count at
    length m. The examples must be alike: no coefficient of the design may use ``i`` or ``n``.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> risk = LengthRisk(instance(designs.isotropic_noiseless, n=2, d=1), predictors.wpgd)
    >>> weights = {"W": torch.eye(1), "Omega": torch.tensor([4 / 17, 5 / 17])}
    >>> risk(weights)
    tensor(0.5882, dtype=torch.float64)
    >>> risk.at_each(weights)
    tensor([0.6713, 0.5052], dtype=torch.float64)
    """

    def __init__(self, at: Instance, predictor: Predictor):
        check_alike(at.design, "lengths can be averaged over")
        self.n = at.n
        self.along = {w.name for w in predictor.weights if w.rows == N}
        # without weights along the examples, only numbers change with the length
        lengths = [at.with_examples(m) for m in range(1, at.n + 1)]
        self._risk = PopulationRisk(at if self.along else lengths, predictor)

    def __call__(self, weights: Mapping[str, Tensor]) -> Tensor:
        """The mean risks (...), float64; weights as for a prompt of the full length."""
        return self.at_each(weights).mean(0)

    def at_each(self, weights: Mapping[str, Tensor]) -> Tensor:
        """The risk at each length 1..n, (n, ...), float64."""
        each = {name: weight.unsqueeze(0) for name, weight in weights.items()}
        for name in self.along & set(weights):
            last = torch.ones(self.n, self.n, device=weights[name].device).tril().fliplr()
            shape = (self.n, *[1] * (weights[name].ndim - 1), self.n)
            each[name] = each[name] * last.reshape(shape)
        return self._risk(each)
