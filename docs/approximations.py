"""The numbers behind the page on the approximations of Theorems 2 and 3, all of them exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import sympy

import theory
from docs.markdown import table
from theory.designs.design import Design
from theory.limits.leading import Comparison, Regime, compare
from theory.records.leading_order import LimitStatement
from theory.records.optima import Optima
from theory.scalars.arithmetic import fraction
from theory.scalars.rational import factored, value_at
from theory.scalars.symbols import d, n
from theory.text.latex import latex

STATEMENTS: tuple[str, ...] = ("theorem2", "theorem3")
D, N = 20, 40
ALPHAS = [Fraction(k, 10) for k in range(7)]
"""Sizes and alignments of the paper's figures; there is no noise."""

a, nu, alpha, sigma = sympy.symbols("a nu alpha sigma")
NOISELESS = Regime(
    "noiseless", ((alpha, a / sympy.sqrt(d)), (n, d / nu), (sigma, sympy.Integer(0)))
)
CONSTANTS = {a: sympy.Integer(1), nu: sympy.Rational(1, 2)}
"""Where rates are followed: then kappa = 2 and n = 2 d."""

ROOTS = (3, 4, 6, 10, 18, 32, 56, 100, 178, 316)
"""Of the numbers of features d at which rates are followed, so that ``1/sqrt(d)`` is rational."""


def records() -> Iterator[LimitStatement]:
    for id in STATEMENTS:
        record = theory.statement(id)
        assert isinstance(record, LimitStatement)
        yield record


@dataclass(frozen=True)
class Row:
    """A design in the regime without noise at some d, with ``alpha = a/sqrt(d)``, ``n = d/nu``."""

    d: int
    exact: Fraction
    claimed: Fraction
    derived: float

    @property
    def error(self) -> float:
        """``(claimed - exact) / exact``."""
        return float((self.claimed - self.exact) / self.exact)


@cache
def noiseless(record: LimitStatement, design: Design) -> Comparison:
    """How the claimed risk compares with the exact one in the regime without noise."""
    claimed = record.limit
    return compare(claimed, record.variant(design).derivation.risk, NOISELESS)


def along(record: LimitStatement, design: Design, roots: tuple[int, ...] = ROOTS) -> list[Row]:
    """Exact and claimed risk at growing d, and the derived leading term of the relative error."""
    error = noiseless(record, design).error
    leading = error.expression.subs(CONSTANTS) if error else sympy.Integer(0)
    exact = record.variant(design).derivation.risk
    claimed = record.limit
    rows = []
    for root in roots:
        here = {**CONSTANTS, d: sympy.Integer(root**2)}
        at = {s: value.subs(here) for s, value in NOISELESS.substitution} | {d: here[d]}
        values = (fraction(value_at(expr, at)) for expr in (exact, claimed))
        rows.append(Row(root**2, *values, derived=float(leading.subs(here))))
    return rows


def tables() -> dict[str, str]:
    """The tables of the page, by name."""
    return {
        "approximation-finite": _finite(),
        "approximation-rates": _rates(),
        "approximation-growing": _growing(),
        "approximation-large-a": _large_a(),
        "approximation-sample-size": _sample_size(),
        "approximation-sample-limits": _sample_limits(),
    }


def _finite() -> str:
    """Exact and claimed risk at the paper's sizes."""
    by_record = [
        [r.evaluate(n=N, d=D, sigma=0, alpha=alpha) for alpha in ALPHAS] for r in records()
    ]
    head = [f"{r.design.name}: {what}" for r in records() for what in ("exact", "claimed", "error")]
    return table(
        (r"$\alpha$", r"$\kappa$", *head),
        (
            (
                f"{float(alignment):.1f}",
                f"{float(1 + alignment**2 * D):.1f}",
                *(cell for at in row for cell in _cells(at)),
            )
            for alignment, *row in zip(ALPHAS, *by_record, strict=True)
        ),
    )


def _cells(at: Optima) -> tuple[str, str, str]:
    return f"{float(at.risk):.3f}", f"{float(at.claimed):.3f}", percent(at.relative_error)


def percent(value: float | None) -> str:
    """A relative error with its sign."""
    return "" if value is None else f"{100 * value:+#.3g} %".replace("-", "−")


def _rates() -> str:
    """The derived leading term of the relative error, for every design."""
    return table(
        ("statement", "design", "right to leading order", "relative error of the risk"),
        (
            (
                f"[`{r.id}`](statements/{r.id}.md)",
                f"`{design.name}`",
                "yes" if r.variant(design).right else "**no**",
                f"$\\sim {latex(noiseless(r, design).relative_error)}$",
            )
            for r in records()
            for design in r.designs
        ),
    )


def _growing() -> str:
    """What is seen at growing d beside the derived leading term."""
    chosen = (ROOTS[1], ROOTS[3], ROOTS[5], ROOTS[7], ROOTS[9])
    rows = []
    for r in records():
        for design in r.designs:
            seen = along(r, design, chosen)
            rows.append((f"`{design.name}`", *(percent(row.error) for row in seen)))
            rows.append(("derived leading term", *(percent(row.derived) for row in seen)))
    return table(("design", *(f"$d = {k**2}$" for k in chosen)), rows)


def _large_a() -> str:
    """The coefficient of 1/d for large a, in terms of alpha: up to where the claim is good."""
    rows = []
    for r in records():
        error = noiseless(r, r.design).error
        assert error is not None
        top, bottom = (sympy.Poly(p, a) for p in sympy.fraction(sympy.cancel(error.coefficient)))
        power = top.degree() - bottom.degree()
        leading = factored(top.LC() / bottom.LC())
        shown = leading * a**power * d**error.power
        in_alpha = factored(leading * alpha**power * d ** (error.power + sympy.Rational(power, 2)))
        rows.append((f"`{r.design.name}`", f"${latex(shown)}$", f"${latex(in_alpha)}$"))
    return table(("design", "leading term for large $a$", r"with $a = \alpha \sqrt{d}$"), rows)


def _sample_size() -> str:
    """The effective sample size relative to n, at the paper's sizes."""
    rows = []
    for alignment in ALPHAS:
        kappa = 1 + alignment**2 * D
        cells: list[str] = []
        for r, power in zip(records(), (1, 2), strict=True):
            cells += [f"{sample_ratio(r, alignment):.2f}", f"{float(kappa**power):.2f}"]
        rows.append((f"{float(alignment):.1f}", *cells))
    head = [
        cell
        for r, limit in zip(records(), (r"$\kappa$", r"$\kappa^2$"), strict=True)
        for cell in (f"{r.design.name}: $n'/n$", limit)
    ]
    return table((r"$\alpha$", *head), rows)


def sample_ratio(record: LimitStatement, alignment: Fraction) -> float:
    """The effective sample size over n, at the paper's sizes and without noise."""
    values = {"n": N, "d": D, "alpha": sympy.Rational(str(alignment)), "sigma": 0}
    return float(record.effective_sample_size().subs(values) / N)


def _sample_limits() -> str:
    """The limit of n'/n for every design."""
    rows = []
    for r in records():
        for design in r.designs:
            limit = r.regime.leading(r.effective_sample_size(design) / n)
            assert limit.power == 0
            value = limit.coefficient.subs({**CONSTANTS, sympy.Symbol("s"): 0})
            rows.append((f"`{design.name}`", f"${latex(limit.coefficient)}$", f"${latex(value)}$"))
    head = r"at $a = 1$, $\nu = \frac{1}{2}$, $s = 0$"
    return table(("design", r"$n'/n \to$", head), rows)
