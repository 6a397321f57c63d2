"""Powers whose exponent holds the index of an example: their normal form, values and signs."""

from fractions import Fraction

import flint
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.design_files import isotropic_file
from tests.theory.written_designs import write_design
from theory.algebra.sums import Sums, summed
from theory.algebra.values import scalar_value
from theory.designs.domain import NOT_ZERO, conditions
from theory.designs.predictors import pgd
from theory.errors import Irrational
from theory.language.files.reading import parse_design
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Unreadable
from theory.language.formulas.printing import printed
from theory.language.formulas.tree import IndexPower
from theory.language.formulas.values import Rationals, value
from theory.language.formulas.zeros import refuse_zero_divisors
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT, FLOATING
from theory.scalars.powers import varies, without_powers
from theory.scalars.rational import cancelled, compiled, factored, is_zero
from theory.scalars.signs import is_nonnegative, is_positive
from theory.scalars.symbols import i, k, n

rho, sigma = sympy.symbols("rho sigma")
IN_0_1 = {rho: (sympy.Integer(0), sympy.Integer(1))}
slopes = st.integers(-3, 3)


@given(*[slopes] * 6, st.integers(1, 6), st.data())
def test_the_normal_form_has_the_value(a, b, c, e, f, g, size, data):
    index = data.draw(st.integers(1, size))
    base = data.draw(st.sampled_from([2, -3, Fraction(1, 2)]))
    written = rho ** (a * i + b * n + c) / (sigma + 3) - rho ** (e * i + f * n + g) * sigma
    at = {"i": index, "n": size, "rho": base, "sigma": 2}
    powers = Fraction(base) ** (a * index + b * size + c) / 5
    powers -= Fraction(base) ** (e * index + f * size + g) * 2
    plain = flint.fmpq(*powers.as_integer_ratio())
    for expr in (written, cancelled(written), factored(written)):
        assert scalar_value(expr, at, EXACT) == plain
    assert compiled(written)({**at, "rho": flint.fmpq(*Fraction(base).as_integer_ratio())}) == plain
    assert is_zero(written - cancelled(written))


def test_powers_multiply_as_they_should():
    assert is_zero(rho ** (n + 1 - i) * rho ** (i - 1) - rho**n)
    assert is_zero(rho ** (i - k) * rho**k - rho**i)
    assert not is_zero(rho ** (n - i) - rho ** (n + 1 - i))
    assert cancelled(rho ** (n + 1 - i) / rho ** (n - i)) == rho
    assert not without_powers(rho**2 + sympy.sqrt(rho))[1] and not varies(sympy.sqrt(rho))


def test_a_base_may_be_zero():
    coefficient = cancelled(rho ** (n - i) + rho ** (i - 1))
    for arithmetic in (EXACT, FLOATING):
        at = {"n": 3, "rho": 0}
        found = [scalar_value(coefficient, {**at, "i": index}, arithmetic) for index in (1, 2, 3)]
        assert found == [1, 0, 1]


def test_signs_and_conditions_are_seen_over_the_range():
    inside = 1 - rho ** (2 * (n + 1 - i))
    assert is_nonnegative(inside, IN_0_1) and not is_positive(inside, IN_0_1)
    assert is_positive(inside + 1, IN_0_1)
    assert not is_nonnegative(inside, {rho: (sympy.Integer(0), sympy.oo)})
    assert not is_nonnegative(rho ** (n - i), {rho: (-sympy.Integer(1), sympy.Integer(1))})
    assert conditions([sympy.sqrt(inside)], IN_0_1) == ()
    (needed,) = conditions([rho ** (-i)], IN_0_1)
    assert (needed.expression, needed.relation) == (rho, NOT_ZERO)


FADING = isotropic_file(
    "fading",
    {"rho": "[0, 1]"},
    task="rho^(n + 1 - i)*b",
    query_task="b",
    noise="0.5^(2*i)",
    query_noise="0",
)


def test_a_file_says_them_and_is_written_back():
    design = parse_design(FADING).design
    assert design.task.terms[0].coefficient == rho ** (n + 1 - i)
    assert design.noise == sympy.Rational(1, 2) ** (2 * i)
    assert parse_design(write_design(design)).design == design


def test_their_sums_keep_a_name():
    _, sums = summed(population_risk(parse_design(FADING).design, pgd))
    entries = {cancelled(entry) for _, entry in sums.entries}
    assert rho ** (n + 1 - i) in entries
    at = sums.at({"n": 2, "d": 1, "rho": flint.fmpq(1, 3)}, EXACT)
    (name,) = [name for name, entry in sums.entries if cancelled(entry) == rho ** (n + 1 - i)]
    assert at[name.name] == flint.fmpq(4, 9)


