"""Exact evaluation at size, and claims as they grow longer.

``python -m benchmarks.exact JOB`` is the worker that evaluates in a fresh interpreter.
"""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from fractions import Fraction
from random import Random
from typing import Any

from benchmarks.curves import Curve, picture
from benchmarks.fresh import COLD, fresh, work
from benchmarks.own_claims import Claim
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes, ratio

AIM = 5.0
SIZES = (10, 20, 40, 80)
POWER = 4.0
"""Answers have about d times the digits of what is given; with each digit come d^3 products."""
STATEMENTS = {
    "theorem1": "any covariances",
    "theorem2": "commuting covariances",
    "theorem3": "commuting covariances",
    "lemma3": "any covariances, rank d/4",
    "lemma4": "any covariances, rank d/4",
}
LENGTHS = (5, 10, 20, 40)
SUM_AIM = 5.0


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a result is wrong."""
    return [_evaluations(progress), _lengths(progress)]


def _evaluations(progress: Callable[[str], None]) -> Table:
    curves, memory, digits = [], {}, {}
    for id in STATEMENTS:
        seconds = []
        for d in SIZES:
            progress(f"exact: {id}, d = {d}")
            done = fresh("exact", {"evaluate": {"id": id, "d": d}})
            seconds.append(done["seconds"])
            memory[id], digits[id] = done["memory"], done["digits"]
        curves.append(Curve(id, SIZES, seconds, POWER))
    progress("exact: by hand")
    by_hand = fresh("exact", {"by_hand": {"d": SIZES[-1]}})["seconds"]
    rows = [
        (
            f"{one.name}, {STATEMENTS[one.name]}",
            *map(duration, one.seconds),
            f"d^{one.measured:.1f}",
            f"d^{POWER:g}",
            f"{digits[one.name]:,}",
            f"{memory[one.name]:.0f} MB",
            f"< {AIM:g} s",
            met(one.seconds[-1] < AIM),
        )
        for one in curves
    ]
    rows.append(
        ("theorem1 by hand", *[""] * (len(SIZES) - 1), duration(by_hand), "", "", "", "",
         f"{ratio(by_hand / curves[0].seconds[-1])} of ours", "")
    )  # fmt: skip
    return Table(
        "Evaluating statements exactly",
        ("statement", *(f"d = {d}" for d in SIZES), "growth", "of the algorithm",
         "digits of the risk", "memory", "aim at the last", "met"),
        tuple(rows),
        (
            "Processor time of one call with rational covariances, n = 2 d, after the formula was "
            "derived; a fresh interpreter each. Growth: the power of d between the last two sizes.",
            "All but small work is solving with a d x d matrix of rationals modulo as many primes "
            "as its determinant has words, products with the answer, and characteristic "
            f"polynomials likewise: d^{POWER:g} with matrix products of d^3. Where the growth is "
            "less, smaller sizes are still ruled by what does not grow so fast; where it is more, "
            "products of numbers of thousands of digits, and memory beyond the cache, cost more "
            "than their number says. By a profile of 2026-11-30, a third of lemma4 at d = 80 is "
            "such products and a quarter the characteristic polynomial.",
            "By hand: what one would write for Theorem 1 alone, one solve by python-flint and "
            "traces; no input is checked, and no weight given.",
            "Irrational eigenvalues are not isolated: the risks of low rank are sums of roots of a "
            "polynomial, whose digits are computed when they are asked for.",
            "Checked: the value in double precision, by the floating evaluation.",
        ),
        (("benchmarks-exact.svg", picture(curves, "features, $d$")),),
    )  # fmt: skip


def _lengths(progress: Callable[[str], None]) -> Table:
    """A right claim, to which a sum of fractions is added and taken away again."""
    seconds, rows = [], []
    for count in LENGTHS:
        progress(f"exact: a claim with {count} fractions")
        terms = [f"1/(n + d + {k + 1})" for k in range(count)]
        claim = Claim(
            "isotropic-noiseless",
            f"{count} fractions",
            risk=f"d*(d + 1)/(n + d + 1) + {' + '.join(terms)}",
        )
        done = fresh("own", {"judge": asdict(claim)})
        wrong = f"{count} fractions: {done['judgement']}"
        passes([(wrong, done["judgement"] == "refuted")])
        seconds.append(done["seconds"])
        rows.append((str(count), str(len(claim.risk or "")), duration(seconds[-1])))
    curve = Curve("claims", LENGTHS, seconds, 2.0)
    at = LENGTHS.index(20)
    rows.append(("growth", "", f"k^{curve.measured:.1f}, of the algorithm k^{curve.power:g}"))
    rows.append(("20 fractions", "", f"< {SUM_AIM:g} s: {met(seconds[at] < SUM_AIM)}"))
    return Table(
        "Judging a sum of k fractions",
        ("k", "characters", "time"),
        tuple(rows),
        (
            "The right risk of Corollary 1 and a sum of k fractions 1/(n + d + i), which have to "
            f"be refuted: `verify claim` at level quick, a right formula near by included. {COLD}",
            "Over one denominator such a sum has about k^2/2 terms in numerator and denominator, "
            "which is what the power says. What grows less is the work that any claim has.",
        ),
    )


def covariance(d: int, random: Random) -> list[list[Fraction]]:
    """A rational covariance: ``I + B B'/d``, with small fractions in ``B``."""
    import flint

    entries = [flint.fmpq(random.randint(-3, 3), random.randint(1, 3)) for _ in range(d * d)]
    root = flint.fmpq_mat(d, d, entries)
    square = root * root.transpose() * flint.fmpq(1, d)
    return [
        [Fraction(int(square[r, c].p), int(square[r, c].q)) + (r == c) for c in range(d)]
        for r in range(d)
    ]


