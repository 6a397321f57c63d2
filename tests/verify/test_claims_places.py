"""Claims where a weight is not unique, excesses beside their noise, slips that are not real."""

from fractions import Fraction

import pytest
import sympy

from tests.theory.design_files import isotropic_file
from tests.verify.command_line import call, claimed, shipped_file
from theory.designs.nearest import of_rank
from theory.language.files.reading import parse_design
from verify.cli import Exit
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.judge.question import questions
from verify.judge.regular import poles
from verify.settings import Settings

SCALED = "d + sigma^2 - n*gamma^2*d/(gamma^2*(n + d + 1) + sigma^2)"
"""The least risk with features gamma e; at gamma = sigma = 0 every weight has it."""


@pytest.fixture
def scaled(tmp_path):
    path = tmp_path / "scaled.toml"
    ranges = {"gamma": "[0, 1]", "sigma": '[0, "oo"]'}
    path.write_text(isotropic_file("scaled", ranges, features="gamma*e", task="b", noise="sigma"))
    return str(path)


@pytest.mark.parametrize(
    ("option", "formula", "code"),
    [
        ("--risk", SCALED, Exit.HOLDS),
        ("--risk", "d + sigma^2", Exit.REFUTED),
        ("--excess", SCALED.replace(" + sigma^2", "", 1), Exit.HOLDS),
        ("--excess", "d", Exit.REFUTED),
        ("--weight", "1/(gamma^2*(n + d + 1) + sigma^2)", Exit.HOLDS),
    ],
)
def test_where_every_weight_has_the_least_risk(scaled, option, formula, code):
    found, (result,) = claimed(scaled, option, formula)
    assert found == code, result["why"]


def test_no_signal_at_all(tmp_path):
    path = tmp_path / "silent.toml"
    path.write_text(isotropic_file("silent", {"sigma": '[0, "oo"]'}, task="0*b", noise="sigma"))
    assert claimed(str(path), "--excess", "0")[0] == Exit.HOLDS


@pytest.mark.parametrize("formula", ["d - n*d/(n + d + 1 + sigma^2)", "d - n*d/(n + d + sigma^2)"])
def test_an_excess_in_a_limit_has_no_noise(tmp_path, formula):
    path = tmp_path / "noisy.toml"
    design = isotropic_file("noisy", {"sigma": '[0, "oo"]'}, task="b", noise="sigma")
    path.write_text(f'{design}[limits.one]\nn = "d/nu"\nsigma = "sqrt(s*d)"\n')
    code, (result,) = claimed(str(path), "--excess", formula, "--limit", "one")
    assert code == Exit.HOLDS, result["witnesses"]


def test_a_slip_that_is_no_real_number_is_no_wrong_claim(tmp_path):
    path = tmp_path / "negative.toml"
    ranges = {"c": '["-oo", -1]', "sigma": '[0, "oo"]'}
    design = isotropic_file("negative", ranges, task="c*b", noise="sigma")
    path.write_text(f'{design}[predictor]\nscale = "c/n"\n[limits.one]\nn = "d/nu"\n')
    formula = "-n*sqrt(c^2)/(c^2*(n + d + 1) + sigma^2)"
    code, (result,) = claimed(str(path), "--weight", formula, "--limit", "one")
    assert code == Exit.HOLDS, result["witnesses"]


def test_text_and_exit_code_agree_where_another_witness_refutes(monkeypatch):
    from verify.counterexamples import Falsified
    from verify.quantities.optimum import claimed

    def refuted(subject, regime):
        raise Falsified("made up", "n = 1")

    monkeypatch.setattr(claimed, "followed", refuted)
    options = ("--weight", "1/((alpha^2*d + 1)*n + d + sigma^2)", "--limit", "proportional")
    code, out, _ = call("claim", shipped_file("rag"), *options, "--quiet")
    assert (code, out) == (Exit.REFUTED, "rag refuted\n")


ROUNDED = [["0.333333", "0.471405"], ["0.471405", "0.666667"]]


def test_a_covariance_of_given_rank_is_exact(tmp_path):
    rows = [[Fraction(v) for v in row] for row in ROUNDED]
    (a, b), (c, e) = of_rank(rows, 1).rows
    assert all(isinstance(v, Fraction) for v in (a, b, c, e))
    assert b == c and a * e == b * c and abs(a - rows[0][0]) < Fraction(1, 10**6)
    path = tmp_path / "S.csv"
    path.write_text("\n".join(",".join(row) for row in ROUNDED))
    numbers = [p for v in ("n=2", "alpha=3/5", "sigma=1/2") for p in ("--set", v)]
    arguments = [shipped_file("rag-general"), *numbers, "--level", "quick", "--matrix"]
    code, out, err = call("derive", *arguments, f"Sigma_x=nearest:1:{path}")
    assert code == Exit.HOLDS and "of rank 1, at distance" in err
    assert "not unique" in out and "PGD, least risk: " in out
    code, _, err = call("derive", *arguments, f"Sigma_x=nearest:3:{path}")
    assert code == Exit.USAGE and "expected a rank from 1 to 2, got 3" in err


@pytest.mark.parametrize(("high", "zeros"), [("1", (2 * sympy.Symbol("u") - 1,)), ("1/3", ())])
def test_a_divisor_that_is_always_negative_is_never_zero(high, zeros):
    file = parse_design(isotropic_file("u", {"u": f'[0, "{high}"]'}, features="u*e", task="b"))
    (question,) = questions(file, claim_of(file, risk="d*(2*u - 1)/(2*u - 1)"))
    assert poles(question) == zeros


@pytest.mark.parametrize(
    ("scale", "left_out"),
    [
        ("1/tau", ["tau != 0"]),
        ("tau/n", ["tau != 0"]),
        ("sqrt(tau - 1)", ["tau >= 1", "sqrt(tau - 1) != 0"]),
        ("1/(tau + 1)", []),
        ("1/n", []),
    ],
)
def test_where_the_scale_is_no_number_or_zero_there_is_no_prediction(scale, left_out):
    """Features tau e and noises tau sigma are as good as e and sigma, unless tau = 0."""
    ranges = {"tau": '[0, "oo"]', "sigma": '[0, "oo"]'}
    text = isotropic_file(
        "of-scale", ranges, features="tau*e", task="b", noise="tau*sigma", query_noise="0"
    )
    file = parse_design(f'{text}[predictor]\nscale = "{scale}"\n')
    assert list(map(str, file.design.promised)) == left_out
    asked = claim_of(file, risk="d - n*d/(n + d + 1 + sigma^2)")
    found = judge(file, asked, Settings()).judgement
    assert found is (Judgement.EXACT if left_out else Judgement.REFUTED)


def test_a_condition_that_a_file_has_is_said_once():
    text = isotropic_file("positive", {"tau": '{ range = [0, "oo"], where = "tau > 0" }'}, task="b")
    file = parse_design(f'{text}[predictor]\nscale = "1/tau"\n')
    assert list(map(str, file.design.promised)) == ["tau > 0"]
