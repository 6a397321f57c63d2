"""Quadratic forms in sample weights: read off rightly, minimised rightly, and for all sizes."""

import re
from dataclasses import replace
from fractions import Fraction
from random import Random

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import theory
from theory.algebra.sums import total
from theory.designs.combinations import vector
from theory.designs.instance import instance
from theory.designs.predictors import wpgd
from theory.errors import InputError, Underivable
from theory.language.gallery import designs, shipped
from theory.optima.equivalence.comparisons import attention, h3
from theory.optima.sample_weights.form import LONGEST, NumericForm, averaged, quadratic_form
from theory.optima.sample_weights.optimum import by_laguerre, by_squares, optimal_weights
from theory.optima.sample_weights.strictness import _split, derive_weights, oriented, strictness
from theory.records.sample_weights_gain import Relation, _comparisons
from theory.risks.coordinates import risk_at
from theory.scalars.rational import cancelled
from theory.scalars.symbols import d, i, n, sigma
from theory.text.latex import latex, prose

AVERAGED, DRIFTING = theory.statement("figure4-averaged"), theory.statement("figure4-drifting")

noisier = replace(
    designs.isotropic_noiseless, name="noisier", noise=i / n, query_noise=sympy.Integer(0)
)
growing = replace(
    designs.drifting,
    name="growing",
    task=i * vector("b1") + (i + 1) * vector("b2"),
    query_task=vector("b1") - vector("b2"),
)
DESIGNS = (
    designs.isotropic_noiseless,
    designs.drifting,
    designs.drifting_away,
    noisier,
    growing,
)
by_design = pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)


def diagonal(entries):
    size = len(entries)
    return flint.fmpq_mat([[entries[r] if r == c else 0 for c in range(size)] for r in range(size)])


def dense(numbers):
    column = flint.fmpq_mat([[c] for c in numbers.linear])
    return [row[0] for row in numbers.matrix().solve(column).tolist()]


@by_design
@pytest.mark.parametrize(("size", "features"), [(1, 1), (1, 3), (2, 2), (3, 2), (4, 1)])
def test_a_form_is_the_risk_coordinate_by_coordinate(design, size, features):
    random = Random(1)
    omega = [random.randint(-9, 9) for _ in range(size)]
    one = flint.fmpq_mat([[int(r == c) for c in range(features)] for r in range(features)])
    exact = risk_at(
        wpgd, {"W": one, "Omega": diagonal(omega)}, instance(design, n=size, d=features)
    )
    assert quadratic_form(design).at(size, {"d": features}).value(omega) == exact


def test_parameters_stay_in_the_form():
    form = quadratic_form(designs.rag)
    assert form.at(2, {"d": 3, "alpha": 0, "sigma": 2}).diagonal[0] == 3 * (4 + 4)
    assert designs.alpha in form.linear.free_symbols


@pytest.mark.parametrize(
    "design", [designs.independent, designs.biased_task, designs.shifted_task], ids=lambda x: x.name
)
def test_what_rotations_change_is_refused(design):
    with pytest.raises(Underivable, match="occurs in the risk, which rotations of W change"):
        quadratic_form(design)


@pytest.mark.parametrize("design", [designs.isotropic_noiseless, growing], ids=lambda x: x.name)
@pytest.mark.parametrize("longest", [1, 2, 5])
def test_the_mean_over_lengths_is_the_mean_over_lengths(design, longest):
    random = Random(longest)
    plain = quadratic_form(design)
    f = [flint.fmpq(random.randint(-9, 9)) for _ in range(longest)]
    lengths = range(1, longest + 1)
    risks = [plain.at(m, {"d": 2}).value(f[:m][::-1]) for m in lengths]
    assert averaged(plain).at(longest, {"d": 2}).value(f) == sum(risks) / longest


@by_design
@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
def test_the_fast_minimum_is_that_of_elimination(design, size):
    numbers = quadratic_form(design).at(size, {"d": 2})
    weights = numbers.minimise()
    assert weights == dense(numbers)
    assert numbers.minimum() == numbers.value(weights)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
def test_the_fast_minimum_with_lengths(size):
    numbers = averaged(quadratic_form(designs.isotropic_noiseless)).at(size, {"d": 3})
    assert numbers.minimise() == dense(numbers)


