"""A certificate that was tampered with is rejected, wherever that matters."""

import json

import pytest

from tests.certificates.checking import ACCEPTED, certified, data, here, of_challenge
from tests.certificates.corruptions import EVERY, campaign, corruptions, explained
from verify.certificates.challenge import canonical

SMALL = ("corollary1", "ahn-2023.theorem1", "wrong weight")
LARGE = (
    "theorem1",
    "theorem2",
    "design covariate-shift",
    "wrong root",
    "wrong risk",
    "wrong in the limit",
)


@pytest.mark.parametrize("name", SMALL)
def test_every_corruption_is_rejected(name):
    codes, accepted = campaign([name], among=(*SMALL, *LARGE))
    assert sum(codes.values()) > 80
    assert all(explained(name, text) for _, _, text in accepted)


@pytest.mark.parametrize("name", LARGE)
def test_corruptions_of_all_kinds_are_rejected(name):
    """Every 23rd of them; ``python -m tests.certificates.corruptions`` tries all."""
    codes, accepted = campaign([name], every=23, among=(*SMALL, *LARGE))
    assert codes and all(explained(name, text) for _, _, text in accepted)


def test_corruptions_change_numbers_names_signs_and_parts():
    texts = list(corruptions("theorem1"))
    assert len(set(texts)) == len(texts) > 500
    found = certified("theorem1").certificate
    assert found not in texts
    assert any('"steps":[{}]' in text for text in texts)


@pytest.mark.parametrize("name", ["theorem1", "wrong weight"])
def test_a_certificate_is_of_one_challenge(tmp_path, name):
    """The design cannot be exchanged for another one of which the claim is true."""
    challenge, certificate = data(name)
    challenge["design"]["parameters"]["sigma"] = ["1", None]
    text, honest = of_challenge(challenge, certificate)
    assert here(tmp_path, text, honest)[0] == (ACCEPTED if name == "theorem1" else 1)
    assert here(tmp_path, text, certified(name).certificate)[1].startswith("rejected: the cert")


def test_another_place_and_another_order_explain_what_is_accepted():
    """Not a proof that is another, and not other values."""
    found = certified("wrong weight").certificate
    other = found.replace('"sigma":"0"', '"sigma":"1"')
    assert other != found and explained("wrong weight", other)
    assert not explained("wrong weight", other.replace('"claimed":[["', '"claimed":[["1'))
    proof = certified("theorem1").certificate
    assert "#2L" in proof and not explained("theorem1", proof.replace("#2L", "#1L"))
    bound = certified("takanami-2026.lower-rank").certificate
    turned = json.loads(bound)
    turned["steps"][0]["products"][0].reverse()
    assert explained("takanami-2026.lower-rank", canonical(turned))
    turned["steps"][0]["products"][0].pop()
    assert not explained("takanami-2026.lower-rank", canonical(turned))


def test_there_is_something_to_corrupt():
    assert {*SMALL, *LARGE} <= {*EVERY}
