"""Two checkers written apart say the same, of certificates as they are and of corrupted ones."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.certificates import second_checker
from tests.certificates.checking import (
    ACCEPTED,
    REJECTED,
    UNREADABLE,
    certified,
    data,
    here,
    of_challenge,
)
from tests.certificates.corruptions import corruptions, of_data
from verify.certificates.challenge import canonical

ATTACKS = Path(__file__).parent / "attacks"
EACH = {
    "corollary1": 2,
    "theorem1": 50,
    "theorem2": 50,
    "design covariate-shift": 20,
    "ahn-2023.theorem1": 10,
    "wrong weight": 5,
    "wrong root": 20,
    "wrong risk": 10,
    "wrong excess": 10,
    "wrong in the limit": 40,
    "design elliptical": 10,
    "design errors-in-variables": 20,
    "letey-2025.alignment-at-test": 40,
    "shi-2024.noisy-test-in-proportion": 10,
    "gatmiry-2024.long-prompts": 40,
}
"""Of which certificates corruptions are tried, and every how manieth."""


def second(challenge, certificate):
    """What the second checker says of two texts."""
    try:
        second_checker.check(challenge.encode(), certificate.encode())
    except second_checker.Rejected:
        return REJECTED
    except second_checker.Unreadable:
        return UNREADABLE
    return ACCEPTED


def differ(folder, pairs):
    """How many pairs there were, and those that one of the two accepts and the other does not.

    Of a file with several faults either may be found first.
    """
    codes = [(here(folder, *pair)[0], second(*pair), pair) for pair in pairs]
    return len(codes), [code for code in codes if (code[0] == ACCEPTED) != (code[1] == ACCEPTED)]


@pytest.mark.parametrize("name", [*EACH, "theorem3", "design anisotropic-aligned"])
def test_it_accepts_what_the_first_accepts(name):
    assert second(certified(name).challenge, certified(name).certificate) == ACCEPTED


@pytest.mark.parametrize("name", EACH)
def test_both_say_the_same_of_a_corrupted_certificate(tmp_path, name):
    challenge = certified(name).challenge
    found = list(corruptions(name))[:: EACH[name]]
    number, others = differ(tmp_path, [(challenge, text) for text in found])
    assert number > 5 and not others, others[0]


@pytest.mark.parametrize(
    ("name", "each"),
    [
        ("corollary1", 5),
        ("wrong weight", 10),
        ("wrong excess", 10),
        ("design elliptical", 15),
        ("shi-2024.noisy-test-in-proportion", 15),
        ("gatmiry-2024.second-step-helps", 15),
    ],
)
def test_both_say_the_same_of_a_certificate_of_a_corrupted_challenge(tmp_path, name, each):
    """The certificate names the challenge as it became."""
    challenge, certificate = data(name)
    names = sorted({*challenge["design"]["parameters"], "n", "d", "I", "zz"})
    found = {canonical(other): other for other in of_data(challenge, names)}
    pairs = [of_challenge(found[text], certificate) for text in sorted(found)[::each]]
    number, others = differ(tmp_path, pairs)
    assert number > 20 and not others, others[0]


def test_both_find_a_list_in_the_place_of_a_formula_unreadable(tmp_path):
    challenge, certificate = data("gatmiry-2024.second-step-helps")
    weight = dict(certificate["weight"])
    weight["formula"] = [weight["formula"], *weight["formula"][1:]]
    pair = of_challenge(challenge, {**certificate, "weight": weight})
    assert second(*pair) == here(tmp_path, *pair)[0] == UNREADABLE


@pytest.mark.parametrize("name", sorted({path.name.split(".")[0] for path in ATTACKS.iterdir()}))
def test_both_say_the_same_of_an_attack(tmp_path, name):
    pair = [(ATTACKS / f"{name}.{kind}.json").read_text() for kind in ("challenge", "certificate")]
    assert second(*pair) == here(tmp_path, *pair)[0]


def test_it_has_nothing_of_the_first():
    tree = ast.parse(Path(second_checker.__file__).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in found if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in found if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_it_is_called_as_the_first(tmp_path):
    found = certified("corollary1")
    changed = {**json.loads(found.certificate), "roots": ["A"]}
    for text, code in (
        (found.certificate, ACCEPTED),
        (canonical(changed), REJECTED),
        ("", UNREADABLE),
    ):
        paths = tmp_path / "challenge.json", tmp_path / "certificate.json"
        for path, written in zip(paths, (found.challenge, text), strict=True):
            path.write_text(written)
        command = [sys.executable, "-I", second_checker.__file__, *paths]
        assert subprocess.run(command, capture_output=True, check=False).returncode == code
