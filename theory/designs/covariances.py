"""What is known of a covariance: that it is a projection, or a function of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import ceil
from operator import mul
from typing import Any

import sympy

from theory.designs.combinations import scalar
from theory.errors import InputError

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Projection:
    """That a covariance is an orthogonal projection: ``P P = P``, beside ``P' = P``.

    Parameters
    ----------
    name
        The covariance.
    rank
        An expression in ``n``, ``d`` and parameters, which is tr(P); None where it has no name.
    """

    name: str
    rank: sympy.Expr | None = None

    def __post_init__(self) -> None:
        if self.rank is not None:
            object.__setattr__(self, "rank", scalar(f"the rank of {self.name}", self.rank))


@dataclass(frozen=True)
class OuterProduct:
    """``u v'`` of two fixed vectors."""

    left: str
    right: str

    def __repr__(self) -> str:
        return f"outer({self.left}, {self.right})"


MatrixFactors = tuple["tuple[str, Fraction] | OuterProduct", ...]
"""Covariances with powers, none of them zero, and outer products."""


@dataclass(frozen=True)
class MatrixTerm:
    """``coefficient * A^p B^q ...``, a product of covariances; without any, of ``I``."""

    coefficient: sympy.Expr
    factors: MatrixFactors = ()

    @property
    def turned(self) -> MatrixFactors:
        """The factors of its transpose."""
        return tuple(
            OuterProduct(f.right, f.left) if isinstance(f, OuterProduct) else f
            for f in reversed(self.factors)
        )

    @property
    def powers(self) -> tuple[tuple[str, Fraction], ...]:
        """Those of its factors that are powers of covariances."""
        return tuple(f for f in self.factors if not isinstance(f, OuterProduct))

    @property
    def outer(self) -> tuple[OuterProduct, ...]:
        """The others."""
        return tuple(f for f in self.factors if isinstance(f, OuterProduct))

    def __repr__(self) -> str:
        head = [] if self.coefficient == 1 else [f"({self.coefficient})"]
        powers = [
            text
            for f in self.factors
            for text in ([repr(f)] if isinstance(f, OuterProduct) else _written(*f))
        ]
        return "*".join([*head, *(powers or ["I"])])


@dataclass(frozen=True)
class Defined:
    """A covariance that is a function of others.

    Parameters
    ----------
    name
        Its name.
    terms
        What it is, as a sum; symmetric, with no two terms in the same factors.

    Raises
    ------
    InputError
        Where that is not symmetric.

    Examples
    --------
    >>> gamma = sympy.Symbol("gamma")
    >>> Defined("C", (MatrixTerm(gamma), MatrixTerm(1 - gamma, (("S", Fraction(1)),))))
    C = (gamma)*I + (1 - gamma)*S
    """

    name: str
    terms: tuple[MatrixTerm, ...]

    def __post_init__(self) -> None:
        table = {term.factors: term.coefficient for term in self.terms}
        for term in self.terms:
            turned = table.get(term.turned, sympy.Integer(0))
            if sympy.expand(turned - term.coefficient) != 0:
                raise InputError(
                    f"{self.name} is not symmetric, as a covariance is: it holds {term!r} and not "
                    "its transpose"
                )

    @property
    def powers(self) -> frozenset[tuple[str, Fraction]]:
        """The covariances that occur, with their powers."""
        return frozenset(factor for term in self.terms for factor in term.powers)

    @property
    def vectors(self) -> frozenset[str]:
        """The fixed vectors that occur."""
        return frozenset(v for t in self.terms for f in t.outer for v in (f.left, f.right))

    @property
    def coefficients(self) -> tuple[sympy.Expr, ...]:
        """The scalars in it."""
        return tuple(term.coefficient for term in self.terms)

    @property
    def length(self) -> int:
        """The most covariances in one product, counted by whole powers."""
        return max(
            (sum(ceil(abs(p)) for _, p in t.powers) + 2 * len(t.outer) for t in self.terms),
            default=0,
        )

    def mapped(
        self,
        coefficient: Callable[[sympy.Expr], sympy.Expr] = lambda c: c,
        gone: Iterable[str] = (),
    ) -> Defined:
        """The same with its scalars changed, and some covariances put to the identity."""
        gone = set(gone)
        total: dict[MatrixFactors, sympy.Expr] = {}
        for term in self.terms:
            left = merged(
                f for f in term.factors if isinstance(f, OuterProduct) or f[0] not in gone
            )
            total[left] = total.get(left, sympy.Integer(0)) + coefficient(term.coefficient)
        terms = (MatrixTerm(c, factors) for factors, c in total.items())
        return replace(self, terms=tuple(t for t in terms if sympy.expand(t.coefficient) != 0))

    @property
    def is_evident(self) -> bool:
        """Whether it is seen to be positive semi-definite: one product, the same from both ends."""
        (first, *others) = self.terms or (MatrixTerm(sympy.Integer(0)),)
        same = first.factors == first.turned
        return not others and same and bool(first.coefficient.is_nonnegative)

    @property
    def is_identity(self) -> bool:
        """Whether it is ``I`` whatever is given."""
        return all(not t.factors for t in self.terms) and (
            sympy.expand(sympy.Add(*self.coefficients) - 1) == 0
        )

    def value(
        self,
        power: Callable[[str, Fraction], Any],
        number: Callable[[sympy.Expr], Any],
        one: Any,
        outer: Callable[[str, str], Any],
        product: Callable[[Any, Any], Any] = mul,
    ) -> Any:
        """What it is in any algebra.

        Of the powers of the others, scalars, the identity and outer products.
        """

        def value(factor: tuple[str, Fraction] | OuterProduct) -> Any:
            if isinstance(factor, OuterProduct):
                return outer(factor.left, factor.right)
            return power(*factor)

        total = one * number(sympy.Integer(0))
        for term in self.terms:
            word = reduce(product, map(value, term.factors), one)
            total = total + word * number(term.coefficient)
        return total

    def __repr__(self) -> str:
        return f"{self.name} = {' + '.join(map(repr, self.terms)) or '0'}"


