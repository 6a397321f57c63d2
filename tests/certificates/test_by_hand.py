"""Claims and certificates made by hand: what is wrong is rejected, however honest it looks."""

import pytest

from tests.certificates.checking import (
    ACCEPTED,
    REJECTED,
    UNREADABLE,
    changed,
    data,
    here,
    of_challenge,
)

ISOTROPIC = data("design isotropic-noiseless")
GENERAL = data("design covariate-shift")
ASSERTION = {
    "quantity": "weight",
    "at": None,
    "relation": "=",
    "verdict": "exact",
    "limit": None,
    "error": None,
}
M = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
BOTTOM = f"({M}*I + (n + 1)*Sigma_x*Sigma_beta)"
RIGHT = f"Sigma_beta*{BOTTOM}^-1"


def said(folder, challenge, certificate):
    return here(folder, *of_challenge(challenge, certificate))


def weight(formula, gradient="0", where=(), inverses=(), roots=(), base=ISOTROPIC):
    """A challenge that a weight is exact, with its certificate."""
    challenge, certificate = base
    one = {**ASSERTION, "formula": formula}
    return (
        {**challenge, "where": list(where), "assertions": [one]},
        {
            **certificate,
            "inverses": list(inverses),
            "roots": list(roots),
            "weight": {"formula": formula, "gradient": gradient},
            "steps": [{}],
        },
    )


def of_general(formula, gradient, inverses=(BOTTOM,), where=(BOTTOM,), roots=()):
    return weight(formula, gradient, where, inverses, roots, GENERAL)


HONEST = "2*n*Sigma_q*Sigma_beta*#1R*Sigma_x"
"""What the gradient at the right weight is a multiple of, up to its order."""


def test_the_right_weights_are_accepted(tmp_path):
    assert said(tmp_path, *weight("1/(n + d + 1)"))[0] == ACCEPTED
    gradient = GENERAL[1]["weight"]["gradient"]
    assert said(tmp_path, *of_general(RIGHT, gradient))[0] == ACCEPTED


@pytest.mark.parametrize(
    "formula",
    [
        RIGHT.replace("Sigma_x*Sigma_beta)^-1", "Sigma_beta*Sigma_x)^-1"),
        f"{BOTTOM}^-1*Sigma_beta",
        RIGHT.replace("n + 1", "n"),
        RIGHT.replace("tr(Sigma_x*Sigma_beta)", "tr(Sigma_q*Sigma_beta)"),
    ],
)
def test_a_covariance_on_the_wrong_side_is_rejected(tmp_path, formula):
    """In covariances that commute the first two are right."""
    inside = formula.partition("(")[0] and formula[formula.index("((") : formula.index("^-1")]
    inside = inside or BOTTOM
    for gradient in (GENERAL[1]["weight"]["gradient"], HONEST, "0"):
        found = of_general(formula, gradient, (inside,), (inside,))
        code, why = said(tmp_path, *found)
        assert (code, why) == (REJECTED, "rejected: weight: not stationary\n")


@pytest.mark.parametrize(
    ("formula", "gradient", "why"),
    [
        ("1/(n + d)", "0", "not stationary"),
        ("1/(n + d)", "2*n*I/(n + d)", "not multiples of what is zero"),
        ("1/(n + d)", "#1L", "unknown name"),
        ("(n - 3)/((n - 3)*(n + d + 1))", "0", "not seen not to be zero"),
        ("(n - d)/((n - d)*(n + d + 1))", "0", "not seen not to be zero"),
        ("1/(n + d + 1) + sqrt(I) - sqrt(I)", "0", ""),
        ("W", "0", "unknown name"),
        ("(n + d + 1)^-1", "0", ""),
        ("1/((n + d + 1)^(1/2)*sqrt(n + d + 1))", "0", ""),
        ("-(-(1/(n + d + 1)))", "0", ""),
        ("2/(n + d + 1) - 1/(n + d + 1)", "0", ""),
        ("1 - 1 + 1/(n + d + 1)", "0", ""),
        ("2^2/4/(n + d + 1)", "0", ""),
        ("-1^2/(-n - d - 1)", "0", ""),
        ("1/(n - n)", "0", "division by zero"),
    ],
)
def test_a_scalar_weight_that_is_wrong_or_has_holes_is_rejected(tmp_path, formula, gradient, why):
    code, told = said(tmp_path, *weight(formula, gradient))
    assert code == (REJECTED if why else ACCEPTED) and why in told


