"""A design at concrete sizes, with numbers for its parameters, covariances and means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
import torch
from torch import Tensor

from theory import words
from theory.design import Design
from theory.errors import InputError, ShapeError, UnknownName

# How far from symmetric, or below zero, a covariance may be by rounding, relative to its norm.
ROUNDING = 1e-10


@dataclass(frozen=True, eq=False)
class Setting:
    """A design with all its numbers: what the sampler, the exact risk and training start from.

    Parameters
    ----------
    design
        The design.
    n, d
        Number of examples and of features, at least 1.
    parameters
        A number (int, float, ``Fraction`` or SymPy number) for each parameter of the design, in
        its range.
    covariances
        A symmetric positive semi-definite d x d matrix (tensor, array or nested lists) for each
        covariance of the design; kept as float64 tensors on the CPU.
    means
        A vector of length d for each fixed vector of the design; kept likewise, as d x 1.

    Raises
    ------
    theory.errors.InputError
        If a value is missing, unknown, out of range or of the wrong shape; the message says which.

    Examples
    --------
    >>> from theory import designs
    >>> setting = Setting(
    ...     designs.independent,
    ...     n=3,
    ...     d=2,
    ...     parameters={"sigma": 0.5},
    ...     covariances={"Sigma_x": [[2, 1], [1, 2]], "Sigma_beta": torch.eye(2)},
    ... )
    >>> setting.value(designs.sigma * words.n**2)
    4.5
    """

    design: Design
    n: int = field(kw_only=True)
    d: int = field(kw_only=True)
    parameters: Mapping[str, Any] = field(kw_only=True, default_factory=dict)
    covariances: Mapping[str, Tensor] = field(kw_only=True, default_factory=dict)
    means: Mapping[str, Tensor] = field(kw_only=True, default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("n", "d"):
            size = getattr(self, name)
            if not isinstance(size, int) or size < 1:
                raise ShapeError(f"{name} must be a whole number of at least 1, got {size!r}")
        self._complete("parameter", (p.name for p in self.design.parameters), self.parameters)
        self._complete("covariance", self.design.covariances, self.covariances)
        self._complete("mean", self.design.means, self.means)
        parameters = {p.name: self._parameter(p.name) for p in self.design.parameters}
        covariances = {name: self._covariance(name) for name in self.design.covariances}
        means = {name: self._mean(name) for name in self.design.means}
        for name, table in (
            ("parameters", parameters),
            ("covariances", covariances),
            ("means", means),
        ):
            object.__setattr__(self, name, table)

    def _complete(self, what: str, needed: Iterable[str], given: Mapping[str, Any]) -> None:
        needed = list(needed)
        for name in given:
            if name not in needed:
                raise UnknownName(what, name, needed)
        for name in needed:
            if name not in given:
                raise InputError(f"design {self.design.name!r} needs a value for {what} {name!r}")

    def _parameter(self, name: str) -> sympy.Expr:
        (parameter,) = (p for p in self.design.parameters if p.name == name)
        value = sympy.sympify(self.parameters[name], strict=True)
        if value not in parameter:
            raise InputError(f"{name} must lie in [{parameter.low}, {parameter.high}], got {value}")
        return value

    def _covariance(self, name: str) -> Tensor:
        value = torch.as_tensor(self.covariances[name], dtype=torch.float64, device="cpu").detach()
        if value.shape != (self.d, self.d):
            raise ShapeError(
                f"covariance {name} must be {self.d} x {self.d}, got {tuple(value.shape)}"
            )
        if not value.isfinite().all():
            raise InputError(f"covariance {name} must be finite, got {value.tolist()}")
        slack = ROUNDING * float(value.abs().max())
        if float((value - value.mT).abs().max()) > slack:
            raise InputError(f"covariance {name} must be symmetric, got {value.tolist()}")
        value = (value + value.mT) / 2
        lowest = float(torch.linalg.eigvalsh(value)[0])
        if lowest < -slack * self.d:
            raise InputError(
                f"covariance {name} must be positive semi-definite, "
                f"its least eigenvalue is {lowest}"
            )
        return value

    def _mean(self, name: str) -> Tensor:
        value = torch.as_tensor(self.means[name], dtype=torch.float64, device="cpu").detach()
        if value.shape not in ((self.d,), (self.d, 1)):
            raise ShapeError(f"mean {name} must have length {self.d}, got {tuple(value.shape)}")
        return value.reshape(self.d, 1)

    def value(self, expression: sympy.Expr) -> float:
        """A scalar expression in the parameters, ``n`` and ``d`` as a float."""
        table = {sympy.Symbol(name): value for name, value in self.parameters.items()}
        number = sympy.sympify(expression).subs({**table, words.n: self.n, words.d: self.d})
        try:
            return float(number)
        except TypeError:
            raise InputError(f"{expression} should be a real number here, got {number}") from None

    def along(self, expression: sympy.Expr) -> Tensor:
        """An expression that may also use the index ``i``, at ``i = 1..n``; float64, length n."""
        return torch.tensor(
            [self.value(expression.subs(words.i, k)) for k in range(1, self.n + 1)],
            dtype=torch.float64,
        )
