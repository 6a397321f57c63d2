"""Risks coordinate by coordinate: exact, without words, pairings or covariance algebra.

At concrete sizes every entry of a prompt is a polynomial in independent standard normal
coordinates. The squared error is multiplied out, and each monomial's expectation is the product of
``E g^k = (k-1)!!``. This is the independent check on :mod:`theory.moments`: it reads the same
design, and shares nothing else with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import flint
import numpy as np
import sympy

from theory.arithmetic import EXACT
from theory.design import IDENTITY, Design
from theory.predictors import Predictor
from theory.prompt import read
from theory.values import scalar_value
from theory.words import Letter, N

Array = Any  # object arrays of fmpq_mpoly


@dataclass(frozen=True)
class Setting:
    """Concrete sizes and exact rational values for a design.

    Parameters
    ----------
    factors
        For each covariance ``S`` a d x d matrix ``F`` with ``F F' = S``.
    means
        For each fixed vector its d entries.
    """

    design: Design
    n: int
    d: int
    scalars: Mapping[str, flint.fmpq]
    factors: Mapping[str, flint.fmpq_mat]
    means: Mapping[str, Any] | None = None


def _array(rows: int, cols: int, entry: Callable[[int, int], Any]) -> Array:
    """An object array, filled entry by entry: NumPy would take a polynomial for a sequence."""
    out = np.empty((rows, cols), dtype=object)
    for r in range(rows):
        for c in range(cols):
            out[r, c] = entry(r, c)
    return out


class _Coordinates:
    """The reading of a design as polynomials in standard normal coordinates."""

    def __init__(self, setting: Setting, extra: tuple[str, ...]):
        self._setting = setting
        size, count = setting.d, setting.n
        names = [*extra]
        for v, _ in setting.design.prompt:
            names += [f"{v}_{a}" for a in range(size)]
        for v, _ in setting.design.example:
            names += [f"{v}_{k}_{a}" for k in range(count) for a in range(size)]
        names += [f"xi_{k}" for k in range(count)] + ["xi0"]
        self.context = flint.fmpq_mpoly_ctx.get(tuple(names), "lex")
        self.generators = dict(zip(names, self.context.gens(), strict=True))
        self.first_normal = len(extra)

    def _factor(self, covariance: str) -> Array:
        factor = self._setting.factors[covariance]
        return _array(self._setting.d, self._setting.d, lambda r, c: factor[r, c])

    def vector(self, name: str, covariance: str) -> Array:
        plain = _array(self._setting.d, 1, lambda r, c: self.generators[f"{name}_{r}"])
        return plain if covariance == IDENTITY else self._factor(covariance) @ plain

    def examples(self, name: str, covariance: str) -> Array:
        rows, cols = self._setting.n, self._setting.d
        plain = _array(rows, cols, lambda r, c: self.generators[f"{name}_{r}_{c}"])
        return plain if covariance == IDENTITY else plain @ self._factor(covariance).mT

    def mean(self, name: str) -> Array:
        entries = (self._setting.means or {})[name]
        return _array(self._setting.d, 1, lambda r, c: self.constant(EXACT.number(entries[r])))

    def constant(self, value: Any) -> Any:
        return self.context.constant(value)

    def matrix(self, name: str) -> Array:
        factor = self._factor(name)
        return factor @ factor.mT

    def ones(self) -> Array:
        return _array(self._setting.n, 1, lambda r, c: self.constant(1))

    def noise(self) -> Array:
        return _array(self._setting.n, 1, lambda r, c: self.generators[f"xi_{r}"])

    def query_noise(self) -> Array:
        return _array(1, 1, lambda r, c: self.generators["xi0"])

    def scale(self, scalar: sympy.Expr, value: Array) -> Array:
        return value * scalar_value(scalar, self._scalars(), EXACT)

    def along(self, entry: sympy.Expr, value: Array) -> Array:
        entries = [
            scalar_value(entry, {**self._scalars(), "i": k + 1}, EXACT)
            for k in range(self._setting.n)
        ]
        rows, cols = value.shape
        return _array(rows, cols, lambda r, c: value[r, c] * entries[r])

    def _scalars(self) -> dict[str, Any]:
        return {"n": self._setting.n, "d": self._setting.d, **self._setting.scalars}


def risk_in_weights(setting: Setting, predictor: Predictor) -> tuple[Any, dict[str, Array]]:
    """The risk as an exact polynomial in the entries of the predictor's weights.

    Parameters
    ----------
    setting
        Concrete sizes and values; keep ``n * d`` small, the number of terms grows fast.
    predictor
        Its weights stay symbolic: entry (a, b) of ``W`` is the generator ``W_a_b``; a diagonal
        weight has the generators ``Omega_k_k``.

    Returns
    -------
    polynomial, entries
        A flint polynomial, and for each weight the object array of its generators.

    Examples
    --------
    >>> from theory import designs, predictors
    >>> setting = Setting(designs.isotropic_noiseless, n=2, d=1, scalars={}, factors={})
    >>> risk_in_weights(setting, predictors.pgd)[0]
    8*W_0_0^2 - 4*W_0_0 + 1
    """
    weights, names = _weight_names(setting, predictor)
    coordinates = _Coordinates(setting, names)
    entries = {
        w.name: _fill(shape, w, lambda name: coordinates.generators[name], coordinates)
        for w, shape in weights
    }
    prompt = read(setting.design, coordinates)
    residual = (prompt.label - predictor.predict(prompt, entries))[0, 0]
    return _expectation(residual * residual, coordinates), entries


def risk_at(
    setting: Setting, predictor: Predictor, weights: Mapping[str, flint.fmpq_mat]
) -> flint.fmpq:
    """The exact risk of given weights.

    >>> from theory import designs, predictors
    >>> setting = Setting(designs.isotropic_noiseless, n=2, d=1, scalars={}, factors={})
    >>> risk_at(setting, predictors.pgd, {"W": flint.fmpq_mat([[flint.fmpq(1, 4)]])})
    1/2
    """
    coordinates = _Coordinates(setting, ())

    def constants_of(m: flint.fmpq_mat) -> Array:
        return _array(m.nrows(), m.ncols(), lambda r, c: coordinates.constant(m[r, c]))

    constants = {name: constants_of(m) for name, m in weights.items()}
    prompt = read(setting.design, coordinates)
    residual = (prompt.label - predictor.predict(prompt, constants))[0, 0]
    value = _expectation(residual * residual, coordinates).to_dict()
    return next(iter(value.values()), flint.fmpq(0))


def _weight_names(
    setting: Setting, predictor: Predictor
) -> tuple[list[tuple[Letter, tuple[int, int]]], tuple[str, ...]]:
    dimension = {"n": setting.n, "d": setting.d, "1": 1}
    weights = [(w, (dimension[w.rows.name], dimension[w.cols.name])) for w in predictor.weights]
    names = []
    for w, (rows, cols) in weights:
        names += [
            f"{w.name}_{a}_{b}"
            for a in range(rows)
            for b in range(cols)
            if a == b or w.rows != N or w.cols != N
        ]
    return weights, tuple(names)


def _fill(
    shape: tuple[int, int], w: Letter, entry: Callable[[str], Any], coordinates: _Coordinates
) -> Array:
    zero = coordinates.constant(0)
    diagonal = w.rows == w.cols == N
    return _array(*shape, lambda a, b: zero if diagonal and a != b else entry(f"{w.name}_{a}_{b}"))


def _expectation(polynomial: Any, coordinates: _Coordinates) -> Any:
    """Integrate the normal coordinates out: odd powers vanish, ``E g^k = (k-1)!!``."""
    kept = coordinates.first_normal
    total: dict[tuple[int, ...], flint.fmpq] = {}
    blank = (0,) * (len(coordinates.generators) - kept)
    for exponents, c in polynomial.to_dict().items():
        powers = [int(k) for k in exponents[kept:] if k]
        if any(k % 2 for k in powers):
            continue
        key = (*exponents[:kept], *blank)
        moment = prod(prod(range(1, k, 2)) for k in powers)
        total[key] = total.get(key, flint.fmpq(0)) + c * moment
    return coordinates.context.from_dict(total)
