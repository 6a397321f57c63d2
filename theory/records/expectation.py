"""The expectation of a product of Gaussian and fixed matrices, for all sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import sympy

from theory.algebra import symbolic
from theory.algebra.means import form, mean
from theory.algebra.moments import TooManyTerms, odd_gaussians
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.values import Values
from theory.algebra.words import ONE, Kind, Letter, Space
from theory.errors import InputError
from theory.language.formulas.places import Unreadable
from theory.language.formulas.tree import Tree
from theory.language.moments.algebras import MatrixExpressions, Polynomial, WordPolynomials
from theory.language.moments.letters import Letters
from theory.language.moments.reading import Reader, described
from theory.records.evaluated import Evaluated, valued
from theory.records.expectation_numbers import Point, inverted, ones_at, point_of, space_size
from theory.records.statement import Statement
from theory.text.formulas import Exposition, Formula, Step, step
from theory.text.pretty import picture
from theory.text.rows import Mathematics, Row, row

DEGREE = 50
"""How many Gaussian matrices may stand in one product."""
SHOWN = 60
"""How many terms of a moment are shown to people."""
WORK = 400_000
"""How many terms the moments on the way may have together."""


@dataclass(frozen=True)
class MomentEvaluation(Evaluated):
    """A moment at concrete sizes and matrices.

    Parameters
    ----------
    moment
        The derived moment: an array of Fractions or floats, or one number.
    claimed
        The claimed expression at the same place; None where nothing is claimed.
    expected
        What the moment is of.
    """

    moment: Any
    claimed: Any
    expected: Mathematics = field(repr=False)

    def formulas(self) -> Iterable[Formula]:
        yield valued(self.expected, self.moment)
        if self.claimed is not None and not np.array_equal(self.moment, self.claimed):
            yield valued(r"\text{claimed}", self.claimed)


@dataclass(frozen=True, repr=False)
class Expectation(Statement):
    """The expectation of a product of Gaussian and fixed matrices, for all sizes.

    Build it with :func:`~theory.records.moment_of_text.moment`.

    Parameters
    ----------
    tree
        The product as it was parsed.
    letters
        What its names stand for.
    """

    tree: Tree
    letters: Letters

    kind: ClassVar[str] = "expectation"

    @cached_property
    def product(self) -> Polynomial:
        """What the expectation is of, in centred Gaussian letters."""
        part = Reader(self.letters, WordPolynomials(self.letters)).read(self.tree)
        if part.multiple:
            raise Unreadable(
                self.tree.place, f"found {described(part)}; expected Gaussian and fixed matrices"
            )
        gaussians = {self.letters.matrices[name] for name in self.letters.gaussians}
        degree = form(part.value).degree(*gaussians)
        if degree > DEGREE:
            raise Unreadable(
                self.tree.place,
                f"found {degree} Gaussian matrices in a product; expected at most {DEGREE}",
            )
        value: Polynomial = part.value
        return value

    @property
    def shape(self) -> tuple[Space, Space] | None:
        """That of the moment; None for a scalar."""
        product = self.product
        return None if isinstance(product, TracePolynomial) else (product.rows, product.cols)

    @cached_property
    def value(self) -> Polynomial:
        """The expectation, as a polynomial in words of fixed matrices and in traces.

        Raises :class:`~theory.language.formulas.places.Unreadable` where it takes too long.
        """
        try:
            return mean(self.product, WORK)
        except TooManyTerms as error:
            raise Unreadable(
                self.tree.place, f"{error}, more than {WORK}; expected a lower degree"
            ) from error

    @cached_property
    def expression(self) -> sympy.Expr:
        """The same in SymPy, for printing: a scalar or a matrix expression."""
        return shown(self.value)

    @property
    def expected(self) -> Row:
        """What the expectation is of, as it was written."""
        inside = Reader(self.letters, MatrixExpressions(self.letters)).read(self.tree).value
        return row(r"\mathbb{E}\left[", inside, r"\right]")

    @property
    def is_odd(self) -> bool:
        """Whether it is zero: in each product some Gaussian occurs an odd number of times."""
        products = form(self.product).terms
        return bool(products) and all(map(odd_gaussians, products))

    @property
    def claimed(self) -> Exposition:
        return Exposition(())

    @cached_property
    def derived(self) -> Exposition:
        note = r"\text{(of odd degree)}" if self.is_odd else ""
        found = Formula(self.expected, self.expression, note=note)
        return Exposition((found,), (), tuple(self._steps()), self.assumptions)

    @property
    def count(self) -> int:
        """How many terms the moment has."""
        return len(form(self.value).terms)

    @property
    def beginning(self) -> Exposition:
        """What is derived, as people see it: of a long moment some terms only."""
        value, terms = self.value, SHOWN
        if self.count <= terms:
            return self.derived
        if isinstance(value, TracePolynomial):
            value = TracePolynomial.expanded(dict(value.sorted_terms()[-terms:]))
        else:
            whole = list(value.sorted_terms())[-terms:]
            fronts = {
                word: TracePolynomial.expanded(dict(front.sorted_terms()[:terms]))
                for word, front in whole
            }
            value = MatrixPolynomial(value.rows, value.cols, fronts)
        return Exposition((Formula(self.expected, row(shown(value), r" + \dots")),))

    def _steps(self) -> Iterator[Step]:
        yield step(
            "Gaussian integration by parts of each product of traces",
            Formula(self.expected, self.expression),
        )

    @property
    def example(self) -> dict[str, Any]:
        sizes = {name: k + 2 for k, name in enumerate(self.letters.sizes)}
        found: dict[str, Any] = dict(sizes)
        for a in self.fixed:
            shape = [space_size(space, sizes) for space in (a.rows, a.cols)]
            found[a.name] = [
                [int(r == c) + int(c > r) for c in range(shape[1])] for r in range(shape[0])
            ]
            if a.is_symmetric:
                found[a.name] = [
                    [1 + int(r == c) for c in range(shape[1])] for r in range(shape[0])
                ]
        return found | dict.fromkeys(sorted(self.letters.scalars), 2)

    @property
    def occurring(self) -> frozenset[Letter]:
        """The letters that occur before or after the expectation is taken."""
        return form(self.product).letters | form(self.value).letters

    @property
    def fixed(self) -> tuple[Letter, ...]:
        """The fixed matrices that a value of the moment needs, by name."""
        return letters_of(self.value)

    def evaluate(self, **values: Any) -> MomentEvaluation:
        """The moment at given sizes, scalars and matrices, by the names that they have.

        Sizes that a matrix shows may be left out, and so may covariances: they are the identity
        then. Exact (Fractions) for exact input; floats otherwise.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> found = theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)")
        >>> found.evaluate(d=1, A=[[1, 2], [3, 4]]).moment
        array([[Fraction(5, 1)]], dtype=object)
        """
        at = point_of(self.letters, self.fixed, values)
        plain = at.arithmetic.plain
        try:
            moment, claimed = plain(self.at(at)), self._claimed_at(at)
        except ZeroDivisionError as error:
            raise InputError(f"there is no moment at {at}: {error}") from error
        return MomentEvaluation(moment, claimed, self.expected, at=at.described)

    def at(self, at: Point) -> Any:
        """The moment at a point: a number or a matrix of its arithmetic."""
        return value_at(self.value, at)

    def _claimed_at(self, at: Point) -> Any:
        return None

    def __str__(self) -> str:
        return "\n".join(line for f in self.beginning.formulas for line in picture(f, 100))

    def _repr_latex_(self) -> str:
        return f"${self.beginning.formulas[0].latex}$"

    __repr__ = __str__


def shown(value: Polynomial) -> sympy.Expr:
    """A moment in SymPy; zero of any shape is the number."""
    if not value:
        return sympy.Integer(0)
    if isinstance(value, TracePolynomial):
        return symbolic.scalar(value)
    return symbolic.matrix(value)


def letters_of(*values: Polynomial) -> tuple[Letter, ...]:
    """The fixed letters of some values, sorted; in the place of inverses what they are of.

    Columns of ones are left out: what they are is known.
    """
    found = {a.inverse_of or a for value in values for a in value.letters}
    return tuple(sorted((a for a in found if a.kind is not Kind.ONES), key=lambda a: a.key))


def value_at(value: Polynomial, at: Point) -> Any:
    """A polynomial in fixed letters at a point.

    Raises ZeroDivisionError where a matrix has no inverse.
    """
    rows = ONE if isinstance(value, TracePolynomial) else value.rows
    size = space_size(rows, at.scalars)
    matrices = dict(at.matrices)
    for a in value.letters:
        if a.inverse_of is not None:
            matrices[a.name] = inverted(a.inverse_of.name, at)
        elif a.kind is Kind.ONES:
            matrices[a.name] = ones_at(a, at)
    values = Values(at.scalars, matrices, at.arithmetic, size)
    if isinstance(value, TracePolynomial):
        return values.scalar(value)
    if not value:
        return at.arithmetic.matrix([[0] * space_size(value.cols, at.scalars)] * size)
    return values.matrix(value)
