"""Every claim that ships, judged; and prompts of many laws, at numbers.

``python -m benchmarks.prompts JOB`` is the worker that does one of them in a fresh interpreter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks.fresh import COLD, fresh, work
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes

JUDGE_AIM, NUMBERS_AIM = 5.0, 10.0
GROUPS = """
[design]
name = "three-groups"
[parameters]
sigma = [0, "oo"]
k = { range = [0, "n"], whole = true }
m = { range = [0, "n"], whole = true, where = "k + m <= n" }
[covariances]
Sigma_x = "psd"
Sigma_e = "psd"
Sigma_beta = "psd"
[gaussians.prompt]
q = "Sigma_x"
b = "Sigma_beta"
[gaussians.example]
e = "Sigma_e"
[prompt]
query = "q"
task = "b"
noise = "sigma"
[[examples]]
name = "retrieved"
count = "k"
features = "q + e"
[[examples]]
name = "partly"
count = "m"
features = "q/2 + e"
noise = "2*sigma"
[[examples]]
name = "rest"
features = "e"
"""
LAWS = """
[design]
name = "five-hundred-laws"
[parameters]
sigma = [0, "oo"]
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "(1 - i/n)*q + e"
task = "b"
label_scale = "i/n"
noise = "sigma*(1 + i/n)"
query_label_scale = "1"
query_noise = "sigma"
"""
PLACES = {
    "three groups with three covariances, d = 20, n = 40": (
        GROUPS,
        {"n": 40, "d": 20, "k": 10, "m": 5, "sigma": 1, "Sigma_x": "power:1", "Sigma_e": "eye"},
    ),
    "WPGD with 500 examples of 500 laws, d = 20": (LAWS, {"n": 500, "d": 20, "sigma": 1}),
}


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a verdict is not expected."""
    return [_claims(progress), _places(progress)]


def _claims(progress: Callable[[str], None]) -> Table:
    from theory.language import gallery

    times: dict[tuple[str, str], float] = {}
    for name in (*gallery.names(), *gallery.theorems()):
        for number, claim in enumerate(gallery.shipped(name).claims):
            progress(f"prompts: judging {name}, {claim.name}")
            done = fresh("prompts", {"judge": [name, number]})
            wrong = f"{name}, {claim.name}: {done['verdict']}, not {claim.expected}"
            passes([(wrong, done["verdict"] == claim.expected)])
            times[name, claim.name] = done["seconds"]
    slow = sorted(times.items(), key=lambda item: -item[1])[:10]
    rows = [(*names, duration(t), f"< {JUDGE_AIM:g} s", met(t < JUDGE_AIM)) for names, t in slow]
    return Table(
        f"Judging the {len(times)} claims that ship: the 10 slowest",
        ("file", "claim", "time", "aim", "met"),
        tuple(rows),
        (
            "From the text of the file to the verdict of the exact witnesses and controls "
            f"(`--level quick`). {COLD}",
            "Checked: every verdict is the one that the file says is expected.",
        ),
    )


def _places(progress: Callable[[str], None]) -> Table:
    rows = []
    for what in PLACES:
        progress(f"prompts: {what}")
        seconds = fresh("prompts", {"numbers": what})["seconds"]
        rows.append((what, duration(seconds), f"< {NUMBERS_AIM:g} s", met(seconds < NUMBERS_AIM)))
    return Table(
        "Prompts of many laws, at numbers",
        ("prompt", "time", "aim", "met"),
        tuple(rows),
        (
            f"From the text of the file to the exact optima of PGD and WPGD. {COLD}",
            "Checked: WPGD does no worse than PGD, and PGD no worse than predicting zero.",
        ),
    )


def judge(asked: tuple[str, int]) -> dict[str, Any]:
    """Put a claim that ships on trial."""
    from theory.language import gallery
    from theory.language.files.reading import parse_design
    from theory.records.theorem import Theorem
    from verify.settings import Level, Settings
    from verify.trial import put_on_trial

    (name, number), start = asked, time.process_time()
    file = parse_design(gallery.text(name))
    found = put_on_trial(Theorem.of_claim(file, file.claims[number]), Settings(Level.QUICK))
    return {"seconds": time.process_time() - start, "verdict": found.verdict.value}


def numbers(what: str) -> dict[str, Any]:
    """Evaluate a design at numbers."""
    from theory.language.files.reading import parse_design
    from theory.records.derived import Derived

    (text, given), start = PLACES[what], time.process_time()
    record = Derived.of(parse_design(text))
    found = record.evaluate(**given)
    seconds = time.process_time() - start
    zero = given["sigma"] ** 2 + sum(1 / k if "Sigma_x" in given else 1 for k in range(1, 21))
    passes([(f"{what}: {found.wpgd}, {found.risk}", found.wpgd <= found.risk <= zero + 1e-9)])
    return {"seconds": seconds}


if __name__ == "__main__":
    work({"judge": judge, "numbers": numbers})
