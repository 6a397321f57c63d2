"""Witness: exact risks coordinate by coordinate, in a basis of common eigenvectors, for all n.

The risk is a polynomial of known degree in n, so its values at a few n, computed by
:mod:`theory.risks.coordinates` without words or the moment engine, give all of its coefficients in
the weights that share the eigenvectors of the covariances. From these the best corrections follow,
as rational functions of n, and the claim is compared with them.
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

from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.risks.coordinates import risk_along
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.symbols import n
from verify.degrees import risk_degrees
from verify.falsified import Falsified
from verify.instances import random_matrix
from verify.low_rank.eigenbases import Eigenbasis, random_eigenbasis
from verify.low_rank.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
HEIGHT = 10**9
SIZES = (1, 2, 3)
EXAMPLES = range(1, 7)


def examine(subject: Subject, settings: Settings) -> Finding:
    """Check value, stationarity and choice of the corrected eigenvalues, exactly."""
    random = Random(settings.seed)
    sets = 0
    worst = 0
    try:
        for size in SIZES:
            at = random_eigenbasis(subject.statement, 1, size, random, HEIGHT)
            seen, degree = _size(subject, at, random)
            sets += seen
            worst = max(worst, degree)
    except ZeroDivisionError:
        return Falsified("the claim is undefined", "a size where the risk exists").finding(NAME)
    except Falsified as found:
        return found.finding(NAME)
    error = Fraction(worst, HEIGHT)
    old = subject.statement.old is not None
    task = "corrected" if old else "learned"
    every = r"covariances for which $\Sigma$ and $\Sigma_{old}$ commute" if old else "covariances"
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"with each of {sets} sets of eigenvalues {task}, the risk is the claimed one, and its "
        f"slope along {'updates' if old else 'weights'} of that rank, taken "
        "for one set of every size, is zero: for all n and all "
        f"{every}, at d = {', '.join(map(str, SIZES))}, up to a probability of error of "
        f"{float(error):.0e}. That the claimed set is the best one was seen at the drawn "
        f"covariances alone, for n = {EXAMPLES[0]} to {EXAMPLES[-1]}; that no other "
        f"{'update' if old else 'weight'} of the rank does better is Eckart and Young's theorem, "
        "not seen here",
        examined=sets,
        data={
            "sets": sets,
            "sizes": list(SIZES),
            "height": HEIGHT,
            "error_probability": str(error),
        },
    )


@dataclass(frozen=True)
class Quadratic:
    """The risk of ``X diag(t) X'``: ``constant + sum linear_j t_j + sum square_j t_j^2``.

    All coefficients are polynomials in n.
    """

    constant: sympy.Expr
    linear: tuple[sympy.Expr, ...]
    square: tuple[sympy.Expr, ...]

    def value(self, weights: list[sympy.Expr]) -> sympy.Expr:
        terms = zip(self.linear, self.square, weights, strict=True)
        return self.constant + sympy.Add(*(a * t + b * t**2 for a, b, t in terms))

    def best(self, k: int) -> sympy.Expr:
        """The weight at column k that takes most off the risk."""
        return -self.linear[k] / (2 * self.square[k])

    def gain(self, k: int, start: sympy.Expr) -> sympy.Expr:
        """What correcting column k takes off the risk."""
        return self.square[k] * (start - self.best(k)) ** 2


def _size(subject: Subject, at: Eigenbasis, random: Random) -> tuple[int, int]:
    claim, size = subject.claim, at.at.d
    form = _quadratic(subject, at)
    terms = [_of_n(claim, at, row) for row in at.table]
    total = _scalars(claim, at, claim.total)
    start = [t[2] for t in terms]
    _begin(subject, at, start)
    tangents = {}
    seen = 0
    for chosen in _sets(claim, at):
        weights = [form.best(k) if k in chosen else start[k] for k in range(size)]
        exact = form.value(weights)
        claimed = total - sympy.Add(
            *(inside if k in chosen else outside for k, (inside, outside, _) in enumerate(terms))
        )
        if not is_zero(exact - claimed):
            what = f"with {_named(chosen)} corrected, the risk is not the claimed one"
            raise Falsified(what, at, *_shown(exact, claimed))
        tangents[len(chosen)] = chosen, weights
        seen += 1
    _choice(claim, at, form, start)
    for chosen, weights in tangents.values():
        if chosen:
            _stationary(subject, at, chosen, weights, random)
    return seen, _degree(claim, size)


def _sets(claim: EigenvalueClaim, at: Eigenbasis) -> Iterator[tuple[int, ...]]:
    """The sets of indices of which the claim says something."""
    size = at.at.d
    if claim.indices is Indices.BEST:
        for count in range(size + 1):
            yield from combinations(range(size), count)
    else:
        yield from dict.fromkeys(
            tuple(sorted(claim.chosen(at.at, at.table, rank))) for rank in range(size + 1)
        )


def _named(chosen: Collection[int]) -> str:
    return f"eigenvalues {', '.join(str(k + 1) for k in chosen)}" if chosen else "no eigenvalue"


def _shown(exact: sympy.Expr, claimed: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Both at the first n where they differ."""
    for count in range(1, 100):
        here = exact.subs(n, count), claimed.subs(n, count)
        if here[0] != here[1]:
            return here
    return exact, claimed


def _of_n(
    claim: EigenvalueClaim, at: Eigenbasis, row: dict[str, Any]
) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """``inside``, ``outside`` and ``start`` at an eigenvalue, as functions of n."""
    values = {name: sympy.Rational(int(v.p), int(v.q)) for name, v in row.items()}
    inside, outside, start = (
        cancelled(_scalars(claim, at, claim.written_out(e).subs(values)))
        for e in (claim.inside, claim.outside, claim.start)
    )
    return inside, outside, start


