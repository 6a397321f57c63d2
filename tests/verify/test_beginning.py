"""What stands around the commands: the first ten lines, lists, citations, versions, completion."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

import theory
from tests.verify.command_line import call, shipped_file, strict_json
from theory.catalogue.headings import SEED, papers
from theory.catalogue.papers import claims_of
from verify import __main__ as beginning
from verify import cli
from verify.cli import Exit, completion
from verify.cli.beginning import COMMANDS, bibtex

ROOT = Path(__file__).parents[2]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_alone_it_says_what_one_can_do():
    """As a usage error: whoever tries nothing has verified nothing."""
    code, out, err = call()
    assert (code, out) == (Exit.USAGE, "")
    lines = err.splitlines()
    assert len(lines) == 10 and max(map(len, lines)) <= 100
    assert all(line.startswith("  ") for line in lines[1:])


@pytest.mark.parametrize("command", [command for command, _ in COMMANDS])
def test_what_it_says_one_can_do(command):
    """The words are those of a command, and what is no command is a statement or a file."""
    context = cli.main.make_context(cli.SCRIPT, shlex.split(command))
    name, found, words = cli.main.resolve_command(context, context._protected_args + context.args)
    parsed = found.make_context(name, words, parent=context).params
    if name == cli.TRIAL:
        known = {"all", "DESIGN.toml", *(record.id for record in theory.statements())}
        assert set(parsed["statements"]) <= known
    with pytest.raises(click.UsageError):
        found.make_context(name, [*words, "--nonsense"], parent=context)


def test_versions_and_dates_agree():
    version, date = theory.__version__, theory.__released__
    assert re.search(r"^version: (.*)$", CITATION, re.M)[1] == version
    assert re.search(r"^date-released: (.*)$", CITATION, re.M)[1] == date
    releases = re.findall(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", CHANGELOG, re.M)
    assert releases[0] == (version, date)
    assert re.findall(r"^## (.*)$", CHANGELOG, re.M) == [
        "Unreleased",
        *(f"{name} ({day})" for name, day in releases),
    ]
    assert call("--version")[1] == f"verify, version {version}\n"


def test_citations_are_those_of_the_citation_file():
    code, out, _ = call("--cite")
    assert (code, out) == (0, bibtex() + "\n")
    paper, software = (re.sub(r"\s+", " ", entry) for entry in out.split("\n\n"))
    ours, _, theirs = CITATION.partition("references:")
    for entry, source in ((software, ours), (paper, theirs)):
        title = re.search(r'title: "(.*)"', source)[1]
        assert f"title = {{{title}}}" in entry
    names = zip(
        re.findall("family-names: (.*)", theirs),
        re.findall("given-names: (.*)", theirs),
        strict=True,
    )
    assert " and ".join(f"{family}, {given}" for family, given in names) in paper
    for key in ("collection-title", "volume", "year"):
        assert f"{{{re.search(f'{key}: (.*)', theirs)[1]}}}" in paper
    assert re.search('"(arXiv:.*)"', theirs)[1] in paper
    assert re.search("name: (.*)", ours)[1] in software
    assert f"{{{theory.__version__}}}" in software and f"{{{theory.__released__[:4]}}}" in software


@pytest.mark.parametrize("options", [(), ("--papers",)])
def test_the_list_as_json(options, tmp_path):
    code, out, _ = call("list", *options, "--json", "-")
    found = strict_json(out)
    named = [one["statement"] for one in found["statements"]]
    expected = [record.name for record in theory.statements()]
    if options:
        expected += [c.name for paper in papers() if paper != SEED for c in claims_of(paper)]
    assert (code, found["schema"], named) == (0, "verify-list/1", expected)
    first = next(iter(theory.statements()))
    assert found["statements"][0] == {
        "statement": first.id,
        "title": first.title,
        "provenance": first.provenance.value,
        "says": first.says,
        "assumptions": list(first.assumptions),
    }
    path = tmp_path / "list.json"
    code, text, _ = call("list", *options, "--json", str(path))
    assert strict_json(path.read_text()) == found
    assert [line.split()[0] for line in text.splitlines()] == named
    assert call("list", "--json", str(tmp_path))[0] == Exit.USAGE


def test_a_claim_as_latex():
    """What is claimed, right or wrong, with its names; nothing is tried."""
    wrong = ("--weight", "1/(kappa*n)", "--risk", "d", "--where", "kappa = alpha^2*d + 1")
    code, out, err = call("claim", shipped_file("rag"), *wrong, "--latex")
    assert (code, err) == (0, "")
    assert r"W^\star &= \frac{1}{\kappa n}\, I \\" in out and r"L^\star &= d" in out
    assert r"where $\kappa = \alpha^{2} d + 1$." in out
    code, out, _ = call("claim", shipped_file("mahankali-2023"), "--latex")
    assert code == 0 and r"W^\star &= \frac{1}{d + n + \sigma^{2} + 1}\, I" in out


def test_a_limit_that_is_none_is_told_with_those_that_are():
    code, _, err = call("claim", shipped_file("rag"), "--risk", "d", "--limit", "nonsense")
    assert code == Exit.USAGE
    assert err == "Error: unknown limit of rag 'nonsense'; known: proportional\n"


def offered(*arguments):
    """What a shell would offer for the last word of a command line."""
    *before, begun = arguments
    shell = ShellComplete(cli.main, {}, cli.SCRIPT, completion.ASKED)
    found = shell.get_completions(before, begun)
    return {item.value if item.type == "plain" else item.type for item in found}


OF_L = {paper for paper in papers() if paper.startswith("l")}


@pytest.mark.parametrize(
    ("words", "items"),
    [
        (["theorem"], {"theorem1", "theorem2", "theorem3", "file"}),
        (
            ["l"],
            {
                "list",
                "latex",
                *OF_L,
                *(f"lemma{k}" for k in range(1, 8)),
                "file",
            },
        ),
        (["theorem1", "co"], {"corollary1", "file"}),
        (["latex", "gar"], {"garg-2022", "file"}),
        (["theorem1", "--ex"], {"--explain"}),
        (["--ver"], {"--version"}),
        (["derive", "m"], {"file"}),
        (["claim", "mine.toml", "--la"], {"--latex"}),
        (["gallery", "rag-u"], {"rag-unit", "rag-unit-general"}),
        (["certify", "theorem1", "--out", ""], {"dir"}),
        (["list", "--json", ""], {"file"}),
    ],
)
def test_what_a_shell_offers(words, items):
    assert offered(*words) == items


def test_a_shell_asks_the_script(tmp_path):
    script = tmp_path / cli.SCRIPT
    script.write_text("from verify.__main__ import main\nmain()\n")
    asked = {completion.ASKED: "bash_complete", "COMP_WORDS": "icl-verify lis", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, str(script)],
        env={"PYTHONPATH": str(ROOT), **asked},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["plain,list", "file,lis"]


def test_ctrl_c_while_our_modules_load_is_told_in_a_word(monkeypatch, capsys):
    class Loading:
        @property
        def run(self):
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "verify.cli", Loading())
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    monkeypatch.setattr(beginning.gc, "set_threshold", lambda *most: None)
    monkeypatch.setattr(beginning.atexit, "register", lambda do: None)
    with pytest.raises(SystemExit) as ended:
        beginning.main()
    assert (ended.value.code, capsys.readouterr().err) == (Exit.UNDECIDED, "interrupted\n")
