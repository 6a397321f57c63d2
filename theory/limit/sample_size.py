"""Effective sample size: how many independent examples would do as well."""

from __future__ import annotations

import sympy

from theory.designs import independent
from theory.optimum.derivation import derive
from theory.predictors import pgd
from theory.rational import cancelled, factored
from theory.words import n


def effective_sample_size(risk: sympy.Expr, second_moment: sympy.Expr) -> sympy.Expr:
    """The ``n'`` at which isotropic independent data have the same relative risk.

    Both risks are taken relative to that of predicting zero, ``L / E y^2``.

    Parameters
    ----------
    risk, second_moment
        The optimal risk of a design and its ``E y^2``, in ``n``, ``d``, ``sigma`` and parameters.

    Examples
    --------
    >>> best = derive(independent.isotropic(), pgd).risk
    >>> effective_sample_size(best, best.subs(n, 0))
    n
    """
    best = derive(independent.isotropic(), pgd)
    other = sympy.Dummy("n'")
    reference = best.risk.subs(n, other) / best.risk.subs(n, 0)
    top, _ = sympy.fraction(cancelled(reference - risk / second_moment))
    line = sympy.Poly(top, other)
    slope, constant = line.coeff_monomial(other), line.coeff_monomial(1)
    return factored(-constant / slope)
