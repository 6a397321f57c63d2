"""Inner products of fixed vectors and traces of powers: what rotations leave, as scalars.

Everything that is said of an isotropic design with fixed vectors depends on inner products alone,
and much that is said of a covariance on a few traces. Each is a symbol that is named as formulas
write it, so that it is computed with like a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import combinations_with_replacement
from typing import Any

import sympy

from theory.scalars.arithmetic import Arithmetic
from theory.scalars.symbols import d

_WRITTEN = re.compile(r"dot\((\w+), (\w+)\)")
_TRACE = re.compile(r"tr\((\w+)(?:\^(-?\d+))?\)")


def dot(one: str, other: str) -> sympy.Symbol:
    """The inner product of two fixed vectors, by their names in either order.

    >>> dot("v", "u")
    dot(u, v)
    """
    first, second = sorted((one, other))
    return sympy.Symbol(f"dot({first}, {second})")


def paired(name: str) -> tuple[str, str] | None:
    """The vectors of which a symbol of this name is the inner product; None where it is none.

    >>> paired("dot(u, v)"), paired("sigma")
    (('u', 'v'), None)
    """
    found = _WRITTEN.fullmatch(name)
    return (found[1], found[2]) if found else None


def trace(name: str, power: int) -> sympy.Symbol:
    """The trace of a power of a covariance, by its name.

    >>> trace("S", 1), trace("S", 2)
    (tr(S), tr(S^2))
    """
    return sympy.Symbol(f"tr({name})" if power == 1 else f"tr({name}^{power})")


def traced(name: str) -> tuple[str, int] | None:
    """The covariance and its power of whose trace a symbol has this name; None for no such.

    >>> traced("tr(S^2)"), traced("sigma")
    (('S', 2), None)
    """
    found = _TRACE.fullmatch(name)
    return (found[1], int(found[2] or 1)) if found else None


def trace_of(name: str) -> sympy.Expr | None:
    """The same as a trace of a matrix, as it is printed.

    >>> trace_of("tr(S^2)")
    Trace(S**2)
    """
    found = traced(name)
    return found and sympy.Trace(sympy.MatrixSymbol(found[0], d, d) ** found[1])


def pairs(vectors: Iterable[str]) -> list[tuple[str, str]]:
    """Which inner products there are of some vectors.

    >>> pairs(["v", "u"])
    [('u', 'u'), ('u', 'v'), ('v', 'v')]
    """
    return list(combinations_with_replacement(sorted(vectors), 2))


def products(
    vectors: Iterable[str], matrices: Mapping[str, Any], arithmetic: Arithmetic
) -> dict[str, Any]:
    """The inner products of vectors that are given as d x 1 matrices, by the symbols' names.

    >>> from theory.scalars.arithmetic import EXACT
    >>> products(["m"], {"m": EXACT.matrix([[1], [2]])}, EXACT)
    {'dot(m, m)': 5}
    """
    return {
        dot(u, v).name: arithmetic.trace(arithmetic.transpose(matrices[u]) * matrices[v])
        for u, v in pairs(vectors)
    }
