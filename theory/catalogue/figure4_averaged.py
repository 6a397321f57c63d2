"""Figure 4, averaged: one filter for prompts of every length."""

from __future__ import annotations

import sympy

from theory.catalogue.stated import stated
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

share = (n_max - i + 1) / n_max  # of the lengths at which entry i of the filter acts

figure4_averaged = AveragedLengths(
    **stated("figure4-averaged"),
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
