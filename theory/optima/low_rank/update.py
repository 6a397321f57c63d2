"""The best low-rank update of a weight: the risk as a square, then Eckart and Young.

Around its minimum a quadratic risk is ``L* + scale tr(outer (W - W*) metric (W - W*)')``. In
whitened coordinates ``outer`` is the identity, so it is a squared norm of ``(V - V*) B^{1/2}``, and
the best approximation by matrices of rank r is a truncated singular value decomposition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import flint
import numpy as np
import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import derivative, substitute, substitute_matrix
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, identity, letter
from theory.algebra.roots import Root
from theory.algebra.spectral import EIGENVALUE, eigenfunction, trace_functional
from theory.algebra.spectrum import added, eigenvalues, total
from theory.algebra.whitening import ROOT, WEIGHT, Whitening
from theory.algebra.words import ONE, D, Letter, N, fixed, symmetric
from theory.designs.design import Design, ranges_of
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.designs.prompt import Prompt
from theory.errors import Underivable
from theory.optima.minimisation import minimise
from theory.optima.optimum import Optimum
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT, FLOATING, fraction
from theory.scalars.cleared import CLEARED
from theory.scalars.rational import is_zero

ROUNDING = 1e-13
"""Relative size below which a floating eigenvalue of a covariance counts as zero."""


@dataclass(frozen=True)
class Square:
    """A risk written as ``L* + scale tr(outer (W - W*) metric (W - W*)')``.

    Build it with :func:`complete`, which proves it.

    Parameters
    ----------
    optimum
        The minimiser ``W*`` and the polynomial it minimises.
    scale
        A scalar.
    outer, metric
        Symmetric positive semi-definite matrix polynomials.
    """

    optimum: Optimum
    scale: sympy.Expr
    outer: MatrixPolynomial
    metric: MatrixPolynomial

    def form_at(self, at: Instance, difference: Any) -> tuple[Any, Any]:
        """``scale difference metric difference'`` and ``outer``, as numbers.

        The eigenvalues of their product are the squared singular values that a truncation loses.
        """
        values = at.values
        scale = values.scalar(TracePolynomial.of(self.scale))
        back = at.arithmetic.transpose(difference)
        return difference * values.matrix(self.metric) * back * scale, values.matrix(self.outer)


def complete(optimum: Optimum) -> Square:
    """Write the risk of an optimum as a square, and prove it from the polynomial.

    At ``T + U`` the risk is that at ``T``, a part linear in ``U`` and a part quadratic in ``U``.
    The linear one is found to be ``2 scale tr(outer (T B - C) tail U')``, where ``W* = C B^{-1}``,
    so at ``T = W*`` it vanishes; the quadratic one is ``scale tr(outer U B tail U')``.

    Raises :class:`~theory.errors.Underivable` where the polynomial is not of this form.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> whitening = Whitening("Sigma_x", (("Sigma_beta", "Sigma"),))
    >>> best_update(designs.independent, predictors.pgd, whitening).white.scale
    n
    """
    risk, weight, solution = optimum.polynomial, optimum.variable, optimum.quotient
    if solution is None:
        raise Underivable("a multiple of the identity is not completed to a square")
    start, step = (fixed(name, weight.rows, weight.cols) for name in ("T", "U"))
    t, u = letter(start), letter(step)
    around = substitute(risk, {weight: t + u})
    second, linear = around.part(2, step), around.part(1, step)
    for outer, tail in _frames(second, step):
        metric = solution.denominator @ tail
        form = (outer @ u @ metric @ u.mT).trace()
        scale = _ratio(second, form)
        if scale is None or second != form * scale:
            continue
        residual = (t @ solution.denominator - solution.numerator) @ tail
        if linear == (outer @ residual @ u.mT).trace() * (2 * scale):
            return Square(optimum, scale, outer, metric)
    raise Underivable(f"the risk {risk} is not completed to a square")


def _frames(
    second: TracePolynomial, step: Letter
) -> Iterator[tuple[MatrixPolynomial, MatrixPolynomial]]:
    """What may stand before the weight, and after the denominator, in the second-order part."""
    for word, _ in derivative(second, step).sorted_terms():
        at = next(k for k, factor in enumerate(word) if factor.letter == step)
        after = word[at + 1 :]
        outer = MatrixPolynomial(step.rows, step.rows, {word[:at]: 1})
        for cut in range(len(after) + 1):
            yield outer, MatrixPolynomial(step.cols, step.cols, {after[cut:]: 1})


def _ratio(a: TracePolynomial, b: TracePolynomial) -> sympy.Expr | None:
    """The scalar that may make ``b`` equal to ``a``."""
    for monomial, c in b.sorted_terms():
        if monomial in a.terms:
            return sympy.cancel(a.terms[monomial] / c)
    return None


@dataclass(frozen=True)
class BestUpdate:
    """What the engine finds about updates of rank r.

    Parameters
    ----------
    white, plain
        The risk as a square, in whitened and in the original coordinates.
    total, top, bottom
        The risk of the weight zero; and, as functions of an eigenvalue of the whitened task
        covariance, numerator and denominator of the optimal weight.
    """

    white: Square
    plain: Square
    total: sympy.Expr
    top: sympy.Expr
    bottom: sympy.Expr

    @property
    def optimal(self) -> sympy.Expr:
        """The optimal whitened weight as a function of an eigenvalue."""
        return self.top / self.bottom

    @property
    def gain(self) -> sympy.Expr:
        """What the optimal weight takes off the risk of predicting zero, for one eigenvalue."""
        return self.white.scale * self.top**2 / self.bottom

    def contribution(self, weight: sympy.Expr) -> sympy.Expr:
        """The same for any weight."""
        return self.white.scale * (2 * weight * self.top - weight**2 * self.bottom)

    def loss(self, weight: sympy.Expr) -> sympy.Expr:
        """What the risk loses by this weight in place of the optimal one, for one eigenvalue."""
        return self.white.scale * self.bottom * (weight - self.optimal) ** 2

    def minimum_at(self, at: Instance) -> tuple[Any, Any]:
        """The optimal weight of any rank and its risk."""
        return self.plain.optimum.at(at)

    def at(self, at: Instance, rank: int, start: Any) -> tuple[Any, Any]:
        """The best weight ``start + U`` with ``rank U <= rank``, and its risk.

        At an exact instance the risk is a Fraction or, where it is irrational, a SymPy expression;
        the weight is exact where the eigenvalues involved allow it and floating otherwise. Raises
        ZeroDivisionError where the optimum is not unique.
        """
        weight, least = self.minimum_at(at)
        if rank == at.d:
            return weight, at.arithmetic.plain(least)
        inside = _cleared(at) if at.exact else at
        form, outer = self.plain.form_at(inside, inside.arithmetic.matrix(weight - start))
        worst = least + inside.arithmetic.trace_of_product(form, outer)
        if rank == 0:
            return start, at.arithmetic.plain(worst)
        if not at.exact:
            return _truncated(form, outer, start, weight - start, least, rank)
        product, outer = (form * outer).rational, outer.rational
        roots = eigenvalues(product)
        risk = added(fraction(worst), -total(roots[:rank]))
        projector = _projector(product, outer, roots, rank)
        if projector is not None:
            return start + projector * (weight - start), risk
        nearly, _ = self.at(at.floating, rank, FLOATING.matrix(start))
        return nearly, risk


def _cleared(at: Instance) -> Instance:
    """An exact instance, its matrices over common denominators."""
    matrices = {name: CLEARED.matrix(value) for name, value in at.matrices.items()}
    return replace(at, arithmetic=CLEARED, matrices=matrices)


def _truncated(
    form: Any, outer: Any, start: Any, difference: Any, least: float, rank: int
) -> tuple[Any, float]:
    """The truncated singular value decomposition in the whitened metric, in double precision."""
    values, vectors = np.linalg.eigh(np.asarray(outer))
    values = np.where(values > ROUNDING * len(values) * values[-1], values, 0)
    half = np.sqrt(values)
    inverse = np.divide(1, half, out=np.zeros_like(half), where=half > 0)
    whitened = half[:, None] * (vectors.T @ np.asarray(form) @ vectors) * half
    squares, directions = np.linalg.eigh((whitened + whitened.T) / 2)
    kept = directions[:, -rank:]
    moved = (kept * half[:, None]).T @ (vectors.T @ np.asarray(difference))
    update = vectors @ ((inverse[:, None] * kept) @ moved)
    risk = least + float(np.clip(squares[:-rank], 0, None).sum())
    return start + FLOATING.matrix(update), risk


def _projector(
    product: flint.fmpq_mat, outer: flint.fmpq_mat, roots: Sequence[Root], rank: int
) -> flint.fmpq_mat | None:
    """The projector on leading eigenvectors of ``product``, orthogonal in the metric ``outer``.

    It is rational if with every eigenvalue all its conjugates are kept, and of an eigenspace that
    is kept in part the eigenvalue is rational; otherwise there is none. Of an eigenspace kept in
    part any part will do, and the eigenvalue 0 has nothing to gain.
    """
    size = product.nrows()
    all_of, kept = Counter(roots), Counter(r for r in roots[:rank] if r.rational != 0)
    columns: list[list[flint.fmpq]] = []
    for polynomial in {root.polynomial for root in kept}:
        conjugates = [Root(polynomial, k) for k in range(len(polynomial) - 1)]
        whole = all(kept[root] == all_of[root] for root in conjugates)
        if not whole and len(conjugates) > 1:
            return None
        space = _kernel(polynomial, product)
        columns += space if whole else space[: kept[conjugates[0]]]
    if not columns:
        return EXACT.identity(size) * flint.fmpq(0)
    basis = flint.fmpq_mat([[c[row] for c in columns] for row in range(size)])
    left = basis.transpose() * outer
    return basis * (left * basis).solve(left)


def _kernel(polynomial: tuple[int, ...], of: flint.fmpq_mat) -> list[list[flint.fmpq]]:
    """A basis of the vectors that a polynomial of a matrix annihilates."""
    size = of.nrows()
    value = EXACT.identity(size) * flint.fmpq(0)
    for c in reversed(polynomial):
        value = value * of + EXACT.identity(size) * flint.fmpq(c)
    integer, _ = value.numer_denom()
    basis, count = integer.nullspace()
    return [[flint.fmpq(basis[row, k]) for row in range(size)] for k in range(count)]


@cache
def best_update(design: Design, predictor: Predictor, whitening: Whitening) -> BestUpdate:
    """Complete the risk of a predictor with one weight to a square, in both coordinates.

    Raises :class:`~theory.errors.Underivable` where that fails, or where the two squares are not
    the same one in other coordinates.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> whitening = Whitening("Sigma_x", (("Sigma_beta", "Sigma"),))
    >>> found = best_update(designs.independent, predictors.pgd, whitening)
    >>> found.plain.outer, found.plain.metric
    (1 Sigma_x, (sigma**2 + 1 tr(Sigma_beta Sigma_x)) Sigma_x + n + 1 Sigma_x Sigma_beta Sigma_x)
    """
    (weight,) = predictor.weights
    polynomial, ranges = population_risk(design, predictor), ranges_of(design)
    plain = complete(minimise(polynomial, weight, ranges))
    white = complete(minimise(whitening.apply(polynomial, weight), WEIGHT, ranges))
    _require_same(plain, white, whitening)
    optimum = white.optimum
    solution = optimum.quotient
    assert solution is not None
    of = sympy.MatrixSymbol(whitening.names[0][1], D.dimension, D.dimension)
    top, bottom = (
        eigenfunction(symbolic.matrix(p, optimum.abbreviations), of)
        for p in (solution.numerator, solution.denominator)
    )
    zero = symbolic.scalar(optimum.polynomial.part(0, WEIGHT), optimum.abbreviations)
    found = BestUpdate(white, plain, zero, top, bottom)
    constant, function = trace_functional(optimum.risk, of)
    gains = (found.gain, found.contribution(found.optimal))
    if constant != zero or not all(is_zero(function + gain) for gain in gains):
        raise Underivable(f"the optimal risk {optimum.risk} is not a sum over eigenvalues")
    return found


def _require_same(plain: Square, white: Square, whitening: Whitening) -> None:
    """``R metric R`` of the whitened square is the metric of the plain one, and ``outer = R R``."""
    root = letter(ROOT)
    around = {
        symmetric(new, D): root @ letter(symmetric(old, D)) @ root for old, new in whitening.names
    }
    squared = {symmetric(whitening.covariance, D): root @ root}
    same = (
        plain.scale == white.scale,
        white.outer == identity(D),
        substitute_matrix(plain.outer, squared) == root @ root,
        substitute_matrix(plain.metric, squared)
        == root @ substitute_matrix(white.metric, around) @ root,
    )
    if not all(same):
        raise Underivable("the two squares are not the same one in other coordinates")


def is_increasing(function: sympy.Expr) -> bool:
    """Whether a rational function visibly increases in its eigenvalue, all symbols being >= 0.

    >>> is_increasing(EIGENVALUE**2 / (EIGENVALUE + 1))
    True
    >>> is_increasing(1 / (EIGENVALUE + 1))
    False
    """
    slope = sympy.fraction(sympy.cancel(sympy.diff(function, EIGENVALUE)))
    coefficients = [
        c
        for part in slope
        for c in sympy.Poly(part, *sorted(part.free_symbols | {EIGENVALUE}, key=str)).coeffs()
    ]
    return all(c >= 0 for c in coefficients) or all(c <= 0 for c in coefficients)


def attention_step(attention: Predictor, descent: Predictor) -> MatrixPolynomial:
    """The weight of the gradient step that attention contains, as a word in attention's weights.

    Checked at a prompt of free letters: with this weight the step is all of the prediction that has
    one feature vector and one label of the examples. Raises :class:`~theory.errors.Underivable`
    otherwise.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> attention_step(predictors.att, predictors.pgd)
    1 tr(v_y) C_xx + 1 C_xy v_x'
    """
    features, labels = fixed("X", N, D), fixed("y", N, ONE)
    prompt = Prompt(
        letter(fixed("x", D, ONE)), letter(features), letter(labels), letter(fixed("y0", ONE, ONE))
    )
    words = attention.words()
    weight = words["C_xx"] * words["v_y"].trace() + words["C_xy"] @ words["v_x"].mT
    step = descent.predict(prompt, {descent.weights[0].name: weight}).trace()
    rest = attention.predict(prompt, words).trace() - step
    if (
        any(TracePolynomial({monomial: 1}).degree(features) == 1 for monomial in rest.terms)
        or not step
    ):
        raise Underivable("attention contains another gradient step")
    return weight
