"""Moments on the command line: printed, evaluated, claimed, refused."""

import subprocess
import sys
from dataclasses import replace
from random import Random

import jsonschema
import pytest

import theory
from tests.verify.command_line import call, refused, strict_json
from verify.checks import controls, derivation, interpolation, properties
from verify.cli.exits import Exit
from verify.judge import expectation as judge
from verify.outcome.report import schema
from verify.outcome.verdict import Verdict
from verify.quantities.moment import of_text as on_trial
from verify.quantities.moment.of_text import ClaimedMean, DerivedExpectation
from verify.quantities.moment.places import places
from verify.settings import Level, Settings

QUADRATIC = ("X'*A*X", "--let", "X = gaussian(n, d, S)", "--let", "A = matrix(n, n)")
QUICK = Settings(Level.QUICK)


@pytest.fixture
def few_slips(monkeypatch):
    monkeypatch.setattr(on_trial, "MUTANTS", 6)


def reported(*arguments):
    code, out, err = call("moment", *arguments, "--json", "-", "--quiet")
    assert out, err
    report = strict_json(out)
    jsonschema.validate(report, schema())
    (result,) = report["results"]
    return code, result


def test_it_is_derived_and_printed():
    code, out, _ = call("moment", *QUADRATIC, "--quiet")
    assert (code, out) == (0, "moment holds\n")
    code, out, _ = call("moment", *QUADRATIC)
    assert code == 0
    assert "E[Xᵀ·A·X] = tr(A)·S" in out and '--claim "tr(A)*S"' in out
    assert r"\operatorname{tr}(A) S" in out


def test_latex_alone():
    code, out, _ = call("moment", *QUADRATIC, "--latex")
    assert code == 0 and out.startswith("% moment: X'*A*X [derived]\n\\begin{align*}")
    assert r"\mathbb{E}\left[X^\top A X\right] &= \operatorname{tr}(A) S" in out


def test_numbers(tmp_path):
    rows = tmp_path / "A.csv"
    rows.write_text("1,2\n3,4\n")
    given = ("--set", "d=3", "--matrix", f"A={rows}", "--matrix", "S=power:1")
    code, result = reported(*QUADRATIC, *given)
    assert code == 0
    assert result["value"]["moment"] == [["5", "0", "0"], ["0", "5/2", "0"], ["0", "0", "5/3"]]
    assert result["value"]["at"]["n"] == "2" and result["value"]["claimed"] is None
    code, out, _ = call("moment", *QUADRATIC, *given)
    assert "moment: [[5, 0, 0], [0, 5/2, 0], [0, 0, 5/3]]" in out


def test_rectangular_matrices_and_vectors_from_files(tmp_path):
    (tmp_path / "B.csv").write_text("1,2,3\n4,5,6\n")
    (tmp_path / "m.csv").write_text("1\n2\n")
    lets = ("--let", "x = gaussian(d, 1, I, m)", "--let", "B = matrix(d, p)")
    files = [f"{name}={tmp_path / name}.csv" for name in "Bm"]
    code, result = reported("B'*x", *lets, "--matrix", files[0], "--matrix", files[1])
    assert code == 0 and result["value"]["moment"] == [["9"], ["12"], ["15"]]


def test_the_report_has_formula_grammar_and_latex():
    _, result = reported(*QUADRATIC)
    assert result["grammar"] == {"moment": "tr(A)*S"}
    assert result["latex"]["formulas"] == [
        r"\mathbb{E}\left[X^\top A X\right] = \operatorname{tr}(A) S"
    ]
    assert {w["name"] for w in result["witnesses"]} == {"interpolation", "controls"}


def test_a_moment_has_pages_as_other_statements_have(tmp_path):
    made = ("X'*X", "--let", "X = gaussian(n, 2)", "--set", "n=3", "--out", str(tmp_path / "out"))
    code, *_ = call("moment", *made, "--quiet")
    page = (tmp_path / "out" / "statements" / "moment.html").read_text()
    assert code == Exit.HOLDS and "<math" in page
    assert "--set n=3" in (tmp_path / "out" / "index.html").read_text()
    (tmp_path / "mine.txt").touch()
    assert call("moment", *made[:-1], str(tmp_path))[0] == Exit.USAGE


