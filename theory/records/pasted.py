"""What was derived, in the grammar of claims: to be pasted into a claim again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sympy

from theory.algebra.invariants import paired
from theory.algebra.symbolic import whole
from theory.designs.design import IDENTITY
from theory.errors import InputError, TheoryError
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT, RISK_AT_TEST
from theory.language.formulas import bounds
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Unreadable
from theory.language.formulas.printing import printed
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.tree import names
from theory.language.formulas.writing import tree_of
from theory.records.derived import Derived
from theory.records.expectation import Expectation
from theory.records.statement import Statement
from theory.scalars.rational import factored
from theory.text.formulas import Exposition, Formula, where
from theory.text.latex import STAR
from theory.text.rows import Mathematics, Row

QUANTITIES: Mapping[str, Mathematics] = {"weight": OPTIMAL_WEIGHT, "risk": OPTIMAL_RISK}


def grammar(
    exposition: Exposition, quantities: Mapping[str, Mathematics] = QUANTITIES
) -> dict[str, str]:
    """What was derived as claims, with its abbreviations written out.

    ``quantities`` are the left sides looked for, by the names of their claims: by default the
    optimal weight and risk.

    What the grammar has no word for, or what is longer than a claim may be, is left out.

    >>> import theory
    >>> grammar(theory.statement("corollary1").derived)
    {'weight': 'I/(d + n + 1)', 'risk': 'd*(d + 1)/(d + n + 1)'}
    """
    found = {name: exposition.of(what, "=") for name, what in quantities.items()}
    weight = exposition.of(OPTIMAL_WEIGHT, "=")
    where = exposition.where if weight is None else (*exposition.where, weight)
    texts = {k: _written(f, where) for k, f in found.items() if f is not None}
    return {name: text for name, text in texts.items() if text}


def pasted(record: Statement, exposition: Exposition) -> dict[str, str]:
    """What was derived for a record as claims, by what they are claims of.

    >>> import theory
    >>> record = theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)")
    >>> pasted(record, record.derived)
    {'moment': 'tr(A)*S'}
    """
    if isinstance(record, Expectation):
        return grammar(exposition, {"moment": record.expected})
    found = grammar(exposition)
    if not isinstance(record, Derived):
        return found
    found |= _of_moments(record, exposition, found)
    if record.shifted is not None:
        texts = [_closed(record, RISK_AT_TEST, record.shifted.expression)]
        texts += grammar(exposition, {"test_risk": RISK_AT_TEST}).values()
        if any(texts):
            found["test_risk"] = min(filter(None, texts), key=len)
    design = record.design
    known = {"n", "d", IDENTITY, *design.matrices, *design.means}
    known |= {p.name for p in design.parameters}
    # coordinates of a weight that solve a system, as w_0, have a name and no formula
    return {key: text for key, text in found.items() if names(parse(text)) <= known}


def leading(record: Derived) -> dict[str, dict[str, str]]:
    """The leading terms of weight and risk as claims in the limits of a design, by their names.

    >>> from theory.language.gallery import shipped
    >>> leading(Derived.of(shipped("rag")))["proportional"]["weight"]
    'nu/(d*(a^2 + nu*s + nu + 1))'
    """
    found = {}
    for regime in record.limits:
        try:
            limit = record.limit_in(regime)
            terms = {"risk": limit.risk.expression}
            multiple = record.derivation.plain.span is None
            if multiple and len(limit.weights) == 1:  # others cannot be claimed
                terms = {"weight": limit.weight.expression, **terms}
            if record.shifted is not None and record.shifted.formula is not None:
                terms["test_risk"] = record.shifted.leading(regime).expression
            texts = {name: printed(tree_of(term)) for name, term in terms.items()}
        except (TheoryError, Unreadable):
            continue
        found[regime.name] = {k: t for k, t in texts.items() if len(t) <= bounds.FORMULA}
    return found


def _of_moments(record: Derived, exposition: Exposition, known: Collection[str]) -> dict[str, str]:
    """What an exposition shows by moments, for which the grammar has no word, in closed form."""
    shown = [key for key, what in QUANTITIES.items() if exposition.of(what, "=") is not None]
    missing, design = [key for key in shown if key not in known], record.design
    if not missing or design.matrices or design.means or record.derivation.plain.multiple is None:
        return {}
    values = {"weight": whole(factored(record.weight)), "risk": record.risk}
    texts = {key: _closed(record, QUANTITIES[key], values[key]) for key in missing}
    return {key: text for key, text in texts.items() if text}


def _closed(record: Derived, name: Mathematics, value: sympy.Expr) -> str:
    return _written(Formula(name, value), where(record.derivation.definitions))


def _written(formula: Formula, definitions: tuple[Formula, ...]) -> str:
    expr = formula.right
    if not isinstance(expr, sympy.Basic):
        return ""
    known = {
        _named(one.left, one.right): one.right
        for one in definitions
        if isinstance(one.right, sympy.Basic) and not isinstance(one.left, Row)
    }
    for _ in known:  # one may stand for what holds another
        expr = expr.xreplace(known)
    if not all(one.function.is_polynomial(*one.variables) for one in expr.atoms(sympy.Sum)):
        return ""  # there is no closed form, and SymPy would look for one for seconds
    if not expr.has(sympy.MatrixSymbol):
        expr = sympy.factor_terms(expr.doit())
    atoms = {a.name for a in expr.atoms(sympy.Symbol, sympy.MatrixSymbol) if not paired(a.name)}
    if any(name.endswith(STAR) or not name.isidentifier() for name in atoms):
        return ""
    try:
        tree = tree_of(expr)
        size_bound(tree, frozenset(a.name for a in expr.atoms(sympy.MatrixSymbol)) | {IDENTITY})
    except (InputError, Unreadable):
        return ""
    text = printed(tree)
    return text if len(text) <= bounds.FORMULA else ""


def _named(name: Mathematics, meaning: sympy.Basic) -> Mathematics:
    """What stands in formulas for what a name means."""
    if not isinstance(name, str):
        return name
    if isinstance(meaning, sympy.MatrixExpr):
        return sympy.MatrixSymbol(name, *meaning.shape)
    return sympy.Symbol(name)
