"""The risk at a weight that is given, or at any, and bounds of it."""

import pytest

from tests.certificates.checking import ACCEPTED, REJECTED, data, here, of_challenge
from tests.certificates.test_second_checker import second

CHALLENGE, CERTIFICATE = data("design isotropic-noiseless")
GENERAL, _ = data("theorem1")
ANY = "n*(tr(W)^2 + tr(W*W) + (n + d)*tr(W*W')) - 2*n*tr(W) + d"
BEST = "d - n*d/(n + d + 1)"


def said(folder, formula, at=None, relation="=", challenge=CHALLENGE, **others):
    """What both checkers say of the risk, and that they say the same."""
    verdict = "exact" if relation == "=" else "proved"
    one = {"quantity": "risk", "at": at, "relation": relation, "formula": formula}
    one |= {"verdict": verdict, "limit": None, "error": None, **others}
    step = {"difference": "0"} if relation == "=" else {"products": []}
    step = {} if others.get("limit") else step
    weight = None if at is not None else CERTIFICATE["weight"]
    certificate = {**CERTIFICATE, "weight": weight, "steps": [step]}
    pair = of_challenge({**challenge, "where": [], "assertions": [one]}, certificate)
    code, _ = here(folder, *pair)
    assert (code == ACCEPTED) == (second(*pair) == ACCEPTED)
    return code


@pytest.mark.parametrize(
    ("formula", "at", "holds"),
    [
        ("d", "0", True),
        (BEST, "1/(n + d + 1)", True),
        (BEST, "1/(n + d)", False),
        ("d + n*d*(n + d + 1) - 2*n*d", "1", True),
        ("d + n*d*(n + d + 1) - 2*n*d", "2*I - I", True),
        (BEST, None, True),
        (f"{BEST} + 1", None, False),
        ("tr(W)", "1", False),
    ],
)
def test_the_risk_at_a_weight(tmp_path, formula, at, holds):
    assert said(tmp_path, formula, at) == (ACCEPTED if holds else REJECTED)


def moments(challenge):
    """The risk of theorem 1's prompts at any weight."""
    x, b, w = "Sigma_x", "Sigma_beta", "W"
    m = f"(tr({x}*{b}) + sigma^2)"
    square = f"n*tr({x}*{w}*{x}*{w}')*{m} + n*(n + 1)*tr({x}*{w}*{x}*{b}*{x}*{w}')"
    return f"{m} + {square} - 2*n*tr({x}*{w}*{x}*{b})"


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        (("n + 1", "n + 1"), True),
        (("n + 1", "n + 2"), False),
        (("Sigma_x*W*Sigma_x*Sigma_beta)", "Sigma_x*W'*Sigma_x*Sigma_beta)"), True),
        (("Sigma_x*W*Sigma_x*W'", "Sigma_x*W*Sigma_x*W"), False),
        (("Sigma_beta*Sigma_x*W'", "Sigma_x*W'*Sigma_beta"), False),
    ],
)
def test_the_risk_at_any_weight_with_covariances_that_do_not_commute(tmp_path, change, holds):
    formula = moments(GENERAL).replace(*change)
    assert said(tmp_path, formula, "W", challenge=GENERAL) == (ACCEPTED if holds else REJECTED)


@pytest.mark.parametrize(
    ("relation", "formula", "holds"),
    [
        ("<=", BEST, True),
        ("<", BEST, False),
        pytest.param(
            ">=",
            BEST,
            True,
            marks=pytest.mark.xfail(strict=True, reason="the first finds zero positive"),
        ),
        (">", BEST, False),
        ("<", "d", True),
        (">", "d", False),
        (">=", "0", True),
        (">", "d/(n + d + 1)", True),
        ("<", "(d + 1)*d/n", True),
        ("<=", "d - n/2", False),
    ],
)
def test_a_bound_is_proved_or_not(tmp_path, relation, formula, holds):
    assert said(tmp_path, formula, None, relation) == (ACCEPTED if holds else REJECTED)


@pytest.mark.parametrize("relation", ["<=", "="])
def test_a_word_is_that_of_its_relation(tmp_path, relation):
    verdict = "exact" if relation == "<=" else "proved"
    assert said(tmp_path, "d", "0", relation, verdict=verdict) != ACCEPTED


@pytest.mark.parametrize(
    ("claimed", "relation", "holds"),
    [
        ("3/4", "<=", True),
        ("1", "<=", False),
        ("1", "<", True),
        ("5", ">=", True),
        ("1", ">", True),
        ("1", "=", False),
    ],
)
def test_a_place_refutes_a_bound_that_is_broken_there(tmp_path, claimed, relation, holds):
    """At W = 0 the risk is d."""
    one = {"quantity": "risk", "at": "0", "relation": relation, "formula": claimed}
    one |= {"verdict": "refuted", "limit": None, "error": None}
    step = {
        "numbers": {"n": "2", "d": "1"},
        "vectors": {},
        "factors": {},
        "roots": {},
        "inverses": [],
        "weight": None,
        "claimed": claimed,
        "exact": "1",
    }
    certificate = {**CERTIFICATE, "weight": None, "steps": [step]}
    pair = of_challenge({**CHALLENGE, "assertions": [one]}, certificate)
    assert here(tmp_path, *pair)[0] == second(*pair) == (ACCEPTED if holds else REJECTED)


def test_a_limit_in_which_the_number_of_examples_grows(tmp_path):
    """With d fixed the least risk is d (d + 1)/n to leading order."""
    limit = {"grows": "n", "put": {}, "where": []}
    error = {"coefficient": "d + 1", "power": "-1"}
    for coefficient, code in (("d + 1", ACCEPTED), ("d", REJECTED)):
        found = said(
            tmp_path, "d*(d + 1)/n", limit=limit, error={**error, "coefficient": coefficient},
            verdict="right in the limit",
        )  # fmt: skip
        assert found == code
