"""The documentation runs, is complete, and has its generated pages."""

import copy
import doctest
import re
import shlex
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from math_core import LatexToMathML

import numerics
import theory
from docs import approximations, certified, designs, figures, generate, library, markdown, pages
from docs.modules import PACKAGES, first_line, modules
from tests.verify.command_line import call
from theory.text.latex import prose
from verify.certificates.subjects import Subject
from verify.cli import Exit
from verify.outcome.report import as_json
from verify.settings import Level, Settings
from verify.trial import put_on_trial
from verify.witnesses import WITNESSES

DOCS = Path(generate.__file__).parent
ROOT = DOCS.parent
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


@dataclass(frozen=True)
class Command:
    """A ``python -m verify`` command of a page, and what is said to come of it."""

    arguments: list[str]
    target: str | None
    """The file that its output goes to."""
    shown: str
    code: int | None


def commands(text: str) -> list[Command]:
    """Commands whose output stands beneath them, or goes to a file; ``echo $?`` is of the last."""
    found: list[Command] = []
    for _, body in blocks(text, "console"):
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            if line == "echo $?":
                found[-1] = replace(found[-1], code=int(shown))
                continue
            words = shlex.split(line)
            target = words.pop() if ">" in words else None
            if shown.strip() or target:
                assert words[:3] == ["python", "-m", "verify"], line
                arguments = [word for word in words[3:] if word != ">"]
                found.append(Command(arguments, target, shown, None))
    return found