def merged(factors: Iterable[tuple[str, Fraction] | OuterProduct]) -> MatrixFactors:
    """A product, with neighbours of one name as one power of it.

    >>> merged([("S", HALF), ("S", HALF), ("T", Fraction(1))])
    (('S', Fraction(1, 1)), ('T', Fraction(1, 1)))
    """
    found: list[tuple[str, Fraction] | OuterProduct] = []
    for factor in factors:
        if isinstance(factor, OuterProduct):
            found.append(factor)
            continue
        name, power = factor
        last = found[-1] if found else None
        if isinstance(last, tuple) and last[0] == name:
            power += last[1]
            found.pop()
        if power:
            found.append((name, power))
    return tuple(found)


def pieces(power: Fraction) -> tuple[Fraction, ...]:
    """A power as a product of powers 1 and 1/2, or of -1 and -1/2.

    >>> [str(p) for p in pieces(Fraction(-5, 2))]
    ['-1', '-1', '-1/2']
    """
    whole, half = divmod(abs(power), 1)
    sign = 1 if power > 0 else -1
    return (Fraction(sign),) * int(whole) + (sign * HALF,) * bool(half)


def power_name(name: str, power: Fraction) -> str:
    """What the letter of a power is called.

    >>> power_name("S", -HALF)
    'S^(-1/2)'
    """
    return name if power == 1 else f"{name}^{_exponent(power)}"


def check(
    covariances: Iterable[str],
    means: Iterable[str],
    projections: Iterable[Projection],
    defined: Iterable[Defined],
) -> None:
    """Raise :class:`~theory.errors.InputError` unless what is said of covariances fits together.

    >>> check(["S"], [], [Projection("P")], [])
    Traceback (most recent call last):
    ...
    theory.errors.InputError: P is said to be a projection, and is no covariance
    """
    given, projected = set(covariances), [p.name for p in projections]
    for name in projected:
        if name not in given:
            raise InputError(f"{name} is said to be a projection, and is no covariance")
        if projected.count(name) > 1:
            raise InputError(f"{name} is said to be a projection twice")
    for one in defined:
        for name in sorted(one.vectors - set(means)):
            raise InputError(f"{one.name} is made of {name}, which is no fixed vector")
        for name, power in sorted(one.powers):
            if name not in given:
                raise InputError(
                    f"{one.name} is made of {name}, and is made of covariances that are given"
                )
            if name in projected and power != 1:
                raise InputError(
                    f"{one.name} holds a power of the projection {name}, which is {name} itself or "
                    "none"
                )


def inverted(defined: Iterable[Defined]) -> frozenset[str]:
    """The covariances that have to have an inverse."""
    return frozenset(name for one in defined for name, power in one.powers if power < 0)


def rooted(defined: Iterable[Defined]) -> frozenset[str]:
    """The covariances whose root is taken."""
    return frozenset(
        name for one in defined for name, power in one.powers if power.denominator == 2
    )


def _written(name: str, power: Fraction) -> list[str]:
    """A power in factors, as formulas have whole powers, and 1/2 and -1/2."""
    if abs(power) <= 1 or power.denominator == 1:
        return [power_name(name, power)]
    half = HALF if power > 0 else -HALF
    return [power_name(name, power - half), power_name(name, half)]


def _exponent(power: Fraction) -> str:
    return str(power) if power.denominator == 1 else f"({power})"
