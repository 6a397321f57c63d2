"""Linear combinations of named vectors: how a design writes its query, features and task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import flint
import sympy

from theory.errors import InputError
from theory.scalars.arithmetic import fraction


def scalar(role: str, value: Any, finite: bool = True) -> sympy.Expr:
    """A number or SymPy expression as a real scalar; text is never parsed.

    >>> scalar("noise", 2), scalar("noise", Decimal("0.1"))
    (2, 1/10)
    """
    try:
        if isinstance(value, (Decimal, flint.fmpq, flint.fmpz)):  # rounded or unknown there
            value = fraction(value)
        found = sympy.sympify(value, strict=True)
    except InputError as error:
        raise InputError(f"{role}: {error}") from error
    except (sympy.SympifyError, TypeError) as error:
        raise InputError(f"{role} must be a number or a SymPy expression, got {value!r}") from error
    ends = (sympy.nan, sympy.zoo, *((sympy.oo, -sympy.oo) if finite else ()))
    if not isinstance(found, sympy.Expr) or found.has(sympy.I, *ends):
        raise InputError(f"{role} must be a finite real scalar, got {value!r}")
    return found


@dataclass(frozen=True)
class Term:
    """``coefficient * matrices[0] ... matrices[-1] * vector``."""

    coefficient: sympy.Expr
    matrices: tuple[str, ...]
    vector: str

    def __repr__(self) -> str:
        head = [] if self.coefficient == 1 else [f"({self.coefficient})"]
        return "*".join([*head, *self.matrices, self.vector])


@dataclass(frozen=True)
class Combination:
    """A sum of :class:`Term`; coefficients may use parameters, ``n``, ``d`` and the index ``i``.

    Examples
    --------
    >>> 2 * vector("q") + matrix("Gamma") @ vector("b")
    (2)*q + Gamma*b
    """

    terms: tuple[Term, ...]

    def __add__(self, other: Combination) -> Combination:
        if not isinstance(other, Combination):
            raise InputError(f"a vector can only be added to a vector, not to {other!r}")
        return Combination(self.terms + other.terms)

    def __rmul__(self, factor: Any) -> Combination:
        factor = scalar("the coefficient of a vector", factor)
        return Combination(
            tuple(Term(factor * t.coefficient, t.matrices, t.vector) for t in self.terms)
        )

    __mul__ = __rmul__

    def __truediv__(self, divisor: Any) -> Combination:
        return (1 / scalar("the divisor of a vector", divisor)) * self

    def __neg__(self) -> Combination:
        return -1 * self

    def __sub__(self, other: Combination) -> Combination:
        return self + (-other)

    def mapped(
        self,
        scalar: Callable[[sympy.Expr], sympy.Expr],
        matrix: Callable[[str], str | None] = lambda name: name,
    ) -> Combination:
        """The same with coefficients and matrices changed; None stands for the identity.

        >>> (2 * (matrix("S") @ vector("e"))).mapped(lambda c: 3 * c, lambda name: None)
        (6)*e
        """
        return Combination(
            tuple(
                Term(scalar(t.coefficient), tuple(filter(None, map(matrix, t.matrices))), t.vector)
                for t in self.terms
            )
        )

    @property
    def vectors(self) -> frozenset[str]:
        """Names of the vectors that occur."""
        return frozenset(t.vector for t in self.terms)

    @property
    def symbols(self) -> frozenset[sympy.Symbol]:
        """Scalar symbols in the coefficients."""
        return frozenset().union(*(t.coefficient.free_symbols for t in self.terms))

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.terms)) or "0"


def combined(role: str, value: Any) -> Combination:
    """A linear combination, or :class:`~theory.errors.InputError`."""
    if not (isinstance(value, Combination) and value.terms):
        raise InputError(
            f"{role} must be a linear combination of vectors such as vector('q'), got {value!r}"
        )
    return value


def substituted(combination: Combination, table: Mapping[str, Combination]) -> Combination:
    """The same where some names stand for combinations themselves.

    >>> substituted(2 * vector("task") + vector("e"), {"task": vector("b") - vector("c")})
    (2)*b + (-2)*c + e
    """
    found: list[Term] = []
    for term in combination.terms:
        inside = table.get(term.vector)
        if inside is None:
            found.append(term)
        else:
            found += [
                Term(term.coefficient * t.coefficient, (*term.matrices, *t.matrices), t.vector)
                for t in inside.terms
            ]
    return Combination(tuple(found))


@dataclass(frozen=True)
class Matrix:
    """A named covariance standing as a matrix factor: ``matrix("S") @ vector("e")``."""

    name: str

    def __matmul__(self, other: Combination) -> Combination:
        return Combination(
            tuple(Term(t.coefficient, (self.name, *t.matrices), t.vector) for t in other.terms)
        )


def vector(name: str) -> Combination:
    """A named vector as a combination.

    >>> vector("q") - vector("q2")
    q + (-1)*q2
    """
    return Combination((Term(sympy.Integer(1), (), name),))


def vectors(names: str) -> tuple[Combination, ...]:
    """Several named vectors, to be combined as on paper.

    >>> alpha = sympy.Symbol("alpha")
    >>> q, e = vectors("q e")
    >>> alpha * q + sympy.sqrt(1 - alpha**2) * e
    (alpha)*q + (sqrt(1 - alpha**2))*e
    """
    return tuple(map(vector, names.split()))


def matrix(name: str) -> Matrix:
    """A named covariance as a factor.

    >>> matrix("Sigma") @ vector("e")
    Sigma*e
    """
    return Matrix(name)
