"""One normal form for sums, products, quotients and roots, seen in forty digits and by SymPy."""

from collections import Counter
from random import Random

import flint
import pytest
import sympy
from hypothesis import given
from sympy import Integer, Rational, sqrt

from tests.examples import examples
from tests.theory.scalars import (
    BITS,
    SYMBOLS,
    Undefined,
    alpha,
    ball,
    expression,
    is_written,
    points,
    polynomial,
    rewritten,
    seeds,
    vanishes,
)
from theory.limits.growth import leading_term
from theory.scalars.ratio import number, ratio
from theory.scalars.rational import (
    cancelled,
    common_divisor,
    compiled,
    factored,
    is_zero,
    tidy,
    value_at,
)
from theory.scalars.symbols import d, n

x, y = sympy.symbols("x y")


def same(left, right, random):
    """Whether two scalars agree to forty digits wherever both are defined; None if nowhere."""
    seen = None
    for at in points(random):
        try:
            seen = vanishes(left - right, at)
        except Undefined:
            continue
        if not seen:
            return False
    return seen


def scalars(random, size=4):
    """A random scalar that SymPy has not turned into something else."""
    while True:
        found = expression(random, random.randint(1, size))
        if is_written(found) and found != 0:
            return found


def nested(found):
    """Whether a root stands under another one."""
    return any(p.exp.q == 2 for root in found.roots for p in root.square.atoms(sympy.Pow))


def test_what_is_rewritten_by_hand_is_the_same():
    counts = Counter()

    @examples(2)
    @given(seeds)
    def compare(seed):
        random = Random(seed)
        expr = scalars(random)
        other = rewritten(expr, random)
        if not is_written(other) or ratio(expr) is None or ratio(expr - other) is None:
            return
        assert same(expr, other, random) is not False, (expr, other)
        assert not is_zero(expr - other - 1)
        if nested(ratio(expr)):  # numbers may stand under the outer root or before it
            return
        assert is_zero(expr - other), (expr, other)
        assert cancelled(expr) == cancelled(other), (expr, other)
        counts["roots"] += bool(ratio(expr).roots)
        counts["in another form"] += expr != other

    compare()
    assert min(counts["roots"], counts["in another form"]) > 15, counts


@given(seeds)
def test_nested_roots_are_rationalised(seed):
    random = Random(seed)
    p, q, r, a = (polynomial(random, 2) for _ in range(4))
    root = sqrt(p + q * sqrt(r**2 + 1))
    for left, right in (
        (1 / (a + root), (a - root) / (a**2 - root**2)),
        ((a + root) ** 3, a**3 + 3 * a**2 * root + 3 * a * root**2 + root**3),
        (root**2 - p, q * sqrt(r**2 + 1)),
        (1 / root, root / (p + q * sqrt(r**2 + 1))),
        (1 / root, root * (p - q * sqrt(r**2 + 1)) / (p**2 - q**2 * (r**2 + 1))),
        (sqrt(n) * root + a, a + sqrt(n) * sqrt(p + q * sqrt(1 + r**2))),
    ):
        if is_written(left) and is_written(right) and ratio(left - right) is not None:
            assert is_zero(left - right) and same(left, right, random) is not False, (left, right)


WRONG = [
    lambda p, q: (sqrt(p**2), p),
    lambda p, q: (sqrt(p * q), sqrt(p) * sqrt(q)),
    lambda p, q: (sqrt(p / q), sqrt(p) / sqrt(q)),
    lambda p, q: (sqrt(p**2 * q), p * sqrt(q)),
    lambda p, q: (sqrt(p / q), sqrt(p * q) / q),
    lambda p, q: (sqrt(p / q) * sqrt(q / p), Integer(1)),
    lambda p, q: (sqrt(1 / p), 1 / sqrt(p)),
    lambda p, q: (sqrt(-p) * sqrt(-q), sqrt(p) * sqrt(q)),
    lambda p, q: (sqrt((p + sqrt(q)) ** 2), p + sqrt(q)),
    lambda p, q: (sqrt(p + 2 * sqrt(p * q) + q), sqrt(p) + sqrt(q)),
    lambda p, q: (sqrt(p) * sqrt(q + sqrt(p)), sqrt(p * q + p * sqrt(p))),
]


def test_what_is_only_sometimes_the_same_is_zero_only_where_it_is():
    """Roots multiply where they are real; for a parameter of either sign they may not be."""
    counts = Counter()

    @given(seeds)
    def compare(seed):
        random = Random(seed)
        for pair in random.sample(WRONG, 3):
            left, right = pair(polynomial(random), polynomial(random))
            gap = left - right
            if not is_written(gap) or ratio(gap) is None:
                continue
            truth = same(left, right, random)
            counts[is_zero(gap), truth] += 1
            assert truth is not False or not is_zero(gap), (left, right)

    compare()
    assert min(counts[True, True], counts[False, False]) > 8, counts


