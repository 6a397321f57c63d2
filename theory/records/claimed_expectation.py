"""The expectation of a product of Gaussian matrices, beside a formula claimed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import sympy

from theory.algebra import symbolic
from theory.algebra.calculus import substitute_matrix
from theory.algebra.means import form
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, letter
from theory.algebra.words import Letter, fixed, symmetric
from theory.language.formulas.definitions import Definition, written_out
from theory.language.formulas.places import Unreadable
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.tree import Product, Transpose, Tree
from theory.language.moments.algebras import MatrixExpressions, Polynomial, WordPolynomials
from theory.language.moments.letters import Letters
from theory.language.moments.reading import Part, Reader, described
from theory.records.expectation import Expectation, letters_of, value_at
from theory.records.expectation_numbers import Point
from theory.text.formulas import Exposition, Formula, where
from theory.text.provenance import Provenance


@dataclass(frozen=True)
class ClaimedMoment:
    """A formula claimed of a moment.

    Parameters
    ----------
    tree
        The formula as it was parsed.
    whole
        The same with its abbreviations written out.
    value
        The same as a polynomial in words of fixed matrices, of the shape of the moment.
    expression
        The same in SymPy, as it was written.
    definitions
        Its abbreviations, which stand for matrices.
    letters
        What may stand in it: the letters of the moment, and its abbreviations.
    """

    tree: Tree
    whole: Tree
    value: Polynomial
    expression: sympy.Expr
    definitions: tuple[Definition, ...]
    letters: Letters

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
    def claimed(self) -> Exposition:
        return Exposition((Formula(self.expected, self.claim.expression),), self._where())

    def _where(self) -> tuple[Formula, ...]:
        read = Reader(self.claim.letters, MatrixExpressions(self.claim.letters)).read
        names = [symbolic.symbol(self.claim.letters.matrices[one.name]) for one in self.definitions]
        meanings = [read(one.tree).value for one in self.definitions]
        return where(zip(names, meanings, strict=True))

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The abbreviations in the claim."""
        return self.claim.definitions

    @property
    def abbreviated(self) -> sympy.Expr:
        """The moment in the symmetric matrices that the claim's definitions name, if it is one."""
        read = Reader(self.claim.letters, WordPolynomials(self.claim.letters)).read
        forward: dict[Letter, MatrixPolynomial] = {}
        back: dict[Letter, MatrixPolynomial] = {}
        for one in self.definitions:
            meaning, new = read(one.tree).value, self.claim.letters.matrices[one.name]
            letters = {f.letter for word in meaning.terms for f in word}
            if len(letters) == 1 and new.is_symmetric:
                forward[letters.pop()] = letter(new)
                back[new] = meaning
        if not forward or not isinstance(self.value, MatrixPolynomial):
            return self.expression
        short = substitute_matrix(self.value, forward)
        same = substitute_matrix(short, back) == self.value
        return symbolic.matrix(short) if same else self.expression

    @property
    def occurring(self) -> frozenset[Letter]:
        return super().occurring | form(self.claim.value).letters

    @property
    def fixed(self) -> tuple[Letter, ...]:
        return letters_of(self.value, self.claim.value)

    def _claimed_at(self, at: Point) -> Any:
        return at.arithmetic.plain(value_at(self.claim.value, at))

    def with_claim(
        self, tree: Tree, definitions: Sequence[Definition] | None = None
    ) -> ClaimedExpectation:
        """Another formula claimed of the same moment, with these or the same abbreviations.

        Raises :class:`~theory.language.formulas.places.Unreadable` where it is none.
        """
        return claiming(self, tree, self.definitions if definitions is None else definitions)

    def squared(self) -> ClaimedExpectation:
        """The same claimed of the product times its transpose, which is zero for zero alone."""
        turned = self.tree if self.shape is None else Transpose(self.tree, self.tree.place)
        square = Product(((False, self.tree), (False, turned)), self.tree.place)
        return claiming(Expectation(**{**_words(self), "tree": square}), self.claim.whole)


def _words(of: Expectation) -> dict[str, Any]:
    """What it is about, by the names of the fields."""
    kept = ("id", "title", "says", "provenance", "assumptions", "tree", "letters")
    return {k: getattr(of, k) for k in kept}


def claiming(
    of: Expectation, tree: Tree, definitions: Sequence[Definition] = ()
) -> ClaimedExpectation:
    """A formula claimed of a moment, which may hold abbreviations of matrices.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it is none.
    """
    known, named = of.letters, _named(of.letters, definitions)
    whole = written_out(tree, {one.name: one.tree for one in definitions}) if definitions else tree
    size_bound(whole, frozenset(known.matrices))
    barred = dict.fromkeys(known.gaussians, "it is random; a claim is in fixed matrices")
    words = WordPolynomials(known)
    found = Reader(known, words, barred).read(whole)
    value = _of_shape(found, of.product, words, tree)
    expression = Reader(named, MatrixExpressions(named), barred).read(tree).value
    if found.shape is None and isinstance(value, MatrixPolynomial):
        expression = sympy.MatMul(expression, sympy.Identity(value.rows.dimension))
        if not value:
            expression = sympy.ZeroMatrix(value.rows.dimension, value.cols.dimension)
    claim = ClaimedMoment(tree, whole, value, expression, tuple(definitions), named)
    made = ClaimedExpectation(**{**_words(of), "provenance": Provenance.CLAIMED}, claim=claim)
    for name in ("product", "value"):  # nobody derives it twice
        if name in vars(of):
            vars(made)[name] = vars(of)[name]
    return made


def _named(known: Letters, definitions: Sequence[Definition]) -> Letters:
    """The letters, and one for each abbreviation."""
    made: dict[str, Letter] = {}
    for one in definitions:
        found = Reader(known, WordPolynomials(known)).read(one.tree)
        if found.shape is None:
            told = f"found {described(found)} as the meaning of {one.name!r}; expected a matrix"
            raise Unreadable(one.place, told)
        is_symmetric = found.shape[0] == found.shape[1] and found.value.mT == found.value
        new = symmetric(one.name, found.shape[0]) if is_symmetric else None
        made[one.name] = new or fixed(one.name, *found.shape)
    return replace(known, matrices={**known.matrices, **made}) if made else known


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
