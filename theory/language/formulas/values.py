"""Values of formulas at given numbers and matrices: exact, in balls for roots, or floating.

The tree itself is evaluated, node by node; SymPy has no part in it.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Any, ClassVar, Protocol

import flint
import numpy as np

from theory.designs.design import IDENTITY
from theory.designs.instance import Instance
from theory.errors import Irrational
from theory.language.formulas.tree import (
    IndexPower,
    Name,
    Negative,
    Number,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
)
from theory.scalars.arithmetic import EXACT, FLOATING

PRECISION = 512
"""Bits of a ball."""


class Algebra(Protocol):
    """What a formula is evaluated in; values know ``+``, ``*`` and unary ``-``."""

    def number(self, value: Fraction) -> Any: ...
    def name(self, name: str) -> Any: ...
    def root_of(self, name: str) -> Any:
        """The square root of a named matrix."""

    def root(self, value: Any) -> Any:
        """The square root of a scalar."""

    def inverse(self, value: Any) -> Any:
        """One over a scalar, or the inverse of a matrix; ZeroDivisionError where there is none."""

    def trace(self, value: Any) -> Any: ...
    def transpose(self, value: Any) -> Any:
        """That of a matrix."""

    def is_matrix(self, value: Any) -> bool: ...


def value(tree: Tree, algebra: Algebra) -> Any:
    """The value of a formula whose parts fit together.

    >>> from theory.language.formulas.parser import parse
    >>> value(parse("(n + 1)^2/3"), Rationals({"n": flint.fmpq(2)}))
    3
    """
    return _Evaluation(algebra).of(tree)


@dataclass(frozen=True)
class _Evaluation:
    """One way through a tree; what is inverted in several places is so once."""

    algebra: Algebra
    inverses: dict[Power, Any] = field(default_factory=dict)

    def of(self, tree: Tree) -> Any:
        """The value of a part."""
        algebra = self.algebra
        match tree:
            case Number(number):
                return algebra.number(number)
            case Name(name):
                return algebra.name(name)
            case Negative(inside):
                return -self.of(inside)
            case Sum(parts):
                terms = [(negative, self.of(part)) for negative, part in parts]
                signed = [-term if negative else term for negative, term in terms]
                return sum(signed[1:], signed[0])
            case Product(factors):
                found = []
                for divides, factor in factors:
                    by = self.of(factor)
                    found.append(algebra.inverse(by) if divides else by)
                # scalars last: a matrix takes them from the right
                ordered = sorted(found, key=lambda v: not algebra.is_matrix(v))
                return reduce(mul, ordered)
            case Power(base, exponent):
                return self._power(tree, base, exponent)
            case IndexPower(base):
                index, size = (round(float(str(algebra.name(name)))) for name in ("i", "n"))
                power = tree.of_i * index + tree.of_n * size + tree.constant
                found = self.of(base)
                return algebra.inverse(found**-power) if power < 0 else found**power
            case TraceNode(inside):
                return algebra.trace(self.of(inside))
            case Transpose(inside):
                found = self.of(inside)
                return algebra.transpose(found) if algebra.is_matrix(found) else found
            case Pairing(left, right, is_outer):
                first, second = self.of(left), self.of(right)
                if is_outer:
                    return first * algebra.transpose(second)
                return algebra.trace(algebra.transpose(first) * second)

    def _power(self, tree: Power, base: Tree, exponent: Fraction) -> Any:
        algebra = self.algebra
        if exponent < 0 and tree in self.inverses:
            return self.inverses[tree]
        if exponent.denominator == 2:
            if isinstance(base, Name) and algebra.is_matrix(algebra.name(base.name)):
                found = algebra.root_of(base.name)
            else:
                found = algebra.root(self.of(base))
            return found if exponent > 0 else algebra.inverse(found)
        found = self.of(base)
        if exponent < 0:
            found = algebra.inverse(found)
        if exponent == 0:
            one = algebra.number(Fraction(1))
            return algebra.name(IDENTITY) if algebra.is_matrix(found) else one
        whole = reduce(mul, [found] * abs(int(exponent)))
        if exponent < 0 and algebra.is_matrix(whole):
            self.inverses[tree] = whole
        return whole


@dataclass(frozen=True)
class _Named(ABC):
    """Scalars and matrices by name; ``I`` is made of size ``d`` where a formula has it.

    Parameters
    ----------
    scalars, matrices
        By name.
    roots
        Square roots of matrices, where they are known.
    """

    scalars: Mapping[str, Any]
    matrices: Mapping[str, Any] = field(default_factory=dict)
    roots: Mapping[str, Any] = field(default_factory=dict)

    matrix: ClassVar[type]
    """Of what type its matrices are."""

    def name(self, name: str) -> Any:
        if name == IDENTITY:
            return self._identity(round(float(self.scalars["d"])))
        return self.scalars[name] if name in self.scalars else self.matrices[name]

    def root_of(self, name: str) -> Any:
        if name == IDENTITY:
            return self.name(name)
        if name not in self.roots:
            raise Irrational(f"the root of {name} is not known")
        return self.roots[name]

    def root(self, value: Any) -> Any:
        if value < 0:
            raise ZeroDivisionError(f"the root of {value} is not real")
        return self._root(value)

    @abstractmethod
    def _root(self, value: Any) -> Any:
        """That of a scalar that is not negative."""

    @abstractmethod
    def _identity(self, size: int) -> Any: ...

    def transpose(self, value: Any) -> Any:
        return value.transpose()

    def is_matrix(self, value: Any) -> bool:
        return isinstance(value, self.matrix)


@dataclass(frozen=True)
class Rationals(_Named):
    """Rational numbers; a root that is none raises :class:`~theory.errors.Irrational`."""

    matrix = flint.fmpq_mat

    @staticmethod
    def at(instance: Instance) -> Rationals:
        """At an exact instance."""
        scalars = {k: flint.fmpq(v) for k, v in instance.scalars.items()}
        return Rationals(scalars, instance.matrices, instance.roots)

    def number(self, value: Fraction) -> flint.fmpq:
        return flint.fmpq(value.numerator, value.denominator)

    def _root(self, value: flint.fmpq) -> flint.fmpq:
        top, bottom = (int(part) for part in (value.p, value.q))
        roots = [int(flint.fmpz(part).isqrt()) for part in (top, bottom)]
        if roots[0] ** 2 != top or roots[1] ** 2 != bottom:
            raise Irrational(f"the root of {value} is not rational")
        return flint.fmpq(*roots)

    def _identity(self, size: int) -> flint.fmpq_mat:
        return EXACT.identity(size)

    def inverse(self, value: Any) -> Any:
        return value.inv() if self.is_matrix(value) else 1 / value

    def trace(self, value: flint.fmpq_mat) -> flint.fmpq:
        return EXACT.trace(value)


@dataclass(frozen=True)
class Balls(_Named):
    """Real balls of :data:`PRECISION` bits that contain the values for sure."""

    matrix = flint.arb_mat

    @staticmethod
    def at(instance: Instance) -> Balls:
        """At an exact instance."""
        found = Rationals.at(instance)
        return Balls(
            {k: flint.arb(v) for k, v in found.scalars.items()},
            {k: flint.arb_mat(v) for k, v in found.matrices.items()},
            {k: flint.arb_mat(v) for k, v in found.roots.items()},
        )

    def number(self, value: Fraction) -> flint.arb:
        return flint.arb(flint.fmpq(value.numerator, value.denominator))

    def _root(self, value: flint.arb) -> flint.arb:
        return value.sqrt()

    def _identity(self, size: int) -> flint.arb_mat:
        return flint.arb_mat(EXACT.identity(size))

    def inverse(self, value: Any) -> Any:
        if self.is_matrix(value):
            return value.inv()
        if value.contains(0):
            raise ZeroDivisionError("a divisor may be zero")
        return 1 / value

    def trace(self, value: flint.arb_mat) -> flint.arb:
        return sum((value[k, k] for k in range(value.nrows())), flint.arb(0))


@dataclass(frozen=True)
class Floats(_Named):
    """Double precision, with NumPy matrices."""

    matrix = np.ndarray

    @staticmethod
    def at(instance: Instance) -> Floats:
        """At a floating instance."""
        scalars = {k: float(v) for k, v in instance.scalars.items()}
        roots = {k: instance.root(k) for k in instance.design.matrices}
        return Floats(scalars, instance.matrices, roots)

    def number(self, value: Fraction) -> float:
        return float(value)

    def _root(self, value: float) -> float:
        return math.sqrt(value)

    def _identity(self, size: int) -> Any:
        return FLOATING.identity(size)

    def inverse(self, value: Any) -> Any:
        if self.is_matrix(value):
            return FLOATING.solve(value, FLOATING.identity(len(value)))
        return 1 / value

    def trace(self, value: Any) -> float:
        return FLOATING.trace(value)


def exact_or_ball(tree: Tree, at: Instance) -> Any:
    """The value at an exact instance: an ``fmpq``, or an ``arb`` where a root is irrational.

    Matrices are ``fmpq_mat`` or ``arb_mat``. Raises ZeroDivisionError where there is no value.

    >>> from theory.language.gallery.designs import rag
    >>> from theory.language.formulas.parser import parse
    >>> from theory.designs.instance import instance
    >>> at = instance(rag, n=2, d=3, scalars={"alpha": 0, "sigma": 1})
    >>> exact_or_ball(parse("sqrt(d + sigma)"), at), exact_or_ball(parse("sqrt(d)"), at)
    (2, [1.73205080756888 +/- ...])
    """
    try:
        return value(tree, Rationals.at(at))
    except Irrational:
        with flint.ctx.workprec(PRECISION):
            return value(tree, Balls.at(at))
