"""A data design: how a prompt is drawn, as frozen data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sympy

from theory.algebra.invariants import dot, pairs
from theory.designs import covariances as kinds
from theory.designs import domain, groups, random_scalars
from theory.designs.combinations import Combination, scalar
from theory.designs.covariances import Defined, Projection
from theory.designs.domain import ABOVE, Condition, holds
from theory.designs.groups import Group, Share
from theory.designs.label import ROLES, Label
from theory.designs.parameter import Parameter
from theory.designs.random_scalars import Indeterminate, RandomScalar, in_powers, mean
from theory.designs.shift import Shift
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
        Linear combinations: the query uses vectors of the prompt only; features and task may also
        use vectors of the example, and depend on ``i``. Each example then has a task of its own,
        and ``query_task`` is needed.
    prompt, example
        ``(vector, covariance)`` pairs: vectors drawn once per prompt, or afresh for each example.
        The covariance is ``"I"`` or one of ``matrices``.
    parameters
        The scalars with their ranges.
    covariances
        Names of symmetric positive semi-definite d x d matrices, which are given.
    projections
        Which of them are projections, with their ranks.
    defined
        Covariances that follow from these.
    means
        Names of fixed vectors. Using one usually breaks Assumption 1, which is what it is for.
    random
        Random scalars, independent of all vectors and of each other, for coefficients that are
        polynomials in them and their square roots. What belongs to the query holds none that is
        drawn for each example.
    label_scale, noise
        Scalars; ``noise`` is a standard deviation.
    label
        What stands in place of ``x_i' task`` where the label is not linear in features and task, or
        of other vectors: ``features``, ``task`` and ``query`` name those of the design.
    query_task, query_label_scale, query_noise, query_label
        The query's own; by default those of the examples.
    examples
        Groups of examples in their order in the prompt, where not all have one law: what a group
        leaves out is as above. One of them has no count, and is the rest. No coefficient may then
        depend on ``i``.
    test
        Another law, under which the risk of what is optimal under this one is taken; see
        :func:`theory.designs.law_at_test.with_law_at_test`.

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
    random: tuple[RandomScalar, ...] = ()
    label_scale: sympy.Expr = field(default=sympy.Integer(1))
    noise: sympy.Expr = field(default=sympy.Integer(0))
    query_task: Combination | None = None
    query_label_scale: sympy.Expr | None = None
    query_noise: sympy.Expr | None = None
    label: Label | None = None
    query_label: Label | None = None
    examples: tuple[Share, ...] = ()
    projections: tuple[Projection, ...] = ()
    defined: tuple[Defined, ...] = ()
    test: Shift[Design] | None = None

    def __post_init__(self) -> None:
        self._convert()
        self._check_names()
        self._check_query()
        self._check_combinations()
        self._check_symbols()
        self._check_parameters()
        symbols = {p.symbol for p in self.parameters}
        random_scalars.check(self.random, self.factors, ranges_of(self), symbols)
        for coefficient in (*self.coefficients, *self._of_matrices):
            domain.check(f"design {self.name!r}: the coefficient {coefficient}", coefficient)

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

    def _check_query(self) -> None:
        """The query has a task and a label where those of the examples are no use to it."""
        fresh = {v for v, _ in self.example}
        if self.query_task is None and (own := sorted(self.task.vectors & fresh)):
            raise InputError(
                f"design {self.name!r}: the task holds {own[0]}, which each example has one of, "
                "and the query has none; give query_task"
            )
        if self.query_label is None and self.label and (own := sorted(self.label.vectors & fresh)):
            raise InputError(
                f"design {self.name!r}: the label holds {own[0]}, which each example has one of, "
                "and the query has none; give query_label"
            )

    def _check_combinations(self) -> None:
        """Vectors and matrices are known; what is drawn afresh belongs to examples."""
        of_prompt = {v for v, _ in self.prompt} | set(self.means)
        fresh = {v for v, _ in self.example}
        labels = [("label", self.label, of_prompt | fresh)] if self.label else []
        labels += [("query_label", one, of_prompt) for one in [self.label_of_query] if one]
        for role, combination, allowed in (
            ("query", self.query, of_prompt),
            *((_role("features", g), g.features, of_prompt | fresh) for g in self.groups),
            *((_role("task", g), g.task, of_prompt | fresh) for g in self.groups),
            ("query_task", self.task_of_query, of_prompt),
            *((role, c, ROLES | known) for role, one, known in labels for c in one.combinations),
        ):
            for term in combination.terms:
                if term.vector not in allowed:
                    raise UnknownName(f"vector in {role}", term.vector, allowed)
                for factor in term.matrices:
                    if factor not in self.matrices:
                        raise UnknownName(f"matrix in {role}", factor, self.matrices)

    def _check_symbols(self) -> None:
        """Scalars are known; what belongs to the query is not an example's own."""
        scalars = {n, d, *(p.symbol for p in self.parameters)}
        labels = [("label", self.label), ("query_label", self.label_of_query)]
        drawn_once = {one.symbol for one in self.random if not one.per_example}
        own_symbols = {i} | {one.symbol for one in self.random if one.per_example}
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
                )
            ),
            ("query_task", self.task_of_query.symbols, False),
            ("query_label_scale", self.label_scale_of_query.free_symbols, False),
            ("query_noise", self.noise_of_query.free_symbols, False),
            *((role, one.symbols, role == "label") for role, one in labels if one),
            *((f"the rank of {k}", rank.free_symbols, False) for k, rank in self.ranks.items()),
            *((one.name, c.free_symbols, False) for one in self.defined for c in one.coefficients),
        ):
            if i in symbols and self.examples and indexed:
                raise InputError(
                    f"design {self.name!r}: {role} depends on the example's index i, and the "
                    "examples of a group are alike; make it one group, or leave out i"
                )
            unknown = symbols - scalars - drawn_once - (own_symbols if indexed else set())
            if unknown & own_symbols:
                what = "the example's index i"
                if i not in unknown:
                    what = (
                        f"{min(map(str, unknown & own_symbols))}, which is drawn for each example"
                    )
                raise InputError(
                    f"design {self.name!r}: {role} belongs to the query and cannot depend on "
                    f"{what}; give query_task, query_label_scale, query_label or query_noise"
                )
            for symbol in sorted(unknown, key=str):
                expected = sympy.Symbol(symbol.name)
                if expected in scalars | drawn_once | own_symbols:
                    raise InputError(
                        f"design {self.name!r}: {role} holds {sympy.srepr(symbol)}, which differs "
                        f"from the {symbol} of the design; write {sympy.srepr(expected)}, and give "
                        "signs as the range of a Parameter"
                    )
            if unknown:
                raise UnknownName(
                    f"parameter in {role}", str(min(unknown, key=str)), map(str, scalars)
                )
        for group in self.groups:
            if unknown := group.count.free_symbols - scalars:
                role = _role("count", group)
                known = map(str, scalars)
                raise UnknownName(f"parameter in {role}", str(min(unknown, key=str)), known)

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
        for role in ("label", "query_label"):
            value = getattr(self, role)
            if not (value is None or (isinstance(value, Label) and value.terms)):
                raise InputError(
                    f"design {self.name!r}: {role} must be a polynomial in dot products of "
                    f"vectors, got {value!r}"
                )
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
        for role in ("parameters", "covariances", "means", "random", "examples"):
            object.__setattr__(self, role, tuple(getattr(self, role)))
        for role in ("prompt", "example", "projections", "defined"):
            object.__setattr__(self, role, tuple(getattr(self, role)))
        groups.check(self.examples)
        kinds.check(self.covariances, self.means, self.projections, self.defined)

    @property
    def matrices(self) -> tuple[str, ...]:
        """The names of all d x d matrices: those that are given, and those that follow."""
        return (*self.covariances, *(one.name for one in self.defined))

    def refuse_followed(self, name: str) -> None:
        """Raise :class:`~theory.errors.InputError` where a covariance follows from others."""
        for one in self.defined:
            if one.name.lower() == name.lower() and name not in self.covariances:
                raise InputError(f"{name} is not given: it is computed, as {one!r}")

    @property
    def ranks(self) -> dict[str, sympy.Expr]:
        """The ranks of the projections, by name, where they are expressions of their own."""
        return {p.name: p.rank for p in self.projections if p.rank is not None}

    @property
    def inverted(self) -> frozenset[str]:
        """The covariances that have to have an inverse, of which others are made."""
        return kinds.inverted(self.defined)

    @property
    def rooted(self) -> frozenset[str]:
        """The covariances of whose roots others are made."""
        return kinds.rooted(self.defined)

    @property
    def _of_matrices(self) -> tuple[sympy.Expr, ...]:
        """The scalars in what defines covariances."""
        return tuple(c for one in self.defined for c in one.coefficients)

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
    def label_of_query(self) -> Label | None:
        """That of the examples, with the query in place of their features; None for the usual."""
        if self.query_label is not None:
            return self.query_label.of_query()
        return None if self.label is None else self.label.of_query()

    @property
    def labels(self) -> tuple[Label, ...]:
        """What labels are beside their scales and noises, where one is not the usual."""
        return tuple(dict.fromkeys(one for one in (self.label, self.label_of_query) if one))

    @property
    def is_row_by_row(self) -> bool:
        """Whether an example's own vectors or scalars are multiplied, as its features and task.

        >>> from theory.language.gallery import designs
        >>> designs.rag.is_row_by_row
        False
        """
        own = {v for v, _ in self.example}
        drawn = {one.symbol for one in self.random if one.per_example}
        multiplied = self.label or any(group.task.vectors & own for group in self.groups)
        return bool(multiplied) or any(f.free_symbols & drawn for f in self.factors)

    @property
    def is_centred(self) -> bool:
        """Whether no fixed vector occurs, so that all is jointly Gaussian and centred.

        Then Assumption 1 holds. With fixed vectors about we make no promise, though some such
        designs satisfy it too.
        """
        return not any(c.vectors & set(self.means) for c in self.combinations)

    @property
    def invariants(self) -> tuple[Parameter, ...]:
        """The inner products of its fixed vectors, in which optima are written, with their ranges.

        >>> from theory.language.gallery import designs
        >>> [(p.name, p.low) for p in designs.biased_task.invariants]
        [('dot(m, m)', 0)]
        """
        found = []
        for u, v in pairs(self.means):
            gap = dot(u, u) * dot(v, v) - dot(u, v) ** 2
            bounds = {"where": (Condition(gap, ABOVE),), "low": -sympy.oo} if u != v else {}
            found.append(Parameter(dot(u, v).name, **bounds))
        return tuple(found)

    @property
    def combinations(self) -> tuple[Combination, ...]:
        """Query, features and tasks of all groups, and what labels multiply."""
        of_groups = (c for g in self.groups for c in (g.features, g.task))
        multiplied = (c for label in self.labels for c in label.combinations)
        return tuple(dict.fromkeys((self.query, *of_groups, self.task_of_query, *multiplied)))

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
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """Parameters and random scalars."""
        return (*(p.symbol for p in self.parameters), *(one.symbol for one in self.random))

    @property
    def factors(self) -> tuple[sympy.Expr, ...]:
        """All scalars in front of a vector, a label or a noise."""
        terms = (term.coefficient for c in self.combinations for term in c.terms)
        of_labels = (term.coefficient for label in self.labels for term in label.terms)
        return (*terms, *self.label_scales, *self.noises, *of_labels)

    @property
    def coefficients(self) -> tuple[sympy.Expr, ...]:
        """The scalars that parameters give: factors of the powers of random scalars, and laws."""
        symbols = tuple(one.symbol for one in self.random)
        laws = (value for one in self.random for value in one.law.arguments)
        if not symbols:
            return self.factors
        return (*(c for f in self.factors for c in in_powers(f, symbols).values()), *laws)

    @property
    def indeterminates(self) -> tuple[Indeterminate, ...]:
        """What the factors are polynomials in: random scalars, or their roots where these occur."""
        rooted = {
            one
            for one in self.random
            for f in self.factors
            if any(power.q == 2 for (power,) in in_powers(f, (one.symbol,)))
        }
        return tuple(Indeterminate(one, one in rooted) for one in self.random)

    @property
    def noise_variance_of_query(self) -> sympy.Expr:
        """The part of every risk that no predictor can avoid."""
        return mean(self.noise_of_query**2, self.random)

    @cached_property
    def domain(self) -> tuple[Condition, ...]:
        """What parameters satisfy, and what else makes the coefficients real numbers.

        What ranges of numbers make sure of is left out.

        >>> from theory.language.gallery import designs
        >>> designs.rag_unit.domain
        ()
        """
        every = (*self.coefficients, *self._of_matrices)
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


def _role(role: str, group: Group) -> str:
    """What errors call a part of a group."""
    return f"{role} of the group {group.name!r}" if group.name else role


def ranges_of(design: Design) -> dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]:
    """The closed ranges of a design's parameters, and of inner products of its fixed vectors."""
    return {p.symbol: (p.low, p.high) for p in (*design.parameters, *design.invariants)}
