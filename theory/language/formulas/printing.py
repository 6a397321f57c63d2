"""Trees written in the grammar that they were parsed from."""

from __future__ import annotations

from fractions import Fraction

from theory.language.formulas.tree import (
    IndexPower,
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

_SUM, _PRODUCT, _UNARY, _POWER = range(4)
"""How tightly a formula binds, from loosest to tightest."""


def printed(tree: Tree) -> str:
    """A tree as text that parses to the same tree.

    >>> from theory.language.formulas.parser import parse
    >>> printed(parse("-(a - b)/2^-1*sqrt(c)"))
    '-(a - b)/2^-1*sqrt(c)'
    """
    return _printed(tree)[0]


def _printed(tree: Tree) -> tuple[str, int]:
    match tree:
        case Number(value):
            return _number(value)
        case Name(name):
            return name, _POWER
        case Negative(inside):
            return f"-{_within(inside, _UNARY)}", _UNARY
        case Sum(parts):
            (minus, first), *rest = parts
            text = f"-{_within(first, _UNARY)}" if minus else _within(first, _PRODUCT)
            for negative, part in rest:
                text += f" {'-' if negative else '+'} {_within(part, _PRODUCT)}"
            return text, _SUM
        case Product(factors):
            (divides, first), *rest = factors
            text = f"1/{_within(first, _UNARY)}" if divides else _within(first, _UNARY)
            for divides, factor in rest:
                text += f"{'/' if divides else '*'}{_within(factor, _UNARY)}"
            return text, _PRODUCT
        case Power(base, exponent) if exponent == Fraction(1, 2):
            return f"sqrt({printed(base)})", _POWER
        case Power(base, exponent):
            shown = str(exponent) if exponent.denominator == 1 else f"({exponent})"
            # a power binds to the right: its base is one piece
            text, binding = _printed(base)
            whole = binding == _POWER and not (isinstance(base, Power) and "^" in text)
            return f"{text if whole else f'({text})'}^{shown}", _POWER
        case IndexPower(base):
            return f"{_within(base, _POWER)}^({_exponent(tree)})", _POWER
        case TraceNode(inside):
            return f"tr({printed(inside)})", _POWER
        case Pairing(left, right):
            return f"{tree.name}({printed(left)}, {printed(right)})", _POWER
        case Transpose(inside):
            text, binding = _printed(inside)
            return f"{text if binding == _POWER else f'({text})'}'", _POWER


def _exponent(tree: IndexPower) -> str:
    """As ``n + 1 - i``: what is subtracted comes last."""
    parts = [(tree.of_n, "n"), (tree.constant, ""), (tree.of_i, "i")]
    text = ""
    for number, name in sorted((p for p in parts if p[0]), key=lambda part: part[0] < 0):
        sign = ("-" if not text else " - ") if number < 0 else (" + " if text else "")
        size = str(abs(number)) if abs(number) != 1 or not name else ""
        text += sign + "*".join(filter(None, (size, name)))
    return text


def _number(value: Fraction) -> tuple[str, int]:
    """A decimal where there is a finite one, as that is how the grammar writes a number."""
    if value < 0:
        text, binding = _number(-value)
        return f"-{text if binding >= _UNARY else f'({text})'}", _UNARY
    twos, fives = (_power_in(value.denominator, prime) for prime in (2, 5))
    if value.denominator != 2**twos * 5**fives:
        return str(value), _PRODUCT
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits, _POWER


def _power_in(number: int, prime: int) -> int:
    """How often a prime divides a number."""
    power = 0
    while number % prime == 0:
        number, power = number // prime, power + 1
    return power


def _within(tree: Tree, binding: int) -> str:
    text, own = _printed(tree)
    return text if own >= binding else f"({text})"
