"""Splits, inclusions and families of weights compared in words, for all sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from random import Random

from theory.algebra.calculus import substitute, substitute_matrix
from theory.algebra.polynomials import letter
from theory.designs.design import Design
from theory.designs.instance import instance
from theory.designs.predictors import att, wpgd
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import (
    Containment,
    abstract_prompt,
    cross_moments,
    factors_of_remainder,
    is_definite,
    is_exchangeable,
    left_over,
    missing,
    sample_weights,
    splits,
)
from verify.checks.on_trial import Compared, Equality, Node
from verify.instances import random_instance
from verify.quantities.equivalence import coordinates
from verify.quantities.equivalence.behaviour import split, zeros
from verify.quantities.equivalence.gains import advantage_of_weights

HEIGHT = 3


def contained_and_split(c: Containment, designs: Sequence[Design]) -> Iterator[Equality]:
    """A model is its step at the weights given, and its risk splits in every design."""
    wrong = f"{c.name}: the weights given do not make it the step"
    lost = missing(c), left_over(c)
    nothing = tuple(rest * 0 for rest in lost)
    yield Equality.in_words(f"{c.name}, the step contained", wrong, lost, nothing)
    says = (
        f"{c.name} in {len(designs)} designs: every step is contained, and the risk is that of the "
        "step plus a mean square, as the cross moments vanish term by term"
    )
    for design in designs:
        proved = c.square == 1 and splits(design, c)
        terms = cross_moments(design, c).odd if proved else 1
        what, data = f"{c.name} in {design.name}, the split", {"cross_terms": terms}
        yield Equality(what, proved, says, partial(_small, design, c), terms, data)
        says = ""


def _small(design: Design, c: Containment, random: Random) -> Iterator[Node]:
    """Small instances at which the risk may not be that of the step plus the mean square."""
    for n, d in ((1, 1), (2, 1), (1, 2), (2, 2)):
        for _ in range(4):
            at = random_instance(design, n, d, random, HEIGHT)
            yield Node(at, split(c, at, random, HEIGHT, coordinates))


def order_of_weights(design: Design) -> Equality:
    """Sample weights enter through symmetric traces alone, so that uniform ones are optimal."""
    what = f"{design.name}, sample weights enter through two symmetric traces alone"
    alike = is_exchangeable(sample_weights(design, wpgd))
    return Equality(what, alike, what, partial(_weighted, design))


def _weighted(design: Design, random: Random) -> Iterator[Node]:
    """Small instances at which sample weights may do better than uniform ones."""
    for n in () if design.covariances else (2, 3):
        at = instance(design, n=n, d=1, scalars={p.name: 1 for p in design.parameters})
        gap = advantage_of_weights(at)
        what = f"{design.name}: uniform sample weights are not optimal"
        yield Node(at, [Compared(what, at, gap.least, gap.pgd, gap.difference <= 0)])


def families(
    c: Containment, forms: Sequence[Form], designs: Sequence[Design]
) -> Iterator[Equality]:
    """The remainder vanishes on the families claimed, and on no others."""
    for form in forms:
        table = {w: form.weights.get(w.name, letter(w)) for w in c.model.weights}
        rest = substitute(c.remainder(abstract_prompt(), c.model.words()), table)
        wrong = f"on the form {form.name} a remainder is left"
        yield Equality.in_words(f"no remainder on {form.name}", wrong, rest, rest * 0)
        if form.optimal:
            step = substitute_matrix(c.effective, table)
            wrong = f"the form {form.name} has another step"
            yield Equality.in_words(f"the step of {form.name}", wrong, step, form.step)
    claimed = {zeros(form) for form in forms if not form.optimal}
    for needed in map(frozenset, product(*factors_of_remainder(c))):
        shown = f"zero: {', '.join(sorted(needed))}"
        wrong = "a form is missing on which the remainder vanishes"
        known = any(zero <= needed for zero in claimed)
        yield Equality.in_words(shown, wrong, shown, shown if known else "not claimed")
    says = (
        "the remainder vanishes where (C_xx = 0 or v_x = 0) and (C_xy = 0 or v_y = 0), and nowhere "
        "else"
    )
    for design in designs:
        what = f"{design.name}, mean squares visibly positive"
        yield Equality(what, is_definite(design, att), says)
        says = ""
