"""Lemma 6: the second moment of the Gram matrix of Gaussian examples."""

from __future__ import annotations

from sympy import MatrixSymbol, Trace

from theory.algebra.polynomials import letter
from theory.algebra.words import D, N, fixed, gaussian, symmetric
from theory.catalogue.stated import stated
from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Moment
from theory.scalars.symbols import d, n

X = letter(gaussian("X", N, D, column_covariance=symmetric("Sigma", D)))
w = letter(fixed("W", D, D))
Sigma, W = MatrixSymbol("Sigma", d, d), MatrixSymbol("W", d, d)

lemma6 = MomentStatement(
    **stated("lemma6"),
    moments=(
        Moment(
            "second",
            X.mT @ X @ w @ X.mT @ X,
            claim=n**2 * Sigma * W * Sigma + n * (Sigma * W.T * Sigma + Trace(W * Sigma) * Sigma),
        ),
    ),
)
