"""Statements about moments of Gaussian vectors and matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar

from theory.algebra import symbolic
from theory.algebra.calculus import substitute
from theory.algebra.means import form, probe
from theory.algebra.moments import expectation
from theory.algebra.polynomials import letter
from theory.algebra.words import ONE, fixed
from theory.errors import InputError, UnknownName
from theory.language.formulas.places import Place
from theory.language.moments.letters import Let
from theory.records.claimed_expectation import ClaimedExpectation
from theory.records.expectation import MomentEvaluation
from theory.records.moment_of_text import expectation_of
from theory.records.moment_powers import ORDER, Powers
from theory.records.statement import Statement
from theory.text.formulas import Exposition, Formula, Step, step
from theory.text.latex import latex
from theory.text.rows import row

Moment = ClaimedExpectation | Powers


def claimed_moment(
    id: str, expression: str, claim: str, where: Mapping[str, str] = {}, /, **lets: str
) -> ClaimedExpectation:
    """A moment from text, with a formula claimed of it, and abbreviations in the formula."""
    declared = [Let(name, text, Place(name)) for name, text in lets.items()]
    found = expectation_of(expression, declared, claim, where=where)
    assert isinstance(found, ClaimedExpectation)
    return replace(found, id=id)


@dataclass(frozen=True)
class MomentStatement(Statement):
    """One or several moments of Gaussian vectors and matrices.

    Parameters
    ----------
    moments
        What is claimed of each.

    Examples
    --------
    >>> import theory
    >>> [m.id for m in theory.statement("lemma7").moments]
    ['norm', 'sixth']
    """

    moments: tuple[Moment, ...]

    kind: ClassVar[str] = "moment"

    @property
    def claimed(self) -> Exposition:
        return _joined([m.claimed for m in self.moments])

    @cached_property
    def derived(self) -> Exposition:
        return _joined([_explained(m) for m in self.moments])

    @property
    def example(self) -> dict[str, Any]:
        moment = self.moments[-1]
        matrices = _matrices(moment)
        given: dict[str, Any] = {p: 3 for p in needed(moment) if p not in (*matrices, "d")}
        for k, name in enumerate(matrices):
            given[name] = [[2, 1], [1, 3]] if name in optional(moment) else [[1, k], [0, k + 1]]
        return given if matrices else {"d": 4, **given}

    def evaluate(self, **values: Any) -> MomentEvaluation:
        """A moment, derived and claimed, at given sizes and matrices.

        Of several moments it is the one whose arguments are given. Matrices are named in lower case
        (``sigma`` for the covariance ``Sigma``, ``w`` for ``W``), and so are the sizes ``n`` and
        ``d`` and the order ``k`` where they occur. The covariance defaults to the identity, and
        ``d`` to the size of the matrices. Exact (Fractions) for exact input: int, Fraction,
        Decimal, SymPy rationals, and arrays of them; floats otherwise.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("lemma7").evaluate(d=3, k=2).moment
        Fraction(15, 1)
        >>> theory.statement("lemma5").evaluate(sigma=[[2]], w=[[0.5]]).moment
        array([[6.]])
        """
        moment = self._chosen(values)
        names = {**{name: name for name in values}, **_matrices(moment)}
        return moment.evaluate(**{names[name]: value for name, value in values.items()})

    def _chosen(self, values: dict[str, Any]) -> Moment:
        known = {name for m in self.moments for name in (*needed(m), *optional(m))}
        for name in values:
            if name not in known:
                raise UnknownName(f"argument of {self.id}", name, known)
        fitting = [m for m in self.moments if set(values) <= {*needed(m), *optional(m)}]
        if not fitting:
            takes = " or ".join(f"{m.id}: {', '.join(needed(m))}" for m in self.moments)
            raise InputError(f"{self.id} holds several moments, evaluated one at a time ({takes})")

        def missing(m: Moment) -> list[str]:
            implied = {"d"} if _matrices(m).keys() & values.keys() else set()
            return [name for name in needed(m) if name not in {*values, *implied}]

        best = min(fitting, key=lambda m: len(missing(m)))
        if missing(best):
            name = missing(best)[0]
            raise InputError(f"{name} is missing: give {name}=...")
        return best


def needed(moment: Moment) -> tuple[str, ...]:
    """The arguments that have no default: sizes, the order, and fixed matrices."""
    order = (ORDER,) if isinstance(moment, Powers) else ()
    fixed = (name for name in _matrices(moment) if name not in optional(moment))
    return (*sizes(moment), *order, *fixed)


def optional(moment: Moment) -> tuple[str, ...]:
    """The arguments that have one: covariances."""
    return tuple(sorted(name.lower() for name in product(moment).letters.covariances))


def product(moment: Moment) -> Any:
    """What a moment is of, or whose powers it is of."""
    return moment.of if isinstance(moment, Powers) else moment


def sizes(moment: Moment) -> tuple[str, ...]:
    """The sizes, those of rows first."""
    letters = product(moment).letters
    drawn = (letters.matrices[name] for name in letters.gaussians)
    spaces = chain.from_iterable((a.rows, a.cols) for a in drawn)
    return tuple(dict.fromkeys(s.name for s in spaces if s.name in letters.sizes))


def _matrices(moment: Moment) -> dict[str, str]:
    """The names of the matrices by those of the arguments, covariances first."""
    letters = product(moment).letters
    given = sorted(letters.given, key=lambda name: name not in letters.covariances)
    return {name.lower(): name for name in given}


def _joined(expositions: list[Exposition]) -> Exposition:
    parts = [(a.formulas, a.where, a.steps, dict.fromkeys(a.conditions)) for a in expositions]
    formulas, where, steps, conditions = map(chain.from_iterable, zip(*parts, strict=True))
    return Exposition(tuple(formulas), tuple(where), tuple(steps), tuple(dict.fromkeys(conditions)))


def _explained(moment: Moment) -> Exposition:
    """What the engine derives, with steps and conditions."""
    found = moment.derived if isinstance(moment, Powers) else _by_parts(moment)
    steps = (_drawn(moment), *found.steps)
    return Exposition(found.formulas, moment.claimed.where, steps, tuple(_conditions(moment)))


def _by_parts(record: ClaimedExpectation) -> Exposition:
    """What the engine does: a scalar by parts, then its gradient."""
    whole, steps = form(record.product), []
    if record.shape is not None:
        whole = substitute(whole, {probe(*record.shape): letter(fixed("P", *record.shape))})
    found = expectation(whole)
    pairings = sum(c.subs(dict.fromkeys(c.free_symbols, 1)) for c in found.terms.values())
    inside = record.expected.parts[1]
    left = record.expected
    if record.shape is not None:
        left = row(r"\mathbb{E} \operatorname{tr}\left(P^\top ", inside, r"\right)")
    by_parts = f"Gaussian integration by parts, {pairings} pairings in all"
    steps.append(step(by_parts, Formula(left, symbolic.scalar(found))))
    if record.shape is not None:
        steps.append(step("The gradient by $P$", Formula(record.expected, record.expression)))
    short = record.abbreviated
    if short != record.expression:
        names = " and ".join(f"${latex(f.left)}$" for f in record.claimed.where)
        by_which = f"The same in {names}, by which alone it depends on the matrices"
        steps.append(step(by_which, Formula(record.expected, short)))
    return Exposition((Formula(record.expected, short),), (), tuple(steps))


def _drawn(moment: Moment) -> Step:
    lines = []
    letters = product(moment).letters
    for a in (letters.matrices[name] for name in letters.gaussians):
        sides = [
            "I" if c is None else symbolic.symbol(c)
            for c in (a.row_covariance, a.column_covariance)
        ]
        covariance = sides[:1] if a.cols == ONE else [sides[0], r" \otimes ", sides[1]]
        lines.append(
            Formula(symbolic.symbol(a), row(r"\mathcal{N}(0, ", *covariance, ")"), r"\sim")
        )
    return step("The distribution", *lines)


def _conditions(moment: Moment) -> Iterator[str]:
    letters = product(moment).letters
    for name in letters.gaussians:
        yield f"${latex(symbolic.symbol(letters.matrices[name]))}$ is Gaussian and centred"
    for name in letters.covariances:
        told = latex(symbolic.symbol(letters.matrices[name]))
        yield f"no root and no inverse of ${told}$ is taken: it may be singular"
    fixed = [name for name in letters.given if name not in letters.covariances]
    if fixed:
        names = ", ".join(f"${latex(symbolic.symbol(letters.matrices[a]))}$" for a in fixed)
        yield f"nothing is assumed of {names}: not symmetry, not that matrices commute"
    told = " and ".join(f"${name}$" for name in sizes(moment))
    yield f"{told} stayed symbolic throughout, so this holds for all sizes"
    if isinstance(moment, Powers):
        power = ORDER
        yield rf"the recursion starts at the power 0 and holds for every ${power} \ge 1$"
