"""Which tests there are, how long each takes, and what of the trusted modules it reaches."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

from tests.mutants.marks import block_of
from tests.mutants.one_by_one import READING, Ran, one_by_one


class Red(Exception):
    """A test fails though nothing was changed."""


class Table:
    """What each test did in a copy of the repository that was not changed.

    Parameters
    ----------
    tree
        The copy. Beside it, in ``tests.jsonl``, stands what is known, a test in a line.
    """

    def __init__(self, tree: Path):
        self.tree, self.kept = tree, tree.parent / "tests.jsonl"
        self.known: dict[str, Ran] = {}
        self.read: set[tuple[str, int]] = set()
        """The blocks that run when tests are read, for cases or what is remembered."""
        if self.kept.exists():
            for line in self.kept.read_text().splitlines():
                test, seconds, blocks = json.loads(line)
                self.take(test, Ran("passed", seconds, frozenset(map(tuple, blocks))))

    def take(self, test: str, ran: Ran) -> None:
        if test == READING:
            self.read |= ran.blocks
        else:
            self.known[test] = ran

    def measure(self, groups: list[list[str]], modules: list[str], cases: int) -> Iterator[str]:
        """Run what is not known, each group of files in a process; what is said of each file.

        Raises
        ------
        Red
            If a test does not pass: nothing that it says of a mutant would mean anything.
        """
        done = {file_of(test) for test in self.known} - {READING}
        for group in groups:
            if files := [file for file in group if file not in done]:
                found = one_by_one(self.tree, files, modules=modules, cases=cases)
                for file, part in groupby(found, key=lambda found: file_of(found[0])):
                    yield f"{file}: {self.keep(dict(part)):.1f} s"

    def keep(self, found: Mapping[str, Ran]) -> float:
        """Take what came of the tests of a file; how long they took."""
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        with self.kept.open("a") as kept:
            for test, ran in found.items():
                if ran.end != "passed":
                    raise Red(f"{test} {ran.end} without a mutant")
                self.take(test, ran)
                print(json.dumps([test, round(ran.seconds, 3), sorted(ran.blocks)]), file=kept)
        return sum(ran.seconds for ran in found.values())

    def forget(self, changed: set[str]) -> None:
        """Keep what is known of tests that these files cannot have changed.

        A file of tests changes its own tests only; any other may change all.
        """
        kept: dict[str, Ran] = {}
        if all(Path(name).name.startswith("test_") for name in changed):
            kept[READING] = Ran("passed", blocks=frozenset(self.read))
            kept |= {test: ran for test, ran in self.known.items() if file_of(test) not in changed}
        self.known, self.read = {}, set()
        self.kept.unlink(missing_ok=True)
        self.keep(kept)

    def reaching(self, module: str, line: int) -> list[str]:
        """The tests that reach the block of a line, in the order in which they are worth trying.

        The quickest case of every test comes before the second of any; of equals, first those in
        files that import the module. What runs when a module is imported, or tests are read, may
        show in all: in those that reach it as well first.
        """
        block = block_of((self.tree / module).read_text(encoding="utf-8"), line)
        reached = {test for test, ran in self.known.items() if (module, block) in ran.blocks}
        found = self.known if block is None or (module, block) in self.read else reached
        rank: Counter[str] = Counter()
        order = {}
        for test in sorted(found, key=lambda test: self.known[test].seconds):
            name = test.partition("[")[0]
            near = imports(self.tree, file_of(test), module)
            order[test] = test not in reached, rank[name], not near, self.known[test].seconds
            rank[name] += 1
        return sorted(found, key=order.__getitem__)


@cache
def imports(tree: Path, file: str, module: str) -> bool:
    """Whether a file of tests imports a module, or is this module, read for its examples."""
    name = ".".join(Path(module).with_suffix("").parts)
    return file == module or f"{name} " in (tree / file).read_text(encoding="utf-8")


def file_of(test: str) -> str:
    return test.partition("::")[0]