def test_zero_is_zero_to_forty_digits():
    counts = Counter()

    @examples(2)
    @given(seeds)
    def look(seed):
        random = Random(seed)
        expr = scalars(random)
        gap = expr - rewritten(random.choice([expr, scalars(random, 2)]), random)
        if not is_written(gap) or ratio(gap) is None:
            return
        counts[is_zero(gap)] += 1
        if is_zero(gap):
            assert same(gap, Integer(0), random) is not False, gap

    look()
    assert min(counts[True], counts[False]) > 12, counts


@examples(2)
@given(seeds)
def test_normal_forms_have_the_value(seed):
    random = Random(seed)
    expr = scalars(random)
    found = ratio(expr)
    if found is None:
        return
    for form in (
        cancelled(expr),
        factored(expr),
        found.written(found.top) / found.written(found.bottom),
    ):
        assert same(expr, form, random) is not False, (expr, form)
        if is_written(form) and not nested(found):
            assert is_zero(form - expr) and cancelled(form) == cancelled(expr)
            assert factored(form) == factored(expr)
    first = len(found.symbols)
    assert all(max(map(int, e[first:]), default=0) <= 1 for e in found.top.to_dict())
    assert not any(found.bottom.degrees()[first:])
    assert found.bottom.leading_coefficient() == 1 and found.top.gcd(found.bottom) == 1


IDENTITIES = [
    (1 / (1 + sqrt(x)), (1 - sqrt(x)) / (1 - x)),
    (1 / (sqrt(x) + sqrt(y)), (sqrt(x) - sqrt(y)) / (x - y)),
    (1 / (sqrt(2) + sqrt(3)), sqrt(3) - sqrt(2)),
    (sqrt(6), sqrt(2) * sqrt(3)),
    (sqrt(Rational(8, 9)), 2 * sqrt(2) / 3),
    (sqrt(12 * n), 2 * sqrt(3) * sqrt(n)),
    (sqrt(n * d), sqrt(n) * sqrt(d)),
    (sqrt(n**3), n * sqrt(n)),
    (sqrt(n / d), sqrt(n * d) / d),
    (sqrt(1 / n), 1 / sqrt(n)),
    ((n + 1) ** Rational(-3, 2), sqrt(n + 1) / (n + 1) ** 2),
    (sqrt((n + 1) ** 2), n + 1),
    (sqrt(n**2 + 2 * n + 1), n + 1),
    (sqrt(x**4 + 2 * x**2 + 1), x**2 + 1),
    (sqrt(x**2) ** 2, x**2),
    (sqrt(x**2) / x, x / sqrt(x**2)),
    (sqrt(1 - x**2) ** 3, (1 - x**2) * sqrt(1 - x**2)),
    (sqrt(1 - sqrt(x)) ** 2 + sqrt(x), Integer(1)),
    (1 / (1 + sqrt(1 + sqrt(x))), (sqrt(1 + sqrt(x)) - 1) / sqrt(x)),
    (sqrt(n * (1 + sqrt(x))), sqrt(n + n * sqrt(x))),
    (sqrt(4 - 4 * x), 2 * sqrt(1 - x)),
    (sqrt(x / 4 - Rational(1, 2)), sqrt(x - 2) / 2),
    ((sqrt(x) + 1) * (sqrt(x) - 1), x - 1),
    ((x - 1) / (sqrt(x) - 1), sqrt(x) + 1),
    (sqrt((n + 1) ** 2 - n**2 - 2 * n - 1) + x, x),
]


@pytest.mark.parametrize(("left", "right"), IDENTITIES)
def test_identities_by_hand(left, right):
    assert is_zero(left - right) and cancelled(left) == cancelled(right)
    assert same(left, right, Random(1)) is not False if left.free_symbols <= {*SYMBOLS} else True


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sqrt(x**2), x),
        (sqrt(x) * sqrt(y), sqrt(x * y)),
        (sqrt(x**2 - 2 * x + 1), x - 1),
        (sqrt(n**2 - 2 * n + 1), n - 1),
        (sqrt(alpha / d), -sqrt(alpha) / sqrt(d)),
        (sqrt(2) * sqrt(3), sqrt(5)),
        (sqrt(1 + sqrt(x)), 1 + sqrt(x)),
        (sqrt(sqrt(x) + 1) * sqrt(sqrt(x) - 1), sqrt(x - 1)),
    ],
)
def test_what_differs_somewhere_is_not_zero(left, right):
    assert not is_zero(left - right)


@pytest.mark.parametrize(
    "expr", [sqrt(sqrt(-d) - 1), sqrt(n * sqrt(-d) + d), sqrt(1 + sqrt(-6 * n - 6))]
)
def test_roots_of_imaginary_roots_have_no_normal_form(expr):
    assert ratio(expr) is None or same(expr, cancelled(expr), Random(1))
    assert not is_zero(expr)


