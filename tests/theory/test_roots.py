"""Roots at numbers: exact where they can be, quick and no real number otherwise."""

from fractions import Fraction

import flint
import pytest
import sympy

from theory.algebra.values import scalar_value
from theory.designs.defined_at import undefined
from theory.designs.instance import instance
from theory.errors import Irrational
from theory.language.gallery import shipped
from theory.optima.sample_weights.weighted import weighted
from theory.scalars.arithmetic import EXACT, FLOATING
from theory.scalars.symbols import i, n

x = sympy.Symbol("x")


@pytest.mark.parametrize(
    ("expr", "value", "root"),
    [
        (sympy.sqrt(x), Fraction(9, 4), Fraction(3, 2)),
        (1 / sympy.sqrt(x), Fraction(9, 4), Fraction(2, 3)),
        (x ** sympy.Rational(2, 3), Fraction(8, 27), Fraction(4, 9)),
        (sympy.sqrt(x + 1) + x, 3, 5),
        (sympy.sqrt(x), 0, 0),
        (sympy.sqrt(x), 10**80, 10**40),
    ],
)
def test_perfect_powers_have_exact_roots(expr, value, root):
    found = scalar_value(expr, {"x": value}, EXACT)
    assert found == EXACT.number(root) and isinstance(found, flint.fmpq)
    assert scalar_value(expr, {"x": value}, FLOATING) == pytest.approx(float(root), rel=1e-15)


@pytest.mark.parametrize("value", [2, -4, -1, Fraction(4, 3), 10**80 + 1])
def test_other_roots_are_not_exact(value):
    with pytest.raises(Irrational, match="no exact rational value"):
        scalar_value(sympy.sqrt(x), {"x": value}, EXACT)


def test_what_is_no_real_number_is_said():
    with pytest.raises(TypeError, match="no real number"):
        scalar_value(sympy.sqrt(x), {"x": -1e-300}, FLOATING)
    with pytest.raises(ZeroDivisionError):
        scalar_value(1 / sympy.sqrt(x), {"x": 0.0}, FLOATING)


@pytest.mark.parametrize("share", [1 - i / n, i / n - 1])
@pytest.mark.parametrize("size", [49, 49.0, Fraction(49)])
def test_rounding_makes_no_root_of_zero(share, size):
    """``49 * (1/49)`` is less than 1 in floating point, so that the root would be 1e-8 or none."""
    assert scalar_value(sympy.sqrt(share), {"n": size, "i": 49}, FLOATING) == 0


def test_a_root_in_a_root():
    inner = sympy.sqrt(2 + sympy.sqrt(x))
    assert scalar_value(inner, {"x": 4.0}, FLOATING) == 2
    assert scalar_value(inner, {"x": 2}, FLOATING) == pytest.approx((2 + 2**0.5) ** 0.5, rel=1e-15)


@pytest.mark.parametrize("given", [Fraction(1, 3), 1 / 3])
def test_coefficients_with_roots_are_looked_at_without_sympy(given, monkeypatch):
    """Each example substituted by SymPy took 0.1 s, so that 500 examples took a minute."""
    design = shipped("noisy-retrieval").design
    scalars = {"alpha": given, "k": 4, "sigma": Fraction(1, 2)}
    at = instance(design, n=20, d=3, scalars=scalars)
    form = weighted(design).form

    def refused(*args, **kwargs):
        raise AssertionError("SymPy substitutes")

    monkeypatch.setattr(sympy.Basic, "subs", refused)
    assert undefined(at) is None
    if at.exact:
        rest = {name: value for name, value in at.scalars.items() if name != "n"}
        assert len(form.at(20, rest).minimise()) == 20


def test_what_is_no_power_has_a_value_in_floating_point_alone():
    assert scalar_value(sympy.exp(x), {"x": 1.0}, FLOATING) == pytest.approx(2.718281828459045)
    with pytest.raises(Irrational, match="no exact rational value"):
        scalar_value(sympy.exp(x), {"x": 1}, EXACT)
