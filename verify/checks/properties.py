"""Check: Hypothesis looks for a place where the claim fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from theory.errors import Irrational
from verify.checks.on_trial import Node, OnTrial, Property
from verify.falsified import Falsified
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "properties"


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Look for a place where one of its properties fails."""
    return search(subject.properties(settings), settings)


def search(properties: Mapping[str, Property], settings: Settings) -> Finding:
    """Compare at as many drawn places as the level asks for, property by property.

    The search ends at the first failure, which Hypothesis has made small. Where the claim is
    undefined it fails too. A property that compared nothing leaves the matter undecided.

    Examples
    --------
    >>> from verify.checks.on_trial import Compared
    >>> def small(k, data):
    ...     yield Compared("too large", k, 3, k, k <= 3)
    >>> search({"small": Property(st.integers(0, 9), small)}, Settings()).summary
    'too large at 4'
    """
    seen: Counter[str] = Counter()
    for name, one in properties.items():
        try:
            _run(name, one, settings, seen)
        except Unsatisfiable:
            continue  # no place had what the claim needs; said below
        except Falsified as found:
            return found.finding(NAME, seen.total(), property=name)
    empty = [name for name in properties if not seen[name]]
    if empty or not properties:
        reached = f"no example reached {', '.join(empty)}" if empty else "there is nothing to check"
        return Finding(NAME, Verdict.UNDECIDED, reached, seen.total())
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"{', '.join(properties)}: exact on {seen.total()} drawn instances",
        examined=seen.total(),
        data={"examples": dict(seen)},
    )


def _run(name: str, one: Property, settings: Settings, seen: Counter[str]) -> None:
    @seed(settings.seed)
    @hypothesis.settings(
        max_examples=settings.examples,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, *([Phase.shrink] if settings.shrink else [])),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(at=one.places, data=st.data())
    def run(at: Any, data: st.DataObject) -> None:
        try:
            compared = Node(at, one.compared(at, data)).judge()
        except Irrational:
            reject()  # a claim that needs a root this place does not have
        except Falsified:
            seen[name] += 1
            raise
        if not compared:
            reject()
        seen[name] += 1

    run()
