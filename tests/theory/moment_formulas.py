"""Random formulas for moments, and their expectation coordinate by coordinate (Isserlis)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from random import Random

from theory.language.formulas.tree import (
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

LETS = {
    "X": "gaussian(n, d, S)",
    "Y": "gaussian(n, d, I, m)",
    "H": "gaussian(d, d, T, M, S)",
    "x": "gaussian(d, 1, T, m)",
    "z": "gaussian(n, 1)",
    "g": "gaussian(1, 1, v)",
    "A": "matrix(n, n)",
    "B": "matrix(d, n)",
    "M": "matrix(d, d)",
    "u": "vector(d)",
    "w": "vector(n)",
    "S": "covariance(d)",
    "T": "covariance(d)",
    "c": "scalar()",
}
SHAPES = {
    **dict.fromkeys("XY", "nd"),
    **dict.fromkeys("HSTM", "dd"),
    **dict.fromkeys("xum", "d1"),
    **dict.fromkeys("zw", "n1"),
    "A": "nn",
    "B": "dn",
    "g": "11",
}
RANDOM = frozenset("XYHxzg")


@dataclass(frozen=True)
class Writer:
    """Writes formulas whose shapes fit; a shape is two of ``n``, ``d`` and ``1``.

    Parameters
    ----------
    random
        What decides.
    only_fixed
        Whether no Gaussian matrix occurs.
    """

    random: Random
    only_fixed: bool = False

    def matrix(self, rows: str, columns: str, most: int) -> str:
        """A matrix of at most so many factors."""
        if rows == columns == "1":
            return self.scalar(most)
        choose = self.random.choice
        names = [
            name + "'" * turned
            for name, shape in SHAPES.items()
            for turned in (0, 1)
            if shape[turned] + shape[1 - turned] == rows + columns
            and not (self.only_fixed and name in RANDOM)
        ]
        way = choose("n***'+s") if most > 1 else "n"
        if way == "n":
            return choose(names)
        left = self.random.randint(1, most - 1)
        if way == "*":
            inner = choose("nd1")
            first = self.matrix(rows, inner, left)
            return f"({first})*({self.matrix(inner, columns, most - left)})"
        if way == "'":
            return f"({self.matrix(columns, rows, most)})'"
        if way == "s":
            return f"({self.scalar(left)})*({self.matrix(rows, columns, most - left)})"
        others = [f"({self.front()})*I"] if rows == columns else []
        other = choose([self.matrix(rows, columns, left), *others])
        return f"{self.matrix(rows, columns, most - left)} {choose('+-')} {other}"

    def scalar(self, most: int) -> str:
        choose = self.random.choice
        if most <= 1 or self.random.random() < 0.2:
            return choose([self.front(), "tr(S)", "tr(A)", *([] if self.only_fixed else ["g"])])
        way, left = choose("ttv*+^"), self.random.randint(1, most - 1)
        if way == "t":
            space = choose("nd")
            return f"tr({self.matrix(space, space, most)})"
        if way == "v":
            space = choose("nd")
            parts = self.matrix("1", space, left), self.matrix(space, "1", most - left)
            return "({})*({})".format(*parts)
        if way == "^":
            return f"({self.scalar(most // 2)})^2"
        return f"({self.scalar(left)}) {way} ({self.scalar(most - left)})"

    def front(self) -> str:
        return self.random.choice(["2", "c", "n", "d", "1/3", "-c^2", "(n - 1)"])


def drawn_values(random: Random, n: int, d: int) -> dict[str, object]:
    """Numbers for all names, small and whole; matrices are symmetric where they have to be."""

    def rows(r: int, c: int) -> list[list[int]]:
        return [[random.randint(-2, 2) for _ in range(c)] for _ in range(r)]

    def covariance(size: int) -> list[list[int]]:
        f = rows(size, size)
        return [[sum(a * b for a, b in zip(x, y, strict=True)) for y in f] for x in f]

    values = {"S": covariance(d), "T": covariance(d), "v": [[random.randint(0, 3)]]}
    values |= {"A": rows(n, n), "B": rows(d, n), "M": rows(d, d)}
    return values | {"u": rows(d, 1), "w": rows(n, 1), "m": rows(d, 1), "c": 3, "n": n, "d": d}


def formula(random: Random) -> str:
    """A formula, half of the time a product with its own transpose: of even degree."""
    shape, most = random.choice(["nn", "dd", "nd", "d1", "1n", "11"]), random.choice([2, 3, 4, 5])
    text = Writer(random).matrix(*shape, most)
    way = random.randrange(4)
    if way == 0 and shape != "11":
        return f"tr(({text})*({text})')"
    if way == 1:
        return f"({text})'*({text})"
    return text


Monomial = tuple[tuple[str, int, int], ...]
Entry = dict[Monomial, Fraction]
Matrix = list[list[Entry]]


@dataclass(frozen=True)
class Isserlis:
    """Matrices of polynomials in the entries of Gaussian ones, as lists of lists of dicts.

    Parameters
    ----------
    values
        Fixed matrices (rows of numbers), and numbers, by name; n and d among them.
    """

    values: Mapping[str, object]

    def expectation(self, tree: Tree) -> list[list[Fraction]]:
        """That of a formula; a scalar is a matrix of one entry."""
        return [[self.mean_of(entry) for entry in row] for row in self.of(tree)]

    def of(self, tree: Tree) -> Matrix:
        match tree:
            case Number(value):
                return scalar(value)
            case Name(name):
                return self.named(name)
            case Negative(inside):
                return product(scalar(Fraction(-1)), self.of(inside))
            case Sum(parts):
                found = [self.of(part) for _, part in parts]
                size = max(map(len, found))
                total = None
                for (negative, _), one in zip(parts, found, strict=True):
                    if size > 1 and len(one) == len(one[0]) == 1:  # a multiple of I
                        one = product(one, identity(size))
                    one = product(scalar(Fraction(-1)), one) if negative else one
                    total = one if total is None else added(total, one)
                return total
            case Product(factors):
                total = scalar(Fraction(1))
                for divides, factor in factors:
                    one = self.of(factor)
                    total = product(total, scalar(1 / one[0][0][()]) if divides else one)
                return total
            case Power(base, exponent):
                one = total = self.of(base)
                for _ in range(int(exponent) - 1):
                    total = product(total, one)
                return total
            case TraceNode(inside):
                found = self.of(inside)
                total: Entry = {}
                for k in range(len(found)):
                    total = plus(total, found[k][k])
                return [[total]]
            case Transpose(inside):
                return turned(self.of(inside))
            case Pairing(left, right, is_outer):
                first, second = self.of(left), self.of(right)
                return (
                    product(first, turned(second)) if is_outer else product(turned(first), second)
                )

    def named(self, name: str) -> Matrix:
        if name == "I":
            return scalar(Fraction(1))
        value = self.values.get(name)
        if name not in RANDOM:
            rows = value if isinstance(value, list) else [[value]]
            return [[{(): Fraction(v)} for v in row] for row in rows]
        rows, columns = (1 if s == "1" else self.values[s] for s in SHAPES[name])
        return [
            [{((name, r, c),): Fraction(1), (): self.mean(name, r, c)} for c in range(columns)]
            for r in range(rows)
        ]

    def mean(self, name: str, r: int, c: int) -> Fraction:
        if name == "Y":
            return Fraction(self.values["m"][c][0])
        if name == "x":
            return Fraction(self.values["m"][r][0])
        return Fraction(self.values["M"][r][c]) if name == "H" else Fraction(0)

    def covariance(self, one: tuple[str, int, int], other: tuple[str, int, int]) -> Fraction:
        (name, i, a), (name2, j, b) = one, other
        if name != name2:
            return Fraction(0)
        same_row, same_column = Fraction(int(i == j)), Fraction(int(a == b))
        S, T, v = (self.values[k] for k in "STv")
        return Fraction(
            {
                "X": lambda: same_row * S[a][b],
                "Y": lambda: same_row * same_column,
                "H": lambda: S[i][j] * T[a][b],
                "x": lambda: T[i][j],
                "z": lambda: same_row,
                "g": lambda: v,
            }[name]()
        )

    def mean_of(self, entry: Entry) -> Fraction:
        """The expectation: pairs are taken out until none is left."""

        @cache
        def paired(monomial: Monomial) -> Fraction:
            if not monomial:
                return Fraction(1)
            first, *rest = monomial
            total = Fraction(0)
            for k, other in enumerate(rest):
                by = self.covariance(first, other)
                if by:
                    total += by * paired((*rest[:k], *rest[k + 1 :]))
            return total

        return sum((c * paired(m) for m, c in entry.items()), Fraction(0))


def turned(a: Matrix) -> Matrix:
    """The transpose."""
    return [list(column) for column in zip(*a, strict=True)]


def scalar(value: Fraction) -> Matrix:
    return [[{(): Fraction(value)}]]


def identity(size: int) -> Matrix:
    return [[{(): Fraction(int(r == c))} for c in range(size)] for r in range(size)]


def added(a: Matrix, b: Matrix) -> Matrix:
    return [[plus(p, q) for p, q in zip(x, y, strict=True)] for x, y in zip(a, b, strict=True)]


def product(a: Matrix, b: Matrix) -> Matrix:
    """Of matrices; of anything else with a scalar, entry by entry."""
    if len(a) == len(a[0]) == 1 and len(b) != 1:
        return [[times(a[0][0], q) for q in row] for row in b]
    if len(b) == len(b[0]) == 1 and len(a[0]) != 1:
        return [[times(p, b[0][0]) for p in row] for row in a]
    found: Matrix = [[{} for _ in b[0]] for _ in a]
    for r, row in enumerate(a):
        for c in range(len(b[0])):
            for k, p in enumerate(row):
                found[r][c] = plus(found[r][c], times(p, b[k][c]))
    return found


def plus(a: Entry, b: Entry) -> Entry:
    total = dict(a)
    for m, c in b.items():
        total[m] = total.get(m, Fraction(0)) + c
    return total


def times(a: Entry, b: Entry) -> Entry:
    total: Entry = {}
    for m, c in a.items():
        for k, e in b.items():
            key = tuple(sorted(m + k))
            total[key] = total.get(key, Fraction(0)) + c * e
    return total
