"""Files of any kind end in an exit code, in bounded memory, and within the time of a test."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.certificates.checking import (
    REJECTED,
    UNREADABLE,
    certified,
    changed,
    data,
    here,
    of_challenge,
    written,
)
from verify.certificates import checker

MEMORY = 512 * 2**20
GOOD = certified("corollary1")
CHALLENGE, CERTIFICATE = data("corollary1")


LABORIOUS = {"many terms", "many products", "many vectors"}
"""What ends where the work does, as a tower of names does: a tenth of the work shows it."""


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    """The checker, but that it does a tenth of the work."""
    whole = Path(checker.__file__).read_text(encoding="utf-8")
    source = whole.replace(f" {checker.WORK:_}\n", f" {checker.WORK // 10:_}\n")
    assert source != whole
    file = tmp_path_factory.mktemp("brief") / "checker.py"
    file.write_text(source, encoding="utf-8")
    return file


def code(folder, challenge, certificate, file=checker.__file__):
    """Of a process that may have little memory, and must not take long."""
    command = [sys.executable, "-I", file, *written(folder, challenge, certificate)]

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=limited, timeout=60
    )
    assert "Traceback" not in done.stderr
    return done.returncode


FILES = {
    "empty": b"",
    "no JSON": b"{",
    "another kind": b"[]\n",
    "a number": b"1\n",
    "no text": bytes(range(256)),
    "null": b"null\n",
    "deep": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 200_000,
    "huge": b" " * 30_000_000,
    "a long number": b"1" * 1_900_000,
    "infinity": b"Infinity\n",
    "twice": b'{"format":"icl-certificate/1","format":"icl-certificate/1"}\n',
    "blanks": GOOD.certificate.replace(",", ", ").encode(),
    "no newline": GOOD.certificate.rstrip().encode(),
    "byte-order mark": b"\xef\xbb\xbf" + GOOD.certificate.encode(),
    "another format": GOOD.certificate.replace("certificate/1", "certificate/2").encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_no_certificate(tmp_path, name):
    assert code(tmp_path, GOOD.challenge, FILES[name]) == UNREADABLE
    assert code(tmp_path, FILES[name], GOOD.certificate) in (REJECTED, UNREADABLE)


FORMULAS = {
    "parentheses": "(" * 100_000 + "1" + ")" * 100_000,
    "signs": "-" * 100_000 + "1",
    "open": "(" * 30,
    "a tower": "((((9^60)^60)^60)^60)^60",
    "a tower of names": "((((n + d)^60)^60)^60)^60",
    "a large power": "2^100000",
    "a huge power": "2^" + "9" * 5_000,
    "many terms": "+".join(f"n^{k % 60}*d^{k % 59}" for k in range(100_000)),
    "many products": "*".join(["(n + d + 1)"] * 50_000),
    "many divisors": "+".join(f"1/(n + {k})" for k in range(3_000)),
    "nested roots": "sqrt(1 + " * 39 + "n" + ")" * 39,
    "a long number": "1" * 100_000,
    "nothing": "",
    "two": "n d",
    "a call": "__import__('os')",
    "a comma": "tr(I, I)",
    "letters": "é",
    "an operator": "n +",
    "a fraction of nothing": "1/0",
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_bounded(tmp_path, brief, name):
    weight = {"formula": FORMULAS[name], "gradient": "0"}
    texts = of_challenge(CHALLENGE, {**CERTIFICATE, "weight": weight})
    file = brief if name in LABORIOUS else checker.__file__
    assert code(tmp_path, *texts, file) in (REJECTED, UNREADABLE)


DESIGNS = {
    "many vectors": {"query": [["1", [], "q"]] * 3_000, "features": [["1", [], "e"]] * 3_000},
    "many matrices": {"query": [["1", ["A"] * 100_000, "q"]]},
    "an unknown vector": {"query": [["1", [], "z"]]},
    "no vector": {"query": [["1", [], ["q"]]]},
    "a vector of examples": {"query": [["1", [], "e"]]},
    "a wrong name": {"prompt": {"q q": "I", "b": "I"}},
    "a reserved name": {"parameters": {"n": [None, None]}},
    "a name twice": {"parameters": {"q": [None, None]}},
    "a power of i": {"noise": "i^60"},
    "a root of i": {"features": [["sqrt(i)", [], "e"], ["1", [], "q"]]},
}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_is_bounded(tmp_path, brief, name):
    design = changed(CHALLENGE["design"], covariances={"A": None}, **DESIGNS[name])
    texts = of_challenge({**CHALLENGE, "design": design}, CERTIFICATE)
    file = brief if name in LABORIOUS else checker.__file__
    assert code(tmp_path, *texts, file) in (REJECTED, UNREADABLE)


@pytest.mark.parametrize("key", CERTIFICATE)
@pytest.mark.parametrize("value", [None, [], {}, "x", [[]], [None], {"a": None}, "1" * 1_000])
def test_parts_of_another_kind(tmp_path, key, value):
    if value == CERTIFICATE[key]:
        return
    texts = (GOOD.challenge, json.dumps({**CERTIFICATE, key: value}, sort_keys=True))
    bad = texts[1].replace(": ", ":").replace(", ", ",") + "\n"
    assert here(tmp_path, GOOD.challenge, bad)[0] in (REJECTED, UNREADABLE)


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "b", "c"], ["/nowhere", "/nowhere"]])
def test_a_command_line_that_is_none(arguments):
    command = [sys.executable, "-I", checker.__file__, *arguments]
    assert subprocess.run(command, capture_output=True, check=False).returncode == UNREADABLE


def test_the_other_way_round_is_told(tmp_path):
    said = here(tmp_path, GOOD.certificate, GOOD.challenge)
    assert said[0] == UNREADABLE and "the challenge comes first" in said[1]


def test_the_sign_of_many_squares_is_little_work():
    """Looked for in each letter within each other, it took all the work there may be."""
    checker.Sum.work, letters = 0, [f"x{k}" for k in range(16)]
    own = checker.Algebra({x: checker.letter(x) for x in letters})
    squares = checker.Sum.total(checker.letter(x, 2) for x in letters)
    assert own.part(squares - checker.term(1)) == 0
    assert checker.Sum.work < checker.WORK // 100
