"""The command line as outsiders call it: exit codes, streams, files."""

import contextlib
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

import theory
from verify import cli, trial
from verify.checks import controls, derivation
from verify.cli import Exit
from verify.outcome import report
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Settings
from verify.trial import Result
from verify.witnesses import subject_of

IDS = [
    *("proposition1", "lemma1", "lemma2", "theorem1", "corollary1", "theorem2", "theorem3"),
    *("lemma3", "lemma4", "lemma5", "lemma6", "lemma7", "figure4-averaged", "figure4-drifting"),
]
SOON_TRIED = ["corollary1", "lemma3", "lemma5"]


QUICKLY = ("--level", "quick", "--jobs", "1")


def call(capsys, *arguments):
    """Exit code, standard output and standard error of a command line."""
    try:
        cli.run(arguments)
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_quick_trial_holds_and_says_what_was_seen(capsys):
    code, out, _ = call(capsys, "corollary1", "--level", "quick")
    assert code == Exit.HOLDS
    for word in ("derivation", "interpolation", "properties", "controls", "exact values at"):
        assert word in out
    assert r"W^\star = \frac{1}{d + n + 1}\, I" in out
    assert "L* = d - ─────────" in out  # the claim, as it was typed
    assert (
        r"L^\star = \frac{d (d + 1)}{d + n + 1}" in out and '--risk "d*(d + 1)/' in out
    )  # what was derived
    assert "provenance: reconstructed" in out
    assert "1/(n + d + 2) (1 -> 2)" in out
    assert out.splitlines()[1] == "holds (exact)"
    last = out.strip().splitlines()[-1]
    assert last.startswith("corollary1 holds (exact)   level quick, seed 0")


def test_json_on_standard_output_is_pure_and_valid(capsys, monkeypatch):
    """What comes of whole trials is tested elsewhere: some instances and wrong claims do here."""
    whole = controls._wrong

    def few(subject, settings):
        wrong, idle = whole(subject, settings)
        return wrong[:3], idle

    monkeypatch.setattr(controls, "_wrong", few)
    monkeypatch.setattr(Settings, "examples", 3)
    code, out, _ = call(capsys, *SOON_TRIED, *QUICKLY, "--json", "-", "--seed", "3")
    found = json.loads(out)
    jsonschema.validate(found, report.schema())
    assert code == Exit.HOLDS
    assert [r["statement"] for r in found["results"]] == SOON_TRIED
    assert (found["seed"], found["level"]) == (3, "quick")
    for result in found["results"]:
        last = result["witnesses"][-1]
        assert last["name"] == "controls" and len(last["data"]["mutants"]) == 3
        assert all(last["data"]["mutants"].values())


def test_the_schema_is_that_of_every_kind():
    kinds = {record.kind: record for record in theory.statements()}
    assert len(kinds) > len(SOON_TRIED)
    found = [
        Result(record, (derivation.examine(subject_of(record), _settings()),), 0.0)
        for record in kinds.values()
    ]
    jsonschema.validate(report.as_json(found, _settings()), report.schema())


def test_the_schema_refuses_other_reports():
    good = report.as_json([], _settings())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(good, report.schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, "schema": "verify-report/2"}, report.schema())


def test_json_to_a_file_is_written_whole(capsys, tmp_path):
    target = tmp_path / "report.json"
    code, out, _ = call(capsys, "corollary1", "--level", "quick", "--json", str(target))
    assert code == Exit.HOLDS and "corollary1 holds" in out
    jsonschema.validate(json.loads(target.read_text()), report.schema())
    assert os.listdir(tmp_path) == ["report.json"]


def test_quiet_prints_the_verdict_alone(capsys):
    code, out, err = call(capsys, "corollary1", "--level", "quick", "--quiet")
    assert (code, out, err) == (Exit.HOLDS, "corollary1 holds (exact)\n", "")


