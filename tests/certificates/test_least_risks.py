"""Least risks of attention, H3 and gradient steps: told by the certified one where they may be."""

import pytest

from tests.certificates.checking import (
    ACCEPTED,
    REJECTED,
    SUBJECTS,
    UNREADABLE,
    certified,
    data,
    here,
    of_challenge,
    refuted,
)
from tests.certificates.test_second_checker import second
from theory.language import gallery
from theory.optima.equivalence.assumptions import models_are_steps
from theory.optima.equivalence.comparisons import attention
from theory.optima.equivalence.parity import cross_moments
from theory.optima.many_heads import many_heads
from verify.certificates.checker import LEAST
from verify.certificates.coq import identities

FIXED = ("design task-with-a-mean", "design features-with-a-mean")


def both(folder, challenge, certificate):
    """What the two say, which is one."""
    pair = of_challenge(challenge, certificate)
    code, said = here(folder, *pair)
    assert (code == ACCEPTED) is (second(*pair) == ACCEPTED)
    return code, said


def bound(name, quantity, relation="<=", other="risk"):
    """The certificate of an optimum that ships, with a comparison in the place of what it says."""
    challenge, certificate = data(name)
    one = {"quantity": quantity, "at": None, "relation": relation, "formula": other}
    challenge["assertions"] = [one | {"verdict": "proved", "limit": None, "error": None}]
    return challenge, certificate | {"steps": [{"products": []}]}


@pytest.mark.parametrize("quantity", LEAST)
@pytest.mark.parametrize("name", ["corollary1", "design rag", "design covariate-shift"])
def test_where_examples_are_alike_all_four_are_one(tmp_path, name, quantity):
    for relation in ("<=", ">="):
        assert both(tmp_path, *bound(name, quantity, relation))[0] == ACCEPTED
    assert both(tmp_path, *bound(name, quantity, "<"))[0] == REJECTED


@pytest.mark.parametrize("name", FIXED)
def test_with_fixed_vectors_nothing_is_known_of_models(tmp_path, name):
    for quantity in ("att_risk", "ssm_risk"):
        code, said = both(tmp_path, *bound(name, quantity))
        assert code == REJECTED and "a fixed vector" in said
    for quantity in ("pgd_risk", "wpgd_risk"):
        assert both(tmp_path, *bound(name, quantity))[0] == ACCEPTED


def test_with_a_mean_of_the_task_attention_does_better():
    """So that the fixed vector is not forbidden for nothing."""
    design = SUBJECTS[FIXED[0]].file.design
    moments = cross_moments(design, attention)
    assert moments.label or moments.step
    assert many_heads(design) is not None and not models_are_steps(design).holds


@pytest.mark.parametrize("name", ["quadratic-target", "mixture", "shown-labels", "random-scale"])
def test_without_fixed_vectors_the_engine_finds_no_moment_beside_the_step(name):
    """Label, step and what is beside it, multiplied out: of labels of any degree."""
    moments = cross_moments(gallery.shipped(name).design, attention)
    assert not moments.label and not moments.step


@pytest.mark.parametrize("quantity", ["att_risk", "ssm_risk"])
@pytest.mark.parametrize("where", ["features", "label", "query"])
def test_one_fixed_vector_in_a_law_is_enough(tmp_path, quantity, where):
    challenge, certificate = bound("design spiked-tasks", quantity)
    assert both(tmp_path, challenge, certificate)[0] == ACCEPTED  # its covariance holds one
    design = challenge["design"]
    (u,), law = design["fixed"], design["examples"][0][1]
    law = design["query"] if where == "query" else law
    if where == "label":
        law["label"].append(["1", [[[["1", [], u]], [["1", [], u]]]]])
    else:
        law["features"].append(["1", [], u])
    assert both(tmp_path, challenge, certificate)[0] == REJECTED


@pytest.mark.parametrize("quantity", ["wpgd_risk", "ssm_risk"])
@pytest.mark.parametrize("name", ["design partly-retrieved", "design growing-noise"])
def test_examples_that_differ_may_be_weighed(tmp_path, name, quantity):
    """Groups, and a law that holds the index; attention weighs all alike."""
    code, said = both(tmp_path, *bound(name, quantity))
    assert code == REJECTED and "need not be equal" in said
    assert both(tmp_path, *bound(name, "att_risk"))[0] == ACCEPTED


