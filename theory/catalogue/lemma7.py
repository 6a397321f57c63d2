"""Lemma 7: moments of the norm of a Gaussian vector, and its sixth moment."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Trace

from theory.algebra.polynomials import letter
from theory.algebra.words import ONE, D, fixed, gaussian, symmetric
from theory.catalogue.stated import stated
from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Moment
from theory.scalars.symbols import d

k, j = sympy.symbols("k j")
g = letter(gaussian("x", D, ONE))
x = letter(gaussian("x", D, ONE, row_covariance=symmetric("Sigma", D)))
a, b = letter(fixed("A", D, D)), letter(fixed("B", D, D))
Sigma, A, B, A_s, B_s = (MatrixSymbol(name, d, d) for name in ("Sigma", "A", "B", "A_s", "B_s"))

lemma7 = MomentStatement(
    **stated("lemma7"),
    moments=(
        Moment(
            "norm",
            g.mT @ g,
            claim=sympy.Product(d + 2 * j - 2, (j, 1, k)),
            power=k,
        ),
        Moment(
            "sixth",
            x @ x.mT @ a @ x @ x.mT @ b @ x @ x.mT,
            claim=(Trace(A * Sigma) * Trace(B * Sigma) + 2 * Trace(A_s * Sigma * B_s * Sigma))
            * Sigma
            + 2 * Trace(B * Sigma) * Sigma * A_s * Sigma
            + 2 * Trace(A * Sigma) * Sigma * B_s * Sigma
            + 4 * (Sigma * A_s * Sigma * B_s * Sigma + Sigma * B_s * Sigma * A_s * Sigma),
            definitions=((A_s, (A + A.T) / 2), (B_s, (B + B.T) / 2)),
        ),
    ),
)
