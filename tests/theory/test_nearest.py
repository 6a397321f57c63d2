"""The nearest covariance: no other is nearer, and what is one already stays as it is."""

from decimal import Decimal
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.designs.nearest import nearest_covariance
from theory.errors import InputError

ENTRIES = st.floats(-9, 9)


def squares(size):
    return st.lists(
        st.lists(ENTRIES, min_size=size, max_size=size), min_size=size, max_size=size
    ).map(np.array)


@given(squares(3), squares(3))
def test_no_covariance_is_nearer(rows, factor):
    made, distance = nearest_covariance(rows)
    made = np.array(made)
    assert (made == made.T).all() and np.linalg.eigvalsh(made).min() > -1e-9
    assert distance == pytest.approx(np.linalg.norm(rows - made), abs=1e-12)
    other = factor @ factor.T
    # the set is convex: also on the way to another covariance none is nearer
    for step in (1, 1e-1, 1e-3):
        assert np.linalg.norm(rows - made - step * (other - made)) > distance - 1e-9


def test_what_is_one_stays_exact():
    half = Fraction(1, 2)
    rows = [[2, half], [half, half / 4]]  # singular
    assert nearest_covariance(rows) == (rows, 0.0)


@pytest.mark.parametrize(
    "rows",
    [
        [[Decimal("1.5"), 0], [0, Fraction(-2)]],
        [[1.5, 0], [0, Decimal(-2)]],
        sympy.Matrix([[sympy.Rational(3, 2), 0], [0, -2]]),
        flint.fmpq_mat([[flint.fmpq(3, 2), 0], [0, -2]]),
        np.array([[1.5, 0], [0, -2]]),
    ],
)
def test_any_numbers(rows):
    assert nearest_covariance(rows) == ([[1.5, 0], [0, 0]], 2)


def test_what_is_not_symmetric():
    assert nearest_covariance([[1, 1], [0, 1]]) == ([[1, 0.5], [0.5, 1]], pytest.approx(0.5**0.5))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1, 2]], "the matrix must be .* got shape 1 x 2"),
        ([], "the matrix must be .* got an array with 1 axes"),
        ([[float("nan")]], "the matrix must be finite"),
        ([["1"]], "expected a real number, got '1'"),
        ([[1e99, 0], [0, -1]], "the matrix has entries beyond 1e[+]60"),
        ([[10**99, 0], [0, -1]], "the matrix has entries beyond 1e[+]60"),
        ([[10**999, 0], [0, -1]], "the matrix has entries beyond 1e[+]60"),
    ],
)
def test_what_has_no_nearest(rows, message):
    with pytest.raises(InputError, match=message):
        nearest_covariance(rows)
