"""The numbers of an instance as floats and tensors."""

from __future__ import annotations

import sympy
import torch
from torch import Tensor

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.scalars import symbols
from theory.scalars.arithmetic import FLOATING


def number(expression: sympy.Expr, at: Instance) -> float:
    """A scalar expression in the parameters, ``n`` and ``d``.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> at = instance(designs.independent, n=3, d=2, scalars={"sigma": 0.5})
    >>> number(sympy.Symbol("sigma") * symbols.n**2, at)
    4.5
    """
    scalars = {name: float(at.arithmetic.plain(value)) for name, value in at.scalars.items()}
    return float(scalar_value(sympy.sympify(expression, strict=True), scalars, FLOATING))


def entries(expression: sympy.Expr, at: Instance) -> Tensor:
    """An expression that may also use the index ``i``, at ``i = 1..n``; float64, length n."""
    return torch.tensor(
        [number(expression.subs(symbols.i, k), at) for k in range(1, at.n + 1)],
        dtype=torch.float64,
    )


def matrices(at: Instance) -> dict[str, Tensor]:
    """Covariances (d x d) and fixed vectors (d x 1) by name; float64 on the CPU."""
    return {
        name: torch.tensor(at.arithmetic.plain(value).astype(float))
        for name, value in at.matrices.items()
    }
