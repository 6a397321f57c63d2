"""Wrong versions of a claimed limit and of the exact optima; right ones that differ below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import sympy

from theory.risks.claim import Claim
from theory.scalars.symbols import d, n
from verify.controls import Break, Mutant
from verify.limit.subject import Exact, Subject

sigma, alpha, kappa = sympy.symbols("sigma alpha kappa")
Change = Callable[[sympy.Expr], sympy.Expr]


def mutants(subject: Subject) -> Iterator[Mutant]:
    """Slips in the claim that change its leading order, and slips in the exact optima."""
    for name, change in SLIPS.items():
        yield from _changed(subject, name, change)
    for exact in subject.exact:
        for name, change in EXACT_SLIPS.items():
            wrong = _slipped(exact, change, subject)
            right = replace(subject, exact=(exact,), general=None)
            yield Mutant(f"{name} in the exact optimum of {exact.name}", wrong, right)


def truths(subject: Subject) -> Iterator[Mutant]:
    """Changes below the leading order leave the claim right."""
    for name, change in HARMLESS.items():
        claim = subject.claim
        changed = replace(claim, weight=change(claim.weight), risk=change(claim.risk))
        yield Mutant(name, _alone(subject, changed))


def breaks(subject: Subject) -> Iterator[Break]:
    """Where alpha does not shrink with d, the claimed limit fails."""
    found = subject.about.variant
    fixed = {n: 2 * d, sigma: sympy.Integer(0), alpha: sympy.Rational(1, 2)}
    claimed = subject.claim.risk.subs(dict(subject.claim.definitions)).subs(fixed)
    ratio = sympy.limit(sympy.cancel(claimed / found.derivation.risk.subs(fixed)), d, sympy.oo)
    yield Break(
        "alpha fixed while d grows",
        ratio != 1,
        "with alpha = 1/2 fixed, n = 2 d and no noise the claimed risk is "
        f"{ratio} times the exact one in the limit",
        {"ratio": str(ratio)},
    )


def _changed(subject: Subject, name: str, change: Change) -> Iterator[Mutant]:
    claim = subject.claim
    for what in ("weight", "risk"):
        wrong = replace(claim, **{what: change(getattr(claim, what))})
        yield Mutant(f"{name} in the {what}", _alone(subject, wrong), _alone(subject, claim))


def _alone(subject: Subject, claim: Claim) -> Subject:
    """Another claim, without its variants and without the exact optima."""
    return replace(subject, claim=claim, variants=(), exact=(), general=None)


def _slipped(exact: Exact, change: Change, subject: Subject) -> Subject:
    claim = exact.optimum.claim
    wrong = Claim(change(claim.weight), change(claim.risk))
    wrongly = replace(exact, optimum=replace(exact.optimum, claim=wrong))
    return replace(subject, exact=(wrongly,), general=None)


SLIPS: dict[str, Change] = {
    "kappa -> kappa^2": lambda e: e.xreplace({kappa: kappa**2}),
    "kappa -> kappa^{1/2}": lambda e: e.xreplace({kappa: sympy.sqrt(kappa)}),
    "kappa -> 1": lambda e: e.xreplace({kappa: sympy.Integer(1)}),
    "kappa -> 1/kappa": lambda e: e.xreplace({kappa: 1 / kappa}),
    "sigma^2 -> 0": lambda e: e.xreplace({sigma**2: sympy.Integer(0)}),
    "sigma^2 -> sigma": lambda e: e.xreplace({sigma**2: sigma}),
    "n -> 2n": lambda e: e.xreplace({n: 2 * n}),
    "n and d exchanged": lambda e: e.xreplace({n: d, d: n}),
    "a factor 2": lambda e: 2 * e,
}

EXACT_SLIPS: dict[str, Change] = {
    "n -> n + 1": lambda e: e.xreplace({n: n + 1}),
    "d -> d + 1": lambda e: e.xreplace({d: d + 1}),
    "alpha -> 2 alpha": lambda e: e.xreplace({alpha: 2 * alpha}),
    "sigma -> 2 sigma": lambda e: e.xreplace({sigma: 2 * sigma}),
}

HARMLESS: dict[str, Change] = {
    "n -> n + 1, below the leading order": lambda e: e.xreplace({n: n + 1}),
    "d -> d + 2, below the leading order": lambda e: e.xreplace({d: d + 2}),
}
