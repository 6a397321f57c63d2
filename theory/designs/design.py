"""A data design: how a prompt is drawn, as frozen data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy

from theory.designs import covariances as kinds
from theory.designs import domain, groups, random_scalars
from theory.designs.checks import check
from theory.designs.combinations import Combination, combined, scalar
from theory.designs.covariances import Defined, Projection
from theory.designs.domain import ABOVE, Condition, holds
from theory.designs.drawn import Drawn
from theory.designs.groups import Share
from theory.designs.label import ROLES, labelled
from theory.designs.parameter import Parameter
from theory.designs.random_scalars import RandomScalar
from theory.errors import InputError, UnknownName
from theory.scalars.symbols import d, n
from theory.scalars.told import told

IDENTITY = "I"
NOISE, QUERY_NOISE = "xi", "xi_0"
# Names that formulas give to other things: values are looked up by name.
SIZES = frozenset({"n", "d", "i"})
WEIGHTS = frozenset({"W", "Omega", "C_xx", "C_xy", "v_x", "v_y", "q_x", "k_x", "k_y"})
ABBREVIATIONS = frozenset({"M", "V", "lambda", "W_star", "V_star"})
RESERVED = SIZES | WEIGHTS | ABBREVIATIONS | {IDENTITY, NOISE, QUERY_NOISE}


@dataclass(frozen=True)
class Design(Drawn):
    """A design: what a prompt is drawn of fits together, and is changed only as a whole.

    The parameters are those of :class:`~theory.designs.drawn.Drawn`. Raises
    :class:`~theory.errors.InputError` naming what is wrong.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> designs.independent.features
    e
    """

    def __post_init__(self) -> None:
        self._convert()
        self._check_names()
        check(self)
        symbols = {p.symbol for p in self.parameters}
        random_scalars.check(self.random, self.factors, ranges_of(self), symbols)
        for coefficient in (*self.coefficients, *self.of_matrices):
            domain.check(f"design {self.name!r}: the coefficient {told(coefficient)}", coefficient)

    def _check_names(self) -> None:
        """Every name is given once and is not taken; covariances of vectors are known."""
        names = [v for v, _ in (*self.prompt, *self.example)]
        names += [*self.means, *self.matrices]
        names += [symbol.name for symbol in self.symbols]
        for name in names:
            if name in RESERVED:
                raise InputError(
                    f"design {self.name!r}: the name {name!r} is reserved; "
                    f"reserved are {', '.join(sorted(RESERVED))}"
                )
            if names.count(name) > 1:
                raise InputError(f"design {self.name!r}: the name {name!r} is given twice")
        for vector, covariance in (*self.prompt, *self.example):
            if covariance not in (IDENTITY, *self.matrices):
                raise UnknownName(f"covariance of {vector}", covariance, self.matrices)
        vectors = {v for v, _ in (*self.prompt, *self.example)} | set(self.means)
        taken = sorted(ROLES & vectors)
        if self.labels and taken:
            raise InputError(
                f"design {self.name!r}: {taken[0]!r} names a vector, and in a label that of the "
                "design; give the vector another name"
            )

    def _convert(self) -> None:
        """Plain numbers become SymPy scalars; anything else of the wrong kind is named."""
        for role in ("query", "features", "task", "query_task"):
            if role != "query_task" or self.query_task is not None:
                combined(f"design {self.name!r}: {role}", getattr(self, role))
        for role in ("label", "query_label"):
            if (value := getattr(self, role)) is not None:
                labelled(f"design {self.name!r}: {role}", value)
        for role in ("label_scale", "noise", "query_label_scale", "query_noise"):
            value = getattr(self, role)
            if value is not None:
                object.__setattr__(self, role, scalar(f"design {self.name!r}: {role}", value))
        for role, kind in (
            ("parameters", Parameter),
            ("covariances", str),
            ("means", str),
            ("random", RandomScalar),
            ("examples", Share),
            ("projections", Projection),
            ("defined", Defined),
        ):
            for value in getattr(self, role):
                if not isinstance(value, kind):
                    raise InputError(
                        f"design {self.name!r}: {role} must hold {kind.__name__}s, got {value!r}"
                    )
            object.__setattr__(self, role, tuple(getattr(self, role)))
        for role in ("prompt", "example"):
            object.__setattr__(self, role, tuple(getattr(self, role)))
        groups.check(self.examples)
        kinds.check(self.covariances, self.means, self.projections, self.defined)

    def refuse_followed(self, name: str) -> None:
        """Raise :class:`~theory.errors.InputError` where a covariance follows from others."""
        for one in self.defined:
            if one.name.lower() == name.lower() and name not in self.covariances:
                raise InputError(f"{name} is not given: it is computed, as {one!r}")

    @cached_property
    def domain(self) -> tuple[Condition, ...]:
        """What parameters satisfy, and what else makes the coefficients real numbers.

        What ranges of numbers make sure of is left out.

        >>> from theory.language.gallery import designs
        >>> designs.rag_unit.domain
        ()
        """
        every = (*self.coefficients, *self.of_matrices)
        needed = domain.conditions(every, ranges_of(self))
        at_test = () if self.test is None else self.test.read(self.test.design.domain)
        seen = domain.unseen(at_test, ranges_of(self))
        return tuple(dict.fromkeys((*self.promised, *needed, *seen)))

    @cached_property
    def promised(self) -> tuple[Condition, ...]:
        """What parameters satisfy beside being in ranges: for counts, laws and ranks."""
        counts = [Condition(group.count, ABOVE) for group in self.groups]
        if self.test is not None:
            counts.append(Condition(self.test.examples - 1, ABOVE))
            counts += self.test.read(self.test.design.promised)
        laws = (c for one in self.random for c in one.law.conditions)
        ranks = (Condition(e, ABOVE) for r in self.ranks.values() for e in (r, d - r))
        unseen = domain.unseen((*counts, *laws, *ranks), ranges_of(self))
        return tuple(dict.fromkeys((*(c for p in self.parameters for c in p.conditions), *unseen)))

    def scalars(
        self, examples: int, features: int, chosen: Callable[[Parameter], Any]
    ) -> dict[str, Any]:
        """A value for each parameter, in order, at these n and d.

        ``chosen`` gives the value of a parameter whose range ends at numbers. It may violate what
        the parameters have to satisfy together, but for what is linear in the last of them.

        >>> from fractions import Fraction
        >>> k = Parameter("k", high=n, whole=True)
        >>> from theory.language.gallery.designs import isotropic_noiseless
        >>> design = replace(isotropic_noiseless, parameters=(k,))
        >>> design.scalars(6, 2, lambda p: p.at(Fraction(1, 2), Fraction(1)))
        {'k': Fraction(3, 1)}
        """
        values: dict[sympy.Symbol, Any] = {n: examples, d: features}
        values = {symbol: sympy.Integer(size) for symbol, size in values.items()}
        found = {}
        for parameter in self.parameters:
            found[parameter.name] = chosen(parameter.within(values, self.promised))
            values[parameter.symbol] = scalar(parameter.name, found[parameter.name])
        return found

    def isotropic(self, *covariances: str) -> Design:
        """The same design with these covariances (default: all) put to the identity."""
        asked = set(covariances or self.covariances)
        gone = set(asked)
        for name in gone - set(self.covariances):
            raise UnknownName("covariance", name, self.covariances)
        left = tuple(one.mapped(gone=gone) for one in self.defined)
        gone |= {one.name for one in left if one.is_identity}

        def plain(combination: Combination) -> Combination:
            return combination.mapped(lambda c: c, lambda m: None if m in gone else m)

        def swap(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
            return tuple((v, IDENTITY if c in gone else c) for v, c in pairs)

        return self.mapped(
            plain,
            lambda c: c,
            lambda law: law.isotropic(*asked),
            covariances=tuple(c for c in self.covariances if c not in gone),
            projections=tuple(p for p in self.projections if p.name not in gone),
            defined=tuple(one for one in left if one.name not in gone),
            prompt=swap(self.prompt),
            example=swap(self.example),
        )

    def mapped(
        self,
        combination: Callable[[Combination], Combination],
        scalar: Callable[[sympy.Expr], sympy.Expr],
        law: Callable[[Design], Design] = lambda design: design,
        **others: Any,
    ) -> Design:
        """The same with its combinations, scalars and the law at test changed, and others."""
        changed: dict[str, Any] = {
            role: change(value)
            for roles, change in ((groups.COMBINATIONS, combination), (groups.SCALARS, scalar))
            for name in roles
            for role in (name, f"query_{name}")
            if (value := getattr(self, role, None)) is not None
        }
        changed["query"] = combination(self.query)
        for role in ("label", "query_label"):
            if (label := getattr(self, role)) is not None:
                changed[role] = label.mapped(combination, scalar)
        changed["examples"] = tuple(one.mapped(combination, scalar) for one in self.examples)
        if self.test is not None:
            test = replace(self.test, design=law(self.test.design))
            changed["test"] = replace(test, examples=scalar(self.test.examples))
        return replace(self, **changed, **others)

    def at(self, **values: Any) -> Design:
        """The same design with some parameters put to fixed values.

        >>> from theory.language.gallery import designs
        >>> designs.independent.at(sigma=0).parameters
        ()
        """
        known = {p.name: p for p in self.parameters}
        table = {}
        for name, value in values.items():
            if name not in known:
                raise UnknownName("parameter", name, known)
            value = scalar(name, value)
            if value not in known[name]:
                raise InputError(f"{name} must {known[name].range}, got {value}")
            table[known[name].symbol] = value
        for one in (c for p in self.parameters for c in p.conditions):
            if not holds(one.relation, one.expression.subs(table)):
                raise InputError(f"{one} must hold, and does not at {values}")

        return self.mapped(
            lambda c: c.mapped(lambda one: one.subs(table)),
            lambda c: c.subs(table),
            lambda law: law.at(**values),
            parameters=tuple(p.put(table) for p in self.parameters if p.name not in values),
            random=tuple(one.put(table) for one in self.random),
            projections=tuple(
                p if p.rank is None else replace(p, rank=p.rank.subs(table))
                for p in self.projections
            ),
            defined=tuple(one.mapped(lambda c: c.subs(table)) for one in self.defined),
        )


def ranges_of(design: Design) -> dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]:
    """The closed ranges of a design's parameters, and of inner products of its fixed vectors."""
    return {p.symbol: (p.low, p.high) for p in (*design.parameters, *design.invariants)}
