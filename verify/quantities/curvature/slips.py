"""Claims of strong convexity gone wrong: larger domains, and Hessians with a slip in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import sympy

from theory.algebra.polynomials import MatrixPolynomial, identity
from theory.algebra.words import D, Letter, Word
from theory.language.gallery import designs
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import Hessian, InvariantHessian, Kronecker, hessian
from theory.scalars.symbols import d, n
from verify.quantities.curvature.case import HessianCase

sigma = sympy.Symbol("sigma")


def slips(cases: tuple[HessianCase, ...]) -> Iterator[tuple[str, HessianCase, HessianCase]]:
    """Each with its name, and beside the right case that it was made from."""
    turn = -1
    for case in cases:
        for condition in case.domain.conditions:
            larger = replace(case, domain=case.domain.without(condition))
            yield f"without {condition} > 0", larger, case
        isotropic = isinstance(case.hessian, InvariantHessian)
        turn += isotropic
        for k, (name, change) in enumerate((INVARIANT if isotropic else KRONECKER).items()):
            # the isotropic designs share out the slips, every third one to each
            if not isotropic or k % 3 == turn % 3:
                yield name, replace(case, hessian=change(case.hessian)), case


def strangers() -> Iterator[tuple[str, HessianCase]]:
    """Designs to which the claim does not extend."""
    copies, noiseless = designs.rag.at(alpha=1), designs.independent.at(sigma=0)
    for name, domain in (
        ("rag with alpha = 1", Domain(copies)),
        ("independent with sigma = 0, any task", Domain(noiseless, definite=("Sigma_x",))),
    ):
        yield name, HessianCase(domain, hessian(domain.design))


def relatives(case: HessianCase) -> Iterator[tuple[str, HessianCase]]:
    """Right claims: smaller domains, and other designs whose Hessian is the same."""
    if case.design == designs.rag:
        smaller = replace(case.domain, positive=(*case.domain.positive, sigma))
        yield "rag, on a smaller domain", replace(case, domain=smaller)
    if case.design == designs.independent:
        shifted = replace(case.domain, design=designs.shifted_task)
        yield "query task Gamma beta", HessianCase(shifted, hessian(shifted.design))
        plain = Domain(designs.independent.isotropic())
        yield "independent, isotropic", HessianCase(plain, hessian(plain.design))


Change = Callable[[Any], Hessian]


def _each(change: Callable[[sympy.Expr], sympy.Expr]) -> Change:
    """All eigenvalues changed alike."""

    def changed(found: InvariantHessian) -> InvariantHessian:
        values = (found.symmetric, found.antisymmetric, found.identity)
        return InvariantHessian(*(change(v) for v in values))

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
