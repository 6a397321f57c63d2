"""Lemma 7: moments of the norm of a Gaussian vector, and its sixth moment."""

from __future__ import annotations

from theory.catalogue.stated import stated
from theory.records.gaussian_moment import MomentStatement, claimed_moment
from theory.records.moment_powers import powers

lemma7 = MomentStatement(
    **stated("lemma7"),
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
