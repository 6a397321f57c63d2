"""Names for abbreviations that no name of a design can be taken for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count


def stem(letters: str, taken: Iterable[str]) -> str:
    """The first of some letters that no name in use is, up to a subscript.

    >>> stem("pcb", ["p", "sigma"]), stem("pcb", ["p_1", "c"]), stem("r", ["r"])
    ('c', 'b', 'rr')
    """
    used = {name.partition("_")[0] for name in taken}
    longer = (letters[0] * k for k in count(2))
    return next(letter for letter in chain(letters, longer) if letter not in used)
