"""A data design: how a prompt is drawn, as frozen data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sympy

from theory.designs import domain, groups
from theory.designs.combinations import Combination, scalar
from theory.designs.domain import ABOVE, Condition, holds
from theory.designs.groups import Group, Share
from theory.designs.parameter import Parameter
from theory.errors import InputError, UnknownName
from theory.scalars.symbols import d, i, n

IDENTITY = "I"
NOISE, QUERY_NOISE = "xi", "xi_0"
# Names that formulas give to other things: values are looked up by name.
SIZES = frozenset({"n", "d", "i"})
WEIGHTS = frozenset({"W", "Omega", "C_xx", "C_xy", "v_x", "v_y", "q_x", "k_x", "k_y"})
ABBREVIATIONS = frozenset({"M", "V", "lambda", "W_star", "V_star"})
RESERVED = SIZES | WEIGHTS | ABBREVIATIONS | {IDENTITY, NOISE, QUERY_NOISE}


@dataclass(frozen=True)
class Design:
    """How a prompt is drawn from independent centred Gaussian vectors.

    Every vector lives in R^d. The i-th label is ``label_scale * x_i' task + noise * xi_i`` with
    ``xi_i ~ N(0, 1)``; the query's hidden label is written the same way, with its own ``query_*``
    entries where they differ. There is no 1/n anywhere.

    Parameters
    ----------
    name, title
        Identifier and a line for reports.
    query, features, task
        Linear combinations: the query uses vectors of the prompt only, the features may also use
        vectors of the example, the task uses vectors of the prompt and may depend on ``i``.
    prompt, example
        ``(vector, covariance)`` pairs: vectors drawn once per prompt, or afresh for each example.
        The covariance is ``"I"`` or one of ``covariances``.
    parameters
        The scalars with their ranges.
    covariances
        Names of symmetric positive semi-definite d x d matrices.
    means
        Names of fixed vectors. Using one usually breaks Assumption 1, which is what it is for.
    label_scale, noise
        Scalars; ``noise`` is a standard deviation.
    query_task, query_label_scale, query_noise
        The query's own; by default those of the examples.
    examples
        Groups of examples in their order in the prompt, where not all have one law: what a group
        leaves out is as above. One of them has no count, and is the rest. No coefficient may then
        depend on ``i``.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> designs.independent.features
    e
    """

    name: str
    title: str
    query: Combination
    features: Combination
    task: Combination
    prompt: tuple[tuple[str, str], ...]
    example: tuple[tuple[str, str], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    covariances: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    label_scale: sympy.Expr = field(default=sympy.Integer(1))
    noise: sympy.Expr = field(default=sympy.Integer(0))
    query_task: Combination | None = None
    query_label_scale: sympy.Expr | None = None
    query_noise: sympy.Expr | None = None
    examples: tuple[Share, ...] = ()

    def __post_init__(self) -> None:
        self._convert()
        names = [v for v, _ in (*self.prompt, *self.example)]
        names += [*self.means, *self.covariances, *(p.name for p in self.parameters)]
        for name in names:
            if name in RESERVED:
                raise InputError(
                    f"design {self.name!r}: the name {name!r} is reserved; "
                    f"reserved are {', '.join(sorted(RESERVED))}"
                )
            if names.count(name) > 1:
                raise InputError(f"design {self.name!r}: the name {name!r} is given twice")
        for vector, covariance in (*self.prompt, *self.example):
            if covariance not in (IDENTITY, *self.covariances):
                raise UnknownName(f"covariance of {vector}", covariance, self.covariances)
        once = {v for v, _ in self.prompt} | set(self.means)
        fresh = {v for v, _ in self.example}
        for role, combination, allowed in (
            ("query", self.query, once),
            *((_role("features", g), g.features, once | fresh) for g in self.groups),
            *((_role("task", g), g.task, once) for g in self.groups),
            ("query_task", self.task_of_query, once),
        ):
            for term in combination.terms:
                if term.vector not in allowed:
                    raise UnknownName(f"vector in {role}", term.vector, allowed)
                for factor in term.matrices:
                    if factor not in self.covariances:
                        raise UnknownName(f"matrix in {role}", factor, self.covariances)
        scalars = {n, d, *(p.symbol for p in self.parameters)}
        for role, symbols, indexed in (
            ("query", self.query.symbols, False),
            *(
                (_role(role, group), symbols, True)
                for group in self.groups
                for role, symbols in (
                    ("features", group.features.symbols),
                    ("task", group.task.symbols),
                    ("label_scale", group.label_scale.free_symbols),
                    ("noise", group.noise.free_symbols),
                    ("count", group.count.free_symbols),
                )
            ),
            ("query_task", self.task_of_query.symbols, False),
            ("query_label_scale", self.label_scale_of_query.free_symbols, False),
            ("query_noise", self.noise_of_query.free_symbols, False),
        ):
            if i in symbols and self.examples and indexed:
                raise InputError(
                    f"design {self.name!r}: {role} depends on the example's index i, and the "
                    "examples of a group are alike; make it one group, or leave out i"
                )
            unknown = symbols - scalars - ({i} if indexed else set())
            if i in unknown:
                raise InputError(
                    f"design {self.name!r}: {role} belongs to the query and cannot depend on the "
                    "example's index i; give query_task, query_label_scale or query_noise"
                )
            for symbol in sorted(unknown, key=str):
                expected = sympy.Symbol(symbol.name)
                if expected in {*scalars, i}:
                    raise InputError(
                        f"design {self.name!r}: {role} holds {sympy.srepr(symbol)}, which differs "
                        f"from the {symbol} of the design; write {sympy.srepr(expected)}, and give "
                        "signs as the range of a Parameter"
                    )
            if unknown:
                raise UnknownName(
                    f"parameter in {role}", str(min(unknown, key=str)), map(str, scalars)
                )

        for coefficient in self.coefficients:
            domain.check(f"design {self.name!r}: the coefficient {coefficient}", coefficient)
        self._check_parameters()

    def _check_parameters(self) -> None:
        """Ends are formulas in what comes before, conditions in any sizes and parameters."""
        every = {n, d, *(p.symbol for p in self.parameters)}
        before = {n, d}
        for p in self.parameters:
            for role, used, known in (
                (f"the range of {p.name}", p.high.free_symbols, before),
                *((f"a condition on {p.name}", c.expression.free_symbols, every) for c in p.where),
            ):
                if used - known:
                    name = str(min(used - known, key=str))
                    raise UnknownName(f"parameter in {role}", name, map(str, known))
            before.add(p.symbol)

    def _convert(self) -> None:
        """Plain numbers become SymPy scalars; anything else of the wrong kind is named."""
        for role in ("query", "features", "task", "query_task"):
            value = getattr(self, role)
            if not (isinstance(value, Combination) and value.terms) and not (
                role == "query_task" and value is None
            ):
                raise InputError(
                    f"design {self.name!r}: {role} must be a linear combination of vectors such "
                    f"as vector('q'), got {value!r}"
                )
        for role in ("label_scale", "noise", "query_label_scale", "query_noise"):
            value = getattr(self, role)
            if value is not None:
                object.__setattr__(self, role, scalar(f"design {self.name!r}: {role}", value))
        for role, kind in (
            ("parameters", Parameter),
            ("covariances", str),
            ("means", str),
            ("examples", Share),
        ):
            for value in getattr(self, role):
                if not isinstance(value, kind):
                    raise InputError(
                        f"design {self.name!r}: {role} must hold {kind.__name__}s, got {value!r}"
                    )
        for role in ("prompt", "example", "parameters", "covariances", "means", "examples"):
            object.__setattr__(self, role, tuple(getattr(self, role)))
        groups.check(self.examples)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of examples with all that they have: one where all have the same law.

        >>> from theory.language.gallery import designs
        >>> [(group.name, group.count) for group in designs.rag.groups]
        [('', n)]
        """
        whole = Group("", n, self.features, self.task, self.label_scale, self.noise)
        return groups.completed(self.examples, whole)

    @property
    def task_of_query(self) -> Combination:
        return self.task if self.query_task is None else self.query_task

    @property
    def label_scale_of_query(self) -> sympy.Expr:
        return self.label_scale if self.query_label_scale is None else self.query_label_scale

    @property
    def noise_of_query(self) -> sympy.Expr:
        return self.noise if self.query_noise is None else self.query_noise

    @property
    def is_centred(self) -> bool:
        """Whether no fixed vector occurs, so that all is jointly Gaussian and centred.

        Then Assumption 1 holds. With fixed vectors about we make no promise, though some such
        designs satisfy it too.
        """
        return not any(c.vectors & set(self.means) for c in self.combinations)

    @property
    def combinations(self) -> tuple[Combination, ...]:
        """Query, features and tasks of all groups."""
        of_groups = (c for g in self.groups for c in (g.features, g.task))
        return tuple(dict.fromkeys((self.query, *of_groups, self.task_of_query)))

    @property
    def noises(self) -> tuple[sympy.Expr, ...]:
        """The noises of all labels."""
        return tuple(dict.fromkeys((*(g.noise for g in self.groups), self.noise_of_query)))

    @property
    def label_scales(self) -> tuple[sympy.Expr, ...]:
        """The scales of all labels."""
        scales = (*(g.label_scale for g in self.groups), self.label_scale_of_query)
        return tuple(dict.fromkeys(scales))

    @property
    def along_the_prompt(self) -> set[sympy.Symbol]:
        """Which of ``i`` and ``n`` laws use: none where examples are alike, in any prompt.

        Where there are groups, that of an example depends on both.

        >>> from theory.language.gallery import designs
        >>> sorted(map(str, designs.drifting.along_the_prompt))
        ['i', 'n']
        """
        if self.examples:
            return {i, n}
        return set().union(*(c.free_symbols for c in self.coefficients)) & {i, n}

    @property
    def settled(self) -> dict[sympy.Symbol, sympy.Expr]:
        """The parameters whose range is one number, with that number."""
        return {p.symbol: p.low for p in self.parameters if p.low == p.high}

    @property
    def coefficients(self) -> tuple[sympy.Expr, ...]:
        """All scalars in front of a vector, a label or a noise."""
        terms = (term.coefficient for c in self.combinations for term in c.terms)
        return (*terms, *self.label_scales, *self.noises)

    @cached_property
    def domain(self) -> tuple[Condition, ...]:
        """What parameters satisfy, and what else makes the coefficients real numbers.

        What ranges of numbers make sure of is left out.

        >>> from theory.language.gallery import designs
        >>> designs.rag_unit.domain
        ()
        """
        needed = domain.conditions(self.coefficients, ranges_of(self))
        return tuple(dict.fromkeys((*self.promised, *needed)))

    @cached_property
    def promised(self) -> tuple[Condition, ...]:
        """What parameters satisfy beside being in ranges of numbers, and groups in their counts."""
        counts = (Condition(group.count, ABOVE) for group in self.groups)
        unseen = domain.unseen(counts, ranges_of(self))
        return tuple(dict.fromkeys((*(c for p in self.parameters for c in p.conditions), *unseen)))

    def scalars(
        self, examples: int, features: int, chosen: Callable[[Parameter], Any]
    ) -> dict[str, Any]:
        """A value for each parameter, in order, at these n and d.

        ``chosen`` gives the value of a parameter whose range ends at numbers. It may violate what
        the parameters have to satisfy together.

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
            found[parameter.name] = chosen(parameter.within(values))
            values[parameter.symbol] = scalar(parameter.name, found[parameter.name])
        return found

    def isotropic(self, *covariances: str) -> Design:
        """The same design with these covariances (default: all) put to the identity."""
        gone = set(covariances or self.covariances)
        for name in gone - set(self.covariances):
            raise UnknownName("covariance", name, self.covariances)

        def plain(combination: Combination) -> Combination:
            return Combination(
                tuple(
                    replace(t, matrices=tuple(m for m in t.matrices if m not in gone))
                    for t in combination.terms
                )
            )

        def swap(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
            return tuple((v, IDENTITY if c in gone else c) for v, c in pairs)

        return replace(
            self,
            covariances=tuple(c for c in self.covariances if c not in gone),
            prompt=swap(self.prompt),
            example=swap(self.example),
            query=plain(self.query),
            features=plain(self.features),
            task=plain(self.task),
            query_task=None if self.query_task is None else plain(self.query_task),
            examples=tuple(
                group.mapped(combination=plain, scalar=lambda c: c) for group in self.examples
            ),
        )

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

        def put(combination: Combination) -> Combination:
            return Combination(
                tuple(replace(t, coefficient=t.coefficient.subs(table)) for t in combination.terms)
            )

        changed = {
            name: value.subs(table)
            for name in ("label_scale", "noise", "query_label_scale", "query_noise")
            if (value := getattr(self, name)) is not None
        }
        return replace(
            self,
            parameters=tuple(p.put(table) for p in self.parameters if p.name not in values),
            query=put(self.query),
            features=put(self.features),
            task=put(self.task),
            query_task=None if self.query_task is None else put(self.query_task),
            examples=tuple(
                group.mapped(combination=put, scalar=lambda c: c.subs(table))
                for group in self.examples
            ),
            **changed,
        )


def _role(role: str, group: Group) -> str:
    """What errors call a part of a group."""
    return f"{role} of the group {group.name!r}" if group.name else role


def ranges_of(design: Design) -> dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]:
    """The closed ranges of a design's parameters."""
    return {p.symbol: (p.low, p.high) for p in design.parameters}
