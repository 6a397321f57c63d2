"""Lemma 5: the fourth moment of a Gaussian vector."""

from __future__ import annotations

from sympy import MatrixSymbol, Trace

from theory.algebra.polynomials import letter
from theory.algebra.words import ONE, D, fixed, gaussian, symmetric
from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Moment
from theory.scalars.symbols import d
from theory.text.provenance import Provenance

x = letter(gaussian("x", D, ONE, row_covariance=symmetric("Sigma", D)))
w = letter(fixed("W", D, D))
Sigma, W = MatrixSymbol("Sigma", d, d), MatrixSymbol("W", d, d)

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
        Moment(
            "fourth",
            x @ x.mT @ w @ x @ x.mT,
            claim=Sigma * W * Sigma + Sigma * W.T * Sigma + Trace(W * Sigma) * Sigma,
        ),
    ),
)
