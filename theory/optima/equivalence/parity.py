"""A model's prediction as a gradient step and a remainder of the other parity.

Turn round the signs of the query, all features and the task: labels stay as they are, so a term of
a prediction changes sign where it holds an odd number of query and feature vectors. The gradient
step ``x' W X' y`` is even. What else a model predicts is odd, and under Assumptions 1 and 2
uncorrelated with the step and with the hidden label. So the risk of the model is the risk of its
step plus the mean square of the remainder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sympy

from theory.algebra.calculus import substitute, substitute_matrix
from theory.algebra.moments import odd_gaussians
from theory.algebra.polynomials import MatrixPolynomial, Monomial, TracePolynomial, letter
from theory.algebra.products import mean_product
from theory.algebra.values import Values
from theory.algebra.words import ONE, D, N, fixed, transpose
from theory.designs.by_example import in_words
from theory.designs.design import NOISE, QUERY_NOISE, Design, ranges_of
from theory.designs.predictors import Predictor
from theory.designs.prompt import Prompt
from theory.optima.curvature.definiteness import Domain, positive_on
from theory.risks.population import population_risk
from theory.scalars.arithmetic import Arithmetic
from theory.scalars.signs import is_nonnegative

WEIGHT = fixed("W", D, D)
FEATURES = (fixed("x", D, ONE), fixed("X", N, D))
UNIT = fixed("e", D, ONE)
"""The unit vector of a channel: ``sum_k e_k e_k' = I`` over d of the d + 1 channels."""


@dataclass(frozen=True, eq=False)
class Containment:
    """A model beside the gradient step that it contains.

    Parameters
    ----------
    model, core
        The predictors compared.
    effective
        The weight of the step inside the model (of one channel, where it has channels: the step's
        is their sum).
    inclusion
        Weights of the model, by name, that make it the step at W; those of channel k may use
        ``e``, the k-th unit vector. Weights that both have are kept.
    square
        How often the mean square of the remainder enters the risk.
    """

    model: Predictor
    core: Predictor
    effective: MatrixPolynomial
    inclusion: Mapping[str, MatrixPolynomial]
    square: sympy.Expr = field(default_factory=lambda: sympy.Integer(1))

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def shared(self) -> tuple[str, ...]:
        """Weights of the core that are the model's own, the sample weights."""
        return tuple(w.name for w in self.core.weights if w.name in self.model.shared)

    def step(self, prompt: Prompt[Any], words: Mapping[str, MatrixPolynomial]) -> TracePolynomial:
        """The gradient step of one channel, in words."""
        table = {w: words[w.name] for w in self.model.weights}
        weight = substitute_matrix(self.effective, table)
        inside = {"W": weight, **{name: words[name] for name in self.shared}}
        return self.core.predict(prompt, inside).trace()

    def remainder(
        self, prompt: Prompt[Any], words: Mapping[str, MatrixPolynomial]
    ) -> TracePolynomial:
        """What one channel predicts beside its step, in words."""
        return self.model.predict(prompt, words).trace() - self.step(prompt, words)

    def weight_at(self, weights: Mapping[str, Any], size: int, arithmetic: Arithmetic) -> Any:
        """The weight of the step at given weights (of one channel) by name."""
        return Values({"d": size}, weights, arithmetic).matrix(self.effective)


def abstract_prompt() -> Prompt[MatrixPolynomial]:
    """A prompt of which nothing is known, as letters.

    >>> abstract_prompt().features
    1 X
    """
    x, features = (letter(a) for a in FEATURES)
    return Prompt(x, features, letter(fixed("y", N, ONE)), letter(fixed("y_0", ONE, ONE)))


def feature_count(monomial: Monomial) -> int:
    """How many query and feature vectors a term holds.

    >>> prompt = abstract_prompt()
    >>> (term,) = (prompt.query.mT @ prompt.features.mT @ prompt.labels).trace().terms
    >>> feature_count(term)
    2
    """
    return sum(f.letter in FEATURES for trace in monomial for f in trace.word)


