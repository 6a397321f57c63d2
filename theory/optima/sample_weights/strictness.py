"""Whether sample weights gain anything over equal ones, for all sizes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import sympy

from theory.algebra import symbolic
from theory.designs.design import Design, ranges_of
from theory.designs.predictors import wpgd
from theory.errors import Underivable
from theory.optima.equivalence.comparisons import attention, h3
from theory.optima.equivalence.parity import Containment, cross_moments, left_over, missing
from theory.optima.sample_weights.form import QuadraticForm, averaged, quadratic_form
from theory.optima.sample_weights.optimum import OptimalWeights, optimal_weights
from theory.risks.population import population_risk
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.signs import Ranges, is_positive
from theory.scalars.symbols import i, k, n
from theory.scalars.told import told
from theory.text.drawing import drawing
from theory.text.formulas import Formula, Step, step
from theory.text.rows import row

_BEYOND = sympy.Dummy("v")  # how far a size lies beyond an index


@dataclass(frozen=True)
class Strictness:
    """At which sizes equal weights are optimal, and why at no other.

    Parameters
    ----------
    slope
        ``c_i 1'A1 - (A1)_i 1'c``, factored: half the slope in the i-th weight at the best equal
        weights, up to a positive factor that does not depend on i. Equal weights are optimal if
        and only if it vanishes for every example.
    zeros
        At most so many examples have a vanishing slope.
    equal_at
        The sizes at which equal weights are optimal.
    """

    slope: sympy.Expr
    zeros: int
    equal_at: sympy.Set


@dataclass(frozen=True)
class WeightsDerivation:
    """What the engine finds about the sample weights of a design.

    Parameters
    ----------
    form
        The risk in the weights: sample weights, or the filter where lengths are averaged over.
    equal_weight, equal_risk
        The best equal weights and their risk: those of PGD and, by Proposition 1, of attention.
    best
        The optimum over all weights as a formula: that of WPGD and, by Proposition 1, of H3.
    strictness
        Where it is lower.
    cross_terms
        How many terms vanish, one by one, in the cross moments by which attention and H3 get no
        lower than the gradient steps they contain.
    steps, conditions
        How it came about and what it rests on.
    """

    form: QuadraticForm
    equal_weight: sympy.Expr
    equal_risk: sympy.Expr
    best: OptimalWeights
    strictness: Strictness
    cross_terms: int
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]


@cache
def derive_weights(design: Design, lengths: bool = False) -> WeightsDerivation:
    """Derive the optimal sample weights and compare them with equal ones.

    Parameters
    ----------
    design
        A design whose risk is invariant under rotations.
    lengths
        Whether the risk is averaged over prompt lengths ``1..n_max``, with one filter for all.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> derive_weights(designs.isotropic_noiseless, lengths=True).equal_risk
    d*(6*d + n_max + 5)/(2*(3*d + 2*n_max + 4))
    >>> derive_weights(designs.drifting).strictness.equal_at
    {1}
    """
    ranges = ranges_of(design)
    plain = quadratic_form(design)
    form = averaged(plain) if lengths else plain
    equal_weight, equal_risk = form.uniform
    best = optimal_weights(form, ranges)
    found = strictness(form, ranges)
    _unique(plain, ranges)
    terms = {c.name: _split(design, c) for c in (attention, h3)}
    weights = "f" if lengths else r"\omega"
    steps = [
        step("The design", *drawing(design)),
        step(
            "The risk of weighted preconditioned gradient descent, by Gaussian integration",
            Formula(r"L(W, \omega)", weighted_risk(design)),
        ),
        step(
            "For given weights it is convex in W and invariant under rotations: W = I, the factor "
            "put into the weights",
            in_weights(plain, r"\omega"),
            *entries_of(plain),
        ),
    ]
    if lengths:
        steps.append(
            step(
                "The mean over the lengths m, at which the weights are the first m entries of "
                "the filter, the last one first",
                in_weights(form, "f"),
                *entries_of(form),
            )
        )
    steps += [
        step(
            "Equal weights",
            Formula(r"\mathbf{1}^\top c", form.linear_sum),
            Formula(r"(A \mathbf{1})_i", form.row_sum),
            Formula(r"\mathbf{1}^\top A \mathbf{1}", sympy.factor(form.matrix_sum)),
            Formula(rf"{weights}_i", equal_weight),
            Formula("L", equal_risk),
        ),
        *_argument(form, found),
        *best.steps,
        _models(terms, lengths),
    ]
    conditions = (
        r"A is a diagonal with positive entries plus squares of sums, so $A \succ 0$ and the "
        "optimal weights are unique",
        "for given weights the risk is convex in W and depends on it through "
        r"$\operatorname{tr} W$ and $\operatorname{tr} W W^\top$, so a multiple of the identity "
        "is optimal",
        "attention reaches what PGD reaches and no less, H3 what WPGD reaches: Proposition 1, "
        "which is derived for this design (all vectors are centred Gaussian)",
    )
    count = sum(terms.values())
    return WeightsDerivation(
        form, equal_weight, equal_risk, best, found, count, tuple(steps), conditions
    )


def _split(design: Design, comparison: Containment) -> int:
    """See that a model's risk is that of a gradient step plus a mean square, for all sizes.

    And that the model contains every such step, so that the least risks are equal.

    Returns how many terms of the cross moments vanish, each because of some Gaussian vector.

    Raises :class:`~theory.errors.Underivable` where it cannot be seen.
    """
    moments = cross_moments(design, comparison)
    if moments.label or moments.step or left_over(comparison) or missing(comparison):
        raise Underivable(
            f"{design.name}: {comparison.name} is not seen to be no better than its gradient step"
        )
    return moments.odd


def least(predictor: str) -> sympy.Symbol:
    """The optimal risk of a predictor.

    >>> least("PGD")
    L_PGD_star
    """
    return sympy.Symbol(f"L_{predictor}_star")


def _models(terms: Mapping[str, int], lengths: bool) -> Step:
    """Proposition 1 for the design."""
    att, ssm = terms.values()
    every = "; so at every length, and in the mean over them" if lengths else ""
    return step(
        "Attention and H3 predict a gradient step of their own weight, H3 one with sample weights, "
        "plus a remainder $r$, uncorrelated with label minus step: some Gaussian vector occurs an "
        f"odd number of times in each of the {att} terms of attention and {ssm} of H3. Both "
        f"contain every such step{every}",
        Formula(r"L_{\mathrm{ATT}}", r"L_{\mathrm{PGD}}(W_{\mathrm{ATT}}) + \mathbb{E}\, r^2"),
        Formula(
            r"L_{\mathrm{SSM}}",
            r"L_{\mathrm{WPGD}}(W_{\mathrm{SSM}}, \omega) + \mathbb{E}\, r^2",
        ),
        Formula(least("ATT"), least("PGD")),
        Formula(least("SSM"), least("WPGD")),
    )


def _unique(form: QuadraticForm, ranges: Ranges) -> None:
    """See that A is a positive diagonal plus squares; then so is its mean over lengths.

    Raises :class:`~theory.errors.Underivable` where it cannot be seen.
    """
    factors = [cancelled(later / earlier) for later, earlier in form.pairs]
    if any(factor.has(i) or _sign(factor, ranges) != 1 for factor in factors):
        raise Underivable("the matrix is not visibly a diagonal plus squares of sums")
    if _sign(_inside(form.diagonal, form.size), ranges) != 1:
        raise Underivable("the diagonal of the quadratic form is not visibly positive")


def strictness(form: QuadraticForm, ranges: Ranges | None = None) -> Strictness:
    """Decide at which sizes equal weights are optimal.

    The slopes at the best equal weights are the values of a polynomial at the examples' indices:
    of degree z, once factors without a zero there are left out. So at more than z examples they
    cannot all vanish; the sizes up to z are looked at one by one.

    Raises :class:`~theory.errors.Underivable` where a sign cannot be seen.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> strictness(quadratic_form(designs.isotropic_noiseless)).equal_at
    Naturals
    """
    slope = sympy.factor(form.linear * form.matrix_sum - form.row_sum * form.linear_sum)
    if slope == 0:
        return Strictness(slope, 0, sympy.S.Naturals)
    top, _ = sympy.fraction(slope)
    left = [f for f in sympy.Mul.make_args(top) if f.has(i)]
    zeros = [f for f in left if not _sign(_inside(f, form.size), ranges)]
    polynomial = sympy.Poly(sympy.Mul(*zeros), i)
    most = polynomial.degree()
    others = [f for f in sympy.Mul.make_args(top) if not f.has(i)]
    for factor in (polynomial.LC(), *others):
        beyond = factor.subs(form.size, n).subs(n, n + most)
        if not _sign(beyond, ranges):
            raise Underivable(
                f"it cannot be seen that {told(factor)} does not vanish beyond size {most}"
            )
    equal = []
    for size in range(1, most + 1):
        slopes = [slope.subs({form.size: size, i: at}) for at in range(1, size + 1)]
        if all(is_zero(s) for s in slopes):
            equal.append(size)
        elif not any(_sign(s, ranges) for s in slopes):
            raise Underivable(f"it cannot be seen whether equal weights are optimal at size {size}")
    return Strictness(slope, most, sympy.FiniteSet(*equal))


def _inside(expr: sympy.Expr, size: sympy.Symbol) -> sympy.Expr:
    """An expression in an index of ``1..size``, written in the index (as n) and the distance."""
    return expr.subs({i: n, size: n + _BEYOND}, simultaneous=True)


def _sign(expr: sympy.Expr, ranges: Ranges | None) -> int:
    """1 or -1 where an expression visibly has that sign throughout, else 0."""
    known = {**(ranges or {}), _BEYOND: (sympy.Integer(0), sympy.oo)}
    return int(is_positive(expr, known)) - int(is_positive(-expr, known))


def _argument(form: QuadraticForm, found: Strictness) -> list[Step]:
    slope = step(
        "Equal weights are optimal if and only if all slopes vanish at the best of them",
        Formula(
            r"c_i\, \mathbf{1}^\top A \mathbf{1} - (A \mathbf{1})_i\, \mathbf{1}^\top c",
            found.slope,
        ),
    )
    if found.slope == 0:
        return [slope]
    values = [
        row(form.size, rf" = {m},\ i = {at}:\ ", sympy.factor(found.slope.subs(place)))
        for m in range(1, found.zeros + 1)
        for at in range(1, m + 1)
        for place in [{form.size: m, i: at}]
    ]
    zeros = "one zero" if found.zeros == 1 else f"{found.zeros} zeros"
    return [
        slope,
        step(
            f"A polynomial in i with at most {zeros} among the examples, so with more examples "
            "some slope does not vanish; the smaller sizes one by one",
            *values,
            row(r"\text{equal at } ", form.size, r" \in ", found.equal_at),
        ),
    ]


def weighted_risk(design: Design) -> sympy.Expr:
    """The risk polynomial of WPGD; weights of the examples by their entries."""
    polynomial = population_risk(design, wpgd)
    entries = {
        symbolic.symbol(letter): symbolic.Diagonal(letter.entry)
        for letter in polynomial.letters
        if letter.entry is not None
    }
    return symbolic.scalar(polynomial).xreplace(entries)


def in_weights(form: QuadraticForm, weights: str, linear: str = "c", square: str = "A") -> Formula:
    """A quadratic form in weights, each as notation."""
    value = rf" - 2 {linear}^\top {weights} + {weights}^\top {square}\, {weights}"
    return Formula(f"L({weights})", row(form.constant, value))


INDICES = ("k", "l", "j", "m", "p", "r", "u", "v", "i'", "i''")
"""Letters for a second index, of which a form takes one that none of its parameters has."""


def second_index(form: QuadraticForm) -> str:
    """The letter for the earlier of two examples."""
    named = {s.name for part in form.parts.values() for s in part.free_symbols - {k}}
    return next(letter for letter in INDICES if letter not in named)


def entries_of(form: QuadraticForm, mark: str = "", of: str = "") -> tuple[Formula, ...]:
    """The entries of a form's linear part and matrix.

    ``mark`` is appended to their names; they are the moments of ``of``, with the index of the
    example, where it is given.
    """
    index = second_index(form)
    outer = oriented(form.outer, form.size).xreplace({k: sympy.Symbol(index)})
    moments = [f"y {of}_i", f"{of}_i {of}_{{{index}}}", f"{of}_i^2"] if of else []
    match, pair, own = [rf"\mathbb{{E}}\, {what}" for what in moments] or [""] * 3
    return (
        Formula(f"c_i{mark}", oriented(form.linear, form.size), meaning=match),
        Formula(f"A_{{i{index}}}{mark}", outer, note=f"({index} < i)", meaning=pair),
        Formula(f"A_{{ii}}{mark}", oriented(form.square, form.size), meaning=own),
    )


def oriented(expr: sympy.Expr, size: sympy.Symbol) -> sympy.Expr:
    """An entry factored, each factor written as positive where it is, such as n - i.

    >>> oriented(i * (i - n) / n, n)
    -i*(-i + n)/n
    """
    top, bottom = sympy.fraction(sympy.factor(expr))
    # at the last index, too, such a factor may be zero
    before = {i: n, size: n + 1 + _BEYOND}
    sign, parts = 1, []
    for part in sympy.Mul.make_args(top):
        if part.is_Add and _sign(part.subs(before, simultaneous=True), None) == -1:
            sign, part = -sign, -part
        parts.append(part)
    return sympy.Mul(sign, *parts) / bottom
