"""What cannot be told changes no verdict, no exit code and no file."""

import json
import os
import subprocess
import sys

import pytest

from theory.language import gallery

TRIAL = ["corollary1", "--level", "quick"]
DERIVE = ["derive", "umlaut.toml", "--level", "quick"]
CLAIM = ["claim", "umlaut.toml", "--risk", "d"]
COMMANDS = [
    (TRIAL, 0),
    (DERIVE, 0),
    (CLAIM, 1),
    (["list"], 0),
    (["latex", "corollary1"], 0),
    (["gallery", "rag"], 0),
    (["--help"], 0),
    (["nonsense"], 2),
]


@pytest.fixture
def folder(tmp_path):
    """A folder with a design whose title is no ASCII."""
    text = gallery.text("isotropic-noiseless").splitlines(keepends=True)
    titled = ['title = "F\u00fcr \u03b1"\n' if s.startswith("title") else s for s in text]
    (tmp_path / "umlaut.toml").write_text("".join(titled), encoding="utf-8")
    return tmp_path


def run(folder, arguments, environment=None, **streams):
    command = [sys.executable, "-m", "verify", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, timeout=100, **streams
    )


def closed_pipe():
    """The end to write to of a pipe whose reader has left."""
    read, write = os.pipe()
    os.close(read)
    return write


@pytest.mark.parametrize(("arguments", "code"), COMMANDS)
def test_a_reader_that_has_left_changes_nothing(folder, arguments, code):
    pipe = closed_pipe()
    try:
        assert run(folder, arguments, stdout=pipe, stderr=pipe).returncode == code
    finally:
        os.close(pipe)


@pytest.mark.parametrize(("arguments", "code"), [*COMMANDS[:3], COMMANDS[-1]])
def test_progress_that_nothing_can_hold_changes_nothing(folder, arguments, code):
    with open("/dev/full", "w") as full:
        done = run(folder, arguments, stdout=subprocess.DEVNULL, stderr=full)
    assert done.returncode == code


@pytest.mark.parametrize(("arguments", "code"), COMMANDS[:3])
def test_a_report_is_written_though_nobody_reads_the_text(folder, arguments, code):
    pipe = closed_pipe()
    try:
        done = run(folder, [*arguments, "--json", "report.json"], stdout=pipe, stderr=pipe)
    finally:
        os.close(pipe)
    assert done.returncode == code
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["results"]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "iso-8859-1"])
@pytest.mark.parametrize(("arguments", "code"), COMMANDS[1:3])
def test_what_a_stream_cannot_encode_is_escaped(folder, arguments, code, encoding):
    strict = {"PYTHONIOENCODING": encoding}
    done = run(folder, arguments, strict, capture_output=True)
    assert done.returncode == code
    assert b"\\u03b1" in done.stdout, done
    done = run(folder, [*arguments, "--json", "-"], strict, capture_output=True)
    assert done.returncode == code
    assert json.loads(done.stdout.decode(encoding))["results"][0]["title"] == "F\u00fcr \u03b1"


def test_a_plain_locale_is_no_fault(folder):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run(folder, DERIVE, plain, capture_output=True)
    assert done.returncode == 0 and b"fault" not in done.stderr
