"""Claims in limits and at points made by hand, that hold nowhere, or of what is not there."""

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

CHALLENGE, CERTIFICATE = data("design isotropic-noiseless")
BEST = "1/(n + d + 1)"
ASSERTION = {"quantity": "weight", "at": None, "relation": "=", "limit": None, "error": None}
RIGHT = {"coefficient": "nu/(1 + nu)", "power": "-1"}
"""What the error of ``1/(n + d)`` is where ``n = d/nu``."""
TWICE = {"coefficient": "1", "power": "0"}


def said(folder, assertion, step, weight=BEST, scale="1", where=(), **design):
    """What the checker says of one assertion about a design without covariances."""
    challenge = {
        **CHALLENGE,
        "design": changed(CHALLENGE["design"], **design),
        "predictor": {"name": "pgd", "scale": scale, "steps": "1"},
        "where": list(where),
        "assertions": [{**ASSERTION, **assertion}],
    }
    proof = weight and {"formula": weight, "gradient": "0"}
    return here(folder, *of_challenge(challenge, {**CERTIFICATE, "weight": proof, "steps": [step]}))


def in_a_limit(folder, formula, verdict, error, put=None, where=(), about=(), **others):
    """The same of an assertion in a limit; ``about`` holds conditions of the challenge."""
    limit = {"grows": "d", "put": {"n": "d/nu", **(put or {})}, "where": list(where)}
    assertion = {"formula": formula, "verdict": verdict, "limit": limit, "error": error}
    return said(folder, assertion, {}, where=about, **others)


RANGE = {"parameters": {"a": ["0", "5"]}}
UP_TO_D = {"parameters": {"a": ["1", "d"]}}
FIXED = {"parameters": {"a": ["0", "1"], "c": ["0", "1"]}}
FEW = {"coefficient": "(a - 1)*(a - 2)", "power": "0"}
ONE_OR_TWO = {"put": {"n": "a"}, "parameters": {"a": ["1", "2"]}}
NOISE = {**RANGE, "noise": "sqrt(1 - a^2)"}
NOISY = {"weight": "1/(n + d + 2 - a^2)", "about": ["n + d + 2 - a^2"]}


@pytest.mark.parametrize(
    ("formula", "verdict", "error", "others", "why"),
    [
        ("1/(n + d)", "right in the limit", RIGHT, {}, ""),
        ("2/(n + d)", "refuted", TWICE, {}, ""),
        ("0", "refuted", {**TWICE, "coefficient": "-1"}, {}, ""),
        ("1/(n + d)", "right in the limit", {**RIGHT, "power": "-2/2"}, {}, ""),
        ("1/(n + d)", "right in the limit", {**RIGHT, "coefficient": "d/(d + n)"}, {}, ""),
        # a constant that stands for a size is at least one
        ("1/d", "right in the limit", {**RIGHT, "coefficient": "n + 1"}, {"put": {"n": "k"}}, ""),
        # a size that is a parameter is 1 or 2 here
        ("(1 + (a - 1)*(a - 2))/(n + d + 1)", "refuted", FEW, ONE_OR_TWO, "not seen not to be"),
        ("1/(n + d)", "refuted", RIGHT, {}, "another verdict"),
        ("1/(n + d)", "right in the limit", None, {}, "another error"),
        # where the exact weight is not the only one, others are no error
        ("1/d", "refuted", {**TWICE, "coefficient": "-1"}, {"weight": "1", "scale": "0"}, "good"),
        ("1/d", "refuted", {**TWICE, "coefficient": "-1"}, {"weight": "1", "features": []}, "good"),
        # a coefficient that is zero throughout, since its parameter has one value
        (
            "(1 + a)/(n + d + 1)",
            "refuted",
            {**TWICE, "coefficient": "a"},
            {"parameters": {"a": ["0", "0"]}},
            "another error",
        ),
        ("(1 + a)/(n + d + 1)", "refuted", {**TWICE, "coefficient": "a"}, RANGE, ""),
        # conditions that hold nowhere
        ("2/(n + d)", "refuted", TWICE, {"where": ["nu - nu"]}, "never holds"),
        ("2/(n + d)", "refuted", TWICE, {**RANGE, "put": {"a": "0"}, "about": ["a"]}, "never"),
        # the leading coefficient of a range's distance may vanish, and then the next one counts
        ("1/(n + d)", "right in the limit", RIGHT, {**FIXED, "put": {"a": "c/d"}}, ""),
        (
            "1/(n + d)",
            "right in the limit",
            RIGHT,
            {**FIXED, "put": {"a": "(c*d - 1)/d^2"}},
            "ranges",
        ),
        # constants that bind a range, some of which do not leave it, or none
        ("1/(n + d)", "right in the limit", RIGHT, {**UP_TO_D, "put": {"a": "d/c"}}, ""),
        ("2/(n + d)", "refuted", TWICE, {**UP_TO_D, "put": {"a": "c*d/3 + k*d/3"}}, ""),
        ("2/(n + d)", "refuted", TWICE, {**UP_TO_D, "put": {"a": "d + c"}}, "in the ranges"),
        ("2/(n + d)", "refuted", TWICE, {**UP_TO_D, "put": {"a": "d + d/c"}}, "in the ranges"),
        (
            "2/(n + d)",
            "refuted",
            TWICE,
            {**UP_TO_D, "put": {"a": "c*d"}, "conditions": ["a - 2*d"]},
            "in the ranges",
        ),
        # its coefficient vanishes at the one value that the constant may have
        (
            "1/(n + d + 1)*(1 + (c - 1)/(1 + c))",
            "refuted",
            {**TWICE, "coefficient": "(c - 1)/(1 + c)"},
            {**UP_TO_D, "put": {"a": "c*d"}, "conditions": ["a - d"]},
            "in the ranges",
        ),
        # a design that is not real there
        ("2/(n + d)", "refuted", TWICE, {**NOISE, **NOISY, "put": {"a": "1/2"}}, ""),
        ("2/(n + d)", "refuted", TWICE, {**NOISE, **NOISY, "put": {"a": "2"}}, "negative"),
        # a coefficient without a value
        (
            "1/(n + d)",
            "right in the limit",
            {**RIGHT, "coefficient": "-sqrt(-nu)^2/(1 + nu)"},
            {},
            "negative",
        ),
        (
            "1/(n + d)",
            "right in the limit",
            {**RIGHT, "coefficient": "a/a*nu/(1 + nu)"},
            RANGE,
            "not seen not to be zero",
        ),
        ("1/(n + d)", "right in the limit", RIGHT, {"put": {"n": "d/q*nu/nu"}}, "unknown name, q"),
    ],
)
def test_what_is_said_in_a_limit_is_said_of_something(
    tmp_path, formula, verdict, error, others, why
):
    code, told = in_a_limit(tmp_path, formula, verdict, error, **others)
    assert code == (REJECTED if why else ACCEPTED) and why in told


