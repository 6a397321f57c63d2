"""Hessians: what is quadratic in the weight, and where it is positive for every weight but zero."""

import pytest

from tests.certificates.checking import ACCEPTED, REJECTED, UNREADABLE, data
from tests.certificates.test_least_risks import both

DESIGN, RAG = "lemma2.independent", "lemma2.rag"
BETA, X = "tr(W*Sigma_beta*W'*Sigma_x)", "tr(W*Sigma_x*W'*Sigma_x)"
SQUARE = "tr((W - Sigma_x*W)*(W' - W'*Sigma_x))"
DEFINITE = ["Sigma_x", "Sigma_beta"]


def above(*factors, gap=None, where=(), relation=">"):
    """The Hessian is said to be above itself less a gap, which is a product."""
    challenge, certificate = data(DESIGN)
    exact, bound = challenge["assertions"]
    gap = "*".join(f"({factor})" for factor in factors) if gap is None else gap
    bound |= {"formula": f"{exact['formula']} - ({gap})", "relation": relation}
    challenge |= {"assertions": [bound], "where": [*where]}
    return challenge, certificate | {"steps": [{"products": [["-1", *factors]]}]}


@pytest.mark.parametrize(
    ("factors", "gap", "where", "strict", "weak"),
    [
        ([X], None, ["Sigma_x"], ACCEPTED, ACCEPTED),
        ([X], None, [], REJECTED, ACCEPTED),
        ([BETA], None, ["Sigma_x"], REJECTED, ACCEPTED),
        ([BETA], None, ["Sigma_beta"], REJECTED, ACCEPTED),
        ([BETA], None, DEFINITE, ACCEPTED, ACCEPTED),
        (["tr(W*W')"], None, [], ACCEPTED, ACCEPTED),
        (["W"], "tr(W*W')", [], ACCEPTED, ACCEPTED),
        (["sigma^2", "tr(W*W')"], None, [], REJECTED, ACCEPTED),
        (["sigma^2", "tr(W*W')"], None, ["sigma"], ACCEPTED, ACCEPTED),
        (["W + W'"], "2*tr(W*W') + 2*tr(W*W)", [], REJECTED, ACCEPTED),
        (["W - Sigma_x*W"], SQUARE, DEFINITE, REJECTED, ACCEPTED),
        (["W - Sigma_x*W"], "tr(W*W')", DEFINITE, REJECTED, REJECTED),
        (["tr(W)", "tr(W)"], None, [], REJECTED, ACCEPTED),
        (["tr(W*W)"], None, [], REJECTED, REJECTED),
        (["tr(W*Sigma_x*W)"], None, DEFINITE, REJECTED, REJECTED),
        (["tr(W*Sigma_x*W'*Sigma_beta*Sigma_x)"], None, DEFINITE, REJECTED, REJECTED),
        (["tr(W*W'*W*W')"], None, [], REJECTED, ACCEPTED),
        (["-1", "tr(W*W')"], None, [], REJECTED, REJECTED),
    ],
)
def test_what_is_seen_of_a_gap(tmp_path, factors, gap, where, strict, weak):
    told = {">": strict, ">=": weak}
    for relation, code in told.items():
        found = above(*factors, gap=gap, where=where, relation=relation)
        assert both(tmp_path, *found)[0] == code, relation


@pytest.mark.parametrize("name", [DESIGN, RAG])
def test_each_condition_of_convexity_is_needed(tmp_path, name):
    challenge, certificate = data(name)
    for one in challenge["where"]:
        kept = [other for other in challenge["where"] if other != one]
        assert both(tmp_path, {**challenge, "where": kept}, certificate)[0] == REJECTED


@pytest.mark.parametrize(
    "change", [{"formula": "1"}, {"relation": "<"}, {"relation": "<="}, {"formula": "tr(W*W')"}]
)
def test_another_bound_has_another_proof(tmp_path, change):
    challenge, certificate = data("lemma2.rag-unit")
    challenge["assertions"][1] |= change
    assert both(tmp_path, challenge, certificate)[0] == REJECTED


def test_half_of_the_hessian_is_no_hessian(tmp_path):
    challenge, certificate = data("lemma2.rag-unit")
    challenge["assertions"][0]["formula"] = f"({challenge['assertions'][0]['formula']})/2"
    assert both(tmp_path, challenge, certificate)[0] == REJECTED


@pytest.mark.parametrize(
    "change",
    [
        {"at": None},
        {"at": "1/n"},
        {"verdict": "refuted"},
        {"limit": {"grows": "d", "put": {}, "where": []}},
    ],
)
def test_it_is_of_any_weight_everywhere(tmp_path, change):
    challenge, certificate = data(RAG)
    challenge["assertions"][0] |= change
    assert both(tmp_path, challenge, certificate)[0] == UNREADABLE


def test_a_risk_is_not_positive_because_the_weight_is_not_zero(tmp_path):
    """It is claimed of every weight, zero too."""
    challenge, certificate = above("tr(W*W')")
    challenge["assertions"][0] |= {"quantity": "risk", "formula": "risk - tr(W*W')"}
    assert both(tmp_path, challenge, certificate)[0] == REJECTED