def test_a_diagonal_with_a_zero_is_eliminated_and_a_singular_matrix_named():
    one, zero = flint.fmpq(1), flint.fmpq(0)
    found = NumericForm(one, [one, one], [[one, one]], [[one, one]], [zero, one])
    assert found.minimise() == [1, 0]
    with pytest.raises(ZeroDivisionError):
        NumericForm(one, [one, one], [[one, one]], [[one, one]], [zero, zero]).minimise()
    with pytest.raises(ZeroDivisionError):
        # a diagonal of both signs: the matrix [[0, 1], [1, 1 - 1]] + ... is singular
        NumericForm(one, [one, one], [[2 * one, one]], [[one, 2 * one]], [-one, -one]).minimise()


@given(st.integers(0, 6), st.integers(1, 9))
def test_sums_of_powers(power, high):
    found = total(i**power, i, sympy.Integer(1), n).subs(n, high)
    assert found == sum(k**power for k in range(1, high + 1))


def test_sums_of_anything_else_are_refused():
    for expr in (1 / i, 2**i):
        with pytest.raises(Underivable, match="no sum in closed form"):
            total(expr, i, sympy.Integer(1), n)


@by_design
def test_equal_weights_by_hand(design):
    form = quadratic_form(design)
    weight, risk = form.uniform
    for size in (1, 2, 5):
        at = {n: size, d: 3}
        numbers = form.at(size, {"d": 3})
        equal = flint.fmpq(int(weight.subs(at).p), int(weight.subs(at).q))
        assert numbers.value([equal] * size) == numbers.uniform()
        assert str(numbers.uniform()) == str(risk.subs(at))
        assert numbers.value([equal + 1] * size) > numbers.uniform()


@pytest.mark.parametrize("longest", [1, 2, 3, 8])
@pytest.mark.parametrize("features", [1, 2, 7])
def test_laguerre_polynomials_give_filter_and_risk(longest, features):
    form = averaged(quadratic_form(designs.isotropic_noiseless))
    found, at = by_laguerre(form), {LONGEST: longest, d: features}
    numbers = form.at(longest, {"d": features})
    assert str(found.risk.subs(at)) == str(numbers.minimum())
    for k, exact in enumerate(numbers.minimise(), 1):
        assert str(found.weights.subs({**at, i: k})) == str(exact)


@pytest.mark.parametrize("design", [designs.drifting, designs.drifting_away], ids=lambda x: x.name)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_sums_of_squares_give_the_risk(design, size):
    form = quadratic_form(design)
    found, at = by_squares(form), {n: size, d: 2}
    sums = {name: meaning.subs(at).doit() for name, meaning in found.definitions}
    assert str(found.risk.subs(sums).subs(at)) == str(form.at(size, {"d": 2}).minimum())


@pytest.mark.parametrize("design", [designs.drifting, designs.drifting_away], ids=lambda x: x.name)
def test_the_linear_part_is_a_multiple_of_the_sum_that_is_named(design):
    form = quadratic_form(design)
    found = by_squares(form)
    (number,) = re.findall(r"multiple of the sum number (\d+)", str(found.steps[0].text))
    (vector,) = (one.right for one in found.where if one.left == sympy.Symbol(f"e_{number}i"))
    assert not cancelled(form.linear / vector).has(i)


@pytest.mark.parametrize("design", [designs.drifting, designs.drifting_away], ids=lambda x: x.name)
def test_factors_are_numbered_as_their_sums(design):
    form = quadratic_form(design)
    named = {str(one.left): one.right for one in by_squares(form).steps[0].formulas}
    for number, (later, earlier) in enumerate(form.pairs, 1):
        assert named[f"e_{number}i"] == earlier
        assert cancelled(named[f"m_{{{number}}}"] * earlier - later) == 0


def test_a_factor_that_is_a_sum_is_written_in_parentheses():
    """``A = D + (m) e e'``: without them only its last term would stand before the square."""
    bordered = replace(
        noisier, name="bordered", task=vector("b") + vector("q"), query_task=vector("b")
    )
    form = quadratic_form(bordered)
    written = {one.left: one.right for one in by_squares(form).where}
    factor = cancelled(form.pairs[0][0] / form.pairs[0][1])
    assert factor.is_Add
    assert latex(written["A"]).startswith(rf"D + \left({latex(factor)}\right)\, e_{{1}}")


def test_forms_without_a_formula_are_refused():
    form = quadratic_form(growing)
    with pytest.raises(Underivable, match="that hold the linear part"):
        optimal_weights(form)
    with pytest.raises(Underivable, match="Laguerre"):
        share = averaged(quadratic_form(designs.isotropic_noiseless))
        by_laguerre(replace(share, diagonal=share.diagonal * i))


