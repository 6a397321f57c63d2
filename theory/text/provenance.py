"""Where the content of a statement comes from."""

from __future__ import annotations

from enum import Enum


class Provenance(Enum):
    """Where the content of a statement comes from; a reconstruction is never a quotation.

    Those from ``QUOTED`` on are for other papers than the catalogue's. The last two are for a
    user's own design, of which nothing is claimed, and for a user's claim.

    >>> Provenance("reconstructed").name
    'RECONSTRUCTED'
    """

    STATED = "stated"
    FORM_RECONSTRUCTED = "stated, form reconstructed"
    EMPIRICAL = "stated (empirically)"
    APPROXIMATE = "stated as approximate, form reconstructed"
    UPPER_BOUND = "stated as an upper bound, form reconstructed"
    RECONSTRUCTED = "reconstructed"
    QUOTED = "quoted"
    RECALLED = "reconstructed from memory"
    IN_SETTING = "derived in its setting"
    DERIVED = "derived"
    CLAIMED = "claimed"
