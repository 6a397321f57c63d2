"""Values of formulas against plain arithmetic: in fractions, and in decimals of 200 digits."""

from collections import Counter
from dataclasses import replace
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import isqrt
from random import Random

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.claim_texts import risk_claim, weight_claim
from tests.theory.trees import Plain, Undefined, Writer
from theory.designs.instance import instance
from theory.errors import Irrational
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Unreadable
from theory.language.formulas.values import PRECISION, Balls, Rationals, exact_or_ball, value
from theory.language.gallery import designs

ROOTS = {"Sigma_x": [[2, 1], [1, 1]], "Sigma_beta": [[1, 0], [0, 2]]}
MEANS = {"m": [3, -1], "mu": [Fraction(1, 2), 2]}
AT = instance(
    replace(designs.biased_task, means=tuple(MEANS)),
    n=4,
    d=2,
    scalars={"sigma": Fraction(3, 2)},
    roots=ROOTS,
    means=MEANS,
)
DIGITS = Context(prec=200)
CLOSE = Decimal(10) ** -100


def rational_root(number):
    """The root of a fraction, if it is one."""
    if number < 0:
        raise Undefined
    parts = [isqrt(part) for part in (number.numerator, number.denominator)]
    if [p * p for p in parts] != [number.numerator, number.denominator]:
        raise Irrational
    return Fraction(*parts)


def decimal_root(number):
    if number < 0:
        raise Undefined
    return DIGITS.sqrt(number)


def decimal(fraction):
    return DIGITS.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))


def plain(number, root):
    """The plain evaluation at the instance, in the numbers that ``number`` makes."""

    def made(rows):
        return [[number(Fraction(v)) for v in row] for row in rows]

    def squared(rows):
        return [[sum(a[k] * rows[k][c] for k in (0, 1)) for c in (0, 1)] for a in rows]

    roots = {name: made(rows) for name, rows in ROOTS.items()} | {"I": made([[1, 0], [0, 1]])}
    matrices = {name: made(squared(rows)) for name, rows in ROOTS.items()} | {"I": roots["I"]}
    matrices |= {name: made([[v, 0] for v in entries]) for name, entries in MEANS.items()}
    scalars = {"n": Fraction(4), "d": Fraction(2), "sigma": Fraction(3, 2)}
    return Plain({**{k: number(v) for k, v in scalars.items()}, **matrices}, number, root, roots)


FRACTIONS = plain(Fraction, rational_root)
DECIMALS = plain(decimal, decimal_root)


def entries(found):
    """The numbers of a value, a scalar or a matrix."""
    if hasattr(found, "tolist"):
        return [v for row in found.tolist() for v in row]
    return [v for row in found for v in row] if isinstance(found, list) else [found]


def as_fractions(found):
    return [Fraction(int(v.p), int(v.q)) for v in entries(found)]


def test_values_are_those_of_plain_arithmetic():
    counts = Counter()

    @examples(10)
    @given(st.integers(0, 2**32), st.integers(0, 6), st.booleans())
    def compare(seed, size, is_matrix):
        writer = Writer(Random(seed), vectors=tuple(MEANS))
        text = writer.matrix(size) if is_matrix else writer.scalar(size)
        tree = parse(text)
        try:
            expected = entries(FRACTIONS.of(tree))
        except Undefined:
            with pytest.raises((ZeroDivisionError, Irrational)):
                value(tree, Rationals.at(AT))
            with pytest.raises(ZeroDivisionError):
                exact_or_ball(tree, AT)
            counts["undefined"] += 1
        except Irrational:
            with pytest.raises((Irrational, ZeroDivisionError)):
                value(tree, Rationals.at(AT))
            counts["irrational"] += compare_in_decimals(tree, text)
        else:
            assert as_fractions(value(tree, Rationals.at(AT))) == expected, text
            assert as_fractions(exact_or_ball(tree, AT)) == expected, text
            counts["matrices" if is_matrix else "scalars"] += 1

    compare()
    assert min(counts[k] for k in ("scalars", "matrices")) > 25, counts
    assert min(counts[k] for k in ("undefined", "irrational")) > 5, counts


def compare_in_decimals(tree, text):
    """Whether there is a value, which the balls then hold."""
    with localcontext(DIGITS):
        try:
            expected = entries(DECIMALS.of(tree))
        except Undefined:
            return False
        try:
            found = exact_or_ball(tree, AT)
        except ZeroDivisionError:  # what vanishes, but for rounding
            return False
        for ball, number in zip(entries(found), expected, strict=True):
            if not ball.is_finite():  # the root of what vanishes
                continue
            near = Decimal(ball.mid().str(150, radius=False))
            assert abs(near - number) <= CLOSE * max(1, abs(number)), text
            assert ball.rad() < 1e-60 * max(1, abs(float(number))), text
    return True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tr(Sigma_x)", 7),
        ("tr(Sigma_x*Sigma_beta)", 13),
        ("tr(sqrt(Sigma_x))", 3),
        ("tr(sqrt(Sigma_x)*Sigma_beta^(1/2))", 4),
        ("tr(Sigma_x^(-1/2))", 3),
        ("tr(Sigma_x^-1)", 7),
        ("tr(sqrt(I))", 2),
        ("tr(I)*tr(2*I/n)", 2),
        ("tr(Sigma_x^0)", 2),
        ("0^0", 1),
        ("sqrt(n)^3", 8),
        ("n^(-1/2)", Fraction(1, 2)),
        ("(2*n + d)^-1/sigma", Fraction(1, 15)),
        ("1/n/d", Fraction(1, 8)),
        ("n - d - 1", 1),
        ("-n^2", -16),
        ("sqrt(sigma^2)", Fraction(3, 2)),
    ],
)
def test_values_by_hand(text, expected):
    assert as_fractions(exact_or_ball(parse(text), AT)) == [expected]


