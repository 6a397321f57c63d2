"""Every command in every place: what surrounds it changes no exit code and no promised file."""

import contextlib
import json
import os
import pty
import resource
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

import pytest

from numerics.sweeps.store import Store
from tests.verify import command_line
from tests.verify.command_line import call
from tests.verify.figure_outcomes import every, outcomes
from theory.language import gallery
from verify import cli
from verify.figures.produce import cost
from verify.figures.registry import runs_behind


class Command(NamedTuple):
    """A command line, its exit code, and the verdicts in its report; {} is a folder."""

    arguments: tuple[str, ...]
    code: int
    reports: str = ""


COMMANDS = {
    "trials": Command(
        ("corollary1", "duraisamy-2024:step-size", "--level=quick", "--jobs=2"), 0, "holds"
    ),
    "list": Command(("list",), 0),
    "claim": Command(("claim", "{}/umlaut.toml", "--risk", "d"), 1, "refuted"),
    "figure": Command(
        ("figure", "4d", "--out={}/figures", "--store={}/runs.sqlite", "--jobs=1"), 0, "holds"
    ),
    "nonsense": Command(("nonsense",), 2),
}
"""One for each way to write and to begin processes: the others write and begin as these do."""
NAMED_LIKE_MODULES = ("theory", "sympy", "torch", "click", "queue", "random", "pathlib", "struct")
HOSTILE = {
    "COLUMNS": "0",
    "FORCE_COLOR": "1",
    "HOME": "/nowhere",
    "LINES": "\u00b2",
    "MATPLOTLIBRC": sys.executable,  # no text
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONIOENCODING": "ascii",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "error",
    "TERM": "dumb",
    "TMPDIR": "/nowhere",
}
PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
POOR = """import signal, sys
for name in ("pthread_sigmask", "SIGALRM", "SIGPIPE", "setitimer", "siginterrupt"):
    delattr(signal, name)
sys.modules |= dict.fromkeys(("resource", "fcntl", "pwd", "grp"))
"""
"""What a module ``sitecustomize`` does to a Unix."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store of what the runs of a picture come to; the quickest is left to do."""
    path = tmp_path_factory.mktemp("store") / "runs.sqlite"
    found = outcomes([every()["4d"]])
    _, *done = sorted(runs_behind([every()["4d"]]), key=cost)
    with Store.open(path) as kept:
        kept.put([(run, found[run]) for run in done])
    return path


@pytest.fixture
def folder(tmp_path, store):
    """A folder with a design whose title is no ASCII, and with a store of runs."""
    text = gallery.text("isotropic-noiseless").splitlines(keepends=True)
    titled = ['title = "F\u00fcr \u03b1"\n' if s.startswith("title") else s for s in text]
    (tmp_path / "umlaut.toml").write_text("".join(titled), encoding="utf-8")
    shutil.copy(store, tmp_path)
    return tmp_path


