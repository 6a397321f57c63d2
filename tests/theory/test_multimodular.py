"""Solving modulo many primes gives what python-flint's own solver gives."""

from random import Random

import flint
import pytest

from theory.scalars.arithmetic import EXACT
from theory.scalars.cleared import CLEARED
from theory.scalars.multimodular import SMALL, solved

D = SMALL + 1


def drawn(rows: int, columns: int, bits: int, random: Random) -> flint.fmpz_mat:
    entries = [random.randint(-(2**bits), 2**bits) for _ in range(rows * columns)]
    return flint.fmpz_mat(rows, columns, entries)


@pytest.mark.parametrize("bits", [1, 40, 200])
@pytest.mark.parametrize("columns", [1, D, 2 * D])
def test_it_is_the_solution(bits: int, columns: int) -> None:
    random = Random(bits)
    a, b = drawn(D, D, bits, random), drawn(D, columns, 3 * bits, random)
    found, common = solved(a, b)
    assert a * found == b * common and common != 0
    assert flint.fmpq_mat(found) / common == a.solve(b)


def test_the_bound_is_reached_where_columns_are_orthogonal() -> None:
    """The numerators of the inverse of a diagonal matrix are as large as they can be."""
    a = flint.fmpz_mat(D, D, [3**k if k == r else 0 for k in range(D) for r in range(D)])
    found, common = solved(a, drawn(D, D, 90, Random(1)))
    assert a * found == drawn(D, D, 90, Random(1)) * common


def test_rational_matrices_in_both_arithmetics() -> None:
    random = Random(7)
    a, b = (flint.fmpq_mat(drawn(D, D, 9, random)) / flint.fmpz(6 + k) for k in (0, 4))
    expected = a.solve(b)
    assert EXACT.solve(a, b) == expected
    assert CLEARED.solve(CLEARED.matrix(a), CLEARED.matrix(b)).rational == expected
    assert EXACT.trace_of_product(a, b) == EXACT.trace(a * b)
    assert CLEARED.trace_of_product(CLEARED.matrix(a), CLEARED.matrix(b)) == EXACT.trace(a * b)


def test_a_singular_matrix_has_no_solution() -> None:
    a = flint.fmpz_mat(D, D, [r * k for r in range(D) for k in range(D)])
    with pytest.raises(ZeroDivisionError):
        solved(a, a)
