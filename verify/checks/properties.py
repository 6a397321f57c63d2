"""Check: Hypothesis looks for a place where the claim fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from theory.errors import Irrational
from verify import source_constants
from verify.checks.on_trial import Node, OnTrial, Property
from verify.counterexamples import Falsified, Incomparable
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Settings

NAME = "properties"


def examine(subject: OnTrial, settings: Settings) -> Finding:
    """Look for a place where one of its properties fails."""
    try:
        return search(subject.properties(settings), settings)
    except Incomparable as why:
        return Finding(NAME, Verdict.UNDECIDED, str(why), 0)


def search(properties: Mapping[str, Property], settings: Settings) -> Finding:
    """Compare at as many drawn places as the level asks for; those of the same places together.

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
    drawn = 0
    for together in _by_places(properties):
        try:
            drawn += _run(together, settings, seen)
        except Unsatisfiable:
            continue  # no place had what the claim needs; said below
        except _Failed as failed:
            return failed.found.finding(NAME, seen.total(), property=failed.name)
    empty = [name for name in properties if not seen[name]]
    if empty or not properties:
        reached = f"no example reached {', '.join(empty)}" if empty else "there is nothing to check"
        return Finding(NAME, Verdict.UNDECIDED, reached, seen.total())
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"{', '.join(properties)}: exact on {drawn} drawn instances",
        examined=seen.total(),
        data={"examples": dict(seen)},
    )


class _Failed(Exception):
    """A property that does not hold somewhere."""

    def __init__(self, name: str, found: Falsified):
        super().__init__(name)
        self.name, self.found = name, found


def _by_places(properties: Mapping[str, Property]) -> Iterable[dict[str, Property]]:
    """Properties that look at the same places."""
    groups: dict[int, dict[str, Property]] = {}
    for name, one in properties.items():
        groups.setdefault(id(one.places), {})[name] = one
    return groups.values()


def _run(together: Mapping[str, Property], settings: Settings, seen: Counter[str]) -> int:
    """At how many places something was compared."""
    drawn = 0
    (places, *_) = (one.places for one in together.values())

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
    @given(at=places, data=st.data())
    def run(at: Any, data: st.DataObject) -> None:
        nonlocal drawn
        reached = False
        for name, one in together.items():
            try:
                compared = Node(at, one.compared(at, data)).judge()
            except Irrational:
                continue  # a claim that needs a root this place does not have
            except Falsified as found:
                seen[name] += 1
                raise _Failed(name, found) from found
            seen[name] += compared > 0
            reached = reached or compared > 0
        if not reached:
            reject()
        drawn += 1

    with source_constants.left_out():
        run()
    return drawn
