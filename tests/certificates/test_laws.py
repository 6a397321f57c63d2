"""Random scalars, labels of any degree, a law at test, and several steps, changed a little."""

import pytest

from tests.certificates.checking import ACCEPTED, REJECTED, UNREADABLE, data, here, of_challenge
from tests.certificates.test_second_checker import second

SCALARS, LABELS, TEST = "design elliptical", "design quadratic-target", "shi-2024.noisy-test"
STEPS = "gatmiry-2024.second-step-helps"


def changed(name, change, certificate=False):
    found = data(name)
    change(found[certificate])
    return of_challenge(*found)


def moments(design):
    kinds = design["scalars"]
    return next(found for kind in ("example", "prompt") for found in kinds[kind].values())


CHANGES = {
    "a moment": (SCALARS, lambda c: moments(c["design"]).__setitem__(1, "7")),
    "no moments": (SCALARS, lambda c: moments(c["design"]).clear()),
    "drawn once": (SCALARS, lambda c: c["design"]["scalars"].update(prompt={"tau_0": ["1"]})),
    "a root": (SCALARS, lambda c: c["design"]["query"].update(noise="sqrt(tau_0)")),
    "a divisor": (SCALARS, lambda c: c["design"]["query"].update(noise="1/tau_0")),
    "a factor": (LABELS, lambda c: c["design"]["query"]["label"][0].__setitem__(0, "2")),
    "a degree": (LABELS, lambda c: c["design"]["query"]["label"][0][1].pop()),
    "noise at test": (TEST, lambda c: c["design"]["test"]["query"].update(noise="1")),
    "length at test": (TEST, lambda c: c["design"]["test"].update(n="n + 1")),
    "vector at test": (TEST, lambda c: c["design"]["test"]["prompt"].update(z="I")),
    "no test": (TEST, lambda c: c["design"].update(test=None)),
    "one step": (STEPS, lambda c: c["predictor"].update(steps="1")),
    "a matrix": (STEPS, lambda c: c["predictor"].update(name="pgd")),
    "many steps": (STEPS, lambda c: c["predictor"].update(steps="100")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_certificate_is_of_this_law(tmp_path, name):
    pair = changed(*CHANGES[name])
    codes = {here(tmp_path, *pair)[0], second(*pair)}
    assert codes <= {REJECTED, UNREADABLE}


def test_coefficients_are_in_order(tmp_path):
    for change in (list.reverse, list.clear, lambda found: found.__setitem__(1, "0")):
        pair = changed(STEPS, lambda c, change=change: change(c["weight"]["formula"]), True)
        assert here(tmp_path, *pair)[0] == second(*pair) == REJECTED


def test_a_law_at_test_that_is_that_of_training_is_no_other(tmp_path):
    """The risk at test is then the risk."""
    challenge, certificate = data("corollary1")
    design, (_, risk) = challenge["design"], challenge["assertions"]
    parts = ("prompt", "example", "query", "examples")
    design["test"] = {"n": "n", **{part: design[part] for part in parts}}
    risk["quantity"] = "test_risk"
    pair = of_challenge(challenge, certificate)
    assert here(tmp_path, *pair)[0] == second(*pair) == ACCEPTED


def test_a_random_scalar_of_one_value_is_a_number(tmp_path):
    challenge, certificate = data("corollary1")
    challenge["design"]["scalars"]["example"]["tau"] = ["1"] * 4
    ((_, law),) = challenge["design"]["examples"]
    law["features"][0][0] = law["label"][0][1][0][0][0][0] = "tau"
    pair = of_challenge(challenge, certificate)
    assert here(tmp_path, *pair)[0] == second(*pair) == ACCEPTED
    challenge["design"]["scalars"]["example"]["tau"][1] = "2"
    pair = of_challenge(challenge, certificate)
    assert here(tmp_path, *pair)[0] == second(*pair) == REJECTED
