"""Design files read a second time, plainly, and their risks at small instances.

What the judge, the other checks and the truth of a campaign all share is the reading of a design. A
mistake there is seen by none of them. Here the text is read by Python itself, one vector and one
example after the other; no code of ours takes part but for the covariances that follow from others.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import Any

from tests.claims.polynomials import Form, Moments, Polynomial, form_of, least, normal, value
from theory.designs.instance import Instance

NUMBER = re.compile(r"(?<![\w.])\d+(\.\d+)?")
REPLACED = ("features", "task", "label_scale", "noise", "label")
"""What the examples have from the table of the prompt; the query's own is called ``query_...``."""


class Unread(Exception):
    """What is not read here: irrational numbers, moments that the text does not say."""


class Matrix:
    """Of rational numbers, or of polynomials; a vector is a column."""

    def __init__(self, rows: list[list[Any]]):
        self.rows = rows

    def __add__(self, other: Matrix) -> Matrix:
        both = zip(self.rows, other.rows, strict=True)
        return Matrix([[a + b for a, b in zip(*pair, strict=True)] for pair in both])

    def __mul__(self, other: Any) -> Matrix:
        if not isinstance(other, Matrix):
            return Matrix([[v * other for v in row] for row in self.rows])
        columns = [*zip(*other.rows, strict=True)]
        return Matrix([[_sum(_times(row, column)) for column in columns] for row in self.rows])

    def __rmul__(self, other: Any) -> Matrix:
        return self * other

    def __truediv__(self, other: Any) -> Matrix:
        return self * (1 / Fraction(other))

    def __neg__(self) -> Matrix:
        return self * -1

    def __sub__(self, other: Matrix) -> Matrix:
        return self + -other

    def __pow__(self, exponent: Fraction) -> Matrix:
        return self if exponent == 1 else self * self ** (exponent - 1)

    @property
    def column(self) -> list[Any]:
        return [v for (v,) in self.rows]


def _times(one: Any, other: Any) -> list[Any]:
    return [a * b for a, b in zip(one, other, strict=True)]


def _sum(terms: list[Any]) -> Any:
    return sum(terms, Fraction(0))


def dot(one: Matrix, other: Matrix) -> Any:
    return _sum(_times(one.column, other.column))


def sqrt(number: Any) -> Fraction:
    if not isinstance(number, Fraction) or number < 0:
        raise Unread
    root = Fraction(isqrt(number.numerator), isqrt(number.denominator))
    if root * root != number:
        raise Unread
    return root


def calculated(text: str, names: Mapping[str, Any]) -> Any:
    """A formula by Python itself: of a file that the campaign has written, never of a user's."""
    text = NUMBER.sub(lambda found: f'F("{found[0]}")', str(text)).replace("^", "**")
    known = {"F": Fraction, "dot": dot, "sqrt": sqrt, **names}
    try:
        return eval(text, {"__builtins__": {}}, known)
    except ZeroDivisionError:
        raise Unread from None


def _law(text: str, names: Mapping[str, Any]) -> Any:
    """The moments of a law."""
    kind, _, arguments = text.removesuffix(")").partition("(")
    given = [calculated(one, names) for one in arguments.split(",")]
    if kind == "moments":
        return lambda order: [Fraction(1), *given, *[None] * 99][order]
    if kind == "bernoulli":
        return lambda order: given[0] if order else Fraction(1)
    if kind == "uniform":
        low, high = given
        return lambda order: (
            sum((low**k * high ** (order - k) for k in range(order + 1)), Fraction(0)) / (order + 1)
        )
    return lambda order: Fraction(1) if not order else order * _exponential(order - 1, *given)


def _exponential(order: int, rate: Fraction) -> Fraction:
    return (order * _exponential(order - 1, rate) if order else Fraction(1)) / rate


