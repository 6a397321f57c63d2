"""Where labels are zero, so are the optimal weight, the risk and the spread of what is sampled."""

import json
import math
from dataclasses import replace

import jsonschema
import pytest

from tests.verify.command_line import strict_json
from theory.errors import Underivable
from theory.language import gallery
from theory.language.files.reading import parse_design
from theory.language.gallery import designs
from theory.records.derived import Derived
from verify import trained
from verify.checks import sampling, training
from verify.expected import Expected
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.outcome import report
from verify.outcome import strict_json as writer
from verify.outcome.verdict import Verdict
from verify.quantities.optimum import numeric
from verify.quantities.optimum.derived import RIGHT, DerivedOptimum
from verify.settings import Level, Settings
from verify.trial import Result

STANDARD = Settings(Level.STANDARD)


def subject(slip=RIGHT):
    design = replace(designs.isotropic_noiseless, query_label_scale=0, query_noise=0)
    return DerivedOptimum(Derived.of(design), slip)


def test_samples_and_models_hold_and_their_report_is_json():
    right = subject()
    findings = tuple(check.examine(right, STANDARD) for check in (sampling, training))
    assert {one.verdict for one in findings} == {Verdict.HOLDS}
    assert [row["deviation"] for row in findings[0].data["cases"]] == [0.0] * 4
    told = writer.text(report.as_json([Result(right.record, findings, 0.0)], STANDARD))
    jsonschema.validate(strict_json(told), report.schema())
    assert not any("nan standard" in one.summary for one in findings)


@pytest.mark.parametrize("what", ["weight", "risk"])
def test_a_wrong_claim_about_nothing_is_refuted_by_samples(what):
    slip = replace(RIGHT, **{what: lambda value, at: value + at.arithmetic.number(1)})
    if what == "weight":
        slip = replace(RIGHT, weight=lambda value, at: value + at.arithmetic.identity(at.d))
    assert sampling.examine(subject(slip), STANDARD).verdict is Verdict.REFUTED


def test_training_refutes_a_risk_above_nothing(monkeypatch):
    monkeypatch.setattr(numeric, "STEPS_SMALL", 40)
    slip = replace(RIGHT, risk=lambda value, at: value + at.arithmetic.number(1))
    assert training.examine(subject(slip), STANDARD).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("mean", "error", "claimed", "scale", "verdict"),
    [
        (0.0, 0.0, 0.0, 0.0, Verdict.HOLDS),
        (2.0, 0.0, 2.0, 2.0, Verdict.HOLDS),
        (2.0 + 4e-16, 1e-19, 2.0, 2.0, Verdict.HOLDS),  # a spread that is rounding alone
        (1e-9, 0.0, 0.0, 0.0, Verdict.REFUTED),
        (-1e-9, 0.0, 0.0, 0.0, Verdict.REFUTED),
        (2.0, 0.0, 2.001, 2.001, Verdict.REFUTED),
        (0.0, 0.0, 2.0, 2.0, Verdict.REFUTED),
        (0.1, 0.1, 0.0, 0.0, Verdict.UNDECIDED),  # too wide a spread about nothing
        (math.nan, 0.0, 0.0, 0.0, Verdict.UNDECIDED),
        (math.nan, math.nan, 1.0, 1.0, Verdict.UNDECIDED),
    ],
)
def test_draws_without_spread(mean, error, claimed, scale, verdict):
    values = {"mean": mean, "error": error, "scale": scale, "draws": 9}
    row = sampling.row("c", "n = 1", "risk", expected=Expected.claim(claimed), **values)
    assert row["verdict"] == verdict.value
    finding = sampling.finding("risk", [row])
    assert finding.verdict is verdict
    assert math.isnan(mean) or "nan" not in finding.summary


def test_an_excess_over_nothing_is_measured_by_the_start():
    """So it does not depend on the unit of the labels."""
    for unit in (1e-12, 1.0, 1e12):
        risks, start = [2e-4 * unit, 3 * unit], [1.0 * unit, 2.0 * unit]
        ended = {"start": start, "steps": 9, "seconds": 0.1}
        row = trained.judged("att", "c", "n = 1", Expected.claim(0.0), risks, **ended)
        assert row["excess"] == pytest.approx([2e-4, 1.5]) and row["verdict"] == "holds"


def test_a_restart_that_ended_in_no_number_is_told_in_json():
    expected, risks = Expected.claim(2.0), [math.nan, 2.002]
    row = trained.judged("att", "c", "n = 1", expected, risks, steps=9, seconds=0.1)
    finding = trained.finding([row])
    assert finding.verdict is Verdict.UNDECIDED and "at most 0.100 % above" in finding.summary
    (told,) = strict_json(writer.text(finding.data))["runs"]
    assert told["excess"][0] == "nan"
    assert json.loads(writer.text([[math.inf], {"a": -math.inf}])) == [["inf"], {"a": "-inf"}]


@pytest.mark.parametrize(
    ("formula", "judgement"),
    [
        ("d", Judgement.UNDECIDED),
        ("d*(d + 1)/(n + d + 1)", Judgement.REFUTED),
        ("<= d", Judgement.UNDECIDED),
    ],
)
def test_where_parameters_have_one_value_and_features_are_zero_there_no_formula_is_exact(
    formula, judgement
):
    """Cancelled, that of the optimum has a value which the least risk has not: that is d."""
    text = gallery.text("isotropic-noiseless").replace('features = "e"', 'features = "u*e"')
    file = parse_design(text + "[parameters]\nu = [0, 0]\n")
    (answer,) = judge(file, claim_of(file, risk=formula), Settings()).answers
    assert answer.judgement is judgement and "more than one weight" in answer.why
    file = parse_design(text + "[parameters]\nu = [1, 1]\n")
    (answer,) = judge(file, claim_of(file, risk=formula), Settings()).answers
    assert answer.judgement is not Judgement.UNDECIDED


def test_where_features_are_zero_it_is_said_that_the_weight_does_not_matter():
    text = gallery.text("isotropic-noiseless").replace('features = "e"', 'features = "0*e"')
    with pytest.raises(Underivable, match="does not depend on the weight"):
        assert Derived.of(parse_design(text)).risk
