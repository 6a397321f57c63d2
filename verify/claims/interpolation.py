"""Witness: the claim beside exact values found coordinate by coordinate, without the moment engine.

*Exact claims.* At readable instances and at large random ones the optimum is found again: its
risk, and no slope in any direction. Where the risk is a polynomial of known degree in the sizes,
enough of them are a proof.

*In a limit.* The optimum is interpolated anew at points of the regime, and the relative error of
the claim has to keep falling as d grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain, islice
from random import Random
from typing import Any

import sympy

from theory.algebra.spectral import NotSpectral
from theory.designs.domain import Condition
from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.errors import InputError, Irrational, TheoryError
from theory.limits.leading import Regime
from theory.optima.equivalence.assumptions import examples_are_alike
from theory.optima.minimisation import Multiple
from theory.risks.claim import Claim
from theory.scalars.rational import value_at
from theory.scalars.symbols import d, n
from verify.claims.counterexample import BRUTE, confirmed
from verify.claims.equality import differ
from verify.claims.limits import along, apart, constants_of, taken
from verify.claims.places import readable
from verify.claims.question import Quantity, Question
from verify.claims.subject import Subject
from verify.degrees import sizes_are_free
from verify.derived import interpolation as optimum
from verify.derived.grid import Optimum, cost, proved, risk_polynomial
from verify.derived.subject import Subject as Derived
from verify.falsified import Falsified, Incomparable
from verify.instances import defined_instance
from verify.joined import joined
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
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
FALLING = Fraction(9, 10)
"""The relative error at the last of them is at most this share of that at the one before."""


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare what is claimed with exact values, at places or along the limit."""
    try:
        if subject.record.claim.limit is None:
            return _exact(subject, settings)
        return _in_the_limit(subject, subject.record.claim.limit, settings)
    except Falsified as found:
        return found.finding(NAME)


def _exact(subject: Subject, settings: Settings) -> Finding:
    seen: list[str] = []
    for at in _places(subject, Random(settings.seed)):
        if _compared(subject, at):
            seen.append(f"({at.n}, {at.d})")
            settings.progress(f"interpolation: n = {at.n}, d = {at.d}", len(seen), len(SIZES))
    everywhere = _everywhere(subject, settings)
    if not seen and everywhere is None:
        return Finding(NAME, Verdict.UNDECIDED, "no place is small enough", 0)
    shown = ", ".join(dict.fromkeys(seen))
    said = f"value and slope confirmed coordinate by coordinate at (n, d) = {shown}"
    data: dict[str, Any] = {"sizes": seen, "height": HEIGHT}
    if everywhere is not None:
        said = f"{everywhere.summary}; {said}"
        data |= everywhere.data
    return Finding(NAME, Verdict.HOLDS, said, len(seen), data)


def _places(subject: Subject, random: Random) -> Iterator[Instance]:
    """Readable instances that are small enough, each of another size, then random ones."""
    sizes: Counter[int] = Counter()
    for at in islice(readable(subject.design), LOOKED):
        size = at.n * at.d
        if size <= BRUTE and sizes[size] < READABLE:
            sizes[size] += 1
            yield at
    for count, size in SIZES:
        found = defined_instance(subject.design, count, size, random, HEIGHT)
        if found is not None:
            yield found


def _compared(subject: Subject, at: Instance) -> bool:
    """Compare at one place; False where something that is claimed cannot be seen there."""
    seen = 0
    for question in subject.questions:
        try:
            claimed, exact = question.claimed_at(at), question.exact_at(at)
            found = confirmed(question, at)
        except (ZeroDivisionError, InputError, Irrational):
            continue
        if found is None:
            continue
        if not found:
            raise Falsified("coordinates do not confirm the derived optimum", at)
        if differ(claimed, exact):
            what = (
                f"the claimed {question.quantity.value} is {claimed}, and the exact one {exact}, "
                "confirmed coordinate by coordinate,"
            )
            raise Falsified(what, at, exact, claimed)
        seen += 1
    return seen == len(subject.questions)


