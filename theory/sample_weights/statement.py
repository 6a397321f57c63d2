"""Statements about sample weights: what a filter gains over equal weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, ClassVar

import sympy

from theory.account import Account, Formula, Step, where
from theory.arithmetic import fraction, size_argument
from theory.design import Design
from theory.errors import InputError, UnknownName
from theory.latex import RELATIONS, equation, latex
from theory.record import Statement, number
from theory.sample_weights.form import QuadraticForm
from theory.sample_weights.strictness import WeightsDerivation, derive_weights, entries_latex


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
class Variant:
    """A design and what is claimed of it.

    Parameters
    ----------
    name
        In words; empty where there is only one.
    design
        A design whose risk is invariant under rotations.
    claim
        What is claimed.
    lengths
        Whether the risk is averaged over the prompt lengths up to the size, with the weights being
        the first entries of one filter.
    mark
        LaTeX that is appended to the names of its risks.
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


@dataclass(frozen=True)
class LeastRisks:
    """The least risk of each predictor at given sizes, as Fractions.

    Parameters
    ----------
    pgd, att
        With equal weights.
    wpgd, ssm
        With the best weights.
    filter
        H3's best filter ``f_1, f_2, ...`` beside ``W = I``; the weight of example i among n is
        ``f_{n+1-i}``.
    """

    pgd: Any
    att: Any
    wpgd: Any
    ssm: Any
    filter: tuple[Any, ...]

    def _repr_latex_(self) -> str:
        risks = {"PGD": self.pgd, "ATT": self.att, "WPGD": self.wpgd, "SSM": self.ssm}
        parts = (equation(_least(name), number(risk)) for name, risk in risks.items())
        return f"${RELATIONS.join(parts)}$"


LAGUERRE = (
    Formula("L_k(x)", r"\text{the Laguerre polynomial of order } k"),
    Formula("L_k^{(1)}(x)", r"L_0(x) + \dots + L_k(x)"),
)


def _least(predictor: str) -> str:
    return rf"L^\star_{{\mathrm{{{predictor}}}}}"


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

    variants: tuple[Variant, ...]

    kind: ClassVar[str] = "sample_weights"

    weighted: ClassVar[str]
    """Which predictor with sample weights the statement names,"""
    equal: ClassVar[str]
    """and which without."""
    letter: ClassVar[str]
    """What the weights are called."""

    @property
    def claimed(self) -> Account:
        formulas: list[Formula] = []
        definitions: list[Formula] = []
        for v in self.variants:
            formulas.append(Formula(_least(self.equal) + v.mark, latex(v.claim.equal_risk)))
            formulas.append(self._relation(v, v.claim.relation, v.claim.equal_at))
            formulas.append(Formula(rf"L({self.letter}){v.mark}", self._form(v.claim.form)))
            definitions += [
                Formula(left + v.mark, right) for left, right in entries_latex(v.claim.form).items()
            ]
        return Account(tuple(formulas), tuple(definitions))

    def _form(self, form: QuadraticForm) -> str:
        w = self.letter
        return rf"{latex(form.constant)} - 2 c^\top {w} + {w}^\top A\, {w}"

    def _relation(self, v: Variant, relation: Relation, equal_at: sympy.Set) -> Formula:
        size = latex(v.claim.form.size)
        gain = rf"{_least(self.equal)} - {_least(self.weighted)}{v.mark}"
        turned = {Relation.BELOW: ">", Relation.EQUAL: "=", Relation.ABOVE: "<"}[relation]
        return Formula(
            gain,
            rf"\delta{RELATIONS}\delta = 0 \text{{ for }} {size} \in {latex(equal_at)}"
            rf"{RELATIONS}\delta {turned} 0 \text{{ otherwise}}",
        )

    @cached_property
    def derived(self) -> Account:
        formulas: list[Formula] = []
        definitions: dict[str, Formula] = {}
        steps: list[Step] = []
        for v in self.variants:
            found = v.derivation
            best = found.best
            formulas.append(self._relation(v, Relation.BELOW, found.strictness.equal_at))
            if best.weights is not None:
                formulas.append(Formula(rf"{self.letter}_i{v.mark}", latex(best.weights)))
            formulas.append(Formula(_least(self.equal) + v.mark, latex(found.equal_risk)))
            formulas.append(Formula(_least(self.weighted) + v.mark, latex(best.risk)))
            definitions |= {f.left: f for f in where(best.definitions)}
            if best.risk.has(sympy.laguerre):
                definitions |= {f.left: f for f in LAGUERRE}
            told = f"{v.name}: " if v.name else ""
            steps += [Step(told + s.text, s.latex) for s in found.steps]
        steps.append(self._example_step())
        conditions = tuple(dict.fromkeys(c for v in self.variants for c in v.derivation.conditions))
        return Account(tuple(formulas), tuple(definitions.values()), tuple(steps), conditions)

    def _example_step(self) -> Step:
        at = self.example
        found = self.evaluate(**at)
        sizes = ", ".join(f"${latex(sympy.Symbol(k))} = {v}$" for k, v in at.items())
        entries = ", ".join(latex(number(f)) for f in found.filter)
        return Step(f"For example the best filter at {sizes}", rf"f = \left({entries}\right)")

    @property
    def weight(self) -> sympy.Expr:
        """The best equal weights: the factor w of ``w I`` for PGD."""
        return self.variants[0].derivation.equal_weight

    @property
    def risk(self) -> sympy.Expr:
        """The least risk without sample weights, PGD's and attention's."""
        return self.variants[0].derivation.equal_risk

    @property
    def limit(self) -> None:
        return None

    def least_risks(self, v: Variant, size: Any, d: Any, **others: Any) -> LeastRisks:
        """The least risks of a variant at checked sizes."""
        form = v.derivation.form
        name = form.size.name
        for other in others:
            raise UnknownName(f"argument of {self.id}", other, [*self.example])
        if d is None:
            raise InputError("d is missing: give d=...")
        numbers = form.at(size_argument(name, size), {"d": size_argument("d", d)})
        weights = numbers.minimise()
        least, equal = fraction(numbers.value(weights)), fraction(numbers.uniform())
        ordered = weights if v.lengths else weights[::-1]
        return LeastRisks(equal, equal, least, least, tuple(map(fraction, ordered)))


