"""Low-rank weights and updates: what each check sees of right and of wrong claims."""

from dataclasses import replace
from random import Random

import pytest
import sympy

from tests.verify.trials import (
    QUICK,
    derivation,
    interpolation,
    mutants_of,
    on_trial,
    refuted_by_all,
)
from theory.optima.low_rank.eigenvalue_claim import Indices
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import n
from verify.checks import sampling, training
from verify.checks.on_trial import Node
from verify.counterexamples import Falsified
from verify.outcome.verdict import Verdict
from verify.quantities.low_rank import numeric
from verify.quantities.low_rank.eigenbases import eigenbasis, small_eigenbases
from verify.quantities.low_rank.on_trial import SLIPPED
from verify.settings import Level, Settings

IDS = ("lemma3", "lemma4")
w, b = sympy.symbols("w b")
by_id = pytest.mark.parametrize("id", IDS)


def claiming(id, **changes):
    right = on_trial(id)
    return replace(right, claim=replace(right.claim, **changes))


def agree(subject, at):
    """Whether derived and claimed risks of all ranks are the same; raises where they are not."""
    return Node(at, subject.derived_beside(at)).judge() == at.at.d + 2


@by_id
def test_every_mutant_falls_to_every_exact_check(id):
    """More than is asked: one would do."""
    table = mutants_of(id)
    left = {
        part for part, called in SLIPPED.items() if not any(n.startswith(called) for n in table)
    }
    assert left == ({"abbreviations"} if id == "lemma3" else set())
    assert len(table) >= 15 and all(len(refuted_by) == 3 for refuted_by in table.values())
    claims = [m.subject.claim for m in on_trial(id).mutants()]
    assert len(set(claims)) == len(claims) and on_trial(id).claim not in claims


@by_id
def test_the_claim_in_other_words_is_not_refuted(id):
    right = on_trial(id)
    claim, name = right.claim, right.claim.eigenvalues[0][0]
    others = [claiming(id, inside=sympy.apart(claim.written_out(claim.inside), name))]
    if right.updates:
        bottom = claim.written_out(b)
        lost = n * bottom * (claim.written_out(w) - name / bottom) ** 2
        others.append(claiming(id, outside=right.statement.parts[0] - lost))
    for other in others:
        assert other.claim != claim
        for check in (derivation, interpolation):
            assert check(other, QUICK).verdict is Verdict.HOLDS


@by_id
@pytest.mark.parametrize("part", ["total", "inside", "outside", "start"])
def test_small_slips_are_refuted_by_every_exact_check(id, part):
    tiny, right = sympy.Rational(1, 10**12), getattr(on_trial(id).claim, part)
    assert refuted_by_all(claiming(id, **{part: right * (1 + tiny) if right else tiny}))


def test_another_definition_of_the_matrix_is_noticed():
    (name, meaning), *rest = on_trial("lemma3").claim.definitions
    x, beta = meaning.as_coeff_matrices()[1][:2]
    swapped = claiming("lemma3", definitions=((name, beta * x * x), *rest))
    unequal = [e.what for e in swapped.equalities(QUICK) if not e.proved]
    assert "the definitions of matrices" in unequal


@by_id
def test_undefined_claims_are_refuted(id):
    assert refuted_by_all(claiming(id, inside=on_trial(id).claim.inside / (n - 2)))


@by_id
def test_eigenbases_have_the_eigenvalues_they_name(id):
    right = on_trial(id)
    names = [right.statement.task, right.statement.old]
    for at in small_eigenbases(right.statement, Random(0)):
        here = at.at
        for (symbol, _), name in zip(right.claim.eigenvalues, names, strict=False):
            diagonal = EXACT.diagonal([row[symbol.name] for row in at.table])
            product = here.matrices[name] * here.matrices["Sigma_x"]
            assert product * at.basis == at.basis * diagonal
        for name, root in here.roots.items():
            assert root * root.transpose() == here.matrices[name]


def test_repeated_eigenvalues_and_none_at_all():
    right = on_trial("lemma3")
    for roots in ([1, 1, 1], [0, 0, 0], [2, 2, 0]):
        at = eigenbasis(right.statement, 2, EXACT.identity(3), [roots], {"sigma": 1})
        assert agree(right, at)
        for rank in range(4):
            assert len(right.claim.chosen(at.at, at.table, rank)) == rank


def test_the_best_set_is_not_that_of_the_largest_new_eigenvalues():
    right, largest = on_trial("lemma4"), claiming("lemma4", indices=Indices.LARGEST)
    basis = EXACT.matrix([[1, 2], [0, 1]])
    at = eigenbasis(right.statement, 2, basis, [[2, 1], [2, 3]], {"sigma": 1})
    best, other = ([one.claimed(at, rank) for rank in range(3)] for one in (right, largest))
    assert all(x <= y for x, y in zip(best, other, strict=True)) and best != other
    with pytest.raises(Falsified, match="derived and claimed risk differ"):
        agree(largest, at)


def test_where_covariances_do_not_commute_the_claim_is_silent():
    (seen,) = on_trial("lemma4").breaks()
    assert seen.says.endswith("the derived formula covers this case")
    assert seen.seen and seen.data["least"] != seen.data["and_least"]
    assert not list(on_trial("lemma3").breaks())


@by_id
def test_summaries_speak_of_the_statement_at_hand(id):
    proved, seen = (check(on_trial(id), QUICK).summary for check in (derivation, interpolation))
    assert ("commute" in proved) == ("commute" in seen) == (id == "lemma4")
    assert "at the drawn covariances alone" in seen


@by_id
def test_sampling_and_training(id, monkeypatch):
    monkeypatch.setattr(numeric, "STEPS", 200)
    monkeypatch.setattr("verify.cases.SMALL", 400_000)
    settings = Settings(Level.STANDARD)
    case, _ = next(numeric.places(on_trial(id).statement, settings))  # the first will do
    monkeypatch.setattr(numeric, "places", lambda *_: [(case, (1,))])
    for check in (sampling, training):
        assert check.examine(on_trial(id), settings).verdict is Verdict.HOLDS
    monkeypatch.setattr("verify.cases.SMALL", 100_000)
    total = on_trial(id).claim.total
    high, low = (claiming(id, total=total * sympy.Rational(k, 10)) for k in (11, 9))
    assert sampling.examine(high, settings).verdict is Verdict.REFUTED
    assert training.examine(high, settings).verdict is Verdict.REFUTED  # models get below it
    assert training.examine(low, settings).verdict is Verdict.UNDECIDED  # they do not reach it
