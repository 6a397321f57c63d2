"""Bounds on the degrees of formulas, against the degrees there are."""

from collections import Counter
from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy.polys.domains import QQ

from tests.examples import examples
from tests.theory.trees import MATRICES, SCALARS, Plain, Undefined, Writer
from theory.language.formulas.degrees import degrees
from theory.language.formulas.parser import parse
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.tree import names

FIELD = QQ.frac_field("t")
(t,) = FIELD.gens
SCOPE = Scope("it", dict.fromkeys(SCALARS, Meaning.SCALAR))


def along_a_line(random, moving, size=2):
    """Values of all names, those in ``moving`` on a random line in t."""

    def value(name):
        start, slope = (QQ(random.randint(-99, 99)) for _ in range(2))
        return FIELD(start) + (FIELD(slope) * t if name in moving else 0)

    def matrix(name):
        (a, b), (_, c) = [[value(name) for _ in range(2)] for _ in range(2)]
        return [[a, b], [b, c]]

    one, zero = FIELD(1), FIELD(0)
    table = {name: value(name) for name in SCALARS} | {name: matrix(name) for name in MATRICES}
    return Plain(
        table | {"I": [[one, zero], [zero, one]]},
        lambda q: FIELD(QQ(q.numerator, q.denominator)),
        lambda value: value,
        {},
    )


def degrees_of(value):
    """Of numerator and denominator in lowest terms; those of zero are none."""
    return tuple(max(part.degree(), 0) for part in (value.numer, value.denom))


def test_degrees_are_upper_bounds_along_lines():
    """Numbers and entries of matrices on a line: a rational function of one variable."""
    counts = Counter()

    @examples(6)
    @given(st.integers(0, 2**32), st.integers(0, 7))
    def compare(seed, size):
        random = Random(seed)
        tree = parse(Writer(random, roots=False).scalar(size))
        moving = {name for name in (*SCALARS, *MATRICES[:2]) if random.random() < 0.6}
        try:
            value = along_a_line(random, moving).of(tree)
        except (Undefined, ZeroDivisionError):
            return
        bounds = degrees(tree, lambda name: name in moving, {*MATRICES}, 2)
        for found, bound in zip(degrees_of(value), bounds, strict=True):
            assert found <= bound, (tree, moving)
            counts["reached" if found == bound else "above"] += 1
        counts["matrices"] += bool(names(tree) & {*MATRICES})
        counts["quotients"] += degrees_of(value)[1] > 0

    compare()
    assert min(counts[k] for k in ("reached", "matrices", "quotients")) > 15, counts


@examples(2)
@given(st.integers(0, 2**32))
def test_degrees_in_several_variables(seed):
    random = Random(seed)
    text = Writer(random, roots=False).scalar(4)
    if "tr(" in text:
        return
    weights = {name: random.choice([0, 1, 2]) for name in SCALARS}
    try:
        found = scalar(parse(text), SCOPE)
    except ValueError:
        return
    u = sympy.Symbol("u")
    scaled = found.subs({name: sympy.Symbol(name) * u**w for name, w in weights.items()})
    parts = [sympy.Poly(p, u) for p in sympy.fraction(sympy.cancel(scaled))]
    for part, bound in zip(parts, degrees(parse(text), weights.__getitem__), strict=True):
        assert part.degree() <= bound, text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", (0, 0)),
        ("n", (1, 0)),
        ("sigma", (0, 0)),
        ("n*d", (2, 0)),
        ("n/d", (1, 1)),
        ("1/n/d", (0, 2)),
        ("n^3", (3, 0)),
        ("n^-3", (0, 3)),
        ("n^0", (1, 0)),
        ("-n", (1, 0)),
        ("(n/d)^-2", (2, 2)),
        ("1/n + d", (2, 1)),
        ("1/n + 1/d + 1", (2, 2)),
        ("n - 1/(n + 1/n)", (3, 2)),
        ("sqrt(n^2 + 1)", (2, 0)),
        ("n^(-1/2)", (0, 1)),
    ],
)
def test_degrees_by_hand(text, expected):
    assert degrees(parse(text), lambda name: name in "nd") == expected


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("tr(S)", 3, (1, 0)),
        ("tr(S^-1)", 1, (0, 1)),
        ("tr(S^-1)", 3, (2, 3)),
        ("tr(S*T)^2", 3, (4, 0)),
        ("tr(S^-2)", 2, (2, 4)),
        ("tr((S/n)^-1)", 2, (2, 2)),
        ("tr((S + T^-1)^-1)", 2, (5, 6)),
        ("n^-1", 3, (0, 1)),
    ],
)
def test_inverses_of_matrices_by_hand(text, size, expected):
    assert degrees(parse(text), lambda name: 1, {"S", "T"}, size) == expected


def test_the_inverse_of_a_matrix_reaches_its_bound():
    values = along_a_line(Random(4), {"Sigma_x"})
    found = values.of(parse("tr(Sigma_x^-1)"))
    assert (
        degrees_of(found)
        == (1, 2)
        == degrees(parse("tr(Sigma_x^-1)"), lambda name: name == "Sigma_x", {"Sigma_x"}, 2)
    )
