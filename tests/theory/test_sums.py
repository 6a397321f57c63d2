"""Sums over the examples: closed forms and named sums against adding up."""

from fractions import Fraction
from random import Random

import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import Integer, Rational, sqrt

from tests.theory.scalars import exact
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.sums import Sums, summand_of, summed, total
from theory.algebra.traces import Trace
from theory.algebra.words import D, Factor, N, diagonal, fixed
from theory.designs.instance import instance
from theory.designs.predictors import pgd, wpgd
from theory.errors import Underivable, UnknownName
from theory.language.files.reading import EXAMPLE, parse_design
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.risks.coordinates import risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT, FLOATING, fraction
from theory.scalars.symbols import d, i, n

k, rho, s_1 = sympy.symbols("k rho s_1")
STEP = (k - i + Rational(1, 2)) / sqrt((k - i + Rational(1, 2)) ** 2)
ENTRIES = (
    i / n,
    1 - i / n,
    i**2 + rho,
    1 / i,
    rho / (i + 1),
    i / (i + rho),
    (i + n) / (2 * i + d),
    1 / (i * (i + 2)),
    STEP,
    (1 + STEP) / 2,
    sqrt(i**2) * rho,
    d - n,
)
AT = {"d": 3, "rho": Fraction(2, 5), "k": 2, "s_1": Fraction(7, 3)}
OMEGA = diagonal("Omega", N)


def letters(entry):
    return letter(diagonal(f"diag({entry})", N, entry))


def value(expr, scalars):
    """The exact value of a scalar in which sums have been named or closed."""
    return exact(expr, {name: fraction(v) for name, v in scalars.items()})


def added(entry, size):
    return sum(exact(entry, {**AT, "n": size, "i": at}) for at in range(1, size + 1))


@given(st.integers(0, 2**32), st.integers(-3, 3), st.integers(0, 5))
@example(0, 1, 0)
def test_polynomials_are_summed(seed, low, length):
    random = Random(seed)
    parts = (random.randint(-3, 3) * i**p * random.choice([1, n, rho / d]) for p in range(4))
    expr, high = sympy.Add(*parts), low + length - 1
    terms = [expr.subs(i, at).subs(n, high) for at in range(low, high + 1)]
    assert sympy.expand(total(expr, i, Integer(low), n).subs(n, high) - sum(terms)) == 0


@pytest.mark.parametrize("expr", [1 / i, sqrt(i), STEP, 2**i, i ** sympy.Symbol("p")])
def test_what_is_no_polynomial_has_no_closed_form(expr):
    with pytest.raises(Underivable, match="no sum in closed form"):
        total(expr, i, Integer(1), n)


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_trace_is_the_sum_of_its_entries(entry, size):
    found, sums = summed(letters(entry).trace())
    scalars = sums.at({**AT, "n": size}, EXACT)
    assert value(found.constant, scalars) == added(entry, size)
    assert bool(sums.entries) is not entry.is_polynomial(i)


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_products_of_traces_are_products_of_sums(seed, size):
    random = Random(seed)
    polynomial, expected = TracePolynomial(), Fraction(0)
    for _ in range(random.randint(1, 3)):
        factor = random.choice([Integer(2), n, d + 1, rho])
        term, product = TracePolynomial.of(factor), exact(factor, {**AT, "n": size})
        for _ in range(random.randint(1, 2)):
            chosen = [random.choice(ENTRIES) for _ in range(random.randint(1, 3))]
            word = letters(chosen[0])
            for entry in chosen[1:]:
                word = word @ letters(entry)
            term = term * word.trace()
            product *= added(sympy.Mul(*chosen), size)
        polynomial, expected = polynomial + term, expected + product
    found, sums = summed(polynomial)
    assert value(found.constant, sums.at({**AT, "n": size}, EXACT)) == expected
    assert len({name for name, _ in sums.entries}) == len(sums.entries)
    assert {name for name, _ in sums.entries} <= found.constant.free_symbols


def test_sums_in_floating_point_are_close():
    _, sums = summed(letters(1 / (i + rho)).trace() * letters(STEP).trace())
    scalars = {**AT, "n": 4}
    close = sums.at({name: float(v) for name, v in scalars.items()}, FLOATING)
    for name, v in sums.at(scalars, EXACT).items():
        assert close[name] == pytest.approx(float(fraction(v)))


def test_definitions_say_what_is_added_up():
    _, sums = summed(letters(1 / i).trace() + letters(STEP).trace())
    scalars = {**AT, "n": 4}
    numbers = {sympy.Symbol(name): sympy.Rational(str(v)) for name, v in scalars.items()}
    for name, meaning in sums.definitions:
        assert meaning.subs(numbers).doit() == sympy.Rational(
            str(sums.at(scalars, EXACT)[name.name])
        )


