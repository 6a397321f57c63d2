"""Weights are confirmed where no direction has a slope, and nowhere else."""

import flint
import pytest

from theory.designs.instance import instance
from theory.designs.predictors import pgd
from theory.language.gallery import designs
from theory.optima.derivation import derive
from theory.risks.coordinates import risk_at
from verify.judge import confirmation
from verify.judge.confirmation import basis, is_least

AT = instance(
    designs.independent,
    n=3,
    d=2,
    scalars={"sigma": 1},
    covariances={"Sigma_x": [[2, 1], [1, 3]], "Sigma_beta": [[1, 0], [0, 4]]},
)


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(confirmation, "_FOUND", {})


def confirmed(weight, moves=None):
    start = {"W": weight}
    moves = [{"W": unit} for unit in basis(2)] if moves is None else moves
    return is_least(pgd, start, moves, risk_at(pgd, start, AT), AT)


def test_directions_are_a_basis():
    for rows, columns in ((2, 2), (3, 1), (2, 3)):
        given = flint.fmpq_mat(rows, columns, range(1, rows * columns + 1))
        found = sum(
            (v * unit for v, unit in zip(given.entries(), basis(rows, columns), strict=True)),
            flint.fmpq_mat(rows, columns),
        )
        assert found == given


def test_only_the_best_is_confirmed():
    best = derive(designs.independent, pgd).plain.minimum(AT).weight
    assert confirmed(best) is True
    for unit in basis(2):
        assert confirmed(best + unit) is False


def test_it_has_to_have_the_risk():
    best = derive(designs.independent, pgd).plain.minimum(AT).weight
    moves = [{"W": unit} for unit in basis(2)]
    risk = risk_at(pgd, {"W": best}, AT)
    assert is_least(pgd, {"W": best}, moves, risk + 1, AT) is False
