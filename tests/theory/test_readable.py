"""What is derived for the files that ship can be read: no formula is too long or too wide."""

import re
from fractions import Fraction

import pytest
import sympy

from tests.theory.shipped_records import shipped_record
from theory.algebra import symbolic
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT
from theory.language.gallery import names, shipped, theorems
from theory.optima.sample_weights.weighted import weighted
from theory.scalars.arithmetic import EXACT
from theory.text.display import aligned, displayed
from theory.text.latex import glyphs
from theory.text.pretty import picture

RESULT, PART = 125, 210
"""The most characters that a result shows, and a part with a name."""
PAGE, COLUMNS = 104, 92
"""The most characters of LaTeX beside each other, and of text."""
FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
GROUP = re.compile(r"(?<!\\frac)(?<!\})\{([^{}]*)\}")


def width(line):
    """About how many characters a line of LaTeX shows beside each other."""
    before = ""
    while before != line:
        before = line
        line = FRACTION.sub(lambda m: max(m[1], m[2], key=glyphs), line)
        line = GROUP.sub(r"\1", line)
    return glyphs(re.sub(r"\\(begin|end)\w*", "", line).replace("&", ""))


def test_a_width_is_that_of_the_wider_side_of_a_fraction():
    assert width(r"x = \frac{a + b}{c^{2}}") == glyphs("x = a + b") == 5
    assert width(r"\frac{\frac{a}{b + c}}{d}") == 3


def derived(name):
    """All that is derived for a file that ships."""
    return shipped_record(name).derived


@pytest.mark.parametrize("name", [*names(), *theorems()])
def test_no_formula_is_longer_or_wider_than_one_reads(name):
    exposition = derived(name)
    for bound, formulas in ((RESULT, exposition.formulas), (PART, exposition.where)):
        for formula in formulas:
            assert glyphs(formula.latex) <= bound, formula.latex
            assert "too long" not in formula.latex
            for line in aligned([formula]).splitlines():
                assert width(line) <= PAGE, line
            for line in picture(formula, COLUMNS):
                assert len(line) <= COLUMNS, line
    for step in exposition.steps:
        for formula in step.formulas:
            for line in displayed([formula]).splitlines():
                assert width(line) <= PAGE, line


def put(exposition):
    """The parts with names that are expressions, by name."""
    named = (one for one in exposition.where if isinstance(one.right, sympy.Basic))
    return {str(one.left).replace("{", "").replace("}", ""): one.right for one in named}


@pytest.mark.parametrize("name", ["drifting", "drifting-partly", "heteroscedastic", "fading-tasks"])
def test_sums_over_the_examples_are_those_of_the_least_risk(name):
    """The risk of WPGD and its weights in named parts, against elimination."""
    parts, size, record = put(derived(name)), 3, shipped_record(name)
    values = {"sigma": Fraction(1, 2), "rho": Fraction(2, 3)}
    values = {"n": size, "d": 2} | {p.name: values[p.name] for p in record.design.parameters}
    exact = record.evaluate(**values)
    at = {symbol: sympy.Rational(value) for symbol, value in values.items()}
    of_example = {key: part for key, part in parts.items() if key[0] in "De"}
    sums = {
        key: sympy.Add(
            *(
                part.function.subs({e: v.subs({**at, "i": i}) for e, v in of_example.items()})
                for i in range(1, size + 1)
            )
        )
        for key, part in parts.items()
        if key.startswith("G")
    }
    assert sums and len(of_example) > 1
    right = {str(f.left): f.right for f in derived(name).formulas}
    assert str(right["L_WPGD_star"].subs({**sums, **at})) == str(exact.wpgd)
    weight = right[r"\omega_i^\star"]
    for i, expected in enumerate(exact.omega, 1):
        here = {e: v.subs({**at, "i": i}) for e, v in of_example.items()}
        assert str(weight.subs({**sums, **here}).subs(at)) == str(expected)


@pytest.mark.parametrize("name", ["decaying-retrieval", "noisy-retrieval"])
def test_moments_of_examples_are_written_in_their_coefficient(name):
    """At numbers, against the entries of the form."""
    parts = put(derived(name))
    at = {"n": 4, "d": 2, "sigma": 3, "alpha": sympy.Rational(1, 2), "k": 2}
    assert {"a_i", "c_i", "A_ii"} <= parts.keys()
    form = weighted(shipped(name).design).form
    scalars = {symbol: Fraction(str(value)) for symbol, value in at.items() if symbol != "n"}
    numbers = form.at(4, {symbol: EXACT.number(value) for symbol, value in scalars.items()})
    for row in range(4):
        own = parts["a_i"].subs({**at, "i": row + 1})
        assert str(parts["c_i"].subs({**at, "a_i": own})) == str(numbers.linear[row])
        assert str(parts["A_ii"].subs({**at, "a_i": own})) == str(numbers.matrix()[row, row])


