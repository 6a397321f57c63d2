"""A claimed formula beside what is derived in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any

import flint
import sympy
from sympy import MatrixExpr, Trace

from theory.algebra.spans import Span
from theory.algebra.symbolic import Entry
from theory.designs.design import IDENTITY, Design
from theory.designs.instance import Instance
from theory.errors import Underivable
from theory.expositions.claims import SYMBOLS, claimed_formula, symbol_of
from theory.language.files.claims import HOLDS, Claimed
from theory.language.files.reading import DesignFile
from theory.language.formulas.claims import INDEX, ClaimedFormula, claim_formula
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.entries import Component
from theory.language.formulas.expressions import FREE
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.scope import Meaning
from theory.language.formulas.tree import Name, Tree, names
from theory.language.formulas.values import exact_or_ball, value
from theory.optima.derivation import Derivation
from theory.scalars.rational import is_zero
from theory.text.formulas import Formula
from verify.instances import defined_instance, random_matrix
from verify.judge.at_test import AtTest
from verify.judge.places import readable, weights
from verify.judge.spans import Spans
from verify.judge.spectral import Spectra
from verify.judge.target import ANY_WEIGHT, AtWeight, OfDescent, Target
from verify.judge.target_weights import normalised
from verify.judge.targets import entry_target, target


@dataclass(frozen=True)
class Question:
    """A formula for a quantity of a design.

    Parameters
    ----------
    weight
        The weight at which a risk is claimed; None for the optimal one.
    constants
        Those of the limit in which it is claimed.
    beside
        Another quantity that stands in the place of a formula.
    entry
        The entry of a quantity that has several.
    unit
        Another, in units of which it is claimed; None where no factor is free.
    of_unit
        What is claimed of that.
    unless
        What is zero where an order is not claimed.
    """

    quantity: Quantity
    formula: ClaimedFormula
    file: DesignFile
    weight: ClaimedFormula | None = None
    constants: tuple[str, ...] = ()
    beside: Quantity | None = None
    entry: Component | None = None
    unit: Component | None = None
    of_unit: ClaimedFormula | None = None
    unless: ClaimedFormula | None = None

    @property
    def design(self) -> Design:
        return self.file.design

    @cached_property
    def target(self) -> Target:
        """What the engine derives.

        Raises :class:`~theory.errors.Underivable` where that is nothing exact.
        """
        if self.entry is not None:
            return entry_target(self.entry, self.unit, self.file)
        found = target(self.quantity, self.file, self.weight)
        why = found.out_of_reach(self.formula)
        if why:
            raise Underivable(why)
        return found

    @cached_property
    def other(self) -> Target | None:
        """What the engine derives of the quantity that it is compared with."""
        return None if self.beside is None else target(self.beside, self.file)

    @property
    def of_least_risks(self) -> bool:
        """Whether it is about least risks alone, which have values wherever weights are optimal."""
        return self.target.is_least and (self.other is None or self.other.is_least)

    @property
    def relation(self) -> Comparator:
        """What the quantity is claimed to be to the formula."""
        return self.formula.relation

    @property
    def key(self) -> str:
        """What a report calls it."""
        if self.entry is not None:
            return self.entry.key
        return self.quantity.value if self.beside is None else HOLDS

    @property
    def underivable(self) -> str:
        """Why nothing exact is derived in the claim's place; empty where something is."""
        try:
            assert self.target and (self.beside is None or self.other)
        except Underivable as why:
            return str(why)
        return ""

    @property
    def of_descent(self) -> bool:
        """Whether it is about PGD's optimum, or about what does no better."""
        return isinstance(self.target, OfDescent)

    @property
    def derivation(self) -> Derivation:
        """The risk and optimum of PGD, without the scale, where that is what decides."""
        assert isinstance(self.target, OfDescent | AtWeight | AtTest)
        return self.target.derivation

    @property
    def latex(self) -> str:
        """The claim as it was understood."""
        return self.shown.latex

    @property
    def shown(self) -> Formula:
        """The same as a formula."""
        noise = self.design.noise_variance_of_query
        if self.beside is not None:
            return Formula(SYMBOLS[self.quantity], SYMBOLS[self.beside], self.relation.latex)
        if self.entry is not None:
            unit = 1 if self.unit is None else symbol_of(self.unit)
            return Formula(symbol_of(self.entry) / unit, self.formula.shown, "=")
        whole = Component(self.quantity)
        return claimed_formula(whole, self.formula, noise, weight=self.weight)

    @property
    def claimed(self) -> sympy.Expr | None:
        """The claim as a scalar without traces, or the factor of I; None where it is none."""
        if self.other is not None:
            return self.other.formula
        expr = self.formula.expression
        scalars, is_matrix = self._scalars, isinstance(expr, MatrixExpr)
        if is_matrix and (self.design.means or self.design.covariances):
            return None
        if scalars is not None and (is_matrix or expr.has(Trace, Entry)):
            try:
                expr = value(self.formula.tree, scalars)
            except Underivable:
                return None
        if isinstance(expr, Span) and not expr.terms and is_matrix:
            expr = expr.multiple
        if isinstance(expr, Span | MatrixExpr) or expr.has(Trace, Entry):
            return None
        return expr.xreplace(self.design.settled)

    @property
    def _scalars(self) -> Any:
        """An algebra in which traces are scalars: fixed vectors, or one projection of a rank.

        So they are where every covariance that follows from others is a multiple of I.
        """
        design = self.design
        if (design.means or design.defined) and not design.covariances:
            return Spans(self.names, design)
        if len(design.covariances) == len(design.ranks) == 1:
            return Spectra(self.names, design)
        return None

    @property
    def exact(self) -> sympy.Expr | None:
        """The derived quantity as a scalar formula in sizes and parameters; None for no such."""
        return self.target.formula

    @property
    def noise(self) -> sympy.Expr:
        """The part of a risk that no predictor removes: the variance of the query's noise."""
        return self.target.noise

    def exact_at(self, at: Instance) -> Any:
        """The derived quantity at an exact instance: a number, or a d x d matrix for a weight.

        Raises ZeroDivisionError where a weight is not unique, and as ``Optimum.minimum`` does.
        """
        return self.target.at(at)

    def claimed_at(self, at: Instance, tree: Tree | None = None) -> Any:
        """The claimed quantity, or that of another formula, at an exact instance.

        Balls where it is irrational. Raises ZeroDivisionError where it is undefined, or nothing is
        claimed.
        """
        found = self.formula_at(at, tree)
        if self.quantity is Quantity.WEIGHT and isinstance(found, flint.fmpq | flint.arb):
            matrix: Any = flint.fmpq_mat if isinstance(found, flint.fmpq) else flint.arb_mat
            return matrix([[found * int(r == c) for c in range(at.d)] for r in range(at.d)])
        return found

    def formula_at(self, at: Instance, tree: Tree | None = None) -> Any:
        """The same as the formula has it: a weight may be the factor of I, whatever d is."""
        if self.is_excepted(at):
            raise ZeroDivisionError(f"nothing is claimed at {at}")
        if self.other is not None:
            return self.other.at(at)
        tree = self.formula.tree if tree is None else tree
        if self.quantity is Quantity.OMEGA:
            return normalised([exact_or_ball(tree, one) for one in each_example(at)])
        return exact_or_ball(tree, at)

    def is_excepted(self, at: Instance) -> bool:
        """Whether nothing is claimed at an instance."""
        return self.unless is not None and bool(exact_or_ball(self.unless.tree, at) == 0)

    @property
    def names(self) -> dict[str, Meaning]:
        """The names that a formula may use, with their meaning."""
        scalars = ["n", "d", *(p.name for p in self.design.parameters)]
        scalars += [*[INDEX] * (self.quantity is Quantity.OMEGA), *self.constants]
        found = dict.fromkeys(scalars, Meaning.SCALAR)
        free = [FREE] * self.is_free
        found |= dict.fromkeys(self.design.means, Meaning.VECTOR)
        return found | dict.fromkeys([*self.design.matrices, *free], Meaning.MATRIX)

    @property
    def matrices(self) -> frozenset[str]:
        """Those of them that stand for matrices, and the identity."""
        named = {name for name, meaning in self.names.items() if meaning is Meaning.MATRIX}
        return frozenset(named | {IDENTITY})

    @property
    def is_free(self) -> bool:
        """Whether it is about any weight."""
        return self.weight is not None and self.weight.expression == ANY_WEIGHT

    def readable(self) -> Iterator[Instance]:
        """Instances that people can read, the simplest first, with a weight where that is free."""
        found = readable(self.design)
        if not self.is_free:
            return found
        return (
            replace(at, matrices={**at.matrices, FREE: weight})
            for at in found
            for weight in weights(at.d)
        )

    def drawn(self, n: int, d: int, random: Random, height: int) -> Instance | None:
        """A random instance, with a weight where that is free; None where none was found."""
        at = defined_instance(self.design, n, d, random, height)
        if at is None or not self.is_free:
            return at
        return replace(at, matrices={**at.matrices, FREE: random_matrix(random, d, height)})

    @property
    def used(self) -> frozenset[str]:
        """The names that the formula does use."""
        return names(self.formula.tree)

    @property
    def held(self) -> frozenset[str]:
        """The constants of a limit that stand in it."""
        trees = [self.formula.tree, *([] if self.weight is None else [self.weight.tree])]
        return frozenset().union(*map(names, trees)) & {*self.constants}

    def with_formula(self, tree: Tree) -> Question:
        """The same question of another formula.

        Raises :class:`~theory.language.formulas.places.Unreadable` where it is none.
        """
        others = dict.fromkeys(self.constants, Meaning.SCALAR)
        others |= {FREE: Meaning.MATRIX} if self.is_free else {}
        formula = claim_formula(
            self.quantity, tree, self.design, others=others, relation=self.relation
        )
        return replace(self, formula=formula)


