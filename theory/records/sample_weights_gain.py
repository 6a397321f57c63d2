"""Statements about sample weights: what a filter gains over equal weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property
from numbers import Integral
from typing import Any, ClassVar

import sympy

from theory.designs.descriptions import describe
from theory.designs.design import Design
from theory.designs.instance import instance
from theory.errors import InputError, UnknownName
from theory.optima.sample_weights.form import QuadraticForm
from theory.optima.sample_weights.strictness import (
    WeightsDerivation,
    derive_weights,
    entries_of,
    in_weights,
    least,
)
from theory.records.evaluated import number
from theory.records.optima import LeastRisks
from theory.records.statement import Statement
from theory.scalars.arithmetic import EXACT, fraction, size_argument
from theory.text.formulas import Exposition, Formula, Step, step
from theory.text.latex import latex
from theory.text.rows import Mathematics, joined, row


class Relation(Enum):
    """How the least risk over all weights stands to that over equal ones."""

    BELOW = "<"
    EQUAL = "="
    ABOVE = ">"

    @staticmethod
    def of(left: Any, right: Any) -> Relation:
        """How two numbers stand to each other.

        >>> Relation.of(1, 2).value
        '<'
        """
        if left == right:
            return Relation.EQUAL
        return Relation.BELOW if left < right else Relation.ABOVE


@dataclass(frozen=True)
class WeightsClaim:
    """A claim about the gain from sample weights, with the exact values it rests on.

    Parameters
    ----------
    form
        The risk in the weights.
    equal_risk
        The least risk of equal weights.
    relation
        How the least risk over all weights stands to it,
    equal_at
        except at these sizes, where the two are equal.
    """

    form: QuadraticForm
    equal_risk: sympy.Expr
    relation: Relation
    equal_at: sympy.Set

    def at(self, size: int) -> Relation:
        """The relation claimed at a size."""
        return Relation.EQUAL if size in self.equal_at else self.relation


@dataclass(frozen=True)
class WeightedVariant:
    """A design and what is claimed of it.

    Parameters
    ----------
    name
        In words; empty where there is only one.
    design
        A design whose risk is invariant under rotations, with noise ``sigma`` on all labels.
    claim
        What is claimed.
    lengths
        Whether the risk is averaged over the prompt lengths up to the size, with the weights being
        the first entries of one filter.
    mark
        LaTeX of the query's task, which its risks are marked with where there are several.
    """

    name: str
    design: Design
    claim: WeightsClaim
    lengths: bool = False
    mark: str = ""

    @property
    def derivation(self) -> WeightsDerivation:
        """What the engine derives; computed once."""
        return derive_weights(self.design, self.lengths)


TWINS = {"ATT": "PGD", "PGD": "ATT", "SSM": "WPGD", "WPGD": "SSM"}
"""The predictors of equal least risk."""


def _least(predictor: str, mark: str = "") -> Mathematics:
    """The least risk of a predictor, for a query's task perhaps."""
    if not mark:
        return least(predictor)
    return rf"L^\star_{{\mathrm{{{predictor}}},\, {mark}}}"


def _mark(v: WeightedVariant) -> str:
    return rf"^{{({v.mark})}}" if v.mark else ""


def _comparisons(
    left: Mathematics,
    right: Mathematics,
    size: sympy.Symbol,
    relation: Relation,
    equal_at: sympy.Set,
) -> list[Formula]:
    """``left`` beside ``right``, with the sizes at which one is less."""
    if relation is Relation.EQUAL or equal_at == sympy.S.Naturals:
        return [Formula(left, right)]
    if not equal_at:
        return [Formula(left, right, relation.value)]
    sizes = sorted(equal_at)
    beyond = row(r"\notin ", equal_at)
    if sizes == [*range(1, len(sizes) + 1)]:
        beyond = row(rf"\ge {len(sizes) + 1}")
    equal = row(f"= {sizes[0]}") if len(sizes) == 1 else row(r"\in ", equal_at)
    return [
        Formula(left, row(right, r" \ (", size, " ", beyond, ")"), relation.value),
        Formula(left, row(right, r" \ (", size, " ", equal, ")")),
    ]


