"""Fixed vectors: in files, at numbers, and the optima that they leave in a span."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from unittest.mock import patch

import flint
import numpy as np
import pytest
import sympy

from tests.theory.written_designs import write_design
from theory.algebra.invariants import dot
from theory.algebra.polynomials import identity
from theory.algebra.words import D
from theory.designs.combinations import vector
from theory.designs.instance import instance
from theory.designs.predictors import heads, pgd
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import designs, shipped, text
from theory.optima.derivation import derive
from theory.optima.equivalence.assumptions import models_are_steps, odd_moments_vanish
from theory.optima.limiting import limit_of
from theory.optima.many_heads import many_heads
from theory.optima.shifted import shifted
from theory.optima.stationary.equations import stationarity
from theory.optima.stationary.quotient import quotient
from theory.optima.stationary.solution import stationary
from theory.optima.stationary.solving import solve
from theory.optima.stationary.spans import InSpan
from theory.records.derived import Derived
from theory.risks.coordinates import mean_at, risk_along, risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.text.latex import latex, prose
from theory.text.pretty import line
from verify.counterexamples import Falsified
from verify.quantities.optimum import grids
from verify.quantities.optimum.derived import DerivedOptimum
from verify.settings import Level, Settings

TASK, FEATURES = shipped("task-with-a-mean"), shipped("features-with-a-mean")
BOTH = replace(FEATURES.design, name="both", means=("m", "mu"), task=vector("b") + vector("m"))
FILE = text("task-with-a-mean")


def test_a_file_says_so_and_is_written_back():
    design = replace(designs.biased_task, means=("m", "m2"))
    found = parse_design(write_design(design)).design
    assert found == design and found.means == ("m", "m2")
    assert '[means]\nm = "fixed"\n' in write_design(TASK.design)
    assert not TASK.design.is_centred


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'm = "fixed"',
            'm = "free"',
            "14:5: found the text 'free' for m; expected \"fixed\", for a",
        ),
        ('m = "fixed"', "m = [1, 2]", '14:5: found a list for m; expected "fixed"'),
        (
            'm = "fixed"',
            'b = "fixed"',
            "found 'b' as the name of a vector of the prompt, but",
        ),
        ('m = "fixed"', 'dot = "fixed"', "14:1: found 'dot' as the name of a fixed vector"),
        ('m = "fixed"', 'mm = "fixed"', "unknown name in task 'm'; did you mean mm?"),
        (
            'noise = "sigma"',
            'noise = "m"',
            "found 'm' in noise, but it is a vector, and noise",
        ),
        (
            'noise = "sigma"',
            'noise = "dot(m, m)"',
            "found dot(..., ...) in noise; it may only",
        ),
        (
            '"b + m"',
            '"outer(m, m)*b"',
            "found outer(..., ...) in task; it may only",
        ),
        ('n = "oo"', 'n = "oo"\nm = "2"', "unknown key in [limits.many-examples] 'm'"),
    ],
)
def test_what_is_no_fixed_vector_is_refused(old, new, problem):
    with pytest.raises(InputError) as found:
        parse_design(FILE.replace(old, new, 1))
    assert problem in str(found.value)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"m": [1, 2, 3]}, "m must have d = 2 entries, got 3"),
        (
            {"m": "[1 2; 3 4]"},
            "found 2 rows of 2 numbers; expected a vector, in one",
        ),
        ({"m": "no-such.csv"}, "there is no file 'no-such.csv'; expected one, or entries as in"),
        ({"m": [1, float("nan")]}, "m must have finite real entries, got nan"),
        ({"m": ["1", 2]}, "m must have finite real entries, got '1'"),
        ({"m": 1}, "m must be a vector, got an array of shape ()"),
        ({"m": [[1, 2], [3, 4]]}, "m must be a vector, got an array of shape 2 x 2"),
        ({}, "m is missing: give m=..."),
        ({"m": [1, 2], "mu": [1, 2]}, "unknown argument of task-with-a-mean 'mu'"),
    ],
)
def test_what_is_no_value_is_refused(given, problem):
    with pytest.raises(InputError) as found:
        Derived.of(TASK).evaluate(n=2, d=2, sigma=1, **given)
    assert problem in str(found.value)


def test_values_in_every_form_are_the_same(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("1/2\n2\n")
    every = [[Fraction(1, 2), 2], "[1/2, 2]", path, [[Fraction(1, 2)], [2]], "[1/2; 2]"]
    found = [Derived.of(TASK).evaluate(n=3, sigma=1, m=m) for m in every]
    assert len({one.risk for one in found}) == 1 and isinstance(found[0].risk, Fraction)
    assert found[0].at["m"] == "[1/2, 2]" and found[0].att is None
    rough = Derived.of(TASK).evaluate(n=3, sigma=1.0, m=np.array([0.5, 2]))
    assert rough.risk == pytest.approx(float(found[0].risk), rel=1e-12)


def test_the_mean_of_a_task_enters_by_its_second_moment():
    """Labels are linear in the task: theorem 1, with I + m m' for its covariance."""
    m, general = [Fraction(1, 2), 2, -1], Derived.of(designs.independent)
    second = [[int(r == c) + m[r] * m[c] for c in range(3)] for r in range(3)]
    found = Derived.of(TASK).evaluate(n=4, sigma=1, m=m)
    expected = general.evaluate(n=4, d=3, sigma=1, sigma_beta=second)
    assert found.risk == expected.risk and np.all(found.weight == expected.weight)


