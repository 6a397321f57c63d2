"""The minimiser of a risk and the least risk: as formulas, and at numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import flint
import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import TracePolynomial
from theory.algebra.sums import Sums
from theory.algebra.symbolic import Entry
from theory.algebra.values import Values, scalar_value
from theory.algebra.words import ONE, Letter, fixed
from theory.designs.instance import Instance
from theory.optima.curvature.convexity import Convexity
from theory.optima.stationary.quotient import Quotient
from theory.optima.stationary.solution import Stationary, stationary
from theory.optima.stationary.solving import solve
from theory.optima.stationary.spans import InSpan
from theory.optima.steps.coefficients import Coefficients
from theory.scalars.systems import LeastValue


@dataclass(frozen=True)
class Multiple:
    """``W = factor * I``; ``square`` is half the second derivative of the risk along ``I``.

    Where that is zero the factor may still have a value, as something cancelled in it, but any
    other multiple does as well; ``positive`` says that it is seen to be positive everywhere.
    """

    factor: sympy.Expr
    square: sympy.Expr
    positive: bool = False


Solution = Multiple | InSpan | Quotient | Stationary | Coefficients
"""A minimiser, as far as it has a formula."""


@dataclass(frozen=True)
class Minimum:
    """A minimiser and the least risk, as numbers.

    Parameters
    ----------
    weight
        A d x d matrix, or the factor of a multiple of the identity; of several coefficients a
        column, m x 1.
    risk
        The least risk.
    others
        Why other weights have the same risk, where this was seen; else empty.
    multiple
        Whether the weight is the factor of a multiple of the identity.
    outside
        Whether the others differ from it outside of the range of a singular covariance only.
    """

    weight: Any
    risk: Any
    others: str = ""
    multiple: bool = False
    outside: bool = False

    def matrix(self, at: Instance) -> Any:
        """The weight as a d x d matrix of the instance's arithmetic, or as a column."""
        return at.arithmetic.identity(at.d) * self.weight if self.multiple else self.weight


