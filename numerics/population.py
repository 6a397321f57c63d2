"""The exact population risk of given weights, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.compilation import compiled
from numerics.models import Model
from theory.algebra.blocks import part_of
from theory.algebra.words import Kind, Letter, N
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.designs.prompt import Words
from theory.errors import InputError, ShapeError
from theory.risks.population import channel_risk, population_risk


class PopulationRisk:
    """``L = E (label - prediction)^2`` of given weights, exactly: no sampling.

    Compiled from the theory's polynomial; calling it with the weights gives the risk in float64 on
    the CPU, differentiable through autograd.

    Parameters
    ----------
    at
        An instance of a design, exact or floating; or several of the same design and d, whose
        risks come along a first axis that all weights must have.
    predictor
        One of :mod:`theory.designs.predictors`.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> risk = PopulationRisk(instance(designs.isotropic_noiseless, n=4, d=2), predictors.wpgd)
    >>> W = torch.stack([torch.zeros(2, 2), torch.eye(2) / 7])
    >>> risk({"W": W, "Omega": torch.ones(2, 4)})
    tensor([2.0000, 0.8571], dtype=torch.float64)
    """

    def __init__(self, at: Instance | Sequence[Instance], predictor: Predictor):
        self.first = at if isinstance(at, Instance) else at[0]
        self.predictor = predictor
        several = () if isinstance(at, Instance) else at
        along = any(w.rows == N for w in predictor.weights)
        if along and any(one.rows != self.first.rows for one in several):
            raise InputError("risks come together where groups have the same counts")
        if predictor.channels:
            channels = channel_risk(self.first.design, predictor)
            self._constant = compiled(channels.constant, at)
            self._linear = compiled(channels.linear, at)
            self._pair = compiled(channels.pair, at)
        else:
            self._constant = compiled(population_risk(self.first.design, predictor), at)

    def __call__(self, weights: Mapping[str, Tensor]) -> Tensor:
        """The risks.

        Parameters
        ----------
        weights
            A tensor for each weight of the predictor, with any leading axes (...): matrices
            (..., rows, cols), vectors as one-column matrices, diagonal weights as (..., n). Weights
            of a predictor with channels have the channel axis just before rows, unless shared.

        Returns
        -------
        Tensor
            (...), float64.
        """
        missing = [w.name for w in self.predictor.weights if w.name not in weights]
        if missing:
            raise InputError(f"{self.predictor.name} needs weights {', '.join(missing)}")
        for w in self.predictor.weights:
            self._check_shape(w, weights[w.name])
        exact = {w.name: weights[w.name].to("cpu", torch.float64) for w in self.predictor.weights}
        exact |= self._in_groups(exact)
        if not self.predictor.channels:
            return self._constant(exact)
        one: dict[str, Tensor] = {}
        two: dict[str, Tensor] = {}
        channels = 1
        for w in self.predictor.weights:
            value, trailing = exact[w.name], 1 if w.kind is Kind.DIAGONAL else 2
            if w.name in self.predictor.shared:
                one[w.name] = value.unsqueeze(-1 - trailing)
                two[w.name] = value.unsqueeze(-1 - trailing).unsqueeze(-1 - trailing)
            else:
                channels = value.shape[-1 - trailing]
                one[w.name + "1"] = value
                two[w.name + "1"] = value.unsqueeze(-1 - trailing)
                two[w.name + "2"] = value.unsqueeze(-2 - trailing)
        linear = self._linear({**one, **self._in_groups(one)})
        pair = self._pair({**two, **self._in_groups(two)})
        # Where no term holds a letter of its own, an axis is still missing.
        linear = torch.broadcast_to(linear, torch.broadcast_shapes(linear.shape, (channels,)))
        pair = torch.broadcast_to(pair, torch.broadcast_shapes(pair.shape, (channels, channels)))
        total = linear.sum(-1) + pair.sum((-2, -1))
        constant = self._constant({})
        return constant.reshape((*constant.shape, *[1] * (total.ndim - 1))) + total

    def _in_groups(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The parts of weights along the examples that belong to groups, by the letters' names."""
        design, along = self.first.design, [w for w in self.predictor.weights if w.rows == N]
        return {
            part_of(w, Words(design).space(group)).name: values[w.name][..., rows.start : rows.stop]
            for w in along
            for group, rows in zip(design.groups, self.first.rows.values(), strict=True)
            if design.examples
        }

    def _check_shape(self, w: Letter, value: Tensor) -> None:
        size = {"n": self.first.n, "d": self.first.d, "1": 1}
        expected: tuple[int, ...] = (size[w.rows.name], size[w.cols.name])
        if w.kind is Kind.DIAGONAL:
            expected = expected[:1]
        if value.is_complex() or tuple(value.shape[-len(expected) :]) != expected:
            shown = " x ".join(map(str, expected))
            raise ShapeError(
                f"weight {w.name} must be real and end in {shown}, got {tuple(value.shape)}"
            )


@dataclass(frozen=True, eq=False)
class Split:
    """The exact risk of a model, and that of the gradient step it contains; (R), float64.

    Parameters
    ----------
    total
        The risk of the model.
    core
        The risk of its gradient step alone (``Model.effective``). Under Assumption 1 it is never
        larger than the total: this is Proposition 1, at these weights.
    """

    total: Tensor
    core: Tensor

    @property
    def remainder(self) -> Tensor:
        """The rest, ``total - core``; under Assumption 1 it is a mean square."""
        return self.total - self.core


def split(at: Instance, model: Model) -> Split:
    """The exact risk of a model, split into its gradient step and the rest.

    Examples
    --------
    >>> from numerics.models import ATT
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> model = ATT(n=4, d=2, restarts=3, generator=torch.Generator().manual_seed(0))
    >>> parts = split(instance(designs.isotropic_noiseless, n=4, d=2), model)
    >>> bool((parts.remainder > 0).all())
    True
    """
    with torch.no_grad():
        return Split(
            PopulationRisk(at, model.predictor)(model.weights()),
            PopulationRisk(at, model.core)(model.effective()),
        )