@pytest.mark.parametrize("quantity", LEAST)
def test_several_steps_are_none_of_the_four(tmp_path, quantity):
    assert both(tmp_path, *bound("design two-steps", quantity))[0] == REJECTED


def test_they_have_no_given_weight(tmp_path):
    challenge, certificate = bound("corollary1", "att_risk")
    challenge["assertions"][0]["at"] = "W"
    assert both(tmp_path, challenge, certificate)[0] == UNREADABLE
    challenge["assertions"][0] |= {"quantity": "risk", "formula": "att_risk"}
    assert both(tmp_path, challenge, certificate)[0] == REJECTED


def test_their_names_are_taken(tmp_path):
    challenge, certificate = data("corollary1")
    challenge["design"]["parameters"]["att_risk"] = ["0", None]
    assert both(tmp_path, challenge, certificate)[0] == UNREADABLE


GATING = "li-2025-gating.gating-gains-unless-alike"


@pytest.mark.parametrize(
    ("quantity", "relation", "other", "code"),
    [
        ("risk", "<", "pgd_risk", ACCEPTED),
        ("ssm_risk", "<", "att_risk", ACCEPTED),
        ("att_risk", ">", "risk", ACCEPTED),
        ("att_risk", "<", "pgd_risk", REJECTED),
        ("risk", "<", "pgd_risk - 1/n^2", REJECTED),
    ],
)
def test_sample_weights_beside_equal_ones(tmp_path, quantity, relation, other, code):
    challenge, certificate = data(GATING)
    challenge["assertions"][0] |= {"quantity": quantity, "relation": relation, "formula": other}
    ((first, *rest),) = certificate["steps"][0]["products"]
    if relation == ">":
        first = f"-({first})"
    certificate["steps"][0]["products"] = [[first, *rest]]
    assert both(tmp_path, challenge, certificate)[0] == code


@pytest.mark.parametrize("kept", [["k - n"], ["rho - 1"]])
def test_weights_gain_nothing_where_tasks_are_alike(tmp_path, kept):
    """Each of the two conditions is needed."""
    challenge, certificate = data(GATING)
    assert challenge["where"] == ["rho - 1", "k - n"]
    assert both(tmp_path, {**challenge, "where": kept}, certificate)[0] == REJECTED


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("rag", {"att_risk": "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"}),
        ("independent", {"att_risk": "> tr(Sigma_x*Sigma_beta)"}),
        ("mahankali-2023", {"ssm_risk": "d + sigma^2 - n*d/(n + d + 2 + sigma^2)"}),
    ],
)
def test_wrong_claims_are_refuted(tmp_path, name, claim):
    found = refuted(name, **claim)
    assert [one.verdict for one in found.assertions] == ["refuted"]
    assert here(tmp_path, found.challenge, found.certificate)[0] == ACCEPTED
    assert second(found.challenge, found.certificate) == ACCEPTED


@pytest.mark.parametrize(
    "name", ["von-oswald-2023.learned", "sushma-2024.state-space", "huang-2025-cot.one-pass"]
)
def test_a_formula_a_little_off_has_no_certificate(tmp_path, name):
    challenge, certificate = data(name)
    challenge["assertions"][0]["formula"] += " + 1/n"
    assert both(tmp_path, challenge, certificate)[0] == REJECTED


def test_of_equal_weights_nothing_is_told_to_coq():
    challenge, certificate = data(GATING)
    challenge["assertions"][0] |= {"quantity": "att_risk", "relation": "=", "verdict": "exact"}
    found, missing = identities(*of_challenge(challenge, certificate))
    assert "claim" not in found and "equal weights" in missing[0]


def test_that_a_model_may_be_better_is_told():
    found = refuted("features-with-a-mean", holds="att_risk <= risk")
    assert found.challenge is None and "a fixed vector" in found.missing[0]
    assert certified(GATING).where == ("rho - 1", "k - n")