def each_example(at: Instance) -> Iterator[Instance]:
    """An instance with the index of each example among its scalars."""
    return (replace(at, scalars={**at.scalars, INDEX: k}) for k in range(1, at.n + 1))


def _of_entries(file: DesignFile, claim: Claimed, constants: tuple[str, ...]) -> Iterator[Question]:
    """Of entries with a common factor, in units of the last that is not claimed to be zero."""
    free = [pair for pair in claim.entries if pair[0].quantity is Quantity.GROUP_WEIGHTS]
    units = [pair for pair in free if not is_zero(pair[1].expression)]
    for entry, formula in claim.entries:
        asked = Question(
            entry.quantity,
            formula,
            file,
            claim.at,
            constants,
            entry=entry if entry.name else None,
            unless=claim.unless,
        )
        if (entry, formula) not in free:
            yield asked
        elif (entry, formula) != units[-1]:
            unit, one = units[-1]
            yield replace(asked, formula=formula.over(one), unit=unit, of_unit=one)


def questions(file: DesignFile, claim: Claimed) -> tuple[Question, ...]:
    """The questions that a claim poses, the weight first."""
    constants = () if claim.limit is None else tuple(map(str, claim.limit.constants))
    asked = [*_of_entries(file, claim, constants)]
    if claim.holds is not None:
        symbol = SYMBOLS[claim.holds.right]
        tree = Name(claim.holds.right.value, claim.holds.place)
        formula = ClaimedFormula(tree, symbol, symbol, claim.holds.relation)
        beside = claim.holds.right
        asked += [Question(claim.holds.left, formula, file, beside=beside, unless=claim.unless)]
    return tuple(asked)
