"""Attention with many heads where a gradient step is not all that it can do.

One head predicts ``(x'C_xx X' + x'c_xy y')(X v_x + y v_y)``. Sums of heads predict ``x'W X'y``,
``x'c y'y`` and every form that is linear in x and in S = X'X, so that the best sum is the
projection of the label on the span of these. Where rotations that fix some vectors leave the law as
it is, the projection is unchanged by them as well, and lies in the span of what they leave: with u,
v and w among the fixed vectors

    x'X'y,   x'u v'X'y,   x'u y'y,   x'u tr S,   x'S u,   x'u v'S w.

The risk is a quadratic form in their coefficients, whose entries are moments. One head makes all
that holds a label, and d more make any form in x and S: d + 1 heads are enough, and however many
there are, none do better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement, product
from typing import Any

import sympy

from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.products import mean_product
from theory.algebra.words import ONE, D, fixed
from theory.designs.by_example import in_words
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.optima.equivalence.assumptions import models_are_steps
from theory.optima.steps.coefficients import Coefficients
from theory.scalars.symbols import i
from theory.text.latex import latex

MOST_VECTORS = 2
"""Fixed vectors in a design up to which the moments are taken."""
MOST_TERMS = 250
"""Terms of all predictions up to which they are: each is multiplied by each."""
Part = tuple[str, ...]
"""A prediction that rotations leave: which kind, and the fixed vectors in it."""
STEP, SQUARES, LENGTH, IMAGE, FORM = "x'X'y", "x'u y'y", "x'u tr S", "x'S u", "x'u v'S w"


@dataclass(frozen=True)
class ManyHeads:
    """The best that attention with d + 1 heads or more can do.

    Parameters
    ----------
    parts
        The predictions that it is made of.
    form
        The risk as a quadratic form in their coefficients.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> found = many_heads(shipped("task-with-a-mean").design)
    >>> found.form.closed.at[:1]
    (1/(d + n + sigma**2 + 1),)
    """

    parts: tuple[Part, ...]
    form: Coefficients

    def risk_at(self, at: Instance) -> Any:
        """The least risk at an instance, in its arithmetic."""
        return self.form.solve(at.values)[1]

    def heads_at(self, at: Instance) -> tuple[dict[str, Any], ...]:
        """The weights of d + 1 heads that predict so, by their names in one head."""
        exact, one = at.arithmetic, at.arithmetic.identity(at.d)
        column, _, _ = self.form.solve(at.values)
        axes = [exact.matrix([[int(k == row)] for row in range(at.d)]) for k in range(at.d)]
        zero, nothing = one * 0, axes[0] * 0
        number = exact.identity(1)
        first = {"C_xx": zero, "C_xy": nothing, "v_x": nothing, "v_y": number}
        others = [{"C_xx": zero, "C_xy": nothing, "v_x": e, "v_y": number * 0} for e in axes]
        for k, (kind, *names) in enumerate(self.parts):
            c, vectors = column[k, 0], [at.matrices[name] for name in names]
            if kind == STEP:
                left, right = vectors or (one, one)
                first["C_xx"] = first["C_xx"] + left * exact.transpose(right) * c
            elif kind == SQUARES:
                first["C_xy"] = first["C_xy"] + vectors[0] * c
            else:
                for row, (head, e) in enumerate(zip(others, axes, strict=True)):
                    made = one * vectors[-1][row, 0]  # x'S u = sum_k u_k x'S e_k
                    if kind == LENGTH:
                        made = vectors[0] * exact.transpose(e)
                    elif kind == FORM:
                        made = vectors[0] * exact.transpose(vectors[1]) * vectors[2][row, 0]
                    head["C_xx"] = head["C_xx"] + made * c
        return (first, *others)


@cache
def many_heads(design: Design) -> ManyHeads | None:
    """What many heads reach; None where that is PGD's risk, or is not derived.

    It is derived where rotations that fix the design's fixed vectors leave its law as it is, so
    that no covariance has a name, and where there are few such vectors.

    >>> from theory.language.gallery import designs
    >>> many_heads(designs.rag) is None
    True
    """
    few = 0 < len(design.means) <= MOST_VECTORS
    if not few or design.covariances or any(c.has(i) for c in design.coefficients):
        return None
    if models_are_steps(design).holds:
        return None
    label = in_words(design).label.trace()
    parts, predictions = zip(*_predictions(design), strict=True)
    if sum(len(one.terms) for one in predictions) > MOST_TERMS:
        return None
    size = range(len(parts))
    column = tuple(mean_product(label, one) for one in predictions)
    rows = [[mean_product(predictions[j], predictions[k]) for k in range(j + 1)] for j in size]
    constant = mean_product(label, label)
    matrix = tuple(tuple(rows[max(j, k)][min(j, k)] for k in size) for j in size)
    return ManyHeads(parts, Coefficients(constant, column, matrix))


def _predictions(design: Design) -> Iterator[tuple[Part, TracePolynomial]]:
    """Each part, in words."""
    p = in_words(design)
    step = p.features.mT @ p.labels
    vectors = {name: letter(fixed(name, D, ONE)) for name in design.means}
    along = {name: (p.query.mT @ u).trace() for name, u in vectors.items()}
    images = {name: p.features.mT @ (p.features @ u) for name, u in vectors.items()}
    squares, length = (p.labels.mT @ p.labels).trace(), (p.features.mT @ p.features).trace()
    yield (STEP,), (p.query.mT @ step).trace()
    for u, v in product(vectors, repeat=2):
        yield (STEP, u, v), along[u] * (vectors[v].mT @ step).trace()
    for u in vectors:
        yield (SQUARES, u), along[u] * squares
        yield (LENGTH, u), along[u] * length
        yield (IMAGE, u), (p.query.mT @ images[u]).trace()
        for v, w in combinations_with_replacement(vectors, 2):
            yield (FORM, u, v, w), along[u] * (vectors[v].mT @ images[w]).trace()


def written(part: Part) -> str:
    """A part in LaTeX, with S for X'X.

    >>> written((FORM, "m", "m", "m"))
    'x^\\\\top m\\\\, m^\\\\top S\\\\, m'
    """
    kind, *names = part
    u, v, w = (*(latex(sympy.Symbol(name)) for name in names), "", "", "")[:3]
    if kind == STEP:
        return rf"x^\top {u}\, {v}^\top X^\top y" if names else r"x^\top X^\top y"
    return {
        SQUARES: rf"x^\top {u}\, y^\top y",
        LENGTH: rf"x^\top {u} \operatorname{{tr}} S",
        IMAGE: rf"x^\top S\, {u}",
        FORM: rf"x^\top {u}\, {v}^\top S\, {w}",
    }[kind]
