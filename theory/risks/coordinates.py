"""Risks coordinate by coordinate: exact, without words, pairings or covariance algebra.

At concrete sizes every entry of a prompt is a polynomial in independent standard normal
coordinates. The error is multiplied out, and written in Hermite polynomials of the coordinates, of
which the mean square is the sum of the squares of what stands before them. This is the independent
check on :mod:`theory.algebra.moments`: it reads the same design, and shares nothing else with it.

A coefficient such as ``sqrt(1 - alpha^2)`` need not be rational: the square roots of the primes
that it takes are generators of their own, and are squared away in the end. A random scalar is a
generator as well, or its root is, and the moments of its law are put for its powers. Nor need a
covariance have a rational root: where none is known its coordinates have variances of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from itertools import product
from math import prod
from operator import add, mul
from typing import Any

import flint
import numpy as np
import sympy

from theory.algebra.values import Numbers, scalar_value
from theory.designs.design import IDENTITY, Design
from theory.designs.groups import Group
from theory.designs.instance import Instance
from theory.designs.law import Law
from theory.designs.predictors import Predict, Predictor
from theory.designs.prompt import Prompt, read
from theory.designs.random_scalars import Indeterminate
from theory.risks.monomials import NORM, ODD, Powers, in_hermite
from theory.scalars.arithmetic import EXACT

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
        self.factors = _factors_of(design, at)
        names = ["t", *(one.name for one in self.factors)]
        for v, _ in design.prompt:
            names += [f"{v}[{a}]" for a in range(size)]
        for v, _ in design.example:
            names += [f"{v}[{k},{a}]" for k in range(count) for a in range(size)]
        names += [f"xi[{k}]" for k in range(count)] + ["xi0"]
        self.context = flint.fmpq_mpoly_ctx.get(tuple(names), "lex")
        self.generators = dict(zip(names, self.context.gens(), strict=True))
        self._places = {name: k for k, name in enumerate(names[1 + len(self.factors) :])}
        self.variances: dict[int, flint.fmpq] = {}

    def coloured(self, covariance: str, names: list[list[str]]) -> Array:
        """Rows of independent coordinates, given a covariance."""
        plain = _array(len(names), self._at.d, lambda r, c: self.generators[names[r][c]])
        if covariance == IDENTITY:
            return plain
        if covariance in self._at.roots:
            return plain @ self._constants(self._at.roots[covariance]).mT
        lower, pivots = _triangular(self._at.matrices[covariance])
        for row in names:
            self.variances |= {self._places[v]: p for v, p in zip(row, pivots, strict=True)}
        return plain @ self._constants(lower).mT

    def moment(self, powers: Sequence[int]) -> tuple[Any, tuple[int, ...]]:
        """The mean of a product of powers of all factors, and which roots are left over."""
        found: Any = 1
        for one, k in zip(self.factors, powers, strict=True):
            found = found * one.moment(k // 2 if one.halved else k)
        left = (k % 2 if one.halved else 0 for one, k in zip(self.factors, powers, strict=True))
        return found, tuple(left)

    def monomial_mean(self, powers: Sequence[int]) -> Any:
        """The mean of a product of even powers of coordinates."""
        found: Any = prod(ODD[k] for k in powers)
        for place, variance in self.variances.items():
            found = found * variance ** (powers[place] // 2)
        return found

    def norm(self, powers: Sequence[int]) -> Any:
        """The mean of the square of a product of Hermite polynomials of coordinates."""
        found: Any = prod(NORM[k] for k in powers if k > 1)
        for place, variance in self.variances.items():
            found = found * variance ** powers[place]
        return found

    def _constants(self, m: flint.fmpq_mat) -> Array:
        return _array(m.nrows(), m.ncols(), lambda r, c: m[r, c])

    def vector(self, name: str, covariance: str) -> Array:
        return self.coloured(covariance, [[f"{name}[{r}]" for r in range(self._at.d)]]).T

    def examples(self, name: str, covariance: str, group: Group) -> Array:
        rows = self._at.rows[group.name]
        names = [[f"{name}[{k},{c}]" for c in range(self._at.d)] for k in rows]
        return self.coloured(covariance, names)

    def mean(self, name: str) -> Array:
        return self.fixed(self._at.matrices[name])

    def fixed(self, m: flint.fmpq_mat) -> Array:
        return _array(m.nrows(), m.ncols(), lambda r, c: self.constant(m[r, c]))

    def constant(self, value: Any) -> Any:
        return self.context.constant(value)

    def matrix(self, name: str) -> Array:
        return self._constants(self._at.matrices[name])

    def ones(self, group: Group) -> Array:
        return _array(len(self._at.rows[group.name]), 1, lambda r, c: self.constant(1))

    def noise(self, group: Group) -> Array:
        rows = self._at.rows[group.name]
        return _array(len(rows), 1, lambda r, c: self.generators[f"xi[{rows[r]}]"])

    def stacked(self, parts: Sequence[Array]) -> Array:
        return np.vstack(parts)

    def one(self) -> Array:
        return _array(1, 1, lambda r, c: self.constant(1))

    def query_noise(self) -> Array:
        return _array(1, 1, lambda r, c: self.generators["xi0"])

    def scale(self, scalar: sympy.Expr, value: Array) -> Array:
        number = self._number(scalar, self._at.scalars)
        rows, cols = value.shape
        return _array(rows, cols, lambda r, c: value[r, c] * number)

    def along(self, entry: sympy.Expr, value: Array) -> Array:
        entries = [self._number(entry, {**self._at.scalars, "i": k + 1}) for k in range(self._at.n)]
        rows, cols = value.shape
        return _array(rows, cols, lambda r, c: value[r, c] * entries[r])

    def dots(self, left: Array, right: Array) -> Array:
        return (left * right).sum(axis=1, keepdims=True)

    def times_random(
        self, one: Indeterminate, power: int, value: Array, group: Group | None
    ) -> Array:
        rows: Sequence[int | None] = [None] * value.shape[0]
        if group is not None and one.scalar.per_example:
            rows = self._at.rows[group.name]
        drawn = [self.generators[_generator(one, row)] ** power for row in rows]
        height, width = value.shape
        return _array(height, width, lambda r, c: value[r, c] * drawn[r])

    def _number(self, expr: sympy.Expr, scalars: Numbers) -> Any:
        """The value of a coefficient, with the roots of primes as generators."""
        if _is_root(expr):
            inside = scalar_value(expr.base, scalars, EXACT)
            halves = int(2 * expr.exp)
            if inside == 0:
                return self.constant(inside**halves)
            root = self.constant(flint.fmpq(1, inside.q))
            for prime, power in _factors(inside.p * inside.q):
                root = root * self.constant(prime ** (power // 2))
                root = root * self.generators[f"root_{prime}"] if power % 2 else root
            # an odd power of the root r of v: r v^((k-1)/2)
            return root * self.constant(inside ** ((halves - 1) // 2))
        if expr.is_Add or expr.is_Mul:
            values = [self._number(a, scalars) for a in expr.args]
            return reduce(mul, values) if expr.is_Mul else sum(values[1:], values[0])
        if expr.is_Pow and expr.exp.is_Integer and expr.exp > 0:
            return self._number(expr.base, scalars) ** int(expr.exp)
        return self.constant(scalar_value(expr, scalars, EXACT))


@dataclass(frozen=True)
class _Factor:
    """A generator beside the Gaussian coordinates.

    Parameters
    ----------
    name
        Of the generator.
    halved
        Whether it is the root of what it stands for, and may not be left over.
    moment
        The expectation of a power of what it stands for.
    """

    name: str
    halved: bool
    moment: Callable[[int], Any]


def _generator(one: Indeterminate, example: int | None) -> str:
    """The name of that of a random scalar, of an example where each has its own."""
    return f"{one.scalar.name}@{'' if example is None else example}"


def _factors_of(design: Design, at: Instance) -> list[_Factor]:
    """Generators for the roots of primes that coefficients take, and for random scalars."""
    found = [_Factor(f"root_{p}", True, partial(pow, p)) for p in _primes(design, at)]
    for one in design.indeterminates:
        moment = cache(partial(_moment, one.scalar.law, at))
        for example in range(at.n) if one.scalar.per_example else (None,):
            found.append(_Factor(_generator(one, example), one.rooted, moment))
    return found


def _moment(law: Law, at: Instance, order: int) -> flint.fmpq:
    return scalar_value(law.moment(order), at.scalars, EXACT)


def _triangular(matrix: flint.fmpq_mat) -> tuple[flint.fmpq_mat, list[flint.fmpq]]:
    """The ``L`` with ones on its diagonal and the ``D`` of a covariance ``L D L'``."""
    size, rest = matrix.nrows(), matrix * 1
    lower, pivots = EXACT.identity(size), []
    for k in range(size):
        pivots.append(rest[k, k])
        if pivots[k] == 0:  # so is all beside it
            continue
        for r in range(k + 1, size):
            lower[r, k] = rest[r, k] / pivots[k]
        column = [lower[r, k] if r >= k else flint.fmpq(0) for r in range(size)]
        for r in range(size):
            for c in range(size):
                rest[r, c] -= pivots[k] * column[r] * column[c]
    return lower, pivots


