"""Formulas in a terminal: all of them, at any width, and what is pasted into a claim again."""

import random
import re
from functools import cache

import flint
import pytest
import sympy

import theory
from tests.theory.claim_texts import risk_formula, weight_formula
from tests.theory.shipped_records import shipped_record
from theory.language import gallery
from theory.language.files.reading import parse_design
from theory.language.formulas.parser import parse
from theory.language.formulas.values import Rationals, value
from theory.language.formulas.writing import written
from theory.language.gallery import names
from theory.records.derived import Derived
from theory.records.pasted import grammar, pasted
from theory.scalars.arithmetic import EXACT
from theory.text.formulas import Formula
from theory.text.plain import plain
from theory.text.pretty import in_words, line, picture
from verify.instances import defined_instance

DERIVED = {
    **{name: shipped_record(name) for name in names()},
    **{s.id: s for s in theory.statements() if isinstance(s, Derived)},
}
RECORDS = {**{s.id: s for s in theory.statements()}, **DERIVED}
LATEX = r"\\(frac|text|mathrm|mathbb|operatorname|left|right|top|star|sum)|[_^]\{"
n, d, sigma = sympy.symbols("n d sigma")


@cache
def claims(name):
    """What is derived for a record, as claims."""
    return pasted(DERIVED[name], DERIVED[name].derived)


@pytest.mark.parametrize("name", RECORDS)
def test_every_formula_fits_and_no_latex_is_left(name):
    record = RECORDS[name]
    width, unicode = [(60, True), (120, False)][list(RECORDS).index(name) % 2]
    for exposition in dict.fromkeys((record.claimed, record.derived)):
        formulas = (
            *exposition.formulas,
            *exposition.where,
            *(f for s in exposition.steps for f in s.formulas),
        )
        for formula in formulas:
            shown = picture(formula, width, unicode)
            assert shown
            for text in shown:
                assert len(text) <= width or " " not in text.strip()
                assert not re.search(LATEX, text), text
                assert text.isascii() or unicode
        for text in (*exposition.conditions, *(s.text for s in exposition.steps)):
            assert not re.search(rf"{LATEX}|\$", in_words(text, unicode))


def test_fractions_stand_over_lines_where_they_help():
    shown = picture(Formula("L", d - n * d / (n + d + sigma**2)), 60)
    assert shown == ["           d·n", "L = d - ──────────", "        d + n + σ²"]
    assert picture(Formula("n", d / n), 60) == ["n = d/n"]
    assert picture(Formula("L", (n + d) / (n + 1)), 60, unicode=False)[1].startswith("L = --")


def test_one_line_has_brackets_where_it_needs_them():
    S = sympy.MatrixSymbol("Sigma_x", d, d)
    assert line(sympy.Trace(S * (S + n * sympy.Identity(d)) ** -1) / d) == "tr(Σₓ·(Σₓ + n·I)⁻¹)/d"
    assert line(-sigma * (n + d) ** 2 / (2 * d), unicode=False) == "-sigma*(d + n)^2/(2*d)"
    assert line((n + 1) ** 2) == "(n + 1)²"
    assert line(sympy.sqrt(n + d)) == "sqrt(d + n)"


def test_notation_that_is_not_known_stays_as_it_is():
    assert plain(r"\unknown x") == r"\unknown x"


@pytest.mark.parametrize("name", DERIVED)
def test_what_is_printed_can_be_claimed_again(name):
    record, texts = DERIVED[name], claims(name)
    design = record.design
    at = defined_instance(design, 3, 2, random.Random(0), 3)
    best = record.derivation.plain.minimum(at)
    if design.covariances and any("sqrt" in text or "/2)" in text for text in texts.values()):
        assert all(weight_formula(parse(text), design) for text in texts.values())
        return  # roots of covariances are irrational here
    if "risk" in texts:
        found = risk_formula(parse(texts["risk"]), design)
        assert value(found.tree, Rationals.at(at)) == best.risk
    if "weight" in texts:
        tree = weight_formula(parse(texts["weight"]), design).tree
        scale = written(getattr(record, "scale", sympy.Integer(1)))
        weight = (
            best.weight
            if isinstance(best.weight, flint.fmpq_mat)
            else EXACT.identity(2) * best.weight
        )
        assert value(tree, Rationals.at(at)) * value(parse(scale), Rationals.at(at)) == weight


def test_coordinates_that_have_a_name_and_no_formula_are_not_claimed():
    text = gallery.text("task-with-a-mean")
    for key, said in {"query": "2*m", "features": "2*(q + m)", "task": "q"}.items():
        text = re.sub(f"^{key} = .*$", f'{key} = "{said}"', text, flags=re.MULTILINE)
    record = Derived.of(parse_design(text))
    assert grammar(record.derived)["weight"] == "w_1*outer(m, m) + w_0*I"
    assert not pasted(record, record.derived)


def test_most_optima_can_be_claimed():
    texts = {name: claims(name) for name in DERIVED}
    assert sum(map(len, texts.values())) > len(DERIVED)
    for name in ("drifting", "growing-noise", "heteroscedastic"):  # shown by moments
        assert {"weight", "risk"} <= texts[name].keys()
