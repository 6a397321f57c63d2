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
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.words import ONE, D, Letter
from theory.records.identities import TEST, Moment, Point
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared
from verify.quantities.moment.case import MomentCase
from verify.quantities.moment.points import FactoredPoint, matrices
from verify.quantities.moment.points import place as placed
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
    moment, at = case.moment, place.at
    t = data.draw(matrices(at.scalars["d"]))
    back = t.transpose()
    outer = {a.name: t * at.matrices[a.name] * back for a in moment.covariances}
    inner = {a.name: back * at.matrices[a.name] * t for a in moment.fixed}
    moved = moment.claimed_at(_with(at, outer))
    seen = moment.claimed_at(_with(at, inner))
    expected = seen if moment.is_scalar else t * seen * back
    yield Compared(f"{moment.name}: other coordinates give another moment", at, expected, moved)


def linearity(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """The moment is linear in every fixed matrix that occurs once."""
    moment, at = case.moment, place.at
    for a in moment.fixed:
        other = data.draw(matrices(at.scalars["d"]))
        c = EXACT.number(data.draw(ENTRIES))
        both = moment.claimed_at(_with(at, {a.name: at.matrices[a.name] + other * c}))
        apart = moment.claimed_at(at) + moment.claimed_at(_with(at, {a.name: other})) * c
        yield Compared(f"{moment.name} is not linear in {a}", at, apart, both)


def symmetry(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """Exchanging and transposing the fixed matrices where that changes nothing of the product."""
    moment, at = case.moment, place.at
    change = data.draw(st.sampled_from(symmetries(moment.form, moment.fixed)))
    inside = {a.name: _turned(at.matrices[b.name], flip) for a, (b, flip) in change.table.items()}
    expected = _turned(moment.claimed_at(at), change.transposed)
    found = moment.claimed_at(_with(at, inside))
    yield Compared(f"{moment.name} changes under {change}", at, expected, found)


def one_dimension(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """One example with one feature: ``E g^(2m) = (2m-1)!!`` times the numbers that stand by it."""
    moment, number = case.moment, EXACT.number(1)
    numbers = {k: 1 if k in ("n", "d") else int(v) for k, v in place.at.scalars.items()}
    one = placed(moment, numbers, lambda name: EXACT.matrix([[data.draw(ENTRIES)]]))
    at, (word,) = one.at, moment.left.terms
    for a in (factor.letter for factor in word):
        for covariance in filter(None, (a.row_covariance, a.column_covariance)):
            number *= one.factors[covariance.name][0, 0]
        if not a.is_gaussian:
            number *= at.matrices[a.name][0, 0]
    order = moment.order(at)
    half = sum(f.letter.is_gaussian for f in word) * order // 2
    expected = number**order * prod(range(1, 2 * half, 2))
    claimed = moment.claimed_at(at)
    claimed = claimed if moment.is_scalar else claimed[0, 0]
    yield Compared(f"the {moment.name} moment of one number is wrong", at, expected, claimed)


def addition(case: MomentCase, place: FactoredPoint, data: st.DataObject) -> Comparisons:
    """Independent vectors side by side: squared norms add, and so do their binomial moments."""
    moment, order = case.moment, case.moment.order(place.at)
    left, right = data.draw(sizes(9)), data.draw(sizes(9))

    def claimed(size: int, k: int) -> flint.fmpq:
        at = Point({"d": size, str(moment.power): k}, {}, EXACT)
        found: flint.fmpq = moment.claimed_at(at) if k else EXACT.number(1)
        return found

    whole = claimed(left + right, order)
    parts = sum(
        (comb(order, k) * claimed(left, k) * claimed(right, order - k) for k in range(order + 1)),
        flint.fmpq(0),
    )
    where = f"{moment.power} = {order}, d = {left} + {right}"
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
def symmetries(form: TracePolynomial, letters: tuple[Letter, ...]) -> tuple[Symmetry, ...]:
    """Those that leave a trace with the test matrix as it is, found by trying all.

    >>> import theory
    >>> moment = theory.statement("lemma6").moments[0]
    >>> [str(s) for s in symmetries(moment.form, moment.fixed)]
    ["W -> W', transposed"]
    """
    found = []
    turns = (False, True) if TEST in form.letters else (False,)
    for order in permutations(letters):
        for *flips, turned in product(*[(False, True)] * len(letters), turns):
            table = dict(zip(letters, zip(order, flips, strict=True), strict=True))
            change = Symmetry(table, turned)
            inside = {a: letter(b).mT if flip else letter(b) for a, (b, flip) in table.items()}
            inside[TEST] = letter(TEST).mT if turned else letter(TEST)
            trivial = order == letters and not any(flips) and not turned
            if not trivial and substitute(form, inside) == form:
                found.append(change)
    return tuple(found)


def _turned(value: Any, transposed: bool) -> Any:
    return EXACT.transpose(value) if transposed else value


def _with(at: Point, changed: dict[str, Any]) -> Point:
    return replace(at, matrices={**at.matrices, **changed})


def _moves(moment: Moment) -> bool:
    """Whether every fixed matrix stands between Gaussians, which stand at the ends too."""
    words = moment.left.terms
    return bool(moment.covariances) and all(
        f.letter.is_gaussian or (word[k - 1].letter.is_gaussian and word[k + 1].letter.is_gaussian)
        for word in words
        for k, f in enumerate(word)
        if (word[0].letter.is_gaussian and word[-1].letter.is_gaussian) or f.letter.is_gaussian
    )


def _once(moment: Moment) -> bool:
    return bool(moment.fixed) and all(
        sum(f.letter == a for f in word) == 1 for word in moment.left.terms for a in moment.fixed
    )


def _is_square_norm(moment: Moment) -> bool:
    """A power of ``x' x`` with standard normal x."""
    (word, *rest) = moment.left.terms
    return (
        moment.power is not None
        and not rest
        and not moment.covariances
        and len(moment.letters) == 1
        and [f.transposed for f in word] == [True, False]
        and moment.gaussians[0].rows == D
        and moment.gaussians[0].cols == ONE
    )


BEHAVIOUR: dict[
    str,
    tuple[
        Callable[[MomentCase, FactoredPoint, st.DataObject], Comparisons], Callable[[Moment], bool]
    ],
] = {
    "value": (value, lambda moment: True),
    "coordinates": (coordinates, _moves),
    "linearity": (linearity, _once),
    "symmetry": (symmetry, lambda moment: bool(symmetries(moment.form, moment.fixed))),
    "one dimension": (one_dimension, lambda moment: len(moment.left.terms) == 1),
    "addition": (addition, _is_square_norm),
}
"""What is compared, and the moments it says something about."""
