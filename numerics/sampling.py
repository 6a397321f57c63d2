"""Sampling the prompts of a design: the reading of a design in tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sympy
import torch
from torch import Tensor

from numerics import values
from numerics.devices import device as checked
from numerics.draws import Plain, Triangular
from numerics.laws import drawn
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.prompt import Prompt, read
from theory.designs.random_scalars import RandomScalar
from theory.errors import InputError


def root(covariance: Tensor) -> Tensor:
    """The symmetric positive semi-definite square root; singular matrices are welcome.

    >>> root(torch.tensor([[4.0, 0.0], [0.0, 0.0]]))
    tensor([[2., 0.],
            [0., 0.]])
    """
    values, vectors = torch.linalg.eigh(covariance)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.mT


class Sampler:
    """Draws batches of prompts; everything that does not depend on the draw is computed once.

    Parameters
    ----------
    at
        An instance of a design, exact or floating; or several of the same design and sizes. Several
        are drawn together from the same standard normals, so that each sees the prompts that it
        would see alone.
    lengths
        Whether the length of each prompt is uniform on ``1..n``: the examples before its last ones
        are zero. The examples must be alike: no coefficient may use ``i`` or ``n``.
    queries
        How many queries each set of examples is given. The examples then come with that many
        prompts, each of which has the law of the design, and they are not independent. More than
        one is possible where :func:`may_share_examples`. With None, the query is integrated out,
        where :func:`may_integrate`: queries are points over which the mean square error of whatever
        is linear in the query is its conditional mean given the examples, but for the variance of
        the query's noise, which no weight changes.
    triangular
        Whether examples may be rotated among themselves. What depends on them only through
        ``Z0' Z0`` cannot tell, and fewer numbers are drawn: see :class:`numerics.draws.Triangular`.
    dtype, device
        Of the tensors drawn. The generator must live on the same device.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> at = instance(designs.isotropic_noiseless, n=5, d=3)
    >>> Sampler(at).draw(7, torch.Generator().manual_seed(0)).features.shape
    torch.Size([7, 5, 3])
    >>> prompt = Sampler(at, lengths=True).draw(1000, torch.Generator().manual_seed(0))
    >>> (prompt.features != 0).all(-1).sum(-1).unique().tolist()
    [1, 2, 3, 4, 5]
    """

    def __init__(
        self,
        at: Instance | Sequence[Instance],
        *,
        lengths: bool = False,
        queries: int | None = 1,
        triangular: bool = False,
        dtype: torch.dtype = torch.float64,
        device: torch.device | str = "cpu",
    ):
        self.instances = (at,) if isinstance(at, Instance) else tuple(at)
        self.group = () if isinstance(at, Instance) else (len(self.instances),)
        first = self.instances[0]
        if any((a.design, a.n, a.d) != (first.design, first.n, first.d) for a in self.instances):
            raise InputError("instances that are drawn together share their design and sizes")
        if lengths:
            check_alike(first.design, "lengths can be averaged over")
        if triangular:
            check_alike(first.design, "examples can be rotated")
        self.design, self.n, self.d = first.design, first.n, first.d
        self.lengths, self.queries, self.triangular = lengths, queries, triangular
        self.of_query_alone = of_query_alone(first.design)
        if queries is None and not may_integrate(first.design):
            raise InputError(f"the query of {first.design.name} cannot be integrated out")
        if queries is not None and queries > 1 and not may_share_examples(first.design):
            raise InputError(
                f"queries of {first.design.name} cannot share examples, which depend on the query"
            )
        self.kind: dict[str, Any] = {
            "dtype": dtype,
            "device": checked(device) if isinstance(device, str) else device,
        }
        given = [values.matrices(a) for a in self.instances]
        self.matrices = {name: self._stacked([g[name] for g in given]) for name in given[0]}
        self.roots = {
            name: self._stacked([root(g[name]) for g in given]) for name in self.design.matrices
        }
        self.rows = first.rows
        if any(a.rows != first.rows for a in self.instances):
            raise InputError("instances that are drawn together share the counts of their groups")
        self._scalars: dict[sympy.Expr, Tensor] = {}
        self._entries: dict[sympy.Expr, Tensor] = {}

    def _stacked(self, each: Sequence[Tensor]) -> Tensor:
        """One matrix where all are equal, else one for each instance: (instances, 1, ...)."""
        if all(torch.equal(value, each[0]) for value in each):
            return each[0].to(**self.kind)
        return torch.stack(list(each))[:, None].to(**self.kind)

    def scalar(self, expression: sympy.Expr) -> Tensor:
        """The value of a coefficient, remembered; (instances, 1, 1, 1) where it differs."""
        if expression not in self._scalars:
            each = [values.number(expression, at) for at in self.instances]
            self._scalars[expression] = self._stacked([torch.tensor([[x]]) for x in each])
        return self._scalars[expression]

    def entries(self, expression: sympy.Expr) -> Tensor:
        """The values of a coefficient at the n examples, n x 1, remembered."""
        if expression not in self._entries:
            each = [values.entries(expression, at)[:, None] for at in self.instances]
            self._entries[expression] = self._stacked(each)
        return self._entries[expression]

    def law(self, one: RandomScalar, uniform: Tensor) -> Tensor:
        """Draws of a random scalar from uniform ones."""
        laws = [at.laws[one.name] for at in self.instances]
        each = {law: drawn(law, uniform) for law in dict.fromkeys(laws)}
        return each[laws[0]] if len(each) == 1 else torch.stack([each[law] for law in laws])

    def draw(self, batch: int, generator: torch.Generator) -> Prompt[Tensor]:
        """Independent prompts.

        Returns
        -------
        Prompt
            ``query`` (batch, d, queries), ``features`` (batch, n, d), ``labels`` (batch, n, 1) and
            ``label`` (batch, queries, 1); with several instances these are the first axis. The same
            generator state gives the same prompts. Rotated examples may be fewer than n rows.
        """
        length = None
        if self.lengths:
            length = torch.randint(
                1, self.n + 1, (batch, 1), generator=generator, device=self.kind["device"]
            )
        draw: Plain | Triangular = Plain(self, batch, generator)
        if self.triangular:
            draw = Triangular(self, batch, generator, length)
        prompt = read(self.design, draw)
        if length is not None and not self.triangular:
            from_the_end = torch.arange(self.n, 0, -1, device=self.kind["device"])
            seen = (from_the_end <= length).to(prompt.features)[..., None]
            prompt = replace(prompt, features=prompt.features * seen, labels=prompt.labels * seen)
        lead, d = (*self.group, batch), self.d
        rows, queries = prompt.features.shape[-2], prompt.query.shape[-1]
        if self.queries is not None:
            queries = self.queries
        return Prompt(
            # a design made of fixed vectors alone has no batch axis of its own
            query=prompt.query.expand(*lead, d, queries),
            features=prompt.features.expand(*lead, rows, d),
            labels=prompt.labels.expand(*lead, rows, 1),
            label=prompt.label.expand(*lead, queries, 1),
        )


def of_query_alone(design: Design) -> frozenset[str]:
    """The prompt-level vectors that occur in the query and nowhere else.

    >>> from theory.language.gallery import designs
    >>> of_query_alone(designs.task_aligned), of_query_alone(designs.rag)
    (frozenset({'q'}), frozenset())
    """
    own = ((group.features, group.task) for group in design.groups)
    others = (c for pair in (*own, (design.task_of_query,)) for c in pair)
    elsewhere = frozenset().union(*(c.vectors for c in others))
    return frozenset(design.query.vectors & {v for v, _ in design.prompt}) - elsewhere


def may_share_examples(design: Design) -> bool:
    """Whether several queries may share examples: each has a vector that these do not depend on.

    >>> from theory.language.gallery import designs
    >>> may_share_examples(designs.independent), may_share_examples(designs.rag)
    (True, False)
    """
    return bool(of_query_alone(design)) and not design.labels


def may_integrate(design: Design) -> bool:
    """Whether the query can be integrated out: one vector of its own is all that is random in it.

    What it is added to, such as a vector that the task shares, is drawn.

    >>> from theory.language.gallery import designs
    >>> may_integrate(designs.independent), may_integrate(designs.rag)
    (True, False)
    """
    return len(of_query_alone(design)) == 1 and not design.labels


def check_alike(design: Design, what: str) -> None:
    """Raise :class:`~theory.errors.InputError` where examples differ along or between prompts."""
    if design.examples:
        raise InputError(f"{what} only where examples are alike: {design.name} has groups of them")
    used = design.along_the_prompt
    if used:
        raise InputError(
            f"{what} only where examples are alike: {design.name} uses "
            f"{', '.join(sorted(map(str, used)))}"
        )


def sample(
    design: Design,
    *,
    n: int,
    d: int,
    batch: int,
    generator: torch.Generator,
    scalars: Mapping[str, Any] | None = None,
    covariances: Mapping[str, Any] | None = None,
    means: Mapping[str, Any] | None = None,
    dtype: torch.dtype = torch.float64,
    device: torch.device | str = "cpu",
) -> Prompt[Tensor]:
    """Draw prompts once; to draw many times, keep a :class:`Sampler`.

    The arguments are those of :class:`~theory.designs.instance.Instance` and :class:`Sampler`.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> generator = torch.Generator().manual_seed(0)
    >>> prompt = sample(
    ...     designs.isotropic_noiseless, n=5, d=3, batch=7, generator=generator
    ... )
    >>> prompt.label.shape
    torch.Size([7, 1, 1])
    """
    at = instance(design, n=n, d=d, scalars=scalars, covariances=covariances, means=means)
    return Sampler(at, dtype=dtype, device=device).draw(batch, generator)
