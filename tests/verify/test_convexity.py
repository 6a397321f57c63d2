"""The witnesses of strong convexity hold on the truth and refute what is wrong."""

from dataclasses import replace

import pytest

import theory
from theory.language.gallery import designs
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import hessian
from verify import controls
from verify.convexity import derivation, interpolation, properties, sampling
from verify.convexity.edges import edges
from verify.convexity.mutants import breaks, mutants
from verify.convexity.subject import Case, Subject
from verify.settings import Level, Settings
from verify.verdict import Vacuous, Verdict

SUBJECT = Subject.of(theory.statement("lemma2"))
QUICK = Settings(Level.QUICK)
EXACT = (derivation, interpolation, properties)


@pytest.mark.parametrize("witness", EXACT, ids=lambda w: w.NAME if hasattr(w, "NAME") else "")
def test_exact_witnesses_hold_on_the_truth(witness):
    finding = witness.examine(SUBJECT, replace(QUICK, seed=1))
    assert finding.verdict is Verdict.HOLDS and finding.examined > 0, finding


def test_every_mutant_falls_and_every_witness_refutes_many():
    finding = controls.examine(SUBJECT, QUICK)
    assert finding.verdict is Verdict.HOLDS, finding.summary
    table = finding.data["mutants"]
    assert len(table) >= 16
    for name in ("derivation", "interpolation", "properties"):
        assert sum(name in by for by in table.values()) >= 15


def test_alpha_one_is_refuted_with_a_counterexample():
    case = Case(Domain(designs.rag), hessian(designs.rag))
    for witness in EXACT:
        finding = witness.examine(Subject((case,)), QUICK)
        assert finding.verdict is Verdict.REFUTED, finding
        assert "alpha = 1" in finding.data["counterexample"]["at"]


def test_breaks_are_seen():
    found = list(breaks(SUBJECT))
    assert len(found) == 4 and all(b.seen and "n = 2" in b.says for b in found)
    assert not any("[[" in b.says for b in found)


def test_edges_stay_in_the_domain():
    for case in SUBJECT.cases:
        found = list(edges(case.domain))
        assert found and all(case.domain.holds_at(at) for at in found)


def test_mutants_have_unique_names():
    names = [m.name for m in mutants(SUBJECT)]
    assert len(set(names)) == len(names)


def test_sampling_sees_a_doubled_hessian(monkeypatch):
    monkeypatch.setattr(sampling, "DRAWS", 100_000)
    (case,) = (c for c in SUBJECT.cases if c.name == "independent")
    right = sampling.examine(Subject((case,)), QUICK)
    assert right.verdict is not Verdict.REFUTED
    doubled = replace(case, hessian=replace(case.hessian, left=2 * case.hessian.left))
    assert sampling.examine(Subject((doubled,)), QUICK).verdict is Verdict.REFUTED


def test_a_claim_about_nothing_is_refused():
    with pytest.raises(Vacuous, match="says nothing"):
        replace(Subject.of(theory.statement("lemma2")), cases=())
