"""The powers of a quadratic form in a Gaussian vector: a moment of every order, by a recursion."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import sympy

from theory.algebra.means import form
from theory.algebra.recursion import Recursion, recursion
from theory.algebra.values import scalar_value
from theory.language.formulas.definitions import written_out
from theory.language.formulas.parser import parse
from theory.language.formulas.tree import Number, Power, Product, Tree
from theory.language.moments.algebras import MatrixExpressions
from theory.language.moments.reading import Reader
from theory.records.claimed_expectation import ClaimedExpectation, claiming
from theory.records.expectation import Expectation, MomentEvaluation, letters_of
from theory.records.expectation_numbers import point_of
from theory.records.moment_of_text import moment
from theory.scalars.arithmetic import size_argument
from theory.text.formulas import Exposition, Formula, step
from theory.text.rows import Row, Sentence, row

ORDERS = range(1, 9)
"""The orders whose moments are also taken one by one."""
ORDER, INDEX = "k", "j"
"""The order, and the number of a factor of the claimed product."""


@dataclass(frozen=True)
class Powers:
    """The claim that the mean of a power is a product of factors.

    Build it with :func:`powers`.

    Parameters
    ----------
    id
        What the moment is called where there are several.
    of
        The form whose powers are taken.
    factor
        A factor of the claim, in the sizes, the order and the number of the factor.
    low, more
        The first factor, and how many come after that of the order.
    known
        The moments of orders that were derived already.
    """

    id: str
    of: Expectation
    factor: Tree
    low: int = 1
    more: int = 0
    known: dict[int, Expectation] = field(default_factory=dict, compare=False, repr=False)

    symbol: ClassVar[sympy.Symbol] = sympy.Symbol(ORDER)

    def order(self, order: int) -> ClaimedExpectation:
        """What is claimed of one order, its moment without the recursion."""
        if order not in self._orders:
            self._orders[order] = self._claimed(order)
        return self._orders[order]

    @cached_property
    def _orders(self) -> dict[int, ClaimedExpectation]:
        return {}

    def _claimed(self, order: int) -> ClaimedExpectation:
        place = self.factor.place
        if order not in self.known:
            self.known[order] = replace(self.of, tree=Power(self.of.tree, Fraction(order), place))
        factors = [
            (False, written_out(self.factor, {INDEX: _whole(j, self), ORDER: _whole(order, self)}))
            for j in range(self.low, order + self.more + 1)
        ]
        claim = Product(tuple(factors), place) if factors else _whole(1, self)
        assert self.known[order].value is not None  # derived once, whatever is claimed
        return claiming(self.known[order], claim)

    @cached_property
    def recursion(self) -> Recursion:
        """From one order to the next; raises :class:`~theory.errors.Underivable` for none."""
        return recursion(form(self.of.product), self.symbol)

    @cached_property
    def factor_expression(self) -> sympy.Expr:
        """A factor of the claim in SymPy."""
        scalars = self.of.letters.scalars | {ORDER, INDEX}
        letters = replace(self.of.letters, scalars=scalars)
        found: sympy.Expr = Reader(letters, MatrixExpressions(letters)).read(self.factor).value
        return found

    @property
    def product(self) -> sympy.Product:
        """The claim in SymPy."""
        limits = (sympy.Symbol(INDEX), self.low, self.symbol + self.more)
        return sympy.Product(self.factor_expression, limits)

    def expected(self, order: int | None = None) -> Row:
        """What the moment is of, for any order or for one."""
        inside = row(r"\left(", self._form, rf"\right)^{{{ORDER if order is None else order}}}")
        return row(r"\mathbb{E}\left[", inside, r"\right]")

    @property
    def _form(self) -> sympy.Expr:
        """The form as the product that it is."""
        read = Reader(self.of.letters, _Products(self.of.letters)).read
        found: sympy.Expr = read(self.of.tree).value
        return found

    @property
    def claimed(self) -> Exposition:
        """The claim on trial."""
        return Exposition((Formula(self.expected(), self.product),))

    @property
    def derived(self) -> Exposition:
        """What the engine derives in its place, with steps."""
        found = self.recursion
        letters = self.of.letters
        (x,) = letters.gaussians
        covariance = letters.matrices[x].row_covariance
        inside = () if covariance is None else (sympy.Symbol(covariance.name), " ")
        power, low, gradient = ORDER, min(3, max(ORDERS)), rf"\nabla_{{{x}}}"

        def mean(exponent: str) -> str:
            return rf"\mathbb{{E}}\left[s^{{{exponent}}}\right]"

        homogeneous = ("For ", row("s = ", self._form), ", which is homogeneous of degree two")
        steps = (
            step(
                Sentence(homogeneous),
                Formula(row(rf"{gradient} \cdot ", *inside, rf"{gradient} s"), found.divergence),
                Formula(
                    row(rf"({gradient} s)^\top ", *inside, rf"{gradient} s"),
                    row(found.ratio, r"\, s"),
                ),
            ),
            step(
                rf"Integration by parts of $2s = {x}^\top {gradient} s$, for every "
                rf"${power} \ge 1$ at once",
                Formula(mean(power), row(r"\left(", found.factor, r"\right) ", mean(f"{power}-1"))),
            ),
            step(
                f"Without the recursion, every order up to {max(ORDERS)} by itself, such as",
                Formula(mean(str(low)), self.order(low).expression),
            ),
        )
        return Exposition(
            (Formula(self.expected(), found.product(sympy.Symbol(INDEX))),), (), steps
        )

    def evaluate(self, **values: Any) -> MomentEvaluation:
        """The moment of one order at a size, by their names; exact.

        >>> powers("norm", "x'*x", "d + 2*j - 2", x="gaussian(d, 1)").evaluate(d=3, k=2).moment
        Fraction(15, 1)
        """
        order = size_argument(ORDER, values.pop(ORDER))
        at = point_of(self.of.letters, letters_of(self.of.value), values)
        moment = at.arithmetic.number(1)
        for j in range(1, order + 1):
            moment *= scalar_value(self.recursion.factor, {**at.scalars, ORDER: j}, at.arithmetic)
        claim = self.product.subs(self.symbol, order).doit()
        claimed = scalar_value(claim, at.scalars, at.arithmetic)
        plain = at.arithmetic.plain
        told = {**at.described, ORDER: str(order)}
        return MomentEvaluation(plain(moment), plain(claimed), self.expected(order), at=told)


class _Products(MatrixExpressions):
    """SymPy expressions in which a number stays the product that it is."""

    def entry(self, a: sympy.Expr) -> sympy.Expr:
        return a


def powers(id: str, expression: str, factor: str, /, **lets: str) -> Powers:
    """The powers of a form, with a factor of the product that their means are claimed to be."""
    return Powers(id, moment(expression, **lets), parse(factor))


def _whole(value: int, moments: Powers) -> Tree:
    return Number(Fraction(value), moments.factor.place)
