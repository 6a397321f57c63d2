"""Moments of Gaussian vectors and matrices: what is claimed of one, and what the engine derives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from theory.algebra import expressions, symbolic
from theory.algebra.calculus import derivative, substitute_matrix
from theory.algebra.definitions import Definitions
from theory.algebra.moments import expectation
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, letter
from theory.algebra.recursion import Recursion, recursion
from theory.algebra.values import matrix_value, scalar_value, trace_value
from theory.algebra.words import ONE, D, Kind, Letter, N, fixed, symmetric
from theory.designs.told import matrix_told
from theory.errors import ShapeError
from theory.scalars.arithmetic import Arithmetic
from theory.text.account import Formula, Step, step
from theory.text.latex import latex
from theory.text.rows import Mathematics, Row, Sentence, row

ORDERS = range(1, 9)
"""The powers of a form whose moments are also taken one by one."""


@dataclass(frozen=True)
class Point:
    """Sizes, orders and matrices by name, all in one arithmetic."""

    scalars: Mapping[str, Any]
    matrices: Mapping[str, Any]
    arithmetic: Arithmetic

    @property
    def told(self) -> dict[str, str]:
        """What is put for each name; an inverse follows from its matrix."""
        plain = self.arithmetic.plain
        given = {name: m for name, m in self.matrices.items() if not name.endswith("^-1")}
        scalars = {
            name: str(value if isinstance(value, int) else plain(value))
            for name, value in self.scalars.items()
        }
        return scalars | {name: matrix_told(m, self.arithmetic) for name, m in given.items()}

    def __str__(self) -> str:
        parts = [f"{k} = {v}" for k, v in self.scalars.items()]
        for name, value in self.matrices.items():
            rows = (", ".join(map(str, row)) for row in self.arithmetic.plain(value).tolist())
            parts.append(f"{name} = [{', '.join(f'[{row}]' for row in rows)}]")
        return ", ".join(parts)


@dataclass(frozen=True)
class Moment:
    """The claim that the expectation of a product of matrices is a given expression.

    Parameters
    ----------
    name
        What this moment is called where there are several.
    left
        What the expectation is of: a word in Gaussian letters, covariances and fixed d x d letters,
        square (d x d) or scalar (1 x 1).
    claim
        The claimed expectation, a SymPy matrix expression or scalar.
    definitions
        Abbreviations used in the claim.
    power
        The symbol of the order, where the expectation is of a power of a scalar ``left``.

    Examples
    --------
    >>> from theory.algebra.words import gaussian
    >>> from theory.scalars.symbols import d
    >>> x = letter(gaussian("x", D, ONE))
    >>> Moment("norm", x.mT @ x, claim=d).parameters
    ('d',)
    """

    name: str
    left: MatrixPolynomial
    claim: sympy.Expr
    definitions: Definitions = ()
    power: sympy.Symbol | None = None

    def __post_init__(self) -> None:
        if self.left.rows != self.left.cols or self.left.rows not in (D, ONE):
            raise ShapeError(
                f"{self.name} must be the moment of a d x d matrix or of a scalar, "
                f"not {self.left.rows} x {self.left.cols}"
            )
        if self.power is not None and not self.is_scalar:
            raise ShapeError(f"{self.name}: only a scalar is raised to a power")

    @property
    def is_scalar(self) -> bool:
        return self.left.rows == ONE

    @cached_property
    def form(self) -> TracePolynomial:
        """A scalar ``left`` as it is; otherwise the trace of ``left`` with a letter of its own."""
        return (self.left if self.is_scalar else letter(TEST).mT @ self.left).trace()

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """All letters, with their covariances, by name."""
        found = {f.letter for word in self.left.terms for f in word}
        for a in list(found):
            found |= {c for c in (a.row_covariance, a.column_covariance) if c}
        return tuple(sorted(found, key=lambda a: a.key))

    @property
    def gaussians(self) -> tuple[Letter, ...]:
        return tuple(a for a in self.letters if a.is_gaussian)

    @property
    def covariances(self) -> tuple[Letter, ...]:
        return tuple(a for a in self.letters if a.kind is Kind.SYMMETRIC)

    @property
    def fixed(self) -> tuple[Letter, ...]:
        """The matrices about which nothing is assumed."""
        return tuple(a for a in self.letters if a.kind is Kind.FIXED)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The sizes and the order that it depends on, by name."""
        spaces = {space for a in self.letters for space in (a.rows, a.cols)}
        sizes = [space.name for space in (N, D) if space in spaces]
        return (*sizes, *([] if self.power is None else [self.power.name]))

    def expected(self, order: int | None = None) -> Row:
        """The left-hand side, for any order or for one."""
        body: Mathematics = symbolic.matrix(self.left)
        if self.power is not None:
            exponent = self.power if order is None else sympy.Integer(order)
            body = row(r"\left(", body, rf"\right)^{{{latex(exponent)}}}")
        return row(r"\mathbb{E}\left[", body, r"\right]")

    def order(self, at: Point) -> int:
        """The power that is taken at a point; 1 where there is no power."""
        return 1 if self.power is None else int(at.scalars[self.power.name])

    def claim_of(self, order: int) -> sympy.Expr:
        """The claim for one order, products over it multiplied out."""
        return self.claim if self.power is None else self.claim.subs(self.power, order).doit()

    def claimed(self, order: int = 1) -> MatrixPolynomial | TracePolynomial:
        """The normal form of the claim, to be compared with that of the derived moment."""
        return self._read(expressions.Polynomials({a.name: a for a in self.letters}), order)

    def claimed_at(self, at: Point) -> Any:
        """The claim at a point: a matrix or a number of its arithmetic."""
        numbers = expressions.Numbers(at.scalars, at.matrices, at.arithmetic)
        return self._read(numbers, self.order(at))

    def _read(self, algebra: expressions.ExpressionAlgebra, order: int) -> Any:
        read = expressions.scalar if self.is_scalar else expressions.matrix
        return read(self.claim_of(order), algebra, self.definitions)


