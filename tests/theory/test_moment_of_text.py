"""Moments from text, against coordinates, and what is refused."""

from collections import Counter
from fractions import Fraction
from random import Random

import numpy as np
import pytest

import theory
from tests.theory.moment_formulas import LETS, RANDOM, Isserlis, Writer, drawn_values, formula
from theory.algebra.means import form
from theory.errors import InputError
from theory.language.formulas.parser import parse
from theory.language.formulas.writing import written
from theory.records.expectation import DEGREE, Expectation

SEEN = Counter()


@pytest.mark.parametrize("chunk", range(8))
def test_moments_are_what_coordinates_give(chunk):
    for seed in range(30 * chunk, 30 * chunk + 30):
        random = Random(seed)
        text, sizes = formula(random), random.choice([(1, 2), (2, 1), (2, 2), (3, 2)])
        if not set(text) & RANDOM:
            continue
        values = drawn_values(random, *sizes)
        oracle = Isserlis({**values, "v": values["v"][0][0]})
        expected = oracle.expectation(parse(text))
        moment = np.atleast_2d(theory.moment(text, **LETS).evaluate(**values).moment).tolist()
        assert moment == expected, text
        monomials = [m for row in oracle.of(parse(text)) for entry in row for m in entry]
        SEEN[max(map(len, monomials), default=0), any(map(any, moment))] += 1


def test_what_is_written_reads_back():
    """Rows, and products of matrices that are not symmetric on either side of outer products."""
    for text in ["(z*u'*B*B')'*(z*u'*B*B')", "(x'*u)*w' - z'", "x'*B", "H*u*(B*w)'*M", "x'*H*u"]:
        moment = theory.moment(text, **LETS)
        again = theory.moment(text, claim=written(moment.expression), **LETS)
        assert form(again.claim.value) == form(moment.value), text
    with pytest.raises(InputError, match="no word for 1_n"):
        written(theory.moment("Y", **LETS).expression)


def test_the_comparison_was_of_something():
    if not SEEN:
        test_moments_are_what_coordinates_give(0)
        return
    assert sum(count for (degree, some), count in SEEN.items() if degree >= 4 and some) >= 8
    assert sum(count for (degree, some), count in SEEN.items() if degree >= 2 and some) >= 30


@pytest.mark.parametrize(
    ("expression", "lets", "by_hand"),
    [
        ("X'*A*X", {"X": "gaussian(n, d, S)", "A": "matrix(n, n)"}, "tr(A)*S"),
        ("X'*A^-1*X", {"X": "gaussian(n, d, S)", "A": "matrix(n, n)"}, "tr(A^-1)*S"),
        ("X'*X*S^-1*X'*X", {"X": "gaussian(n, d, S)"}, "n*(n + d + 1)*S"),
        ("tr(S^-1*X'*X)", {"X": "gaussian(n, d, S)"}, "n*d"),
        ("x'*A*x", {"x": "gaussian(d, 1, S, m)", "A": "matrix(d, d)"}, "tr(A*S) + m'*A*m"),
        ("(x'*x)^2", {"x": "gaussian(d, 1)"}, "d*(d + 2)"),
        ("(x'*x)^2", {"x": "gaussian(3, 1)"}, "15"),
        ("X*u*u'*X'", {"X": "gaussian(n, d, S)", "u": "ones(d)"}, "u'*S*u*I"),
        ("X'*X", {"X": "gaussian(n, d, S, m)"}, "n*S + n*m*m'"),
        ("X", {"X": "gaussian(n, d, S, m)", "o": "ones(n)"}, "o*m'"),
        ("X'*X", {"X": "gaussian(n, d, S, 0, R)"}, "tr(R)*S"),
        ("X*X'", {"X": "gaussian(n, d, S, 0, R)"}, "tr(S)*R"),
        ("g^4", {"g": "gaussian(1, 1, v)"}, "3*v^2"),
        ("tr(X'*X)/c - n*d/c", {"X": "gaussian(n, d)", "c": "scalar()"}, "0"),
        ("X*X'*X", {"X": "gaussian(n, d, S)"}, "0"),
        ("x'*A^-1*S*x", {"x": "gaussian(d, 1, S)", "A": "matrix(d, d)"}, "tr(S*A^-1*S)"),
    ],
)
def test_moments_known_by_hand(expression, lets, by_hand):
    found = theory.moment(expression, claim=by_hand, **lets)
    assert form(found.claim.value) == form(found.value)
    other = theory.moment(expression, claim=f"{by_hand} + ({by_hand})", **lets)
    assert by_hand == "0" or form(other.claim.value) != form(other.value)