@cache
def wrong_parity(comparison: Containment) -> TracePolynomial:
    """The even terms of the remainder, which must not exist."""
    rest = comparison.remainder(abstract_prompt(), comparison.model.words())
    return TracePolynomial({m: c for m, c in rest.terms.items() if feature_count(m) % 2 == 0})


def missing(comparison: Containment) -> MatrixPolynomial:
    """Effective weight of the inclusion minus W: zero where the model contains the step.

    Summed over channels, ``e e'`` becomes the identity.
    """
    table = {w: comparison.inclusion.get(w.name, letter(w)) for w in comparison.model.weights}
    found = substitute_matrix(comparison.effective, table)
    return _resolved(found) - letter(WEIGHT)


def splits(design: Design, comparison: Containment) -> bool:
    """Whether the risk of the model is that of its step plus the mean square of the remainder.

    >>> from theory.language.gallery import designs
    >>> from theory.optima.equivalence.comparisons import attention
    >>> splits(designs.independent, attention), splits(designs.biased_task, attention)
    (True, False)
    """
    if wrong_parity(comparison):
        return False
    found = cross_moments(design, comparison)
    return not found.label and not found.step


@cache
def contains(comparison: Containment) -> bool:
    """Whether the weights of the inclusion make the model the step and nothing else."""
    return not missing(comparison) and not left_over(comparison)


def factors_of_remainder(comparison: Containment) -> tuple[frozenset[str], ...]:
    """The weights in each term of the remainder: the term vanishes where one of them does.

    >>> from theory.optima.equivalence.comparisons import attention
    >>> [sorted(names) for names in factors_of_remainder(attention)]
    [['C_xx', 'v_x'], ['C_xy', 'v_y']]
    """
    names = {w.name for w in comparison.model.weights}
    rest = comparison.remainder(abstract_prompt(), comparison.model.words())
    found = {frozenset(f.letter.name for t in m for f in t.word) & names for m in rest.terms}
    return tuple(sorted(found, key=sorted))


def left_over(comparison: Containment) -> TracePolynomial:
    """The remainder of the inclusion: zero where the model is the step and nothing else."""
    table = {w: comparison.inclusion.get(w.name, letter(w)) for w in comparison.model.weights}
    rest = comparison.remainder(abstract_prompt(), comparison.model.words())
    return substitute(rest, table)


def _resolved(polynomial: MatrixPolynomial) -> MatrixPolynomial:
    (unit,) = letter(UNIT).terms
    pair = (*unit, *transpose(unit))
    terms: dict[Any, Any] = {}
    for word, c in polynomial.terms.items():
        at = [k for k, factor in enumerate(word) if factor.letter == UNIT]
        # summed where the unit vector stands nowhere else: sum_k e_k e_k' A e_k e_k' is not A
        if len(at) == 2 and word[at[0] : at[1] + 1] == pair:
            word = word[: at[0]] + word[at[1] + 1 :]
        terms[word] = terms.get(word, TracePolynomial()) + c
    return MatrixPolynomial(polynomial.rows, polynomial.cols, terms)


@dataclass(frozen=True)
class CrossMoments:
    """The cross moments of a remainder under a design.

    Parameters
    ----------
    odd
        How many terms vanish because some Gaussian vector occurs an odd number of times.
    label, step
        The expectation of the other terms of ``label * remainder`` and ``step * remainder``; with
        channels, of the step of one (suffix 1) times the remainder of another (suffix 2).
    """

    odd: int
    label: TracePolynomial
    step: TracePolynomial


