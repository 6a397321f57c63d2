"""Powers of a quadratic form in a Gaussian vector, from one power to the next, by parts.

For ``s = s(x)`` homogeneous of degree two and ``x ~ N(0, C)``, Euler's ``2 s = x' grad s`` and
Stein's ``E[x' F] = E[div (C F)]`` with ``F = s^(k-1) grad s / 2`` give, for every k at once,

    E s^k = E[ s^(k-1) div(C grad s) + (k-1) s^(k-2) (grad s)' C (grad s) ] / 2 .

Where ``(grad s)' C (grad s)`` is a multiple of s, this is a recursion in k.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.algebra.calculus import derivative, substitute
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, letter, trace_of
from theory.algebra.words import ONE, Letter, fixed
from theory.errors import Underivable


@dataclass(frozen=True)
class Recursion:
    """``E s^k = factor E s^(k-1)`` for every ``k >= 1``, starting from ``E s^0 = 1``.

    Parameters
    ----------
    order
        The symbol k.
    divergence
        ``div(C grad s)``, a scalar.
    ratio
        ``(grad s)' C (grad s) = ratio s``.
    """

    order: sympy.Symbol
    divergence: sympy.Expr
    ratio: sympy.Expr

    @property
    def factor(self) -> sympy.Expr:
        return sympy.expand((self.divergence + (self.order - 1) * self.ratio) / 2)

    def product(self, index: sympy.Symbol) -> sympy.Product:
        """The closed form, as a product over an index from 1 to the order."""
        return sympy.Product(self.factor.subs(self.order, index), (index, 1, self.order))


def recursion(form: TracePolynomial, order: sympy.Symbol) -> Recursion:
    """The recursion for the powers of a quadratic form in one Gaussian vector.

    Raises :class:`~theory.errors.Underivable` where the recursion does not close.

    Examples
    --------
    >>> from theory.algebra.words import D, gaussian
    >>> x = letter(gaussian("x", D, ONE))
    >>> recursion((x.mT @ x).trace(), sympy.Symbol("k")).factor
    d + 2*k - 2
    """
    gaussians = [a for a in form.letters if a.is_gaussian]
    if len(gaussians) != 1 or gaussians[0].cols != ONE:
        raise Underivable(f"{form} is not a form in one Gaussian vector")
    (x,) = gaussians
    free = fixed(x.name, x.rows, x.cols)
    s = substitute(form, {x: letter(free)})
    gradient = derivative(s, free)
    if (letter(free).mT @ gradient).trace() != s * 2:
        raise Underivable(f"{form} is not quadratic in {x}")
    moved = letter(x.row_covariance) @ gradient if x.row_covariance else gradient
    divergence = _divergence(moved, free)
    energy = (gradient.mT @ moved).trace()
    monomial, coefficient = next(iter(s.terms.items()))
    ratio = energy.terms.get(monomial, sympy.Integer(0)) / coefficient
    if any(divergence.terms) or energy != s * ratio:
        raise Underivable(f"the powers of {form} have no recursion of one step")
    return Recursion(order, divergence.constant, ratio)


def _divergence(field: MatrixPolynomial, by: Letter) -> TracePolynomial:
    """Of a field that is linear in a vector, which every word ends in."""
    return TracePolynomial.sum(
        c * trace_of(word[:-1], by.rows) for word, c in field.terms.items() if word[-1].letter == by
    )
