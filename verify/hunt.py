"""Properties that raise where a claim fails, for kinds that are not on trial as quantities yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from hypothesis import strategies as st

from verify.checks.on_trial import Compared, Property
from verify.checks.properties import NAME, search
from verify.settings import Settings
from verify.verdict import Finding

__all__ = ["NAME", "Check", "hunt"]

T = TypeVar("T")
Check = Callable[[T, st.DataObject], None]


def hunt(
    checks: Mapping[str, Check[T]], drawn: st.SearchStrategy[T], settings: Settings
) -> Finding:
    """Run every check on as many drawn values as the level asks for.

    A check raises :class:`~verify.falsified.Falsified` where the claim fails.
    """
    return search(
        {k: Property(drawn, partial(_run, check)) for k, check in checks.items()}, settings
    )


def _run(check: Check[Any], at: Any, data: st.DataObject) -> Iterator[Compared]:
    check(at, data)
    yield Compared("", at, None, None)
