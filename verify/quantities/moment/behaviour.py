"""How a moment has to behave at every place, whatever its value is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import comb, prod
from typing import Any

import flint
from hypothesis import strategies as st

from theory.algebra.calculus import substitute
from theory.algebra.means import form, probe
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.words import D, Letter
from theory.records.expectation import Expectation
from theory.records.expectation_numbers import Point
from theory.records.moment_powers import ORDER, Powers
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared
from verify.quantities.moment.case import MomentCase
from verify.quantities.moment.places import FactoredPoint, matrices
from verify.strategies import rationals, sizes

Comparisons = Iterator[Compared]
ENTRIES = rationals(Fraction(-3), Fraction(3), 2)


def value(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """Claimed and derived moments are what the coordinates give."""
    return case.compare(place)


def coordinates(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """Other coordinates ``T x``, also singular ones, move the moment as they move what it is of.

    With Gaussian vectors ``T x`` the covariances are ``T Sigma T'``, and every fixed matrix that
    stands between two of them is seen as ``T' W T``.
    """
    record, at = case.of_order(1), place.at
    t = data.draw(matrices(at.scalars["d"]))
    back = t.transpose()
    outer = {name: t * at.matrices[name] * back for name in record.letters.covariances}
    inner = {a.name: back * at.matrices[a.name] * t for a in free(record)}
    moved = case.claimed_at(_with(at, outer))
    seen = case.claimed_at(_with(at, inner))
    expected = seen if record.shape is None else t * seen * back
    yield Compared(f"{case.moment.id}: other coordinates give another moment", at, expected, moved)


def linearity(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """The moment is linear in every fixed matrix that occurs once."""
    at = place.at
    for a in free(case.of_order(1)):
        other = data.draw(matrices(at.scalars["d"]))
        c = EXACT.number(data.draw(ENTRIES))
        both = case.claimed_at(_with(at, {a.name: at.matrices[a.name] + other * c}))
        apart = case.claimed_at(at) + case.claimed_at(_with(at, {a.name: other})) * c
        yield Compared(f"{case.moment.id} is not linear in {a}", at, apart, both)


def symmetry(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """Exchanging and transposing the fixed matrices where that changes nothing of the product."""
    record, at = case.of_order(1), place.at
    change = data.draw(st.sampled_from(symmetries(form(record.product), free(record))))
    inside = {a.name: _turned(at.matrices[b.name], flip) for a, (b, flip) in change.table.items()}
    expected = _turned(case.claimed_at(at), change.transposed)
    found = case.claimed_at(_with(at, inside))
    yield Compared(f"{case.moment.id} changes under {change}", at, expected, found)


def one_dimension(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """One example with one feature: ``E g^(2m) = (2m-1)!!`` times the numbers that stand by it."""
    numbers = {k: 1 if k in ("n", "d") else int(v) for k, v in place.at.scalars.items()}
    one = case.place(numbers, lambda rows, columns: EXACT.matrix([[data.draw(ENTRIES)]]))
    at, number = one.at, EXACT.number(1)
    (word,) = _words(case.record(at))
    for a in word:
        for covariance in filter(None, (a.row_covariance, a.column_covariance)):
            number *= one.factors[covariance.name][0, 0]
        if not a.is_gaussian:
            number *= at.matrices[a.name][0, 0]
    expected = number * prod(range(1, sum(a.is_gaussian for a in word), 2))
    claimed = case.claimed_at(at)
    claimed = claimed if case.of_order(1).shape is None else claimed[0, 0]
    yield Compared(f"the {case.moment.id} moment of one number is wrong", at, expected, claimed)


def addition(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """Independent vectors side by side: squared norms add, and so do their binomial moments."""
    order = int(place.at.scalars[ORDER])
    left, right = data.draw(sizes(9)), data.draw(sizes(9))

    def claimed(size: int, k: int) -> flint.fmpq:
        at = Point({"d": size, ORDER: k}, {}, EXACT)
        found: flint.fmpq = case.claimed_at(at) if k else EXACT.number(1)
        return found

    whole = claimed(left + right, order)
    parts = sum(
        (comb(order, k) * claimed(left, k) * claimed(right, order - k) for k in range(order + 1)),
        flint.fmpq(0),
    )
    where = f"{ORDER} = {order}, d = {left} + {right}"
    yield Compared("moments of the norm do not add up", where, parts, whole)


@dataclass(frozen=True)
class Symmetry:
    """Fixed letters replaced by each other or by transposes, and whether the result is transposed.

    The product with the letters replaced is the product itself, or its transpose.
    """

    table: dict[Letter, tuple[Letter, bool]]
    transposed: bool

    def __str__(self) -> str:
        parts = [f"{a} -> {b}{chr(39) * flip}" for a, (b, flip) in self.table.items()]
        return ", ".join(parts) + (", transposed" if self.transposed else "")


@cache
def symmetries(whole: TracePolynomial, letters: tuple[Letter, ...]) -> tuple[Symmetry, ...]:
    """Those that leave a trace with the test matrix as it is, found by trying all.

    >>> import theory
    >>> moment = theory.statement("lemma6").moments[0]
    >>> [str(s) for s in symmetries(form(moment.product), free(moment))]
    ["W -> W', transposed"]
    """
    found, test = [], probe(D, D)
    turns = (False, True) if test in whole.letters else (False,)
    for order in permutations(letters):
        for *flips, turned in product(*[(False, True)] * len(letters), turns):
            table = dict(zip(letters, zip(order, flips, strict=True), strict=True))
            change = Symmetry(table, turned)
            inside = {a: letter(b).mT if flip else letter(b) for a, (b, flip) in table.items()}
            inside[test] = letter(test).mT if turned else letter(test)
            trivial = order == letters and not any(flips) and not turned
            if not trivial and substitute(whole, inside) == whole:
                found.append(change)
    return tuple(found)


def _turned(value: Any, transposed: bool) -> Any:
    return EXACT.transpose(value) if transposed else value


def _with(at: Point, changed: dict[str, Any]) -> Point:
    return replace(at, matrices={**at.matrices, **changed})


def free(record: Expectation) -> tuple[Letter, ...]:
    """The matrices about which nothing is assumed."""
    letters = record.letters
    given = (name for name in letters.given if name not in letters.covariances)
    return tuple(letters.matrices[name] for name in given)


def _words(record: Expectation) -> list[list[Letter]]:
    """The letters of each product, without the test matrix."""
    test = probe(D, D)
    return [
        [f.letter for trace in monomial for f in trace.word if f.letter != test]
        for monomial in form(record.product).terms
    ]


def _moves(case: MomentCase) -> bool:
    """Whether every fixed matrix, and the test matrix, stands between Gaussian ones."""
    record = case.of_order(1)
    words = [trace.word for monomial in form(record.product).terms for trace in monomial]
    return bool(record.letters.covariances) and all(
        f.letter.is_gaussian
        or all(word[near % len(word)].letter.is_gaussian for near in (k - 1, k + 1))
        for word in words
        for k, f in enumerate(word)
    )


def _once(case: MomentCase) -> bool:
    record = case.of_order(1)
    return bool(free(record)) and all(
        word.count(a) == 1 for word in _words(record) for a in free(record)
    )


BEHAVIOUR: dict[
    str,
    tuple[
        Callable[[MomentCase, FactoredPoint, st.DataObject], Comparisons],
        Callable[[MomentCase], bool],
    ],
] = {
    "value": (value, lambda case: True),
    "coordinates": (coordinates, _moves),
    "linearity": (linearity, _once),
    "symmetry": (
        symmetry,
        lambda case: bool(symmetries(form(case.of_order(1).product), free(case.of_order(1)))),
    ),
    "one dimension": (one_dimension, lambda case: len(_words(case.of_order(1))) == 1),
    "addition": (addition, lambda case: isinstance(case.moment, Powers)),
}
"""What is compared, and the moments it says something about."""
