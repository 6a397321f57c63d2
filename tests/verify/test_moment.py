"""Claimed moments: what each check sees of them, and what of a wrong one."""

from dataclasses import replace
from random import Random

import flint
import pytest
import sympy
from sympy import MatrixSymbol

from tests.verify.trials import (
    QUICK,
    derivation,
    interpolation,
    mutants_of,
    on_trial,
    property_alone,
    refuted_by_all,
)
from theory.records.identities import ORDERS
from verify.checks import sampling
from verify.outcome.verdict import Verdict
from verify.quantities.moment import sampling as directions
from verify.quantities.moment.behaviour import BEHAVIOUR, symmetries
from verify.quantities.moment.coordinates import coordinate_moment
from verify.quantities.moment.on_trial import Moments
from verify.quantities.moment.points import place, random_place
from verify.settings import Level, Settings

IDS = ("lemma5", "lemma6", "lemma7")
by_id = pytest.mark.parametrize("id", IDS)


def claiming(case, claim):
    """One moment with another claim."""
    return Moments((replace(case, moment=replace(case.moment, claim=claim)),))


@pytest.fixture(scope="module")
def norm():
    return on_trial("lemma7").cases[0]


@pytest.fixture(scope="module")
def sixth():
    return on_trial("lemma7").cases[1]


REQUIRED = {
    "lemma5": {
        "without Sigma*W.T*Sigma",
        "without Trace(Sigma*W)*Sigma",
        "Sigma*W*Sigma: twice",
        "Sigma*W*Sigma: W transposed",
        "Sigma*W*Sigma: the first Sigma missing",
    },
    "lemma6": {
        "n -> n + 1 everywhere",
        "n**2*Sigma*W*Sigma: n^2 -> n (n - 1)",
        "n*Sigma*W.T*Sigma: a power of n less",
        "transposed",
    },
    "lemma7": {
        "norm: each factor: 2 j -> j",
        "norm: each factor: one more",
        "norm: one factor less",
        "sixth: A_s not symmetrised",
        "sixth: (2*Trace(B*Sigma))*Sigma*A_s*Sigma: A_s and B exchanged",
        "sixth: without 4*Sigma*B_s*Sigma*A_s*Sigma",
    },
}


@by_id
def test_each_mutant_falls_to_every_exact_check(id):
    table = mutants_of(id)
    assert set(table) >= REQUIRED[id] and len(table) >= 8 * len(on_trial(id).cases)
    assert all(len(by) == 3 for by in table.values())


@by_id
def test_small_slips_are_refuted(id):
    for case in on_trial(id).cases:
        assert refuted_by_all(claiming(case, case.moment.claim * (1 + sympy.Rational(1, 10**9))))


def test_a_slip_at_one_order_is_refuted_and_beyond_all_orders_not_proved(norm):
    """A claim that is right for k <= 8 only must not be called proved."""
    claim, k = norm.moment.claim, norm.moment.power
    spoiled = sympy.prod(k - order for order in ORDERS)
    inside = sympy.Product(claim.function + spoiled, claim.limits[0])
    for hidden in (claim + spoiled, inside):
        assert derivation(claiming(norm, hidden), QUICK).verdict is Verdict.UNDECIDED
    early = sympy.simplify(claim + spoiled / (k - max(ORDERS)))
    assert interpolation(claiming(norm, early), QUICK).verdict is Verdict.REFUTED


def test_summaries_say_what_was_shown():
    said = {id: interpolation(on_trial(id), QUICK) for id in IDS}
    grids = {id: finding.data["grids"] for id, finding in said.items()}
    assert "all d and all matrices" in said["lemma5"].summary
    assert "all n and all d" in said["lemma6"].summary
    assert "proved for all d at k = 1 to 8" in said["lemma7"].summary
    assert grids["lemma5"]["fourth"]["sizes"] == [1, 2, 3, 4]
    assert grids["lemma6"]["second"]["degrees"]["n"] == 2
    assert grids["lemma7"]["sixth"]["sizes"][-1] == 6
    assert "every order k >= 1" in derivation(on_trial("lemma7"), QUICK).summary


def test_coordinates_of_known_moments(norm, sixth):
    for d, k, expected in ((1, 3, 15), (3, 1, 3), (2, 4, 2**4 * 24)):
        at = random_place(norm.moment, {"d": d, "k": k}, Random(0), 1)
        assert coordinate_moment(norm.moment, at) == expected
    entries = {"Sigma": 2, "A": 3, "B": 5}  # Sigma is given by its factor
    one = place(sixth.moment, {"d": 1}, lambda name: flint.fmpq_mat([[entries[name]]]))
    assert coordinate_moment(sixth.moment, one)[0, 0] == 15 * 2**6 * 3 * 5


@pytest.mark.parametrize(("id", "many"), [("lemma5", 3), ("lemma6", 1), ("lemma7", 15)])
def test_symmetries_are_found(id, many):
    moment = on_trial(id).cases[-1].moment
    assert len(symmetries(moment.form, moment.fixed)) == many


def test_which_properties_apply():
    applied = {
        case.moment.name: {name for name, (_, fits) in BEHAVIOUR.items() if fits(case.moment)}
        for id in IDS
        for case in on_trial(id).cases
    }
    assert applied["norm"] == {"value", "one dimension", "addition"}
    for name in ("fourth", "second", "sixth"):
        assert applied[name] == set(BEHAVIOUR) - {"addition"}


@pytest.mark.parametrize(
    "name", ["coordinates", "linearity", "symmetry", "one dimension", "addition"]
)
def test_behaviour_alone_refutes_something(name, norm, sixth):
    """Also without comparing values, each property catches some wrong claim."""
    case = norm if name == "addition" else sixth
    claim = case.moment.claim
    Sigma, A, A_s = (MatrixSymbol(a, *sixth.moment.claim.shape) for a in ("Sigma", "A", "A_s"))
    wrong = {
        "coordinates": lambda: claim * Sigma,
        "linearity": lambda: claim + Sigma,
        "symmetry": lambda: claim.xreplace({A_s: A}),
        "one dimension": lambda: 2 * claim,
        "addition": lambda: claim + 1,
    }[name]()
    assert property_alone(claiming(case, wrong), name).verdict is Verdict.REFUTED
    assert property_alone(Moments((case,)), name).verdict is Verdict.HOLDS


@by_id
def test_sampling_holds_and_refutes(id, monkeypatch):
    monkeypatch.setattr(directions, "DRAWS", 250_000)  # more are drawn where an error bar is wide
    found = sampling.examine(on_trial(id), Settings(Level.STANDARD, seed=3))
    assert found.verdict is Verdict.HOLDS, found
    for case in on_trial(id).cases:
        wrong = claiming(case, case.moment.claim * sympy.Rational(21, 20))
        assert sampling.examine(wrong, QUICK).verdict is Verdict.REFUTED
