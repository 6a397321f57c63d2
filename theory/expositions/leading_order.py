"""The exact optimum of a design and its limits, written out."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.algebra import symbolic
from theory.algebra.definitions import Definitions
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT
from theory.limits.leading import Regime
from theory.optima.curvature.convexity import InvariantForm
from theory.optima.leading_order import Variant
from theory.risks.per_example import LEAST_RISK, PerExample
from theory.scalars.rational import tidy
from theory.scalars.symbols import n
from theory.text.formulas import Formula, Step, step, where
from theory.text.latex import STAR
from theory.text.rows import Row, Sentence, row


def error_of(what: sympy.Expr) -> Row:
    """The relative error of the claimed value, as a ratio."""
    claimed = what.name.removesuffix(STAR) + r"_{\mathrm{claimed}}"
    return row(f"({claimed} - ", what, ") / ", what)


@dataclass(frozen=True)
class WrittenLimit:
    """How formulas of a limit statement are written.

    Parameters
    ----------
    definitions
        The abbreviations of the claim, which derived formulas use as well.
    by
        The parameter whose powers are collected.
    regime
        The regime of the limits.
    """

    definitions: Definitions
    by: sympy.Symbol
    regime: Regime

    def _definitions(self, moments: PerExample) -> tuple[tuple[sympy.Expr, sympy.Expr], ...]:
        tidied = [(name, self._tidied(value)) for name, value in moments.table.items()]
        used = frozenset().union(*(value.free_symbols for _, value in tidied))
        return (*tidied, *(pair for pair in self.definitions if pair[0] in used))

    def where(self, moments: PerExample) -> tuple[Formula, ...]:
        """What the symbols stand for, and their values."""
        used = frozenset().union(
            *(self._tidied(v).free_symbols for v in (moments.factor, *moments.table.values()))
        )
        return (
            *moments.where(self._tidied),
            *where(pair for pair in self.definitions if pair[0] in used),
            *(
                Formula(row(r"\text{in the limits } ", f.left), f.right)
                for f in self.regime.formulas
            ),
            Formula("n'", r"\text{the number of independent examples with the same relative risk}"),
        )

    def _tidied(self, expr: sympy.Expr) -> sympy.Expr:
        names = {meaning: name for name, meaning in self.definitions}
        return tidy(expr, self.by, names)

    def variant_step(self, found: Variant) -> Step:
        """A variant: its exact optimum, and how the claim does for it."""
        multiplier = self.regime.leading(found.sample_size / n)
        verdict = "right" if found.right else "not right"
        return step(
            f"The variant {found.design.name} ({found.design.title}): its exact optimum, for which "
            f"the claim is {verdict} to leading order; then the leading term of its risk, the "
            "relative error of the claimed risk, and the limit of $n'/n$",
            Formula("g", self._tidied(found.moments.factor)),
            *where(self._definitions(found.moments)),
            Formula(OPTIMAL_RISK, found.risk.exact.expression, r"\sim"),
            Formula(error_of(OPTIMAL_RISK), found.risk.relative_error, r"\sim"),
            Formula("n'/n", multiplier.coefficient, r"\to"),
        )

    def steps(self, found: Variant) -> list[Step]:
        """From the design to the leading orders."""
        multiplier = self.regime.leading(found.sample_size / n)
        plain = found.derivation.plain
        second = plain.convexity
        assert isinstance(
            second, InvariantForm
        )  # no matrix but the weight occurs: per_example saw to it
        eigenvalues = (second.symmetric, second.antisymmetric, second.identity)
        weight, risk = found.weight, found.risk
        return [
            found.derivation.steps[0],
            step(
                Sentence(
                    (
                        "The risk of $W = w I$, by taking Gaussian moments; with "
                        "$h_i = x^\\top x_i y_i$ and a common factor ",
                        row("g = ", self._tidied(found.moments.factor)),
                        " the moments are $M = E y^2$, $p = E y h_i / g$, $r_1 = E h_i^2 / g$, "
                        "$r_2 = E h_i h_j / g$",
                    )
                ),
                Formula("L", r"M + g n \left(\left(r_1 + (n - 1) r_2\right) w^2 - 2 p w\right)"),
            ),
            step("The moments, exactly", *where(self._definitions(found.moments))),
            step(
                "The second-order part is unchanged by rotations; on symmetric matrices of trace "
                "zero, antisymmetric matrices and multiples of the identity it is the squared norm "
                "times these eigenvalues, which are non-negative for $n, d \\ge 1$ and parameters "
                "in their ranges, so the risk is convex and a stationary point is a minimiser",
                *map(self._tidied, eigenvalues),
            ),
            step(
                "No other matrix occurs, so the risk is the same at $Q W Q^\\top$ for every "
                "orthogonal $Q$; a minimiser averaged over all rotations is one again, by "
                "convexity, and is a multiple of the identity, so one scalar equation remains",
                Formula("p", r"\left(r_1 + (n - 1) r_2\right) w"),
            ),
            step(
                "Solved, and put into the risk",
                Formula(OPTIMAL_WEIGHT, symbolic.whole(found.moments.weight)),
                Formula(OPTIMAL_RISK, LEAST_RISK),
            ),
            step(
                "Leading terms as $d$ grows, of the exact weight and risk",
                Formula(OPTIMAL_WEIGHT, symbolic.whole(weight.exact.expression), r"\sim"),
                Formula(OPTIMAL_RISK, risk.exact.expression, r"\sim"),
            ),
            step(
                "The relative errors of the claimed weight and risk, to leading order",
                Formula(error_of(OPTIMAL_WEIGHT), weight.relative_error, r"\sim"),
                Formula(error_of(OPTIMAL_RISK), risk.relative_error, r"\sim"),
            ),
            step(
                "The effective sample size $n'$, at which isotropic independent data have the same "
                "$L^\\star / E y^2$; relative to $n$ it tends to",
                Formula("n'/n", multiplier.coefficient, r"\to"),
            ),
        ]
