"""Witness: Hypothesis looks for sizes at which an exact optimum or the claimed limit fails."""

from __future__ import annotations

from fractions import Fraction

import sympy
from hypothesis import strategies as st

from theory.algebra.definitions import expanded
from theory.scalars.rational import value_at
from theory.scalars.symbols import d
from verify.falsified import Falsified
from verify.hunt import hunt
from verify.limit.joined import joined
from verify.limit.subject import Subject
from verify.optimum import properties
from verify.settings import Settings
from verify.strategies import rationals
from verify.verdict import Finding

NAME = "properties"
Constants = dict[sympy.Symbol, sympy.Rational]


def examine(subject: Subject, settings: Settings) -> Finding:
    """Optimality and value of the derived optima, and the claim along drawn regimes."""
    findings = {e.name: properties.examine(e.optimum, settings) for e in subject.exact}
    checks = {"vanishing error": lambda at, data: _vanishing(subject, at)}
    findings["the claim"] = hunt(checks, constants(subject), settings)
    return joined(NAME, findings)


def constants(subject: Subject) -> st.SearchStrategy[Constants]:
    """Values of the regime's constants: positive squares, so that their roots are rational."""
    root = rationals(Fraction(1, 4), Fraction(3, 2), 4)
    value = root.map(lambda f: sympy.Rational(str(f)) ** 2)
    return st.fixed_dictionaries(dict.fromkeys(subject.regime.constants, value))


def _vanishing(subject: Subject, at: Constants) -> None:
    """At d = 10^12 the relative error of the claim is below 10^-3, exactly."""
    here = {**at, d: sympy.Integer(10**12)}
    table = {s: v.subs(here) for s, v in subject.regime.substitution} | {d: here[d]}
    claim, derived = subject.claim, subject.about.variant.derivation
    for what, ours, theirs in (
        ("weight", derived.weight, claim.weight),
        ("risk", derived.risk, claim.risk),
    ):
        exact = value_at(ours, table)
        claimed = value_at(expanded(theirs, claim.definitions), table)
        if not abs(claimed - exact) <= abs(exact) * sympy.Rational(1, 10**3):
            shown = ", ".join(f"{s} = {v}" for s, v in here.items())
            raise Falsified(f"the {what} is off by more than 1e-3", shown, exact, claimed)
