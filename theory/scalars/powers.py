"""Powers whose exponent holds the index of an example, such as ``rho^(n + 1 - i)``.

To a rational function such a power is a variable. The indices of examples are ordered,
``1 <= k <= i <= n``, so that every power is a product of a power of ``rho`` and of those with the
steps ``k - 1``, ``i - k`` and ``n - i`` for exponents: none of these is negative, and ``rho`` may
be zero. Other symbols in exponents stand for lengths, which are not negative either.
"""

from __future__ import annotations

from functools import cache

import sympy

from theory.scalars.symbols import i, k, n

Powers = dict[sympy.Symbol, sympy.Expr]
"""Variables, each with the power that it stands for."""


def varies(power: sympy.Expr) -> bool:
    """Whether an expression is a power with symbols in its exponent.

    >>> rho = sympy.Symbol("rho")
    >>> varies(rho ** (n - i)), varies(rho**2)
    (True, False)
    """
    return bool(power.is_Pow and power.exp.free_symbols)


@cache
def without_powers(expr: sympy.Expr) -> tuple[sympy.Expr, Powers]:
    """An expression with variables in the place of such powers.

    >>> rho = sympy.Symbol("rho")
    >>> plain, powers = without_powers(rho ** (n + 1 - i) / rho ** (n - i))
    >>> sorted(map(str, powers.values())), sympy.cancel(plain)
    (['rho**(-i + n)'], rho)
    >>> plain, powers = without_powers(rho**n * rho**2 - rho ** (n + 1 - i) * rho ** (1 + i))
    >>> sorted(map(str, powers.values())), sympy.expand(plain)
    (['rho**(-i + n)', 'rho**(i - 1)'], 0)
    """
    if not _holds_one(expr):
        return expr, {}
    found = [part for part in expr.atoms(sympy.Pow) if varies(part)]
    used = frozenset().union(*(part.exp.free_symbols for part in found))
    chain = [index for index in (k, i, n) if index in used]
    powers: Powers = {}
    table = {}
    for part in found:
        table[part] = _product(part, chain, powers)
    return expr.xreplace(table), powers


def _holds_one(expr: sympy.Expr) -> bool:
    """Whether such a power occurs, which is seldom."""
    return varies(expr) or any(map(_holds_one, expr.args))


def with_powers(expr: sympy.Expr, powers: Powers) -> sympy.Expr:
    """An expression with the powers put back, those of one base in a product joined.

    >>> plain, powers = without_powers(sympy.Symbol("rho") ** (n + 1 - i))
    >>> with_powers(plain, powers)
    rho**(-i + n + 1)
    """
    return sympy.powsimp(expr.xreplace(powers), deep=True, combine="exp")


def _product(part: sympy.Expr, chain: list[sympy.Symbol], powers: Powers) -> sympy.Expr:
    """A power as a product of a constant one and of variables."""
    base, exponent = part.base, sympy.expand(part.exp)
    factors = []
    left = exponent
    for at, index in reversed(list(enumerate(chain))):
        slope = left.coeff(index)
        before = chain[at - 1] if at else sympy.Integer(1)
        left = sympy.expand(left - slope * (index - before))
        factors.append((slope, index - before))
    factors += [(left.coeff(length), length) for length in left.free_symbols]
    constant = left.subs(dict.fromkeys(left.free_symbols, 0))
    variables = []
    for slope, step in factors:
        if slope:
            variable = _variable(base**step)
            powers[variable] = base**step
            variables.append(variable**slope)
    return sympy.Mul(base**constant, *variables)


@cache
def _variable(power: sympy.Expr) -> sympy.Symbol:
    """The variable that stands for a power, always the same."""
    return sympy.Dummy(str(power))