@pytest.mark.parametrize("design", [TASK.design, FEATURES.design, BOTH], ids=lambda x: x.name)
def test_the_span_is_where_the_stationarity_equation_is_solved(design):
    """At vectors that depend on each other, at one dimension, and at general ones."""
    plain = derive(design, pgd).plain
    assert plain.span is not None
    for means in ([[1, 2, 0], [2, -1, 1]], [[1, 1, 2], [2, 2, 4]], [[3], [1]], [[0, 0], [0, 0]]):
        given = dict(zip(design.means, means, strict=False))
        at = instance(design, n=3, scalars={"sigma": 2}, means=given)
        found = plain.minimum(at)
        again = stationary(plain.polynomial, plain.variable)
        expected = solve(again, at.values)
        assert (
            found.weight == expected.weight.rational
            if hasattr(expected.weight, "rational")
            else (found.weight == expected.weight)
        )
        assert (found.others == "") == (expected.others == "")


def test_features_with_a_mean_and_covariances_have_a_closed_form():
    """Their second moment S + mu mu' stands around everything, and cancels."""
    design = designs.shifted_features
    found = derive(design, pgd).plain
    assert found.quotient is not None
    (outer,) = found.quotient.cancelled
    assert str(outer) == "1 Sigma_x + 1 mu mu'"
    roots = {"Sigma_x": [[2, 1], [1, 1]], "Sigma_beta": [[1, 0], [0, 2]]}
    at = instance(design, n=2, scalars={"sigma": 1}, roots=roots, means={"mu": [1, 2]})
    best = found.minimum(at)
    for step in ([[1, 2], [3, 5]], [[0, 1], [-2, 1]]):
        line = risk_along(pgd, {"W": best.weight}, {"W": flint.fmpq_mat(step)}, at)
        assert line[:2] == (best.risk, 0)


def test_what_is_no_product_is_not_taken_for_one():
    """Another number in one term of the equation: its left-hand side is no product any more."""
    risk = population_risk(designs.shifted_features, pgd)
    equation = stationarity(risk, pgd.weights[0])
    assert quotient(equation) is not None
    for k, coupling in enumerate(equation.couplings):
        changed = replace(coupling, outside=2 * coupling.outside)
        couplings = (*equation.couplings[:k], changed, *equation.couplings[k + 1 :])
        assert quotient(replace(equation, couplings=couplings)) is None
    assert quotient(replace(equation, right=equation.right + identity(D))) is None
    general = population_risk(designs.rag_general, pgd)
    assert quotient(stationarity(general, pgd.weights[0])) is None


