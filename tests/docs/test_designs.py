"""Every design file that ships has a page, made from it; the index lists all of them."""

import doctest
import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import sympy
from math_core import LatexToMathML

from docs import designs, markdown, pages
from tests.docs.test_docs import DOCS, formulas, run_examples, squeezed
from tests.verify.command_line import call
from theory.expositions.assumptions import answers
from theory.language.gallery import SUFFIX, names, shipped, text
from theory.records.derived import Derived
from theory.text.display import LONG as LONGEST
from theory.text.display import aligned, displayed
from theory.text.formulas import Exposition, Formula, step
from theory.text.latex import glyphs, latex, prose
from theory.text.rows import Mathematics, Sentence, row
from verify.judge.from_text import claim_of
from verify.settings import Settings
from verify.trial import Result, put_on_trial

RECORDS = {name: designs.record_of(name) for name in names()}
PAGES: dict[str, str] = {}
MADE = designs.page
WIDEST = 1.5 * LONGEST

by_name = pytest.mark.parametrize("name", names())


def page(name: str) -> str:
    """The page of a file, made once."""
    if name not in PAGES:
        PAGES[name] = MADE(name, RECORDS[name])
    return PAGES[name]


@by_name
def test_a_page_holds_the_file_and_all_that_is_derived(name: str) -> None:
    shown, record = squeezed(page(name)), RECORDS[name]
    assert f"```toml\n{text(name)}```" in page(name)
    assert page(name).startswith(f"# {name}: {markdown.escaped(record.title)}\n")
    found = markdown.abbreviated(record.derived)
    assert found.formulas
    for formula in (*found.formulas, *found.where):
        assert squeezed(formula.latex) in shown
    for one in found.steps:
        assert squeezed(prose(one.text)) in shown
        assert squeezed(one.latex) in shown
    for sentence in (*record.assumptions, *map(prose, found.conditions)):
        assert squeezed(sentence[1:]) in shown
    told = [one for one in answers(record.design) if one in found.conditions]
    assert len(found.conditions) > len(told) >= 2


@by_name
def test_formulas_of_a_page_are_tex_and_have_lines(name: str) -> None:
    found = formulas(page(name))
    assert len(found) > 10
    converter = LatexToMathML()
    for formula in found:
        converter.convert_with_local_state(formula, displaystyle=True)
        assert all(glyphs(line) < WIDEST for line in formula.splitlines())


@by_name
def test_examples_of_a_page_run(name: str) -> None:
    shown = designs.running(name, RECORDS[name])
    results = run_examples(name, shown)
    assert results.failed == 0
    assert results.attempted == shown.count("\n>>> ") > 3


@pytest.mark.parametrize("name", ["ahn-2023", "drifting-partly", "retrieval-off-axis"])
def test_the_last_command_gives_the_numbers_of_the_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = designs.running(name, RECORDS[name])
    *_, line = re.findall(r"^\$ python -m verify (.*)$", shown, re.MULTILINE)
    assert f"\n$ python -m verify gallery {name} > {name}{SUFFIX}\n" in shown
    Path(name + SUFFIX).write_text(call("gallery", name)[1], encoding="utf-8")
    code, out, _ = call(*shlex.split(line), "--level", "quick", "--json", "-")
    assert code == 0
    risk = json.loads(out)["results"][0]["numbers"]["risk"].split("/")
    assert f"\n>>> found.pgd\nFraction({', '.join(risk)})\n" in shown


