"""Random formulas whose parts fit together, as text; and a plain evaluation of what was parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from theory.language.formulas.tree import (
    Name,
    Negative,
    Number,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Tree,
)

SCALARS = ("n", "d", "sigma")
MATRICES = ("Sigma_x", "Sigma_beta", "I")
DECIMALS = ("0.5", "1.25", "0.10", "3.0")


class Undefined(Exception):
    """There is no such value."""


@dataclass(frozen=True)
class Writer:
    """Writes formulas.

    Parameters
    ----------
    random
        What decides.
    roots
        Whether square roots occur.
    decimals
        Whether decimals occur.
    vectors
        Names of vectors, of which products are taken.
    """

    random: Random
    roots: bool = True
    decimals: bool = True
    vectors: tuple[str, ...] = ()

    def scalar(self, size: int) -> str:
        choose = self.random.choice
        if size <= 0:
            return choose(
                [*SCALARS, *SCALARS, "0", "1", "2", "7", *(DECIMALS if self.decimals else ())]
            )
        way = choose("++**//^-(t" + ("s" if self.roots else "") + ("v" if self.vectors else ""))
        if way == "v":
            return f"dot({self.vector(size - 1)}, {self.vector(size - 1)})"
        if way == "t":
            return f"tr({self.matrix(size - 1)})"
        if way == "s":
            return choose(["sqrt({})", "({})^(1/2)", "({})^(-1/2)"]).format(self.scalar(size - 1))
        return self._joined(way, size, self.scalar, self.scalar, ["2", "3", "-1", "-2", "0"])

    def matrix(self, size: int) -> str:
        choose = self.random.choice
        if size <= 0:
            name = choose(MATRICES)
            roots = [f"sqrt({name})", f"{name}^(1/2)", f"{name}^(-1/2)"] if self.roots else []
            return choose([name, name, f"{name}^-1", *roots])
        way = choose("++**/^-(ab" + ("v" if self.vectors else ""))
        if way == "v":
            return f"outer({self.vector(size - 1)}, {self.vector(size - 1)})"
        if way in "ab":
            left = self.random.randrange(size)
            parts = [self.scalar(left), self.matrix(size - 1 - left)]
            return self._product("*", *(parts if way == "a" else parts[::-1]))
        right = self.scalar if way == "/" else self.matrix
        return self._joined(way, size, self.matrix, right, ["2", "-1", "0"])

    def vector(self, size: int) -> str:
        name = self.random.choice(self.vectors)
        if size <= 1:
            return name
        front = self.random.choice([self.scalar, self.matrix])(1)
        return self.random.choice(["({0})*{1}", "{1} - ({0})*{1}"]).format(front, name)

    def _joined(
        self,
        way: str,
        size: int,
        first: Callable[[int], str],
        second: Callable[[int], str],
        powers: list[str],
    ) -> str:
        if way == "^":
            return f"({first(size - 1)})^{self.random.choice(powers)}"
        if way == "-":
            return self.random.choice(["-{}", "-({})", "--({})"]).format(f"({first(size - 1)})")
        if way == "(":
            return f"({first(size - 1)})"
        left = self.random.randrange(size)
        parts = first(left), second(size - 1 - left)
        if way == "+":
            return self.random.choice(["{} + {}", "{} - {}", "{}+{}", "{} - ({})"]).format(*parts)
        return self._product(way, *parts)

    def _product(self, way: str, left: str, right: str) -> str:
        return self.random.choice(["({}){}({})", "({}) {} ({})"]).format(left, way, right)


@dataclass(frozen=True)
class Plain:
    """Numbers of some field and 2 x 2 matrices as nested lists, added up and multiplied out.

    A vector is the first column of a matrix whose second one is zero.

    Parameters
    ----------
    values
        Numbers and matrices by name.
    number
        What makes a number of the field.
    root
        The square root in it.
    roots
        Square roots of matrices by name.
    """

    values: Mapping[str, Any]
    number: Callable[[Fraction], Any]
    root: Callable[[Any], Any]
    roots: Mapping[str, Any]

    def of(self, tree: Tree) -> Any:
        match tree:
            case Number(value):
                return self.number(value)
            case Name(name):
                return self.values[name]
            case Negative(inside):
                return self.times(self.number(Fraction(-1)), self.of(inside))
            case Sum(parts):
                total = None
                for negative, part in parts:
                    term = self.of(Negative(part, part.place)) if negative else self.of(part)
                    total = term if total is None else self.plus(total, term)
                return total
            case Product(factors):
                product = self.number(Fraction(1))
                for divides, factor in factors:
                    by = self.of(factor)
                    product = self.times(product, self.inverse(by) if divides else by)
                return product
            case Power(Name(name), exponent) if exponent.denominator == 2 and name in self.roots:
                return self.roots[name] if exponent > 0 else self.inverse(self.roots[name])
            case Power(base, exponent):
                value = self.of(base)
                if exponent.denominator == 2:
                    value = self.root(value)
                if exponent < 0:
                    value = self.inverse(value)
                product = self.one(value)
                for _ in range(abs(exponent.numerator)):
                    product = self.times(product, value)
                return product
            case TraceNode(inside):
                (a, _), (_, b) = self.of(inside)
                return a + b
            case Pairing(left, right, is_outer):
                first, second = self.of(left), self.of(right)
                if is_outer:
                    return self.times(first, self.turned(second))
                return self.times(self.turned(first), second)[0][0]

    def turned(self, a: Any) -> Any:
        """The transpose."""
        return [list(column) for column in zip(*a, strict=True)]

    def one(self, like: Any) -> Any:
        one, zero = self.number(Fraction(1)), self.number(Fraction(0))
        return [[one, zero], [zero, one]] if isinstance(like, list) else one

    def plus(self, a: Any, b: Any) -> Any:
        if isinstance(a, list):
            return [[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]
        return a + b

    def times(self, a: Any, b: Any) -> Any:
        if isinstance(a, list) and isinstance(b, list):
            return [[a[r][0] * b[0][c] + a[r][1] * b[1][c] for c in (0, 1)] for r in (0, 1)]
        if isinstance(a, list):
            return [[x * b for x in row] for row in a]
        return [[a * x for x in row] for row in b] if isinstance(b, list) else a * b

    def inverse(self, a: Any) -> Any:
        if not isinstance(a, list):
            if a == 0:
                raise Undefined
            return self.number(Fraction(1)) / a
        (p, q), (r, s) = a
        det = p * s - q * r
        if det == 0:
            raise Undefined
        return [[s / det, -q / det], [-r / det, p / det]]
