"""Moments as statements: what is derived, how a claim is read, and evaluation at given matrices."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
import sympy
from sympy import Identity, MatrixSymbol, Trace

import theory
from theory.algebra import expressions
from theory.algebra.polynomials import letter
from theory.algebra.recursion import recursion
from theory.algebra.words import ONE, D, N, fixed, gaussian, symmetric
from theory.errors import InputError, ShapeError, Underivable, UnknownName
from theory.records.identities import Moment, derive_moment
from theory.scalars.symbols import d, n
from theory.text.latex import latex, prose

LEMMAS = tuple(theory.statement(f"lemma{k}") for k in (5, 6, 7))
lemma5, lemma6, lemma7 = LEMMAS
SIGMA = np.array([[2, 1], [1, 3]], dtype=object)
W = np.array([[1, 2], [0, 3]], dtype=object)
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
    for record in LEMMAS:
        for moment, found in zip(record.moments, record.derivations, strict=True):
            if moment.power is None:
                assert moment.claimed() == found.values[1]
            else:
                assert all(moment.claimed(k) == v for k, v in found.values.items())


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
    moment = lemma7.moments[0]
    found = lemma7.derivations[0]
    product_form = found.recursion.product(sympy.Symbol("j"))
    for k, value in found.values.items():
        closed = product_form.subs(moment.power, k).doit()
        assert sympy.expand(closed - value.constant) == 0


def test_reading_an_expression():
    S, V = (MatrixSymbol(name, d, d) for name in "SV")
    words = expressions.Polynomials({"S": symmetric("S", D), "V": fixed("V", D, D)})
    s, v = letter(words.letters["S"]), letter(words.letters["V"])
    one = expressions.matrix(Identity(d), words)
    cases = {
        (S * V).T: v.mT @ s,
        V**2 - V * V: one * 0,
        S.T - S: one * 0,
        Trace(S * V) ** 2 * Identity(d): one * (s @ v).trace() ** 2,
        2 * (V + n * Identity(d)) * S: 2 * v @ s + 2 * n * s,
    }
    for expr, expected in cases.items():
        assert expressions.matrix(expr, words) == expected
    assert expressions.scalar(Trace(V.T) - Trace(V) + d, words).constant == d
    named = ((MatrixSymbol("H", d, d), (V + V.T) / 2), (sympy.Symbol("t"), Trace(S)))
    H, t = (name for name, _ in named)
    assert expressions.matrix(t * H, words, named) == s.trace() * (v + v.mT) * sympy.S.Half
    for wrong in (V**-1, S ** sympy.Rational(1, 2)):
        with pytest.raises(TypeError, match="cannot read"):
            expressions.matrix(wrong, words)
    with pytest.raises(UnknownName):
        expressions.matrix(MatrixSymbol("Q", d, d), words)


def test_moments_have_a_shape():
    X = letter(gaussian("X", N, D))
    with pytest.raises(ShapeError, match="d x d matrix or of a scalar"):
        Moment("gram", X @ X.mT, claim=n)
    with pytest.raises(ShapeError, match="raised to a power"):
        Moment("gram", X.mT @ X, claim=n * Identity(d), power=sympy.Symbol("k"))


def test_a_moment_of_ones_own():
    """E[X' X] = n Sigma, and its trace as a scalar."""
    S = symmetric("Sigma", D)
    X = letter(gaussian("X", N, D, column_covariance=S))
    Sigma = MatrixSymbol("Sigma", d, d)
    moment = Moment("gram", X.mT @ X, claim=n * Sigma)
    assert derive_moment(moment).values[1] == moment.claimed()
    x = letter(gaussian("x", D, ONE, row_covariance=S))
    scalar = Moment("energy", x.mT @ x, claim=Trace(Sigma))
    assert derive_moment(scalar).values[1] == scalar.claimed()
    assert derive_moment(scalar).expression == Trace(Sigma)


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
        (lemma5, {"w": [[1, 2]]}, "W must be a d x d matrix, got 1 x 2"),
        (lemma5, {"w": 3}, "W must be a d x d matrix, got a number"),
        (lemma5, {"d": 3, "w": W}, "W must be a 3 x 3 matrix, got 2 x 2"),
        (lemma5, {"sigma": SIGMA, "w": [[1]]}, "W must be a 2 x 2 matrix, got 1 x 1"),
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
