"""A user's own designs and claims: deriving, judging, and how the cost of a derivation grows.

``python -m benchmarks.own JOB`` is the worker that does one piece of it in a fresh interpreter.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.table import Table, met
from benchmarks.timing import duration, passes, ratio

ROOT = Path(__file__).parent.parent
DERIVE_AIM, JUDGE_AIM = 3.0, 5.0
CAP = 20.0
"""Seconds after which the sum over all pairings is stopped."""
VECTORS = (1, 2, 3, 4)
SHARING = ("nothing", "features and query", "features, query and task")
"""What has Gaussian vectors in common, so that higher powers of one of them occur."""


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a result is wrong."""
    return [_derivations(progress), _judgements(progress), _growth(progress)]


def _derivations(progress: Callable[[str], None]) -> Table:
    from theory import gallery

    rows, worst = [], 0.0
    for name in gallery.names():
        progress(f"own: deriving {name}")
        done = _worker({"derive": name})
        worst = max(worst, done["seconds"])
        rows.append((name, str(done["terms"]), duration(done["seconds"]), "", ""))
    rows.append(
        ("the slowest", "", duration(worst), f"< {DERIVE_AIM:g} s", met(worst < DERIVE_AIM))
    )
    return Table(
        "Deriving the designs that ship",
        ("design", "terms of the risk of PGD", "time", "aim", "met"),
        tuple(rows),
        (
            "From the text of the file to everything that is printed: optima of all predictors, "
            "assumptions, limits. A fresh interpreter each, caches cold, imports not counted.",
        ),
    )


@dataclass(frozen=True)
class Claim:
    """A formula about a design that ships, and what the judgement has to be."""

    name: str
    formula: str
    judgement: str
    quantity: str = "risk"
    limit: str | None = None


KAPPA = "(alpha^2*d + 1)"
SECOND = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
OPTIMAL = f"((n + 1)*Sigma_x + {SECOND}*Sigma_beta^-1)^-1"
THEOREM_2 = f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + d + sigma^2)"
CLAIMS = (
    Claim("isotropic-noiseless", "d*(d + 1)/(n + d + 1)", "exact"),
    Claim("mahankali-2023", "1/(n + d + 1 + sigma^2)", "exact", "weight"),
    Claim("mahankali-2023", "1/(n + d + sigma^2)", "refuted", "weight"),
    Claim("ahn-2023", "((n + 1)/n*Sigma + tr(Sigma)/n*I)^-1", "exact", "weight"),
    Claim("ahn-2023", "(Sigma + tr(Sigma)/n*I)^-1", "refuted", "weight"),
    Claim("independent", OPTIMAL, "exact", "weight"),
    Claim(
        "independent",
        f"{SECOND} - n*tr(Sigma_beta*Sigma_x*Sigma_beta*Sigma_x"
        f"*({SECOND}*I + (n + 1)*Sigma_beta*Sigma_x)^-1)",
        "exact",
    ),
    Claim("independent", OPTIMAL.replace("n + 1", "n"), "refuted", "weight"),
    Claim("covariate-shift", OPTIMAL.replace("sigma^2", "sigma"), "refuted", "weight"),
    Claim("rag", THEOREM_2, "right in the limit"),
    Claim("rag", THEOREM_2, "right in the limit", limit="proportional"),
    Claim("rag", THEOREM_2.replace(KAPPA, "(alpha*d + 1)"), "refuted", limit="proportional"),
    Claim("task-aligned", "d + sigma^2", "refuted", limit="proportional"),
    Claim("task-aligned-general", f"{SECOND}/2", "refuted"),
    Claim("noisy-retrieval", "d + sigma^2", "refuted"),
    Claim("heteroscedastic", "2*n/(2*n*(n + d + 1) + (n + 1)*sigma^2)", "exact", "weight"),
)


def _judgements(progress: Callable[[str], None]) -> Table:
    rows, worst = [], 0.0
    for claim in CLAIMS:
        progress(f"own: judging a claim about {claim.name}")
        done = _worker({"judge": vars(claim)})
        wrong = f"{claim.name}: {claim.formula} is judged {done['judgement']}: {done['why']}"
        passes([(wrong, done["judgement"] == claim.judgement)])
        worst = max(worst, done["seconds"])
        where = "" if claim.limit is None else f", {claim.limit} limit"
        rows.append(
            (claim.name, f"{claim.quantity}{where}", claim.judgement, duration(done["seconds"]),
             "", "")
        )  # fmt: skip
    rows.append(
        ("the slowest", "", "", duration(worst), f"< {JUDGE_AIM:g} s", met(worst < JUDGE_AIM))
    )
    return Table(
        "Judging claims",
        ("design", "claimed", "judgement", "time", "aim", "met"),
        tuple(rows),
        (
            "With the derivation and with the search for a counterexample and for a right formula "
            "near by. A fresh interpreter each, imports not counted. Checked: every judgement.",
        ),
    )


