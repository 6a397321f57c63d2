"""Witness: exact values, coordinate by coordinate, on a grid large enough to be a proof.

A risk is a polynomial in the sizes of known degree, so its values on a large enough grid of small
integers determine it. They are computed by :mod:`theory.coordinates`, which knows nothing of words
or of the moment engine. At the claimed weight the risk must take the claimed value and its slope in
every direction must vanish; convexity along each direction is seen in passing.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import flint
import sympy

from theory.arithmetic import EXACT, fraction
from theory.coordinates import risk_along, risk_at
from theory.instance import Instance, instance
from theory.values import trace_value
from theory.words import d, n
from verify.comparison import expanded
from verify.degrees import Degrees, degrees_in_n, risk_degrees, sizes_are_free
from verify.instances import random_instance, random_matrix
from verify.settings import Settings
from verify.subject import Subject
from verify.verdict import Finding, Verdict

NAME = "interpolation"
HEIGHT = 10**9


class _Refuted(Exception):
    def __init__(self, what: str, at: str, exact: Any, claimed: Any):
        super().__init__(what)
        self.data = {
            "counterexample": {
                "what": what,
                "at": at,
                "exact": str(exact),
                "claimed": str(claimed),
            }
        }


def examine(subject: Subject, settings: Settings) -> Finding:
    """Check value and stationarity of the claim, and the derived risk polynomial, exactly."""
    check = _matrices if subject.design.covariances else _scalars
    try:
        return check(subject, Random(settings.seed))
    except ZeroDivisionError:
        return Finding(
            NAME,
            Verdict.REFUTED,
            "the claim is undefined at a size where the optimum exists",
            examined=1,
            data={"counterexample": {"what": "undefined", "at": "-", "exact": "-", "claimed": "-"}},
        )
    except _Refuted as found:
        at = found.data["counterexample"]["at"]
        return Finding(NAME, Verdict.REFUTED, f"{found} at {at}", examined=1, data=found.data)


def _scalars(subject: Subject, random: Random) -> Finding:
    """Isotropic designs: the claimed weight is a multiple w of I, and no matrix occurs."""
    bound = risk_degrees(subject.design, subject.predictor)
    name = subject.weight.name
    drawn = random_instance(subject.design, 1, 1, random, HEIGHT)
    scalars = {p.name: fraction(drawn.scalars[p.name]) for p in subject.design.parameters}
    values: dict[tuple[int, int], tuple[Any, ...]] = {}
    for count in range(1, bound.n + 2):
        for size in range(1, bound.d + 2):
            at = instance(subject.design, n=count, d=size, scalars=scalars)
            zero, one = at.arithmetic.identity(size) * 0, at.arithmetic.identity(size)
            line = risk_along(subject.predictor, {name: zero}, {name: one}, at)
            values[count, size] = line
            _every_direction(subject, at, random)
    constant, linear, quadratic = (
        _through({point: line[k] for point, line in values.items()}, bound) for k in range(3)
    )
    table = {k: sympy.Rational(v.numerator, v.denominator) for k, v in scalars.items()}
    definitions = subject.claim.definitions
    weight = expanded(subject.claim.weight, definitions).subs(table)
    claimed = expanded(subject.claim.risk, definitions).subs(table)
    _equal("slope at the claimed weight", linear + 2 * quadratic * weight, sympy.Integer(0))
    _equal(
        "risk at the claimed weight", constant + linear * weight + quadratic * weight**2, claimed
    )
    said = f"proved for all n, d: {len(values)} grid points, degrees {bound.n} and {bound.d}"
    if scalars:
        said += f", with {', '.join(scalars)} drawn at random from integers up to {HEIGHT:.0e}"
    return Finding(
        NAME,
        Verdict.HOLDS,
        said,
        examined=len(values),
        data={
            "points": len(values),
            "degrees": {"n": bound.n, "d": bound.d},
            "scalars": {k: str(v) for k, v in scalars.items()},
        },
    )


def _equal(what: str, exact: sympy.Expr, claimed: sympy.Expr) -> None:
    """Two rational functions of n and d, or a small size at which they differ."""
    gap = sympy.cancel(exact - claimed)
    if gap == 0:
        return
    sizes = sorted(((a, b) for a in range(1, 30) for b in range(1, 30)), key=sum)
    for count, size in sizes:
        here = {n: count, d: size}
        if gap.subs(here) != 0:
            found = f"n = {count}, d = {size}"
            raise _Refuted(f"the {what} is wrong", found, exact.subs(here), claimed.subs(here))
    raise _Refuted(f"the {what} is wrong", "large sizes", exact, claimed)


def _every_direction(subject: Subject, at: Instance, random: Random) -> None:
    """At small sizes, random weights and directions as well as multiples of the identity.

    At the others flips and permutations of the coordinates make the slope a multiple of I.
    """
    if at.n * at.d > 6:
        return
    _compare(subject, at, random_matrix(random, at.d, HEIGHT))
    name = subject.weight.name
    weight = {name: subject.claim.weight_at(at)}
    direction = {name: random_matrix(random, at.d, HEIGHT)}
    line = risk_along(subject.predictor, weight, direction, at)
    _judge(subject, at, line)


def _judge(subject: Subject, at: Instance, line: tuple[Any, ...]) -> None:
    value, slope, curvature = (*line, 0, 0)[:3]
    if slope != 0:
        raise _Refuted("the slope at the claimed weight is not zero", str(at), 0, slope)
    if not curvature > 0:
        raise _Refuted("the risk is not strictly convex", str(at), "> 0", curvature)
    claimed = subject.claim.risk_at(at)
    if value != claimed:
        what = "the risk at the claimed weight is not the claimed risk"
        raise _Refuted(what, str(at), value, claimed)


def _through(values: dict[tuple[int, int], Any], bound: Degrees) -> sympy.Expr:
    """The polynomial of degrees (bound.n, bound.d) through values on the full grid."""
    total = sympy.Integer(0)
    for (count, size), value in values.items():
        basis = sympy.Rational(int(value.p), int(value.q))
        for k in range(1, bound.n + 2):
            basis *= sympy.Rational(1, count - k) * (n - k) if k != count else 1
        for k in range(1, bound.d + 2):
            basis *= sympy.Rational(1, size - k) * (d - k) if k != size else 1
        total += basis
    return sympy.expand(total)


def _matrices(subject: Subject, random: Random) -> Finding:
    """Designs with covariances: random rational matrices, all n by interpolation."""
    whitened = subject.regular[0] if subject.regular else None
    bound = risk_degrees(subject.design, subject.predictor, whitened)
    sizes = range(1, bound.matrices + 1)
    everywhere = _polynomial(subject, random, bound)
    points = evaluations = 0
    worst = Fraction(0)
    for size in sizes:
        needed, degree = _needed(subject, size, bound)
        worst = max(worst, Fraction(degree, 2 * HEIGHT + 1))
        at = random_instance(subject.design, 1, size, random, HEIGHT)
        direction = {subject.weight.name: random_matrix(random, size, HEIGHT)}
        nodes = range(1, bound.n + 2)
        for count in range(1, needed + 1):
            here = at.with_examples(count)
            try:
                weight = {subject.weight.name: subject.claim.weight_at(here)}
            except ZeroDivisionError:
                raise _Refuted("the claimed weight is undefined", str(here), "-", "-") from None
            lines = [
                risk_along(subject.predictor, weight, direction, at.with_examples(k)) for k in nodes
            ]
            evaluations += len(lines)
            line = (_lagrange(nodes, column, count) for column in zip(*lines, strict=True))
            _judge(subject, here, tuple(line))
            points += 1
    shown = ", ".join(map(str, sizes))
    return Finding(
        NAME,
        Verdict.HOLDS,
        f"value and slope of the claim exact at {points} points: all n at d = {shown}; the risk "
        f"polynomial at all n and {'all d' if everywhere else f'd = {shown}'}; established for all "
        f"matrices up to a probability of error of {float(worst):.0e}",
        examined=points,
        data={
            "points": points,
            "evaluations": evaluations,
            "sizes": list(sizes),
            "degrees": {"n": bound.n, "matrices": bound.matrices},
            "height": HEIGHT,
            "error_probability": str(worst),
        },
    )


def _polynomial(subject: Subject, random: Random, bound: Degrees) -> bool:
    """The derived risk polynomial at random weights, enough n for its degree, several d.

    Returns whether that settles all d. Trace identities of d x d matrices begin at degree d + 1,
    so a polynomial of degree k in the matrices (after whitening) that vanishes generically at
    d = k is zero, provided its coefficients cannot depend on d.
    """
    polynomial = subject.derivation.plain.polynomial
    everywhere = bool(subject.regular) and sizes_are_free(subject.design)
    if everywhere and any(c.has(d) for c in polynomial.terms.values()):
        raise _Refuted("the derived risk polynomial depends on d", "all sizes", "-", polynomial)
    for size in range(1, bound.matrices + 1):
        at = random_instance(subject.design, 1, size, random, HEIGHT)
        weight = random_matrix(random, size, HEIGHT)
        for count in range(1, bound.n + 2):
            _compare(subject, at.with_examples(count), weight)
    return everywhere


def _compare(subject: Subject, at: Instance, weight: flint.fmpq_mat) -> None:
    """The derived risk polynomial against the coordinates, at one weight."""
    inside = {subject.weight.name: weight}
    exact = risk_at(subject.predictor, inside, at)
    polynomial = subject.derivation.plain.polynomial
    derived = trace_value(polynomial, at.scalars, {**at.matrices, **inside}, EXACT)
    if exact != derived:
        raise _Refuted("the derived risk polynomial is wrong", str(at), exact, derived)


def _lagrange(nodes: range, values: tuple[Any, ...], at: int) -> Any:
    total = flint.fmpq(0)
    for k, value in zip(nodes, values, strict=True):
        for other in nodes:
            if other != k:
                value = value * flint.fmpq(at - other, k - other)
        total += value
    return total


def _needed(subject: Subject, size: int, bound: Degrees) -> tuple[int, int]:
    """How many values of n decide the claim for all n, and the degree in the matrices' entries.

    With the claimed weight P/Q and the claimed risk R/S, the residuals times Q^2 S are polynomials.
    """
    claim = subject.claim
    weight_top, weight_bottom = degrees_in_n(claim.weight, claim.definitions, size)
    risk_top, risk_bottom = degrees_in_n(claim.risk, claim.definitions, size)
    degree = max(
        bound.n + 2 * max(weight_top, weight_bottom) + risk_bottom, risk_top + 2 * weight_bottom
    )
    # Sigma and M have degree at most 12 in the entries drawn (roots A A' twice, and a square in
    # between), an inverse root 4 d more on either side, and the risk one root per Gaussian.
    entry = 12 * size + 8 * size
    return degree + 1, 4 * bound.gaussians + 2 * entry + 12 * size
