"""Labels: read, refused, written; risks against coordinates, brute force and by hand."""

from fractions import Fraction
from random import Random

import flint
import pytest
import sympy

from tests.theory.design_files import isotropic_file
from tests.theory.written_designs import write_design
from theory.designs.combinations import vector
from theory.designs.instance import instance
from theory.designs.label import LINEAR, constant, dot
from theory.designs.predictors import att, pgd, wpgd
from theory.errors import InputError, Underivable, UnknownName
from theory.language.files.reading import parse_design
from theory.language.formulas.places import Unreadable
from theory.language.gallery import designs, shipped
from theory.optima.derivation import derive
from theory.optima.equivalence.assumptions import models_are_steps, odd_moments_vanish
from theory.optima.sample_weights.weighted import least, weighted
from theory.records.derived import Derived
from theory.risks.coordinates import mean_at, risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from theory.text.drawing import drawing
from theory.text.pretty import line
from verify.quantities.equivalence.engine import weighted_risk

alpha, gamma, sigma, tau, p = sympy.symbols("alpha gamma sigma tau p")
ERRORS_IN, SQUARE, MIXTURE = (
    shipped(name).design for name in ("errors-in-variables", "quadratic-target", "mixture")
)


def text(label, **prompt):
    """A file with a label."""
    parameters = {"p": "[0, 1]", "sigma": '[0, "oo"]'}
    return isotropic_file("drawn", parameters, task="b", label=label, **prompt)


def read(label, **prompt):
    return parse_design(text(label, **prompt)).design


def test_weights_by_hand():
    """E y h over E h^2 per example, h = x' x_i y_i, by Wick's theorem."""
    # with itself: E |z + tau e|^2 (z'b)^2, and sigma^2; with another one: E b'x x'b
    u = tau**2 + 1
    own = u * (u * d + 2 + sigma**2 * u)
    assert is_zero(derive(ERRORS_IN, pgd).weight - 1 / (own + (n - 1) * u))
    # the square has E |e|^2 (e'b)^4 = 3 d (d + 2) (d + 4) and nothing with another example
    own = (d + 2) + 3 * gamma**2 * (d + 2) * (d + 4) + sigma**2
    assert is_zero(derive(SQUARE, pgd).weight - 1 / (own + n - 1))
    # x = alpha s_0 b + q, so that E s_0 x' s x_i is alpha^2 d
    kappa = alpha**2
    own = kappa**2 * (d + 2) + 2 * kappa + 1
    cross = kappa * (kappa * (d + 2) + 1)
    assert is_zero(derive(MIXTURE, pgd).weight - kappa / (own + (n - 1) * cross))
    # a constant label is predicted by no step on centred features
    assert derive(read("p", noise="sigma"), pgd).weight == 0
    assert derive(read("p", noise="sigma"), pgd).risk == p**2 + sigma**2


def test_the_usual_label_says_what_is_said_without_it():
    found = read("dot(features, task)", noise="sigma")
    usual = parse_design(text("").replace('label = ""', 'noise = "sigma"')).design
    assert derive(found, pgd).risk == derive(usual, pgd).risk
    assert found.label == LINEAR and found.label_of_query == LINEAR.of_query()
    assert [f.latex for f in drawing(found)] == [f.latex for f in drawing(usual)]


DRAWN = [
    ("1 - 2*p", "sigma + 1", "(1 - 2·p) xᵀ β + (σ + 1) ξ₀"),
    ("p", "-sigma", "p xᵀ β - σ ξ₀"),
    ("-1", "0", "- xᵀ β"),
]


ROW_BY_ROW = [
    ("t*b", "dot(features, task)", "t*dot(features, b)"),
    ("t*b", "dot(features, task)^2", "t^2*dot(features, b)^2"),
    ("b", "dot(t*b, q) + t*dot(e, b)", "t*dot(q, b) + t*dot(e, b)"),
    ("b/i", "dot(features, task) + t", "dot(features, b)/i + t"),
    ("q + t*b/i", "dot(features, task)", "dot(features, q) + t*dot(features, b)/i"),
]
"""A task and a label, and a label in which what a factor has of its example stands before it."""


@pytest.mark.parametrize(("task", "one", "other"), ROW_BY_ROW)
def test_what_a_factor_has_of_its_example_may_stand_before_the_product(task, one, other):
    """It was refused, or taken for one number that all examples share, in every reading."""
    drawn = '[scalars.example]\nt = "bernoulli(p)"\n[gaussians.prompt]'
    of_query = {"query_task": "b", "query_label": "dot(query, task)"}
    both = [
        isotropic_file("drawn", {"p": "[0, 1]"}, task=task, label=label, **of_query)
        for label in (one, other)
    ]
    one, other = (parse_design(text.replace("[gaussians.prompt]", drawn)).design for text in both)
    assert population_risk(one, pgd) == population_risk(other, pgd)
    weights = {"W": EXACT.matrix([[Fraction(1, 2)]])}
    places = [instance(file, n=2, d=1, scalars={"p": Fraction(1, 3)}) for file in (one, other)]
    assert len({risk_at(pgd, weights, at) for at in places}) == 1


