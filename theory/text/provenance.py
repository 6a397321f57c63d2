"""Where the content of a statement comes from."""

from __future__ import annotations

from enum import Enum


class Provenance(Enum):
    """Where the content of a statement comes from; a reconstruction is never a quotation.

    The last two are for a user's own design, of which nothing is claimed, and for a user's claim.

    >>> Provenance("reconstructed").name
    'RECONSTRUCTED'
    """

    STATED = "stated"
    FORM_RECONSTRUCTED = "stated, form reconstructed"
    EMPIRICAL = "stated (empirically)"
    APPROXIMATE = "stated as approximate, form reconstructed"
    UPPER_BOUND = "stated as an upper bound, form reconstructed"
    RECONSTRUCTED = "reconstructed"
    DERIVED = "derived"
    CLAIMED = "claimed"
