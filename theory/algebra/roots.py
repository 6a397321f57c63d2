"""Real roots of irreducible polynomials, and sums of them; digits are computed where asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import flint
import sympy

_X = sympy.Symbol("x")
FIRST_PRECISION, LAST_PRECISION = 64, 1 << 16
GUARD = 16
"""Bits computed beyond those asked for."""


@dataclass(frozen=True)
class Root:
    """A real root of an irreducible polynomial.

    Parameters
    ----------
    polynomial
        Its coefficients from the constant one on: integers without common factor, the last one
        positive.
    index
        Which of the real roots it is, counted from 0 at the smallest.

    Examples
    --------
    >>> Root((-2, 0, 1), 1).expr
    sqrt(2)
    """

    polynomial: tuple[int, ...]
    index: int

    @property
    def degree(self) -> int:
        return len(self.polynomial) - 1

    @property
    def rational(self) -> flint.fmpq | None:
        """Its value, if it is rational."""
        if self.degree > 1:
            return None
        return flint.fmpq(-self.polynomial[0], self.polynomial[1])

    @property
    def expr(self) -> sympy.Expr:
        """The root in SymPy."""
        return summed(self.polynomial, [self.index])

    def ball(self, precision: int) -> flint.arb:
        """A ball that contains this root and no other of its polynomial."""
        return balls(self.polynomial, precision)[self.index]


def summed(polynomial: Sequence[int], indices: Iterable[int]) -> sympy.Expr:
    """The sum of roots in SymPy: by radicals up to degree two, else a :class:`RootSum`.

    >>> summed((-2, 0, 1), [0]), summed((-2, 0, 0, 1), [0])
    (-sqrt(2), RootSum(x**3 - 2, (0,)))
    """
    if len(polynomial) > 3:
        return RootSum(polynomial, indices)
    powers = sympy.Poly(list(polynomial)[::-1], _X)
    return sympy.Add(*(sympy.rootof(powers, k) for k in indices))


class RootSum(sympy.Expr):
    """The sum of some real roots of one irreducible polynomial.

    Unlike SymPy's ``CRootOf``, it isolates no root before a digit of it is asked for. ``doit``
    writes it as a sum of these.

    Parameters
    ----------
    polynomial
        As in :class:`Root`; all of its roots are real.
    indices
        Which of its roots, without repetition.

    Examples
    --------
    >>> pair = RootSum((1, -3, 0, 1), (1, 2))
    >>> pair, pair.evalf(10), pair > 1
    (RootSum(x**3 - 3*x + 1, (1, 2)), 1.879385242, True)
    """

    is_commutative = True
    is_real = True
    is_number = True

    def __new__(cls, polynomial: Iterable[Any], indices: Iterable[Any]) -> RootSum:
        return super().__new__(cls, sympy.Tuple(*polynomial), sympy.Tuple(*sorted(indices)))

    def _eval_evalf(self, prec: int) -> sympy.Float:
        polynomial, indices = (tuple(map(int, part)) for part in self.args)
        precision = max(prec + GUARD, FIRST_PRECISION)
        while True:
            found = balls(polynomial, precision)
            with flint.ctx.workprec(precision):
                value = sum((found[k] for k in indices), flint.arb(0))
            if value.rel_accuracy_bits() >= prec or precision > LAST_PRECISION:
                break
            precision *= 2
        middle = value.mid().fmpq()
        return sympy.Float(sympy.Rational(int(middle.p), int(middle.q)), precision=prec)

    def doit(self, **hints: Any) -> sympy.Expr:
        """The sum of the roots as SymPy has them, each of which takes time."""
        polynomial = sympy.Poly(list(self.args[0])[::-1], _X)
        return sympy.Add(*(sympy.rootof(polynomial, int(k)) for k in self.args[1]))

    def _written(self, printer: Any) -> tuple[str, str]:
        polynomial = sympy.Poly(list(self.args[0])[::-1], _X).as_expr()
        return printer.doprint(polynomial), ", ".join(str(k) for k in self.args[1])

    def _sympystr(self, printer: Any) -> str:
        polynomial, indices = self._written(printer)
        comma = "," if len(self.args[1]) == 1 else ""
        return f"RootSum({polynomial}, ({indices}{comma}))"

    def _latex(self, printer: Any) -> str:
        polynomial, indices = self._written(printer)
        root = rf"\operatorname{{root}}_{{k}}\left({polynomial}\right)"
        return rf"\sum_{{k \in \{{{indices}\}}}} {root}"


@cache
def balls(polynomial: tuple[int, ...], precision: int) -> tuple[flint.arb, ...]:
    """Disjoint balls around the roots, in increasing order; all of them must be real."""
    with flint.ctx.workprec(precision):
        roots: Any = flint.fmpz_poly(list(polynomial)).complex_roots()
        found = [root for root, _ in roots]
    if not all(root.imag.contains(0) for root in found):
        raise ValueError("a root is not real")
    return tuple(sorted((root.real for root in found), key=lambda ball: ball.mid()))
