"""The least value of a quadratic form in sample weights as a formula, where one is known.

*Laguerre*: where the rows of ``A w = c``, each minus the next, are the recurrence of the Laguerre
polynomials. *Separable*: where A is a diagonal plus few squares of sums, so that a system of their
number is left to solve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import sympy

from theory.algebra.definitions import Definitions
from theory.errors import Underivable
from theory.optima.sample_weights.form import QuadraticForm
from theory.scalars.rational import cancelled, factored, is_zero
from theory.scalars.signs import Ranges, is_positive
from theory.scalars.symbols import i
from theory.text.formulas import Formula, Step, step, where
from theory.text.rows import grouped, joined, row

LEAST = sympy.Symbol("L_star")
_UP, _HERE, _DOWN = sympy.symbols("R_{j-1} R_j R_{j+1}")


@dataclass(frozen=True)
class OptimalWeights:
    """The least value of a form in closed form.

    Parameters
    ----------
    risk
        The value.
    weights
        The weights in terms of their index ``i``, where there is a formula for them.
    written
        The same, shorter, in the names that ``where`` explains.
    definitions
        Abbreviations in use.
    where
        The same written out, with what they mean.
    steps
        How it was found.
    """

    risk: sympy.Expr
    weights: sympy.Expr | None
    written: sympy.Expr | None
    definitions: Definitions
    where: tuple[Formula, ...]
    steps: tuple[Step, ...]


LAGUERRE = (
    Formula(
        r"\mathcal{L}_k(x)",
        r"\sum_{j=0}^{k} \binom{k}{j} \frac{(-x)^j}{j!} "
        r"\text{, the Laguerre polynomial of degree } k",
    ),
    Formula(r"\mathcal{L}_k^{(1)}(x)", r"\mathcal{L}_0(x) + \dots + \mathcal{L}_k(x)"),
)


def optimal_weights(form: QuadraticForm, ranges: Ranges | None = None) -> OptimalWeights:
    """The minimum of a form by the first argument that applies.

    Raises :class:`~theory.errors.Underivable` where none does.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> from theory.optima.sample_weights.form import averaged, quadratic_form
    >>> form = averaged(quadratic_form(designs.isotropic_noiseless))
    >>> optimal_weights(form).risk.subs({"n_max": 2, "d": 3})
    108/49
    """
    try:
        return by_laguerre(form, ranges)
    except Underivable:
        return by_squares(form)


def by_laguerre(form: QuadraticForm, ranges: Ranges | None = None) -> OptimalWeights:
    """The minimum where ``c_i`` and ``A_ik``, ``k < i``, are one function of i that falls linearly.

    >>> from theory.language.gallery import designs
    >>> from theory.optima.sample_weights.form import averaged, quadratic_form
    >>> found = by_laguerre(averaged(quadratic_form(designs.isotropic_noiseless)))
    >>> found.weights.subs({"n_max": 1, "d": 3, "i": 1})
    1/5
    """
    size = form.size
    if len(form.pairs) != 1 or form.pairs[0][1] != 1:
        raise Underivable("the matrix is not a function of the larger index alone")
    later = form.pairs[0][0]

    def after(expr: sympy.Expr) -> sympy.Expr:
        return expr.subs(i, i + 1)

    # Row i of A w - c minus row i + 1, with w_i = R_{i-1} - R_i and w_1 + ... + w_i = 1 - R_i.
    own, following = _UP - _HERE, _HERE - _DOWN
    rows = (
        later * (1 - _HERE)
        - after(later) * (1 - _DOWN)
        + after(later) * following
        + form.diagonal * own
        - after(form.diagonal) * following
        - form.linear
        + after(form.linear)
    )
    order = size - i
    up = cancelled(sympy.expand(rows).coeff(_UP) / (order + 1))
    argument = cancelled(2 * order + 1 + sympy.expand(rows).coeff(_HERE) / up)
    recurrence = up * ((order + 1) * _UP - (2 * order + 1 - argument) * _HERE + order * _DOWN)
    last = [e.subs(i, size + 1) for e in (later, form.diagonal, form.linear)]
    if (
        argument.free_symbols & {i, size}
        or not is_zero(rows - recurrence)
        or not all(is_zero(e) for e in last)
        or not is_positive(-argument, ranges)
    ):
        raise Underivable("differences of rows are not Laguerre's recurrence")
    fall = cancelled(form.linear - after(form.linear))
    if fall.has(i):
        raise Underivable("the linear part does not fall linearly")
    bottom = sympy.laguerre(size, argument)
    weights = (sympy.laguerre(size - i + 1, argument) - sympy.laguerre(size - i, argument)) / bottom
    rest = cancelled(form.constant - form.linear.subs(i, 1))
    risk = rest + fall * sympy.assoc_laguerre(size - 1, 1, argument) / bottom
    shown = sympy.Symbol("x")
    left = size - sympy.Symbol("j")
    steps = (
        step(
            "Partial sums: row j of the stationarity equation minus row j + 1, where for the last "
            "row there is nothing to subtract",
            Formula("R_j", r"1 - \sum_{k \le j} f_k"),
            Formula(
                row(
                    "(",
                    left,
                    r" + 1) R_{j-1} - (2 (",
                    left,
                    r") + 1 - x) R_j + (",
                    left,
                    ") R_{j+1}",
                ),
                "0",
            ),
            Formula("x", argument),
        ),
        step(
            "This is the recurrence of the Laguerre polynomials, which begins with the last row; "
            "$R_0 = 1$ fixes the factor, and at $x < 0$ all of them are positive",
            Formula("R_j", sympy.laguerre(left, shown) / sympy.laguerre(size, shown)),
            Formula("f_j", "R_{j-1} - R_j"),
        ),
        step(
            r"The least risk, summed by parts; $\mathcal{L}_0 + \dots + \mathcal{L}_m = "
            r"\mathcal{L}_m^{(1)}$, the associated Laguerre polynomial of degree m",
            Formula(LEAST, row(rest, " + ", fall, r" \sum_j R_j = ", risk.subs(argument, shown))),
        ),
    )
    return OptimalWeights(risk, weights, weights, (), LAGUERRE, steps)


def by_squares(form: QuadraticForm) -> OptimalWeights:
    """The minimum where ``A = D + sum_p m_p e_p e_p'`` and ``c`` is a multiple of one ``e_p``.

    >>> from theory.language.gallery import designs
    >>> from theory.optima.sample_weights.form import quadratic_form
    >>> found = by_squares(quadratic_form(designs.drifting))
    >>> at = {"n": 1, "d": 3}
    >>> sums = {name: meaning.subs(at).doit() for name, meaning in found.definitions}
    >>> found.risk.subs(sums).subs(at), found.weights.subs(sums).subs({**at, "i": 1})
    (12/5, 1/5)
    """
    if not form.pairs or not all(earlier for _, earlier in form.pairs) or not form.diagonal:
        raise Underivable("the matrix is not a diagonal plus squares of sums")
    factors = [cancelled(later / earlier) for later, earlier in form.pairs]
    vectors = [earlier for _, earlier in form.pairs]
    shares = [cancelled(form.linear / vector) for vector in vectors]
    multiple = [share if not share.has(i) else sympy.Integer(0) for share in shares]
    if any(factor.has(i) for factor in factors) or not any(multiple):
        raise Underivable(
            "the matrix is not a diagonal plus squares of sums that hold the linear part"
        )
    first = next(at for at, share in enumerate(multiple) if share)
    share, count = multiple[first], range(len(vectors))
    overlaps = sympy.Matrix(len(vectors), len(vectors), lambda a, b: _overlap(a, b, len(vectors)))
    # (I + m G)^{-1} by cofactors, so that the overlaps stay in their products
    system = sympy.eye(len(vectors)) + sympy.diag(*factors) * overlaps
    determinant, cofactors = system.det(), system.adjugate()[:, first]
    gain = sympy.Add(*(overlaps[first, at] * cofactors[at] for at in count))
    risk = form.constant - share**2 * _collected(gain) / determinant
    entries = [sympy.Symbol(f"e_{at + 1}i") for at in count]
    held = sympy.Add(*(cofactors[at] * entries[at] for at in count))
    written = share * held / (determinant * DIAGONAL)
    values = {DIAGONAL: form.diagonal, **dict(zip(entries, vectors, strict=True))}
    squares = [row(grouped(factors[at]), rf"\, e_{{{at + 1}}} e_{{{at + 1}}}^\top") for at in count]
    rows = where(values.items())
    named = [
        (overlaps[a, b], sympy.Sum(entries[a] * entries[b] / DIAGONAL, (i, 1, form.size)))
        for a, b in combinations_with_replacement(count, 2)
    ]
    words = (Formula(MATRIX, joined(["D", *squares], " + ")), *rows, *where(named))
    definitions = tuple((name, _summed(meaning.xreplace(values))) for name, meaning in named)
    overlap = r"e_p^\top D^{-1} e_q"
    steps = (
        step(
            "The matrix is a diagonal D plus squares of sums, the linear part a multiple of the "
            f"sum number {first + 1}",
            Formula(MATRIX, r"D + \sum_p m_p\, e_p e_p^\top"),
            *(Formula(f"m_{{{at + 1}}}", factors[at]) for at in count),
            *rows,
        ),
        step(
            "So the optimal weights follow from their sums against the vectors, "
            + (f"a system of {len(vectors)} equations" if len(vectors) > 1 else "one equation"),
            Formula("G_{pq}", overlap),
            Formula(r"(I + G m)\, s", "G v"),
            Formula(r"\omega_i", r"\sum_p (v_p - m_p s_p)\, e_{pi} / D_{ii}"),
            Formula(LEAST, r"L(0) - v^\top s"),
            Formula("c", r"\sum_p v_p e_p"),
        ),
    )
    weights = factored(written.xreplace(values))
    return OptimalWeights(risk, weights, written, definitions, words, steps)


DIAGONAL = sympy.Symbol("D_ii")
MATRIX = "A"
"""What the square part of a form is called."""


def _overlap(a: int, b: int, size: int) -> sympy.Symbol:
    """``e_a' D^{-1} e_b``, of several by both numbers."""
    return sympy.Symbol("G" if size == 1 else f"G_{min(a, b) + 1}{max(a, b) + 1}")


def _summed(total: sympy.Sum) -> sympy.Sum:
    return sympy.Sum(sympy.factor(total.function), *total.limits)


def _collected(gain: sympy.Expr) -> sympy.Expr:
    """A sum of products without what cancels in it."""
    return sympy.expand(gain) if gain.is_Add else gain