def test_what_is_odd_says_so():
    odd = theory.moment("X*X'*X", X="gaussian(n, d, S)")
    assert odd.is_odd and "of odd degree" in str(odd) and odd.expression == 0
    assert odd.evaluate(n=2, d=1).moment.tolist() == [[0], [0]]
    assert not theory.moment("tr(X*X') - n*d", X="gaussian(n, d)").is_odd
    assert not theory.moment("X", X="gaussian(n, d, I, m)").is_odd


def test_it_prints_itself():
    found = theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)")
    assert isinstance(found, Expectation)
    assert repr(found) == "E[Xᵀ·A·X] = tr(A)·S"
    assert r"\operatorname{tr}(A)" in found._repr_latex_().replace(r"\left(", "(").replace(
        r"\right)", ")"
    )
    assert "5" in found.evaluate(n=2, S=[[1]], A=[[2, 0], [1, 3]])._repr_latex_()


def test_a_name_stands_for_another_shape_in_another_moment():
    for columns in "dp":
        moment = theory.moment("tr(X'*X)^4", X=f"gaussian(n, {columns}, S)")
        assert moment.evaluate(n=1, S=[[1]]).moment == 105


def test_floats_stay_floats_and_fractions_exact():
    found = theory.moment("x'*A*x", x="gaussian(d, 1, S)", A="matrix(d, d)")
    assert found.evaluate(A=[[0.5]], S=[[2]]).moment == pytest.approx(1.0)
    assert found.evaluate(A=[[Fraction(1, 2)]], S=[[2]]).moment == Fraction(1)
    assert found.evaluate(A=[[1, 2], [3, 4]]).moment == 5


REFUSED = [
    (
        "X'*A*X",
        {"X": "gaussian(n, d)", "A": "matrix(d, n)"},
        "moment:1:4: found a matrix that is d",
    ),
    ("X*X", {"X": "gaussian(n, d)"}, "moment:1:3: found a matrix that is n x d after"),
    ("X + X'", {"X": "gaussian(n, d)"}, "moment:1:5: found a matrix that is d x n added"),
    ("tr(X)", {"X": "gaussian(n, d)"}, "moment:1:1: found the trace of a matrix that is n x d"),
    ("X + 1", {"X": "gaussian(n, n)"}, "found a scalar added to a matrix that is n x n"),
    ("X + I", {"X": "gaussian(n, d)"}, "found I added to a matrix that is n x d"),
    ("I", {"X": "gaussian(n, d)"}, "found a multiple of I"),
    ("tr(2*I)*X", {"X": "gaussian(n, d)"}, "found the trace of a multiple of I"),
    ("X^2", {"X": "gaussian(n, d)"}, "found a power of a matrix that is n x d"),
    ("X/X", {"X": "gaussian(n, n)"}, "moment:1:3: found a division by a matrix"),
    ("(X'*X)^-1", {"X": "gaussian(n, d)"}, "found the inverse of a random matrix"),
    ("X*(S + S)^-1", {"X": "gaussian(n, d, S)"}, None),
    ("X*(S + T)^-1", {"X": "gaussian(n, d, S)", "T": "covariance(d)"}, "inverse of a sum"),
    ("X/tr(S)", {"X": "gaussian(n, d, S)"}, "found a division by a trace"),
    ("X/(n - n)", {"X": "gaussian(n, d)"}, "found a division by zero"),
    ("sqrt(n)*X", {"X": "gaussian(n, d)"}, "found a root"),
    ("Y*X", {"X": "gaussian(n, d)"}, "unknown name 'Y'"),
    ("A", {"A": "matrix(n, d)"}, "found no Gaussian matrix"),
    ("tr((X'*X)^20*(X'*X)^10)", {"X": "gaussian(n, d)"}, f"found 60 .* at most {DEGREE}"),
    ("X", {"X": "gaussian(n, d"}, r"X:1:1: found 'gaussian\(n, d' for X"),
    ("X", {"X": "gausian(n, d)"}, "X:1:1: unknown kind 'gausian'; did you mean gaussian?"),
    ("X", {"X": "gaussian(n)"}, "found 1 arguments of gaussian"),
    ("X", {"X": "gaussian(n, 0)"}, "X:1:13: found '0' as a size"),
    ("X", {"X": "gaussian(n, -d)"}, "found '-d' as a size"),
    ("X", {"X": "gaussian(n, d, X)"}, "found 'X' as a covariance"),
    ("X", {"X": "gaussian(n, d, n)"}, "found 'n' as a covariance"),
    ("X", {"X": "gaussian(n, d, S)", "S": "covariance(n)"}, "X:1:16: found S, which is n x n"),
    ("X", {"X": "gaussian(n, d, S)", "S": "matrix(d, d)"}, "S, which is d x d and not symmetric"),
    ("X", {"X": "gaussian(n, d, S, M)", "M": "matrix(d, n)"}, "X:1:19: found M, which is d x n"),
    ("x", {"x": "gaussian(d, 1, S, 0, R)"}, "covariance of the rows of a single column"),
    ("X", {"n": "gaussian(n, d)", "X": "gaussian(n, d)"}, "found 'n'"),
    ("tr", {"tr": "gaussian(n, d)"}, "found 'tr' as a name"),
]


