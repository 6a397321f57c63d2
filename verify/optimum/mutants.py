"""Wrong versions of a claim, made from the record: each has to be refuted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import sympy
from sympy import MatPow, MatrixSymbol, Trace

from theory.language.gallery import designs
from theory.optima.derivation import Derivation, derive
from theory.risks.claim import Claim
from theory.scalars.symbols import d, n
from verify.controls import Break, Mutant
from verify.odd_moments import advantage_of_attention
from verify.optimum.subject import Subject

sigma = sympy.Symbol("sigma")
HALF = sympy.Rational(1, 2)


def mutants(subject: Subject) -> Iterator[Mutant]:
    """Slips in the claim, and one in the derivation."""
    for name, change in CHANGES.items():
        claim = change(subject.claim)
        if claim is not None:
            yield Mutant(name, replace(subject, claim=claim))
    yield Mutant("2n tr -> n tr in the risk", _halved(subject))
    if subject.design == designs.independent:
        yield Mutant("W* transposed, query task Gamma beta", transposed(subject), shifted(subject))


Change = Callable[[Claim], Claim | None]


def _everywhere(claim: Claim, table: dict[sympy.Basic, sympy.Basic]) -> Claim:
    return Claim(
        claim.weight.xreplace(table),
        claim.risk.xreplace(table),
        tuple((name, meaning.xreplace(table)) for name, meaning in claim.definitions),
    )


def _in_definitions(claim: Claim, table: dict[sympy.Basic, sympy.Basic]) -> Claim:
    changed = tuple((name, meaning.xreplace(table)) for name, meaning in claim.definitions)
    return replace(claim, definitions=changed)


def _shifted(by: int) -> Change:
    """Every ``n + 1`` (or ``n + d + 1``) moved by a constant."""

    def change(claim: Claim) -> Claim:
        found = {
            node
            for expr in (claim.weight, claim.risk)
            for node in sympy.preorder_traversal(expr)
            if node.is_Add and n in node.args and sympy.Integer(1) in node.args
        }
        return _everywhere(claim, {node: node + by for node in found})

    return change


def _trace_of_definition(claim: Claim) -> Claim:
    traces = {t for _, meaning in claim.definitions for t in meaning.atoms(Trace)}
    return _in_definitions(claim, {t: sympy.Integer(0) for t in traces})


def _swapped(claim: Claim) -> Claim:
    x, beta = (MatrixSymbol(name, d, d) for name in ("Sigma_x", "Sigma_beta"))
    return _everywhere(claim, {x: beta, beta: x})


def _rootless(expr: sympy.Expr) -> sympy.Expr:
    powers = [p for p in expr.atoms(MatPow) if abs(p.exp) == HALF]
    return expr.xreplace({p: p.base ** (2 * p.exp) for p in powers})


def _no_root_in_definitions(claim: Claim) -> Claim:
    changed = tuple((name, _rootless(meaning)) for name, meaning in claim.definitions)
    return replace(claim, definitions=changed)


def _no_root_in_weight(claim: Claim) -> Claim:
    return replace(claim, weight=_rootless(claim.weight))


def _gain(claim: Claim, factor: sympy.Expr) -> Claim:
    """The term the risk gains from the examples, the one with n in front, times a factor."""
    terms = [t * factor if n in t.args else t for t in sympy.Add.make_args(claim.risk)]
    return replace(claim, risk=sympy.Add(*terms))


def _exchanged_sizes(claim: Claim) -> Claim | None:
    if claim.definitions:
        return None
    return _everywhere(claim, {n: d, d: n})


CHANGES: dict[str, Change] = {
    "n + 1 -> n": _shifted(-1),
    "n + 1 -> n + 2": _shifted(1),
    "sigma^2 -> sigma": lambda claim: _everywhere(claim, {sigma**2: sigma}),
    "M without the noise": lambda c: _in_definitions(c, {sigma**2: sympy.Integer(0)}),
    "M without the trace": _trace_of_definition,
    "Sigma_x and Sigma_beta swapped": _swapped,
    "Sigma without its square roots": _no_root_in_definitions,
    "W* without its square roots": _no_root_in_weight,
    "n tr -> tr in the optimal risk": lambda claim: _gain(claim, 1 / n),
    "n tr -> 2n tr in the optimal risk": lambda claim: _gain(claim, sympy.Integer(2)),
    "a sign in the optimal risk": lambda claim: _gain(claim, sympy.Integer(-1)),
    "W* with a 1/n": lambda claim: replace(claim, weight=claim.weight / n),
    "n and d exchanged": _exchanged_sizes,
}


def _halved(subject: Subject) -> Subject:
    """A derivation gone wrong: half of the linear part of the risk is lost."""
    plain = subject.derivation.plain
    wrong = plain.polynomial - plain.polynomial.part(1, plain.variable) * sympy.Rational(1, 2)
    broken = replace(subject.derivation, plain=replace(plain, polynomial=wrong))
    return replace(subject, derivation=broken)


def shifted(subject: Subject) -> Subject:
    """The design whose query task is ``Gamma beta``: there the optimal weight is not symmetric."""
    found: Derivation = derive(designs.shifted_task, subject.predictor)
    claim = Claim(found.weight, found.risk, found.definitions)
    return Subject(designs.shifted_task, subject.predictor, claim, found, subject.regular)


def transposed(subject: Subject) -> Subject:
    """The same with the weight transposed, which is wrong."""
    right = shifted(subject)
    return replace(right, claim=replace(right.claim, weight=right.claim.weight.T))


def truths(subject: Subject) -> Iterator[Mutant]:
    """The right claim of the design that the transposed one is made for."""
    if subject.design == designs.independent:
        yield Mutant("query task Gamma beta", shifted(subject))


def breaks(subject: Subject) -> Iterator[Break]:
    """A task of non-zero mean, where attention beats the claimed optimum."""
    gap = advantage_of_attention()
    yield Break(
        "a task of non-zero mean, where attention should beat PGD",
        gap.seen,
        gap.says,
        gap.as_data(),
    )
