"""What is derived for several steps, written out."""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.algebra import symbolic
from theory.expositions.names import OPTIMAL_RISK
from theory.optima.derivation import Derivation
from theory.optima.exposition import entries_of
from theory.scalars.rational import factored
from theory.text.display import READABLE
from theory.text.formulas import Exposition, Formula, step, where
from theory.text.latex import glyphs, latex
from theory.text.rows import joined, row, times

EQUAL_SIZE = sympy.Symbol("s_star")
"""The best size of equal steps."""
PRINTABLE = 400
"""The most characters of LaTeX of a moment that is printed with its value."""
DETERMINANT = sympy.Symbol("Delta")


def best(k: int) -> str:
    """The best coefficient of ``(X'X)^k``.

    >>> print(best(2))
    c_{2}^\\star
    """
    return rf"c_{{{k}}}^\star"


def of_steps(found: Derivation, scale: sympy.Expr) -> Exposition:
    """The best coefficients and their risk: by the system that they solve, and as formulas."""
    solution = found.plain.coefficients
    assert solution is not None
    names = row(r"\left(", joined(map(best, range(len(solution.column))), ", "), r"\right)^\top")
    closed = solution.closed if solution.short else None
    formulas = [Formula(names, "H^{-1} b" if scale == 1 else row(1 / scale, r"\, H^{-1} b"))]
    if closed is not None:
        values = [Formula(best(k), factored(c / scale)) for k, c in enumerate(closed.at)]
        if not all(map(_readable, values)):
            values = _in_moments(len(closed.at), scale)
        formulas += values
    formulas.append(Formula(OPTIMAL_RISK, r"\mathbb{E}\, y^2 - b^\top H^{-1} b"))
    if closed is not None:
        formulas += filter(_readable, [Formula(OPTIMAL_RISK, closed.value)])
    return Exposition(
        tuple(formulas),
        (
            _predicted(len(solution.column), scale),
            Formula("h_j", r"x^\top (X^\top X)^{j} X^\top y_{1:n}"),
            Formula(r"\mathbb{E}\, y^2", symbolic.scalar(solution.constant)),
            *map(moment_written, entries_of(solution)),
            *where(found.plain.sums.definitions),
        ),
        found.steps,
    )


def _in_moments(steps: int, scale: sympy.Expr) -> list[Formula]:
    """The best two coefficients in the entries of their system; of more these say too little."""
    if steps != 2:
        return []
    system, column = moment_symbols(steps)
    above = system.adjugate() * column
    return [
        *(Formula(best(k), value / (scale * DETERMINANT)) for k, value in enumerate(above)),
        Formula(DETERMINANT, system.det()),
    ]


def moment_symbols(steps: int) -> tuple[sympy.Matrix, sympy.Matrix]:
    """``H`` and ``b`` by the symbols of their entries.

    >>> moment_symbols(1)
    (Matrix([[H_00]]), Matrix([[b_0]]))
    """
    system = sympy.Matrix(steps, steps, lambda j, k: sympy.Symbol(f"H_{min(j, k)}{max(j, k)}"))
    return system, sympy.Matrix([sympy.Symbol(f"b_{k}") for k in range(steps)])


def moment_written(moment: Formula) -> Formula:
    """A moment with its value, or alone where that is long.

    >>> moment_written(Formula("b", "d^2" * 200, meaning="E y h")).right
    'E y h'
    """
    if len(latex(moment.right)) <= PRINTABLE:
        return moment
    note = row(*([moment.note, ", "] if moment.note else []), r"\text{exact at given numbers}")
    return replace(moment, right=moment.meaning, meaning="", note=note)


def of_equal_steps(found: Derivation, scale: sympy.Expr) -> Exposition:
    """The best size of equal steps, by the polynomial that it minimises."""
    free = of_steps(found, scale)
    solution = found.plain.coefficients
    assert solution is not None
    steps = len(solution.column)
    reached = Formula("c_k(s)", rf"(-1)^k \binom{{{steps}}}{{k + 1}} s^{{k + 1}}")
    told = step(
        f"{steps} steps of one size s reach these coefficients; the risk is a polynomial of degree "
        f"{2 * steps} in s, and its least value is where the derivative vanishes. At given numbers "
        "the roots of the derivative are isolated, and their risks told apart",
        reached,
    )
    best_risk = r"\mathbb{E}\, y^2 - 2 b^\top c(s) + c(s)^\top H\, c(s)"
    return Exposition(
        (
            Formula(EQUAL_SIZE, rf"\operatorname{{argmin}}_{{s}} \left({best_risk}\right)"),
            Formula(OPTIMAL_RISK, rf"\min_{{s}} \left({best_risk}\right)"),
        ),
        (reached, *free.where),
        (*found.steps, told),
    )


def _predicted(steps: int, scale: sympy.Expr) -> Formula:
    powers = (rf"c_{{{k}}} (X^\top X)^{{{k}}}" for k in range(2, steps))
    inside = joined(["c_{0} I", r"c_{1} X^\top X", *powers], " + ")
    right = row(times(scale), r"x^\top \left(", inside, r"\right) X^\top y_{1:n}")
    return Formula(r"\hat{y}", right)


def _readable(formula: Formula) -> bool:
    return glyphs(formula.latex) <= READABLE
