"""Where coefficients are real numbers: seen from ranges, said otherwise, and refused where not."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import theory
from tests.theory.design_files import design_files, isotropic_file
from theory.designs import domain
from theory.designs.defined_at import undefined
from theory.designs.instance import instance
from theory.errors import InputError
from theory.language.files.reading import parse_design
from verify.instances import defined_instance, is_defined
from verify.strategies import instances

UP = '[0, "oo"]'


def rooted(noise, range=UP):
    parameters = {"alpha": range, "sigma": UP}
    text = isotropic_file("rooted", parameters, task="b", noise=noise, query_noise="0")
    return parse_design(text).design


@pytest.mark.parametrize(
    ("noise", "range", "conditions"),
    [
        ("sqrt(1 - alpha^2)", "[0, 1]", []),
        ("sqrt(1 - alpha^2)", '[0, "oo"]', ["1 - alpha**2 >= 0"]),
        ("sqrt(alpha)", '["-1", 1]', ["alpha >= 0"]),
        ("sqrt(alpha)", "[0, 1]", []),
        ("1/sqrt(alpha)", "[0, 1]", ["alpha > 0"]),
        ("1/alpha", "[0, 1]", ["alpha != 0"]),
        ("1/alpha", '["-2", "-1"]', []),
        ("1/(alpha + d)", "[0, 1]", []),
        ("1/(n - 2)", "[0, 1]", ["n - 2 != 0"]),
        ("sqrt(1 - i/n)", "[0, 1]", []),
        ("1/(n + 1 - i)", "[0, 1]", []),
        ("sqrt(i - 2)", "[0, 1]", ["i - 2 >= 0"]),
    ],
)
def test_what_ranges_do_not_make_sure_of_is_said(noise, range, conditions):
    design = rooted(noise, range)
    plain = {domain.ABOVE: ">= 0", domain.STRICTLY: "> 0", domain.NOT_ZERO: "!= 0"}
    found = [f"{one.expression} {plain[one.relation]}" for one in design.domain]
    assert found == conditions
    told = [line for line in theory.Derived.of(design).assumptions if "real numbers" in line]
    assert len(told) == bool(conditions)


def test_where_no_condition_is_left_every_instance_is_defined():
    seen = Counter()

    @given(design_files(indexed=True, most=2), st.data())
    def look(text, data):
        design = parse_design(text).design
        at = data.draw(instances(design, most_n=4, most_d=2))
        # a coefficient with a root or a fraction says something about the ranges
        told = any(c.atoms(sympy.Pow) for c in design.coefficients)
        seen[bool(design.domain), told] += 1
        if not design.domain:
            assert is_defined(at), at

    look()
    assert seen[False, True] > 10, seen


@pytest.mark.parametrize(
    ("noise", "where"),
    [
        ("sigma/(i - 1)", "for the first example, i = 1"),
        ("sigma/(n - i)", "for the last, i = n"),
        ("(1 - i)^(-1/2)", "for the first example"),
    ],
)
def test_a_division_by_zero_in_every_prompt_is_refused(noise, where):
    with pytest.raises(InputError, match="divides by zero") as error:
        rooted(noise)
    assert where in str(error.value)


def test_numbers_at_which_a_coefficient_is_not_real_are_refused():
    derived = theory.Derived.of(rooted("sqrt(1 - alpha^2)"))
    found = derived.evaluate(n=3, d=1, alpha=Fraction(3, 5), sigma=0)
    assert found.risk == 1 - Fraction(3, 1) / (3 + 1 + 1 + 1 - Fraction(9, 25))
    with pytest.raises(InputError, match=r"sqrt\(1 - alpha\^2\).* no real number"):
        derived.evaluate(n=3, d=1, alpha=4, sigma=0)


def test_instances_are_found_where_integers_have_none():
    design = rooted("sqrt(1 - alpha^2)")
    at = defined_instance(design, 2, 2, Random(0), 10)
    assert at is not None and 0 <= at.scalars["alpha"] <= 1


@pytest.mark.parametrize(("n", "index"), [(4, "4"), (2000, "2000")])
def test_the_ends_of_long_prompts_are_looked_at(n, index):
    design = rooted("1/(alpha - i)")
    at = instance(design, n=n, d=1, scalars={"alpha": n, "sigma": 0})
    assert undefined(at).endswith(f"of example {index} is no real number")
    assert undefined(instance(design, n=10**9, d=1, scalars={"alpha": 0, "sigma": 0})) is None


@pytest.mark.parametrize(
    "parameters",
    [
        {
            "a": '{ range = [0, "oo"], where = "a > 1" }',
            "c": '{ range = [0, 1], where = "c^2 + a <= 2" }',
        },
        {
            "a": '{ range = [0, "oo"], where = "a < 1/4" }',
            "c": '{ range = ["-oo", "oo"], where = "c >= 7 + a" }',
        },
        {
            "a": '{ range = [0, "oo"], where = "d*a >= 100" }',
            "c": '{ range = [0, "oo"], where = "a + c <= 101" }',
        },
        {
            "k": '{ range = [0, "oo"], whole = true, where = "2*k > 7" }',
            "l": '{ range = [0, "oo"], whole = true, where = "k + l <= 9" }',
        },
    ],
)
def test_places_are_found_at_random_where_conditions_leave_little(parameters):
    first, second = parameters
    noise = f"{first} + {second}^2"
    design = parse_design(isotropic_file("tight", parameters, task="b", noise=noise)).design
    for seed in range(20):
        assert defined_instance(design, 3, 2, Random(seed), 9) is not None, seed
