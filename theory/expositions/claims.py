"""A claimed formula, written beside the quantity that it is claimed of."""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT, RISK_AT_TEST
from theory.language.formulas.claims import ClaimedFormula
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.entries import Component
from theory.language.formulas.orderings import Ordering
from theory.language.formulas.quantities import Quantity
from theory.optima.sample_weights.strictness import least
from theory.text.formulas import Formula
from theory.text.rows import Mathematics, grouped, row

SYMBOLS = {
    Quantity.WEIGHT: OPTIMAL_WEIGHT,
    Quantity.RISK: OPTIMAL_RISK,
    Quantity.EXCESS: OPTIMAL_RISK,
    Quantity.WPGD_RISK: least("WPGD"),
    Quantity.ATT_RISK: least("ATT"),
    Quantity.SSM_RISK: least("SSM"),
    Quantity.TEST_RISK: RISK_AT_TEST,
    Quantity.OMEGA: sympy.Symbol("omega_i"),
}
FREE = (Quantity.OMEGA, Quantity.GROUP_WEIGHTS)
"""What is claimed up to a common factor."""
ENTRIES = {Quantity.GROUP_WEIGHTS: "omega", Quantity.COEFFICIENTS: "c"}


def symbol_of(entry: Component) -> sympy.Expr:
    """A quantity, or an entry of it.

    >>> symbol_of(Component(Quantity.COEFFICIENTS, "0"))
    c_0
    """
    if not entry.name:
        return SYMBOLS[entry.quantity]
    return sympy.Symbol(f"{ENTRIES[entry.quantity]}_{entry.name}")


def compared(holds: Ordering) -> Formula:
    """What is claimed of two quantities.

    >>> from theory.language.formulas.orderings import ordering
    >>> from theory.language.formulas.parser import SOMEWHERE
    >>> print(compared(ordering("wpgd_risk < risk", SOMEWHERE)).latex)
    L^\\star_{\\mathrm{WPGD}} < L^\\star
    """
    return Formula(SYMBOLS[holds.left], SYMBOLS[holds.right], holds.relation.latex)


def claimed_formula(
    entry: Component,
    claimed: ClaimedFormula,
    noise: sympy.Expr,
    relation: str = "=",
    weight: ClaimedFormula | None = None,
) -> Formula:
    """What is claimed of a quantity, of an entry of one, or of the risk at a weight.

    ``noise`` is the variance of that of the query's label.

    >>> from theory.language.formulas.claims import claim_formula
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.gallery.designs import rag
    >>> near = Component(Quantity.GROUP_WEIGHTS, "near")
    >>> claimed = claim_formula(near.quantity, parse("d/n"), rag)
    >>> print(claimed_formula(near, claimed, rag.noise_variance_of_query).latex)
    \\omega_{\\mathrm{near}} \\propto \\frac{d}{n}
    """
    quantity = entry.quantity
    left: Mathematics = symbol_of(entry)
    if claimed.relation is not Comparator.EQUAL:
        relation = claimed.relation.latex
    if weight is not None:
        left = row("L(", symbolic.whole(weight.shown), ")")
    if quantity in FREE:
        return Formula(left, claimed.shown, r"\propto")
    if quantity is Quantity.WEIGHT:
        return Formula(left, symbolic.whole(claimed.shown), relation)
    if quantity is Quantity.EXCESS and noise != 0:
        return Formula(row(left, " - ", grouped(noise)), claimed.shown, relation)
    return Formula(left, claimed.shown, relation)
