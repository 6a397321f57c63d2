"""Lemma 6: the second moment of the Gram matrix of Gaussian examples."""

from __future__ import annotations

from sympy import MatrixSymbol, Trace

from theory.algebra.polynomials import letter
from theory.algebra.words import D, N, fixed, gaussian, symmetric
from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Moment
from theory.scalars.symbols import d, n
from theory.text.provenance import Provenance

X = letter(gaussian("X", N, D, column_covariance=symmetric("Sigma", D)))
w = letter(fixed("W", D, D))
Sigma, W = MatrixSymbol("Sigma", d, d), MatrixSymbol("W", d, d)

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
        Moment(
            "second",
            X.mT @ X @ w @ X.mT @ X,
            claim=n**2 * Sigma * W * Sigma + n * (Sigma * W.T * Sigma + Trace(W * Sigma) * Sigma),
        ),
    ),
)
