"""Formulas one slip away: other formulas, well formed, and among them those that people make."""

from collections import Counter
from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.claim_texts import risk_formula, weight_formula
from tests.theory.test_formula_printing import valued
from tests.theory.trees import MATRICES, SCALARS, Writer
from theory.errors import InputError
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.scope import Meaning
from theory.language.formulas.slips import slips
from theory.language.gallery import designs

NAMES = dict.fromkeys(SCALARS, Meaning.SCALAR) | dict.fromkeys(MATRICES, Meaning.MATRIX)
PLAIN = {name: NAMES[name] for name in SCALARS}
THEOREM_1 = (
    "tr(Sigma_beta*Sigma_x) + sigma^2 - n*tr(Sigma_beta*Sigma_x*"
    "((n + 1)*Sigma_beta*Sigma_x + (tr(Sigma_x*Sigma_beta) + sigma^2)*I)^-1*Sigma_beta*Sigma_x)"
)
RISKS = ("d - n*d/(n + d + 1)", "sigma^2 + d*(d + 1 + sigma^2)/(n + d + 1 + sigma^2)", THEOREM_1)
WEIGHTS = (
    "1/(n + d + 1)",
    "((n + 1)*Sigma_x + (tr(Sigma_x) + sigma^2)*Sigma_beta^-1)^-1",
    "Sigma_x^(-1/2)*((n + 1)*I + Sigma_beta)^-1*Sigma_x^(-1/2)",
    "Sigma_x^-1*Sigma_beta/n",
)


def slipped(text, names=NAMES):
    """The texts of all slips."""
    return [printed(tree) for _, tree in slips(parse(text), names)]


def same(text):
    """As it is printed."""
    return printed(parse(text))


@pytest.mark.parametrize("text", [*RISKS, *WEIGHTS])
def test_slips_are_other_formulas_and_each_comes_once(text):
    found = list(slips(parse(text), NAMES))
    texts = [printed(tree) for _, tree in found]
    assert len(texts) == len(set(texts)) > 20
    assert same(text) not in texts and all(tree != parse(text) for _, tree in found)
    assert all(words and words.isprintable() for words, _ in found)


@pytest.mark.parametrize("text", [*RISKS, *WEIGHTS])
def test_slips_are_read_or_refused(text):
    counts, reading = Counter(), risk_formula if text in RISKS else weight_formula
    found = list(slips(parse(text), NAMES))
    for words, tree in Random(1).sample(found, min(len(found), 60)):
        try:
            found = reading(tree, designs.independent)
        except InputError:
            counts["refused"] += 1
            continue
        assert found.tree is tree and isinstance(found.expression, sympy.Expr), words
        again = reading(parse(printed(tree)), designs.independent)
        assert again.expression == found.expression, printed(tree)
        counts["read"] += 1
    assert counts["read"] > 20 and counts["read"] > counts["refused"], counts


def test_slips_of_any_formula_are_printed_with_their_value():
    counts = Counter()

    @given(st.integers(0, 2**32), st.integers(0, 4))
    def look(seed, size):
        random = Random(seed)
        tree = parse(Writer(random).scalar(size))
        found = list(slips(tree, NAMES))
        for _, changed in random.sample(found, min(len(found), 15)):
            assert printed(changed) != printed(tree)
            try:
                expected = valued(changed)
            except (TypeError, ValueError):  # kinds that do not fit
                continue
            assert valued(parse(printed(changed))) == expected, printed(changed)
            counts["another value"] += expected != valued(tree)
            counts["all"] += 1

    look()
    assert counts["another value"] > counts["all"] / 2 > 100, counts


