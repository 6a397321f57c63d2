"""Bounds that follow from what inverses satisfy: products that are zero, and those that are not."""

import pytest

from tests.certificates.checking import ACCEPTED, REJECTED, data, here, of_challenge
from tests.certificates.test_second_checker import second

CHALLENGE, CERTIFICATE = data("zhang-2024.corollary4-3-every-covariance")
((SEEN,), (ZERO,)) = CERTIFICATE["steps"][0]["products"]


@pytest.mark.parametrize(
    ("products", "code"),
    [
        ([[SEEN], [ZERO]], ACCEPTED),
        ([[SEEN], ["2", f"({ZERO})/2"]], ACCEPTED),
        ([[SEEN]], REJECTED),
        ([[ZERO]], REJECTED),
        # what is added to what is zero has no sign
        ([[f"{SEEN} + tr(Lambda)"], [f"{ZERO} - tr(Lambda)"]], REJECTED),
        ([[f"{SEEN} + tr(#2L)"], [f"{ZERO} - tr(#2L)"]], REJECTED),
        ([[f"{SEEN} - tr(Lambda)"], ["tr(Lambda)"], [ZERO]], REJECTED),
        ([[SEEN], [ZERO], ["tr(#2L)"], ["-tr(#2L)"]], ACCEPTED),
        ([[SEEN], [ZERO], ["-tr(Lambda)"], ["tr(Lambda)"]], REJECTED),
    ],
)
def test_a_product_that_is_zero_needs_no_sign(tmp_path, products, code):
    changed = {**CERTIFICATE, "steps": [{"products": products}]}
    pair = of_challenge(CHALLENGE, changed)
    assert here(tmp_path, *pair)[0] == code
    assert (second(*pair) == ACCEPTED) == (code == ACCEPTED)
