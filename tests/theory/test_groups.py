"""Groups of examples: read, refused, counted; optima against coordinates and brute force."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import flint
import pytest
import sympy

import theory
from tests.theory.written_designs import write_design
from theory.designs.combinations import vector
from theory.designs.defined_at import undefined
from theory.designs.design import Design
from theory.designs.groups import Share
from theory.designs.instance import instance
from theory.designs.parameter import Parameter
from theory.designs.predictors import att, pgd, ssm, wpgd
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.formulas.places import Unreadable
from theory.language.gallery import shipped
from theory.optima.derivation import derive
from theory.optima.sample_weights.grouped import group_form
from theory.optima.sample_weights.weighted import InGroups, least, weighted
from theory.risks.coordinates import mean_at, risk_along, risk_at
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from theory.text.latex import latex

alpha, k, sigma = sympy.symbols("alpha k sigma")
PARTLY = shipped("partly-retrieved").design
NUMBERS = {"alpha": Fraction(1, 2), "sigma": Fraction(2, 3)}


def placed(count, size, held, design=PARTLY):
    return instance(design, n=count, d=size, scalars={**NUMBERS, "k": held})


def diagonal(entries):
    return EXACT.diagonal(list(entries))


def test_a_design_always_has_groups():
    (one,) = shipped("rag").design.groups
    assert (one.name, one.count, one.noise) == ("", n, sigma)
    first, rest = PARTLY.groups
    assert (first.count, rest.count) == (k, n - k) and first.task == rest.task == PARTLY.task
    assert first.features == alpha * vector("q") + vector("e") and rest.features == vector("e")
    # what all examples have may be changed in one place
    quiet = PARTLY.at(sigma=0)
    assert [g.noise for g in quiet.groups] == [0, 0] and quiet.noise_of_query == 0


def test_files_come_back():
    text = write_design(PARTLY)
    assert parse_design(text).design == PARTLY and text.count("[[examples]]") == 2
    other = Design(
        **{f: getattr(PARTLY, f) for f in ("name", "title", "query", "features", "task", "prompt")},
        example=PARTLY.example,
        parameters=PARTLY.parameters,
        examples=(Share("a", n / 2, label_scale=2), Share("b", noise=sigma, task=2 * vector("b"))),
    )
    assert parse_design(write_design(other)).design == other


@pytest.mark.parametrize("held", [0, 1, 2, 3])
def test_risks_of_all_predictors_are_those_of_coordinates(held):
    """The engine's polynomials at weights that differ within groups, against brute force."""
    random = Random(held)
    at = placed(3, 2, held)
    rows = flint.fmpq_mat([[random.randint(-3, 3) for _ in range(2)] for _ in range(2)])
    assert derive(PARTLY, pgd).plain.risk_of(rows, at) == risk_at(pgd, {"W": rows}, at)
    omega = [flint.fmpq(random.randint(-3, 3)) for _ in range(3)]
    names = {
        f"Omega[{name}]": diagonal(omega[place.start : place.stop])
        for name, place in at.rows.items()
    }
    value = flint.fmpq(0)
    for monomial, c in population_risk(PARTLY, wpgd).terms.items():
        term = EXACT.number(
            c.subs({s: sympy.Rational(str(at.scalars[s.name])) for s in c.free_symbols})
        )
        for trace in monomial:
            matrices = [names.get(f.letter.name, rows) for f in trace.word]
            turned = [
                m.transpose() if f.transposed else m
                for f, m in zip(trace.word, matrices, strict=True)
            ]
            product = turned[0]
            for matrix in turned[1:]:
                product = product * matrix
            term *= sum((product[j, j] for j in range(product.nrows())), flint.fmpq(0))
        value += term
    assert value == risk_at(wpgd, {"W": rows, "Omega": diagonal(omega)}, at)


