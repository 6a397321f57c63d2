"""Random claims about every quantity, right and slipped, as values and as bounds."""

from itertools import islice
from random import Random

import pytest

from theory.errors import InputError, TheoryError
from theory.language import gallery
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.slips import slips
from theory.language.formulas.writing import written
from verify.judge.counterexample import wrong
from verify.judge.judge import claim_of, judge
from verify.judge.question import questions
from verify.judge.targets import target
from verify.settings import Settings

DESIGNS = ("rag", "mahankali-2023", "isotropic-noiseless", "task-aligned", "rag-unit")
FREELY = "d + sigma^2 - 2*n*tr(W) + n*(n + d + 1 + sigma^2)*tr(W*W')"
WEIGHTS = {
    "growing-noise": "1/(d + 1 + sigma^2*i^2)",
    "heteroscedastic": "1/(d + 1 + sigma^2*i/n)",
    "mahankali-2023": "n",
}
HELD = ("exact", "proved")
UNDRAWN = (Quantity.OMEGA, Quantity.TEST_RISK)


def drawn(random):
    """A design, a right claim about it, and the key of its formula."""
    kind = random.choice(("value", "value", "weight", "omega"))
    if kind == "weight":
        return "mahankali-2023", {"at": "W", "risk": FREELY}, "risk"
    if kind == "omega":
        name = random.choice(list(WEIGHTS))
        return name, {"omega": WEIGHTS[name]}, "omega"
    name, file = (one := random.choice(DESIGNS)), gallery.shipped(one)
    quantity = random.choice([q for q in Quantity if q.is_one and q not in UNDRAWN])
    formula = written(target(quantity, file).formula)
    return name, {quantity.value: formula}, quantity.value


def seen_to_fail(question, random):
    """Whether a claim fails at one of several random places."""
    failed = False
    for _ in range(6):
        at = question.drawn(random.randint(1, 6), random.randint(1, 3), random, 9)
        try:
            values = None if at is None else (question.claimed_at(at), question.exact_at(at))
        except (ZeroDivisionError, TheoryError):
            continue
        failed = failed or (values is not None and wrong(question, *values))
    return failed


@pytest.mark.parametrize("seed", range(2))
def test_right_claims_hold_and_slipped_ones_do_not_where_they_fail(seed):
    random, judged = Random(seed), []
    for _ in range(6):
        name, given, key = drawn(random)
        file = gallery.shipped(name)
        (question,) = questions(file, claim_of(file, **given))
        slipped = random.random() < 2 / 3
        if slipped:
            made = islice(slips(parse(given[key]), question.names), 40)
            given[key] = printed(random.choice(list(made))[1])
        bound = random.choice(("", "", "<= ", "> ")) if key not in ("weight", "omega") else ""
        given[key] = bound + given[key]
        try:
            claim = claim_of(file, **given)
        except InputError:
            continue  # the slip makes no formula
        found = judge(file, claim, Settings(shrink=False)).judgement.value
        (question,) = questions(file, claim)
        if seen_to_fail(question, random):
            assert found not in HELD, (name, given)
        elif not slipped:
            assert found in HELD, (name, given, found)
        judged.append(found)
    assert set(judged) & {*HELD} and set(judged) - {*HELD}