def test_a_vector_is_not_cut_out_of_what_cancels():
    """Features that are one fixed vector: all terms end with its transpose, and with more."""
    design = replace(BOTH, features=vector("mu"), query=vector("q"), task=vector("m"))
    for d, m in ((1, [2]), (2, [2, -1])):
        given = {"m": m, "mu": [1, 2][:d]}
        at = instance(design, n=2, d=d, scalars={"sigma": 1}, means=given)
        best = derive(design, pgd).plain.minimum(at)
        step = {"W": flint.fmpq_mat(d, d, [k + 1 for k in range(d * d)])}
        line = risk_along(pgd, {"W": best.weight}, step, at)
        assert line[:2] == (best.risk, 0)


def test_many_features_need_no_large_system():
    at = instance(BOTH, n=50, scalars={"sigma": 1}, means={"m": [1] * 60, "mu": [*range(60)]})
    best = derive(BOTH, pgd).plain.minimum(at)
    assert not best.others and isinstance(best.risk, flint.fmpq)
    equation = stationary(derive(BOTH, pgd).plain.polynomial, pgd.weights[0]).equation
    residual = equation.at(at.values).residual(best.weight)
    assert residual == residual * 0


def test_a_mutant_of_the_system_is_noticed():
    """The weight without its outer product has a slope."""
    at = instance(FEATURES.design, n=2, d=2, scalars={"sigma": 1}, means={"mu": [1, 2]})
    span = derive(FEATURES.design, pgd).plain.span
    weight, risk = span.at(at.values)
    step = {"W": at.matrices["mu"] * at.matrices["mu"].transpose()}
    value, slope, _ = risk_along(pgd, {"W": weight}, step, at)
    assert (value, slope) == (risk, 0)
    wrong = replace(span, basis=span.basis[:1], form=span.form.block([0]))
    weight, risk = wrong.at(at.values)
    value, slope, _ = risk_along(pgd, {"W": weight}, step, at)
    assert slope != 0


def test_what_is_said():
    found = Derived.of(TASK)
    shown = [formula.latex for formula in (*found.derived.formulas, *found.derived.where)]
    assert r"W^\star = w_{1} m m^\top + w_{0} I" in shown
    assert r"w_{0} = \frac{1}{d + \|m\|^{2} + n + \sigma^{2} + 1}" in shown
    assert r"$m \in \mathbb{R}^{d}$, fixed" in found.assumptions
    conditions = " ".join(map(prose, found.derived.conditions))
    assert (
        "Assumption 1 (odd moments vanish) does not hold: with the fixed vectors $m$" in conditions
    )
    assert "it is not known that attention does no better than PGD" in conditions
    assert "attention and H3 may do better" in conditions
    assert "neither can go below" not in conditions
    several = Derived.of(BOTH).derived
    assert "A w = b" in [formula.latex for formula in several.where]
    assert len([f for f in several.where if latex(f.left).startswith("A_")]) == 15


def test_parity_in_the_task_lets_attention_reach_gradient_steps():
    """Features that are not centred break Assumption 1; labels are odd in the task all the same."""
    assert not odd_moments_vanish(FEATURES.design).holds and models_are_steps(FEATURES.design).holds
    assert not models_are_steps(TASK.design).holds