def _everywhere(subject: Subject, settings: Settings) -> Finding | None:
    """The proof for all sizes at which the degrees are known; None where there is none."""
    claim, found = subject.record.claim, subject.derivation
    if subject.has_roots or found.plain.sums.entries:
        return None  # it may be irrational
    if not examples_are_alike(subject.design).holds:
        return None
    if not subject.design.covariances and not isinstance(found.plain.solution, Multiple):
        return None
    scale = subject.record.scale
    weight = found.weight if claim.weight is None else claim.weight.expression * scale
    risk = found.risk if subject.risk is None else subject.risk
    if subject.design.covariances:
        if claim.weight is None or subject.risk is None:
            return None  # what is derived is written in a solution's own symbol
        given = any(c.has(d) for c in found.plain.polynomial.terms.values())
        if given and not sizes_are_free(subject.design):
            return None  # a grid of sizes d decides nothing for the others
    claimed = Optimum(subject.design, pgd, Claim(weight, risk), found, subject.definite)
    try:
        if subject.design.covariances and cost(claimed) > MOST:
            return None
        return proved(claimed, settings)
    except (TypeError, ArithmeticError, Irrational, NotSpectral, Incomparable, InputError):
        return None  # no polynomial, or an irrational one, or the claim has no value somewhere


def _in_the_limit(subject: Subject, regime: Regime, settings: Settings) -> Finding:
    """The claim along the regime, and the exact optimum by itself."""
    try:
        limits = [taken(question, regime)[2] for question in subject.questions]
    except TheoryError as error:
        return exactly_or_not(NAME, partial(_exact, subject, settings), error)
    followed = _followed(subject, regime, limits)
    if followed.verdict is not Verdict.HOLDS:
        return followed
    exact = optimum.examine(Derived(subject.record), settings)
    return joined(NAME, {"the claim": followed, "the exact optimum": exact})


def exactly_or_not(witness: str, exact: Callable[[], Finding], why: TheoryError) -> Finding:
    """A claim in a limit that cannot be taken holds where it is exact, and is undecided else."""
    try:
        found = exact()
    except Falsified:
        found = None
    if found is not None and found.verdict is Verdict.HOLDS:
        return replace(found, summary=f"exact: {found.summary}")
    return Finding(witness, Verdict.UNDECIDED, f"the limit cannot be taken: {why}", 0)


def _followed(subject: Subject, regime: Regime, limits: list[tuple[Condition, ...]]) -> Finding:
    """The relative errors of the claim at growing sizes of the regime."""
    again = examples_are_alike(subject.design).holds
    shown, told, errors = ", ".join(f"{size:.0e}" for size in GROWING), [], {}
    for question, where in zip(subject.questions, limits, strict=True):
        tried = (
            along(question, regime, table, GROWING, where, rational)
            for rational in (True, False)
            for table in chain(apart(regime), constants_of(regime))
        )
        places = next(filter(None, tried), None)
        if places is None:
            return Finding(NAME, Verdict.UNDECIDED, "no point of the limit is inside all ranges", 0)
        again = again and all(_interpolated(question, at) for at, _ in places)
        name, seen = question.quantity.value, [error for _, error in places]
        falls(name, seen, f"d = {shown}")
        errors[name] = [str(v) for v in seen]
        told.append(f"{', '.join(f'{float(v):.2g}' for v in seen)} ({name})")
    beside = "risks interpolated from coordinates" if again else "the derived formula"
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"beside {beside} its relative error is {'; '.join(told)} at d = {shown}",
        examined=len(GROWING) * len(subject.questions),
        data={"errors": errors},
    )


def falls(what: str, errors: list[sympy.Expr], at: str) -> None:
    """Raise :class:`~verify.falsified.Falsified` unless the last error is nearer to nought."""
    before, last = (abs(error) for error in errors[-2:])
    if last != 0 and not last <= sympy.Rational(FALLING) * before:
        shown = ", ".join(f"{float(v):.4g}" for v in errors)
        raise Falsified(f"the relative error of the {what} does not vanish", at, "0", shown)


def _interpolated(question: Question, at: Mapping[str, sympy.Expr]) -> bool:
    """Whether the derived value is that of a risk interpolated anew; False for no rational point.

    Raises :class:`~verify.falsified.Falsified` where it is another one.
    """
    if not all(value.is_Rational for value in at.values()):
        return False
    scalars = tuple((p.name, _fraction(at[p.name])) for p in question.design.parameters)
    found, sizes = risk_polynomial(question.design, pgd, scalars), {n: at["n"], d: at["d"]}
    table = {sympy.Symbol(name): value for name, value in at.items()}
    again = value_at(found.risk, sizes)
    if question.quantity is Quantity.WEIGHT:
        again = value_at(found.weight, sizes) / value_at(question.file.scale, table)
    elif question.quantity is Quantity.EXCESS:
        again -= value_at(question.noise, table)
    derived = value_at(question.exact, table)
    if again != derived:
        where = ", ".join(f"{name} = {value}" for name, value in at.items())
        raise Falsified(f"the derived {question.quantity.value} is wrong", where, again, derived)
    return True


def _fraction(value: sympy.Expr) -> Fraction:
    return Fraction(int(value.p), int(value.q))