def test_without_its_last_row_the_recurrence_does_not_give_the_minimum():
    """A constant in the linear part is in every row, so that differences of rows lack it."""
    form = averaged(quadratic_form(designs.isotropic_noiseless))
    more = replace(form, linear=form.linear + d)
    size, features = 2, 3
    by_rows = by_laguerre(form).weights.subs({LONGEST: size, d: features})
    exact = more.at(size, {"d": features}).minimise()
    assert [str(by_rows.subs(i, k)) for k in (1, 2)] != list(map(str, exact))
    with pytest.raises(Underivable, match="Laguerre"):
        by_laguerre(more)


def test_where_equal_weights_are_optimal():
    assert derive_weights(designs.isotropic_noiseless).strictness.equal_at == sympy.S.Naturals
    assert derive_weights(designs.isotropic_noiseless, lengths=True).strictness.zeros == 1
    for design in (designs.drifting, designs.drifting_away):
        assert derive_weights(design).strictness.equal_at == sympy.FiniteSet(1)


def test_what_is_not_seen_is_told_with_the_signs_of_formulas():
    with pytest.raises(Underivable, match=r"that sigma\^2 does not vanish beyond size 2"):
        strictness(quadratic_form(shipped("growing-noise").design))


@by_design
def test_strictness_is_seen_in_numbers(design):
    form = quadratic_form(design)
    try:
        equal_at = strictness(form).equal_at
    except Underivable:
        assert design is growing  # no sign is visible there
        return
    for size in range(1, 7):
        for features in (1, 4):
            numbers = form.at(size, {"d": features})
            assert (numbers.minimum() == numbers.uniform()) == (size in equal_at)


def test_weights_follow_the_noise():
    """Noise i/n on the labels: later examples weigh less."""
    weights = quadratic_form(noisier).at(4, {"d": 2}).minimise()
    assert weights == sorted(weights, reverse=True) and len(set(weights)) == 4


def naive(longest, features, sigma):
    """The averaged problem in floats, length by length."""
    A, c = np.zeros((longest, longest)), np.zeros(longest)
    for m in range(1, longest + 1):
        A[:m, :m] += np.ones((m, m)) + (features + 1 + sigma**2) * np.eye(m)
        c[:m] += 1
    f = np.linalg.solve(A, c)
    equal = c.sum() ** 2 / A.sum()
    risks = (features * (1 - gain / longest) + sigma**2 for gain in (c @ f, equal))
    return *risks, f


NOISES = pytest.mark.parametrize("sigma", [0, Fraction(1, 2), 3])


@NOISES
@pytest.mark.parametrize(("longest", "features"), [(1, 1), (2, 3), (9, 4), (40, 20)])
def test_averaged_against_a_naive_sum(longest, features, sigma):
    found = AVERAGED.evaluate(n_max=longest, d=features, sigma=sigma)
    least, equal, f = naive(longest, features, float(sigma))
    assert float(found.ssm) == pytest.approx(least, rel=1e-10)
    assert float(found.att) == pytest.approx(equal, rel=1e-10)
    assert np.allclose(np.array(found.filter, dtype=float), f)
    assert found.pgd == found.att and found.wpgd == found.ssm
    assert all(type(v) is Fraction for v in (found.att, found.ssm, *found.filter))


@NOISES
@pytest.mark.parametrize("query", [1, 2])
@pytest.mark.parametrize(("size", "features"), [(1, 2), (2, 1), (3, 2), (30, 5)])
def test_drifting_against_a_naive_form(size, features, query, sigma):
    t = np.arange(1, size + 1) / size
    u = 1 - t
    noise = float(sigma) ** 2
    A = np.outer(t, t) + np.outer(u, u) + np.diag((features + 1) * (t**2 + u**2) + noise)
    c = t if query == 1 else u
    omega = np.linalg.solve(A, c)
    found = DRIFTING.evaluate(n=size, d=features, query=query, sigma=sigma)
    assert float(found.wpgd) == pytest.approx(features * (1 - c @ omega) + noise, rel=1e-10)
    equal = features * (1 - c.sum() ** 2 / A.sum()) + noise
    assert float(found.pgd) == pytest.approx(equal, rel=1e-10)
    assert np.allclose(np.array(found.filter[::-1], dtype=float), omega)