@dataclass(frozen=True)
class SampleWeights(Statement):
    """What sample weights gain over equal ones, under one or several designs.

    Parameters
    ----------
    variants
        The designs with what is claimed of each; the first is the one the statement is about.

    Examples
    --------
    >>> import theory
    >>> theory.statement("figure4-averaged").evaluate(n_max=2, d=1).ssm
    Fraction(10, 17)
    """

    variants: tuple[WeightedVariant, ...]

    kind: ClassVar[str] = "sample_weights"

    weighted: ClassVar[str]
    """Which predictor with sample weights the statement names,"""
    equal: ClassVar[str]
    """and which without."""
    letter: ClassVar[str]
    """What the weights are called."""
    arguments: ClassVar[tuple[str, ...]]
    """What ``evaluate`` takes."""

    @property
    def claimed(self) -> Exposition:
        formulas: list[Formula] = []
        linear: list[Formula] = []
        matrix: list[Formula] = []
        shared = len({entries_of(v.claim.form)[1:] for v in self.variants}) == 1
        for v in self.variants:
            form, mark = v.claim.form, _mark(v)
            formulas.append(Formula(_least(self.equal, v.mark), v.claim.equal_risk))
            formulas += self._relations(v, v.claim.relation, v.claim.equal_at)
            c = rf"\left(c{mark}\right)" if v.mark else "c"
            found = in_weights(form, self.letter, c, "A" if shared else f"A{mark}")
            if v.mark:
                found = replace(found, left=rf"L_{{{v.mark}}}({self.letter})")
            formulas.append(found)
            linear.append(entries_of(form, mark)[0])
            matrix += entries_of(form, "" if shared else mark)[1:]
        if shared:
            both = r" \text{, the same for both query tasks}"
            own = Formula("A", r"A^\top" + (both if len(self.variants) > 1 else ""))
            matrix = [*entries_of(self.variants[0].claim.form)[1:], own]
        return Exposition(tuple(formulas), (*linear, *matrix))

    def _relations(
        self, v: WeightedVariant, relation: Relation, equal_at: sympy.Set
    ) -> list[Formula]:
        left, right = (_least(name, v.mark) for name in (self.weighted, self.equal))
        return _comparisons(left, right, v.claim.form.size, relation, equal_at)

    @cached_property
    def derived(self) -> Exposition:
        formulas: list[Formula] = []
        definitions: dict[Mathematics, Formula] = {}
        steps: list[Step] = []
        for v in self.variants:
            found = v.derivation
            best = found.best
            risks = {name: _least(name, v.mark) for name in TWINS}
            formulas += self._relations(v, Relation.BELOW, found.strictness.equal_at)
            if best.written is not None:
                formulas.append(Formula(rf"{self.letter}_i{_mark(v)}", best.written))
            for name in (self.equal, self.weighted):
                formulas.append(Formula(risks[TWINS[name]], risks[name]))
            formulas.append(Formula(risks[self.equal], found.equal_risk))
            formulas.append(Formula(risks[self.weighted], best.risk))
            definitions |= {f.left: f for f in best.where}
            begun = f"{v.name}: " if v.name else ""
            steps += [replace(s, text=f"{begun}{s.text}") for s in found.steps]
        steps.append(self._example_step())
        conditions = tuple(dict.fromkeys(c for v in self.variants for c in v.derivation.conditions))
        return Exposition(tuple(formulas), tuple(definitions.values()), tuple(steps), conditions)

    def _example_step(self) -> Step:
        at = self.example
        found = self.evaluate(**at)
        sizes = ", ".join(f"${latex(sympy.Symbol(k))} = {v}$" for k, v in at.items())
        entries = joined(map(number, found.filter))
        return step(
            f"For example the best filter at {sizes}, the last example's weight first",
            Formula("f", row(r"\left(", entries, r"\right)")),
        )

    @property
    def weight(self) -> sympy.Expr:
        """The best equal weights: the factor w of ``w I`` for PGD."""
        return self.variants[0].derivation.equal_weight

    @property
    def risk(self) -> sympy.Expr:
        """The least risk without sample weights, PGD's and attention's."""
        return self.variants[0].derivation.equal_risk

    def least_risks(
        self, v: WeightedVariant, size: Any, d: Any, sigma: Any, **others: Any
    ) -> LeastRisks:
        """The least risks of a variant at sizes and noise, which are checked.

        All is computed exactly; for noise that is not exact, from its digits, and rounded last.
        """
        form = v.derivation.form
        name = form.size.name
        for other in others:
            raise UnknownName(f"argument of {self.id}", other, self.arguments)
        for argument, value in ((name, size), ("d", d)):
            if value is None:
                raise InputError(f"{argument} is missing: give {argument}=...")
        at = instance(v.design, n=size_argument(name, size), d=d, scalars={"sigma": sigma})
        noise = at.scalars["sigma"]
        if not at.exact:
            noise = EXACT.number(Fraction(noise))
        numbers = form.at(at.n, {"d": at.d, "sigma": noise})

        def given(value: Any) -> Any:
            return fraction(value) if at.exact else float(fraction(value))

        weights = numbers.minimise()
        least, equal = given(numbers.minimum(weights)), given(numbers.uniform())
        ordered = weights if v.lengths else weights[::-1]
        place = {name if key == "n" else key: value for key, value in describe(at).items()}
        return LeastRisks(equal, equal, least, least, tuple(map(given, ordered)), at=place)


