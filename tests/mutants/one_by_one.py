"""Tests, each in a fork of a process that has only read them, so that none feels another."""

import gc
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.mutants.apart import Say, following, outcome
from tests.mutants.marks import REACHED, mark

FOREIGN = "flint hypothesis numpy scipy.sparse.linalg scipy.special sympy sympy.tensor.tensor torch"
"""What tests import that is not ours: it is imported once, before the first fork."""
OPTIONS = "-q -p no:cacheprovider --assert=plain"
"""Plain: pytest would rewrite modules with names such as ``law_at_test.py``, and lose the marks."""
READING = "reading"
"""Stands for a test: that the tests can be read. What it reaches may show in any of them."""
LONGEST, SLACK, SLOWER = 300.0, 10.0, 5.0
"""Seconds for what nothing is known of; for a test that is known, besides so many times its own."""


class Ran(NamedTuple):
    """How a test ended: "passed", "failed", "hangs" or "dies"; and the blocks that it reached."""

    end: str
    seconds: float = 0.0
    blocks: frozenset[tuple[str, int]] = frozenset()


def one_by_one(
    tree: Path,
    files: Sequence[str],
    known: Mapping[str, float] | None = None,
    modules: Iterable[str] = (),
    cases: int | None = None,
) -> Iterator[tuple[str, Ran]]:
    """Run tests in a copy of the repository, each in a fork; what came of each, as it ends.

    Parameters
    ----------
    tree
        The copy.
    files
        What is read: tests, and modules with examples, which are imported before: else pytest would
        read those that their package imports a second time, and their classes would be two.
    known
        The tests to run, in this order, and seconds that they take; without it all that is read.
    modules
        Of these the blocks that are reached are told.
    cases
        Of a test with parameters so many are taken, evenly.
    """

    def work(say: Say) -> None:
        _settle(tree, keep=known is None)
        mark({str(tree / module): module for module in modules})
        for file in files:
            if not file.startswith("tests/"):
                import_module(file.removesuffix(".py").replace("/", "."))
        pytest.main([*OPTIONS.split(), *files], [_OneByOne(say, known, cases)])

    for name in FOREIGN.split():
        import_module(name)
    test, limit = READING, LONGEST if known is None else LONGEST / 3
    with following(work) as heard:
        while True:
            try:
                said = heard(limit)
            except (TimeoutError, EOFError) as error:
                yield test, Ran("hangs" if isinstance(error, TimeoutError) else "dies", limit)
                return
            if said is None:
                return
            test, limit, ran = said
            if ran:
                yield test, ran


def _settle(tree: Path, keep: bool) -> None:
    """In the copy, without what of ours is imported here."""
    quiet = os.open(tree.parent / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    os.environ |= {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = not keep


class _OneByOne:
    """The plugin of pytest."""

    def __init__(self, say: Say, known: Mapping[str, float] | None, cases: int | None):
        self.say, self.known, self.cases = say, known, cases
        self.begun, self.failed = time.monotonic(), False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        end = "failed" if session.testsfailed else "passed"
        self.say((READING, SLACK, Ran(end, time.monotonic() - self.begun, frozenset(REACHED))))
        items = {item.nodeid: item for item in session.items}
        gc.freeze()
        chosen = _evenly([*items], self.cases) if self.known is None else self.known
        for test in [] if session.testsfailed else chosen:
            limit = LONGEST if self.known is None else SLOWER * self.known[test] + SLACK
            self.say((test, limit, None))
            if test in items:
                ran = outcome(lambda item=items[test]: self.run(item))
                self.say((test, SLACK, ran or Ran("dies")))
        self.say(None)
        return True

    def run(self, item: pytest.Item) -> Ran:
        begun = time.monotonic()
        REACHED.clear()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        end = "failed" if self.failed else "passed"
        return Ran(end, time.monotonic() - begun, frozenset(REACHED))


def _evenly(tests: list[str], cases: int | None) -> Iterator[str]:
    """So many cases of each test, those with as much between them as can be."""
    for _, group in groupby(tests, key=lambda test: test.partition("[")[0]):
        found = [*group]
        yield from found[:: -(-len(found) // cases)] if cases else found
