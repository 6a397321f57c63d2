"""Words in letters that do not commute: what is rewritten keeps its value."""

from collections import Counter
from fractions import Fraction
from random import Random

import flint
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.design_files import isotropic_file
from theory.designs.covariances import Projection
from theory.errors import Underivable
from theory.language.files.reading import parse_design
from theory.language.formulas.parser import parse
from theory.language.formulas.scope import Meaning
from theory.language.formulas.values import Rationals, value
from verify.instances import random_projection
from verify.judge.rewriting import Inverse, Rewriting, WordSum

NAMES = {"A": Meaning.MATRIX, "B": Meaning.MATRIX, "C": Meaning.MATRIX} | dict.fromkeys(
    ("n", "d", "s"), Meaning.SCALAR
)


def of_kind(kind):
    """A design in which A is of a kind, and B and C are any covariances."""
    given = f'[covariances]\nA = {kind}\nB = "psd"\nC = "psd"\n[gaussians.prompt]'
    file = isotropic_file("three", {}, task="b").replace("[gaussians.prompt]", given)
    return parse_design(file).design


ANY, PROJECTED = of_kind('"psd"'), of_kind('{ kind = "projection" }')


def drawn(random, size, design):
    """Exact values of all names: positive definite matrices, with their roots, or a projection."""
    scalars = {"n": flint.fmpq(random.randint(1, 9)), "s": flint.fmpq(random.randint(1, 9), 7)}
    roots = {}
    for name in "ABC":
        low = flint.fmpq_mat(
            [[random.randint(1, 5) * (c <= r) for c in range(size)] for r in range(size)]
        )
        roots[name] = low * low.transpose()
    if design is PROJECTED:
        roots["A"] = random_projection(random, size, random.randint(1, size), 4)
    one = flint.fmpq_mat([[int(r == c) for c in range(size)] for r in range(size)])
    matrices = {name: root * root for name, root in roots.items()} | {"I": one}
    return Rationals({**scalars, "d": flint.fmpq(size)}, matrices, {**roots, "I": one})


def number(expr, algebra, symbols):
    """A coefficient, with values for its symbols."""
    table = {s: symbols[s] for s in expr.free_symbols if s in symbols}
    table |= {
        s: sympy.Rational(str(algebra.scalars[s.name])) for s in expr.free_symbols if s not in table
    }
    found = sympy.Rational(expr.xreplace(table))
    return flint.fmpq(int(found.p), int(found.q))


def word_at(word, exact, symbols):
    total = exact.matrices["I"]
    for letter, power in word:
        if isinstance(letter, Inverse):
            inside = word_at(letter.word, exact, symbols) * number(letter.ratio, exact, symbols)
            factor = (exact.matrices["I"] + inside).inv()
            total *= power_of(factor, int(power))
        elif isinstance(letter, Projection):
            total *= exact.matrices[letter.name]
        else:
            total *= power_of(exact.roots[letter], int(2 * power))
    return total


def power_of(matrix, power):
    base = matrix if power > 0 else matrix.inv()
    total = base
    for _ in range(abs(power) - 1):
        total *= base
    return total


def at(words, exact, symbols):
    total = exact.matrices["I"] * 0
    for word, c in words.terms.items():
        total += word_at(word, exact, symbols) * number(c, exact, symbols)
    return total


def symbols_at(algebra, exact):
    """The values of the symbols for traces, the innermost first."""
    found = {}
    for word, symbol in algebra.known.items():
        matrix = word_at(word, exact, found)
        total = sum((matrix[k, k] for k in range(matrix.nrows())), flint.fmpq(0))
        found[symbol] = sympy.Rational(str(total))
    return found


def matrix(random, depth):
    """A formula for a matrix."""
    kind = random.choice(["letter", "root", "inverse", "product", "product", "sum", "sandwich"])
    if depth == 0 or kind == "letter":
        return random.choice(["A", "B", "C", "I", "A^-1", "B^-1", "B^2"])
    if kind == "root":
        return random.choice(["sqrt(A)", "B^(-1/2)", "B^(1/2)"])
    if kind == "inverse":
        pieces = ["A", "B", "sqrt(A)", "B^-1"]
        first, second = ("*".join(random.choices(pieces, k=random.choice([1, 2]))) for _ in "ab")
        scalar = random.choice(["n", "s", "(n + 1)", "tr(A*B)", "tr(A)"])
        return f"({scalar}*{first} + {random.choice(['I', 's*I', second])})^-1"
    if kind == "sandwich":
        inner = random.choice(["n*A*B + I", "n*B*A + I", "A + s*B^-1", "n*A + s*I"])
        return f"{random.choice('AB')}*({inner})^-1*{random.choice(['A', 'B', 'B^-1', 'A^-1'])}"
    left, right = matrix(random, depth - 1), matrix(random, depth - 1)
    return f"{left}*{right}" if kind == "product" else f"({left} + {right})"


@pytest.mark.parametrize("design", [ANY, PROJECTED], ids=["definite", "projection"])
def test_what_is_rewritten_has_its_value(design):
    counts = Counter()

    @examples(2)
    @given(st.integers(0, 2**32))
    def look(seed):
        random = Random(seed)
        text, algebra = matrix(random, 2), Rewriting(NAMES, design)
        text = text.replace("A^-1", "A") if design is PROJECTED else text
        exact = drawn(random, random.choice([1, 2, 3]), design)
        try:
            words = value(parse(text), algebra)
            trace = algebra.trace(words)
        except Underivable:
            counts["not seen"] += 1
            return
        try:
            expected = value(parse(text), exact)
        except ZeroDivisionError:
            return
        symbols = symbols_at(algebra, exact)
        assert at(words, exact, symbols) == expected, text
        turned = at(words.transposed, exact, symbols)
        assert turned == expected.transpose(), text
        assert number(trace, exact, symbols) == exact.trace(expected), text
        held = any(isinstance(letter, Inverse) for word in words.terms for letter, _ in word)
        counts["with inverses"] += held

    look()
    assert counts["with inverses"] > 15, counts


