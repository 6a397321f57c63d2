"""Statements about the best update of rank r: of the weight zero, or of an old optimum."""

from __future__ import annotations

from collections.abc import Iterator
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
from theory.expositions.names import OPTIMAL_RISK
from theory.optima.exposition import conditions_of, risk_step
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.optima.low_rank.eigenvalue_claim import rank as r
from theory.optima.low_rank.update import BestUpdate, attention_step, best_update, is_increasing
from theory.records.arguments import named_instance
from theory.records.statement import Evaluation, Statement
from theory.scalars.symbols import d, i
from theory.text.drawing import drawing
from theory.text.formulas import RELATIONS, Exposition, Formula, Step, step, where
from theory.text.latex import latex
from theory.text.rows import Mathematics, Prose, Sentence, joined, row

RISK, WEIGHT = r"L^\star_r", r"W^\star_r"
DECREASING = r"\mu_1 \ge \dots \ge \mu_d"
ORTHONORMAL = r"\text{(orthonormal } u_i \text{)}"
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
    def limit(self) -> None:
        return None

    @property
    def weight(self) -> None:
        """None: it takes eigenvectors, and stands in ``derived``."""
        return None

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
        claim = self.claim
        indexed = {
            name: sympy.IndexedBase(name.name)[i]
            for name in (*(s for s, _ in claim.eigenvalues), *(s for s, _ in claim.abbreviations))
        }
        inside, outside = (e.subs(indexed) for e in (claim.inside, claim.outside))
        names = (
            *where(claim.definitions),
            self._basis(ordered=claim.indices is not Indices.BEST),
            *where((indexed[name], meaning.subs(indexed)) for name, meaning in claim.abbreviations),
        )
        count = latex(claim.count)
        if claim.indices is not Indices.BEST:
            kept = row(claim.total, rf" - \sum_{{i \le {count}}} ", inside)
            lost = () if outside == 0 else (rf" - \sum_{{i > {count}}} ", outside)
            return Exposition((Formula(RISK, row(kept, *lost)),), names)
        right = row(claim.total, r" - \sum_{i \in I} ", inside, r" - \sum_{i \notin I} ", outside)
        smallest = rf"\min_{{|I| \le {count}}} L_I"
        return Exposition((Formula("L_I", right), Formula(RISK, smallest)), names)

    @cached_property
    def derived(self) -> Exposition:
        white, scale = self.best.white.optimum, self.best.white.scale
        general = Formula(RISK, row(OPTIMAL_RISK, " + ", scale, r" \sum_{i > r} \mu_i"))
        steps = self._steps(general)
        names: tuple[Formula, ...]
        names = (*where(self.definitions), Formula(white.star, white.weight))
        if self.old is None:
            found = (Formula(RISK, self.risk), self._weight_formula)
            return Exposition(found, (*names, self._basis(ordered=True)), steps, self._conditions)
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
            self._basis(ordered=False, note=r"\text{(where they commute)}"),
        )
        return Exposition(formulas, names, steps, self._conditions)

    def _basis(self, *, ordered: bool, note: str = "") -> Formula:
        """What the eigenvalues in the formulas belong to: orthonormal eigenvectors.

        With ``ordered``, the first of them decrease; otherwise they are in any common order.
        """
        (symbol, matrix), *others = self.claim.eigenvalues
        right: list[Mathematics] = [_indexed(symbol), " u_i"]
        for other, of in others:
            right += [RELATIONS, of, " u_i = ", _indexed(other), " u_i"]
        if ordered:
            right += [RELATIONS, symbol, r"_1 \ge \dots \ge ", symbol, "_d"]
        return Formula(row(matrix, " u_i"), row(*right), note=note or ORTHONORMAL)

    @property
    def _weight_formula(self) -> Formula:
        kept = r"\sum_{i \le r} u_i u_i^\top"
        inside = rf"{kept} V^\star" if self.old is None else rf"V_0 + {kept} D"
        outer = self.whitening.inverse_root
        return Formula(WEIGHT, row(outer, rf" \left({inside}\right) ", outer))

    def _steps(self, general: Formula) -> tuple[Step, ...]:
        best, adapted = self.best, self.old is not None
        white, plain, scale = best.white.optimum, best.plain, best.white.scale
        bottom = symbolic.matrix(best.white.metric, white.abbreviations)
        metric = symbolic.matrix(plain.metric, plain.optimum.abbreviations)
        far, moved = ("D", "D_W") if adapted else (r"V^\star", r"W^\star")
        turned = r"D_W^\top" if adapted else r"W^{\star\top}"
        around = rf"{far} B {far}^\top" if adapted else r"V^\star B V^{\star\top}"
        meaning = rf"${far} = V^\star - V_0$" if adapted else "the start is zero"
        steps = (
            step("The design", *drawing(self.design)),
            risk_step(plain.optimum),
            Step("The risk in whitened coordinates", risk_step(white).formulas),
            step("Its minimiser", Formula(white.star, white.weight)),
            step(
                Sentence(
                    (
                        r"The square completed, with $L^\star = L(V^\star)$ and ",
                        row("B = ", bottom),
                        ", and proved from the risk polynomial: at $T + U$ the part linear in $U$ "
                        r"is a multiple of $\operatorname{tr}((T B - C) U^\top)$ with "
                        r"$V^\star = C B^{-1}$, and the quadratic one is ",
                        row(scale, r" \operatorname{tr}(U B U^\top)"),
                    )
                ),
                Formula("L(V)", row(OPTIMAL_RISK, " + ", scale, r" \|(V - V^\star) B^{1/2}\|_F^2")),
            ),
            step(
                r"$B \succ 0$, so $U$ and $U B^{1/2}$ have the same rank; by Eckart, Young and "
                "Mirsky the best approximation of rank $r$ keeps the $r$ largest singular values "
                rf"of ${far} B^{{1/2}}$ ({meaning}), and the others are lost; their squares are "
                rf"the eigenvalues ${DECREASING}$ of ${around}$",
                general,
            ),
            step(
                r"The $\mu_i$ without roots of covariances: they are the eigenvalues of a product "
                "in another order, for any covariances"
                + (", with the old weight $W_0$" if adapted else ""),
                Formula(
                    row(symbolic.matrix(plain.outer), rf"\, {moved} K {turned} v_i"), r"\mu_i v_i"
                ),
                *([Formula("D_W", r"W^\star - W_0")] if adapted else []),
                Formula("K", metric),
            ),
            *(self._common_basis() if adapted else self._single_basis()),
        )
        return (*steps, self._attention())

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
            raise Underivable(f"the gain {gain} does not visibly increase with the eigenvalue")
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

    def _attention(self) -> Step:
        inside = attention_step(self.attention, self.predictor)
        factors = "an adapter" if self.old else "$W_q W_k^\\top$"
        reached = "update" if self.old else "$W$"
        given = "an update of rank" if self.old else "rank"
        return step(
            f"In attention, {factors} of rank $r$ gives the acting blocks $[C_{{xx}}\\; C_{{xy}}]$ "
            f"{given} at most $r$, and the gradient step that attention contains has "
            "the weight $W$ below, which is their product with one more matrix: its rank is at "
            "most $r$ too, so the extra coordinate gains nothing. With $v_x = 0$, $v_y = 1$, "
            f"$C_{{xy}} = 0$ every {reached} of rank $r$ is reached. The rest of the prediction is "
            "uncorrelated with the step and the label (Assumption 1) and only adds to the risk",
            Formula(
                "W",
                row(
                    symbolic.matrix(inside),
                    r" = \begin{bmatrix} C_{xx} & C_{xy} \end{bmatrix}"
                    r"\begin{bmatrix} v_y I \\ v_x^\top \end{bmatrix}",
                ),
            ),
        )

    @property
    def _conditions(self) -> tuple[Prose, ...]:
        found = (
            *conditions_of(self.best.white.optimum),
            "global optimality among updates of rank $r$ rests on the theorem of Eckart, Young and "
            "Mirsky",
        )
        if self.old is None:
            return found
        return (
            *found,
            r"the sum over eigenvalues needs $\Sigma$ and $\Sigma_{\mathrm{old}}$ to commute; "
            r"the formula with the $\mu_i$ and the optimal weight hold for any two",
        )

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
        try:
            weight, risk = self.best.at(at, int(rank), start)
            claimed = self.claim.risk_at(at, int(rank))
        except ZeroDivisionError as error:
            raise InputError(
                f"the optimum of {self.id} is not unique: there is no signal and no noise; "
                f"make sigma, or {self.whitening.covariance.lower()} and {self.task.lower()}, "
                "larger than zero"
            ) from error
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
        try:
            start, _ = self.best.minimum_at(self.old_instance(at))
        except ZeroDivisionError as error:
            raise InputError(
                f"the old optimum of {self.id} is not unique: there is no old signal and no noise; "
                f"make sigma, or {self.whitening.covariance.lower()} and {self.old.lower()}, "
                "larger than zero"
            ) from error
        return start


def _sum(term: sympy.Expr, first: Any, last: Any) -> sympy.Expr:
    """The sum of a function of the i-th eigenvalues; eigenvalue symbols get the index i."""
    if term == 0:
        return sympy.Integer(0)
    names = [s for s in sorted(term.free_symbols, key=str) if s.name in ("lambda", "nu")]
    return sympy.Sum(term.subs({s: sympy.IndexedBase(s.name)[i] for s in names}), (i, first, last))


def _indexed(symbol: sympy.Symbol) -> sympy.Expr:
    return sympy.IndexedBase(symbol.name)[i]
