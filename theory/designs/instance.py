"""A design at concrete sizes and matrices, checked at the boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from theory.algebra.invariants import products
from theory.algebra.values import Values, scalar_value
from theory.designs.combinations import scalar
from theory.designs.computed import (
    DIGITS,
    check_projection,
    computed,
    followed,
    rank_at,
    whole,
)
from theory.designs.design import Design
from theory.designs.groups import Group
from theory.designs.law import Law
from theory.errors import InputError, Irrational, UnknownName
from theory.scalars.arithmetic import (
    EXACT,
    FLOATING,
    HUGE,
    Arithmetic,
    Exact,
    arithmetic_for,
    covariance,
    is_exact,
    is_number,
    size_argument,
)

# Beyond these sizes the matrices do not fit into memory.
LARGEST, LARGEST_EXACT = 20_000, 4_000


@dataclass(frozen=True)
class Instance:
    """Sizes, scalars and covariances of a design, all in one arithmetic.

    Build it with :func:`instance`, which checks everything.

    Parameters
    ----------
    design
        The design.
    n, d
        Number of examples and of features.
    scalars
        ``n``, ``d`` and the design's parameters by name.
    matrices
        Covariances (d x d) and fixed vectors (d x 1) by name. What follows from those that are
        given is there too, with the powers of covariances that it takes.
    roots
        Symmetric square roots of covariances where they are known; in floating arithmetic a
        missing one is computed.
    """

    design: Design
    n: int
    d: int
    scalars: Mapping[str, Any]
    matrices: Mapping[str, Any]
    arithmetic: Arithmetic
    roots: Mapping[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> Mapping[str, Any]:
        """The matrices that do not follow from others."""
        derived = {*followed(self.design)}
        return {k: m for k, m in self.matrices.items() if k not in derived}

    def root(self, name: str) -> Any:
        """The symmetric square root of a covariance; TypeError when exact and not given."""
        return self.roots[name] if name in self.roots else self.arithmetic.root(self.matrices[name])

    def value(self, expr: sympy.Expr) -> Any:
        """A scalar as a number of Python; a float where it is irrational, in exact arithmetic too.

        >>> from theory.language.gallery import designs
        >>> at = instance(designs.isotropic_noiseless, n=3, d=2)
        >>> at.value(sympy.Symbol("n") / 2), at.value(sympy.sqrt(sympy.Symbol("d")))
        (Fraction(3, 2), 1.4142135623730951)
        """
        try:
            return self.arithmetic.plain(scalar_value(expr, self.scalars, self.arithmetic))
        except Irrational:
            return scalar_value(expr, self.scalars, FLOATING)

    @cached_property
    def rows(self) -> Mapping[str, range]:
        """The places of the examples of each group in a prompt, by the group's name.

        Raises :class:`~theory.errors.InputError` where a count is no whole number from 0 to n.
        """
        found, start = {}, 0
        for group in self.design.groups:
            count = whole(self.value(group.count))
            if count is None or not 0 <= count <= self.n - start:
                raise InputError(self.problem_of(group))
            found[group.name] = range(start, start + count)
            start += count
        return found

    @cached_property
    def laws(self) -> Mapping[str, Law]:
        """The laws of random scalars by name, with rational arguments, rounded where need be.

        Raises :class:`~theory.errors.InputError` where there is no such law.
        """
        return {one.name: one.law.mapped(self._rational) for one in self.design.random}

    def _rational(self, expr: sympy.Expr) -> sympy.Rational:
        value = self.value(expr)
        if isinstance(value, float):
            value = Fraction(value).limit_denominator(10**DIGITS)
        return sympy.Rational(value)

    @cached_property
    def invariants(self) -> Mapping[str, Any]:
        """The inner products of the fixed vectors, by the names of their symbols."""
        return products(self.design.means, self.matrices, self.arithmetic)

    @property
    def values(self) -> Values:
        """Values of polynomials in the covariances and fixed vectors."""
        return Values(self.scalars, self.matrices, self.arithmetic)

    def problem_of(self, group: Group) -> str:
        """What is wrong with the count of a group, in words."""
        count = self.value(group.count)
        return (
            f"the group {group.name!r} has {count} of {self.n} examples; expected a whole number "
            f"from 0 to {self.n} in every group"
        )

    def with_examples(self, n: int) -> Instance:
        """The same with another number of examples."""
        return replace(self, n=n, scalars={**self.scalars, "n": n})

    @cached_property
    def at_test(self) -> Instance:
        """The instance of the law at test, with its number of examples; itself for no other law.

        Raises :class:`~theory.errors.InputError` where that number is no whole one from 1 on.
        """
        law = self.design.test
        if law is None:
            return self
        value = self.value(law.examples)
        count = whole(value)
        if count is None or count < 1:
            raise InputError(
                f"there are {value} examples at test; expected a whole number from 1 on"
            )
        return replace(self, design=law.design).with_examples(count)

    @property
    def exact(self) -> bool:
        """Whether all of it is rational."""
        return isinstance(self.arithmetic, Exact)

    @property
    def floating(self) -> Instance:
        """The same in double precision.

        >>> from theory.language.gallery import designs
        >>> instance(designs.isotropic_noiseless, n=2, d=1).floating.exact
        False
        """
        sizes, number = ("n", "d"), FLOATING.number
        return replace(
            self,
            scalars={k: v if k in sizes else number(v) for k, v in self.scalars.items()},
            matrices={k: FLOATING.matrix(m) for k, m in self.matrices.items()},
            arithmetic=FLOATING,
            roots={k: FLOATING.matrix(m) for k, m in self.roots.items()},
        )

    def __str__(self) -> str:
        parts = [f"{k} = {v}" for k, v in self.scalars.items()]
        for name, value in self.given.items():
            rows = self.arithmetic.plain(value).tolist()
            vector = name in self.design.means
            shown = _row([v for (v,) in rows]) if vector else f"[{', '.join(map(_row, rows))}]"
            parts.append(f"{name} = {shown}")
        return ", ".join(parts)


def _row(row: list[Any]) -> str:
    return "[" + ", ".join(map(str, row)) + "]"


def _check_numbers(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        try:
            is_exact(value)
        except (TypeError, ValueError, RuntimeError) as error:
            raise InputError(f"{name}: {error}") from error


def _check_all_there(wanted: Mapping[str, Any], of_size: str) -> None:
    """Raise where numbers are missing, with all of them, and with what else has the size d."""
    missing = [name for name, value in wanted.items() if value is None]
    if missing:
        verb = "are" if len(missing) > 1 else "is"
        give = ", ".join(f"{name}=..." for name in missing)
        give += f", or {of_size}" if of_size and "d" in missing else ""
        raise InputError(f"{', '.join(missing)} {verb} missing: give {give}")


def instance(
    design: Design,
    *,
    n: Any,
    d: Any = None,
    scalars: Mapping[str, Any] | None = None,
    covariances: Mapping[str, Any] | None = None,
    roots: Mapping[str, Any] | None = None,
    means: Mapping[str, Any] | None = None,
) -> Instance:
    """Check sizes, scalars and covariances against a design.

    Exact if everything given is exact, floating otherwise, and where a root of a covariance is
    taken that is not known to be rational. Covariances default to the identity, projections of a
    rank to those on the first coordinates, and ``d`` to the size of what is given. ``roots`` gives
    covariances by their symmetric positive semi-definite square roots instead, ``means`` fixed
    vectors by their d entries.

    Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> print(instance(designs.independent, n=3, d=1, scalars={"sigma": 0}))
    n = 3, d = 1, sigma = 0, Sigma_x = [[1]], Sigma_beta = [[1]]
    """
    scalars = scalars or {}
    given = {**(covariances or {}), **(roots or {})}
    vectors = {name: _entries(name, value) for name, value in (means or {}).items()}
    _check_all_there(
        {"n": n, "d": True if given or vectors else d}
        | {p.name: scalars.get(p.name) for p in design.parameters}
        | {name: vectors.get(name) for name in design.means},
        "a covariance" if design.covariances else "",
    )
    n = size_argument("n", n)
    for name in set(covariances or {}) & set(roots or {}):
        raise InputError(f"{name} is given twice: as a covariance and by its root")
    for name in given:
        if name not in design.covariances:
            design.refuse_followed(name)
            raise InputError(f"{design.name} has no covariance {name}")
    for name in means or {}:
        if name not in design.means:
            raise UnknownName(f"fixed vector of {design.name}", name, design.means)
    known = {p.name: p for p in design.parameters}
    for name, value in scalars.items():
        if name not in known:
            raise InputError(f"{design.name} has no parameter {name}")
        if not is_number(value):
            raise InputError(f"{name} must be a finite real number, got {value!r}")
        if scalar(name, value) not in known[name]:
            raise InputError(f"{name} must {known[name].range}, got {value}")
    _check_numbers({**given, **vectors})
    arithmetic = arithmetic_for([*scalars.values(), *given.values(), *vectors.values()])
    size = None if d is None else size_argument("d", d)
    checked = {}
    for name, rows in given.items():
        checked[name] = covariance(name, rows, size, arithmetic)
        size = len(checked[name].tolist())
    for name, entries in vectors.items():
        size = len(entries) if size is None else size
        if len(entries) != size:
            raise InputError(f"{name} must have d = {size} entries, got {len(entries)}")
    assert size is not None
    missing = [name for name in design.covariances if name not in given]
    most = LARGEST_EXACT if arithmetic is EXACT else LARGEST
    if (design.covariances or vectors) and size > most:
        raise InputError(f"d must be at most {most} where matrices are computed with, got {size}")
    values = {"n": n, "d": size, **scalars}
    ranks = {name: rank_at(name, rank, values) for name, rank in design.ranks.items()}
    found_roots = {name: checked[name] for name in (roots or {})}
    for name in missing:
        ones = [int(k < ranks.get(name, size)) for k in range(size)]
        found_roots[name] = arithmetic.matrix(np.diag(np.array(ones, dtype=object)))
    matrices = {name: checked[name] for name in design.covariances if name in checked}
    matrices |= {name: root * root for name, root in found_roots.items()}
    for one in design.projections:
        check_projection(one.name, matrices[one.name], ranks.get(one.name), arithmetic)
        found_roots[one.name] = matrices[one.name]
    for name, entries in vectors.items():
        matrices[name] = arithmetic.matrix([[v] for v in entries])
    try:
        numbers = {p.name: arithmetic.number(scalars[p.name]) for p in design.parameters}
        for name, number in numbers.items():
            if isinstance(number, float) and abs(number) > HUGE:
                raise OverflowError(f"{name} = {number}")
    except OverflowError as error:
        raise InputError(f"a scalar is too large for floating point: {error}") from error
    sizes = {"n": n, "d": size, **numbers}
    at = Instance(design, n, size, sizes, matrices, arithmetic, found_roots)
    if not design.defined:
        return at
    try:
        return _completed(at)
    except Irrational:
        return _completed(at.floating)


def _completed(at: Instance) -> Instance:
    """With the matrices that follow from those that are given."""
    found = computed(at.design, at.scalars, at.matrices, at.root, at.arithmetic)
    return replace(at, matrices=found)


def _entries(name: str, value: Any) -> list[Any]:
    """Those of a fixed vector: of a list of numbers, or of a matrix with one row or column."""
    found = np.asarray(value, dtype=object)
    if found.ndim not in (1, 2) or (found.ndim == 2 and 1 not in found.shape) or not found.size:
        shape = " x ".join(map(str, found.shape))
        raise InputError(f"{name} must be a vector, got an array of shape {shape or '()'}")
    flat: list[Any] = found.reshape(-1).tolist()
    for entry in flat:
        if not is_number(entry):
            raise InputError(f"{name} must have finite real entries, got {entry!r}")
    return flat
