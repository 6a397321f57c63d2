"""Groups of examples, whole parameters, conditions, and ranges that end at a size."""

import json

import pytest

from tests.certificates.checking import (
    ACCEPTED,
    REJECTED,
    certified,
    data,
    here,
    of_challenge,
    refuted,
)
from tests.certificates.test_second_checker import second

GROUPS = "design partly-retrieved"
CHANGES = {
    "count": lambda design: design["examples"][0].__setitem__(0, "k + 1"),
    "rest": lambda design: design["examples"][1].__setitem__(0, "n"),
    "noise": lambda design: design["examples"][1][1].update(noise="2*sigma"),
    "lost": lambda design: design["examples"].pop(),
    "index": lambda design: design["examples"][0][1].update(noise="sigma*i"),
    "range": lambda design: design["parameters"].update(k=["0", "0 - n"]),
    "unknown end": lambda design: design["parameters"].update(k=["0", "alpha"]),
    "end with a root": lambda design: design["parameters"].update(k=["0", "sqrt(n)"]),
    "query's example": lambda design: design["query"].update(features=[["1", [], "e"]]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_certificate_of_groups_is_of_these_groups(tmp_path, name):
    challenge, certificate = data(GROUPS)
    CHANGES[name](challenge["design"])
    pair = of_challenge(challenge, certificate)
    assert here(tmp_path, *pair)[0] != ACCEPTED and second(*pair) != ACCEPTED


def test_groups_of_one_law_are_one_group(tmp_path):
    challenge, certificate = data("corollary1")
    ((_, law),) = challenge["design"]["examples"]
    challenge["design"]["examples"] = [["1", law], ["n - 1", law]]
    pair = of_challenge(challenge, certificate)
    assert here(tmp_path, *pair)[0] == second(*pair) == ACCEPTED


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ({"k": "1/2"}, "not whole"),
        ({"k": "9"}, "ranges"),
        ({"k": "-1"}, "ranges"),
        ({"n": "3/2"}, "not whole"),
    ],
)
def test_a_place_has_whole_numbers_of_examples(tmp_path, numbers, why):
    found = refuted("partly-retrieved", weight="1/(n + d + 1)")
    assert here(tmp_path, found.challenge, found.certificate)[0] == ACCEPTED
    certificate = json.loads(found.certificate)
    (step,) = certificate["steps"]
    assert int(step["numbers"]["n"]) < 9
    step["numbers"] |= numbers
    pair = of_challenge(json.loads(found.challenge), certificate)
    code, said = here(tmp_path, *pair)
    assert code == REJECTED and why in said and second(*pair) == REJECTED


def test_a_place_satisfies_conditions(tmp_path):
    found = refuted("aligned-with-both-unit", weight="1/(n + d + 1)")
    challenge, certificate = json.loads(found.challenge), json.loads(found.certificate)
    assert here(tmp_path, *of_challenge(challenge, certificate))[0] == ACCEPTED
    (condition,) = challenge["design"]["conditions"]
    challenge["design"]["conditions"] = [f"{condition} - 2"]
    pair = of_challenge(challenge, certificate)
    assert here(tmp_path, *pair)[0] == second(*pair) == REJECTED


def test_conditions_are_those_of_the_file():
    assert data("design aligned-with-both-unit")[0]["design"]["conditions"] == [
        "1 - alpha^2 - gamma^2"
    ]
    assert json.loads(certified(GROUPS).challenge)["design"]["whole"] == ["k"]
