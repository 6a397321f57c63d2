"""Comparing formulas: equal writings are equal, and each part of a form counts."""

from dataclasses import replace

import pytest
import sympy
from sympy import Identity, MatrixSymbol, Trace

import theory
from theory.algebra.spectral import NotSpectral, trace_functional
from theory.risks.claim import Claim
from theory.scalars.symbols import d, n
from verify.comparison import Form, risk_form, weight_form
from verify.degrees import degrees_in_n
from verify.optimum import derivation, interpolation, properties
from verify.optimum.subject import Subject
from verify.settings import Level, Settings
from verify.verdict import Verdict

QUICK = Settings(Level.QUICK)
EXACT = (derivation, interpolation, properties)
A, B, S = (MatrixSymbol(name, d, d) for name in "ABS")
Sigma_x, Sigma_beta = (MatrixSymbol(name, d, d) for name in ("Sigma_x", "Sigma_beta"))
I = Identity(d)
sigma, M, K = sympy.symbols("sigma M K")
theorem1 = Subject.of(theory.statement("theorem1"))
corollary1 = Subject.of(theory.statement("corollary1"))

FORM = Form((A,), sympy.Symbol("lambda"), (B,), S)


@pytest.mark.parametrize(
    "change",
    [
        {"left": (B,)},
        {"right": (A,)},
        {"meaning": A},
        {"function": sympy.Integer(1)},
        {"constant": n},
    ],
)
def test_every_part_of_a_form_counts(change):
    assert FORM.equals(replace(FORM)) and not FORM.equals(replace(FORM, **change))


def test_a_scalar_in_front_multiplies_both_parts():
    assert trace_functional(n * (3 + Trace(S)), S) == (3 * n, n * sympy.Symbol("lambda"))


def test_an_abbreviation_that_is_no_multiple_of_the_trace_is_refused():
    with pytest.raises(NotSpectral, match="more than a multiple of tr"):
        risk_form(M * Trace(S), ((S, A), (M, Trace(S * S))))
    with pytest.raises(NotSpectral):
        weight_form(A * B, ((S, A),))


claim = theorem1.claim
EQUIVALENT = [
    replace(claim, definitions=(claim.definitions[0], (M, Trace(Sigma_x * Sigma_beta) + sigma**2))),
    replace(claim, risk=claim.risk + Trace(I) - d),
    replace(claim, weight=Sigma_beta * ((n + 1) * Sigma_x * Sigma_beta + M * I) ** -1),
    replace(claim, weight=(Sigma_beta * ((n + 1) * Sigma_x * Sigma_beta + M * I) ** -1).T),
]


@pytest.mark.parametrize("other", EQUIVALENT)
@pytest.mark.parametrize("seed", range(3))
def test_other_ways_to_write_the_truth_are_not_refuted(other, seed):
    for witness in EXACT:
        found = witness.examine(replace(theorem1, claim=other), replace(QUICK, seed=seed))
        assert found.verdict is not Verdict.REFUTED, found
        assert witness is derivation or found.verdict is Verdict.HOLDS


def test_abbreviations_of_scalars_are_put_in():
    written = Claim(1 / K, d - n * d / K, ((K, n + d + 1),))
    for witness in EXACT:
        assert witness.examine(replace(corollary1, claim=written), QUICK).verdict is Verdict.HOLDS


def vanishing(upto):
    return sympy.prod([n - k for k in range(1, upto + 1)])


@pytest.mark.parametrize("upto", [5, 12, 24])
def test_no_error_hides_between_the_values_of_n(upto):
    """Right for n = 1..upto and wrong beyond: the grid has to be as large as the degree asks."""
    wrong = [
        replace(claim, risk=claim.risk + vanishing(upto)),
        replace(claim, weight=claim.weight * (1 + vanishing(upto))),
    ]
    for other in wrong:
        found = interpolation.examine(replace(theorem1, claim=other), QUICK)
        assert found.verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("expr", "degrees"),
    [
        (n**2 + 1, (2, 0)),
        (1 / (n + 1) + n, (2, 1)),
        ((n * I + S) ** -1, (2, 3)),
        (Trace(S * (n * I + S) ** -1) / n, (2, 4)),
        ((n + 1) * S**-1, (1, 0)),
    ],
)
def test_degree_bounds(expr, degrees):
    assert degrees_in_n(expr, (), 3) == degrees


@pytest.mark.parametrize(
    "other",
    [
        Claim(1 / (n - 1), corollary1.claim.risk),
        Claim(corollary1.claim.weight, corollary1.claim.risk + 1 / (n - d)),
    ],
)
def test_a_claim_without_a_value_is_refuted(other):
    for witness in EXACT:
        found = witness.examine(replace(corollary1, claim=other), QUICK)
        assert found.verdict is Verdict.REFUTED
