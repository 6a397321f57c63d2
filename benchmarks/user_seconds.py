"""A pytest plugin: the user CPU seconds of each test, its fixtures and processes included.

``python -m pytest -p benchmarks.user_seconds`` appends a line per phase to the file that the
environment variable ``USER_SECONDS`` names.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Generator

import pytest

FILE = "USER_SECONDS"


def _spent() -> float:
    each = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(who).ru_utime for who in each)


def _measured() -> Callable[[pytest.Item], Generator[None, None, object]]:
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def phase(item: pytest.Item) -> Generator[None, None, object]:
        before = _spent()
        try:
            return (yield)
        finally:
            with open(os.environ[FILE], "a", encoding="utf-8") as file:
                file.write(json.dumps([item.nodeid, _spent() - before], allow_nan=False) + "\n")

    return phase


pytest_runtest_setup = _measured()
pytest_runtest_call = _measured()
pytest_runtest_teardown = _measured()
