"""The fast engine against its naive twin, and both against numbers known by hand."""

from math import prod

import pytest
import sympy
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.strategies import LETTERS, S, closed_words, paired_words, pairings_needed, product
from theory.algebra.moments import Engine, expectation
from theory.algebra.pairings import expectation_by_pairings, pairings
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.words import ONE, D, Factor, N, fixed, gaussian, symmetric
from theory.scalars.symbols import d, n

X = letter(gaussian("X", N, D))
W, B = fixed("W", D, D), fixed("B", D, D)


def power(matrix, k):
    value = matrix
    for _ in range(k - 1):
        value = value @ matrix
    return value


NON_TRIVIAL: list[bool] = []


@examples(2)
@given(paired_words())
@example([(Factor(LETTERS[4], False), Factor(LETTERS[4], True))])
@example([(Factor(LETTERS[4], False),), (Factor(LETTERS[4], True),)])
def test_fast_equals_naive(words):
    assume(pairings_needed(words) <= 105)
    value = product(words)
    fast = expectation(value)
    assert fast == expectation_by_pairings(value)
    NON_TRIVIAL.append(pairings_needed(words) >= 2 and bool(fast))


def test_the_comparison_was_not_of_zeros():
    if not NON_TRIVIAL:
        test_fast_equals_naive()
    assert sum(NON_TRIVIAL) >= 20


@given(st.lists(closed_words(), min_size=1, max_size=2))
def test_an_unpaired_letter_gives_zero(words):
    assume(pairings_needed(words) == 0)
    assert expectation(product(words)) == 0


@pytest.mark.parametrize("k", range(1, 7))
def test_number_of_pairings(k):
    assert len(set(pairings(range(2 * k)))) == prod(range(1, 2 * k, 2))
    assert not list(pairings(range(2 * k - 1)))


@pytest.mark.parametrize("k", range(1, 8))
def test_norm_of_a_gaussian_vector(k):
    x = letter(gaussian("x", D, ONE))
    expected = prod(d + 2 * j for j in range(k))
    assert expectation((x.mT @ x).trace() ** k) == sympy.expand(expected)


@pytest.mark.parametrize("k", range(1, 8))
def test_all_dimensions_one_count_the_pairings(k):
    value = expectation(power(X.mT @ X, k).trace()).constant
    assert value.subs({n: 1, d: 1}) == prod(range(1, 2 * k, 2))


@pytest.mark.parametrize("k", range(1, 6))
def test_exchanging_rows_and_columns(k):
    value = expectation(power(X.mT @ X, k).trace()).constant
    other = expectation(power(X @ X.mT, k).trace()).constant
    assert sympy.expand(value - other) == 0
    assert sympy.expand(value - value.subs({n: d, d: n}, simultaneous=True)) == 0


def test_wishart_second_moment_by_hand():
    """E X'X W X'X = n S W' S + n tr(S W) S + n^2 S W S, tested against B."""
    x = letter(gaussian("X", N, D, column_covariance=S))
    s, w, b = letter(S), letter(W), letter(B)
    gram = x.mT @ x
    by_hand = ((n * (s @ w.mT @ s) + n**2 * (s @ w @ s)) @ b).trace() + n * (s @ w).trace() * (
        s @ b
    ).trace()
    assert expectation((gram @ w @ gram @ b).trace()) == by_hand


def test_a_quadratic_form_keeps_both_orders_of_a_matrix_that_is_not_symmetric():
    x = letter(gaussian("x", D, ONE, row_covariance=S))
    s, w, b = letter(S), letter(W), letter(B)
    value = expectation((x @ x.mT @ w @ x @ x.mT @ b).trace())
    by_hand = (s @ w @ s @ b).trace() + (s @ w.mT @ s @ b).trace()
    assert value == by_hand + (s @ w).trace() * (s @ b).trace()


def test_independent_letters_factorise():
    y = letter(gaussian("Y", N, D))
    left, right = (X.mT @ X).trace(), (y.mT @ y).trace()
    assert expectation(left * right) == expectation(left) * expectation(right)


def test_fixed_letters_pass_through():
    value = (letter(W) @ letter(W).mT).trace() * 3
    assert expectation(value) == value


def test_states_do_not_grow_like_pairings():
    k = 8
    value = power(X.mT @ X @ letter(symmetric("S", D)), k).trace()
    engine = Engine(value.letters)
    engine.polynomial(value)
    assert engine.states < 200 < prod(range(1, 2 * k, 2)) / 6000


def test_linearity():
    value, other = (X.mT @ X).trace() ** 2, (X.mT @ X @ letter(W)).trace()
    combined = expectation(value * 2 + other * n)
    assert combined == expectation(value) * 2 + expectation(other) * n
    assert isinstance(combined, TracePolynomial)