@dataclass(frozen=True)
class DerivedMoment:
    """What the engine finds for a moment.

    Parameters
    ----------
    values
        The moment by order (1 where there is no power); powers, for the orders in ``ORDERS``.
    expression
        The same for printing, with the abbreviations of the claim where they fit.
    steps, conditions
        How it came about and what it rests on.
    recursion
        From one power to the next; None where there is no power.
    """

    values: Mapping[int, MatrixPolynomial | TracePolynomial]
    expression: sympy.Expr
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]
    recursion: Recursion | None = None

    def at(self, at: Point, order: int = 1) -> Any:
        """The moment at a point, at any order."""
        value = self.values.get(order)
        if isinstance(value, MatrixPolynomial):
            return matrix_value(value, at.scalars, at.matrices, at.arithmetic)
        if isinstance(value, TracePolynomial):
            return trace_value(value, at.scalars, at.matrices, at.arithmetic)
        if self.recursion is None:
            raise ShapeError(f"there is no order {order}")
        factor, k = self.recursion.factor, self.recursion.order.name
        total = at.arithmetic.number(1)
        for j in range(1, order + 1):
            total = total * scalar_value(factor, {**at.scalars, k: j}, at.arithmetic)
        return total


TEST = fixed("P", D, D)
"""The matrix by which a scalar is differentiated to give a matrix moment."""


def derive_moment(moment: Moment) -> DerivedMoment:
    """Derive a moment, for all sizes, by Gaussian integration by parts.

    Raises :class:`~theory.errors.Underivable` for powers without a recursion.

    Examples
    --------
    >>> from theory.algebra.words import gaussian
    >>> from theory.scalars.symbols import d
    >>> x = letter(gaussian("x", D, ONE))
    >>> k = sympy.Symbol("k")
    >>> derive_moment(Moment("norm", x.mT @ x, claim=d**k, power=k)).expression
    Product(d + 2*j - 2, (j, 1, k))
    """
    return _matrix(moment) if moment.power is None else _powers(moment, moment.power)


def _matrix(moment: Moment) -> DerivedMoment:
    found = expectation(moment.form)
    value = found if moment.is_scalar else derivative(found, TEST)
    pairings = sum(c.subs(dict.fromkeys(c.free_symbols, 1)) for c in found.terms.values())
    trace = moment.expected()
    if not moment.is_scalar:
        inside = symbolic.matrix(moment.left)
        trace = row(r"\mathbb{E} \operatorname{tr}\left(P^\top ", inside, r"\right)")
    plain = _printed(value)
    steps = [
        _drawn(moment),
        step(
            f"Gaussian integration by parts, {pairings} pairings in all",
            Formula(trace, symbolic.scalar(found)),
        ),
    ]
    if not moment.is_scalar:
        steps.append(step("The gradient by $P$", Formula(moment.expected(), plain)))
    expression = plain
    if isinstance(value, MatrixPolynomial):
        expression = _abbreviated(value, moment)
    if expression != plain:
        names = " and ".join(f"${latex(name)}$" for name, _ in moment.definitions)
        steps.append(
            step(
                f"The same in {names}, by which alone it depends on the matrices",
                Formula(moment.expected(), expression),
            )
        )
    return DerivedMoment({1: value}, expression, tuple(steps), _conditions(moment))


