"""The witnesses of moments: they hold on the truth and refute what is wrong."""

from dataclasses import replace
from random import Random

import flint
import pytest
import sympy
from sympy import MatrixSymbol

import theory
from theory.records.identities import ORDERS
from verify import controls
from verify.moment import derivation, interpolation, properties, sampling
from verify.moment.coordinates import coordinate_moment
from verify.moment.mutants import breaks, mutants, truths
from verify.moment.points import place, random_place
from verify.moment.properties import PROPERTIES, symmetries
from verify.moment.subject import Subject
from verify.settings import Level, Settings
from verify.verdict import Verdict

QUICK = Settings(Level.QUICK, shrink=False)
EXACT = (derivation, interpolation, properties)
RECORDS = tuple(r for r in theory.statements() if r.kind == "moment")
by_id = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
LEMMA7 = theory.statement("lemma7")


def test_there_are_three():
    assert [r.id for r in RECORDS] == ["lemma5", "lemma6", "lemma7"]


@by_id
@pytest.mark.parametrize("seed", [0, 1])
def test_exact_witnesses_hold_on_the_truth(record, seed):
    for witness in EXACT:
        finding = witness.examine(Subject.of(record), replace(QUICK, seed=seed))
        assert finding.verdict is Verdict.HOLDS, finding
        assert finding.examined > 0 and finding.witness == witness.NAME


@by_id
def test_each_mutant_falls_to_every_exact_witness(record):
    found = controls.examine(Subject.of(record), QUICK)
    assert found.verdict is Verdict.HOLDS, found.summary
    table = found.data["mutants"]
    assert len(table) >= 8 * len(record.moments)
    assert all(set(by) == {w.NAME for w in EXACT} for by in table.values())


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
def test_the_controls_are_all_there(record):
    assert {m.name for m in mutants(Subject.of(record))} >= REQUIRED[record.id]


@by_id
def test_small_slips_are_refuted(record):
    slip = 1 + sympy.Rational(1, 10**9)
    for moment, derived in Subject.of(record):
        wrong = Subject((replace(moment, claim=moment.claim * slip),), (derived,))
        for witness in EXACT:
            finding = witness.examine(wrong, QUICK)
            assert finding.verdict is Verdict.REFUTED
            assert {"at", "exact", "claimed"} <= set(finding.data["counterexample"])


def test_a_slip_at_one_order_is_refuted_and_beyond_all_orders_not_proved():
    """A claim that is right for k <= 8 only must not be called proved."""
    subject = Subject.of(LEMMA7).alone(0)
    (norm,) = subject.moments
    k, last = norm.power, max(ORDERS)
    spoiled = sympy.prod(k - order for order in ORDERS)
    wrong = replace(subject, moments=(replace(norm, claim=norm.claim + spoiled),))
    assert derivation.examine(wrong, QUICK).verdict is Verdict.UNDECIDED
    inside = sympy.Product(norm.claim.function + spoiled, norm.claim.limits[0])
    hidden = replace(subject, moments=(replace(norm, claim=inside),))
    assert derivation.examine(hidden, QUICK).verdict is Verdict.UNDECIDED
    early = norm.claim + spoiled / (k - last)
    seen = replace(subject, moments=(replace(norm, claim=sympy.simplify(early)),))
    assert interpolation.examine(seen, QUICK).verdict is Verdict.REFUTED


def test_summaries_say_what_was_shown():
    said = {r.id: interpolation.examine(Subject.of(r), QUICK) for r in RECORDS}
    assert "all d and all matrices" in said["lemma5"].summary
    assert "all n and all d" in said["lemma6"].summary
    assert "proved for all d at k = 1 to 8" in said["lemma7"].summary
    assert said["lemma5"].data["fourth"]["sizes"] == [1, 2, 3, 4]
    assert said["lemma6"].data["second"]["degrees"]["n"] == 2
    assert said["lemma7"].data["sixth"]["sizes"][-1] == 6
    proved = derivation.examine(Subject.of(LEMMA7), QUICK).summary
    assert "every order k >= 1" in proved


