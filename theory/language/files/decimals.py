"""One number of a matrix file: exact where it is short, else a rounded binary number."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import isfinite

from theory.language.formulas.tokens import DIGITS

ENTRY = 40
"""Characters of one number."""
EXACT = 15
"""Digits up to which a decimal is taken for exact; longer ones are rounded binary numbers."""
EXPONENT = 300
"""The largest exponent, either sign."""

_ROOMY = Context(prec=2 * ENTRY)


def number(text: str) -> Fraction | float | None:
    """The number that a text is; None where it is none.

    Whole numbers and decimals of up to :data:`EXACT` digits, written without an exponent, are
    exact, and so are fractions. A double that is written with more digits than it needs, as
    ``numpy.savetxt`` does, is its shortest decimal. Everything else is a float.

    Examples
    --------
    >>> number("2/5"), number("1e-3"), number("1.000000000000000056e-01")
    (Fraction(2, 5), Fraction(1, 1000), Fraction(1, 10))
    >>> number("0.3333333333333333"), number("1.0000000000000000001"), number("0,5")
    (0.3333333333333333, 1.0, None)
    """
    if len(text) > ENTRY:
        return None
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    mantissa, marked, exponent = unsigned.lower().partition("e")
    whole, slash, below = mantissa.partition("/")
    parts = whole.split(".")
    if len(parts) > 2 or not whole.strip(".") or not set("".join(parts) + below) <= DIGITS:
        return None
    if slash:
        plain = below and len(parts) == 1 and not marked and int(below)
        return Fraction(text) if plain else None
    if marked:
        power = exponent[1:] if exponent[:1] in ("+", "-") else exponent
        if not power or not set(power) <= DIGITS or int(power) > EXPONENT:
            return None
    rounded = float(text)
    if not isfinite(rounded):
        return None
    if _length(text) <= EXACT:
        return Fraction(text)
    shortest = repr(rounded)
    return Fraction(shortest) if _length(shortest) <= EXACT and _is(rounded, text) else rounded


def _length(text: str) -> int:
    """The digits of a decimal without an exponent."""
    return sum(map(str.isdecimal, format(Decimal(text), "f")))


def _is(rounded: float, text: str) -> bool:
    """Whether a text has the digits of this double, as far as it goes."""
    written = Decimal(text)
    return Decimal(rounded).quantize(written, context=_ROOMY) == written
