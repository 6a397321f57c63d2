"""The library's face: evaluate, exactness, special cases, and errors that teach."""

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import theory
from theory.errors import InputError
from theory.language.gallery import designs
from verify.strategies import instances

theorem1, corollary1 = theory.statement("theorem1"), theory.statement("corollary1")
X = [[2, 1], [1, 3]]
# v v' for v = (1/3, 2/3)^(1/2), to six digits: det = -563e-9, trace = 1
ROUNDED = [[Decimal("0.333333"), Decimal("0.471405")], [Decimal("0.471405"), Decimal("0.666667")]]
BETA = [[1, Fraction(1, 2)], [Fraction(1, 2), 5]]


def test_exact_input_gives_fractions():
    found = theorem1.evaluate(n=7, sigma_x=X, sigma_beta=BETA, sigma=Fraction(1, 2))
    assert type(found.risk) is Fraction and type(found.claimed) is Fraction
    assert found.weight.shape == (2, 2) and all(type(v) is Fraction for v in found.weight.flat)
    assert found.claimed == found.risk
    mixed = theorem1.evaluate(
        n=sympy.Integer(7), sigma_x=sympy.Matrix(X), sigma_beta=np.array(BETA), sigma=sympy.S.Half
    )
    assert mixed.risk == found.risk


def test_a_decimal_is_exactly_what_is_written():
    exact = theorem1.evaluate(n=7, sigma_x=X, sigma_beta=BETA, sigma=Fraction(1, 2))
    halves = [[1, Decimal("0.50")], [Decimal("5E-1"), 5]]
    found = theorem1.evaluate(n=7, sigma_x=X, sigma_beta=halves, sigma=Decimal("0.5"))
    assert type(found.risk) is Fraction and found.risk == exact.risk
    tenth = corollary1.design, {"label_scale": Decimal("0.1"), "noise": Decimal("-2E1")}
    assert replace(tenth[0], **tenth[1]).coefficients[-2:] == (sympy.Rational(1, 10), -20)
    assert (Decimal("0.1") * theory.vector("q")).terms[0].coefficient == sympy.Rational(1, 10)
    assert designs.independent.at(sigma=Decimal("0.1")).noise == sympy.Rational(1, 10)
    ends = theory.Parameter("a", Decimal("-0.1"), Decimal("0.3"))
    assert (ends.low, ends.high) == (sympy.Rational(-1, 10), sympy.Rational(3, 10))
    moment = theory.statement("lemma5").evaluate(sigma=[[Decimal("0.1")]], w=[[Decimal(2)]])
    assert (
        moment.moment
        == theory.statement("lemma5").evaluate(sigma=[[Fraction(1, 10)]], w=[[2]]).moment
    )


def test_whole_numbers_of_flint_are_exact():
    exact = theorem1.evaluate(n=7, d=2, sigma_x=X, sigma=2)
    found = theorem1.evaluate(
        n=flint.fmpz(7), d=flint.fmpz(2), sigma_x=flint.fmpz_mat(X), sigma=flint.fmpz(2)
    )
    assert type(found.risk) is Fraction and found.risk == exact.risk
    entries = [[flint.fmpz(v) for v in row] for row in X]
    assert theorem1.evaluate(n=7, sigma_x=entries, sigma=flint.fmpq(2)).risk == exact.risk
    assert designs.independent.at(sigma=flint.fmpz(2)).noise == 2
    lemma5 = theory.statement("lemma5")
    expected = lemma5.evaluate(sigma=X, w=X).moment
    for matrix in (flint.fmpz_mat(X), flint.fmpq_mat(X)):
        assert (lemma5.evaluate(sigma=matrix, w=matrix).moment == expected).all()


def test_irrational_numbers_are_rounded():
    """As they are on the command line."""
    root, pi = sympy.sqrt(2), sympy.pi
    found = theorem1.evaluate(n=7, sigma_x=sympy.Matrix([[2, root], [root, pi]]), sigma=root)
    floats = [[2.0, 2**0.5], [2**0.5, math.pi]]
    assert type(found.risk) is float
    assert found.risk == pytest.approx(theorem1.evaluate(n=7, sigma_x=floats, sigma=2**0.5).risk)
    lemma5 = theory.statement("lemma5")
    moment = lemma5.evaluate(sigma=[[pi]], w=[[root]]).moment
    assert moment == pytest.approx(lemma5.evaluate(sigma=[[math.pi]], w=[[2**0.5]]).moment)


def test_a_decimal_beside_a_float_is_rounded():
    found = theorem1.evaluate(n=7, sigma_x=[[1.5]], sigma=Decimal("0.1"))
    assert type(found.risk) is float
    assert found.risk == theorem1.evaluate(n=7, sigma_x=[[1.5]], sigma=0.1).risk
    found = theorem1.evaluate(n=7, sigma_x=[[1.5, Decimal("0.1")], [0.1, 2]], sigma=0)
    assert found.risk == theorem1.evaluate(n=7, sigma_x=[[1.5, 0.1], [0.1, 2]], sigma=0).risk


