"""Claims in one covariance, compared as functions of its eigenvalues: a proof for all sizes.

Everything that one symmetric matrix makes commutes, so a matrix is a rational function of the
eigenvalue, and a trace is linear in such functions. Traces stand for symbols of their own, one for
each power of the eigenvalue over a denominator. Equal in these symbols is equal for every matrix of
every size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from theory.design import IDENTITY
from theory.formulas.scope import Meaning
from theory.formulas.tree import Tree
from theory.formulas.values import value
from theory.optimum.minimisation import Quotient
from theory.polynomials import MatrixPolynomial, TracePolynomial
from theory.positivity import ranges_of
from theory.rational import cancelled, is_zero
from theory.spectral import EIGENVALUE
from theory.stationary.equations import stationarity
from theory.words import Letter, Word, d
from verify.claims.question import Quantity, Question


@dataclass(frozen=True)
class Spectrum:
    """A d x d matrix as a function of the eigenvalue."""

    function: sympy.Expr

    def __add__(self, other: Spectrum) -> Spectrum:
        return Spectrum(cancelled(self.function + other.function))

    def __neg__(self) -> Spectrum:
        return Spectrum(-self.function)

    def __mul__(self, other: Any) -> Spectrum:
        by = other.function if isinstance(other, Spectrum) else other
        return Spectrum(cancelled(self.function * by))


@dataclass
class Traces:
    """Symbols for traces, shared by everything that is compared."""

    known: dict[sympy.Expr, sympy.Symbol] = field(default_factory=dict)

    def of(self, function: sympy.Expr) -> sympy.Expr:
        """The trace of a function, linear in symbols."""
        top, bottom = sympy.fraction(cancelled(function))
        below = sympy.Poly(bottom, EIGENVALUE)
        whole, rest = sympy.Poly(top, EIGENVALUE).div(below)
        total = sympy.Integer(0)
        for (power,), c in whole.terms():
            total += c * (d if power == 0 else self._symbol(EIGENVALUE**power))
        monic = cancelled(below.monic().as_expr())
        for (power,), c in rest.terms():
            if c != 0:
                total += c / below.LC() * self._symbol(EIGENVALUE**power / monic)
        return cancelled(total)

    def _symbol(self, function: sympy.Expr) -> sympy.Symbol:
        for other, symbol in self.known.items():
            if is_zero(other - function):
                return symbol
        self.known[function] = sympy.Dummy(f"tr_{len(self.known)}")
        return self.known[function]


@dataclass(frozen=True)
class Spectra:
    """The algebra in which a formula in one covariance is read."""

    names: Mapping[str, Meaning]
    traces: Traces

    def number(self, number: Fraction) -> sympy.Expr:
        return sympy.Rational(number.numerator, number.denominator)

    def name(self, name: str) -> Any:
        if name == IDENTITY:
            return Spectrum(sympy.Integer(1))
        if self.names[name] is Meaning.MATRIX:
            return Spectrum(EIGENVALUE)
        return sympy.Symbol(name)

    def root_of(self, name: str) -> Spectrum:
        return Spectrum(sympy.Integer(1) if name == IDENTITY else sympy.sqrt(EIGENVALUE))

    def root(self, scalar: sympy.Expr) -> sympy.Expr:
        return sympy.sqrt(scalar)

    def inverse(self, found: Any) -> Any:
        if isinstance(found, Spectrum):
            return Spectrum(cancelled(1 / found.function))
        return 1 / found

    def trace(self, found: Spectrum) -> sympy.Expr:
        return self.traces.of(found.function)

    def is_matrix(self, found: Any) -> bool:
        return isinstance(found, Spectrum)

    def tree(self, tree: Tree) -> Any:
        """A formula."""
        return value(tree, self)

    def word(self, word: Word, weight: tuple[Letter, sympy.Expr] | None = None) -> sympy.Expr:
        """A product of letters, one of which may be a weight of a known function."""
        found = sympy.Integer(1)
        for factor in word:
            of_weight = weight is not None and factor.letter == weight[0]
            found *= weight[1] if weight is not None and of_weight else EIGENVALUE
        return found

    def scalar(
        self, polynomial: TracePolynomial, weight: tuple[Letter, sympy.Expr] | None = None
    ) -> sympy.Expr:
        """A polynomial in traces."""
        total = sympy.Integer(0)
        for monomial, c in polynomial.terms.items():
            traces = (self.traces.of(self.word(t.word, weight)) for t in monomial)
            total += c * sympy.Mul(*traces)
        return cancelled(total)

    def matrix(self, polynomial: MatrixPolynomial) -> sympy.Expr:
        """A polynomial in words."""
        parts = (self.word(w) * self.scalar(c) for w, c in polynomial.terms.items())
        return cancelled(sympy.Add(*parts))


def proved_by_eigenvalues(question: Question, weight: Question | None = None) -> bool:
    """Whether a claim in one covariance is seen to equal the derived optimum.

    ``weight`` is a claimed weight that is known to be optimal. False where several covariances
    occur, or where it is not seen.
    """
    plain = question.derivation.plain
    polynomial, variable = plain.polynomial, plain.variable
    used = {a.name for a in polynomial.letters if a != variable}
    used |= {
        name
        for q in (question, weight)
        if q is not None
        for name in q.used
        if q.names.get(name) is Meaning.MATRIX
    }
    if len(used) > 1:
        return False
    algebra = Spectra(question.names, Traces())
    if question.quantity is Quantity.WEIGHT:
        return _solves(_function(question, algebra), question, algebra)
    if weight is not None:
        function: sympy.Expr | None = _function(weight, algebra)
    elif isinstance(plain.solution, Quotient):
        top, bottom = (
            algebra.matrix(p) for p in (plain.solution.numerator, plain.solution.denominator)
        )
        function = top / bottom
    else:
        function = None
    if function is None:
        return False
    linear, constant = polynomial.part(1, variable), polynomial.part(0, variable)
    exact = algebra.scalar(constant) + algebra.scalar(linear, (variable, function)) / 2
    return is_zero(algebra.tree(question.formula.tree) - exact)


def _function(question: Question, algebra: Spectra) -> sympy.Expr:
    """A claimed weight, in the convention without a scale."""
    found = algebra.tree(question.formula.tree)
    function = found.function if isinstance(found, Spectrum) else found
    return cancelled(function * question.file.scale)


def _solves(function: sympy.Expr, question: Question, algebra: Spectra) -> bool:
    """Whether a weight solves the stationarity equation, as a function of the eigenvalue."""
    plain = question.derivation.plain
    equation = stationarity(plain.polynomial, plain.variable, ranges_of(question.design))
    total = -algebra.matrix(equation.right)
    for s in equation.sandwiches:
        total += algebra.word(s.left) * function * algebra.matrix(s.right)
    for c in equation.couplings:
        trace = algebra.traces.of(algebra.word(c.inside) * function)
        total += trace * algebra.matrix(c.outside)
    return is_zero(total)
