"""Traces over the examples as scalars: coefficients that depend on the index, summed.

After the expectation is taken, a trace over the space of the examples holds diagonal letters alone,
so it is a sum over the index of a product of their entries. A polynomial in the index is summed in
closed form; any other sum gets a name, and is added up term by term where there are numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sympy

from theory.algebra.polynomials import TracePolynomial
from theory.algebra.traces import Trace
from theory.algebra.values import scalar_value
from theory.algebra.words import Kind, N
from theory.errors import Underivable
from theory.scalars.arithmetic import Arithmetic
from theory.scalars.rational import cancelled, factored
from theory.scalars.symbols import i, n
from theory.scalars.told import told


def total(expr: sympy.Expr, index: sympy.Symbol, low: sympy.Expr, high: sympy.Expr) -> sympy.Expr:
    """The sum of a polynomial in the index, as a polynomial in the limits.

    Raises :class:`~theory.errors.Underivable` where it is none.

    >>> total(i**2, i, sympy.Integer(1), n)
    n**3/3 + n**2/2 + n/6
    """
    try:
        polynomial = sympy.Poly(expr, index)
    except sympy.PolynomialError as error:
        raise Underivable(
            f"{told(expr)} is not a polynomial in {index}: no sum in closed form"
        ) from error
    found = sympy.Integer(0)
    for (power,), c in polynomial.terms():
        ends = (sympy.bernoulli(power + 1, end) for end in (high + 1, low))
        found += c * (next(ends) - next(ends)) / (power + 1)
    return sympy.expand(found)


@dataclass(frozen=True)
class Sums:
    """Sums over the examples that have no closed form, by name.

    Parameters
    ----------
    entries
        The names, each with the summand, an expression in the index.

    Examples
    --------
    >>> from theory.scalars.arithmetic import EXACT
    >>> found = Sums(((sympy.Symbol("s_1"), 1 / i),))
    >>> found.at({"n": 3}, EXACT)["s_1"]
    11/6
    """

    entries: tuple[tuple[sympy.Symbol, sympy.Expr], ...] = ()

    @property
    def definitions(self) -> tuple[tuple[sympy.Expr, sympy.Expr], ...]:
        """The names with what they stand for."""
        return tuple((name, sympy.Sum(_shown(entry), (i, 1, n))) for name, entry in self.entries)

    def at(self, scalars: Mapping[str, Any], arithmetic: Arithmetic) -> dict[str, Any]:
        """The scalars with the values of the sums added.

        Raises ZeroDivisionError where a summand is not defined.
        """
        if not self.entries:  # an average over lengths has no n
            return dict(scalars)
        size = int(scalars["n"])

        def value(expr: sympy.Expr, at: int) -> Any:
            return scalar_value(expr, {**scalars, "i": at}, arithmetic)

        def total_of(entry: sympy.Expr) -> Any:
            if size > 1 and _is_geometric(entry):
                # from the end at which it is larger, for what may be next to zero at the other
                forwards = abs(value(entry, 1)) > abs(value(entry, size))
                here, then, beyond = (1, 2, size + 1) if forwards else (size, size - 1, 0)
                first, second = value(entry, here), value(entry, then)
                if first in (0, second):
                    return first * size
                if abs(second - first) * 1000 > abs(first):  # else, few digits would be left
                    return (value(entry, beyond) - first) * first / (second - first)
            terms = (value(entry, at) for at in range(1, size + 1))
            return sum(terms, arithmetic.number(0))

        return {**scalars, **{name.name: total_of(entry) for name, entry in self.entries}}


def _is_geometric(entry: sympy.Expr) -> bool:
    """Whether an entry grows by one factor from example to example."""
    varying = [part for part in sympy.Mul.make_args(entry) if part.has(i)]
    return all(
        part.is_Pow and not part.base.has(i) and not part.exp.diff(i).has(i) for part in varying
    )


@dataclass
class _SumNames:
    taken: frozenset[str]
    found: dict[sympy.Expr, sympy.Symbol] = field(default_factory=dict)

    def of(self, entry: sympy.Expr) -> sympy.Symbol:
        if entry not in self.found:
            self.found[entry] = next(self._free())
        return self.found[entry]

    def _free(self) -> Iterator[sympy.Symbol]:
        used = self.taken | {name.name for name in self.found.values()}
        for letter in ("s", "S", "sum"):
            for k in range(1, len(used) + 2):
                if f"{letter}_{k}" not in used:
                    yield sympy.Symbol(f"{letter}_{k}")


def summed(
    polynomial: TracePolynomial, taken: frozenset[str] = frozenset()
) -> tuple[TracePolynomial, Sums]:
    """A polynomial with every trace over the examples replaced by its value or by a name.

    Traces with a diagonal letter of which nothing is known, the sample weights, stay.

    Parameters
    ----------
    polynomial
        An expectation.
    taken
        Names that are in use.

    Examples
    --------
    >>> from theory.language.gallery.designs import drifting
    >>> from theory.designs.predictors import pgd
    >>> from theory.risks.population import population_risk
    >>> summed(population_risk(drifting, pgd))[0].part(1, *pgd.weights)
    (-n - 1) tr(W)
    """
    names = _SumNames(taken | {s.name for c in polynomial.terms.values() for s in c.free_symbols})
    parts = []
    for monomial, coefficient in polynomial.terms.items():
        kept = []
        for trace in monomial:
            order, entry = summand_of(trace)
            if order:
                kept.append(trace)
            else:
                coefficient = coefficient * _sum(entry, names)
        parts.append(TracePolynomial({tuple(kept): coefficient}))
    found = TracePolynomial.sum(parts)
    used = frozenset().union(*(c.free_symbols for c in found.terms.values()), frozenset())
    entries = ((name, entry) for entry, name in names.found.items() if name in used)
    return found, Sums(tuple(entries))


def summand_of(trace: Trace) -> tuple[int, sympy.Expr]:
    """How often letters occur in a trace that are not known along the prompt, and the other factor.

    For a trace over the examples that is how often the sample weights occur, and the product of the
    other entries: the trace is the sum over the index of both.

    >>> from theory.algebra.words import Factor, diagonal
    >>> O, D = diagonal("Omega", N), diagonal("D", N, i / n)
    >>> summand_of(Trace((Factor(O, False), Factor(D, False), Factor(D, False))))
    (1, i**2/n**2)
    """
    order, entry = 0, sympy.Integer(1)
    for factor in trace.word:
        letter = factor.letter
        if letter.kind is Kind.DIAGONAL and letter.rows == N and letter.entry is not None:
            entry = entry * letter.entry
        else:
            order += 1
    return order, cancelled(entry)


def _sum(entry: sympy.Expr, names: _SumNames) -> sympy.Expr:
    """The sum of an entry, its terms that are no polynomials by name."""
    found = sympy.Integer(0)
    for part, coefficient in _split(entry):
        if part.is_polynomial(i):
            found += coefficient * total(part, i, sympy.Integer(1), n)
        else:
            found += coefficient * names.of(part)
    return found


def _shown(entry: sympy.Expr) -> sympy.Expr:
    """With what is under roots factored, so that the root of a square is seen to be one."""
    return entry.replace(
        lambda e: e.is_Pow and e.exp.is_Rational and e.exp.q == 2,
        lambda e: factored(e.base) ** e.exp,
    )


@cache
def _split(entry: sympy.Expr) -> tuple[tuple[sympy.Expr, sympy.Expr], ...]:
    """An entry as a sum of ``part * coefficient``, where no coefficient depends on the index."""
    top, bottom = sympy.fraction(cancelled(entry))
    if not bottom.is_polynomial(i):
        return ((entry, sympy.Integer(1)),)
    below = sympy.Poly(bottom, i)
    grouped: dict[sympy.Expr, sympy.Expr] = {}
    for root, above in _by_roots(top).items():
        whole, rest = above.div(below)
        for polynomial, divisor in ((whole, sympy.Integer(1)), (rest, below.monic().as_expr())):
            lead = below.LC() if polynomial is rest else sympy.Integer(1)
            for (power,), c in polynomial.terms():
                part = i**power * root / divisor
                grouped[part] = grouped.get(part, sympy.Integer(0)) + c / lead
    return tuple((part, cancelled(c)) for part, c in grouped.items() if cancelled(c) != 0)


def _by_roots(top: sympy.Expr) -> dict[sympy.Expr, sympy.Poly]:
    """A sum as polynomials in the index, by the roots of it that stand beside them."""
    grouped: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(sympy.expand(top, power_exp=False)):
        factors = sympy.Mul.make_args(term)
        parts = sympy.sift(factors, lambda f: f.has(i) and not f.is_polynomial(i))
        roots, rest = (sympy.Mul(*parts[kind]) for kind in (True, False))
        grouped[roots] = grouped.get(roots, sympy.Integer(0)) + rest
    return {root: sympy.Poly(expr, i) for root, expr in grouped.items()}
