"""The terms of a claim that its leading order does not show, and whether they are right in a limit.

A claim that is right to leading order says more than that where it is a sum. A summand of the order
of the error is claimed too; one that is larger is right, one that is smaller cannot be seen. And
where the noise of the query's label outgrows all else in a risk, what is claimed beside that noise
has to be right as well. The noise itself is known, and is never such a term.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.errors import Underivable
from theory.language.formulas.printing import printed
from theory.language.formulas.summands import Part, summands
from theory.limits.leading import Comparison, Leading, Regime, compare
from theory.scalars.rational import is_zero
from theory.scalars.symbols import n
from theory.text.latex import latex
from verify.judge.question import Question

Term = tuple[Part, sympy.Expr]
"""A summand, and what it is as a scalar, with its sign."""


@dataclass(frozen=True)
class WrongTerm:
    """A term of a claim that is wrong, though the leading order is right.

    Parameters
    ----------
    text
        Which, in words with the formula.
    claimed, exact
        Its leading term, and that of what would be right in its place; None where that is zero.
    """

    text: str
    claimed: Leading
    exact: Leading | None


def wrong_term(question: Question, regime: Regime, found: Comparison) -> WrongTerm | None:
    """The wrong term of a claim in a regime, if there is one; ``found`` is its leading order.

    Examples
    --------
    >>> from theory.language.files.reading import DesignFile
    >>> from theory.language.gallery.designs import isotropic_noiseless as design
    >>> from theory.language.formulas.claims import claim_formula
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.quantities import Quantity
    >>> from theory.language.gallery.regimes import proportional
    >>> claim = claim_formula(Quantity.WEIGHT, parse("1/(n + d) - 5/(n + d)^2"), design)
    >>> question = Question(Quantity.WEIGHT, claim, DesignFile(design))
    >>> found = compare(question.claimed, question.exact, proportional)
    >>> wrong = wrong_term(question, proportional, found)
    >>> print(wrong.text, wrong.claimed.expression, wrong.exact.expression, sep=", ")
    the term -5/(n + d)^2, -5*nu**2/(d**2*(nu + 1)**2), -nu**2/(d**2*(nu + 1)**2)
    """
    claimed, exact = question.claimed, question.exact
    assert claimed is not None and exact is not None  # they have leading terms
    if not found.right or found.error is None:
        return None
    terms = _terms(question, regime)
    noise = question.noise if question.quantity.is_risk else sympy.Integer(0)
    known = (term for term in terms if noise != 0 and is_zero(term[1] - noise))
    of_noise = next(known, None)
    rest = [term for term in terms if term is not of_noise]
    error = claimed - exact
    order = regime.leading(error)
    group = [term for term in rest if _power(term[1], regime) == order.power]
    total = sympy.Add(*(value for _, value in group))
    if group and _power(total, regime) == order.power:
        return WrongTerm(_told(group), regime.leading(total), _leading(total - error, regime))
    excess = exact - noise
    if noise == 0 or _below(excess, noise, regime) is False:
        return None
    added = claimed - noise
    if _leading(added, regime) is None or (
        _leading(excess, regime) is not None and compare(added, excess, regime).right
    ):
        return None
    text = _told(rest) if of_noise is not None else f"what it adds to the noise ${latex(noise)}$"
    return WrongTerm(text, regime.leading(added), _leading(excess, regime))


def _below(excess: sympy.Expr, noise: sympy.Expr, regime: Regime) -> bool:
    """Whether an excess is of a lower order than the noise."""
    power, highest = _power(excess, regime), _power(noise, regime)
    return highest is not None and (power is None or bool(power < highest))


def _terms(question: Question, regime: Regime) -> list[Term]:
    """The summands of a claim; all of it, where one of them is no scalar.

    A factor such as ``1 + 5/n`` is multiplied out: a part that vanishes as the sizes grow, whatever
    the parameters are, stands there to be a term of its own.
    """
    sizes = Regime(
        regime.name,
        tuple((symbol, value) for symbol, value in regime.substitution if symbol == n),
        regime.parameters,
        regime.domain,
        regime.grows,
    )

    def vanishes(part: Part) -> bool:
        value = question.with_formula(part[1]).claimed
        power = None if value is None else _power(value, sizes)
        return power is not None and bool(power < 0)

    found = []
    for part in summands(question.formula.tree, lambda factor: any(map(vanishes, factor.parts))):
        value = question.with_formula(part[1]).claimed
        if value is None:
            return []
        found.append((part, -value if part[0] else value))
    return found


def _leading(expr: sympy.Expr, regime: Regime) -> Leading | None:
    """The leading term; None for zero."""
    return None if is_zero(regime.apply(expr)) else regime.leading(expr)


def _power(expr: sympy.Expr, regime: Regime) -> sympy.Rational | None:
    """The order of an expression; None for zero, and where it is not seen."""
    try:
        found = _leading(expr, regime)
    except Underivable:
        return None
    return None if found is None else found.power


def _told(terms: list[Term]) -> str:
    first, *rest = (("- " if negative else "+ ") + printed(tree) for (negative, tree), _ in terms)
    text = " ".join([first.removeprefix("+ ").replace("- ", "-", 1), *rest])
    return f"the terms {text}" if rest else f"the term {text}"
