"""Places at which coordinates decide a claimed optimum, without words or the moment engine.

*Exact claims.* At readable instances and at large random ones the optimum is found again: its
risk, and no slope in any direction. Where the risk is a polynomial of known degree in the sizes,
enough of them are a proof.

*In a limit.* The optimum is interpolated anew at points of the regime, and the relative error of
the claim has to keep falling as d grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain
from random import Random
from typing import Any

import sympy

from theory.designs.predictors import pgd
from theory.language.formulas.quantities import Quantity
from theory.limits.leading import Regime
from theory.optima.equivalence.assumptions import examples_are_alike
from theory.risks.claim import Claim
from theory.scalars.arithmetic import fraction
from theory.scalars.rational import value_at
from theory.scalars.symbols import d, n
from verify.checks.on_trial import Compared, Grid, Node
from verify.counterexamples import Incomparable
from verify.degrees import counted, sizes_are_free
from verify.judge.limits import along, apart, constants_of, growing, taken
from verify.judge.question import Question
from verify.quantities.claim import HEIGHT
from verify.quantities.optimum.interpolated import risk_polynomial
from verify.quantities.optimum.proof import IRRATIONAL, Formulas, everywhere, judged
from verify.settings import Settings

GROWING = (10**4, 10**8, 10**12)
"""Sizes d along a limit; the roots of their roots are whole."""
FALLING = Fraction(9, 10)
"""The relative error at the last of them is at most this share of that at the one before."""


def exactly(subject: Any, settings: Settings) -> Iterator[Grid]:
    """All sizes, where that can be proved, and readable and random instances."""
    nodes = judged(_confirmed(subject, settings))
    everywhere = _everywhere(subject, settings)
    if everywhere is not None:
        yield everywhere
    if nodes:
        said = "value and slope found again at {}"
        yield Grid.of_instances("instances", nodes, said, height=HEIGHT)


def _confirmed(subject: Any, settings: Settings) -> Iterator[Node]:
    sizes = Counter[int]()
    for at in subject.places(Random(settings.seed), sizes):
        sizes[at.n * at.d] += 1
        settings.progress(f"interpolation: n = {at.n}, d = {at.d}", 0, 1)
        seen = tuple(subject.confirmed_at(at))
        if len(seen) == 2 * len(subject.questions):  # all that is claimed can be seen there
            yield Node(at, seen)
        else:
            Node(at, seen).judge()


def _everywhere(subject: Any, settings: Settings) -> Grid | None:
    """The proof for all sizes, where the claim is one of rational formulas; else None."""
    claim, found, design = subject.record.claim, subject.derivation, subject.design
    if not subject.is_of_descent or subject.has_roots:
        return None  # it may be irrational
    scale = subject.record.scale
    weight = found.weight if claim.weight is None else claim.weight.expression * scale
    risk = found.risk if subject.risk is None else subject.risk
    if design.covariances:
        if claim.weight is None or subject.risk is None:
            return None  # what is derived is written in a solution's own symbol
        given = any(c.has(d) for c in found.plain.polynomial.terms.values())
        own = any(c.has(d) for c in design.coefficients)
        if given and (own or not sizes_are_free(design)):
            return None  # a grid of sizes d decides nothing for the others
    return everywhere(Formulas(design, pgd, Claim(weight, risk), found, subject.definite), settings)


def followed(subject: Any, regime: Regime) -> Grid:
    """The relative errors of the claim at growing sizes of the regime, which have to fall.

    Raises :class:`~verify.counterexamples.Incomparable` where no point is inside all ranges, and
    :class:`~theory.errors.TheoryError` where the limit cannot be taken.
    """
    alike = bool(subject.design.examples) or examples_are_alike(subject.design).holds
    again = alike
    told, errors, nodes = [], {}, []
    far = growing(subject.design, GROWING)
    sizes = shown(far, regime.grows)
    for question in subject.questions:
        where = taken(question, regime)[2]
        tried = (
            along(question, regime, table, far, where, rational)
            for rational in (True, False)
            for table in chain(apart(regime), constants_of(regime))
        )
        places = next(filter(None, tried), None)
        if places is None:
            raise Incomparable("no point of the limit is inside all ranges")
        anew = [_interpolated(question, at) if alike else None for at, _ in places]
        again = again and None not in anew
        name, seen = question.key, [error for _, error in places]
        nodes += judged(Node(one.at, (one,)) for one in anew if one is not None)
        nodes += judged([Node(sizes, (falls(name, seen, sizes),))])
        errors[name] = [str(v) for v in seen]
        told.append(f"{', '.join(f'{float(v):.2g}' for v in seen)} ({name})")
    beside = "risks interpolated anew" if again else "the derived formula"
    said = f"beside {beside} the relative error is {'; '.join(told)} at {sizes}"
    return Grid("the limit", nodes, said, data={"errors": errors})


def shown(sizes: Iterable[int], of: sympy.Symbol = d) -> str:
    """Sizes, in words.

    >>> shown([100, 10**6])
    'd = 1e+02, 1e+06'
    """
    return f"{of} = {', '.join(f'{size:.0e}' for size in sizes)}"


def falls(what: str, errors: list[sympy.Expr], at: str) -> Compared:
    """Whether the last error is nearer to nought than the one before."""
    before, last = (abs(error) for error in errors[-2:])
    falling = bool(last == 0 or last <= sympy.Rational(FALLING) * before)
    seen = ", ".join(f"{float(v):.4g}" for v in errors)
    return Compared(f"the relative error of the {what} does not vanish", at, "0", seen, falling)


def _interpolated(question: Question, at: Mapping[str, sympy.Expr]) -> Compared | None:
    """The derived value beside that of a risk interpolated anew; None where it is irrational.

    Nor is it where a vector or a covariance is fixed, or a rank grows: small instances have other
    ones.
    """
    design = question.design
    fixed = design.means or design.covariances
    if question.file.steps > 1 or not question.of_descent or fixed:
        return None
    if not all(value.is_Rational for value in at.values()):
        return None
    counts = counted(design)
    own = [p for p in design.parameters if p.symbol not in counts]
    scalars = tuple((p.name, fraction(at[p.name])) for p in own)
    try:
        found = risk_polynomial(design, pgd, scalars)
    except (*IRRATIONAL, TypeError):
        return None
    sizes = {s: at[s.name] for s in (n, d, *counts)}
    table = {sympy.Symbol(name): value for name, value in at.items()}
    again = value_at(found.risk, sizes)
    if question.quantity is Quantity.WEIGHT:
        again = value_at(found.weight, sizes) / value_at(question.file.scale, table)
    elif question.quantity is Quantity.EXCESS:
        again -= value_at(question.noise, table)
    where = ", ".join(f"{name} = {value}" for name, value in at.items())
    derived = value_at(question.exact, table)
    return Compared(f"the derived {question.key} is wrong", where, again, derived)
