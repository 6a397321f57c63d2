"""Wrong claims have refutations that are accepted: a rational point, and both values there."""

import json

import pytest

from tests.certificates.checking import ACCEPTED, REJECTED, here, of_challenge, refuted
from tests.verify.test_claims_refuted import WRONG

FIRST = {(name, quantity): formula for name, quantity, formula, *_ in reversed(WRONG)}
"""A wrong formula of each quantity of each design; the search for its point is tested elsewhere."""


@pytest.mark.parametrize(("name", "quantity", "formula"), [(*key, FIRST[key]) for key in FIRST])
def test_every_wrong_claim_is_refuted(tmp_path, name, quantity, formula):
    found = refuted(name, **{quantity: formula})
    if name == "noisy-retrieval":  # its examples differ by a root of i, and are summed by name
        assert found.challenge is None and "no certificate" in found.missing[0]
        return
    assert [one.verdict for one in found.assertions] == ["refuted"] and not found.missing
    assert here(tmp_path, found.challenge, found.certificate)[0] == ACCEPTED


SOLVED = "((tr(Sigma_x*Sigma_beta) + sigma^2)*I + (n + 1)*Sigma_x*Sigma_beta)^-1"
WEIGHT = f"Sigma_beta*{SOLVED}"
EXCESS = f"tr(Sigma_beta*Sigma_x) - n*tr(Sigma_x*Sigma_beta*Sigma_x*Sigma_beta*{SOLVED})"


@pytest.mark.parametrize(
    ("quantity", "right", "wrong"),
    [
        ("weight", WEIGHT, WEIGHT.replace("Sigma_x*Sigma_beta)^-1", "Sigma_beta*Sigma_x)^-1")),
        ("excess", EXCESS, EXCESS.replace("n + 1", "n + 2")),
    ],
)
def test_the_point_of_a_wrong_claim_does_not_refute_the_right_one(tmp_path, quantity, right, wrong):
    """The order of factors decides, in covariances that do not commute."""
    found = refuted("independent", **{quantity: wrong})
    assert here(tmp_path, found.challenge, found.certificate)[0] == ACCEPTED
    challenge, certificate = json.loads(found.challenge), json.loads(found.certificate)
    (one,), (step,) = challenge["assertions"], certificate["steps"]
    assert one["formula"] == wrong
    assert quantity == "excess" or step["numbers"]["d"] != "1"
    one["formula"] = right
    for claimed in (step["claimed"], step["exact"]):
        steps = [{**step, "claimed": claimed}]
        texts = of_challenge(challenge, {**certificate, "steps": steps})
        assert here(tmp_path, *texts)[0] == REJECTED
