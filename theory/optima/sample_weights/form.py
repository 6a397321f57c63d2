"""The risk as a quadratic form in sample weights, read off the engine's polynomial.

With ``W`` a multiple of the identity, whose factor the weights absorb, the risk of WPGD depends on
the n sample weights alone. Its coefficients are given for all n at once, by expressions in the
example's index ``i``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import flint
import sympy

from theory.algebra.calculus import substitute
from theory.algebra.polynomials import identity
from theory.algebra.sums import Sums, summand_of, summed, total
from theory.algebra.values import scalar_value
from theory.algebra.words import D, Kind, N
from theory.designs.design import Design
from theory.designs.predictors import wpgd
from theory.errors import Underivable
from theory.risks.population import population_risk
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import cancelled, compiled, factored, is_zero
from theory.scalars.symbols import i, k, n

Pair = tuple[sympy.Expr, sympy.Expr]


@dataclass(frozen=True)
class QuadraticForm:
    """``L(w) = constant - 2 c'w + w'A w`` in weights ``w_1, ..., w_size``, for every size.

    All entries are expressions in the index ``i``, the size, ``d`` and parameters.

    Parameters
    ----------
    constant
        The risk without weights.
    linear
        ``c_i``.
    pairs
        Of functions (later, earlier): ``A_ik = sum later(i) earlier(k)`` for ``k < i``, both
        written in ``i``. Off its diagonal A is the same on the other side.
    diagonal
        What ``A_ii`` has beyond ``sum later(i) earlier(i)``.
    size
        The symbol of the number of weights.
    sums
        Sums over the examples that the constant names.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> form = quadratic_form(designs.isotropic_noiseless)
    >>> form.linear, form.pairs, form.diagonal
    (d, ((d, 1),), d*(d + 1))
    """

    constant: sympy.Expr
    linear: sympy.Expr
    pairs: tuple[Pair, ...]
    diagonal: sympy.Expr
    size: sympy.Symbol = n
    sums: Sums = field(default_factory=Sums)

    @property
    def outer(self) -> sympy.Expr:
        """``A_ik`` for ``k < i``, as an expression in both."""
        return sympy.Add(*(later * earlier.subs(i, k) for later, earlier in self.pairs))

    @property
    def square(self) -> sympy.Expr:
        """``A_ii``."""
        return self.outer.subs(k, i) + self.diagonal

    @property
    def parts(self) -> dict[str, sympy.Expr]:
        """What determines the form, by name: two forms are equal when these are."""
        return {
            "constant": self.constant,
            "linear part": self.linear,
            "matrix off its diagonal": self.outer,
            "diagonal of the matrix": self.square,
        }

    def differs(self, other: QuadraticForm) -> list[str]:
        """The names of the parts in which two forms differ, as rational functions.

        >>> from dataclasses import replace
        >>> from theory.language.gallery import designs
        >>> form = quadratic_form(designs.drifting)
        >>> form.differs(replace(form, linear=2 * form.linear))
        ['linear part']
        """
        theirs = {name: part.subs(other.size, self.size) for name, part in other.parts.items()}
        return [name for name, part in self.parts.items() if not is_zero(part - theirs[name])]

    @cached_property
    def row_sum(self) -> sympy.Expr:
        """``(A 1)_i``, half the gradient's quadratic part at equal weights."""
        before = total(self.outer, k, sympy.Integer(1), i)
        swapped = self.outer.subs({i: k, k: i}, simultaneous=True)
        after = total(swapped, k, i + 1, self.size)
        return factored(before + after + self.diagonal)

    @cached_property
    def linear_sum(self) -> sympy.Expr:
        """``1'c``."""
        return factored(total(self.linear, i, sympy.Integer(1), self.size))

    @cached_property
    def matrix_sum(self) -> sympy.Expr:
        """``1'A 1``."""
        return factored(total(self.row_sum, i, sympy.Integer(1), self.size))

    @property
    def uniform(self) -> tuple[sympy.Expr, sympy.Expr]:
        """The best equal weights, ``w 1``, and their risk.

        >>> from theory.language.gallery import designs
        >>> quadratic_form(designs.isotropic_noiseless).uniform
        (1/(d + n + 1), d*(d + 1)/(d + n + 1))
        """
        weight = self.linear_sum / self.matrix_sum
        return sympy.factor(weight), sympy.factor(self.constant - weight * self.linear_sum)

    def at(self, size: int, scalars: Mapping[str, Any]) -> NumericForm:
        """The form at a size and at exact values of the other symbols.

        >>> from theory.language.gallery import designs
        >>> quadratic_form(designs.isotropic_noiseless).at(3, {"d": 2}).minimise()
        [1/6, 1/6, 1/6]
        """
        table = self.sums.at({self.size.name: size, **scalars}, EXACT)

        def column(expr: sympy.Expr) -> list[flint.fmpq]:
            return [_value(expr, {**table, "i": at}) for at in range(1, size + 1)]

        return NumericForm(
            _value(self.constant, table),
            column(self.linear),
            [column(later) for later, _ in self.pairs],
            [column(earlier) for _, earlier in self.pairs],
            column(self.diagonal),
        )


