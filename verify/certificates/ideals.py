"""Why an expression in matrices that do not commute is zero: multiples of what inverses satisfy.

A matrix is a sum of words, as in Gröbner bases of a free algebra. Every rule remembers of which
multiples of the given relations it is made, so that what it takes away can be written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import sympy

from theory.errors import Underivable
from theory.scalars.rational import cancelled

Word = tuple[str, ...]
Terms = dict[Word, sympy.Expr]
"""A matrix: words with scalars in front."""
Multiples = dict[tuple[Word, str, Word], sympy.Expr]
"""Scalars times ``left relation right``, with relations by name."""

RULES, LENGTH, STEPS = 60, 14, 400
"""How many rules, how long words, and how many reductions before this gives up."""


@dataclass(frozen=True)
class Rule:
    """``lead + rest = 0``, a sum of multiples of relations."""

    lead: Word
    rest: Terms
    why: Multiples


def added(total: dict, more: dict, factor: sympy.Expr) -> dict:
    """``total + factor * more``, without what cancels."""
    found = dict(total)
    for key, c in more.items():
        found[key] = cancelled(found.get(key, sympy.Integer(0)) + factor * c)
    return {key: c for key, c in found.items() if c != 0}


def around(left: Word, rule: Rule, right: Word) -> tuple[Terms, Multiples]:
    """A rule between two words: what it says is zero, and why."""
    terms = {left + word + right: c for word, c in rule.rest.items()}
    why = {(left + a, name, b + right): c for (a, name, b), c in rule.why.items()}
    return {left + rule.lead + right: sympy.Integer(1), **terms}, why


def _order(word: Word) -> tuple[int, Word]:
    return len(word), word


def _made(terms: Terms, why: Multiples) -> Rule:
    lead = max(terms, key=_order)
    c = 1 / terms[lead]
    rest = {word: cancelled(c * e) for word, e in terms.items() if word != lead}
    return Rule(lead, rest, {key: cancelled(c * e) for key, e in why.items()})


def _places(word: Word, rules: Iterable[Rule]) -> Iterator[tuple[Word, Rule, Word]]:
    for rule in rules:
        size = len(rule.lead)
        for at in range(len(word) - size + 1):
            if word[at : at + size] == rule.lead:
                yield word[:at], rule, word[at + size :]


def reduced(terms: Terms, rules: list[Rule]) -> tuple[Terms, Multiples]:
    """What rules leave of a matrix, and the multiples that they took away."""
    why: Multiples = {}
    for _ in range(STEPS):
        place = next((p for w in sorted(terms, key=_order) for p in _places(w, rules)), None)
        if place is None:
            return terms, why
        left, rule, right = place
        zero, because = around(left, rule, right)
        c = terms[left + rule.lead + right]
        terms, why = added(terms, zero, -c), added(why, because, c)
    raise Underivable("words become longer and longer")


def completed(relations: dict[str, Terms], rules: Iterable[Rule] = ()) -> Iterator[list[Rule]]:
    """More and more rules, each list with those that follow from overlaps of the last.

    Examples
    --------
    >>> one = sympy.Integer(1)
    >>> inverse = {"YP": {("Y", "P"): one, (): -one}}
    >>> first, *_ = completed(inverse)
    >>> reduced({("A", "Y", "P"): one, ("A",): -one}, first)
    ({}, {(('A',), 'YP', ()): 1})
    """
    rules = list(rules)
    one = sympy.Integer(1)
    waiting: list[tuple[Terms, Multiples]] = [
        (terms, {((), name, ()): one}) for name, terms in relations.items()
    ]
    while len(rules) <= RULES:
        for terms, why in waiting:
            rest, taken = reduced(terms, rules)
            if rest:
                rules = [*rules, _made(rest, added(why, taken, sympy.Integer(-1)))]
        yield rules
        waiting = [one for one in _overlaps(rules) if max(map(len, one[0]), default=0) <= LENGTH]
        if all(not reduced(terms, rules)[0] for terms, _ in waiting):
            return


def _overlaps(rules: list[Rule]) -> Iterator[tuple[Terms, Multiples]]:
    for one in rules:
        for other in rules:
            for size in range(1, min(len(one.lead), len(other.lead)) + 1):
                if one.lead[-size:] == other.lead[:size] and (
                    one is not other or size < len(one.lead)
                ):
                    first, why = around((), one, other.lead[size:])
                    second, because = around(one.lead[:-size], other, ())
                    minus = sympy.Integer(-1)
                    terms = added(first, second, minus)
                    if terms:
                        yield terms, added(why, because, minus)


def cyclic_reduced(
    word: Word, rules: list[Rule], turns: Callable[[Word], Iterable[Word]]
) -> tuple[Terms, Multiples]:
    """What rules leave of the trace of a word, and the multiples that they took away.

    ``turns`` gives the words whose trace is the same, first the one that stands for them.
    """
    left: Terms = {word: sympy.Integer(1)}
    why: Multiples = {}

    def gathered(found: Terms) -> Terms:
        total: Terms = {}
        for one, c in found.items():
            total = added(total, {next(iter(turns(one))): c}, sympy.Integer(1))
        return total

    for _ in range(STEPS):
        place = next(
            (
                (w, p)
                for w in sorted(left, key=_order, reverse=True)
                for turned in turns(w)
                for p in _places(turned, rules)
            ),
            None,
        )
        if place is None:
            return left, why
        one, (before, rule, after) = place
        zero, because = around(before, rule, after)
        c = left[one]
        left, why = added(left, gathered(zero), -c), added(why, because, c)
    raise Underivable("words become longer and longer")
