"""Statements that models predict no better than the gradient step they contain, or the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, ClassVar

from theory.algebra import symbolic
from theory.algebra.calculus import substitute_matrix
from theory.algebra.polynomials import letter, zero
from theory.designs.descriptions import describe
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import pgd, wpgd
from theory.errors import InputError
from theory.expositions.equal_predictors import (
    ALIKE,
    CHANNEL_UNIT,
    MEAN_SQUARE,
    OR,
    RAW,
    SAME_PREDICTION,
    effective,
    exchange_step,
    family_of,
    mark,
    mean_square,
    named,
    optimum_of,
    remainder,
    shown,
    square_step,
    step_weights,
    through_one,
    upper,
    weight_of,
    zeros_of,
)
from theory.optima.derivation import derive
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import (
    Containment,
    contains,
    cross_moments,
    factors_of_remainder,
    is_definite,
    is_exchangeable,
    sample_weights,
    splits,
)
from theory.records.arguments import instance_among
from theory.records.evaluated import Evaluated, valued, weight_formula
from theory.records.statement import Statement
from theory.text.formulas import Exposition, Formula, Step, step
from theory.text.rows import joined, row


@dataclass(frozen=True)
class EqualRisks(Evaluated):
    """The optimal risks of the predictors at concrete sizes.

    Parameters
    ----------
    pgd, wpgd, att, ssm
        The first is the derived optimum; the others equal it by the derivation: Fractions for exact
        input, else floats.
    weight
        The optimal weight of PGD: a d x d array, or the factor w of ``w I`` where the design is
        isotropic.
    """

    pgd: Any
    wpgd: Any
    att: Any
    ssm: Any
    weight: Any

    def formulas(self) -> Iterable[Formula]:
        names = joined(map(optimum_of, ("pgd", "wpgd", "att", "ssm")), " = ")
        yield valued(names, self.pgd)
        yield weight_formula(self.weight)


@dataclass(frozen=True)
class Equivalence(Statement):
    """Models beside the gradient steps they contain, under some designs.

    Parameters
    ----------
    designs
        Where the models are compared.
    comparisons
        The models.
    exchangeable
        Designs under which uniform sample weights are claimed to be optimal.
    forms
        Families of weights of the first model, and what is claimed of them.

    Examples
    --------
    >>> import theory
    >>> theory.statement("proposition1").evaluate(design="rag", n=4, d=2, alpha=1, sigma=0).ssm
    Fraction(2, 3)
    """

    designs: tuple[Design, ...]
    comparisons: tuple[Containment, ...]
    exchangeable: tuple[Design, ...] = ()
    forms: tuple[Form, ...] = ()

    kind: ClassVar[str] = "equivalence"

    @property
    def claimed(self) -> Exposition:
        if self.forms:
            families = OR.join(zeros_of(f) for f in self.forms if not f.optimal)
            optimal = [family_of(f) for f in self.forms if f.optimal]
            return Exposition(
                (
                    Formula(rf"{MEAN_SQUARE} = 0", families, r"\iff"),
                    *optimal,
                    SAME_PREDICTION,
                )
            )
        formulas = [
            Formula(optimum_of(c.model.name), optimum_of(c.core.name)) for c in self.comparisons
        ]
        if self.exchangeable:
            formulas.append(Formula(optimum_of("wpgd"), row(optimum_of("pgd"), ALIKE)))
        return Exposition(tuple(formulas))

    @cached_property
    def derived(self) -> Exposition:
        splits = [
            Formula(
                rf"L_{{{mark(c.model)}}}(\theta)",
                row(rf"L_{{{mark(c.core)}}}({step_weights(c)}) + ", mean_square(c)),
            )
            for c in self.comparisons
        ]
        optima = [found for c in self.comparisons if (found := self._optima(c))]
        steps = [step for c in self.comparisons for step in self._split_steps(c)]
        if self.exchangeable:
            steps.append(exchange_step(self.exchangeable))
            optima += self._all_four(optima)
        if self.forms:
            steps += [square_step(design) for design in self.designs]
            optima += self._optimal_weights(self.comparisons[0])
        return Exposition((*splits, *optima), self._where(), tuple(steps), self._conditions())

    def _optima(self, c: Containment) -> Formula | None:
        """How the least risk of a model compares with that of its step, as far as is derived."""
        no_lower = all(splits(design, c) for design in self.designs)
        no_higher = contains(c)
        if not (no_lower or no_higher):
            return None
        relation = "=" if no_lower and no_higher else r"\ge" if no_lower else r"\le"
        return Formula(optimum_of(c.model.name), optimum_of(c.core.name), relation)

    def _all_four(self, optima: list[Formula]) -> list[Formula]:
        """The chain of all optima, where every link of it was derived."""
        links = [f for f in optima if f.relation == "="]
        alike = all(is_exchangeable(sample_weights(d, wpgd)) for d in self.exchangeable)
        if not alike or len(links) < len(self.comparisons):
            return []
        names = joined((optimum_of(name) for name in ("pgd", "wpgd", "ssm")), " = ")
        return [Formula(optimum_of("att"), row(names, ALIKE))]

    def _optimal_weights(self, c: Containment) -> list[Formula]:
        """Where the remainder vanishes, what the step then is, and what is predicted."""
        if not all(is_definite(design, c.model) and splits(design, c) for design in self.designs):
            return []
        factors = factors_of_remainder(c)
        somewhere = (
            "(" + OR.join(f"{named(name)} = 0" for name in sorted(names)) + ")" for names in factors
        )
        found = [
            Formula(row(mean_square(c), " = 0"), r" \text{ and } ".join(somewhere), r"\iff"),
            Formula(
                row(rf"L_{{{mark(c.model)}}}(\theta) = ", optimum_of(c.model.name)),
                row(
                    mean_square(c),
                    rf" = 0 \text{{ and }} L_{{{mark(c.core)}}}({step_weights(c)}) = ",
                    optimum_of(c.core.name),
                ),
                r"\iff",
            ),
        ]
        silent = []
        for names in product(*map(sorted, factors)):
            table = {
                w: zero(w.rows, w.cols) if w.name in names else letter(w) for w in c.model.weights
            }
            inside = substitute_matrix(c.effective, table)
            zeros = ", ".join(f"{named(name)} = 0" for name in sorted(names))
            if not inside:
                silent.append(f"({zeros})")
                continue
            rank = r", \text{ of rank one at most}" if through_one(inside) else ""
            where = rf" \text{{ where }} {zeros}{rank}"
            found.append(Formula(weight_of(c), row(symbolic.matrix(inside), where)))
        found.append(Formula(weight_of(c), r"0 \text{ where } " + OR.join(silent)))
        return [*found, SAME_PREDICTION] if contains(c) else found

    def _where(self) -> tuple[Formula, ...]:
        found = []
        for c in self.comparisons:
            found += [
                Formula(weight_of(c), effective(c)),
                Formula(f"r_{{{mark(c.model)}}}", remainder(c)),
                *(Formula(*pair) for pair in RAW[c.model.name]),
            ]
        names = dict.fromkeys(p.name for c in self.comparisons for p in (c.model, c.core))
        if self.exchangeable:
            names["pgd"] = None
        optima = joined(map(optimum_of, names))
        found.append(Formula(optima, r"\text{the least risks over all weights}"))
        if self.forms:
            predictions = ", ".join(rf"f^\star_{{\mathrm{{{name.upper()}}}}}" for name in names)
            found.append(Formula(predictions, r"\text{predictions at any weights of least risk}"))
        return tuple(found)

    def _split_steps(self, c: Containment) -> tuple[Step, ...]:
        odd = [cross_moments(design, c).odd for design in self.designs]
        names = ", ".join(design.name for design in self.designs)
        mine, rest = upper(c.model), f"r_{{{mark(c.model)}}}"
        given = [
            Formula(named(name, c), shown(substitute_matrix(value, CHANNEL_UNIT)))
            for name, value in c.inclusion.items()
        ]
        per_channel = (
            " (channels $j \\le d$, $e_j$ the unit vector; the last channel silent)"
            if c.model.channels
            else ""
        )
        steps = [
            step(
                f"{mine}: the terms with one feature vector and one label of the examples are a "
                f"gradient step; the remainder ${rest}$ holds an odd number of query and feature "
                "vectors",
                Formula(weight_of(c), effective(c)),
                Formula(rest, remainder(c)),
            ),
            step(
                f"{mine}: in $\\mathbb{{E}}\\, {rest}\\, (y_0 - f)$, with $f$ the step and $y_0$ "
                "the label asked for, some Gaussian vector occurs an odd number of times in each "
                f"of the {', '.join(map(str, odd))} terms ({names})",
                Formula(rf"\mathbb{{E}}\, {rest}\, (y_0 - f)", "0"),
            ),
            step(
                f"{mine}: it contains every step: these weights{per_channel} leave no remainder",
                *given,
            ),
        ]
        if found := self._optima(c):
            steps.append(
                step(
                    f"{mine}: the mean square of the remainder is not negative, so no weights get "
                    "below the best step; that step is contained, so it is reached",
                    found,
                )
            )
        return tuple(steps)

    def _conditions(self) -> tuple[str, ...]:
        found = ["Assumptions 1 and 2; of Gaussian vectors these designs use only that they are so"]
        if self.forms:
            found += [
                "the risk of PGD is a convex quadratic, so any two optimal weights predict the "
                "same almost surely: uniqueness of the weight is not needed for the predictions",
                "an optimal attention has a remainder of mean square 0, so almost surely none: one "
                "weight in each of its terms is 0, as the mean squares of the last steps are "
                "positive definite ($\\Sigma_x \\succ 0$, signal or noise, $\\alpha < 1$)",
                "where $W^\\star$ is unique, optimal weights are those with no remainder and "
                r"$W_{\mathrm{ATT}} = W^\star$; rank one at most leaves room for keys from labels "
                "and values from features",
            ]
        if self.exchangeable:
            found.append(
                "the risk is convex in the sample weights and unchanged by permuting them, so "
                "their mean, uniform weights, is at least as good; its factor goes into $W$"
            )
        return tuple(found)

    @property
    def example(self) -> dict[str, Any]:
        return {"design": "independent", "n": 5, "d": 2, "sigma": 1}

    def instance(
        self, *, design: str = "independent", n: Any = None, d: Any = None, **values: Any
    ) -> Instance:
        """Sizes, scalars and covariances, checked; covariances are named in lower case."""
        return instance_among(self.designs, self.id, design, n=n, d=d, **values)

    def evaluate(
        self, *, design: str = "independent", n: Any = None, d: Any = None, **values: Any
    ) -> EqualRisks:
        """The optimal risk of PGD at given sizes, and those of the others, which equal it.

        Exact (Fractions) for exact input, floats otherwise; ``design`` is the name of one,
        covariances default to the identity of size ``d``.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("proposition1").evaluate(n=5, d=2, sigma=1).att
        Fraction(17, 9)
        """
        at = self.instance(design=design, n=n, d=d, **values)
        plain = at.arithmetic.plain
        try:
            found = derive(at.design, pgd).plain.at(at)
        except ZeroDivisionError as error:
            raise InputError(
                f"the optimal weight of {self.id} is not unique at {at}: there is no signal and "
                "no noise"
            ) from error
        weight, risk = map(plain, found)
        return EqualRisks(risk, risk, risk, risk, weight, at=describe(at))
