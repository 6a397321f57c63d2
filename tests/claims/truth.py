"""What is so, by a route that the judge does not take: coordinate by coordinate, and in numbers.

At a small exact instance predictions are linear in weights. So the least risk is found from the
moments of a few predictions, multiplied out in coordinates; nothing is derived for symbolic sizes.
In a limit a claim is divided by the exact formula at sizes that grow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import flint
import sympy

from tests.theory.design_files import drawn_instance
from theory.algebra.values import scalar_value
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor, pgd, wpgd
from theory.errors import TheoryError
from theory.language.formulas.expressions import FREE
from theory.language.formulas.quantities import Quantity
from theory.limits.leading import Regime
from theory.optima.sample_weights.weighted import Equal, weighted
from theory.risks.coordinates import mean_at, risk_at
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import d, n
from verify.instances import random_matrix
from verify.judge.confirmation import basis
from verify.judge.counterexample import wrong
from verify.judge.question import Question
from verify.judge.regular import must_not_vanish
from verify.judge.target_weights import normalised

SMALL = 4
"""The largest ``n d`` that is multiplied out."""
FAR = (10**6, 10**12)
"""Sizes at which a claim in a limit is looked at."""
DRAWS, DIGITS = 3, 80
"""Of how many constants, and with how many digits."""
Q = Quantity


class Unknown(Exception):
    """Nothing is known."""


def least(
    predictor: Predictor, units: Sequence[Mapping[str, Any]], at: Instance
) -> tuple[flint.fmpq, flint.fmpq_mat | None]:
    """The least risk over combinations of weights in which predictions are linear, and the only
    combination that has it; None where several have."""
    predict, size = predictor.predict, len(units)

    def mean(one: int | None, other: int | None) -> flint.fmpq:
        parts = [
            (lambda p, w: p.label) if k is None else (lambda p, w, k=k: predict(p, w[k]))
            for k in (one, other)
        ]
        return _mean(lambda p, w: parts[0](p, w) @ parts[1](p, w), units, at)

    square = flint.fmpq_mat([[mean(r, c) for c in range(size)] for r in range(size)])
    linear = flint.fmpq_mat([[mean(None, k)] for k in range(size)])
    both = [
        [*map(square.__getitem__, product([r], range(size))), linear[r, 0]] for r in range(size)
    ]
    reduced, rank = flint.fmpq_mat(both).rref()
    found = flint.fmpq_mat(size, 1)
    for row in range(rank):
        first = next(c for c in range(size) if reduced[row, c] != 0)
        found[first, 0] = reduced[row, size]
    risk = mean(None, None) - (linear.transpose() * found)[0, 0]
    return risk, found if rank == size else None


def _mean(quantity: Any, units: Sequence[Mapping[str, Any]], at: Instance) -> flint.fmpq:
    """The mean of an expression in a prompt and in several choices of weights."""
    names = {(k, name): f"{k} {name}" for k, unit in enumerate(units) for name in unit}
    flat = {names[k, name]: m for k, unit in enumerate(units) for name, m in unit.items()}

    def of(prompt: Any, weights: Mapping[str, Any]) -> Any:
        own = [{name: weights[names[k, name]] for name in unit} for k, unit in enumerate(units)]
        return quantity(prompt, own)

    return mean_at(of, flat, at)


def exact(question: Question, at: Instance) -> Any:
    """A quantity at a small instance; None where it has no value there.

    Raises :class:`Unknown` where it is not found this way.
    """
    file, quantity = question.file, question.quantity
    design, size = file.design, at.d
    scale = scalar_value(file.scale, at.scalars, EXACT)
    of_query = scalar_value(design.noise_variance_of_query, at.scalars, EXACT)
    noise = of_query if quantity is Q.EXCESS else flint.fmpq(0)
    if question.weight is not None:
        given = at.matrices[FREE] if question.is_free else question.target.weight_at(at) / scale
        return risk_at(pgd, {"W": given * scale}, at) - noise
    of_weights = quantity in (Q.OMEGA, Q.GROUP_WEIGHTS)
    least_of_them = quantity in (Q.WPGD_RISK, Q.SSM_RISK)
    if of_weights or (least_of_them and not isinstance(weighted(design), Equal)):
        return _over_omega(question, at)
    if file.predictor is pgd:
        units: list[Mapping[str, Any]] = [{"W": one} for one in basis(size)]
    else:
        names = [letter.name for letter in file.predictor.weights]
        units = [{m: EXACT.matrix([[int(m == own)]]) for m in names} for own in names]
    risk, found = least(file.predictor, units, at)
    if quantity is Q.TEST_RISK:
        if found is None:
            return None
        there = at.at_test
        ratio = scalar_value(file.scale, there.scalars, EXACT) / scale
        total = {name: units[0][name] * 0 for name in units[0]}
        for k, unit in enumerate(units):
            total = {name: total[name] + unit[name] * (found[k, 0] * ratio) for name in total}
        return risk_at(file.predictor, total, there)
    if quantity is Q.COEFFICIENTS:
        return None if found is None else found[int(question.entry.name), 0] / scale
    if quantity is Q.WEIGHT:
        if found is None:
            return None
        return EXACT.matrix(
            [[found[size * r + c, 0] / scale for c in range(size)] for r in range(size)]
        )
    return risk - noise


def _over_omega(question: Question, at: Instance) -> Any:
    """Over sample weights, where some optimal W is a multiple of the identity."""
    design, one = question.design, EXACT.identity(at.d)
    if design.covariances or design.means:
        raise Unknown("W and sample weights matter both")
    rows = [[k] for k in range(at.n)]
    if question.entry is not None:
        rows = [at.rows[group.name] for group in design.groups]
        if not all(rows):
            return None
    units = [
        {"W": one, "Omega": EXACT.diagonal([int(k in own) for k in range(at.n)])} for own in rows
    ]
    risk, found = least(wpgd, units, at)
    if question.quantity in (Q.WPGD_RISK, Q.SSM_RISK):
        return risk
    if found is None or not any(found.entries()):
        return None
    if question.entry is None:
        return normalised(found.entries())
    names = [group.name for group in design.groups]
    own, unit = (found[names.index(one.name), 0] for one in (question.entry, question.unit))
    return None if unit == 0 else own / unit


def places(question: Question, random: Random, count: int) -> Iterator[Instance]:
    """Small instances, with a weight where that is free."""
    for _ in range(count):
        at = drawn_instance(question.design, random)
        most = max(at.n, at.at_test.n if question.quantity is Q.TEST_RISK else 0)
        if most * at.d * question.file.steps <= SMALL:
            free = {FREE: random_matrix(random, at.d, 2)} if question.is_free else {}
            yield replace(at, matrices={**at.matrices, **free})


def fails(question: Question, at: Instance) -> bool | None:
    """Whether a claim is wrong at a small instance; None where one side has no value.

    None as well where the verdict says that it is about other places, which no exact one about
    least risks does.
    """
    for factor in () if question.of_least_risks else must_not_vanish(question):
        try:
            if scalar_value(factor, at.scalars, EXACT) == 0:
                return None
        except TheoryError:  # in the index of an example, or too long
            return None
    sides = [exact(question, at)]
    if question.beside is not None:
        sides.append(exact(replace(question, quantity=question.beside, beside=None), at))
    try:
        sides[1:] = sides[1:] or [question.claimed_at(at)]
    except ZeroDivisionError:
        return None
    return None if None in sides else wrong(question, sides[1], sides[0])


def _far_out(
    regime: Regime, free: frozenset[sympy.Symbol], random: Random
) -> Iterator[dict[sympy.Symbol, sympy.Expr]]:
    """Points of a limit, each farther out than the one before."""
    ranges = {p.symbol: p for p in regime.parameters}
    fixed = {size: sympy.Integer(random.randint(2, 5)) for size in (n, d)}
    for symbol in sorted((free | {*regime.constants}) - {n, d}, key=str):
        drawn = [sympy.Rational(random.randint(1, 9), 10), sympy.Integer(random.randint(1, 3))]
        inside = [v for v in drawn if symbol not in ranges or v in ranges[symbol]]
        if not inside:
            raise Unknown
        fixed[symbol] = inside[0]
    for size in FAR:
        there = {**fixed, regime.grows: sympy.Integer(size)}
        yield {**there, **{s: value.xreplace(there) for s, value in regime.substitution}}


def right_far_out(
    claimed: sympy.Expr, derived: sympy.Expr, regime: Regime, random: Random
) -> bool | None:
    """Whether a claim has the leading order of a formula in a limit, as far as numbers tell."""
    seen = set()
    for _ in range(DRAWS):
        errors = []
        for there in _far_out(regime, claimed.free_symbols | derived.free_symbols, random):
            ours, theirs = (sympy.N(e.xreplace(there), DIGITS) for e in (claimed, derived))
            if theirs == 0:
                return None
            errors.append(abs(ours / theirs - 1))
        near, far = errors
        seen.add(True if far <= near / 100 else False if far > near / 2 else None)
    return seen.pop() if len(seen) == 1 else None


def signs_far_out(gap: sympy.Expr, regime: Regime, random: Random) -> set[int]:
    """The signs that a difference has far out in a limit."""
    found = set()
    for _ in range(DRAWS):
        *_, there = _far_out(regime, gap.free_symbols, random)
        found.add(int(sympy.sign(sympy.N(gap.xreplace(there), DIGITS))))
    return found
