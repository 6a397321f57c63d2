"""Whether a claimed formula equals the derived one, for all sizes and values.

*Scalars.* Where no covariance is about, both are rational or algebraic functions, and their
difference in normal form decides.

*Any covariances.* The claim is evaluated exactly at random matrices and numbers, at as many sizes
as are needed to tell the powers of d that occur. A weight has to solve the stationarity equation
there, so that nothing is solved for. What is false survives with a probability that is stated.
Where it can be proved for all sizes, as functions of the eigenvalues or word by word
(:mod:`verify.judge.proof`), a few sizes are a second look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from random import Random
from typing import Any

import flint
import sympy

from theory.algebra.polynomials import Monomial
from theory.algebra.values import scalar_value
from theory.designs.counts import counts
from theory.designs.design import IDENTITY, Design, ranges_of
from theory.designs.instance import Instance
from theory.designs.parameter import Parameter
from theory.errors import InputError, Underivable
from theory.language.formulas.degrees import degrees, has_root
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.values import value
from theory.limits.generic import generic
from theory.optima.shifted import SEVERAL
from theory.optima.stationary.equations import LinearEquation, stationarity
from theory.scalars.arithmetic import EXACT
from theory.scalars.ratio import ratio
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from verify.instances import MOST_N
from verify.judge.at_test import AtTest
from verify.judge.proof import proved
from verify.judge.question import Question
from verify.judge.regular import common_zeros, where_zero
from verify.judge.rewriting import NoInverse, Rewriting
from verify.judge.target import AtWeight, OfDescent
from verify.judge.target_weights import OfGroup, OfOmega

HEIGHT = 10**18
SIZES = 8
"""Sizes d at which a claim with covariances is evaluated, beyond the powers of d in it."""
MOST = 30
"""The largest d at which it is."""
PATIENCE = 4
"""At so many sizes in a row a claim may be undefined before the rest is given up."""
SOLVED = 4
"""The largest d where the optimal weight is solved for, entry by entry, or for a second look."""
DIVISIBLE = lcm(*range(1, MOST_N + 1))
"""By each number up to :data:`~verify.instances.MOST_N`, so that counts repeat with this period."""


@dataclass(frozen=True)
class Exactness:
    """Whether a claim is exact.

    Parameters
    ----------
    equal
        None where that is not decided.
    difference
        Claimed minus exact, as a formula; None where there is none.
    error
        The probability that a false claim would have passed, where numbers were drawn.
    """

    equal: bool | None
    how: str
    difference: sympy.Expr | None = None
    examined: int = 1
    error: Fraction | None = None
    at: Instance | None = None


def equality(question: Question, seed: int = 0, weight: Question | None = None) -> Exactness:
    """Decide whether a claim is exact; ``weight`` is a claimed weight that is known to be.

    Examples
    --------
    >>> from theory.language.files.reading import DesignFile
    >>> from theory.language.gallery.designs import isotropic_noiseless as design
    >>> from theory.language.formulas.claims import claim_formula
    >>> from theory.language.formulas.parser import parse
    >>> claim = claim_formula(Quantity.RISK, parse("d - n*d/(n + d + 1)"), design)
    >>> equality(Question(Quantity.RISK, claim, DesignFile(design))).how
    'the difference of the two, as rational functions, is zero'
    """
    if isinstance(question.target, OfOmega):
        return _of_omega(question, question.target, seed)
    exact, claimed = question.exact, question.claimed
    if exact is not None and claimed is not None:
        found = _of_scalars(claimed, exact, question.design)
        return _somewhere(question, found) if isinstance(question.target, OfGroup) else found
    if isinstance(question.target, OfDescent) and question.target.isotropic:
        return _at_small_sizes(question, seed)
    if isinstance(question.target, AtTest) and question.target.shifted.is_open:
        return Exactness(None, SEVERAL)
    if isinstance(question.target, AtTest) and question.target.is_summed:
        return _at_small_sizes(question, seed)
    if not isinstance(question.target, OfDescent | AtWeight | AtTest):
        return _at_small_sizes(question, seed)
    if isinstance(question.target, AtTest) and question.target.may_have_others:
        weight = None
    why = proved(question, weight)
    found = _at_random(question, seed, weight, brief=why is not None)
    if why is None or found.equal is False:
        return found
    return Exactness(True, why, examined=found.examined + 1)


def _of_scalars(claimed: sympy.Expr, exact: sympy.Expr, design: Design) -> Exactness:
    difference = claimed - exact
    form = ratio(difference)
    if form is None:
        return Exactness(None, "the difference of the two has no normal form", difference)
    if form.top == 0:
        kind = "algebraic" if ratio(claimed) and _has_roots(claimed, exact) else "rational"
        return Exactness(
            True, f"the difference of the two, as {kind} functions, is zero", sympy.Integer(0)
        )
    if form.roots:
        if is_zero(difference.xreplace(generic(design.parameters))):
            return Exactness(
                True,
                "the difference of the two is zero for parameters in their ranges",
                sympy.Integer(0),
            )
        # roots that depend on each other in a way that is not seen
        return Exactness(None, "the difference of the two is not seen to be zero", difference)
    return Exactness(False, "the difference of the two is not zero", difference)


def _of_omega(question: Question, target: OfOmega, seed: int) -> Exactness:
    if target.is_met(question.formula.expression.xreplace(question.design.settled)):
        how = "they meet the condition of optimality for every example, up to one common factor"
        return _somewhere(question, Exactness(True, how))
    return _at_small_sizes(question, seed)


def _somewhere(question: Question, found: Exactness) -> Exactness:
    """Equal sample weights are not, where a factor is zero that all of those claimed have."""
    zeros = common_zeros(question) if found.equal else ()
    if not zeros:
        return found
    where = " or ".join(map(where_zero, zeros))
    return Exactness(None, f"{found.how}, but predict nothing where {where}")


def _has_roots(*exprs: sympy.Expr) -> bool:
    found = [ratio(e) for e in exprs]
    return any(f is not None and f.roots for f in found)


def _at_small_sizes(question: Question, seed: int) -> Exactness:
    """Where a sum over the examples has no closed form: at small n, with all else at random."""
    random, seen = Random(seed), 0
    for examples in range(1, 9):
        for size in (1, 2, 3):
            at = question.drawn(examples, size, random, HEIGHT)
            if at is None:
                continue
            try:
                exact, claimed = question.exact_at(at), question.claimed_at(at)
            except (ZeroDivisionError, TypeError):
                continue
            seen += 1
            if differ(claimed, exact):
                return Exactness(False, "the two differ at random numbers", examined=seen, at=at)
    return Exactness(
        None,
        f"equal at {seen} small sizes, and {question.target.no_formula}, so that the two cannot be "
        "compared for all n",
        examined=seen,
    )


def _at_random(question: Question, seed: int, weight: Question | None, brief: bool) -> Exactness:
    """At random matrices, at enough sizes; at a few where that is a second look only."""
    random = Random(seed)
    plain = question.derivation.plain
    several = plain.coefficients is not None
    equation = None
    if not several:
        equation = stationarity(plain.polynomial, plain.variable, ranges_of(question.design))
    given = isinstance(question.target, AtWeight)
    helped = question.quantity is Quantity.WEIGHT or weight is not None or given
    solved = several or (plain.equation is not None and not helped and not _has_formula(question))
    sizes = [*range(1, SOLVED + 1)] if solved or brief else _sizes(question)
    if not sizes:
        return Exactness(
            None,
            f"too many powers of d and products of covariances to tell apart at d up to {MOST}",
        )
    seen, missed, none = 0, 0, 0
    for size in sizes:
        if missed == PATIENCE:
            return Exactness(None, _undefined(question, size - 1))
        at = _drawn(question, size, random)
        if at is None:
            none += 1
            continue
        try:
            same = _same(question, at, equation, weight)
        except (ZeroDivisionError, InputError):
            missed += 1
            continue
        if same is None:
            return Exactness(None, "a root in it is irrational, so nothing is compared exactly")
        seen, missed = seen + 1, 0
        if not same:
            return Exactness(False, "the two differ at random matrices", examined=seen, at=at)
    if seen < len(sizes) - 1:
        if none > missed:
            return Exactness(None, f"no prompt was found at {none} of the d up to {sizes[-1]}")
        return Exactness(None, _undefined(question, sizes[-1]))
    matrices, why = "matrices", ""
    if solved and several:
        why = (
            "but so many products of covariances occur in the coefficients that this is not "
            "enough to tell them apart"
        )
    elif solved:
        why = (
            "but the optimal weight has no formula where the covariances do not commute, so that "
            "larger d are not looked at; claim the weight as well"
        )
    elif question.design.projections:
        matrices, why = "projections", "of few ranks, which is not enough to tell"
    elif few := [p.name for p in question.design.parameters if p.whole and not _is_free(p)]:
        why = f"but {', '.join(few)} is whole, and at each d so few are in its range that this is "
        why += "not enough to tell"
    elif has_root(question.formula.tree, question.matrices):
        why = "but it has a root of a scalar, whose sign may turn elsewhere"
    if why:
        how = f"equal at random {matrices} for d = 1 to {sizes[-1]}, {why}"
        return Exactness(None, how, examined=seen)
    vectors = ", fixed vectors" if question.design.means else ""
    error = _error(question, sizes[-1])
    return Exactness(
        True,
        f"established for d = 1 to {sizes[-1]} and all n, parameters{vectors} and covariances, by "
        f"exact evaluation at random ones, up to a probability of error of {float(error):.0e}; a "
        "difference that shows at larger d alone is not excluded",
        examined=seen,
        error=error,
    )


def _drawn(question: Question, size: int, random: Random) -> Instance | None:
    """A random instance at which groups of examples are whole; None where none was found."""
    if not any(count.has(n) for count in counts(question.design)):
        return question.drawn(random.randint(1, HEIGHT), size, random, HEIGHT)
    many = (rest + DIVISIBLE * random.randint(1, HEIGHT) for rest in range(MOST_N))
    found = (question.drawn(examples, size, random, HEIGHT) for examples in many)
    return next((at for at in found if at is not None), None)


def _is_free(parameter: Parameter) -> bool:
    """Whether there is no end to the values of a whole parameter at one d."""
    return parameter.high == sympy.oo or parameter.high.has(n) or not parameter.low.is_finite


def _undefined(question: Question, size: int) -> str:
    """Why nothing could be compared up to a size."""
    try:
        value(question.formula.tree, Rewriting(question.names, question.design))
    except NoInverse as why:
        return f"{why}; a formula without that inverse can be decided"
    except Underivable:
        pass
    return f"claim or optimum is undefined at most sizes up to {size}"


def _has_formula(question: Question) -> bool:
    """Whether the stationarity equation is solved in closed form for all covariances."""
    solution = question.derivation.plain.equation
    assert solution is not None
    if solution.plain is not None and solution.plain.always:
        return True
    return any(w.form.always for w in solution.whitened)


def _same(
    question: Question, at: Instance, equation: LinearEquation | None, weight: Question | None
) -> bool | None:
    """Whether the claim is right at an instance; None where that is not rational."""
    plain = question.derivation.plain
    values = plain.values(at)
    claimed = question.claimed_at(at)
    if question.quantity is Quantity.WEIGHT:
        if not isinstance(claimed, flint.fmpq_mat):
            return None
        ours = claimed * scalar_value(question.file.scale, values.scalars, EXACT)
        assert equation is not None  # only scalars have none, and they are no weight
        system = equation.at(values)
        residual = system.residual(ours)
        return bool(residual == residual * 0)
    if not isinstance(claimed, flint.fmpq):
        return None
    if weight is None or isinstance(question.target, AtWeight):
        return bool(claimed == question.exact_at(at))
    found = weight.claimed_at(at)
    if not isinstance(found, flint.fmpq_mat):
        return None
    ours = found * scalar_value(question.file.scale, values.scalars, EXACT)
    if isinstance(question.target, AtTest):
        return bool(claimed == question.target.shifted.risk_of(ours, at))
    return bool(claimed == question.target.of_risk(plain.stationary_risk(ours, at), at))


def _sizes(question: Question) -> list[int]:
    """Enough sizes to tell the powers of d in claim and derivation, and products of matrices.

    Every matrix of the claim counts like a d: traces of products of k of them may be related for
    d < k.
    """
    powers = {one.name: _degree(one.coefficients, d) for one in question.design.defined}
    made = {one.name: one.length + powers[one.name] for one in question.design.defined}
    counted = dict.fromkeys((*question.matrices, *question.design.means, "d"), 1) | made
    top, bottom = _degrees(question, lambda name: counted.get(name, 0))
    ours = max(_own(question, lambda name: powers.get(name, 0), d))
    needed = SIZES + top + bottom + 2 * ours
    return [*range(1, needed + 1)] if needed <= MOST else []


def _degrees(
    question: Question, of: Callable[[str], int], matrices: Set[str] = frozenset(), size: int = 1
) -> tuple[int, int]:
    """Of the formula, and twice of a given weight, in which the risk is of second order."""
    trees = [question.formula.tree, *([question.weight.tree] * 2 if question.weight else [])]
    found = [degrees(tree, of, matrices, size) for tree in trees]
    return sum(top for top, _ in found), sum(bottom for _, bottom in found)


def _own(question: Question, of: Callable[[str], int], *within: sympy.Symbol) -> list[int]:
    """Of the risk as a polynomial in the weight, in training and at test if that is asked for.

    Each letter counts as many as ``of`` says; of scalars all symbols do, or those ``within`` some.
    """
    target, found = question.target, question.derivation.plain
    tested = [target.shifted.polynomial] if isinstance(target, AtTest) else []
    scale = 2 * _degree([question.file.scale], *within)  # the weight is in it twice

    def letters(monomial: Monomial) -> int:
        every = (f.letter for t in monomial for f in t.word)
        return sum(of(letter.name) for letter in every if letter != found.variable)

    return [
        max(map(letters, p.terms)) + _degree(p.terms.values(), *within) + scale
        for p in (found.polynomial, *tested)
    ]


def _error(question: Question, size: int) -> Fraction:
    """A bound on the probability that a false claim passes (Schwartz, Zippel)."""
    matrices, design = question.matrices, question.design
    # an entry of an inverse is a quotient of determinants
    most = 4 * (size if design.inverted else 1)
    made = {one.name: _degree(one.coefficients) + most * one.length for one in design.defined}

    def drawn(name: str) -> int:
        # a covariance is the square of A A', a parameter or n is drawn itself
        return 0 if name in {"d", IDENTITY} else made.get(name, 4 if name in matrices else 1)

    top, bottom = _degrees(question, drawn, matrices, size)
    own = _own(question, lambda name: made.get(name, most))
    # a risk at test is of second order in the weight that is solved for
    given = question.quantity is Quantity.WEIGHT or isinstance(question.target, AtWeight)
    solving = 0 if given else own[0] * size * len(own)
    return Fraction(2 * (top + bottom) + sum(own) + solving, HEIGHT)


def _degree(coefficients: Iterable[sympy.Expr], *within: sympy.Symbol) -> int:
    """Of the numerators of scalars, the largest, once they have a common denominator.

    In all symbols, or in those ``within`` some.
    """

    def total(polynomial: sympy.Expr) -> int:
        own = polynomial.free_symbols & {*(within or polynomial.free_symbols)}
        return int(sympy.Poly(polynomial, *own).total_degree()) if own else 0

    parts = [sympy.fraction(sympy.together(c)) for c in coefficients]
    below = sum(map(total, {bottom for _, bottom in parts}))
    return below + max((total(top) for top, _ in parts), default=0)


def differ(claimed: Any, exact: Any) -> bool:
    """Whether two values at an instance are different for sure; balls may leave that open.

    >>> differ(flint.fmpq(1), flint.fmpq(2)), differ(flint.arb(2).sqrt() ** 2, flint.fmpq(2))
    (True, False)
    """
    if isinstance(claimed, flint.fmpq_mat | flint.fmpq):
        return bool(claimed != exact)
    if isinstance(claimed, flint.arb_mat):
        pairs = zip(claimed.entries(), exact.entries(), strict=True)
        return any(not a.overlaps(flint.arb(b)) for a, b in pairs)
    return not claimed.overlaps(flint.arb(exact))
