"""How a prompt is drawn: the data of a design, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy

from theory.algebra.invariants import dot, pairs
from theory.designs import covariances as kinds
from theory.designs import groups
from theory.designs.combinations import Combination
from theory.designs.covariances import Defined, Projection
from theory.designs.domain import ABOVE, Condition
from theory.designs.groups import Group, Share
from theory.designs.label import Label
from theory.designs.parameter import Parameter
from theory.designs.random_scalars import Indeterminate, RandomScalar, in_powers, mean
from theory.designs.shift import Shift
from theory.scalars.symbols import i, n


@dataclass(frozen=True)
class Drawn:
    """How a prompt is drawn from independent centred Gaussian vectors; nothing of it is checked.

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
    test: Shift[Any] | None = None

    @property
    def matrices(self) -> tuple[str, ...]:
        """The names of all d x d matrices: those that are given, and those that follow."""
        return (*self.covariances, *(one.name for one in self.defined))

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
    def of_matrices(self) -> tuple[sympy.Expr, ...]:
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
