"""Figure 4, drifting: a task that moves along the prompt."""

from __future__ import annotations

from sympy import Expr, FiniteSet

from theory.catalogue.stated import stated
from theory.language.gallery.designs import drifting_away_noisy, drifting_noisy
from theory.optima.sample_weights.form import QuadraticForm
from theory.records.sample_weights_gain import DriftingTask, Relation, WeightedVariant, WeightsClaim
from theory.scalars.symbols import d, i, n, sigma

t, u = i / n, 1 - i / n  # the shares of the two tasks in that of example i
signal, rest = d * (n + 1) / 2, d * (n - 1) / 2  # their sums, times d
noise = d * sigma**2  # what that of one label adds to the square of its weight
spread = d * (n**2 + 1) / 2 + d * (d + 1) * (2 * n**2 + 1) / (3 * n) + n * noise


def _claim(share: Expr, total: Expr) -> WeightsClaim:
    """The claim for the query's task with this share in example i, and this sum of d times it."""
    return WeightsClaim(
        form=QuadraticForm(
            constant=d + sigma**2,
            linear=d * share,
            pairs=((d * t, t), (d * u, u)),
            diagonal=d * (d + 1) * (t**2 + u**2) + noise,
        ),
        equal_risk=d + sigma**2 - total**2 / spread,
        relation=Relation.BELOW,
        equal_at=FiniteSet(1),
    )


figure4_drifting = DriftingTask(
    **stated("figure4-drifting"),
    variants=(
        WeightedVariant(
            name="query's task last",
            design=drifting_noisy,
            claim=_claim(t, signal),
            mark=r"\beta_1",
        ),
        WeightedVariant(
            name="query's task first",
            design=drifting_away_noisy,
            claim=_claim(u, rest),
            mark=r"\beta_2",
        ),
    ),
)
