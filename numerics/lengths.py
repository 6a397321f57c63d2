"""Prompts of every length up to n, for one set of parameters.

A prompt of length m is one of length n whose first ``n - m`` examples are zero: attention and H3
sum over tokens, and the last examples keep their places before the query.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from numerics.population import PopulationRisk
from numerics.sampling import Sampler
from theory.errors import InputError
from theory.instance import Instance
from theory.predictors import Predictor
from theory.prompt import Prompt
from theory.words import N, i, n


class LengthSampler(Sampler):
    """Draws prompts whose lengths are uniform on ``1..n``; otherwise a :class:`Sampler`.

    The examples must be alike at every length: no coefficient may use ``i`` or ``n``.

    Examples
    --------
    >>> from theory import designs
    >>> from theory.instance import instance
    >>> sampler = LengthSampler(instance(designs.isotropic_noiseless, n=3, d=2))
    >>> prompt = sampler.draw(1000, torch.Generator().manual_seed(0))
    >>> lengths = (prompt.features != 0).all(-1).sum(-1)
    >>> lengths.unique().tolist()
    [1, 2, 3]
    """

    def draw(self, batch: int, generator: torch.Generator) -> Prompt[Tensor]:
        """Independent prompts of the full shape, the examples before their length zero."""
        check_lengths(self.at)
        prompt = super().draw(batch, generator)
        shape = (batch, 1, 1)
        device = self.kind["device"]
        length = torch.randint(1, self.at.n + 1, shape, generator=generator, device=device)
        from_the_end = torch.arange(self.at.n, 0, -1, device=device)[:, None]
        seen = (from_the_end <= length).to(prompt.features)
        return Prompt(prompt.query, prompt.features * seen, prompt.labels * seen, prompt.label)


class LengthRisk:
    """The exact risk of given weights averaged over the lengths ``1..n``.

    Called like :class:`~numerics.population.PopulationRisk`; of sample weights the last m count at
    length m.

    Examples
    --------
    >>> from theory import designs, predictors
    >>> from theory.instance import instance
    >>> risk = LengthRisk(instance(designs.isotropic_noiseless, n=2, d=1), predictors.wpgd)
    >>> risk({"W": torch.eye(1), "Omega": torch.tensor([4 / 17, 5 / 17])})
    tensor(0.5882, dtype=torch.float64)
    """

    def __init__(self, at: Instance, predictor: Predictor):
        check_lengths(at)
        self.predictor = predictor
        self._risks = [PopulationRisk(at.with_examples(m), predictor) for m in range(1, at.n + 1)]

    def __call__(self, weights: Mapping[str, Tensor]) -> Tensor:
        """The mean risks (...), float64; weights as for a prompt of the full length."""
        along = {w.name for w in self.predictor.weights if w.rows == N}
        total = [
            risk({name: w[..., -m:] if name in along else w for name, w in weights.items()})
            for m, risk in enumerate(self._risks, 1)
        ]
        return torch.stack(total).mean(0)


def check_lengths(at: Instance) -> None:
    """Raise :class:`~theory.errors.InputError` where examples differ along or between prompts."""
    design = at.design
    symbols = design.features.symbols | design.task.symbols | design.query.symbols
    symbols |= design.task_of_query.symbols
    for scalar in (
        design.label_scale,
        design.noise,
        design.label_scale_of_query,
        design.noise_of_query,
    ):
        symbols |= scalar.free_symbols
    if symbols & {i, n}:
        raise InputError(
            f"lengths can be averaged over only where examples are alike: {design.name} uses "
            f"{', '.join(sorted(map(str, symbols & {i, n})))}"
        )
