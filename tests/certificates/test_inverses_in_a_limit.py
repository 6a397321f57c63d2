"""Inverses of matrices that change with what grows: wrong claims about what they become."""

import pytest

from tests.certificates.checking import ACCEPTED, REJECTED, data, here, of_challenge
from tests.certificates.test_second_checker import second
from verify.certificates import checker

WEIGHT, EXCESS = "ahn-2023.inverse-covariance-many-examples", "ahn-2023.excess"
ERROR = {"coefficient": "I + (sigma^2 + tr(S))*S^-1", "power": "-1"}
WITH_I = {"coefficient": "I + (sigma^2 + tr(S) - 2)*S^-1", "power": "-1"}
LEAST = "d*sigma^2 + (d + 1)*tr(S)"


def both(folder, name, *conditions, **changes):
    """What both checkers say of the assertion in a limit, with other parts."""
    challenge, certificate = data(name)
    assertions = challenge["assertions"]
    limit = {**assertions[-1]["limit"], **changes.pop("limit", {})}
    changed = {**assertions[-1], **changes, "limit": limit}
    where = [*conditions] or challenge["where"]
    pair = of_challenge(
        {**challenge, "where": where, "assertions": [*assertions[:-1], changed]}, certificate
    )
    code, told = here(folder, *pair)
    assert (second(*pair) == ACCEPTED) == (code == ACCEPTED), told
    return code, told


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"error": ERROR}, ""),
        ({"error": WITH_I, "formula": "S^-1 - 2/n*S^-2"}, ""),
        ({"error": WITH_I}, "another coefficient"),
        ({"error": {**ERROR, "power": "-2"}}, "another power"),
        ({"error": {**ERROR, "coefficient": "1"}}, "another coefficient"),
        ({"error": None}, "another error"),
        ({"verdict": "refuted"}, "another verdict"),
        ({"formula": "2*S^-1", "error": {"coefficient": "1", "power": "0"}}, "no sign"),
        (
            {
                "formula": "2*S^-1",
                "error": {"coefficient": "1", "power": "0"},
                "verdict": "refuted",
            },
            "no sign",
        ),
        ({"formula": "S"}, "another power"),
        ({"limit": {"put": {"d": "sqrt(n)"}}}, "does not list"),
        ({"limit": {"put": {"sigma": "n"}}}, "does not list"),
        ({"limit": {"put": {"tr(S)": "n"}}}, "does not list"),
    ],
)
def test_a_weight(tmp_path, changes, why):
    code, told = both(tmp_path, WEIGHT, **changes)
    assert code == (REJECTED if why else ACCEPTED) and why in told, told


def test_an_excess(tmp_path):
    """Of which the second order matters."""
    code, told = both(tmp_path, EXCESS, formula=f"({LEAST})/(n + 1)")
    assert code == REJECTED and "another coefficient" in told


def test_what_is_left_of_a_series_stands_in_no_leading_term(tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "ORDERS", 1)
    challenge, certificate = data(EXCESS)
    code, told = here(tmp_path, *of_challenge(challenge, certificate))
    assert code == REJECTED and "inverses that grow" in told


def test_what_it_goes_to_has_an_inverse(tmp_path):
    assert both(tmp_path, WEIGHT, "n")[0] == REJECTED
