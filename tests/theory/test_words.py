"""Words and traces: what makes two of them the same."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.strategies import closed_words
from theory.algebra.moments import expectation
from theory.algebra.polynomials import identity, letter, trace_of
from theory.algebra.words import (
    ONE,
    D,
    Factor,
    N,
    diagonal,
    fixed,
    gaussian,
    ones,
    power_of,
    symmetric,
    transpose,
)
from theory.errors import InputError, ShapeError
from theory.scalars.symbols import d, i, n

A, B, u = fixed("A", D, D), fixed("B", D, D), fixed("u", D, ONE)
P, Q, one = diagonal("P", N), diagonal("Q", N), ones(N)


@given(closed_words(), st.integers(0, 10))
def test_trace_is_cyclic_and_blind_to_transposition(word, shift):
    shift %= len(word)
    turned = word[shift:] + word[:shift]
    value = trace_of(word, word[0].rows)
    assert value == trace_of(turned, turned[0].rows)
    mirrored = transpose(word)
    assert value == trace_of(mirrored, mirrored[0].rows)


@pytest.mark.parametrize("exponents", [(-1,), (-1, -1), (-1, -1, Fraction(-1, 2)), (1, 1)])
def test_a_trace_of_powers_of_one_letter_is_blind_to_transposition(exponents):
    word = tuple(Factor(power_of(A, Fraction(e)), transposed=False) for e in exponents)
    assert trace_of(word, D) == trace_of(transpose(word), D)


def test_order_matters_otherwise():
    a, b = letter(A), letter(B)
    assert (a @ a @ b @ b).trace() != (a @ b @ a @ b).trace()
    assert (a @ b).trace() != (a @ b.mT).trace()
    assert (a @ b).trace() == (b.mT @ a.mT).trace()


def test_a_scalar_in_the_middle_factorises():
    v, a = letter(u), letter(A)
    assert (v.mT @ a @ v @ v.mT @ v).trace() == (v.mT @ a @ v).trace() * (v.mT @ v).trace()


def test_diagonal_letters_commute_and_meet_the_ones():
    p, q, e = letter(P), letter(Q), letter(one)
    x = letter(gaussian("X", N, D))
    assert (p @ q @ x @ x.mT).trace() == (q @ p @ x @ x.mT).trace()
    assert (x @ x.mT @ p @ q).trace() == (q @ x @ x.mT @ p).trace()
    assert (e.mT @ p @ q @ e).trace() == (q @ p).trace()
    assert (e.mT @ e).trace() == n
    assert (p @ x @ x.mT @ q @ x @ x.mT).trace() != (p @ q @ x @ x.mT @ x @ x.mT).trace()


def test_empty_loops_count_dimensions():
    assert identity(D).trace() == d
    assert identity(N).trace() == n
    assert identity(ONE).trace() == 1


S, T = symmetric("S", D), symmetric("T", D)
TWINS = {
    "row covariance: none and S": (gaussian("x", D, ONE), gaussian("x", D, ONE, S)),
    "row covariance: S and T": (gaussian("x", D, ONE, S), gaussian("x", D, ONE, T)),
    "column covariance: none and S": (gaussian("X", D, D), gaussian("X", D, D, None, S)),
    "entry: none and i": (diagonal("P", N), diagonal("P", N, i)),
    "entry: i and i**2": (diagonal("P", N, i), diagonal("P", N, i**2)),
    "kind: gaussian and fixed": (gaussian("X", D, D), fixed("X", D, D)),
    "cols: d and 1": (fixed("A", D, D), fixed("A", D, ONE)),
}


@pytest.mark.parametrize("what", TWINS)
def test_one_name_is_one_letter_wherever_it_decides(what):
    """Letters are sorted and given values by name: two of one name would be told apart or not."""
    first, second = TWINS[what]
    with pytest.raises(InputError) as found:
        assert first != second
    told = f"two letters are called {first.name} ({what}); give one of them another name"
    assert str(found.value) == told
    clash = f"two letters are called {first.name}"
    one, two = letter(first), letter(second)
    squares = (one.mT @ one).trace(), (two.mT @ two).trace()
    with pytest.raises(InputError, match=clash):
        expectation(squares[0] * squares[1])
    if first.key == second.key:
        with pytest.raises(InputError, match=clash):
            assert (one.mT @ two).trace() == (two.mT @ one).trace()
        with pytest.raises(InputError, match=clash):
            assert squares[0] * squares[1] == squares[1] * squares[0]


def test_a_letter_made_twice_is_one():
    for first, second in TWINS.values():
        for one in (first, second):
            again = replace(one)
            assert again is not one and again == one and hash(again) == hash(one)
            first_twice, both = letter(one).mT @ letter(one), letter(one).mT @ letter(again)
            assert first_twice.trace() == both.trace()


def test_misfits_are_errors():
    with pytest.raises(ShapeError, match="cannot multiply a n x d matrix by a n x d one"):
        letter(gaussian("X", N, D)) @ letter(gaussian("X", N, D))
    with pytest.raises(ShapeError, match="cannot add a d x 1 matrix to a d x d one"):
        letter(A) + letter(u)
    with pytest.raises(ShapeError, match="only a square matrix has a trace, not d x 1"):
        letter(u).trace()
    with pytest.raises(ShapeError, match="u ends in space 1 but A begins in space d"):
        trace_of((Factor(u, False), Factor(A, False)), D)
    with pytest.raises(ShapeError, match="row covariance of x must be a symmetric letter on d"):
        gaussian("x", D, ONE, row_covariance=symmetric("S", N))


def test_matrix_polynomials_are_equal_if_all_their_terms_are():
    """Not because both are matrix polynomials; and nothing else is equal to one."""
    first, second = (letter(fixed(name, D, D)) for name in "AB")
    assert first @ second == first @ second and first + second == second + first
    assert first @ second != second @ first and first != second and first != 2 * first
    assert first - first != 0 and first != "A"


def test_only_a_sum_before_traces_is_written_in_parentheses():
    a = letter(A)
    found = a.trace() * n + (a @ a).trace() * (n + 1) + (identity(D) * (n + 2)).trace()
    assert repr(found) == "d*n + 2*d + n tr(A) + (n + 1) tr(A A)"


@pytest.mark.parametrize("inner", [Fraction(-1), Fraction(1, 2), Fraction(-1, 2)])
@pytest.mark.parametrize("outer", [Fraction(-1), Fraction(1, 2), Fraction(2), Fraction(-2)])
def test_the_power_of_a_power_is_that_of_the_product(inner, outer):
    assert power_of(power_of(S, inner), outer) == power_of(S, inner * outer)
