"""Risks coordinate by coordinate: exact, without words, pairings or covariance algebra.

At concrete sizes every entry of a prompt is a polynomial in independent standard normal
coordinates. The squared error is multiplied out, and each monomial's expectation is the product
of ``E g^k = (k-1)!!``. This is the independent check on :mod:`theory.algebra.moments`: it reads the
same design, and shares nothing else with it.

A coefficient such as ``sqrt(1 - alpha^2)`` need not be rational: the square roots of the primes
that it takes are generators of their own, and are squared away in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, reduce
from math import lcm, prod
from operator import mul
from typing import Any

import flint
import numpy as np
import sympy

from theory.algebra.values import Numbers, scalar_value
from theory.designs.design import IDENTITY, Design
from theory.designs.groups import Group
from theory.designs.instance import Instance
from theory.designs.predictors import Predict, Predictor
from theory.designs.prompt import read
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
        self.primes = _primes(design, at)
        names = ["t", *(f"root_{p}" for p in self.primes)]
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

    def examples(self, name: str, covariance: str, group: Group) -> Array:
        rows, cols = self._at.rows[group.name], self._at.d
        plain = _array(len(rows), cols, lambda r, c: self.generators[f"{name}_{rows[r]}_{c}"])
        return plain if covariance == IDENTITY else plain @ self._factor(covariance).mT

    def mean(self, name: str) -> Array:
        m = self._at.matrices[name]
        return _array(m.nrows(), 1, lambda r, c: self.constant(m[r, 0]))

    def constant(self, value: Any) -> Any:
        return self.context.constant(value)

    def matrix(self, name: str) -> Array:
        return self._constants(self._at.matrices[name])

    def ones(self, group: Group) -> Array:
        return _array(len(self._at.rows[group.name]), 1, lambda r, c: self.constant(1))

    def noise(self, group: Group) -> Array:
        rows = self._at.rows[group.name]
        return _array(len(rows), 1, lambda r, c: self.generators[f"xi_{rows[r]}"])

    def stacked(self, parts: Sequence[Array]) -> Array:
        return np.vstack(parts)

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
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
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
    return _mean_square(residual, coordinates.primes)


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
    coordinates = _Coordinates(at)
    still = {
        name: _array(w.nrows(), w.ncols(), partial(_constant, coordinates.context, w))
        for name, w in weights.items()
    }
    polynomial = quantity(read(at.design, coordinates), still)[0, 0]
    first = 1 + len(coordinates.primes)
    total: dict[tuple[int, ...], flint.fmpq] = {}
    for exponents, c in polynomial.to_dict().items():
        _, *powers = map(int, exponents)
        roots, degrees = powers[: first - 1], powers[first - 1 :]
        if any(k % 2 for k in degrees):
            continue
        moment = prod(_ODD[k] for k in degrees)
        moment *= prod(p ** (k // 2) for p, k in zip(coordinates.primes, roots, strict=True))
        key = tuple(k % 2 for k in roots)
        total[key] = total.get(key, flint.fmpq(0)) + c * moment
    if any(value != 0 and any(key) for key, value in total.items()):
        raise ArithmeticError("the expectation is not rational")
    return total.get((0,) * len(coordinates.primes), flint.fmpq(0))


def _constant(context: Any, matrix: flint.fmpq_mat, r: int, c: int) -> Any:
    return context.constant(matrix[r, c])


def risk_at(
    predictor: Predictor, weights: Mapping[str, flint.fmpq_mat], at: Instance
) -> flint.fmpq:
    """The exact risk of given weights at an exact instance with a root for every covariance.

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


def _mean_square(polynomial: Any, primes: Sequence[int] = ()) -> tuple[flint.fmpq, ...]:
    """``E p^2`` with all but ``t`` integrated out, from ``E g^k = (k-1)!!``.

    After ``t`` come the square roots of ``primes``, then the coordinates.

    Odd powers vanish, so only pairs of monomials with the same parities are multiplied out. Where
    neither has a coordinate to a power above one, the moment is one.
    """
    first, terms = 1 + len(primes), polynomial.to_dict()
    whole = lcm(*(int(c.q) for c in terms.values()))  # integers are multiplied faster
    classes: dict[tuple[int, ...], list[tuple[tuple[int, ...], frozenset[int], int]]] = {}
    for exponents, c in terms.items():
        powers = tuple(map(int, exponents))
        high = frozenset(at for at in range(first, len(powers)) if powers[at] > 1)
        member = (powers, high, int(c.p) * (whole // int(c.q)))
        classes.setdefault(tuple(k % 2 for k in powers[first:]), []).append(member)
    total = Counter[tuple[int, ...]]()
    for members in classes.values():
        for j, (powers, high, c) in enumerate(members):
            for k, (others, higher, e) in enumerate(members[: j + 1]):
                term = c * e if j == k else 2 * c * e
                for at in high | higher:
                    term *= _ODD[powers[at] + others[at]]
                roots = [powers[at] + others[at] for at in range(1, first)]
                term *= prod(p ** (a // 2) for p, a in zip(primes, roots, strict=True))
                total[powers[0] + others[0], *(a % 2 for a in roots)] += term
    if any(value != 0 and any(key[1:]) for key, value in total.items()):
        raise ArithmeticError("the risk is not rational")
    none = (0,) * len(primes)
    last = max((key[0] for key in total), default=0)
    return tuple(flint.fmpq(total[(k, *none)], whole**2) for k in range(last + 1))


# (k-1)!! for even k; odd sums do not occur.
_ODD = {k: prod(range(1, k, 2)) for k in range(0, 40, 2)}
