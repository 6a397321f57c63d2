"""Claims are evaluated as they are written, exactly where they can be."""

from fractions import Fraction

import pytest
import sympy
from sympy import Identity, MatrixSymbol, Trace

from theory.designs.instance import instance
from theory.errors import UnknownName
from theory.language.gallery import designs, shipped
from theory.risks.claim import Claim
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import d, n

X, B, S = (MatrixSymbol(name, d, d) for name in ("Sigma_x", "Sigma_beta", "Sigma"))
HALF = sympy.Rational(1, 2)
ROOT = [[2, 1], [1, 3]]
BETA = [[1, Fraction(1, 2)], [Fraction(1, 2), 5]]
AT = instance(
    designs.independent,
    n=7,
    scalars={"sigma": Fraction(1, 2)},
    roots={"Sigma_x": ROOT},
    covariances={"Sigma_beta": BETA},
)
root, x, b = EXACT.matrix(ROOT), EXACT.matrix(ROOT) ** 2, EXACT.matrix(BETA)
one = EXACT.identity(2)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (X * B, x * b),
        (sympy.Transpose(X * B), b * x),
        (X**HALF * B, root * b),
        (X**-HALF * B, root.inv() * b),
        (X**-1, x.inv()),
        ((n + 1) * X - 2 * Identity(d), x * 8 - one * 2),
        ((X + B) ** -1 * X, (x + b).inv() * x),
        (X**2 * B, x * x * b),
        ((X**2 + 2 * X + 5 * Identity(d)) ** -1, (x * x + x * 2 + one * 5).inv()),
    ],
)
def test_matrices(written, meant):
    assert Claim(written, sympy.Integer(0)).weight_at(AT) == meant


def test_half_powers_that_meet_are_a_whole_one_of_one_matrix_only():
    """Of one that has no rational root two halves need none; those of two matrices stay."""
    halves = sympy.MatMul(B**HALF, B**HALF, X, B**HALF, B**HALF, evaluate=False)
    assert Claim(halves, n).weight_at(AT) == b * x * b
    roots = {"Sigma_x": ROOT, "Sigma_beta": [[1, 1], [1, 4]]}
    at = instance(designs.independent, n=7, scalars={"sigma": 1}, roots=roots)
    assert Claim(X**HALF * B**HALF, n).weight_at(at) == root * EXACT.matrix(roots["Sigma_beta"])


def test_definitions_and_traces():
    definitions = ((S, X**HALF * B * X**HALF),)
    claim = Claim(S, Trace(S) * Trace(S * S) + n, definitions)
    sigma = root * b * root
    assert claim.weight_at(AT) == sigma
    assert claim.risk_at(AT) == EXACT.trace(sigma) * EXACT.trace(sigma * sigma) + 7


def test_a_function_of_a_singular_matrix_is_its_limit():
    at = instance(designs.independent, n=2, scalars={"sigma": 1}, covariances={"Sigma_x": [[0]]})
    assert Claim((Identity(d) + X**-1) ** -1, sympy.Integer(0)).weight_at(at) == EXACT.matrix([[0]])


def test_what_has_no_value_says_so():
    with pytest.raises(UnknownName, match="unknown matrix 'Sigma_z'"):
        Claim(MatrixSymbol("Sigma_z", d, d), n).weight_at(AT)
    with pytest.raises(TypeError, match="rational square root"):
        Claim(B**HALF, n).weight_at(AT)
    with pytest.raises(ZeroDivisionError):
        Claim(X, 1 / (n - 7)).risk_at(AT)


def test_a_function_of_a_single_vector_is_evaluated_as_a_matrix():
    """A vector is the only one in it, and has no eigenvalues that one could put in its place."""
    mean = shipped("zhang-2024-ltb/prior-mean").design
    at = instance(mean, n=7, scalars={"sigma": 1}, means={"m": [1, 2]})
    mu = at.matrices["m"]
    vector = MatrixSymbol("m", d, 1)
    second = Identity(d) + vector * vector.T
    there = EXACT.identity(2) + mu * mu.transpose()
    claim = Claim(second * ((n + 1) * second + Identity(d)) ** -1, Trace(second**-1))
    assert claim.weight_at(at) == there * (there * 8 + EXACT.identity(2)).inv()
    assert claim.risk_at(at) == EXACT.trace(there.inv())
