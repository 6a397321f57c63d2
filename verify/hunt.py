"""Hunting for an instance at which a property fails, with Hypothesis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from theory.errors import Irrational
from verify.falsified import Falsified
from verify.settings import Settings
from verify.verdict import Finding, Verdict

T = TypeVar("T")
Check = Callable[[T, st.DataObject], None]

NAME = "properties"


def hunt(
    checks: Mapping[str, Check[T]], drawn: st.SearchStrategy[T], settings: Settings
) -> Finding:
    """Run every check on as many drawn values as the level asks for.

    A check raises :class:`~verify.falsified.Falsified` where the claim fails; the hunt stops at the
    first, which Hypothesis has made small. A ZeroDivisionError says that the claim is undefined
    there, and falsifies it too. A check that no example reached leaves the matter undecided.

    Examples
    --------
    >>> def small(k, data):
    ...     if k > 3:
    ...         raise Falsified("too large", k)
    >>> hunt({"small": small}, st.integers(0, 9), Settings()).summary
    'too large at 4'
    """
    seen: Counter[str] = Counter()
    for name, check in checks.items():
        try:
            _run(name, check, drawn, settings, seen)
        except Unsatisfiable:
            continue  # no instance had what the claim needs; said below
        except Falsified as found:
            return found.finding(NAME, sum(seen.values()), property=name)
    empty = [name for name in checks if not seen[name]]
    examined = sum(seen.values())
    if empty or not checks:
        reached = f"no example reached {', '.join(empty)}" if empty else "there is nothing to check"
        return Finding(NAME, Verdict.UNDECIDED, reached, examined)
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"{', '.join(checks)}: exact on {examined} drawn instances",
        examined=examined,
        data={"examples": dict(seen)},
    )


def _run(
    name: str,
    check: Check[Any],
    drawn: st.SearchStrategy[Any],
    settings: Settings,
    seen: Counter[str],
) -> None:
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
    @given(at=drawn, data=st.data())
    def run(at: Any, data: st.DataObject) -> None:
        try:
            check(at, data)
        except Irrational:
            reject()  # a claim that needs a root this instance does not have
        except ZeroDivisionError:
            seen[name] += 1
            raise Falsified("the claim is undefined", at) from None
        except Falsified:
            seen[name] += 1
            raise
        seen[name] += 1

    run()