def test_matrices_keep_their_order_and_take_scalars_from_either_side():
    found = [
        entries(exact_or_ball(parse(text), AT))
        for text in ("Sigma_x*Sigma_beta*2", "2*Sigma_x*Sigma_beta", "Sigma_x*2*Sigma_beta")
    ]
    assert found[0] == found[1] == found[2] == [10, 24, 6, 16]
    assert entries(exact_or_ball(parse("Sigma_beta*2*Sigma_x"), AT)) == [10, 6, 24, 16]
    assert entries(exact_or_ball(parse("Sigma_x/n"), AT)) == [
        flint.fmpq(v, 4) for v in (5, 3, 3, 2)
    ]


def test_balls_hold_roots_of_numbers():
    ball = exact_or_ball(parse("sqrt(d)"), AT)
    assert isinstance(ball, flint.arb) and ball.rad() < 2.0 ** (2 - PRECISION)
    with flint.ctx.workprec(PRECISION):
        assert (ball * ball).contains(2) and not (ball * ball).contains(
            flint.fmpq(2) + flint.fmpq(1, 10**100)
        )
        assert exact_or_ball(parse("tr(sqrt(d)*Sigma_x)"), AT).contains(7 * flint.arb(2).sqrt())
    assert isinstance(exact_or_ball(parse("sqrt(d)*Sigma_x"), AT), flint.arb_mat)


@pytest.mark.parametrize(
    "text",
    [
        "1/(n - 4)",
        "(n - 2*d)^-1",
        "sqrt(d - n)",
        "tr((Sigma_x - Sigma_x)^-1)",
        "sqrt(2)/(n - 4)",
        "sqrt(2)*sqrt(d - n)",
        "1/(sqrt(2)*sqrt(8) - n)",
        "tr((sqrt(2)*(Sigma_x - Sigma_x))^-1)",
    ],
)
def test_where_there_is_no_value(text):
    with pytest.raises(ZeroDivisionError):
        exact_or_ball(parse(text), AT)


def test_roots_of_matrices_that_are_not_known():
    at = instance(designs.independent, n=4, scalars={"sigma": 1}, covariances={"Sigma_x": [[2]]})
    with pytest.raises(Irrational, match="the root of Sigma_x is not known"):
        exact_or_ball(parse("tr(sqrt(Sigma_x))"), at)
    assert value(parse("tr(sqrt(Sigma_beta))"), Rationals.at(at)) == 1
    assert value(parse("tr(sqrt(I))"), Rationals.at(at)) == at.d
    with pytest.raises(Irrational, match="the root of Sigma_x is not known"):
        value(parse("sqrt(Sigma_x)"), Balls.at(at))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("tr(sqrt(1*Sigma_x))", "tr(sqrt(Sigma_x))"),
        ("tr(sqrt(Sigma_x*I))", "tr(sqrt(Sigma_x))"),
        ("tr((Sigma_x^1)^(-1/2))", "tr(Sigma_x^(-1/2))"),
        ("tr(sqrt(--Sigma_x))", "tr(sqrt(Sigma_x))"),
        ("tr(sqrt(Sigma_x + 0*I))", "tr(sqrt(Sigma_x))"),
        ("tr(sqrt(I*I))", "d"),
        ("tr(sqrt(I^2))", "d"),
    ],
)
def test_every_root_that_a_claim_may_hold_has_a_value(text, same):
    try:
        claim = risk_claim(text, designs.independent)
    except Unreadable:
        return
    assert claim == risk_claim(same, designs.independent)
    assert exact_or_ball(parse(text), AT) == exact_or_ball(parse(same), AT)


def test_whatever_can_be_claimed_can_be_evaluated():
    counts = Counter()

    @examples(2)
    @given(st.integers(0, 2**32), st.integers(0, 5))
    def look(seed, size):
        text = Writer(Random(seed), vectors=tuple(MEANS)).matrix(size)
        try:
            weight_claim(text, AT.design)
        except Unreadable:
            counts["no claim"] += 1
            return
        try:
            exact_or_ball(parse(text), AT)
        except ZeroDivisionError:
            counts["no value"] += 1
        else:
            counts["a value"] += 1

    look()
    assert counts["a value"] > 20, counts


def test_what_is_inverted_in_several_places_is_so_once(monkeypatch):
    """And what is not the same is not taken for it."""
    seen, whole = [], Rationals.inverse
    monkeypatch.setattr(Rationals, "inverse", lambda self, v: seen.append(v) or whole(self, v))
    at = Rationals({"d": flint.fmpq(2)}, {"A": flint.fmpq_mat([[2, 1], [1, 1]])})
    text = "tr((A + I)^-1*A*(A + I)^-1) + tr((A + I)^-2) + tr((A + 2*I)^-1)"
    # tr (A + I)^-1 + tr (A + 2 I)^-1
    assert value(parse(text), at) == 1 + flint.fmpq(7, 11)
    assert len(seen) == 3
