"""Models and the gradient steps they contain: the split, optimal forms, evaluate and errors."""

from dataclasses import replace
from fractions import Fraction

import flint
import numpy as np
import pytest

import theory
from theory.algebra.moments import expectation
from theory.algebra.polynomials import identity, letter
from theory.algebra.words import ONE, D, fixed
from theory.designs.instance import instance
from theory.designs.predictors import att, pgd, wpgd
from theory.designs.prompt import Words, read
from theory.errors import InputError
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.optima.equivalence.comparisons import attention, h3
from theory.optima.equivalence.parity import (
    UNIT,
    _resolved,
    cross_moments,
    is_exchangeable,
    left_over,
    mean_squares,
    missing,
    sample_weights,
    wrong_parity,
)
from theory.risks.coordinates import risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT

proposition1, lemma1 = theory.statement("proposition1"), theory.statement("lemma1")
CHEAP = (designs.independent, designs.rag, designs.rag_unit)


@pytest.mark.parametrize("comparison", [attention, h3], ids=lambda c: c.name)
def test_split_and_inclusion(comparison):
    assert not wrong_parity(comparison)
    assert not missing(comparison) and not left_over(comparison)
    for design in proposition1.designs:
        found = cross_moments(design, comparison)
        assert not found.label and not found.step and found.odd > 0


@pytest.mark.parametrize("design", CHEAP, ids=lambda d: d.name)
def test_the_split_as_one_polynomial_identity(design):
    """Risk of attention = risk of PGD at the effective weight + mean square, for all n and d."""
    prompt, words = read(design, Words(design)), att.words()
    rest, step = attention.remainder(prompt, words), attention.step(prompt, words)
    left = prompt.label.trace() - step
    assert population_risk(design, att) == expectation(left * left) + expectation(rest * rest)


def test_the_split_fails_for_a_task_with_a_mean():
    assert cross_moments(designs.biased_task, attention).label


def test_exchangeable_designs_and_others():
    for design in proposition1.exchangeable:
        assert is_exchangeable(sample_weights(design, wpgd))
    for design in (designs.growing_noise, designs.drifting):
        assert not is_exchangeable(sample_weights(design, wpgd))


def test_mean_squares_leave_alpha_one_out():
    found = mean_squares(designs.rag, att).quadratic
    assert all(c.subs("alpha", 1) == 0 for c in found.terms.values())


@pytest.mark.parametrize("name", [d.name for d in proposition1.designs])
def test_evaluate_gives_one_risk_for_all(name):
    given = {} if name == "independent" else {"alpha": Fraction(1, 2)}
    found = proposition1.evaluate(design=name, n=3, d=2, sigma=1, **given)
    assert found.pgd == found.wpgd == found.att == found.ssm and type(found.att) is Fraction
    floating = proposition1.evaluate(design=name, n=3, d=2, sigma=1.0, **given)
    assert floating.ssm == pytest.approx(float(found.ssm), rel=1e-12)
    # independently: coordinate by coordinate at the optimal weight
    design = next(d for d in proposition1.designs if d.name == name)
    scalars = {"sigma": 1, **given}
    at = instance(design, n=2, d=2, scalars=scalars)
    small = proposition1.evaluate(design=name, n=2, d=2, **scalars)
    weight = np.eye(2, dtype=int) * small.weight if np.ndim(small.weight) == 0 else small.weight
    value = risk_at(pgd, {"W": EXACT.matrix(weight)}, at)
    assert EXACT.plain(value) == small.pgd


def test_proposition_and_theorem_agree():
    x, beta = [[2, 1], [1, 3]], [[1, 0], [0, 5]]
    given = {"n": 4, "sigma_x": x, "sigma_beta": beta, "sigma": Fraction(1, 2)}
    assert proposition1.evaluate(**given).att == theory.statement("theorem1").evaluate(**given).risk
    assert "ATT" in proposition1.evaluate(**given)._repr_latex_()


def test_rank_one_optima_of_another_form():
    """d = 1: keys from labels and values from features are optimal too."""
    at = instance(designs.independent, n=2, d=1, scalars={"sigma": 1})
    best, least = derive(at.design, pgd).plain.at(at)
    zero, one = flint.fmpq_mat([[0]]), flint.fmpq_mat([[1]])
    weights = {"C_xx": zero, "C_xy": flint.fmpq_mat(best), "v_x": one, "v_y": zero}
    assert risk_at(att, weights, at) == least