def in_coordinates(variant, weights, features, sigma):
    """The risk of sample weights or a filter from the design alone, coordinate by coordinate."""
    one = flint.fmpq_mat([[int(r == c) for c in range(features)] for r in range(features)])
    size = len(weights)
    prompts = [weights[:m][::-1] for m in range(1, size + 1)] if variant.lengths else [weights]
    risks = [
        risk_at(
            wpgd,
            {"W": one, "Omega": diagonal(omega)},
            instance(variant.design, n=len(omega), d=features, scalars={"sigma": sigma}),
        )
        for omega in prompts
    ]
    return sum(risks, flint.fmpq(0)) / len(risks)


@pytest.mark.parametrize(("size", "features"), [(1, 2), (2, 1), (3, 2)])
@pytest.mark.parametrize(("record", "at"), [(AVERAGED, 0), (DRIFTING, 0), (DRIFTING, 1)])
def test_noisy_labels_coordinate_by_coordinate(record, at, size, features):
    """The risk given is that of the weights given; a step either way costs the same, and more."""
    variant, sigma = record.variants[at], Fraction(1, 2)
    query = {"query": at + 1} if record is DRIFTING else {}
    sizes = {variant.claim.form.size.name: size, "d": features, **query}
    found = record.evaluate(**sizes, sigma=sigma)
    best = found.filter if variant.lengths else found.omega
    best = [flint.fmpq(w.numerator, w.denominator) for w in best]

    def risk(weights):
        return in_coordinates(variant, weights, features, sigma)

    assert risk(best) == flint.fmpq(found.ssm.numerator, found.ssm.denominator)
    for k in range(size):
        ahead, behind = ([w + s * (k == a) for a, w in enumerate(best)] for s in (1, -1))
        assert risk(ahead) == risk(behind) > risk(best)
    zero, one, two = (risk([flint.fmpq(w)] * size) for w in range(3))
    curvature = (two - 2 * one + zero) / 2
    equal = zero - (one - zero - curvature) ** 2 / (4 * curvature)
    assert equal == flint.fmpq(found.pgd.numerator, found.pgd.denominator)


def test_noise_that_is_not_exact_gives_floats():
    exact = DRIFTING.evaluate(n=5, d=3, sigma=Fraction(1, 2))
    for half in (0.5, sympy.sqrt(sympy.Rational(1, 4)), np.float64(0.5)):
        found = DRIFTING.evaluate(n=5, d=3, sigma=half)
        assert found.ssm == pytest.approx(float(exact.ssm), rel=1e-15)
    assert isinstance(DRIFTING.evaluate(n=5, d=3, sigma=0.5).filter[0], float)
    assert isinstance(AVERAGED.evaluate(n_max=5, d=3, sigma=sympy.sqrt(2)).att, float)
    assert isinstance(exact.ssm, Fraction)


@given(st.integers(1, 12))
def test_one_example(features):
    one = Fraction(features * (features + 1), features + 2)
    found = AVERAGED.evaluate(n_max=1, d=features)
    assert found.att == found.ssm == one and found.filter == (Fraction(1, features + 2),)
    found = DRIFTING.evaluate(n=1, d=features)
    assert found.pgd == found.wpgd == one
    silent = DRIFTING.evaluate(n=1, d=features, query=2)
    assert silent.pgd == silent.wpgd == features and silent.filter == (0,)


def test_the_best_filter_of_a_drifting_task_is_not_monotone():
    """Examples between the two tasks have smaller labels, so they carry less noise of their own."""
    last, before, _ = DRIFTING.evaluate(n=3, d=2).filter
    assert before > last


def test_long_prompts():
    found = AVERAGED.evaluate(n_max=400, d=4)
    assert found.att == Fraction(4 * (24 + 400 + 5), 2 * (12 + 800 + 4))
    assert found.att > 1 and found.ssm < Fraction(1, 2)
    assert sympy.limit(AVERAGED.risk.subs(sigma, 0), LONGEST, sympy.oo) == d / 4