@pytest.mark.parametrize("base", [0, 1, 2, Fraction(9, 10), -1, Fraction(9999, 10000)])
@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize(
    "entry",
    [
        rho ** (n - i),
        rho ** (i - 1),
        rho ** (n + 1 - i),
        3 * sigma * rho ** (2 * i - 1),
        rho**i + i,
    ],
)
def test_sums_of_powers_are_those_of_all_terms(base, entry, size):
    at = {"n": size, "rho": base, "sigma": 2}
    terms = (scalar_value(entry, {**at, "i": index}, EXACT) for index in range(1, size + 1))
    total = sum(terms, flint.fmpq(0))
    for arithmetic in (EXACT, FLOATING):
        found = Sums(((sympy.Symbol("s"), entry),)).at(at, arithmetic)["s"]
        assert float(found) == pytest.approx(float(total), rel=1e-12)
    assert Sums(((sympy.Symbol("s"), entry),)).at(at, EXACT)["s"] == total


def test_no_sums_need_no_number_of_examples():
    assert Sums().at({"n_max": 3}, EXACT) == {"n_max": 3}


def test_long_sums_of_powers_are_quick():
    sums = Sums(((sympy.Symbol("s"), rho ** (n + 1 - i)),))
    assert sums.at({"n": 10**6, "rho": 0.5}, FLOATING)["s"] == 1
    assert sums.at({"n": 10**6, "rho": 1}, EXACT)["s"] == 10**6
    with pytest.raises(Irrational, match="too many digits here"):
        sums.at({"n": 10**6, "rho": Fraction(1, 2)}, EXACT)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rho^(n+1-i)", "rho^(n + 1 - i)"),
        ("rho^i", "rho^(i)"),
        ("rho^(-i)", "rho^(-i)"),
        ("rho^(2*(n - i))", "rho^(2*n - 2*i)"),
        ("0.5^(i - 1)*2", "0.5^(i - 1)*2"),
    ],
)
def test_they_are_printed_as_they_are_read(text, shown):
    tree = parse(text)
    assert printed(tree) == shown and parse(shown) == tree


def test_values_of_formulas():
    at = {name: flint.fmpq(v) for name, v in {"n": 4, "i": 3, "rho": 2}.items()}
    assert value(parse("rho^(n + 1 - i) + rho^(i - n)"), Rationals(at)) == flint.fmpq(9, 2)
    with pytest.raises(ZeroDivisionError):
        value(parse("rho^(-i)"), Rationals({**at, "rho": flint.fmpq(0)}))


def test_divisors_that_vanish_are_found():
    for text in ("1/(1 - rho^i)", "1/(rho^(i + 1) - rho^i)"):
        refuse_zero_divisors(parse(text))
    with pytest.raises(Unreadable, match="zero for all values"):
        refuse_zero_divisors(parse("1/(rho^(n - i)*rho^i - rho^(n + i)*rho^(-i))"))
    with pytest.raises(Unreadable, match="zero for all values"):
        refuse_zero_divisors(parse("1/(rho^(i + 1) - rho*rho^i)"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rho^(i*i)", "found an exponent of another kind"),
        ("rho^(i/2)", "found an exponent of another kind; expected whole multiples, up to 20"),
        ("rho^(21*i)", "found an exponent of another kind"),
        ("rho^(i + d)", "found an exponent of another kind"),
        ("rho^(1/i)", "found an exponent of another kind"),
        ("rho^(i^2)", "found an exponent of another kind"),
        ("rho^n", "found 'n' in an exponent"),
    ],
)
def test_other_exponents_are_refused(text, problem):
    with pytest.raises(Unreadable, match=problem):
        parse(text)


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("(1 + rho)^i*b", "to an exponent with i in task; expected a parameter, or a number"),
        ("0^i*b", "found .0. to an exponent with i"),
        ("n^i*b", "found .n. to an exponent with i"),
    ],
)
def test_other_bases_are_refused(part, problem):
    text = FADING.replace("rho^(n + 1 - i)*b", part)
    with pytest.raises(Unreadable, match=problem):
        parse_design(text)


def test_only_examples_have_an_index():
    with pytest.raises(Unreadable, match="found 'i' in query"):
        parse_design(FADING.replace('query = "q"', 'query = "rho^i*q"'))
    assert isinstance(parse("rho^i"), IndexPower)
