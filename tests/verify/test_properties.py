"""Each property alone, before a claim that it and no other has to catch."""

from collections import Counter

import pytest
from hypothesis import strategies as st

from tests.verify.changed_claims import changed, right, with_polynomial
from verify.checks import properties
from verify.checks.on_trial import Compared, Property
from verify.outcome.verdict import Verdict
from verify.quantities.optimum.claimed import ClaimedOptimum
from verify.settings import Level, Settings

QUICK = Settings(Level.QUICK, shrink=False)
WEIGHT = "Sigma_x^(-1/2)*((n + 1)*I + M*Sigma^-1)^-1*Sigma_x^(-1/2)"
RISK = "M - n*tr(Sigma*((n + 1)*I + M*Sigma^-1)^-1)"


@pytest.fixture
def fewer_instances():
    """None are left out here: alone, a property may need them all to refute its slip."""


def alone(name, subject):
    """What a property sees where there is no other."""
    return properties.search({name: subject.properties(QUICK)[name]}, QUICK)


WRONG = {
    "value": {"risk": f"{RISK} + 1"},
    "optimality": {"weight": f"2*{WEIGHT}"},
    "scaling": {"risk": f"{RISK} + sigma"},
    "bounds": {"risk": f"{RISK} - sigma^2 - d"},
    "examples": {"risk": f"{RISK} + 0.000001*(1 - 1/n)"},
}


def test_bounds_see_a_risk_below_the_noise_of_the_label():
    below = changed("theorem1", risk="sigma^2/2")
    assert alone("bounds", below).verdict is Verdict.REFUTED
    floor = changed("theorem1", risk="sigma^2")
    assert alone("bounds", floor).verdict is Verdict.HOLDS


@pytest.mark.parametrize("name", WRONG)
def test_each_property_refutes_its_own_slip(name):
    assert alone(name, right("theorem1")).verdict is Verdict.HOLDS
    wrong = changed("theorem1", **WRONG[name])
    assert alone(name, wrong).verdict is Verdict.REFUTED


def test_optimality_sees_a_maximum():
    """Stationary, but the curvature has the wrong sign."""
    upside_down = with_polynomial(right("theorem1"), lambda c, linear, square: c - linear - square)
    found = alone("optimality", upside_down)
    assert found.verdict is Verdict.REFUTED and "another weight does better" in found.summary


def test_optimality_sees_a_slope_that_is_too_small_to_see_in_values():
    """A weight so near that every drawn step still costs more: only the difference tells."""
    near = changed("theorem1", weight=f"1.{'0' * 27}1*{WEIGHT}")
    found = alone("optimality", near)
    assert found.verdict is Verdict.REFUTED and "slope" in found.summary


class TiedToCoordinates(ClaimedOptimum):
    """The claimed weight plus its own diagonal part."""

    def weight_at(self, at):
        weight = super().weight_at(at)
        out = weight * 1
        for k in range(weight.nrows()):
            out[k, k] = (k + 2) * weight[k, k]
        return out


def test_rotation_sees_a_weight_tied_to_the_coordinates():
    """Diagonal matrices of the wrong kind: a fixed matrix that does not turn."""
    subject = right("theorem1")
    assert alone("rotation", subject).verdict is Verdict.HOLDS
    tied = TiedToCoordinates(subject.record)
    assert alone("rotation", tied).verdict is Verdict.REFUTED


def test_scaling_sees_a_weight_in_units_of_the_label():
    tied = changed("theorem1", weight=f"(1 + sigma)*{WEIGHT}")
    assert alone("scaling", tied).verdict is Verdict.REFUTED


def test_a_property_that_reached_nothing_leaves_it_undecided():
    def unreachable(at, data):
        return iter(())

    whole = right("theorem1").properties(QUICK)
    idle = whole["value"]._replace(compared=unreachable)
    found = properties.search({"value": whole["value"], "idle": idle}, QUICK)
    assert found.verdict is Verdict.UNDECIDED and "no example reached idle" in found.summary


def counting(looked):
    """Two properties of the same digits, which count what they compare; one is of even ones."""

    def small(digit, data):
        looked["small"] += 1
        yield Compared("too large", digit, 9, digit, digit <= 9)

    def even(digit, data):
        if digit % 2 == 0:
            looked["even"] += 1
            yield Compared("odd", digit, digit, digit)

    places = st.integers(0, 9)
    return {"small": Property(places, small), "even": Property(places, even)}


def test_what_it_examined_is_what_it_compared():
    looked = Counter()
    found = properties.search(counting(looked), QUICK)
    assert 0 < looked["even"] < looked["small"]
    assert found.data["examples"] == looked and found.examined == looked.total()
    assert found.summary == f"small, even: exact on {looked['small']} drawn instances"


def test_a_failure_is_among_what_it_examined():
    looked = Counter()

    def wrong(digit, data):
        looked["wrong"] += 1
        yield Compared("never", digit, 0, 1)

    found = properties.search({"wrong": Property(st.integers(0, 9), wrong)}, QUICK)
    assert found.verdict is Verdict.REFUTED and found.examined == looked["wrong"] > 0


def test_what_is_drawn_does_not_depend_on_source(monkeypatch):
    """Numbers in the source of what happens to be loaded are not looked for, nor drawn."""
    providers = pytest.importorskip("hypothesis.internal.conjecture.providers")

    def read(module):
        raise AssertionError(f"{module} was read")

    monkeypatch.setattr(providers, "constants_from_module", read)
    monkeypatch.setattr(providers, "_seen_modules", set())
    monkeypatch.setattr(providers, "_sys_modules_len", None)
    before = providers._get_local_constants
    many = {"any": Property(st.integers(), lambda k, data: [Compared("", k, k, k)])}
    assert properties.search(many, Settings()).verdict is Verdict.HOLDS
    assert providers._get_local_constants is before
    with pytest.raises(AssertionError, match="was read"):
        before()
