"""Formulas printed: they parse to what they were, and mean the same where they were not parsed."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.test_formula_values import FRACTIONS, entries
from tests.theory.trees import Undefined, Writer
from theory.errors import Irrational
from theory.language.formulas import bounds
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place
from theory.language.formulas.printing import printed
from theory.language.formulas.tree import (
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    TraceNode,
    children,
)

HERE = Place("here")
EXPONENTS = [Fraction(2), Fraction(3), Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(-1, 2)]


def number(top, bottom=1):
    return Number(Fraction(top, bottom), HERE)


def scalar_tree(random, size):
    """A tree of scalars of whatever shape, such as no text is parsed to."""
    if size == 0:
        numbers = [number(k, q) for k, q in ((-3, 1), (0, 1), (2, 1), (5, 1), (1, 3), (-7, 2))]
        return random.choice([*numbers, Name("n", HERE), Name("d", HERE), Name("sigma", HERE)])
    way = random.randrange(5)
    if way == 0:
        return Negative(scalar_tree(random, size - 1), HERE)
    if way == 1:
        return Power(scalar_tree(random, size - 1), random.choice(EXPONENTS), HERE)
    left = random.randrange(size)
    parts = [scalar_tree(random, k) for k in (left, size - 1 - left)]
    signed = tuple((random.random() < 0.4, part) for part in parts)
    return Sum(signed, HERE) if way < 3 else Product(signed, HERE)


def valued(tree):
    """The value of a tree, or why it has none."""
    try:
        return entries(FRACTIONS.of(tree))
    except (Undefined, Irrational) as error:
        return type(error)


@examples(6)
@given(st.integers(0, 2**32), st.integers(0, 7), st.booleans())
def test_what_was_parsed_parses_to_the_same_again(seed, size, is_matrix):
    writer = Writer(Random(seed), decimals=False, vectors=("u", "v"))
    tree = parse(writer.matrix(size) if is_matrix else writer.scalar(size))
    assert parse(printed(tree)) == tree
    assert printed(parse(printed(tree))) == printed(tree)


@pytest.mark.parametrize("text", ["0.5", "1 - 0.25*n", "n^2/0.10", "-0.5", "(0.5 + n)^2", "0.5^2"])
def test_decimals_parse_to_the_same_again(text):
    assert parse(printed(parse(text))) == parse(text)


def test_trees_of_any_shape_keep_their_value():
    counts = Counter()

    @examples(6)
    @given(st.integers(0, 2**32), st.integers(0, 6))
    def compare(seed, size):
        tree = scalar_tree(Random(seed), size)
        again = parse(printed(tree))
        assert valued(again) == valued(tree), printed(tree)
        assert parse(printed(again)) == again
        counts["a value"] += isinstance(valued(tree), list)
        counts["another tree"] += again != tree

    compare()
    assert counts["a value"] > 100 and counts["another tree"] > 50, counts


@examples(3)
@given(st.integers(0, 2**32), st.integers(0, 6), st.booleans())
def test_decimals_keep_their_value(seed, size, is_matrix):
    writer = Writer(Random(seed))
    tree = parse(writer.matrix(size) if is_matrix else writer.scalar(size))
    assert valued(parse(printed(tree))) == valued(tree)


@pytest.mark.parametrize(
    "text",
    [
        "n + d - 1",
        "n - (d - 1)",
        "n - d*sigma/2",
        "n/(d*sigma)",
        "n/d/sigma",
        "n/(d/sigma)",
        "-n^2",
        "(-n)^2",
        "-(n + d)",
        "--n",
        "n*-d",
        "n - -d",
        "(n + d)^2",
        "(n^2)^3",
        "sqrt(n)^3",
        "sqrt(n^2)",
        "n^(-1/2)",
        "2^-3",
        "tr(Sigma_x*Sigma_beta^-1)",
        "tr((n + 1)*I)/d",
        "-n*d",
        "(-n)*d",
        "-(n*d)",
        "1/n",
        "1/(-n)",
    ],
)
def test_trees_by_hand(text):
    tree = parse(text)
    assert parse(printed(tree)) == tree
    plain = text.replace("(-n)*d", "-n*d").replace("1/(-n)", "1/-n")
    assert printed(tree) == plain


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (number(-3), "-3"),
        (number(1, 3), "1/3"),
        (Power(number(-3), Fraction(2), HERE), "(-3)^2"),
        (Power(number(1, 3), Fraction(2), HERE), "(1/3)^2"),
        (Product(((True, Name("n", HERE)), (False, number(1, 3))), HERE), "1/n*(1/3)"),
        (Product(((False, number(2)), (True, number(2, 3))), HERE), "2/(2/3)"),
        (Sum(((True, Name("n", HERE)), (True, number(-2))), HERE), "-n - -2"),
        (Negative(Sum(((False, number(1)), (False, number(2))), HERE), HERE), "-(1 + 2)"),
        (Negative(number(-1), HERE), "--1"),
        (TraceNode(Negative(Name("I", HERE), HERE), HERE), "tr(-I)"),
    ],
)
def test_texts_by_hand(tree, text):
    assert printed(tree) == text


def test_as_deep_as_may_be():
    deep = "(" * bounds.NESTING + "n + 1" + ")*2 + 1" * bounds.NESTING
    deep = parse(deep)
    assert parse(printed(deep)) == deep

    def height(tree):
        return 1 + max(map(height, children(tree)), default=0)

    assert height(deep) > bounds.NESTING
