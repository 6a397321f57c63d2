"""Degree bounds, read off the words before any moment is taken.

Every expectation is a sum over the index of each inner space of a word, so its degree in ``n`` and
``d`` is at most the number of such sums. Every Gaussian letter brings one factor of its covariance,
and every two of them one covariance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce

import sympy
from sympy import MatrixSymbol

from theory.algebra.definitions import Definitions
from theory.algebra.polynomials import Monomial
from theory.algebra.traces import Trace
from theory.algebra.words import D, Factor, Kind
from theory.designs.by_example import in_words
from theory.designs.design import IDENTITY, Design
from theory.designs.predictors import Predictor
from theory.language.formulas.degrees import degrees
from theory.language.formulas.tree import under_roots
from theory.language.formulas.writing import tree_of
from theory.scalars.rational import cancelled
from theory.scalars.symbols import d, n


@dataclass(frozen=True)
class Degrees:
    """Bounds on the degree of a risk.

    Parameters
    ----------
    n, d
        In the sizes; where there are groups, in n and the parameters of their counts together, if
        those are linear. A d-sum beside a weight does not count: where it matters the weight is a
        multiple of the identity, and it is the same sum as its neighbour's.
    gaussians
        In factors of covariances.
    matrices
        In matrices, once the covariance that is whitened by has become the identity.
    """

    n: int
    d: int
    gaussians: int
    matrices: int


@cache
def risk_degrees(design: Design, predictor: Predictor, whitened: str | None = None) -> Degrees:
    """Bounds for ``E (label - prediction)^2`` with the weights held fixed.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> risk_degrees(designs.independent, predictors.pgd, "Sigma_x")
    Degrees(n=2, d=4, gaussians=8, matrices=3)
    """
    prompt = in_words(design)
    residual = (prompt.label - predictor.predict(prompt, predictor.words())).trace()
    weights = set(predictor.weights)

    def most(count: Callable[[Factor], int]) -> int:
        """Of the squared residual: twice the most in one of its terms."""
        return 2 * max(sum(count(f) for trace in m for f in trace.word) for m in residual.terms)

    def loops(monomial: Monomial) -> int:
        factors = [f for trace in monomial for f in trace.word]
        # terms with letters of one example are one sum over the examples
        own = any(f.letter.along for f in factors)
        return own + sum(f.rows.of_examples and f.letter not in weights for f in factors)

    counts = counted(design)

    def degree_in_n(coefficient: sympy.Expr) -> int:
        # a closed loop over n without a letter, 1'1, is part of the coefficient
        top, _ = sympy.fraction(cancelled(coefficient**2))
        return -(-int(sympy.Poly(top, n, *counts).total_degree()) // 2)

    def halves(factor: Factor) -> int:
        a = factor.letter
        if not a.is_gaussian:
            return 0 if a.kind in (Kind.ONES, Kind.RANDOM) else 2
        ends = (a.row_covariance, a.column_covariance)
        return sum(c is not None and c.name != whitened for c in ends)

    return Degrees(
        n=2 * max(loops(m) + degree_in_n(c) for m, c in residual.terms.items()),
        d=most(lambda f: f.rows == D and f.letter not in weights),
        gaussians=most(lambda f: f.letter.is_gaussian),
        matrices=(most(halves) + 1) // 2,
    )


def counted(design: Design) -> tuple[sympy.Symbol, ...]:
    """The parameters by which groups of examples are counted.

    >>> from theory.language.gallery import shipped
    >>> counted(shipped("partly-retrieved").design)
    (k,)
    """
    found = frozenset().union(*(group.count.free_symbols for group in design.groups))
    return tuple(p.symbol for p in design.parameters if p.symbol in found)


@dataclass(frozen=True)
class Scalars:
    """What the scalar coefficients of a design do to the degrees of its risk.

    Parameters
    ----------
    denominator
        The risk times this polynomial in ``d`` is a polynomial in ``d``.
    d
        How much that raises the bound on the degree in ``d``.
    parameters
        A bound on the degree of the risk times the denominator in the parameters.
    """

    denominator: sympy.Expr
    d: int
    parameters: int


def scalar_degrees(design: Design, predictor: Predictor) -> Scalars:
    """Degrees that come from coefficients such as ``1 / sqrt(alpha^2 d + 1)``.

    The squared coefficients ``c^2`` of the residual are rational functions of ``d``. With Q a
    common denominator of them all, Q times any product of two coefficients is a polynomial, or
    the root of one. Moments of random scalars raise the degree in parameters alone.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> scalar_degrees(designs.task_aligned, predictors.pgd).denominator
    alpha**2*d + 1
    """
    prompt = in_words(design)
    residual = (prompt.label - predictor.predict(prompt, predictor.words())).trace()
    names = {p.symbol for p in design.parameters}
    squares = [sympy.fraction(cancelled(c**2)) for c in residual.terms.values()]
    for top, bottom in squares:
        for part in (top, bottom):
            if not part.is_polynomial(d, n, *names):
                raise TypeError(f"a coefficient of {design.name} is no root of a polynomial in d")
    common = reduce(sympy.lcm, (bottom for _, bottom in squares), sympy.Integer(1))

    def degree(expr: sympy.Expr, *by: sympy.Symbol) -> int:
        return int(sympy.Poly(expr, *by).total_degree()) if by else 0

    rise = max(degree(top, d) - degree(bottom, d) for top, bottom in squares)
    inside = max(degree(top, *names) - degree(bottom, *names) for top, bottom in squares)
    drawn = max(sum(_is_random(t) for t in m) for m in residual.terms)
    laws = 2 * drawn * (1 + len(design.random)) * _of_laws(design)
    of_scalars = max(0, degree(common, *names) + inside) + laws
    return Scalars(common, max(0, degree(common, d) + rise), of_scalars)


def _is_random(trace: Trace) -> bool:
    return trace.word[0].letter.kind is Kind.RANDOM


def _of_laws(design: Design) -> int:
    """The degree in parameters of the arguments of laws, of numerators and denominators.

    A moment of order k is a fraction whose parts have at most k times that degree, and those of
    each scalar have a common denominator.
    """
    most = 0
    for one in design.random:
        for value in one.law.arguments:
            for part in sympy.fraction(cancelled(value)):
                held = sorted(part.free_symbols, key=str)
                if not part.is_polynomial(*held):
                    raise TypeError(f"an argument of the law of {one.name} is no rational function")
                most = max(most, int(sympy.Poly(part, *held).total_degree()) if held else 0)
    return most


def degrees_in_n(expr: sympy.Expr, definitions: Definitions, size: int) -> tuple[int, int]:
    """Bounds on the degrees in n of numerator and denominator of a formula's entries.

    Matrices may not depend on ``n``, and no root may; for that it raises TypeError.

    >>> from theory.scalars.symbols import d, n
    >>> S = sympy.MatrixSymbol("S", d, d)
    >>> degrees_in_n((n * sympy.Identity(d) + S) ** -1, (), 3)
    (2, 3)
    """
    for name, meaning in reversed(definitions):
        expr = expr.xreplace({name: meaning})
    tree = tree_of(expr)
    if under_roots(tree) & {n.name}:
        raise TypeError(f"{expr} has no degree in n")
    matrices = {a.name for a in expr.atoms(MatrixSymbol)} | {IDENTITY}
    return degrees(tree, lambda name: int(name == n.name), matrices, size)


def sizes_are_free(design: Design) -> bool:
    """Whether ``d`` cannot occur in a coefficient: every covariance is one that may be any.

    A closed loop over d without a letter needs the identity, as an own covariance, as a summand of
    one or as what a covariance is beside its inverse; and the rank of a projection may hold d.
    """
    drawn = {c for _, c in (*design.prompt, *design.example)}
    told = {p.name for p in design.projections} | {one.name for one in design.defined}
    return not drawn & {IDENTITY, *told}
