"""Witness: exact moments, coordinate by coordinate, at enough places to be a proof.

A moment is a polynomial in n, d and the entries of the matrices, of degrees that can be read off
the words. The exact values come from :mod:`verify.moment.coordinates`, which knows nothing of
words, pairings or integration by parts.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import sympy

from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.words import D, N, Space, Word
from theory.records.identities import ORDERS, Derived, Moment
from theory.scalars.symbols import d, n
from verify.falsified import Falsified
from verify.moment.coordinates import coordinate_moment
from verify.moment.points import Place, random_place
from verify.moment.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
HEIGHT = 10**9


def examine(subject: Subject, settings: Settings) -> Finding:
    """Check claimed and derived moments against exact values at enough places."""
    random = Random(settings.seed)
    said: list[str] = []
    data: dict[str, Any] = {}
    examined = 0
    try:
        for moment, derived in subject:
            check = _powers if _is_isotropic(moment) else _matrices
            summary, points, details = check(moment, derived, random)
            said.append(f"{moment.name}: {summary}")
            data[moment.name] = {"points": points, **details}
            examined += points
    except Falsified as found:
        return found.finding(NAME, examined + 1)
    return Finding(NAME, Verdict.HOLDS, "; ".join(said), examined=examined, data=data)


Checked = tuple[str, int, dict[str, Any]]


def _is_isotropic(moment: Moment) -> bool:
    """No matrix but Gaussian ones of covariance I: then d is all that a scalar depends on."""
    return moment.is_scalar and not moment.covariances and not moment.fixed


def _powers(moment: Moment, derived: Derived, random: Random) -> Checked:
    """Scalars that depend on the sizes alone: a grid in d for each order."""
    orders = ORDERS if moment.power is not None else range(1, 2)
    points = 0
    degrees = {}
    for order in orders:
        top, bottom = _degrees(sympy.together(moment.claim_of(order)), d)
        # a sum over the coordinates for every passage through the d-dimensional space
        degrees[order] = max(top, bottom + order * _passages(moment, D))
        for size in range(1, degrees[order] + 2):
            numbers = {p: order for p in moment.parameters if p != "d"} | {"d": size}
            _compare(moment, derived, random_place(moment, numbers, random, HEIGHT))
            points += 1
    shown = f"{moment.power} = {orders[0]} to {orders[-1]}" if len(orders) > 1 else "this moment"
    return (
        f"proved for all d at {shown}: {points} grid points, degree {max(degrees.values())}",
        points,
        {"degrees": {str(k): v for k, v in degrees.items()}},
    )


def _matrices(moment: Moment, derived: Derived, random: Random) -> Checked:
    """Random rational matrices: enough n for all n, and enough d for all d.

    Contracted with one more matrix both sides are sums of products of traces. Those of m matrices
    and their transposes are linearly independent at ``d >= m`` (identities of d x d matrices begin
    at degree d + 1), so the two sides are equal at all d if they are at d = m, provided that no
    coefficient depends on d.
    """
    forms = _forms(moment, derived)
    matrices = max(map(_matrices_in, forms), default=0) + 1
    halves = [sum(f.letter.is_gaussian for f in word) for word in moment.left.terms]
    letters = [sum(f.letter in moment.fixed for f in word) for word in moment.left.terms]
    matrices = max(matrices, *(h // 2 + k + 1 for h, k in zip(halves, letters, strict=True)))
    coefficients = [sympy.together(c) for f in forms for c in _scalars(f)]
    everywhere = _sizes_are_free(moment) and not any(c.has(d) for c in coefficients)
    tops, bottoms = zip((0, 0), *(_degrees(c, n) for c in coefficients), strict=True)
    degree_n = max(_passages(moment, N), *tops) + sum(bottoms)
    # a factor of a covariance for every Gaussian, two for every covariance in a formula
    entries = max(
        [h + k for h, k in zip(halves, letters, strict=True)] + [2 * _matrices_in(f) for f in forms]
    )
    counts = range(1, degree_n + 2) if "n" in moment.parameters else range(1, 2)
    sizes = range(1, matrices + 1)
    points = 0
    for size in sizes:
        numbers = {"d": size} | {p: 1 for p in moment.parameters if p != "d"}
        drawn = random_place(moment, numbers, random, HEIGHT)
        for count in counts:
            _compare(moment, derived, _with_examples(drawn, count))
            points += 1
    worst = Fraction(entries, 2 * HEIGHT + 1)
    where = "all d" if everywhere else f"d = {', '.join(map(str, sizes))}"
    rows = "all n and " if "n" in moment.parameters else ""
    return (
        f"exact at {points} places with random matrices, d up to {matrices}; established for "
        f"{rows}{where} and all matrices up to a probability of error of {float(worst):.0e}",
        points,
        {
            "sizes": list(sizes),
            "degrees": {"n": degree_n, "matrices": matrices, "entries": entries},
            "height": HEIGHT,
            "error_probability": str(worst),
            "all_d": everywhere,
        },
    )


def _compare(moment: Moment, derived: Derived, place: Place) -> None:
    """Claimed and derived moment against the coordinates, at one place."""
    exact = coordinate_moment(moment, place)
    try:
        claimed = moment.claimed_at(place.at)
    except ZeroDivisionError:
        claimed = "undefined"
    if claimed != exact:
        raise Falsified(f"the claimed {moment.name} moment is wrong", place, exact, claimed)
    found = derived.at(place.at, moment.order(place.at))
    if found != exact:
        raise Falsified(f"the derived {moment.name} moment is wrong", place, exact, found)


def _with_examples(place: Place, count: int) -> Place:
    at = place.at
    if "n" not in at.scalars:
        return place
    scalars = {**at.scalars, "n": count}
    return Place(type(at)(scalars, at.matrices, at.arithmetic), place.factors)


def _forms(moment: Moment, derived: Derived) -> list[MatrixPolynomial | TracePolynomial]:
    return [moment.claimed(), derived.values[1]]


def _terms(form: MatrixPolynomial | TracePolynomial) -> list[tuple[Word, TracePolynomial]]:
    return list(form.terms.items()) if isinstance(form, MatrixPolynomial) else [((), form)]


def _matrices_in(form: MatrixPolynomial | TracePolynomial) -> int:
    """The most matrices in one term."""
    return max(
        (
            len(word) + sum(len(trace.word) for trace in monomial)
            for word, coefficient in _terms(form)
            for monomial in coefficient.terms
        ),
        default=0,
    )


def _scalars(form: MatrixPolynomial | TracePolynomial) -> list[sympy.Expr]:
    """The coefficients, in n and d."""
    return [c for _, coefficient in _terms(form) for c in coefficient.terms.values()]


def _degrees(ratio: sympy.Expr, size: sympy.Symbol) -> tuple[int, int]:
    """The degrees of numerator and denominator in a size."""
    top, bottom = (int(sympy.degree(p, size)) if p.has(size) else 0 for p in sympy.fraction(ratio))
    return top, bottom


def _passages(moment: Moment, space: Space) -> int:
    """How often a word passes through a space inside: a sum over that index each time."""
    return max(sum(f.rows == space for f in word[1:]) for word in moment.left.terms)


def _sizes_are_free(moment: Moment) -> bool:
    """Whether d cannot occur in a coefficient: every Gaussian has a covariance on that side."""
    return all(
        covariance is not None
        for a in moment.gaussians
        for space, covariance in ((a.rows, a.row_covariance), (a.cols, a.column_covariance))
        if space == D
    )
