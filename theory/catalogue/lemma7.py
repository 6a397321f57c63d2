"""Lemma 7: moments of the norm of a Gaussian vector, and its sixth moment."""

from __future__ import annotations

from theory.records.gaussian_moment import MomentStatement, claimed_moment
from theory.records.moment_powers import powers
from theory.text.provenance import Provenance

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
        powers("norm", "x'*x", "d + 2*j - 2", x="gaussian(d, 1)"),
        claimed_moment(
            "sixth",
            "x*x'*A*x*x'*B*x*x'",
            "(tr(A*Sigma)*tr(B*Sigma) + 2*tr(A_s*Sigma*B_s*Sigma))*Sigma"
            " + 2*tr(B*Sigma)*Sigma*A_s*Sigma + 2*tr(A*Sigma)*Sigma*B_s*Sigma"
            " + 4*(Sigma*A_s*Sigma*B_s*Sigma + Sigma*B_s*Sigma*A_s*Sigma)",
            {"A_s": "(A + A')/2", "B_s": "(B + B')/2"},
            x="gaussian(d, 1, Sigma)",
            A="matrix(d, d)",
            B="matrix(d, d)",
        ),
    ),
)
