"""The strategies draw what they say, and all kinds of it."""

import flint
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from theory.language.gallery import designs
from theory.scalars.arithmetic import EXACT, is_positive_semidefinite
from verify.strategies import KINDS, instances, orthogonal_matrices, psd_matrices


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"commuting"}))
@given(data=st.data(), size=st.integers(1, 4))
def test_covariances_are_symmetric_and_positive_semidefinite(kind, data, size):
    matrix = data.draw(psd_matrices(size, kind))
    assert matrix == matrix.transpose() and is_positive_semidefinite(matrix)
    assert kind == "singular" or matrix.det() != 0


@given(st.integers(1, 4).flatmap(orthogonal_matrices))
def test_rotations_are_orthogonal(turn):
    assert turn * turn.transpose() == EXACT.identity(turn.nrows())


@given(instances(designs.independent, regular=("Sigma_x",)))
def test_instances_keep_their_promises(at):
    assert at.exact and at.matrices["Sigma_x"].det() != 0
    assert at.root("Sigma_x") * at.root("Sigma_x") == at.matrices["Sigma_x"]
    silent = at.matrices["Sigma_beta"] == at.matrices["Sigma_beta"] * 0
    assert at.scalars["sigma"] > 0 or not silent


def commute(at):
    x, beta = at.matrices["Sigma_x"], at.matrices["Sigma_beta"]
    return x * beta == beta * x


def is_singular(at):
    return at.matrices["Sigma_beta"].det() == 0


def spread(matrix: flint.fmpq_mat) -> float:
    entries = [matrix[k, k] for k in range(matrix.nrows())]
    return float(max(entries) / min(e for e in entries if e != 0))


@pytest.mark.parametrize(
    "wanted",
    [
        lambda at: at.d > 1 and not commute(at),
        lambda at: at.d > 1 and commute(at) and at.matrices["Sigma_x"] != EXACT.identity(at.d),
        lambda at: at.d > 1 and is_singular(at),
        lambda at: at.d > 1 and spread(at.matrices["Sigma_x"]) > 1e6,
        lambda at: at.n == at.d == 1,
        lambda at: at.scalars["sigma"] == 0,
    ],
    ids=["not commuting", "commuting", "singular", "ill-conditioned", "smallest", "noiseless"],
)
def test_every_kind_is_reached(wanted):
    """The first that is drawn does, which nobody needs to be made smaller."""
    drawn = instances(designs.independent, regular=("Sigma_x",))
    assert find(drawn, wanted, settings=settings(max_examples=2000, phases=[Phase.generate]))
