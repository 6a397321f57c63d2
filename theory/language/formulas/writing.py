"""Scalars and linear combinations written in the grammar of formulas."""

from __future__ import annotations

import sympy

from theory.designs.combinations import Combination
from theory.errors import InputError

_SUM, _PRODUCT, _POWER = range(3)
"""What a formula is, from loosest to tightest binding."""


def written(expr: sympy.Expr) -> str:
    """A scalar in the grammar of formulas.

    Raises :class:`~theory.errors.InputError` where the grammar has no word for it.

    >>> d, alpha = sympy.symbols("d alpha")
    >>> written(-2 * d / (3 * sympy.sqrt(alpha**2 * d + 1)))
    '-2*d/(3*sqrt(alpha^2*d + 1))'
    """
    return _written(expr)[0]


def written_combination(combination: Combination) -> str:
    """A linear combination in the grammar of formulas, term by term.

    >>> from theory.language.gallery import designs
    >>> written_combination(designs.drifting.task)
    '(i/n)*b1 + (1 - i/n)*b2'
    """
    parts = []
    for term in combination.terms:
        minus = _is_negative(term.coefficient)
        c = -term.coefficient if minus else term.coefficient
        factor, what = _written(c)
        if what == _SUM or ("/" in factor and what == _PRODUCT):
            factor = f"({factor})"
        factors = [] if c == 1 else [factor]
        parts.append((minus, "*".join([*factors, *term.matrices, term.vector])))
    return _joined(parts)


def _is_negative(expr: sympy.Expr) -> bool:
    """Whether it has a minus sign in front."""
    return bool(expr.as_coeff_Mul()[0] < 0)


def _joined(parts: list[tuple[bool, str]]) -> str:
    """Terms with their signs as a sum."""
    (minus, first), *rest = parts
    text = "-" + first if minus else first
    return text + "".join(f" {'-' if minus else '+'} {part}" for minus, part in rest)


def _written(expr: sympy.Expr) -> tuple[str, int]:
    """An expression, and what it is."""
    if expr.is_Symbol:
        return expr.name, _POWER
    if expr.is_Integer:
        return str(expr), _POWER if expr >= 0 else _SUM
    if expr.is_Rational:
        return str(expr), _PRODUCT if expr > 0 else _SUM
    if expr.is_Add:
        terms = sorted(expr.as_ordered_terms(), key=_is_negative)
        signs = map(_is_negative, terms)
        parts = [
            (minus, _within(-t if minus else t, _PRODUCT))
            for minus, t in zip(signs, terms, strict=True)
        ]
        return _joined(parts), _SUM
    if expr.is_Mul:
        if _is_negative(expr):
            return "-" + _within(-expr, _PRODUCT), _SUM
        return _fraction(expr), _PRODUCT
    if expr.is_Pow and expr.exp.is_Rational:
        if expr.exp < 0:
            return f"1/{_within(1 / expr, _POWER)}", _PRODUCT
        half = expr.exp.q == 2
        base = f"sqrt({written(expr.base)})" if half else _within(expr.base, _POWER)
        power = expr.exp.p
        if expr.exp.q <= 2:
            return (base if power == 1 else f"{base}^{power}"), _POWER
    raise InputError(f"a design file has no word for {expr}")


def _fraction(expr: sympy.Expr) -> str:
    """A product as a quotient of products."""
    above, below = [], []
    for factor in expr.as_ordered_factors():
        if factor.is_Rational:
            above += [str(factor.p)] if factor.p != 1 else []
            below += [str(factor.q)] if factor.q != 1 else []
        elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
            below.append(_within(1 / factor, _POWER))
        else:
            above.append(_within(factor, _PRODUCT))
    top = "*".join(above) or "1"
    if not below:
        return top
    return f"{top}/{below[0]}" if len(below) == 1 else f"{top}/({'*'.join(below)})"


def _within(expr: sympy.Expr, binding: int) -> str:
    """An expression, in parentheses where it would fall apart."""
    text, what = _written(expr)
    return text if what >= binding else f"({text})"
