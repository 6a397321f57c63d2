"""Random exact instances of a design, every covariance with a rational square root."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

import flint
import sympy

from theory.designs.computed import rank_at
from theory.designs.counts import counts
from theory.designs.defined_at import undefined, unreal
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from theory.errors import InputError
from theory.scalars import symbols
from theory.scalars.arithmetic import EXACT
from verify.degrees import counted


def random_matrix(
    random: Random, size: int, height: int, columns: int | None = None
) -> flint.fmpq_mat:
    """A matrix of independent uniform integers in ``[-height, height]``, square by default."""
    width = range(size if columns is None else columns)
    return flint.fmpq_mat([[random.randint(-height, height) for _ in width] for _ in range(size)])


def random_instance(
    design: Design,
    n: int,
    d: int,
    random: Random,
    height: int,
    small: bool = False,
    anywhere: bool = False,
) -> Instance:
    """An instance with covariances ``(A A')^2`` and parameters drawn as integers from 1.

    The entries of ``A`` and of fixed vectors are uniform integers in ``[-height, height]``, so a
    polynomial identity of total degree D in them that fails, fails at the draw with probability
    at least ``1 - D / (2 height + 1)`` (Schwartz, Zippel). Parameters are drawn from the integers
    of their range up to ``height``, or as many fractions below one where they are to be
    ``small``; a bounded range is divided into as many steps. For an identity of polynomials they
    are drawn ``anywhere``: ends that are formulas, such as n, do not count; where they say of what
    rank projections are, they do. Elsewhere those that count examples are multiples of 1/n, or
    whole numbers up to n, so that counts can be whole.

    Raises :class:`~theory.errors.InputError` where a projection cannot have the rank that it has.
    """
    roots, projected = {}, {p.name for p in design.projections}
    for name in design.covariances:
        if name in projected:
            continue
        a = random_matrix(random, d, height)
        while name in design.inverted and a.det() == 0:
            a = random_matrix(random, d, height)
        roots[name] = a * a.transpose()

    counting = frozenset() if anywhere else counted_by(design)

    def chosen(p: Parameter) -> Fraction:
        if p.symbol in counting:
            return multiple_of(p, random.randint(0, n), n)
        step = random.randint(1, height)
        share = Fraction(step, height + 1)
        return p.at(share, share if small else Fraction(step))

    scalars = design.scalars(n, d, chosen)
    if anywhere and not design.ranks:
        scalars = {p.name: chosen(p) for p in design.parameters}
    for one in design.projections:
        rank = random.randint(1, d)
        if one.rank is not None:
            rank = rank_at(one.name, one.rank, scalars | {"d": d})
        roots[one.name] = random_projection(random, d, rank, height)
    means = {name: [random.randint(-height, height) for _ in range(d)] for name in design.means}
    return instance(design, n=n, d=d, roots=roots, means=means, scalars=scalars)


def counted_by(design: Design) -> frozenset[sympy.Symbol]:
    """The parameters by which groups of examples are counted, and shares of n at test.

    >>> from theory.language.gallery import shipped
    >>> counted_by(shipped("partly-retrieved").design), counted_by(shipped("longer-prompts").design)
    (frozenset({k}), frozenset())
    """
    found = set[sympy.Symbol](counted(design))
    if design.test is not None:
        shares = {p.symbol for p in design.parameters if not p.whole}
        found |= {*counted(design.test.design), *(design.test.examples.free_symbols & shares)}
    return frozenset(found)


def multiple_of(p: Parameter, k: int, n: int) -> Fraction:
    """So many n-th parts of the way up a bounded range, or so many steps into any other."""
    return p.at(Fraction(k, n), Fraction(k))


def random_projection(random: Random, size: int, rank: int, height: int) -> flint.fmpq_mat:
    """The projection on the columns of a random matrix."""
    if rank == 0:
        return EXACT.identity(size) * 0
    while True:
        a = random_matrix(random, size, height, rank)
        gram = a.transpose() * a
        if gram.det() != 0:
            return a * gram.solve(a.transpose())


def is_defined(at: Instance) -> bool:
    """Whether parameters are what they must be, and coefficients real, at an instance.

    >>> from theory.language.gallery import shipped
    >>> design = shipped("noisy-retrieval").design
    >>> at = instance(design, n=2, d=1, scalars={"alpha": 0, "k": Fraction(1, 2), "sigma": 0})
    >>> is_defined(at)
    False
    """
    return undefined(at) is None


def generic_instance(design: Design, n: int, d: int, random: Random, height: int) -> Instance:
    """A random instance for an identity of polynomials: coefficients are real where that is found.

    What parameters have to satisfy together need not hold there.
    """
    for tried in range(40):
        at = random_instance(design, n, d, random, height, small=tried >= 20, anywhere=True)
        if unreal(at) is None:
            break
    return at


def defined_instance(
    design: Design, n: int, d: int, random: Random, height: int
) -> Instance | None:
    """A random instance at which the design is defined; None where none was found."""
    sizes = {symbols.n: n, symbols.d: d}
    if any(count.xreplace(sizes).is_integer is False for count in counts(design)):
        return None
    for tried in range(40):
        try:
            at = random_instance(design, n, d, random, height, small=tried % 2 == 1)
        except InputError:  # no projection has that rank
            continue
        if is_defined(at):
            return at
    return None


MODERATE = 50
"""Entries of an instance that is drawn to evaluate claims."""


MOST_N = 12
"""Examples of a drawn instance, where no smaller number can be divided as a design wants."""


def several(random: Random) -> Iterator[tuple[int, int]]:
    """Sizes of several examples and features, the first at random, the others with more examples.

    >>> sizes = several(Random(0))
    >>> [n for n, _ in sizes][1:]
    [5, 6, 7, 8, 9, 10, 11, 12]
    """
    n, d = random.randint(2, 4), random.randint(2, 3)
    yield from ((count, d) for count in (n, *range(5, MOST_N + 1)))


def anywhere(design: Design, random: Random) -> Instance | None:
    """A random instance of several examples and features; None where none was found."""
    found = (defined_instance(design, n, d, random, MODERATE) for n, d in several(random))
    return next((at for at in found if at is not None), None)


def small_instances(design: Design, regular: tuple[str, ...], random: Random) -> Iterator[Instance]:
    """Small readable instances, in which to look for a counterexample.

    Covariances in ``regular``, which the statement assumes positive definite, are.
    """
    for n in (1, 2, 3):
        for d in (1, 2, 3):
            at = random_instance(design, n, d, random, 2)
            while any(at.matrices[name].det() == 0 for name in regular):
                at = random_instance(design, n, d, random, 2)
            yield at
