"""A campaign of mutants in a folder: a copy of the repository, and what is known of each mutant."""

import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from compileall import compile_dir
from contextlib import chdir
from difflib import unified_diff
from itertools import accumulate
from pathlib import Path
from py_compile import PycInvalidationMode

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult

from tests.mutants.one_by_one import one_by_one
from tests.mutants.rooms import ROOT, files_of_tests, modules
from tests.mutants.table import Table, file_of

SLIPS = re.compile(
    r"Binary\w*_(Add_Sub|Sub_Add|Mul_Div|Mul_Add|Div_Mul|Pow_Mul|FloorDiv_Mul|Mod_FloorDiv)"
    r"|Comparison\w*_(Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt"
    r"|Lt_Gt|Gt_Lt|LtE_GtE|GtE_LtE)"
    r"|Unary\w*_(USub_UAdd|Delete_Not)|AddNot|AndWithOr|OrWithAnd|TrueWithFalse|FalseWithTrue"
    r"|BreakWithContinue|ContinueWithBreak|NumberReplacer|ZeroIterationForLoop"
)
"""Changes that leave a program which runs. Not ``+`` to ``>>``, on which every test would fail."""

FIRST = 12
"""So many tests are read and run before the others are read, since most mutants fall to these."""
FORK = 0.05
"""Seconds that a test takes besides its own."""


class Campaign:
    """Mutants of the trusted modules, drawn at random, each put before the tests that reach it.

    Parameters
    ----------
    folder
        Where it is kept: what is known survives the end of the process.
    number
        How many mutants.
    seed
        Of the draw.
    """

    def __init__(self, folder: Path, number: int, seed: int):
        self.tree, self.session = folder / "tree", str(folder / "session.sqlite")
        self.table = Table(self.tree)
        if not Path(self.session).exists():
            self.copy()
            with chdir(self.tree), use_db(self.session) as found:
                drawn(found, number, seed)

    def copy(self) -> None:
        """Take the repository as it is now, and forget of the tests what that may have changed."""
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        names = [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]
        changed = {name for name in names if _differ(ROOT / name, self.tree / name)}
        shutil.rmtree(self.tree, ignore_errors=True)
        for name in names:
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.tree / name)
        compile_dir(self.tree, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        self.table.forget({name for name in changed if name.endswith((".py", ".toml", ".cfg"))})

    def run(self, seconds: float, budget: float, cases: int, again: bool = False) -> Iterator[str]:
        """Go on for so long; what is said of each mutant, as its tests end.

        Parameters
        ----------
        seconds
            How long.
        budget
            Seconds of tests, as they were measured, that a mutant has to survive.
        cases
            Of a test with parameters so many are taken.
        again
            Try the survivors once more, on the repository as it is now, and no others.
        """
        if again:
            self.copy()
        until = time.monotonic() + seconds
        names = [str(module) for module in modules(self.tree)]
        groups = [*files_of_tests(self.tree), names]
        with use_db(self.session, WorkDB.Mode.open) as found, chdir(self.tree):
            yield from self.table.measure(groups, names, cases)
            alive = (item for item, result in found.completed_work_items if not result.is_killed)
            for item in alive if again else found.pending_work_items:
                begun = time.monotonic()
                if begun > until:
                    return
                (mutation,) = item.mutations
                result = self.judged(mutation, budget)
                found.set_result(item.job_id, result)
                took = f"{result.test_outcome.value} in {time.monotonic() - begun:.1f} s"
                yield f"{took}: {said(mutation)}: {result.output}"

    def judged(self, mutation: MutationSpec, budget: float) -> WorkResult:
        """What comes of a mutant."""
        operator = get_operator(mutation.operator_name)(**mutation.operator_args)
        with use_mutation(mutation.module_path, operator, mutation.occurrence) as (old, new):
            if new is None or not _is_program(new):
                return WorkResult(WorkerOutcome.NO_TEST, "is no program", TestOutcome.KILLED)
            noticed, why = self.noticed(mutation, budget)
        diff = unified_diff(old.splitlines(), new.splitlines(), n=2, lineterm="")
        outcome = TestOutcome.KILLED if noticed else TestOutcome.SURVIVED
        return WorkResult(WorkerOutcome.NORMAL, why, outcome, "\n".join(diff))

    def noticed(self, mutation: MutationSpec, budget: float) -> tuple[bool, str]:
        """Whether a test notices what is changed in the copy now; and which, or how many do not."""
        known = self.table.known
        reaching = self.table.reaching(str(mutation.module_path), mutation.start_pos[0])
        spent = accumulate((FORK + known[test].seconds for test in reaching), initial=0.0)
        chosen = [test for test, before in zip(reaching, spent, strict=False) if before <= budget]
        for part in filter(None, (chosen[:FIRST], chosen[FIRST:])):
            files = sorted({file_of(test) for test in part}, key=_read_last)
            takes = {test: known[test].seconds for test in part}
            for test, ran in one_by_one(self.tree, files, takes):
                if ran.end != "passed":
                    return True, f"{test} {ran.end}"
        return False, f"{len(chosen)} of {len(reaching)} tests that reach it pass"

    def results(self) -> list[tuple[MutationSpec, bool, str]]:
        """Of each mutant that was tried: whether it was killed, and how it differs."""
        with use_db(self.session, WorkDB.Mode.open) as found:
            done = list(found.completed_work_items)
        return [
            (item.mutations[0], result.test_outcome is not TestOutcome.SURVIVED, result.diff or "")
            for item, result in done
            if result.worker_outcome is WorkerOutcome.NORMAL
        ]


def drawn(session: WorkDB, number: int, seed: int) -> None:
    """One mutant at each of so many places, drawn from all places alike."""
    places: dict[tuple[str, tuple[int, int]], list[MutationSpec]] = {}
    for mutation in slips():
        places.setdefault((str(mutation.module_path), mutation.start_pos), []).append(mutation)
    draw = random.Random(seed)
    chosen = draw.sample(sorted(places), min(number, len(places)))
    print(f"{len(chosen)} of {len(places)} places", file=sys.stderr)
    kept = (draw.choice(places[place]) for place in chosen)
    session.add_work_items(WorkItem.single(said(mutation), mutation) for mutation in kept)


def slips() -> Iterator[MutationSpec]:
    """All changes, at all places."""
    operators = {name: get_operator(name)() for name in operator_names() if SLIPS.search(name)}
    for module in modules():
        nodes = list(ast_nodes(get_ast_from_path(module)))
        for name, operator in sorted(operators.items()):
            found = (place for node in nodes for place in operator.mutation_positions(node))
            for occurrence, (start, end) in enumerate(found):
                yield MutationSpec(module, name, occurrence, start, end)


def _is_program(text: str) -> bool:
    """Not where ``**`` of a dictionary became ``*``."""
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _differ(one: Path, other: Path) -> bool:
    return not other.exists() or one.read_bytes() != other.read_bytes()


def _read_last(file: str) -> bool:
    """Modules with examples: after the tests."""
    return not file.startswith("tests/")


def said(mutation: MutationSpec) -> str:
    line, column = mutation.start_pos
    name = mutation.operator_name.removeprefix("core/")
    return f"{mutation.module_path}:{line}:{column} {name} {mutation.occurrence}"
