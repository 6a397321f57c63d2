"""What stays fixed in a limit: constants, which are positive, and parameters in their ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import islice, product

import sympy
from sympy import degree, discriminant

from theory.designs.parameter import Parameter
from theory.scalars.rational import factored
from theory.scalars.signs import is_positive
from theory.scalars.symbols import d, n

INSIDE = (("1/3", "1/3"), ("2/3", "2/3"), ("1/7", "1/7"), ("1/11", "7/5"), ("10/11", "3"))
"""Where in their ranges parameters are: how far up; how far from the end of one without another."""
VALUES = ("1", "5/7", "3", "1/11")
"""Values of constants."""
MOST = 200
"""How many places are looked at."""
DIGITS = 60
APART = sympy.Rational(1, 10**30)


def generic(parameters: Iterable[Parameter]) -> dict[sympy.Symbol, sympy.Expr]:
    """Parameters by symbols that know their sign; zero at an end of the range does not count.

    One that may have either sign is a symbol of which nothing is known. A range of one point is
    that number.

    >>> generic([Parameter("sigma")])[sympy.Symbol("sigma")].is_positive
    True
    """
    found: dict[sympy.Symbol, sympy.Expr] = {}
    for p in parameters:
        if p.low == p.high:
            found[p.symbol] = p.low
        elif p.low >= 0:
            found[p.symbol] = sympy.Dummy(p.name, positive=True)
        elif p.high.is_number and p.high <= 0:
            found[p.symbol] = sympy.Dummy(p.name, negative=True)
        else:
            found[p.symbol] = sympy.Dummy(p.name)
    return found


def closed(
    constants: Iterable[sympy.Symbol], parameters: Iterable[Parameter]
) -> dict[sympy.Symbol, sympy.Expr]:
    """The same with the ends of the ranges, where a parameter may be zero."""
    found: dict[sympy.Symbol, sympy.Expr] = {}
    for p in parameters:
        if p.low > 0:
            found[p.symbol] = sympy.Dummy(p.name, positive=True)
        elif p.low == 0:
            found[p.symbol] = sympy.Dummy(p.name, nonnegative=True)
        else:
            found[p.symbol] = sympy.Dummy(p.name, real=True)
    return found | {c: sympy.Dummy(c.name, positive=True) for c in (n, d, *constants)}


def may_vanish(
    coefficient: sympy.Expr, constants: Iterable[sympy.Symbol], parameters: Iterable[Parameter]
) -> tuple[sympy.Expr, ...]:
    """The factors of a coefficient, above and below, that are not seen to differ from zero.

    Each is without a number in front, so that two are the same where they vanish together.

    >>> c, s = sympy.symbols("c sigma")
    >>> [may_vanish(top / (c + s**2), [c], [Parameter("sigma")]) for top in (c, s**2)]
    [(), (sigma,)]
    >>> may_vanish(2 - s, [], [Parameter("sigma", high=sympy.Integer(1))])
    ()
    >>> may_vanish(s - s**2 - c / 4, [c, s], []), may_vanish(s**2 - s + c + 1, [c, s], [])
    ((c + 4*sigma**2 - 4*sigma,), ())
    """
    return _may_vanish(coefficient, tuple(constants), tuple(parameters))


@cache
def _may_vanish(
    coefficient: sympy.Expr, constants: tuple[sympy.Symbol, ...], parameters: tuple[Parameter, ...]
) -> tuple[sympy.Expr, ...]:
    fixed = closed(constants, parameters)
    ranges = {p.symbol: (p.low, p.high) for p in parameters}
    ranges |= {c: (sympy.Integer(0), sympy.oo) for c in constants}
    found = []
    for factor in sympy.Mul.make_args(factored(coefficient)):
        _, base = (factor.base if factor.is_Pow else factor).primitive()
        base = -base if base.could_extract_minus_sign() else base
        if not base.free_symbols or base.xreplace(fixed).is_nonzero or _has_no_root(base, fixed):
            continue
        if not any(is_positive(sign * base, ranges) for sign in (1, -1)):
            found.append(base)
    return tuple(dict.fromkeys(found))


def _has_no_root(expr: sympy.Expr, known: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
    """Whether something is seen to be quadratic in a symbol, with a negative discriminant."""
    quadratic = (s for s in expr.free_symbols if expr.is_polynomial(s) and degree(expr, s) == 2)
    found = (factored(discriminant(expr, s)).xreplace(known) for s in quadratic)
    return any(one.is_negative for one in found)


def shows(expr: sympy.Expr, at: Iterable[Mapping[sympy.Symbol, sympy.Rational]]) -> bool:
    """Whether a place is found where an expression is a real number and not zero."""
    for place in at:
        value = sympy.N(expr.xreplace(dict(place)), DIGITS)
        if value.is_finite and value.is_real and abs(value) > APART:
            return True
    return False


def places(
    constants: Iterable[sympy.Symbol], parameters: Iterable[Parameter], ends: bool = False
) -> Iterator[dict[sympy.Symbol, sympy.Rational]]:
    """Values of what stays fixed, inside the ranges or also at their ends; so many at most.

    >>> rho = Parameter("rho", sympy.Integer(0), sympy.Integer(1))
    >>> len(list(places([], [rho]))), len(list(places([], [rho], ends=True)))
    (5, 7)
    """
    constants, parameters = tuple(constants), tuple(parameters)
    choices = [[sympy.Rational(v) for v in VALUES] for _ in constants]
    choices += [_inside(p) + (_ends(p) if ends else []) for p in parameters]
    names = (*constants, *(p.symbol for p in parameters))
    for values in islice(product(*choices), MOST):
        yield dict(zip(names, values, strict=True))


def _inside(parameter: Parameter) -> list[sympy.Rational]:
    found = [parameter.at(Fraction(share), Fraction(step)) for share, step in INSIDE]
    values = [sympy.Rational(v.numerator, v.denominator) for v in found]
    if parameter.low < 0 and (not parameter.high.is_number or parameter.high > 0):
        values += [-value for value in values if -value in parameter]
    return list(dict.fromkeys(values))


def _ends(parameter: Parameter) -> list[sympy.Expr]:
    return [e for e in dict.fromkeys((parameter.low, parameter.high)) if e.is_Rational]