def test_optimal_predictions_are_unique_even_where_weights_are_not():
    """rag at alpha = 1, d = 2: antisymmetric parts cost nothing and change no prediction."""
    at = instance(designs.rag, n=1, d=2, scalars={"alpha": 1, "sigma": 1})
    factor, least = derive(at.design, pgd).plain.at(at)
    best = flint.fmpq_mat(EXACT.identity(2)) * factor
    other = best + flint.fmpq_mat([[0, 1], [-1, 0]])
    assert risk_at(pgd, {"W": best}, at) == risk_at(pgd, {"W": other}, at) == least


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"design": "ragg", "n": 2, "d": 2}, "did you mean rag"),
        ({"d": 2, "sigma": 1}, "n is missing: give n="),
        ({"n": 2, "d": 2, "sigma": 1, "alpha": 1}, "no alpha: give design='rag'"),
        ({"n": 2, "d": 2, "sigma": -1}, r"sigma must be at least 0"),
        ({"n": 2, "sigma": 0, "sigma_beta": [[0]]}, "no signal and no noise"),
        ({"design": "rag", "n": 2, "d": 2, "sigma": 1}, "alpha is missing"),
    ],
)
def test_bad_input_names_the_argument(arguments, message):
    with pytest.raises(InputError, match=message):
        proposition1.evaluate(**arguments)


def test_expositions():
    for record in (proposition1, lemma1):
        assert record.weight is record.risk is record.limit is None
        assert record.claimed.formulas and record.derived.conditions
        known = {f.left for f in record.derived.where}
        assert {r"W_{\mathrm{ATT}}", r"r_{\mathrm{ATT}}", r"W_q W_k^\top", "W_v h"} <= known


def test_the_equalities_of_optima_are_derived():
    found = [f.latex for f in proposition1.derived.formulas]
    assert r"L^\star_{\mathrm{ATT}} = L^\star_{\mathrm{PGD}}" in found
    assert r"L^\star_{\mathrm{SSM}} = L^\star_{\mathrm{WPGD}}" in found
    assert any(r"{WPGD}} = L^\star_{\mathrm{SSM}}" in one for one in found)
    found = [f.latex for f in lemma1.derived.formulas]
    assert any(r"C_{xx} = 0 \text{ or } v_{x} = 0" in one for one in found)
    assert any(r"C_{xy} v_{x}^\top \text{ where } C_{xx} = 0, v_{y} = 0" in one for one in found)
    assert r"f^\star_{\mathrm{PGD}}" in found[-1]


def test_lemma1_claims_where_the_remainder_vanishes_and_where_that_is_optimal():
    """As the paper has it: one weight of two in each of two terms, and two forms of optima."""
    families, *optima, _ = (f.latex for f in lemma1.claimed.formulas)
    for first in ("C_{xx} = 0", "v_{x} = 0"):
        for second in ("C_{xy} = 0", "v_{y} = 0"):
            assert f"({first}, {second})" in families
    assert families.count(" = 0, ") == 4
    assert [one.partition(r" \text{ where }")[0] for one in optima] == [
        r"W_{\mathrm{ATT}} = W",
        r"W_{\mathrm{ATT}} = a b^\top",
    ]


def test_without_the_split_no_equality_is_derived():
    """A task with a mean: attention contains the step, so its optimum is no higher; no more."""
    biased = replace(proposition1, designs=(designs.biased_task,), exchangeable=())
    relations = {f.latex for f in biased.derived.formulas}
    assert r"L^\star_{\mathrm{ATT}} \le L^\star_{\mathrm{PGD}}" in relations
    broken = replace(attention, inclusion={**attention.inclusion, "v_y": 2 * identity(ONE)})
    outside = replace(proposition1, comparisons=(broken,), exchangeable=())
    relations = {f.latex for f in outside.derived.formulas}
    assert r"L^\star_{\mathrm{ATT}} \ge L^\star_{\mathrm{PGD}}" in relations
    uneven = replace(proposition1, exchangeable=(designs.drifting,))
    assert not any("exchangeable" in f.latex for f in uneven.derived.formulas)
    unseen = replace(lemma1, designs=(designs.biased_task,))
    assert not any("Z" in f.latex for f in unseen.derived.formulas)


@pytest.mark.parametrize("place", range(3))
def test_a_sum_over_channels_is_the_identity_wherever_it_stands(place):
    """``sum_k e_k e_k' = I`` at the beginning of a word, inside, and at its end."""
    unit, first, second = letter(UNIT), letter(fixed("A", D, D)), letter(fixed("B", D, D))
    parts = [first, second]
    parts.insert(place, unit @ unit.mT)
    assert _resolved(parts[0] @ parts[1] @ parts[2] + first) == first @ second + first
    other = unit.mT @ first @ unit
    assert _resolved(other) == other


def test_a_unit_vector_beside_its_transpose_is_the_identity():
    """Wherever it stands in a word, and what then is one word is added up."""
    x, y, e = (letter(fixed(name, D, cols)) for name, cols in (("X", D), ("Y", D), ("e", ONE)))
    assert _resolved(x @ y @ e @ e.mT @ x + x @ y @ x) == 2 * (x @ y @ x)
    assert _resolved(e @ e.mT @ x) == x and _resolved(x @ e @ e.mT) == x
    assert _resolved(x @ y) == x @ y != y @ x


def test_two_unit_vectors_of_one_channel_are_no_identities():
    """``sum_k e_k e_k' A e_k e_k'`` is the diagonal of A."""
    e, a = letter(UNIT), letter(fixed("A", D, D))
    diagonal = e @ e.mT @ a @ e @ e.mT
    assert _resolved(diagonal) == diagonal