def test_explain_shows_the_steps(capsys):
    _, out, _ = call(capsys, "corollary1", "--level", "quick", "--explain")
    assert "1. The design" in out and "∂L/∂W = 2·n·(d + n + 1)·W - 2·n·I" in out
    assert "d + n + 1 is positive for n, d ≥ 1" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["theorm1"], "unknown statement 'theorm1'; did you mean theorem1 or "),
        (["theorem1", "nothing"], "unknown statement 'nothing'; known: corollary1, "),
        (["latex", "corolary1"], "did you mean corollary1?"),
        (["theorem1", "--level", "fast"], "'fast' is not one of 'quick', 'standard', 'full'"),
        (["theorem1", "--seed", "-1"], "'--seed': -1 is not in the range 0<=x"),
        (["theorem1", "--seed", "18446744073709551616"], "is not in the range"),
        (["theorem1", "--json", ""], "expected a path"),
        (["theorem1", "--json", "x" * 300], "too long"),
        (["all", "nothing"], "unknown statement 'nothing'"),
        (["theorem1", "--seed", "x"], "'x' is not a valid integer"),
        (["theorem1", "--seconds", "5"], "--seconds is a limit for trials of files, and none is"),
        (["theorem1", "--jobs", "0"], "'--jobs': 0 is not in the range x>=1"),
        (["theorem1", "--device", "tpu"], "'tpu' is not one of 'cpu', 'cuda'"),
        (["theorem1", "--json", "/nowhere/at/all.json"], "cannot write in /nowhere/at"),
        (["theorem1", "--json", "/"], "expected a file, this is a directory"),
        (["theorem1", "--colour"], "No such option '--colour'"),
        (["--level", "quick"], "Missing argument 'WHAT...'"),
        (["nonsense", "--out", "figs"], "unknown statement 'nonsense'; known: corollary1, "),
        (["theorm1", "--level", "fast"], "unknown statement 'theorm1'; did you mean theorem1 or "),
        (["figur", "2a", "--out", "figs"], "unknown statement or command 'figur'; did you mean fi"),
        (["theorem1", "clam"], "unknown statement 'clam'; known: corollary1, "),
        (["lemma5", "--set", "n=40"], "derive and claim take numbers; in Python theory.stat"),
        (
            ["theorem2", "--out=figs"],
            "'--out' here; it belongs to moment, certify, figure",
        ),
        (["gallery", "--json", "-"], "'--json' here; it belongs to list, derive, claim, moment"),
        (["latex", "all", "--risk", "d"], "No such option '--risk' here; it belongs to claim."),
    ],
)
def test_bad_input_is_one_clear_sentence_and_code_2(capsys, arguments, message):
    code, out, err = call(capsys, *arguments)
    assert code == Exit.USAGE and out == ""
    assert message in err and "Traceback" not in err


def test_cuda_where_there_is_none(capsys):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    code, out, err = call(capsys, "theorem1", "--device", "cuda")
    assert code == Exit.USAGE and out == "" and "Traceback" not in err
    assert "cuda" in err and "cpu" in err


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([Verdict.HOLDS], Exit.HOLDS),
        ([Verdict.HOLDS, Verdict.UNDECIDED], Exit.UNDECIDED),
        ([Verdict.UNDECIDED, Verdict.REFUTED], Exit.REFUTED),
    ],
)
def test_exit_codes_follow_verdicts(capsys, monkeypatch, verdicts, code):
    findings = tuple(Finding("derivation", v, "made up", examined=1) for v in verdicts)
    made_up = Result(theory.statement("corollary1"), findings, 0.0)
    monkeypatch.setattr("verify.trial.put_on_trial", lambda record, settings: made_up)
    assert call(capsys, "corollary1", "--jobs", "1")[0] == code


def test_a_fault_of_ours_is_code_3(capsys, monkeypatch):
    def fault(record, settings):
        raise RuntimeError("a bug")

    monkeypatch.setattr("verify.trial.put_on_trial", fault)
    code, _, err = call(capsys, "corollary1", "--jobs", "1")
    assert code == Exit.INTERNAL and "please report it" in err and "a bug" in err


