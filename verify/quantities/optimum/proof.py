"""Proofs of an optimum by exact values, coordinate by coordinate, on a grid that is large enough.

A risk is a polynomial of known degree in the sizes, and where there are groups of examples in their
counts, so its values on a large enough grid of small integers determine it. They are computed by
:mod:`theory.risks.coordinates`, which knows nothing of words or of the moment engine. At the weight
in question the risk must take the value in question and its slope in every direction must vanish;
convexity along each direction is seen in passing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from itertools import product
from random import Random
from typing import Any

import flint
import sympy

from theory.algebra.definitions import expanded
from theory.algebra.spectral import NotSpectral
from theory.algebra.words import Letter
from theory.designs.defined_at import unsatisfied
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.designs.parameter import Parameter
from theory.designs.predictors import Predictor
from theory.errors import InputError, Irrational
from theory.optima.derivation import Derivation
from theory.optima.equivalence.assumptions import examples_are_alike
from theory.risks.claim import Claim
from theory.risks.coordinates import risk_along, risk_at
from theory.scalars.arithmetic import fraction
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.symbols import d, n
from verify.checks.on_trial import Compared, Grid, Node
from verify.counterexamples import Falsified, Incomparable
from verify.degrees import (
    Degrees,
    counted,
    degrees_in_n,
    risk_degrees,
    scalar_degrees,
    sizes_are_free,
)
from verify.instances import generic_instance, random_matrix
from verify.quantities.optimum.interpolated import risk_polynomial
from verify.settings import Settings

HEIGHT = 10**9
MOST = 60
"""Values of n beyond which a proof for all of them takes too long."""
IRRATIONAL = (ArithmeticError, Irrational, sympy.PolynomialError)
"""What is raised where a risk holds roots."""
LARGEST = 3
"""The largest d at which value and slope of a claim with covariances are looked at."""


@dataclass(frozen=True)
class Formulas:
    """An optimal weight and risk as formulas, derived or claimed."""

    design: Design
    predictor: Predictor
    claim: Claim
    derivation: Derivation
    regular: tuple[str, ...] = ()

    @property
    def weight(self) -> Letter:
        """The one d x d weight the risk is minimised in."""
        return self.derivation.plain.variable


def everywhere(subject: Formulas, settings: Settings) -> Grid | None:
    """The proof for all sizes at which the degrees are known; None where there is none."""
    design, plain = subject.design, subject.derivation.plain
    if not (design.examples or examples_are_alike(design).holds):
        return None
    if plain.multiple is None and not design.covariances:
        return None
    if plain.sums.entries or (design.examples and design.covariances):
        return None  # counts are interpolated where all matrices are multiples of I
    try:
        if design.covariances and cost(subject) > MOST:
            return None
        return proof(subject, settings)
    except (*IRRATIONAL, TypeError, NotSpectral, Incomparable, InputError):
        return None  # no polynomial, or an irrational one, or the claim has no value somewhere


def proof(subject: Formulas, settings: Settings) -> Grid:
    """Value and stationarity of an optimum, and the derived risk polynomial, exactly.

    Raises :class:`~verify.counterexamples.Falsified` where the claim is wrong at some size that is
    not on the grid, ZeroDivisionError where it has no value, and
    :class:`~verify.counterexamples.Incomparable`.
    """
    check = _matrices if subject.design.covariances else _scalars
    return check(subject, Random(settings.seed))


def _scalars(subject: Formulas, random: Random) -> Grid:
    """Isotropic designs: the claimed weight is a multiple w of I, and no matrix occurs."""
    design, counts = subject.design, counted(subject.design)
    drawn = generic_instance(design, 1, 1, random, HEIGHT)
    scalars = {
        p.name: fraction(drawn.scalars[p.name]) for p in design.parameters if p.symbol not in counts
    }
    found = risk_polynomial(design, subject.predictor, tuple(scalars.items()))
    table = {k: sympy.Rational(v.numerator, v.denominator) for k, v in scalars.items()}
    definitions = subject.claim.definitions
    full_weight = expanded(subject.claim.weight, definitions)
    full_risk = expanded(subject.claim.risk, definitions)
    weight, claimed = full_weight.subs(table), full_risk.subs(table)
    at_weight = found.constant + found.linear * weight + found.square * weight**2
    slope = found.linear + 2 * found.square * weight
    zero = sympy.Integer(0)
    equal = (
        _equal("slope at the weight in question", slope, zero, design),
        _equal("risk at the weight in question", at_weight, claimed, design),
    )
    points = (
        instance(design, n=count, d=size, scalars=scalars | table)
        for count, size in product(*(range(1, most + 2) for most in found.degrees))
        for table in _counts_at(design, count, size)
    )
    nodes = judged(
        [
            Node("all sizes", equal),
            *(Node(at, tuple(_every_direction(subject, at, random))) for at in points),
        ]
    )
    every = ", ".join(["n", *map(str, counts), "d"])
    said = f"proved for all {every}: grid of degrees {found.degrees[0]} and {found.degrees[1]}"
    error = Fraction(0)
    if scalars:
        # The residuals, cleared of denominators, as polynomials in the parameters.
        names = [sympy.Symbol(k) for k in scalars]
        own = scalar_degrees(subject.design, subject.predictor).parameters
        degree = own + 2 * _degree(full_weight, names) + _degree(full_risk, names)
        error = Fraction(degree, HEIGHT)
        said += f"; established for all {', '.join(scalars)}"
    data = {
        "evaluations": len(found.points),
        "degrees": {"n": found.degrees[0], "d": found.degrees[1]},
        "scalars": {k: str(v) for k, v in scalars.items()},
    }
    return Grid("all sizes", nodes, said, error, data)


def judged(nodes: Iterable[Node]) -> list[Node]:
    """Nodes that agree; raises :class:`~verify.counterexamples.Falsified` at one that does not."""
    found = []
    for node in nodes:
        node.judge()
        found.append(node)
    return found


def _degree(expr: sympy.Expr, names: list[sympy.Symbol]) -> int:
    """The larger total degree of numerator and denominator."""
    return max(
        int(sympy.Poly(part, *names).total_degree()) for part in sympy.fraction(cancelled(expr))
    )


def _counts_at(design: Design, count: int, size: int) -> Iterator[dict[str, Fraction]]:
    """Values of the parameters that count examples: at the ends of their ranges, and between.

    Those at which a group has no whole number of examples are left out.
    """
    seen = []
    for share in map(Fraction, ("0", "1/2", "1")):
        found = _count_at(design, count, size, share)
        if found is not None and found not in seen:
            seen.append(found)
            yield found


@cache
def _count_at(design: Design, count: int, size: int, share: Fraction) -> dict[str, Fraction] | None:
    """The same at one share of the way; every claim about a design, and every slip, asks again."""
    names = set(map(str, counted(design)))
    values = design.scalars(count, size, partial(Parameter.at, share=share, step=share))
    at = instance(design, n=count, d=size, scalars=values)
    return {k: v for k, v in values.items() if k in names} if unsatisfied(at) is None else None


def _equal(what: str, exact: sympy.Expr, claimed: sympy.Expr, design: Design) -> Compared:
    """Two rational functions of sizes and counts, equal or compared where they are not."""
    gap = exact - claimed
    if is_zero(gap):
        return Compared(what, "all sizes", exact, claimed, agree=True)
    sizes = sorted(((a, b) for a in range(1, 30) for b in range(1, 30)), key=sum)
    for count, size in sizes:
        for counts in _counts_at(design, count, size):
            here = {n: count, d: size, **{sympy.Symbol(k): v for k, v in counts.items()}}
            if gap.subs(here) != 0:
                values = exact.subs(here), claimed.subs(here)
                at = ", ".join(f"{symbol} = {value}" for symbol, value in here.items())
                return Compared(f"the {what} is wrong", at, *values)
    raise Incomparable(f"the {what} is not visibly right, nor wrong at sizes below 30")


def _every_direction(subject: Formulas, at: Instance, random: Random) -> Iterator[Compared]:
    """At small sizes, random weights and directions as well as multiples of the identity.

    At the others flips and permutations of the coordinates make the slope a multiple of I.
    """
    if at.n * at.d > 6:
        return
    yield _polynomial(subject, at, random_matrix(random, at.d, HEIGHT))
    name = subject.weight.name
    weight = {name: subject.claim.weight_at(at)}
    direction = {name: random_matrix(random, at.d, HEIGHT)}
    yield from _line(subject, at, risk_along(subject.predictor, weight, direction, at))


def _line(subject: Formulas, at: Instance, line: tuple[Any, ...]) -> Iterator[Compared]:
    value, slope, curvature = (*line, 0, 0)[:3]
    yield Compared("the slope at the claimed weight is not zero", at, 0, slope)
    yield Compared("the risk is not strictly convex", at, "> 0", curvature, curvature > 0)
    what = "the risk at the claimed weight is not the claimed risk"
    yield Compared(what, at, value, subject.claim.risk_at(at))


def _matrices(subject: Formulas, random: Random) -> Grid:
    """Designs with covariances: random rational matrices, all n by interpolation."""
    whitened = subject.regular[0] if subject.regular else None
    bound = risk_degrees(subject.design, subject.predictor, whitened)
    sizes = range(1, min(bound.matrices, LARGEST) + 1)
    everywhere = _settles_all_d(subject)
    nodes = judged(_polynomials(subject, random, bound))
    evaluations = 0
    worst = Fraction(0)
    for size in sizes:
        needed, degree = _needed(subject, size, bound)
        worst = max(worst, Fraction(degree, 2 * HEIGHT + 1))
        at = generic_instance(subject.design, 1, size, random, HEIGHT)
        direction = {subject.weight.name: random_matrix(random, size, HEIGHT)}
        examples = range(1, bound.n + 2)
        for count in range(1, needed + 1):
            here = at.with_examples(count)
            weight = {subject.weight.name: subject.claim.weight_at(here)}
            lines = [
                risk_along(subject.predictor, weight, direction, at.with_examples(k))
                for k in examples
            ]
            evaluations += len(lines)
            line = (_lagrange(examples, column, count) for column in zip(*lines, strict=True))
            nodes += judged([Node(here, tuple(_line(subject, here, tuple(line))))])
    shown, below = ", ".join(map(str, sizes)), ", ".join(map(str, range(1, bound.matrices + 1)))
    return Grid(
        "all sizes",
        nodes,
        f"value and slope for all n at d = {shown}; the risk polynomial at all n and "
        f"{'all d' if everywhere else f'd = {below}'}; established for all matrices",
        worst,
        {
            "evaluations": evaluations,
            "sizes": list(sizes),
            "degrees": {"n": bound.n, "matrices": bound.matrices},
            "height": HEIGHT,
        },
    )


def _settles_all_d(subject: Formulas) -> bool:
    """Whether the derived risk polynomial is settled for all d by its values at several.

    Trace identities of d x d matrices begin at degree d + 1, so a polynomial of degree k in the
    matrices (after whitening) that vanishes generically at d = k is zero, provided its coefficients
    cannot depend on d.
    """
    terms = subject.derivation.plain.polynomial.terms
    everywhere = bool(subject.regular) and sizes_are_free(subject.design)
    if everywhere and any(c.has(d) for c in terms.values()):
        raise Falsified("the derived risk polynomial depends on d", "all sizes", "-", "-")
    return everywhere


def _polynomials(subject: Formulas, random: Random, bound: Degrees) -> Iterator[Node]:
    """The derived risk polynomial at random weights, enough n for its degree, several d."""
    for size in range(1, bound.matrices + 1):
        at = generic_instance(subject.design, 1, size, random, HEIGHT)
        weight = random_matrix(random, size, HEIGHT)
        for count in range(1, bound.n + 2):
            here = at.with_examples(count)
            yield Node(here, (_polynomial(subject, here, weight),))


def _polynomial(subject: Formulas, at: Instance, weight: flint.fmpq_mat) -> Compared:
    """The derived risk polynomial against the coordinates, at one weight."""
    exact = risk_at(subject.predictor, {subject.weight.name: weight}, at)
    derived = subject.derivation.plain.risk_of(weight, at)
    return Compared("the derived risk polynomial is wrong", at, exact, derived)


def _lagrange(nodes: range, values: tuple[Any, ...], at: int) -> Any:
    total = flint.fmpq(0)
    for k, value in zip(nodes, values, strict=True):
        for other in nodes:
            if other != k:
                value = value * flint.fmpq(at - other, k - other)
        total += value
    return total


def cost(subject: Formulas) -> int:
    """How many values of n a proof for all of them looks at, at the largest size d.

    Raises TypeError where the degrees are not known.
    """
    whitened = subject.regular[0] if subject.regular else None
    bound = risk_degrees(subject.design, subject.predictor, whitened)
    return _needed(subject, min(bound.matrices, LARGEST), bound)[0]


def _needed(subject: Formulas, size: int, bound: Degrees) -> tuple[int, int]:
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
