"""Another law at test: what is derived of it, beside coordinates under a law written out."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from random import Random

import flint
import pytest
import sympy
from hypothesis import given, reject
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.design_files import drawn_instance, root, shifted_files
from tests.theory.written_designs import write_design
from theory.designs.defined_at import undefined
from theory.designs.domain import ABOVE, Condition
from theory.designs.instance import instance
from theory.designs.law_at_test import alone, with_law_at_test
from theory.designs.parameter import Parameter
from theory.designs.predictors import pgd
from theory.errors import InputError, Irrational, Underivable
from theory.language.files.reading import parse_design
from theory.language.gallery import designs, shipped, text
from theory.optima.shifted import shifted
from theory.records.derived import Derived
from theory.risks.coordinates import mean_at, risk_at
from theory.scalars.arithmetic import EXACT
from theory.scalars.symbols import i, n
from theory.text.formulas import latex_line

NEW = """\
m = { range = [1, "oo"], whole = true }
r = { range = [0, "m"], whole = true }
beta = [0, 1]
"""


def with_test(name, table, new=NEW, covariance=""):
    """A file of the gallery with parameters, perhaps a covariance, and a table [test] besides."""
    whole = text(name).replace("[parameters]\n", f"[parameters]\n{new}")
    if covariance:
        whole = whole.replace("[covariances]\n", f'[covariances]\n{covariance} = "psd"\n')
    return parse_design(f"{whole}\n[test]\n{table}\n", "shifted.toml")


def put(text_of, **changes):
    """A file of the gallery with other formulas, as the law at test."""
    for old, new in changes.values():
        assert old in text_of
        text_of = text_of.replace(old, new)
    return parse_design(text_of)


INDEPENDENT = text("independent")
CASES = {
    "length": (shipped("longer-prompts"), shipped("longer-prompts"), {"n": "m"}),
    "alignment": (with_test("rag-unit", 'alpha = "beta"'), shipped("rag-unit"), {"alpha": "beta"}),
    "length and alignment": (
        with_test("rag-unit", 'n = "2*n"\nalpha = "beta"'),
        shipped("rag-unit"),
        {"n": lambda v: 2 * v["n"], "alpha": "beta"},
    ),
    "groups": (
        with_test("partly-retrieved", 'n = "m"\nk = "r"'),
        shipped("partly-retrieved"),
        {"n": "m", "k": "r"},
    ),
    "noise": (with_test("rag-unit", 'noise = "sigma + 1"'), shipped("rag-unit"),
              {"sigma": lambda v: v["sigma"] + 1}),
    "features": (
        with_test("independent", 'features = "2*e - q"'),
        put(INDEPENDENT, e=('features = "e"', 'features = "2*e - q"')),
        {},
    ),
    "every covariance of a name": (
        shipped("features-at-test"), shipped("independent"), {"Sigma_x": "Sigma_test"}
    ),
    "that of one vector": (
        with_test("independent", 'e = "T"', covariance="T"),
        put(INDEPENDENT, T=("[covariances]\n", '[covariances]\nT = "psd"\n'),
            e=('e = "Sigma_x"', 'e = "T"')),
        {"T": "T"},
    ),
    "an equation": (
        with_test("rag-general", 'alpha = "beta"\nSigma_x = "T"', covariance="T"),
        shipped("rag-general"),
        {"alpha": "beta", "Sigma_x": "T"},
    ),
}  # fmt: skip


def drawn(design, random):
    """Sizes, scalars and roots of covariances, both prompts small."""
    size = random.choice([(1, 1), (2, 1), (3, 1), (1, 2), (2, 2)])
    while True:
        values = {
            p.name: Fraction(random.randint(1, 3)) if p.whole else Fraction(random.randint(0, 4), 4)
            for p in design.parameters
        }
        roots = {name: root(random, size[1]) for name in design.covariances}
        at = instance(design, n=size[0], d=size[1], scalars=values, roots=roots)
        if undefined(at) is None:
            return at


def law_instance(law, at, renamed):
    """The instance of a law that is written out, at what stands for each of its names."""
    values = {"n": at.n, **{k: Fraction(str(v)) for k, v in at.scalars.items() if k != "d"}}

    def value(name):
        by = renamed.get(name, name)
        return by(values) if callable(by) else values[by]

    scalars = {p.name: value(p.name) for p in law.parameters}
    roots = {name: at.roots[renamed.get(name, name)] for name in law.covariances}
    return instance(law, n=int(value("n")), d=at.d, scalars=scalars, roots=roots)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(2))
def test_risks_at_test_are_those_of_a_law_that_is_written_out(case, seed):
    file, law, renamed = CASES[case]
    record, random = Derived.of(file), Random(seed)
    at = drawn(file.design, random)
    there = law_instance(law.design, at, renamed)
    found = record.optima_at(at)
    weight = found.weight * (sympy.eye(at.d) if not hasattr(found.weight, "shape") else 1)
    weight = flint.fmpq_mat([[EXACT.number(v) for v in row] for row in _rows(weight)])
    scale = Fraction(str(file.scale.subs("n", there.n)))
    exact = risk_at(pgd, {"W": weight * EXACT.number(scale)}, there)
    assert EXACT.number(found.test_risk) == exact
    best = Derived.of(replace(law, scale=sympy.Integer(1))).optima_at(there)
    assert found.least_at_test == best.risk


@pytest.mark.parametrize(("most", "grouped", "share"), [(1, False, 10), (0, True, 12)])
def test_so_are_those_of_drawn_designs(most, grouped, share):
    counts = Counter()

    @examples(Fraction(2, share))
    @given(shifted_files(most, grouped), st.integers(0, 2**32))
    def compare(text, seed):
        file = parse_design(text)
        with suppress(InputError):  # a coefficient would come back in another form
            written = write_design(file.design, file.limits, file.scale)
            assert parse_design(written) == file
            counts["written"] += 1
        try:
            at = drawn_instance(file.design, Random(seed))
        except InputError:
            reject()
        found = shifted(file.design, pgd, file.scale)
        there = at.at_test
        if there.n * there.d > 6:
            return
        try:
            price, weight = found.at(at), found.weight_at(at) * found.ratio_at(at)
            exact = risk_at(pgd, {"W": weight}, there)
        except (ArithmeticError, Irrational):  # not unique, or a root
            counts["left out"] += 1
            return
        assert price.risk == exact and price.price >= 0
        counts["price" if price.price else "no price"] += 1

    compare()
    assert counts["price"] > 1 and counts["written"] > 1, counts


def _rows(matrix):
    return [[Fraction(str(v)) for v in row] for row in matrix.tolist()]


@pytest.mark.parametrize("case", ["length", "alignment", "every covariance of a name"])
def test_the_price_is_a_mean_square(case):
    file, _, _ = CASES[case]
    found = shifted(file.design, pgd, file.scale)
    at = drawn(file.design, Random(5))
    own = found.own.plain.minimum(at.at_test).matrix(at)
    gap = found.weight_at(at) * found.ratio_at(at) - own
    square = mean_at(lambda p, w: pgd.predict(p, w) @ pgd.predict(p, w), {"W": gap}, at.at_test)
    assert square == found.at(at).price > 0


def test_a_factor_1_over_n_keeps_a_longer_prompt_from_overshooting():
    with_factor, at = shipped("longer-prompts"), {"n": 20, "m": 200, "d": 5, "sigma": 1}
    without = Derived.of(replace(with_factor, scale=sympy.Integer(1))).evaluate(**at)
    found = Derived.of(with_factor).evaluate(**at)
    assert found.test_risk < found.risk < without.test_risk and found.price > 0
    assert found.least_at_test == without.least_at_test


def test_without_a_shift_there_is_no_price():
    record = Derived.of(with_law_at_test(designs.rag, n=n, alpha=sympy.Symbol("alpha")))
    assert sympy.simplify(record.test_risk - record.risk) == 0
    assert record.shifted.price == 0


def test_several_steps():
    file = parse_design(f'{text("two-steps")}\n[test]\nn = "2*n"\n')
    found = Derived.of(file).evaluate(n=3, d=2, sigma=1)
    plain = replace(file, design=replace(file.design, test=None))
    best = Derived.of(plain).evaluate(n=6, d=2, sigma=1)
    assert found.least_at_test == best.risk < found.test_risk


def test_sizes_may_be_large():
    found = Derived.of(shipped("longer-prompts")).evaluate(n=10**6, m=10**9, d=10**5, sigma=1)
    assert found.test_risk > found.least_at_test > 1


def test_what_stands_for_a_parameter_is_in_its_range():
    wide = (*designs.rag_unit.parameters, Parameter("wide", sympy.Integer(0), sympy.Integer(3)))
    design = replace(designs.rag_unit, parameters=wide)
    shift = with_law_at_test(design, alpha=sympy.Symbol("wide"))
    assert [str(one) for one in shift.domain] == ["1 >= wide"]
    at = instance(shift, n=2, d=1, scalars={"alpha": 1, "sigma": 0, "wide": 2})
    assert undefined(at) == "1 >= wide does not hold"
    with pytest.raises(InputError, match=r"alpha must lie in \[0, 1\], got 2 at test"):
        with_law_at_test(design, alpha=2)


def test_a_law_alone_keeps_what_it_uses():
    design = shipped("features-at-test").design
    assert alone(design).covariances == ("Sigma_x", "Sigma_beta")
    assert alone(design.test.design).covariances == ("Sigma_test", "Sigma_beta")
    assert [p.name for p in alone(shipped("longer-prompts").design).parameters] == ["sigma"]


@pytest.mark.parametrize("case", CASES)
def test_files_are_written_and_read_back(case):
    file, _, _ = CASES[case]
    assert parse_design(write_design(file.design, scale=file.scale)).design == file.design


def test_parameters_and_covariances_can_be_put_to_numbers():
    file = with_test("rag-general", 'alpha = "beta"\nn = "m"', covariance="T")
    fixed = file.design.at(m=3, alpha=1).isotropic("T")
    assert fixed.test.examples == 3 and "T" not in fixed.test.design.covariances
    assert sympy.Symbol("beta") in fixed.test.design.features.symbols


TABLE = 'n = "m"\n'
ERRORS = [
    ('n = "p"', "unknown name in n at test 'p'"),
    ('n = "e"', "found 'e' in n at test, but it is a vector, and n is a scalar"),
    ("n = 0", "n at test must be a whole number from 1 on, got 0"),
    ('n = "1/2"', "n at test must be a whole number from 1 on, got 1/2"),
    ('n = "-m"', "n at test must be a whole number from 1 on, got -m"),
    ('n = "n +"', "found the end"),
    ('n = "i"', "found 'i' in n at test, but it is the index of an example"),
    ("n = true", "found true for n; expected a formula in quotes"),
    ('alhpa = "beta"', "unknown key in [test] 'alhpa'; did you mean alpha"),
    ('alpha = "n"', "found 'n' in alpha at test, but prompts at test have a number"),
    ("alpha = 2", "alpha must lie in [0, 1], got 2 at test"),
    ('alpha = "beta"\nfeatures = "alpha*q + e"', "features at test holds alpha, in the place of"),
    ('e = "T"', "unknown covariance of e 'T'"),
    ("e = 1", "found the number 1 for e; expected a covariance, one of I, in quotes"),
    ('features = "q*q"', "found a vector after a vector in a product in features"),
    ('task = "zz"', "unknown name in task 'zz'"),
    ('task = "i*b"', "query_task"),
    ("", "found nothing in [test]; expected what is other there"),
]


@pytest.mark.parametrize(("table", "problem"), ERRORS)
def test_errors_are_one_sentence_with_the_place(table, problem):
    with pytest.raises(InputError) as error:
        with_test("rag-unit", table)
    said = str(error.value)
    assert problem in said and said.startswith("shifted.toml:") and "\n" not in said


def test_other_errors():
    with pytest.raises(InputError, match="section"):
        parse_design("test = 1\n" + text("rag-unit"))
    tied = text("two-steps").replace("steps = 2", "steps = 2\ntied = true")
    with pytest.raises(InputError, match="found tied, and a section"):
        parse_design(tied + '\n[test]\nn = "2*n"\n')
    with pytest.raises(InputError, match="no other law at test; expected a section"):
        parse_design(text("rag-unit") + '\n[claims.x]\ntest_risk = "d"\n')
    with pytest.raises(InputError, match="no other law at test; expected a section"):
        parse_design(text("rag-unit") + '\n[claims.x]\nholds = "risk <= test_risk"\n')
    with pytest.raises(InputError, match="features at test is that of no example"):
        with_test("partly-retrieved", 'features = "e"')
    with pytest.raises(InputError, match=r"found the group 'retrieved' in \[test\]; expected what"):
        with_test("partly-retrieved", 'retrieved.features = "e"')
    with pytest.raises(InputError, match="Sigma_x at test is a part of what"):
        parse_design(text("aligned-prior") + '\n[test]\nSigma_x = "I"\n')
    with pytest.raises(InputError, match="3/2 examples at test; expected a whole number"):
        Derived.of(with_test("rag-unit", 'n = "n/2"')).evaluate(
            n=3, d=1, alpha=1, sigma=0, m=1, r=0, beta=0
        )


def test_a_formula_that_would_be_too_long_is_not_made_and_values_are_the_same(monkeypatch):
    file, _, _ = CASES["groups"]
    short, at = shifted(file.design, pgd, file.scale), drawn(file.design, Random(3))
    monkeypatch.setattr("theory.optima.shifted.MOST_TERMS", 16)
    long = replace(short)
    assert long.formula is None and long.price is None and long.is_long
    assert long.at(at) == short.at(at)
    assert long.expression.has(sympy.Trace)  # of the weight that is optimal in training
    with pytest.raises(Underivable, match="too long a formula"):
        long.leading(file.limits[0])
    monkeypatch.setattr("theory.expositions.design.shifted", lambda *_: long)
    assert "T_{2}" in latex_line(Derived.of(file).derived.formulas)


def test_a_prompt_at_test_has_an_example_at_least():
    promised = with_test("rag-unit", 'n = "n - 3"').design.promised
    (of_size,) = (one.expression for one in promised if one.expression.free_symbols == {n})
    assert [of_size.subs(n, size) >= 0 for size in (2, 3, 4, 9)] == [False, False, True, True]


def test_conditions_at_test_hold_for_the_first_example_and_the_last():
    shift = shipped("longer-prompts").design.test
    other, indexed = Condition(sympy.Symbol("sigma"), ABOVE), Condition(n - i + 1, ABOVE)
    read = [one.expression for one in shift.read((other, indexed))]
    m = sympy.Symbol("m")
    assert read == [sympy.Symbol("sigma"), m, 1]
