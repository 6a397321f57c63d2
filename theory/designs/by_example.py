"""Reading a design one example at a time: what is done row by row has words then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sympy

from theory.algebra.blocks import Blocks
from theory.algebra.indexed import indexed, unit
from theory.algebra.polynomials import letter
from theory.algebra.words import ONE, D, Letter, N, diagonal, gaussian, random_scalar
from theory.designs.design import NOISE, Design
from theory.designs.groups import Group
from theory.designs.prompt import Prompt, Words, read
from theory.designs.random_scalars import Indeterminate


class OneExample:
    """The design's vectors as letters, those of the i-th example with an index.

    What is n x k to :class:`~theory.designs.prompt.Words` is the row of one example here, 1 x k;
    terms with its letters are sums over the examples (:mod:`theory.algebra.indexed`).

    >>> from theory.language.gallery import designs
    >>> read(designs.independent, OneExample(designs.independent)).labels.parts[0]
    sigma xi[i] + 1 e[i]' b
    """

    def __init__(self, design: Design) -> None:
        self._words = Words(design)
        self.vector, self.mean = self._words.vector, self._words.mean
        self.matrix, self.query_noise = self._words.matrix, self._words.query_noise
        self.one = self._words.one

    def _each(self, made: Letter, group: Group) -> Blocks:
        """The row that holds the i-th example's own letter, which is a column."""
        own = letter(replace(made, along=self._words.space(group)))
        return Blocks((own.mT,), (self._words.space(group),))

    def examples(self, name: str, covariance: str, group: Group) -> Blocks:
        own, shape = indexed(self._words.named(name, group)), self._words.covariance(covariance)
        return self._each(gaussian(own, D, ONE, row_covariance=shape), group)

    def noise(self, group: Group) -> Blocks:
        return self._each(gaussian(indexed(self._words.named(NOISE, group)), ONE, ONE), group)

    def ones(self, group: Group) -> Blocks:
        return self._each(unit(self._words.space(group)), group)

    def stacked(self, parts: Sequence[Blocks]) -> Blocks:
        rows = (row for part in parts for row in part.parts)
        return Blocks(tuple(rows), tuple(space for part in parts for space in part.spaces))

    def scale(self, scalar: sympy.Expr, value: Any) -> Any:
        return scalar * value

    def along(self, entry: sympy.Expr, value: Blocks) -> Blocks:
        return letter(diagonal(f"diag({entry})", N, entry)) @ value

    def times_random(self, one: Indeterminate, power: int, value: Any, group: Group | None) -> Any:
        name, along = one.scalar.name, None
        if one.scalar.per_example and group is not None:
            name, along = indexed(self._words.named(name, group)), self._words.space(group)
        drawn = replace(random_scalar(name, one.moments), along=along)
        return value * letter(drawn).trace() ** power

    def dots(self, left: Blocks, right: Blocks) -> Blocks:
        return left.dots(right)


def in_words(design: Design) -> Prompt[Any]:
    """The prompt of a design in words: all examples at once, as is quicker, where that can be.

    >>> from theory.language.gallery import designs
    >>> in_words(designs.independent).features
    1 e
    """
    return read(design, OneExample(design) if design.is_row_by_row else Words(design))