def test_a_hole_is_a_condition_of_the_challenge_that_a_reader_sees(tmp_path):
    formula = "(n - 3)/((n - 3)*(n + d + 1))"
    hole = "(n - 3)*(n + d + 1)"
    assert said(tmp_path, *weight(formula, where=[hole]))[0] == ACCEPTED
    assert said(tmp_path, *weight(formula, where=["n - 2"]))[0] == REJECTED


@pytest.mark.parametrize(
    ("ranges", "divisor", "holds"),
    [
        (["0", "1"], "1 - alpha", False),
        (["0", "1"], "alpha", False),
        (["0", "1"], "1 + alpha - alpha^2", True),
        (["0", "1/2"], "1 - alpha", True),
        (["0", "1"], "3 - 4*alpha + 2*alpha^2", True),
        (["0", None], "3 - 4*alpha + alpha^2", False),
        (["-1", "1"], "2 + alpha", True),
        (["-1", "1"], "1 + alpha", False),
        ([None, "2"], "3 - alpha", True),
        ([None, "2"], "3 + alpha", False),
        ([None, None], "1 + alpha^2", True),
        ([None, None], "1 - alpha + alpha^2", True),
        ([None, None], "-1 - alpha - alpha^2", True),
        ([None, None], "n - alpha + alpha^2", True),
        ([None, None], "n - 2*alpha + alpha^2", False),  # n may be one
        ([None, None], "n - 3*alpha + alpha^2", False),
        ([None, None], "1 - 2*alpha + alpha^2", False),
        ([None, None], "1 + alpha - alpha^2", False),
        ([None, None], "1 - alpha^2", False),
        ([None, None], "alpha^2", False),
        ([None, None], "1 + alpha + alpha^2 + alpha^3", False),
        ([None, None], "1 + alpha^4", False),  # it is positive, which is not seen
        (["0", None], "1 + n^2 - 3*n*alpha + 3*alpha^2", True),
        (["0", None], "1 + n^2 - 3*n*alpha + 2*alpha^2", False),
        (["1", "1"], "alpha", True),
    ],
)
def test_a_divisor_has_a_sign_up_to_both_ends_of_a_range(tmp_path, ranges, divisor, holds):
    challenge, certificate = weight(f"({divisor})/(({divisor})*(n + d + 1))")
    challenge["design"] = changed(challenge["design"], parameters={"alpha": ranges})
    challenge["where"] = ["n + d + 1"]
    formula = f"1/(n + d + 1) + 1/({divisor}) - 1/({divisor})"
    challenge["assertions"][0]["formula"] = certificate["weight"]["formula"] = formula
    assert said(tmp_path, challenge, certificate)[0] == (ACCEPTED if holds else REJECTED)


@pytest.mark.parametrize(
    ("inverses", "where", "holds"),
    [
        (["Sigma_x"], [], False),
        (["Sigma_x"], ["Sigma_x"], True),
        (["Sigma_x"], ["Sigma_q"], False),
        (["Sigma_x*Sigma_q"], ["Sigma_x", "Sigma_q"], True),
        (["Sigma_x*Sigma_q"], ["Sigma_x"], False),
        (["I + Sigma_x"], [], True),
        (["I - Sigma_x"], [], False),
        (["I + Sigma_x*Sigma_q"], [], True),
        (["I + Sigma_x*Sigma_q*Sigma_x"], [], True),
        (["I + Sigma_x*Sigma_q*Sigma_beta"], [], False),
        (["I + Sigma_x*Sigma_q + Sigma_beta"], [], False),
        (["sigma*I + Sigma_x"], [], False),
        (["(1 + tr(Sigma_x*Sigma_q))*I + Sigma_x*Sigma_q"], [], True),
        (["(1 + tr(Sigma_x*Sigma_q*Sigma_beta))*I + Sigma_x"], [], False),
        (["I + Sigma_x", "I + (I + Sigma_x)^-1*Sigma_q"], [], True),
        (["I + Sigma_x", "Sigma_q + (I + Sigma_x)^-1"], [], True),
        (["I + Sigma_x*Sigma_q", "Sigma_q + (I + Sigma_x*Sigma_q)^-1"], [], False),
        (["I + Sigma_x", "I + Sigma_x"], [], False),
        (["2"], [], False),
        (["tr(Sigma_x)*Sigma_x"], ["Sigma_x"], False),
    ],
)
def test_an_inverse_needs_a_reason(tmp_path, inverses, where, holds):
    gradient = GENERAL[1]["weight"]["gradient"].replace("#1", f"#{len(inverses) + 1}")
    found = of_general(RIGHT, gradient, [*inverses, BOTTOM], [*where, BOTTOM])
    code, why = said(tmp_path, *found)
    assert code == (ACCEPTED if holds else REJECTED), why


