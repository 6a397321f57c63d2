"""What the trial of a claim to leading order says besides its verdict."""

from fractions import Fraction
from random import Random

import pytest
import sympy

import theory
from tests.verify.changed_claims import changed, right, with_polynomial
from tests.verify.command_line import call, refused
from theory.designs.predictors import pgd
from theory.language.gallery.designs import independent
from theory.records.leading_order import LimitStatement
from theory.risks.coordinates import risk_along
from theory.scalars.rational import value_at
from theory.scalars.symbols import d, n
from verify.checks import controls, derivation, interpolation, properties
from verify.instances import random_instance, random_matrix
from verify.judge.limits import apart
from verify.outcome.verdict import Verdict
from verify.quantities.optimum.interpolated import risk_polynomial
from verify.settings import Level, Settings

QUICK = Settings(Level.QUICK)
LIMITS = [r for r in theory.statements() if isinstance(r, LimitStatement)]
by_id = pytest.mark.parametrize("record", LIMITS, ids=lambda record: record.id)


def test_where_the_claim_ends_is_said():
    finding = controls.examine(right("theorem2"), QUICK)
    assert finding.verdict is Verdict.HOLDS
    (broken,) = finding.data["breaks"]
    assert broken["seen"] and broken["name"] == "alpha fixed while d grows, for the risk"
    assert broken["claimed"] != broken["exact"] and broken["exact"] in finding.summary


def test_a_wrong_exact_optimum_is_refuted_without_the_engine():
    wrong = with_polynomial(right("theorem2"), lambda c, linear, square: c + linear + 2 * square)
    for witness in (interpolation, properties):
        finding = witness.examine(wrong, QUICK)
        assert finding.verdict is Verdict.REFUTED, finding


def test_forms_that_cannot_be_compared_are_not_refuted():
    """kappa written with a root of a square: equal in value, not visibly in form."""
    odd = changed("theorem2", kappa="sqrt((alpha^2*d + 1)^2)")
    assert derivation.examine(odd, QUICK).verdict is not Verdict.REFUTED


def test_a_table_of_exact_and_claimed_risk_is_shown_without_being_asked():
    finding = derivation.examine(right("theorem2"), QUICK)
    errors = []
    for row in finding.data["table"]:
        at = {k: int(v) if k in "nd" else float(v) for k, v in row["at"].items()}
        found = theory.statement("theorem2").evaluate(**at)
        assert (row["exact"], row["claimed"]) == pytest.approx(
            (found.risk, found.claimed), rel=1e-3
        )
        errors.append(abs(row["error"]))
    assert errors == sorted(errors, reverse=True) and errors[-1] < errors[0] / 50


def test_numbers_that_are_asked_about_are_shown():
    numbers = ("n=40", "d=20", "alpha=2/5", "sigma=0")
    options = [part for number in numbers for part in ("--set", number)]
    code, out, _ = call("theorem2", "--level", "quick", *options)
    assert code == 0 and "risk, relative error: -26.1 %" in out and "319700/111033" in out
    assert "--set gives numbers to claims about one design" in refused("lemma5", *options)
    assert "d, alpha, sigma are missing" in refused("theorem3", *options[:2])


@by_id
def test_printed_limits_are_those_of_interpolated_risks(record):
    """The leading term of the risk and the effective sample size, without the moment engine."""
    constants = next(apart(record.regime))
    here = {**constants, d: sympy.Integer(10**12)}
    at = {s: v.subs(here) for s, v in record.regime.substitution} | {d: here[d]}
    for design in record.designs:
        variant = record.variant(design)
        polynomial = risk_polynomial(design, pgd, scalars(design, at))
        least = value_at(polynomial.risk, {n: at[n], d: at[d]})
        leading = variant.risk.exact.expression.subs(here)
        assert abs(leading / least - 1) < sympy.Rational(1, 10**6)
        alike = independent.isotropic()
        reference = risk_polynomial(alike, pgd, scalars(alike, at))
        as_many = value_at(variant.sample_size, at)
        ours = least / value_at(polynomial.constant, {n: at[n], d: at[d]})
        theirs = value_at(reference.risk, {n: as_many, d: at[d]})
        assert ours == theirs / value_at(reference.constant, {n: at[n], d: at[d]})


def scalars(design, at):
    return tuple((p.name, fraction(at[p.symbol])) for p in design.parameters)


def fraction(value):
    return Fraction(int(value.p), int(value.q))


@by_id
def test_the_optimum_for_any_covariances_is_that_of_coordinates(record):
    random = Random(0)
    optimum = theory.Derived.of(record.general).derivation.plain
    for count, size in ((1, 2), (2, 2)):
        at = random_instance(record.general, count, size, random, 3)
        while any(m.det() == 0 for m in at.matrices.values()):
            at = random_instance(record.general, count, size, random, 3)
        weight, risk = optimum.at(at)
        direction = {"W": random_matrix(random, size, 9)}
        line = risk_along(pgd, {"W": weight}, direction, at)
        assert line[0] == risk and line[1] == 0
        _, least = optimum.at(at.floating)
        assert least == pytest.approx(float(risk), rel=1e-9)


def test_values_of_constants_that_look_alike_are_not_the_first_that_are_tried():
    for record in LIMITS:
        values = list(next(apart(record.regime)).values())
        assert len({*values, 1}) == len(values) + 1