@pytest.mark.parametrize(
    ("count", "size", "held"), [(2, 1, 1), (3, 1, 1), (3, 2, 2), (2, 2, 0), (2, 2, 2)]
)
def test_sample_weights_of_groups_are_best_among_all(count, size, held):
    """At the weights of the groups no direction in W or in all n sample weights has a slope."""
    at, random = placed(count, size, held), Random(1)
    kind = weighted(PARTLY)
    assert isinstance(kind, InGroups)
    found = least(kind, at)
    start = {"W": EXACT.identity(size), "Omega": diagonal(found.of_examples(at))}
    for _ in range(3):
        turns = {
            "W": EXACT.matrix([[random.randint(-3, 3) for _ in range(size)] for _ in range(size)]),
            "Omega": diagonal([random.randint(-3, 3) for _ in range(count)]),
        }
        line = (*risk_along(wpgd, start, turns, at), 0)
        assert line[:2] == (found.risk, 0)
        moved = {name: start[name] + turns[name] / 10 for name in start}
        assert risk_at(wpgd, moved, at) >= found.risk
    still = {"W": start["W"] * 0, "Omega": diagonal([1, *[0] * (count - 1)])}
    assert (*risk_along(wpgd, start, still, at), 0, 0)[2] >= 0


def test_the_formula_in_the_counts_is_that_of_numbers():
    form, kind = group_form(PARTLY), weighted(PARTLY)
    for count, size, held in ((3, 2, 1), (5, 3, 0), (5, 3, 5), (40, 7, 13)):
        at = placed(count, size, held)
        table = {
            n: count,
            d: size,
            k: held,
            alpha: sympy.Rational(1, 2),
            sigma: sympy.Rational(2, 3),
        }
        assert form.risk.subs(table) == sympy.Rational(str(least(kind, at).risk))


def test_the_moments_of_the_form_are_those_of_coordinates():
    form, at = group_form(PARTLY), placed(4, 2, 2)

    def h(p, i):
        return p.query.mT @ p.features[i : i + 1].mT @ p.labels[i : i + 1]

    def value(expr):
        table = {s: sympy.Rational(str(at.scalars[s.name])) for s in expr.free_symbols}
        return sympy.Rational(expr.subs(table))

    def mean(quantity):
        return sympy.Rational(str(mean_at(quantity, {}, at)))

    firsts = {0: (0, 1), 1: (2, 3)}
    for g, (i, j) in firsts.items():
        assert value(form.linear[g]) == mean(lambda p, w, i=i: p.label @ h(p, i))
        assert value(form.pairs[g][g]) == mean(lambda p, w, i=i, j=j: h(p, i) @ h(p, j))
        own = mean(lambda p, w, i=i: h(p, i) @ h(p, i))
        assert value(form.diagonal[g]) == own - value(form.pairs[g][g])
    assert value(form.pairs[0][1]) == mean(lambda p, w: h(p, 0) @ h(p, 2))


def test_special_counts_are_other_designs():
    """All examples retrieved, none, or groups that say nothing new."""
    weight, risk = (getattr(derive(PARTLY, pgd), name) for name in ("weight", "risk"))
    for held, name in ((n, "rag-unit"), (0, "mahankali-2023")):
        whole = derive(shipped(name).design, pgd)
        assert is_zero(risk.subs(k, held) - whole.risk)
        assert is_zero(weight.subs(k, held) - whole.weight)
    same = Design(
        name="same",
        title="same",
        query=vector("q"),
        features=vector("e"),
        task=vector("b"),
        prompt=(("q", "I"), ("b", "I")),
        example=(("e", "I"),),
        parameters=(Parameter("k", high=n, whole=True), Parameter("sigma")),
        noise=sigma,
        examples=(Share("some", k), Share("others")),
    )
    plain = derive(shipped("mahankali-2023").design, pgd)
    assert is_zero(derive(same, pgd).risk - plain.risk) and not derive(same, pgd).risk.has(k)
    assert is_zero(group_form(same).risk - plain.risk)


def test_the_order_of_groups_does_not_matter():
    turned = Design(
        **{f: getattr(PARTLY, f) for f in ("name", "title", "query", "features", "task", "prompt")},
        example=PARTLY.example,
        parameters=PARTLY.parameters,
        noise=PARTLY.noise,
        examples=(
            Share("unrelated", n - k),
            Share("retrieved", features=PARTLY.examples[0].features),
        ),
    )
    assert is_zero(derive(turned, pgd).risk - derive(PARTLY, pgd).risk)
    assert is_zero(group_form(turned).risk - group_form(PARTLY).risk)


