"""Figure 4, averaged: one filter for prompts of every length."""

from __future__ import annotations

import sympy

from theory.language.gallery.designs import isotropic
from theory.optima.sample_weights.form import LONGEST as n_max
from theory.optima.sample_weights.form import QuadraticForm
from theory.records.sample_weights_gain import (
    AveragedLengths,
    Relation,
    WeightedVariant,
    WeightsClaim,
)
from theory.scalars.symbols import d, i, sigma
from theory.text.provenance import Provenance

share = (n_max - i + 1) / n_max  # of the lengths at which entry i of the filter acts

figure4_averaged = AveragedLengths(
    id="figure4-averaged",
    title="H3 beats linear attention when the loss is averaged over prompt lengths",
    says=(
        r"Where one set of parameters serves prompts of every length $1, \dots, n_{\max}$, the "
        r"optimum of H3 lies strictly below that of linear attention for $n_{\max} \ge 2$: its "
        "filter falls along the lags, so that the examples of short prompts weigh more. The paper "
        "shows it by experiments; attention's optimum, the quadratic form $L(f)$ and label noise "
        "are ours. $L(f)$ is the risk of weighted preconditioned gradient descent at $W = I$: the "
        "best $W$ is a multiple of $I$, and $f$ absorbs the factor."
    ),
    provenance=Provenance.EMPIRICAL,
    assumptions=(
        r"query, features and task are independent draws of $\mathcal{N}(0, I)$",
        r"the noise of all labels, the query's too, has the standard deviation $\sigma$; in the "
        r"paper's experiments $\sigma = 0$",
        r"the loss is the mean over prompt lengths $1, \dots, n_{\max}$, with one set of "
        r"parameters; at length $m$ the weights of the examples are $f_m, \dots, f_1$",
        "Proposition 1: attention reaches the optimum of preconditioned gradient descent and H3 "
        "that of weighted preconditioned gradient descent, neither a lower one (all vectors are "
        "centred Gaussian; the steps derive it for this design)",
    ),
    variants=(
        WeightedVariant(
            name="",
            design=isotropic,
            claim=WeightsClaim(
                form=QuadraticForm(
                    constant=d + sigma**2,
                    linear=d * share,
                    pairs=((d * share, sympy.Integer(1)),),
                    diagonal=(d * (d + 1) + d * sigma**2) * share,
                    size=n_max,
                ),
                equal_risk=(
                    d + sigma**2 - 3 * d * (n_max + 1) / (2 * (2 * n_max + 3 * (d + sigma**2) + 4))
                ),
                relation=Relation.BELOW,
                equal_at=sympy.FiniteSet(1),
            ),
            lengths=True,
        ),
    ),
)
