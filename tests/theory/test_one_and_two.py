"""A long polynomial that is linear in n, as that of one example and what each further one adds."""

from functools import reduce
from itertools import product
from operator import matmul

import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import letter
from theory.algebra.words import D, symmetric
from theory.optima.stationary.one_and_two import in_parts
from theory.scalars.symbols import n

S, T = letter(symmetric("S", D)), letter(symmetric("T", D))
WORDS = [reduce(matmul, word) for word in product((S, T), repeat=5)]
LONG = sum(((k * n + 7 - k) * word for k, word in enumerate(WORDS, 2)), n * S)


def test_the_parts_make_the_whole():
    whole, one, two = in_parts("Q", LONG)
    assert [part.left for part in (whole, one, two)] == [
        "Q",
        *(sympy.MatrixSymbol(f"Q_{k}", *one.right.shape) for k in (1, 2)),
    ]
    for size in (1, 2, 5):
        made = whole.right.subs(n, size).subs({one.left: one.right, two.left: two.right})
        exact = symbolic.matrix(LONG, ()).subs(n, size)
        assert (made - exact).doit().expand().is_ZeroMatrix


def test_what_is_short_or_not_linear_stays_whole():
    assert len(in_parts("Q", n * S)) == 1
    assert len(in_parts("Q", LONG + n**2 * S)) == 1
