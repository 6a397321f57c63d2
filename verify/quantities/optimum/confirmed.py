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
from itertools import chain, islice
from random import Random
from typing import Any

import sympy

from theory.algebra.spectral import NotSpectral
from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.errors import InputError, Irrational
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
from verify.instances import defined_instance
from verify.judge.equality import differ
from verify.judge.limits import along, apart, constants_of, taken
from verify.judge.places import readable
from verify.judge.question import Question
from verify.judge.target import BRUTE
from verify.quantities.optimum.proof import Formulas, cost, judged, proof, risk_polynomial
from verify.settings import Settings

LOOKED = 150
"""Among how many readable instances small ones are sought."""
READABLE = 3
"""Readable instances of a size at which the optimum is found again."""
SIZES = ((1, 1), (2, 1), (1, 2), (3, 1), (2, 2), (1, 3))
HEIGHT = 10**4
MOST = 60
"""Values of n beyond which a proof for all of them takes too long."""
GROWING = (10**4, 10**8, 10**12)
"""Sizes d along a limit; the roots of their roots are whole."""
IRRATIONAL = (ArithmeticError, Irrational, sympy.PolynomialError)
"""What is raised where a risk holds roots."""
FALLING = Fraction(9, 10)
"""The relative error at the last of them is at most this share of that at the one before."""


def exactly(subject: Any, settings: Settings) -> Iterator[Grid]:
    """All sizes, where that can be proved, and readable and random instances."""
    nodes = judged(_confirmed(subject, settings))
    everywhere = _everywhere(subject, settings)
    if everywhere is not None:
        yield everywhere
    if nodes:
        sizes = list(dict.fromkeys(f"({node.at.n}, {node.at.d})" for node in nodes))
        said = f"value and slope found again at (n, d) = {', '.join(sizes)}"
        yield Grid("instances", nodes, said, data={"sizes": sizes, "height": HEIGHT})


def _confirmed(subject: Any, settings: Settings) -> Iterator[Node]:
    for at in _places(subject, Random(settings.seed)):
        settings.progress(f"interpolation: n = {at.n}, d = {at.d}", 0, 1)
        seen = tuple(_compared(subject, at))
        if len(seen) == 2 * len(subject.questions):  # all that is claimed can be seen there
            yield Node(at, seen)
        else:
            Node(at, seen).judge()


def _places(subject: Any, random: Random) -> Iterator[Instance]:
    """Readable instances that are small enough, each of another size, then random ones."""
    sizes: Counter[int] = Counter()
    for at in islice(readable(subject.design), LOOKED):
        size = at.n * at.d
        if size <= BRUTE // subject.record.file.steps and sizes[size] < READABLE:
            sizes[size] += 1
            yield at
    for count, size in SIZES:
        found = defined_instance(subject.design, count, size, random, HEIGHT)
        if found is not None:
            yield found


def _compared(subject: Any, at: Instance) -> Iterator[Compared]:
    """What can be seen at one place: the derived value confirmed, and the claimed one beside it."""
    for question in subject.questions:
        try:
            claimed, exact = question.claimed_at(at), question.exact_at(at)
            found = question.target.confirmed(at)
        except (ZeroDivisionError, InputError, Irrational):
            continue
        if found is None:
            continue
        what = "coordinates do not confirm the derived optimum"
        yield Compared(what, at, "-", exact, bool(found))
        what = (
            f"the claimed {question.key} is {claimed}, and the exact one {exact}, "
            "confirmed coordinate by coordinate,"
        )
        yield Compared(what, at, exact, claimed, not differ(claimed, exact))


def _everywhere(subject: Any, settings: Settings) -> Grid | None:
    """The proof for all sizes at which the degrees are known; None where there is none."""
    claim, found = subject.record.claim, subject.derivation
    if not subject.is_of_descent:
        return None
    if subject.has_roots or found.plain.sums.entries:
        return None  # it may be irrational
    if subject.design.examples and subject.design.covariances:
        return None  # counts are interpolated where all matrices are multiples of I
    if not (subject.design.examples or examples_are_alike(subject.design).holds):
        return None
    if not subject.design.covariances and found.plain.multiple is None:
        return None
    scale = subject.record.scale
    weight = found.weight if claim.weight is None else claim.weight.expression * scale
    risk = found.risk if subject.risk is None else subject.risk
    if subject.design.covariances:
        if claim.weight is None or subject.risk is None:
            return None  # what is derived is written in a solution's own symbol
        given = any(c.has(d) for c in found.plain.polynomial.terms.values())
        own = any(c.has(d) for c in subject.design.coefficients)
        if given and (own or not sizes_are_free(subject.design)):
            return None  # a grid of sizes d decides nothing for the others
    claimed = Formulas(subject.design, pgd, Claim(weight, risk), found, subject.definite)
    try:
        if subject.design.covariances and cost(claimed) > MOST:
            return None
        return proof(claimed, settings)
    except (*IRRATIONAL, TypeError, NotSpectral, Incomparable, InputError):
        return None  # no polynomial, or an irrational one, or the claim has no value somewhere


def followed(subject: Any, regime: Regime) -> Grid:
    """The relative errors of the claim at growing sizes of the regime, which have to fall.

    Raises :class:`~verify.counterexamples.Incomparable` where no point is inside all ranges, and
    :class:`~theory.errors.TheoryError` where the limit cannot be taken.
    """
    alike = bool(subject.design.examples) or examples_are_alike(subject.design).holds
    again = alike
    told, errors, nodes = [], {}, []
    sizes = shown(GROWING, regime.grows)
    for question in subject.questions:
        where = taken(question, regime)[2]
        tried = (
            along(question, regime, table, GROWING, where, rational)
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
