"""Wrong versions of a claim of strong convexity: larger domains, and Hessians gone wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import flint
import sympy

from theory.algebra.polynomials import MatrixPolynomial, identity
from theory.algebra.words import D, Letter, Word
from theory.designs.instance import Instance, instance
from theory.designs.predictors import pgd
from theory.language.gallery import designs
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import Hessian, Invariant, Kronecker, hessian
from theory.risks.coordinates import risk_along
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import d, n
from verify.controls import Break, Mutant
from verify.convexity.subject import Case, Subject
from verify.odd_moments import sizes, written

sigma = sympy.Symbol("sigma")


def mutants(subject: Subject) -> Iterator[Mutant]:
    """The claim on a domain that is too large, and the Hessian with a slip in it."""
    turn = -1
    for case in subject.cases:
        for condition in case.domain.conditions:
            larger = case.domain.without(condition)
            yield _mutant(
                f"{case.name}: without {condition} > 0", replace(case, domain=larger), case
            )
        isotropic = isinstance(case.hessian, Invariant)
        turn += isotropic
        for k, (name, change) in enumerate((INVARIANT if isotropic else KRONECKER).items()):
            # the isotropic designs share out the slips, every third one to each
            if not isotropic or k % 3 == turn % 3:
                found = change(case.hessian)
                yield _mutant(f"{case.name}: {name}", replace(case, hessian=found), case)
    copies = designs.rag.at(alpha=1)
    yield _mutant("rag with alpha = 1", Case(Domain(copies), hessian(copies)))
    noiseless = designs.independent.at(sigma=0)
    domain = Domain(noiseless, definite=("Sigma_x",))
    yield _mutant("independent with sigma = 0, any task", Case(domain, hessian(noiseless)))


def _mutant(name: str, case: Case, of: Case | None = None) -> Mutant:
    return Mutant(name, Subject((case,)), None if of is None else Subject((of,)))


Change = Callable[[Any], Hessian]


def _each(change: Callable[[sympy.Expr], sympy.Expr]) -> Change:
    """All eigenvalues changed alike."""

    def changed(found: Invariant) -> Invariant:
        values = (found.symmetric, found.antisymmetric, found.identity)
        return Invariant(*(change(v) for v in values))

    return changed


INVARIANT: dict[str, Change] = {
    "Hessian doubled": _each(lambda v: 2 * v),
    "n -> n + 1": _each(lambda v: v.subs(n, n + 1)),
    "d -> d + 1": _each(lambda v: v.subs(d, d + 1)),
    "no noise": _each(lambda v: v.subs(sigma, 0)),
    "label scale lost": _each(lambda v: v * sympy.fraction(v)[1]),
    "antisymmetric as symmetric": lambda h: replace(h, antisymmetric=h.symmetric),
    "multiples of I as traceless": lambda h: replace(h, identity=h.symmetric),
}


def _coefficients(change: Callable[[sympy.Expr], sympy.Expr]) -> Change:
    """The coefficients of the right factor changed alike."""

    def changed(found: Kronecker) -> Kronecker:
        terms = {word: c.map_coefficients(change) for word, c in found.right.terms.items()}
        return replace(found, right=MatrixPolynomial(found.right.rows, found.right.cols, terms))

    return changed


def _swapped(found: Kronecker) -> Kronecker:
    other = {"Sigma_x": "Sigma_beta", "Sigma_beta": "Sigma_x"}

    def renamed(word: Word) -> Word:
        def letter(a: Letter) -> Letter:
            return replace(a, name=other.get(a.name, a.name))

        return tuple(f._replace(letter=letter(f.letter)) for f in word)

    terms = {renamed(word): c for word, c in found.right.terms.items()}
    return replace(found, right=MatrixPolynomial(found.right.rows, found.right.cols, terms))


def _without_traces(found: Kronecker) -> Kronecker:
    terms = {
        word: sum((type(c)({m: v}) for m, v in c.terms.items() if not m), start=type(c)())
        for word, c in found.right.terms.items()
    }
    return replace(found, right=MatrixPolynomial(found.right.rows, found.right.cols, terms))


KRONECKER: dict[str, Change] = {
    "Hessian doubled": lambda h: replace(h, left=2 * h.left),
    "n + 1 -> n": _coefficients(lambda c: c.subs(n, n - 1)),
    "n + 1 -> n + 2": _coefficients(lambda c: c.subs(n, n + 1)),
    "M without the noise": _coefficients(lambda c: c.subs(sigma, 0)),
    "M without the trace": _without_traces,
    "Sigma_x and Sigma_beta swapped": _swapped,
    "left factor forgotten": lambda h: replace(h, left=2 * n * identity(D)),
}


def truths(subject: Subject) -> Iterator[Mutant]:
    """Smaller domains, and other designs whose Hessian is the same."""
    for case in subject.cases:
        if case.domain.design == designs.rag:
            domain = replace(case.domain, positive=(*case.domain.positive, sigma))
            yield _mutant("rag, on a smaller domain", replace(case, domain=domain))
        if case.domain.design == designs.independent:
            shifted = replace(case.domain, design=designs.shifted_task)
            yield _mutant("query task Gamma beta", Case(shifted, hessian(shifted.design)))
            plain = Domain(designs.independent.isotropic())
            yield _mutant("independent, isotropic", Case(plain, hessian(plain.design)))


@dataclass(frozen=True)
class _Flat:
    """A direction at an instance, and the curvature there, coordinate by coordinate."""

    name: str
    at: Instance
    direction: list[list[int]]

    @property
    def curvature(self) -> Any:
        direction = EXACT.matrix(self.direction)
        still = EXACT.matrix(self.direction) * 0
        line = risk_along(pgd, {"W": still}, {"W": direction}, self.at)
        second = (*line, flint.fmpq(0), flint.fmpq(0))[2]
        return second * 2


def breaks(subject: Subject) -> Iterator[Break]:
    """Where an assumption fails there is a flat direction."""
    copies = {"alpha": 1, "sigma": 1}
    silent = instance(
        designs.independent, n=2, d=2, scalars={"sigma": 0}, roots={"Sigma_beta": [[0, 0], [0, 0]]}
    )
    singular = instance(
        designs.independent, n=2, d=2, scalars={"sigma": 1}, roots={"Sigma_x": [[1, 0], [0, 0]]}
    )
    for flat in (
        _Flat("a singular Sigma_x", singular, [[0, 0], [0, 1]]),
        _Flat("neither signal nor noise", silent, [[1, 0], [0, 1]]),
        _Flat(
            "rag with alpha = 1, d = 2",
            instance(designs.rag, n=2, d=2, scalars=copies),
            [[0, 1], [-1, 0]],
        ),
    ):
        value = flat.curvature
        yield Break(
            f"{flat.name}, where a direction should be flat",
            value == 0,
            f"{flat.name} ({sizes(flat.at)}): the curvature of the risk in the direction "
            f"W = {written(EXACT.matrix(flat.direction))} is {value}",
            {"at": str(flat.at), "direction": str(flat.direction), "curvature": str(value)},
        )
    single = _Flat(
        "rag with alpha = 1, d = 1", instance(designs.rag, n=2, d=1, scalars=copies), [[1]]
    )
    yield Break(
        f"{single.name}, which should be curved all the same",
        single.curvature > 0,
        f"{single.name} ({sizes(single.at)}): the curvature in the only direction is "
        f"{single.curvature}",
        {"at": str(single.at), "curvature": str(single.curvature)},
    )
