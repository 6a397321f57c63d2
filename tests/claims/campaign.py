"""A campaign of random claims: what the judge says of each beside what is known of it."""

from __future__ import annotations

import json
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from tests.claims.drawn import KINDS, Drawn, changed, files, right
from tests.claims.moments import MOMENTS, moments
from tests.claims.plainly import Unread, risks
from tests.claims.truth import SMALL, Unknown
from tests.claims.verdicts import known_of
from tests.theory.design_files import drawn_instance
from theory.errors import InputError, TheoryError
from theory.language.files.reading import DesignFile
from theory.records.derived import Derived
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.settings import Settings

DESIGNS, QUANTITIES, CLAIMS = 3, 8, 64
"""Designs of a batch, quantities of each that are tried, and claims about each design."""
SECONDS = 6.0
"""Processor time for a claim."""
VERDICTS = [one.value for one in Judgement]
Line = dict[str, Any]
"""What came of a claim."""


class TooLong(Exception):
    """The time is over."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise :class:`TooLong` after so much processor time."""

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    # again and again: an error in a callback of the collector is not passed on
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def tried(file: DesignFile, drawn: Drawn, random: Random) -> Line | None:
    """What came of a claim; None where it makes no formula, or one that cannot be read."""
    try:
        claim = claim_of(file, **drawn.given)
    except InputError:
        return None
    started, known = time.process_time(), [(drawn.right, "")]
    line = {"key": drawn.key, "how": drawn.how, "judgement": "undecided", "why": "the time"}
    try:
        with limited(SECONDS):
            found = judge(file, claim, Settings(shrink=False))
        line["judgement"] = found.judgement.value
        whys = (one.why for one in found.answers if one.judgement is found.judgement)
        line["why"] = "; ".join(whys)
        seconds = time.process_time() - started
        with limited(SECONDS):
            known = [known_of(answer, drawn, random) for answer in found.answers]
    except (TooLong, Unknown):
        seconds = time.process_time() - started
    except Exception as error:  # a wrong answer like any other
        known, seconds = [(drawn.right, repr(error))], 0.0
    truths = {truth for truth, _ in known}
    truth = False if False in truths else None if None in truths else True
    problem = "; ".join(text for _, text in known if text)
    line |= {"truth": truth, "seconds": round(seconds, 2)}
    return {**line, "problem": problem, "given": drawn.given} if problem else line


def read_again(text: str, file: DesignFile, random: Random) -> Line | None:
    """What came of reading a design a second time; None where nothing did."""
    started, known, found = time.process_time(), dict[str, Any](), None
    try:
        with limited(SECONDS):
            at = drawn_instance(file.design, random)
            if max(at.n, at.at_test.n) * at.d * file.steps <= SMALL:
                known, found = risks(text, at), Derived.of(file).optima_at(at)
    except (TooLong, TheoryError, Unread):
        return None
    pairs = {name: (getattr(found, name), plain) for name, plain in known.items()}
    if found is not None and found.bound:
        pairs.pop("wpgd", None)
    pairs = {name: pair for name, pair in pairs.items() if isinstance(pair[0], Fraction)}
    if not pairs:
        return None
    wrong = {name: [*map(str, pair)] for name, pair in pairs.items() if pair[0] != pair[1]}
    seconds = round(time.process_time() - started, 2)
    line = {"key": "derived", "how": "right", "judgement": "exact", "why": "", "truth": not wrong}
    line |= {"seconds": seconds}
    return {**line, "problem": f"{wrong} at {at}", "given": text} if wrong else line


def claims(
    kind: str, batch: int, designs: int = DESIGNS, quantities: int = QUANTITIES
) -> Iterator[Line]:
    """Claims about so many designs of a kind, and quantities of each; first what is derived."""
    for text, file, random in files(kind, batch, designs):
        again = read_again(text, file, random)
        yield from [] if again is None else [again]
        made: list[Drawn] = []
        for one in islice(right(file, random), quantities):
            with suppress(TooLong, TheoryError, ValueError), limited(SECONDS / 2):
                given, key = one()
                made += [changed(file, given, key, random) for _ in range(CLAIMS // QUANTITIES)]
        random.shuffle(made)
        found = (tried(file, drawn, random) for drawn in made)
        yield from islice(filter(None, found), CLAIMS)


def batch_of(batch: int) -> Iterator[Line]:
    """The claims of a batch, judged."""
    kinds = [*KINDS, MOMENTS]
    kind = kinds[batch % len(kinds)]
    found = moments(Random(batch), 3 * CLAIMS) if kind == MOMENTS else claims(kind, batch)
    for line in found:
        yield {"batch": batch, "design": kind, **line}


class Campaign:
    """Claims in batches, kept in a file.

    Parameters
    ----------
    file
        Where: a line for each claim.
    """

    def __init__(self, file: Path):
        self.file = file
        lines = file.read_text().splitlines() if file.exists() else []
        self.lines: list[Line] = [json.loads(line) for line in lines]

    @property
    def wrong(self) -> list[Line]:
        """Claims with a wrong verdict."""
        return [line for line in self.lines if "problem" in line]

    def run(self, seconds: float) -> None:
        """Go on for so long, with the batch after the last one."""
        until = time.monotonic() + seconds
        batch = max((line["batch"] for line in self.lines), default=-1) + 1
        while time.monotonic() < until:
            for line in batch_of(batch):
                self.lines.append(line)
                with self.file.open("a") as file:
                    file.write(json.dumps(line) + "\n")
                if "problem" in line:
                    print(line, flush=True)
                if time.monotonic() > until:
                    return
            batch += 1

    def tables(self) -> Iterator[str]:
        """What came of all: by what is claimed, by designs, and why claims are undecided."""
        yield from self._table("claimed", "key")
        yield from self._table("designs", "design")
        yield from self._table("what was done", "how")
        reasons = Counter(
            re.sub(r"\$.*?\$|: .*|\d+", "...", line["why"]).split(";")[0]
            for line in self.lines
            if line["judgement"] == "undecided"
        )
        yield "| undecided because | claims |\n|---|---|"
        yield from (f"| {why} | {count} |" for why, count in reasons.most_common())
        seconds = sum(line["seconds"] for line in self.lines)
        yield f"\n{len(self.lines)} claims, {len(self.wrong)} wrong verdicts, {seconds:.0f} s"

    def _table(self, head: str, key: str) -> Iterator[str]:
        """A row for each value of a key, and one for all."""
        yield f"| {head} | claims | right | wrong | {' | '.join(VERDICTS)} | wrong verdicts |"
        yield "|---" * (len(VERDICTS) + 5) + "|"
        rows: dict[str, list[Line]] = {}
        for line in self.lines:
            named = line[key] if key != "how" else "slipped" * ("slipped" in line[key])
            named = named or ("a bound" if "bound" in line[key] else "right, or rewritten")
            rows.setdefault(named, []).append(line)
        for name, lines in (*sorted(rows.items()), ("all", self.lines)):
            judged = Counter(line["judgement"] for line in lines)
            truths = Counter(line["truth"] for line in lines)
            counts = [len(lines), truths[True], truths[False], *(judged[one] for one in VERDICTS)]
            counts.append(sum("problem" in line for line in lines))
            yield f"| {name} | {' | '.join(map(str, counts))} |"
        yield ""
