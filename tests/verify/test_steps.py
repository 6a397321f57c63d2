"""Several steps on trial: derived and claimed, with their controls, reports and commands."""

import jsonschema
import pytest
import torch

from numerics import PopulationRisk
from tests.verify.command_line import call, shipped_file, strict_json
from theory.designs.instance import instance
from theory.designs.predictors import polynomial
from theory.language.files.reading import parse_design
from theory.language.formulas.writing import written
from theory.language.gallery import designs, shipped, text
from theory.records.derived import Derived
from theory.records.theorem import Theorem
from verify.cases import cases
from verify.certificates.subjects import Subject
from verify.checks import interpolation, properties, training
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.outcome import report
from verify.outcome.derivation import numbers
from verify.outcome.verdict import Verdict
from verify.quantities.optimum import numeric
from verify.settings import Level, Settings
from verify.trial import put_on_trial
from verify.witnesses import subject_of

QUICK, STANDARD = Settings(Level.QUICK), Settings(Level.STANDARD)
TWO, _, _ = text("two-steps").partition("[claims")
TIED = TWO.replace("steps = 2", "steps = 2\ntied = true")
COVARIANCES = TWO.replace("[gaussians.prompt]", '[covariances]\nS = "psd"\n[gaussians.prompt]')
COVARIANCES = COVARIANCES.replace('e = "I"', 'e = "S"').partition("[limits")[0]


@pytest.mark.parametrize("toml", [TWO, COVARIANCES])
def test_what_is_derived_holds_and_its_mistakes_do_not(toml):
    found = put_on_trial(Derived.of(parse_design(toml)), QUICK)
    assert found.verdict is Verdict.HOLDS, [f.summary for f in found.findings]
    assert not found.faults
    assert len(found.findings[-1].data["mutants"]) >= 8
    assert {f.witness for f in found.findings} == {"interpolation", "properties", "controls"}


@pytest.mark.parametrize("name", ["interpolation", "properties"])
def test_each_exact_check_refutes_every_kind_of_mistake(name):
    subject = subject_of(Derived.of(parse_design(TWO)))
    check = {"interpolation": interpolation, "properties": properties}[name]
    mutants = {m.name: m.subject for m in subject.mutants()}
    for slip in (
        "twice the weight",
        "1 % below the optimal risk",
        "sigma forgotten in the optimum",
    ):
        assert check.examine(mutants[slip], QUICK).verdict is Verdict.REFUTED


def test_stacks_are_trained_and_end_below_what_is_too_high(monkeypatch):
    monkeypatch.setattr(numeric, "cases", lambda design, settings: cases(design, settings)[:1])
    monkeypatch.setattr(numeric, "STEPS_OF_STACKS", 400)
    file = parse_design(TWO)
    risk = written(Derived.of(file).risk)
    wrong = Theorem.of_claim(file, claim_of(file, risk=f"{risk} + 1/1000"))
    found, refuted = (
        training.examine(subject_of(one), STANDARD) for one in (Derived.of(file), wrong)
    )
    assert found.verdict is Verdict.HOLDS, found.summary
    assert all(excess > 0 for run in found.data["runs"] for excess in run["excess"])
    assert refuted.verdict is Verdict.REFUTED, refuted.summary


def test_what_a_stack_learned_is_judged_without_rounding():
    form = Derived.of(parse_design(TWO.replace("steps = 2", "steps = 6"))).derivation.plain
    at = instance(designs.isotropic, n=40, d=20, scalars={"sigma": 0})
    best = form.minimum(at)
    learned = {
        f"c_{k}": torch.tensor([float(best.weight[k, 0])], dtype=torch.float64)[:, None, None]
        for k in range(6)
    }
    (risk,) = numeric.risks_of(form, at, learned)
    rounded = PopulationRisk(at, polynomial(6))(learned)
    assert 0 <= risk / float(best.risk) - 1 < 1e-12
    assert abs(float(rounded) / risk - 1) > 1e-10  # what double precision makes of it