def given(id: str, d: int) -> dict[str, Any]:
    """What a statement is evaluated at."""
    random = Random(d)
    x = covariance(d, random)
    found: dict[str, Any] = {"n": 2 * d, "sigma": Fraction(1, 2), "sigma_x": x}
    if id in ("theorem2", "theorem3"):
        shifted = [[v + (r == c) for c, v in enumerate(row)] for r, row in enumerate(x)]
        return found | {"alpha": Fraction(2, 5), "sigma_beta": shifted}
    found["sigma_beta"] = covariance(d, random)
    if id in ("lemma3", "lemma4"):
        found["rank"] = max(1, d // 4)
    if id == "lemma4":
        found["sigma_beta_old"] = covariance(d, random)
    return found


def evaluate(job: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluate a statement once, and compare with floating numbers."""
    import theory

    record, inside = theory.statement(job["id"]), given(job["id"], job["d"])
    record.evaluate(**given(job["id"], 2))  # derived now
    start = time.process_time()
    found = record.evaluate(**inside)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    near = {k: _floating(v) for k, v in inside.items()}
    rounded = record.evaluate(**near)
    pairs = ((found.risk, rounded.risk), (found.claimed, rounded.claimed))
    off = max(abs(float(a) - b) / abs(b) for a, b in pairs if a is not None)
    passes([(f"{job}: off by {off:.2g}", off < 1e-8 and math.isfinite(off))])
    digits = len(str(found.risk.denominator)) if isinstance(found.risk, Fraction) else 0
    if not digits:
        digits = max(len(str(c)) for root in found.risk.atoms(_roots()) for c in root.args[0])
    return {"seconds": seconds, "memory": memory, "digits": digits}


def _roots() -> type:
    from theory.algebra.roots import RootSum

    return RootSum


def _floating(value: Any) -> Any:
    if isinstance(value, list):
        return [[float(v) for v in row] for row in value]
    return float(value) if isinstance(value, Fraction) else value


def by_hand(job: Mapping[str, Any]) -> dict[str, Any]:
    """Theorem 1's risk as one would write it for one's own numbers, with python-flint."""
    import flint

    inside = given("theorem1", job["d"])
    n, d = inside["n"], job["d"]
    s_x, s_b = (
        flint.fmpq_mat([[flint.fmpq(v.numerator, v.denominator) for v in row] for row in inside[k]])
        for k in ("sigma_x", "sigma_beta")
    )
    start = time.process_time()
    product = s_x * s_b
    second = sum((product[k, k] for k in range(d)), flint.fmpq(1, 4))
    unit = flint.fmpq_mat(d, d, [int(r == c) for r in range(d) for c in range(d)])
    solved = (product * flint.fmpq(n + 1) + unit * second).solve(product)
    lost = product * solved
    risk = second - n * sum((lost[k, k] for k in range(d)), flint.fmpq(0))
    seconds = time.process_time() - start
    import theory

    ours = theory.statement("theorem1").evaluate(**inside).risk
    passes([("theorem1 by hand is another number", Fraction(int(risk.p), int(risk.q)) == ours)])
    return {"seconds": seconds}


if __name__ == "__main__":
    work({"evaluate": evaluate, "by_hand": by_hand})
