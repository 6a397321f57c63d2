"""What is read as a function of the eigenvalues of A B is the matrix that it stands for."""

from functools import reduce
from itertools import product

import pytest
import sympy

from theory.algebra.spectral import EIGENVALUE
from theory.errors import Underivable
from verify.judge.paired import DOWN, MULTIPLE, UP, Graded

A, B = sympy.Matrix([[2, 1], [1, 3]]), sympy.Matrix([[1, -1], [-1, 4]])
GRADED = [
    Graded(kind, function)
    for kind, function in product((UP, DOWN, UP + DOWN, DOWN + UP), (EIGENVALUE**2, 3 - EIGENVALUE))
] + [Graded(MULTIPLE, sympy.Integer(5)), Graded(UP, sympy.Integer(0))]


def matrix(found):
    coefficients = sympy.Poly(found.function, EIGENVALUE).all_coeffs()

    def at(argument):
        identity = sympy.eye(2)
        return reduce(lambda sofar, c: sofar * argument + c * identity, coefficients, 0 * identity)

    kinds = {UP: at(A * B) * A, DOWN: B * at(A * B), UP + DOWN: at(A * B), DOWN + UP: at(B * A)}
    return (kinds | {MULTIPLE: at(sympy.zeros(2))})[found.kind]


@pytest.mark.parametrize("combine", [lambda x, y: x * y, lambda x, y: x + y])
def test_sums_and_products_are_those_of_matrices(combine):
    done = 0
    for left, right in product(GRADED, repeat=2):
        try:
            found = combine(left, right)
        except Underivable:
            continue
        assert matrix(found) == combine(matrix(left), matrix(right)), (left, right)
        done += 1
    assert done > len(GRADED)


def test_so_are_transposes_and_multiples():
    for found in GRADED:
        assert matrix(-found) == -matrix(found)
        assert matrix(found * sympy.Rational(2, 3)) == matrix(found) * sympy.Rational(2, 3)


@pytest.mark.parametrize("kind", [UP, DOWN])
def test_what_does_not_fit_together_is_not_looked_at(kind):
    one, other = Graded(kind, sympy.Integer(1)), Graded(UP + DOWN, sympy.Integer(1))
    with pytest.raises(Underivable, match="product"):
        one * one
    with pytest.raises(Underivable, match="sum"):
        one + other
