"""Random claims about moments of Gaussian matrices, against Isserlis' theorem."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random
from time import process_time
from typing import Any

import sympy

import theory
from tests.theory.moment_formulas import LETS, RANDOM, Isserlis, drawn_values, formula
from theory.errors import InputError
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.scope import Meaning
from theory.language.formulas.slips import slips
from theory.language.formulas.writing import written
from verify.judge.expectation import judged_moment
from verify.outcome.verdict import JUDGED
from verify.settings import Settings

MOMENTS = "moment"
KINDS = {"v": Meaning.VECTOR, "s": Meaning.SCALAR}
NAMES = {name: KINDS.get(kind[0], Meaning.MATRIX) for name, kind in LETS.items()}
NAMES = {name: kind for name, kind in NAMES.items() if name not in RANDOM}
NAMES |= dict.fromkeys("nd", Meaning.SCALAR)
"""What may stand in a claim."""
SLIPS = 80
SIZES = ((1, 2), (2, 1), (2, 2))


def moments(random: Random, count: int) -> Iterator[dict[str, Any]]:
    """What came of so many claims, beside what is known of each."""
    while count:
        text = formula(random)
        if not {*text} & RANDOM:
            continue
        try:
            claim, how = _claim(text, random)
            claimed = theory.moment(text, claim=claim, **LETS)
        except (InputError, ValueError):  # without words, or of another shape
            continue
        count, started = count - 1, process_time()
        found = judged_moment(claimed, Settings(shrink=False))
        judged = found.data[JUDGED]["judgement"]
        truth = False if _differ(text, claim, random) else True if how == "right" else None
        line = {"key": MOMENTS, "how": how, "judgement": judged, "why": found.summary}
        line |= {"truth": truth, "seconds": round(process_time() - started, 2)}
        wanted = {True: "exact", False: "refuted", None: judged}[truth]
        if judged not in (wanted, "undecided"):
            line |= {"problem": f"it is {judged}", "given": {"text": text, "claim": claim}}
        yield line


def _claim(text: str, random: Random) -> tuple[str, str]:
    """A right formula, or one with a slip."""
    expr = theory.moment(text, **LETS).expression
    if (expr == 0 or isinstance(expr, sympy.ZeroMatrix)) and random.random() < 0.9:
        raise ValueError("zeros are many")
    right = written(expr)
    if random.random() < 0.4:
        return right, "right"
    made = list(islice(slips(parse(right), NAMES), SLIPS))
    return printed(random.choice(made)[1]), "slipped"


def _differ(text: str, claim: str, random: Random) -> bool:
    """Whether moment and claim differ at one of several places."""
    for _ in range(3):
        values = drawn_values(random, *random.choice(SIZES))
        oracle = Isserlis({**values, "v": values["v"][0][0]})
        try:
            theirs, ours = (oracle.expectation(parse(one)) for one in (text, claim))
        except ZeroDivisionError:  # no value here
            continue
        if len(ours) == len(ours[0]) == 1:  # a multiple of I, or zero of any shape
            shape = range(len(theirs)), range(len(theirs[0]))
            ours = [[ours[0][0] * (r == c) for c in shape[1]] for r in shape[0]]
        if ours != theirs:
            return True
    return False
