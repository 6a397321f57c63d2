"""Witness: the claim beside what the engine derives in its place, for all sizes at once."""

from __future__ import annotations

from theory.records.theorem import Theorem
from verify.judge.data import Data, data_of
from verify.judge.judge import Judged, Judgement, judge
from verify.judge.table import table
from verify.outcome.verdict import JUDGED, Finding, Verdict
from verify.settings import Settings

NAME = "derivation"


def judged_claim(record: Theorem, settings: Settings) -> Finding:
    """Judge the claim: exact, right in a limit, refuted, or undecided with the reason.

    A claim that is made without a limit and is right in one only is refuted as it stands; the
    judgement, which is in the data with all that it rests on, says where it is right.
    """
    judged = judge(record.file, record.claim, settings)
    if settings.brief:  # one of many slips, of which nobody reads more than the verdict
        return Finding(NAME, verdict_of(judged), "judged", examined=len(judged.answers))
    answers = judged.answers
    about = [f"{a.question.key}: " if len(answers) > 1 else "" for a in answers]
    return Finding(
        NAME,
        verdict_of(judged),
        "; ".join(f"{name}{a.why}" for name, a in zip(about, answers, strict=True)),
        examined=sum(a.equality.examined + 2 * len(a.orders) for a in answers),
        data={JUDGED: data_of(judged, settings.at), "table": _at_sizes(judged)},
    )


def _at_sizes(judged: Judged) -> list[Data]:
    """What is claimed or right in a limit, the risk rather than the weight, at a few sizes."""
    last = judged.answers[-1]
    right = (one.regime for one in last.orders if one.right)
    regime = judged.claim.limit or next(right, None)
    return [] if regime is None else table(last.question, regime)


def verdict_of(judged: Judged) -> Verdict:
    """What a judgement says of the claim as it was made."""
    match judged.judgement:
        case Judgement.EXACT | Judgement.PROVED:
            return Verdict.HOLDS
        case Judgement.LIMIT:
            return Verdict.REFUTED if judged.claim.limit is None else Verdict.HOLDS
        case Judgement.REFUTED:
            return Verdict.REFUTED
        case Judgement.UNDECIDED:
            return Verdict.UNDECIDED
