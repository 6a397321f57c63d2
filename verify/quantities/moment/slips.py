"""Slips in a claimed moment, and one in its derivation."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import NamedTuple

import sympy

from theory.algebra import expressions, symbolic
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, letter, trace_of
from theory.algebra.words import D, Factor, Letter, Word, symmetric
from theory.records.identities import DerivedMoment, Moment
from theory.scalars.symbols import d, n
from verify.quantities.moment.case import MomentCase

Slips = Iterator[tuple[str, Moment]]


def slips(case: MomentCase) -> Iterator[tuple[str, MomentCase]]:
    """Every change to a claim that makes another one of it, and a term lost in the derivation."""
    moment = case.moment
    made = _of_powers(moment) if isinstance(moment.claim, sympy.Product) else _of_terms(moment)
    seen = {_form(moment)}
    for name, changed in made:
        form = _form(changed)
        if form not in seen:
            seen.add(form)
            yield name, replace(case, moment=changed)
    yield "a term lost in the derivation", replace(case, derived=_slipped(case.derived))


def _form(moment: Moment) -> Hashable:
    """What tells claims apart: the normal form, for powers those of the first orders."""
    forms = (moment.claimed(k) for k in ((1,) if moment.power is None else (1, 2, 3)))
    return tuple(frozenset(form.terms.items()) for form in forms)


def _of_powers(moment: Moment) -> Slips:
    """A product with another factor or other limits."""
    claim = moment.claim
    index, low, high = claim.limits[0]
    function = claim.function
    factors = {
        "one more": function + 1,
        "two more": function + 2,
        "one less": function - 1,
        f"{d} -> {d} + 1": function.subs(d, d + 1),
        f"{d} -> {d} - 1": function.subs(d, d - 1),
        f"{d} -> 1": function.subs(d, 1),
        f"{d} -> 2 {d}": function.subs(d, 2 * d),
        f"2 {index} -> {index}": function.subs(index, index / 2),
        f"2 {index} -> 4 {index}": function.subs(index, 2 * index),
        "all factors like the first": function.subs(index, low),
        f"all factors like the last, {index} -> {high}": function.subs(index, high),
        "squared": function**2,
    }
    for name, factor in factors.items():
        yield f"each factor: {name}", replace(moment, claim=claim.func(factor, claim.limits[0]))
    limits = {
        "one factor less": (index, low, high - 1),
        "one factor more": (index, low, high + 1),
        "the first factor missing": (index, low + 1, high),
        f"{high} -> 2 {high}": (index, low, 2 * high),
    }
    for name, limit in limits.items():
        yield name, replace(moment, claim=claim.func(function, limit))
    yield "twice", replace(moment, claim=2 * claim)


class MomentTerm(NamedTuple):
    """A word, the traces in front of it, and a coefficient."""

    word: Word
    traces: tuple[Word, ...]
    coefficient: sympy.Expr

    def polynomial(self) -> MatrixPolynomial:
        front = TracePolynomial.of(self.coefficient)
        for trace in self.traces:
            front = front * trace_of(trace, D)
        return MatrixPolynomial(D, D, {self.word: front})

    def map(self, change: Callable[[Factor], Factor]) -> MomentTerm:
        """Another letter in every place."""
        return MomentTerm(
            tuple(map(change, self.word)),
            tuple(tuple(map(change, trace)) for trace in self.traces),
            self.coefficient,
        )

    @property
    def letters(self) -> list[Letter]:
        found = {f.letter for word in (self.word, *self.traces) for f in word}
        return sorted(found, key=lambda a: a.key)

    def __str__(self) -> str:
        return str(symbolic.matrix(self.polynomial()))


def _of_terms(moment: Moment) -> Slips:
    """Every term dropped, doubled, turned, with other letters, with other powers of n."""
    halves = {name.name: symmetric(name.name, D) for name, _ in moment.definitions}
    known = expressions.Polynomials({**{a.name: a for a in moment.letters}, **halves})
    claim: MatrixPolynomial = expressions.matrix(moment.claim, known)
    terms = [
        MomentTerm(word, tuple(trace.word for trace in monomial), c)
        for word, front in claim.sorted_terms()
        for monomial, c in front.sorted_terms()
    ]
    for k, term in enumerate(terms):
        rest = terms[:k] + terms[k + 1 :]
        yield f"without {term}", _with(moment, rest)
        for name, changed in _changes(term, moment):
            yield f"{term}: {name}", _with(moment, [*rest, changed])
    for old, new in (("n + 1", n + 1), ("n - 1", n - 1), ("d", d)):
        everywhere = [t._replace(coefficient=t.coefficient.subs(n, new)) for t in terms]
        yield f"n -> {old} everywhere", _with(moment, everywhere)
    first, *rest = terms
    yield (
        f"{first}: d times",
        _with(moment, [*rest, first._replace(coefficient=d * first.coefficient)]),
    )
    yield "transposed", replace(moment, claim=moment.claim.T)
    for name, meaning in moment.definitions:
        for what, other in (("twice as large", 2 * meaning), ("not symmetrised", meaning.args[0])):
            factor = 1 if what == "twice as large" else 2
            table = tuple((a, factor * other if a == name else b) for a, b in moment.definitions)
            yield f"{name} {what}", replace(moment, definitions=table)


def _changes(term: MomentTerm, moment: Moment) -> Iterator[tuple[str, MomentTerm]]:
    c = term.coefficient
    yield "twice", term._replace(coefficient=2 * c)
    if c.has(n):
        yield "n -> n + 1", term._replace(coefficient=c.subs(n, n + 1))
        yield "n -> n - 1", term._replace(coefficient=c.subs(n, n - 1))
        yield "a power of n less", term._replace(coefficient=sympy.cancel(c / n))
        yield "n^2 -> n (n - 1)", term._replace(coefficient=c.subs(n**2, n * (n - 1)))
    others = [a for a in term.letters if a not in moment.covariances]
    for a in others:
        yield f"{a} transposed", term.map(partial(_transposed, a))
    for a, b in combinations(others, 2):
        yield f"{a} and {b} exchanged", term.map(partial(_exchanged, {a: b, b: a}))
    for covariance in moment.covariances:
        if len(term.word) > 1 and term.word[0].letter == covariance:
            yield f"the first {covariance} missing", term._replace(word=term.word[1:])
        for k, trace in enumerate(term.traces):
            left = tuple(f for f in trace if f.letter != covariance)
            if left and left != trace:
                traces = (*term.traces[:k], left, *term.traces[k + 1 :])
                yield f"no {covariance} in trace {k + 1}", term._replace(traces=traces)
    if len(term.word) > 1:
        first, second, *tail = term.word
        yield "the first two exchanged", term._replace(word=(second, first, *tail))


def _transposed(which: Letter, factor: Factor) -> Factor:
    return factor.T if factor.letter == which else factor


def _exchanged(table: dict[Letter, Letter], factor: Factor) -> Factor:
    return Factor(table.get(factor.letter, factor.letter), factor.transposed)


def _with(moment: Moment, terms: list[MomentTerm]) -> Moment:
    total = MatrixPolynomial.sum(
        [letter(moment.covariances[0]) * 0, *(t.polynomial() for t in terms)]
    )
    return replace(moment, claim=symbolic.matrix(total))


def _slipped(derived: DerivedMoment) -> DerivedMoment:
    """A derivation gone wrong: the last term of every moment is lost."""
    return replace(derived, values={k: _shortened(v) for k, v in derived.values.items()})


def _shortened(value: MatrixPolynomial | TracePolynomial) -> MatrixPolynomial | TracePolynomial:
    if isinstance(value, MatrixPolynomial):
        word, front = value.sorted_terms()[-1]
        return value - MatrixPolynomial(value.rows, value.cols, {word: front})
    monomial, c = value.sorted_terms()[-1]
    return value - TracePolynomial({monomial: sympy.Add.make_args(c)[-1]})
