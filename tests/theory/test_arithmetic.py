"""Matrices of users, refused with what is wrong with them."""

from fractions import Fraction

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import NotCovariance
from theory.scalars.arithmetic import EXACT, covariance
from theory.scalars.cleared import Cleared


@pytest.mark.parametrize(
    ("corner", "told"),
    [(Fraction(1, 2), "negative eigenvalue, -0.281$"), (1 - Fraction(1, 10**40), "eigenvalue$")],
)
def test_a_negative_eigenvalue_is_told_where_rounding_does_not_hide_it(corner, told):
    with pytest.raises(NotCovariance, match=told):
        covariance("A", [[1, 1], [1, corner]], None, EXACT)


@given(st.lists(st.integers(-12, 12), min_size=4, max_size=4), st.integers(1, 12))
def test_a_product_over_one_denominator_is_in_lowest_terms(entries, denominator):
    """Else denominators would grow with every product."""
    matrix = flint.fmpq_mat(2, 2, entries) * flint.fmpq(1, denominator)
    found = Cleared.of(matrix) * Cleared.of(matrix)
    assert found.rational == matrix * matrix
    assert (found.numerator, found.denominator) == found.rational.numer_denom()
