"""Claims written eigenvalue by eigenvalue, with some of the eigenvalues singled out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import combinations
from typing import Any

import flint
import numpy as np
import sympy
from sympy import MatrixSymbol, Trace

from theory.algebra.definitions import Definitions
from theory.algebra.spectrum import added, eigenvalues, images, total
from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.scalars.arithmetic import Arithmetic, fraction
from theory.scalars.rational import cancelled

COMMUTE = 1e-9
"""Relative size of a commutator below which floating matrices count as commuting."""
MIXTURES = (0.6180339887498949, 1.4142135623730951, 0.3183098861837907)

rank = sympy.Symbol("r")


class Indices(Enum):
    """Which eigenvalues are singled out."""

    LARGEST = "the largest eigenvalues"
    SMALLEST = "the smallest eigenvalues"
    BEST = "any; the best are those where the claim gains most"


@dataclass(frozen=True)
class EigenvalueClaim:
    """``total - sum over I of inside - sum over the others of outside``.

    Parameters
    ----------
    total, inside, outside
        SymPy scalars; ``inside`` and ``outside`` are functions of the eigenvalues.
    start
        The weight that the update starts from, as a function of the eigenvalues.
    eigenvalues
        The symbols of eigenvalues with the symmetric matrices they belong to, which commute.
    definitions
        The matrices and the scalars that are the same for all eigenvalues, with their meaning.
    abbreviations
        Functions of the eigenvalues that have a name.
    indices, count
        Which eigenvalues are in ``I``, and how many (an expression in ``r``); for
        :attr:`Indices.BEST` at most so many.
    """

    total: sympy.Expr
    inside: sympy.Expr
    outside: sympy.Expr
    start: sympy.Expr
    eigenvalues: tuple[tuple[sympy.Symbol, MatrixSymbol], ...]
    definitions: Definitions
    abbreviations: Definitions = ()
    indices: Indices = Indices.LARGEST
    count: sympy.Expr = rank

    def written_out(self, expr: sympy.Expr) -> sympy.Expr:
        """A function of the eigenvalues with the named functions put in."""
        return _written_out(expr, self.abbreviations)

    def scalars(self, at: Instance) -> dict[str, Any]:
        """The values of everything that is the same for all eigenvalues."""
        inner, outer = self._parts(at)
        values = dict(at.scalars)
        for (_, matrix), a in zip(self.eigenvalues, inner, strict=True):
            values[_trace(matrix).name] = at.arithmetic.trace_of_product(a, outer)
        for name, meaning in _scalars(self.definitions):
            values[name.name] = scalar_value(meaning, values, at.arithmetic)
        return values

    def slots(self, at: Instance, rank: int) -> int:
        """How many eigenvalues are singled out at most."""
        return max(0, min(at.d, int(self.count.subs("r", rank))))

    def start_of(
        self, scalars: Mapping[str, Any], eigenvalue: Mapping[str, Any], arithmetic: Arithmetic
    ) -> Any:
        """The weight that the update starts from, at an eigenvalue."""
        return scalar_value(self.written_out(self.start), {**scalars, **eigenvalue}, arithmetic)

    def terms(self, at: Instance, table: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
        """``inside`` and ``outside`` at every eigenvalue."""
        scalars = self.scalars(at)
        inside, outside = self.written_out(self.inside), self.written_out(self.outside)
        return [
            (
                scalar_value(inside, {**scalars, **values}, at.arithmetic),
                scalar_value(outside, {**scalars, **values}, at.arithmetic),
            )
            for values in table
        ]

    def bound(
        self, at: Instance, table: Sequence[Mapping[str, Any]], chosen: Collection[int]
    ) -> Any:
        """The claimed risk with these indices singled out.

        ``table`` holds the eigenvalues by name, one entry for every common eigenvector.
        """
        return self._bound(at, self.terms(at, table), chosen)

    def _bound(
        self, at: Instance, terms: Sequence[tuple[Any, Any]], chosen: Collection[int]
    ) -> Any:
        value = scalar_value(self.total, self.scalars(at), at.arithmetic)
        singled = set(chosen)
        for k, (inside, outside) in enumerate(terms):
            value = value - (inside if k in singled else outside)
        return value

    def chosen(self, at: Instance, table: Sequence[Mapping[str, Any]], rank: int) -> list[int]:
        """The indices that are singled out."""
        return self._chosen(at, table, self.terms(at, table), rank)

    def _chosen(
        self,
        at: Instance,
        table: Sequence[Mapping[str, Any]],
        terms: Sequence[tuple[Any, Any]],
        rank: int,
    ) -> list[int]:
        slots = self.slots(at, rank)
        if self.indices is Indices.BEST:
            gains = [inside - outside for inside, outside in terms]
            order = sorted(range(len(table)), key=gains.__getitem__, reverse=True)
            return [k for k in order[:slots] if gains[k] > 0]
        name = self.eigenvalues[0][0].name
        order = sorted(range(len(table)), key=lambda k: table[k][name])
        return order[:slots] if self.indices is Indices.SMALLEST else order[::-1][:slots]

    def risk(self, at: Instance, table: Sequence[Mapping[str, Any]], rank: int) -> Any:
        """The claimed risk at given eigenvalues."""
        terms = self.terms(at, table)
        return self._bound(at, terms, self._chosen(at, table, terms, rank))

    def risk_at(self, at: Instance, rank: int) -> Any:
        """The claimed risk, from the matrices; None where they do not commute.

        A Fraction or a SymPy expression at an exact instance, a float otherwise.
        """
        if at.exact:
            return self._exact(at, rank)
        table = self._table(at)
        return None if table is None else float(self.risk(at, table, rank))

    def _exact(self, at: Instance, rank: int) -> Any:
        inner, outer = self._parts(at)
        # A S has the eigenvalues of S^{1/2} A S^{1/2}, and no root
        matrices = [a * outer for a in inner]
        if any((outer * (a * b - b * a)).rank() for a, b in combinations(matrices, 2)):
            return None
        scalars, slots = self.scalars(at), self.slots(at, rank)
        symbols = [symbol for symbol, _ in self.eigenvalues]
        inside, outside = self.written_out(self.inside), self.written_out(self.outside)
        gain = inside - outside
        without = _function(outside, symbols, matrices, scalars, at)
        rest = scalar_value(self.total, scalars, at.arithmetic) - at.arithmetic.trace(without)
        if slots == 0:
            return fraction(rest)
        gains = _function(gain, symbols, matrices, scalars, at)
        if slots == at.d:
            return fraction(rest - at.arithmetic.trace(gains))
        if self.indices is Indices.BEST:
            return added(fraction(rest), -total(eigenvalues(gains)[:slots]))
        if len(symbols) > 1:
            raise TypeError("the order of one matrix's eigenvalues says nothing of the other's")
        roots = eigenvalues(matrices[0])
        singled = roots[:slots] if self.indices is Indices.LARGEST else roots[-slots:]
        top, bottom = (
            [scalar_value(c, scalars, at.arithmetic) for c in p.all_coeffs()[::-1]]
            for p in _quotient(gain, tuple(symbols))
        )
        return added(fraction(rest), -total(images(singled, top, bottom, eigenvalues(gains))))

    def _parts(self, at: Instance) -> tuple[list[Any], Any]:
        """``A`` for every matrix ``S^{1/2} A S^{1/2}`` of the claim, and their common ``S``."""
        table, inner, outer = dict(self.definitions), [], set()
        for _, name in self.eigenvalues:
            left, middle, right = table[name].as_coeff_matrices()[1]
            if left != right or left.exp != sympy.Rational(1, 2):
                raise TypeError(f"{table[name]} is not of the form S^(1/2) A S^(1/2)")
            inner.append(at.matrices[middle.name])
            outer.add(left.base.name)
        (common,) = outer
        return inner, at.matrices[common]

    def _table(self, at: Instance) -> list[dict[str, float]] | None:
        """The eigenvalues in double precision, one entry for every common eigenvector."""
        inner, outer = self._parts(at)
        try:
            half = np.linalg.cholesky(np.asarray(outer))
        except np.linalg.LinAlgError:
            half = np.asarray(at.arithmetic.root(outer))
        # half half' = S as for the symmetric root, so these are the same but for a rotation
        matrices = [half.T @ np.asarray(a) @ half for a in inner]
        matrices = [(m + m.T) / 2 for m in matrices]
        if len(matrices) == 1:
            columns = [np.linalg.eigvalsh(matrices[0])]
        else:
            found = _common_eigenvalues(*matrices)
            if found is None:
                return None
            columns = list(found)
        names = [symbol.name for symbol, _ in self.eigenvalues]
        return [
            dict(zip(names, map(float, row), strict=True)) for row in zip(*columns, strict=True)
        ]


def _common_eigenvalues(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The eigenvalues of two symmetric matrices at common eigenvectors, if they commute."""
    sizes = [float(np.linalg.norm(m)) or 1.0 for m in (a, b)]
    if np.linalg.norm(a @ b - b @ a) > COMMUTE * sizes[0] * sizes[1]:
        return None
    best: tuple[float, tuple[np.ndarray, np.ndarray]] | None = None
    for share in MIXTURES:  # a mixture may by accident have a double eigenvalue where they differ
        _, vectors = np.linalg.eigh(a / sizes[0] + share * b / sizes[1])
        turned = [vectors.T @ m @ vectors for m in (a, b)]
        diagonals = (np.diag(turned[0]), np.diag(turned[1]))
        left = max(
            float(np.linalg.norm(m - np.diag(v))) / size
            for m, v, size in zip(turned, diagonals, sizes, strict=True)
        )
        if best is None or left < best[0]:
            best = left, diagonals
        if left <= COMMUTE:
            break
    assert best is not None
    return best[1]