@dataclass(frozen=True)
class AveragedLengths(SampleWeights):
    """The same with the risk averaged over prompt lengths."""

    weighted: ClassVar[str] = "SSM"
    equal: ClassVar[str] = "ATT"
    letter: ClassVar[str] = "f"
    arguments: ClassVar[tuple[str, ...]] = ("n_max", "d", "sigma")

    @property
    def example(self) -> dict[str, Any]:
        return {"n_max": 3, "d": 2, "sigma": 1}

    def evaluate(
        self, *, n_max: Any = None, d: Any = None, sigma: Any = 0, **others: Any
    ) -> LeastRisks:
        """The least risks, averaged over prompt lengths ``1..n_max``, and the best filter.

        ``sigma`` is the standard deviation of the noise of all labels, the query's too. Everything
        is exact where it is; the number of operations is linear in ``n_max``.
        ``filter`` is in the order of the lags: ``f_1`` weighs the last example. ``omega`` holds the
        weights in the longest prompt, the first example's first.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("figure4-averaged").evaluate(n_max=1, d=3).filter
        (Fraction(1, 5),)
        """
        return self.least_risks(self.variants[0], n_max, d, sigma, **others)


@dataclass(frozen=True)
class DriftingTask(SampleWeights):
    """The same at one length, for a task that drifts; the query's task is one of its ends."""

    weighted: ClassVar[str] = "WPGD"
    equal: ClassVar[str] = "PGD"
    letter: ClassVar[str] = r"\omega"
    arguments: ClassVar[tuple[str, ...]] = ("n", "d", "sigma", "query")

    @property
    def example(self) -> dict[str, Any]:
        return {"n": 3, "d": 2, "sigma": 1}

    def evaluate(
        self, *, n: Any = None, d: Any = None, sigma: Any = 0, query: Any = 1, **others: Any
    ) -> LeastRisks:
        """The least risks and the best filter.

        Everything is exact where ``sigma`` is, in a number of operations that is linear in ``n``.
        ``filter`` is in the order of the lags: ``f_1`` weighs the last example. ``omega`` holds the
        same weights in the order of the prompt, the first example's first.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Parameters
        ----------
        n, d
            Number of examples and of features.
        sigma
            The standard deviation of the noise of all labels, the query's too.
        query
            1 if the query's task is the one that the examples' task drifts to, 2 if it is the one
            that it comes from.

        Examples
        --------
        >>> import theory
        >>> theory.statement("figure4-drifting").evaluate(n=2, d=1).filter
        (Fraction(5, 17), Fraction(4, 17))
        """
        if isinstance(query, bool) or not isinstance(query, Integral) or query not in (1, 2):
            raise InputError(f"query must be 1 or 2, the task the query has, got {query!r}")
        return self.least_risks(self.variants[int(query) - 1], n, d, sigma, **others)
