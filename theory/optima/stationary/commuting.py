"""The stationarity equation where its matrices commute: solved in closed form.

If the matrices of ``sum A W B + sum A W' B + sum tr(C W) D = R`` are symmetric and commute,
changing the signs of their common eigenvectors leaves the risk as it is. A minimiser averaged over
all signs is one again, by convexity, and commutes with everything. So

    Q W + sum_j t_j P_j = R,    t_j = tr(C_j W),

with ``Q = sum A B`` and one ``P_j`` for every ``C_j``: ``W = (R - sum_j t_j P_j) Q^{-1}``, and the
few numbers ``t`` solve a linear system of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import MatrixPolynomial
from theory.algebra.values import Values
from theory.algebra.words import D, Kind, Letter, Word, fixed
from theory.optima.stationary.equations import LinearEquation
from theory.optima.stationary.one_and_two import in_parts
from theory.scalars.arithmetic import Arithmetic, Dense
from theory.text.formulas import Formula
from theory.text.rows import row


class Diagonals:
    """Arithmetic of diagonal matrices, given by the vectors of their entries.

    >>> from theory.scalars.arithmetic import FLOATING
    >>> a = Diagonals(FLOATING).matrix([[1, 0], [0, 2]])
    >>> a * a
    array([1., 4.])
    """

    def __init__(self, base: Dense):
        self.base = base
        self.number = base.number

    def matrix(self, rows: Any) -> np.ndarray:
        return np.array([self.number(rows[k][k]) for k in range(len(rows))])

    def identity(self, size: int) -> np.ndarray:
        return np.array([self.number(1)] * size)

    def transpose(self, a: np.ndarray) -> np.ndarray:
        return a

    def trace(self, a: np.ndarray) -> Any:
        return sum(a[1:], a[0])

    def trace_of_product(self, a: np.ndarray, b: np.ndarray) -> Any:
        return self.trace(a * b)

    def solve(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        if not all(a):
            raise ZeroDivisionError("a diagonal entry is zero")
        return b / a

    def root(self, a: np.ndarray) -> np.ndarray:
        return np.sqrt(a)

    def plain(self, a: Any) -> Any:
        return self.base.plain(a)


@dataclass(frozen=True)
class ClosedForm:
    """``W = (right - sum_j t_j outside_j) quotient^{-1}`` with ``t_j = tr(inside_j W)``.

    Parameters
    ----------
    weight
        The unknown.
    letters
        The matrices that have to commute.
    quotient, right, outside, inside
        The polynomials ``Q``, ``R``, ``P_j`` and the words ``C_j``, in one order of the letters.
    """

    weight: Letter
    letters: tuple[Letter, ...]
    quotient: MatrixPolynomial
    right: MatrixPolynomial
    outside: tuple[MatrixPolynomial, ...]
    inside: tuple[Word, ...]

    @property
    def always(self) -> bool:
        """Whether it needs no condition: one matrix commutes with itself, and with its powers."""
        return len(self._bases) <= 1

    @property
    def _bases(self) -> list[Letter]:
        """The letters of which all are powers."""
        return list(dict.fromkeys(a.base or a for a in self.letters))

    def solve(self, values: Values, small: Arithmetic) -> Any:
        """The weight where the matrices in ``values`` commute; ``small`` solves for ``t``.

        The matrices need not be symmetric: it is enough that one change of basis makes them so.
        Raises ZeroDivisionError where the equation leaves the weight open.
        """
        arithmetic, right = values.arithmetic, values.matrix(self.right)
        quotient = values.matrix(self.quotient)
        if not self.outside:
            return arithmetic.solve(quotient, right)
        inverse = arithmetic.solve(quotient, arithmetic.identity(values.size))
        inside = [values.word(word) for word in self.inside]
        outside = [values.matrix(p) for p in self.outside]
        # everything commutes, so the inverse takes part in traces of products alone
        matrix = [
            [
                arithmetic.trace_of_product(c * p, inverse) + small.number(j == k)
                for k, p in enumerate(outside)
            ]
            for j, c in enumerate(inside)
        ]
        known = [[arithmetic.trace_of_product(c * right, inverse)] for c in inside]
        numbers = small.solve(small.matrix(matrix), small.matrix(known))
        for k, p in enumerate(outside):
            right = right - p * numbers[k, 0]
        return right * inverse

    def diagonal(self, values: Values, small: Dense) -> tuple[np.ndarray, bool]:
        """The weight where all matrices are diagonal, and whether it is the only diagonal one.

        ``values`` are in :class:`Diagonals` of ``small``.
        """
        try:
            return self.solve(values, small), True
        except ZeroDivisionError:
            pass
        square = [small.number(0) + v for v in values.matrix(self.quotient)]
        rows = [
            [v if k == r else small.number(0) for k in range(len(square))]
            for r, v in enumerate(square)
        ]
        for outside, inside in zip(self.outside, self.inside, strict=True):
            columns = values.word(inside)
            for cells, p in zip(rows, values.matrix(outside), strict=True):
                for k, c in enumerate(columns):
                    cells[k] = cells[k] + p * c
        right = [[v] for v in values.matrix(self.right)]
        found, only = small.solutions(small.matrix(rows), small.matrix(right))
        return np.array([found[k, 0] for k in range(len(square))]), only

    @property
    def named(self) -> tuple[tuple[str, MatrixPolynomial], ...]:
        """The polynomials of the equation that the formula names: R, and each ``P_j``."""
        outside = ((f"P_{j}", p) for j, p in enumerate(self.outside, 1))
        return (("R", self.right), *outside)

    def formulas(
        self, abbreviations: tuple[symbolic.Abbreviation, ...] = ()
    ) -> tuple[Formula, ...]:
        """The formula, then the definitions of what is in it."""

        def shown(polynomial: MatrixPolynomial) -> sympy.Expr:
            return symbolic.matrix(polynomial, abbreviations)

        star = symbolic.symbol(fixed(f"{self.weight.name}_star", D, D))
        shifts = "".join(rf" - t_{{{j}}} P_{{{j}}}" for j in range(1, len(self.inside) + 1))
        top = rf"\left(R{shifts}\right)" if shifts else "R"
        parts = [Formula(star, rf"{top}\, Q^{{-1}}")]
        if shifts:
            system = (
                r"\sum_{k} \left(\delta_{jk} + \operatorname{tr}\left(C_{j} Q^{-1} P_{k}\right)"
                r"\right) t_{k}"
            )
            parts.append(Formula(system, r"\operatorname{tr}\left(C_{j} Q^{-1} R\right)"))
        parts += in_parts("Q", self.quotient, abbreviations)
        parts.append(Formula("R", shown(self.right)))
        for j, (outside, inside) in enumerate(zip(self.outside, self.inside, strict=True), 1):
            parts.append(Formula(f"P_{{{j}}}", shown(outside)))
            parts.append(Formula(f"C_{{{j}}}", symbolic.word(inside, D)))
        return tuple(parts)

    def spectral(
        self, abbreviations: tuple[symbolic.Abbreviation, ...] = ()
    ) -> tuple[Formula, ...]:
        """The same for the eigenvalues ``w_i`` of the weight."""
        bases = self._bases
        values = dict(zip(bases, _eigenvalues(len(bases)), strict=True))
        names = {
            a: values[a.base or a] ** sympy.Rational(*a.exponent.as_integer_ratio())
            for a in (*bases, *self.letters)
        }

        def shown(polynomial: MatrixPolynomial) -> sympy.Expr:
            terms = [
                symbolic.scalar(c, abbreviations) * sympy.Mul(*(names[f.letter] for f in word))
                for word, c in polynomial.sorted_terms()
            ]
            return sympy.Add(*terms)

        parts = [
            Formula(symbolic.symbol(a), row(r"U \operatorname{diag}(", s, r")\, U^\top"))
            for a, s in values.items()
        ]
        shifts = "".join(rf" - t_{{{j}}} p_{{i{j}}}" for j in range(1, len(self.inside) + 1))
        parts.append(Formula("w_{i}", rf"\frac{{r_{{i}}{shifts}}}{{q_{{i}}}}"))
        if shifts:
            system = (
                r"\sum_{k} \left(\delta_{jk} + \sum_{i} \frac{c_{ij} p_{ik}}{q_{i}}\right) t_{k}"
            )
            parts.append(Formula(system, r"\sum_{i} \frac{c_{ij} r_{i}}{q_{i}}"))
        parts += [Formula("q_{i}", shown(self.quotient)), Formula("r_{i}", shown(self.right))]
        for j, (outside, inside) in enumerate(zip(self.outside, self.inside, strict=True), 1):
            parts.append(Formula(f"p_{{i{j}}}", shown(outside)))
            parts.append(Formula(f"c_{{i{j}}}", sympy.Mul(*(names[f.letter] for f in inside))))
        return tuple(parts)


def _eigenvalues(count: int) -> list[sympy.Symbol]:
    greek = ["lambda_i", "mu_i", "nu_i", "rho_i", "tau_i"]
    return [sympy.Symbol(greek[k] if k < len(greek) else f"lambda_{k}i") for k in range(count)]


def closed_form(equation: LinearEquation) -> ClosedForm | None:
    """The solution where the letters commute; None if one is not a symmetric d x d matrix.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.optima.stationary.equations import stationarity
    >>> from theory.risks.population import population_risk
    >>> W = predictors.pgd.weights[0]
    >>> found = closed_form(stationarity(population_risk(designs.rag_general, predictors.pgd), W))
    >>> found.letters, found.inside
    ((Sigma_beta, Sigma_x), ((Sigma_x,), (Sigma_beta, Sigma_x, Sigma_x)))
    """
    if any(a.kind is not Kind.SYMMETRIC or a.rows != D for a in equation.letters):
        return None
    space = equation.weight.rows
    ordered = _mapper(_sorted)
    quotient = [MatrixPolynomial(space, space, {s.left: 1}) @ s.right for s in equation.sandwiches]
    coupled: dict[Word, list[MatrixPolynomial]] = defaultdict(list)
    for c in equation.couplings:
        coupled[_sorted(c.inside)].append(ordered(c.outside))
    return ClosedForm(
        equation.weight,
        equation.letters,
        ordered(MatrixPolynomial.sum(quotient)),
        ordered(equation.right),
        tuple(MatrixPolynomial.sum(parts) for parts in coupled.values()),
        tuple(coupled),
    )


def _sorted(word: Word) -> Word:
    return tuple(sorted(word, key=lambda f: ((f.letter.base or f.letter).key, f.key)))


def _mapper(f: Callable[[Word], Word]) -> Callable[[MatrixPolynomial], MatrixPolynomial]:
    def mapped(polynomial: MatrixPolynomial) -> MatrixPolynomial:
        parts = [
            MatrixPolynomial(polynomial.rows, polynomial.cols, {f(word): c})
            for word, c in polynomial.terms.items()
        ]
        return MatrixPolynomial.sum([MatrixPolynomial(polynomial.rows, polynomial.cols), *parts])

    return mapped
