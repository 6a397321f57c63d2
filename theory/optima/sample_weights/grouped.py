"""The best sample weights where examples come in groups: one for each, from a system as small.

Within a group examples are exchangeable, given the prompt's vectors. So permuting them leaves the
risk as it is, which is convex in the sample weights, and weights that are equal within groups do
best.
With ``W`` a multiple of the identity, whose factor the weights absorb, and ``h_i = x' x_i y_i``,

    L(w) = M - 2 sum_g n_g p_g w_g + sum_g n_g D_g w_g^2 + sum_{g,k} n_g n_k r_gk w_g w_k,
    p_g = E y h_i,  D_g = E h_i^2 - r_gg,  r_gk = E h_i h_j  (i != j, in the groups g and k):

a diagonal and a matrix of the size of the groups. Its minimiser solves
``D_g w_g + sum_k r_gk n_k w_k = p_g``, also where a group is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import sympy

from theory.algebra.blocks import part_of
from theory.algebra.calculus import substitute
from theory.algebra.polynomials import TracePolynomial, identity
from theory.algebra.traces import Trace
from theory.algebra.values import scalar_value
from theory.algebra.words import D, Letter
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import wpgd
from theory.designs.prompt import Words
from theory.errors import Underivable
from theory.optima.sample_weights.form import NumericForm
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT, Arithmetic
from theory.scalars.rational import factored


@dataclass(frozen=True)
class GroupForm:
    """The risk in one sample weight for each group, with ``W = I``.

    All are expressions in sizes and parameters; entries in the order of the groups.

    Parameters
    ----------
    names
        Of the groups.
    counts
        ``n_g``.
    constant
        ``M``, the risk without weights.
    linear
        ``p_g``.
    diagonal
        ``D_g``.
    pairs
        ``r_gk``, symmetric.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> form = group_form(shipped("partly-retrieved").design)
    >>> form.names, form.counts, form.pairs[1][1]
    (('retrieved', 'unrelated'), (k, -k + n), d)
    """

    names: tuple[str, ...]
    counts: tuple[sympy.Expr, ...]
    constant: sympy.Expr
    linear: tuple[sympy.Expr, ...]
    diagonal: tuple[sympy.Expr, ...]
    pairs: tuple[tuple[sympy.Expr, ...], ...]

    def minimum(
        self, scalars: Mapping[str, Any], arithmetic: Arithmetic
    ) -> tuple[Any, tuple[Any, ...], bool]:
        """The least risk, weights of the groups that have it, and whether no others do, as numbers.

        The weight of an empty group is zero.

        >>> from theory.language.gallery import shipped
        >>> form = group_form(shipped("partly-retrieved").design)
        >>> at = {"n": 2, "d": 1, "k": 1, "alpha": 1, "sigma": 0}
        >>> form.minimum(at, EXACT)
        (10/23, (2/23, 5/23), True)
        """

        def value(expr: sympy.Expr) -> Any:
            return scalar_value(expr, scalars, arithmetic)

        counts, linear = ([value(e) for e in part] for part in (self.counts, self.linear))
        least, weights = value(self.constant), [arithmetic.number(0)] * len(counts)
        held = [g for g, n in enumerate(counts) if n != 0]
        system = arithmetic.matrix(
            [
                [
                    counts[g] * value(self.pairs[g][k]) * counts[k]
                    + (counts[g] * value(self.diagonal[g]) if g == k else 0)
                    for k in held
                ]
                for g in held
            ]
        )
        matched = arithmetic.matrix([[counts[g] * linear[g]] for g in held])
        dense: Any = arithmetic
        column, only = dense.solutions(system, matched)
        for place, g in enumerate(held):
            weights[g] = column[place, 0]
            least = least - counts[g] * linear[g] * weights[g]
        return least, tuple(weights), only

    @property
    def matched(self) -> sympy.Expr:
        """``sum_g n_g p_g``: half the slope along equal weights, at zero, with the sign turned."""
        return sympy.Add(*(n * p for n, p in zip(self.counts, self.linear, strict=True)))

    @property
    def square(self) -> sympy.Expr:
        """What equal weights of one have in the part of second order."""
        counts, size = self.counts, range(len(self.counts))
        own = (n * D for n, D in zip(counts, self.diagonal, strict=True))
        pairs = (counts[g] * counts[k] * self.pairs[g][k] for g in size for k in size)
        return sympy.Add(*own, *pairs)

    @property
    def system(self) -> sympy.Matrix:
        """What the weights of the groups solve a linear system with; on its right is ``p``."""

        def entry(g: int, k: int) -> sympy.Expr:
            return self.pairs[g][k] * self.counts[k] + (self.diagonal[g] if g == k else 0)

        return sympy.Matrix(len(self.counts), len(self.counts), entry)

    def gain(self, weights: Iterable[sympy.Expr]) -> sympy.Expr:
        """How much less than without weights the risk is at the best of them."""
        parts = zip(self.counts, self.linear, weights, strict=True)
        return sympy.Add(*(n * p * w for n, p, w in parts))

    def numbers(self, at: Instance) -> NumericForm:
        """The risk in one weight for each example, at an exact instance.

        >>> from theory.designs.instance import instance
        >>> from theory.language.gallery import shipped
        >>> design = shipped("partly-retrieved").design
        >>> scalars = {"alpha": 1, "sigma": 0, "k": 1}
        >>> found = group_form(design).numbers(instance(design, n=2, d=1, scalars=scalars))
        >>> found.minimise(), found.minimum()
        ([2/23, 5/23], 10/23)
        """
        rows, size = list(at.rows.values()), range(len(self.counts))

        def along(entries: Sequence[sympy.Expr]) -> list[flint.fmpq]:
            values = [scalar_value(entry, at.scalars, EXACT) for entry in entries]
            return [value for value, row in zip(values, rows, strict=True) for _ in row]

        indicators = [[sympy.Integer(g == k) for k in size] for g in size]
        return NumericForm(
            scalar_value(self.constant, at.scalars, EXACT),
            along(self.linear),
            [along(self.pairs[g]) for g in size],
            [along(indicators[g]) for g in size],
            along(self.diagonal),
        )

    def value(self, weights: Sequence[sympy.Expr]) -> sympy.Expr:
        """The risk of weights of the groups."""
        size = range(len(weights))
        square = (n * D * w**2 for n, D, w in zip(self.counts, self.diagonal, weights, strict=True))
        pairs = (
            self.counts[g] * self.counts[k] * self.pairs[g][k] * weights[g] * weights[k]
            for g in size
            for k in size
        )
        return self.constant - 2 * self.gain(weights) + sympy.Add(*square, *pairs)

    @cached_property
    def risk(self) -> sympy.Expr:
        """The least risk of WPGD as a formula in the counts.

        >>> from theory.language.gallery import shipped
        >>> form = group_form(shipped("partly-retrieved").design)
        >>> form.risk.subs({"n": 2, "d": 1, "k": 1, "alpha": 1, "sigma": 0})
        10/23
        """
        system = self.system
        weights = system.adjugate() * sympy.Matrix(self.linear) / system.det()
        return factored(self.constant - self.gain(weights))


def group_form(design: Design) -> GroupForm:
    """The risk of WPGD in a sample weight for each group, with ``W = I``.

    Some optimal ``W`` is a multiple of the identity, as no other matrix and no fixed vector occurs
    in the risk, which is convex in ``W``.

    Raises :class:`~theory.errors.Underivable` where others do.
    """
    weight, omega = wpgd.weights
    spaces = [Words(design).space(group) for group in design.groups]
    weights = [part_of(omega, space) for space in spaces]
    polynomial = population_risk(design, wpgd)
    others = polynomial.letters - {weight, *weights}
    if others:
        letter = min(others, key=lambda a: a.name)
        raise Underivable(
            f"{design.name}: {letter} occurs in the risk, which rotations of W change"
        )
    plain = substitute(polynomial, {weight: identity(D)})
    size = range(len(weights))
    pairs = [[_coefficient(plain, [(a,), (b,)]) / (1 + (a != b)) for b in weights] for a in weights]
    return GroupForm(
        tuple(group.name for group in design.groups),
        tuple(space.dimension for space in spaces),
        factored(_coefficient(plain, [])),
        tuple(factored(-_coefficient(plain, [(a,)]) / 2) for a in weights),
        tuple(factored(_coefficient(plain, [(a, a)])) for a in weights),
        tuple(tuple(factored(pairs[g][k]) for k in size) for g in size),
    )


def _coefficient(plain: TracePolynomial, words: list[tuple[Letter, ...]]) -> sympy.Expr:
    """What stands before a product of traces of products of sample weights."""
    wanted = sorted(tuple(a.name for a in word) for word in words)

    def names(trace: Trace) -> tuple[str, ...]:
        return tuple(f.letter.name for f in trace.word)

    return sympy.Add(*(c for m, c in plain.terms.items() if sorted(map(names, m)) == wanted))
