"""A user's own designs and claims: deriving, judging, and how the cost of a derivation grows.

``python -m benchmarks.own JOB`` is the worker that derives or judges in a fresh interpreter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from random import Random
from typing import Any

from benchmarks import own_growth
from benchmarks.fresh import COLD, fresh, work
from benchmarks.own_claims import Claim, claims
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes, processor

DERIVE_AIM, JUDGE_AIM = 3.0, 5.0
GIVEN_UP = 60.0
"""Seconds after which ``verify claim`` stops, unless told otherwise."""
CHECKED = ((1, 1), (2, 1), (2, 2))
"""Sizes (n, d) at which a derivation is looked at coordinate by coordinate."""
HEIGHT = 9
"""How large the numbers drawn for that may be."""


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a result is wrong."""
    return [_derivations(progress), _judgements(progress), own_growth.table(progress)]


def _derivations(progress: Callable[[str], None]) -> Table:
    """The symbolic part of ``verify derive``, for every design that ships."""
    from theory.language import gallery

    rows, times = [], {}
    for name in (*gallery.names(), *gallery.theorems()):
        progress(f"own: deriving {name}")
        done = fresh("own", {"derive": name})
        times[name] = done["seconds"]
        counts = (str(done["covariances"]), str(done["limits"]), str(done["terms"]))
        rows.append((name, *counts, duration(times[name]), "", ""))
    worst = max(times, key=lambda name: times[name])
    rows.append((f"the slowest: {worst}", "", "", "", *_against(times[worst], DERIVE_AIM)))
    return Table(
        "Deriving the designs that ship",
        ("design", "covariances", "limits", "terms of PGD's risk", "time", "aim", "met"),
        tuple(rows),
        (
            "From the text of the file to everything symbolic that `verify derive` shows: what is "
            "assumed, the optima of PGD, WPGD, attention and H3, the limits, and the LaTeX with "
            "all steps. What the witnesses then do to it is not counted.",
            f"{COLD} The slowest takes {duration(times[worst])}.",
            "Checked each time, coordinate by coordinate at drawn numbers: the risk at the "
            "derived weight is the derived risk, and has no slope there.",
        ),
    )


def _judgements(progress: Callable[[str], None]) -> Table:
    """What ``verify claim`` does, for claims of every outcome."""
    rows: list[tuple[str, ...]] = []
    for judgement, asked in claims().items():
        times = []
        for claim in asked:
            progress(f"own: {judgement}: {claim.design}, {claim}")
            done = fresh("own", {"judge": asdict(claim)})
            wrong = f"{claim.design}, {claim}: {done['judgement']}, for {done['why']}"
            passes([(wrong, done["judgement"] == judgement)])
            times.append(done["seconds"])
            rows.append(_judged(claim, judgement, done))
        slowest = f"{judgement}: the slowest of {len(times)}"
        rows.append((slowest, "", "", "", *_against(max(times), JUDGE_AIM)))
    return Table(
        "Judging claims",
        ("design", "covariances", "claim", "judgement", "time", "aim", "met"),
        tuple(rows),
        (
            "From the text of the file to the report of `verify claim`: the derivation, the "
            "judgement, the counterexample, a right formula near by (sought for 2 s at the most) "
            f"and the exact witnesses, with the slips that they have to refute. {COLD}",
            "Formulas of Corollary 1 and of Theorems 2 and 3 are the catalogue's own; Theorem 1 is "
            "written anew, with its roots of matrices. The file as it ships is changed for claims "
            "with alpha = 0 alone, and where covariances meet a limit.",
            "No claim is right in a limit where a covariance is left: what becomes of it as d "
            "grows is not said.",
            "Checked: every judgement.",
        ),
    )


