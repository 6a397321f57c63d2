"""How often a whole run refutes what is right, by the tolerances that it judges with."""

from __future__ import annotations

from collections.abc import Iterable

from theory.records.statement import Statement
from verify.settings import Level, Settings
from verify.tolerances import FALSE_ALARM
from verify.witnesses import subject_of

ATTEMPTS = 2
"""How many times a comparison is made at most: again, with more draws, where its error is wide."""


def comparisons(records: Iterable[Statement], level: Level) -> int:
    """How many Monte Carlo means a run compares with what they should be.

    None at the level ``quick``, whose checks are exact.

    >>> import theory
    >>> theorem1 = theory.statement("theorem1")
    >>> comparisons([theorem1], Level.QUICK), comparisons([theorem1], Level.STANDARD)
    (0, 4)
    """
    if level < Level.STANDARD:
        return 0
    settings = Settings(level)
    return sum(
        len(one.expected) for record in records for one in subject_of(record).measurements(settings)
    )


def expected_false_alarms(records: Iterable[Statement], level: Level) -> float:
    """A bound on how many of them refute although what they compare is equal.

    >>> import theory
    >>> expected_false_alarms([theory.statement("theorem1")], Level.STANDARD)
    8e-06
    """
    return ATTEMPTS * comparisons(records, level) * FALSE_ALARM
