"""Whether a bound or a comparison holds: by the sign of a difference over all sizes and ranges.

The sign of a rational function of sizes and parameters is seen, or it is not; then a place at which
the claim fails is sought elsewhere. That sample weights do better than equal ones is known where
the form in them says at which sizes equal ones are optimal.
"""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.designs.counts import is_tied, whole_symbols
from theory.designs.design import Design, ranges_of
from theory.designs.domain import ABOVE, Condition
from theory.designs.narrowed import is_seen
from theory.errors import TheoryError, Underivable
from theory.limits.leading import Regime
from theory.optima.sample_weights.strictness import strictness
from theory.optima.sample_weights.weighted import InWeights
from theory.scalars.rational import factored, is_zero
from theory.scalars.symbols import n
from theory.scalars.whole import is_whole
from theory.text.latex import condition_latex
from verify.judge.at_test import AtTest
from verify.judge.eigenvalues import by_eigenvalues
from verify.judge.equality import Exactness
from verify.judge.limits import with_prompts
from verify.judge.proof import proved
from verify.judge.question import Question
from verify.judge.target import AtWeight, OfDescent, Target
from verify.judge.target_weights import OfWeights
from verify.judge.traces import in_limit

NOT_SEEN = "the sign of the difference of the two is not seen over the ranges"
ALL = "for all sizes and all parameters in their ranges"


def bound(question: Question) -> Exactness:
    """Whether a bound is seen to hold everywhere; None where that is not seen.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("mahankali-2023")
    >>> (one,) = questions(file, claim_of(file, risk="> sigma^2"))
    >>> bound(one).how
    'the difference of the two is positive for all sizes and all parameters in their ranges'
    """
    strict = question.relation.is_strict
    exact, claimed = question.exact, question.claimed
    known = by_definition(question)
    if known is not None:
        return known
    if exact is None or claimed is None:
        of_pgd = isinstance(question.target, OfDescent | AtWeight | AtTest)
        if of_pgd and question.beside is None:
            why = None if strict else proved(question)
            why = why or by_eigenvalues(question)
            if why is not None:
                return Exactness(True, why)
        return _by_weights(question)
    gap, difference = question.relation.gap(exact, claimed), factored(claimed - exact)
    if difference == 0 or is_zero(gap):
        return Exactness(not strict, "the two are equal for all sizes", sympy.Integer(0))
    sign = "positive" if strict else "not negative"
    if _is_seen(gap, strict, question.design):
        return Exactness(True, f"the difference of the two is {sign} {ALL}", difference)
    if strict and question.unless is not None and is_seen_unless(gap, question):
        return Exactness(True, f"the difference of the two is {sign} elsewhere, {ALL}", difference)
    if isinstance(question.target, AtTest) and _is_above_the_least(question, question.target):
        how = f"no risk at test is below the least one there, and that is so of it {ALL}"
        return Exactness(True, how, difference)
    if question.other is not None:
        return replace(_by_weights(question), difference=difference)
    return Exactness(None, NOT_SEEN, difference)


def by_definition(question: Question) -> Exactness | None:
    """What is known without a formula, wherever the optimum is unique or not; None for nothing.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("partly-retrieved")
    >>> by_definition(*questions(file, claim_of(file, holds="wpgd_risk <= risk"))).how
    'equal sample weights are among all, whatever the sizes'
    """
    strict = question.relation.is_strict
    if _are_one(question):
        return Exactness(not strict, "the two are one risk", sympy.Integer(0))
    less, more = _in_order(question)
    if not strict and _kind(less) is OfWeights and _kind(more) is OfDescent:
        return Exactness(True, "equal sample weights are among all, whatever the sizes")
    return None


def _in_order(question: Question) -> tuple[Target | None, Target | None]:
    """Both sides, the one first that is claimed to be less; None for a formula."""
    sides = question.target, question.other
    return sides[::-1] if question.relation.value[0] == ">" else sides


def is_seen_unless(gap: sympy.Expr, question: Question) -> bool:
    """Whether a difference is seen to be positive wherever the exception does not hold.

    Either it has factors of the exception, or such as are no smaller than one of these, squared or
    with a sign of their own, and what is left is positive; or the exception is a whole number,
    which differs from zero by one at least.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> from theory.scalars.symbols import d, n
    >>> file = shipped("mahankali-2023")
    >>> (one,) = questions(file, claim_of(file, risk="< d + sigma^2 - 1", unless="n = 1"))
    >>> is_seen_unless(n - 1, one), is_seen_unless((n - 1)**2 / d, one), is_seen_unless(n - 2, one)
    (True, True, False)
    """
    ranges, domain = ranges_of(question.design), question.design.domain

    def seen(expr: sympy.Expr, strictly: bool, *more: Condition) -> bool:
        return is_seen(expr, ranges, (*more, *domain), strictly)

    zero = _exception(question)
    if is_whole(zero, whole_symbols(question.design)):
        # of both signs those that it may have
        signs = [sign for sign in (1, -1) if not seen(-sign * zero, False)]
        if all(seen(gap, True, Condition(sign * zero - 1, ABOVE)) for sign in signs):
            return True
    said = excepted(question)
    top, bottom = sympy.fraction(factored(gap))
    constant, factors = sympy.factor_list(top)
    rest = constant / bottom
    for base, power in factors:
        if not any(seen(base**2 - one**2, False) for one in said):
            rest *= base**power
        elif power % 2:
            sign = next((sign for sign in (1, -1) if seen(sign * base, False)), 0)
            rest *= sign
    return seen(rest, True)


