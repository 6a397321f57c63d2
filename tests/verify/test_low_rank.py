"""The witnesses on the best low-rank weights and updates."""

from dataclasses import replace
from random import Random

import pytest
import sympy

import theory
from theory.optima.low_rank.eigenvalue_claim import Indices
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import n
from verify import controls
from verify.falsified import Falsified
from verify.low_rank import derivation, interpolation, properties, sampling, training
from verify.low_rank.cases import low_rank_cases
from verify.low_rank.eigenbases import eigenbasis, small_eigenbases
from verify.low_rank.mutants import CHANGES, START_AT_ZERO, UPDATE, b, breaks, mutants, w
from verify.low_rank.subject import Subject
from verify.settings import Level, Settings
from verify.verdict import Verdict

RECORDS = [theory.statement("lemma3"), theory.statement("lemma4")]
EXACT_ONES = (derivation, interpolation, properties)
QUICK = Settings(Level.QUICK, shrink=False)
by_id = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)


@by_id
def test_exact_witnesses_hold_on_the_truth(record):
    for witness in EXACT_ONES:
        finding = witness.examine(Subject.of(record), replace(QUICK, seed=1))
        assert finding.verdict is Verdict.HOLDS, finding
        assert finding.examined > 0 and finding.witness == witness.__name__.rsplit(".", 1)[-1]


@by_id
def test_every_mutant_falls_to_every_exact_witness(record):
    """More than is asked: one would do."""
    table = controls.examine(Subject.of(record), QUICK).data["mutants"]
    wanted = CHANGES | (UPDATE if record.old else START_AT_ZERO)
    assert set(table) == set(wanted) and len(table) >= 15
    for name, refuted_by in table.items():
        assert refuted_by == ["derivation", "interpolation", "properties"], name


def test_the_claim_in_other_words_is_not_refuted():
    for record in RECORDS:
        claim = record.claim
        name = claim.eigenvalues[0][0]
        inside = sympy.apart(claim.written_out(claim.inside), name)
        others = [replace(claim, inside=inside)]
        if record.old:
            bottom = claim.written_out(b)
            lost = n * bottom * (claim.written_out(w) - name / bottom) ** 2
            others.append(replace(claim, outside=record.parts[0] - lost))
        for other in others:
            assert other != claim
            for witness in (derivation, interpolation):
                finding = witness.examine(Subject(record, other), QUICK)
                assert finding.verdict is Verdict.HOLDS, finding


@by_id
def test_small_slips_are_refuted_by_every_exact_witness(record):
    claim, tiny = record.claim, sympy.Rational(1, 10**12)
    for slip in (
        replace(claim, total=claim.total + tiny),
        replace(claim, inside=claim.inside * (1 + tiny)),
        replace(claim, outside=claim.outside + tiny),
        replace(claim, start=claim.start + tiny),
    ):
        for witness in EXACT_ONES:
            finding = witness.examine(Subject(record, slip), QUICK)
            assert finding.verdict is Verdict.REFUTED, (slip, finding)
            assert {"at", "exact", "claimed"} <= set(finding.data["counterexample"])


def test_another_definition_of_the_matrix_is_noticed():
    record = RECORDS[0]
    (name, meaning), *rest = record.claim.definitions
    x, beta = meaning.as_coeff_matrices()[1][:2]
    swapped = replace(record.claim, definitions=((name, beta * x * x), *rest))
    assert not derivation._functions(Subject(record, swapped))["matrices"]


@by_id
def test_undefined_claims_are_refuted(record):
    claim = record.claim
    nowhere = replace(claim, inside=claim.inside / (n - 2))
    for witness in EXACT_ONES:
        assert witness.examine(Subject(record, nowhere), QUICK).verdict is Verdict.REFUTED


def test_eigenbases_have_the_eigenvalues_they_name():
    for record in RECORDS:
        for at in small_eigenbases(record, Random(0)):
            here = at.at
            for (symbol, _), name in zip(
                record.claim.eigenvalues, (record.task, record.old), strict=False
            ):
                product = here.matrices[name] * here.matrices["Sigma_x"]
                values = [row[symbol.name] for row in at.table]
                diagonal = EXACT.matrix(
                    [[v if j == k else 0 for k in range(here.d)] for j, v in enumerate(values)]
                )
                assert product * at.basis == at.basis * diagonal
            for name, root in here.roots.items():
                assert root * root.transpose() == here.matrices[name]


def test_repeated_eigenvalues_and_none_at_all():
    record = RECORDS[0]
    one = EXACT.identity(3)
    for roots in ([1, 1, 1], [0, 0, 0], [2, 2, 0]):
        at = eigenbasis(record, 2, one, [roots], {"sigma": 1})
        derivation._compare(Subject.of(record), at)
        for rank in range(4):
            assert len(record.claim.chosen(at.at, at.table, rank)) == rank


def test_the_best_set_is_not_that_of_the_largest_new_eigenvalues():
    record = RECORDS[1]
    at = eigenbasis(record, 2, EXACT.matrix([[1, 2], [0, 1]]), [[2, 1], [2, 3]], {"sigma": 1})
    largest = replace(record.claim, indices=Indices.LARGEST)
    best = [record.claim.risk(at.at, at.table, rank) for rank in range(3)]
    other = [largest.risk(at.at, at.table, rank) for rank in range(3)]
    assert all(x <= y for x, y in zip(best, other, strict=True)) and best != other
    with pytest.raises(Falsified, match="derived and claimed risk differ"):
        derivation._compare(Subject(record, largest), at)


def test_where_covariances_do_not_commute_the_claim_is_silent():
    (seen,) = breaks(Subject.of(RECORDS[1]))
    assert seen.says.endswith("the derived formula covers this case")
    assert seen.seen and seen.data["least"] != seen.data["and_least"]
    assert not list(breaks(Subject.of(RECORDS[0])))


def test_summaries_speak_of_the_statement_at_hand():
    for record, commuting in zip(RECORDS, (False, True), strict=True):
        for witness in (derivation, interpolation):
            summary = witness.examine(Subject.of(record), QUICK).summary
            assert ("commute" in summary) == commuting
        assert "at the drawn covariances alone" in summary


@by_id
def test_no_two_mutants_are_the_same(record):
    claims = [m.subject.claim for m in mutants(Subject.of(record))]
    assert len(set(claims)) == len(claims) and record.claim not in claims


@by_id
def test_sampling_and_training(record, monkeypatch):
    monkeypatch.setattr(training, "STEPS", 200)
    monkeypatch.setattr(sampling, "DRAWS_SMALL", 400_000)
    for witness in (sampling, training):  # the first case will do
        first = [replace(next(low_rank_cases(record, Settings())), ranks=(1,))]
        monkeypatch.setattr(witness, "low_rank_cases", lambda *_, first=first: first)
    right, settings = Subject.of(record), Settings(Level.STANDARD)
    for witness in (sampling, training):
        assert witness.examine(right, settings).verdict is Verdict.HOLDS
    monkeypatch.setattr(sampling, "DRAWS_SMALL", 100_000)
    claim = record.claim
    high = replace(right, claim=replace(claim, total=claim.total * sympy.Rational(11, 10)))
    low = replace(right, claim=replace(claim, total=claim.total * sympy.Rational(9, 10)))
    assert sampling.examine(high, settings).verdict is Verdict.REFUTED
    assert training.examine(high, settings).verdict is Verdict.REFUTED  # models get below it
    assert training.examine(low, settings).verdict is Verdict.UNDECIDED  # they do not reach it