@dataclass(frozen=True)
class AveragedLengths(SampleWeights):
    """The same with the risk averaged over prompt lengths."""

    weighted: ClassVar[str] = "SSM"
    equal: ClassVar[str] = "ATT"
    letter: ClassVar[str] = "f"

    @property
    def example(self) -> dict[str, Any]:
        return {"n_max": 3, "d": 2}

    def evaluate(self, *, n_max: Any, d: Any = None, **others: Any) -> LeastRisks:
        """The least risks, averaged over prompt lengths ``1..n_max``, and the best filter.

        Sizes are whole numbers, so everything is exact; ``n_max = 300`` takes a tenth of a second.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("figure4-averaged").evaluate(n_max=1, d=3).filter
        (Fraction(1, 5),)
        """
        return self.least_risks(self.variants[0], n_max, d, **others)


@dataclass(frozen=True)
class DriftingTask(SampleWeights):
    """The same at one length, for a task that drifts; the query's task is one of its ends."""

    weighted: ClassVar[str] = "WPGD"
    equal: ClassVar[str] = "PGD"
    letter: ClassVar[str] = r"\omega"

    @property
    def example(self) -> dict[str, Any]:
        return {"n": 3, "d": 2}

    def evaluate(self, *, n: Any, d: Any = None, query: Any = 1, **others: Any) -> LeastRisks:
        """The least risks and the best filter.

        Sizes are whole numbers, so everything is exact; ``n = 300`` takes a tenth of a second.
        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Parameters
        ----------
        n, d
            Number of examples and of features.
        query
            1 if the query's task is the one that the examples' task drifts to, 2 if it is the one
            that it comes from.

        Examples
        --------
        >>> import theory
        >>> theory.statement("figure4-drifting").evaluate(n=2, d=1).filter
        (Fraction(5, 17), Fraction(4, 17))
        """
        if isinstance(query, bool) or query not in (1, 2):
            raise InputError(f"query must be 1 or 2, the task the query has, got {query!r}")
        return self.least_risks(self.variants[query - 1], n, d, **others)
