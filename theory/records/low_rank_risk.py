"""Statements about the best update of rank r: of the weight zero, or of an old optimum."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import sympy

from theory.algebra import symbolic
from theory.algebra.definitions import Definitions
from theory.algebra.spectral import EIGENVALUE
from theory.algebra.whitening import Whitening
from theory.designs.descriptions import describe
from theory.designs.design import Design
from theory.designs.instance import Instance
from theory.designs.predictors import Predictor
from theory.errors import InputError, Underivable
from theory.expositions.low_rank import (
    DECREASING,
    ORTHONORMAL,
    RISK,
    basis,
    claimed_update,
    in_attention,
    update_conditions,
    update_steps,
)
from theory.expositions.names import OPTIMAL_RISK
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim
from theory.optima.low_rank.eigenvalue_claim import rank as r
from theory.optima.low_rank.update import BestUpdate, attention_step, best_update, is_increasing
from theory.records.arguments import named_instance
from theory.records.statement import Evaluation, Statement
from theory.scalars.symbols import d, i
from theory.scalars.told import told
from theory.text.formulas import RELATIONS, Exposition, Formula, Step, step, where
from theory.text.rows import Sentence, joined, row

WEIGHT = r"W^\star_r"
OLD = sympy.Dummy("old")
"""The old eigenvalue, while :data:`~theory.algebra.spectral.EIGENVALUE` is the new one."""


@dataclass(frozen=True, repr=False)
class LowRankRisk(Statement):
    """The least risk of weights that differ from a start by a matrix of rank r.

    Parameters
    ----------
    design, predictor
        What it is about.
    claim
        The claimed risk, eigenvalue by eigenvalue.
    whitening
        The coordinates in which the claim is written.
    attention
        The predictor whose factors have rank r; its gradient step is that of ``predictor``.
    old
        The covariance of the old task, for which the start is optimal; without one the start is
        the weight zero.

    Examples
    --------
    >>> import theory
    >>> lemma3 = theory.statement("lemma3")
    >>> [lemma3.evaluate(n=5, d=2, sigma=1, rank=rank).risk for rank in (0, 1, 2)]
    [Fraction(3, 1), Fraction(22, 9), Fraction(17, 9)]
    """

    design: Design
    predictor: Predictor
    claim: EigenvalueClaim
    whitening: Whitening
    attention: Predictor
    old: str | None = None

    kind: ClassVar[str] = "low_rank"

    @property
    def best(self) -> BestUpdate:
        """What the engine derives; computed once."""
        return best_update(self.design, self.predictor, self.whitening)

    @property
    def task(self) -> str:
        """The covariance of the (new) task."""
        return self.whitening.names[0][0]

    @property
    def risk(self) -> sympy.Expr:
        """The derived risk, where the covariances commute; gains in decreasing order."""
        inside, outside, _ = self.parts
        total = self.best.total
        return total - _sum(inside, 1, r) - _sum(outside, r + 1, d)

    @property
    def parts(self) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
        """What one eigenvalue takes off the risk, inside and outside of the update; the start.

        All derived, as functions of the eigenvalues in the claim's symbols.
        """
        new = self.claim.eigenvalues[0][0]
        start = self.start
        inside = self.best.gain.subs(EIGENVALUE, new)
        outside = self.best.contribution(start.subs(EIGENVALUE, OLD))
        return inside, outside.subs(EIGENVALUE, new).subs(OLD, EIGENVALUE), start

    @property
    def start(self) -> sympy.Expr:
        """The weight that the update starts from, as a function of the (old) eigenvalue."""
        if self.old is None:
            return sympy.Integer(0)
        return self.best.optimal.subs(self._old_names)

    @property
    def _old_names(self) -> dict[sympy.Expr, sympy.Expr]:
        """What is called M and Sigma for the new task, for the old one."""
        names: dict[sympy.Expr, sympy.Expr] = {
            name: sympy.Symbol(f"{name}_old") for name, _ in self.best.white.optimum.abbreviations
        }
        for name, _ in self.whitening.definitions:
            names[name] = sympy.MatrixSymbol(f"{name}_old", *name.shape)
        return names

    @property
    def definitions(self) -> Definitions:
        """What the derived formulas abbreviate."""
        found = (
            *self.whitening.definitions,
            *((k, symbolic.scalar(v)) for k, v in self.best.white.optimum.abbreviations),
        )
        if self.old is None:
            return found
        tasks = {sympy.MatrixSymbol(self.task, d, d): sympy.MatrixSymbol(self.old, d, d)}
        names = {**self._old_names, **tasks}
        return (*found, *((k.xreplace(names), v.xreplace(names)) for k, v in found))

    @property
    def claimed(self) -> Exposition:
        return claimed_update(self.claim)

    @cached_property
    def derived(self) -> Exposition:
        white, scale = self.best.white.optimum, self.best.white.scale
        general = Formula(RISK, row(OPTIMAL_RISK, " + ", scale, r" \sum_{i > r} \mu_i"))
        steps = (
            *update_steps(self.design, self.best, self.old is not None, general),
            *(self._single_basis() if self.old is None else self._common_basis()),
            in_attention(attention_step(self.attention, self.predictor), self.old is not None),
        )
        names: tuple[Formula, ...]
        names = (*where(self.definitions), Formula(white.star, white.weight))
        if self.old is None:
            found = (Formula(RISK, self.risk), self._weight_formula)
            return Exposition(
                found,
                (*names, basis(self.claim, ordered=True)),
                steps,
                update_conditions(self.best, self.old is not None),
            )
        covariances = joined(matrix for _, matrix in self.claim.eigenvalues)
        commuting = row(
            r"\text{(where they commute, gains } ", scale, r" \mu_i \text{ in decreasing order)}"
        )
        formulas = (
            replace(general, note=row(r"\text{(any } ", covariances, r" \text{)}")),
            self._weight_formula,
            Formula(RISK, self.risk, note=commuting),
        )
        bottom = symbolic.matrix(self.best.white.metric, white.abbreviations)
        names = (
            *names,
            Formula(OPTIMAL_RISK, white.risk, note=r"\text{(the optimum of any rank)}"),
            Formula("V_0", white.weight.xreplace(self._old_names)),
            Formula("D", r"V^\star - V_0"),
            Formula("B", bottom),
            Formula(r"D B D^\top u_i", rf"\mu_i u_i{RELATIONS}{DECREASING}", note=ORTHONORMAL),
            basis(self.claim, ordered=False, note=r"\text{(where they commute)}"),
        )
        return Exposition(
            formulas, names, steps, update_conditions(self.best, self.old is not None)
        )

    @property
    def _weight_formula(self) -> Formula:
        kept = r"\sum_{i \le r} u_i u_i^\top"
        inside = rf"{kept} V^\star" if self.old is None else rf"V_0 + {kept} D"
        outer = self.whitening.inverse_root
        return Formula(WEIGHT, row(outer, rf" \left({inside}\right) ", outer))

    @property
    def _gain(self) -> sympy.Expr:
        """What correcting one eigenvalue takes off the risk, in the claim's symbols."""
        loss = self.best.loss(self.start.subs(EIGENVALUE, OLD))
        new = self.claim.eigenvalues[0][0]
        return sympy.factor(loss.subs(EIGENVALUE, new).subs(OLD, EIGENVALUE))

    def _common_basis(self) -> Iterator[Step]:
        """The last steps of an update: the eigenvalues of old and new covariance in pairs."""
        inside, outside, start = self.parts
        (_, new), (_, old) = self.claim.eigenvalues
        yield step(
            Sentence(
                (
                    "Where ",
                    *(new, " and ", old),
                    " commute, all is a function of their eigenvalues in a common basis: at the "
                    "start an eigenvalue takes this off the risk (weight ",
                    *(start, ") ..."),
                )
            ),
            outside,
        )
        yield step("... and once corrected, this", inside)
        yield step(
            "The difference is what the correction gains",
            Formula(row(self.best.white.scale, r" \mu"), self._gain),
        )
        yield step("With the largest gains first", Formula(RISK, self.risk))

    def _single_basis(self) -> Iterator[Step]:
        """The last steps of a start at zero: everything is a function of one covariance."""
        (symbol, matrix), gain = self.claim.eigenvalues[0], self._gain
        if not is_increasing(gain.subs(symbol, EIGENVALUE)):
            raise Underivable(
                f"the gain {told(gain)} does not visibly increase with the eigenvalue"
            )
        yield step(
            Sentence(
                (
                    r"$V^\star$ and $B$ are functions of ",
                    *(matrix, ", so an eigenvalue ", symbol),
                    " of it that is kept takes this off the risk of predicting zero, and one that "
                    "is not kept nothing",
                )
            ),
            Formula(row(self.best.white.scale, r" \mu"), gain),
        )
        slope = sympy.factor(sympy.diff(gain, symbol))
        yield step(
            "It increases with the eigenvalue, so the $r$ largest eigenvalues gain most",
            Formula(slope, "0", r"\ge"),
        )
        yield step("With the largest first", Formula(RISK, self.risk))

    @property
    def example(self) -> dict[str, Any]:
        old = {} if self.old is None else {self.old.lower(): [[3, 0], [0, 1]]}
        return {"n": 5, "rank": 1, "sigma": 1, "sigma_beta": [[1, 0], [0, 2]], **old}

    def instance(self, *, n: Any = None, d: Any = None, **values: Any) -> Instance:
        """Sizes, scalars and covariances, checked; covariances are named in lower case."""
        given = {name: value for name, value in values.items() if value is not None}
        return named_instance(self.design, self.id, n=n, d=d, **given)

    def evaluate(
        self, *, n: Any = None, rank: Any = None, d: Any = None, **values: Any
    ) -> Evaluation:
        """The least risk at given sizes, the weight that has it, and the claimed risk.

        Takes ``sigma``, ``sigma_x``, ``sigma_beta`` and, where there is an old task,
        ``sigma_beta_old``; covariances default to the identity of size ``d``. Floats for float
        input. For exact input ``risk`` is a Fraction where it is rational, else a SymPy expression
        in roots of polynomials; for ``rank`` 0 and d it is always rational. Then ``weight`` is
        exact where the eigenvalues that are kept, with their conjugates, are all kept; else it is
        irrational and comes in double precision. ``claimed`` is for the best index set; it is None
        where old and new covariance do not commute (up to 1e-9 for floats).

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("lemma3").evaluate(n=5, rank=1, sigma=0, sigma_beta=[[1, 1], [1, 2]])
        ... # doctest: +ELLIPSIS
        Evaluation(risk=..., weight=array(...), claimed=...)
        """
        at = self.instance(n=n, d=d, **values)
        if rank is None:
            raise InputError("rank is missing: give rank=...")
        whole = isinstance(rank, (int, np.integer, sympy.Integer)) and not isinstance(rank, bool)
        if not whole or not 0 <= rank <= at.d:
            raise InputError(f"rank must be a whole number from 0 to d = {at.d}, got {rank!r}")
        start = self.start_at(at)
        with self._unique("", self.task):
            weight, risk = self.best.at(at, int(rank), start)
            claimed = self.claim.risk_at(at, int(rank))
        plain = weight if isinstance(weight, np.ndarray) else at.arithmetic.plain(weight)
        return Evaluation(risk, np.asarray(plain), claimed, at={**describe(at), "rank": str(rank)})

    def old_instance(self, at: Instance) -> Instance:
        """The same with the old task's covariance in place of the new one's."""
        if self.old is None:
            return at
        roots = {k: v for k, v in at.roots.items() if k != self.task}
        if self.old in roots:
            roots[self.task] = roots[self.old]
        return replace(at, matrices={**at.matrices, self.task: at.matrices[self.old]}, roots=roots)

    def start_at(self, at: Instance) -> Any:
        """The weight that the update starts from."""
        if self.old is None:
            return at.arithmetic.identity(at.d) * at.arithmetic.number(0)
        with self._unique("old ", self.old):
            start, _ = self.best.minimum_at(self.old_instance(at))
        return start

    @contextmanager
    def _unique(self, which: str, task: str) -> Iterator[None]:
        """What to do where several weights are optimal, of the old task or of the new one."""
        try:
            yield
        except ZeroDivisionError as error:
            raise InputError(
                f"the {which}optimum of {self.id} is not unique: there is no {which}signal and no "
                f"noise; make sigma, or {self.whitening.covariance.lower()} and {task.lower()}, "
                "larger than zero"
            ) from error


def _sum(term: sympy.Expr, first: Any, last: Any) -> sympy.Expr:
    """The sum of a function of the i-th eigenvalues; eigenvalue symbols get the index i."""
    if term == 0:
        return sympy.Integer(0)
    names = [s for s in sorted(term.free_symbols, key=str) if s.name in ("lambda", "nu")]
    return sympy.Sum(term.subs({s: sympy.IndexedBase(s.name)[i] for s in names}), (i, first, last))
