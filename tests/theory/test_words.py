"""Words and traces: what makes two of them the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.strategies import closed_words
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
    symmetric,
    transpose,
)
from theory.errors import ShapeError
from theory.scalars.symbols import d, n

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
