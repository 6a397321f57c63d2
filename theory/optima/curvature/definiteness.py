"""Where a Hessian is positive definite: the domain that a claim names, and whether that suffices.

A rational function is factored; a factor that is not visibly positive over the closed ranges has to
be among the scalars that the domain assumes positive. A polynomial in covariances is positive
definite where it is a sum of non-negative terms, one of which has a positive coefficient and
positive definite letters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.traces import Trace
from theory.algebra.words import Kind, Word, transpose
from theory.designs.design import Design, ranges_of
from theory.designs.instance import Instance
from theory.optima.curvature.convexity import cut
from theory.optima.curvature.hessian import Hessian, InvariantHessian
from theory.risks.claim import Claim
from theory.scalars.rational import cancelled, factored
from theory.scalars.signs import is_nonnegative, is_positive


@dataclass(frozen=True)
class Domain:
    """The instances of a design of which something is claimed.

    Parameters
    ----------
    design
        The design; its parameters keep to their closed ranges.
    definite
        Covariances that are positive definite.
    positive
        Scalars that are positive; traces of products of covariances may occur.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> domain = Domain(designs.rag, positive=(1 - designs.alpha,))
    >>> at = instance(designs.rag, n=2, d=2, scalars={"alpha": 1, "sigma": 0})
    >>> domain.holds_at(at)
    False
    """

    design: Design
    definite: tuple[str, ...] = ()
    positive: tuple[sympy.Expr, ...] = ()

    def holds_at(self, at: Instance) -> bool:
        """Whether an exact instance of the design belongs to the domain."""
        return all(at.matrices[name].det() != 0 for name in self.definite) and all(
            Claim(sympy.Integer(0), scalar).risk_at(at) > 0 for scalar in self.positive
        )

    def without(self, condition: str | sympy.Expr) -> Domain:
        """The larger domain in which one condition is dropped."""
        return replace(
            self,
            definite=tuple(c for c in self.definite if c != condition),
            positive=tuple(c for c in self.positive if c != condition),
        )

    @property
    def conditions(self) -> tuple[str | sympy.Expr, ...]:
        """All that is assumed beside the closed ranges."""
        return (*self.definite, *self.positive)


def is_definite(hessian: Hessian, domain: Domain) -> bool:
    """Whether a Hessian is visibly positive definite on a domain, for all sizes.

    >>> from theory.language.gallery import designs
    >>> from theory.optima.curvature.hessian import hessian
    >>> is_definite(hessian(designs.rag), Domain(designs.rag))
    False
    >>> is_definite(hessian(designs.rag), Domain(designs.rag, positive=(1 - designs.alpha,)))
    True
    """
    if isinstance(hessian, InvariantHessian):
        values = (hessian.symmetric, hessian.antisymmetric, hessian.identity)
        return all(positive_on(v, domain) for v in values)
    return all(_definite(p, domain) for p in (hessian.left, hessian.right))


def positive_on(value: sympy.Expr, domain: Domain) -> bool:
    """Whether a rational function is visibly positive on a domain.

    >>> from theory.language.gallery import designs
    >>> positive_on((designs.alpha**2 - 1) ** 2, Domain(designs.rag, (), (1 - designs.alpha,)))
    True
    """
    ranges = ranges_of(domain.design)
    sign = 1
    for factor in sympy.Mul.make_args(factored(value)):
        base, power = factor.as_base_exp()
        if is_positive(base, ranges):
            continue
        if is_positive(-base, ranges):
            sign *= (-1) ** int(power)
            continue
        ratios = (cancelled(base / c) for c in domain.positive if not c.has(sympy.Trace))
        known = [r for r in ratios if r.is_number]
        if not known:
            return False
        sign *= int(sympy.sign(known[0])) ** int(power)
    return sign > 0


def _definite(polynomial: MatrixPolynomial, domain: Domain) -> bool:
    strict = False
    for word, c in polynomial.terms.items():
        if transpose(word) != word or not _nonnegative(c, domain):
            return False
        strict = strict or (_all_definite(word, domain) and _assumed(c, domain))
    return strict


def _nonnegative(coefficient: TracePolynomial, domain: Domain) -> bool:
    """Every term a non-negative number times traces of products of two squares."""
    ranges = ranges_of(domain.design)
    return all(
        is_nonnegative(c, ranges) and all(_is_square(t) for t in monomial)
        for monomial, c in coefficient.terms.items()
    )


def _is_square(trace: Trace) -> bool:
    return cut(trace) is not None or len(trace.word) == 1


def _all_definite(word: Word, domain: Domain) -> bool:
    """Whether a palindrome of symmetric letters holds none that may be singular."""
    return all(f.letter.kind is Kind.SYMMETRIC and f.letter.name in domain.definite for f in word)


def _assumed(coefficient: TracePolynomial, domain: Domain) -> bool:
    """Whether a non-negative coefficient is positive, as such or by assumption."""
    if not any(coefficient.terms):
        return positive_on(coefficient.constant, domain)
    expr = symbolic.scalar(coefficient)
    return any(sympy.expand(expr - c) == 0 for c in domain.positive)
