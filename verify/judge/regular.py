"""What must not vanish, and is not seen not to: for one optimum, and for sample weights at all.

A formula of an optimum is that of a stationary point, which is the only one where a determinant is
not zero. Where it is zero the formula, once cancelled, may have a value that no optimum has: labels
that are zero at some parameter predict nothing there. Sample weights are claimed up to a factor,
which may be a formula, and where that is zero they predict nothing. What divides by zero has no
value.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from theory.algebra.invariants import products
from theory.algebra.spans import Span
from theory.designs.instance import Instance
from theory.errors import Underivable
from theory.language.formulas.divisors import divisors
from theory.language.formulas.values import value
from theory.optima.uniqueness import may_be_zero_in
from theory.scalars.rational import factored, is_zero
from theory.scalars.symbols import i
from theory.text.latex import latex
from verify.judge.question import Question
from verify.judge.spans import Spans
from verify.judge.target_weights import OfGroup, OfOmega


def must_not_vanish(question: Question) -> tuple[sympy.Expr, ...]:
    """Factors that are zero where the optimum is not unique, less those that never are.

    Where the scale of the predictor is zero, every weight predicts nothing.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("isotropic-noiseless")
    >>> [must_not_vanish(one) for one in questions(file, claim_of(file, risk="d"))]
    [()]
    """
    sides = (question.target, *([] if question.other is None else [question.other]))
    regular = [one for side in sides for one in side.regular]
    return _may_be_zero([*regular, question.file.scale] if regular else (), question)


def is_nowhere_unique(question: Question) -> bool:
    """Whether more than one weight is optimal at the only values that parameters have.

    >>> from theory.language.files.reading import parse_design
    >>> from theory.language.gallery import text
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> design = text("isotropic-noiseless").replace('features = "e"', 'features = "u*e"')
    >>> file = parse_design(design + "[parameters]\\nu = [0, 0]")
    >>> [is_nowhere_unique(one) for one in questions(file, claim_of(file, risk="d"))]
    [True]
    """
    settled = question.design.settled
    sides = (question.target, *([] if question.other is None else [question.other]))
    return bool(settled) and any(
        is_zero(one.xreplace(settled)) for side in sides for one in side.regular
    )


def common_zeros(question: Question) -> tuple[sympy.Expr, ...]:
    """Factors of claimed sample weights that all share, where others would predict something.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("isotropic-noiseless")
    >>> (one,) = questions(file, claim_of(file, omega=("(n - 2)^2/(n + 1)",)))
    >>> common_zeros(one)
    (n - 2,)
    """
    target, claimed, kept = question.target, question.formula.expression, sympy.Integer(1)
    learned: Iterable[sympy.Expr] = ()
    if isinstance(target, OfGroup) and question.of_unit is not None:
        # what is left below a quotient is a zero of the unit alone
        claimed, kept = question.of_unit.expression, _below(claimed)
        learned = target.kind.form.linear
    elif isinstance(target, OfOmega) and target.kind is not None:
        learned = (target.kind.form.linear,)
    nothing = [{*_may_be_zero([one], question)} for one in learned]
    less = {*_may_be_zero([kept], question)}.union(set.intersection(*nothing) if nothing else ())
    found = _may_be_zero([claimed], question)
    return tuple(one for one in found if not one.has(i) and one not in less)


def poles(question: Question) -> tuple[sympy.Expr, ...]:
    """Factors of what a claim divides by, less those that never are zero.

    Scalars are looked at, and matrices in the span of I and of outer products.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("isotropic-noiseless")
    >>> (one,) = questions(file, claim_of(file, risk="(n - 2)/(n - 2)/(2*n - 7)"))
    >>> poles(one)
    (n - 2,)
    """
    algebra = Spans(question.names, question.design)
    found: list[sympy.Expr] = []
    for tree in () if question.beside else divisors(question.formula.tree):
        try:
            by = value(tree, algebra)
            found += _divided_by(by) if isinstance(by, Span) else [by]
        except (Underivable, ValueError):
            continue
    return _may_be_zero(found, question)


def excused(question: Question) -> tuple[sympy.Expr, ...]:
    """Factors that a right formula may divide by, as what is derived does, or has no value there.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("isotropic-noiseless")
    >>> [excused(one) for one in questions(file, claim_of(file, risk="d/(n - 2)"))]
    [()]
    """
    exact = question.exact
    if exact is None:
        return (*must_not_vanish(question), *poles(question))
    return (*must_not_vanish(question), *_may_be_zero([_below(exact)], question))


def _below(expr: sympy.Expr) -> sympy.Expr:
    """The denominator of a scalar in lowest terms."""
    return sympy.fraction(factored(expr))[1]


def where_zero(expr: sympy.Expr) -> str:
    """An equation in LaTeX for where an expression is zero, solved where it has one linear symbol.

    >>> from theory.scalars.symbols import n
    >>> where_zero(2 * n - 4), where_zero(n * i - 4)
    ('$n = 2$', '$i n - 4 = 0$')
    """
    free = tuple(expr.free_symbols)
    if len(free) == 1 and expr.is_polynomial(*free) and sympy.degree(expr, free[0]) == 1:
        (root,) = sympy.roots(expr, free[0])
        return f"${latex(free[0])} = {latex(root)}$"
    return f"${latex(expr)} = 0$"


def is_zero_at(expr: sympy.Expr, at: Instance) -> bool:
    """Whether an expression in sizes, parameters and inner products is zero at an instance.

    One that is about an example, in ``i``, at any of them.
    """
    inner = products(at.design.means, at.matrices, at.arithmetic)
    values = {k: sympy.Rational(str(v)) for k, v in {**at.scalars, **inner}.items()}
    found = expr.subs(values)
    examples = range(1, at.n + 1) if found.has(i) else ()
    return bool(found == 0) or any(found.subs(i, k) == 0 for k in examples)


def _divided_by(by: Span) -> list[sympy.Expr]:
    """What the inverse of a matrix divides by."""
    inverse = by.inverse
    return [sympy.fraction(one)[1] for one in (inverse.multiple, *inverse.terms.values())]


def _may_be_zero(exprs: Iterable[sympy.Expr], question: Question) -> tuple[sympy.Expr, ...]:
    """The factors of expressions that are not seen to be other than zero."""
    return may_be_zero_in(question.design, exprs, question.constants)
