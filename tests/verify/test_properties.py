"""Each property alone, before a claim that it and no other has to catch."""

from dataclasses import replace

import pytest
import sympy
from hypothesis import reject
from sympy import Identity, MatrixSymbol

import theory
from theory.scalars.symbols import d, n
from verify.optimum import properties
from verify.optimum.subject import Subject
from verify.settings import Level, Settings
from verify.verdict import Verdict

QUICK = Settings(Level.QUICK)
ALL = dict(properties.PROPERTIES)
SUBJECT = Subject.of(theory.statement("theorem1"))
CLAIM = SUBJECT.claim
sigma = sympy.Symbol("sigma")
Sigma_x, Sigma_beta = (MatrixSymbol(name, d, d) for name in ("Sigma_x", "Sigma_beta"))


def alone(name, monkeypatch, subject):
    monkeypatch.setattr(properties, "PROPERTIES", {name: ALL[name]})
    return properties.examine(subject, QUICK)


def with_polynomial(change):
    plain = SUBJECT.derivation.plain
    parts = [plain.polynomial.part(k, plain.variable) for k in range(3)]
    return replace(
        SUBJECT,
        derivation=replace(SUBJECT.derivation, plain=replace(plain, polynomial=change(*parts))),
    )


WRONG = {
    "value": replace(SUBJECT, claim=replace(CLAIM, risk=CLAIM.risk + 1)),
    "optimality": replace(SUBJECT, claim=replace(CLAIM, weight=CLAIM.weight * 2)),
    "scaling": replace(SUBJECT, claim=replace(CLAIM, risk=CLAIM.risk + sigma)),
    "bounds": replace(SUBJECT, claim=replace(CLAIM, risk=CLAIM.risk - sigma**2 - d)),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_property_refutes_its_own_slip(name, monkeypatch):
    assert alone(name, monkeypatch, SUBJECT).verdict is Verdict.HOLDS
    assert alone(name, monkeypatch, WRONG[name]).verdict is Verdict.REFUTED


def test_optimality_sees_a_maximum(monkeypatch):
    """Stationary, but the curvature has the wrong sign."""
    upside_down = with_polynomial(lambda c, linear, quadratic: c - linear - quadratic)
    found = alone("optimality", monkeypatch, upside_down)
    assert found.verdict is Verdict.REFUTED and "does at least as well" in found.summary


def test_optimality_sees_a_slope_that_is_too_small_to_see_in_values(monkeypatch):
    """A weight so near that every drawn step still costs more: only the difference tells."""
    near = replace(CLAIM, weight=CLAIM.weight * (1 + sympy.Rational(1, 10**30)))
    found = alone("optimality", monkeypatch, replace(SUBJECT, claim=near))
    assert found.verdict is Verdict.REFUTED and "slope" in found.summary


def test_bounds_see_a_risk_that_grows_with_n(monkeypatch):
    noise = replace(CLAIM, risk=CLAIM.risk + sympy.Rational(1, 10**6) * (1 - 1 / n))
    found = alone("bounds", monkeypatch, replace(SUBJECT, claim=noise))
    assert found.verdict is Verdict.REFUTED


def test_rotation_sees_a_weight_tied_to_the_coordinates(monkeypatch):
    """Diagonal matrices of the wrong kind: a fixed matrix that does not turn."""
    fixed = replace(SUBJECT, claim=TiedToCoordinates(CLAIM.weight, CLAIM.risk, CLAIM.definitions))
    assert alone("rotation", monkeypatch, fixed).verdict is Verdict.REFUTED
    assert alone("value", monkeypatch, SUBJECT).verdict is Verdict.HOLDS


class TiedToCoordinates(type(CLAIM)):
    """The claimed weight plus its own diagonal part."""

    def weight_at(self, instance):
        weight = super().weight_at(instance)
        out = weight * 1
        for k in range(weight.nrows()):
            out[k, k] = (k + 2) * weight[k, k]
        return out


def test_scaling_sees_a_weight_in_units_of_the_label(monkeypatch):
    tied = replace(CLAIM, weight=CLAIM.weight * (1 + sigma) + 0 * Identity(d))
    assert alone("scaling", monkeypatch, replace(SUBJECT, claim=tied)).verdict is Verdict.REFUTED


def test_a_property_that_reached_nothing_leaves_it_undecided(monkeypatch):
    def unreachable(subject, at, data):
        reject()

    monkeypatch.setattr(
        properties,
        "PROPERTIES",
        {"value": properties.PROPERTIES["value"], "idle": properties.Property(unreachable)},
    )
    found = properties.examine(SUBJECT, QUICK)
    assert found.verdict is Verdict.UNDECIDED and "no example reached idle" in found.summary
