"""Several steps: the best polynomial in X'X, beside coordinates, Wishart moments and one step."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import flint
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import theory
from tests.examples import examples
from tests.theory.written_designs import write_design
from theory.algebra.values import Values
from theory.algebra.wishart import PowerSums
from theory.designs.instance import instance
from theory.designs.predictors import equal_steps, pgd, polynomial
from theory.errors import InputError, Underivable
from theory.language.files.reading import parse_design
from theory.language.gallery import designs, shipped, text
from theory.limits.leading import Regime
from theory.optima.derivation import derive
from theory.optima.limiting import limit_of
from theory.optima.minimisation import combine
from theory.optima.optimum import named
from theory.optima.steps.equal import _ends, apart_in_size, ball, best_equal, risk_in_size
from theory.optima.steps.sizes import step_sizes
from theory.records.derived import Derived
from theory.risks.coordinates import risk_along, risk_at
from theory.risks.loss import second_moment
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from theory.scalars.symbols import d, n
from theory.scalars.systems import least_value
from verify.instances import random_instance, random_matrix

SIGMA, A = sympy.symbols("sigma a")
TEXT = """\
[design]
name = "deep"
[parameters]
sigma = [0, "oo"]
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "e"
task = "b"
noise = "sigma"
[predictor]
steps = 2
"""
SIZES = {"isotropic": 4, "rag": 2, "independent": 2, "drifting": 2, "task_aligned": 2}


@pytest.mark.parametrize("name", sorted(SIZES))
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 2)])
def test_coordinates_give_the_least_risk_and_no_slope(name, size):
    design, steps = getattr(designs, name), SIZES[name]
    count, dimension = size
    predictor, random = polynomial(steps), Random(f"{name} {size}")
    at = random_instance(design, count, dimension, random, 5, small=True)
    if name == "task_aligned":  # its scale is a root, rational at alpha = 0 alone
        at = instance(design, n=count, d=dimension, scalars={"alpha": 0, "sigma": 2})
    best = derive(design, predictor).plain.minimum(at)
    for _ in range(2):
        move = random_matrix(random, steps, 9, columns=1)
        start, along = (named(predictor.weights, w) for w in (best.weight, move))
        value, slope, curvature = risk_along(predictor, start, along, at)
        assert value == best.risk
        assert slope == 0
        assert curvature >= 0


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_isotropic_data_need_the_moments_of_one_wishart_matrix(steps):
    m = [d]  # of the identity, then of the powers of X'X: every power sum of I is d
    for power in range(1, 2 * steps + 1):
        found = PowerSums().mean((power,))
        parts = ((c, k, len(sums)) for sums, p in found.items() for k, c in enumerate(p))
        m.append(sum(int(c) * n**k * d**count for c, k, count in parts))
    matrix = [[m[j + k + 2] + SIGMA**2 * m[j + k + 1] for k in range(steps)] for j in range(steps)]
    least = least_value(d + SIGMA**2, [m[j + 1] for j in range(steps)], matrix)
    found = derive(designs.isotropic, polynomial(steps)).plain.scalar
    assert is_zero(found.value - least.value)
    assert all(is_zero(a - b) for a, b in zip(found.at, least.at, strict=True))


@pytest.mark.parametrize("name", ["isotropic", "rag", "drifting"])
def test_one_step_of_scalars_is_pgd_where_a_multiple_of_the_identity_is_best(name):
    design = getattr(designs, name)
    one, other = (derive(design, p).plain.scalar for p in (pgd, polynomial(1)))
    assert is_zero(one.value - other.value)
    assert is_zero(one.at[0] - other.at[0])


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_in_proportion_the_risk_is_that_over_a_geometric_sum(steps):
    regime = Regime("proportional", ((n, A * d),))
    found = limit_of(designs.isotropic_noiseless, regime, predictor=polynomial(steps))
    geometric = sum(A**k for k in range(steps + 1))
    assert is_zero(found.risk.expression - d / geometric)
    # what is left, at a size at which the terms after it are small
    risk = derive(designs.isotropic_noiseless, polynomial(steps)).plain.value.value
    far = {A: sympy.Rational(2, 3), d: 10**6}
    left = (risk.subs(n, A * d) - d / geometric).subs(far)
    assert float(found.next.expression.subs(far) / left) == pytest.approx(1, abs=1e-4)


def test_more_steps_than_examples_gain_nothing_more_than_the_span():
    # with one example X' X is of rank one, and (X' X)^k X' y = |x|^2k X' y
    found = [derive(designs.isotropic, polynomial(steps)) for steps in (1, 2, 3)]
    at = instance(designs.isotropic, n=1, d=1, scalars={"sigma": 0})
    risks = [f.plain.minimum(at).risk for f in found]
    assert risks == sorted(risks, reverse=True)
    assert risks[0] == flint.fmpq(2, 3)


@examples("1/4")
@given(st.integers(1, 3), st.integers(0, 10**6))
def test_the_least_value_of_a_form_solves_its_system(size, seed):
    random = Random(seed)
    x, y = sympy.symbols("x y")

    def entry():
        top, bottom = (random.randint(-3, 3) * x + random.randint(1, 3) for _ in range(2))
        return top / (bottom + y)

    rows = [[entry() for _ in range(size)] for _ in range(size)]
    matrix = [[rows[min(r, c)][max(r, c)] for c in range(size)] for r in range(size)]
    column = [entry() for _ in range(size)]
    found = least_value(x, column, matrix)
    at = {x: sympy.Rational(7, 5), y: sympy.Rational(11, 3)}
    here = sympy.Matrix([[e.xreplace(at) for e in row] for row in matrix])
    if found is None:
        assert here.det() == 0
        return
    assert here.det() == found.determinant.subs(at)
    if here.det() != 0:
        right = sympy.Matrix([e.xreplace(at) for e in column])
        solved = here.LUsolve(right)
        assert list(solved) == [value.subs(at) for value in found.at]
        assert x.subs(at) - (right.T * solved)[0] == found.value.subs(at)


@given(st.lists(st.fractions(-3, 3, max_denominator=6), min_size=1, max_size=4))
def test_sizes_of_real_steps_are_found_again(sizes):
    x, sign = sympy.Symbol("x"), -1
    left = sympy.Poly(sympy.prod(1 - sympy.Rational(str(s)) * x for s in sizes), x)
    coefficients = [sign * left.coeff_monomial(x ** (k + 1)) for k in range(len(sizes))]
    found = step_sizes(coefficients)
    assert found.all_real
    assert found.certified
    assert found.real == pytest.approx(sorted(map(float, sizes)), abs=1e-12)


def test_sizes_that_are_not_real_are_told_and_ridge_makes_them_real():
    three = parse_design(TEXT.replace("steps = 2", "steps = 3"))
    found = theory.Derived.of(three).evaluate(n=3, d=2, sigma=1)
    assert len(found.sizes.real) == 1
    assert len(found.sizes.pairs) == 1
    assert found.ridge.all_real
    assert found.ridge.decay == 1
    # the residual along an eigenvector, by the coefficients and by the steps
    t = 0.7
    q = sum(float(c) * t**k for k, c in enumerate(found.coefficients))
    plain = complex(1)
    for s in (*found.sizes.real, *found.sizes.pairs, *(p.conjugate() for p in found.sizes.pairs)):
        plain *= 1 - s * t
    assert plain == pytest.approx(1 - t * q)
    ridge = 1.0
    for s in found.ridge.real:
        ridge *= 1 - s * (t + 1)
    assert ridge == pytest.approx(1 - (t + 1) * q)


def test_ridge_steps_are_real_and_positive_on_isotropic_data():
    record = Derived.of(parse_design(TEXT.replace("steps = 2", "steps = 3")))
    for count, size, sigma in ((1, 1, 1), (5, 2, Fraction(1, 3)), (2, 7, 3), (30, 4, 2)):
        found = record.evaluate(n=count, d=size, sigma=sigma).ridge
        assert found.all_real
        assert min(found.real) > 0


def test_a_risk_that_takes_too_many_terms_says_so(monkeypatch):
    design = replace(parse_design(text("partly-retrieved")).design, name="many")
    monkeypatch.setattr("theory.algebra.products.MOST_TERMS", 100)
    with pytest.raises(InputError, match="under many has more than"):
        population_risk(design, polynomial(2))


def test_a_scale_divides_the_coefficients_alone():
    plain = Derived.of(parse_design(TEXT))
    scaled = Derived.of(parse_design(TEXT + 'scale = "1/n"\n'))
    sizes = {"n": 4, "d": 2, "sigma": 1}
    one, other = plain.evaluate(**sizes), scaled.evaluate(**sizes)
    assert one.risk == other.risk == plain.risk.subs({n: 4, d: 2, SIGMA: 1})
    assert other.coefficients == tuple(4 * c for c in one.coefficients)
    assert one.sizes == other.sizes
    assert other.coefficients == tuple(c.subs({n: 4, d: 2, SIGMA: 1}) for c in scaled.coefficients)
    assert one.att is one.wpgd is one.ssm is one.weight is None


def test_numbers_in_floating_point_are_near_the_exact_ones():
    record = Derived.of(parse_design(TEXT))
    exact, floats = record.evaluate(n=4, d=2, sigma=2), record.evaluate(n=4, d=2, sigma=2.0)
    assert floats.risk == pytest.approx(float(exact.risk))
    assert floats.coefficients == pytest.approx([float(c) for c in exact.coefficients])
    assert not floats.sizes.certified


def test_coefficients_with_covariances_have_values_and_no_formula():
    text = TEXT.replace("[gaussians.prompt]", '[covariances]\nS = "psd"\n[gaussians.prompt]')
    record = Derived.of(parse_design(text.replace('e = "I"', 'e = "S"')))
    with pytest.raises(Underivable, match="evaluate gives their values"):
        _ = record.coefficients
    one = record.evaluate(n=3, d=2, sigma=1)
    assert one.risk == Derived.of(parse_design(TEXT)).evaluate(n=3, d=2, sigma=1).risk


@pytest.mark.parametrize("value", ["0", "1.5", "50", '"x"', "true", "-1", "[2]", "7"])
def test_steps_are_a_small_whole_number(value):
    with pytest.raises(InputError) as raised:
        parse_design(TEXT.replace("steps = 2", f"steps = {value}"), "deep.toml")
    assert str(raised.value).startswith("deep.toml:16:9: found ")
    assert "expected a whole number from 1 to 6" in str(raised.value)


def test_names_of_coefficients_are_taken():
    with pytest.raises(InputError, match="c_1 names a parameter"):
        parse_design(TEXT.replace("sigma =", "c_1 = [0, 1]\nsigma ="))
    assert parse_design(TEXT.replace("sigma =", "c_2 = [0, 1]\nsigma =")).steps == 2


@pytest.mark.parametrize("key", ["weight", "omega", "wpgd_risk", "att_risk"])
def test_what_is_claimed_of_one_step_is_refused(key):
    with pytest.raises(InputError, match="of one step claimed, but the predictor makes 2"):
        parse_design(TEXT + f'[claims.one]\n{key} = "1/n"\n')


def test_steps_are_written_and_read_back():
    file = parse_design(TEXT)
    assert parse_design(write_design(file.design, steps=2)) == file
    assert "steps" not in write_design(file.design)


def test_the_second_moment_of_a_loss_is_that_of_coordinates():
    at = instance(designs.isotropic, n=1, d=1, scalars={"sigma": 1})
    c = sympy.Rational(1, 3)
    # (x b + s)^4 and the like, with E g^k = (k - 1)!!
    x, b, e, s, z = sympy.symbols("x b e s z")
    loss = sympy.Poly(sympy.expand((x * b + s - c * x * e * (e * b + z)) ** 4), x, b, e, s, z)
    double = [sympy.factorial2(k - 1) if k else 1 for k in range(0, 17, 2)]
    expected = sum(
        c * sympy.prod(double[p // 2] for p in powers)
        for powers, c in loss.terms()
        if not any(p % 2 for p in powers)
    )
    found = second_moment(polynomial(1), {"c_0": c}, at)
    assert sympy.Rational(str(found)) == expected


@pytest.mark.parametrize("steps", [2, 3])
def test_the_risk_of_equal_steps_is_that_of_steps_made_one_after_the_other(steps):
    at = instance(designs.rag_unit, n=2, d=1, scalars={"alpha": Fraction(1, 2), "sigma": 1})
    form = derive(designs.rag_unit, polynomial(steps)).plain.coefficients
    risk = risk_in_size(form, at.values)
    for k in range(2 * steps + 1):
        size = flint.fmpq(k - 2, 5)
        assert risk(size) == risk_at(equal_steps(steps), {"s": flint.fmpq_mat([[size]])}, at)


@pytest.mark.parametrize("steps", [2, 3, 4])
def test_two_sizes_that_move_apart_change_the_risk_as_told(steps):
    plain = derive(designs.isotropic, polynomial(steps)).plain
    at = instance(designs.isotropic, n=5, d=2, scalars={"sigma": 1})
    size, ends = flint.fmpq(1, 9), []
    for step in map(flint.fmpq, (0, 1, 2)):
        left = flint.fmpq_poly([1])
        for s in (size + step, size - step, *[size] * (steps - 2)):
            left *= flint.fmpq_poly([1, -s])
        column = flint.fmpq_mat([[-left[k + 1]] for k in range(steps)])
        ends.append(plain.risk_of(column, at))
    # the risk is a quadratic in the square of the step
    slope = (16 * (ends[1] - ends[0]) - (ends[2] - ends[0])) / 12
    assert apart_in_size(plain.coefficients, at.values)(size) == slope


def test_equal_steps_are_a_saddle_unless_the_best_sizes_are_not_real():
    form = derive(designs.isotropic, polynomial(2)).plain.coefficients
    told = {
        sigma: (
            best_equal(form, values).saddle,
            step_sizes(form.solve(values)[0].entries()).all_real,
        )
        for sigma in (0, 1, 2)
        for values in [Values({"n": 3, "d": 2, "sigma": sigma}, {}, EXACT)]
    }
    assert told[0] == (True, True)
    assert all(saddle is real for saddle, real in told.values())


@pytest.mark.parametrize("steps", [2, 3, 4])
def test_the_best_equal_size_is_a_root_and_no_size_of_a_fine_grid_is_better(steps):
    form = derive(designs.isotropic, polynomial(steps)).plain.coefficients
    values = Values({"n": 12, "d": 5, "sigma": 1}, {}, EXACT)
    found, risk = best_equal(form, values), risk_in_size(form, values)
    low, high = found.size
    assert high - low < Fraction(1, 10**15)
    root = flint.fmpz_poly(list(found.polynomial))
    below, above = (root(flint.fmpq(end.numerator, end.denominator)) for end in found.size)
    assert below * above < 0  # the polynomial changes its sign there
    least = flint.fmpq(found.risk[0].numerator, found.risk[0].denominator)
    assert all(risk(flint.fmpq(k, 1000)) >= least for k in range(-100, 200))
    near = risk(flint.fmpq(low.numerator, low.denominator))
    assert 0 <= near - least < flint.fmpq(1, 10**12)
    free = derive(designs.isotropic, polynomial(steps)).plain.coefficients.closed.value
    assert free.subs({n: 12, d: 5, SIGMA: 1}) < sympy.Rational(str(found.risk[0]))


def test_equal_steps_have_values_at_exact_numbers_alone():
    record = Derived.of(parse_design(TEXT + "tied = true\n"))
    found = record.evaluate(n=4, d=2, sigma=1)
    assert found.risk == pytest.approx(float(found.equal.risk[1]))
    assert found.coefficients is found.sizes is None
    assert record.limit is None
    assert str(record.risk) == "L_star"
    with pytest.raises(Underivable):
        _ = record.coefficients
    with pytest.raises(InputError, match="certified at exact numbers only"):
        record.evaluate(n=4, d=2, sigma=1.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT + "tied = 1\n", "found the number 1 for tied; expected true or false"),
        (TEXT.replace("= 2", "= 1") + "tied = true\n", "found tied, and one step"),
        (TEXT + 'tied = true\n[claims.one]\nrisk = "d"\n', "best size has no formula"),
    ],
)
def test_what_cannot_be_tied_is_refused(text, expected):
    with pytest.raises(InputError, match=expected):
        parse_design(text)


def test_tied_steps_are_written_and_read_back():
    file = parse_design(TEXT + "tied = true\n")
    assert parse_design(write_design(file.design, steps=2, tied=True)) == file


@pytest.mark.parametrize("number", ["0", "1/4", "3/8", "1", "4", "-6", "1024"])
def test_a_ball_around_a_number_ends_where_it_is(number):
    """Of no radius; numbers of a few bits are exact, small ones and large ones."""
    exact = Fraction(number)
    assert _ends(ball((exact, exact))) == (exact, exact)
    low, high = _ends(ball((exact - 1, exact + 2)))
    assert low <= exact - 1 < exact + 2 <= high


def test_the_risk_with_a_covariance_in_its_best_coefficients():
    """A formula in the coefficients, which have none: at numbers it is their least risk."""
    two, eigenvalues, design = polynomial(2), (1, 2, 5), shipped("ahn-2023").design
    found = combine(population_risk(design, two), two.weights)
    best, least = found.at(
        instance(design, n=4, covariances={"Sigma": sympy.diag(*eigenvalues).tolist()})
    )
    numbers = {sympy.Symbol(f"c_{k}_star"): sympy.Rational(str(best[k, 0])) for k in range(2)}
    assert {*numbers} < found.risk.free_symbols
    traces = {
        trace: sum(value ** getattr(trace.arg, "exp", 1) for value in eigenvalues)
        for trace in found.risk.atoms(sympy.Trace)
    }
    assert found.risk.xreplace({**traces, **numbers, n: sympy.Integer(4)}) == sympy.Rational(
        str(least)
    )