@dataclass(frozen=True)
class Optimum:
    """The minimiser of a risk and its value.

    Parameters
    ----------
    polynomial, variables
        The risk that was minimised, and the letters it was minimised in: one d x d weight, or
        several scalars.
    solution
        The minimiser in a form that can be evaluated without roots or inverses of covariances.
    weight, risk
        The minimiser and its risk as SymPy expressions; a multiple of the identity is given by
        its factor, and the solution of a stationarity equation by a symbol of its own. Of several
        scalars the minimiser is a column.
    abbreviations
        Scalars named in those expressions, with their meaning.
    convexity
        Why it is a minimiser, where that is seen from the second-order part; None where it is seen
        from the risk being a mean square.
    sums
        Sums over the examples that the polynomial names.
    """

    polynomial: TracePolynomial
    variables: tuple[Letter, ...]
    solution: Solution
    weight: sympy.Expr
    risk: sympy.Expr
    abbreviations: tuple[symbolic.Abbreviation, ...]
    convexity: Convexity | None
    sums: Sums = field(default_factory=Sums)

    @property
    def variable(self) -> Letter:
        """The one d x d weight."""
        (weight,) = self.variables
        return weight

    @property
    def multiple(self) -> Multiple | None:
        """The minimiser, where it is a multiple of the identity."""
        return self.solution if isinstance(self.solution, Multiple) else None

    @property
    def quotient(self) -> Quotient | None:
        """The minimiser, where it is another closed form."""
        return self.solution if isinstance(self.solution, Quotient) else None

    @property
    def equation(self) -> Stationary | None:
        """What stands for the minimiser, where that has no closed form for any covariances."""
        return self.solution if isinstance(self.solution, Stationary) else None

    @property
    def span(self) -> InSpan | None:
        """The minimiser, where it is made of outer products of fixed vectors, or of projections."""
        return self.solution if isinstance(self.solution, InSpan) else None

    @property
    def coefficients(self) -> Coefficients | None:
        """The minimiser, where it is that of several scalars."""
        return self.solution if isinstance(self.solution, Coefficients) else None

    @property
    def scalar(self) -> LeastValue | None:
        """Minimiser and risk as functions of sizes and parameters; None where covariances enter."""
        if isinstance(self.solution, Coefficients):
            return self.solution.closed
        if isinstance(self.solution, Multiple):
            return LeastValue((self.weight,), self.risk, self.solution.square)
        return None

    @property
    def value(self) -> LeastValue | None:
        """The same where fixed vectors enter as well, by their inner products, or a projection.

        Also where the risk alone is no longer about covariances; then there are no numbers.
        Then the numbers are those that the weight has in the span.
        """
        if isinstance(self.solution, Quotient) and self.solution.one is not None:
            _, scalar = self.solution.one
            if not self.abbreviations and not self.risk.has(sympy.Trace, Entry):
                return LeastValue((), self.risk, scalar)
        return self.scalar if self.span is None else self.span.closed

    @property
    def regular(self) -> tuple[sympy.Expr, ...]:
        """What must not vanish, so that the minimiser is unique, where it is given by scalars.

        In a span of I and an outer product, the determinant in an orthonormal basis.
        """
        best, span = self.value, self.span
        if best is None:
            return ()
        return (best.determinant if span is None else best.determinant / span.gram,)

    @property
    def leaves_open(self) -> bool:
        """Whether other weights have the least risk, whatever the covariances."""
        return isinstance(self.solution, InSpan | Quotient) and self.solution.leaves_open

    @property
    def star(self) -> sympy.Expr:
        """A symbol for the minimiser."""
        return symbolic.symbol(star_of(self.variable))

    def values(self, at: Instance) -> Values:
        """What its polynomials are computed with at an instance."""
        return Values(self.sums.at(at.scalars, at.arithmetic), at.matrices, at.arithmetic)

    def at(self, at: Instance) -> tuple[Any, Any]:
        """Optimal weight (a matrix, or the factor of a multiple of I) and risk, as numbers.

        Raises ZeroDivisionError where other weights are seen to have the same risk, and not only
        ones that differ outside of the range of a singular covariance.
        """
        found = self.minimum(at)
        if found.others and not found.outside:
            raise ZeroDivisionError(found.others)
        return found.weight, found.risk

    def minimum(self, at: Instance) -> Minimum:
        """The same wherever the risk is defined: one of the optimal weights, where others are.

        Raises as :func:`theory.optima.stationary.solving.solve` does.
        """
        values = self.values(at)
        found: Minimum | None = None
        match self.solution:
            case Multiple(factor, square):
                return self._of_multiple(factor, square, values)
            case Coefficients() as form:
                column, risk, only = form.solve(values)
                return Minimum(
                    column, risk, "" if only else "other coefficients have the same risk"
                )
            case InSpan() as span:
                numbers = span.at(values)
                found = None if numbers is None else Minimum(*numbers)
            case Quotient() as closed:
                if (weight := closed.at(values)) is not None:
                    risk, others = self._stationary_risk(weight, values), closed.others(values)
                    found = Minimum(weight, risk, others, outside=bool(others))
        if found is not None:
            return found
        least = solve(self._equation, values)
        zero = values.scalar(self.polynomial.part(0, self.variable))
        return Minimum(least.weight, zero - least.gain, least.others)

    @property
    def _equation(self) -> Stationary:
        """What solves it where no closed form does."""
        return self.equation or stationary(self.polynomial, self.variable)

    def _of_multiple(self, factor: sympy.Expr, square: sympy.Expr, values: Values) -> Minimum:
        """Without matrices, so that sizes may be large."""
        scalars, arithmetic = values.scalars, values.arithmetic
        if scalar_value(square, scalars, arithmetic) == 0:
            zero = values.scalar(self.polynomial.part(0, self.variable))
            others = "every multiple of the identity has the same risk"
            return Minimum(arithmetic.number(0), zero, others, multiple=True)
        weight, risk = (scalar_value(e, scalars, arithmetic) for e in (factor, self.risk))
        return Minimum(weight, risk, multiple=True)

    def stationary_risk(self, weight: Any, at: Instance) -> Any:
        """The risk of a weight that solves the stationarity equation, without the quadratic part.

        It is the constant part and half of the linear one.
        """
        return self._stationary_risk(weight, self.values(at))

    def _stationary_risk(self, weight: Any, values: Values) -> Any:
        inside = values.put({self.variable.name: weight})
        constant, linear = (inside.scalar(self.polynomial.part(k, self.variable)) for k in (0, 1))
        return constant + linear / 2

    def risk_of(self, weight: Any, at: Instance) -> Any:
        """The risk of a weight (a d x d matrix, or a column of scalars), by the polynomial."""
        return self.values(at).put(named(self.variables, weight)).scalar(self.polynomial)


def star_of(weight: Letter) -> Letter:
    """The minimiser as a letter.

    >>> star_of(fixed("c", ONE, ONE))
    c_star
    """
    return fixed(f"{weight.name}_star", weight.rows, weight.cols)


def named(variables: tuple[Letter, ...], weight: Any) -> dict[str, Any]:
    """Values by name: of one d x d weight that matrix, of several scalars the rows of a column.

    >>> from theory.designs.predictors import polynomial
    >>> from theory.scalars.arithmetic import EXACT
    >>> named(polynomial(2).weights, EXACT.matrix([[3], [5]]))["c_1"]
    [5]
    """
    if not all(w.rows == w.cols == ONE for w in variables):
        (one,) = variables
        return {one.name: weight}
    if isinstance(weight, flint.fmpq_mat):
        return {w.name: flint.fmpq_mat([[weight[k, 0]]]) for k, w in enumerate(variables)}
    return {w.name: weight[..., k : k + 1, :] for k, w in enumerate(variables)}