def test_one_float_makes_it_floating():
    exact = theorem1.evaluate(n=7, sigma_x=X, sigma_beta=BETA, sigma=Fraction(1, 2))
    found = theorem1.evaluate(n=7, sigma_x=X, sigma_beta=BETA, sigma=0.5)
    assert type(found.risk) is float and found.weight.dtype == float
    assert found.risk == pytest.approx(float(exact.risk), rel=1e-12)
    assert found.claimed == pytest.approx(float(exact.risk), rel=1e-12)


def test_one_dimension_by_hand():
    """d = 1: minimise m - 2 n w b x^2 + w^2 n x (m x ... ) by hand: w = b / ((n+1) x b + m)."""
    n, x, b, sigma = 5, Fraction(3), Fraction(2), Fraction(1, 3)
    m = x * b + sigma**2
    found = theorem1.evaluate(n=n, sigma_x=[[x]], sigma_beta=[[b]], sigma=sigma)
    assert found.weight[0, 0] == b / ((n + 1) * x * b + m)
    assert found.risk == m - n * (x * b) ** 2 / ((n + 1) * x * b + m)


@given(st.integers(1, 30), st.integers(1, 6))
def test_corollary_is_the_isotropic_noiseless_theorem(n, d):
    general = theorem1.evaluate(n=n, d=d, sigma=0)
    special = corollary1.evaluate(n=n, d=d)
    assert special.risk == general.risk == Fraction(d * (d + 1), n + d + 1)
    assert (general.weight == special.weight * np.eye(d, dtype=int)).all()


@given(instances(designs.independent))
def test_singular_covariances_need_no_inverse(at):
    """Also Sigma_x: the form without roots and inverses holds there by continuity."""
    weight, risk = theorem1.derivation.plain.at(at)
    assert weight == weight.transpose()
    assert theorem1.claimed_risk_at(at) == risk