class Plain:
    """The prompt of a design file at an instance, in training or at test.

    Parameters
    ----------
    text
        The file.
    at
        The instance, in training.
    test
        Whether the law at test is meant.
    """

    def __init__(self, text: str, at: Instance, test: bool = False):
        file = tomllib.loads(text)
        shift = file.get("test", {}) if test else {}
        trained = {k: Fraction(str(v)) for k, v in at.scalars.items()}
        self.d, self.n = at.d, int(calculated(shift.get("n", "n"), trained))
        own = {k: calculated(shift[k], trained) for k in file.get("parameters", {}) if k in shift}
        self.scalars = trained | own | {"n": Fraction(self.n)}
        self.scale = calculated(
            file.get("predictor", {}).get("scale", "1"), trained | {"n": Fraction(self.n)}
        )
        self.moments: Moments = {}
        self.matrices = {
            name: Matrix([[Fraction(str(v)) for v in row] for row in m.tolist()])
            for name, m in at.matrices.items()
        }
        units = range(at.d)
        self.matrices["I"] = Matrix([[Fraction(r == c) for c in units] for r in units])
        given = dict(self.matrices)
        for name in {*file.get("covariances", {})} & {*shift}:
            self.matrices[name] = given[shift[name]]
        # what a vector has at test stands as it is written
        self.own = {
            name: given[of] for name, of in shift.items() if name not in given and of in given
        }
        self.steps = file.get("predictor", {}).get("steps", 1)
        self._read(file, {**file["prompt"], **shift})

    def _drawn(self, name: str, covariance: str) -> Matrix:
        """A Gaussian vector: a triangular matrix times scalars of some variances."""
        vector = name.partition(" ")[0]
        rows, size = self.own.get(vector, self.matrices[covariance]).rows, range(self.d)
        lower = [[Fraction(r == c) for c in size] for r in size]
        found: list[Fraction] = []
        for c in size:
            seen = _sum([lower[c][k] ** 2 * found[k] for k in range(c)])
            found.append(rows[c][c] - seen)
            for r in range(c + 1, self.d):
                seen = _sum([lower[r][k] * lower[c][k] * found[k] for k in range(c)])
                lower[r][c] = (rows[r][c] - seen) / found[c] if found[c] else Fraction(0)
        parts = []
        for k, variance in enumerate(found):
            self.moments[f"{name} {k}"] = normal(variance)
            parts.append([Polynomial.named(f"{name} {k}")])
        return Matrix(lower) * Matrix(parts)

    def _random(self, name: str, law: str) -> Polynomial:
        self.moments[name] = _law(law, self.scalars)
        return Polynomial.named(name)

    def _noise(self, name: str, scale: Any) -> Polynomial:
        self.moments[name] = normal(Fraction(1))
        return Polynomial.named(name) * scale

    def _read(self, file: dict[str, Any], prompt: dict[str, Any]) -> None:
        once = {**self.scalars, **self.matrices}
        scalars, gaussians = file.get("scalars", {}), file["gaussians"]
        once |= {k: self._random(k, law) for k, law in scalars.get("prompt", {}).items()}
        once |= {k: self._drawn(k, c) for k, c in gaussians["prompt"].items()}
        self.query = calculated(prompt["query"], once)

        def labelled(names: dict[str, Any], said: Mapping[str, Any], noise: str) -> Polynomial:
            names["task"] = calculated(said["task"], {**names, "task": None})
            found = calculated(said.get("label", "dot(features, task)"), names)
            found = found * calculated(said.get("label_scale", "1"), names)
            return Polynomial.of(
                found + self._noise(noise, calculated(said.get("noise", "0"), names))
            )

        of_query = {role: prompt[role] for role in REPLACED if role in prompt}
        of_query |= {r: prompt[f"query_{r}"] for r in REPLACED if f"query_{r}" in prompt}
        self.label = labelled({**once, "features": self.query, "query": self.query}, of_query, "y")
        self.features, self.labels = [], []
        for k, own in enumerate(self._groups(file), 1):
            said, names = {**prompt, **own}, {**once, "i": Fraction(k), "query": self.query}
            each = scalars.get("example", {}).items()
            names |= {name: self._random(f"{name} {k}", law) for name, law in each}
            drawn = gaussians.get("example", {}).items()
            names |= {name: self._drawn(f"{name} {k}", c) for name, c in drawn}
            names["features"] = calculated(said["features"], names)
            self.features.append(names["features"])
            self.labels.append(labelled(names, said, f"y {k}"))

    def _groups(self, file: dict[str, Any]) -> list[dict[str, Any]]:
        """What each example has of its own."""
        groups = file.get("examples", [{}])
        counts = [
            int(calculated(g["count"], self.scalars)) if "count" in g else None for g in groups
        ]
        rest = self.n - sum(count or 0 for count in counts)
        sized = zip(groups, (rest if c is None else c for c in counts), strict=True)
        return [group for group, count in sized for _ in range(count)]

    def _means(self, features: list[Any]) -> Form:
        try:
            polynomials = [Polynomial.of(one * self.scale) for one in features]
            return form_of(polynomials, self.label, self.moments)
        except TypeError as missing:
            raise Unread from missing

    @property
    def descent(self) -> Form:
        """The risk of PGD in the entries of its weight, or in the coefficients of several steps."""
        step = Matrix([[Fraction(0)]] * self.d)
        for x, y in zip(self.features, self.labels, strict=True):
            step = step + x * y
        if self.steps == 1:
            return self._means([a * b for a in self.query.column for b in step.column])
        found = []
        for _ in range(self.steps):
            found.append(dot(self.query, step))
            once = (x * dot(x, step) for x in self.features)
            step = sum(once, Matrix([[Fraction(0)]] * self.d))
        return self._means(found)

    @property
    def weighted(self) -> Form:
        """The risk of WPGD in the sample weights, where d = 1."""
        (query,) = self.query.column
        both = zip(self.features, self.labels, strict=True)
        return self._means([query * x.column[0] * y for x, y in both])


def risks(text: str, at: Instance) -> dict[str, Fraction]:
    """Risks of a design file at an instance, by the names that ``Optima`` has for them."""
    plain = Plain(text, at)
    form = plain.descent
    best, unique = least(form)
    found = {"risk": value(form, best)}
    if at.d == 1 and plain.steps == 1:
        found["wpgd"] = value(plain.weighted, least(plain.weighted)[0])
    if "[test]" in text and unique:
        there = Plain(text, at, test=True).descent
        found |= {"test_risk": value(there, best), "least_at_test": value(there, least(there)[0])}
    return found