def test_rows_with_a_mean_are_drawn_as_well():
    """Their product has columns of ones, which nobody declares."""
    lets = ("--let", "X = gaussian(n, d, S, m)", "--let", "B = matrix(d, d)")
    code, result = reported("X*B*X'", *lets)
    assert (code, result["grammar"]) == (0, {})
    code, result = reported("X*B*X'", *lets, "--let", "o = ones(n)", "--claim", "tr(B*S)*I")
    assert code == Exit.REFUTED and {w["verdict"] for w in result["witnesses"]} >= {"refuted"}
    assert result["counterexample"]["confirmed"] and "o" not in result["counterexample"]["sizes"]


def test_a_right_claim(few_slips):
    code, result = reported(*QUADRATIC, "--claim", "S*tr(A')")
    assert (code, result["judgement"], result["verdict"]) == (0, "exact", "holds")
    assert {w["verdict"] for w in result["witnesses"]} == {"holds"}


def test_a_wrong_claim():
    code, result = reported(*QUADRATIC, "--claim", "tr(A)*S + n*S")
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")
    assert result["difference"] == "n S"
    assert result["nearby"][0]["formula"] == "tr(A)*S"
    place = result["counterexample"]
    sizes = {
        k: v if isinstance(v, int) else [list(map(int, r)) for r in v]
        for k, v in place["sizes"].items()
    }
    again = theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)", claim="tr(A)*S + n*S")
    at = again.evaluate(**sizes)
    assert str(at.moment.tolist()).replace("Fraction(", "").replace(", 1)", "") == place["exact"]
    assert place["confirmed"] and place["exact"] != place["claimed"]
    code, out, _ = call("moment", *QUADRATIC, "--claim", "tr(A)*S + n*S")
    assert "counterexample" in out and "confirmed coordinate by coordinate" in out


def test_a_claim_that_fails_at_large_sizes_only_is_undecided():
    """Of 2 x 2 matrices A^2 = tr(A) A - det(A) I: two words, with the same values."""
    words = "g^2*(A*A - tr(A)*A + (tr(A)^2 - tr(A*A))/2*I)"
    code, result = reported(
        words, "--let", "g = gaussian(1, 1)", "--let", "A = matrix(2, 2)", "--claim", "0"
    )
    assert (code, result["judgement"]) == (Exit.UNDECIDED, "undecided")
    assert "no small place shows a difference" in result["why"]["moment"]


@pytest.mark.parametrize("claim", ["2*tr(A)*S", "tr(A)*S + S - S", "n*S", "tr(A)*I", "0"])
def test_each_check_refutes_by_itself(claim):
    record = theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)", claim=claim)
    right = claim == "tr(A)*S + S - S"
    expected = Verdict.HOLDS if right else Verdict.REFUTED
    subject = ClaimedMean(record)
    assert derivation.examine(subject, QUICK).verdict is expected
    assert interpolation.examine(subject, QUICK).verdict is expected
    assert properties.examine(subject, replace(QUICK, shrink=False)).verdict is expected


@pytest.mark.parametrize("text", ["X", "tr(X*X'*X)"])
def test_a_claim_of_zero_has_a_wrong_claim_beside_it(text):
    found = controls.examine(ClaimedMean(theory.moment(text, X="gaussian(d, d)", claim="0")), QUICK)
    assert found.verdict is Verdict.HOLDS, found.summary
    assert found.data["mutants"]["the product times its transpose"]


def test_a_derivation_gone_wrong_is_refuted():
    record = theory.moment("tr((X'*X*S)^2)", X="gaussian(n, d)", S="covariance(d)")
    assert interpolation.examine(DerivedExpectation(record), QUICK).verdict is Verdict.HOLDS
    for mutant in DerivedExpectation(record).mutants():
        assert interpolation.examine(mutant.subject, QUICK).verdict is Verdict.REFUTED


def test_a_judge_that_is_blind_is_contradicted(monkeypatch):
    """Interpolation does not see words at all."""
    record = theory.moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)", claim="tr(A)*S*2")
    monkeypatch.setattr(judge, "form", lambda value: 0)
    assert derivation.examine(ClaimedMean(record), QUICK).verdict is Verdict.HOLDS
    assert interpolation.examine(ClaimedMean(record), QUICK).verdict is Verdict.REFUTED


def test_odd_degree_is_zero_and_said_so():
    code, out, _ = call("moment", "X*X'*X", "--let", "X = gaussian(n, d)")
    assert code == 0 and "= 0 (of odd degree)" in " ".join(out.split())


