"""Strong convexity: what each check sees, and what of a domain that is too large."""

from dataclasses import replace

import pytest

from tests.verify.trials import QUICK, derivation, mutants_of, on_trial, refuted_by_all
from theory.language.gallery import designs
from theory.optima.curvature.definiteness import Domain
from theory.optima.curvature.hessian import hessian
from verify.checks import sampling
from verify.checks.check import EXACT_CHECKS
from verify.outcome.verdict import Vacuous, Verdict
from verify.quantities.curvature import sampling as directions
from verify.quantities.curvature.case import HessianCase, edges
from verify.quantities.curvature.on_trial import Curvatures
from verify.settings import Level, Settings

LEMMA2 = on_trial("lemma2")


def test_every_check_refutes_many_mutants():
    table = mutants_of("lemma2")
    assert len(table) >= 16
    for check in EXACT_CHECKS:
        assert sum(check.name in by for by in table.values()) >= 15


def test_alpha_one_is_refuted_with_a_counterexample():
    copies = Curvatures((HessianCase(Domain(designs.rag), hessian(designs.rag)),))
    assert refuted_by_all(copies)
    finding = derivation(copies, Settings(Level.QUICK))
    assert "alpha = 1" in finding.data["counterexample"]["at"]


def test_breaks_are_seen():
    found = list(LEMMA2.breaks())
    assert len(found) == 4 and all(b.seen and "n = 2" in b.says for b in found)
    assert not any("[[" in b.says for b in found)


def test_edges_stay_in_the_domain():
    for case in LEMMA2.cases:
        found = list(edges(case.domain))
        assert found and all(case.domain.holds_at(at) for at in found)


def test_sampling_sees_a_doubled_hessian(monkeypatch):
    monkeypatch.setattr(directions, "DRAWS", 100_000)
    (case,) = (c for c in LEMMA2.cases if c.name == "independent")
    assert sampling.examine(Curvatures((case,)), QUICK).verdict is not Verdict.REFUTED
    doubled = replace(case, hessian=replace(case.hessian, left=2 * case.hessian.left))
    assert sampling.examine(Curvatures((doubled,)), QUICK).verdict is Verdict.REFUTED


def test_a_claim_about_nothing_is_refused():
    with pytest.raises(Vacuous, match="says nothing"):
        Curvatures(())
