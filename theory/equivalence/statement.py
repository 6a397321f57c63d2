"""Statements that models predict no better than the gradient step they contain, or the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any, ClassVar

import sympy

from theory import symbolic
from theory.account import Account, Formula, Step
from theory.calculus import substitute_matrix
from theory.convexity.hessian import grouped
from theory.convexity.statement import instance_among
from theory.design import Design
from theory.equivalence.parity import (
    UNIT,
    WEIGHT,
    Comparison,
    abstract_prompt,
    contains,
    cross_moments,
    factors_of_remainder,
    is_definite,
    is_exchangeable,
    mean_squares,
    sample_weights,
    splits,
)
from theory.errors import InputError
from theory.instance import Instance
from theory.latex import RELATIONS, equation, latex
from theory.optimum.derivation import derive
from theory.polynomials import MatrixPolynomial, TracePolynomial, letter, zero
from theory.predictors import Predictor, att, pgd, wpgd
from theory.record import Structural, number
from theory.words import ONE, D, fixed

CHANNEL = "_j"
"""What the names of weights get appended in the formulas of a model with channels."""
CHANNEL_UNIT = {UNIT: letter(fixed(f"e{CHANNEL}", D, ONE))}
MEAN_SQUARE = r"\mathbb{E}\, r_{ATT}^2"
OR = r" \text{ or } "
ALIKE = r" \text{ for exchangeable examples}"
SAME_PREDICTION = Formula(
    r"f^\star_{ATT}(Z)", r"f^\star_{PGD}(Z) \text{ for almost all prompts } Z"
)
RAW = {
    "att": (
        (
            r"W_q W_k^\top",
            r"\begin{pmatrix} C_{xx} & C_{xy} \\ \ast & \ast \end{pmatrix}",
        ),
        (r"W_v h", r"\begin{pmatrix} v_{x} \\ v_{y} \end{pmatrix}"),
    ),
    "ssm": (
        (
            r"(q_{x j};\, \ast)",
            r"h_j \text{ times column } j \text{ of } W_q \text{, for channel } j",
        ),
        (r"(k_{x j};\, k_{y j})", r"\text{column } j \text{ of } W_k"),
        (r"(v_{x j};\, v_{y j})", r"\text{column } j \text{ of } W_v"),
        (r"\Omega", r"\operatorname{diag}(f_n, \dots, f_1) \text{, the filter backwards}"),
    ),
}
"""What the weights are in the parameters of the models; entries with an asterisk never act."""


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
        Whether it is claimed that the model then is the core at the weight ``step``.
    step
        That weight: W itself unless another is given.
    """

    name: str
    weights: dict[str, MatrixPolynomial]
    vanishes: bool = True
    optimal: bool = False
    step: MatrixPolynomial = field(default_factory=lambda: letter(WEIGHT))


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
        if self.forms:
            families = OR.join(_zeros(f) for f in self.forms if not f.optimal)
            optimal = [_family(f) for f in self.forms if f.optimal]
            return Account(
                (
                    Formula(rf"{MEAN_SQUARE} = 0", families, r"\iff"),
                    *(Formula(*parts) for parts in optimal),
                    SAME_PREDICTION,
                )
            )
        formulas = [
            Formula(_optimum(c.model.name), _optimum(c.core.name)) for c in self.comparisons
        ]
        if self.exchangeable:
            formulas.append(Formula(_optimum("wpgd"), _optimum("pgd") + ALIKE))
        return Account(tuple(formulas))

    @property
    def derived(self) -> Account:
        splits = [
            Formula(
                rf"L_{{{_upper(c.model)}}}(\theta)",
                rf"L_{{{_upper(c.core)}}}({_step_latex(c)}) + {_mean_square(c)}",
            )
            for c in self.comparisons
        ]
        optima = [Formula(*found) for c in self.comparisons if (found := self._optima(c))]
        steps = [step for c in self.comparisons for step in self._split_steps(c)]
        if self.exchangeable:
            steps.append(_exchange_step(self.exchangeable))
            optima += self._all_four(optima)
        if self.forms:
            steps += [_square_step(design) for design in self.designs]
            optima += self._optimal_weights(self.comparisons[0])
        return Account((*splits, *optima), self._where(), tuple(steps), self._conditions())

    def _optima(self, c: Comparison) -> tuple[str, str, str] | None:
        """How the least risk of a model compares with that of its step, as far as is derived."""
        no_lower = all(splits(design, c) for design in self.designs)
        no_higher = contains(c)
        if not (no_lower or no_higher):
            return None
        relation = "=" if no_lower and no_higher else r"\ge" if no_lower else r"\le"
        return _optimum(c.model.name), _optimum(c.core.name), relation

    def _all_four(self, optima: list[Formula]) -> list[Formula]:
        """The chain of all optima, where every link of it was derived."""
        links = [f for f in optima if f.relation == "="]
        alike = all(is_exchangeable(sample_weights(d, wpgd)) for d in self.exchangeable)
        if not alike or len(links) < len(self.comparisons):
            return []
        names = (_optimum(name) for name in ("pgd", "wpgd", "ssm"))
        return [Formula(_optimum("att"), " = ".join(names) + ALIKE)]

    def _optimal_weights(self, c: Comparison) -> list[Formula]:
        """Where the remainder vanishes, what the step then is, and what is predicted."""
        if not all(is_definite(design, c.model) and splits(design, c) for design in self.designs):
            return []
        factors = factors_of_remainder(c)
        somewhere = (
            "(" + OR.join(f"{_named(name)} = 0" for name in sorted(names)) + ")"
            for names in factors
        )
        found = [
            Formula(rf"{_mean_square(c)} = 0", r" \text{ and } ".join(somewhere), r"\iff"),
            Formula(
                rf"L_{{{_upper(c.model)}}}(\theta) = {_optimum(c.model.name)}",
                rf"{_mean_square(c)} = 0 \text{{ and }} "
                rf"L_{{{_upper(c.core)}}}({_step_latex(c)}) = {_optimum(c.core.name)}",
                r"\iff",
            ),
        ]
        silent = []
        for names in product(*map(sorted, factors)):
            table = {
                w: zero(w.rows, w.cols) if w.name in names else letter(w) for w in c.model.weights
            }
            step = substitute_matrix(c.effective, table)
            zeros = ", ".join(f"{_named(name)} = 0" for name in sorted(names))
            if not step:
                silent.append(f"({zeros})")
                continue
            rank = r", \text{ of rank one at most}" if _through_one(step) else ""
            where = rf" \text{{ where }} {zeros}{rank}"
            found.append(Formula(_weight(c), latex(symbolic.matrix(step)) + where))
        found.append(Formula(_weight(c), r"0 \text{ where } " + OR.join(silent)))
        return [*found, SAME_PREDICTION] if contains(c) else found

    def _where(self) -> tuple[Formula, ...]:
        found = []
        for c in self.comparisons:
            found += [
                Formula(_weight(c), _effective_latex(c)),
                Formula(f"r_{{{_upper(c.model)}}}", _remainder_latex(c)),
                *(Formula(*pair) for pair in RAW[c.model.name]),
            ]
        names = dict.fromkeys(p.name for c in self.comparisons for p in (c.model, c.core))
        if self.exchangeable:
            names["pgd"] = None
        optima = ", ".join(map(_optimum, names))
        found.append(Formula(optima, r"\text{the least risks over all weights}"))
        if self.forms:
            predictions = ", ".join(rf"f^\star_{{{name.upper()}}}" for name in names)
            found.append(Formula(predictions, r"\text{predictions at any weights of least risk}"))
        return tuple(found)

    def _split_steps(self, c: Comparison) -> tuple[Step, ...]:
        odd = [cross_moments(design, c).odd for design in self.designs]
        names = ", ".join(design.name for design in self.designs)
        mine, rest = _upper(c.model), f"r_{{{_upper(c.model)}}}"
        given = [
            equation(_named(name, c), latex(_shown(substitute_matrix(value, CHANNEL_UNIT))))
            for name, value in c.inclusion.items()
        ]
        per_channel = (
            " (channels $j \\le d$, $e_j$ the unit vector; the last channel silent)"
            if c.model.channels
            else ""
        )
        steps = [
            Step(
                f"{mine}: the terms with one feature vector and one label of the examples are a "
                f"gradient step; the remainder ${rest}$ holds an odd number of query and feature "
                "vectors",
                RELATIONS.join(
                    (equation(_weight(c), _effective_latex(c)), f"{rest} = {_remainder_latex(c)}")
                ),
            ),
            Step(
                f"{mine}: in $\\mathbb{{E}}\\, {rest}\\, (y_0 - f)$, with $f$ the step and $y_0$ "
                "the label asked for, some Gaussian vector occurs an odd number of times in each "
                f"of the {', '.join(map(str, odd))} terms ({names})",
                rf"\mathbb{{E}}\, {rest}\, (y_0 - f) = 0",
            ),
            Step(
                f"{mine}: it contains every step: these weights{per_channel} leave no remainder",
                RELATIONS.join(given),
            ),
        ]
        if found := self._optima(c):
            steps.append(
                Step(
                    f"{mine}: the mean square of the remainder is not negative, so no weights get "
                    "below the best step; that step is contained, so it is reached",
                    Formula(*found).latex,
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
                "$W_{ATT} = W^\\star$; rank one at most leaves room for keys from labels and "
                "values from features",
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


def _upper(predictor: Predictor) -> str:
    return predictor.name.upper()


def _weight(c: Comparison) -> str:
    return f"W_{{{_upper(c.model)}}}"


def _step_latex(c: Comparison) -> str:
    """The weights of the step inside a model."""
    return ", ".join((_weight(c), *map(_named, c.shared)))


def _mean_square(c: Comparison) -> str:
    times = "" if c.square == 1 else latex(c.square) + r"\, "
    return rf"{times}\mathbb{{E}}\, r_{{{_upper(c.model)}}}^2"


def _words(c: Comparison) -> dict[str, MatrixPolynomial]:
    """The weights of a model, or those of its channel j."""
    return c.model.words(CHANNEL if c.model.channels else "")


def _named(name: str, c: Comparison | None = None) -> str:
    suffix = CHANNEL if c and c.model.channels and name not in c.model.shared else ""
    return latex(sympy.Symbol(name + suffix))


def _summed(c: Comparison, body: str) -> str:
    return rf"\sum_j \left({body}\right)" if c.model.channels else body


def _effective_latex(c: Comparison) -> str:
    words = _words(c)
    table = {w: words[w.name] for w in c.model.weights}
    return _summed(c, latex(symbolic.matrix(substitute_matrix(c.effective, table))))


def _remainder_latex(c: Comparison) -> str:
    """The terms of a prediction that are not the step's."""
    prompt, words = abstract_prompt(), _words(c)
    rest = c.remainder(prompt, words).terms
    parts = [
        latex(symbolic.matrix(one))
        for word, times in c.model.predict(prompt, words).terms.items()
        if set((one := MatrixPolynomial(ONE, ONE, {word: times})).trace().terms) <= set(rest)
    ]
    return _summed(c, " + ".join(parts))


def _zeros(form: Form) -> str:
    """The weights that a form puts to zero."""
    return (
        "(" + ", ".join(f"{_named(k)} = 0" for k, value in form.weights.items() if not value) + ")"
    )


def _family(form: Form) -> tuple[str, str]:
    """The weight of an optimal form's step, and where it is that."""
    given = ", ".join(equation(_named(k), latex(_shown(v))) for k, v in form.weights.items())
    return "W_{ATT}", rf"{latex(symbolic.matrix(form.step))} \text{{ where }} {given}"


def _through_one(polynomial: MatrixPolynomial) -> bool:
    """Whether a matrix is one product with a column in it, and so has rank one at most."""
    return len(polynomial.terms) == 1 and any(
        ONE in (factor.letter.rows, factor.letter.cols)
        for word in polynomial.terms
        for factor in word
    )


def _exchange_step(designs: tuple[Design, ...]) -> Step:
    names = ", ".join(d.name for d in designs if is_exchangeable(sample_weights(d, wpgd)))
    return Step(
        f"Sample weights enter the risk of WPGD through two traces alone ({names})",
        RELATIONS.join([r"\operatorname{tr}\left(\Omega\right)", r"\operatorname{tr}(\Omega^2)"]),
    )


def _grouped_latex(polynomial: TracePolynomial, design: Design) -> str:
    terms = (
        sympy.Mul(grouped(c, design), symbolic.scalar(TracePolynomial({m: sympy.Integer(1)})))
        for m, c in polynomial.sorted_terms()
    )
    return " + ".join(map(latex, terms))


def _square_step(design: Design) -> Step:
    found = mean_squares(design, att)
    return Step(
        f"{design.name}: the mean square of the part of the remainder that is quadratic in the "
        "examples' own vectors and free of task and noise, and that of $x^\\top C_{xy} y^\\top y$",
        RELATIONS.join(
            (_grouped_latex(found.quadratic, design), _grouped_latex(found.labels, design))
        ),
    )
