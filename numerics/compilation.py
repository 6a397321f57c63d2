"""Trace polynomials of the theory as differentiable functions of tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import mul

import torch
from torch import Tensor

from numerics.values import entries, matrices, number
from theory.algebra.polynomials import TracePolynomial
from theory.algebra.traces import Trace
from theory.algebra.words import ONE, Factor, Kind, Letter, Word
from theory.designs.instance import Instance

Values = Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A trace polynomial with numbers for its sizes, parameters, covariances and means.

    Calling it with a tensor for each remaining letter, by name, gives its value in float64,
    differentiable in these tensors. Leading axes broadcast; a diagonal letter is given as its
    diagonal (..., n). Build it with :func:`compiled`.

    Parameters
    ----------
    terms
        Coefficients with the traces to multiply. For several instances a coefficient holds one
        number for each, and values have an axis for them before all others.
    fixed
        The tensors of the letters that stay as they are, likewise.
    several
        Whether it is one polynomial for several instances.
    """

    terms: tuple[tuple[Tensor, tuple[Trace, ...]], ...]
    fixed: Values
    several: bool

    def __call__(self, values: Values) -> Tensor:
        axes = {f.letter.name: 1 if _diagonal(f) else 2 for f in self._factors}
        leading = max((v.ndim - axes[k] for k, v in values.items() if k in axes), default=1)
        values = {**{k: self._aligned(v, leading) for k, v in self.fixed.items()}, **values}
        prefixes: dict[Word, Tensor] = {}
        traces = {trace: _trace(trace, values, prefixes) for trace in self._traces}
        total = torch.zeros((), dtype=torch.float64)
        for coefficient, factors in self.terms:
            start = self._aligned(coefficient, leading)
            total = total + reduce(mul, (traces[t] for t in factors), start)
        return total

    @cached_property
    def _traces(self) -> frozenset[Trace]:
        return frozenset(trace for _, factors in self.terms for trace in factors)

    @cached_property
    def _factors(self) -> frozenset[Factor]:
        return frozenset(factor for trace in self._traces for factor in trace.word)

    def _aligned(self, value: Tensor, leading: int) -> Tensor:
        """The axis of the instances, if there is one, made the first of so many leading ones."""
        if not self.several:
            return value
        return value.reshape(value.shape[0], *[1] * (leading - 1), *value.shape[1:])


def compiled(polynomial: TracePolynomial, at: Instance | Sequence[Instance]) -> Compiled:
    """Put in all numbers of the instance; what is left to give are the predictor's weights.

    Several instances (of the same design and d) give several values at once, along a first axis.

    Examples
    --------
    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.designs.instance import instance
    >>> from theory.risks.population import population_risk
    >>> polynomial = population_risk(designs.isotropic_noiseless, predictors.pgd)
    >>> risk = compiled(polynomial, instance(designs.isotropic_noiseless, n=4, d=2))
    >>> risk({"W": torch.eye(2, dtype=torch.float64) / 7})
    tensor(0.8571, dtype=torch.float64)
    """
    if isinstance(at, Instance):
        return _one(polynomial, at)
    each = [_one(polynomial, one) for one in at]
    coefficients = torch.stack([torch.stack([c for c, _ in one.terms]) for one in each], dim=-1)
    return Compiled(
        tuple(zip(coefficients, (traces for _, traces in each[0].terms), strict=True)),
        {name: torch.stack([one.fixed[name] for one in each]) for name in each[0].fixed},
        several=True,
    )


def _one(polynomial: TracePolynomial, at: Instance) -> Compiled:
    fixed: dict[str, Tensor] = {}
    given = matrices(at)
    for letter in polynomial.letters:
        value = _given(letter, at, given)
        if value is not None:
            fixed[letter.name] = value
    terms: dict[tuple[Trace, ...], float] = {}
    for monomial, scalar in polynomial.terms.items():
        coefficient = number(scalar, at)
        free = []
        for trace in monomial:
            if all(factor.letter.name in fixed for factor in trace.word):
                coefficient *= float(_trace(trace, fixed, {}))
            else:
                free.append(trace)
        terms[tuple(free)] = terms.get(tuple(free), 0.0) + coefficient
    return Compiled(
        tuple((torch.tensor(c, dtype=torch.float64), t) for t, c in terms.items()), fixed, False
    )


def _given(letter: Letter, at: Instance, given: Values) -> Tensor | None:
    """The letter's tensor if the instance has one, ``None`` if it is a weight."""
    if letter.entry is not None:
        return entries(letter.entry, at)
    if letter.kind is Kind.ONES:
        size = at.n if letter.rows.name == "n" else at.d
        return torch.ones(size, 1, dtype=torch.float64)
    return given.get(letter.name)


def _trace(trace: Trace, values: Values, prefixes: dict[Word, Tensor]) -> Tensor:
    word = trace.word
    if all(_diagonal(factor) for factor in word):
        return reduce(mul, (values[f.letter.name] for f in word)).sum(-1)
    # From a vector on, products are matrix-vector ones; a diagonal letter can only scale columns.
    starts = [k for k, f in enumerate(word) if f.rows == ONE]
    starts += [k for k, f in enumerate(word) if not _diagonal(f)]
    word = word[starts[0] :] + word[: starts[0]]
    if len(word) == 1:
        return _dense(word[0], values).diagonal(dim1=-2, dim2=-1).sum(-1)
    left, last = _product(word[:-1], values, prefixes), word[-1]
    if _diagonal(last):
        return (left.diagonal(dim1=-2, dim2=-1) * values[last.letter.name]).sum(-1)
    return (left * _dense(last, values).mT).sum((-2, -1))


def _product(word: Word, values: Values, prefixes: dict[Word, Tensor]) -> Tensor:
    """The product of a word that begins with a dense letter; shared beginnings are remembered."""
    if len(word) == 1:
        return _dense(word[0], values)
    if word not in prefixes:
        left, last = _product(word[:-1], values, prefixes), word[-1]
        if _diagonal(last):
            prefixes[word] = left * values[last.letter.name][..., None, :]
        else:
            prefixes[word] = left @ _dense(last, values)
    return prefixes[word]


def _diagonal(factor: Factor) -> bool:
    return factor.letter.kind is Kind.DIAGONAL


def _dense(factor: Factor, values: Values) -> Tensor:
    value = values[factor.letter.name]
    return value.mT if factor.transposed else value