@cache
def _written_out(expr: sympy.Expr, abbreviations: Definitions) -> sympy.Expr:
    for name, meaning in reversed(abbreviations):
        expr = expr.subs(name, meaning)
    return expr


def _trace(matrix: MatrixSymbol) -> sympy.Symbol:
    """Stands for the trace of a matrix."""
    return sympy.Symbol(f"tr {matrix.name}")


@cache
def _scalars(definitions: Definitions) -> Definitions:
    """The scalar definitions, with a symbol for every trace."""
    return tuple(
        (name, meaning.xreplace({t: _trace(t.arg) for t in meaning.atoms(Trace)}))
        for name, meaning in definitions
        if name.is_Symbol
    )


@cache
def _quotient(expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...]) -> tuple[sympy.Poly, sympy.Poly]:
    """A rational function as a quotient of polynomials in some of its symbols."""
    numerator, denominator = sympy.fraction(cancelled(expr))
    return sympy.Poly(numerator, *symbols), sympy.Poly(denominator, *symbols)


def _function(
    expr: sympy.Expr,
    symbols: Sequence[sympy.Symbol],
    matrices: Sequence[flint.fmpq_mat],
    scalars: Mapping[str, Any],
    at: Instance,
) -> flint.fmpq_mat:
    """A rational function of commuting matrices."""
    numerator, denominator = (
        _polynomial(part, matrices, scalars, at) for part in _quotient(expr, tuple(symbols))
    )
    return at.arithmetic.solve(denominator, numerator)


def _polynomial(
    poly: sympy.Poly,
    matrices: Sequence[flint.fmpq_mat],
    scalars: Mapping[str, Any],
    at: Instance,
) -> flint.fmpq_mat:
    value = at.arithmetic.identity(at.d) * at.arithmetic.number(0)
    for powers, c in poly.terms():
        term = at.arithmetic.identity(at.d) * scalar_value(c, scalars, at.arithmetic)
        for matrix, power in zip(matrices, powers, strict=True):
            for _ in range(power):
                term = term * matrix
        value = value + term
    return value
