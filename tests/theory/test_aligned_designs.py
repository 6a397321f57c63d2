"""Retrieval-augmented and task-aligned prompts: exact optima at finite size."""

from fractions import Fraction
from random import Random

import pytest
import sympy

from theory.designs.design import ranges_of
from theory.designs.instance import instance
from theory.designs.predictors import att, pgd
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.risks.coordinates import risk_along, risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT, fraction
from theory.scalars.rational import is_zero
from theory.scalars.signs import is_nonnegative, is_positive
from theory.scalars.symbols import d, n
from verify.instances import random_matrix

ALIGNED = [designs.rag, designs.rag_unit, designs.task_aligned, designs.task_aligned_features]
by_name = pytest.mark.parametrize("design", ALIGNED, ids=lambda design: design.name)
sigma = sympy.Symbol("sigma")

# alpha with a rational sqrt(1 - alpha^2), and one with a rational sqrt(alpha^2 d + 1), at (n, d).
POINTS = {
    "rag": [
        (1, 1, Fraction(3, 5)),
        (2, 2, Fraction(4, 5)),
        (3, 2, Fraction(1)),
        (1, 3, Fraction(0)),
    ],
    "rag-unit": [(1, 1, Fraction(1, 2)), (2, 2, Fraction(1, 3)), (3, 2, Fraction(1))],
    "task-aligned": [(1, 1, Fraction(3, 4)), (2, 2, Fraction(4, 7)), (1, 3, Fraction(4, 11))],
}
POINTS["task-aligned-features"] = POINTS["task-aligned"]


def points(design):
    for count, size, alpha in POINTS[design.name]:
        scalars = {"alpha": alpha, "sigma": Fraction(2, 3)}
        yield instance(design, n=count, d=size, scalars=scalars)


@by_name
def test_the_risk_polynomial_is_that_of_the_coordinates(design):
    for at in points(design):
        random = Random(at.n)
        for predictor in (pgd, att) if at.n * at.d <= 2 else (pgd,):
            shape = {"d": at.d, "1": 1}
            weights = {
                w.name: EXACT.matrix(
                    [
                        [random.randint(-3, 3) for _ in range(shape[w.cols.name])]
                        for _ in range(shape[w.rows.name])
                    ]
                )
                for w in predictor.weights
            }
            value = at.values.put(weights).scalar(population_risk(design, predictor))
            assert value == risk_at(predictor, weights, at)


@by_name
def test_the_derived_optimum_is_stationary_in_the_coordinates(design):
    found = derive(design, pgd).plain
    for at in points(design):
        weight, risk = found.at(at)
        here = {"W": EXACT.identity(at.d) * weight}
        line = risk_along(pgd, here, {"W": random_matrix(Random(1), at.d, 9)}, at)
        assert line[0] == risk and line[1] == 0 and line[2] >= 0


@by_name
def test_without_alignment_it_is_the_independent_design(design):
    plain = derive(designs.independent.isotropic(), pgd)
    found = derive(design, pgd)
    alpha = sympy.Symbol("alpha")
    assert is_zero(found.weight.subs(alpha, 0) - plain.weight)
    assert is_zero(found.risk.subs(alpha, 0) - plain.risk)


def test_features_equal_to_the_query_leave_a_flat_direction():
    """At alpha = 1 an antisymmetric weight predicts nothing: convex, but not strictly so."""
    at = instance(designs.rag, n=2, d=2, scalars={"alpha": 1, "sigma": 1})
    weight, risk = derive(designs.rag, pgd).plain.at(at)
    turn = {"W": EXACT.matrix([[0, 1], [-1, 0]])}
    assert risk_along(pgd, {"W": EXACT.identity(2) * weight}, turn, at) == (risk,)


@by_name
def test_more_alignment_helps_at_the_sizes_of_the_paper(design):
    found = derive(design, pgd).plain
    unexplained = population_risk(design, pgd).part(0, pgd.weights[0])
    relative = []
    for tenths in (0, 2, 4, 6):
        scalars = {"alpha": Fraction(tenths, 10), "sigma": 0}
        at = instance(design, n=40, d=20, scalars=scalars)
        _, risk = found.at(at)
        relative.append(fraction(risk / at.values.scalar(unexplained)))
    assert relative == sorted(relative, reverse=True) and relative[-1] > 0


def test_signs_over_ranges():
    alpha = sympy.Symbol("alpha")
    ranges = ranges_of(designs.rag)
    assert is_positive(n + d - alpha**2, ranges) and not is_positive(1 - alpha**2, ranges)
    assert is_nonnegative(1 - alpha**2, ranges) and is_nonnegative(alpha * sigma * n, ranges)
    assert not is_nonnegative(alpha - sympy.Rational(1, 2), ranges)
    assert not is_nonnegative(alpha * n) and is_nonnegative(alpha**2 / (n + d))