@pytest.mark.parametrize("record", [AVERAGED, DRIFTING], ids=lambda r: r.id)
def test_records_show_what_they_claim_and_what_was_derived(record):
    size = record.variants[0].claim.form.size.name
    assert record.example == {size: 3, "d": 2, "sigma": 1}
    shown = [f.latex for f in record.derived.formulas]
    assert len(set(shown)) == len(shown)
    for exposition in (record.claimed, record.derived):
        relations = [f.latex for f in exposition.formulas if "<" in f.latex]
        assert len(relations) == len(record.variants)
        assert all(r.endswith(r"\ge 2)") for r in relations)
    assert str(record.risk.subs(record.example)) == str(record.evaluate(**record.example).att)
    assert record.weight.free_symbols == record.risk.free_symbols and record.limit is None
    shown = record.evaluate(**record.example)._repr_latex_()
    assert all(
        rf"L^\star_{{\mathrm{{{name}}}}} &= " in shown for name in ("PGD", "ATT", "WPGD", "SSM")
    )


def test_one_letter_means_one_thing():
    """L is the risk and never a Laguerre polynomial; the matrix of both tasks is shown once."""
    for exposition in (AVERAGED.claimed, AVERAGED.derived):
        shown = [f.latex for f in (*exposition.formulas, *exposition.where)]
        shown += [prose(s.text) + s.latex for s in exposition.steps]
        assert not any(re.search(r"(?<!mathcal\{)L_\{?(n|k|0|m)", text) for text in shown)
    names = [f.left for f in DRIFTING.claimed.where]
    assert names == ["c_i^{(\\beta_1)}", "c_i^{(\\beta_2)}", "A_{ik}", "A_{ii}", "A"]
    assert {r"L_{\beta_1}(\omega)", r"L_{\beta_2}(\omega)"} <= {
        f.left for f in DRIFTING.claimed.formulas
    }


def test_matrices_that_differ_are_marked():
    first, second = DRIFTING.variants
    form = replace(second.claim.form, diagonal=d * i)
    other = replace(
        DRIFTING, variants=(first, replace(second, claim=replace(second.claim, form=form)))
    )
    names = [f.left for f in other.claimed.where]
    assert "A_{ii}^{(\\beta_1)}" in names and "A_{ii}^{(\\beta_2)}" in names and "A" not in names


@pytest.mark.parametrize("k", [0, 1, 2, 5])
def test_the_printed_definition_is_that_of_the_laguerre_polynomials(k):
    x = sympy.Symbol("x")
    terms = [sympy.binomial(k, j) * (-x) ** j / sympy.factorial(j) for j in range(k + 1)]
    assert sympy.expand(sympy.Add(*terms) - sympy.laguerre(k, x)) == 0
    sums = sympy.Add(*(sympy.laguerre(j, x) for j in range(k + 1)))
    assert sympy.expand(sums - sympy.assoc_laguerre(k, 1, x)) == 0


@pytest.mark.parametrize(
    ("relation", "equal_at", "shown"),
    [
        (Relation.BELOW, sympy.FiniteSet(1, 2), [r"a < b \ (n \ge 3)", r"a = b \ (n \in"]),
        (Relation.BELOW, sympy.FiniteSet(2), [r"a < b \ (n \notin", r"a = b \ (n = 2)"]),
        (Relation.ABOVE, sympy.S.EmptySet, ["a > b"]),
        (Relation.BELOW, sympy.S.Naturals, ["a = b"]),
        (Relation.EQUAL, sympy.FiniteSet(1), ["a = b"]),
    ],
)
def test_relations_are_written_with_the_sizes_at_which_they_hold(relation, equal_at, shown):
    found = [f.latex for f in _comparisons("a", "b", n, relation, equal_at)]
    assert len(found) == len(shown)
    assert all(f.startswith(s) for f, s in zip(found, shown, strict=True))


def test_models_are_no_better_than_their_steps():
    """Every cross moment vanishes under these designs; a mean of the task is noticed."""
    for v in (*AVERAGED.variants, *DRIFTING.variants):
        assert v.derivation.cross_terms > 0
    for comparison in (attention, h3):
        with pytest.raises(Underivable, match="not seen to be no better"):
            _split(designs.biased_task, comparison)
        broken = replace(comparison, inclusion={})
        with pytest.raises(Underivable, match="not seen to be no better"):
            _split(designs.drifting, broken)


def test_weights_in_the_order_of_the_prompt():
    found = DRIFTING.evaluate(n=3, d=2)
    form = quadratic_form(designs.drifting).at(3, {"d": 2})
    assert found.omega == found.filter[::-1]
    assert [str(w) for w in found.omega] == [str(w) for w in form.minimise()]


def test_entries_are_shown_unchanged():
    for v in (*AVERAGED.variants, *DRIFTING.variants):
        form = v.derivation.form
        for entry in (form.linear, form.outer, form.square):
            assert sympy.simplify(oriented(entry, form.size) - entry) == 0
    assert oriented(1 - i / n, n) == (n - i) / n