def _is_root(expr: sympy.Expr) -> bool:
    return bool(expr.is_Pow and expr.exp.is_Rational and expr.exp.q == 2)


@cache
def _factors(value: Any) -> list[tuple[int, int]]:
    """The prime factors of a non-negative integer with their powers; none for 0 and 1."""
    if value < 0:
        raise ArithmeticError(f"the square root of {value} is not real")
    return [(int(p), int(k)) for p, k in flint.fmpz(int(value)).factor() if p > 1]


def _primes(design: Design, at: Instance) -> list[int]:
    """The primes whose square roots the coefficients of a design need at this instance."""
    found = set()
    for k in range(1, at.n + 1):
        scalars = {**at.scalars, "i": k}
        for expr in design.coefficients:
            for power in filter(_is_root, expr.atoms(sympy.Pow)):
                inside = scalar_value(power.base, scalars, EXACT)
                found |= {p for p, odd in _factors(inside.p * inside.q) if odd % 2}
    return sorted(found)


_LAST: list[tuple[Instance, _Coordinates, Prompt[Array]]] = []
"""The instance that was read last: one asks for lines in all directions there."""


def _read(at: Instance) -> tuple[_Coordinates, Prompt[Array]]:
    for known, coordinates, prompt in tuple(_LAST):
        if known is at:
            return coordinates, prompt
    coordinates = _Coordinates(at)
    prompt = read(at.design, coordinates)
    _LAST[:] = [(at, coordinates, prompt)]
    return coordinates, prompt


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
        An exact instance; keep ``n * d`` small, the number of terms grows fast.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> design = designs.isotropic_noiseless
    >>> start, direction = {"W": flint.fmpq_mat([[0]])}, {"W": flint.fmpq_mat([[1]])}
    >>> risk_along(predictors.pgd, start, direction, instance(design, n=2, d=1))
    (1, -4, 8)
    """
    coordinates, prompt = _read(at)
    t = coordinates.generators["t"]

    def moving(a: flint.fmpq_mat, b: flint.fmpq_mat) -> Array:
        return _array(
            a.nrows(), a.ncols(), lambda r, c: coordinates.constant(a[r, c]) + t * b[r, c]
        )

    weights = {name: moving(value, direction[name]) for name, value in start.items()}
    residual = (prompt.label - predictor.predict(prompt, weights))[0, 0]
    return _mean_square(residual, coordinates)


def parabola_along(
    predictor: Predictor,
    start: Mapping[str, flint.fmpq_mat],
    direction: Mapping[str, flint.fmpq_mat],
    at: Instance,
) -> tuple[flint.fmpq, flint.fmpq, flint.fmpq]:
    """The same where the risk has no higher powers than ``t^2``; those that are missing are zero.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> at = instance(designs.isotropic_noiseless, n=2, d=1)
    >>> still = {"W": flint.fmpq_mat([[0]])}
    >>> parabola_along(predictors.pgd, {"W": flint.fmpq_mat([[1]])}, still, at)
    (5, 0, 0)
    """
    zero = flint.fmpq(0)
    constant, slope, square, *_ = (*risk_along(predictor, start, direction, at), zero, zero)
    return constant, slope, square


def mean_at(quantity: Predict, weights: Mapping[str, flint.fmpq_mat], at: Instance) -> flint.fmpq:
    """The exact expectation of any expression (1 x 1) in a prompt and weights.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> at = instance(designs.isotropic_noiseless, n=2, d=3)
    >>> mean_at(lambda p, w: p.label @ p.label, {}, at)
    3
    """
    coordinates, prompt = _read(at)
    still = {name: coordinates.fixed(w) for name, w in weights.items()}
    polynomial = quantity(prompt, still)[0, 0]
    factors = coordinates.factors
    total: dict[tuple[int, ...], flint.fmpq] = {}
    for exponents, c in polynomial.to_dict().items():
        _, *powers = map(int, exponents)
        own, monomial = powers[: len(factors)], powers[len(factors) :]
        if any(k % 2 for k in monomial):
            continue
        moment, key = coordinates.moment(own)
        moment = moment * coordinates.monomial_mean(monomial)
        total[key] = total.get(key, flint.fmpq(0)) + c * moment
    if any(value != 0 and any(key) for key, value in total.items()):
        raise ArithmeticError("the expectation is not rational")
    return total.get((0,) * len(factors), flint.fmpq(0))


def risk_at(
    predictor: Predictor, weights: Mapping[str, flint.fmpq_mat], at: Instance
) -> flint.fmpq:
    """The exact risk of given weights at an exact instance.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> design = designs.isotropic_noiseless
    >>> at = instance(design, n=2, d=1)
    >>> risk_at(predictors.pgd, {"W": flint.fmpq_mat([[flint.fmpq(1, 4)]])}, at)
    1/2
    """
    still = {name: value * 0 for name, value in weights.items()}
    return risk_along(predictor, weights, still, at)[0]


def _mean_square(polynomial: Any, coordinates: _Coordinates) -> tuple[flint.fmpq, ...]:
    """``E p^2`` with all but ``t`` integrated out, as coefficients of ``t^0, t^1, ...``.

    Products of Hermite polynomials in the coordinates meet themselves alone: the means of all other
    products vanish. ``t`` and the factors beside them, which come first, meet in pairs.
    """
    if polynomial == 0:
        return (flint.fmpq(0),)
    first = 1 + len(coordinates.factors)
    rows: dict[Powers, dict[int, flint.fmpq]] = {}
    columns: dict[Powers, int] = {}
    for exponents, c in in_hermite(polynomial, first, coordinates.variances).to_dict().items():
        powers = tuple(map(int, exponents))
        column = columns.setdefault(powers[:first], len(columns))
        rows.setdefault(powers[first:], {})[column] = c
    places = range(len(columns))
    plain = [[row.get(k, 0) for k in places] for row in rows.values()]
    norms = map(coordinates.norm, rows)
    weighted = [[norm * c for c in row] for norm, row in zip(norms, plain, strict=True)]
    found = flint.fmpq_mat(plain).transpose() * flint.fmpq_mat(weighted)
    total: dict[Powers, flint.fmpq] = {}
    for (left, j), (right, k) in product(columns.items(), repeat=2):
        order, *rest = map(add, left, right)
        moment, roots = coordinates.moment(rest)
        key = (order, *roots)
        total[key] = total.get(key, 0) + found[j, k] * moment
    if any(value != 0 and any(key[1:]) for key, value in total.items()):
        raise ArithmeticError("the risk is not rational")
    none = (0,) * len(coordinates.factors)
    last = max(key[0] for key in total)
    return tuple(flint.fmpq(total.get((k, *none), 0)) for k in range(last + 1))
