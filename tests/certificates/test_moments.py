"""Moments of matrices, right and wrong, and what is no moment."""

import pytest

from tests.certificates.checking import ACCEPTED, REJECTED, data
from tests.certificates.test_vectors_and_projections import both

MATRICES = {
    "Sigma": ["symmetric", "d", "d"],
    "Gamma": ["symmetric", "n", "n"],
    "W": ["matrix", "d", "d"],
    "A": ["matrix", "d", "n"],
    "v": ["matrix", "d", "1"],
    "x": ["gaussian", "d", "1", "Sigma", None],
    "X": ["gaussian", "n", "d", "Gamma", "Sigma"],
    "Z": ["gaussian", "d", "d", None, None],
    "g": ["gaussian", "1", "1", None, None],
}


def mean(folder, moment, formula, **matrices):
    one = {"matrices": MATRICES | matrices, "numbers": ["n", "d", "c"], "moment": moment}
    challenge = {"format": "icl-moments/1", "moments": [{**one, "formula": formula}]}
    return both(folder, challenge, {**data("lemma5")[1], "steps": [{}]})


@pytest.mark.parametrize(
    ("moment", "right", "wrong"),
    [
        ("x*x'", "Sigma", "2*Sigma"),
        ("X*W*X'", "tr(W*Sigma)*Gamma", "tr(W*Sigma)*I"),
        ("X'*X", "tr(Gamma)*Sigma", "n*Sigma"),
        ("X*A*X", "Gamma*A'*Sigma", "tr(A*Gamma)*Sigma"),
        ("tr(X*A)*X", "Gamma*A'*Sigma", "0*X"),
        ("X*x*x'*X'", "tr(Sigma^2)*Gamma", "tr(Sigma)*Gamma"),
        ("Z^2", "I", "d*I"),
        ("Z*Z'*Z*Z'", "(2*d^2 + d)*I", "2*d^2*I"),
        ("tr(W*Z)^2", "tr(W*W')", "tr(W^2)"),
        ("dot(x, v)^2", "v'*Sigma*v", "dot(v, v)"),
        ("x*dot(x, v)", "Sigma*v", "v"),
        ("g^4", "3", "1"),
        (
            "x'*W*x*x'*W'*x",
            "tr(W*Sigma)^2 + tr(W*Sigma*W*Sigma) + tr(W*Sigma*W'*Sigma)",
            "tr(W*Sigma)^2",
        ),
        (
            "x*x'*W*x*x'",
            "Sigma*(W + W')*Sigma + tr(W*Sigma)*Sigma",
            "Sigma*(2*W + tr(W*Sigma))*Sigma",
        ),
        ("X", "0*X", "X"),
        ("sqrt(c)^2*x*x'/n", "c/n*Sigma", "sqrt(c^2)/n*Sigma"),
    ],
)
def test_moments_are_those_of_their_matrices(tmp_path, moment, right, wrong):
    assert mean(tmp_path, moment, right) == (ACCEPTED, ACCEPTED)
    assert mean(tmp_path, moment, wrong) == (REJECTED, REJECTED)


@pytest.mark.parametrize(
    ("moment", "formula"),
    [
        ("x*x", "0"),
        ("X + X'", "0"),
        ("X*X'", "Sigma"),
        ("tr(A)", "0"),
        ("tr(2)", "2*d"),
        ("x*x'", "x*x'"),
        ("x*x'*Sigma^-1", "I"),
        ("sqrt(Z)^2", "0*Z"),
        ("tr(Z)/tr(Z)", "1"),
        ("tr(X'*X)/tr(X'*X)", "tr(Gamma)*tr(Sigma)/tr(X'*X)"),
        ("sqrt(tr(Z))^2", "0"),
        ("n'*x*x'", "n*Sigma"),
        ("x*x' + Q - Q", "Sigma"),
        ("dot(x, v", "0"),
    ],
)
def test_moments_that_are_none(tmp_path, moment, formula):
    assert not {ACCEPTED} & {*mean(tmp_path, moment, formula)}


@pytest.mark.parametrize(
    "kind",
    [
        ["gaussian", "n", "d", "Sigma", "Gamma"],
        ["gaussian", "n", "d", "A", None],
        ["gaussian", "d", "d", "W", None],
        ["gaussian", "d", "d", "Z", None],
        ["gaussian", "n", "d", None],
        ["matrix", "n", "k"],
        ["matrix", "2", "2"],
        ["uniform", "n", "d"],
        None,
    ],
)
def test_a_matrix_is_of_a_kind(tmp_path, kind):
    assert not {ACCEPTED} & {*mean(tmp_path, "x*x'", "Sigma", more=kind)}
