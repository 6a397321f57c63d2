"""Bounds that are sums of products, and sample weights of groups, changed a little by hand."""

import pytest

from tests.certificates.checking import ACCEPTED, data
from tests.certificates.test_vectors_and_projections import both

BOUND, WEIGHTS, RISK = (
    "wu-2024.not-below-the-best",
    "li-2025-gating.several-weights",
    "li-2025-gating.weighted",
)
FIRST = "-1/(m*(d + m + sigma^2 + 1)*(d + n + sigma^2 + 1)^2)"
SQUARE = ["m - n", "m - n"]
REST = ["d", "d + sigma^2 + 1", "d + sigma^2 + 1"]


def products(*found, relation=">="):
    """Other products for the same bound, or for another relation."""

    def change(challenge, certificate):
        challenge["assertions"][0]["relation"] = relation
        certificate["steps"] = [{"products": list(found)}]

    return change


def less(gap, *found, condition=None, relation=">="):
    """The risk at test is compared with itself less a gap."""

    def change(challenge, certificate):
        challenge["design"]["conditions"] += [] if condition is None else [condition]
        challenge["assertions"][0]["formula"] = f"test_risk - ({gap})"
        products(*found, relation=relation)(challenge, certificate)

    return change


def claim(*factors):
    """The weights of the claim, each multiplied by something."""

    def change(challenge, _):
        assertion = challenge["assertions"][0]
        texts = zip(factors, assertion["formula"], strict=True)
        assertion["formula"] = [f"({factor})*({text})" for factor, text in texts]

    return change


def turned(challenge, _):
    challenge["assertions"][0]["formula"][:2] = challenge["assertions"][0]["formula"][1::-1]


def certified(formulas):
    return lambda _, certificate: certificate["weight"].update(formula=formulas)


def predictor(**parts):
    return lambda challenge, _: challenge["predictor"].update(parts)


def design(**parts):
    return lambda challenge, _: challenge["design"].update(parts)


def at(weight):
    return lambda challenge, _: challenge["assertions"][0].update(at=weight)


def at_test(challenge, _):
    parts = ("prompt", "example", "query", "examples")
    challenge["design"]["test"] = {"n": "n", **{x: challenge["design"][x] for x in parts}}


def places(challenge, certificate):
    """One group with the noise of its place: no equal weights are the best.

    Of two examples in one dimension the best have the risk 2/3, equal ones 9/13."""
    own = challenge["design"]
    (_, law), _ = own["examples"]
    own.update(parameters={}, whole=[], examples=[["n", {**law, "noise": "i"}]], example={"e": "I"})
    own["query"]["noise"] = "0"
    below = "(n*(n + 1) + n*d + n*(n + 1)*(2*n + 1)/6)"
    certificate["weight"]["formula"] = [f"n/{below}"]
    challenge["assertions"][0]["formula"] = f"d - d*n^2/{below}"