def test_sums_by_hand():
    assert summed(letters(i / n).trace())[0].constant == n / 2 + Rational(1, 2)
    assert summed(letters(d).trace())[0].constant == d * n
    found, sums = summed(letters((i + 1) / i).trace())
    ((name, entry),) = sums.entries
    assert (found.constant, entry) == (n + name, 1 / i)
    found, sums = summed(letters((i**2 + 1) / (2 * i + 2)).trace())
    ((name, entry),) = sums.entries
    assert entry == 1 / (i + 1) and sympy.expand(found.constant - n**2 / 4 + n / 4 - name) == 0
    assert summed(TracePolynomial.of(n + 1)) == (TracePolynomial.of(n + 1), Sums())


def test_the_same_sum_has_one_name():
    found, sums = summed(
        letters(1 / i).trace() * 2 + letters(3 / i).trace() * letters(1 / i).trace()
    )
    ((name, _),) = sums.entries
    assert sympy.expand(found.constant - 2 * name - 3 * name**2) == 0
    _, sums = summed(letters(1 / i).trace() + letters(1 / (i + 1)).trace())
    assert len(sums.entries) == 2


def test_sums_that_cancel_are_not_named():
    found, sums = summed(letters(1 / i).trace() - letters(1 / i - 1).trace())
    assert (found.constant, sums) == (n, Sums())


def test_where_a_summand_is_not_defined():
    _, sums = summed(letters(1 / (i - 2)).trace())
    assert fraction(sums.at({"n": 1}, EXACT)["s_1"]) == -1
    with pytest.raises(ZeroDivisionError):
        sums.at({"n": 2}, EXACT)
    with pytest.raises(UnknownName, match="scalar 'rho'"):
        summed(letters(1 / (i + rho)).trace())[1].at({"n": 2}, EXACT)


def test_names_in_use_are_left_alone():
    trace = letters(1 / i).trace() + letters(1 / (i + 1)).trace()
    taken = frozenset({"s_1", "s_3"})
    assert [name.name for name, _ in summed(trace, taken)[1].entries] == ["s_2", "s_4"]
    found, sums = summed(trace * s_1)
    assert "s_1" not in {name.name for name, _ in sums.entries}
    scalars = sums.at({**AT, "n": 3}, EXACT)
    assert value(found.constant, scalars) == AT["s_1"] * (added(1 / i, 3) + added(1 / (i + 1), 3))
    long = frozenset(f"s_{at}" for at in range(1, 40))
    assert {name.name for name, _ in summed(trace, long)[1].entries}.isdisjoint(long)


@pytest.mark.parametrize("covariance", ["I", "s_2"])
def test_parameters_and_covariances_named_as_sums_are(covariance):
    """The optimum of a design whose names are those that sums are given."""
    text = EXAMPLE.replace("alpha = [0, 1]", 's_1 = [0, "oo"]').replace("alpha*q", "(s_1/i)*q")
    text = text.replace("[limits.proportional]", '[limits.x]\ns_1 = "1"')
    text = text.replace('b = "I"', f'b = "{covariance}"')
    if covariance != "I":
        text = text.replace(
            "[gaussians.prompt]", f'[covariances]\n{covariance} = "psd"\n[gaussians.prompt]'
        )
    design = parse_design(text).design
    found = derive(design, pgd)
    named = {name.name for name, _ in found.plain.sums.entries}
    assert named and named.isdisjoint({"s_1", "s_2"} if covariance != "I" else {"s_1"})
    roots = {covariance: [[2, 1], [1, 1]]} if covariance != "I" else {}
    at = instance(design, n=2, d=2, scalars={"s_1": Fraction(3, 2)}, roots=roots)
    weight = EXACT.matrix([[1, 2], [-1, 3]])
    assert found.plain.risk_of(weight, at) == risk_at(pgd, {"W": weight}, at)


def test_sample_weights_stay():
    trace = (letter(OMEGA) @ letters(1 / i)).trace()
    polynomial = trace * letters(i).trace() + trace * trace + letters(1 / i).trace()
    found, sums = summed(polynomial)
    assert found.degree(OMEGA) == 2 and len(sums.entries) == 1
    for monomial in found.terms:
        assert all(summand_of(t)[0] > 0 for t in monomial)
    plain, none = summed(population_risk(designs.rag, wpgd))
    assert plain == population_risk(designs.rag, wpgd) and none == Sums()


def test_what_multiplies_the_sample_weights():
    known = diagonal("E", N, i / n)
    word = (Factor(OMEGA, False), Factor(known, False), Factor(OMEGA, False), Factor(known, False))
    assert summand_of(Trace(word)) == (2, i**2 / n**2)
    assert summand_of(Trace((Factor(known, False),))) == (0, i / n)
    assert summand_of(Trace((Factor(fixed("W", D, D), False),))) == (1, Integer(1))