def _growth(progress: Callable[[str], None]) -> Table:
    rows = []
    for sharing in range(len(SHARING)):
        for vectors in VECTORS:
            progress(f"own: {vectors} vectors each, {SHARING[sharing]} shared")
            job = {"vectors": vectors, "sharing": sharing}
            ours = _worker({"engine": job})
            try:
                peer = _worker({"pairings": job}, CAP)
            except subprocess.TimeoutExpired:
                shown = (f"over {CAP:g} s", f"over {ratio(CAP / ours['seconds'])}")
            else:
                passes([("the two risks differ", peer["risk"] == ours["risk"])])
                shown = (duration(peer["seconds"]), ratio(peer["seconds"] / ours["seconds"]))
            rows.append(
                (SHARING[sharing], str(ours["vectors"]), str(ours["degree"]), str(ours["terms"]),
                 duration(ours["seconds"]), *shown)
            )  # fmt: skip
    return Table(
        "The risk of PGD, as the design grows",
        (
            *("share vectors", "Gaussian vectors", "power of one", "terms of the residual"),
            *("engine", "sum over all pairings", "ratio"),
        ),
        tuple(rows),
        (
            "Query, features and task are sums of several vectors. The power is the highest of one "
            "vector in a term of the squared residual. A fresh interpreter each, imports not "
            "counted. Checked: both risks are the same.",
        ),
    )


def _worker(job: Mapping[str, Any], seconds: float | None = None) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.own", json.dumps(job)],
        cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    passes([(f"{job} failed: {done.stderr}", done.returncode == 0)])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def derive(name: str) -> dict[str, Any]:
    """Derive everything about a design that ships."""
    from theory import gallery
    from theory.derived.statement import Derived
    from theory.files.reading import parse_design

    text = gallery.text(name)
    start = time.perf_counter()
    record = Derived.of(parse_design(text))
    account = record.derived
    seconds = time.perf_counter() - start
    assert account.formulas and account.conditions
    return {"seconds": seconds, "terms": len(record.derivation.plain.polynomial.terms)}


def judge(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Judge a claim about a design that ships."""
    from theory.gallery import shipped
    from verify.claims import judge as judging
    from verify.settings import Settings

    file = shipped(claim["name"])
    start = time.perf_counter()
    formula = {claim["quantity"]: claim["formula"]}
    found = judging.judge(file, judging.claim_of(file, **formula, limit=claim["limit"]), Settings())
    seconds = time.perf_counter() - start
    why = [answer.why for answer in found.answers]
    return {"seconds": seconds, "judgement": found.judgement.value, "why": why}


def _design(vectors: int, sharing: int) -> Any:
    """Query, features and task as sums of so many vectors, some of which they share."""
    from theory import Design
    from theory import vectors as named

    names = {kind: [f"{kind}{k}" for k in range(1, vectors + 1)] for kind in "qbe"}

    def total(kind: str) -> Any:
        first, *rest = named(" ".join(names[kind]))
        return sum(rest, first)

    return Design(
        name="large",
        title="Sums of vectors",
        prompt=tuple((v, "I") for v in (*names["q"], *names["b"])),
        example=tuple((v, "I") for v in names["e"]),
        query=total("q"),
        features=total("e") + total("q") if sharing else total("e"),
        task=total("b") + total("q") if sharing > 1 else total("b"),
    )


def risk(vectors: int, sharing: int, by_pairings: bool) -> dict[str, Any]:
    """The risk of PGD by the engine, or by its naive twin."""
    from theory.moments import mean_product
    from theory.pairings import expectation_by_pairings
    from theory.predictors import pgd
    from theory.prompt import Words, read

    design = _design(vectors, sharing)
    start = time.perf_counter()
    prompt = read(design, Words())
    residual = (prompt.label - pgd.predict(prompt, pgd.words())).trace()
    if by_pairings:
        found = expectation_by_pairings(residual * residual)
    else:
        found = mean_product(residual, residual)
    seconds = time.perf_counter() - start
    powers = [
        sum(factor.letter.name == "q1" for trace in term for factor in trace.word)
        for term in residual.terms
    ]
    return {
        "seconds": seconds,
        "risk": str(sorted((str(m), str(c.expand())) for m, c in found.terms.items())),
        "terms": len(residual.terms),
        "vectors": 3 * vectors,
        "degree": 2 * max(powers),
    }


def main() -> None:
    """Do one job, named on the command line, and print what came of it as JSON."""
    ((what, job),) = json.loads(sys.argv[1]).items()
    found = {
        "derive": lambda: derive(job),
        "judge": lambda: judge(job),
        "engine": lambda: risk(**job, by_pairings=False),
        "pairings": lambda: risk(**job, by_pairings=True),
    }[what]()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
