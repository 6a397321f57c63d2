"""The commands about design files as outsiders call them: exit codes, streams, errors, signals."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from tests.theory.design_files import isotropic_file
from tests.verify.command_line import call, refused, shipped_file, strict_json
from theory.language import gallery
from theory.language.files.reading import parse_design
from verify import cli
from verify.checks import controls
from verify.cli import Exit
from verify.outcome import report
from verify.quantities.optimum import numeric
from verify.trial import Result

RAG, AHN = shipped_file("rag"), shipped_file("ahn-2023")
LIGHT = shipped_file("isotropic-noiseless")
"""Where any design will do: a trial of it is quick."""
WRONG = ["--risk", "d + sigma^2"]


@pytest.fixture
def interruptible():
    """SIGINT as a terminal delivers it, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


BAD_FILES = [
    ("no-such.toml", "no-such.toml: No such file or directory; expected a regular file"),
    ("rag.toml", "rag.toml: there is no such file; one of this name ships with the verifier"),
    ("rag", "python -m verify gallery rag > rag.toml"),
    ("theorem1", "the statement of this name is tried by: python -m verify theorem1"),
    ("here/rag.toml", "python -m verify gallery rag > rag.toml"),
    (".", ".: found no regular file"),
    ("", "expected a regular file"),
    ("/dev/zero", "/dev/zero: found no regular file"),
    ("a\x00b", "found no path"),
    ("x" * 4000, "expected a regular file"),
]


@pytest.mark.parametrize("command", [["derive"], ["derive", "--latex"], ["claim", "--risk", "d"]])
@pytest.mark.parametrize(("path", "message"), BAD_FILES)
def test_a_file_that_is_none_is_one_clear_sentence(monkeypatch, tmp_path, command, path, message):
    monkeypatch.chdir(tmp_path)
    assert message in refused(*command, path)


def test_a_file_without_its_ending_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").touch()
    assert refused("derive", "mine") == "mine: there is no such file; did you mean mine.toml?"


