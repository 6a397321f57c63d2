"""Certificates made by hand to deceive or to delay the checker, and what it says of each."""

import subprocess
import sys
from pathlib import Path

import pytest

from verify.certificates import checker

FOLDER = Path(__file__).parent / "attacks"
SECONDS = 60
"""After this time a process is stopped; each takes less than one on an idle machine."""


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        # any risk at all, by roots of what is negative, of which a product of three is nought
        ("negative_roots", 1, "not seen not to be negative"),
        # a right claim refuted in a limit, by roots that depend on each other
        ("dependent_roots", 1, "not seen not to be zero"),
        # one text exact, and refuted at a place where its condition does not hold
        ("where_exact", 0, "accepted"),
        ("where_refuted", 1, "a condition does not hold here"),
        # a right risk refuted at a place, by a weight stationary but for what holds a vector
        ("false_mean", 1, "not stationary"),
        # small files that ask for much work
        ("long_words", 2, "too large a formula"),
        ("longer_words", 2, "too large a formula"),
        ("many_pairings", 2, "too much work"),
    ],
)
def test_what_the_checker_says_of_an_attack(name, code, says):
    paths = [str(FOLDER / f"{name}.{part}.json") for part in ("challenge", "certificate")]
    command = [sys.executable, "-I", checker.__file__, *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == code and says in done.stdout, done.stdout
