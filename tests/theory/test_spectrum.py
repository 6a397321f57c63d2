"""Eigenvalues as roots of polynomials: exact, in order, and their sums."""

from fractions import Fraction
from random import Random

import flint
import pytest
import sympy

from theory.algebra.characteristic import characteristic
from theory.algebra.roots import RootSum
from theory.algebra.spectrum import eigenvalues, images, total
from theory.scalars.arithmetic import EXACT


def test_close_roots_are_told_apart_and_ordered():
    tiny = Fraction(1, 10**40)
    matrix = EXACT.matrix([[2, 1, 0], [1, 2, 0], [0, 0, 3 - tiny]])
    found = eigenvalues(matrix)
    assert [root.rational for root in found] == [3, EXACT.number(3 - tiny), 1]
    golden = EXACT.matrix([[1, 1, 0], [1, 0, 0], [0, 0, Fraction(161803398874990, 10**14)]])
    first, second, third = eigenvalues(golden)
    assert first.degree == 1 and second.degree == third.degree == 2 and second.index == 1


def test_sums_of_roots_are_rational_where_they_can_be():
    cubic = EXACT.matrix([[1, 1, 0], [1, 2, 1], [0, 1, 4]])
    roots = eigenvalues(cubic)
    assert total(roots) == 7 and total([]) == 0
    assert total(roots[:2]) == 7 - roots[2].expr
    assert total([*roots, *roots]) == 14
    assert total([*roots, roots[2]]) == 7 + roots[2].expr


def test_a_sum_of_roots_is_that_of_sympys_roots():
    polynomial = (1, -6, 0, 5, 1)
    whole = sympy.Poly(polynomial[::-1], sympy.Symbol("x"))
    ours, theirs = RootSum(polynomial, (1, 3)), sympy.Add(*(sympy.rootof(whole, k) for k in (1, 3)))
    assert ours.doit() == theirs and abs(ours.evalf(60) - theirs.evalf(60)) < 1e-58
    assert float(ours) == pytest.approx(float(theirs)) and ours.func(*ours.args) == ours
    with pytest.raises(ValueError, match="not real"):
        float(RootSum((-2, 0, 0, 1), (0,)))


def test_a_sum_of_roots_that_is_nearly_zero_has_its_digits():
    near = RootSum((1, -(10**30), 0, 1), (1,))
    assert abs(near.evalf(20) * 10**30 - 1) < 1e-18


def test_images_of_roots():
    root_of_two = EXACT.matrix([[0, 2], [1, 0]])
    one, zero = flint.fmpq(1), flint.fmpq(0)
    high, low = eigenvalues(root_of_two)
    (square,) = images([low], [zero, zero, one], [one], eigenvalues(root_of_two**2))
    assert square.rational == 2
    both = images([low, high], [one], [zero, one], eigenvalues(root_of_two.inv()))
    assert [root.expr for root in both] == [-sympy.sqrt(2) / 2, sympy.sqrt(2) / 2]


@pytest.mark.parametrize("digits", [1, 40, 400])
def test_characteristic_polynomials_are_flints(digits):
    for seed, size in enumerate((1, 2, 5, 8)):
        random = Random(seed)
        matrix = EXACT.matrix(
            [
                [
                    Fraction(random.randint(-99, 99), random.randint(1, 10**digits))
                    for _ in range(size)
                ]
                for _ in range(size)
            ]
        )
        found, exact = characteristic(matrix), matrix.charpoly()
        assert flint.fmpq_poly(found) / found[size] == exact and found.content() == 1


def test_complex_eigenvalues_are_refused():
    with pytest.raises(ValueError, match="not real"):
        eigenvalues(EXACT.matrix([[0, 1], [-1, 0]]))
