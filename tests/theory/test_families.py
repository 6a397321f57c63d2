"""Covariances by name."""

from fractions import Fraction

import pytest

from theory.designs.families import family
from theory.errors import InputError


def test_families_written_out() -> None:
    third = Fraction(1, 3)
    assert family("eye", 2) == [[1, 0], [0, 1]]
    assert family("power:2", 3) == [[1, 0, 0], [0, Fraction(1, 4), 0], [0, 0, Fraction(1, 9)]]
    assert family("power:-1", 2) == [[1, 0], [0, 2]]
    assert family("3*equicorrelated:1/3", 2) == [[3, 1], [1, 3]]
    assert family("equicorrelated:0.25", 1) == [[1]]
    assert family("1/3*eye", 1) == [[third]]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("eyes", "unknown family of covariances 'eyes'; did you mean eye"),
        ("eye:2", "write 'eye' for this family"),
        ("power", "write 'power:p' for this family"),
        ("power:1/2", "whole number from -8 to 8, got 1/2"),
        ("power:9", "whole number from -8 to 8"),
        ("power:1e9", "'1e9' in 'power:1e9' is no number such as"),
        ("power:", "'' in 'power:' is no number"),
        ("equicorrelated:1/0", "is no number such as"),
        ("equicorrelated:" + "9" * 40, "at most 32 characters"),
        ("equicorrelated:-0.6", r"must lie in \[-1/2, 1\] for d = 3, got -3/5"),
        ("equicorrelated:2", r"must lie in"),
        ("-1*eye", "a covariance cannot be negative"),
        ("x*eye", "'x' in 'x\\*eye' is no number"),
        ("", "unknown family of covariances ''"),
    ],
)
def test_what_is_no_covariance_is_refused(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        family(name, 3)
