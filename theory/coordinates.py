"""Risks coordinate by coordinate: exact, without words, pairings or covariance algebra.

At concrete sizes every entry of a prompt is a polynomial in independent standard normal
coordinates. The squared error is multiplied out, and each monomial's expectation is the product
of ``E g^k = (k-1)!!``. This is the independent check on :mod:`theory.moments`: it reads the same
design, and shares nothing else with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import flint
import numpy as np
import sympy

from theory.arithmetic import EXACT
from theory.design import IDENTITY
from theory.instance import Instance
from theory.predictors import Predictor
from theory.prompt import read
from theory.values import scalar_value

Array = Any  # object arrays of fmpq_mpoly


def _array(rows: int, cols: int, entry: Callable[[int, int], Any]) -> Array:
    """An object array, filled entry by entry: NumPy would take a polynomial for a sequence."""
    out = np.empty((rows, cols), dtype=object)
    for r in range(rows):
        for c in range(cols):
            out[r, c] = entry(r, c)
    return out


class _Coordinates:
    """The reading of a design as polynomials in standard normal coordinates and one free ``t``."""

    def __init__(self, at: Instance):
        self._at = at
        design, size, count = at.design, at.d, at.n
        names = ["t"]
        for v, _ in design.prompt:
            names += [f"{v}_{a}" for a in range(size)]
        for v, _ in design.example:
            names += [f"{v}_{k}_{a}" for k in range(count) for a in range(size)]
        names += [f"xi_{k}" for k in range(count)] + ["xi0"]
        self.context = flint.fmpq_mpoly_ctx.get(tuple(names), "lex")
        self.generators = dict(zip(names, self.context.gens(), strict=True))

    def _factor(self, covariance: str) -> Array:
        return self._constants(self._at.root(covariance))

    def _constants(self, m: flint.fmpq_mat) -> Array:
        return _array(m.nrows(), m.ncols(), lambda r, c: m[r, c])

    def vector(self, name: str, covariance: str) -> Array:
        plain = _array(self._at.d, 1, lambda r, c: self.generators[f"{name}_{r}"])
        return plain if covariance == IDENTITY else self._factor(covariance) @ plain

    def examples(self, name: str, covariance: str) -> Array:
        rows, cols = self._at.n, self._at.d
        plain = _array(rows, cols, lambda r, c: self.generators[f"{name}_{r}_{c}"])
        return plain if covariance == IDENTITY else plain @ self._factor(covariance).mT

    def mean(self, name: str) -> Array:
        m = self._at.matrices[name]
        return _array(m.nrows(), 1, lambda r, c: self.constant(m[r, 0]))

    def constant(self, value: Any) -> Any:
        return self.context.constant(value)

    def matrix(self, name: str) -> Array:
        return self._constants(self._at.matrices[name])

    def ones(self) -> Array:
        return _array(self._at.n, 1, lambda r, c: self.constant(1))

    def noise(self) -> Array:
        return _array(self._at.n, 1, lambda r, c: self.generators[f"xi_{r}"])

    def query_noise(self) -> Array:
        return _array(1, 1, lambda r, c: self.generators["xi0"])

    def scale(self, scalar: sympy.Expr, value: Array) -> Array:
        return value * scalar_value(scalar, self._at.scalars, EXACT)

    def along(self, entry: sympy.Expr, value: Array) -> Array:
        entries = [
            scalar_value(entry, {**self._at.scalars, "i": k + 1}, EXACT) for k in range(self._at.n)
        ]
        rows, cols = value.shape
        return _array(rows, cols, lambda r, c: value[r, c] * entries[r])


def risk_along(
    predictor: Predictor,
    start: Mapping[str, flint.fmpq_mat],
    direction: Mapping[str, flint.fmpq_mat],
    at: Instance,
) -> tuple[flint.fmpq, ...]:
    """The exact risk of the weights ``start + t direction``, as coefficients of ``t^0, t^1, ...``.

    Parameters
    ----------
    start, direction
        Weights by name; a diagonal weight is given as an n x n matrix.
    at
        An exact instance with a root for every covariance; keep ``n * d`` small, the number of
        terms grows fast.

    Examples
    --------
    >>> from theory import designs, predictors
    >>> from theory.instance import instance
    >>> design = designs.isotropic_noiseless
    >>> start, direction = {"W": flint.fmpq_mat([[0]])}, {"W": flint.fmpq_mat([[1]])}
    >>> risk_along(predictors.pgd, start, direction, instance(design, n=2, d=1))
    (1, -4, 8)
    """
    coordinates = _Coordinates(at)
    t = coordinates.generators["t"]

    def moving(a: flint.fmpq_mat, b: flint.fmpq_mat) -> Array:
        return _array(
            a.nrows(), a.ncols(), lambda r, c: coordinates.constant(a[r, c]) + t * b[r, c]
        )

    weights = {name: moving(value, direction[name]) for name, value in start.items()}
    prompt = read(at.design, coordinates)
    residual = (prompt.label - predictor.predict(prompt, weights))[0, 0]
    return _mean_square(residual)


def risk_at(
    predictor: Predictor, weights: Mapping[str, flint.fmpq_mat], at: Instance
) -> flint.fmpq:
    """The exact risk of given weights at an exact instance with a root for every covariance.

    >>> from theory import designs, predictors
    >>> from theory.instance import instance
    >>> design = designs.isotropic_noiseless
    >>> at = instance(design, n=2, d=1)
    >>> risk_at(predictors.pgd, {"W": flint.fmpq_mat([[flint.fmpq(1, 4)]])}, at)
    1/2
    """
    still = {name: value * 0 for name, value in weights.items()}
    return risk_along(predictor, weights, still, at)[0]


def _mean_square(polynomial: Any) -> tuple[flint.fmpq, ...]:
    """``E p^2`` with all but ``t`` integrated out, from ``E g^k = (k-1)!!``.

    Odd powers vanish, so only pairs of monomials with the same parities are multiplied out.
    """
    classes: dict[tuple[int, ...], list[tuple[tuple[int, ...], flint.fmpq]]] = {}
    for exponents, c in polynomial.to_dict().items():
        powers = tuple(map(int, exponents))
        classes.setdefault(tuple(k % 2 for k in powers[1:]), []).append((powers, c))
    total: dict[int, flint.fmpq] = {}
    for members in classes.values():
        for j, (powers, c) in enumerate(members):
            for k, (others, e) in enumerate(members[: j + 1]):
                moment = prod(_ODD[a + b] for a, b in zip(powers[1:], others[1:], strict=True))
                term = c * e * (moment if j == k else 2 * moment)
                order = powers[0] + others[0]
                total[order] = total.get(order, flint.fmpq(0)) + term
    return tuple(total.get(k, flint.fmpq(0)) for k in range(max(total, default=0) + 1))


# (k-1)!! for even k; odd sums do not occur.
_ODD = {k: prod(range(1, k, 2)) for k in range(0, 40, 2)}
