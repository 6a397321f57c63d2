"""Sample weights given by a formula in the index: whether they are optimal, at every size."""

from __future__ import annotations

import sympy

from theory.algebra.sums import total
from theory.errors import Underivable
from theory.optima.sample_weights.form import QuadraticForm
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.symbols import i, k

ONE = sympy.Integer(1)


def is_stationary(form: QuadraticForm, weights: sympy.Expr) -> bool:
    """Whether ``A w`` is seen to be a multiple of ``c``, not zero, for every size.

    Then some multiple of the weights has the least risk. Sums over the index are taken where they
    are polynomials; where the matrix is a diagonal D plus one square of e, and c a multiple of e,
    none is needed: ``A D^-1 e`` is a multiple of e.

    >>> from theory.language.gallery.designs import growing_noise
    >>> from theory.optima.sample_weights.form import quadratic_form
    >>> form, d, sigma = quadratic_form(growing_noise), *sympy.symbols("d sigma")
    >>> is_stationary(form, 1 / (d + 1 + sigma**2 * i**2)), is_stationary(form, 1 / i)
    (True, False)
    """
    if _one_square(form) and _is_free(weights * form.diagonal / form.linear):
        return True
    try:
        row = _row(form, weights)
    except Underivable:
        return False
    share = cancelled(row / form.linear)
    return share != 0 and _is_free(share)


def _one_square(form: QuadraticForm) -> bool:
    """Whether the matrix is a diagonal plus one square, of a multiple of the linear part."""
    if len(form.pairs) != 1:
        return False
    ((later, earlier),) = form.pairs
    return 0 not in (later, earlier) and all(_is_free(form.linear / e) for e in (later, earlier))


def _is_free(expr: sympy.Expr) -> bool:
    """Whether an expression does not depend on the index."""
    return is_zero(expr - expr.subs(i, i + 1))


def _row(form: QuadraticForm, weights: sympy.Expr) -> sympy.Expr:
    """Row i of ``A w``; raises :class:`~theory.errors.Underivable` where a sum has no formula."""
    found = form.diagonal * weights
    for later, earlier in form.pairs:
        up_to_here, beyond = (cancelled(part * weights).subs(i, k) for part in (earlier, later))
        found += later * total(up_to_here, k, ONE, i)
        found += earlier * total(beyond, k, i + 1, form.size)
    return found
