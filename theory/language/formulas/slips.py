"""Formulas that differ from a given one by one simple slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from theory.language.formulas.places import Place
from theory.language.formulas.printing import printed
from theory.language.formulas.scope import Meaning
from theory.language.formulas.tree import (
    IndexPower,
    Name,
    Negative,
    Number,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
    children,
    rebuilt,
)
from theory.language.formulas.tree import names as used

HERE = Place("slip")
SIZE = "d"
ONE, TWO = Number(Fraction(1), HERE), Number(Fraction(2), HERE)


def slips(tree: Tree, names: Mapping[str, Meaning]) -> Iterator[tuple[str, Tree]]:
    """Formulas one slip away, each with what was changed; the commonest slips come first.

    A constant off by one, a sign, a factor of two, a term or a factor lost, a name in place of
    another, a square forgotten or one too many, a factor ``1/n``, and a term that is missing.

    Parameters
    ----------
    tree
        The formula.
    names
        The names that may stand in it.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> found = [printed(t) for _, t in slips(parse("n + d"), {"n": Meaning.SCALAR})]
    >>> "n + d + 1" in found, "n - d" in found
    (True, True)
    """
    seen = {printed(tree)}
    for rank in range(_RANKS):
        for words, changed in (
            *_everywhere(tree, names, rank),
            *_at_all_occurrences(tree, names, rank),
        ):
            key = printed(changed)
            if key not in seen:
                seen.add(key)
                yield words, changed


def _at_all_occurrences(
    tree: Tree, names: Mapping[str, Meaning], rank: int
) -> Iterator[tuple[str, Tree]]:
    """The same slip wherever the same part occurs, for parts that occur several times."""
    counts = Counter(_parts(tree))
    for part, count in counts.items():
        if count > 1:
            for words, changed in _here(part, names, rank):
                yield f"{words} (everywhere)", _replaced(tree, part, changed)


def _parts(tree: Tree) -> Iterator[Tree]:
    yield tree
    for child in children(tree):
        yield from _parts(child)


def _replaced(tree: Tree, old: Tree, new: Tree) -> Tree:
    if tree == old:
        return new
    return rebuilt(tree, [_replaced(child, old, new) for child in children(tree)])


def _everywhere(tree: Tree, names: Mapping[str, Meaning], rank: int) -> Iterator[tuple[str, Tree]]:
    """The slips of a rank, at a node and at all below."""
    yield from _here(tree, names, rank)
    parts = children(tree)
    for at, part in enumerate(parts):
        for words, changed in _everywhere(part, names, rank):
            yield words, rebuilt(tree, (*parts[:at], changed, *parts[at + 1 :]))


_RANKS = 3


def _here(tree: Tree, names: Mapping[str, Meaning], rank: int) -> Iterator[tuple[str, Tree]]:
    """The slips at a node: rank 0 the commonest."""
    scalars, vectors, matrices = (
        [name for name, meaning in names.items() if meaning is kind] for kind in Meaning
    )
    if rank == 0:
        yield from _common(tree)
    elif rank == 1:
        yield from _less_common(tree, scalars, vectors, matrices)
    else:
        for name in scalars:
            for power in (1, 2):
                term: Tree = Name(name, HERE)
                term = term if power == 1 else Power(term, Fraction(2), HERE)
                shown = name if power == 1 else f"{name}^2"
                yield f"times {shown}", Product(((False, tree), (False, term)), HERE)
                yield f"divided by {shown}", Product(((False, tree), (True, term)), HERE)
                if isinstance(tree, Sum | Name | TraceNode | Pairing) and _is_scalar(tree, names):
                    yield f"+ {shown}", _plus(tree, False, term)
                    yield f"- {shown}", _plus(tree, True, term)


def _common(tree: Tree) -> Iterator[tuple[str, Tree]]:
    match tree:
        case Number(value):
            for by in (1, -1):
                yield f"{value} -> {value + by}", Number(value + by, HERE)
            yield f"{value} -> {-value}", Number(-value, HERE)
            yield f"{value} -> {2 * value}", Number(2 * value, HERE)
            yield f"{value} -> {value / 2}", Number(value / 2, HERE)
        case Negative(inside):
            yield "a sign", inside
        case Transpose(inside):
            yield "a transpose left out", inside
        case Pairing(left, right, True) if left != right:
            yield "two vectors exchanged", replace(tree, left=right, right=left)
        case Name(name):
            yield f"{name} -> {name}^2", Power(tree, Fraction(2), HERE)
        case IndexPower(base, of_i):
            yield "a power left out", base
            for by in (1, -1):
                changed = replace(tree, constant=tree.constant + by)
                yield f"1 {'more' if by > 0 else 'less'} in the exponent", changed
            yield "the index the other way round", replace(tree, of_i=-of_i)
        case Power(base, exponent):
            if exponent > 0:
                yield "a power left out", base
            for by in (1, -1):
                if exponent.denominator == 1 and exponent + by != 0:
                    varied = replace(tree, exponent=exponent + by)
                    yield f"exponent {exponent} -> {exponent + by}", varied
            yield f"exponent {exponent} -> {-exponent}", replace(tree, exponent=-exponent)
            yield "a square root put in", Power(tree, Fraction(1, 2), HERE)
        case Sum(parts):
            for at, (sign, part) in enumerate(parts):
                yield "a sign", replace(tree, parts=_put(parts, at, (not sign, part)))
            for at in range(len(parts)):
                rest = parts[:at] + parts[at + 1 :]
                yield "a term left out", _sum(rest)
        case Product(factors):
            for at, (divides, factor) in enumerate(factors):
                if isinstance(factor, Negative):
                    turned = _put(factors, at, (divides, factor.inside))
                    yield "a sign", replace(tree, factors=turned)
            for at in range(len(factors)):
                yield "a factor left out", _product(factors[:at] + factors[at + 1 :])
            for at, (divides, factor) in enumerate(factors):
                turned = _put(factors, at, (not divides, factor))
                yield "a factor on the wrong side", replace(tree, factors=turned)
        case _:
            pass


def _less_common(
    tree: Tree, scalars: list[str], vectors: list[str], matrices: list[str]
) -> Iterator[tuple[str, Tree]]:
    match tree:
        case Name(name):
            group = next((g for g in (scalars, vectors) if name in g), matrices)
            for other in group:
                if other != name:
                    yield f"{name} -> {other}", Name(other, HERE)
            if name == SIZE:
                for matrix in matrices:
                    yield f"{name} -> tr({matrix})", TraceNode(Name(matrix, HERE), HERE)
                for vector in vectors:
                    square = Pairing(Name(vector, HERE), Name(vector, HERE), False, HERE)
                    yield f"{name} -> dot({vector}, {vector})", square
            if name in scalars:
                for negative in (False, True):
                    sign = "-" if negative else "+"
                    yield f"{name} -> {name} {sign} 1", _plus(tree, negative, ONE)
                yield f"{name} -> sqrt({name})", Power(tree, Fraction(1, 2), HERE)
        case Product(factors):
            for at, ((_, left), (_, right)) in enumerate(pairwise(factors)):
                if {*matrices} & used(left) and {*matrices} & used(right):
                    swapped = (*factors[:at], factors[at + 1], factors[at], *factors[at + 2 :])
                    yield "two factors exchanged", replace(tree, factors=swapped)
        case Sum(parts):
            if not any(isinstance(part, Name) and part.name in matrices for _, part in parts):
                for negative in (False, True):
                    for number in (ONE, TWO):
                        sign = "-" if negative else "+"
                        yield f"{sign} {number.value}", _plus(tree, negative, number)
        case _:
            pass
    yield "a sign", Negative(tree, HERE)
    yield "a factor 2", Product(((False, TWO), (False, tree)), HERE)
    yield "a factor 1/2", Product(((False, tree), (True, TWO)), HERE)


def _is_scalar(tree: Tree, names: Mapping[str, Meaning]) -> bool:
    """Whether a sum, a name, a trace or a pairing is a scalar, as far as its names tell."""
    match tree:
        case TraceNode() | Pairing(is_outer=False):
            return True
        case Name(name):
            return names.get(name) is Meaning.SCALAR
        case Sum(parts):
            return all(
                not isinstance(part, Name) or names.get(part.name) is Meaning.SCALAR
                for _, part in parts
            )
    return False


def _plus(tree: Tree, negative: bool, term: Tree) -> Tree:
    if isinstance(tree, Sum):
        return replace(tree, parts=(*tree.parts, (negative, term)))
    return Sum(((False, tree), (negative, term)), HERE)


def _sum(parts: tuple[tuple[bool, Tree], ...]) -> Tree:
    if len(parts) == 1:
        ((negative, part),) = parts
        return Negative(part, HERE) if negative else part
    return Sum(parts, HERE)


def _product(factors: tuple[tuple[bool, Tree], ...]) -> Tree:
    if len(factors) == 1:
        ((divides, factor),) = factors
        return Power(factor, Fraction(-1), HERE) if divides else factor
    return Product(factors, HERE)


def _put(
    items: tuple[tuple[bool, Tree], ...], at: int, item: tuple[bool, Tree]
) -> tuple[tuple[bool, Tree], ...]:
    return (*items[:at], item, *items[at + 1 :])
