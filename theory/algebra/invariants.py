"""Inner products of fixed vectors: what rotations leave of them, as scalars.

Everything that is said of an isotropic design with fixed vectors depends on these numbers alone.
Each is a symbol that is named as formulas write it, so that it is computed with like a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import combinations_with_replacement
from typing import Any

import sympy

from theory.scalars.arithmetic import Arithmetic

_WRITTEN = re.compile(r"dot\((\w+), (\w+)\)")


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