NAMED = [
    ("n + d", "n -> n + 1", "(n + 1) + d"),
    ("n*d", "n -> n + 1", "(n + 1)*d"),
    ("n*d", "n -> n - 1", "(n - 1)*d"),
    ("n*d", "n -> d", "d*d"),
    ("n/(d + sigma)", "sigma -> sigma^2", "n/(d + sigma^2)"),
    ("n/(d + sigma^2)", "a power left out", "n/(d + sigma)"),
    ("n/(d + sigma^2)", "exponent 2 -> 1", "n/(d + sigma^1)"),
    ("d + sigma^2", "exponent 2 -> 3", "d + sigma^3"),
    ("n + d", "a sign", "n - d"),
    ("n*d", "a sign", "-(n*d)"),
    ("n - d", "a sign", "n + d"),
    ("-n", "a sign", "n"),
    ("-1/(n + d)", "a sign", "1/(n + d)"),
    ("n + d", "d -> tr(Sigma_x)", "n + tr(Sigma_x)"),
    ("n*d", "a factor 2", "2*(n*d)"),
    ("n*d", "a factor 1/2", "(n*d)/2"),
    ("n + d", "a factor 1/2", "(n + d)/2"),
    ("n + d + 1", "a term left out", "n + d"),
    ("n + d", "+ 1", "n + d + 1"),
    ("n + d", "- 2", "n + d - 2"),
    ("n + d + 1", "1 -> 2", "n + d + 2"),
    ("n + d + 1", "1 -> 0", "n + d + 0"),
    ("n + d + 1", "1 -> -1", "n + d + -1"),
    ("n*d*sigma", "a factor left out", "n*sigma"),
    ("n*d/sigma", "a factor on the wrong side", "n*d*sigma"),
    ("1/(n*d)", "a factor on the wrong side", "1*(n*d)"),
    ("d*sigma", "divided by n", "(d*sigma)/n"),
    ("d*sigma", "times n^2", "(d*sigma)*n^2"),
    ("sqrt(d)", "a power left out", "d"),
    ("d", "d -> sqrt(d)", "sqrt(d)"),
    ("n^2", "a square root put in", "sqrt(n^2)"),
    ("tr(Sigma_x)", "Sigma_x -> Sigma_beta", "tr(Sigma_beta)"),
    ("Sigma_x*Sigma_beta^-1", "two factors exchanged", "Sigma_beta^-1*Sigma_x"),
    (
        "tr(Sigma_x)*(n*I + Sigma_x*Sigma_beta)^-1",
        "two factors exchanged",
        "tr(Sigma_x)*(n*I + Sigma_beta*Sigma_x)^-1",
    ),
    ("Sigma_x^-1", "exponent -1 -> 1", "Sigma_x^1"),
    ("Sigma_x^-1", "exponent -1 -> -2", "Sigma_x^-2"),
    ("(n + 1)*Sigma_x", "a factor left out", "Sigma_x"),
]


@pytest.mark.parametrize(("text", "words", "changed"), NAMED)
def test_slips_that_people_make(text, words, changed):
    found = [(w, printed(tree)) for w, tree in slips(parse(text), NAMES)]
    assert same(changed) in [t for _, t in found], found
    told = {w for w, t in found if t == same(changed)}
    assert told == {words} or {words, *told} <= SYNONYMS, told


SYNONYMS = {"a power left out", "exponent 2 -> 1"}
"""Slips that come to the same."""


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("d - (n + 1)*d/((n + 1) + d)", "d - (n + 2)*d/((n + 2) + d)"),
        ("sigma^2 + d/(d + sigma^2)", "sigma + d/(d + sigma)"),
        ("n*d/(n + d)", "(n + 1)*d/((n + 1) + d)"),
        ("tr(Sigma_x) + 1/tr(Sigma_x)", "tr(Sigma_beta) + 1/tr(Sigma_beta)"),
        (
            "Sigma_x*Sigma_beta + (Sigma_x*Sigma_beta)^2",
            "Sigma_beta*Sigma_x + (Sigma_beta*Sigma_x)^2",
        ),
        ("(d + sigma)/(n + sigma)", "(d + sigma^2)/(n + sigma^2)"),
        ("sqrt(kappa) + 1/sqrt(kappa)", "kappa + 1/kappa"),
    ],
)
def test_the_same_slip_everywhere(text, changed):
    names = NAMES | {"kappa": Meaning.SCALAR}
    words = {w for w, tree in slips(parse(text), names) if tree == parse(changed)}
    assert words and all(w.endswith("(everywhere)") for w in words), words


def test_common_slips_come_first():
    found = [words for words, _ in slips(parse("n*d + sigma^2"), PLAIN)]
    assert found.index("exponent 2 -> 3") < found.index("n -> n + 1") < found.index("+ n^2")


def test_only_the_names_of_the_design_are_put_in():
    for text in slipped("n + d", {"n": Meaning.SCALAR, "d": Meaning.SCALAR}):
        assert "sigma" not in text and "Sigma" not in text
    assert not any(
        "Sigma_beta" in t
        for t in slipped("Sigma_x", {"n": Meaning.SCALAR, "Sigma_x": Meaning.MATRIX})
    )


def test_all_slips_of_a_number():
    found = [tree for _, tree in slips(parse("4"), {"n": NAMES["n"]})]
    texts = ["5", "3", "-4", "8", "2", "2*4", "4/2", "4*n", "4/n", "4*n^2", "4/n^2"]
    assert sorted(map(printed, found)) == sorted(texts)