def _value(expr: sympy.Expr, table: Mapping[str, Any]) -> flint.fmpq:
    function = compiled(expr)
    return scalar_value(expr, table, EXACT) if function is None else function(table)


@dataclass(frozen=True)
class NumericForm:
    """A quadratic form in a given number of weights, in exact rationals.

    Parameters
    ----------
    constant, linear, diagonal
        As in :class:`QuadraticForm`.
    later, earlier
        The values of the pairs, one list for each pair.
    """

    constant: flint.fmpq
    linear: Sequence[flint.fmpq]
    later: Sequence[Sequence[flint.fmpq]]
    earlier: Sequence[Sequence[flint.fmpq]]
    diagonal: Sequence[flint.fmpq]

    @property
    def bits(self) -> int:
        """How long the numerators and denominators on the diagonal are together."""
        parts = (part for value in self.diagonal for part in (value.p, value.q))
        return sum(int(part).bit_length() for part in parts)

    def value(self, weights: Sequence[Any]) -> flint.fmpq:
        """The risk of these weights."""
        result = self.constant
        seen = [flint.fmpq(0) for _ in self.later]
        for at, w in enumerate(weights):
            result += self.diagonal[at] * w * w - 2 * self.linear[at] * w
            for p, (later, earlier) in enumerate(zip(self.later, self.earlier, strict=True)):
                result += later[at] * w * (2 * seen[p] + earlier[at] * w)
                seen[p] += earlier[at] * w
        return result

    def matrix(self) -> flint.fmpq_mat:
        """``A`` in full."""
        size = len(self.linear)
        pairs = list(zip(self.later, self.earlier, strict=True))

        def entry(row: int, col: int) -> flint.fmpq:
            last, first = max(row, col), min(row, col)
            outer = sum((a[last] * b[first] for a, b in pairs), flint.fmpq(0))
            return outer + self.diagonal[row] if row == col else outer

        return flint.fmpq_mat([[entry(r, c) for c in range(size)] for r in range(size)])

    def minimise(self) -> list[flint.fmpq]:
        """The weights with ``A w = c``, in a number of operations linear in theirs.

        With ``P = sum_{k < i} earlier(k) w_k`` and ``Q = sum_{k >= i} later(k) w_k`` row i is
        ``later(i) P + earlier(i) Q + diagonal(i) w_i = c_i``. So the weights follow one after the
        other from the Q of the first row, in which all is affine and which has to end in zero.

        Raises ZeroDivisionError where the minimum is not unique.
        """
        if not all(self.diagonal):
            column = flint.fmpq_mat([[c] for c in self.linear])
            return [row[0] for row in self.matrix().solve(column).tolist()]
        pairs = range(len(self.later))
        zero, one = flint.fmpq(0), flint.fmpq(1)
        # entry 0 is the constant, entry p + 1 the coefficient of the p-th unknown
        before = [[zero] * (len(pairs) + 1) for _ in pairs]
        ahead = [[one if at == p + 1 else zero for at in range(len(pairs) + 1)] for p in pairs]
        weights = []
        for at, c in enumerate(self.linear):
            row = [
                -sum(
                    (self.later[p][at] * before[p][e] + self.earlier[p][at] * ahead[p][e])
                    for p in pairs
                )
                for e in range(len(pairs) + 1)
            ]
            row[0] += c
            w = [v / self.diagonal[at] for v in row]
            weights.append(w)
            for p in pairs:
                before[p] = [a + self.earlier[p][at] * b for a, b in zip(before[p], w, strict=True)]
                ahead[p] = [a - self.later[p][at] * b for a, b in zip(ahead[p], w, strict=True)]
        start = [one]
        if pairs:
            system = flint.fmpq_mat([row[1:] for row in ahead])
            start += [
                row[0] for row in system.solve(flint.fmpq_mat([[-r[0]] for r in ahead])).tolist()
            ]
        return [sum((a * b for a, b in zip(w, start, strict=True)), zero) for w in weights]

    def minimiser(self) -> tuple[list[flint.fmpq], bool]:
        """Weights with the least risk, and whether no others have it.

        >>> zero, one = flint.fmpq(0), flint.fmpq(1)
        >>> NumericForm(one, [one, zero], [], [], [one, zero]).minimiser()
        ([1, 0], False)
        """
        try:
            return self.minimise(), True
        except ZeroDivisionError:
            column = flint.fmpq_mat([[c] for c in self.linear])
            found, only = EXACT.solutions(self.matrix(), column)
            return found.entries(), only

    def minimum(self, weights: Sequence[flint.fmpq] | None = None) -> flint.fmpq:
        """The least risk; quicker than :meth:`value` at the best weights, where they are known."""
        pairs = zip(self.linear, weights or self.minimise(), strict=True)
        return self.constant - sum((c * w for c, w in pairs), flint.fmpq(0))

    def uniform(self) -> flint.fmpq:
        """The least risk of equal weights."""
        ones = [flint.fmpq(1)] * len(self.linear)
        slope = sum(self.linear, flint.fmpq(0))
        return self.constant - slope**2 / (self.value(ones) - self.constant + 2 * slope)


