"""Where prompts are sampled and models are trained, and how many prompts that takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from theory.designs.computed import rank_at
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from verify.checks.on_trial import Measurement
from verify.expected import Expected, numbers_of
from verify.instances import counted_by, is_defined, multiple_of
from verify.settings import Level, Settings

if TYPE_CHECKING:
    from torch import Tensor

    from numerics import Training

UNBOUNDED = ("1/2", "1", "2", "3/2", "5/2", "1/3")
"""Values tried for a parameter whose range has no upper end, above the lower one."""
MORE = 5
"""At so many numbers of examples, one after the other, a place is sought."""
SMALL, LARGE, MANY = 600_000, 150_000, 10
"""How many prompts are sampled: of fewer features than ``MANY``, and of as many or more."""
ENTRIES = 400_000
"""Of features in one batch."""


@dataclass(frozen=True)
class Case:
    """A named instance in double precision."""

    name: str
    at: Instance

    def __str__(self) -> str:
        return f"n = {self.at.n}, d = {self.at.d}"

    def measurement(
        self,
        quantity: Callable[[Any], Tensor],
        expected: list[tuple[str, Expected, float]],
        settings: Settings,
        deviations: Sequence[float | None] | None = None,
    ) -> Measurement:
        """Means over prompts drawn here, beside what they should be."""
        from numerics import Sampler

        sampler, batch = Sampler(self.at, device=settings.device), batch_of(self.at.n, self.at.d)
        draws, numbers = SMALL if self.at.d < MANY else LARGE, numbers_of(self.at)
        told = self.name, str(self)
        return Measurement(*told, sampler, quantity, expected, draws, batch, numbers, deviations)


def batch_of(n: int, d: int) -> int:
    """How many prompts of these sizes are sampled at once."""
    return max(1, ENTRIES // (n * d))


def training(model: str, at: Instance, steps: int, settings: Settings, **more: Any) -> Training:
    """A schedule that does not depend on how low the model gets."""
    from numerics import Training

    more |= {"seed": settings.seed, "device": settings.device, "evaluate_every": steps // 10}
    return Training(model, at, steps=steps, **more)


def cases(design: Design, settings: Settings) -> list[Case]:
    """Where prompts of a design are sampled, and models are trained."""
    sizes = [("small", 8, 3), ("fewer examples than features", 3, 4)]
    if settings.level is Level.FULL:
        sizes.append(("larger", 40, 20))
    found = ((name, inside(design, n, d, settings.seed)) for name, n, d in sizes)
    return [Case(name, at) for name, at in found if at is not None]


def inside(design: Design, n: int, d: int, seed: int) -> Instance | None:
    """An instance with so many examples, or a few more where only then counts of groups are whole.

    Covariances have eigenvalues from 1/2 to 2 in random bases, so that none commute.
    """
    projected = {p.name for p in design.projections}
    names = [name for name in design.covariances if name not in projected]
    covariances = spread_covariances(names, d, np.random.default_rng(seed))
    for examples, unbounded in product(range(n, n + MORE), UNBOUNDED):
        step = Fraction(unbounded)
        scalars = {p.name: _inside(p, examples, step, design) for p in design.parameters}
        at = _placed(design, examples, d, scalars, covariances)
        if is_defined(at):
            return at
    return None


def _inside(p: Parameter, n: int, step: Fraction, design: Design) -> float:
    """A value in the range; of a bounded one by which examples are counted, a multiple of 1/n."""
    counts = p.is_bounded and p.symbol in counted_by(design)
    return float(multiple_of(p, 2 * n // 5, n) if counts else p.at(Fraction(2, 5), step))


def _placed(
    design: Design, n: int, d: int, scalars: Mapping[str, Any], covariances: Mapping[str, Any]
) -> Instance:
    """An instance with these covariances, and with projections in bases of their own."""
    found, random = dict(covariances), np.random.default_rng(d)
    for one in design.projections:
        rank = (
            (d + 1) // 2 if one.rank is None else rank_at(one.name, one.rank, {**scalars, "d": d})
        )
        basis, _ = np.linalg.qr(random.normal(size=(d, d)))
        found[one.name] = basis[:, :rank] @ basis[:, :rank].T
    means = uneven(design, d)
    return instance(design, n=n, d=d, scalars=scalars, covariances=found, means=means)


def uneven(design: Design, d: int) -> dict[str, list[float]]:
    """Fixed vectors of a design, of length one: none in the direction of another.

    >>> from theory.language.gallery.designs import biased_task
    >>> [round(v, 3) for v in uneven(biased_task, 2)["m"]]
    [0.447, 0.894]
    """
    steps = (np.roll(np.arange(1.0, d + 1), k) for k in range(len(design.means)))
    return {
        name: (step / np.linalg.norm(step)).tolist()
        for name, step in zip(design.means, steps, strict=True)
    }


def spread_covariances(
    names: Iterable[str], d: int, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """By name: eigenvalues from 1/2 to 2 in random bases."""
    found = {}
    for name in names:
        basis, _ = np.linalg.qr(random.normal(size=(d, d)))
        found[name] = basis @ np.diag(np.geomspace(0.5, 2, d)) @ basis.T
    return found
