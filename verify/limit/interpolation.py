"""Witness: the exact optima without the moment engine, and the claim at growing sizes.

The derived optima are proved for all sizes as those of any other statement are. For the claim the
risk is interpolated anew, coordinate by coordinate, at points of the regime with ``d`` up to 10^8:
the relative error has to vanish, and it and the printed limits have to be what was derived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random

import sympy

from theory.algebra.definitions import expanded
from theory.designs.design import Design
from theory.designs.predictors import Predictor
from theory.language.gallery.designs import independent
from theory.limits.leading import compare
from theory.optima.derivation import derive
from theory.risks.coordinates import risk_along
from theory.scalars.arithmetic import FLOATING
from theory.scalars.rational import value_at
from theory.scalars.symbols import d, n
from verify.falsified import Falsified
from verify.instances import random_instance, random_matrix
from verify.limit.joined import joined
from verify.limit.subject import Exact, Subject
from verify.optimum import interpolation
from verify.optimum.interpolation import risk_polynomial
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "interpolation"
# Square sizes, so that alpha = a / sqrt(d) is rational, and even ones, for n = d / nu.
SIZES = (10**4, 10**6, 10**8)
CONSTANTS = {"a": Fraction(3, 2), "nu": Fraction(1, 2), "s": Fraction(1, 4)}
# From the smallest d to the largest, an error of order d^(-1/2) falls to a hundredth.
VANISHING = Fraction(1, 20)
NEAR = Fraction(1, 1000)
GENERAL = ((1, 2), (2, 2), (1, 3))
ROUNDED = 1e-9
Scalars = tuple[tuple[str, Fraction], ...]


def examine(subject: Subject, settings: Settings) -> Finding:
    """Prove the exact optima, and follow the claim through growing sizes."""
    findings = {e.name: interpolation.examine(e.optimum, settings) for e in subject.exact}
    try:
        findings["the claim"] = _claim(subject, subject.about)
    except Falsified as found:
        findings["the claim"] = found.finding(NAME)
    if subject.general is not None:
        predictor = subject.about.optimum.predictor
        try:
            seen = _any_covariances(subject.general, predictor, settings)
        except Falsified as found:
            seen = found.finding(NAME)
        findings["any covariances"] = seen
    return joined(NAME, findings)


def points(subject: Subject) -> Iterator[dict[sympy.Symbol, sympy.Rational]]:
    """Sizes and parameters of the regime, at some constants and growing d."""
    constants = {
        c: sympy.Rational(CONSTANTS[c.name].numerator, CONSTANTS[c.name].denominator)
        for c in subject.regime.constants
    }
    for size in SIZES:
        here = {**constants, d: sympy.Integer(size)}
        yield {s: v.subs(here) for s, v in subject.regime.substitution} | {d: here[d]}


def _claim(subject: Subject, exact: Exact) -> Finding:
    """The error has to vanish, and to be what was derived; so have the limits that are printed."""
    claim, variant, regime = subject.claim, exact.variant, subject.regime
    errors: dict[str, list[Fraction]] = {"weight": [], "risk": []}
    for at in points(subject):
        found = risk_polynomial(variant.design, exact.optimum.predictor, _scalars_of(exact, at))
        sizes = {n: at[n], d: at[d]}
        for what, ours, theirs in (
            ("weight", found.weight, claim.weight),
            ("risk", found.risk, claim.risk),
        ):
            value = value_at(ours, sizes)
            claimed = value_at(expanded(theirs, claim.definitions), at)
            errors[what].append(_fraction(claimed / value - 1))
    for what, seen in errors.items():
        if not abs(seen[-1]) <= VANISHING * abs(seen[0]):
            raise Falsified(
                f"the relative error of the {what} does not vanish",
                f"d = {', '.join(map(str, SIZES))}",
                ", ".join(f"{float(v):.4g}" for v in seen),
                "0 in the limit",
            )
    derived = {"weight": variant.derivation.weight, "risk": variant.derivation.risk}
    claims = {"weight": claim.weight, "risk": claim.risk}
    for what, seen in errors.items():
        theirs = expanded(claims[what], claim.definitions)
        error = compare(theirs, derived[what], regime).error
        said = sympy.Integer(0) if error is None else error.expression
        _near(f"relative error of the {what}", _fraction(_at(subject, said)), seen[-1])
    _printed(subject, exact)
    shown = ", ".join(f"{k} = {v}" for k, v in CONSTANTS.items())
    scaled = ", ".join(f"{float(v[-1] * SIZES[-1]):.4g} ({what})" for what, v in errors.items())
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"d times the relative error is {scaled} at d = {SIZES[-1]:.0e}, {shown}, as derived; so "
        "are the limits of L*/d and n'/n",
        examined=2 * len(SIZES),
        data={what: [str(v) for v in seen] for what, seen in errors.items()},
    )


def _printed(subject: Subject, exact: Exact) -> None:
    """The limit of the risk, and the effective sample size, against interpolated risks."""
    variant = exact.variant
    *_, at = points(subject)
    found = risk_polynomial(variant.design, exact.optimum.predictor, _scalars_of(exact, at))
    sizes = {n: at[n], d: at[d]}
    least = value_at(found.risk, sizes)
    _near(
        "leading term of the risk",
        _fraction(_at(subject, variant.risk.exact.expression)),
        _fraction(least),
    )
    # Independent data with that many examples, by their own interpolated risk.
    alike = independent.isotropic()
    noise = tuple((p.name, _fraction(at[p.symbol])) for p in alike.parameters)
    reference = risk_polynomial(alike, exact.optimum.predictor, noise)
    size = value_at(variant.sample_size, at)
    there = value_at(reference.risk, {n: size, d: at[d]})
    ours, theirs = (
        risk / value_at(polynomial.constant, {n: at[n], d: at[d]})
        for risk, polynomial in ((least, found), (there, reference))
    )
    if ours != theirs:
        where = f"d = {at[d]}"
        raise Falsified("the effective sample size is wrong", where, ours, theirs)
    limit = subject.regime.leading(variant.sample_size / n).expression
    _near("limit of n'/n", _fraction(_at(subject, limit)), _fraction(size / at[n]))


def _at(subject: Subject, expr: sympy.Expr) -> sympy.Expr:
    """An expression in the regime's constants and d, at the constants and the largest d."""
    table = {c: sympy.Rational(CONSTANTS[c.name]) for c in subject.regime.constants}
    return value_at(expr, {**table, d: sympy.Integer(SIZES[-1])})


