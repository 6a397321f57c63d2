"""Designs written as files come back as they were."""

from dataclasses import replace

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.written_designs import write_design
from theory.designs.combinations import Combination, Term, matrix, vector
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.errors import InputError
from theory.language.files.reading import DesignFile, parse_design
from theory.language.formulas.writing import written
from theory.language.gallery import designs
from theory.language.gallery.regimes import proportional
from theory.scalars.symbols import d, i, n

alpha, sigma = sympy.symbols("alpha sigma")


OF_FILES = {"independent", "rag", "rag-general", "task-aligned", "drifting", "growing-noise"}


@pytest.mark.parametrize("name", sorted(OF_FILES | {*designs.OWN} - {"biased-task"}))
def test_the_designs_of_the_paper_come_back(name):
    design = designs.design(name)
    known = {p.symbol for p in design.parameters} | {n}
    limits = (proportional,) if {s for s, _ in proportional.substitution} <= known else ()
    text = write_design(design, limits, 1 / n)
    assert parse_design(text) == DesignFile(design, limits, 1 / n)
    found = parse_design(text)
    assert write_design(found.design, found.limits, found.scale) == text


def test_what_cannot_be_written():
    for change, problem in [
        ({"noise": sympy.exp(sigma)}, r"a design file has no word for exp\(sigma\)"),
        ({"noise": sigma ** sympy.Rational(1, 3)}, "has no word for"),
        ({"noise": sympy.Mul(2, sigma + 1, evaluate=False)}, "come back in another form"),
        ({"title": "two\nlines"}, "has no word for 'two"),
        ({"name": "a b"}, "as the name of the design"),
        ({"noise": sigma**21}, "found the exponent 21"),
        ({"parameters": (Parameter("sigma", high=sympy.sqrt(2)),)}, "the end of a range"),
    ]:
        with pytest.raises(InputError, match=problem):
            write_design(replace(designs.independent, **change))


NAMES = ["alpha", "Sigma_x", "b", "e1", "Q", "pi", "E", "S", "kappa", "x", "beta_0", "zeta"]
NUMBERS = [sympy.Rational(p, q) for p, q in [(0, 1), (1, 1), (-1, 1), (3, 1), (1, 2), (-7, 5)]]


def scalars(symbols):
    """Expressions in these symbols as SymPy's own arithmetic makes them."""
    return st.recursive(
        st.sampled_from([*NUMBERS, *symbols]),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, st.integers(-3, 3)).map(lambda p: p[0] ** p[1] if p[0] else p[0]),
            st.sampled_from(symbols).map(lambda s: sympy.sqrt(s + 1)),
        ),
        max_leaves=5,
    )


@st.composite
def any_design(draw):
    """A design in everything that a file can say."""
    u, v, *taken = draw(st.permutations(NAMES))
    covariances = tuple(taken[:2])
    # a scalar must not read as a number
    parameters = [name for name in taken[2:] if name not in ("pi", "E")][:2]
    symbols = [n, d, *map(sympy.Symbol, parameters)]
    once, along = scalars(symbols), scalars([*symbols, i])
    factors = st.lists(st.sampled_from(covariances), max_size=2).map(tuple)
    covariance = st.sampled_from(["I", *covariances])

    def combination(vectors, coefficients):
        term = st.builds(Term, coefficients, factors, st.sampled_from(vectors))
        return Combination(tuple(draw(st.lists(term, min_size=1, max_size=3))))

    return Design(
        name=draw(st.sampled_from(["a", "rag-unit", "x_1"])),
        title=draw(st.sampled_from(["Quotes ' and \" and \\", "naïve α [x] # no", "3"])),
        prompt=((u, draw(covariance)),),
        example=((v, draw(covariance)),),
        query=combination([u], once),
        features=combination([u, v], along),
        task=combination([u], along),
        parameters=tuple(
            Parameter(p, draw(st.sampled_from([-sympy.oo, *NUMBERS])), sympy.oo) for p in parameters
        ),
        covariances=covariances,
        label_scale=draw(along),
        noise=draw(along),
        query_task=combination([u], once),
        query_label_scale=draw(once),
        query_noise=draw(once),
    )


def test_any_design_comes_back():
    counts = {True: 0, False: 0}

    @given(any_design())
    def comes_back(design):
        try:
            text = write_design(design)
        except InputError as error:
            # typed anew, SymPy would write out a number times a sum
            assert "come back in another form" in str(error)
            counts[False] += 1
        else:
            assert parse_design(text).design == design
            counts[True] += 1

    comes_back()
    assert counts[True] > 4 * counts[False]


def test_formulas_are_written_as_they_are_read():
    for expr, text in [
        (1 - i / n, "1 - i/n"),
        (-2 * d / (3 * n**2), "-2*d/(3*n^2)"),
        ((n + 1) ** -2, "1/(n + 1)^2"),
        (sympy.sqrt(n) ** 3, "sqrt(n)^3"),
        (1 / sympy.sqrt(alpha**2 * d + 1), "1/sqrt(alpha^2*d + 1)"),
        (n - sympy.Rational(1, 2), "n - 1/2"),
        (-sympy.Integer(3), "-3"),
    ]:
        assert written(expr) == text
    assert 'features = "(1/n)*Gamma*q + (2 - n)*e + (-1)*q"' in write_design(
        replace(
            designs.independent,
            covariances=("Sigma_x", "Sigma_beta", "Gamma"),
            features=(1 / n) * (matrix("Gamma") @ vector("q"))
            + Combination((Term(2 - n, (), "e"), Term(sympy.Integer(-1), (), "q"))),
        )
    )
