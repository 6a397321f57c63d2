"""Exact risks coordinate by coordinate, in a basis of common eigenvectors, for all n.

The risk is a polynomial of known degree in n, so its values at a few n give all of its coefficients
in the weights that share the eigenvectors of the covariances. From these the best corrections
follow, as rational functions of n, and the claim is compared with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import flint
import sympy

from theory.risks.coordinates import parabola_along
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.symbols import n
from verify.checks.on_trial import Compared, Grid, Node
from verify.degrees import risk_degrees
from verify.instances import random_matrix
from verify.quantities.low_rank.eigenbases import Eigenbasis, LowRankCase, random_eigenbasis
from verify.quantities.optimum.interpolated import through

HEIGHT = 10**9
SIZES = (1, 2, 3)
EXAMPLES = range(1, 7)


def grids(case: LowRankCase, random: Random) -> Iterator[Grid]:
    """Value, stationarity and choice of the corrected eigenvalues, at each of a few d."""
    what = "updates" if case.updates else "weights"
    every = (
        r"covariances for which $\Sigma$ and $\Sigma_{\mathrm{old}}$ commute"
        if case.updates
        else "covariances"
    )
    proves = (
        f"with each set of eigenvalues corrected the risk is the claimed one, and its slope along "
        f"{what} of that rank, taken for one set of every size, is zero: for all n and all "
        f"{every}, at d = {', '.join(map(str, SIZES))}. That the claimed set is the best one was "
        f"seen at the drawn covariances alone, for n = {EXAMPLES[0]} to {EXAMPLES[-1]}; that no "
        f"other {what[:-1]} of the rank does better is Eckart and Young's theorem, not seen here"
    )
    for size in SIZES:
        at = random_eigenbasis(case.statement, 1, size, random, HEIGHT)
        nodes = [Node(at, _compared(case, at, random))]
        error = Fraction(_degree(case, size), HEIGHT)
        yield Grid(f"d = {size}", nodes, proves, error, {"height": HEIGHT})


@dataclass(frozen=True)
class Quadratic:
    """The risk of ``X diag(t) X'``: ``constant + sum linear_j t_j + sum square_j t_j^2``.

    All coefficients are polynomials in n.
    """

    constant: sympy.Expr
    linear: tuple[sympy.Expr, ...]
    square: tuple[sympy.Expr, ...]

    @property
    def best(self) -> list[sympy.Expr]:
        """The weight at every column that takes most off the risk."""
        return [-a / (2 * b) for a, b in zip(self.linear, self.square, strict=True)]

    def value(self, weights: list[sympy.Expr]) -> sympy.Expr:
        terms = zip(self.linear, self.square, weights, strict=True)
        return self.constant + sympy.Add(*(a * t + b * t**2 for a, b, t in terms))


def _compared(case: LowRankCase, at: Eigenbasis, random: Random) -> Iterator[Compared]:
    """All that is claimed at one eigenbasis, for all n."""
    claim, size = case.claim, at.at.d
    form = _quadratic(case, at)
    yield from _is_a_sum(case, at, form)
    parts = (claim.inside, claim.outside, claim.start)
    inside, outside, start = zip(
        *([_of_n(case, at, row, e) for e in parts] for row in at.table), strict=True
    )
    # the start is zero, or the best of all weights for the old task
    expected: list[sympy.Expr] = [sympy.Integer(0)] * size
    if case.statement.old is not None:
        old = replace(at, at=case.statement.old_instance(at.at))
        expected = _quadratic(case, old).best
    for exact, claimed in zip(expected, start, strict=True):
        yield _same("the start is not the stated one", at, exact, claimed)
    tangents = {}
    total, best = _scalars(case, at, claim.total), form.best
    for chosen in _sets(case, at):
        weights = [best[k] if k in chosen else start[k] for k in range(size)]
        claimed = total - sympy.Add(
            *(inside[k] if k in chosen else outside[k] for k in range(size))
        )
        what = f"with {_named(chosen)} corrected, the risk is not the claimed one"
        yield _same(what, at, form.value(weights), claimed)
        tangents[len(chosen)] = chosen, weights
    yield from _choice(case, at, form, list(start))
    for chosen, weights in tangents.values():
        if chosen:
            slope = _slope(case, at, chosen, weights, random)
            what = f"with {_named(chosen)} corrected, the slope along weights of that rank"
            yield _same(f"{what} is not zero", at, slope, sympy.Integer(0))


def _same(what: str, at: Eigenbasis, exact: sympy.Expr, claimed: sympy.Expr) -> Compared:
    """Two functions of n; where they differ, both at the first n where they do."""
    if is_zero(exact - claimed):
        return Compared(what, at, exact, claimed, True)
    for count in range(1, 100):
        here = exact.subs(n, count), claimed.subs(n, count)
        if here[0] != here[1]:
            return Compared(what, at, *here)
    return Compared(what, at, exact, claimed, False)


def _sets(case: LowRankCase, at: Eigenbasis) -> Iterator[tuple[int, ...]]:
    """The sets of indices of which the claim says something."""
    ranks = range(at.at.d + 1)
    if case.any_set:
        for count in ranks:
            yield from combinations(range(at.at.d), count)
    else:
        chosen = (case.claim.chosen(at.at, at.table, rank) for rank in ranks)
        yield from dict.fromkeys(tuple(sorted(one)) for one in chosen)


def _named(chosen: Collection[int]) -> str:
    return f"eigenvalues {', '.join(str(k + 1) for k in chosen)}" if chosen else "no eigenvalue"


def _of_n(case: LowRankCase, at: Eigenbasis, row: dict[str, Any], expr: sympy.Expr) -> sympy.Expr:
    """A part of the claim at an eigenvalue, as a function of n."""
    values = {name: sympy.Rational(int(v.p), int(v.q)) for name, v in row.items()}
    return cancelled(_scalars(case, at, case.claim.written_out(expr).subs(values)))


def _scalars(case: LowRankCase, at: Eigenbasis, expr: sympy.Expr) -> sympy.Expr:
    scalars = case.claim.scalars(at.at)
    return expr.subs({k: sympy.Rational(str(v)) for k, v in scalars.items() if k != n.name})


def _line(case: LowRankCase, at: Eigenbasis, start: Any, direction: Any) -> list[sympy.Expr]:
    """The risk along a line: coefficients of 1, t and t^2, as polynomials in n."""
    name, predictor = case.weight.name, case.statement.predictor
    nodes = range(1, risk_degrees(case.statement.design, predictor).n + 2)
    lines = [
        parabola_along(predictor, {name: start}, {name: direction}, at.with_examples(count).at)
        for count in nodes
    ]
    powers = [(k,) for k in range(len(nodes))]
    return through([(k,) for k in nodes], lines, powers, (n,))


def _quadratic(case: LowRankCase, at: Eigenbasis) -> Quadratic:
    units = [at.coordinate(k) for k in range(at.at.d)]
    constants, linear, square = zip(
        *(_line(case, at, unit * 0, unit) for unit in units), strict=True
    )
    return Quadratic(constants[0], linear, square)


def _is_a_sum(case: LowRankCase, at: Eigenbasis, form: Quadratic) -> Iterator[Compared]:
    """No eigenvalue's part of the risk depends on another's, and each is convex."""
    for j, k in combinations(range(at.at.d), 2):
        _, slope, _ = _line(case, at, at.coordinate(j), at.coordinate(k))
        yield _same("the risk is not a sum over eigenvalues", at, slope, form.linear[k])
    convex = all(b.subs(n, count) > 0 for b in form.square for count in EXAMPLES)
    yield Compared("the risk is not strictly convex", at, "-", "-", convex)


def _choice(
    case: LowRankCase, at: Eigenbasis, form: Quadratic, start: list[sympy.Expr]
) -> Iterator[Compared]:
    """At concrete n: the claimed risk is the least one of at most r corrections."""
    gained = [b * (t - w) ** 2 for b, t, w in zip(form.square, start, form.best, strict=True)]
    value = form.value(start)
    for count in EXAMPLES:
        here = at.with_examples(count)
        gains = sorted((gain.subs(n, count) for gain in gained), reverse=True)
        for rank in range(at.at.d + 1):
            exact = value.subs(n, count) - sympy.Add(*gains[:rank])
            claimed = sympy.Rational(str(case.claimed(here, rank)))
            what = f"the claimed risk is not that of the best {rank} corrections"
            yield Compared(what, here, exact, claimed)


def _slope(
    case: LowRankCase,
    at: Eigenbasis,
    chosen: tuple[int, ...],
    weights: list[sympy.Expr],
    random: Random,
) -> sympy.Expr:
    """That along a random direction that is tangent to the updates of that rank."""
    size = at.at.d
    columns = at.basis * EXACT.diagonal([int(k in chosen) for k in range(size)])
    tangent = columns * random_matrix(random, size, HEIGHT)
    tangent = tangent + random_matrix(random, size, HEIGHT) * columns.transpose()
    _, alone, _ = _line(case, at, flint.fmpq_mat(size, size), tangent)
    slope = alone
    for k, weight in enumerate(weights):
        _, beside, _ = _line(case, at, at.coordinate(k), tangent)
        slope += weight * (beside - alone)
    return slope


def _degree(case: LowRankCase, size: int) -> int:
    """A bound on the degree of the residuals in the drawn integers, n being fixed.

    An entry of ``X`` or a root of an eigenvalue has degree 1, an entry of ``X^{-1}`` is a quotient
    of degree ``size``, M has degree 2, and a per-eigenvalue formula at most twice its own degree.
    """
    claim = case.claim
    drawn = [s for s, _ in claim.eigenvalues] + [k for k, _ in claim.definitions if k.is_Symbol]
    degrees = []
    for expr in (claim.inside, claim.outside, claim.start):
        parts = sympy.fraction(cancelled(claim.written_out(expr)))
        degrees.append(2 * max(sympy.Poly(p, *drawn).total_degree() for p in parts))
    # a root of a covariance for each of eight Gaussians, two weights in X on either side, and the
    # formulas over a common denominator
    return int(8 * (size + 2) + 2 * 2 * 2 + 3 * size * sum(degrees))
