"""The risk of a multiple of the identity, grouped by what one example and two examples contribute.

With ``h_i = x' x_i y_i`` the prediction of ``w I`` is ``w sum_i h_i``, and the examples of an
exchangeable design enter its risk through four numbers and a factor that three of them share:

    L(w) = M + g n (-2 p w + (r_1 + (n - 1) r_2) w^2),
    M = E y^2,  g p = E y h_i,  g r_1 = E h_i^2,  g r_2 = E h_i h_j  (i != j).

No letter is one that vectors of the designs in use have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy

from theory.algebra.polynomials import TracePolynomial, identity, normalised
from theory.algebra.words import Letter
from theory.errors import Underivable
from theory.scalars.rational import cancelled, common_divisor, factored
from theory.scalars.symbols import n
from theory.text.formulas import Formula

M, p, r_1, r_2 = sympy.symbols("M p r_1 r_2")
MEANINGS = {
    M: r"\mathbb{E}\, y^2",
    p: r"\mathbb{E}\, y h_i / g",
    r_1: r"\mathbb{E}\, h_i^2 / g",
    r_2: r"\mathbb{E}\, h_i h_j / g",
}
NAMES = frozenset({"g", "h_i", *map(str, MEANINGS)})
"""Names that these formulas give to things."""
LEAST_RISK = M - sympy.Symbol("g") * n * p**2 / (r_1 + (n - 1) * r_2)


@dataclass(frozen=True)
class PerExample:
    """The four moments and the factor g; none depends on n."""

    factor: sympy.Expr
    second_moment: sympy.Expr
    match: sympy.Expr
    own: sympy.Expr
    cross: sympy.Expr

    @property
    def table(self) -> dict[sympy.Symbol, sympy.Expr]:
        """The moments by their symbols."""
        return {M: self.second_moment, p: self.match, r_1: self.own, r_2: self.cross}

    @property
    def weight(self) -> sympy.Expr:
        """The best multiple, in the symbols."""
        return p / (r_1 + (n - 1) * r_2)

    @property
    def risk(self) -> sympy.Expr:
        """Its risk, in the symbols."""
        return M - self.factor * n * p**2 / (r_1 + (n - 1) * r_2)

    def where(self, tidied: Callable[[sympy.Expr], sympy.Expr]) -> tuple[Formula, ...]:
        """What the symbols stand for, with their values, each as ``tidied`` writes it."""
        return (
            Formula("h_i", r"x^\top x_i y_i"),
            Formula("g", tidied(self.factor)),
            *(
                Formula(name, tidied(value), meaning=MEANINGS[name])
                for name, value in self.table.items()
            ),
        )


def per_example(risk: TracePolynomial, weight: Letter) -> PerExample:
    """Read the four moments off a risk in which no matrix but the weight occurs.

    Raises :class:`~theory.errors.Underivable` where the risk is not of that form.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> W = predictors.pgd.weights[0]
    >>> found = per_example(population_risk(designs.isotropic_noiseless, predictors.pgd), W)
    >>> found.factor, found.match, found.own, found.cross
    (d, 1, d + 2, 1)
    """
    if risk.letters - {weight}:
        raise Underivable("the risk depends on other matrices than the weight")
    constant, slope, square = along_identity(risk, weight)
    match = cancelled(-slope / (2 * n))
    pairs = cancelled(square / n)
    cross = cancelled(sympy.diff(pairs, n))
    own = cancelled(pairs - (n - 1) * cross)
    shared = _shared([match, own, cross])
    found = PerExample(
        shared, *map(factored, (constant, match / shared, own / shared, cross / shared))
    )
    if any(value.has(n) for value in (shared, *found.table.values())):
        raise Underivable("the examples do not enter the risk alike")
    return found


def along_identity(
    risk: TracePolynomial, weight: Letter
) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """The coefficients of the risk of ``w I``, of degree 0, 1 and 2 in w.

    >>> from theory.language.gallery.designs import isotropic_noiseless
    >>> from theory.designs.predictors import pgd
    >>> from theory.risks.population import population_risk
    >>> along_identity(population_risk(isotropic_noiseless, pgd), *pgd.weights)[:2]
    (d, -2*d*n)
    """
    size = identity(weight.rows).trace().constant

    def at_identity(part: TracePolynomial) -> sympy.Expr:
        # a trace of words in W alone is the size; the sum is expanded once, as it is long
        plain = (
            c * size ** len(monomial)
            for monomial, c in part.terms.items()
            if all(f.letter == weight for trace in monomial for f in trace.word)
        )
        return normalised(sympy.Add(*plain))

    constant, slope, square = (at_identity(risk.part(k, weight)) for k in range(3))
    return constant, slope, square


def _shared(values: list[sympy.Expr]) -> sympy.Expr:
    """What rational functions have in common: gcd of numerators over gcd of denominators."""
    parts = [sympy.fraction(cancelled(value)) for value in values]
    tops, bottoms = (common_divisor([p[k] for p in parts]) for k in range(2))
    return factored(tops / bottoms)