def _of_all_forms(at):
    """The least risk of any number of heads, without a word on rotations: all products of entries.

    The span of x_a S_bc, x_a (X'y)_b and x_a y'y, with a linear system in their coefficients.
    """
    axes = [flint.fmpq_mat([[int(a == r)] for r in range(at.d)]) for a in range(at.d)]
    given = {f"e{a}": e for a, e in enumerate(axes)}

    def predictions():
        for a, b in product(range(at.d), repeat=2):
            yield (
                lambda p, w, a=a, b=b: (
                    p.query.mT @ w[f"e{a}"] @ w[f"e{b}"].mT @ (p.features.mT @ p.labels)
                )
            )
            for c in range(b + 1):
                yield (
                    lambda p, w, a=a, b=b, c=c: (
                        p.query.mT
                        @ w[f"e{a}"]
                        @ ((p.features @ w[f"e{b}"]).mT @ (p.features @ w[f"e{c}"]))
                    )
                )
        for a in range(at.d):
            yield lambda p, w, a=a: p.query.mT @ w[f"e{a}"] @ (p.labels.mT @ p.labels)

    every = [*predictions()]
    rows = [[mean_at(lambda p, w, f=f, g=g: f(p, w) @ g(p, w), given, at) for g in every[: k + 1]]
            for k, f in enumerate(every)]  # fmt: skip
    full = [[rows[max(j, k)][min(j, k)] for k in range(len(every))] for j in range(len(every))]
    right = [[mean_at(lambda p, w, f=f: p.label @ f(p, w), given, at)] for f in every]
    found, _ = EXACT.solutions(flint.fmpq_mat(full), flint.fmpq_mat(right))
    gain = sum(b * found[k, 0] for k, (b,) in enumerate(right))
    return mean_at(lambda p, w: p.label @ p.label, {}, at) - gain


def test_many_heads_reach_the_best_of_all_that_heads_predict():
    """With their weights, by coordinates; and by a system that knows nothing of rotations."""
    two = FILE.replace('m = "fixed"', 'm = "fixed"\nk = "fixed"').replace('"b + m"', '"m + 2*k"')
    two = parse_design(two.replace('query = "q"', 'query = "q + k"')).design
    for design, means, n in ((TASK.design, {"m": [1, 2]}, 1), (two, {"m": [1, 2], "k": [0, 1]}, 2)):
        at = instance(design, n=n, scalars={"sigma": 2}, means=means)
        found = many_heads(design)
        own = {f"{a}_{k}": w for k, one in enumerate(found.heads_at(at)) for a, w in one.items()}
        least = found.risk_at(at)
        assert risk_at(heads(3), own, at) == least == _of_all_forms(at)
        assert least < derive(design, pgd).plain.minimum(at).risk
    assert Derived.of(TASK).evaluate(n=9, sigma=1, m="[1, 1/2, 0]").heads == Fraction(40557, 18802)
    assert many_heads(FEATURES.design) is None  # a step is all that attention can do


def test_one_part_less_is_seen():
    """What interpolation looks at: a head that is added lowers the risk of fewer parts."""
    found = many_heads(TASK.design)
    kept = [k for k, (kind, *_) in enumerate(found.parts) if kind != "x'S u"]
    column, matrix = found.form.column, found.form.matrix
    less = replace(
        found.form,
        column=tuple(column[k] for k in kept),
        matrix=tuple(tuple(matrix[j][k] for k in kept) for j in kept),
    )
    fewer = replace(found, parts=tuple(found.parts[k] for k in kept), form=less)
    record = Derived.of(TASK)
    with patch.object(grids, "many_heads", lambda _: fewer), pytest.raises(Falsified, match="head"):
        for grid in grids.grids(DerivedOptimum(record), Settings(Level.QUICK)):
            for node in grid.nodes:
                for one in node.compared:
                    one.judge()


def test_limits_keep_inner_products_fixed():
    for file in (TASK, FEATURES):
        (regime,) = file.limits
        found, record = limit_of(file.design, regime), Derived.of(file)
        assert found.risk.expression == sympy.Symbol("sigma") ** 2
        span = derive(file.design, pgd).plain.span
        for exact, term in zip(span.closed.at, found.weights, strict=True):
            share = sympy.cancel(exact / term.expression)
            assert sympy.limit(share, sympy.Symbol("n"), sympy.oo) == 1
        assert record.limit == found.risk.expression


