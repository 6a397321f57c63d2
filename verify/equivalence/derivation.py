"""Witness: the split of a prediction and its cross moments, in words, for all sizes."""

from __future__ import annotations

from itertools import product
from random import Random

from theory.algebra.calculus import substitute, substitute_matrix
from theory.algebra.polynomials import letter
from theory.designs.design import Design
from theory.designs.instance import instance
from theory.designs.predictors import att, wpgd
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import (
    Comparison,
    abstract_prompt,
    contains,
    cross_moments,
    factors_of_remainder,
    is_definite,
    is_exchangeable,
    left_over,
    missing,
    sample_weights,
    splits,
)
from theory.scalars.arithmetic import EXACT
from verify.equivalence.exact import Predictions, drawn_weights, step_weights
from verify.equivalence.sample_weights import advantage_of_weights
from verify.equivalence.subject import Subject
from verify.falsified import Falsified
from verify.instances import random_instance
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "derivation"


def examine(subject: Subject, settings: Settings) -> Finding:
    """Split, inclusion and cross moments of every model, sample weights, and forms, as claimed."""
    random = Random(settings.seed)
    terms = 0
    try:
        for comparison in subject.comparisons:
            if not contains(comparison):
                what = f"{comparison.name}: the weights given do not make it the step"
                raise Falsified(what, "all sizes", missing(comparison), left_over(comparison))
            for design in subject.designs:
                if comparison.square != 1 or not splits(design, comparison):
                    raise _gap(design, comparison, random)
                terms += cross_moments(design, comparison).odd
        for design in subject.exchangeable:
            if not is_exchangeable(sample_weights(design, wpgd)):
                raise _unequal(design)
        for form in subject.forms:
            _judge(form, subject.comparisons[0])
        if subject.forms:
            _complete(subject)
            for design in subject.designs:
                if not is_definite(design, att):
                    raise _Unseen(f"{design.name}: a mean square is not visibly positive")
    except Falsified as found:
        return found.finding(NAME, terms)
    except _Unseen as error:
        return Finding(NAME, Verdict.UNDECIDED, str(error), examined=terms)
    return Finding(
        NAME,
        Verdict.HOLDS,
        _summary(subject, terms),
        examined=terms,
        data={
            "designs": [design.name for design in subject.designs],
            "cross_terms": terms,
        },
    )


class _Unseen(Exception):
    """Not visible in words, and no counterexample found."""


def _summary(subject: Subject, terms: int) -> str:
    models = " and ".join(c.name for c in subject.comparisons)
    said = [
        f"{models} in {len(subject.designs)} designs, for all sizes: the risk is that of the step "
        f"plus a mean square, as {terms} cross moments vanish term by term, and every step is "
        "contained"
    ]
    if subject.exchangeable:
        said.append("sample weights enter through two symmetric traces alone")
    if subject.forms:
        said.append(
            "the remainder vanishes where (C_xx = 0 or v_x = 0) and (C_xy = 0 or v_y = 0), and "
            "nowhere else"
        )
    return "; ".join(said)


def _gap(design: Design, comparison: Comparison, random: Random) -> Exception:
    """A small instance at which the risk is not that of the step plus the mean square."""
    for n, d in ((1, 1), (2, 1), (1, 2), (2, 2)):
        for _ in range(4):
            at = random_instance(design, n, d, random, 3)
            weights = drawn_weights(comparison.model, at, random, 3)
            found = Predictions(comparison, weights, at, step_weights(comparison, weights, at))
            # a slip in the factor is told by the remainder, any other by the cross moment
            square = found.remainder() * (1 - EXACT.number(comparison.square))
            if square - 2 * found.cross() != 0:
                what = f"{comparison.name}: the risk is not the step's plus the mean square"
                return Falsified(what, at, found.model_risk(), found.step_risk())
    return _Unseen(f"{comparison.name}: no instance of {design.name} tells the split from a slip")


def _unequal(design: Design) -> Exception:
    """A small instance at which sample weights do better than uniform ones."""
    if not design.covariances:
        for n in (2, 3):
            at = instance(design, n=n, d=1, scalars={p.name: 1 for p in design.parameters})
            gap = advantage_of_weights(at)
            if gap.difference > 0:
                what = f"{design.name}: uniform sample weights are not optimal"
                return Falsified(what, at, gap.wpgd, gap.pgd)
    return _Unseen(f"{design.name}: sample weights enter in other ways than two symmetric traces")


def _judge(form: Form, comparison: Comparison) -> None:
    """Whether the remainder vanishes on a form, and the step then is what is claimed."""
    table = {w: form.weights.get(w.name, letter(w)) for w in comparison.model.weights}
    rest = substitute(comparison.remainder(abstract_prompt(), comparison.model.words()), table)
    if form.vanishes and rest:
        raise Falsified(f"on the form {form.name} a remainder is left", "all sizes", rest, 0)
    if form.optimal:
        found = substitute_matrix(comparison.effective, table)
        if found != form.step:
            what = f"the form {form.name} has another step"
            raise Falsified(what, "all sizes", found, form.step)


def _complete(subject: Subject) -> None:
    """The forms claimed are all that make the remainder vanish."""
    claimed = {zeros(form) for form in subject.forms if form.vanishes and not form.optimal}
    for needed in map(frozenset, product(*factors_of_remainder(subject.comparisons[0]))):
        if not any(c <= needed for c in claimed):
            names = ", ".join(sorted(needed))
            what = "a form is missing on which the remainder vanishes"
            raise Falsified(what, "all sizes", f"zero: {names}", "not claimed")


def zeros(form: Form) -> frozenset[str]:
    """The weights that a form puts to zero."""
    return frozenset(name for name, value in form.weights.items() if not value)