def test_many_examples_leave_the_noise():
    found = theorem1.evaluate(n=10**9, sigma_x=X, sigma_beta=BETA, sigma=Fraction(1, 2))
    assert 0 < found.risk - Fraction(1, 4) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0, "d": 2, "sigma": 1}, "n must be a positive integer, got 0"),
        ({"n": -3, "d": 2, "sigma": 1}, "n must be a positive integer, got -3"),
        ({"n": 2.0, "d": 2, "sigma": 1}, "n must be a positive integer, got 2.0"),
        ({"n": True, "d": 2, "sigma": 1}, "n must be a positive integer, got True"),
        ({"n": 2, "d": 0, "sigma": 1}, "d must be a positive integer, got 0"),
        ({"n": 2, "d": 2, "sigma": -1}, r"sigma must be at least 0, got -1"),
        ({"n": 2, "d": 2, "sigma": float("nan")}, "sigma must be a finite real number, got nan"),
        ({"n": 2, "d": 2, "sigma": "x"}, "unknown name in the value of sigma 'x'"),
        ({"n": 2, "d": 2, "sigma": Decimal("NaN")}, r"finite real number, got Decimal\('NaN'\)"),
        ({"n": 2, "d": 2, "sigma": Decimal("-Infinity")}, "sigma must be a finite real number"),
        ({"n": 2, "d": 2, "sigma": Decimal("1e99999999")}, "sigma: .* at most 1000 places, got"),
        ({"n": 2, "d": 2, "sigma": Decimal("1e-99999999")}, "sigma: .* at most 1000 places, got"),
        ({"n": 2, "sigma": 1, "sigma_x": [[Decimal("sNaN")]]}, "Sigma_x: expected a real number"),
        ({"n": 2, "sigma": 1, "sigma_x": [[Decimal("1e9999")]]}, "Sigma_x: .* at most 1000 places"),
        ({"n": 2, "d": Decimal(2), "sigma": 1}, "d must be a positive integer"),
        ({"n": 2, "d": 2, "sigma": sympy.sqrt(-2)}, r"finite real number, got sqrt\(2\)\*I"),
        ({"n": 2, "d": 2, "sigma": -sympy.sqrt(2)}, r"sigma must be at least 0, got -sqrt\(2\)"),
        ({"n": 2, "d": 2, "sigma": sympy.oo}, "finite real number, got oo"),
        ({"n": 2, "d": 2, "sigma": sympy.Symbol("a", real=True)}, "finite real number, got a"),
        ({"n": 2, "d": 2, "sigma": sympy.sqrt(2) * 10**400}, "too large for floating point"),
        ({"n": 2, "sigma": 1, "sigma_x": [[sympy.I]]}, "Sigma_x: expected a real number, got I"),
        ({"n": 2, "sigma": 1, "sigma_x": [[sympy.oo]]}, "Sigma_x: expected a real number, got oo"),
        ({"n": flint.fmpz(0), "d": 2, "sigma": 1}, "n must be a positive integer, got 0"),
        ({"n": 2, "d": 2}, "sigma is missing"),
        ({"n": 2, "sigma": 1}, "d is missing"),
        ({"n": 2, "sigma": 1, "sigma_x": [[1, 2]]}, "Sigma_x must be .* got shape 1 x 2"),
        ({"n": 2, "sigma": 1, "sigma_x": [1, 2]}, "Sigma_x must be .* got an array with 1 axes"),
        (
            {"n": 2, "sigma": 1, "sigma_x": [[1, 2], [3, 9]]},
            "not symmetric: the entry in row 1, column 2 is not",
        ),
        (
            {"n": 2, "sigma": 1, "sigma_x": [[1.0, 2, 3], [2, 9, 4], [3, 4.5, 9]]},
            "Sigma_x .* not symmetric: the entry in row 2, column 3 is not that in row 3, column 2",
        ),
        ({"n": 2, "sigma": 1, "sigma_x": [[1, 2], [2, 1]]}, "Sigma_x .* negative eigenvalue, -1$"),
        (
            {"n": 2, "sigma": 1, "sigma_x": [[1.0, 2], [2, 1]]},
            "Sigma_x .* negative eigenvalue, -1$",
        ),
        ({"n": 2, "sigma": 1, "sigma_x": ROUNDED}, "Sigma_x .* negative eigenvalue, -5.63e-07$"),
        (
            {"n": 2, "sigma": 1, "sigma_x": [[1, Decimal("0.1")], [Fraction(1, 2), 10**9999]]},
            "Sigma_x .* not symmetric: the entry in row 1, column 2 is not that in row 2, column 1",
        ),
        (  # one that no float can tell
            {"n": 2, "sigma": 1, "sigma_x": [[1, 1], [1, 1 - Fraction(1, 10**40)]]},
            "Sigma_x .* negative eigenvalue$",
        ),
        (
            {"n": 2, "sigma": 1, "sigma_x": [[10**400, 0], [0, -1]]},
            "Sigma_x .* negative eigenvalue$",
        ),
        ({"n": 2, "sigma": 1, "sigma_x": [[float("nan")]]}, "Sigma_x must be finite, got NaN"),
        ({"n": 2, "d": 3, "sigma": 1, "sigma_x": X}, "Sigma_x must be 3 x 3, got 2 x 2"),
        ({"n": 2, "sigma": 1, "sigma_x": X, "sigma_beta": [[1]]}, "Sigma_beta must be 2 x 2"),
        ({"n": 2, "sigma": 1, "sigma_x": "abc"}, "sigma_x='abc': there is no file 'abc'"),
        ({"n": 2, "sigma": 1, "d": 2, "sigma_y": X}, "unknown argument.*did you mean"),
        (
            {"n": 2, "sigma": 1, "sigma_x": [[1.0, "1"], ["1", 2]]},
            "Sigma_x: expected a real number",
        ),
        ({"n": 2, "sigma": 1, "sigma_x": [[True]]}, "Sigma_x: expected a real number, got True"),
        ({"n": 2, "sigma": 1, "sigma_x": [[1, 0], [0]]}, "Sigma_x: "),
        ({"n": 2, "sigma": 1, "sigma_x": {1, 2}}, "Sigma_x: expected a real number"),
        ({"n": 2, "d": 1, "sigma": 10**400, "sigma_x": [[1.0]]}, "too large"),
    ],
)
def test_bad_input_names_the_argument(arguments, message):
    with pytest.raises(InputError, match=message):
        theorem1.evaluate(**arguments)


def test_unknown_statement_suggests_the_nearest():
    with pytest.raises(
        theory.UnknownName, match="unknown statement 'theorm1'; did you mean theorem1"
    ):
        theory.statement("theorm1")


def test_notebooks_see_latex():
    value = corollary1.evaluate(n=40, d=20)._repr_latex_()
    assert r"L^\star &= \frac{420}{61} \approx 6.88525" in value
    assert r"W^\star &= \frac{1}{61}\, I" in value
    shown = theorem1._repr_latex_()
    assert r"W^\star &= " in shown and r"L^\star &= M - n" in shown


def test_symbols_are_named_as_promised():
    assert {str(s) for s in corollary1.risk.free_symbols} == {"n", "d"}
    assert corollary1.risk.subs({"n": 40, "d": 20}) == sympy.Rational(420, 61)
    assert corollary1.weight.subs({"n": 40, "d": 20}) == sympy.Rational(1, 61)


def test_exact_input_of_any_size_stays_exact():
    huge = 10**400
    found = theorem1.evaluate(n=huge, sigma_x=[[huge]], sigma_beta=[[1]], sigma=huge)
    assert type(found.risk) is Fraction and found.claimed == found.risk
