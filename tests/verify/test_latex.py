"""What is printed as LaTeX is LaTeX: a TeX math parser reads every formula, and TeX if present."""

import re
import shutil
import subprocess

import pytest
from math_core import LatexError, LatexToMathML

import theory
from verify.outcome.document import document

RECORDS = tuple(theory.statements())
by_id = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
DISPLAYED = re.compile(
    r"\\\[(.+?)\\\]|(\\begin\{(align|gather)\*\}.+?\\end\{\3\*\})|\$([^$]+)\$", re.DOTALL
)
ARTICLE = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\begin{document}
%s
\end{document}
"""


def formulas(text):
    """Every formula of a document, without its delimiters."""
    return [shown or block or inline for shown, block, _, inline in DISPLAYED.findall(text)]


def parsed(formula):
    return LatexToMathML().convert_with_local_state(formula, displaystyle=True)


@by_id
def test_every_formula_can_be_parsed(record):
    for formula in formulas(document(record, explain=True)):
        assert parsed(formula).startswith("<math")
    for exposition in (record.claimed, record.derived):
        for formula in (*exposition.formulas, *exposition.where):
            assert parsed(formula.latex).startswith("<math")


@by_id
def test_nothing_but_known_commands_and_text_is_left_outside_formulas(record):
    outside = DISPLAYED.sub("", document(record, explain=True))
    lines = [line for line in outside.splitlines() if not line.startswith("%")]
    commands = set(re.findall(r"\\[a-zA-Z]+", "\n".join(lines)))
    assert commands <= {"\\begin", "\\end", "\\item"}, commands
    assert not re.search(r"[_^&#$]", "\n".join(lines))


@pytest.mark.parametrize("wrong", [r"\frac{1}{2", r"\nosuchcommand x", r"\left( x", r"x^{2}^{3}"])
def test_the_parser_refuses_what_is_not_latex(wrong):
    with pytest.raises(LatexError):
        parsed(wrong)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_all_of_it_compiles_in_a_plain_article(tmp_path):
    body = "\n\n".join(document(record, explain=True) for record in RECORDS)
    (tmp_path / "all.tex").write_text(ARTICLE % body, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]
