"""Witness: the exact optima without the moment engine, and the claim at growing sizes.

The derived optima are proved for all sizes as those of any other statement are. For the claim the
risk is interpolated anew, coordinate by coordinate, at points of the regime with ``d`` up to 10^8,
and the relative error has to fall like ``1/d``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import sympy

from theory.rational import value_at
from theory.words import d, n
from verify.comparison import expanded
from verify.falsified import Falsified
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
SLACK = Fraction(1, 2)


def examine(subject: Subject, settings: Settings) -> Finding:
    """Prove the exact optima, and follow the claim through growing sizes."""
    findings = {e.name: interpolation.examine(e.optimum, settings) for e in subject.exact}
    try:
        findings["the claim"] = _claim(subject, subject.about)
    except Falsified as found:
        findings["the claim"] = found.finding(NAME)
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
    """``d`` times the relative error has to settle as d grows a hundredfold, twice."""
    claim = subject.claim
    errors: dict[str, list[Fraction]] = {"weight": [], "risk": []}
    for at in points(subject):
        scalars = tuple((p.name, _fraction(at[p.symbol])) for p in exact.variant.design.parameters)
        found = risk_polynomial(exact.variant.design, exact.optimum.predictor, scalars)
        sizes = {n: at[n], d: at[d]}
        for what, ours, theirs in (
            ("weight", found.weight, claim.weight),
            ("risk", found.risk, claim.risk),
        ):
            value = value_at(ours, sizes)
            claimed = value_at(expanded(theirs, claim.definitions), at)
            errors[what].append(_fraction(at[d] * (claimed / value - 1)))
    for what, scaled in errors.items():
        before, after = (abs(b - a) for a, b in pairwise(scaled))
        settled = after <= SLACK * before or after <= Fraction(1, 10**6)
        if not settled:
            raise Falsified(
                f"d times the relative error of the {what} does not settle",
                f"d = {', '.join(map(str, SIZES))}",
                ", ".join(f"{float(v):.6g}" for v in scaled),
                "a limit",
            )
    seen = ", ".join(f"{float(v[-1]):.4g} ({what})" for what, v in errors.items())
    shown = ", ".join(f"{k} = {v}" for k, v in CONSTANTS.items())
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"d times the relative error settles at {seen} for d up to {SIZES[-1]:.0e}, {shown}",
        examined=2 * len(SIZES),
        data={what: [str(v) for v in scaled] for what, scaled in errors.items()},
    )


def _fraction(value: sympy.Expr) -> Fraction:
    # a wrong claim may be irrational; then 50 digits are enough to see it
    number = sympy.Rational(value if value.is_Rational else value.evalf(50))
    return Fraction(int(number.p), int(number.q))