@pytest.mark.parametrize(("expression", "lets", "told"), REFUSED)
def test_what_is_refused(expression, lets, told):
    if told is None:  # twice S is a multiple of S
        assert theory.moment(expression, **lets).expression == 0
        return
    with pytest.raises(InputError, match=told) as found:
        theory.moment(expression, **lets)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("tr(A)", "claim:1:1: found a scalar for the moment; expected a matrix that is d x d"),
        ("A", "found a matrix that is n x n for the moment; expected a matrix that is d x d"),
        ("X'*X", "found 'X', but it is random"),
        ("tr(A)*S*k", "unknown name 'k'"),
    ],
)
def test_claims_that_are_refused(claim, told):
    with pytest.raises(InputError, match=told):
        theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)", claim=claim)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"A": [[1]]}, "d is missing"),
        ({"d": 2}, "A is missing: give A=..., n x n"),
        ({"d": 2, "A": [[1, 2]]}, "A is n x n"),
        ({"d": 2, "n": 2, "A": [[1]]}, "A is n x n, where n = 2; got 1 x 1"),
        ({"d": 0, "A": [[1]]}, "d must be a positive integer"),
        ({"A": [[1]], "S": [[1, 2], [3, 4]]}, "S must be a symmetric positive"),
        ({"A": [["x"]], "d": 1}, "A: expected a real number"),
        ({"A": [[float("nan")]], "d": 1}, "A must be finite"),
        ({"B": 1}, "unknown argument of the moment 'B'"),
    ],
)
def test_numbers_that_do_not_fit(values, told):
    found = theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)")
    with pytest.raises(InputError, match=told):
        found.evaluate(**values)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60 + "X" + ")" * 60,
        "((X*X')^20)^20",
        "*".join(["(X + A)"] * 20),
        "tr(" + "*".join(f"X*B{k}" for k in range(20)) + ")",
        "(n + d + c)^20*(n + d + 2)^20*(c + d + 3)^20*X",
    ],
)
def test_what_would_take_long_ends(text):
    names = {f"B{k}": "matrix(n, n)" for k in range(20)}
    with pytest.raises(InputError, match="found"):
        print(theory.moment(text, X="gaussian(n, n)", A="matrix(n, n)", c="scalar()", **names))


def test_the_third_moment_of_a_wishart_matrix_as_published():
    """Letac and Massam, All invariant moments of the Wishart distribution (2004): E W^3."""
    published = (
        "(n^3 + 3*n^2 + 4*n)*S^3 + 2*(n^2 + n)*tr(S)*S^2 + (n*tr(S)^2 + (n^2 + n)*tr(S^2))*S"
    )
    found = theory.moment("(X'*X)^3", X="gaussian(n, d, S)", claim=published)
    assert found.claim.value == found.value
    other = "n^3*tr(S)^2*S + 8*n*S^3 + 2*n^2*(2*tr(S)*S^2 + tr(S^2)*S)"
    found = theory.moment("tr(X'*X)^2*X'*X", X="gaussian(n, d, S)", claim=other)
    assert found.claim.value == found.value


SIGNS = "XYHxzgABMuwSTcnd'*+-/^()2,. I[]{}\\\"tr=<>\u00e9\n"


def mutated(random, text):
    """A text with a few characters put in, left out, or changed."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text) + 1)
        new = random.choice(["", random.choice(SIGNS)])
        text = text[:at] + new + text[at + random.randint(0, 1) :]
    return text


def test_malformed_texts_are_refused_in_one_sentence_or_read():
    random, seen = Random(5), Counter()
    for _ in range(150):
        shape = random.choice(["nn", "dd", "nd", "11"])
        text, lets, claim = Writer(random).matrix(*shape, random.randint(1, 5)), dict(LETS), None
        way = random.choice(["expression", "let", "claim"])
        if way == "expression":
            text = mutated(random, text)
        elif way == "let":
            name = random.choice(list(lets))
            lets[name] = mutated(random, lets[name])
        else:
            claim = mutated(random, Writer(random, only_fixed=True).matrix(*shape, 2))
        try:
            assert str(theory.moment(text, claim=claim, **lets))
            seen[way, "read"] += 1
        except InputError as error:
            assert "\n" not in str(error)
            seen[way, "refused"] += 1
    assert all(seen[way, "refused"] > 20 for way in ("expression", "let", "claim")), seen
    assert sum(seen[way, "read"] for way in ("expression", "let", "claim")) > 10, seen
