"""Mean square errors of attention and of H3 with their gradients, in one pass and in closed form.

At small sizes automatic differentiation costs more than the mathematics: an error is a function of
the prompts through a few matrix products for the examples and one for the queries, and its gradient
takes the same products back.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from theory.designs.prompt import Prompt

BLOCK = 1 << 17
"""Keys that are computed at once: what follows finds them in the cache."""


def of_attention(values: Tensor, acting: Tensor, prompt: Prompt[Tensor]) -> Tensor:
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
    >>> error = of_attention(values, acting, prompt)
    >>> error, torch.autograd.grad(error, values)
    (tensor([1.], grad_fn=<_OfAttentionBackward>), (tensor([[-4., -4.]]),))
    """
    found: Tensor = _OfAttention.apply(values, acting, tokens(prompt), prompt.query, prompt.label)
    return found


def of_channels(
    keys: Tensor, values: Tensor, omega: Tensor, acting: Tensor, prompt: Prompt[Tensor]
) -> Tensor:
    """The mean square of ``x' A s - label``, (R), for ``s_c = sum_i omega_i (z_i' k_c)(z_i' v_c)``.

    Parameters
    ----------
    keys, values
        With columns ``k_c`` and ``v_c``, one for each of the C channels, (R, d+1, C).
    omega, acting
        (R, n) and ``A`` (R, d, C). It may be differentiated once by each of the four. Runs have an
        axis in front, here and in the prompts.
    prompt
        B sets of n examples ``z_i = [x_i; y_i]`` with any number of queries.

    >>> prompt = Prompt(*(torch.ones(1, 1, 1) for _ in range(3)), torch.full((1, 1, 1), 5.0))
    >>> keys, one = torch.ones(1, 2, 1, requires_grad=True), torch.ones(1, 1, 1)
    >>> error = of_channels(keys, torch.ones(1, 2, 1), one[0], one, prompt)
    >>> error, torch.autograd.grad(error, keys)
    (tensor([1.], grad_fn=<_OfChannelsBackward>), (tensor([[[-4.],
             [-4.]]]),))
    """
    given = (keys, values, omega, acting)
    found: Tensor = _OfChannels.apply(*given, tokens(prompt), prompt.query, prompt.label)
    return found


def tokens(prompt: Prompt[Tensor]) -> Tensor:
    """The examples' tokens ``[x_i; y_i]``, (B, n, d+1)."""
    return torch.cat((prompt.features, prompt.labels), dim=-1)


def _errors(reading: Tensor, query: Tensor, label: Tensor, many: int) -> tuple[Tensor, Tensor]:
    """The share in a mean square of ``many`` errors, (R), and its slope by the reading."""
    if shared := query.stride(-3) == 0:  # all sets have the same queries
        query = query.select(-3, 0).unsqueeze(-3)
        errors = reading @ query
    else:
        errors = (reading.unsqueeze(-2) @ query.unsqueeze(-4)).squeeze(-2)
    errors -= label.squeeze(-1).unsqueeze(-3)
    if shared:
        slope = errors @ query.mT
    else:
        slope = (errors.unsqueeze(-2) @ query.mT.unsqueeze(-4)).squeeze(-2)
    return errors.square().sum((-2, -1)) / many, slope.mul_(2 / many)


def _many(label: Tensor) -> int:
    return label.shape[-3] * label.shape[-2]


class _OfAttention(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, values: Tensor, acting: Tensor, tokens: Tensor, query: Tensor, label: Tensor
    ) -> Tensor:
        sets, rows = tokens.flatten(-3, -2), tokens.shape[-3:-1]
        along = (sets @ values.mT).unflatten(-2, rows)  # (B, m, R)
        seen = (along.mT @ tokens).transpose(-3, -2)  # (R, B, d+1)
        error, slope = _errors(seen @ acting.mT, query, label, _many(label))
        back = slope @ acting  # by what is seen
        by_values = (tokens @ back.movedim(-3, -1)).flatten(-3, -2).mT @ sets
        ctx.save_for_backward(by_values, slope.mT @ seen)
        return error

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor | None, ...]:
        by_values, by_acting = ctx.saved_tensors
        return outer[..., None] * by_values, outer[..., None, None] * by_acting, None, None, None


class _OfChannels(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        keys: Tensor,
        values: Tensor,
        omega: Tensor,
        acting: Tensor,
        tokens: Tensor,
        query: Tensor,
        label: Tensor,
    ) -> Tensor:
        weights, prompts = (keys, values, omega, acting), (tokens, query, label)
        size = tokens.shape[-3]
        if tokens.device.type == "cpu":
            size = max(1, BLOCK // (keys[..., 0, :].numel() * tokens.shape[-2]))
        blocks = zip(*(part.split(size, -3) for part in prompts), strict=True)
        parts = [_in_channels(weights, block, _many(label)) for block in blocks]
        error, *slopes = (functools.reduce(torch.add, each) for each in zip(*parts, strict=True))
        ctx.save_for_backward(*slopes)
        return error

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor | None, ...]:
        by_keys, by_values, by_omega, by_acting = ctx.saved_tensors
        matrix = outer[..., None, None]
        of_omega = outer[..., None] * by_omega
        return matrix * by_keys, matrix * by_values, of_omega, matrix * by_acting, None, None, None


def _in_channels(
    weights: tuple[Tensor, ...], prompts: tuple[Tensor, ...], many: int
) -> tuple[Tensor, ...]:
    """The share of a block of prompts in the error, and in its slopes.

    Prompts are the last axis, so that what is done to every entry is done to long rows.
    """
    (keys, values, omega, acting), (tokens, query, label) = weights, prompts
    each = tokens.movedim(-3, -1).transpose(-3, -2).contiguous()  # (d+1, n, B)
    inner = each.shape[-2:]
    flat = each.flatten(-2).unsqueeze(-3)
    key, value = ((w.mT @ flat).unflatten(-1, inner) for w in (keys, values))  # (R, C, n, B)
    weight = omega[..., None, :, None]
    both = key * value
    seen = (weight.mT @ both).squeeze(-2)  # (R, C, B)
    error, slope = _errors((acting @ seen).mT, query, label, many)
    back = (acting.mT @ slope.mT).unsqueeze(-2)  # by what is seen
    by_omega = (both @ back.mT).squeeze(-1).sum(-2)
    back = back * weight
    by_keys, by_values = (flat @ (back * other).flatten(-2).mT for other in (value, key))
    return error, by_keys, by_values, by_omega, slope.mT @ seen.mT
