"""The mean square error of linear attention and its gradient, in one pass and in closed form.

At small sizes automatic differentiation costs more than the mathematics: the error is a function of
the prompts through two matrix products for the examples and one for the queries, and its gradient
takes the same products back.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from theory.designs.prompt import Prompt


def mean_square(values: Tensor, acting: Tensor, prompt: Prompt[Tensor]) -> Tensor:
    """The mean square of ``x' A Z' Z v - label`` over prompts, (R), for tokens ``Z = [X y]``.

    Parameters
    ----------
    values, acting
        ``v`` (R, d+1) and ``A`` (R, d, d+1), which it may be differentiated by once. Runs have an
        axis in front, here and in the prompts.
    prompt
        B sets of examples with any number of queries.

    >>> prompt = Prompt(*(torch.ones(1, 1, 1) for _ in range(3)), torch.full((1, 1, 1), 5.0))
    >>> values, acting = torch.ones(1, 2, requires_grad=True), torch.ones(1, 1, 2)
    >>> error = mean_square(values, acting, prompt)
    >>> error, torch.autograd.grad(error, values)
    (tensor([1.], grad_fn=<_MeanSquareBackward>), (tensor([[-4., -4.]]),))
    """
    tokens = torch.cat((prompt.features, prompt.labels), dim=-1)
    found: Tensor = _MeanSquare.apply(values, acting, tokens, prompt.query, prompt.label)
    return found


class _MeanSquare(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, values: Tensor, acting: Tensor, tokens: Tensor, query: Tensor, label: Tensor
    ) -> Tensor:
        sets, rows = tokens.flatten(-3, -2), tokens.shape[-3:-1]
        along = (sets @ values.mT).unflatten(-2, rows)  # (B, m, R)
        seen = (along.mT @ tokens).transpose(-3, -2)  # (R, B, d+1)
        reading = seen @ acting.mT
        if shared := query.stride(-3) == 0:  # all sets have the same queries
            query = query.select(-3, 0).unsqueeze(-3)
            errors = reading @ query
        else:
            errors = (reading.unsqueeze(-2) @ query.unsqueeze(-4)).squeeze(-2)
        errors -= label.squeeze(-1).unsqueeze(-3)
        many = errors.shape[-2] * errors.shape[-1]
        if shared:
            slope = errors @ query.mT
        else:
            slope = (errors.unsqueeze(-2) @ query.mT.unsqueeze(-4)).squeeze(-2)
        slope *= 2 / many  # by the reading, (R, B, d)
        back = slope @ acting  # by what is seen
        by_values = (tokens @ back.movedim(-3, -1)).flatten(-3, -2).mT @ sets
        ctx.save_for_backward(by_values, slope.mT @ seen)
        return errors.square().mean((-2, -1))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor | None, ...]:
        by_values, by_acting = ctx.saved_tensors
        return outer[..., None] * by_values, outer[..., None, None] * by_acting, None, None, None
