"""The expectation of a product of Gaussian matrices, beside a formula claimed of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sympy

from theory.algebra.means import form
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial
from theory.algebra.words import Letter
from theory.language.formulas.extent import extent
from theory.language.formulas.places import Unreadable
from theory.language.formulas.tree import Product, Transpose, Tree
from theory.language.moments.algebras import MatrixExpressions, Polynomial, WordPolynomials
from theory.language.moments.reading import Part, Reader, described
from theory.records.expectation import Expectation, letters_of, value_at
from theory.records.identities import Point
from theory.text.account import Account, Formula
from theory.text.provenance import Provenance


@dataclass(frozen=True)
class ClaimedMoment:
    """A formula claimed of a moment.

    Parameters
    ----------
    tree
        The formula as it was parsed.
    value
        The same as a polynomial in words of fixed matrices, of the shape of the moment.
    expression
        The same in SymPy, as it was written.
    """

    tree: Tree
    value: Polynomial
    expression: sympy.Expr

    name: ClassVar[str] = "moment"
    source: ClassVar[str] = ""
    limit: ClassVar[None] = None


@dataclass(frozen=True, repr=False)
class ClaimedExpectation(Expectation):
    """The same with a formula claimed of it.

    Parameters
    ----------
    claim
        The formula.
    """

    claim: ClaimedMoment

    @property
    def claimed(self) -> Account:
        return Account((Formula(self.expected, self.claim.expression),))

    @property
    def occurring(self) -> frozenset[Letter]:
        return super().occurring | form(self.claim.value).letters

    @property
    def fixed(self) -> tuple[Letter, ...]:
        return letters_of(self.value, self.claim.value)

    def _claimed_at(self, at: Point) -> Any:
        return at.arithmetic.plain(value_at(self.claim.value, at))

    def with_claim(self, tree: Tree) -> ClaimedExpectation:
        """Another formula claimed of the same moment.

        Raises :class:`~theory.language.formulas.places.Unreadable` where it is none.
        """
        return claiming(self, tree)

    def squared(self) -> ClaimedExpectation:
        """The same claimed of the product times its transpose, which is zero for zero alone."""
        turned = self.tree if self.shape is None else Transpose(self.tree, self.tree.place)
        square = Product(((False, self.tree), (False, turned)), self.tree.place)
        return claiming(Expectation(**{**_words(self), "tree": square}), self.claim.tree)


def _words(of: Expectation) -> dict[str, Any]:
    """What it is about, by the names of the fields."""
    kept = ("id", "title", "says", "provenance", "assumptions", "tree", "letters")
    return {k: getattr(of, k) for k in kept}


def claiming(of: Expectation, tree: Tree) -> ClaimedExpectation:
    """A formula claimed of a moment.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it is none.
    """
    known = of.letters
    extent(tree, frozenset(known.matrices))
    barred = dict.fromkeys(known.gaussians, "it is random; a claim is in fixed matrices")
    words = WordPolynomials(known)
    found = Reader(known, words, barred).read(tree)
    value = _of_shape(found, of.product, words, tree)
    expression = Reader(known, MatrixExpressions(known), barred).read(tree).value
    if found.shape is None and isinstance(value, MatrixPolynomial):
        expression = sympy.MatMul(expression, sympy.Identity(value.rows.dimension))
        if not value:
            expression = sympy.ZeroMatrix(value.rows.dimension, value.cols.dimension)
    claim = ClaimedMoment(tree, value, expression)
    made = ClaimedExpectation(**{**_words(of), "provenance": Provenance.CLAIMED}, claim=claim)
    for name in ("product", "value"):  # nobody derives it twice
        if name in vars(of):
            vars(made)[name] = vars(of)[name]
    return made


def _of_shape(found: Part, like: Polynomial, words: WordPolynomials, tree: Tree) -> Polynomial:
    """A claim in the shape of the moment; zero has every shape."""
    value: Polynomial = found.value
    if isinstance(like, TracePolynomial):
        if found.is_scalar:
            return value
        wanted = "a scalar"
    else:
        if found.is_scalar and not value:
            return MatrixPolynomial(like.rows, like.cols)
        if found.multiple and like.rows == like.cols:
            return words.identity(like.rows) * value
        if found.shape == (like.rows, like.cols):
            return value
        wanted = f"a matrix that is {like.rows} x {like.cols}, as the moment is"
    raise Unreadable(tree.place, f"found {described(found)} for the moment; expected {wanted}")
