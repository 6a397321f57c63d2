"""Formulas that vanish for small matrices only."""

from fractions import Fraction
from math import factorial

from sympy.utilities.iterables import partitions


def fundamental_identity(degree, name):
    """The fundamental trace identity: zero for d < degree, and for no larger matrix in general.

    It is the elementary symmetric polynomial of the eigenvalues in power sums, by Newton, nested so
    that it is short.
    """
    terms = {}
    for partition in partitions(degree):
        below = 1
        for power, count in partition.items():
            below *= power**count * factorial(count)
        sign = (-1) ** (degree - sum(partition.values()))
        exponents = tuple(partition.get(power, 0) for power in range(1, degree + 1))
        terms[exponents] = Fraction(sign, below)
    return _nested(terms, degree, name)


def _nested(terms, power, name):
    """A polynomial in the traces of the first powers."""
    if power == 0:
        (coefficient,) = terms.values()
        return str(coefficient)
    trace = f"tr({name}^{power})" if power > 1 else f"tr({name})"
    parts = []
    for count in sorted({exponents[power - 1] for exponents in terms}):
        chosen = {e: c for e, c in terms.items() if e[power - 1] == count}
        inside = _nested(chosen, power - 1, name)
        factor = trace if count == 1 else f"{trace}^{count}"
        if count == 0:
            parts.append(inside)
        elif len(chosen) > 1:
            parts.append(f"{factor}*({inside})")
        else:
            sign, number = ("-", inside[1:]) if inside.startswith("-") else ("", inside)
            tail = number[1:] if number.startswith("1/") else f"*{number}"
            parts.append(f"{sign}{factor}{'' if number == '1' else tail}")
    return "+".join(parts).replace("+-", "-")