def _scalars(claim: EigenvalueClaim, at: Eigenbasis, expr: sympy.Expr) -> sympy.Expr:
    table = {
        name: sympy.Rational(str(value))
        for name, value in claim.scalars(at.at).items()
        if name != n.name
    }
    return expr.subs(table)


def _nodes(subject: Subject) -> range:
    bound = risk_degrees(subject.statement.design, subject.statement.predictor)
    return range(1, bound.n + 2)


def _line(subject: Subject, at: Eigenbasis, start: Any, direction: Any) -> list[sympy.Expr]:
    """The risk along a line: coefficients of 1, t and t^2, as polynomials in n."""
    name, nodes = subject.weight.name, _nodes(subject)
    columns: list[list[tuple[int, sympy.Expr]]] = [[], [], []]
    for count in nodes:
        here = at.with_examples(count).at
        line = risk_along(subject.statement.predictor, {name: start}, {name: direction}, here)
        for column, value in zip(columns, (*line, 0, 0), strict=False):
            column.append((count, sympy.Rational(str(value))))
    return [sympy.interpolate(column, n) for column in columns]


def _quadratic(subject: Subject, at: Eigenbasis) -> Quadratic:
    size = at.at.d
    zero = EXACT.identity(size) * flint.fmpq(0)
    units = [at.coordinate(k) for k in range(size)]
    lines = [_line(subject, at, zero, unit) for unit in units]
    for j, k in combinations(range(size), 2):
        _, slope, _ = _line(subject, at, units[j], units[k])
        if not is_zero(slope - lines[k][1]):
            raise Falsified("the risk is not a sum over eigenvalues", at, slope, lines[k][1])
    if not all(line[2].subs(n, count) > 0 for line in lines for count in EXAMPLES):
        raise Falsified("the risk is not strictly convex", at)
    return Quadratic(lines[0][0], tuple(a for _, a, _ in lines), tuple(b for *_, b in lines))


def _begin(subject: Subject, at: Eigenbasis, start: list[sympy.Expr]) -> None:
    """The start is zero, or the best of all weights for the old task."""
    statement = subject.statement
    expected: list[sympy.Expr] = [sympy.Integer(0)] * at.at.d
    if statement.old is not None:
        form = _quadratic(subject, replace(at, at=statement.old_instance(at.at)))
        expected = [form.best(k) for k in range(at.at.d)]
    for exact, claimed in zip(expected, start, strict=True):
        if not is_zero(exact - claimed):
            raise Falsified("the start is not the stated one", at, *_shown(exact, claimed))


def _choice(
    claim: EigenvalueClaim, at: Eigenbasis, form: Quadratic, start: list[sympy.Expr]
) -> None:
    """At concrete n: the claimed risk is the least one of at most r corrections."""
    size = at.at.d
    for count in EXAMPLES:
        here = at.with_examples(count)
        gains = sorted((form.gain(k, start[k]).subs(n, count) for k in range(size)), reverse=True)
        worst = form.value(start).subs(n, count)
        for rank in range(size + 1):
            exact = worst - sympy.Add(*gains[:rank])
            claimed = sympy.Rational(str(claim.risk(here.at, here.table, rank)))
            if exact != claimed:
                what = f"the claimed risk is not that of the best {rank} corrections"
                raise Falsified(what, here, exact, claimed)


def _stationary(
    subject: Subject,
    at: Eigenbasis,
    chosen: tuple[int, ...],
    weights: list[sympy.Expr],
    random: Random,
) -> None:
    """No slope along a random direction that is tangent to the updates of that rank."""
    size = at.at.d
    zero = EXACT.identity(size) * flint.fmpq(0)
    keep = flint.fmpq_mat(
        [[int(row == col and col in chosen) for col in range(size)] for row in range(size)]
    )
    columns = at.basis * keep
    tangent = columns * random_matrix(random, size, HEIGHT)
    tangent = tangent + random_matrix(random, size, HEIGHT) * columns.transpose()
    _, alone, _ = _line(subject, at, zero, tangent)
    slope = alone
    for k in range(size):
        _, beside, _ = _line(subject, at, at.coordinate(k), tangent)
        slope += weights[k] * (beside - alone)
    if not is_zero(slope):
        what = f"with {_named(chosen)} corrected, the slope along weights of that rank is not zero"
        raise Falsified(what, at, cancelled(slope), 0)


def _degree(claim: EigenvalueClaim, size: int) -> int:
    """A bound on the degree of the residuals in the drawn integers, n being fixed.

    An entry of ``X`` or a root of an eigenvalue has degree 1, an entry of ``X^{-1}`` is a quotient
    of degree ``size``, M has degree 2, and a per-eigenvalue formula at most twice its own degree.
    """
    drawn = [s for s, _ in claim.eigenvalues] + [k for k, _ in claim.definitions if k.is_Symbol]
    degrees = []
    for expr in (claim.inside, claim.outside, claim.start):
        parts = sympy.fraction(cancelled(claim.written_out(expr)))
        degrees.append(2 * max(sympy.Poly(p, *drawn).total_degree() for p in parts))
    # a root of a covariance for each of eight Gaussians, two weights in X on either side, and the
    # formulas over a common denominator
    return 8 * (size + 2) + 2 * 2 * 2 + 3 * size * sum(degrees)
