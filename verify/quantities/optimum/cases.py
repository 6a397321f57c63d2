"""Where prompts of a user's own design are sampled, and models are trained."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.parameter import Parameter
from verify.cases import Case, placed, spread
from verify.instances import counted_by, is_defined, multiple_of
from verify.settings import Level, Settings

UNBOUNDED = ("1/2", "1", "2", "3/2", "5/2", "1/3")
"""Values tried for a parameter whose range has no upper end, above the lower one."""
MORE = 5
"""At so many numbers of examples, one after the other, a place is sought."""


def cases(design: Design, settings: Settings) -> list[Case]:
    """Where prompts are sampled and models are trained."""
    sizes = [("small", 8, 3), ("fewer examples than features", 3, 4)]
    if settings.level is Level.FULL:
        sizes.append(("larger", 40, 20))
    found = []
    for name, n, d in sizes:
        at = _case(design, n, d, settings.seed)
        if at is not None:
            found.append(Case(name, at))
    return found


def _case(design: Design, n: int, d: int, seed: int) -> Instance | None:
    """With so many examples, or a few more where only then counts of groups are whole."""
    covariances = spread(design, d, seed)
    for examples, unbounded in product(range(n, n + MORE), UNBOUNDED):
        step = Fraction(unbounded)
        scalars = {p.name: _inside(p, examples, step, design) for p in design.parameters}
        at = placed(design, examples, d, scalars, covariances)
        if is_defined(at):
            return at
    return None


def _inside(p: Parameter, n: int, step: Fraction, design: Design) -> float:
    """A value in the range; of a bounded one by which examples are counted, a multiple of 1/n."""
    counts = p.is_bounded and p.symbol in counted_by(design)
    return float(multiple_of(p, 2 * n // 5, n) if counts else p.at(Fraction(2, 5), step))
