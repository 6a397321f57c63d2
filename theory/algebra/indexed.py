"""Letters that each example has one of, and sums over the examples of products of them.

The matrix ``X`` of all examples is one letter to the engine, which is quick, but has no word for
what is done row by row, as in labels ``x_i' t_i`` with a task for each example. So examples have
letters ``x[i]`` here, d x 1 or 1 x 1, and *a term that holds some is summed over the index*: one
sum, as all letters of a term belong to one example. A sample weight or a coefficient that depends
on the index is the i-th entry of a diagonal letter; in the end the sum over the index is a trace of
such letters again, as where all examples are one letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from theory.algebra.polynomials import TracePolynomial, trace_of
from theory.algebra.traces import Trace
from theory.algebra.words import ONE, Factor, Kind, Letter, Space, Word

HERE, OTHER = "i", "j"
"""The index of an example, and that of another one."""


def indexed(name: str, index: str = HERE) -> str:
    """A name with an index, also one that names a group.

    >>> indexed("x"), indexed("x[first]", "j")
    ('x[i]', 'x[first,j]')
    """
    return f"{name[:-1]},{index}]" if name.endswith("]") else f"{name}[{index}]"


def entry_of(diagonal: Letter) -> Letter:
    """The i-th entry of a diagonal letter over the examples.

    >>> from theory.algebra.words import N, diagonal
    >>> entry_of(diagonal("Omega", N))
    Omega[i]
    """
    space = diagonal.rows
    return replace(diagonal, name=indexed(diagonal.name), rows=ONE, cols=ONE, along=space)


def diagonal_of(entry: Letter) -> Letter:
    """The diagonal letter that an entry is one of.

    >>> import sympy
    >>> from theory.algebra.words import diagonal
    >>> first = Space("n[first]", sympy.Symbol("k"))
    >>> diagonal_of(entry_of(diagonal("Omega[first]", first)))
    Omega[first]
    """
    assert entry.along is not None
    name, _, _ = entry.name[:-1].rpartition(f"{',' if ',' in entry.name else '['}")
    name = f"{name}]" if "[" in name else name
    return replace(entry, name=name, rows=entry.along, cols=entry.along, along=None)


def unit(space: Space) -> Letter:
    """One, once for each example: what makes a term without other such letters a sum.

    >>> from theory.algebra.words import N
    >>> unit(N)
    1_n[i]
    """
    return Letter(indexed(f"1_{space.name}"), ONE, ONE, Kind.ONES, along=space)


def by_examples(polynomial: TracePolynomial) -> Mapping[Space | None, TracePolynomial]:
    """The terms that are sums over the examples, by whose, and those under None that are none.

    >>> from theory.algebra.polynomials import letter
    >>> from theory.algebra.words import N
    >>> dict(by_examples(letter(unit(N)).trace() + 2))
    {n: 1, None: 2}
    """
    found: dict[Space | None, list[TracePolynomial]] = defaultdict(list)
    for monomial, c in polynomial.terms.items():
        spaces = {f.letter.along for t in monomial for f in t.word} - {None}
        space = next(iter(spaces), None)
        kept = tuple(t for t in monomial if not (space and t.word[0].letter.kind is Kind.ONES))
        found[space].append(TracePolynomial.expanded({kept: c}))
    return {space: TracePolynomial.sum(parts) for space, parts in found.items()}


def of_another(polynomial: TracePolynomial) -> TracePolynomial:
    """The same terms of another example, whose letters have the index j."""
    names: dict[Letter, Letter] = {}

    def other(factor: Factor) -> Factor:
        a = factor.letter
        if a.along is None:
            return factor
        if a not in names:
            names[a] = replace(a, name=f"{a.name[: -1 - len(HERE)]}{OTHER}]")
        return factor._replace(letter=names[a])

    terms = {
        tuple(sorted((Trace(tuple(map(other, t.word))) for t in m), key=lambda t: t.key)): c
        for m, c in polynomial.terms.items()
    }
    return TracePolynomial.expanded(terms)


def summed_over(polynomial: TracePolynomial, sums: Mapping[str, Space]) -> TracePolynomial:
    """Of an expectation of one term of a sum, or of a product of several: that of the sums.

    Parameters
    ----------
    polynomial
        In entries of diagonal letters, beside letters that no example has of its own.
    sums
        Each index, with the examples that it runs over. Letters of an index that is not among them
        count as those of the only one that is.
    """
    if not sums:
        return polynomial
    found = []
    for monomial, c in polynomial.terms.items():
        entries: dict[str, list[Letter]] = {index: [] for index in sums}
        kept = []
        for trace in monomial:
            head = trace.word[0].letter
            if head.along is None:
                kept.append(trace)
                continue
            index = head.name[-2]
            entries[index if index in sums else HERE].append(diagonal_of(head))
        value = TracePolynomial({tuple(kept): c})
        for index, space in sums.items():
            value = value * trace_of(_sorted(entries[index]), space)
        found.append(value)
    return TracePolynomial.sum(found)


def _sorted(letters: Iterable[Letter]) -> Word:
    return tuple(Factor(a, False) for a in sorted(letters, key=lambda a: a.key))
