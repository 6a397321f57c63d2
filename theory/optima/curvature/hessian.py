"""The Hessian of a risk in its d x d weight: its quadratic form and its eigenvalues.

Two shapes occur. Where no matrix but the weight is about, rotations leave the Hessian unchanged and
it has three eigenvalues. Where covariances are about, all terms of the gradient carry the weight
between the same left factor and varying right factors, and the Hessian is the Kronecker product
``V -> A V B`` of two symmetric matrices: its eigenvalues are all products of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import flint
import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import derivative
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, letter
from theory.algebra.values import scalar_value
from theory.algebra.words import D, Letter
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import pgd
from theory.errors import Underivable
from theory.optima.curvature.convexity import InvariantForm
from theory.optima.curvature.eigenvalues import smallest
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import cancelled, common_divisor, factored, tidy
from theory.scalars.symbols import d
from theory.text.formulas import Formula, Step, step
from theory.text.rows import Row, row

VARIABLE = pgd.weights[0]
DIRECTION = sympy.MatrixSymbol("V", d, d)


class InvariantHessian(InvariantForm):
    """The Hessian ``sum of eigenvalue * |part of V|^2`` over three orthogonal parts of V.

    The first two, of symmetric and antisymmetric matrices, occur for d >= 2 alone.
    """

    @cached_property
    def second_order(self) -> TracePolynomial:
        """Half of the quadratic form: the second-order part of the risk it belongs to."""
        w = letter(VARIABLE)
        square, mirrored, trace = (w @ w.mT).trace(), (w @ w).trace(), w.trace() * w.trace()
        half = sympy.Rational(1, 2)
        return TracePolynomial.sum(
            [
                (square + mirrored) * (half * half * self.symmetric),
                (square - mirrored) * (half * half * self.antisymmetric),
                trace * (half * (self.identity - self.symmetric) / d),
            ]
        )

    def spectrum_at(self, at: Instance) -> dict[str, tuple[Any, Any]]:
        """The eigenvalues that occur at this d, each with a direction that has it."""
        size, one = at.d, at.arithmetic.identity(at.d)
        found = {"identity": (self._value(self.identity, at), one)}
        if size > 1:
            rows = [[0] * size for _ in range(size)]
            for name, sign in (("symmetric", 1), ("antisymmetric", -1)):
                rows[0][1], rows[1][0] = 1, sign
                value = self._value(getattr(self, name), at)
                found[name] = (value, at.arithmetic.matrix(rows))
        return found

    def smallest_at(self, at: Instance) -> tuple[Any, Any]:
        """The smallest eigenvalue, and a direction that has it."""
        return min(self.spectrum_at(at).values(), key=lambda pair: pair[0])

    def at(self, at: Instance) -> list[list[Any]]:
        """The Hessian as a matrix on d^2 entries, row by row."""
        size = at.d
        values = [self._value(v, at) for v in self.values]
        plus, minus = (values[0] + values[1]) / 2, (values[0] - values[1]) / 2
        trace = (values[2] - values[0]) / size
        return [
            [
                plus * (a == r and b == c)
                + minus * (a == c and b == r)
                + trace * (a == b and r == c)
                for r in range(size)
                for c in range(size)
            ]
            for a in range(size)
            for b in range(size)
        ]

    @staticmethod
    def _value(expr: sympy.Expr, at: Instance) -> Any:
        return scalar_value(expr, at.scalars, at.arithmetic)

    def formulas(self, design: Design) -> tuple[Formula, ...]:
        """How the eigenvalues are written."""
        names = (r"\mu_{\mathrm{sym}}", r"\mu_{\mathrm{anti}}", r"\mu_I")
        pairs = zip(names, self.values, strict=True)
        return tuple(Formula(name, grouped(value, design)) for name, value in pairs)


@dataclass(frozen=True)
class Kronecker:
    """The Hessian ``V -> A V B`` with symmetric A and B.

    Parameters
    ----------
    left, right
        A and B as polynomials in the covariances.
    """

    left: MatrixPolynomial
    right: MatrixPolynomial

    @cached_property
    def second_order(self) -> TracePolynomial:
        """Half of the quadratic form: the second-order part of the risk it belongs to."""
        w = letter(VARIABLE)
        return (self.left @ w @ self.right @ w.mT).trace() * sympy.Rational(1, 2)

    def factors_at(self, at: Instance) -> tuple[Any, Any]:
        """A and B as matrices."""
        left, right = (at.values.matrix(p) for p in (self.left, self.right))
        return left, right

    def smallest_of(self, at: Instance) -> dict[str, tuple[Any, Any]]:
        """The smallest eigenvalues of A and of B, each with an eigenvector."""
        left, right = (smallest(m, at.arithmetic) for m in self.factors_at(at))
        return {"left": left, "right": right}

    def smallest_at(self, at: Instance) -> tuple[Any, Any]:
        """The smallest eigenvalue, the product of theirs, and a direction that has it."""
        (a, u), (b, v) = self.smallest_of(at).values()
        if isinstance(u, flint.fmpq_mat) and isinstance(v, flint.fmpq_mat):
            return a * b, u * v.transpose()
        u, v = (
            EXACT.plain(m).astype(float) if isinstance(m, flint.fmpq_mat) else m for m in (u, v)
        )
        return float(a) * float(b), u @ v.T

    def at(self, at: Instance) -> list[list[Any]]:
        """The Hessian as a matrix on d^2 entries, row by row."""
        left, right = self.factors_at(at)
        size = range(at.d)
        return [[left[a, r] * right[c, b] for r in size for c in size] for a in size for b in size]


Hessian = InvariantHessian | Kronecker


def grouped(expr: sympy.Expr, design: Design) -> sympy.Expr:
    """A rational function by powers of the design's bounded parameter, where it has one.

    Where that parameter s goes up to 1, ``(s - 1)(s + 1)`` is written ``-(1 - s^2)``.

    >>> from theory.language.gallery.designs import alpha, rag
    >>> grouped(2 * d * (1 - alpha**4) - 2 * d * (1 - alpha**2), rag)
    2*alpha**2*d*(1 - alpha**2)
    """
    for p in design.parameters:
        if p.high == 1:
            one, rest, count = 1 - p.symbol**2, factored(expr), 0
            while rest != 0 and cancelled(rest).subs(p.symbol, 1) == 0:
                ratio = cancelled(rest / one)
                if sympy.fraction(ratio)[1].subs({p.symbol: -1}) == 0:
                    break
                rest, count = ratio, count + 1
            return sympy.Mul(tidy(rest, p.symbol, {}), one**count)
    return factored(expr)


def curvature(polynomial: TracePolynomial, direction: Any, at: Instance) -> Any:
    """The quadratic form of a Hessian with this second-order part, in a direction.

    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> at = instance(designs.isotropic_noiseless, n=1, d=1)
    >>> curvature(hessian(designs.isotropic_noiseless).second_order, EXACT.identity(1), at)
    6
    """
    return 2 * at.values.put({VARIABLE.name: direction}).scalar(polynomial)


@cache
def second_order(design: Design) -> TracePolynomial:
    """The second-order part of the risk of PGD, by taking Gaussian moments.

    >>> from theory.language.gallery import designs
    >>> second_order(designs.isotropic_noiseless)
    (n*(d + n + 1)) tr(W W')
    """
    return population_risk(design, pgd).part(2, VARIABLE)


@cache
def hessian(design: Design) -> Hessian:
    """The Hessian of the risk of PGD in its weight.

    Raises :class:`~theory.errors.Underivable` where it has neither shape.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> hessian(designs.isotropic_noiseless).antisymmetric
    2*n*(d + n + 1)
    >>> hessian(designs.independent).left
    2*n Sigma_x
    """
    second = second_order(design)
    if second.letters == {VARIABLE}:
        return InvariantHessian.of(second * 2, VARIABLE)
    return _kronecker(second, VARIABLE)


def _kronecker(second: TracePolynomial, weight: Letter) -> Kronecker:
    gradient = derivative(second, weight)
    left: tuple[Any, ...] | None = None
    right = []
    for word, c in gradient.sorted_terms():
        at = [k for k, f in enumerate(word) if f.letter == weight]
        if len(at) != 1 or word[at[0]].transposed or c.degree(weight):
            raise Underivable(f"the Hessian has the coupled term {c} {word}")
        if left not in (None, word[: at[0]]):
            raise Underivable("the terms of the Hessian have different left factors")
        left = word[: at[0]]
        right.append((word[at[0] + 1 :], c))
    assert left is not None
    content = common_divisor([v for _, c in right for v in c.terms.values()])
    found = Kronecker(
        MatrixPolynomial(D, D, {left: content}),
        MatrixPolynomial(D, D, {word: c * (1 / content) for word, c in right}),
    )
    if found.left != found.left.mT or found.right != found.right.mT:
        raise Underivable("the factors of the Hessian are not symmetric")
    return found


def smallest_product(left: sympy.Expr, right: sympy.Expr) -> Row:
    """The product of the smallest eigenvalues of two matrices."""
    least = r"\lambda_{\min}("
    return row(least, left, r")\, ", least, right, ")")


def steps(design: Design) -> tuple[Step, ...]:
    """How the Hessian of a design was found."""
    found = hessian(design)
    named = rf"\text{{{design.name}}}"
    if isinstance(found, Kronecker):
        left, right = (symbolic.matrix(p) for p in (found.left, found.right))
        return (
            step(
                f"{design.name}: the Hessian in the direction $V$, by differentiating words twice",
                Formula(rf"\nabla^2 L_{{{named}}}[V]", left * DIRECTION * right),
            ),
            step(
                "It is a Kronecker product of symmetric matrices, so its eigenvalues are the "
                "products of theirs, and the smallest one belongs to the two smallest",
                Formula(
                    rf"\lambda_{{\min}}(\nabla^2 L_{{{named}}})", smallest_product(left, right)
                ),
            ),
        )
    return (
        step(
            f"{design.name}: rotations leave the Hessian unchanged; these are its eigenvalues on "
            "symmetric matrices of trace zero, antisymmetric matrices (both for $d \\ge 2$ alone) "
            "and multiples of the identity",
            *found.formulas(design),
        ),
    )
