"""Lemma 5: the fourth moment of a Gaussian vector."""

from __future__ import annotations

from theory.records.gaussian_moment import MomentStatement, claimed_moment
from theory.text.provenance import Provenance

lemma5 = MomentStatement(
    id="lemma5",
    title="The fourth moment of a Gaussian vector",
    says=(
        r"For a Gaussian vector $x$ and any matrix $W$, the mean of $x x^\top W x x^\top$ is the "
        r"sum over the three ways to pair the four vectors."
    ),
    provenance=Provenance.RECONSTRUCTED,
    assumptions=(
        r"$x \sim \mathcal{N}(0, \Sigma)$ in $\mathbb{R}^d$; $\Sigma$ may be singular",
        r"$W$ is any fixed $d \times d$ matrix",
    ),
    moments=(
        claimed_moment(
            "fourth",
            "x*x'*W*x*x'",
            "Sigma*W*Sigma + Sigma*W'*Sigma + tr(W*Sigma)*Sigma",
            x="gaussian(d, 1, Sigma)",
            W="matrix(d, d)",
        ),
    ),
)