def quadratic_form(design: Design) -> QuadraticForm:
    """The risk of WPGD in its sample weights, with ``W = I``.

    The risk is convex in ``W`` for given weights, and no matrix or fixed vector other than ``W``
    occurs in it, so that it is invariant under rotations of ``W`` and an optimal ``W`` is a
    multiple of the identity; the factor is put into the weights.

    Raises :class:`~theory.errors.Underivable` where the risk is not of this form, for instance
    where a covariance is left.

    Examples
    --------
    >>> from theory.language.gallery import designs
    >>> quadratic_form(designs.drifting).linear
    d*i/n
    """
    weight, omega = wpgd.weights
    polynomial = population_risk(design, wpgd)
    others = {a for a in polynomial.letters if a not in (weight, omega)}
    for a in others:
        if not (a.kind is Kind.DIAGONAL and a.rows == N and a.entry is not None):
            raise Underivable(f"{design.name}: {a} occurs in the risk, which rotations of W change")
    taken = frozenset(p.name for p in design.parameters)
    plain, sums = summed(substitute(polynomial, {weight: identity(D)}), taken)
    constant = linear = diagonal = sympy.Integer(0)
    products: dict[frozenset[sympy.Expr], sympy.Expr] = defaultdict(lambda: sympy.Integer(0))
    for monomial, coefficient in plain.terms.items():
        held = [summand_of(trace) for trace in monomial]
        orders = sorted(order for order, _ in held)
        if not orders:
            constant += coefficient
        elif orders == [1]:
            linear -= coefficient * held[0][1] / 2
        elif orders == [2]:
            diagonal += coefficient * held[0][1]
        elif orders == [1, 1]:
            products[frozenset(entry for _, entry in held)] += coefficient
        else:
            raise Underivable(f"{design.name}: the risk is not quadratic in the sample weights")
    pairs: list[Pair] = []
    for both in sorted(products, key=lambda pair: sorted((len(str(e)), str(e)) for e in pair)):
        coefficient = products[both]
        first, *rest = sorted(both, key=sympy.default_sort_key)
        if not rest:
            pairs.append((coefficient * first, first))
        else:
            pairs.append((coefficient * first / 2, rest[0]))
            pairs.append((coefficient * rest[0] / 2, first))
    return QuadraticForm(
        factored(constant),
        factored(linear),
        tuple((factored(later), factored(earlier)) for later, earlier in pairs),
        factored(diagonal),
        sums=sums,
    )


LONGEST = sympy.Symbol("n_max")


def averaged(form: QuadraticForm) -> QuadraticForm:
    """The mean of a form over sizes ``1..n_max``, in one filter ``f`` for all of them.

    At length m the weights are ``f_m, ..., f_1``: entry j of the filter is that of ``m + 1 - j``.

    >>> from theory.language.gallery import designs
    >>> averaged(quadratic_form(designs.isotropic_noiseless)).linear
    d*(-i + n_max + 1)/n_max
    """
    if form.sums.entries:
        raise Underivable("a sum over the examples has no closed form, so its mean has none")
    length = sympy.Dummy("m")

    def placed(expr: sympy.Expr, at: sympy.Symbol) -> sympy.Expr:
        return expr.subs({i: length + 1 - at, form.size: length}, simultaneous=True)

    def mean(expr: sympy.Expr, shortest: sympy.Expr) -> sympy.Expr:
        return cancelled(total(cancelled(expr), length, shortest, LONGEST) / LONGEST)

    # A longer lag in the filter is an earlier example.
    outer = mean(
        sympy.Add(*(placed(later, k) * placed(earlier, i) for later, earlier in form.pairs)), i
    )
    return QuadraticForm(
        factored(mean(placed(form.constant, i), sympy.Integer(1))),
        factored(mean(placed(form.linear, i), i)),
        tuple((factored(c), i**power) for (power,), c in sympy.Poly(outer, k).terms()),
        factored(mean(placed(form.diagonal, i), i)),
        LONGEST,
    )
