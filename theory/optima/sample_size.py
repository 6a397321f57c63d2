"""Effective sample size: how many independent examples would do as well."""

from __future__ import annotations

from functools import cache

import sympy

from theory.designs.predictors import pgd
from theory.language.gallery import shipped
from theory.optima.derivation import derive
from theory.scalars.rational import cancelled, factored
from theory.scalars.symbols import n


def effective_sample_size(risk: sympy.Expr, second_moment: sympy.Expr) -> sympy.Expr:
    """The ``n'`` at which isotropic independent data have the same relative risk.

    Both risks are taken relative to that of predicting zero, ``L / E y^2``.

    Parameters
    ----------
    risk, second_moment
        The optimal risk of a design and its ``E y^2``, in ``n``, ``d``, ``sigma`` and parameters.

    Examples
    --------
    >>> best = derive(shipped("independent").design.isotropic(), pgd).risk
    >>> effective_sample_size(best, best.subs(n, 0))
    n
    """
    return factored(_size_for().xreplace({_RELATIVE: risk / second_moment}))


_RELATIVE = sympy.Dummy("r")


@cache
def _size_for() -> sympy.Expr:
    """The number of isotropic independent examples that gives a relative risk."""
    best = derive(shipped("independent").design.isotropic(), pgd)
    other = sympy.Dummy("n'")
    top, _ = sympy.fraction(cancelled(best.risk.subs(n, other) - _RELATIVE * best.risk.subs(n, 0)))
    line = sympy.Poly(top, other)
    return -line.coeff_monomial(1) / line.coeff_monomial(other)
