"""Optima and values of formulas at small instances, found without the engine and the judge.

An optimum comes from a few risks, each multiplied out coordinate by coordinate. A formula is
evaluated by Python itself, on numbers and matrices.
"""

import re
from fractions import Fraction
from itertools import combinations
from math import isqrt

import flint
import numpy as np
import sympy

from theory.designs.instance import instance
from theory.designs.predictors import pgd
from theory.language.gallery import shipped
from theory.risks.coordinates import risk_along

LARGEST_DENOMINATOR = 60


def rational_root(rows):
    """The symmetric square root of a covariance, which has to be rational."""
    matrix = np.array([[float(Fraction(v)) for v in row] for row in rows])
    values, vectors = np.linalg.eigh(matrix)
    near = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    root = [[Fraction(v).limit_denominator(LARGEST_DENOMINATOR) for v in row] for row in near]
    square = _matrix(root) * _matrix(root)
    assert square == _matrix([[Fraction(v) for v in row] for row in rows]), rows
    return root


def rebuilt(design, sizes):
    """The instance that ``sizes`` of a counterexample describe."""
    roots = {name: _matrix(rational_root(sizes[name])) for name in design.covariances}
    scalars = {p.name: Fraction(sizes[p.name]) for p in design.parameters}
    return instance(design, n=sizes["n"], d=sizes["d"], scalars=scalars, roots=roots)


def optimum(name, sizes):
    """Least risk of a design that ships, and the weight that has it, from a few risks alone.

    A risk is a quadratic function of the entries of the weight: along lines through zero it shows
    all of its coefficients. The weight is one for the convention of the design file.
    """
    file = shipped(name)
    at = rebuilt(file.design, sizes)
    units = [(r, c) for r in range(at.d) for c in range(at.d)]
    zero = flint.fmpq_mat(at.d, at.d)

    def along(*places):
        direction = flint.fmpq_mat(at.d, at.d)
        for place in places:
            direction[place] = 1
        risk = (*risk_along(pgd, {"W": zero}, {"W": direction}, at), 0, 0)
        assert not any(risk[3:])
        return risk[:3]

    count = len(units)
    system, right = flint.fmpq_mat(count, count), flint.fmpq_mat(count, 1)
    for k, unit in enumerate(units):
        start, slope, curvature = along(unit)
        system[k, k], right[k, 0] = 2 * curvature, -slope
    for j, k in combinations(range(count), 2):
        both = along(units[j], units[k])[2]
        system[j, k] = system[k, j] = both - (system[j, j] + system[k, k]) / 2
    entries = system.solve(right)
    gain = sum((right[k, 0] * entries[k, 0] for k in range(count)), flint.fmpq(0)) / 2
    known = {sympy.Symbol(k): sympy.Rational(str(v)) for k, v in at.scalars.items()}
    scale = flint.fmpq(*_parts(Fraction(str(file.scale.xreplace(known)))))
    return start - gain, flint.fmpq_mat(at.d, at.d, entries.entries()) * (1 / scale)


def value(name, formula, sizes):
    """A formula at an instance: a Fraction, a SymPy number where it is irrational, or a matrix."""
    at = rebuilt(shipped(name).design, sizes)
    names = {k: Fraction(str(v)) for k, v in at.scalars.items()}
    names |= {k: _Matrix(at.matrices[k], at.roots[k]) for k in at.design.covariances}
    one = multiple(1, at.d) if at.design.covariances else None
    names |= {"I": _Matrix(one, one), "tr": _Matrix.trace, "sqrt": _root, "number": Fraction}
    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r"number('\1')", formula.replace("^", "**"))
    found = eval(text, {"__builtins__": {}}, names)
    return found.entries if isinstance(found, _Matrix) else found


def multiple(factor, size):
    """A multiple of the identity."""
    entry = flint.fmpq(*_parts(factor))
    return flint.fmpq_mat([[entry if r == c else 0 for c in range(size)] for r in range(size)])


def same(shown, expected):
    """Whether a number or matrix as a report writes it is the expected one."""
    if isinstance(expected, flint.fmpq_mat):
        if shown.startswith("[["):
            rows = [row.split(", ") for row in shown.strip("[]").split("], [")]
            return _matrix([[Fraction(v) for v in row] for row in rows]) == expected
        return multiple(Fraction(shown), expected.nrows()) == expected
    if isinstance(expected, sympy.Expr):
        return bool(sympy.simplify(sympy.sympify(shown, rational=True) - expected) == 0)
    return Fraction(shown) == Fraction(str(expected))


class _Matrix:
    """A square matrix with the operators of the grammar of formulas."""

    def __init__(self, entries, root=None):
        self.entries, self.root = entries, root

    def __add__(self, other):
        return _Matrix(self.entries + other.entries)

    def __sub__(self, other):
        return _Matrix(self.entries - other.entries)

    def __neg__(self):
        return _Matrix(-self.entries)

    def __mul__(self, other):
        by = other.entries if isinstance(other, _Matrix) else flint.fmpq(*_parts(other))
        return _Matrix(self.entries * by)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self * (1 / other)

    def __pow__(self, exponent):
        base = self.entries if exponent.denominator == 1 else self.root
        base = base.inv() if exponent < 0 else base
        found = base
        for _ in range(abs(exponent.numerator) - 1):
            found = found * base
        return _Matrix(found)

    def trace(self):
        size = range(self.entries.nrows())
        return Fraction(str(sum((self.entries[k, k] for k in size), flint.fmpq(0))))


def _root(inside):
    if isinstance(inside, _Matrix):
        return _Matrix(inside.root)
    if isinstance(inside, Fraction) and inside >= 0:
        root = Fraction(isqrt(inside.numerator), isqrt(inside.denominator))
        if root**2 == inside:
            return root
        return sympy.sqrt(sympy.Rational(*_parts(inside)))
    return sympy.sqrt(inside)


def _parts(number):
    return Fraction(number).as_integer_ratio()


def _matrix(rows):
    return flint.fmpq_mat([[flint.fmpq(*_parts(v)) for v in row] for row in rows])
