"""Cut and join against the engine for all words, and against numbers known by hand."""

from math import prod

import pytest
import sympy

from theory.algebra import wishart
from theory.algebra.moments import Engine, expectation
from theory.algebra.pairings import expectation_by_pairings
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.wishart import PowerSums, power_sum_moment
from theory.algebra.words import ONE, D, N, Space, fixed, gaussian, symmetric
from theory.scalars.symbols import d, n

S, T, Q = symmetric("S", D), symmetric("T", D), symmetric("Q", N)
X = letter(gaussian("X", N, D))


def power(matrix, k):
    value = matrix
    for _ in range(k - 1):
        value = value @ matrix
    return value


def product(matrix, parts):
    value = TracePolynomial.of(1)
    for part in parts:
        value = value * power(matrix, part).trace()
    return value


def partitions(total, most):
    if total == 0:
        yield ()
    for first in range(min(total, most), 0, -1):
        for rest in partitions(total - first, first):
            yield (first, *rest)


def by_engine(value):
    return Engine(value.letters).polynomial(value)


def by_power_sums(value):
    ((monomial, c),) = value.terms.items()
    found = power_sum_moment(monomial)
    return found if found is None else found * c


@pytest.fixture
def from_the_first_power(monkeypatch):
    monkeypatch.setattr(wishart, "LEAST", 2)


@pytest.mark.parametrize("total", [1, 2, 3, 4, 5, 6])
def test_all_products_of_traces_of_a_degree(from_the_first_power, total):
    for parts in partitions(total, total):
        value = product(X.mT @ X @ letter(S), parts)
        assert by_power_sums(value) == by_engine(value), parts


def test_all_pairings_agree(from_the_first_power):
    for parts in partitions(4, 4):
        value = product(X.mT @ X @ letter(S), parts)
        assert by_power_sums(value) == expectation_by_pairings(value), parts


W = letter(fixed("W", D, D))
CORRELATED = letter(gaussian("Y", N, D, column_covariance=T))
MIXED = letter(gaussian("Z", N, D, row_covariance=Q))


@pytest.mark.parametrize(
    "matrix",
    [
        X.mT @ X,
        X @ X.mT,
        X @ letter(S) @ X.mT,
        letter(Q) @ X @ X.mT,
        X.mT @ X @ W @ W.mT,
        CORRELATED.mT @ CORRELATED,
        CORRELATED.mT @ CORRELATED @ letter(S) @ letter(T) @ letter(S),
        MIXED @ MIXED.mT,
        letter(gaussian("x", D, ONE, row_covariance=S)).mT
        @ letter(gaussian("x", D, ONE, row_covariance=S)),
        letter(gaussian("V", Space("5", sympy.Integer(5)), D)).mT
        @ letter(gaussian("V", Space("5", sympy.Integer(5)), D))
        @ letter(S),
    ],
    ids=str,
)
@pytest.mark.parametrize("parts", [(4,), (3, 2), (2, 1, 1)])
def test_where_it_applies(matrix, parts):
    value = product(matrix, parts) * (n + 1)
    found = by_power_sums(value)
    assert found is not None and found == by_engine(value) == expectation(value)


@pytest.mark.parametrize(
    "value",
    [
        power(X.mT @ X @ W, 4).trace(),
        power(CORRELATED @ CORRELATED.mT @ letter(Q), 4).trace(),
        power(X.mT @ X @ letter(S), 4).trace() * (X.mT @ X @ letter(T)).trace(),
        power(X.mT @ letter(Q) @ X @ letter(S), 4).trace(),
        (power(X.mT @ X @ letter(S), 4) @ letter(T)).trace(),
        power(X.mT @ X, 2).trace() * power(CORRELATED.mT @ CORRELATED, 2).trace(),
        power(X.mT @ X, 3).trace(),
    ],
    ids=str,
)
def test_where_it_does_not(value):
    ((monomial, _),) = value.terms.items()
    assert power_sum_moment(monomial) is None
    assert expectation(value) == by_engine(value)


def test_other_traces_stay_as_they_are():
    other = letter(T).trace() * (letter(Q) @ letter(Q)).trace()
    value = power(X.mT @ X @ letter(S), 4).trace()
    assert by_power_sums(value * other) == by_engine(value) * other


@pytest.mark.parametrize("k", [1, 7, 12, 20])
def test_one_row_of_one_number(k):
    """With m = 1 and all power sums 1, W is the square of one number."""
    mean = PowerSums().mean((k,))
    assert sum(int(c(1)) for c in mean.values()) == prod(range(1, 2 * k, 2))


@pytest.mark.parametrize("k", [3, 8, 11])
def test_rows_and_columns_exchanged(k):
    """tr (X'X)^k = tr (XX')^k, where every power sum is the number of columns."""
    mean = PowerSums().mean((k,))
    value = sum(
        int(a) * n**e * d ** len(key) for key, c in mean.items() for e, a in enumerate(c.coeffs())
    )
    assert sympy.expand(value - value.subs({n: d, d: n}, simultaneous=True)) == 0


def test_the_leading_terms_count_plane_trees():
    """At m = d the coefficients of the highest power are Catalan's numbers."""
    mean = PowerSums().mean((9,))
    leading = sum(
        int(a) for key, c in mean.items() for e, a in enumerate(c.coeffs()) if e + len(key) == 10
    )
    assert leading == 4862


def test_coefficients_are_as_sympy_writes_them():
    (coefficient, *_) = expectation(power(X.mT @ X @ letter(S), 5).trace()).terms.values()
    again = sympy.expand(coefficient + n**9) - n**9
    assert coefficient == again and hash(coefficient) == hash(again)
