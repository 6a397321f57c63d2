"""Lemma 6: the second moment of the Gram matrix of Gaussian examples."""

from __future__ import annotations

from theory.records.gaussian_moment import MomentStatement, claimed_moment
from theory.text.provenance import Provenance

lemma6 = MomentStatement(
    id="lemma6",
    title="The second moment of a Gram matrix",
    says=(
        r"For $n$ independent Gaussian examples, the rows of $X$, and any matrix $W$, the mean of "
        r"$X^\top X W X^\top X$ is a polynomial of degree two in $n$."
    ),
    provenance=Provenance.RECONSTRUCTED,
    assumptions=(
        r"the $n$ rows of $X$ are independent draws of $\mathcal{N}(0, \Sigma)$ in $\mathbb{R}^d$; "
        r"$\Sigma$ may be singular",
        r"$W$ is any fixed $d \times d$ matrix",
    ),
    moments=(
        claimed_moment(
            "second",
            "X'*X*W*X'*X",
            "n^2*Sigma*W*Sigma + n*(Sigma*W'*Sigma + tr(W*Sigma)*Sigma)",
            X="gaussian(n, d, Sigma)",
            W="matrix(d, d)",
        ),
    ),
)