def test_a_file_of_a_shipped_name_that_is_there_is_read(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rag.toml").write_text(gallery.text("isotropic-noiseless"))
    code, out, _ = call("claim", "rag.toml", "--weight", "1/(n + d + 1)", "--quiet")
    assert (code, out) == (Exit.HOLDS, "isotropic-noiseless holds (exact)\n")


BAD_CLAIMS = [
    (["--risk", "d + alhpa"], "--risk:1:5: unknown name in the risk 'alhpa'; did you mean alpha?"),
    (
        ["--weight", "1/sigm"],
        "--weight:1:3: unknown name in the weight 'sigm'; did you mean sigma?",
    ),
    (["--risk", "q*d"], "a claim is about no single draw"),
    (["--risk", "d*i"], "a claim is about the whole prompt"),
    (["--risk", "Sigma"], "unknown name in the risk 'Sigma'"),
    (["--risk", "I"], "found a matrix for the risk; expected a scalar"),
    (["--risk", "d + I"], "found a scalar and a matrix added in the risk"),
    (["--risk", ""], "--risk:1:1: found the end"),
    (["--risk", "d +"], "--risk:1:4: found the end"),
    (["--risk", "2 d"], "a product is written with *"),
    (["--risk", "d(n + 1)"], "a product is written with *"),
    (["--risk", "d**2"], "a power is written ^"),
    (["--risk", "1/(n - n)"], "found a divisor that is zero for all values"),
    (["--risk", "d^21"], "found the exponent 21"),
    (["--risk", "d" * 3000], "found a formula of 3000 characters; expected at most 2000"),
    (["--risk", "d", "--weight", "1/("], "--weight:1:4: found the end"),
    (["--risk", "d", "--limit", "propotional"], "unknown limit of rag 'propotional'; did you mean"),
    (["--risk", "d", "--limit", "x"], "unknown limit of rag 'x'; known: proportional"),
    (["--risk", "d", "--limit", ""], "unknown limit of rag ''"),
    (
        [],
        "nothing is claimed: give --risk, --weight or another quantity, or a file with a section",
    ),
    (["--limit", "proportional"], "nothing is claimed"),
    (["--risk", "d", "--seconds", "0"], "'--seconds'"),
    (["--risk", "d", "--seconds", "-1"], "'--seconds'"),
    (["--risk", "d", "--seconds", "x"], "'--seconds'"),
    (["--risk", "d", "--seconds", "nan"], "--seconds"),
    (["--risk", "d", "--level", "fast"], "'fast' is not one of"),
    (["--risk", "d", "--seed", "-1"], "'--seed'"),
    (["--risk", "d", "--jobs", "0"], "'--jobs'"),
    (["--risk", "d", "--device", "tpu"], "'tpu' is not one of 'cpu', 'cuda'"),
    (["--risk", "d", "--json", "/nowhere/at/all.json"], "cannot write in /nowhere/at"),
    (["--risk", "d", "--json", "/"], "expected a file, this is a directory"),
    (["--risk", "d", "--json", ""], "expected a path"),
    (["--risk"], "requires an argument"),
    (["--colour"], "No such option"),
    (["another.toml", "--risk", "d"], "another.toml"),
]


@pytest.mark.parametrize(("options", "message"), BAD_CLAIMS)
def test_a_claim_in_error_is_one_clear_sentence_and_code_2(options, message):
    assert message in refused("claim", RAG, *options)


def test_the_limits_there_are_none_of_are_not_listed():
    said = refused("claim", AHN, "--weight", "1/n", "--limit", "proportional")
    assert "ahn-2023" in said and not said.endswith("known: ")


BAD_DERIVATIONS = [
    (["--seconds", "0"], "'--seconds'"),
    (["--seconds", "nan"], "--seconds"),
    (["--level", "fast"], "'fast' is not one of"),
    (["--json", "/nowhere/at/all.json"], "cannot write in /nowhere/at"),
    (["--json", "/"], "expected a file, this is a directory"),
    (["--risk", "d"], "No such option"),
    (["--set", "n"], "expected NAME=NUMBER"),
    (["--set", "n=1"], "d, alpha, sigma are missing"),
]


@pytest.mark.parametrize(("options", "message"), BAD_DERIVATIONS)
def test_a_derivation_in_error_is_one_clear_sentence_and_code_2(options, message):
    assert message in refused("derive", RAG, *options)


@pytest.mark.parametrize("command", ["derive", "claim"])
def test_a_file_is_not_optional(command):
    assert refused(command) == "Missing argument 'DESIGN.toml'."


@pytest.mark.parametrize("command", ["derive", "claim"])
def test_an_error_inside_the_file_has_its_place(tmp_path, command):
    path = tmp_path / "typo.toml"
    path.write_text(gallery.text("rag").replace("alpha*q", "alhpa*q"))
    said = refused(command, str(path))
    assert said.startswith(f"{path}:") and "did you mean alpha?" in said
    path.write_text(gallery.text("ahn-2023").replace("tr(Sigma)", "tr(Sigm)"))
    assert "unknown name in the weight 'Sigm'; did you mean Sigma?" in refused(command, str(path))


@pytest.mark.parametrize("command", [["derive"], ["derive", "--latex"], ["claim", *WRONG]])
def test_cuda_where_there_is_none(command):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    said = refused(*command, RAG, "--device", "cuda")
    assert "cuda" in said and "cpu" in said


@pytest.mark.parametrize("command", [["derive"], ["derive", "--latex"], ["claim", *WRONG]])
def test_too_little_time_is_undecided(command):
    code, out, err = call(*command, RAG, "--seconds", "0.001", "--quiet")
    assert code == Exit.UNDECIDED and "Traceback" not in err
    assert err.splitlines()[-1] == "undecided: not done after 0.001 s (--seconds gives it more)"
    assert out == ("" if "--latex" in command else "rag undecided\n")
    if "--latex" not in command:
        code, out, _ = call(*command, RAG, "--seconds", "0.001", "--json", "-")
        (result,) = strict_json(out)["results"]
        jsonschema.validate(strict_json(out), report.schema())
        assert code == Exit.UNDECIDED and result["verdict"] == "undecided"
        assert all(w["verdict"] == "undecided" for w in result["witnesses"])
        code, out, _ = call(*command, RAG, "--seconds", "0.001")
        late = "not finished: not done after 0.001 s (--seconds gives it more)"
        assert code == Exit.UNDECIDED and late in out


def test_a_trial_of_a_file_takes_the_time_that_it_is_given(tmp_path):
    command = ("report", RAG, "--seconds", "0.001", "--quiet", "--out", str(tmp_path / "pages"))
    code, out, err = call(*command)
    assert (code, out) == (Exit.UNDECIDED, "rag undecided\n")
    assert err.splitlines()[-1] == "undecided: not done after 0.001 s (--seconds gives it more)"
    (page,) = (tmp_path / "pages" / "statements").iterdir()
    assert "--seconds 0.001" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("seconds", ["inf", "1e300", "10000000"])
@pytest.mark.parametrize("command", [["derive", "--latex"], ["claim", *WRONG]])
def test_any_time_is_enough(command, seconds):
    """A limit that no clock reaches is no limit."""
    code, _, err = call(*command, RAG, "--seconds", seconds, "--quiet")
    assert code == (Exit.HOLDS if "--latex" in command else Exit.REFUTED), err


def fault(*_arguments, **_options):
    raise RuntimeError("a bug in here")


@pytest.mark.parametrize(
    ("where", "command"),
    [
        ("theory.records.derived.exposition", ["derive", "--level", "quick"]),
        ("theory.records.derived.exposition", ["derive", "--latex"]),
        ("verify.quantities.optimum.derived.grids", ["derive", "--level", "quick"]),
        ("verify.quantities.optimum.derived.behaviour", ["derive", "--level", "quick"]),
        ("verify.checks.controls.examine", ["derive", "--level", "quick"]),
        ("verify.outcome.derivation.report", ["derive", "--level", "quick", "--json", "-"]),
        ("verify.judge.finding.judge", ["claim", *WRONG]),
        ("verify.judge.finding.data_of", ["claim", *WRONG]),
        ("verify.quantities.optimum.claimed.exactly", ["claim", *WRONG]),
        ("verify.timed.put_on_trial", ["claim", *WRONG]),
        ("verify.timed.tried", ["claim", *WRONG]),
        ("verify.outcome.claim.entry", ["claim", *WRONG]),
        ("verify.cli.files.read", ["claim", *WRONG]),
    ],
)
def test_a_fault_of_ours_is_code_3(monkeypatch, where, command):
    monkeypatch.setattr(where, fault)
    code, _, err = call(*command, RAG if command[0] == "claim" else LIGHT)
    assert code == Exit.INTERNAL
    assert "a bug in here" in err and "Traceback" in err
    assert err.splitlines()[-1] == "Error: this is a fault in the verifier; please report it."


def test_a_fault_in_one_witness_keeps_the_others(monkeypatch):
    monkeypatch.setattr("verify.quantities.optimum.derived.behaviour", fault)
    code, out, _ = call("derive", LIGHT, "--level", "quick")
    assert code == Exit.INTERNAL
    assert "a fault of this witness: RuntimeError: a bug in here" in out
    assert "exact values at" in " ".join(out.split()) and r"W^\star = " in out


def test_a_fault_in_the_second_claim_keeps_the_first(monkeypatch, tmp_path):
    path = tmp_path / "two.toml"
    more = '\n[claims.other]\nweight = "(n + d + 1 + sigma^2)^-1"\n'
    path.write_text(gallery.text("mahankali-2023") + more)
    from verify.judge import finding

    whole = finding.judge

    def sometimes(file, claim, settings):
        return fault() if claim.name == "other" else whole(file, claim, settings)

    monkeypatch.setattr(finding, "judge", sometimes)
    code, out, err = call("claim", str(path), "--quiet")
    assert code == Exit.INTERNAL and "a bug in here" in err
    assert out == "mahankali-2023:step holds (exact)\nmahankali-2023:other undecided\n"


@pytest.mark.parametrize("command", [["derive", "--latex"], ["claim", *WRONG]])
def test_what_cannot_be_derived_is_undecided_with_the_reason(monkeypatch, command):
    from theory.errors import Underivable

    def underivable(*_arguments):
        raise Underivable("no closed form of this")

    monkeypatch.setattr("theory.records.derived.exposition", underivable)
    code, _, err = call(*command, RAG, "--quiet")
    assert (code, err) == (Exit.UNDECIDED, "undecided: no closed form of this\n")


READERS = [
    (["derive", RAG, "--latex"], Exit.HOLDS),
    (["derive", LIGHT, "--level", "quick", "--json", "-"], Exit.HOLDS),
    (["claim", RAG, *WRONG], Exit.REFUTED),
    (["gallery"], Exit.HOLDS),
]
"""One for each way to write."""


@contextlib.contextmanager
def left():
    """A stream whose reader has left."""
    reading, writing = os.pipe()
    os.close(reading)
    with contextlib.suppress(BrokenPipeError), open(writing, "w") as stream:
        yield stream


@pytest.mark.parametrize(("arguments", "code"), READERS)
@pytest.mark.parametrize("stream", [left, contextlib.nullcontext])
def test_an_output_that_nobody_reads_does_not_change_the_exit_code(capsys, stream, arguments, code):
    """Nor one closed by the caller, ``>&-``, where Python has no standard output."""
    with stream() as output, contextlib.redirect_stdout(output), pytest.raises(SystemExit) as stop:
        cli.run(arguments)
        raise SystemExit(0)
    assert int(stop.value.code or 0) == code and "Traceback" not in capsys.readouterr().err


def interrupted(command, after, to_group=False):
    """Exit code, output, errors and seconds of a command that is interrupted, and who is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "verify", *command],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # as a terminal delivers it, also where the tests run in the background
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    lines = []
    for line in process.stderr:
        lines.append(line)
        if after in line:
            break
    begun = time.monotonic()
    (os.killpg if to_group else os.kill)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    took = time.monotonic() - begun
    return process.returncode, out, "".join(lines) + err, took, _group(process.pid)


def _group(leader):
    """The processes of a group that still run, from /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(group) == leader and state != "Z":
                    found.append(int(entry.name))
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")


@needs_proc
@pytest.mark.parametrize("to_group", [False, True])
def test_ctrl_c_ends_a_derivation_and_leaves_no_process_behind(to_group):
    command = ["derive", shipped_file("growing-noise"), "--level", "full"]
    # one that hits a callback of a library goes no further: the check comes to its end, as the last
    stopped = False
    for _ in range(3):
        code, out, err, took, left = interrupted(command, "properties", to_group)
        assert code == Exit.UNDECIDED and took < 15 and left == []
        assert err.splitlines()[-1] == "undecided: interrupted"
        # Python itself prints one that hits a callback of its garbage collector
        assert "Traceback" not in err or "Exception ignored" in err
        lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
        assert "holds" in lines["interpolation"]  # what was seen stays
        assert "not called: interrupted" in lines["controls"]
        last = out.splitlines()[-1]
        assert last.startswith("growing-noise undecided") and last.endswith("(interrupted)")
        stopped = "undecided" in lines["properties"] and "interrupted" in lines["properties"]
        if stopped:
            break
    assert stopped


@needs_proc
def test_ctrl_c_ends_a_judgement_and_leaves_no_process_behind():
    hard = "+".join(["sqrt(sigma^2 + d)*tr(Sigma_x*Sigma_beta)*tr(Sigma_x)"] * 30)
    command = ["claim", shipped_file("task-aligned-general"), "--risk", hard]
    code, out, err, took, left = interrupted(command, "judging", to_group=True)
    assert code == Exit.UNDECIDED and took < 15 and left == []
    assert err.splitlines()[-1] == "undecided: interrupted"
    # Python itself prints one that hits a callback of its garbage collector
    assert "Traceback" not in err or "Exception ignored" in err
    assert out.splitlines()[-1].startswith("task-aligned-general undecided")


def test_ctrl_c_before_there_is_a_child_is_undecided_too(monkeypatch, interruptible):
    def pressed(*_arguments):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("verify.cli.files.read", pressed)
    code, out, err = call("claim", RAG, *WRONG)
    assert (code, out, err.strip()) == (Exit.UNDECIDED, "", "interrupted")


WITHOUT_TORCH = [
    ["claim", AHN, "--json", "-"],
    ["claim", LIGHT, "--risk", "d", "--set", "n=1", "--set", "d=1"],
    ["derive", LIGHT, "--latex", "--explain"],
    ["derive", LIGHT, "--level", "quick"],
    ["gallery", "rag"],
]


def test_torch_is_not_imported_where_nothing_is_trained():
    code = (
        "import sys\n"
        "from verify.cli import run\n"
        f"for arguments in {WITHOUT_TORCH!r}:\n"
        "    try:\n"
        "        run(arguments)\n"
        "    except SystemExit as stop:\n"
        "        assert stop.code in (None, 0, 1), (arguments, stop.code)\n"
        "    assert 'torch' not in sys.modules, arguments\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]


@pytest.mark.parametrize("command", ["derive", "claim", "gallery"])
def test_help_needs_nothing_heavy(command):
    code = (
        "import sys; from verify.cli import run\n"
        f"try: run(['{command}', '--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'sympy', 'torch', 'numpy', 'rich', 'hypothesis'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    "arguments", [["derive", LIGHT, "--level", "quick"], ["claim", RAG, *WRONG], ["claim", AHN]]
)
def test_nothing_is_left_in_the_callers_folder(monkeypatch, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    assert call(*arguments)[0] in {Exit.HOLDS, Exit.REFUTED}
    assert list(tmp_path.iterdir()) == []


def test_derive_prints_what_is_derived_and_what_was_seen():
    code, out, _ = call("derive", RAG, "--level", "quick")
    assert code == Exit.HOLDS
    for word in (
        "provenance: derived",
        r"W^\star = \frac{p}{r_{1} + r_{2} (n - 1)}\, I",
        r"L^\star_{\mathrm{ATT}} = L^\star_{\mathrm{SSM}} = L^\star_{\mathrm{WPGD}} = L^\star",
        r"(\text{proportional})",
        "Assumption 1 (odd moments vanish) holds",
        "interpolation  holds",
        "all 9 mutants refuted by an exact witness",
    ):
        assert " ".join(word.split()) in " ".join(out.split()), word
    assert out.strip().splitlines()[-1].startswith("rag holds   level quick, seed 0")


@pytest.mark.parametrize("task", ["b", "0*b"])
def test_a_mutant_that_has_several_optimal_weights(tmp_path, task):
    """Forgetting k leaves every weight optimal: a wrong claim, where the right one is not zero."""
    path = tmp_path / "labels.toml"
    text = isotropic_file(
        "labels",
        {"k": '[0, "oo"]', "sigma": '[0, "oo"]'},
        task=task,
        label_scale="k",
        query_label_scale="1",
        noise="sigma*k",
        query_noise="0",
    )
    path.write_text(text)
    code, out, _ = call("derive", str(path), "--level", "quick")
    assert code == Exit.HOLDS, out
    assert ("k forgotten" in out) == ("sigma forgotten" in out) == (task == "b")


def test_numbers_for_very_many_examples(tmp_path, monkeypatch):
    """What takes more digits than Python writes is rounded; what takes too long is left out."""
    monkeypatch.setattr("verify.timed.put_on_trial", lambda record, *given: Result(record, (), 0.0))
    for n, told in (
        ("1000", "least risk: "),
        ("100000", "not computed: there are more than 4000 "),
    ):
        path = str(shipped_file("growing-noise"))
        sizes = ["--set", f"n={n}", "--set", "d=2", "--set", "sigma=1"]
        report = tmp_path / f"{n}.json"
        _, out, _ = call("derive", path, "--level", "quick", *sizes, "--json", str(report))
        assert f"H3 and WPGD{', ' if n == '1000' else ': '}{told}" in out
        numbers = strict_json(report.read_text())["results"][0]["numbers"]
        assert "/" in numbers["risk"] and isinstance(numbers["wpgd"], float) == (n == "1000")


def test_derive_quietly_prints_the_verdict_alone():
    found = call("derive", LIGHT, "--level", "quick", "--quiet")
    assert found == (Exit.HOLDS, "isotropic-noiseless holds\n", "")


def test_derive_prints_latex_alone():
    code, out, err = call("derive", RAG, "--latex", "--quiet")
    assert code == Exit.HOLDS and err == ""
    assert (
        out.startswith("% rag") and out.count(r"\begin{align*}") == out.count(r"\end{align*}") > 0
    )
    _, longer, _ = call("derive", RAG, "--latex", "--explain", "--quiet")
    assert longer.count(r"\item") >= 5 and len(longer) > len(out)


def test_derive_explains():
    _, out, _ = call("derive", LIGHT, "--level", "quick", "--explain")
    assert "1. The design" in out and "∂L/∂W" in out


def test_derive_to_a_file_writes_the_report_whole(tmp_path):
    target = tmp_path / "report.json"
    code, out, _ = call("derive", LIGHT, "--level", "quick", "--json", str(target))
    assert code == Exit.HOLDS and "isotropic-noiseless holds" in out
    jsonschema.validate(strict_json(target.read_text()), report.schema())
    assert os.listdir(tmp_path) == ["report.json"]


def test_derive_all_levels_of_a_small_design_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call("derive", LIGHT, "--json", "-")
    assert code == Exit.HOLDS, err[-500:]
    found = strict_json(out)
    jsonschema.validate(found, report.schema())
    (result,) = found["results"]
    names = [w["name"] for w in result["witnesses"]]
    assert names == ["interpolation", "properties", "sampling", "training", "controls"]
    assert all(w["verdict"] == "holds" for w in result["witnesses"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "least", "given"),
    [
        ("rag-general", "270523/225420", "Sigma_x={file}"),
        ("rag-unit-general", "102337/83940", "Sigma_x=equicorrelated:1"),
    ],
)
def test_a_singular_covariance_has_a_least_risk(tmp_path, name, least, given):
    """What was found by brute force over independent normals."""
    table = tmp_path / "flat.csv"
    table.write_text("1, 1\n1, 1\n")
    numbers = ["--set", "n=2", "--set", "d=2", "--set", "alpha=3/5", "--set", "sigma=1/2"]
    path, target = shipped_file(name), tmp_path / "report.json"
    given = ["--matrix", given.format(file=table), "--level", "quick", "--json", str(target)]
    code, out, err = call("derive", path, *numbers, *given)
    assert code == Exit.HOLDS, err
    assert f"PGD, least risk: {least}" in out
    assert "optimal weight: not unique: Sigma_x is singular" in out
    found = strict_json(target.read_text())
    jsonschema.validate(found, report.schema())
    (result,) = found["results"]
    assert (result["numbers"]["risk"], result["numbers"]["weight"]) == (least, None)
    assert result["numbers"]["not_unique"].startswith("Sigma_x is singular")


def test_the_gallery_lists_every_file_with_its_title():
    code, out, err = call("gallery")
    assert code == Exit.HOLDS and err == ""
    rows = [line.split(maxsplit=1) for line in out.splitlines()]
    assert [name for name, _ in rows] == list(gallery.names()) and len(rows) >= 20
    assert dict(rows) == {name: gallery.shipped(name).design.title for name in gallery.names()}


@pytest.mark.parametrize("name", gallery.names())
def test_a_file_of_the_gallery_is_printed_as_it_ships(name):
    code, out, err = call("gallery", name)
    assert (code, out, err) == (Exit.HOLDS, gallery.text(name), "")
    assert parse_design(out) == gallery.shipped(name) and gallery.shipped(name).design.name == name


def test_a_file_that_is_not_in_the_gallery():
    assert refused("gallery", "rga") == "unknown design 'rga'; did you mean rag?"
    assert refused("gallery", "rag", "../rag").startswith("unknown design '../rag'")


def test_claims_with_one_job_or_many_are_the_same():
    for jobs in ("1", "8"):
        assert call("claim", RAG, *WRONG, "--quiet", "--jobs", jobs)[0] == Exit.REFUTED


def test_a_claim_is_refuted_whatever_the_level(monkeypatch):
    monkeypatch.setattr("verify.cases.SMALL", 2_000)
    monkeypatch.setattr(numeric, "STEPS_SMALL", 40)
    for level in ("quick", "standard"):
        code, out, _ = call("claim", LIGHT, "--risk", "d + 1", "--json", "-", "--level", level)
        (result,) = strict_json(out)["results"]
        assert (code, result["verdict"]) == (Exit.REFUTED, "refuted")
    names = [w["name"] for w in result["witnesses"]]
    assert names[3:] == ["sampling", "training", "controls"]


ROOTS = """
[design]
name = "roots"
title = "Coefficients that are rational at some indices only"
[parameters]
alpha = ["-oo", "oo"]
sigma = [0, "oo"]
[covariances]
S = "psd"
[gaussians.prompt]
q = "S"
b = "I"
[gaussians.example]
e = "S"
[prompt]
query = "S*q + alpha*b"
features = "e + alpha*(i/n)*q"
task = "b"
label_scale = "sqrt(i/n)"
query_label_scale = "1"
noise = "sigma"
query_noise = "sigma/2"
"""
PLAIN = ROOTS.replace("S*q + alpha*b", "q").replace("e + alpha*(i/n)*q", "e")


@pytest.mark.parametrize("text", [ROOTS, PLAIN])
def test_what_is_irrational_at_most_sizes_is_no_fault(tmp_path, monkeypatch, text):
    """One wrong claim goes the ways of all."""
    whole = controls._wrong
    monkeypatch.setattr(controls, "_wrong", lambda *given: (whole(*given)[0][:1], []))
    path = tmp_path / "roots.toml"
    path.write_text(text)
    numbers = ["n=3", "d=2", "alpha=1", "sigma=1"]
    options = [part for number in numbers for part in ("--set", number)]
    code, out, err = call("derive", str(path), "--level", "quick", *options)
    assert code in {Exit.HOLDS, Exit.UNDECIDED}, err
    assert "PGD, least risk: " in out


@pytest.mark.parametrize("command", [("derive",), ("claim", "--risk", "d")])
def test_a_report_never_takes_the_place_of_what_was_read(command, tmp_path):
    """A design is a user's work; its report can be had again."""
    design, matrix, link = (tmp_path / name for name in ("mine.toml", "S.csv", "link.toml"))
    design.write_text(gallery.text("independent"))
    matrix.write_text("2, 1\n1, 3\n")
    link.symlink_to(design)
    given = ["--set", "n=3", "--set", "sigma=1", "--matrix", f"Sigma_x=nearest:{matrix}"]
    for path, what in [
        (design, "DESIGN.toml"),
        (link, "DESIGN.toml"),
        (matrix, "--matrix Sigma_x"),
    ]:
        said = refused(*command, str(design), *given, "--json", str(path), "--level", "quick")
        assert said == f"--json {path}: that is the file of {what}; a report would take its place"
    assert design.read_text() == gallery.text("independent")
    assert matrix.read_text() == "2, 1\n1, 3\n"


def test_a_difference_that_fills_screens_is_not_printed(monkeypatch):
    command = ("claim", shipped_file("isotropic-noiseless"), "--weight", "1/n")
    _, out, _ = call(*command)
    assert "claimed - exact = (d + 1)/(n" in out
    monkeypatch.setattr("verify.outcome.claim.LONG", 5)
    _, out, _ = call(*command)
    assert "claimed - exact = a long formula, in the JSON report" in out and "counterexample" in out
    _, out, _ = call(*command[:2], "--weight", "1/(n + d)", "--limit", "proportional")
    assert "relative error ~ a long formula, in the JSON report" in out


def test_of_two_quantities_neither_is_called_the_exact_one():
    command = ("claim", shipped_file("drifting"), "--holds", "wpgd_risk < risk")
    _, out, _ = call(*command)
    assert "counterexample\n  n = 1, d = 1" in out
    assert "  right side: " in out and "  left side:  " in out
    assert "  exact:" not in out and "claimed - exact" not in out


def test_the_risk_polynomial_may_hold_d_where_a_covariance_stands_beside_its_inverse(tmp_path):
    """Of S and its inverse the trace is d; a right weight and a right risk were refuted there."""
    path = tmp_path / "aligned.toml"
    path.write_text(gallery.text("aligned-prior"))
    right = "Sigma_x^-1/(n + d + 1 + sigma^2)", "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"
    for weight, code in ((right[0], Exit.HOLDS), (right[0].replace("1", "2"), Exit.REFUTED)):
        command = ["claim", str(path), "--weight", weight, "--risk", right[1], "--quiet"]
        assert call(*command)[0] == code


def test_a_derived_formula_says_where_it_holds_and_is_refuted_elsewhere(tmp_path):
    """At rho = 0 no feature tells anything."""
    path, ranges = tmp_path / "dead.toml", {"rho": '[0, "oo"]'}
    prompt = {"features": "(rho + 1)*e - e", "task": "b", "query_task": "(1 + rho)*b"}
    path.write_text(isotropic_file("dead", ranges, **prompt))
    code, out, _ = call("derive", str(path), "--level", "quick")
    assert code == Exit.HOLDS and out.count("where ρ ≠ 0\n") == 2
    (option,) = (line for line in out.splitlines() if line.startswith("  --risk "))
    code, out, _ = call("claim", str(path), *shlex.split(option))
    assert code == Exit.REFUTED
    assert "counterexample\n  n = 1, d = 1, rho = 0\n  claimed: 2/3\n  exact:   1, confirmed" in out


def test_the_least_risk_over_sample_weights_says_where_it_holds(tmp_path):
    groups = ('name = "scaled"\ncount = "n/2"\ntask = "g*b"\n', 'name = "clean"\n')
    path = tmp_path / "half.toml"
    text = isotropic_file("half", {"g": "[0, 1]"}, task="b")
    path.write_text(text + "".join(f"[[examples]]\n{group}" for group in groups))
    places = [part for one in ("n=4", "d=2", "g=0") for part in ("--set", one)]
    code, out, _ = call("derive", str(path), "--level", "quick", *places)
    assert code == Exit.HOLDS and out.count("where g ≠ 0\n") == 1
    assert "H3 and WPGD, least risk: 6/5 = 1.2\n" in out
    assert "sample weights: not computed: the best sample weights are not unique\n" in out
