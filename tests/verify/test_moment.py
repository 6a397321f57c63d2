"""Claimed moments: what each check sees of them, and what of a wrong one."""

from dataclasses import replace
from random import Random

import flint
import pytest

from tests.verify.trials import (
    QUICK,
    derivation,
    interpolation,
    mutants_of,
    on_trial,
    property_alone,
    refuted_by_all,
)
from theory.algebra.means import form
from theory.language.formulas.parser import parse
from theory.records.moment_powers import ORDERS, Powers
from verify.checks import sampling
from verify.outcome.verdict import Verdict
from verify.quantities.moment import sampling as directions
from verify.quantities.moment.behaviour import BEHAVIOUR, free, symmetries
from verify.quantities.moment.coordinates import coordinate_value
from verify.quantities.moment.on_trial import SLIPS, Moments
from verify.quantities.moment.places import place, random_place
from verify.settings import Level, Settings

IDS = ("lemma5", "lemma6", "lemma7")
by_id = pytest.mark.parametrize("id", IDS)


def claiming(case, claim):
    """One moment with another claim: ``{}`` in the text is the right one, or its factor."""
    moment = case.moment
    if isinstance(moment, Powers):
        changed = replace(moment, factor=parse(claim.format("(d + 2*j - 2)")))
    else:
        changed = moment.with_claim(parse(claim.format(f"({RIGHT[moment.id]})")))
    return Moments((replace(case, moment=changed),))


RIGHT = {
    "fourth": "Sigma*W*Sigma + Sigma*W'*Sigma + tr(W*Sigma)*Sigma",
    "second": "n^2*Sigma*W*Sigma + n*(Sigma*W'*Sigma + tr(W*Sigma)*Sigma)",
    "sixth": "(tr(A*Sigma)*tr(B*Sigma) + 2*tr(A_s*Sigma*B_s*Sigma))*Sigma"
    " + 2*tr(B*Sigma)*Sigma*A_s*Sigma + 2*tr(A*Sigma)*Sigma*B_s*Sigma"
    " + 4*(Sigma*A_s*Sigma*B_s*Sigma + Sigma*B_s*Sigma*A_s*Sigma)",
}


@pytest.fixture(scope="module")
def norm():
    return on_trial("lemma7").cases[0]


@pytest.fixture(scope="module")
def sixth():
    return on_trial("lemma7").cases[1]


@by_id
def test_each_mutant_falls_to_every_exact_check(id):
    table = mutants_of(id)
    assert len(table) > (SLIPS if id != "lemma7" else SLIPS + 20)
    assert all(len(by) == 3 for by in table.values())


@by_id
def test_small_slips_are_refuted(id):
    for case in on_trial(id).cases:
        assert refuted_by_all(claiming(case, f"{{}}*(1 + 1/{10**9})"))


def test_a_slip_at_one_order_is_refuted_and_beyond_all_orders_not_proved(norm):
    """A claim that is right for k <= 8 only must not be called proved."""
    spoiled = [f"(k - {order})" for order in ORDERS]
    hidden = claiming(norm, "{} + " + "*".join(spoiled))
    assert derivation(hidden, QUICK).verdict is Verdict.UNDECIDED
    early = claiming(norm, "{} + " + "*".join(spoiled[:-1]))
    assert interpolation(early, QUICK).verdict is Verdict.REFUTED


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
        record = norm.of_order(k)
        at = random_place(record, {"d": d}, Random(0), 1)
        assert coordinate_value(record, record.tree, at) == expected
    moment = sixth.moment  # Sigma is given by its factor
    entries = iter({"Sigma": 2, "A": 3, "B": 5}[name] for name in moment.letters.given)
    one = place(moment, {"d": 1}, lambda rows, columns: flint.fmpq_mat([[next(entries)]]))
    assert coordinate_value(moment, moment.tree, one)[0, 0] == 15 * 2**6 * 3 * 5


@pytest.mark.parametrize(("id", "many"), [("lemma5", 3), ("lemma6", 1), ("lemma7", 15)])
def test_symmetries_are_found(id, many):
    moment = on_trial(id).cases[-1].moment
    assert len(symmetries(form(moment.product), free(moment))) == many


def test_which_properties_apply():
    applied = {
        case.moment.id: {name for name, (_, fits) in BEHAVIOUR.items() if fits(case)}
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
    wrong = {
        "coordinates": "{}*Sigma",
        "linearity": "{} + Sigma",
        "symmetry": RIGHT["sixth"].replace("A_s", "A"),
        "one dimension": "2*{}",
        "addition": "{} + 1",
    }[name]
    assert property_alone(claiming(case, wrong), name).verdict is Verdict.REFUTED
    assert property_alone(Moments((case,)), name).verdict is Verdict.HOLDS


@by_id
def test_sampling_holds_and_refutes(id, monkeypatch):
    monkeypatch.setattr(directions, "DRAWS", 250_000)  # more are drawn where an error bar is wide
    found = sampling.examine(on_trial(id), Settings(Level.STANDARD, seed=3))
    assert found.verdict is Verdict.HOLDS, found
    for case in on_trial(id).cases:
        wrong = claiming(case, "{}*21/20")
        assert sampling.examine(wrong, QUICK).verdict is Verdict.REFUTED
