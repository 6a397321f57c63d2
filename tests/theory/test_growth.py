"""Leading terms of scalars with roots, beside their values far out; what is given up is said."""

import re
from collections import Counter
from random import Random

import flint
import pytest
import sympy
from hypothesis import given
from sympy import Rational, sqrt

from tests.examples import examples
from tests.theory.scalars import SYMBOLS, Undefined, alpha, ball, expression, is_written, seeds
from theory.errors import Underivable
from theory.language.gallery.regimes import proportional
from theory.limits.growth import DEPTH, leading_term
from theory.limits.leading import Regime, compare
from theory.scalars.ratio import ratio
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n

x, y = sympy.symbols("x y", positive=True)
a, c, nu, s, sigma = sympy.symbols("a c nu s sigma")
BITS = 60_000
FAR, NEAR = 3000, flint.arb(10) ** -40
"""The growing symbol is ten to the first; what is left of one is then less than the second."""
REGIME = Regime("halves", ((n, d / nu), (alpha, c * sqrt(d))))


def far(expr, symbol, rest):
    """The value where a symbol is very large."""
    return ball(expr, {**rest, symbol: flint.fmpq(10) ** FAR})


def close(expr, leading, symbol, rest):
    """Whether a leading term is one: the quotient is one, far out."""
    with flint.ctx.workprec(BITS):
        return bool(abs(far(expr, symbol, rest) / far(leading, symbol, rest) - 1) < NEAR)


@pytest.mark.parametrize(
    ("expr", "coefficient", "power"),
    [
        (sqrt(x), 1, Rational(1, 2)),
        (sqrt(x**2 + x * y) - x, y / 2, 0),
        (1 / (sqrt(x + 1) - sqrt(x)), 2, Rational(1, 2)),
        (sqrt(x + y) / x**2, 1, Rational(-3, 2)),
        (sqrt(2 * x + 1) * sqrt(3 * x), sqrt(6), 1),
        (sqrt(x**2 + 1) - x, Rational(1, 2), -1),
        (sqrt(x**2 + 1) - x - 1 / (2 * x), Rational(-1, 8), -3),
        (sqrt(x**4 + x) - x**2, Rational(1, 2), -1),
        (sqrt(y * x + 1), sqrt(y), Rational(1, 2)),
        (sqrt(y) * x - sqrt(y * x**2 + 1), -1 / (2 * sqrt(y)), -1),
        (sqrt(y + 1) + 1 / x, sqrt(y + 1), 0),
        (sqrt(x) - sqrt(y), 1, Rational(1, 2)),
        (x / (sqrt(x**2 + 1) + x), Rational(1, 2), 0),
        ((sqrt(x**2 + x) - sqrt(x**2 - x)) ** 3, 1, 0),
    ],
)
def test_leading_terms_by_hand(expr, coefficient, power):
    found = leading_term(expr, x)
    assert is_zero(found[0] - coefficient) and found[1] == power
    assert close(expr, found[0] * x ** found[1], x, {y: flint.fmpq(3, 7)})


@pytest.mark.parametrize("orders", [1, 2, 4, 7, 12])
def test_many_orders_cancel(orders):
    """The root of x^2 + y less so many of its own terms begins with the next one."""
    terms = [sympy.binomial(Rational(1, 2), k) * y**k * x ** (1 - 2 * k) for k in range(orders + 1)]
    coefficient, power = leading_term(sqrt(x**2 + y) - sympy.Add(*terms[:-1]), x)
    assert is_zero(coefficient * x**power - terms[-1])


def test_too_many_orders_are_given_up():
    terms = [sympy.binomial(Rational(1, 2), k) * x ** (1 - 2 * k) for k in range(DEPTH // 2 + 1)]
    with pytest.raises(Underivable, match=f"more than {DEPTH} orders cancel as x grows"):
        leading_term(sqrt(x**2 + 1) - sympy.Add(*terms), x)


@pytest.mark.parametrize(
    "expr",
    [
        sqrt(1 + sqrt(x)),
        x + sqrt(x + sqrt(x**2 + y)),
        sqrt((x - y) / (x + 1 - 2 * y)),
    ],
)
def test_signs_that_cannot_be_told_are_refused(expr):
    with pytest.raises(Underivable, match="cannot be told"):
        leading_term(expr, x)


def test_roots_of_what_stays_are_constants():
    found = REGIME.leading(sqrt(nu + sqrt(nu)) * d + 1)
    assert is_zero(found.coefficient - sqrt(nu + sqrt(nu))) and found.power == 1


def test_leading_terms_are_right_far_out():
    counts = Counter()

    @examples(2)
    @given(seeds)
    def look(seed):
        random = Random(seed)
        expr = expression(random, random.randint(1, 3), roots=1)
        if not is_written(expr) or is_zero(expr) or ratio(expr) is None:
            return
        try:
            found = REGIME.leading(expr)
        except Underivable as error:
            counts["not real" if "a real number" in str(error) else "refused"] += 1
            assert re.search("cannot be told|orders cancel|be found|real number", str(error))
            return
        assert found.coefficient.free_symbols <= {nu, c}
        rest = {nu: flint.fmpq(3, 7), c: flint.fmpq(11, 5)}
        try:
            assert close(REGIME.apply(expr), found.expression, d, rest), (expr, found)
        except Undefined:
            return
        counts["with roots" if ratio(expr).roots else "rational"] += 1
        counts["half powers"] += found.power.q == 2

    look()
    assert min(counts[k] for k in ("with roots", "rational", "half powers")) > 3, counts
    assert counts["refused"] < counts["with roots"], counts


def test_comparisons_with_roots():
    exact = d + sqrt(n * d)
    right = compare(exact, exact * (n + 1) / (n + 1), REGIME)
    assert right.right and right.error is None
    next_order = compare(exact + sqrt(d), exact, REGIME)
    assert next_order.right and next_order.error.power == Rational(-1, 2)
    assert is_zero(next_order.error.coefficient - sqrt(nu) / (sqrt(nu) + 1))
    wrong = compare(d + 2 * sqrt(n * d), exact, REGIME)
    assert not wrong.right and wrong.error.power == 0
    assert is_zero(wrong.error.coefficient - 1 / (sqrt(nu) + 1))
    lower, higher = compare(sqrt(d), exact, REGIME), compare(d**2, exact, REGIME)
    assert (lower.right, lower.error.expression) == (False, -1)
    assert not higher.right and higher.error.power == 1


@pytest.mark.parametrize(
    ("claimed", "exact"),
    [
        (d / 2, n * d / (n + d)),
        (sqrt(d) / 2, sqrt(n) / 2),
        (n**2, n * d),
        (sqrt(n * d) + d, 2 * n),
    ],
)
def test_what_is_the_same_only_in_the_regime_is_right_there(claimed, exact):
    found = compare(claimed, exact, Regime("square", ((n, d),)))
    assert found.right and found.error is None and found.relative_error == 0


def test_the_proportional_regime_takes_roots_of_what_grows():
    found = proportional.leading(sqrt(1 - alpha**2) * sigma + 1)
    assert is_zero(found.coefficient - sqrt(s)) and found.power == Rational(1, 2)
    kappa = alpha**2 * d + 1
    found = proportional.leading(d / sqrt(kappa) - d * sqrt(1 / kappa) + sqrt(n / d))
    assert is_zero(found.coefficient - 1 / sqrt(nu)) and found.power == 0
    assert {*SYMBOLS} & found.coefficient.free_symbols == set()
