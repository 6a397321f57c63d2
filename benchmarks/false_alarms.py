"""Trials of what is right, with seed after seed: none may be refuted or undecided.

``python -m benchmarks.false_alarms --seeds 100 --into alarms.jsonl`` goes on where it was stopped:
a line of the file is one trial, and ``--first`` is the first seed. At the level ``quick`` every
check is exact, so a verdict other than ``holds`` is a fault; at the others a comparison of means
may refute by chance, and :mod:`verify.alarms` bounds how often.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import theory
from verify.alarms import expected_false_alarms
from verify.outcome.verdict import Verdict
from verify.settings import Level, Settings
from verify.trial import put_on_trial

Trial = tuple[str, int]
"""A statement and a seed."""


def known(file: Path, level: Level) -> dict[Trial, str]:
    """The verdicts in a file, of trials at a level."""
    lines = file.read_text().splitlines() if file.exists() else []
    found = [json.loads(line) for line in lines]
    return {
        (one["statement"], one["seed"]): one["verdict"]
        for one in found
        if one["level"] == level.title
    }


def main() -> int:
    """Run what is not known yet, and say what all of it comes to; 1 if something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_alarms", description=__doc__)
    parser.add_argument("--level", choices=[one.title for one in Level], default="quick")
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--into", type=Path, default=Path("alarms.jsonl"), metavar="FILE")
    chosen = parser.parse_args()
    level = Level[chosen.level.upper()]
    done = known(chosen.into, level)
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        for record in theory.statements():
            if (record.id, seed) in done:
                continue
            verdict = put_on_trial(record, Settings(level, seed)).verdict.value
            done[record.id, seed] = verdict
            line = {"statement": record.id, "seed": seed, "level": level.title, "verdict": verdict}
            with chosen.into.open("a") as file:
                file.write(json.dumps(line) + "\n")
    wrong = {trial: verdict for trial, verdict in done.items() if verdict != Verdict.HOLDS.value}
    per_run = expected_false_alarms(theory.statements(), level)
    print(f"{len(done)} trials at {level.title}: {dict(Counter(done.values()))}")
    print(f"false alarms expected in each run of all statements: at most {per_run:.1e}")
    for (statement, seed), verdict in wrong.items():
        print(f"  {statement}, seed {seed}: {verdict}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
