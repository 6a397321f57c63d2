"""How many multiply-adds the matrix products of one training step take, from the sizes alone."""

from __future__ import annotations

from collections.abc import Callable

from torch.utils.flop_counter import FlopCounterMode


def engine(model: str, n: int, d: int, sets: int, queries: int) -> int:
    """Of a step of the engine, one restart: ``sets`` of n examples with ``queries`` each.

    ATT meets ``m = min(n, d)`` rotated tokens of ``D = d + 1`` entries with vectors alone, twice
    forward and twice back, ``4 m D``. SSM weighs the n tokens, so its Gram
    matrix depends on the parameters: ``n D^2`` forward and ``n D^2`` back, and three products with
    a D x D matrix; few tokens are read one by one instead, keys and values, forward and back,
    ``4 n D^2``, and weighed, ``2 n D``. A query costs ``3 d``, its label included.

    >>> engine("att", n=40, d=20, sets=1, queries=1)
    31183
    """
    D, m = d + 1, min(n, d)
    if model == "att":
        # the labels; what is seen of the tokens, forward and back; C times that
        each = m * d + 4 * m * D + 3 * d * D
        return sets * (each + 3 * queries * d) + 3 * d * D**2 + 3 * D**2
    read = 4 * n * D**2 + 2 * n * D if 2 * n < 3 * D else 2 * n * D**2 + 3 * D**3
    each = n * d + read + 3 * d * D
    return sets * (each + 3 * queries * d)


def plain_loop(model: str, n: int, d: int, prompts: int) -> int:
    """Of a step of the plain loop: keys and values of every token, forward and back, ``4 n D^2``.

    >>> plain_loop("att", n=40, d=20, prompts=1)
    77282
    """
    D = d + 1
    # two more products of every token with a vector, forward and twice back; of SSM one
    tokens = 4 * n * D**2 + (6 if model == "att" else 3) * n * D
    return prompts * (n * d + tokens + 2 * D**2)


def counted(action: Callable[[], object]) -> int:
    """The same as PyTorch counts it while something runs.

    >>> import torch
    >>> counted(lambda: torch.ones(2, 3) @ torch.ones(3, 5))
    30
    """
    with FlopCounterMode(display=False) as counter:
        action()
    flops = counter.get_total_flops()
    return flops // 2