def test_a_million_examples():
    found = theory.Derived.of(PARTLY).evaluate(n=10**6, d=50, k=10**3, alpha=1, sigma=1)
    assert found.wpgd < found.pgd < 51 and len(found.omega) == 2


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"k": 4}, "n >= k does not hold"),
        ({"k": -1}, "k must be a whole number from 0 to n, got -1"),
        ({"k": Fraction(1, 2)}, "k must be a whole number from 0 to n, got 1/2"),
    ],
)
def test_counts_that_violate_their_range_are_refused(values, problem):
    with pytest.raises(InputError, match=problem):
        theory.Derived.of(PARTLY).evaluate(n=3, d=2, alpha=1, sigma=1, **values)


THIRD = (
    write_design(PARTLY)
    .replace('count = "k"', 'count = "n/3"')
    .replace('k = { range = [0, "n"], whole = true }\n', "")
)


def test_a_third_of_the_prompt():
    design = parse_design(THIRD).design
    at = instance(design, n=6, d=2, scalars=NUMBERS)
    assert undefined(at) is None and at.rows == {"retrieved": range(2), "unrelated": range(2, 6)}
    at = instance(design, n=4, d=2, scalars=NUMBERS)
    assert undefined(at) == (
        "the group 'retrieved' has 4/3 of 4 examples; expected a whole number from 0 to 4 in every "
        "group"
    )
    assert is_zero(derive(design, pgd).risk - derive(PARTLY, pgd).risk.subs(k, n / 3))


GROUPED = write_design(PARTLY)


def grouped(old, new):
    assert old in GROUPED
    return GROUPED.replace(old, new, 1)


FIRST = '[[examples]]\nname = "retrieved"'
SECOND = '[[examples]]\nname = "unrelated"'
ERRORS = [
    (grouped(FIRST, '[[examples]]\nnames = "a"'), "unknown key in [[examples]] 'names'"),
    (grouped(FIRST, "[[examples]]"), "found no name in [[examples]]; expected name = a name in"),
    (
        grouped(FIRST, '[[examples]]\nname = "a b"'),
        "found 'a b' as the name of a group of examples",
    ),
    (
        grouped(SECOND, '[[examples]]\nname = "retrieved"'),
        "found the group 'retrieved' twice, first on",
    ),
    (grouped('count = "k"\n', ""), "found no count in the groups 'retrieved' and 'unrelated'"),
    (
        grouped(SECOND, SECOND + '\ncount = "1"'),
        "found a count in every group; expected one group with",
    ),
    (
        grouped('count = "k"', 'count = "-1"'),
        "found -1 examples in the group 'retrieved'; expected a",
    ),
    (
        grouped('count = "k"', "count = 0.5"),
        "found 1/2 examples in the group 'retrieved'; expected",
    ),
    (grouped('count = "k"', 'count = "-k - 1"'), "found -k - 1 examples in the group 'retrieved'"),
    (
        grouped('count = "k"', 'count = "n + 1"'),
        "found -1 examples in the group 'unrelated'; expected",
    ),
    (
        grouped('count = "k"', 'count = "i"'),
        "found 'i' in count, but the examples of a group are alike",
    ),
    (grouped('count = "k"', 'count = "m"'), "unknown name in count 'm'"),
    (grouped('count = "k"', 'count = "q"'), "found 'q' in count, but it is a vector, and count is"),
    (grouped('count = "k"', "count = [1]"), "found a list for count; expected a formula in quotes"),
    (grouped('noise = "sigma"', 'noise = "i*sigma"'), "found 'i' in noise, but the examples of a"),
    (grouped(FIRST, FIRST + '\nfeatures = "e + i*q"'), "found the key 'examples.0.features' twice"),
    (grouped('count = "k"', 'noise = "i"\ncount = "k"'), "found 'i' in noise, but the examples of"),
    (GROUPED.partition("[[")[0] + '[examples]\nname = "a"\n', "expected a [[examples]] for each"),
    (grouped(FIRST, '[[example]]\nname = "a"'), "found '[['; expected a section such as [prompt]"),
    (grouped(FIRST, '[[examples]\nname = "a"'), "found '[['; expected a section such as [prompt]"),
    (
        grouped(FIRST, '[[examples.a]]\nname = "a"'),
        "found '[['; expected a section such as [prompt]",
    ),
    (
        "examples = [1]\n" + GROUPED.partition("[[examples]]")[0],
        "found a list for examples; expected a",
    ),
    (
        GROUPED + "".join(f'[[examples]]\nname = "g{j}"\ncount = "0"\n' for j in range(15)),
        "found 17 groups",
    ),
    (
        GROUPED.replace('features = "e"\n', "").replace('features = "e"', ""),
        "found no features in [prompt]; expected features = a linear combination",
    ),
]


