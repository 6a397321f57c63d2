"""Statements about an optimal weight and risk that are claimed to leading order in a regime."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

import sympy

from theory.account import Account, Formula, Step, where
from theory.claims import Claim
from theory.design import Design
from theory.errors import InputError, Underivable, UnknownName
from theory.instance import Instance, named_instance
from theory.latex import RELATIONS, equation, latex, weight_latex
from theory.limit.leading import Comparison, Regime, compare
from theory.limit.per_example import PerExample, per_example
from theory.limit.sample_size import effective_sample_size
from theory.optimum.convexity import Invariant
from theory.optimum.derivation import Derivation, derive
from theory.predictors import Predictor
from theory.rational import is_zero, tidy
from theory.record import OPTIMAL_RISK, OPTIMAL_WEIGHT, Statement, number
from theory.risk import population_risk
from theory.words import n

ANISOTROPIC = "Any covariances: the exact optimum, of which the paper says nothing"

LEAST_RISK = r"M - \frac{g n b^{2}}{q_{1} + (n - 1) q_{2}}"
MEANINGS = {
    "M": r"\mathbb{E}\, y^2",
    "b": r"\mathbb{E}\, y s_i / g",
    "q_{1}": r"\mathbb{E}\, s_i^2 / g",
    "q_{2}": r"\mathbb{E}\, s_i s_j / g",
}


def _error(what: str) -> str:
    """The relative error of the claimed value, as a ratio."""
    claimed = what.replace(r"^\star", r"_{\mathrm{claimed}}")
    return rf"({claimed} - {what}) / {what}"


@dataclass(frozen=True)
class LimitEvaluation:
    """A limit statement at concrete sizes.

    Parameters
    ----------
    risk
        The exact optimal risk: a Fraction for exact input, else a float.
    weight
        The exact optimal weight: the factor w of ``w I``, or a d x d array where covariances were
        given.
    claimed
        The paper's approximation of the risk; None where covariances were given.
    """

    risk: Any
    weight: Any
    claimed: Any

    @property
    def relative_error(self) -> float | None:
        """``(claimed - risk) / risk``."""
        return None if self.claimed is None else float((self.claimed - self.risk) / self.risk)

    def _repr_latex_(self) -> str:
        return f"${equation(OPTIMAL_RISK, number(self.risk))}$"


@dataclass(frozen=True)
class Variant:
    """A design, its exact optimum, and how the claim compares with it in the regime.

    Parameters
    ----------
    design
        The design.
    derivation
        Its exact optimum.
    moments
        The same, grouped by what one example and two examples contribute.
    weight, risk
        How the claimed weight and risk compare with the exact ones.
    sample_size
        The effective sample size n', exactly.
    """

    design: Design
    derivation: Derivation
    moments: PerExample
    weight: Comparison
    risk: Comparison
    sample_size: sympy.Expr

    @property
    def right(self) -> bool:
        """Whether the claim is right to leading order."""
        return self.weight.right and self.risk.right


@dataclass(frozen=True, repr=False)
class LimitStatement(Statement):
    """An optimal weight and risk claimed to leading order in a regime.

    Parameters
    ----------
    design, predictor
        What it is about.
    claim
        The claimed leading-order formulas.
    regime
        The regime.
    variants
        Close designs for which the claim is compared too, without being made.
    general
        The design with general covariances, for ``evaluate``.

    Examples
    --------
    >>> import theory
    >>> theory.statement("theorem2").evaluate(n=40, d=20, alpha=0, sigma=0).risk
    Fraction(420, 61)
    """

    design: Design
    predictor: Predictor
    claim: Claim
    regime: Regime
    variants: tuple[Design, ...]
    general: Design

    kind: ClassVar[str] = "limit"

    @property
    def designs(self) -> tuple[Design, ...]:
        """The design and its variants."""
        return (self.design, *self.variants)

    def variant(self, design: Design) -> Variant:
        """What is derived for the design or one of its variants; computed once."""
        return _variant(design, self.predictor, self.claim, self.regime)

    @property
    def claimed(self) -> Account:
        return Account(
            (
                Formula(OPTIMAL_WEIGHT, weight_latex(self.claim.weight), r"\sim"),
                Formula(OPTIMAL_RISK, latex(self.claim.risk), r"\sim"),
            ),
            where(self.claim.definitions),
        )

    @cached_property
    def derived(self) -> Account:
        found = self.variant(self.design)
        moments = found.moments
        multiplier = self.regime.leading(found.sample_size / n)
        return Account(
            (
                Formula(OPTIMAL_WEIGHT, weight_latex(moments.weight)),
                Formula(OPTIMAL_RISK, LEAST_RISK),
                Formula(
                    rf"\lim_{{d \to \infty}} {OPTIMAL_RISK} / d",
                    latex(found.risk.exact.coefficient),
                ),
                Formula(_error(OPTIMAL_RISK), found.risk.latex, r"\sim"),
                Formula(r"\lim_{d \to \infty} n' / n", latex(multiplier.coefficient)),
            ),
            self._where(moments),
            (*_steps(found, self), *self._variants_steps()),
            (
                *found.derivation.conditions,
                f"the limits are for $d \\to \\infty$ with ${self.regime.latex}$ and "
                f"${', '.join(map(latex, self.regime.constants))} > 0$ fixed",
            ),
            ((ANISOTROPIC, self._anisotropic),),
        )

    def _anisotropic(self) -> Account:
        """The same design with general covariances, of which the paper says nothing."""
        found = derive(self.general, self.predictor)
        return Account(
            (Formula(OPTIMAL_RISK, latex(found.risk)),),
            where(found.definitions),
            found.steps,
            found.conditions,
        )

    def _definitions(self, moments: PerExample) -> tuple[tuple[sympy.Expr, sympy.Expr], ...]:
        tidied = [(name, self._tidied(value)) for name, value in moments.table.items()]
        used = frozenset().union(*(value.free_symbols for _, value in tidied))
        return (*tidied, *(pair for pair in self.claim.definitions if pair[0] in used))

    def _where(self, moments: PerExample) -> tuple[Formula, ...]:
        """What the symbols stand for, and their values."""
        values = {latex(name): latex(value) for name, value in self._definitions(moments)}
        named = [
            Formula(name, f"{MEANINGS[name]} = {value}" if name in MEANINGS else value)
            for name, value in values.items()
        ]
        return (
            Formula("s_i", r"x^\top x_i y_i"),
            Formula("g", latex(self._tidied(moments.factor))),
            *named,
            *(
                Formula(rf"\text{{in the limits }} {f.left}", f.right)
                for f in where(self.regime.substitution)
            ),
            Formula("n'", r"\text{as many independent examples as would do as well}"),
        )

    def _tidied(self, expr: sympy.Expr) -> sympy.Expr:
        names = {meaning: name for name, meaning in self.claim.definitions}
        return tidy(expr, self.design.parameters[0].symbol, names)

    def _variants_steps(self) -> list[Step]:
        steps = []
        for design in self.variants:
            found = self.variant(design)
            multiplier = self.regime.leading(found.sample_size / n)
            verdict = "right" if found.right else "not right"
            steps.append(
                Step(
                    f"The variant {design.name} ({design.title}): its exact optimum, for which the "
                    f"claim is {verdict} to leading order; then the leading term of its risk, the "
                    "relative error of the claimed risk, and the limit of $n'/n$",
                    RELATIONS.join(
                        [
                            *(
                                equation(name, value)
                                for name, value in self._definitions(found.moments)
                            ),
                            rf"{OPTIMAL_RISK} \sim {latex(found.risk.exact.expression)}",
                            rf"{_error(OPTIMAL_RISK)} \sim {found.risk.latex}",
                            rf"n'/n \to {latex(multiplier.coefficient)}",
                        ]
                    ),
                )
            )
        return steps

    @property
    def weight(self) -> sympy.Expr:
        return self.variant(self.design).derivation.weight

    @property
    def risk(self) -> sympy.Expr:
        return self.variant(self.design).derivation.risk

    @property
    def limit(self) -> sympy.Expr:
        return _expanded(self.claim.risk, self.claim)

    @property
    def example(self) -> dict[str, Any]:
        return {"n": 40, "d": 20, **{p.name: 0 for p in self.design.parameters}}

    def effective_sample_size(self, design: Design | None = None) -> sympy.Expr:
        """The n' at which isotropic independent data have the same relative risk, exactly.

        >>> import theory
        >>> n, d = sympy.symbols("n d")
        >>> found = theory.statement("theorem2").effective_sample_size()
        >>> sympy.cancel(found.subs({"alpha": 0, "sigma": 0}))
        n
        """
        return self.variant(design or self.design).sample_size

    def evaluate(
        self,
        *,
        n: Any = None,
        d: Any = None,
        sigma_x: Any = None,
        sigma_beta: Any = None,
        variant: str | None = None,
        **values: Any,
    ) -> LimitEvaluation:
        """The exact optimum and the claimed risk at given sizes.

        Exact (Fractions) for exact input, floats otherwise. With covariances ``sigma_x`` and
        ``sigma_beta`` (d x d) the optimum is that of the anisotropic design, for which the paper
        claims nothing. ``variant`` names one of the variants.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> from fractions import Fraction
        >>> found = theory.statement("theorem2").evaluate(
        ...     n=40, d=20, alpha=Fraction(2, 5), sigma=0
        ... )
        >>> round(float(found.risk), 3), round(float(found.claimed), 3)
        (2.879, 2.128)
        """
        covariances = {
            name: value
            for name, value in (("sigma_x", sigma_x), ("sigma_beta", sigma_beta))
            if value is not None
        }
        if covariances and variant is not None:
            raise InputError(f"{self.id}: give covariances or a variant, not both")
        if covariances:
            at = named_instance(self.general, self.id, n=n, d=d, **values, **covariances)
            return self._evaluated(derive(self.general, self.predictor), at, None)
        by_name = {design.name: design for design in self.designs}
        if variant is not None and (not isinstance(variant, str) or variant not in by_name):
            raise UnknownName(f"variant of {self.id}", str(variant), by_name)
        design = self.design if variant is None else by_name[variant]
        at = named_instance(design, self.id, n=n, d=d, **values)
        return self._evaluated(derive(design, self.predictor), at, self.claim)

    def _evaluated(
        self, derivation: Derivation, at: Instance, claim: Claim | None
    ) -> LimitEvaluation:
        plain = at.arithmetic.plain
        try:
            weight, risk = derivation.plain.at(at.scalars, at.matrices, at.arithmetic)
        except ZeroDivisionError as error:
            raise InputError(f"the optimum of {self.id} is not unique at {at}") from error
        claimed = None if claim is None else plain(claim.risk_at(at))
        return LimitEvaluation(plain(risk), plain(weight), claimed)

    def table(
        self, *, n: int, d: int, sigma: Any, alphas: Iterable[Any]
    ) -> list[tuple[Any, LimitEvaluation]]:
        """Exact against claimed risk for several alignments.

        >>> import theory
        >>> rows = theory.statement("theorem3").table(n=40, d=20, sigma=0, alphas=[0])
        >>> [(alpha, float(found.relative_error) < 0) for alpha, found in rows]
        [(0, True)]
        """
        return [(alpha, self.evaluate(n=n, d=d, sigma=sigma, alpha=alpha)) for alpha in alphas]


@cache
def _variant(design: Design, predictor: Predictor, claim: Claim, regime: Regime) -> Variant:
    found = derive(design, predictor)
    (weight,) = predictor.weights
    moments = per_example(population_risk(design, predictor), weight)
    for grouped, plain in ((moments.weight, found.weight), (moments.risk, found.risk)):
        if not is_zero(grouped.subs(moments.table) - plain):
            raise Underivable(f"the optimum of {design.name} does not group by examples")
    return Variant(
        design,
        found,
        moments,
        compare(_expanded(claim.weight, claim), found.weight, regime),
        compare(_expanded(claim.risk, claim), found.risk, regime),
        effective_sample_size(found.risk, moments.second_moment),
    )


def _expanded(expr: sympy.Expr, claim: Claim) -> sympy.Expr:
    return expr.subs(dict(claim.definitions))


def _steps(found: Variant, record: LimitStatement) -> list[Step]:
    multiplier = record.regime.leading(found.sample_size / n)
    plain = found.derivation.plain
    second = plain.convexity
    assert isinstance(second, Invariant)  # no matrix but the weight occurs: per_example saw to it
    eigenvalues = (second.symmetric, second.antisymmetric, second.identity)
    return [
        found.derivation.steps[0],
        Step(
            "The risk of $W = w I$, by taking Gaussian moments; with $s_i = x^\\top x_i y_i$ and a "
            f"common factor $g = {latex(record._tidied(found.moments.factor))}$ the moments are "
            "$M = E y^2$, $b = E y s_i / g$, $q_1 = E s_i^2 / g$, $q_2 = E s_i s_j / g$",
            "L = M + g n \\left(\\left(q_1 + (n - 1) q_2\\right) w^2 - 2 b w\\right)",
        ),
        Step(
            "The moments, exactly",
            RELATIONS.join(
                equation(name, value) for name, value in record._definitions(found.moments)
            ),
        ),
        Step(
            "The second-order part is unchanged by rotations; on symmetric matrices of trace zero, "
            "antisymmetric matrices and multiples of the identity it is the squared norm times "
            "these eigenvalues, which are non-negative for $n, d \\ge 1$ and parameters in their "
            "ranges, so the risk is convex and a stationary point is a minimiser",
            RELATIONS.join(latex(record._tidied(value)) for value in eigenvalues),
        ),
        Step(
            "No other matrix occurs, so the risk is the same at $Q W Q^\\top$ for every orthogonal "
            "$Q$; a minimiser averaged over all rotations is one again, by convexity, and is a "
            "multiple of the identity, so one scalar equation remains",
            r"b = \left(q_1 + (n - 1) q_2\right) w",
        ),
        Step(
            "Solved, and put into the risk",
            RELATIONS.join(
                [
                    equation(OPTIMAL_WEIGHT, weight_latex(found.moments.weight)),
                    equation(OPTIMAL_RISK, LEAST_RISK),
                ]
            ),
        ),
        Step(
            "Leading terms as $d$ grows, of the exact weight and risk",
            RELATIONS.join(
                [
                    rf"{OPTIMAL_WEIGHT} \sim {weight_latex(found.weight.exact.expression)}",
                    rf"{OPTIMAL_RISK} \sim {latex(found.risk.exact.expression)}",
                ]
            ),
        ),
        Step(
            "The relative errors of the claimed weight and risk, to leading order",
            RELATIONS.join(
                [
                    rf"{_error(OPTIMAL_WEIGHT)} \sim {found.weight.latex}",
                    rf"{_error(OPTIMAL_RISK)} \sim {found.risk.latex}",
                ]
            ),
        ),
        Step(
            "The effective sample size $n'$, at which isotropic independent data have the same "
            "$L^\\star / E y^2$; relative to $n$ it tends to",
            rf"n'/n \to {latex(multiplier.coefficient)}",
        ),
    ]
