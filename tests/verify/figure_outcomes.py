"""What runs of the figures would come to, without training anything."""

from functools import cache

from numerics.sweeps.outcome import Outcome
from verify.figures import lengths
from verify.figures.registry import pictures
from verify.figures.scale import SCALES

IDS = ("1", "2a", "2b", "2c", "3a", "3b", "3c", "3d", "4a", "4b", "4c", "4d")
GOOD = (1e-4, 2e-4, 5e-3)


@cache
def every(scale="small"):
    """All pictures at a scale by their numbers."""
    return {picture.id: picture for picture in pictures(["all"], SCALES[scale])}


def outcomes(chosen, above=GOOD):
    """What runs come to whose restarts end so far above the optimum, relatively."""
    found = {}
    for panel in (panel for picture in chosen for panel in picture.panels):
        for point in panel.judged:
            risks = tuple(point.exact * (1 + x) for x in above)
            at = ()
            if point.run.lengths:
                each = lengths.by_length(point.run.model, point.run.n, point.run.d)
                at = tuple(tuple(y * (1 + x) for y in each) for x in above)
            found[point.run] = Outcome(risks, (), 100, 0.5, at)
    return found