def _powers(moment: Moment, power: sympy.Symbol) -> DerivedMoment:
    found = recursion(moment.form, power)
    values = {k: expectation(moment.form**k) for k in ORDERS}
    (x,) = (latex(symbolic.symbol(a)) for a in moment.gaussians)
    covariance = moment.gaussians[0].row_covariance
    inside = () if covariance is None else (symbolic.symbol(covariance), " ")
    low = min(3, max(ORDERS))

    def expected(exponent: str) -> str:
        return rf"\mathbb{{E}}\left[s^{{{exponent}}}\right]"

    steps = (
        _drawn(moment),
        step(
            Sentence(
                (
                    "For ",
                    row("s = ", symbolic.matrix(moment.left)),
                    ", which is homogeneous of degree two",
                )
            ),
            Formula(
                row(rf"\nabla_{{{x}}} \cdot ", *inside, rf"\nabla_{{{x}}} s"), found.divergence
            ),
            Formula(
                row(rf"(\nabla_{{{x}}} s)^\top ", *inside, rf"\nabla_{{{x}}} s"),
                row(found.ratio, r"\, s"),
            ),
        ),
        step(
            rf"Integration by parts of $2s = {x}^\top \nabla_{{{x}}} s$, for every "
            rf"${latex(power)} \ge 1$ at once",
            Formula(
                expected(latex(power)),
                row(r"\left(", found.factor, r"\right) ", expected(f"{latex(power)}-1")),
            ),
        ),
        step(
            f"Without the recursion, every order up to {max(ORDERS)} by itself, such as",
            Formula(expected(str(low)), _printed(values[low])),
        ),
    )
    index = sympy.Symbol("j" if power.name != "j" else "i")
    return DerivedMoment(values, found.product(index), steps, _conditions(moment), found)


def _printed(value: MatrixPolynomial | TracePolynomial) -> sympy.Expr:
    if isinstance(value, MatrixPolynomial):
        return symbolic.matrix(value)
    return symbolic.scalar(value)


def _drawn(moment: Moment) -> Step:
    lines = []
    for a in moment.gaussians:
        sides = [
            "I" if c is None else symbolic.symbol(c)
            for c in (a.row_covariance, a.column_covariance)
        ]
        covariance = sides[:1] if a.cols == ONE else [sides[0], r" \otimes ", sides[1]]
        lines.append(
            Formula(symbolic.symbol(a), row(r"\mathcal{N}(0, ", *covariance, ")"), r"\sim")
        )
    return step("The distribution", *lines)


def _abbreviated(value: MatrixPolynomial, moment: Moment) -> sympy.Expr:
    """The moment in the symmetric matrices that the claim's definitions name, if it is one."""
    read = expressions.Polynomials({a.name: a for a in moment.letters})
    forward: dict[Letter, MatrixPolynomial] = {}
    back: dict[Letter, MatrixPolynomial] = {}
    for name, definition in moment.definitions:
        meaning = expressions.matrix(definition, read)
        letters = {f.letter for word in meaning.terms for f in word}
        if len(letters) == 1 and meaning.mT == meaning:
            new = symmetric(name.name, D)
            forward[letters.pop()] = letter(new)
            back[new] = meaning
    short = substitute_matrix(value, forward)
    return symbolic.matrix(short if substitute_matrix(short, back) == value else value)


def _conditions(moment: Moment) -> tuple[str, ...]:
    found = []
    for a in moment.gaussians:
        found.append(f"${latex(symbolic.symbol(a))}$ is Gaussian and centred")
    for a in moment.covariances:
        name = latex(symbolic.symbol(a))
        found.append(f"no root and no inverse of ${name}$ is taken: it may be singular")
    if moment.fixed:
        names = ", ".join(f"${latex(symbolic.symbol(a))}$" for a in moment.fixed)
        found.append(f"nothing is assumed of {names}: not symmetry, not that matrices commute")
    sizes = " and ".join(f"${p}$" for p in moment.parameters if moment.power != sympy.Symbol(p))
    found.append(f"{sizes} stayed symbolic throughout, so this holds for all sizes")
    if moment.power is not None:
        power = latex(moment.power)
        found.append(rf"the recursion starts at the power 0 and holds for every ${power} \ge 1$")
    return tuple(found)
