"""Signs that are said to be seen, looked at in many places; and those that should be."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest
import sympy
from hypothesis import given
from sympy import Integer, Rational, oo, sqrt

from tests.examples import examples
from tests.theory.scalars import exact, seeds
from theory.designs.design import ranges_of
from theory.language.gallery.designs import rag
from theory.scalars.signs import is_nonnegative, is_positive
from theory.scalars.symbols import d, n

alpha, beta, sigma = sympy.symbols("alpha beta sigma")
PARAMETERS = (alpha, beta, sigma)
RANGES = [
    (Integer(0), Integer(1)),
    (Integer(-1), Integer(1)),
    (Rational(-1, 2), Rational(1, 2)),
    (Rational(1, 3), Rational(5, 2)),
    (Integer(-3), Integer(-1)),
    (Integer(1), Integer(1)),
    (Integer(0), Integer(0)),
    (Integer(0), oo),
    (Integer(2), oo),
    (Rational(-1, 2), oo),
    (-oo, Integer(1)),
    (-oo, oo),
]
UNIT = {alpha: (Integer(0), Integer(1))}
BOX = {alpha: (Integer(0), Integer(1)), beta: (Integer(-1), Integer(1)), sigma: (Integer(0), oo)}


def within(random, low, high):
    """A value of a range, often at an end."""
    ends = [Fraction(int(e.p), int(e.q)) if e.is_finite else None for e in (low, high)]
    step = Fraction(random.randint(0, 999), random.choice([1, 7, 1000]))
    if None not in ends:
        start, end = ends
        share = random.choice([Fraction(0), Fraction(1), Fraction(random.randint(0, 999), 999)])
        return start + (end - start) * share
    if ends[0] is not None:
        return ends[0] + random.choice([0, step])
    if ends[1] is not None:
        return ends[1] - random.choice([0, step])
    return random.choice([-1, 0, 1]) * step


def point(random, ranges):
    """Sizes of at least one, and parameters in their ranges."""
    at = {s.name: within(random, *ranges.get(s, (-oo, oo))) for s in PARAMETERS}
    return at | {s.name: within(random, Integer(1), oo) for s in (n, d)}


def factor(random):
    """A factor of which the sign may be seen."""
    s, other = random.sample((*PARAMETERS, n, d), 2)
    c = Rational(random.randint(-2, 4), random.choice([1, 1, 2]))
    return random.choice(
        [
            s,
            s + c,
            c - s,
            s**2,
            s**2 + c,
            c - s**2,
            s * other + c,
            s**2 + other**2,
            1 + s - s * other,
            (s - c) ** 2,
            s**2 - s + c,
            s**3 + other,
        ]
    )


def scalar(random):
    """A quotient of sums of products of such factors."""

    def sum_of_products(terms):
        parts = [
            random.choice([1, 1, 1, -1]) * sympy.Mul(*(factor(random) for _ in range(size)))
            for size in [random.randint(1, 2) for _ in range(random.randint(1, terms))]
        ]
        return sympy.Add(*parts)

    top, bottom = sum_of_products(2), random.choice([Integer(1), sum_of_products(1)])
    return top / bottom if bottom != 0 else top


def test_signs_that_are_seen_are_right():
    counts = Counter()

    @examples(6)
    @given(seeds)
    def look(seed):
        random = Random(seed)
        ranges = {s: random.choice(RANGES) for s in PARAMETERS if random.random() < 0.9}
        expr = scalar(random)
        positive, nonnegative = is_positive(expr, ranges), is_nonnegative(expr, ranges)
        assert nonnegative or not positive
        counts["positive"] += positive
        counts["only non-negative"] += nonnegative and not positive
        if not nonnegative:
            counts["not seen"] += 1
            return
        for _ in range(15):
            at = point(random, ranges)
            try:
                value = exact(expr, at)
            except ZeroDivisionError:  # a factor that has been cancelled
                continue
            assert value > 0 if positive else value >= 0, (expr, ranges, at)
            counts["zero"] += value == 0
            counts["at an end"] += any(at[s.name] in ranges.get(s, ()) for s in PARAMETERS)

    look()
    assert min(counts.values()) > 2 and counts["at an end"] > 120, counts


@pytest.mark.parametrize(
    "ends", [("-1/2", "1/3"), ("-1/3", "1/2"), ("-2", "1/2"), ("-1/2", "2"), ("-2", "2")]
)
def test_a_square_goes_up_to_that_of_the_farther_end(ends):
    """It rises and falls again, in the square of what has no sign."""
    ranges = {alpha: tuple(map(Rational, ends))}
    humped = 99 * alpha**2 * (max(Rational(end) ** 2 for end in ends) - alpha**2)
    assert is_positive(humped + 1, ranges) and is_nonnegative(humped, ranges)
    assert not is_positive(humped, ranges) and not is_nonnegative(humped - alpha**2, ranges)


def test_several_bounded_ranges_at_once():
    """Products that are positive inside and vanish, or do not, at a corner."""
    counts = Counter()

    @examples(2)
    @given(seeds)
    def look(seed):
        random = Random(seed)
        bounded = RANGES[:5]
        ranges = {s: random.choice(bounded) for s in PARAMETERS}
        parts = []
        for s in PARAMETERS:
            low, high = ranges[s]
            slack = random.choice([Integer(0), Integer(0), Rational(1, 5)])
            parts.append(random.choice([s - low, high - s, (s - low) * (high - s)]) + slack)
        expr = sympy.expand(parts[0] * parts[1] + random.choice([0, 1]) * parts[2])
        assert is_nonnegative(expr, ranges), (expr, ranges)
        corners = [
            exact(expr, {s.name: ranges[s][k] for s, k in zip(PARAMETERS, ends, strict=True)})
            for ends in [(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
        ]
        assert min(corners) >= 0
        positive = is_positive(expr, ranges)
        assert not positive or min(corners) > 0
        counts[positive] += 1

    look()
    assert min(counts[True], counts[False]) > 10, counts


@pytest.mark.parametrize(
    ("expr", "ranges"),
    [
        (Integer(1), {}),
        (n, {}),
        (n * d - 1 + 1, {}),
        (n + d - 1, {}),
        (n**2 - n + 1, {}),
        (1 / (n * d), {}),
        (-1 / (-n - sigma**2), {}),
        (n + sigma**2, {}),
        (n * (1 + sigma**2 * alpha**4) / (d + sigma**2), {}),
        (sigma + 1, {sigma: (Integer(0), oo)}),
        (sigma - 1, {sigma: (Integer(2), oo)}),
        (-alpha, {alpha: (Integer(-3), Integer(-1))}),
        (n + 1 - alpha**2, UNIT),
        (2 - alpha, UNIT),
        (1 - alpha + alpha**2, UNIT),
        (1 - alpha / 2 - alpha**2 / 4, UNIT),
        (d + n + 1 - alpha * (1 - alpha), UNIT),
        ((alpha - 4) / (alpha - 5), UNIT),
        (3 + alpha * beta - beta, BOX),
        (1 / (2 - alpha * (1 - beta) / 2), BOX),
        (alpha, {alpha: (Integer(1), Integer(1))}),
        ((n**2 - 1) / (n - 1), {}),
    ],
    ids=str,
)
def test_what_is_seen_to_be_positive(expr, ranges):
    assert is_positive(expr, ranges) and is_nonnegative(expr, ranges)
    assert not is_positive(-expr, ranges) and not is_nonnegative(-expr, ranges)


@pytest.mark.parametrize(
    ("expr", "ranges"),
    [
        (Integer(0), {}),
        (n - 1, {}),
        ((n - 1) * (d - 1), {}),
        (sigma**2, {}),
        (sigma**2 * n, {sigma: (-oo, oo)}),
        (alpha, UNIT),
        (1 - alpha, UNIT),
        (1 - alpha**2, UNIT),
        (alpha * (1 - alpha) * sigma, BOX),
        ((1 - beta) * (1 + beta), BOX),
        (1 - alpha * beta, BOX),
        (alpha - alpha**2 * beta**2, BOX),
        ((1 - alpha) / (1 + alpha), UNIT),
        (sigma, {sigma: (Integer(0), Integer(0))}),
    ],
    ids=str,
)
def test_what_is_seen_to_be_non_negative_only(expr, ranges):
    assert is_nonnegative(expr, ranges) and not is_positive(expr, ranges)


@pytest.mark.parametrize(
    ("expr", "ranges"),
    [
        (n - 2, {}),
        (n - d, {}),
        (sigma, {}),
        (sigma**3 + sigma**2, {}),
        (n + sigma, {sigma: (-oo, Integer(0))}),
        (1 + sigma, {sigma: (Integer(-2), oo)}),
        (2 - alpha, {alpha: (Integer(0), Integer(3))}),
        (2 - alpha, {}),
        (2 - alpha, {alpha: (Integer(0), oo)}),
        (alpha - Rational(1, 2), UNIT),
        (1 / (alpha - 2) + 1 / (alpha + 1) + 3, {alpha: (Integer(0), Integer(3))}),
        (1 / (1 - alpha), UNIT),
        (1 / sigma**2, {}),
        (1 / (n - 1), {}),
        (sqrt(n), {}),
        (sqrt(alpha) + 1, UNIT),
        (sympy.exp(n), {}),
        (1 - alpha, {alpha: (Integer(0), sqrt(2))}),
    ],
    ids=str,
)
def test_what_is_not_seen(expr, ranges):
    """Because it is not so, or not where a divisor vanishes, or because only rationals are read."""
    assert not is_nonnegative(expr, ranges) and not is_positive(expr, ranges)


@pytest.mark.parametrize("end", [1 / n, sqrt(n), sympy.Symbol("k")], ids=str)
def test_an_end_that_is_not_read_is_as_good_as_none(end):
    """It is no polynomial, or one in what the expression does not hold."""
    ranges = {alpha: (Integer(0), end)}
    assert is_positive(n + alpha, ranges)
    assert not is_nonnegative(n + 2 - alpha, ranges)


def test_a_range_may_begin_at_another_parameter():
    above = {alpha: (sigma + 1, oo), sigma: (Integer(0), oo)}
    assert is_positive(alpha - sigma, above) and is_nonnegative(alpha - sigma - 1, above)
    assert not is_positive(alpha - sigma - 1, above)


def test_ranges_are_those_of_the_design():
    assert ranges_of(rag) == {alpha: (0, 1), sigma: (0, oo)}
    assert is_positive(sigma + 1 - alpha / 2, ranges_of(rag))
    assert not is_positive(sigma + 1 - alpha / 2)