def _judged(claim: Claim, judgement: str, done: Mapping[str, Any]) -> tuple[str, ...]:
    """The row of a claim; the aim is shown where the claim misses it."""
    head = (claim.design, str(done["covariances"]), str(claim), judgement)
    time, *aim = _against(done["seconds"], JUDGE_AIM)
    return (*head, time, *(aim if done["seconds"] >= JUDGE_AIM else ("", "")))


def _against(seconds: float, aim: float) -> tuple[str, str, str]:
    """A time, the aim, and whether it is met."""
    return duration(seconds), f"< {aim:g} s", met(seconds < aim)


def derive(name: str) -> dict[str, Any]:
    """Derive everything symbolic about a design that ships, and write it out."""
    from theory.language import gallery
    from theory.language.files.reading import parse_design
    from theory.records.derived import Derived
    from theory.text.latex import latex
    from verify.outcome.document import document_of

    text = gallery.text(name)
    start = time.process_time()
    record = Derived.of(parse_design(text))
    exposition = record.derived
    written = document_of(record, exposition, explain=True)
    seconds = time.process_time() - start
    # a wide fraction is broken somewhere, so that its beginning is looked for
    begins = (_bare(latex(f.left) + f.relation + latex(f.right)[:15]) for f in exposition.formulas)
    shown = [begin in _bare(written) for begin in begins]
    passes([(f"{name}: a formula is not written out", all(shown) and any(shown))])
    found = {size: _confirmed(record, *size) for size in CHECKED}
    passes(
        (f"{name}: wrong at (n, d) = {size}", right is not False) for size, right in found.items()
    )
    passes([(f"{name}: looked at no size", True in found.values())])
    return {
        "seconds": seconds,
        "covariances": len(record.design.covariances),
        "limits": len(record.limits),
        "terms": len(record.derivation.plain.polynomial.terms),
    }


def _bare(text: str) -> str:
    """LaTeX without white space, and without what breaks a formula into lines.

    >>> _bare(r"a \\\\ & + b")
    'a+b'
    """
    for layout in (*" \n&", r"\\", r"\quad", "{}"):
        text = text.replace(layout, "")
    return text


def _confirmed(record: Any, n: int, d: int) -> bool | None:
    """Whether coordinates give the derived risk at the derived weight, and no slope there.

    None where no prompt was found of that size.
    """
    from theory.optima.optimum import named
    from theory.risks.coordinates import risk_along
    from verify.instances import defined_instance, random_matrix

    random, plain = Random(0), record.derivation.plain
    at = defined_instance(record.design, n, d, random, HEIGHT)
    if at is None:
        return None
    best = plain.minimum(at)
    weight = best.matrix(at)
    direction = random_matrix(random, weight.nrows(), HEIGHT, weight.ncols())
    start, move = (named(plain.variables, one) for one in (weight, direction))
    value, slope, *_ = risk_along(record.file.predictor, start, move, at)
    return bool(value == best.risk and slope == 0)


def judge(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Judge a claim about a design that ships, or what the file itself claims."""
    from theory.language import gallery
    from theory.language.files.reading import parse_design
    from theory.records.theorem import Theorem
    from verify.judge.from_text import claim_of
    from verify.settings import Level, Settings
    from verify.timed import tried

    text = gallery.text(claim["design"])
    for before, after in claim["changes"]:
        passes([(f"{claim['design']}: there is no {before}", before in text)])
        text = text.replace(before, after)
    formulas = {kind: claim[kind] for kind in ("weight", "risk") if claim[kind] is not None}
    start = processor()
    file = parse_design(text)
    asked = [claim_of(file, **formulas, limit=claim["limit"])] if formulas else file.claims
    records = [Theorem.of_claim(file, one) for one in asked]
    (outcome,) = tried(records, Settings(Level.QUICK), GIVEN_UP)
    return {
        "seconds": processor() - start,
        "judgement": outcome.result.judgement,
        "why": [finding.summary for finding in outcome.result.findings],
        "covariances": len(file.design.covariances),
    }


if __name__ == "__main__":
    work({"derive": derive, "judge": judge})