def point(n, claimed, exact):
    """A refutation in one dimension."""
    return {
        "numbers": {"n": n, "d": "1"},
        "vectors": {},
        "factors": {},
        "roots": {},
        "inverses": [],
        "weight": [[exact]],
        "claimed": [[claimed]],
        "exact": [[exact]],
    }


@pytest.mark.parametrize(
    ("noise", "step", "code"),
    [
        # sums of 3 - i and of i, to 1 and to 4
        ("sqrt(3 - i)", point("1", "1", "1/5"), ACCEPTED),
        ("sqrt(3 - i)", point("4", "1", "2/13"), REJECTED),
        ("sqrt(i)", point("4", "1", "2/17"), ACCEPTED),
    ],
)
def test_a_design_is_real_for_every_example_of_a_point(tmp_path, noise, step, code):
    assertion = {"formula": "1", "verdict": "refuted"}
    found, told = said(tmp_path, assertion, step, weight=None, noise=noise)
    assert found == code, told


@pytest.mark.parametrize("formula", ["(2*I)^-1", "1/(2*I)", "I/2", "2^-1*I"])
def test_the_identity_is_the_number_one(tmp_path, formula):
    step = point("2", "1/2", "1/4")
    code, _ = said(tmp_path, {"formula": formula, "verdict": "refuted"}, step, weight=None)
    assert code == ACCEPTED


@pytest.mark.parametrize("end", ["", 0, False, [], {}])
@pytest.mark.parametrize("low", [True, False])
def test_an_end_of_a_range_is_a_rational_number_or_null(tmp_path, end, low):
    ends = [end, None] if low else [None, end]
    assertion = {"formula": BEST, "verdict": "exact"}
    assert said(tmp_path, assertion, {}, parameters={"a": ends})[0] == UNREADABLE


@pytest.mark.parametrize(
    "change", [{"weight": "4"}, {"claimed": ["5"]}, {"exact": [{"1/4": None}]}]
)
def test_rows_are_lists(tmp_path, change):
    step = {**point("2", "5", "1/4"), **change}
    assertion = {"formula": "5", "verdict": "refuted"}
    assert said(tmp_path, assertion, step, weight=None)[0] == UNREADABLE


def test_a_vector_has_a_covariance_of_the_design(tmp_path):
    prompt = {**CHALLENGE["design"]["prompt"], "z": "Nope"}
    assertion = {"formula": BEST, "verdict": "exact"}
    assert said(tmp_path, assertion, {}, prompt=prompt)[0] == UNREADABLE


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("(" * 40 + BEST.replace("(n + d + 1)", "(1 + n + d)") + ")" * 40, UNREADABLE),
        ("(" * 39 + BEST + ")" * 39, ACCEPTED),
        ("-" * 40 + BEST.replace("(", "").replace(")", ""), REJECTED),
        ("-" * 41 + BEST, UNREADABLE),
        (f"{BEST} + {'9' * 400} - {'9' * 400}", ACCEPTED),
        (f"{BEST} + {'9' * 401} - {'9' * 401}", UNREADABLE),
    ],
)
def test_a_formula_is_as_deep_and_as_long_as_the_specification_says(tmp_path, formula, code):
    assertion = {"formula": formula, "verdict": "exact"}
    assert said(tmp_path, assertion, {}, weight=formula)[0] == code


@pytest.mark.parametrize(
    ("divisor", "where", "code"),
    [
        ("2*(n - 3)", ["n - 3"], ACCEPTED),
        ("n - 3", ["n*(3 - n)"], ACCEPTED),
        ("n*a", ["sqrt(a)"], ACCEPTED),
        ("a", ["1/a"], REJECTED),
        ("a^2 - 1", ["a - 1", "a + 1"], REJECTED),
    ],
)
def test_a_condition_counts_up_to_numbers_and_for_its_factors(tmp_path, divisor, where, code):
    formula = f"{BEST} + 1/({divisor}) - 1/({divisor})"
    assertion = {"formula": formula, "verdict": "exact"}
    assert said(tmp_path, assertion, {}, weight=formula, where=where, **RANGE)[0] == code