def _near(what: str, derived: Fraction, exact: Fraction) -> None:
    """The derived leading term is the exact value up to the next order."""
    if abs(derived - exact) > NEAR * abs(exact):
        raise Falsified(f"the derived {what} is wrong", f"d = {SIZES[-1]}", exact, derived)


def _scalars_of(exact: Exact, at: Mapping[sympy.Symbol, sympy.Rational]) -> Scalars:
    return tuple((p.name, _fraction(at[p.symbol])) for p in exact.variant.design.parameters)


def _any_covariances(design: Design, predictor: Predictor, settings: Settings) -> Finding:
    """The optimum for general covariances at small sizes, exact and in floating point."""
    random = Random(settings.seed)
    optimum = derive(design, predictor).plain
    name = optimum.variable.name
    for count, size in GENERAL:
        at = random_instance(design, count, size, random, 3)
        while any(m.det() == 0 for m in at.matrices.values()):
            at = random_instance(design, count, size, random, 3)
        weight, risk = optimum.at(at.scalars, at.matrices, at.arithmetic)
        line = risk_along(predictor, {name: weight}, {name: random_matrix(random, size, 9)}, at)
        if line[0] != risk or line[1] != 0:
            raise Falsified("the optimum for any covariances is wrong", at, line[:2], (risk, 0))
        scalars = {k: float(v) for k, v in at.scalars.items() if k not in ("n", "d")}
        rough = {**scalars, "n": count, "d": size}
        matrices = {k: FLOATING.matrix(m) for k, m in at.matrices.items()}
        _, least = optimum.at(rough, matrices, FLOATING)
        if abs(least - float(risk)) > ROUNDED * float(risk):
            raise Falsified("the floating optimum for any covariances is off", at, risk, least)
    shown = " and ".join(f"({a}, {b})" for a, b in GENERAL)
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"value and slope exact, and the same in floating point, at (n, d) = {shown} with "
        "covariances that do not commute; other sizes are not decided here",
        examined=len(GENERAL),
    )


def _fraction(value: sympy.Expr) -> Fraction:
    # a wrong claim may be irrational; then 50 digits are enough to see it
    number = sympy.Rational(value if value.is_Rational else value.evalf(50))
    return Fraction(int(number.p), int(number.q))
