"""Figure 4, drifting: a task that moves along the prompt."""

from __future__ import annotations

from sympy import Expr, FiniteSet

from theory.language.gallery.designs import drifting_away_noisy, drifting_noisy
from theory.optima.sample_weights.form import QuadraticForm
from theory.records.sample_weights_gain import DriftingTask, Relation, WeightedVariant, WeightsClaim
from theory.scalars.symbols import d, i, n, sigma
from theory.text.provenance import Provenance

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
    id="figure4-drifting",
    title="Sample weights help when the task drifts along the prompt",
    says=(
        r"Where the task drifts, $\beta_i = (i/n)\,\beta_1 + (1 - i/n)\,\beta_2$, weighted "
        "preconditioned gradient descent has a strictly lower optimum than without sample weights, "
        r"for $n \ge 2$. By Proposition 1 H3 reaches that optimum and attention only the one "
        "without weights, so H3 is strictly below attention. The paper shows it by experiments "
        r"with the query's task $\beta_1$; the quadratic form $L(\omega)$, the optimum of PGD, "
        r"label noise and the case of $\beta_2$ are ours. $L(\omega)$ is the risk at $W = I$: the "
        r"best $W$ is a multiple of $I$, and $\omega$ absorbs the factor."
    ),
    provenance=Provenance.EMPIRICAL,
    assumptions=(
        r"query, features and both tasks are independent draws of $\mathcal{N}(0, I)$",
        r"the noise of all labels, the query's too, has the standard deviation $\sigma$; in the "
        r"paper's experiments $\sigma = 0$",
        r"the query's task is $\beta_1$, to which the task drifts, or $\beta_2$, from which it "
        "comes",
        "Proposition 1: attention reaches the optimum of preconditioned gradient descent and H3 "
        "that of weighted preconditioned gradient descent, neither a lower one (all vectors are "
        "centred Gaussian; the steps derive it for these designs)",
    ),
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