def environment(changes):
    """That of the tests, as it usually is, and these changes."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return usual | changes


VERIFY = [sys.executable, "-m", "verify"]


def run(name, folder, changes=None, *, cwd=None, code=None, **streams):
    """Call a command; its exit code has to be as it always is, and its files whole."""
    command = COMMANDS[name]
    arguments = [argument.replace("{}", str(folder)) for argument in command.arguments]
    if command.reports:
        arguments += ["--json", str(folder / "report.json")]
    done = subprocess.run(
        [*VERIFY, *arguments],
        cwd=cwd or folder,
        env=environment(changes or {}),
        timeout=100,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    )
    assert done.returncode == (command.code if code is None else code), done
    assert b"Traceback" not in (done.stderr or b""), done
    if command.reports:
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        told = report.get("results") or [panel["agreement"] for panel in report["panels"]]
        assert {one["verdict"] for one in told} == {command.reports}
    if name == "figure":
        assert {path.suffix for path in (folder / "figures").iterdir()} == {
            *(".png", ".pdf", ".csv", ".json")
        }
    return done


def hostile_place(folder):
    """A folder with files that are named like modules, to work in."""
    place = folder / "place"
    for module in NAMED_LIKE_MODULES:
        (place / module).mkdir(parents=True)
        (place / f"{module}.py").write_text("raise SystemExit('imported from here')")
    (place / "numerics").mkdir()
    (place / "numerics" / "__init__.py").write_text("raise SystemExit('imported from here')")
    return place


def poor(folder):
    """Settings for a system without what only Unix has."""
    (folder / "sitecustomize.py").write_text(POOR)
    return {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize("name", ["trials", "list", "claim", "figure"])
def test_a_hostile_environment(folder, name):
    """Files named like modules in the working folder, settings that mean nothing, and a full
    device behind standard error; for a figure, which takes longest, a poor system besides."""
    place, more = hostile_place(folder), poor(folder) if name == "figure" else {}
    with open("/dev/full", "w") as full:
        done = run(name, folder, HOSTILE | more, cwd=place, stderr=full)
    if name == "claim":
        assert rb"\u03b1" in done.stdout


@pytest.mark.parametrize("name", ["trials", "claim"])
def test_a_system_without_what_only_unix_has(folder, name):
    run(name, folder, poor(folder))


def gone(folder):
    """To do in a process that begins: go to a folder, and have it deleted."""

    def go():
        (folder / "gone").mkdir()
        os.chdir(folder / "gone")
        (folder / "gone").rmdir()

    return go


@pytest.mark.parametrize("name", ["list", "claim", "nonsense"])
def test_readers_that_have_left_and_a_working_folder_that_is_gone(folder, name):
    """In a plain locale besides."""
    read, write = os.pipe()
    os.close(read)
    try:
        run(name, folder, PLAIN, preexec_fn=gone(folder), stdout=write, stderr=write)
    finally:
        os.close(write)


@pytest.mark.parametrize("name", ["list", "claim"])
def test_results_that_nothing_can_hold(folder, name):
    """They are what was asked for: this is an error, though files are written."""
    with open("/dev/full", "w") as full:
        done = run(name, folder, code=2, stdout=full)
    assert b"cannot write the results: No space left" in done.stderr


def test_a_report_that_nothing_can_hold(folder, monkeypatch):
    """The text is there all the same, and nothing of the report."""
    monkeypatch.chdir(folder)
    before, most = sorted(folder.iterdir()), resource.getrlimit(resource.RLIMIT_FSIZE)
    arguments = ["claim", "umlaut.toml", "--risk", "d", "--quiet", "--json", "report.json"]
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, most[1]))
    try:
        done = call(*arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    told = "Error: --json report.json: File too large\n"
    assert done == (2, "isotropic-noiseless refuted\n", told)
    assert sorted(folder.iterdir()) == before


def refused(code, command, changes=None, **more):
    """The last line of standard error of a command that ends with this code."""
    done = subprocess.run(
        command, env=environment(changes or {}), capture_output=True, text=True, **more
    )
    assert (done.returncode, done.stdout) == (code, ""), done
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["figure", "4d", "--out", "figs"], "figs: there is no working folder any more"),
        (["figure", "4d", "--out={}", "--store", "runs"], "runs: there is no working folder any"),
        (["figure", "4d", "--out={}", "--json", "a.json"], "a.json: there is no working folder"),
        (["corollary1", "--json", "a.json"], "a.json: there is no working folder any more"),
        (["derive", "umlaut.toml"], "umlaut.toml: No such file or directory"),
    ],
)
def test_a_path_in_a_folder_that_is_gone_is_refused(monkeypatch, tmp_path, arguments, said):
    monkeypatch.chdir(tmp_path)
    gone(tmp_path)()
    assert said in command_line.refused(*(one.replace("{}", str(tmp_path)) for one in arguments))


def test_settings_of_pictures_that_are_no_text_are_refused(tmp_path):
    """In the working folder matplotlib cannot be kept from them."""
    (tmp_path / "matplotlibrc").write_bytes("# Gr\u00f6\u00dfe".encode("latin-1"))
    said = refused(2, [*VERIFY, "figure", "4d", "--out", "figs"], cwd=tmp_path)
    assert said.startswith("Error: matplotlibrc: matplotlib cannot read this file: ")


def test_another_package_of_our_name_is_refused(tmp_path):
    """Where it is not the working folder's, but asked for."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "theory.py").touch()
    path = {"PYTHONPATH": str(tmp_path / "other")}
    said = refused(2, [*VERIFY, "list"], path, cwd=tmp_path)
    assert said.startswith("Error: expected theory in ") and f"it in {tmp_path}/other:" in said


@pytest.mark.parametrize("name", ["click", "sympy"])
def test_what_cannot_be_imported_refutes_nothing(tmp_path, name):
    (tmp_path / f"{name}.py").write_text("raise ImportError('no such thing')")
    said = refused(3, [*VERIFY, "latex", "corollary1"], {"PYTHONPATH": str(tmp_path)})
    assert said.startswith("Error: ")


def test_the_script_runs_beside_a_folder_of_its_name(tmp_path):
    """As it is installed: ``python -m verify`` would run what is in that folder."""
    setup = ConfigParser()
    setup.read(Path(__file__).parents[2] / "setup.cfg")
    name, place = setup["options.entry_points"]["console_scripts"].strip().split(" = ")
    module, function = place.split(":")
    script = tmp_path / "bin" / name
    script.parent.mkdir()
    script.write_text(
        f"import sys\nfrom {module} import {function}\n"
        f"if __name__ == '__main__':\n    sys.exit({function}())\n"
    )
    for other in ("verify", "theory", "queue"):
        (tmp_path / f"{other}.py").write_text("raise SystemExit('imported from here')")
    command = [sys.executable, str(script), *COMMANDS["trials"].arguments]
    done = subprocess.run(
        [*command, "--quiet"], cwd=tmp_path, env=environment({}), capture_output=True, text=True
    )
    assert (name, done.returncode) == ("icl-verify", 0), done
    assert done.stdout == "corollary1 holds (exact)\nduraisamy-2024:step-size holds (exact)\n"


def test_a_terminal_without_a_size_shows_results(monkeypatch):
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    for name, value in {"COLUMNS": "0", "LINES": "\u00b2", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    with open(theirs, "w") as terminal:
        with contextlib.redirect_stdout(terminal), pytest.raises(SystemExit) as stop:
            cli.run(["corollary1", "--level", "quick", "--quiet"])
        assert (stop.value.code, os.read(ours, 1000)) == (0, b"corollary1 holds (exact)\r\n")
    os.close(ours)