def test_a_factor_that_has_both_signs_is_not_turned_round():
    """It is positive at the last index, zero at the one before, and negative at the others."""
    assert oriented(i * (i - n + 1), n) == i * (i - n + 1)
    assert oriented(i * (i - n - 1), n) == -i * (n - i + 1)


def test_the_slopes_at_few_examples_are_shown_one_by_one():
    """At one example there is nothing to weigh; of two slopes one is the other's negative."""
    found = derive_weights(designs.drifting)
    (shown,) = (one for one in found.steps if "one by one" in str(one.text))
    *slopes, _ = (one.parts for one in shown.formulas)
    assert [parts[1:] for parts in slopes] == [
        (r" = 1,\ i = 1:\ ", 0),
        (r" = 2,\ i = 1:\ ", -(d**2) / 4),
        (r" = 2,\ i = 2:\ ", d**2 / 4),
    ]


def test_relations():
    assert [Relation.of(a, 1) for a in (0, 1, 2)] == [
        Relation.BELOW,
        Relation.EQUAL,
        Relation.ABOVE,
    ]
    claim = AVERAGED.variants[0].claim
    assert [claim.at(size) for size in (1, 2)] == [Relation.EQUAL, Relation.BELOW]


@pytest.mark.parametrize(
    ("record", "arguments", "message"),
    [
        (AVERAGED, {"n_max": 0, "d": 1}, "n_max must be a positive integer, got 0"),
        (AVERAGED, {"n_max": 2.0, "d": 1}, "n_max must be a positive integer, got 2.0"),
        (AVERAGED, {"n_max": 2}, "d is missing: give d=..."),
        (AVERAGED, {"n_max": 2, "d": -1}, "d must be a positive integer, got -1"),
        (AVERAGED, {"n_max": 2, "d": 1, "n": 3}, "unknown argument of figure4-averaged 'n'"),
        (AVERAGED, {}, "n_max is missing: give n_max=..."),
        (DRIFTING, {"d": 1}, "n is missing: give n=..."),
        (DRIFTING, {"n": 2}, "d is missing: give d=..."),
        (DRIFTING, {"n": 2, "d": 1, "quer": 1}, "'quer'.* query"),
        (DRIFTING, {"n": 2, "d": 1, "query": 1.0}, "query must be 1 or 2.* got 1.0"),
        (DRIFTING, {"n": True, "d": 1}, "n must be a positive integer, got True"),
        (DRIFTING, {"n": 2, "d": 1, "query": 3}, "query must be 1 or 2.* got 3"),
        (DRIFTING, {"n": 2, "d": 1, "query": True}, "query must be 1 or 2.* got True"),
        (DRIFTING, {"n": 2, "d": 1, "alpha": 0}, "unknown argument of figure4-drifting 'alpha'"),
        (DRIFTING, {"n": 2, "d": 1, "sigma": -1}, "sigma must be at least 0, got -1"),
        (AVERAGED, {"n_max": 2, "d": 1, "sigma": "1"}, "sigma must be a finite real number"),
        (AVERAGED, {"n_max": 2, "d": 1, "sigma": True}, "sigma must be a finite real number"),
        (AVERAGED, {"n_max": 2, "d": 1, "sigma": float("nan")}, "sigma must be a finite real"),
        (DRIFTING, {"n": 2, "d": 1, "sigma": 1e300}, "too large"),
    ],
)
def test_bad_input_names_the_argument(record, arguments, message):
    with pytest.raises(InputError, match=message):
        record.evaluate(**arguments)


def test_a_matrix_that_is_not_seen_to_be_definite_is_refused():
    """The first example says nothing, so its weight is anything."""
    silent = replace(
        designs.isotropic_noiseless,
        name="silent",
        task=(i - 1) * vector("b"),
        query_task=vector("b"),
    )
    with pytest.raises(Underivable, match="not visibly positive"):
        derive_weights(silent)


@pytest.mark.parametrize(
    ("design", "always"), [(designs.isotropic_noiseless, True), (designs.drifting, False)]
)
def test_slopes_are_looked_at_one_by_one_only_where_they_do_not_vanish(design, always):
    steps = derive_weights(design).steps
    assert (strictness(quadratic_form(design)).slope == 0) == always
    assert any("some slope does not vanish" in str(one.text) for one in steps) != always
