"""Designs and matrices that come through a pipe: read once, and called what they are."""

import io
import subprocess
import sys

import pytest

from tests.verify.command_line import call, shipped_file, strict_json
from theory.language import gallery
from verify.cli import Exit

RAG = gallery.text("rag-unit")
INDEPENDENT = gallery.text("independent")
WRONG = RAG.replace("alpha*q", "alhpa*q")
QUICK = ("--level", "quick", "--quiet")
LATEX = "--latex"
"""What is derived of the design that was read; no trial."""
TOLD = "22:13: unknown name in features 'alhpa'; did you mean alpha?"


@pytest.fixture
def verify(monkeypatch):
    """Call a command line that reads bytes or text, or some other file that is open for bytes."""

    def called(*arguments, text=""):
        file = io.BytesIO(text.encode() if isinstance(text, str) else text)
        file.name = "<stdin>"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        code, out, err = call(*arguments)
        assert "Traceback" not in err, err
        return code, out, err

    return called


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_a_design_from_standard_input(name, verify):
    code, out, _ = verify("derive", name, LATEX, text=RAG)
    assert code == Exit.HOLDS and out.startswith("% rag-unit: ")
    code, out, err = verify("derive", name, LATEX, text=WRONG)
    assert (code, out, err) == (Exit.USAGE, "", f"Error: <stdin>:{TOLD}\n")


def test_standard_input_of_a_process():
    command = [sys.executable, "-m", "verify", "derive", "-"]
    done = subprocess.run(command, input=WRONG, capture_output=True, text=True, timeout=120)
    told = f"Error: <stdin>:{TOLD}\n"
    assert (done.returncode, done.stdout, done.stderr) == (Exit.USAGE, "", told)


def test_a_claim_about_standard_input(verify):
    code, out, _ = verify("claim", "-", "--risk", "0", "--json", "-", *QUICK, text=RAG)
    assert code == Exit.REFUTED
    assert strict_json(out)["results"][0]["verdict"] == "refuted"
    code, out, err = verify("claim", "-", "--risk", "0", text="")
    assert (code, out) == (Exit.USAGE, "") and err.startswith("Error: <stdin>:1:1: "), err


def test_a_process_substitution_is_read_once():
    """By its path, which names the pipe of another process."""
    shell = '"$0" -m verify derive <(sleep 0.5; cat "$1") --latex'
    command = ["bash", "-c", shell, sys.executable, shipped_file("rag-unit")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == Exit.HOLDS and done.stdout.startswith("% rag-unit: "), done


def test_a_matrix_from_standard_input(tmp_path, verify):
    options = ("--set", "n=3", "--set", "sigma=1", "--json", "-", *QUICK)
    path = shipped_file("independent")
    file = tmp_path / "S.csv"
    file.write_text("2,1\n1,3\n")
    _, expected, _ = call("derive", path, *options, "--matrix", f"Sigma_x={file}")
    code, out, err = verify(
        "derive", path, *options, "--matrix", "Sigma_x=-", text=file.read_text()
    )
    assert code == Exit.HOLDS, err
    numbers = [strict_json(text)["results"][0]["numbers"] for text in (expected, out)]
    assert numbers[0] == numbers[1]
    code, _, err = verify("derive", path, *options, "--matrix", "Sigma_x=-", text="2,a\n1,3\n")
    assert code == Exit.USAGE and err.startswith("Error: <stdin>:1:3: found 'a'; expected a num")


@pytest.mark.parametrize(
    ("design", "matrices", "named"),
    [
        ("-", ["Sigma_x=-"], "DESIGN.toml and --matrix Sigma_x; put one of them into a file"),
        ("-", ["Sigma_x=/dev/stdin"], "DESIGN.toml and --matrix Sigma_x; put one"),
        ("/dev/stdin", ["Sigma_x=eye", "Sigma_beta=-"], "DESIGN.toml and --matrix Sigma_beta; put"),
        (None, ["Sigma_x=-", "Sigma_beta=-"], "--matrix Sigma_x and --matrix Sigma_beta; put one"),
        ("-", ["Sigma_x=-", "Sigma_beta=-"], "; put all but one of them into a file"),
    ],
)
@pytest.mark.parametrize("command", [("derive",), ("claim", "--risk", "d")])
def test_what_would_be_read_twice_is_an_error(command, design, matrices, named, verify):
    options = [part for matrix in matrices for part in ("--matrix", matrix)]
    path = shipped_file("independent") if design is None else design
    code, out, err = verify(*command, path, *options, "--set", "n=3", text=INDEPENDENT)
    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith("Error: standard input can be read once only, and is named for "), err
    assert named in err


def test_standard_input_that_is_none(verify, monkeypatch):
    code, out, err = verify("derive", "-", text="# and on\n" * 10_000)
    told = "Error: <stdin>: found a longer file; expected at most 16384 bytes\n"
    assert (code, out, err) == (Exit.USAGE, "", told)
    _, _, err = verify("derive", "-", text=b"# \xff")
    assert err == "Error: <stdin>:1:3: found the byte 0xff; expected UTF-8\n"
    monkeypatch.setattr(sys, "stdin", None)  # as Python has it after <&-
    told = "Error: -: standard input is closed; expected something to read there\n"
    assert call("derive", "-") == (Exit.USAGE, "", told)


def test_a_file_of_that_name(tmp_path, verify, monkeypatch):
    (tmp_path / "-").write_text(RAG)
    monkeypatch.chdir(tmp_path)
    code, out, _ = verify("derive", "./-", LATEX, text=WRONG)
    assert code == Exit.HOLDS and out.startswith("% rag-unit: ")
