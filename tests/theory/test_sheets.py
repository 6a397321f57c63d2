"""Everything shows itself: as text, as LaTeX that can be read, as HTML that holds nothing else."""

import dataclasses
import re
from fractions import Fraction
from xml.etree import ElementTree

import numpy as np
import pytest

import theory
from tests.theory.notebook import bundle
from theory import Derived, InputError, UnknownName
from theory.language import gallery
from theory.records.grid import MOST
from theory.text.formulas import Formula
from theory.text.sheets import WIDTH, Sheet

RECORDS = tuple(theory.statements())
by_id = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
RAG = gallery.shipped("rag")


@by_id
def test_statements_show_what_their_names_stand_for(record):
    found = bundle(record)
    assert record.title in found["text/plain"] and record.title in found["text/html"]
    for formula in (*record.claimed.formulas, *record.derived.formulas, *record.derived.where):
        assert formula.latex.split(" ")[0] in found["text/latex"]
    for heading in ("claimed", "derived"):
        assert f"\n{heading}\n" in found["text/plain"]
    assert ("\nwhere\n" in found["text/plain"]) == bool(record.derived.where)


@by_id
def test_evaluations_show_all_of_their_arguments(record):
    found = record.evaluate(**record.example)
    plain = bundle(found)["text/plain"]
    for name, value in record.example.items():
        if name not in {"design", "query"} and np.ndim(value) == 0:
            assert re.search(rf"\b{name} = {re.escape(str(value))}\b", plain), plain
    assert dataclasses.replace(found, at={}) == found or np.ndim(getattr(found, "weight", 0))


def test_an_evaluation_shows_every_risk_and_the_error():
    record = theory.statement("theorem2")
    shown = record.evaluate(n=40, d=20, alpha=Fraction(2, 5), sigma=0).sheet().plain
    assert shown.splitlines() == [
        "  L* = 319700/111033 ≈ 2.87932",
        "  W* = 545/111033 I ≈ 0.00490845 I",
        "  L*_ATT = L*_SSM = L*_WPGD = L*",
        "  L_claimed = 100/47 ≈ 2.12766",
        "  (L_claimed - L*) / L* = -26.1 %",
        "at n = 40, d = 20, alpha = 2/5, sigma = 0",
    ]
    drifting = Derived.of(gallery.shipped("drifting")).evaluate(n=2, d=1).sheet().plain
    assert "L*_SSM = 10/17 ≈ 0.588235" in drifting


def test_steps_show_their_coefficients_and_sizes():
    text = gallery.text("isotropic-noiseless") + "\n[predictor]\nsteps = 2\n"
    for more, names in (("", ["c₀* = ", "c₁* = "]), ("tied = true\n", ["s* = "])):
        found = Derived.of(theory.parse_design(text + more)).evaluate(n=4, d=2)
        shown = bundle(found)["text/plain"]
        assert all(name in shown for name in names) and shown.endswith("at n = 4, d = 2"), shown


def test_a_large_matrix_is_named_and_a_small_one_shown():
    record = theory.statement("theorem1")
    assert "W* = a 9 by 9 matrix" in record.evaluate(n=2, d=9, sigma=0).sheet().plain
    half = record.evaluate(n=1, sigma=0, sigma_x=[[1, 0], [0, 4]], sigma_beta="eye", d=2)
    assert half.sheet().plain.count("⎡") == 1


@pytest.mark.parametrize("name", gallery.names())
def test_design_files_show_how_a_prompt_is_drawn(name):
    file = gallery.shipped(name)
    found = bundle(file)["text/plain"]
    assert file.design.title in found and "N(0, " in found
    for regime in file.limits:
        assert f"limit {regime.name}" in found


def test_a_derived_design_keeps_the_name_of_its_limit():
    found = bundle(Derived.of(RAG))
    assert found["text/plain"].count("(proportional)") == 2
    assert found["text/html"].count("proportional") == 2


