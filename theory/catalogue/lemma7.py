"""Lemma 7: moments of the norm of a Gaussian vector, and its sixth moment."""

from __future__ import annotations

import sympy
from sympy import MatrixSymbol, Trace

from theory.algebra.polynomials import letter
from theory.algebra.words import ONE, D, fixed, gaussian, symmetric
from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Moment
from theory.scalars.symbols import d
from theory.text.provenance import Provenance

k, j = sympy.symbols("k j")
g = letter(gaussian("x", D, ONE))
x = letter(gaussian("x", D, ONE, row_covariance=symmetric("Sigma", D)))
a, b = letter(fixed("A", D, D)), letter(fixed("B", D, D))
Sigma, A, B, A_s, B_s = (MatrixSymbol(name, d, d) for name in ("Sigma", "A", "B", "A_s", "B_s"))

lemma7 = MomentStatement(
    id="lemma7",
    title="Moments of the norm, and the sixth moment, of a Gaussian vector",
    says=(
        r"The even moments of the norm of a standard Gaussian vector are products of $k$ factors, "
        r"two apart. For a Gaussian vector $x$ and any matrices $A$, $B$, the mean of "
        r"$x x^\top A x x^\top B x x^\top$ is the sum over the fifteen ways to pair the six "
        r"vectors, written in the symmetric parts of $A$ and $B$."
    ),
    provenance=Provenance.RECONSTRUCTED,
    assumptions=(
        r"in the first formula $x \sim \mathcal{N}(0, I)$ in $\mathbb{R}^d$, and $k \ge 1$ is a "
        "whole number",
        r"in the second $x \sim \mathcal{N}(0, \Sigma)$; $\Sigma$ may be singular",
        r"$A$ and $B$ are any fixed $d \times d$ matrices",
    ),
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