def test_long_results_are_cut_for_people_only(monkeypatch):
    for module in ("verify.outcome.moment", "theory.records.expectation"):
        monkeypatch.setattr(f"{module}.SHOWN", 3)
    arguments = ("tr((X'*X*S)^4)", "--let", "X = gaussian(n, d)", "--let", "S = covariance(d)")
    code, out, _ = call("moment", *arguments)
    assert code == 0 and "3 of 5 terms" in out
    _, result = reported(*arguments)
    assert result["latex"]["formulas"][0].count(r"\operatorname{tr}") > 7


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("X'*A*X", "--let", "X = gaussian(n, d)", "--let", "A = matrix(d, n)"),
            "EXPRESSION:1:4: ",
        ),
        (("X", "--let", "X = gaussian(n, d, S)", "--let", "S = matrix(d, d)"), "--let:1:20: "),
        (("X", "--let", "gaussian(n, d)"), "--let 'gaussian(n, d)': expected NAME = KIND(...)"),
        (("X", "--let", "X = gausian(n, d)"), "--let:1:5: unknown kind 'gausian'"),
        (("X",), "EXPRESSION:1:1: unknown name 'X'"),
        (("X'*", "--let", "X = gaussian(n, d)"), "EXPRESSION:1:4: found the end of the formula"),
        (("(X'*X)^20*(X'*X)^10", "--let", "X = gaussian(n, d)"), "found 60 Gaussian matrices"),
        ((*QUADRATIC, "--claim", "tr(A)"), "--claim:1:1: found a scalar for the moment"),
        ((*QUADRATIC, "--claim", "tr(A)*S <= 1"), "--claim:1:9: found '<'"),
        ((*QUADRATIC, "--set", "k=2"), "unknown name in --set 'k'"),
        ((*QUADRATIC, "--set", "d=1/2"), "--set d=1/2: expected a whole number"),
        ((*QUADRATIC, "--set", "d=2"), "A is missing: give A=..., n x n"),
        ((*QUADRATIC, "--matrix", "X=eye"), "unknown matrix in --matrix 'X'"),
        ((*QUADRATIC, "--matrix", "A=eye"), "a family needs the size n"),
        ((*QUADRATIC, "--matrix", "A=/nowhere.csv"), "there is no file '/nowhere.csv'"),
        (("__import__('os')", "--let", "X = gaussian(n, d)"), "EXPRESSION:1:1: found '_'"),
        (("X", "--let", "X = gaussian(__import__('os'), d)"), "expected gaussian(rows"),
    ],
)
def test_what_is_refused(arguments, told):
    assert told in refused("moment", *arguments)


def test_torch_is_not_imported():
    code = (
        "import sys; from verify import cli\n"
        "try:\n    cli.run(sys.argv[1:])\n"
        "except SystemExit as stop:\n    assert not stop.code\n"
        "assert 'torch' not in sys.modules and 'sympy' in sys.modules"
    )
    command = [sys.executable, "-c", code, "moment", *QUADRATIC, "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "moment holds\n"


@pytest.mark.parametrize(("claim", "code"), [("M", Exit.HOLDS), ("2*M", Exit.REFUTED)])
def test_an_inverse_that_cancels_is_taken_of_what_has_one(few_slips, claim, code):
    lets = ["X = gaussian(n, d, S, M)", "M = matrix(n, d)", "A = matrix(n, n)", "B = symmetric(n)"]
    options = [part for let in lets for part in ("--let", let)]
    assert reported("A*A^-1*B*B^-1*X", *options, "--claim", claim)[0] == code


def test_places_have_the_inverses_that_the_text_takes():
    record = theory.moment("A*A^-1*X", X="gaussian(n, d, S, M)", M="matrix(n, d)", A="matrix(n, n)")
    found = [place for seed in range(9) for place in places(record, Random(seed))]
    assert len(found) > 50
    assert all(place.at.matrices["A"].det() != 0 for place in found)


def test_where_a_claim_divides_by_what_may_be_zero_is_said():
    given = (
        "moment",
        "X'*X",
        "--let",
        "X = gaussian(n, d)",
        "--let",
        "c = scalar()",
        "--level",
        "quick",
    )
    _, out, _ = call(*given, "--claim", "n*(n - 2)/(n - 2)*c/c*(2*n - 1)/(2*n - 1)*I")
    assert "has no value where n = 2 or where c = 0" in " ".join(out.split())
    assert "no value" not in call(*given, "--claim", "n*(n + 2)/(n + 2)*I")[1]