@by_id
def test_a_wrong_derivation_is_refuted_without_the_engine(record, drop_one_pairing):
    drop_one_pairing()
    subject = Subject.of(replace(record))  # a copy, which has derived nothing yet
    for witness in EXACT:
        assert witness.examine(subject, QUICK).verdict is Verdict.REFUTED


def test_coordinates_of_known_moments():
    norm, sixth = LEMMA7.moments
    for d, k, expected in ((1, 3, 15), (3, 1, 3), (2, 4, 2**4 * 24)):
        at = random_place(norm, {"d": d, "k": k}, Random(0), 1)
        assert coordinate_moment(norm, at) == expected
    entries = {"Sigma": 2, "A": 3, "B": 5}  # Sigma is given by its factor
    one = place(sixth, {"d": 1}, lambda name: flint.fmpq_mat([[entries[name]]]))
    assert coordinate_moment(sixth, one)[0, 0] == 15 * 2**6 * 3 * 5


def test_symmetries_are_found():
    fourth, second = (theory.statement(f"lemma{k}").moments[0] for k in (5, 6))
    assert len(symmetries(fourth.form, fourth.fixed)) == 3
    assert len(symmetries(second.form, second.fixed)) == 1
    sixth = LEMMA7.moments[1]
    assert len(symmetries(sixth.form, sixth.fixed)) == 15


def test_which_properties_apply():
    applied = {
        m.name: {name for name, p in PROPERTIES.items() if p.applies(m)}
        for r in RECORDS
        for m in r.moments
    }
    assert applied["norm"] == {"value", "one dimension", "addition"}
    for name in ("fourth", "second", "sixth"):
        assert applied[name] == set(PROPERTIES) - {"addition"}


@pytest.mark.parametrize("name", ["coordinates", "linearity", "symmetry", "one dimension"])
def test_behaviour_alone_refutes_something(name, monkeypatch):
    """Also without comparing values, each property catches some mutant of the sixth moment."""
    monkeypatch.setattr(properties, "PROPERTIES", {name: PROPERTIES[name]})
    sixth = Subject.of(LEMMA7).alone(1)
    (moment,) = sixth.moments
    Sigma, A, A_s = (MatrixSymbol(a, *moment.claim.shape) for a in ("Sigma", "A", "A_s"))
    claims = {
        "coordinates": moment.claim * Sigma,
        "linearity": moment.claim + Sigma,
        "symmetry": moment.claim.xreplace({A_s: A}),
        "one dimension": 2 * moment.claim,
    }
    wrong = replace(sixth, moments=(replace(moment, claim=claims[name]),))
    assert properties.examine(wrong, QUICK).verdict is Verdict.REFUTED
    assert properties.examine(sixth, QUICK).verdict is Verdict.HOLDS


def test_norms_that_do_not_add_up(monkeypatch):
    monkeypatch.setattr(properties, "PROPERTIES", {"addition": PROPERTIES["addition"]})
    norm = Subject.of(LEMMA7).alone(0)
    assert properties.examine(norm, QUICK).verdict is Verdict.HOLDS
    (moment,) = norm.moments
    wrong = replace(norm, moments=(replace(moment, claim=moment.claim + 1),))
    assert properties.examine(wrong, QUICK).verdict is Verdict.REFUTED


@by_id
def test_truths_and_breaks(record):
    subject = Subject.of(record)
    for truth in truths(subject):
        assert interpolation.examine(truth.subject, QUICK).verdict is Verdict.HOLDS
    assert all(b.seen and b.data["at"] for b in breaks(subject))
    assert len(list(breaks(subject))) == len(record.moments)


@by_id
def test_sampling_holds_and_refutes(record, monkeypatch):
    monkeypatch.setattr(sampling, "DRAWS", 1_000_000)
    subject = Subject.of(record)
    found = sampling.examine(subject, Settings(Level.STANDARD, seed=3))
    assert found.verdict is Verdict.HOLDS, found
    slip = sympy.Rational(21, 20)
    for k, moment in enumerate(subject.moments):
        wrong = replace(subject.alone(k), moments=(replace(moment, claim=moment.claim * slip),))
        assert sampling.examine(wrong, QUICK).verdict is Verdict.REFUTED