def test_a_quotient_is_that_of_its_parts():
    exposition, record = derived("anisotropic-aligned"), shipped_record("anisotropic-aligned")
    values = {"n": 3, "d": 2, "alpha": Fraction(1, 2), "sigma": 1}
    sigma = [[2, 1], [1, 3]]
    exact = record.evaluate(**values, Sigma=sigma)
    at = {symbol: sympy.Rational(value) for symbol, value in values.items()}
    matrix = {sympy.MatrixSymbol("Sigma", 2, 2): sympy.Matrix(sigma)}

    def value(expr):
        return expr.subs(at).subs(matrix).doit()

    parts = {str(one.left): one.right for one in exposition.where}
    at["M"] = value(parts["M"])
    found = sympy.Matrix(value(parts["C"])) * sympy.Matrix(value(parts["B"])).inv()
    assert found == sympy.Matrix(2, 2, lambda j, k: sympy.Rational(exact.weight[j, k]))
    assert exposition.of(OPTIMAL_WEIGHT).latex == r"W^\star = C B^{-1}"
    matrix[sympy.MatrixSymbol("W_star", 2, 2)] = found
    assert value(exposition.of(OPTIMAL_RISK).right) == sympy.Rational(exact.risk)


def test_a_risk_at_test_is_that_of_its_parts():
    exposition, record = derived("features-at-test"), shipped_record("features-at-test")
    values = {"n": 3, "d": 2, "sigma": 1}
    given = {"Sigma_x": [[2, 1], [1, 3]], "Sigma_test": [[1, 0], [0, 2]]}
    given["Sigma_beta"] = [[3, 1], [1, 1]]
    exact = record.evaluate(**values, **given)
    matrix = {sympy.MatrixSymbol(k, 2, 2): sympy.Matrix(v) for k, v in given.items()}
    parts = {str(one.left): one.right for one in exposition.where}
    weight = sympy.Matrix(2, 2, lambda j, k: sympy.Rational(exact.weight[j, k]))

    def value(name):
        held = {**matrix, sympy.MatrixSymbol("V", 2, 2): weight}
        return parts[name].subs(values).subs(held).doit()

    assert value("T_0") - 2 * value("P(V)") + value("Q(V)") == sympy.Rational(exact.test_risk)


def test_two_steps_are_those_of_their_moments():
    exposition = derived("two-steps")
    parts = put(exposition)
    determinant = next(f.right for f in exposition.formulas if str(f.left) == "Delta")
    for k, expected in enumerate(shipped_record("two-steps").coefficients):
        (found,) = (
            f.right
            for f in exposition.formulas
            if f.left == rf"c_{{{k}}}^\star" and f.relation == "="
        )
        found = found.subs("Delta", determinant).subs(parts)
        assert sympy.cancel(found - expected) == 0


@pytest.mark.parametrize("name", ["task-aligned-general", "task-aligned-features-general"])
def test_what_each_example_adds_and_what_two_do_is_the_whole(name):
    """The matrix that is inverted, put together again at two numbers of examples."""
    plain, parts = shipped_record(name).derivation.plain, {}
    for one in derived(name).where:
        parts[str(one.left).replace("{", "").replace("}", "")] = one.right
    letter = "B" if "B_1" in parts else "Q"
    whole = plain.quotient.denominator if letter == "B" else plain.equation.plain.quotient
    values = {"d": 2, "alpha": sympy.Rational(1, 2), "sigma": 3}
    given = {"Sigma_x": [[2, 1], [1, 3]], "Sigma_beta": [[1, 1], [1, 4]]}
    matrices = {sympy.MatrixSymbol(k, 2, 2): sympy.Matrix(v) for k, v in given.items()}

    def value(expr, size):
        moment = {} if expr is parts["M"] else {"M": value(parts["M"], size)}
        return expr.subs({"n": size, **values, **moment}).subs(matrices).doit()

    for size in (3, 5):
        first, second = (value(parts[f"{letter}_{k}"], size) for k in (1, 2))
        assert first + (size - 1) * second == value(symbolic.matrix(whole), size)