@pytest.mark.parametrize(("scale", "noise", "shown"), DRAWN)
def test_scale_and_noise_stand_in_parentheses_where_they_are_sums(scale, noise, shown):
    file = text("dot(features, task)", query_label_scale=scale, query_noise=noise)
    assert line(drawing(parse_design(file).design)[-1].right) == shown


def test_a_label_stands_in_parentheses_where_it_is_a_sum_or_negative():
    for label, shown in (("1 + dot(features, task)", "1 + "), ("-dot(features, task)", "- ")):
        *_, last, _ = drawing(read(label, label_scale="p + 1", noise="0"))
        assert line(last.right) == f"(p + 1) ({shown}xᵢᵀ β)"


def test_the_scale_of_a_prediction_stands_in_parentheses_where_it_is_a_sum():
    scaled = text("dot(features, task)") + '[predictor]\nscale = "1/n + 1/d"\n'
    (first, *_) = Derived.of(parse_design(scaled)).derived.where
    assert line(first.right) == "(1/n + 1/d) xᵀ W Xᵀ y_(1:n)"


@pytest.mark.parametrize(
    "label",
    [
        "-dot(features, task) + p*dot(e, 2*b - q)/3 - 1",
        "dot(features, task)*dot(e, e) + 2*p^2 - 1/n",
        "-(p + 1)*dot(query, features)^2*dot(b, b)",
        "2*dot(task, query)",
    ],
)
def test_files_come_back_and_risks_are_those_of_coordinates(label):
    found = read(label, query_label="p*dot(query, task) - 1", noise="sigma", features="p*q + e")
    assert parse_design(write_design(found)).design == found
    random = Random(1)
    for count, size in ((1, 2), (3, 1), (2, 2)):
        at = instance(found, n=count, d=size, scalars={"p": Fraction(1, 3), "sigma": 1})
        rows = [[random.randint(-3, 3) for _ in range(size)] for _ in range(size)]
        W = flint.fmpq_mat(rows)
        assert derive(found, pgd).plain.risk_of(W, at) == risk_at(pgd, {"W": W}, at)


def test_sample_weights_and_attention_beside_coordinates():
    label, own = "dot(features, task)^2 + dot(e, q)", {"query_label": "dot(q, b)"}
    design = read(label, **own, noise="i*sigma", query_noise="1")
    at = instance(design, n=2, d=1, scalars={"p": 0, "sigma": 2})
    W, omega = flint.fmpq_mat([[2]]), EXACT.diagonal([1, -2])
    weights = {"C_xx": W, "C_xy": W * 3, "v_x": W * -1, "v_y": W / 2}
    square = mean_at(lambda p, w: _square(p.label - att.predict(p, w)), weights, at)
    assert risk_at(att, weights, at) == square
    assert weighted_risk(W, omega, at) == risk_at(wpgd, {"W": W, "Omega": omega}, at)


def _square(value):
    return value @ value


def test_labels_of_centred_vectors_are_even():
    for design in (ERRORS_IN, SQUARE, MIXTURE):
        assert odd_moments_vanish(design).holds and models_are_steps(design).holds
    assert "labels, polynomials in dot products" in odd_moments_vanish(SQUARE).why
    # a fixed vector in a label is seen, though features and task are centred
    file, means = text("dot(features, m)"), '[means]\nm = "fixed"\n[gaussians.prompt]'
    found = parse_design(file.replace("[gaussians.prompt]", means)).design
    assert not odd_moments_vanish(found).holds and not models_are_steps(found).holds
    at = instance(found, n=2, d=1, scalars={"p": 0, "sigma": 0}, means={"m": [1]})
    W = flint.fmpq_mat([[1]])
    assert derive(found, pgd).plain.risk_of(W, at) == risk_at(pgd, {"W": W}, at)


