"""Matrices of users, refused with what is wrong with them."""

from fractions import Fraction

import pytest

from theory.errors import NotCovariance
from theory.scalars.arithmetic import EXACT, covariance


@pytest.mark.parametrize(
    ("corner", "told"),
    [(Fraction(1, 2), "negative eigenvalue, -0.281$"), (1 - Fraction(1, 10**40), "eigenvalue$")],
)
def test_a_negative_eigenvalue_is_told_where_rounding_does_not_hide_it(corner, told):
    with pytest.raises(NotCovariance, match=told):
        covariance("A", [[1, 1], [1, corner]], None, EXACT)
