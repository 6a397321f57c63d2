"""What is claimed and derived where whitened covariances have common rational eigenvectors.

For any invertible ``X`` let ``Sigma_x = (X X')^{-1}``. Then ``Sigma_x^{1/2} X`` is orthogonal, and
covariances ``X diag(nu) X'`` have, whitened, the eigenvalues ``nu`` and these eigenvectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

import flint
from hypothesis import strategies as st

from theory.algebra.words import Letter
from theory.designs.instance import Instance, instance
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.records.low_rank_risk import LowRankRisk
from theory.scalars.arithmetic import EXACT
from verify.instances import random_matrix
from verify.strategies import factors, orthogonal_matrices, rationals, scalars, sizes

Table = list[dict[str, flint.fmpq]]


@dataclass(frozen=True)
class Eigenbasis:
    """An instance, the matrix ``X``, and the eigenvalues by name at each of its columns."""

    at: Instance
    basis: flint.fmpq_mat
    table: Table

    def weight(self, values: Sequence[Any]) -> flint.fmpq_mat:
        """``X diag(values) X'``: whitened, the weight with these eigenvalues."""
        return _scaled(self.basis, values) * self.basis.transpose()

    def coordinate(self, k: int) -> flint.fmpq_mat:
        """The weight with the eigenvalue 1 at column k and 0 elsewhere."""
        return self.weight([int(j == k) for j in range(self.at.d)])

    def with_examples(self, n: int) -> Eigenbasis:
        """The same with another number of examples."""
        return replace(self, at=self.at.with_examples(n))

    def __str__(self) -> str:
        return str(self.at)


def _scaled(basis: flint.fmpq_mat, values: Sequence[Any]) -> flint.fmpq_mat:
    rows, cols = basis.nrows(), basis.ncols()
    return flint.fmpq_mat([[basis[r, c] * values[c] for c in range(cols)] for r in range(rows)])


def eigenbasis(
    statement: LowRankRisk,
    n: int,
    basis: flint.fmpq_mat,
    roots: Sequence[Sequence[Any]],
    values: Mapping[str, Any],
) -> Eigenbasis:
    """Build one; ``roots`` holds the square roots of the eigenvalues of each covariance."""
    covariance = statement.whitening.covariance
    inverse = basis.transpose().inv()
    known = {covariance: inverse}
    names = [statement.task] if statement.old is None else [statement.task, statement.old]
    for name, column in zip(names, roots, strict=True):
        known[name] = _scaled(basis, [EXACT.number(v) for v in column])
    at = instance(
        statement.design,
        n=n,
        scalars=values,
        covariances={name: root * root.transpose() for name, root in known.items()},
    )
    # not symmetric, but F F' is the covariance, and no more is asked of them where prompts are read
    at = replace(at, roots=known)
    symbols = [symbol.name for symbol, _ in statement.claim.eigenvalues]
    squared = [[EXACT.number(v) ** 2 for v in column] for column in roots]
    table = [dict(zip(symbols, row, strict=True)) for row in zip(*squared, strict=True)]
    return Eigenbasis(at, basis, table)


def random_eigenbasis(
    statement: LowRankRisk, n: int, d: int, random: Random, height: int
) -> Eigenbasis:
    """With entries, roots of eigenvalues and scalars uniform integers up to ``height``."""
    basis = random_matrix(random, d, height)
    while basis.det() == 0:
        basis = random_matrix(random, d, height)
    count = len(statement.claim.eigenvalues)
    roots = [[random.randint(1, height) for _ in range(d)] for _ in range(count)]
    values = {p.name: random.randint(1, height) for p in statement.design.parameters}
    return eigenbasis(statement, n, basis, roots, values)


def small_eigenbases(statement: LowRankRisk, random: Random) -> Iterator[Eigenbasis]:
    """Small readable ones, in which to look for a counterexample."""
    for n in (1, 2, 3):
        for d in (1, 2, 3):
            yield random_eigenbasis(statement, n, d, random, 3)


@st.composite
def eigenbases(draw: st.DrawFn, statement: LowRankRisk) -> Eigenbasis:
    """Drawn ones: with repeated and vanishing eigenvalues, isotropic features now and then."""
    n, d = draw(sizes(9)), draw(sizes(4))
    basis = draw(st.one_of(factors(d), orthogonal_matrices(d)))
    if draw(st.booleans()):
        basis = basis.transpose()
    values: dict[str, Any] = {p.name: draw(scalars(p)) for p in statement.design.parameters}
    entry = st.one_of(
        st.sampled_from([Fraction(0), Fraction(1), Fraction(2)]),
        rationals(Fraction(0), Fraction(3), 4),
    )
    roots = [[draw(entry) for _ in range(d)] for _ in statement.claim.eigenvalues]
    if all(v == 0 for v in values.values()) and not all(map(any, roots)):
        values = {name: Fraction(1) for name in values}
    return eigenbasis(statement, n, basis, roots, values)


@dataclass(frozen=True)
class LowRankCase:
    """What a statement is about, with all that the engine derives, and the claimed risk."""

    statement: LowRankRisk
    claim: EigenvalueClaim

    @property
    def weight(self) -> Letter:
        """The one d x d weight."""
        return self.statement.best.plain.optimum.variable

    @property
    def updates(self) -> bool:
        """Whether it is about updates of an old optimum, and not of zero."""
        return self.statement.old is not None

    @property
    def any_set(self) -> bool:
        """Whether the claim is about any set of eigenvalues."""
        return self.claim.indices is Indices.BEST

    def risk(self, weight: Any, at: Instance) -> Any:
        """The exact risk of a weight, from the engine's polynomial."""
        polynomial = self.statement.best.plain.optimum.polynomial
        inside: Mapping[str, Any] = {**at.matrices, self.weight.name: weight}
        return at.values.put(inside).scalar(polynomial)

    def least(self, at: Instance, rank: int) -> Any:
        """The derived least risk over updates of a rank: a Fraction or a SymPy expression."""
        return self.statement.best.at(at, rank, self.statement.start_at(at))[1]

    def claimed(self, at: Eigenbasis, rank: int) -> flint.fmpq:
        """The claimed one."""
        return self.claim.risk(at.at, at.table, rank)

    def claimed_start(self, at: Eigenbasis) -> list[flint.fmpq]:
        """The eigenvalues of the weight that the updates start from, as claimed."""
        scalars = self.claim.scalars(at.at)
        return [self.claim.start_of(scalars, row, EXACT) for row in at.table]