def test_what_has_no_normal_form():
    assert ratio(sympy.sin(x)) is None and ratio(sympy.pi * x) is None
    assert ratio(x ** Rational(1, 3)) is None and ratio(x**y) is None
    assert ratio(1 / (sqrt(n * x) - sqrt(n) * sqrt(x))) is None
    assert is_zero(sympy.sin(x) ** 2 + sympy.cos(x) ** 2 - 1)
    assert cancelled(sympy.sin(x) * x / x) == sympy.sin(x)


def test_written_forms_by_hand():
    assert factored((x**2 - 1) / (2 * x + 2)) == (x - 1) / 2
    assert str(factored((2 * y - 2 * x) / (3 * x))) == "-2*(x - y)/(3*x)"
    assert factored((x - 1) / (sqrt(x) - 1) * (n + d)) == (sqrt(x) + 1) * (d + n)
    assert factored(Integer(0) * x) == 0 and factored(Rational(6, 4)) == Rational(3, 2)
    assert cancelled(1 / (1 - sqrt(2))) == -1 - sqrt(2)


def rational(random, size=4):
    """A random rational function that is not zero."""
    while True:
        found = expression(random, random.randint(1, size), roots=0)
        if is_written(found) and sympy.cancel(found) != 0:
            return found


def sized(random):
    """A random rational function of at most moderate degree, so that SymPy is quick."""
    return rational(random, 3)


def _polynomial(expr):
    return sympy.Poly(expr, *SYMBOLS, domain="QQ")


@given(seeds)
def test_rational_functions_are_those_of_sympy(seed):
    random = Random(seed)
    expr = sized(random)
    expected = sympy.fraction(sympy.cancel(expr))
    top, bottom = (_polynomial(p) for p in sympy.fraction(cancelled(expr)))
    above, below = map(_polynomial, expected)
    assert top * below == above * bottom
    assert top.gcd(bottom).total_degree() == 0
    assert [p.total_degree() for p in (top, bottom)] == [p.total_degree() for p in (above, below)]
    assert is_zero(expr - sympy.cancel(expr)) and not is_zero(expr)


@given(seeds)
def test_common_divisors_are_those_of_sympy(seed):
    random = Random(seed)
    shared = random.choice([polynomial(random, 2), Integer(6)])
    values = [shared * polynomial(random, 2) * random.choice([1, 6, Rational(2, 3)]) for _ in "ab"]
    assert sympy.expand(common_divisor(values) - sympy.gcd_list(values)) == 0
    assert common_divisor([*values, sqrt(n)]) == sympy.gcd_list([*values, sqrt(n)])


@given(seeds)
def test_factors_are_those_of_sympy(seed):
    random = Random(seed)
    expr = sized(random)
    ours, theirs = factored(expr), sympy.factor(expr)
    assert is_zero(ours - theirs)

    def powers(value):
        found = Counter()
        for part in sympy.Mul.make_args(value):
            base, power = part.as_base_exp()
            if base.free_symbols:
                found[_polynomial(base).monic()] += int(power)
        return found

    assert powers(ours) == powers(theirs)


@given(seeds)
def test_values_are_those_of_sympy(seed):
    random = Random(seed)
    expr = rational(random)
    table = {s: Rational(random.randint(1, 99), random.randint(1, 9)) for s in SYMBOLS}
    at = {s.name: flint.fmpq(int(v.p), int(v.q)) for s, v in table.items()}
    expected = expr.subs(table)
    try:
        found = compiled(expr)(at)
    except ZeroDivisionError:
        assert expected in (sympy.zoo, sympy.nan)
        return
    assert expected == sympy.nan or (number(found) == expected == value_at(expr, table))


def test_roots_are_not_compiled_and_are_substituted():
    assert compiled(sqrt(x)) is None
    assert value_at(sqrt(x) + 1, {x: Integer(4)}) == 3
    assert value_at(x / (x + 1), {x: y}) == y / (y + 1)
    with pytest.raises(ZeroDivisionError):
        compiled(1 / (x - 1))({"x": 1})


@given(seeds)
def test_leading_terms_of_rational_functions(seed):
    random = Random(seed)
    expr, large = rational(random), flint.fmpq(10) ** 60
    coefficient, power = leading_term(expr, d)
    at = {n: flint.fmpq(2, 7), alpha: flint.fmpq(-5, 3)}
    with flint.ctx.workprec(BITS):
        value = ball(expr, {**at, d: large})
        leading = ball(coefficient, at) * flint.acb(large) ** int(power)
        assert abs(value / leading - 1) < flint.arb(10) ** -40, expr
    assert d not in coefficient.free_symbols


def test_tidied_scalars_are_the_same():
    kappa = sympy.Symbol("kappa")

    @given(seeds)
    def compare(seed):
        random = Random(seed)
        expr, named = sized(random), polynomial(random)
        assert is_zero(tidy(expr, alpha, {}) - expr)
        found = tidy(expr * named, alpha, {named: kappa} if named.is_Add else {})
        assert is_zero(found.subs(kappa, named) - expr * named)

    compare()
