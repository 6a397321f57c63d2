"""Lemma 5: the fourth moment of a Gaussian vector."""

from __future__ import annotations

from sympy import MatrixSymbol, Trace

from theory.algebra.polynomials import letter
from theory.algebra.words import ONE, D, fixed, gaussian, symmetric
from theory.catalogue.stated import stated
from theory.records.gaussian_moment import MomentStatement
from theory.records.identities import Moment
from theory.scalars.symbols import d

x = letter(gaussian("x", D, ONE, row_covariance=symmetric("Sigma", D)))
w = letter(fixed("W", D, D))
Sigma, W = MatrixSymbol("Sigma", d, d), MatrixSymbol("W", d, d)

lemma5 = MomentStatement(
    **stated("lemma5"),
    moments=(
        Moment(
            "fourth",
            x @ x.mT @ w @ x @ x.mT,
            claim=Sigma * W * Sigma + Sigma * W.T * Sigma + Trace(W * Sigma) * Sigma,
        ),
    ),
)