def test_the_limit_of_two_steps_holds_and_that_of_one_does_not():
    file = shipped("two-steps")
    claim = claim_of(file, risk="d^3/(d^2 + d*n + n^2)", limit="proportional")
    found = put_on_trial(Theorem.of_claim(file, claim), QUICK)
    assert found.outcome == "holds (right in the limit)"
    fewer = claim_of(file, risk="d^2/(d + n)", limit="proportional")
    assert judge(file, fewer, QUICK).judgement is Judgement.REFUTED


def test_a_claimed_risk_is_exact_or_refuted_by_a_place_that_coordinates_confirm():
    file = parse_design(TWO)
    right = claim_of(file, risk=written(Derived.of(file).risk))
    found = put_on_trial(Theorem.of_claim(file, right), QUICK)
    assert found.outcome == "holds (exact)", [f.summary for f in found.findings]
    one = claim_of(file, risk="d + sigma^2 - n*d/(n + d + 1 + sigma^2)")  # that of one step
    (answer,) = judge(file, one, QUICK).answers
    assert answer.judgement is Judgement.REFUTED
    assert answer.counterexample.confirmed


def test_a_claim_with_covariances_is_refuted_or_left_undecided():
    file = parse_design(COVARIANCES)
    wrong = claim_of(file, risk="d + sigma^2 - n*tr(S)/(n + d)")
    assert judge(file, wrong, QUICK).judgement is Judgement.REFUTED


def told(toml, **sizes):
    """What is printed of numbers."""
    record = Derived.of(parse_design(toml))
    at = record.instance(**sizes)
    return "\n".join(numbers(record.optima_at(at), at, record.file.steps))


def test_numbers_are_told_and_reported():
    given = ("--set", "n=4", "--set", "d=2", "--set", "sigma=1")
    arguments = ("derive", shipped_file("two-steps"), *given, "--level", "quick")
    text = told(TWO, n=4, d=2, sigma=1)
    assert "2 steps, least risk: 2301/1295" in text
    assert "with weight decay 1" in text
    code, out, err = call(*arguments, "--json", "-", "--quiet")
    assert code == 0, err
    found = strict_json(out)
    jsonschema.validate(found, report.schema())
    seen = found["results"][0]["numbers"]
    assert seen["coefficients"] == ["317/1295", "-17/1295"]
    assert seen["weight"] is seen["att"] is seen["wpgd"] is None
    assert len(seen["step_sizes"]["real"]) == 2
    assert seen["ridge_step_sizes"] | {"real": None} == {
        "real": None,
        "pairs": [],
        "certified": True,
        "decay": "1",
    }


def test_equal_steps_hold_and_their_mistakes_do_not():
    found = put_on_trial(Derived.of(parse_design(TIED)), QUICK)
    assert found.verdict is Verdict.HOLDS, [f.summary for f in found.findings]
    assert len(found.findings[-1].data["mutants"]) == 6


def test_equal_steps_are_told_and_reported(tmp_path):
    path = tmp_path / "tied.toml"
    path.write_text(TIED)
    arguments = ("derive", str(path), *("--set", "n=20"), *("--set", "d=10"), *("--set", "sigma=1"))
    assert "2 equal steps, best size: 0.0310233531135" in told(TIED, n=20, d=10, sigma=1)
    code, out, err = call(*arguments, "--level", "quick", "--json", "-", "--quiet")
    assert code == 0, err
    found = strict_json(out)
    jsonschema.validate(found, report.schema())
    equal = found["results"][0]["numbers"]["equal_steps"]
    assert len(equal["polynomial"]) == 4
    assert equal["risk"] == pytest.approx(3.35720591084)
    assert equal["saddle"] is True


def test_there_is_no_certificate_of_equal_steps():
    _, found = Subject.of_design(parse_design(TIED)).certified(QUICK)
    assert not found.assertions and "equal steps" in found.missing[0]


@pytest.mark.parametrize("value", ["0", "1.5", "50", '"x"'])
def test_bad_steps_end_in_one_sentence(value, tmp_path):
    path = tmp_path / "deep.toml"
    path.write_text(TWO.replace("steps = 2", f"steps = {value}"))
    code, out, err = call("derive", str(path))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    line = TWO.partition("steps =")[0].count("\n") + 1
    assert f"{path}:{line}:9: found" in err
