"""Factors of covariances in double precision."""

import numpy as np
import pytest

from theory.errors import InputError
from theory.optima.stationary.ranges import factor

FULL = np.array([[4.0, 2.0, 0.0], [2.0, 5.0, 1.0], [0.0, 1.0, 3.0]])
UNITS = np.diag([1e-150, 1.0, 1e100])


def among_zeros(a):
    """The same of three of five coordinates, of which the others are zero."""
    found = np.zeros((5, 5))
    found[np.ix_([0, 2, 4], [0, 2, 4])] = a
    return found


@pytest.mark.parametrize(
    ("a", "rank"),
    [
        (FULL, 3),
        (FULL[:, :2] @ FULL[:, :2].T, 2),
        (UNITS @ FULL @ UNITS, 3),
        (among_zeros(FULL), 3),
        (among_zeros(np.ones((3, 3))), 1),
        (np.zeros((2, 2)), 0),
    ],
)
def test_a_factor_has_the_rank_and_gives_the_covariance(a, rank):
    found = factor("S", a)
    assert found.shape == (len(a), rank) and np.linalg.matrix_rank(found) <= rank
    units = np.sqrt(np.diag(a))
    units[units == 0] = 1
    assert np.allclose((found @ found.T) / np.outer(units, units), a / np.outer(units, units))


def test_a_rank_that_the_digits_do_not_tell_is_refused():
    nearly = np.array([[1.0, 1.0], [1.0, 1.0 + 2e-16]])
    with pytest.raises(InputError, match="S is nearly singular"):
        factor("S", nearly)
    assert factor("S", nearly, told=False).shape == (2, 1)