@pytest.fixture
def interruptible():
    """SIGINT as a terminal delivers it, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_keeps_what_was_seen(capsys, monkeypatch):
    def interrupted(subject, settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("verify.checks.properties.examine", interrupted)
    code, out, _ = call(capsys, "theorem1", "corollary1", "--level", "quick", "--jobs", "1")
    assert code == Exit.UNDECIDED
    assert "interpolation  holds" in out and "interrupted from the keyboard" in out
    assert "corollary1 undecided (not begun: interrupted)" in out


def test_ctrl_c_swallowed_by_a_library_still_ends_the_trial(capsys, monkeypatch, interruptible):
    def swallowed(subject, settings):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return Finding("properties", Verdict.HOLDS, "did not notice", examined=1)

    monkeypatch.setattr("verify.checks.properties.examine", swallowed)
    code, out, _ = call(capsys, "theorem1", "corollary1", "--level", "quick", "--jobs", "1")
    assert code == Exit.UNDECIDED and "(interrupted)" in out
    assert "corollary1 undecided (not begun: interrupted)" in out
    assert "controls       undecided" in out and "not called: interrupted" in out
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_library_that_ctrl_c_left_half_set_up_is_no_fault(capsys, monkeypatch, interruptible):
    def unready(subject, settings):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise AssertionError("the runner was never made")

    monkeypatch.setattr("verify.checks.properties.examine", unready)
    code, out, err = call(capsys, "corollary1", "--level", "quick", "--jobs", "1")
    assert code == Exit.UNDECIDED and "(interrupted)" in out
    assert "a fault" not in out + err


def test_ctrl_c_in_a_process_of_its_own_ends_with_our_code(tmp_path):
    """The interpreter itself would end by SIGINT after an interrupt inside code from a string."""
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import verify.trial\n"
        "from verify.cli import run\n"
        "def interrupted(record, settings):\n"
        "    exec('signal.raise_signal(signal.SIGINT)', {'signal': signal})\n"
        "verify.trial.put_on_trial = interrupted\n"
        "run(['corollary1', '--quiet', '--jobs', '1'])\n"
    )
    (tmp_path / "interrupted.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.strip()) == (Exit.UNDECIDED, "interrupted")


def test_list_and_latex(capsys):
    code, out, _ = call(capsys, "list")
    assert code == 0 and "[stated, form reconstructed]" in out
    assert [line.split()[0] for line in out.splitlines()] == IDS
    code, out, _ = call(capsys, "latex", "all")
    assert code == 0 and out.count(r"\begin{align*}") == out.count(r"\end{align*}")
    assert out.count(r"\begin{align*}") >= len(IDS)
    assert r"where $\Sigma = \Sigma_{x}^{1/2} \Sigma_{\beta} \Sigma_{x}^{1/2}$" in out
    _, out, _ = call(capsys, "latex", "theorem1", "--explain")
    assert out.count(r"\item") >= 8 and "Conditions:" in out


@pytest.mark.parametrize("command", ["derive", "claim", "moment", "certify", "report", "figure"])
def test_examples_in_help_that_take_two_lines_can_be_pasted(capsys, command):
    """The first ends in a backslash, which Python has not joined with the second."""
    _, out, _ = call(capsys, command, "--help")
    examples = out.partition("Options:")[0].splitlines()
    assert any(line.startswith("    python -m verify") for line in examples)
    for before, line in itertools.pairwise(examples):
        goes_on = line.startswith("      ") and line.lstrip().startswith(("--", "certificates/"))
        assert before.endswith(" \\") == goes_on, line
        assert not re.search(r"\S   +--", line), line


def test_help_needs_nothing_heavy():
    code = (
        "import sys; from verify.cli import run\n"
        "try: run(['--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'sympy', 'torch', 'numpy', 'rich', 'hypothesis'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_as_a_module_with_a_closed_pipe():
    shell = f"{sys.executable} -m verify latex theorem1 --explain | head -1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("% theorem1") and "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [[], ["--json", "-"]])
def test_a_reader_that_leaves_does_not_change_the_verdict(capsys, options):
    reading, writing = os.pipe()
    os.close(reading)
    with (
        contextlib.suppress(BrokenPipeError),
        open(writing, "w") as stream,
        contextlib.redirect_stdout(stream),
    ):
        code, _, err = call(capsys, "corollary1", "--level", "quick", *options)
    assert code == Exit.HOLDS and "Traceback" not in err


def test_json_to_a_pipe_or_through_a_link_keeps_them(capsys, tmp_path):
    target, link = tmp_path / "report.json", tmp_path / "link.json"
    link.symlink_to(target)
    assert call(capsys, "corollary1", "--level", "quick", "--json", str(link))[0] == Exit.HOLDS
    assert link.is_symlink() and json.loads(target.read_text())["schema"] == "verify-report/1"
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    report.write({"a": 1}, str(fifo))
    assert json.loads(os.read(reader, 1000)) == {"a": 1} and not fifo.is_file()
    os.close(reader)


def test_json_to_an_open_pipe_by_the_name_a_shell_gives_it():
    reading, writing = os.pipe()
    report.check_writable(f"/dev/fd/{writing}")
    report.write({"a": 1}, f"/dev/fd/{writing}")
    assert json.loads(os.read(reading, 1000)) == {"a": 1}
    os.close(reading)
    os.close(writing)


def test_a_fault_in_one_witness_keeps_the_others(capsys, monkeypatch):
    def fault(subject, settings):
        raise RuntimeError("a bug in here")

    monkeypatch.setattr("verify.checks.properties.examine", fault)
    code, out, err = call(capsys, "corollary1", "--level", "quick")
    assert code == Exit.INTERNAL and "a fault of this witness" in out and "exact values at" in out
    assert "a bug in here" in err and "please report it" in err


def test_nothing_is_left_in_the_callers_folder(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "corollary1", "--level", "quick", "--quiet")[0] == Exit.HOLDS
    assert os.listdir(tmp_path) == []


def _settings():
    from verify.settings import Settings

    return Settings()


def _has_children(pid):
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it may be gone
            if path.read_text().rpartition(")")[2].split()[1] == str(pid):
                return True
    return False


def test_an_interrupt_to_the_parent_alone_loses_no_statement():
    """Statements that were not begun are undecided, never silently absent."""
    command = ["-m", "verify", "all", "--level", "quick", "--quiet", "--jobs", "2"]
    process = subprocess.Popen(
        [sys.executable, *command],
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
        # as a terminal delivers it, also where the tests run in the background
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not _has_children(process.pid):  # until trials have begun
        time.sleep(0.1)
    time.sleep(1)
    os.kill(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == Exit.UNDECIDED
    assert [line.split()[0] for line in out.splitlines()] == IDS
    assert "figure4-drifting undecided (not begun: interrupted)" in out


def test_an_interrupt_between_witnesses_is_a_result_too(monkeypatch, interruptible):
    """In a process of its own: raised there, it would come back as the parent's own, for ever."""

    def interrupted(record, settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("verify.trial.put_on_trial", interrupted)
    result = Result(
        theory.statement("corollary1"), *trial._put_on_trial_by_id("corollary1", _settings())
    )
    assert result.interrupted and not result.begun and result.verdict is Verdict.UNDECIDED
