"""The units of features and labels, in which training is done."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from theory.designs.prompt import Prompt


@dataclass(frozen=True, eq=False)
class Units:
    """A unit for the features of the examples, and one for their labels: powers of two.

    Parameters
    ----------
    features, labels
        (1, 1, 1), or (runs, 1, 1, 1) for several runs; float64 on the CPU.
    """

    features: Tensor
    labels: Tensor

    @classmethod
    def of(cls, prompt: Prompt[Tensor], length: float) -> Units:
        """Of prompts that were drawn, with so many examples on average.

        In these units the widest feature has a root mean square from 3/4 to 3/2, and so have the
        labels divided by ``sqrt(d)``, where they are not zero. Multiplying features or labels by a
        power of two multiplies the unit by it and changes nothing else.

        >>> from theory.language.gallery import designs
        >>> from numerics.sampling import sample
        >>> drawn = sample(designs.isotropic_noiseless, n=4, d=3, batch=1000,
        ...                generator=torch.Generator().manual_seed(0))
        >>> units = Units.of(drawn, 4)
        >>> units.features.item(), units.labels.item()
        (1.0, 1.0)
        """
        count, d = prompt.features.shape[-3] * length, prompt.features.shape[-1]
        widest = prompt.features.square().sum((-3, -2)).amax(-1) / count
        labels = prompt.labels.square().sum((-3, -2, -1)) / (count * d)
        return cls(_power(widest), _power(labels))

    @property
    def inverse(self) -> Units:
        """What takes a model back to data without a unit."""
        return Units(1 / self.features, 1 / self.labels)

    def token(self, d: int) -> Tensor:
        """The units along a token ``[x; y]``, (..., 1, d+1, 1)."""
        shape = (*self.features.shape[:-2], d, 1)
        return torch.cat((self.features.expand(shape), self.labels), dim=-2)


def _power(mean_square: Tensor) -> Tensor:
    """The power of two from which a root mean square is from 3/4 to 3/2, or 1 where it is zero."""
    root = mean_square.to("cpu", torch.float64).sqrt()
    mantissa, exponent = torch.frexp(root)
    power = torch.ldexp(torch.ones_like(root), exponent - (mantissa < 0.75).int())
    usable = (root > 0) & root.isfinite()
    return torch.where(usable, power, 1.0)[..., None, None, None]
