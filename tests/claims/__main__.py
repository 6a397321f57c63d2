"""Random claims before the judge: ``python -m tests.claims --minutes 30``, as often as it takes.

What is known is kept in a file, a line for each claim, and the next call goes on. At the end tables
say what came of them; a wrong verdict is shown with the claim. Every design is read a second time,
by code that shares nothing with the first reading, and what is derived of it compared at a place.
"""

import argparse
from pathlib import Path

from tests.claims.campaign import Campaign


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.claims", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("claims.jsonl"), metavar="FILE")
    parser.add_argument("--minutes", type=float, default=60.0)
    chosen = parser.parse_args()
    campaign = Campaign(chosen.into)
    campaign.run(60 * chosen.minutes)
    print("\n".join(campaign.tables()))
    return 1 if campaign.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
