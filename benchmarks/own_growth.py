"""How the cost of a derivation grows with the Gaussian vectors and the degree of their moments.

``python -m benchmarks.own_growth JOB`` is the worker that derives in a fresh interpreter.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from benchmarks.fresh import COLD, fresh, fresh_within, work
from benchmarks.table import Table
from benchmarks.timing import duration, passes, ratio

CAP = 20.0
"""Seconds after which work is stopped."""
CHECKED = ((2, 1), (1, 2))
"""Sizes (n, d) at which a risk is looked at coordinate by coordinate."""
HEIGHT = 9
"""How large the numbers drawn for that may be."""
SIZES = tuple(
    dict.fromkeys(
        (k, query, task) for k in (1, 2, 3, 4) for query, task in ((0, 0), (k, 0), (1, 1), (k, k))
    )
)
"""The features' vectors of either kind, and how many of the prompt's query and task share."""


def table(progress: Callable[[str], None]) -> Table:
    """Designs of growing size: their risk by the engine and by all pairings, and their optimum."""
    rows = []
    for k, query, task in SIZES:
        sharing = _sharing(query, task)
        progress(f"own: features of {k} + {k} vectors, {sharing} shared")
        rows.append(_row({"k": k, "query": query, "task": task}, sharing))
    return Table(
        "The risk of PGD, as the design grows",
        (
            *("Gaussian vectors", "shared", "degree", "terms of the residual", "of the risk"),
            *("risk by the engine", "by all pairings", "ratio", "all that is derived"),
        ),
        tuple(rows),
        (
            "Features are sums of as many vectors of the example as of the prompt, each with a "
            "covariance of its own. Query and task have a vector of their own, and share some of "
            "the prompt's with the features. Degree: the highest power of one vector in the "
            "squared residual.",
            "Engine: from the design to PGD's risk for symbolic n and d. All pairings: the same, "
            "with Isserlis' sum over all pairings of equal vectors for each term of the squared "
            "residual. All that is derived: as for the designs that ship, witnesses left out. "
            f"{COLD} A single run each, stopped after {CAP:g} s.",
            "Checked: engine and pairings find the same polynomial where both are done. Everywhere "
            "it has the value that is found coordinate by coordinate, for drawn weights and "
            "covariances at (n, d) = (2, 1) and (1, 2).",
        ),
    )


def _sharing(query: int, task: int) -> str:
    """How many vectors of the features query and task share, in words."""
    if query == task:
        return f"{query} with both" if query else "none"
    return f"{query} with the query"


def _row(job: Mapping[str, int], sharing: str) -> tuple[str, ...]:
    ours = fresh("own_growth", {"engine": job})
    peer = fresh_within(CAP, "own_growth", {"pairings": job})
    whole = fresh_within(CAP, "own_growth", {"all": job})
    if peer is None:
        compared = (f"over {CAP:g} s", f"over {ratio(CAP / ours['seconds'])}")
    else:
        passes([(f"{job}: engine and pairings differ", peer["risk"] == ours["risk"])])
        compared = (duration(peer["seconds"]), ratio(peer["seconds"] / ours["seconds"]))
    counts = (f"{ours[what]:,}" for what in ("degree", "residual", "terms"))
    return (
        str(ours["vectors"]),
        sharing,
        *counts,
        duration(ours["seconds"]),
        *compared,
        f"over {CAP:g} s" if whole is None else duration(whole["seconds"]),
    )


def design(k: int, query: int, task: int) -> Any:
    """Features that are a sum of k vectors of the prompt and k of the example.

    Query and task share as many of the prompt's as given.

    >>> found = design(2, 1, 0)
    >>> found.features, found.query, found.task
    (p1 + p2 + e1 + e2, q + p1, b)
    """
    from theory import Design
    from theory.designs.combinations import vector

    own = ("q", "b")
    once, each = ([f"{kind}{j}" for j in range(1, k + 1)] for kind in "pe")
    q, b, *summands = map(vector, (*own, *once, *each))
    return Design(
        name="generated",
        title="Sums of vectors",
        covariances=tuple(f"S_{name}" for name in (*once, *each)),
        prompt=(*((name, "I") for name in own), *((name, f"S_{name}") for name in once)),
        example=tuple((name, f"S_{name}") for name in each),
        query=sum(summands[:query], q),
        features=sum(summands[1:], summands[0]),
        task=sum(summands[:task], b),
    )


def _residual(of: Any) -> Any:
    """Label minus PGD's prediction, as a polynomial in traces."""
    from theory.designs.predictors import pgd
    from theory.designs.prompt import Words, read

    prompt = read(of, Words(of))
    return (prompt.label - pgd.predict(prompt, pgd.words())).trace()


def engine(job: Mapping[str, int]) -> dict[str, Any]:
    """The risk by the moment engine."""
    from theory.algebra.products import mean_product

    of = design(**job)
    start = time.process_time()
    residual = _residual(of)
    risk = mean_product(residual, residual)
    seconds = time.process_time() - start
    for n, d in CHECKED:
        passes([(f"{job}: wrong at n = {n}, d = {d}", _confirmed(of, risk, n, d))])
    return {
        "seconds": seconds,
        "risk": _plain(risk),
        "vectors": len(of.prompt) + len(of.example),
        "degree": _degree(residual),
        "residual": len(residual.terms),
        "terms": len(risk.terms),
    }


def by_pairings(job: Mapping[str, int]) -> dict[str, Any]:
    """The risk by the naive twin of the engine."""
    from theory.algebra.pairings import expectation_by_pairings

    of = design(**job)
    start = time.process_time()
    residual = _residual(of)
    risk = expectation_by_pairings(residual * residual)
    return {"seconds": time.process_time() - start, "risk": _plain(risk)}


def everything(job: Mapping[str, int]) -> dict[str, Any]:
    """All that is derived from the design, written out."""
    from theory.records.derived import Derived
    from verify.outcome.document import document_of

    of = design(**job)
    start = time.process_time()
    record = Derived.of(of)
    written = document_of(record, record.derived, explain=True)
    seconds = time.process_time() - start
    passes([(f"{job}: nothing is derived", "W^\\star" in written)])
    return {"seconds": seconds}


def _plain(risk: Any) -> list[tuple[str, str]]:
    """The terms of a risk, in an order and a form that two derivations of it share."""
    return sorted((str(monomial), str(c.expand())) for monomial, c in risk.terms.items())


def _degree(residual: Any) -> int:
    """The highest power of one Gaussian letter in the square."""
    counts = (
        Counter(f.letter for trace in term for f in trace.word if f.letter.is_gaussian)
        for term in residual.terms
    )
    return 2 * max(max(count.values()) for count in counts)


def _confirmed(of: Any, risk: Any, n: int, d: int) -> bool:
    """Whether a risk has the value of the risk coordinate by coordinate, at drawn numbers."""
    from theory.designs.predictors import pgd
    from theory.risks.coordinates import risk_at
    from verify.instances import random_instance, random_matrix

    random = Random(0)
    at = random_instance(of, n, d, random, HEIGHT)
    weights = {pgd.weights[0].name: random_matrix(random, d, HEIGHT)}
    value = at.values.put(weights).scalar(risk)
    return bool(value == risk_at(pgd, weights, at))


if __name__ == "__main__":
    work({"engine": engine, "pairings": by_pairings, "all": everything})
