"""Conditions on parameters: they are read, kept to, seen in signs, and written back."""

from fractions import Fraction
from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, oo

from tests.examples import examples
from tests.theory.written_designs import write_design
from theory import Derived
from theory.designs.defined_at import undefined
from theory.designs.design import ranges_of
from theory.designs.domain import ABOVE, Condition
from theory.designs.instance import instance
from theory.designs.narrowed import _put, is_seen
from theory.designs.parameter import Parameter
from theory.errors import InputError, Underivable
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped
from theory.scalars.signs import is_nonnegative, is_positive
from theory.scalars.symbols import d, n
from verify.cases import cases, inside
from verify.instances import defined_instance, generic_instance
from verify.judge.places import readable
from verify.settings import Level, Settings
from verify.strategies import instances

k, m, c = sympy.symbols("k m c")
TEXT = """
[design]
name = "counted"
[parameters]
alpha = [0, 1]
gamma = { range = [0, 1], where = "alpha^2 + gamma^2 <= 1" }
k = { range = [0, "n"], whole = true }
m = { range = [0, "n - k"], whole = true }
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "alpha*q + gamma*b + sqrt(1 - alpha^2 - gamma^2)*e"
task = "b"
noise = "(k + m)/n"
[limits.few]
n = "d/nu"
k = "c*d/nu"
m = "0"
"""
DESIGN = parse_design(TEXT).design


def satisfied(at) -> bool:
    """What the file says, written out by hand."""
    plain = at.arithmetic.plain
    alpha, gamma, first, second = (
        float(plain(at.scalars[name])) for name in ("alpha", "gamma", "k", "m")
    )
    whole = first.is_integer() and second.is_integer()
    counted = min(first, second) >= 0 and first + second <= at.n
    return alpha**2 + gamma**2 <= 1 + 1e-12 and whole and counted


def test_what_is_read():
    *_, first, second = DESIGN.parameters
    assert first == Parameter("k", high=n, whole=True)
    assert second == Parameter("m", high=n - k, whole=True)
    assert [str(one) for one in DESIGN.promised] == [
        "1 >= alpha^2 + gamma^2",
        "n >= k",
        "n >= k + m",
    ]
    # what is under the root is promised, and no further condition
    assert DESIGN.domain == DESIGN.promised
    text = write_design(DESIGN)
    assert parse_design(text).design == DESIGN and write_design(parse_design(text).design) == text


@given(st.data())
def test_drawn_instances_are_whole_and_in_their_ranges(data):
    at = data.draw(instances(DESIGN))
    assert (undefined(at) is None) == satisfied(at)
    first, second = at.scalars["k"], at.scalars["m"]
    assert first.q == second.q == 1 and min(first, second) >= 0 and first + second <= at.n


def test_all_other_places_keep_to_them():
    random = Random(0)
    seen = [defined_instance(DESIGN, size, 2, random, 50) for size in (1, 2, 3, 5)]
    seen += [at for at, _ in zip(readable(DESIGN), range(200), strict=False)]
    seen += [case.at for case in cases(DESIGN, Settings(Level.FULL))]
    seen += [inside(DESIGN, 7, 2, 0)]
    assert all(satisfied(at) for at in seen) and len(seen) > 200
    assert {int(at.scalars["k"]) for at in seen} >= {0, 1, 2}
    record = Derived.of(DESIGN)
    assert satisfied(record.instance(**record.example))


def test_identities_of_polynomials_are_not_kept_to_the_range():
    # at n = 1 alone a range up to n would hold two numbers
    at = generic_instance(DESIGN, 1, 1, Random(0), 10**9)
    assert at.scalars["k"] > 10**6


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"k": 6}, "n >= k does not hold"),
        ({"k": 3, "m": 3}, r"n >= k \+ m does not hold"),
        ({"k": Fraction(1, 2)}, "k must be a whole number from 0 to n, got 1/2"),
        ({"k": -1}, "k must be a whole number from 0 to n, got -1"),
        ({"alpha": 1, "gamma": 1}, r"1 >= alpha\^2 \+ gamma\^2 does not hold"),
    ],
)
def test_values_that_violate_them_are_refused(values, problem):
    given = {"n": 5, "d": 2, "alpha": 0, "gamma": 0, "k": 0, "m": 0, **values}
    with pytest.raises(InputError, match=problem):
        Derived.of(DESIGN).evaluate(**given)


def test_signs_are_seen_over_ranges_that_end_at_formulas():
    ranges = ranges_of(DESIGN)
    assert is_nonnegative(n - k - m, ranges) and is_positive(n - k - m + d, ranges)
    assert not is_positive(n - k, ranges) and not is_nonnegative(k - 1, ranges)
    assert not is_nonnegative(n - k - 2 * m, ranges)


@given(st.integers(1, 9), st.data(), st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3))
@examples(2)
def test_what_is_seen_of_a_sign_is_so(size, data, a, b, c):
    expr = a * n + b * k + c * m
    if is_nonnegative(expr, ranges_of(DESIGN)):
        first = data.draw(st.integers(0, size))
        second = data.draw(st.integers(0, size - first))
        assert expr.subs({n: size, k: first, m: second}) >= 0


def test_limits_keep_to_them():
    file = parse_design(TEXT)
    file.limit("few").check()
    more = parse_design(TEXT.replace('k = "c*d/nu"', 'k = "2*d/nu"'))
    with pytest.raises(Underivable, match="becomes negative as d grows"):
        more.limit("few").check()


def test_a_condition_that_is_not_kept_to_would_refute():
    """At alpha = gamma = 1 the design does not exist; nothing may look there."""
    at = instance(DESIGN, n=2, d=1, scalars={"alpha": 1, "gamma": 1, "k": 0, "m": 0})
    assert undefined(at) == "1 >= alpha^2 + gamma^2 does not hold"
    file = shipped("aligned-with-both-unit")
    assert file.design.domain == file.design.promised


@pytest.mark.parametrize("bound", [c - m, m - c, 2 * m + c - 3, 4 - 2 * m - c])
@pytest.mark.parametrize("ends", [(Integer(1), Integer(5)), (Integer(-2), oo), (-oo, Integer(0))])
def test_that_a_narrowed_range_is_not_empty_is_said(bound, ends):
    """Of the other symbols: an end may lie beyond the other end."""
    _, ranges, length = _put(m, {m: ends}, bound, m, 1)
    seen = set()
    for value in range(-9, 10):
        low, high = (end.subs(c, value) for end in ranges[m])
        assert (length.expression.subs(c, value) >= 0) == (low <= high), value
        seen.add(bool(low <= high))
    assert seen == ({True} if {-oo, oo} & {*ranges[m]} else {True, False})


def test_a_condition_and_a_range_that_hold_each_other_show_nothing_of_the_half():
    a, b = sympy.symbols("a b")
    ranges, at_most = {a: (Integer(0), oo), b: (Integer(0), a)}, Condition(a - b, ABOVE)
    assert is_seen(a - b, ranges, [at_most], strictly=False)
    assert not is_seen(a - 2 * b, ranges, [at_most], strictly=False)
