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
        # a right risk refuted at a place, by a weight that is stationary but for a fixed vector
        ("false_mean", 1, "not stationary"),
        # right claims refuted: in limits, by letters that depend on each other or are whole, and by
        # what is put in too late; at places where a count is no number, or several weights are best
        ("a_stale_trace_put", 1, "another error"),
        ("c_full_rank", 1, "not seen not to be zero"),
        ("c2_rank_one", 1, "not seen not to be zero"),
        ("g_whole", 1, "not seen not to be zero"),
        ("j_count_01", 1, "not seen not to be zero"),
        ("d_rank_order", 1, "a trace that is told by others"),
        ("e_count_root", 1, "not whole"),
        ("f_test_risk_refuted", 1, "one weight of several"),
        ("count_of_d", 1, "not seen not to be zero"),
        ("rank_of_d", 1, "not seen not to be zero"),
        ("count_of_a_constant", 1, "not seen not to be zero"),
        ("risk_at_test_in_a_limit", 1, "other weights may be as good"),
        # by roots that come to nought together, where they leave every weight as good
        ("irrational_weight", 1, "a root that is not rational"),
        ("irrational_risk_at_test", 1, "a root that is not rational"),
        # by a text that is no list of weights
        ("one_text_for_weights", 2, "several weights"),
        ("one_text_in_a_limit", 2, "several weights"),
        # a wrong one right in a limit: a constant that ends where another size begins
        ("b2_range_of_constant", 1, "not seen not to be zero"),
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
