"""Examples read one by one: against all at once, and against coordinates where only they can be."""

import flint
import pytest
import sympy

from theory.algebra.indexed import diagonal_of, entry_of, unit
from theory.algebra.moments import expectation
from theory.algebra.polynomials import letter
from theory.algebra.products import mean_product
from theory.algebra.sums import summed
from theory.algebra.words import N, Space, diagonal, random_scalar
from theory.designs import predictors
from theory.designs.by_example import OneExample
from theory.designs.combinations import vector
from theory.designs.design import Design
from theory.designs.groups import Share
from theory.designs.instance import instance
from theory.designs.parameter import Parameter
from theory.designs.prompt import Words, read
from theory.errors import InputError, Underivable
from theory.language import gallery
from theory.language.gallery import designs
from theory.risks.coordinates import risk_at
from theory.risks.population import channel_risk, population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import d, i, n
from verify.degrees import risk_degrees
from verify.quantities.equivalence.engine import weighted_risk

sigma, k = sympy.symbols("sigma k")
ALL = [
    designs.rag,
    designs.drifting,
    designs.biased_task,
    designs.growing_noise,
    *(gallery.shipped(name).design for name in ("rag-general", "partly-retrieved")),
]


def risks(design, algebra):
    """Those of PGD, WPGD and attention, and what two channels of H3 share."""
    prompt = read(design, algebra)
    for predictor in (predictors.pgd, predictors.wpgd, predictors.att):
        residual = (prompt.label - predictor.predict(prompt, predictor.words())).trace()
        yield mean_product(residual, residual)
    first, second = (predictors.ssm.predict(prompt, predictors.ssm.words(c)) for c in "12")
    yield mean_product(first.trace(), second.trace())


@pytest.mark.parametrize("design", ALL, ids=lambda design: design.name)
def test_one_by_one_is_all_at_once(design):
    at_once, one_by_one = (
        list(risks(design, Words(design))),
        list(risks(design, OneExample(design))),
    )
    assert [one.terms for one in one_by_one] == [one.terms for one in at_once]


def own_tasks(**changes):
    """Tasks that come close to the query's along the prompt, and share a part with features."""
    given = {
        "query": vector("q"),
        "features": vector("e") + sympy.Rational(1, 2) * vector("t"),
        "task": i / n * vector("b") + 2 * vector("t"),
        "query_task": vector("b"),
        "prompt": (("q", "I"), ("b", "I")),
        "example": (("e", "I"), ("t", "S")),
        "noise": sigma,
        "parameters": (Parameter("sigma", 0, sympy.oo),),
        "covariances": ("S",),
    }
    return Design("own", "", **(given | changes))


GROUPS = own_tasks(
    task=vector("b"),
    parameters=(Parameter("sigma", 0, sympy.oo), Parameter("k", 0, n, whole=True)),
    examples=(Share("near", k, task=vector("b") + vector("t")), Share("far", task=vector("t"))),
)


@pytest.mark.parametrize("design", [own_tasks(), GROUPS], ids=["index", "groups"])
@pytest.mark.parametrize(("size", "root"), [(1, [[2, 1], [1, 3]]), (3, [[2]])])
def test_risks_are_those_found_coordinate_by_coordinate(design, size, root):
    scalars = {p.name: 2 if p.name == "sigma" else 1 for p in design.parameters}
    at = instance(design, n=size, d=len(root), scalars=scalars, roots={"S": root})
    W = flint.fmpq_mat([[flint.fmpq(1 + 2 * r - c, 7) for c in range(at.d)] for r in range(at.d)])
    closed, _ = summed(population_risk(design, predictors.pgd))
    found = at.values.put({"W": W}).scalar(closed)
    assert found == risk_at(predictors.pgd, {"W": W}, at)


def test_sample_weights_belong_to_their_examples():
    design, root = own_tasks(), [[2]]
    at = instance(design, n=3, d=1, scalars={"sigma": 2}, roots={"S": root})
    W, omega = flint.fmpq_mat([[flint.fmpq(1, 7)]]), EXACT.diagonal([1, 2, -3])
    assert weighted_risk(W, omega, at) == risk_at(predictors.wpgd, {"W": W, "Omega": omega}, at)


def test_examples_of_a_row_are_the_same_and_of_two_rows_are_not():
    # E (sum_i g_i)^4 has three kinds of pairings; one sum squared has n, two sums n^2
    noise = OneExample(designs.rag).noise(designs.rag.groups[0]).parts[0]
    square = (noise @ noise.mT).trace()
    assert mean_product(square, square) == n**2 + 2 * n
    assert mean_product(noise.trace(), noise.trace()) == n
    assert mean_product(square, letter(unit(N)).trace()) == n**2


def test_an_entry_knows_its_diagonal():
    some = Space("n[some]", k)
    for whole in (diagonal("Omega", N), diagonal("Omega[some]", some), diagonal("diag(i)", N, i)):
        assert diagonal_of(entry_of(whole)) == whole


def test_random_scalars_have_their_moments():
    t = letter(random_scalar("t", [sympy.Integer(0), sigma, sympy.Integer(5)])).trace()
    assert expectation((t + 2) ** 3) == 5 + 6 * sigma + 8
    with pytest.raises(Underivable, match="order 4 of t, of which 3 are known"):
        expectation(t**4)


def test_the_query_needs_a_task_and_several_steps_are_not_read_one_by_one():
    with pytest.raises(InputError, match="the query has none; give query_task"):
        own_tasks(query_task=None)
    with pytest.raises(Underivable, match="in several steps examples are read all at once"):
        population_risk(own_tasks(), predictors.polynomial(2))
    with pytest.raises(Underivable, match="no words in matrices of all examples"):
        read(own_tasks(), Words(own_tasks()))


def test_an_exchangeable_design_has_degrees_that_interpolation_can_use():
    alike = own_tasks(task=vector("b") + vector("t"))
    assert risk_degrees(alike, predictors.pgd).n == 2
    assert channel_risk(alike, predictors.ssm).constant == d + sigma**2