def excepted(question: Question) -> set[sympy.Expr]:
    """Factors where one of which is zero an order is not claimed.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("mahankali-2023")
    >>> (one,) = questions(file, claim_of(file, risk="< d", unless="n*d = n"))
    >>> sorted(map(str, excepted(one)))
    ['d - 1', 'n']
    """
    return {base for base, _ in sympy.factor_list(_exception(question))[1]}


def _exception(question: Question) -> sympy.Expr:
    """What is zero where an order is not claimed, without its denominator."""
    if question.unless is None:
        return sympy.Integer(1)
    zero = question.unless.expression.xreplace(question.design.settled)
    return sympy.fraction(factored(zero))[0]


def _are_one(question: Question) -> bool:
    """Whether both sides are the least risk of PGD, or both that over sample weights."""
    kinds = {_kind(side) for side in (question.target, question.other)}
    return len(kinds) == 1 and None not in kinds


def _kind(side: Target | None) -> type[Target] | None:
    """What a least risk is that of; None for what is none."""
    if side is None or not (side.is_least and side.quantity.is_risk):
        return None
    return type(side)


def _is_above_the_least(question: Question, target: AtTest) -> bool:
    """Whether a lower bound of the risk at test is seen to be one of the least risk there."""
    least, claimed, relation = target.shifted.least, question.claimed, question.relation
    if least is None or claimed is None or relation.value[0] != ">":
        return False
    gap = factored(relation.gap(least.xreplace(question.design.settled), claimed))
    if is_zero(gap):
        return not relation.is_strict
    return _is_seen(gap, relation.is_strict, question.design)


def _is_seen(gap: sympy.Expr, strict: bool, design: Design) -> bool:
    return is_seen(gap, ranges_of(design), design.domain, strict)


def _by_weights(question: Question) -> Exactness:
    """Where one side is the least risk over sample weights, and the other that of equal ones."""
    less, more = _in_order(question)
    if isinstance(less, OfWeights) and _kind(more) is OfDescent:
        if not isinstance(less.kind, InWeights):
            return Exactness(None, NOT_SEEN)
        try:
            found = strictness(less.kind.form, ranges_of(question.design))
        except Underivable as why:
            return Exactness(None, f"whether equal sample weights are optimal is not seen: {why}")
        if not isinstance(found.equal_at, sympy.FiniteSet) and found.equal_at != sympy.S.EmptySet:
            return Exactness(None, "equal sample weights are optimal at every size")
        zero = _exception(question)
        if all(is_zero(zero.subs(n, size)) for size in found.equal_at):
            where = "at no size" if found.equal_at == sympy.S.EmptySet else "at no other size"
            return Exactness(True, f"equal sample weights are optimal {where}")
        sizes = ", ".join(map(str, found.equal_at))
        return Exactness(
            None, f"equal sample weights are optimal for n = {sizes} and for no other n"
        )
    if question.exact is None or question.claimed is None:
        how = (
            "signs are seen of rational functions, and of sums over the eigenvalues of one "
            "covariance, or of the product of two, and one of the two is no such, or its sign is "
            "not seen"
        )
        return Exactness(None, how)
    return Exactness(None, NOT_SEEN)


def bound_in(question: Question, regime: Regime) -> Exactness:
    """Whether a bound holds far out in a limit: by the sign of the leading term of the difference.

    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> from verify.judge.question import questions
    >>> file = shipped("isotropic-noiseless")
    >>> claim = claim_of(file, limit="proportional", risk="< d*nu")
    >>> bound_in(*questions(file, claim), claim.limit).equal
    True
    """
    try:
        question, regime = in_limit(question, regime)
        exact, claimed = question.exact, question.claimed
        regime.check()
        if exact is None or claimed is None:
            raise Underivable(question.target.no_formula)
        gap, difference = question.relation.gap(exact, claimed), factored(claimed - exact)
        if is_zero(regime.apply(gap)):
            return Exactness(not question.relation.is_strict, "the two are equal throughout")
        leading = regime.leading(gap)
    except TheoryError as why:
        return Exactness(None, f"the limit {regime.name} cannot be taken: {why}")
    positive = {c: (sympy.Integer(0), sympy.oo) for c in regime.constants}
    positive |= {p.symbol: (p.low, p.high) for p in regime.fixed}
    ranges = {**ranges_of(question.design), **positive}
    conditions = regime.conditions
    words = f"the leading term of the difference in the limit {regime.name}"
    top, bottom = sympy.fraction(leading.coefficient)  # zeros of the bottom are left out
    for sign, holds in ((1, True), (-1, False)):
        # whole numbers may tie what it holds, so that it is zero wherever there are prompts
        said = holds or not is_tied(question.design)
        if said and is_seen(sign * top * bottom, ranges, conditions, False):
            left_out = ", ".join(f"${condition_latex(one)}$" for one in regime.excluded(gap))
            how = f"{words} is {'positive' if holds else 'negative'}"
            return Exactness(holds, f"{how}, where {left_out}" if left_out else how, difference)
    for place in with_prompts(question.design, regime):
        there = leading.coefficient.xreplace(place)
        if there.is_real and there.is_finite and there.is_negative:
            shown = ", ".join(f"{s} = {v}" for s, v in place.items() if leading.coefficient.has(s))
            where = f" at {shown}" if shown else ""
            return Exactness(False, f"{words} is negative{where}", difference)
    return Exactness(None, f"the sign of {words} is not seen over the ranges", difference)
