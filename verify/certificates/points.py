"""A refutation: rational numbers and covariances at which a claim is wrong."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint

from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.errors import Underivable
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.expressions import FREE
from theory.language.formulas.values import Rationals, value
from theory.scalars.arithmetic import EXACT
from verify.certificates.checker import SIZE
from verify.certificates.proving import inverted
from verify.judge.counterexample import places, values
from verify.judge.equality import differ
from verify.judge.question import Question


def point(question: Question, first: Instance | None = None) -> dict[str, Any]:
    """The step that refutes a claim: where, the optimal weight there, and both values.

    ``first`` is tried before others. Raises :class:`~theory.errors.Underivable` where no rational
    one is found.
    """
    for at in (*([first] if first is not None else []), *places(question)):
        both = values(question, at) if at.d <= SIZE else None
        if both is not None and isinstance(both[0], flint.fmpq | flint.fmpq_mat):
            claimed, exact = both
            equal = question.relation is Comparator.EQUAL
            if differ(*both) if equal else question.relation.is_broken(exact, claimed):
                return _step(question, at, *both)
    raise Underivable("no rational place was found at which it is wrong")


def _step(question: Question, at: Instance, claimed: Any, exact: Any) -> dict[str, Any]:
    best, rooted = None, {*at.roots}
    if question.is_free:
        best = _rows(at.matrices[FREE])
    elif question.weight is None:
        best = question.derivation.plain.minimum(at).matrix(at)
        best = _rows(best * (1 / scalar_value(question.file.scale, at.scalars, EXACT)))
    covariances = {k: at.matrices[k] for k in question.design.covariances}
    return {
        "numbers": {name: str(v) for name, v in at.scalars.items()},
        "factors": {k: _factored(m) for k, m in covariances.items() if k not in rooted},
        "roots": {k: _factored(at.root(k)) for k in covariances if k in rooted},
        "inverses": [[_rows(p**-1), _rows(p)] for p in _inverted(question, at)],
        "weight": best,
        "claimed": _told(claimed),
        "exact": _told(exact),
    }


def _inverted(question: Question, at: Instance) -> list[flint.fmpq_mat]:
    """The matrices that the claim takes inverses of, each once."""
    algebra = Rationals.at(at)
    known: list[flint.fmpq_mat] = []
    trees = [question.formula.tree, *([question.weight.tree] if question.weight else [])]
    for tree in (one for formula in trees for one in inverted(formula)):
        found = value(tree, algebra)
        if isinstance(found, flint.fmpq_mat) and found not in known:
            known.append(found)
    return known


def _factored(matrix: flint.fmpq_mat) -> list[Any]:
    """``L`` and ``D`` with ``L D L'`` a positive semi-definite matrix, which shows that it is one.

    >>> _factored(flint.fmpq_mat([[4, 2], [2, 1]]))
    [[['1', '0'], ['1/2', '1']], ['4', '0']]
    """
    size = matrix.nrows()
    rest = [[Fraction(int(v.p), int(v.q)) for v in row] for row in matrix.tolist()]
    lower = [[Fraction(r == c) for c in range(size)] for r in range(size)]
    for k in range(size):
        if rest[k][k]:
            for r in range(k + 1, size):
                lower[r][k] = rest[r][k] / rest[k][k]
            for r in range(k + 1, size):
                rest[r] = [a - lower[r][k] * b for a, b in zip(rest[r], rest[k], strict=True)]
    rows = [[str(v) for v in row] for row in lower]
    return [rows, [str(rest[k][k]) for k in range(size)]]


def _rows(matrix: flint.fmpq_mat) -> list[list[str]]:
    return [[str(v) for v in row] for row in matrix.tolist()]


def _told(found: Any) -> Any:
    return _rows(found) if isinstance(found, flint.fmpq_mat) else str(found)