WRONG = {
    # sums of products
    "no products": (BOUND, less("(m - n)^4")),
    "an empty product": (BOUND, products([])),
    "another sum": (BOUND, products([FIRST, *SQUARE, *REST, "2"])),
    "twice": (BOUND, products(*[[FIRST, *SQUARE, *REST]] * 2)),
    "half": (BOUND, products(["1/2", FIRST, *SQUARE, *REST])),
    "a factor of unknown sign once": (
        BOUND,
        products([FIRST, "(m - n)/(d + 1)", "(m - n)*(d + 1)", *REST]),
    ),
    "thrice": (BOUND, less("(m - n)^3", ["-1", *SQUARE, "m - n"])),
    "two of other signs": (BOUND, products(["-1", FIRST, "n - m", "m - n", *REST])),
    "a product of the other sign": (BOUND, products([FIRST, *SQUARE, *REST], ["1"], ["-1"])),
    "the other way": (BOUND, products([FIRST, *SQUARE, *REST], relation="<=")),
    "strict, but where m is n": (BOUND, products([FIRST, *SQUARE, *REST], relation=">")),
    "divided by what may vanish": (
        BOUND,
        products([FIRST, *SQUARE, *REST, *SQUARE, "1/(m - n)", "1/(m - n)"]),
    ),
    "a root of what may be negative": (BOUND, less("m - n", ["-1", *["sqrt(m - n)"] * 2])),
    "a weight": (BOUND, less("weight^2")),
    "a quantity": (BOUND, less("test_risk^2", ["-1", "test_risk", "test_risk"])),
    "a square that may be zero": (BOUND, less("(m - n)^2", relation=">")),
    "divided by what is negative": (BOUND, less("1/(-d - 1)")),
    "no square": (BOUND, less("(m - n)^2 - 1")),
    "no condition": (BOUND, less("m - n", ["-1", "m - n"])),
    "another condition": (BOUND, less("m - n", ["-1", "m - n"], condition="n - m")),
    "a condition that may be zero": (
        BOUND,
        less("m - n", ["-1", "m - n"], condition="m - n", relation=">"),
    ),
    # sample weights
    "in another order": (WEIGHTS, turned),
    "all zero": (WEIGHTS, claim("0", "0", "0")),
    "two factors": (WEIGHTS, claim("1", "1", "2")),
    "one of another sign": (WEIGHTS, claim("1", "-1", "1")),
    "a factor that may be zero": (WEIGHTS, claim("r", "r", "r")),
    "a factor that is zero without a last group": (WEIGHTS, claim(*["n - k - l"] * 3)),
    "a factor that may have no value": (WEIGHTS, claim("1/r", "1/r", "1/r")),
    "certified zeros": (RISK, certified(["0", "0"])),
    "one for two groups": (RISK, certified(["1/(d + 1 + sigma^2)"])),
    "one text": (RISK, certified("1/(d + 1 + sigma^2)")),
    "turned": (RISK, lambda _, certificate: certificate["weight"]["formula"].reverse()),
    "several steps": (RISK, predictor(steps="2")),
    "a matrix": (RISK, predictor(name="pgd")),
    "a polynomial": (RISK, predictor(name="polynomial", steps="2")),
    "a covariance": (RISK, design(covariances={"S": None})),
    "a covariance with a formula": (RISK, design(covariances={"S": "2*I"})),
    "a fixed vector": (RISK, design(fixed=["u"])),
    "a law at test": (RISK, at_test),
    "a weight that is given": (RISK, at("1")),
    "any weight": (RISK, at("W")),
    "examples that know their places": (RISK, places),
}


@pytest.mark.parametrize("of", sorted({of for of, _ in WRONG.values()}))
def test_both_accept_what_is_changed(tmp_path, of):
    assert both(tmp_path, *data(of)) == (ACCEPTED, ACCEPTED)


@pytest.mark.parametrize("name", WRONG)
def test_both_reject_what_is_wrong(tmp_path, name):
    of, change = WRONG[name]
    challenge, certificate = data(of)
    change(challenge, certificate)
    assert ACCEPTED not in both(tmp_path, challenge, certificate)


@pytest.mark.parametrize(
    ("of", "change"),
    [
        (BOUND, products()),
        (BOUND, products([FIRST, *SQUARE, *REST])),
        (BOUND, less("(m - n)^2")),
        (BOUND, less("-1/(-d - 1)^3")),
        (BOUND, less("(m - n)^2 + 1", relation=">")),
        (BOUND, less("(m - n)^4", ["-1", *SQUARE * 2])),
        (BOUND, products(*[["1/2", FIRST, *SQUARE, *REST]] * 2)),
        (BOUND, less("m - n", ["-1", "m - n"], condition="m - n")),
        (BOUND, less("(m - n)^3", ["-1", "m - n", *SQUARE], condition="m-n")),
        (BOUND, less("m - n + 1", ["-1", "m - n"], ["-1"], condition="m - n", relation=">")),
        (BOUND, less("(m - n)^2 + 1", ["-1", *SQUARE], ["-1"], relation=">")),
        (WEIGHTS, claim("1", "1", "1")),
        (WEIGHTS, claim(*["-2*(1 + r)"] * 3)),
        (RISK, lambda challenge, _: challenge["assertions"][0].update(quantity="test_risk")),
    ],
)
def test_both_accept_what_is_right(tmp_path, of, change):
    challenge, certificate = data(of)
    change(challenge, certificate)
    assert both(tmp_path, challenge, certificate) == (ACCEPTED, ACCEPTED)


@pytest.mark.parametrize(
    ("formula", "reads"),
    [
        ("u - u + I", True),
        ("I + u - u", True),
        ("0*u + I", True),
        ("tr(0*u + I)", True),
        ("outer(u, 0*u) + u - u + I", True),
        ("(u - u)*u + 1", True),
        ("u + I", False),
        ("u + 0", False),
        ("2*u - u + I", False),
    ],
)
def test_nothing_is_of_any_shape(tmp_path, formula, reads):
    challenge, certificate = data("ahn-2023.spike")
    challenge["where"].append(formula)
    found = both(tmp_path, challenge, certificate)
    assert found == (ACCEPTED, ACCEPTED) if reads else ACCEPTED not in found