@pytest.mark.parametrize(("text", "problem"), ERRORS)
def test_errors_say_where_and_what_was_expected(text, problem):
    with pytest.raises(Unreadable) as found:
        parse_design(text, "mine.toml")
    said = str(found.value)
    file, line, column, _ = said.split(":", 3)
    assert file == "mine.toml" and int(line) > 0 and int(column) > 0
    assert problem in said


def test_shares_are_checked_in_python():
    parts = {
        f: getattr(PARTLY, f) for f in ("name", "title", "query", "features", "task", "prompt")
    }
    parts |= {"example": PARTLY.example, "parameters": PARTLY.parameters}
    for shares, problem in [
        ((Share("a", k), Share("a")), "the group 'a' is given twice"),
        (
            (Share("a"), Share("b")),
            "the groups a and b have no count; expected exactly one without",
        ),
        ((Share("a", k),), "every group has one; expected exactly one without"),
        ((Share("a", k, noise=sympy.Symbol("i")), Share("b")), "depends on the example's index i"),
        (
            (Share("a", sympy.Symbol("z")), Share("b")),
            "unknown parameter in count of the group 'a' 'z'",
        ),
        (
            (Share("a", k, task=vector("z")), Share("b")),
            "unknown vector in task of the group 'a' 'z'",
        ),
        (("a",), "examples must hold Shares, got 'a'"),
    ]:
        with pytest.raises(InputError, match=problem):
            Design(**parts, examples=shares)
    with pytest.raises(InputError, match="a group needs a name"):
        Share("")


def test_attention_and_h3_reach_no_more():
    """Their risk is that of their step plus a mean square, at random weights, by brute force."""
    random, at = Random(3), placed(2, 1, 1)
    one = flint.fmpq_mat([[1]])
    weights = {a.name: one * random.randint(-3, 3) for a in att.weights}
    step = weights["C_xx"] * weights["v_y"][0, 0] + weights["C_xy"] * weights["v_x"].transpose()
    assert risk_at(att, weights, at) >= risk_at(pgd, {"W": step}, at)
    given = {a.name: one * random.randint(-3, 3) for a in ssm.weights}
    omega = diagonal([2, -1])
    step = given["q_x"] * (given["k_x"] * given["v_y"] + given["v_x"] * given["k_y"]).transpose()
    value = risk_at(ssm, {**given, "Omega": omega}, at)
    assert value >= risk_at(wpgd, {"W": step, "Omega": omega}, at)


def test_factors_that_counts_share_cancel_in_what_is_printed():
    text = write_design(PARTLY).replace('count = "k"', 'count = "n/3"')
    weight, risk, *_ = theory.Derived.of(parse_design(text)).derived.formulas
    below = r"{3 D_{1} + 6 D_{2} + n r_{11} + 4 n r_{12} + 4 n r_{22}}"
    assert rf"\frac{{3 \left(p_{{1}} + 2 p_{{2}}\right)}}{below}" in weight.latex
    assert rf"\frac{{n \left(p_{{1}} + 2 p_{{2}}\right)^{{2}}}}{below}" in risk.latex


def test_short_optima_of_two_groups_are_written_in_one_piece():
    clean = Share("clean", n / 2)
    half = replace(shipped("independent").design.isotropic(), noise=sympy.Integer(0))
    half = replace(half, examples=(clean, Share("noisy", noise=sigma)))
    derived = theory.Derived.of(half)
    risk = next(f for f in derived.derived.formulas if latex(f.left) == r"L^\star_{\mathrm{WPGD}}")
    at = {n: 40, d: 20, sigma: 1}
    assert risk.right.subs(at) == derived.evaluate(n=40, d=20, sigma=1).wpgd


def test_a_count_that_is_irrational_somewhere_is_no_count_there():
    text = write_design(PARTLY).replace('count = "k"', 'count = "sqrt(n)"')
    design = parse_design(text).design
    values = {p.name: 1 for p in design.parameters}
    two, four = (instance(design, n=size, d=1, scalars=values) for size in (2, 4))
    assert "retrieved" in undefined(two)
    assert [*map(len, four.rows.values())] == [2, 2]