@cache
def cross_moments(design: Design, comparison: Containment) -> CrossMoments:
    """The moments of a remainder with the label and with the step, term by term."""
    prompt = in_words(design)
    channels = ("1", "2") if comparison.model.channels else ("", "")
    first, second = (comparison.model.words(c) for c in channels)
    rest = comparison.remainder(prompt, second)
    factors = (prompt.label.trace(), comparison.step(prompt, first))
    parities = Counter(map(odd_gaussians, rest.terms))
    terms = [m for factor in factors for m in factor.terms]
    odd = len(terms) * len(rest.terms) - sum(parities[odd_gaussians(m)] for m in terms)
    return CrossMoments(odd, *(mean_product(factor, rest) for factor in factors))


@dataclass(frozen=True)
class Witnesses:
    """Two mean squares that are positive unless the remainder of attention vanishes.

    Parameters
    ----------
    quadratic
        Of the part of the remainder that is quadratic in the examples' own vectors and free of task
        and noise. A polynomial that vanishes has no such part.
    labels
        Of the term with the square of the labels, the one that is left.
    """

    quadratic: TracePolynomial
    labels: TracePolynomial


@cache
def mean_squares(design: Design, model: Predictor) -> Witnesses:
    """The two mean squares for attention's remainder under a design.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> found = mean_squares(designs.isotropic_noiseless, predictors.att)
    >>> found.quadratic
    n tr(C_xx C_xx') tr(v_x v_x') + (n*(n + 1)) tr(C_xx v_x v_x' C_xx')
    """
    prompt = in_words(design)
    words = model.words()
    own = {name for name, _ in design.example}
    quiet = {v for g in design.groups for v in g.task.vectors} | {NOISE, QUERY_NOISE}
    features = (
        prompt.query.mT @ words["C_xx"] @ prompt.features.mT @ prompt.features @ words["v_x"]
    ).trace()

    def counted(monomial: Monomial, names: set[str]) -> int:
        # the letter e[first] is the vector e of a group
        letters = (f.letter.name.partition("[")[0] for trace in monomial for f in trace.word)
        return sum(name in names for name in letters)

    part = TracePolynomial(
        {m: c for m, c in features.terms.items() if counted(m, own) == 2 and counted(m, quiet) == 0}
    )
    labels = (prompt.query.mT @ words["C_xy"] @ prompt.labels.mT @ prompt.labels).trace()
    return Witnesses(mean_product(part, part), mean_product(labels, labels))


def is_definite(design: Design, model: Predictor) -> bool:
    """Whether the two mean squares are visibly positive unless a weight in each term is zero.

    All their terms are non-negative numbers times traces of squares. The first has a term
    ``tr(C_xx C_xx') tr(v_x v_x')``, the second ``tr(C_xy C_xy')`` times what signal or noise makes
    positive. Parameters keep away from the upper end of a bounded range.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> is_definite(designs.rag, predictors.att)
    True
    """
    ranges = ranges_of(design)
    bounded = tuple(p.high - p.symbol for p in design.parameters if p.high.is_finite)
    inside = Domain(design, positive=bounded)
    found = mean_squares(design, model)
    apart = [c for m, c in found.quadratic.terms.items() if len(m) == 2]
    every = [*found.quadratic.terms.values(), *found.labels.terms.values()]
    return all(is_nonnegative(c, ranges) for c in every) and all(
        any(positive_on(c, inside) for c in coefficients)
        for coefficients in (apart, found.labels.terms.values())
    )


@cache
def sample_weights(design: Design, core: Predictor) -> frozenset[Monomial]:
    """The ways in which sample weights enter the risk of WPGD: traces with ``Omega``, by term."""
    risk = population_risk(design, core)
    return frozenset(
        tuple(t for t in m if any(f.letter.name == "Omega" for f in t.word)) for m in risk.terms
    )


def is_exchangeable(monomials: frozenset[Monomial]) -> bool:
    """Whether the sample weights enter through ``tr(Omega)`` and ``tr(Omega Omega)`` alone."""
    return all(
        len(t.word) <= 2 and all(f.letter.name == "Omega" for f in t.word)
        for m in monomials
        for t in m
    )
