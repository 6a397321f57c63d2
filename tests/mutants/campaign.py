"""A campaign of mutants in a folder: a copy of the repository, and what is known of each mutant."""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkItem

from tests.mutants.rooms import ROOT, mirror_of, modules, others_of

SLIPS = re.compile(
    r"Binary\w*_(Add_Sub|Sub_Add|Mul_Div|Mul_Add|Div_Mul|Pow_Mul|FloorDiv_Mul|Mod_FloorDiv)"
    r"|Comparison\w*_(Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt"
    r"|Lt_Gt|Gt_Lt|LtE_GtE|GtE_LtE)"
    r"|Unary\w*_(USub_UAdd|Delete_Not)|AddNot|AndWithOr|OrWithAnd|TrueWithFalse|FalseWithTrue"
    r"|BreakWithContinue|ContinueWithBreak|NumberReplacer|ZeroIterationForLoop"
)
"""Changes that leave a program which runs. Not ``+`` to ``>>``, on which every test would fail."""

PYTEST = f"{sys.executable} -m pytest -x -q -n 0 -p no:cacheprovider"
LONGEST = 400.0
"""Seconds after which tests are seen to hang; without a mutant none of them takes a quarter."""


class Campaign:
    """Mutants of the trusted modules, drawn at random, each put before its tests once.

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
        if not Path(self.session).exists():
            self.copy()
            with chdir(self.tree), use_db(self.session) as found:
                drawn(found, number, seed)

    def copy(self) -> None:
        """Take the repository as it is now."""
        shutil.rmtree(self.tree, ignore_errors=True)
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        for name in names.stdout.splitlines():
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.tree / name)

    def run(self, seconds: float) -> Iterator[str]:
        """Go on for so long; what is said of each mutant, as its tests end."""
        until = time.monotonic() + seconds
        with use_db(self.session, WorkDB.Mode.open) as found, self.own_repository():
            for item in found.pending_work_items:
                if time.monotonic() > until:
                    return
                (mutation,) = item.mutations
                module = mutation.module_path
                for tests in filter(None, (mirror_of(module), others_of(module))):
                    command = f"{PYTEST} {' '.join(tests)}"
                    result = mutate_and_test(item.mutations, command, LONGEST)
                    if result.is_killed:
                        break
                found.set_result(item.job_id, result)
                yield f"{result.test_outcome.value}: {said(mutation)}"

    def again(self) -> None:
        """Take the repository as it is now, and forget what survivors did: they are tried first."""
        self.copy()
        with use_db(self.session, WorkDB.Mode.open) as session:
            items, known = list(session.work_items), dict(session.results)
            alive = {job for job, result in known.items() if not result.is_killed}
            session.clear()
            session.add_work_items(sorted(items, key=lambda item: item.job_id not in alive))
            for job, result in known.items():
                if result.is_killed:
                    session.set_result(job, result)

    def results(self) -> list[tuple[MutationSpec, bool, str]]:
        """Of each mutant that was tried: whether it was killed, and how it differs."""
        with use_db(self.session, WorkDB.Mode.open) as found:
            done = list(found.completed_work_items)
        return [
            (item.mutations[0], result.test_outcome is not TestOutcome.SURVIVED, result.diff or "")
            for item, result in done
        ]

    @contextmanager
    def own_repository(self) -> Iterator[None]:
        """Work in the copy, one thread, with no files of compiled modules left behind."""
        os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        with chdir(self.tree):
            yield


def drawn(session: WorkDB, number: int, seed: int) -> None:
    """One mutant at each of so many places, drawn from all places alike."""
    init(modules(), session, {})
    places: dict[tuple[str, tuple[int, int]], list[WorkItem]] = {}
    for item in session.work_items:
        (mutation,) = item.mutations
        if SLIPS.search(mutation.operator_name):
            place = str(mutation.module_path), mutation.start_pos
            places.setdefault(place, []).append(item)
    draw = random.Random(seed)
    chosen = draw.sample(sorted(places), min(number, len(places)))
    kept = [draw.choice(sorted(places[place], key=_name)) for place in chosen]
    print(f"{len(kept)} of {len(places)} places", file=sys.stderr)
    session.clear()
    session.add_work_items(kept)


def _name(item: WorkItem) -> str:
    """Without the random name that the tool gives it."""
    (mutation,) = item.mutations
    return f"{mutation.operator_name} {mutation.occurrence}"


def said(mutation: MutationSpec) -> str:
    return f"{mutation.module_path}:{mutation.start_pos[0]} {mutation.operator_name}"