def test_a_limit_may_say_what_becomes_of_an_inner_product():
    limit = '[limits.large]\n"dot(m, m)" = "s*d"\nn = "d/nu"\nsigma = "sqrt(r*d)"\n'
    file = parse_design(FILE + limit)
    regime = file.limit("large")
    assert parse_design(write_design(file.design, file.limits)).limits == file.limits
    found, span = limit_of(file.design, regime), derive(file.design, pgd).plain.span
    values = {"s": 2, "nu": 3, "r": sympy.Rational(1, 2)}
    share = (regime.apply(span.closed.value) / found.risk.expression).subs(values)
    assert sympy.limit(sympy.cancel(share), sympy.Symbol("d"), sympy.oo) == 1
    assert found.risk.power == 1 and found.risk.coefficient.has(sympy.Symbol("s"))
    with pytest.raises(InputError, match=r"unknown key .* did you mean dot\(m, m\)"):
        parse_design(FILE + limit.replace("dot(m, m)", "dot(m,m)"))


def test_another_law_at_test_sees_the_weight_in_its_span():
    """Trained around mu, tested around nought, where the weight is no multiple of the identity."""
    file = parse_design(text("features-with-a-mean") + '[test]\nquery = "q"\nfeatures = "e"\n')
    record, moved = Derived.of(file), shifted(file.design, pgd)
    at = record.instance(n=3, sigma=1, mu=[1, 2])
    price = moved.at(at)
    weight = derive(file.design, pgd).plain.minimum(at).weight
    still = {"W": weight * 0}
    assert risk_along(pgd, {"W": weight}, still, at.at_test)[0] == price.risk > price.least
    values = {"n": 3, "d": 2, "sigma": 1, "dot(mu, mu)": 5}
    assert moved.formula.subs(values) == sympy.Rational(str(price.risk))
    assert moved.price.subs(values) == sympy.Rational(str(price.price))
    lines = " ".join(formula.latex for formula in record.derived.formulas)
    assert r"T_{0} - 2 P(W^\star) + Q(W^\star)" in lines


def test_inner_products_are_printed_as_people_write_them():
    m, uv = sympy.Symbol("dot(m, m)"), sympy.Symbol("dot(u, v)")
    assert latex(m**2 / uv) == r"\frac{\|m\|^{4}}{\langle u, v \rangle}"
    assert line(m**2 + uv) == "‖m‖⁴ + ⟨u, v⟩"
    assert line(m**2 + uv, unicode=False) == "dot(m, m)^2 + dot(u, v)"


def test_a_root_in_the_risk_of_many_heads_leaves_the_others_exact():
    scaled = """[design]
name = "scaled"
[parameters]
alpha = [0, 1]
[means]
m = "fixed"
[gaussians.prompt]
q = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "e"
task = "q"
label_scale = "1/sqrt(alpha^2*d + 1)"
query_task = "q + m"
"""
    found = Derived.of(parse_design(scaled)).evaluate(n=1, d=2, alpha=1, m=[-2, 0])
    assert isinstance(found.risk, Fraction) and isinstance(found.heads, float)
    assert found.heads < found.risk


@pytest.mark.parametrize(
    "basis",
    [
        (None, ("m", "m")),
        (None, ("m", "m"), ("m", "k"), ("k", "m"), ("k", "k")),
        (("m", "k"), ("k", "m")),
    ],
)
def test_inner_products_of_a_basis_are_those_of_matrices(basis):
    """Of the identity and ``u v'``, in three dimensions, where two vectors leave a fifth."""
    given = {"m": sympy.Matrix([1, 2, 0]), "k": sympy.Matrix([3, -1, 1])}
    parts = [sympy.eye(3) if one is None else given[one[0]] * given[one[1]].T for one in basis]
    gram = sympy.Matrix([[(one.T * other).trace() for other in parts] for one in parts])
    numbers = {dot(u, v): given[u].dot(given[v]) for u in given for v in given}
    found = InSpan(vectors=("m", "k"), basis=basis, form=None, beside=()).gram
    assert found.subs({**numbers, D.dimension: 3}) == gram.det() != 0
