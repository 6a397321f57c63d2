"""Exact instances and matrices in a few words, for a sentence in a report."""

from __future__ import annotations

import flint

from theory.designs.instance import Instance
from theory.scalars.arithmetic import EXACT


def sizes(at: Instance) -> str:
    """Sizes, parameters and matrices of an exact instance; what is the identity is not named.

    >>> from theory.designs.instance import instance
    >>> from theory.language.gallery import designs
    >>> sizes(instance(designs.independent, n=2, d=1, scalars={"sigma": 1}))
    'n = 2, d = 1, sigma = 1'
    """
    parts = [f"{name} = {value}" for name, value in at.scalars.items()]
    for name, value in at.given.items():
        if value.ncols() == 1 and name in at.design.means:
            parts.append(f"{name} = ({', '.join(map(str, value.entries()))})")
        elif value != EXACT.identity(at.d):
            parts.append(f"{name} = {written(value)}")
    return ", ".join(parts)


def written(matrix: flint.fmpq_mat) -> str:
    """An exact matrix in words of unit vectors, or as I or a diagonal.

    >>> written(EXACT.matrix([[0, 1], [-1, 0]]))
    "e_1 e_2' - e_2 e_1'"
    >>> written(EXACT.matrix([[0, 0], [0, 1]]))
    'diag(0, 1)'
    """
    size = matrix.nrows()
    entries = [(r, c, matrix[r, c]) for r in range(size) for c in range(size) if matrix[r, c] != 0]
    if matrix == EXACT.identity(size):
        return "I"
    if all(r == c for r, c, _ in entries):
        return f"diag({', '.join(str(matrix[r, r]) for r in range(size))})"
    out = ""
    for r, c, value in entries:
        sign = "-" if value < 0 else "+"
        factor = "" if abs(value) == 1 else f"{abs(value)} "
        out += f" {sign} {factor}e_{r + 1} e_{c + 1}'"
    return out.removeprefix(" + ").strip()
