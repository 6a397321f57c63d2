"""Formulas mean what mathematics says, and anything else is told where it stands."""

import pickle
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from theory.errors import InputError
from theory.language.formulas import bounds
from theory.language.formulas.parser import constant, parse
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Scope
from theory.language.formulas.tree import (
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    TraceNode,
    children,
    names,
)

NUMBERS = Scope("the number", {})


def any_exponent(chooser, size):
    """A small constant: an operator and its operands, or the text of a number."""
    if size == 0:
        return str(chooser.randrange(5))
    way = chooser.choice(["neg", "^", "+", "-", "*"])
    if way == "neg":
        return (way, any_exponent(chooser, size - 1))
    left = str(chooser.randint(1, 3)) if way == "^" else any_exponent(chooser, size - 1)
    return (way, left, any_exponent(chooser, size - 1))


def any_formula(chooser, size):
    """A formula with so many operators."""
    if size == 0:
        whole = str(chooser.randrange(30))
        return whole if chooser.randrange(3) else f"{whole}.{chooser.randrange(30)}"
    way = chooser.choice(["+", "-", "*", "/", "+", "-", "*", "/", "^", "neg"])
    if way == "neg":
        return (way, any_formula(chooser, size - 1))
    if way == "^":
        return (way, any_formula(chooser, size - 1), any_exponent(chooser, chooser.randrange(3)))
    left = chooser.randrange(size)
    return (way, any_formula(chooser, left), any_formula(chooser, size - 1 - left))


# How tightly each binds, and how tightly its operands have to, left and right.
BINDING = {
    "+": (1, 1, 2),
    "-": (1, 1, 2),
    "*": (2, 2, 3),
    "/": (2, 2, 3),
    "neg": (3, 3, 3),
    "^": (4, 5, 3.5),
}


class Skip(Exception):
    """A value that is not defined, or larger than a formula may be."""


def value_of(formula):
    """What mathematics says that it is."""
    if isinstance(formula, str):
        return Fraction(formula)
    operator, *operands = formula
    left, *right = map(value_of, operands)
    if operator == "neg":
        return -left
    (right,) = right
    if operator == "^":
        if right.denominator != 1 or abs(right) > 20 or (left == 0 and right < 0):
            raise Skip
        return left ** int(right)
    if operator == "/":
        if right == 0:
            raise Skip
        return left / right
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


def text_of(formula, chooser, needed=0):
    """The formula in characters, with spaces and needless parentheses drawn at random."""
    space = chooser.choice(["", "", " ", "\t"])
    if isinstance(formula, str):
        text, binding = formula, 9
    elif formula[0] == "neg":
        text, binding = "-" + space + text_of(formula[1], chooser, BINDING["neg"][1]), 3
    else:
        binding, left, right = BINDING[formula[0]]
        if formula[0] == "^" and formula[2][0] == "neg":
            right = 3
        before, after = text_of(formula[1], chooser, left), text_of(formula[2], chooser, right)
        text = before + space + formula[0] + space + after
    loose = binding < needed
    return f"({space}{text})" if loose or chooser.randrange(8) == 0 else text


def test_precedence_and_associativity():
    compared = Counter()

    @examples(5)
    @given(st.integers(0, 2**32), st.integers(1, 9))
    def compare(seed, size):
        chooser = random.Random(seed)
        for _ in range(10):
            formula = any_formula(chooser, size)
            try:
                expected = value_of(formula)
            except Skip:
                continue
            text = text_of(formula, chooser)
            try:
                found = scalar(parse(text), NUMBERS)
            except Unreadable as error:
                # the bounds speak before the value does
                assert "too large" in str(error) or "nested deeper" in str(error), text
                continue
            assert (found.p, found.q) == (expected.numerator, expected.denominator), text
            compared[size] += 1

    compare()
    assert sum(compared.values()) > 750 and min(compared.values()) > 20


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-3^2", -9),
        ("(-3)^2", 9),
        ("2^2^3", 256),
        ("(2^2)^3", 64),
        ("2^-2^2", Fraction(1, 16)),
        ("2--1", 3),
        ("2*-3", -6),
        ("8/4/2", 1),
        ("8/4*2", 4),
        ("8/(4*2)", 1),
        ("1 - 2 - 3", -4),
        ("1 - (2 - 3)", 2),
        ("-2*3 + 1", -5),
        ("-1/2", Fraction(-1, 2)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("4^(1/2)", 2),
        ("4^-(1/2)", Fraction(1, 2)),
        ("sqrt(9/4)", Fraction(3, 2)),
        ("0^0", 1),
        ("2^(6/2 - 1)", 4),
        ("007", 7),
        ("9" * 30, int("9" * 30)),
    ],
)
def test_values_pinned_by_hand(text, value):
    assert scalar(parse(text), NUMBERS) == value