SAME = [
    ("(n*A + B^-1)^-1", "B*(n*A*B + I)^-1"),
    ("(n*A + B^-1)^-1", "(n*B*A + I)^-1*B"),
    ("(I + n*A*B)^-1*A", "A*(I + n*B*A)^-1"),
    ("sqrt(B)*(n*sqrt(B)*A*sqrt(B) + I)^-1*sqrt(B)", "(n*A + B^-1)^-1"),
    ("(n*A + s*I)^-1*A", "I/n - s/n*(n*A + s*I)^-1"),
    ("(n*A + s*I)^-1*A^(1/2)", "A^(1/2)*(n*A + s*I)^-1"),
    ("A^-1*(n*A + s*I)^-1", "A^-1/s - n/s*(n*A + s*I)^-1"),
    ("A^(-1/2)*(A + I)^-1", "A^(-1/2) - A^(1/2)*(A + I)^-1"),
    ("(2*A + 2*B)^-1*(A + B)", "I/2"),
    ("A*(A + B)^-1*B", "B*(A + B)^-1*A"),
    ("A*(A + B)^-1*B", "(A^-1 + B^-1)^-1"),
    ("(A*B)^-1", "B^-1*A^-1"),
    ("(A + I)^-2*(A + I)", "(A + I)^-1"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_identities_by_hand(left, right):
    algebra = Rewriting(NAMES, ANY)
    assert algebra.is_zero(value(parse(f"{left} - ({right})"), algebra))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("tr(A*B)", "tr(B*A)"),
        ("tr(A*B*C)", "tr(C*B*A)"),
        ("tr(A*(I + n*B*A)^-1)", "tr(A*(I + n*A*B)^-1)"),
        ("tr(C*B*(n*A*B + I)^-1)", "tr((n*B*A + I)^-1*B*C)"),
        ("n*tr(A*(n*A + s*I)^-1)", "d - s*tr((n*A + s*I)^-1)"),
        ("tr(sqrt(A)*B*sqrt(A)*(I + sqrt(A)*B*sqrt(A))^-1)", "tr(A*B*(I + A*B)^-1)"),
    ],
)
def test_traces_by_hand(left, right):
    algebra = Rewriting(NAMES, ANY)
    assert algebra.is_zero(value(parse(f"{left} - ({right})"), algebra))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(n*A*B*A + s*I)^-1*A", "A*(n*A*B*A + s*I)^-1"),
        ("(n*A*B + s*I)^-1*A", "A*(n*A*B*A + s*I)^-1"),
        ("A*(n*A*B + s*I)^-1", "(n*A*B + s*I)^-1 - (I - A)/s"),
        ("A*B*(n*A*B*A + s*I)^-1*A", "A*B*A*(n*B*A + s*I)^-1"),
        ("tr(A*B*A*B*(n*A*B + s*I)^-1)", "tr((A*B*A)^2*(n*A*B*A + s*I)^-1)"),
        ("(n*A + s*B^-1)^-1", "B*(n*A*B + s*I)^-1"),
        ("(n*A + s*B*C)^-1", "C^-1*B^-1*(n*A*C^-1*B^-1 + s*I)^-1"),
    ],
)
def test_beside_a_projection(left, right):
    algebra = Rewriting(NAMES, PROJECTED)
    assert algebra.is_zero(value(parse(f"{left} - ({right})"), algebra))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("A*B", "B*A"),
        ("(I + n*A*B)^-1", "(I + n*B*A)^-1"),
        ("tr(A*B*A*B)", "tr(A^2*B^2)"),
        ("tr(A*B*C)", "tr(A)*tr(B*C)"),
        ("(n*A + B)^-1", "(n*A + 2*B)^-1"),
        ("A*(A + B)^-1*B", "A*(A + B)^-1*A"),
        ("sqrt(A)*B*sqrt(A)", "A*B"),
    ],
)
def test_what_differs_is_not_the_same(left, right):
    algebra = Rewriting(NAMES, ANY)
    assert not algebra.is_zero(value(parse(f"{left} - ({right})"), algebra))


@pytest.mark.parametrize("text", ["(A + B + I)^-1", "((A + I)^-1 + B)^-1"])
def test_other_inverses_are_not_seen(text):
    with pytest.raises(Underivable):
        value(parse(text), Rewriting(NAMES, ANY))


@pytest.mark.parametrize("text", ["A^-1", "A^(-1/2)*B", "(A*B)^-1"])
def test_a_projection_has_no_inverse(text):
    with pytest.raises(Underivable, match="it inverts the projection A"):
        value(parse(text), Rewriting(NAMES, PROJECTED))


def test_words_are_added_and_multiplied():
    one, half = sympy.Integer(1), Fraction(1, 2)
    root = WordSum({(("A", half),): one})
    assert (root * root).terms == {(("A", Fraction(1)),): one}
    assert (root + -root).terms == {}
    assert (root * root.inverse).terms == {(): one}
