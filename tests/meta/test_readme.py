"""The README says what is so: examples run, commands exist, CI calls its test command."""

import doctest
import re
import shlex
import textwrap
from pathlib import Path

import pytest

from theory.language import gallery
from verify import cli
from verify.figures import registry
from verify.trial import not_begun

ROOT = Path(__file__).parents[2]
FAILED = {cli.Exit.USAGE, cli.Exit.INTERNAL}
README = (ROOT / "README.md").read_text(encoding="utf-8")
(HALF,) = re.findall(r"(?<=\n) {4}\[design\].*?(?=\n\n\S)", README, re.DOTALL)


def test_examples_run():
    found = doctest.DocTestParser().get_doctest(README, {}, "README.md", "README.md", 0)
    assert len(found.examples) >= 5
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(found)
    assert runner.summarize(verbose=False).failed == 0


def test_the_first_screen_has_the_two_commands():
    first = README.splitlines()[:6]
    assert any("make verify" in line for line in first)
    assert any("make test" in line for line in first)


def test_ci_calls_exactly_the_test_command():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "make test" in [line.strip() for line in lines]


def test_make_targets_named_here_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", README)) <= targets


@pytest.mark.parametrize("command", re.findall(r"python -m verify ([^\n]*?)(?:\s{3,}|\n)", README))
def test_command_lines_parse(command, monkeypatch, capsys, tmp_path):
    def nothing_trained(*arguments):
        raise SystemExit(0)

    def not_drawn(panels, scale):
        assert set(panels) <= {*registry.BUILDS, registry.ALL}
        return ()

    def not_tried(records, settings, *others):
        return [not_begun(record, settings) for record in records], None

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("verify.figures.registry.pictures", not_drawn)
    monkeypatch.setattr("verify.figures.produce.produce", nothing_trained)
    monkeypatch.setattr("verify.cli.trying.run", not_tried)
    monkeypatch.setattr("verify.outcome.html.site.site", lambda *arguments: {})
    monkeypatch.setattr("verify.cli.exits._of_result", lambda result: cli.Exit.HOLDS)
    (tmp_path / "DESIGN.toml").write_text(gallery.text("rag"))
    (tmp_path / "half.toml").write_text(textwrap.dedent(HALF))
    words = shlex.split(command.replace("...", "d").partition(" > ")[0])
    judged = words[0] in {"derive", "claim"}
    try:
        cli.run([*words, "--level", "quick"] if judged else words)
    except SystemExit as stop:
        assert stop.code in ({*cli.Exit} - FAILED if judged else {0, None})
    assert "Error" not in capsys.readouterr().err
