"""Lemma 6: the second moment of the Gram matrix of Gaussian examples."""

from __future__ import annotations

from theory.catalogue.stated import stated
from theory.records.gaussian_moment import MomentStatement, claimed_moment

lemma6 = MomentStatement(
    **stated("lemma6"),
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
