"""Optima at concrete sizes: of a design, and with and without sample weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from theory.expositions.names import LEAST_AT_TEST, OPTIMAL_RISK, RISK_AT_TEST
from theory.expositions.steps import EQUAL_SIZE
from theory.optima.sample_weights.strictness import least as optimum_of
from theory.optima.steps.equal import EqualSteps
from theory.optima.steps.sizes import StepSizes
from theory.records.evaluated import CLAIMED, Evaluated, valued, weight_formula
from theory.text.formulas import Formula
from theory.text.rows import joined

RELATIVE = rf"({CLAIMED} - L^\star) / L^\star"


@dataclass(frozen=True)
class Optima(Evaluated):
    """The optima of a design at concrete sizes.

    Parameters
    ----------
    risk, weight
        Of PGD: Fractions for exact input, else floats. The weight is a d x d array, or the factor w
        of ``w I`` where no covariance is about; None where several have that risk.
    att
        The optimal risk of attention, which is PGD's; None where that is not derived.
    heads
        Where it is not PGD's, the least risk of attention with d + 1 heads or more, below which no
        fewer get; None where that is not derived.
    wpgd, ssm
        The optimal risks of WPGD and H3; None where they are not computed.
    omega
        The best sample weights, the first example's first, where there are groups one for each;
        None where equal ones are optimal, or several have the least risk.
    bound
        Whether ``wpgd`` and ``ssm`` are only upper bounds of the least risks.
    why
        Why they, or the sample weights, are not computed, where they are not.
    others
        Why several weights have the least risk, where they do.
    claimed
        The risk that a statement claims, at the same sizes; None where none is claimed.
    coefficients
        Of several steps, the best ones, from that of I on; then ``risk`` is theirs, and nothing is
        said of other predictors. None where several have that risk.
    sizes, ridge
        Of several steps, those of gradient descent that the coefficients are made of; and those
        of ridge regression, with the variance of the labels' noise as weight decay.
    test_risk, least_at_test
        Under another law at test the risk of what is optimal in training, and the least risk there;
        None where there is no other law, or several have the optimal risk.
    equal
        Of equal steps the best size and their risk, which are certified; ``risk`` is that in
        double precision, and the least one of unequal steps is left out.
    """

    risk: Any
    weight: Any
    att: Any
    wpgd: Any
    ssm: Any
    omega: tuple[Any, ...] | None = None
    bound: bool = False
    why: str = ""
    others: str = ""
    claimed: Any = None
    coefficients: tuple[Any, ...] | None = None
    sizes: StepSizes | None = None
    ridge: StepSizes | None = None
    equal: EqualSteps | None = None
    test_risk: Any = None
    least_at_test: Any = None
    heads: Any = None

    @property
    def relative_error(self) -> float | None:
        """``(claimed - risk) / risk``; None where no risk is claimed, or the risk is zero."""
        if self.claimed is None or self.risk == 0:
            return None
        return float((self.claimed - self.risk) / self.risk)

    @property
    def price(self) -> Any:
        """What another law at test costs; None where there is none."""
        return None if self.test_risk is None else self.test_risk - self.least_at_test

    @property
    def pgd(self) -> Any:
        """The optimal risk of PGD."""
        return self.risk

    def formulas(self) -> Iterable[Formula]:
        yield valued(OPTIMAL_RISK, self.risk)
        if self.weight is not None:
            yield weight_formula(self.weight)
        for k, value in enumerate(self.coefficients or ()):
            yield valued(rf"c_{{{k}}}^\star", value)
        if self.equal is not None:
            yield valued(EQUAL_SIZE, float(self.equal.size[0]))
        others = {"ATT": self.att, "SSM": self.ssm, "WPGD": self.wpgd}
        equal = [optimum_of(name) for name, value in others.items() if value == self.risk]
        if equal:
            yield Formula(joined(equal, " = "), OPTIMAL_RISK)
        relation = r"\le" if self.bound else "="
        for name, value in others.items():
            if value is not None and value != self.risk:
                yield replace(valued(optimum_of(name), value), relation=relation)
        if self.heads is not None:
            yield valued(optimum_of("HEADS"), self.heads)
        if self.test_risk is not None:
            yield valued(RISK_AT_TEST, self.test_risk)
            yield valued(LEAST_AT_TEST, self.least_at_test)
        if self.claimed is not None:
            yield valued(CLAIMED, self.claimed)
        if self.relative_error:
            yield Formula(RELATIVE, rf"{100 * self.relative_error:.3g}\,\%")


@dataclass(frozen=True)
class LeastRisks(Evaluated):
    """The least risk of each predictor at given sizes and noise.

    Fractions where the noise is exact, else floats.

    Parameters
    ----------
    pgd, att
        With equal weights.
    wpgd, ssm
        With the best weights.
    filter
        H3's best filter ``f_1, f_2, ...`` beside ``W = I``, in the order of the lags: ``f_1``
        weighs the last example, and example i among n has the weight ``f_{n+1-i}``.
    """

    pgd: Any
    att: Any
    wpgd: Any
    ssm: Any
    filter: tuple[Any, ...]

    @property
    def omega(self) -> tuple[Any, ...]:
        """The best sample weights in the order of the prompt, the first example's first.

        Where lengths are averaged over, those of the longest prompt.

        >>> import theory
        >>> theory.statement("figure4-drifting").evaluate(n=2, d=1).omega
        (Fraction(4, 17), Fraction(5, 17))
        """
        return self.filter[::-1]

    def formulas(self) -> Iterable[Formula]:
        risks = {"PGD": self.pgd, "ATT": self.att, "WPGD": self.wpgd, "SSM": self.ssm}
        yield from (valued(optimum_of(name), risk) for name, risk in risks.items())