def test_the_tree_knows_its_places():
    tree = parse("1 - sqrt(tr(S)/n)", Place("--risk", 1, 1))
    assert isinstance(tree, Sum) and [minus for minus, _ in tree.parts] == [False, True]
    root = tree.parts[1][1]
    assert isinstance(root, Power) and root.exponent == Fraction(1, 2)
    assert str(root.place) == "--risk:1:5"
    assert isinstance(root.base, Product)
    trace, name = children(root.base)
    assert isinstance(trace, TraceNode) and trace.inside == Name("S", Place("elsewhere"))
    assert str(name.place) == "--risk:1:16" and names(tree) == {"S", "n"}
    assert parse("-2") == Negative(Number(Fraction(2), Place("x")), Place("y"))


OPERATORS = "expected an operator (+ - * / ^)"


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 1, "found the end of the formula; expected a number, a name, '-' or '('"),
        ("  ", 3, "found the end of the formula; expected a number"),
        ("n +", 4, "found the end of the formula; expected a number"),
        ("+n", 1, "found '+'; expected a number, a name, '-' or '('"),
        ("n + * d", 5, "found '*'; expected a number"),
        ("2 n", 3, f"found 'n' after '2'; {OPERATORS} or the end; a product is written with *"),
        ("2(n)", 2, f"found '(' after '2'; {OPERATORS} or the end; a product is written with *"),
        ("(n)(d)", 4, f"found '(' after ')'; {OPERATORS}"),
        ("n d", 3, f"found 'd' after 'n'; {OPERATORS}"),
        ("n 2", 3, f"found '2' after 'n'; {OPERATORS}"),
        ("(n", 3, f"found the end of the formula; {OPERATORS} or ')' for the '(' at column 1"),
        ("sqrt(n", 7, "or ')' for the '(' at column 5"),
        ("n)", 2, "found ')' without its '('; expected the end"),
        ("()", 2, "found ')'; expected a number"),
        ("sqrt n", 6, "found 'n' after sqrt; expected '('"),
        ("tr", 3, "found the end of the formula after tr; expected '('"),
        ("sqr(n)", 4, "(unknown function 'sqr'; did you mean sqrt?)"),
        ("sin(n)", 4, "(unknown function 'sin'; known: dot, outer, sqrt, tr)"),
        ("alpha(n + 1)", 6, "a product is written with *"),
        (
            "2**3",
            3,
            "found '*' again; expected a number, a name, '-' or '(' (a power is written ^)",
        ),
        ("1e3", 2, "found 'e3' after '1'; expected an operator"),
        ("1E-3", 2, "numbers have no exponents"),
        (".5", 1, "found '.' (write a digit before the point, as in 0.5); expected numbers"),
        ("5.", 2, "found '.' after a number; expected digits, as in 0.5"),
        ("1.2.3", 4, "found '.' (write a digit before the point"),
        ("n.real", 2, "found '.'"),
        ("_n", 1, "found '_'; expected numbers, names"),
        ("__import__('os')", 1, "found '_'; expected numbers, names"),
        ("n - 'x'", 5, 'found "\'"; expected a number, a name'),
        ("n = 1", 3, "found '='; expected numbers"),
        ("[n]", 1, "found '[' (write (); expected numbers"),
        ("n\nd", 2, "found '\\n' (write a formula on one line); expected"),
        ("n\x00", 2, "found '\\x00'; expected"),
        ("n\x1b[2J", 2, "found '\\x1b'; expected"),
        ("n\u202e", 2, "found '\\u202e' (U+202E RIGHT-TO-LEFT OVERRIDE); expected"),
        ("n\u00a0+ 1", 2, "found '\\xa0' (U+00A0 NO-BREAK SPACE); expected"),
        ("n \u2212 1", 3, "found '−' (U+2212 MINUS SIGN) (write -); expected"),
        ("n\u00b2", 2, "found '²' (U+00B2 SUPERSCRIPT TWO) (write ^2)"),
        ("\u0251", 1, "(U+0251 LATIN SMALL LETTER ALPHA); expected"),
        ("\u03b1*n", 1, "(U+03B1 GREEK SMALL LETTER ALPHA) (write alpha); expected"),
        ("\u03a3", 1, "(U+03A3 GREEK CAPITAL LETTER SIGMA) (write Sigma)"),
        ("\u0430lpha", 1, "(U+0430 CYRILLIC SMALL LETTER A); expected"),
        ("\uff4e", 1, "(U+FF4E FULLWIDTH LATIN SMALL LETTER N); expected"),
        ("\u0661", 1, "(U+0661 ARABIC-INDIC DIGIT ONE); expected"),
        ("\ud800", 1, "found '\\ud800' (U+D800); expected"),
        ("2^n", 3, "found 'n' in an exponent; expected a whole number from -20 to 20, or 1/2"),
        ("2^tr(2)", 3, "found a function in an exponent"),
        ("2^sqrt(4)", 3, "found a function in an exponent"),
        ("2^21", 3, "found the exponent 21; expected a whole number from -20 to 20"),
        ("2^-21", 3, "found the exponent -21"),
        ("2^(1/3)", 3, "found the exponent 1/3"),
        ("2^0.25", 3, "found the exponent 1/4"),
        ("2^1001", 3, "found too large an exponent"),
        ("2^(20*20*20)", 4, "found too large an exponent"),
        ("2^(1/0)", 6, "found a division by zero in an exponent"),
        ("2^0^-1", 3, "found a division by zero in an exponent"),
        ("9^9^9", 3, "found too large an exponent"),
        ("9^9^9^9^9^9", 9, "found too large an exponent"),
        ("9^9^9^9", 5, "found too large an exponent"),
        ("(1/3)^20^20", 7, "found too large an exponent"),
        ("(" * 21 + "n" + ")" * 21, 21, "found a formula nested deeper than 20"),
        ("(" * 1999, 21, "found a formula nested deeper than 20"),
        ("-" * 21 + "n", 21, "found a formula nested deeper than 20"),
        ("2^" * 21 + "1", 43, "found a formula nested deeper than 20"),
        ("2^-" + "-" * 21 + "1", 22, "found a formula nested deeper than 20"),
        ("sqrt(" * 21 + "n", 105, "found a formula nested deeper than 20"),
        ("9" * 31, 1, "found a number of 31 digits; expected at most 30"),
        ("1." + "0" * 30, 1, "found a number of 31 digits"),
        ("a" * 33, 1, "found a name of 33 characters, 'aaa"),
        ("n" + " " * 2000, 2001, "found a formula of 2001 characters; expected at most 2000"),
    ],
)
def test_what_is_no_formula(text, column, problem):
    with pytest.raises(Unreadable) as found:
        parse(text, Place("--risk"))
    assert str(found.value).startswith(f"--risk:1:{column}: "), str(found.value)
    assert problem in str(found.value)
    assert isinstance(found.value, InputError)


def test_bounds_are_reached_and_not_passed():
    parse("(" * 20 + "n" + ")" * 20)
    parse("n" + " " * 1999)
    parse("9" * bounds.DIGITS + "+" + "a" * bounds.NAME)
    assert constant(parse("0 - 20")) == -20
    assert parse("n^20 + n^-20")


def test_errors_survive_the_way_between_processes():
    error = Unreadable(Place("a.toml", 3, 4), "found this; expected that")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "a.toml:3:4: found this; expected that"


def test_a_terminal_is_not_addressed():
    error = Unreadable(Place("a\x1b[2J\n.toml"), "found it")
    assert str(error) == "a\\x1b[2J\\n.toml:1:1: found it"
