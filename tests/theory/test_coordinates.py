"""Risks from words against risks coordinate by coordinate: two roads that share no step."""

from random import Random

import pytest

from theory.designs import predictors
from theory.designs.instance import instance
from theory.language.gallery import designs
from theory.risks.coordinates import risk_along, risk_at
from theory.risks.population import channel_risk, population_risk
from theory.scalars.arithmetic import EXACT
from verify.instances import random_instance

DESIGNS = [
    designs.independent,
    designs.isotropic_noiseless,
    designs.shifted_task,
    designs.biased_task,
]


def drawn_weights(predictor, at, random, channel=""):
    shape = {"n": at.n, "d": at.d, "1": 1}
    weights = {}
    for w in predictor.weights:
        rows, cols = shape[w.rows.name], shape[w.cols.name]
        full = [[random.randint(-3, 3) for _ in range(cols)] for _ in range(rows)]
        if w.rows.name == "n":
            full = [[v if r == c else 0 for c, v in enumerate(row)] for r, row in enumerate(full)]
        name = w.name if w.name in predictor.shared else w.name + channel
        weights[name] = EXACT.matrix(full)
    return weights


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)
@pytest.mark.parametrize("predictor", [predictors.pgd, predictors.wpgd, predictors.att])
@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 2), (3, 1), (3, 2)])
def test_population_risk(design, predictor, n, d):
    random = Random(10 * n + d)
    at = random_instance(design, n, d, random, 3)
    weights = drawn_weights(predictor, at, random)
    from_words = at.values.put(weights).scalar(population_risk(design, predictor))
    assert from_words == risk_at(predictor, weights, at)


@pytest.mark.parametrize("design", DESIGNS[:2], ids=lambda design: design.name)
def test_channel_risk_of_one_and_two_channels(design):
    random = Random(4)
    at = random_instance(design, 3, 2, random, 2)
    one = drawn_weights(predictors.ssm, at, random, "1")
    two = {**drawn_weights(predictors.ssm, at, random, "2"), "Omega": one["Omega"]}
    risk = channel_risk(design, predictors.ssm)

    def value(polynomial, first, second):
        renamed = {k[:-1] + "1": v for k, v in first.items() if k != "Omega"}
        renamed |= {k[:-1] + "2": v for k, v in second.items() if k != "Omega"}
        inside = {**at.matrices, **renamed, "Omega": one["Omega"]}
        return at.values.put(inside).scalar(polynomial)

    total = value(risk.constant, one, one)
    total += sum(value(risk.linear, w, w) for w in (one, two))
    total += sum(value(risk.pair, v, w) for v in (one, two) for w in (one, two))

    def predict(prompt, weights):
        parts = [
            predictors.ssm.predict(prompt, {w.name: weights[w.name + c] for w in free} | shared)
            for c in "12"
            for shared in [{"Omega": weights["Omega"]}]
        ]
        return parts[0] + parts[1]

    free = [w for w in predictors.ssm.weights if w.name != "Omega"]
    both = predictors.Predictor("two channels", "", predictors.ssm.weights, predict)
    assert total == risk_at(both, {**one, **two}, at)


def test_the_line_is_the_risk_of_moved_weights():
    random = Random(2)
    at = random_instance(designs.independent, 2, 3, random, 2)
    start = drawn_weights(predictors.pgd, at, random)
    direction = drawn_weights(predictors.pgd, at, random)
    line = risk_along(predictors.pgd, start, direction, at)
    moved = {"W": start["W"] + direction["W"] * 5}
    assert risk_at(predictors.pgd, moved, at) == line[0] + 5 * line[1] + 25 * line[2]


def test_one_example_one_feature_by_hand():
    """E (x b - w x g g b)^2 = 1 - 2 w + 3 w^2 for independent standard normals."""
    at = random_instance(designs.isotropic_noiseless, 1, 1, Random(0), 1)
    zero, one = EXACT.matrix([[0]]), EXACT.matrix([[1]])
    assert risk_along(predictors.pgd, {"W": zero}, {"W": one}, at) == (1, -2, 3)


def test_who_knows_the_label_has_no_risk():
    knowing = predictors.Predictor("knowing", "", (), lambda prompt, weights: prompt.label)
    assert risk_along(knowing, {}, {}, instance(designs.isotropic_noiseless, n=1, d=1)) == (0,)