def test_every_file_gets_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(designs, "page", lambda name, record: page(name))
    quick: dict[str, Result] = {}

    def once(record: Derived, settings: Settings) -> Result:
        # one trial stands for all of a kind: what is tried is tested elsewhere
        if record.kind not in quick:
            quick[record.kind] = put_on_trial(record, settings)
        return quick[record.kind]

    folder = tmp_path / designs.FOLDER
    folder.mkdir()
    (folder / "gone.md").write_text("a file that no longer ships", encoding="utf-8")
    designs.write(folder, once)
    assert {path.stem for path in folder.glob("*.md")} == set(names())
    for name in names():
        made = (folder / f"{name}.md").read_text(encoding="utf-8")
        assert made.startswith(page(name))
        assert "## Witnesses" in made
        assert "what is derived here **holds**" in made
        (row,) = (line for line in made.splitlines() if line.startswith("| `twice the weight` |"))
        assert row.count("refuted") == 1
        assert made.endswith(designs.running(name, RECORDS[name]))
    texts = [path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")]
    included = {one for shown in texts for one in re.findall(r"designs/([\w-]+)\.inc", shown)}
    assert included == {path.stem for path in folder.glob("*.inc")}


def test_the_index_lists_all_files() -> None:
    tables = designs.tables(RECORDS.values())
    for name in names():
        link = f"[`{name}`](designs/{name}.md)"
        assert tables["gallery"].count(f"| {link} |") == 1
        assert f"\ndesigns/{name}\n" in tables["contents"]
    assert tables["gallery"].count("\n") == len(names()) + 2


@pytest.mark.parametrize(
    "name",
    [
        *("noisy-retrieval", "aligned-with-both", "heteroscedastic"),
        *("drifting-partly", "anisotropic-aligned", "rag-general"),
    ],
)
def test_the_index_speaks_of_the_designs_that_were_asked_for(name: str) -> None:
    assert f"[`{name}`](designs/{name}.md)" in (DOCS / "gallery.md").read_text(encoding="utf-8")


def test_every_word_of_the_index_is_explained() -> None:
    explained = (DOCS / "gallery.md").read_text(encoding="utf-8")
    words = {designs.optimum(record).partition(",")[0] for record in RECORDS.values()}
    words |= {designs.weights(record) for record in RECORDS.values()}
    assert words == {
        *("multiple of $I$", "closed form", "spectral", "equation", "span", "coefficients"),
        *("equal", "formula", "solved for", "one per group", "–"),
    }
    for word in words - {"–"}:
        assert f"\n{word}\n: " in explained


def test_the_index_says_which_assumption_fails() -> None:
    rows = designs.tables(RECORDS.values())["gallery"].splitlines()
    assert [row for row in rows if "growing-noise" in row and "| 1 |" in row]
    assert [row for row in rows if "`drifting`" in row and "| 1 and 2 |" in row]
    assert "Assumption 2 (equal label noise) does not hold" in page("growing-noise")
    assert "Assumption 2 (equal label noise) holds" in page("drifting")


def test_claims_of_a_file_are_judged() -> None:
    assert designs.claims("rag", shipped("rag"), put_on_trial) == ""
    made = designs.claims("mahankali-2023", shipped("mahankali-2023"), put_on_trial)
    assert "\n## Claims\n" in made
    assert "\n$ python -m verify claim mahankali-2023.toml\n" in made
    assert "Judged **exact**." in made
    assert "Mahankali et al. 2023" in made


def test_a_wrong_claim_is_shown_as_refuted() -> None:
    file = shipped("mahankali-2023")
    wrong = claim_of(file, weight="1/(n + d)")
    made = designs.claims("mahankali-2023", replace(file, claims=(wrong,)), put_on_trial)
    assert "Judged **refuted**." in made
    assert "The weight is refuted: " in made
    assert "exact**" not in made


def test_a_claim_in_a_limit_is_shown_with_its_limit() -> None:
    file = shipped("rag")
    loose = claim_of(file, limit=file.limits[0].name, weight="1/d")
    made = designs.claims("rag", replace(file, claims=(loose,)), put_on_trial)
    assert "claimed to leading order in the limit proportional:" in made


def test_a_page_names_the_statements_about_its_design() -> None:
    assert "[`theorem2`](../statements/theorem2.md)" in page("rag")
    assert "Statements about" not in page("heteroscedastic")


def test_the_comment_becomes_prose() -> None:
    made = list(designs.prose("# One\n# line.\n#\n# a_b*c\n\n# Not this.\n[design]\n"))
    assert made == ["One line.", "", r"a\_b\*c", ""]
    for name in names():
        before, _, after = page(name).partition("## The file")
        assert all(paragraph in before for paragraph in designs.prose(text(name)))
        assert after


def test_bounds_are_those_of_the_code() -> None:
    made = designs.tables(RECORDS.values())["bounds"]
    for module in designs.BOUNDED.values():
        told = dict(designs.documented(module))
        own = {k for k, v in vars(module).items() if k.isupper() and isinstance(v, int)}
        assert told.keys() == {k for k in own if re.search(rf"^{k} = ", source(module), re.M)}
        for name in told:
            assert f" | {getattr(module, name):,} |\n" in made
    assert "| formula | Characters of a formula. | 2,000 |" in made


def source(module: object) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


LONG = sympy.Add(*sympy.symbols("a1:40"))
x, y = sympy.symbols("x y")
SQUARE = sympy.MatAdd(*(sympy.MatrixSymbol(f"A_{k}", 2, 2) for k in range(40)))


@pytest.mark.parametrize(
    "formula",
    [
        x / (LONG + x) - 1 / y,
        sympy.sqrt(LONG) * x + y,
        sympy.Trace(SQUARE * (SQUARE + sympy.Identity(2))),
        row("x", r"\left(", LONG, r"\right)"),
    ],
)
def test_what_is_long_gets_lines_inside_its_brackets(formula: Mathematics) -> None:
    made = displayed([formula], markdown.MARKS)
    assert squeezed(made) == squeezed(latex(formula))
    assert r"\begin{aligned}" in made
    assert all(glyphs(line) < WIDEST for line in made.splitlines())
    LatexToMathML().convert_with_local_state(made.strip("$"), displaystyle=True)


@pytest.mark.parametrize("formula", ["a" * 200, sympy.Mul(*sympy.symbols("a1:80")), x + y])
def test_what_has_no_long_brackets_stays_as_it_is(formula: Mathematics) -> None:
    assert displayed([formula]) == rf"\[ {latex(formula)} \]"


def test_long_formulas_in_sentences_are_displayed() -> None:
    made = list(markdown.items([Sentence(("because ", LONG, ", it is $x$")), Sentence((LONG,))]))
    shown = "\n".join(made)
    assert made[0] == "- Because"
    assert shown.count(r"\begin{gather*}") == shown.count(r"\end{gather*}") == 2
    assert "  it is $x$." in made
    assert f"${latex(LONG)}$" not in shown


def test_a_formula_with_a_long_left_side_has_its_relation_on_a_line() -> None:
    made = aligned([Formula(LONG, "b", note=r"(\text{here})")]).splitlines()
    assert made[-2] == r"  &\quad = b \quad (\text{here})"
    assert aligned([Formula("a", "b")]).splitlines()[1] == "  a &= b"


def test_a_long_inverse_that_recurs_gets_a_name() -> None:
    W, B = sympy.MatrixSymbol("W", 2, 2), sympy.MatrixSymbol("B", 2, 2)
    exposition = Exposition(
        (Formula(W, B * SQUARE**-1), Formula("L", sympy.Trace(B * SQUARE**-1))),
        steps=(step("Solved", Formula(W * SQUARE, "I")),),
        conditions=(Sentence((SQUARE, " must be invertible")),),
    )
    short = markdown.abbreviated(exposition)
    assert [latex(f.right) for f in short.formulas] == [
        "B Q^{-1}",
        r"\operatorname{tr}\left(B Q^{-1}\right)",
    ]
    (named,) = short.where
    assert latex(named.left) == "Q" and set(named.right.args) == set(SQUARE.args)
    assert short.steps[0].latex == "W Q = I"
    assert prose(short.conditions[0]) == "$Q$ must be invertible"
    once = replace(exposition, formulas=exposition.formulas[:1])
    assert markdown.abbreviated(once) == once


def test_examples_of_the_modules_run() -> None:
    for module in (designs, pages, markdown):
        results = doctest.testmod(module)
        assert results.failed == 0 < results.attempted
