"""The notebooks run, cell by cell, and every result that is no print shows itself."""

import ast
import json
from pathlib import Path

import pytest

from theory.text.plots import Plot
from theory.text.sheets import Shown

FOLDER = Path(__file__).parents[2] / "docs" / "notebooks"
NAMES = ("own-design", "paper")


def test_these_are_all():
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb"))) == NAMES


def cells(name):
    """The code of a notebook."""
    found = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert found["nbformat"] == 4 and len({cell["id"] for cell in found["cells"]}) == len(
        found["cells"]
    )
    code = [cell for cell in found["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    return ["".join(cell["source"]) for cell in code]


def run(source, names):
    """What a notebook shows below a cell: the value of its last line."""
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), "<cell>", "exec"), names)
    assert isinstance(last, ast.Expr), "a cell ends with what it shows"
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


@pytest.mark.parametrize("name", NAMES)
def test_ten_cells_run_and_show_something(name, capsys):
    names, sources, shown = {}, cells(name), []
    assert len(sources) == 10
    for source in sources:
        value = run(source, names)
        if value is None:
            assert capsys.readouterr().out.startswith("% ")
        elif isinstance(value, Plot):
            assert value._repr_png_().startswith(b"\x89PNG")
        else:
            assert isinstance(value, Shown), source
            bundle = value._repr_mimebundle_()
            assert set(bundle) >= {"text/plain", "text/html"}
            shown.append(bundle["text/plain"])
    text = "\n".join(shown)
    said = {
        "paper": ["L* = 209/292", "-26.1 %", "corollary1 holds (exact)"],
        "own-design": ["refuted", "right in the limit", "(many-features)", "holds"],
    }
    assert all(part in text for part in said[name]), text