@pytest.mark.parametrize(
    "gradient",
    [
        "tr(#1L)/tr(#1L)*Sigma_q",
        "#1L*0 + Sigma_q",
        "Sigma_q + #1L",
        "#1L^-1",
        "sqrt(#1L)",
        "I/#1L",
    ],
)
def test_what_is_zero_is_not_divided_by(tmp_path, gradient):
    assert said(tmp_path, *of_general(RIGHT, gradient))[0] == REJECTED


@pytest.mark.parametrize("formula", ["2^2^3/256/(n + d + 1)", "2 n", "n +", "", "n)"])
def test_what_is_no_formula_is_unreadable(tmp_path, formula):
    assert said(tmp_path, *weight(formula))[0] == UNREADABLE


@pytest.mark.parametrize("formula", ["#1*Sigma_q", "sqrt(Sigma_x + Sigma_q)", "sqrt(Sigma_x)"])
def test_letters_of_the_certificate_are_not_those_of_the_challenge(tmp_path, formula):
    code, _ = said(tmp_path, *of_general(formula, "0"))
    assert code in (REJECTED, UNREADABLE)


def test_an_index_has_no_place_in_the_query(tmp_path):
    challenge, certificate = weight("1/(n + d + 1)")
    query = [["i", [], "q"]]
    challenge["design"] = changed(challenge["design"], query=query)
    assert said(tmp_path, challenge, certificate)[0] == REJECTED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("label_scale", "2"),
        ("noise", "1"),
        ("query_label_scale", "-1"),
        ("features", [["2", [], "e"]]),
    ],
)
def test_another_design_has_another_optimum(tmp_path, key, value):
    challenge, certificate = weight("1/(n + d + 1)")
    challenge["design"] = changed(challenge["design"], **{key: value})
    assert said(tmp_path, challenge, certificate) == (
        REJECTED,
        "rejected: weight: not stationary\n",
    )


@pytest.mark.parametrize("ends", [["2", "1"], ["1"], ["1", "2", "3"], ["1/0", None], "01"])
def test_a_range_is_none(tmp_path, ends):
    """Of an empty one everything would be true."""
    challenge, certificate = weight("1/(n + d + 1)")
    challenge["design"] = changed(challenge["design"], parameters={"alpha": ends})
    assert said(tmp_path, challenge, certificate)[0] in (REJECTED, UNREADABLE)


def test_a_vector_in_two_places_is_one_vector(tmp_path):
    """Features around the query, with a sign: the step is that of the other sign."""
    challenge, certificate = data("design rag-unit")
    ((_, law),) = challenge["design"]["examples"]
    features = law["features"]
    assert features[0] == ["alpha", [], "q"]
    accepted = {}
    for sign in ("alpha", "-alpha", "2*alpha", "alpha - alpha"):
        terms = [[sign, [], "q"], *features[1:]]
        other = {**challenge, "design": changed(challenge["design"], features=terms)}
        accepted[sign] = said(tmp_path, other, certificate)[0]
    # x and -x around the query are equally good examples: labels turn round with features
    assert accepted == {"alpha": 0, "-alpha": 0, "2*alpha": 1, "alpha - alpha": 1}
