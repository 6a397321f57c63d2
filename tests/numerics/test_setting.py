"""Numbers for a design are checked where they come in."""

from fractions import Fraction
from typing import Any

import pytest
import torch

from numerics import Setting
from theory import designs
from theory.designs import sigma
from theory.errors import InputError, ShapeError, UnknownName
from theory.words import i, n

GOOD: dict[str, Any] = {
    "n": 3,
    "d": 2,
    "parameters": {"sigma": Fraction(1, 2)},
    "covariances": {"Sigma_x": [[2, 1], [1, 2]], "Sigma_beta": [[1, 1], [1, 1]]},
}


def test_values_are_those_of_the_expression() -> None:
    setting = Setting(designs.independent, **GOOD)
    assert setting.value(sigma * n) == 1.5
    assert setting.along(i / n * sigma).tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 2])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"n": 0}, ShapeError, "n must be a whole number of at least 1, got 0"),
        ({"d": 2.0}, ShapeError, "d must be a whole number"),
        ({"parameters": {}}, InputError, "needs a value for parameter 'sigma'"),
        ({"parameters": {"sigma": -1}}, InputError, r"sigma must lie in \[0, oo\], got -1"),
        ({"parameters": {"sgima": 1}}, UnknownName, "did you mean sigma"),
        ({"means": {"m": [1, 2]}}, UnknownName, "unknown mean 'm'"),
        ({"covariances": {"Sigma_x": torch.eye(2)}}, InputError, "covariance 'Sigma_beta'"),
    ],
)
def test_what_does_not_fit_is_named(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Setting(designs.independent, **{**GOOD, **changes})


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (torch.eye(3), "Sigma_x must be 2 x 2"),
        ([[1, 2], [0, 1]], "Sigma_x must be symmetric"),
        ([[1, 2], [2, 1]], "Sigma_x must be positive semi-definite"),
        ([[1, float("nan")], [0, 1]], "Sigma_x must be finite"),
    ],
)
def test_a_bad_covariance_is_refused(matrix: Any, message: str) -> None:
    covariances = {**GOOD["covariances"], "Sigma_x": matrix}
    with pytest.raises(InputError, match=message):
        Setting(designs.independent, **{**GOOD, "covariances": covariances})
