"""Mutants of the trusted modules: ``python -m tests.mutants --minutes 30``, as often as it takes.

What is known is kept in a folder, and the next call goes on. At the end a table says, module by
module, how many were killed, and the survivors follow.
"""

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.mutants.campaign import Campaign, said
from tests.mutants.interval import interval


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("mutants"))
    parser.add_argument("--number", type=int, default=200, help="how many, of a new campaign")
    parser.add_argument("--seed", type=int, default=1, help="of their draw, of a new campaign")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--again", action="store_true", help="try survivors on the tests as now")
    parser.add_argument("--seconds", type=float, default=20.0, help="of tests before each mutant")
    parser.add_argument("--cases", type=int, default=4, help="at most, of a test with parameters")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the mutant is put back
    campaign = Campaign(chosen.folder.absolute(), chosen.number, chosen.seed)
    for line in campaign.run(60 * chosen.minutes, chosen.seconds, chosen.cases, chosen.again):
        print(line, flush=True)
    show(campaign)


def show(campaign: Campaign) -> None:
    results = campaign.results()
    tried, killed = Counter(), Counter()
    for mutation, dead, _ in results:
        tried[mutation.module_path] += 1
        killed[mutation.module_path] += dead
    for module in sorted(tried):
        print(f"| `{module}` | {tried[module]} | {killed[module]} |")
    for mutation, dead, diff in results:
        if not dead:
            print(f"\n{said(mutation)}\n{diff}")
    low, high = interval(killed.total(), tried.total())
    print(f"{killed.total()} of {tried.total()} killed: {low:.1%} to {high:.1%} of all")


if __name__ == "__main__":
    main()
