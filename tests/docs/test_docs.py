"""The documentation runs, is complete, and has its generated pages."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import numerics
import theory
from docs import generate
from theory.latex import latex
from verify.cli import Exit, main
from verify.report import as_json
from verify.settings import Level, Settings
from verify.trial import put_on_trial
from verify.witnesses import WITNESSES

DOCS = Path(generate.__file__).parent
PAGES = sorted(DOCS.glob("*.md"))
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
RECORDS = list(theory.statements())

by_name = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
by_id = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)


def blocks(text: str, language: str) -> list[tuple[int, str]]:
    """The fenced blocks in a language, with the line each begins on."""
    found = re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [(text[: m.start(1)].count("\n"), m.group(1)) for m in found]


def run_examples(name: str, text: str) -> doctest.TestResults:
    """Run the ``pycon`` blocks of a page in order, in one namespace."""
    lines = [""] * (text.count("\n") + 1)
    for start, body in blocks(text, "pycon"):
        for k, line in enumerate(body.splitlines(), start):
            lines[k] = line
    test = doctest.DocTestParser().get_doctest("\n".join(lines), {}, name, name, 0)
    return doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(test)


def commands(text: str) -> list[tuple[list[str], str]]:
    """``python -m verify`` commands whose output stands beneath them, with that output."""
    found = []
    for _, body in blocks(text, "console"):
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            if output.strip():
                assert line.startswith("python -m verify "), line
                found.append((shlex.split(line)[3:], output))
    return found


@by_name
def test_examples_run(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text(encoding="utf-8")
    results = run_examples(path.name, text)
    assert results.failed == 0, capsys.readouterr().out
    assert results.attempted == len(re.findall(r"^>>> ", text, re.MULTILINE))


@by_name
def test_commands_print_what_is_shown(path: Path) -> None:
    for arguments, shown in commands(path.read_text(encoding="utf-8")):
        printed = CliRunner().invoke(main, arguments).stdout
        assert doctest.OutputChecker().check_output(shown, printed, FLAGS), printed


def test_some_page_shows_examples_and_commands() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PAGES]
    assert sum(len(blocks(text, "pycon")) for text in texts) > 10
    assert any(commands(text) for text in texts)


def test_a_wrong_example_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    results = run_examples("wrong", "```pycon\n>>> 1 + 1\n3\n```\n")
    assert results.failed == 1
    assert "Expected" in capsys.readouterr().out


@pytest.mark.parametrize("package", [theory, numerics], ids=lambda package: package.__name__)
def test_every_public_name_is_in_the_library_page(package: object) -> None:
    documented = set(
        re.findall(r"::\s+([\w.]+)$", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    names = {f"{package.__name__}.{name}" for name in package.__all__}
    assert names <= documented


@by_id
def test_a_page_holds_claim_and_derivation(record: theory.Statement) -> None:
    page = generate.page(record)
    for formula in (record.weight, record.risk, record.claim.weight, record.claim.risk):
        assert latex(formula) in page
    for step in record.derivation.steps:
        assert step.text in page
    for assumption in record.assumptions:
        assert assumption[1:] in page
    assert f"**{record.provenance.value}**" in page


@by_id
def test_a_page_says_how_to_run_it(record: theory.Statement) -> None:
    assert f"python -m verify {record.id}\n" in generate.running(record)
    assert run_examples(record.id, generate.running(record)).failed == 0


def test_testimony_holds_every_witness_and_every_wrong_claim() -> None:
    settings = Settings(Level.QUICK)
    record = theory.statement("corollary1")
    (seen,) = as_json([put_on_trial(record, settings)], settings)["results"]
    text = generate.testimony(record, seen)
    assert all(f"| `{w.name}` | `{w.level.title}` |" in text for w in WITNESSES)
    mutants = seen["witnesses"][-1]["data"]["mutants"]
    assert mutants
    assert all(f"| `{name}` | " in text for name in mutants)


def test_every_record_gets_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = {}

    def once(record: theory.Statement, settings: Settings) -> object:
        # one trial stands for all: what is tried is tested elsewhere
        if not quick:
            quick["result"] = put_on_trial(theory.statement("corollary1"), settings)
        return quick["result"]

    monkeypatch.setattr(generate, "put_on_trial", once)
    generate.write(tmp_path / "statements")
    pages = {path.stem for path in (tmp_path / "statements").glob("*.md")}
    assert pages == {record.id for record in RECORDS}
    included = {
        name
        for path in PAGES
        for name in re.findall(r"statements/(\w+)\.inc", path.read_text(encoding="utf-8"))
    }
    assert included == set(generate.tables())


def test_every_provenance_mark_is_explained() -> None:
    assert set(generate.MARKS) == set(theory.Provenance)


def test_every_exit_code_is_explained() -> None:
    assert {code for code, _ in generate.exit_codes()} == set(Exit)


def test_every_page_is_in_the_contents() -> None:
    contents = (DOCS / "index.md").read_text(encoding="utf-8")
    missing = [p.stem for p in PAGES if p.stem != "index" and f"\n{p.stem}\n" not in contents]
    assert not missing


def test_text_from_reports_is_safe_in_a_table() -> None:
    assert generate._escaped("W* | a_b") == r"W\* \| a\_b"


@pytest.mark.parametrize("package", ["theory", "numerics", "verify"])
def test_architecture_places_every_module(package: str) -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    modules = {p.stem for p in (DOCS.parent / package).glob("*.py")} - {"__init__", "__main__"}
    assert not {name for name in modules if f"`{name}`" not in page}
