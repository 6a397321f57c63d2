"""Places where an optimum is not unique, or a covariance or vector not as others are."""

import pytest

from tests.theory.design_files import isotropic_file
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped
from theory.scalars.symbols import d, n
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.judge.places import readable
from verify.judge.question import questions
from verify.judge.singular import _moved, singular_places
from verify.settings import Settings

MATRICES = """
[covariances]
S = "psd"
T = "psd"
B = "T^-1"
P = { kind = "projection" }
[means]
m = "fixed"
v = "fixed"
[gaussians.prompt]"""
SEVERAL = isotropic_file("several", {"u": "[0, 1]"}, features="S*e + B*e", task="u*P*b + m + v")
ALONG = isotropic_file("along", {"u": "[0, 1]"}, features="m", task="u*b")
MEAN = '[means]\nm = "fixed"\n[gaussians.prompt]'
ONCE = "dot(m, S*m)*u*v"
"""What is zero where S is, and where any of the others is."""
OF_RANK = isotropic_file(
    "of-rank",
    {"u": "[0, 2]", "v": "[0, 2]"},
    features="S*e",
    task="b",
    label=f"{ONCE}*dot(e, task)",
    query_label=f"{ONCE}*dot(query, task)",
).replace("[gaussians.prompt]", f'[covariances]\nS = "psd"\n{MEAN}')


def places(text):
    file = parse_design(text)
    (question,) = questions(file, claim_of(file, risk="d"))
    return list(singular_places(question))


def test_each_matrix_is_singular_somewhere_but_those_that_are_known_not_to_be():
    found = places(SEVERAL.replace("[gaussians.prompt]", MATRICES))
    for at in found:
        entries = {name: matrix.entries() for name, matrix in at.matrices.items()}
        of_zero = {name for name in ("S", "m", "v") if not any(entries[name])}
        of_rank_one = at.d > 1 and at.matrices["S"].rank() == 1
        assert of_zero or of_rank_one or entries["m"] == entries["v"]
        assert at.matrices["T"].rank() == at.d and at.matrices["P"] ** 2 == at.matrices["P"]
    for name in ("S", "m", "v"):
        assert {1, 2, 3} == {at.d for at in found if not any(at.matrices[name].entries())}, name
    assert {2, 3} <= {at.d for at in found if at.matrices["S"].rank() == 1}
    assert any(at.matrices["m"] == at.matrices["v"] and at.scalars["u"] for at in found)


def test_one_vector_is_like_no_other():
    found = places(ALONG.replace("[gaussians.prompt]", MEAN))
    assert found and not any(any(at.matrices["m"].entries()) for at in found)


@pytest.mark.parametrize(
    ("factor", "sizes"),
    [
        (n - 3, [(3, 1)]),
        ((n - 1) * (n - 2), [(1, 1), (2, 1)]),
        (d - 2, [(2, 2)]),
        (d - n, [(1, 1), (2, 2)]),
        (2 * n - 3, []),
        (n, []),
        (n + 1, []),
    ],
)
def test_a_size_is_moved_to_where_a_factor_is_zero_if_that_is_one(factor, sizes):
    beside = next(at for at in readable(shipped("isotropic-noiseless").design) if at.n == 2)
    found = list(_moved(beside, factor))
    assert sorted((at.n, at.d) for at in found) == sizes
    assert all((at.scalars["n"], at.scalars["d"]) == (at.n, at.d) for at in found)


def test_a_claim_that_is_wrong_for_one_rank_alone_is_refuted():
    """Far from the simplest places, where something else is zero as well and all is right."""
    file = parse_design(OF_RANK)
    claim = claim_of(file, risk=f"({ONCE})^2*(d - n*d/(n + d + 1))")
    (answer,) = judge(file, claim, Settings()).answers
    at = answer.counterexample.at
    assert answer.judgement is Judgement.REFUTED and answer.counterexample.confirmed
    assert at.d > 1 and at.matrices["S"].rank() == 1
