"""Moments as statements: what is derived, how a claim is read, and evaluation at given matrices."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
import sympy

import theory
from theory.algebra.polynomials import letter
from theory.algebra.recursion import recursion
from theory.algebra.words import ONE, D, N, fixed, gaussian, symmetric
from theory.errors import InputError, Underivable
from theory.records.gaussian_moment import claimed_moment
from theory.records.moment_powers import ORDERS
from theory.scalars.symbols import d, n
from theory.text.latex import latex, prose

LEMMAS = tuple(theory.statement(f"lemma{k}") for k in (5, 6, 7))
lemma5, lemma6, lemma7 = LEMMAS
SIGMA = np.array([[2, 1], [1, 3]], dtype=object)
W = np.array([[1, 2], [0, 3]], dtype=object)
HALF = {"H": "(A + A')/2"}
A, B = W, np.array([[0, 1], [-2, 1]], dtype=object)


def pairings(indices):
    """All ways to pair up a list."""
    if not indices:
        yield []
        return
    first, *rest = indices
    for k, mate in enumerate(rest):
        for others in pairings(rest[:k] + rest[k + 1 :]):
            yield [(first, mate), *others]


def isserlis(sigma, *matrices):
    """E[x x' M1 x x' M2 x x' ...] entry by entry, pairing by pairing."""
    size = len(sigma)
    m = len(matrices)
    out = np.zeros((size, size), dtype=object)
    for index in product(range(size), repeat=2 * m + 2):
        weight = prod(matrices[k][index[2 * k + 1], index[2 * k + 2]] for k in range(m))
        if weight:
            moment = sum(
                prod(sigma[index[a], index[b]] for a, b in pairs)
                for pairs in pairings(list(range(2 * m + 2)))
            )
            out[index[0], index[-1]] += weight * moment
    return out


def test_the_fourth_moment_pairing_by_pairing():
    found = lemma5.evaluate(sigma=SIGMA, w=W)
    expected = isserlis(SIGMA, W)
    assert (found.moment == expected).all() and (found.claimed == expected).all()
    assert all(type(v) is Fraction for v in found.moment.flat)


def test_the_sixth_moment_pairing_by_pairing():
    found = lemma7.evaluate(sigma=SIGMA, a=A, b=B)
    assert (found.moment == isserlis(SIGMA, A, B)).all()
    assert (found.claimed == found.moment).all()


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_the_gram_matrix_by_its_rows(rows):
    """A sum over pairs of rows: equal ones give the fourth moment, others a product of means."""
    found = lemma6.evaluate(n=rows, sigma=SIGMA, w=W)
    apart = SIGMA @ W @ SIGMA
    expected = rows * isserlis(SIGMA, W) + rows * (rows - 1) * apart
    assert (found.moment == expected).all() and (found.claimed == expected).all()


@pytest.mark.parametrize("k", [1, 2, 5, 8, 9, 30])
def test_norms_in_one_dimension_and_in_two(k):
    """In two, half the squared norm is exponential: E s^k = 2^k k!."""
    double_factorial = prod(range(1, 2 * k, 2))
    assert lemma7.evaluate(d=1, k=k).moment == double_factorial
    two = lemma7.evaluate(d=2, k=k)
    assert two.moment == two.claimed == 2**k * prod(range(1, k + 1))


def test_one_number():
    s, w = Fraction(3, 2), Fraction(-5)
    assert lemma5.evaluate(sigma=[[s]], w=[[w]]).moment[0, 0] == 3 * s**2 * w
    assert lemma7.evaluate(sigma=[[s]], a=[[w]], b=[[2]]).moment[0, 0] == 15 * s**3 * w * 2
    assert lemma6.evaluate(n=4, sigma=[[s]], w=[[w]]).moment[0, 0] == (16 + 8) * s**2 * w


def test_degenerate_matrices():
    zero = lemma5.evaluate(sigma=[[0, 0], [0, 0]], w=W)
    assert not zero.moment.any()
    standard = lemma5.evaluate(d=3, w=np.eye(3, dtype=int))
    assert (standard.moment == 5 * np.eye(3, dtype=int)).all()
    line = lemma5.evaluate(sigma=[[1, 1], [1, 1]], w=W)  # both coordinates are one number
    assert (line.moment == 3 * W.sum()).all()


def test_one_float_makes_it_floating():
    exact = lemma7.evaluate(sigma=SIGMA, a=A, b=B)
    found = lemma7.evaluate(sigma=SIGMA, a=A, b=B.astype(float))
    assert found.moment.dtype == float and found.claimed.dtype == float
    assert found.moment == pytest.approx(exact.moment.astype(float), rel=1e-14)


def test_what_is_derived_is_what_is_claimed():
    for moment in (lemma5.moments[0], lemma6.moments[0], lemma7.moments[1]):
        assert moment.claim.value == moment.value
    for one in map(lemma7.moments[0].order, ORDERS):
        assert one.claim.value == one.value


def test_a_derivation_counts_its_pairings():
    texts = " ".join(prose(step.text) for record in LEMMAS for step in record.derived.steps)
    assert "3 pairings" in texts and "15 pairings" in texts


def test_the_recursion_closes_only_where_it_should():
    k = sympy.Symbol("k")
    x = letter(gaussian("x", D, ONE))
    assert recursion((x.mT @ x).trace(), k).factor == d + 2 * k - 2
    rows = letter(gaussian("y", N, ONE))
    assert recursion((rows.mT @ rows).trace() * 3, k).factor == 3 * n + 6 * k - 6
    with pytest.raises(Underivable, match="no recursion"):
        recursion((x.mT @ letter(fixed("A", D, D)) @ x).trace(), k)
    with pytest.raises(Underivable, match="no recursion"):
        other = letter(gaussian("x", D, ONE, row_covariance=symmetric("S", D)))
        recursion((other.mT @ other).trace(), k)
    with pytest.raises(Underivable, match="not quadratic"):
        recursion((x.mT @ x).trace() ** 2, k)
    with pytest.raises(Underivable, match="one Gaussian vector"):
        recursion((x.mT @ letter(gaussian("z", D, ONE))).trace(), k)


def test_recursion_and_engine_agree():
    norm = lemma7.moments[0]
    product_form = norm.recursion.product(sympy.Symbol("j"))
    for k in ORDERS:
        closed = product_form.subs(norm.symbol, k).doit()
        assert sympy.expand(closed - norm.order(k).value.constant) == 0


def test_an_abbreviation_is_a_matrix_and_is_printed():
    """E[x' (A + A') x] in the symmetric part H of A, and what is no matrix."""
    lets = {"x": "gaussian(d, 1, S)", "A": "matrix(d, d)"}
    found = claimed_moment("twice", "x*x'*(A + A')*x*x'", "4*S*H*S + 2*tr(H*S)*S", HALF, **lets)
    assert found.claim.value == found.value
    assert [f.latex for f in found.claimed.where] == [r"H = \frac{1}{2} A + \frac{1}{2} A^\top"]
    with pytest.raises(InputError, match="H:1:1: found a scalar as the meaning of 'H'"):
        claimed_moment("twice", "x*x'", "tr(S)*S*H", {"H": "tr(A)"}, **lets)


def test_latex_of_the_records():
    left = latex(lemma7.derived.formulas[0].left)
    assert left == r"\mathbb{E}\left[\left(x^\top x\right)^{k}\right]"
    assert lemma7.derived.where[0].latex == r"A_{s} = \frac{1}{2} A + \frac{1}{2} A^\top"
    shown = lemma7.evaluate(d=3, k=2)._repr_latex_()
    assert r"\mathbb{E}\left[\left(x^\top x\right)^{2}\right] &= 15" in shown
    assert "34 & 32" in lemma5.evaluate(sigma=SIGMA, w=[[1, 1], [0, 2]])._repr_latex_()
    assert "Fraction" not in lemma5.evaluate(w=[[0.5]])._repr_latex_()
    assert all(record.risk is record.weight is record.limit is None for record in LEMMAS)


@pytest.mark.parametrize(
    ("record", "arguments", "message"),
    [
        (lemma5, {}, "d is missing"),
        (lemma5, {"d": 2}, "w is missing"),
        (lemma5, {"sigma": SIGMA}, "w is missing"),
        (lemma5, {"w": [[1, 2]]}, "W is d x d, where d = 1; got 1 x 2"),
        (lemma5, {"w": 3}, "W must be a matrix that is d x d"),
        (lemma5, {"d": 3, "w": W}, "W is d x d, where d = 3; got 2 x 2"),
        (lemma5, {"sigma": SIGMA, "w": [[1]]}, "W is d x d, where d = 2; got 1 x 1"),
        (lemma5, {"sigma": [[1, 2], [3, 9]], "w": W}, "Sigma must be .* not symmetric"),
        (lemma5, {"sigma": [[1, 2], [2, 1]], "w": W}, "Sigma must be .* negative eigenvalue"),
        (lemma5, {"w": [["a"]]}, "W: expected a real number, got 'a'"),
        (lemma5, {"w": [[float("nan")]]}, "W must be finite"),
        (lemma5, {"sigma": [[10**400]], "w": [[0.5]]}, "Sigma"),
        (lemma5, {"sigma": [[0.5]], "w": [[10**400]]}, "W .*too large"),
        (lemma5, {"v": W}, "unknown argument of lemma5"),
        (lemma6, {"w": W}, "n is missing"),
        (lemma6, {"n": 0, "w": W}, "n must be a positive integer, got 0"),
        (lemma6, {"n": 2.0, "w": W}, "n must be a positive integer, got 2.0"),
        (lemma7, {}, "missing"),
        (lemma7, {"d": 3}, "k is missing"),
        (lemma7, {"k": 3}, "d is missing"),
        (lemma7, {"d": 3, "k": -1}, "k must be a positive integer, got -1"),
        (lemma7, {"a": A}, "b is missing"),
        (lemma7, {"k": 2, "a": A, "b": B}, "one at a time"),
    ],
)
def test_bad_input_names_the_argument(record, arguments, message):
    with pytest.raises(InputError, match=message):
        record.evaluate(**arguments)
