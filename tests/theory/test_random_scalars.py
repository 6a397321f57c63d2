"""Random scalars: read, refused, written; risks against coordinates, brute force and by hand."""

from fractions import Fraction
from itertools import product
from random import Random

import flint
import pytest
import sympy

from tests.theory.design_files import isotropic_file
from tests.theory.written_designs import write_design
from theory.designs.design import Design
from theory.designs.instance import instance
from theory.designs.law import Law
from theory.designs.predictors import att, pgd, ssm, wpgd
from theory.errors import Underivable
from theory.language.files.reading import parse_design
from theory.language.formulas.places import Unreadable
from theory.language.gallery import designs, shipped
from theory.optima.derivation import derive
from theory.optima.equivalence.assumptions import models_are_steps, noise_is_equal
from theory.risks.coordinates import mean_at, risk_along, risk_at
from theory.risks.population import channel_risk, population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from theory.text.drawing import drawing

sigma, m, s = sympy.symbols("sigma m s")
SHARED, OWN, SHOWN = (
    shipped(name).design for name in ("random-scale", "elliptical", "shown-labels")
)


def text(scalars, level="prompt", **prompt):
    """A file with random scalars of one level."""
    laws = "".join(f'{name} = "{law}"\n' for name, law in scalars.items())
    given = {"features": "e", "task": "b", **prompt}
    query = given.pop("query", "q")
    made = isotropic_file("drawn", {"p": "[0, 1]", "rate": '[1, "oo"]'}, **given)
    made = made.replace('query = "q"', f'query = "{query}"')
    return made.replace("[gaussians.prompt]", f"[scalars.{level}]\n{laws}[gaussians.prompt]")


def test_weights_by_hand():
    """E y h over E h^2, where h = x' X' y: powers of the scale, and Wick's theorem for the rest."""
    # E s^3 / E s^2 = 3
    assert is_zero(derive(SHARED, pgd).weight - 1 / (3 * (n + d + 1) + sigma**2))
    # an example with itself has E tau^4 (d + 2) + sigma^2 E tau^2, with another one 1
    assert is_zero(derive(OWN, pgd).weight - 1 / (m * (d + 2) + sigma**2 + n - 1))
    p = sympy.Symbol("shown")
    found = derive(SHOWN, pgd)
    assert is_zero(found.weight - 1 / (d + 2 + sigma**2 + p * (n - 1)))
    assert is_zero(found.risk - (d + sigma**2 - found.weight * n * p * d))


def test_files_come_back():
    for design in (SHARED, OWN, SHOWN):
        assert parse_design(write_design(design)).design == design
    found = parse_design(text({"t": "uniform(p, p + 1/rate)", "u": "exponential(rate)"})).design
    laws = [one.law for one in found.random]
    p, rate = sympy.symbols("p rate")
    assert laws == [Law("uniform", (p, p + 1 / rate)), Law("exponential", (rate,))]
    assert parse_design(write_design(found)).design == found


ERRORS = [
    ({"t": "bernoulli(2)"}, {}, "7:6", "found bernoulli(2); expected a probability from 0 to 1"),
    ({"t": "bernoulli(p + 2)"}, {}, "7:6", "found bernoulli(p + 2); expected a probability"),
    ({"t": "moments(1, 1/2)"}, {}, "7:6", "expected moments that some law has, m2 >= m1^2"),
    ({"t": "uniform(1, 0)"}, {}, "7:6", "expected two ends, the lower one first"),
    ({"t": "exponential(1, 2)"}, {}, "7:6", "found 2 arguments in exponential(1, 2); expected"),
    ({"t": "normal(0, 1)"}, {}, "7:6", "unknown law 'normal'; did you mean"),
    ({"t": "uniform"}, {}, "7:6", "found 'uniform' as the law of t; expected uniform(a, b), exp"),
    ({"t": "uniform(0, n)"}, {}, "7:17", "found 'n' in the law of t, but a law is made of param"),
    ({"t": "uniform(0, q)"}, {}, "7:17", "unknown name in the law of t 'q'"),
    ({"t": "uniform(0,, 1)"}, {}, "7:16", "found the end of the formula; expected"),
    ({"t": "bernoulli(1/0)"}, {}, "7:18", "found a divisor that is zero"),
    ({"p": "bernoulli(1)"}, {}, "7:1", "found 'p' as the name of a random scalar of the prompt, "),
    ({"d": "bernoulli(1)"}, {}, "7:1", "found 'd' as the name of a random scalar of the prompt, "),
    ({"t": "bernoulli(1)"}, {"noise": "1/(1 + t)"}, "17:9", "nothing is divided by one"),
    ({"t": "uniform(-1, 1)"}, {"noise": "sqrt(t)"}, "17:9", "found a square root of t, and unif"),
    ({"t": "bernoulli(1)"}, {"noise": "sqrt(p*t)"}, "17:9", "expected a polynomial in random"),
]


