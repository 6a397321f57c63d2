"""Laws of random scalars: moments by integration, and which moments no law has."""

from fractions import Fraction

import pytest
import sympy

from theory.designs.combinations import vector
from theory.designs.defined_at import undefined
from theory.designs.design import Design
from theory.designs.instance import instance
from theory.designs.law import Law, recurrence
from theory.designs.parameter import Parameter
from theory.designs.random_scalars import RandomScalar, in_powers, mean
from theory.errors import InputError, Underivable
from theory.language.gallery import shipped

x, a, p, s, t = sympy.symbols("x a p s t")
DENSITIES = {
    Law("uniform", (-1, a)): (1 / (a + 1), -1, a),
    Law("exponential", (3,)): (3 * sympy.exp(-3 * x), 0, sympy.oo),
}


@pytest.mark.parametrize("law", DENSITIES, ids=str)
def test_moments_are_integrals_over_the_density(law):
    density, low, high = DENSITIES[law]
    for order in range(5):
        integral = sympy.integrate(x**order * density, (x, low, high))
        assert sympy.simplify(law.moment(order) - integral) == 0


def test_moments_of_few_values():
    assert [Law("bernoulli", (p,)).moment(k) for k in range(3)] == [1, p, p]
    given = Law("moments", (a, 1 + a**2))
    assert [given.moment(k) for k in range(3)] == [1, a, 1 + a**2]
    with pytest.raises(Underivable, match="order 3 of a random scalar is needed"):
        given.moment(3)


def of_values(values, weights, most):
    """The moments of a law with these values."""
    return tuple(
        sum(
            (
                sympy.Rational(w) * sympy.Rational(v) ** k
                for v, w in zip(values, weights, strict=True)
            ),
            sympy.Integer(0),
        )
        for k in range(1, most + 1)
    )


@pytest.mark.parametrize("most", range(1, 9))
def test_the_recurrence_ends_where_a_law_has_few_values(most):
    moments = of_values((-1, "1/2", 2), ("1/2", "1/3", "1/6"), most)
    along, beside = recurrence(moments)
    assert len(along) == min(3, (most + 1) // 2) and len(beside) == min(2, most // 2)
    assert all(norm > 0 for norm in beside)


# the last ones have non-negative Hankel matrices: they are singular, and later moments do not fit
NO_LAW = [(1, 0), (0, 1, 2, 4), (0, 0, 1), (0, 0, 0, 1), (1, 1, 2), (0, 1, 0, 1, 1, 2)]


@pytest.mark.parametrize("moments", NO_LAW)
def test_moments_that_no_law_has(moments):
    with pytest.raises(InputError, match="expected moments that some law has, m2 >= m1"):
        Law("moments", moments)


@pytest.mark.parametrize(
    ("family", "arguments", "problem"),
    [
        ("uniform", (2, 1), r"found uniform\(2, 1\); expected two ends, the lower one first"),
        ("exponential", (0,), r"found exponential\(0\); expected a positive rate"),
        ("bernoulli", (-1,), "expected a probability from 0 to 1"),
        ("bernoulli", (1, 2), r"found 2 arguments in bernoulli\(1, 2\); expected bernoulli\(p\)"),
        ("moments", tuple([1] * 9), "found 9 arguments"),
        ("normal", (0, 1), "unknown law 'normal'"),
    ],
)
def test_no_such_law(family, arguments, problem):
    with pytest.raises(InputError, match=problem):
        Law(family, arguments)


def test_powers_and_means():
    assert in_powers((1 + s) * t / (a + 1), (s, t)) == {(0, 1): 1 / (a + 1), (1, 1): 1 / (a + 1)}
    for wrong in (1 / s, sympy.sqrt(1 + s), sympy.sqrt(a * s), s / (1 + s)):
        with pytest.raises(InputError, match="nothing is divided by one"):
            in_powers(wrong, (s,))
    both = [RandomScalar("s", Law("bernoulli", (p,))), RandomScalar("t", Law("uniform", (0, 1)))]
    assert mean((s + t) ** 2 + a, both) == p + p + sympy.Rational(1, 3) + a
    with pytest.raises(Underivable, match="a root of a random scalar that is not squared"):
        mean(sympy.sqrt(t), both)


def design(law, **entries):
    """Features with a random scale."""
    given = {
        "query": vector("q"),
        "features": s * vector("q"),
        "task": vector("b"),
        "prompt": (("q", "I"), ("b", "I")),
        "parameters": (Parameter("p"), Parameter("a")),
        "random": (RandomScalar("s", law),),
    }
    return Design("one", "", **(given | entries))


def test_what_a_law_asks_of_parameters_is_a_condition():
    found = design(Law("bernoulli", (p,)))
    assert [str(one) for one in found.promised] == ["1 >= p"]
    at = instance(found, n=1, d=1, scalars={"p": 2, "a": 0})
    assert undefined(at) == "1 >= p does not hold"
    # Hankel's matrix is non-negative at p = 0, and m_4 = 1 does not follow m_2 = 0
    found = design(Law("moments", (0, p, 0, 1 + p**2)))
    assert undefined(instance(found, n=1, d=1, scalars={"p": 1, "a": 0})) is None
    assert "expected moments that some law has" in undefined(
        instance(found, n=1, d=1, scalars={"p": 0, "a": 0})
    )
    (one,) = design(Law("bernoulli", (p,))).at(p=Fraction(3, 4)).random
    assert one.law == Law("bernoulli", (Fraction(3, 4),))


@pytest.mark.parametrize(
    ("law", "entries", "problem"),
    [
        (Law("bernoulli", (p + 2,)), {}, "expected a probability from 0 to 1, wherever"),
        (Law("exponential", (-a,)), {}, "expected a positive rate, wherever parameters are"),
        (Law("bernoulli", (x,)), {}, "unknown parameter in the law of s 'x'"),
        (Law("uniform", (-1, 1)), {"noise": sympy.sqrt(s)}, "a square root of s, and uniform"),
        (Law("uniform", (0, 1)), {"noise": 1 / (1 + s)}, "nothing is divided by one"),
    ],
)
def test_designs_that_there_are_not(law, entries, problem):
    with pytest.raises(InputError, match=problem):
        design(law, **entries)


def test_the_query_has_no_scalar_of_an_example():
    own = (RandomScalar("s", Law("uniform", (0, 1)), per_example=True),)
    with pytest.raises(InputError, match="cannot depend on s, which is drawn for each example"):
        design(own[0].law, random=own, query=s * vector("q"))
    with pytest.raises(InputError, match="query_noise"):
        design(own[0].law, random=own, noise=s)


def test_arguments_of_laws_are_rational_and_rounded_only_where_they_are_floats():
    design, exact = shipped("elliptical").design, Fraction(1, 3**30) + 2
    for given, expected in ((1.1, Fraction(11, 10)), (exact, exact)):
        found = instance(design, n=3, d=2, scalars={"sigma": 1, "m": given}).laws["tau"]
        assert found.arguments == (0, 1, 0, sympy.Rational(expected))