ERRORS = [
    ("q", "found a vector or a matrix in label; expected dot(..., ...) of two vectors"),
    ("dot(features, p)", "found a scalar for label; expected a linear combination"),
    ("dot(features, tasks)", "unknown name in label 'tasks'; did you mean task?"),
    ("dot(features, task)^-1", "found the power -1 of a dot product in label; expected whole"),
    ("sqrt(dot(features, task))", "found the power 1/2 of a dot product in label; expected whole"),
    ("1/dot(features, task)", "found a division by a dot product; expected a division by a scalar"),
    ("dot(e, b)^5", "found 5 dot products in one product; expected at most 4"),
    ("(1 + dot(e, b) + dot(q, b))^3", "found a label of 9 terms, written out; expected at most 8"),
    ("dot(e, q, b)", "found ',' after 'q'"),
    ("outer(e, b)", "found a vector or a matrix in label"),
    ("dot(e, b)", "found e in label, and no query_label; expected query_label in [prompt], since"),
    ("i*dot(features, b)", "found i in label, and no query_label; expected query_label in [prom"),
]


@pytest.mark.parametrize(("label", "problem"), ERRORS)
def test_errors_say_where_and_what_was_expected(label, problem):
    with pytest.raises(Unreadable) as found:
        parse_design(text(label), "my.toml")
    assert problem in str(found.value) and str(found.value).startswith("my.toml:1")


def test_the_query_has_no_example():
    with pytest.raises(Unreadable, match="found 'e' in query_label, but it is drawn afresh"):
        read("dot(e, b)", query_label="dot(e, b)")
    with pytest.raises(Unreadable, match="found 'features' in query_label, but those of the query"):
        read("dot(e, b)", query_label="dot(features, b)")


def test_the_task_may_be_missing_where_no_label_has_one():
    assert MIXTURE.task == MIXTURE.query
    assert not any(f.latex.startswith(r"\beta") for f in drawing(MIXTURE))
    with pytest.raises(Unreadable, match="task"):
        parse_design(text("dot(features, task)").replace('task = "b"\n', ""))


def test_designs_that_there_are_not():
    rag = designs.rag
    given = {name: getattr(rag, name) for name in ("name", "title", "query", "features", "task")}
    given |= {"prompt": rag.prompt, "example": rag.example, "parameters": rag.parameters}
    for label, problem in (
        (dot(vector("x"), vector("q")), "unknown vector in label 'x'"),
        (dot(vector("e"), vector("q")), "the label holds e, which each example has one of"),
        (LINEAR.terms, "label must be a polynomial in dot products"),
        (constant(sympy.Symbol("x")), "unknown parameter in label 'x'"),
    ):
        with pytest.raises((InputError, UnknownName), match=problem):
            type(rag)(**given, label=label)
    with pytest.raises(InputError, match="'task' names a vector, and in a label"):
        type(rag)(**given | {"prompt": (*rag.prompt, ("task", "I"))}, label=LINEAR)
    with pytest.raises(InputError, match="a dot product is one of two vectors"):
        dot(vector("q"), 2)


def test_several_steps_read_examples_all_at_once():
    file = parse_design(text("dot(features, task)^2") + "[predictor]\nsteps = 2\n")
    with pytest.raises(Underivable, match="in several steps examples are read all at once"):
        derive(file.design, file.predictor)


def test_a_quadratic_label_costs_what_its_variance_is():
    """By brute force in one dimension: moments of products of standard normals, as integers."""
    at = instance(SQUARE, n=1, d=1, scalars={"gamma": 2, "sigma": 3})
    zero = {"W": EXACT.identity(1) * 0}
    risk = at.values.put(zero).scalar(population_risk(SQUARE, pgd))
    # E (q b + 2 q^2 b^2)^2 + 9, with E g^4 = 3
    assert risk == 1 + 4 * 9 + 9


def test_groups_have_scalars_and_labels_of_their_own_examples():
    text = """\
[design]
name = "grouped"
[parameters]
k = { range = [0, "n"], whole = true }
p = [0, 1]
[scalars.prompt]
t = "uniform(0, 1)"
[scalars.example]
s = "bernoulli(p)"
u = "moments(1, 2, 5, 14, 42)"
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
task = "b"
label = "t*dot(features, task) + u*dot(e, q)"
query_label = "t*dot(query, task)"
[[examples]]
name = "first"
count = "k"
features = "s*e"
noise = "s"
[[examples]]
name = "rest"
features = "q + e"
"""
    found = parse_design(text).design
    assert parse_design(write_design(found)).design == found
    for held in (0, 1, 2):
        at = instance(found, n=2, d=1, scalars={"k": held, "p": Fraction(1, 3)})
        W, omega = flint.fmpq_mat([[2]]), EXACT.diagonal([1, -2])
        assert derive(found, pgd).plain.risk_of(W, at) == risk_at(pgd, {"W": W}, at)
        best = least(weighted(found), at)
        weights = {"W": EXACT.identity(1), "Omega": EXACT.diagonal(list(best.of_examples(at)))}
        assert risk_at(wpgd, weights, at) == best.risk
        assert best.risk <= risk_at(wpgd, {"W": W, "Omega": omega}, at)
