"""What can go wrong, with one root: every message names the argument and what was expected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

SHOWN = 40
"""Characters of a name that a message repeats."""
NEAREST, ALIKE = 3, 0.5
"""How many known names it suggests, and how near they are at least."""


class TheoryError(Exception):
    """Root of all errors this package raises on purpose."""


class InputError(TheoryError, ValueError):
    """A value given by the user does not make sense; the message says which and why."""


class ShapeError(InputError):
    """Spaces or sizes that do not fit together."""


class NotCovariance(InputError):
    """A square matrix that is not symmetric, or not positive semi-definite."""


class UnknownName(InputError):
    """A name that is not known; the message suggests the nearest ones.

    >>> print(UnknownName("statement", "lema", ["lemma1", "lemma2", "theorem1"]))
    unknown statement 'lema'; did you mean lemma1 or lemma2?
    """

    def __init__(self, what: str, name: str, known: Iterable[str]):
        self.what, self.name = what, name
        known = sorted(known)
        ratios = {one: difflib.SequenceMatcher(None, one, name).ratio() for one in known}
        near = [one for one in known if ratios[one] >= ALIKE]
        self.near = sorted(near, key=lambda one: -ratios[one])[:NEAREST]
        hint = f"did you mean {' or '.join(self.near)}?" if near else f"known: {', '.join(known)}"
        short = name if len(name) <= SHOWN else name[:SHOWN] + "..."
        super().__init__(f"unknown {what} {short!r}; {hint if known else 'there are none'}")


class Underivable(TheoryError):
    """The engine cannot derive this in closed form; the message says which step failed."""


class Irrational(TheoryError, TypeError):
    """A value that exact rational arithmetic does not have."""


class NotConverged(TheoryError):
    """An iteration in floating point stopped short of its tolerance."""