def test_words_of_a_file_are_words():
    """No tag, no formula: a notebook shows what is written."""
    hostile = r"<img src=x onerror=alert(1)> $\href{javascript:alert(1)}{x}$ \(y\) & $z"
    design = dataclasses.replace(RAG.design, title=hostile)
    found = dataclasses.replace(RAG, design=design)._repr_mimebundle_()["text/html"]
    title = found[: found.index("</p>")]
    assert "<img" not in title and "\\href" not in title and "\\(" not in title
    assert not re.search(r"\$(?!</span>)", title)
    ElementTree.fromstring(found)


def test_a_table_as_text_fits():
    sheet = Sheet("t", head=("a", "what"), rows=(("1", "word " * 60), ("22", "short")))
    lines = sheet.plain.splitlines()
    assert max(map(len, lines)) <= WIDTH + 2 and lines[1] == "  a   what"
    assert lines[2].startswith("  1   word") and lines[3].startswith("      word")
    assert Sheet("t").latex == "" and Sheet("", (("x", ()),)).plain == ""
    assert Sheet("", (("x", (Formula("y", "1"),)),)).plain == "x\n  y = 1"


def test_a_grid_has_the_values_of_its_places():
    record = theory.statement("theorem2")
    found = record.over(n=[3, 7], d=2, alpha=["0", Fraction(1, 2), 1], sigma=1)
    assert found.varied == ("n", "alpha") and len(found.places) == 6
    for (n, alpha), risk, claimed in zip(
        found.places, found.values["risk"], found.values["claimed"], strict=True
    ):
        single = record.evaluate(n=n, d=2, alpha=alpha, sigma=1)
        assert (single.risk, single.claimed) == (risk, claimed)
    plain = bundle(found)["text/plain"]
    assert plain == repr(found) and plain.endswith("with d = 2, sigma = 1")
    assert len(plain.splitlines()) == 2 + 6 + 1


def test_a_grid_is_drawn_exact_beside_approximate():
    found = theory.statement("theorem2").over(n=range(2, 9), d=2, alpha=1, sigma=0)
    picture = found.plot()
    drawn = {line.get_label(): line for line in picture.figure.axes[0].get_lines()}
    assert set(drawn) == {"exact", "claimed"}
    assert list(drawn["exact"].get_xdata()) == list(range(2, 9))
    for name, key in (("exact", "risk"), ("claimed", "claimed")):
        assert list(drawn[name].get_ydata()) == [float(v) for v in found.values[key]]
    assert (drawn["exact"].get_linestyle(), drawn["claimed"].get_linestyle()) == ("-", "--")
    assert picture._repr_png_().startswith(b"\x89PNG")
    several = theory.statement("figure4-drifting").over(n=[2, 3], d=[1, 4], sigma=0)
    lines = several.plot("d").figure.axes[0].get_lines()
    assert {line.get_label() for line in lines} == {
        *("PGD = ATT, n = 2", "PGD = ATT, n = 3", "WPGD = SSM, n = 2", "WPGD = SSM, n = 3")
    }
    assert len({line.get_color() for line in lines}) == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 3, "d": 2}, "theorem1: give several values for a name, such as n=[10, 20, 40]"),
        ({"n": [], "d": 2}, f"theorem1: expected 1 to {MOST} places, got 0"),
        ({"n": range(1, MOST + 2), "d": 2}, f"expected 1 to {MOST} places, got {MOST + 1}"),
        ({"n": [2, 0], "d": 2}, "n must be a positive integer, got 0"),
        ({"n": 2, "sigma_x": [[1, 0], [0, 1]]}, "give several values for a name"),
        ({"m": [1, 2]}, "unknown argument of theorem1 'm'"),
    ],
)
def test_a_grid_that_is_none(values, message):
    with pytest.raises(InputError, match=re.escape(message)):
        theory.statement("theorem1").over(**{"sigma": 0, **values})


def test_what_cannot_be_drawn_over():
    found = theory.statement("theorem1").over(n=[2, 3], d=2, sigma=0, sigma_x=["eye", "power:1"])
    with pytest.raises(UnknownName, match="unknown name that varies in theorem1 'd'"):
        found.plot("d")
    with pytest.raises(InputError, match="sigma_x = 'eye' is no number to draw over"):
        found.plot("sigma_x")
    assert "n = 2" not in repr(found.plot()) and "sigma_x = eye" in repr(found.plot())