@pytest.mark.parametrize(("scalars", "prompt", "place", "problem"), ERRORS)
def test_errors_say_where_and_what_was_expected(scalars, prompt, place, problem):
    with pytest.raises(Unreadable) as found:
        parse_design(text(scalars, **prompt), "my.toml")
    assert str(found.value).startswith(f"my.toml:{place}: "), str(found.value)
    assert problem in str(found.value)


def test_a_scalar_of_an_example_is_none_of_the_query():
    law = {"t": "bernoulli(p)"}
    for entries in ({"query_noise": "t"}, {"noise": "t"}, {"features": "e", "query_task": "t*b"}):
        with pytest.raises(Unreadable, match=r"drawn afresh for each|no query_noise"):
            parse_design(text(law, "example", **entries))
    with pytest.raises(Unreadable, match=r"unknown key in .scalars. 'examples'"):
        parse_design(text(law, "examples"))
    with pytest.raises(Unreadable, match="found 't' in scale, but it is random"):
        parse_design(text(law) + '[predictor]\nscale = "t"')


@pytest.mark.parametrize("design", [SHARED, OWN, SHOWN], ids=lambda design: design.name)
@pytest.mark.parametrize(("size", "features"), [(1, 2), (3, 1), (2, 2)])
def test_risks_are_those_found_coordinate_by_coordinate(design, size, features):
    random = Random(size)
    scalars = {p.name: Fraction(3 if p.name == "m" else 1, 2) for p in design.parameters}
    at = instance(design, n=size, d=features, scalars=scalars)
    rows = [[random.randint(-3, 3) for _ in range(features)] for _ in range(features)]
    W = flint.fmpq_mat(rows)
    assert derive(design, pgd).plain.risk_of(W, at) == risk_at(pgd, {"W": W}, at)


def test_hidden_labels_are_examples_without_weight():
    """By brute force: over all ways to show labels, each with its probability."""
    at = instance(SHOWN, n=3, d=2, scalars={"shown": Fraction(1, 3), "sigma": 2})
    whole = instance(designs.independent.isotropic(), n=3, d=2, scalars={"sigma": 2})
    W, total = flint.fmpq_mat([[1, 2], [0, -1]]), flint.fmpq(0)
    for shown in product((0, 1), repeat=3):
        chance = flint.fmpq(1, 3) ** sum(shown) * flint.fmpq(2, 3) ** (3 - sum(shown))
        total += chance * risk_at(wpgd, {"W": W, "Omega": EXACT.diagonal(list(shown))}, whole)
    assert risk_at(pgd, {"W": W}, at) == total


def test_attention_and_h3_have_no_more_than_their_steps():
    assert all(models_are_steps(design).holds for design in (SHARED, OWN, SHOWN))
    assert not noise_is_equal(SHOWN).holds and "random scale $t$" in noise_is_equal(SHOWN).why
    at = instance(OWN, n=2, d=1, scalars={"m": 2, "sigma": 1})
    one, two = flint.fmpq_mat([[2]]), flint.fmpq_mat([[-1]])
    weights = {"C_xx": one, "C_xy": two, "v_x": one, "v_y": two}
    named = {w.name: weights[w.name] for w in att.weights}
    risk = mean_at(
        lambda p, w: (p.label - att.predict(p, w)) @ (p.label - att.predict(p, w)), named, at
    )
    polynomial = population_risk(OWN, att)
    assert derive(OWN, pgd).plain.minimum(at).risk <= risk
    assert risk == at.values.put(named).scalar(polynomial)
    assert channel_risk(SHARED, ssm).constant == d + sigma**2


def test_too_few_moments_are_refused_where_they_are_needed():
    few = parse_design(text({"t": "moments(0, 1)"}, features="t*e")).design
    with pytest.raises(Underivable, match="moment of order 4 of t"):
        derive(few, pgd)
    enough = parse_design(text({"t": "moments(0, 1)"}, query="t*q", query_noise="t")).design
    assert isinstance(enough, Design) and derive(enough, pgd)
    assert enough.noise_variance_of_query == 1


def test_roots_that_are_left_over_are_refused():
    found = parse_design(text({"t": "uniform(0, 1)"}, query_task="b + sqrt(t)*b")).design
    with pytest.raises(Underivable, match="a root of t is left over"):
        derive(found, pgd)
    at = instance(found, n=1, d=1, scalars={"p": 0, "rate": 1})
    with pytest.raises(ArithmeticError, match="not rational"):
        risk_along(pgd, {"W": EXACT.identity(1)}, {"W": EXACT.identity(1)}, at)


def test_laws_are_drawn_with_the_design():
    lines = [f.latex for f in drawing(OWN)]
    assert r"(\mathbb{E}\, \tau_{i}^k)_{k \ge 1} = (0, 1, 0, m, \dots)" in lines
    assert r"x_i = \tau_{i}\, e_{i}" in lines
    assert r"t_{i} \sim \mathrm{Bernoulli}(\mathrm{shown})" in [f.latex for f in drawing(SHOWN)]
