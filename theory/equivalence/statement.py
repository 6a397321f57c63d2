"""Statements that models predict no better than the gradient step they contain, or the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sympy

from theory import symbolic
from theory.account import Account, Formula, Step
from theory.design import Design
from theory.equivalence.parity import (
    Comparison,
    cross_moments,
    is_exchangeable,
    mean_squares,
    sample_weights,
)
from theory.errors import InputError, UnknownName
from theory.instance import Instance, named_instance
from theory.latex import RELATIONS, equation, latex
from theory.optimum.derivation import derive
from theory.polynomials import MatrixPolynomial
from theory.predictors import att, pgd, wpgd
from theory.record import Structural, number


@dataclass(frozen=True)
class Equal:
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

    def _repr_latex_(self) -> str:
        names = " = ".join(rf"L^\star_{{{name}}}" for name in ("PGD", "WPGD", "ATT", "SSM"))
        return f"${equation(names, number(self.pgd))}$"


@dataclass(frozen=True)
class Form:
    """A family of weights of a model, by name; it may use the core's weight W and free letters.

    Parameters
    ----------
    name
        What they have in common.
    weights
        Those that are not free.
    vanishes
        Whether it is claimed that the remainder vanishes on the family, and that, together with
        the other families that make it vanish, these are all such weights.
    optimal
        Whether it is claimed that the model then is the core at the weight W.
    """

    name: str
    weights: dict[str, MatrixPolynomial]
    vanishes: bool = True
    optimal: bool = False


@dataclass(frozen=True)
class Equivalence(Structural):
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
    comparisons: tuple[Comparison, ...]
    exchangeable: tuple[Design, ...] = ()
    forms: tuple[Form, ...] = ()

    kind: ClassVar[str] = "equivalence"

    @property
    def claimed(self) -> Account:
        formulas = []
        if self.forms:
            formulas.append(
                Formula(r"f^\star_{ATT}(Z)", r"f^\star_{PGD}(Z) \text{ for almost all prompts } Z")
            )
            return Account(tuple(formulas))
        formulas += [
            Formula(_optimum(c.model.name), _optimum(c.core.name)) for c in self.comparisons
        ]
        if self.exchangeable:
            formulas.append(Formula(_optimum("wpgd"), _optimum("pgd")))
        return Account(tuple(formulas))

    @property
    def derived(self) -> Account:
        formulas = [
            Formula(
                rf"L_{{{c.model.name.upper()}}}",
                rf"L_{{{c.core.name.upper()}}}(W_{{{c.model.name.upper()}}}) + "
                r"\mathbb{E}\, r^2",
            )
            for c in self.comparisons
        ]
        where = [
            Formula(rf"W_{{{c.model.name.upper()}}}", _effective_latex(c)) for c in self.comparisons
        ]
        steps = [step for c in self.comparisons for step in self._split_steps(c)]
        if self.exchangeable:
            steps.append(_exchange_step(self.exchangeable))
        if self.forms:
            steps += [_square_step(design) for design in self.designs]
        return Account(tuple(formulas), tuple(where), tuple(steps), self._conditions())

    def _split_steps(self, c: Comparison) -> tuple[Step, ...]:
        odd = [cross_moments(design, c).odd for design in self.designs]
        names = ", ".join(design.name for design in self.designs)
        mine = c.model.name.upper()
        given = [
            equation(latex(sympy.Symbol(name)), latex(_shown(value)))
            for name, value in c.inclusion.items()
        ]
        per_channel = " (channel k, $e$ its unit vector)" if c.model.channels else ""
        return (
            Step(
                f"{mine}: the terms with one feature vector and one label of the examples are a "
                "gradient step; the remainder $r$ holds an odd number of query and feature vectors",
                equation(rf"W_{{{mine}}}", _effective_latex(c)),
            ),
            Step(
                f"{mine}: in $\\mathbb{{E}}\\, r\\, (y - f)$, with $f$ the step, some Gaussian "
                f"vector occurs an odd number of times in each of the {', '.join(map(str, odd))} "
                f"terms ({names})",
                r"\mathbb{E}\, r\, (y - f) = 0",
            ),
            Step(
                f"{mine}: it contains every step: these weights{per_channel} leave no remainder",
                RELATIONS.join(given),
            ),
        )

    def _conditions(self) -> tuple[str, ...]:
        found = ["Assumptions 1 and 2; of Gaussian vectors these designs use only that they are so"]
        if self.forms:
            found += [
                "the risk of PGD is a convex quadratic, so any two optimal weights predict the "
                "same almost surely: uniqueness of the weight is not needed for the predictions",
                "the remainder has mean square 0 and so is 0: where $C_{xy} v_y = 0$, and $C_{xx} "
                "= 0$ or $v_x = 0$, where the mean squares of the last steps are positive definite",
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
        self, *, design: str = "independent", n: Any, d: Any = None, **values: Any
    ) -> Instance:
        """Sizes, scalars and covariances, checked; covariances are named in lower case."""
        table = {one.name: one for one in self.designs}
        if design not in table:
            raise UnknownName(f"design of {self.id}", str(design), table)
        return named_instance(table[design], self.id, n=n, d=d, **values)

    def evaluate(
        self, *, design: str = "independent", n: Any, d: Any = None, **values: Any
    ) -> Equal:
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
            found = derive(at.design, pgd).plain.at(at.scalars, at.matrices, at.arithmetic)
        except ZeroDivisionError as error:
            raise InputError(
                f"the optimal weight of {self.id} is not unique at {at}: there is no signal and "
                "no noise"
            ) from error
        weight, risk = map(plain, found)
        return Equal(risk, risk, risk, risk, weight)


def _optimum(name: str) -> str:
    return rf"L^\star_{{{name.upper()}}}"


def _shown(value: MatrixPolynomial) -> sympy.Expr:
    if not value:
        return sympy.Integer(0)
    if value.rows == value.cols and value.rows.dimension == 1:
        return symbolic.scalar(value.trace())
    return symbolic.matrix(value)


def _effective_latex(c: Comparison) -> str:
    body = latex(symbolic.matrix(c.effective))
    return rf"\sum_k {body}" if c.model.channels else body


def _exchange_step(designs: tuple[Design, ...]) -> Step:
    names = ", ".join(d.name for d in designs if is_exchangeable(sample_weights(d, wpgd)))
    return Step(
        f"Sample weights enter the risk of WPGD through two traces alone ({names})",
        RELATIONS.join([r"\operatorname{tr}\left(\Omega\right)", r"\operatorname{tr}(\Omega^2)"]),
    )


def _square_step(design: Design) -> Step:
    found = mean_squares(design, att)
    return Step(
        f"{design.name}: the mean square of the part of the remainder that is quadratic in the "
        "examples' own vectors and free of task and noise, and that of $x^\\top C_{xy} y^\\top y$",
        RELATIONS.join(
            (latex(symbolic.scalar(found.quadratic)), latex(symbolic.scalar(found.labels)))
        ),
    )
