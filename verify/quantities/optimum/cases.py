"""Where prompts of a user's own design are sampled, and models are trained."""

from __future__ import annotations

from fractions import Fraction

from theory.designs.design import Design
from theory.designs.instance import Instance
from verify.cases import Case, placed, spread
from verify.instances import is_defined
from verify.settings import Level, Settings

UNBOUNDED = ("1/2", "1", "2", "3/2", "5/2", "1/3")
"""Values tried for a parameter whose range has no upper end, above the lower one."""


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
    covariances = spread(design, d, seed)
    for unbounded in UNBOUNDED:
        scalars = {
            p.name: float(p.at(Fraction(2, 5), Fraction(unbounded))) for p in design.parameters
        }
        at = placed(design, n, d, scalars, covariances)
        if is_defined(at):
            return at
    return None