def captioned(text: str) -> list[tuple[str, str]]:
    """Files that a page shows, with their names."""
    pattern = r"^```\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)^```"
    return re.findall(pattern, text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_captioned(text: str, folder: Path) -> None:
    for name, body in captioned(text):
        (folder / name).write_text(body, encoding="utf-8")


def run_commands(text: str, folder: Path) -> None:
    """Run the commands of a page in a folder that holds the files it shows."""
    write_captioned(text, folder)
    for command in commands(text):
        code, out, err = call(*command.arguments)
        if command.target:
            (folder / command.target).write_text(out, encoding="utf-8")
        else:
            printed = out or err
            assert doctest.OutputChecker().check_output(command.shown, printed, FLAGS), printed
        assert command.code in {None, code}, (command.arguments, code)


@by_name
def test_examples_run(path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text(encoding="utf-8")
    write_captioned(text, folder)
    results = run_examples(path.name, text)
    assert results.failed == 0, capsys.readouterr().out
    assert results.attempted == len(re.findall(r"^>>> ", text, re.MULTILINE))


@by_name
def test_commands_print_what_is_shown(path: Path, folder: Path) -> None:
    run_commands(path.read_text(encoding="utf-8"), folder)


SHOWN = """
```{code-block} toml
:caption: mine.toml

[design]
name = "mine"
title = "Mine"
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "e"
task = "b"
```

```console
$ python -m verify claim mine.toml --weight "1/(n + d + 1)" --quiet
mine holds (exact)
$ echo $?
0
```
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("mine holds (exact)", "mine refuted"),
        ("$?\n0", "$?\n1"),
        ("d + 1", "d + 2"),
        ('"e"', '"2*e"'),
    ],
)
def test_a_wrong_command_is_noticed(folder: Path, right: str, wrong: str) -> None:
    run_commands(SHOWN, folder)
    with pytest.raises(AssertionError):
        run_commands(SHOWN.replace(right, wrong), folder)


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


def squeezed(text: str) -> str:
    """Formulas without what breaks them into lines."""
    text = re.sub(r"\\(begin|end)\{(aligned|align\*|gather\*)\}|\$", "", text)
    return re.sub(r"\\\\\n|,\\quad |&|\\qquad|\\quad|\{\}|\s", "", text)


@by_id
def test_a_page_holds_claim_and_derivation(record: theory.Statement) -> None:
    page = generate.page(record)
    expositions = [record.claimed, record.derived]
    expositions += [derive() for _, derive in record.derived.sections]
    for exposition in expositions:
        for formula in (*exposition.formulas, *exposition.where):
            assert squeezed(formula.latex) in squeezed(page)
        for step in exposition.steps:
            assert prose(step.text) in page
            assert squeezed(step.latex) in squeezed(page)
        for condition in map(prose, exposition.conditions):
            assert squeezed(condition[1:]) in squeezed(page)
    for assumption in record.assumptions:
        assert squeezed(assumption[1:]) in squeezed(page)
    assert f"**{record.provenance.value}**" in page


def formulas(text: str) -> list[str]:
    """Everything that a page shows as a formula, in display and in text."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    patterns = (r"\\begin\{(align\*|gather\*)\}\n.*?\\end\{\1\}", r"\$\$(.*?)\$\$", r"\$([^$]+)\$")
    found = []
    for pattern in patterns:
        for m in re.finditer(pattern, text, re.DOTALL):
            found.append(m.group(0).strip("$"))
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    assert "$" not in text.replace(r"\$", "")
    return found


@by_id
def test_formulas_of_a_page_are_tex(record: theory.Statement) -> None:
    found = formulas(generate.page(record))
    assert len(found) > 5
    converter = LatexToMathML()
    for formula in found:
        converter.convert_with_local_state(formula, displaystyle=True)


@by_id
def test_a_page_says_how_to_run_it(record: theory.Statement) -> None:
    assert f"python -m verify {record.id}\n" in generate.running(record)
    assert run_examples(record.id, generate.running(record)).failed == 0


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """A quick trial of one statement; what is tried is tested elsewhere."""
    settings = Settings(Level.QUICK)
    return as_json([put_on_trial(theory.statement("lemma4"), settings)], settings)


def test_testimony_holds_every_witness_and_every_wrong_claim(report: dict[str, Any]) -> None:
    (seen,) = report["results"]
    text = generate.testimony(theory.statement("lemma4"), seen)
    assert all(f"| `{w.name}` | `{w.level.title}` |" in text for w in WITNESSES)
    controls = seen["witnesses"][-1]["data"]
    assert controls["mutants"]
    for name, by in controls["mutants"].items():
        (row,) = re.findall(rf"^\| `{re.escape(name)}` \| (.*) \|$", text, re.MULTILINE)
        assert row.count("refuted") == len(by) > 0
    assert controls["breaks"]
    for one in controls["breaks"]:
        assert markdown.sentence(markdown.escaped(one["says"])) in text
        assert f"- at: `{one['at']}`" in text


def test_testimony_says_which_witness_does_not_apply(report: dict[str, Any]) -> None:
    (seen,) = report["results"]
    text = generate.testimony(theory.statement("lemma5"), seen)
    assert "| `training` |  |  | does not apply" in text
    assert "| `sampling` | `standard` |  | not called at the quick level" in text


def test_a_surviving_wrong_claim_is_shown(report: dict[str, Any]) -> None:
    survived = copy.deepcopy(report)
    (result,) = survived["results"]
    mutants = result["witnesses"][-1]["data"]["mutants"]
    name = next(iter(mutants))
    mutants[name] = []
    assert generate.trials(report["results"])["controls"].count("| none |") == 2
    assert f"| `{name}` |" in generate.trials(survived["results"])["controls"]
    assert f"| `{name}` | – | – | – |" in generate.testimony(theory.statement("corollary1"), result)


def test_an_unseen_break_is_shown() -> None:
    text = "\n".join(pages._broken({"name": "a", "seen": False, "says": "nothing"}))
    assert "not seen" in text


def test_every_record_gets_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long tables with one entry: the build of the documentation makes them, or fails."""
    found = put_on_trial(theory.statement("corollary1"), Settings(Level.QUICK))
    # one trial stands for all: what is tried is tested elsewhere
    monkeypatch.setattr(generate, "put_on_trial", lambda record, settings: found)
    monkeypatch.setattr(library, "papers", lambda: ("mahankali-2023",))
    monkeypatch.setattr(certified, "shipped", lambda: Subject.of_record(found.record))
    monkeypatch.setattr(designs, "write", lambda *_: None)  # it has tests of its own
    generate.write(tmp_path / "statements")
    made = {path.stem for path in (tmp_path / "statements").glob("*.md")}
    assert made == {record.id for record in RECORDS}
    texts = [path.read_text(encoding="utf-8") for path in PAGES]
    included = {name for text in texts for name in re.findall(r"statements/([\w-]+)\.inc", text)}
    assert included == {path.stem for path in (tmp_path / "statements").glob("*.inc")}
    drawn = {
        name for text in texts for name in re.findall(r"statements/([\w-]+\.(?:svg|csv))", text)
    }
    assert drawn == set(figures.drawn())
    for name in drawn:
        assert (tmp_path / "statements" / name).stat().st_size > 500


def test_figures_are_the_same_every_time(tmp_path: Path) -> None:
    for k in ("one", "two"):
        (tmp_path / k).mkdir()
        figures.write(tmp_path / k)
    for name in figures.drawn():
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_rows_along_a_regime_are_those_of_evaluate() -> None:
    for record in approximations.records():
        for design in record.designs:
            (row,) = approximations.along(record, design, (3,))
            variant = None if design == record.design else design.name
            at = record.evaluate(n=18, d=9, alpha=Fraction(1, 3), sigma=0, variant=variant)
            assert (row.exact, row.claimed) == (at.risk, at.claimed)
            assert row.error == pytest.approx(at.relative_error)


def test_what_the_page_on_approximations_says_of_the_tables() -> None:
    sizes = {"n": approximations.N, "d": approximations.D, "sigma": 0}
    rag, aligned = (
        {alpha: record.evaluate(alpha=alpha, **sizes) for alpha in approximations.ALPHAS}
        for record in approximations.records()
    )
    assert all(at.relative_error < 0 for found in (rag, aligned) for at in found.values())
    small, large = Fraction(1, 5), Fraction(3, 5)
    assert abs(rag[small].relative_error) < 0.1
    assert abs(aligned[small].relative_error) == pytest.approx(0.2, abs=0.01)
    assert rag[large].risk / rag[large].claimed == pytest.approx(2, abs=0.2)
    assert aligned[large].risk > 10 * aligned[large].claimed
    assert float(large) * approximations.D**0.5 == pytest.approx(2.7, abs=0.05)
    for record, power in zip(approximations.records(), (1, 2), strict=True):
        for alpha in approximations.ALPHAS[1:]:
            kappa = 1 + alpha**2 * approximations.D
            assert 1 < approximations.sample_ratio(record, alpha) < kappa**power


def test_the_derived_error_is_approached() -> None:
    for record in approximations.records():
        for design in record.designs:
            far, near = approximations.along(record, design, (100, 1000))
            gaps = [abs(row.error / row.derived - 1) for row in (far, near)]
            assert gaps[1] < gaps[0] / 50 < 0.01


def test_every_provenance_mark_is_explained() -> None:
    assert set(pages.PROVENANCES) == set(theory.Provenance)


def test_every_exit_code_is_explained() -> None:
    assert {code for code, _ in generate.exit_codes()} == set(Exit)


def test_every_page_is_in_the_contents() -> None:
    contents = (DOCS / "index.md").read_text(encoding="utf-8")
    missing = [p.stem for p in PAGES if p.stem != "index" and f"\n{p.stem}\n" not in contents]
    assert not missing


def test_text_from_reports_is_safe_in_a_table() -> None:
    assert markdown.escaped("W* | a_b") == r"W\* \| a\_b"


def test_every_module_is_in_the_table_and_says_what_it_is() -> None:
    text = modules()
    for path in sorted(p for top in PACKAGES for p in (ROOT / top).rglob("*.py")):
        if path.stem != "__init__":
            assert f"| `{path.stem}` | {first_line(path)} |" in text and first_line(path)


FILES = re.compile(r"`((?:theory|verify|numerics)/[\w/.-]+\.py)`")


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_files_that_a_page_names_are_there(page: str) -> None:
    named = FILES.findall((ROOT / page).read_text(encoding="utf-8"))
    assert named and all((ROOT / name).is_file() for name in named), named


def test_examples_of_the_modules_run() -> None:
    results = doctest.testmod(markdown)
    assert results.failed == 0 < results.attempted


def test_false_alarms_of_a_run_are_bounded_by_what_it_compares():
    rows = [line.split("|")[2:4] for line in generate.tables()["alarms"].splitlines()[2:] if line]
    bounds = {int(compared): most.strip() for compared, most in rows}
    assert bounds.pop(0) == "none" and len(bounds) == 2
    for compared, most in bounds.items():
        assert float(most.removeprefix("at most ")) == pytest.approx(2e-6 * compared, rel=0.05)
