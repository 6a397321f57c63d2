"""Statements about the best update of rank r: of the weight zero, or of an old optimum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import sympy

from theory import symbolic
from theory.account import Account, Formula, Step, where
from theory.claims import Definitions
from theory.design import Design
from theory.errors import InputError
from theory.instance import Instance, named_instance
from theory.latex import RELATIONS, design_latex, equation, latex
from theory.low_rank.claims import EigenvalueClaim, Indices
from theory.low_rank.claims import rank as r
from theory.low_rank.update import BestUpdate, attention_step, best_update, is_increasing
from theory.optimum.whitening import Whitening
from theory.predictors import Predictor
from theory.record import OPTIMAL_RISK, Evaluation, Statement
from theory.spectral import EIGENVALUE
from theory.words import d, i

RISK, WEIGHT = r"L^\star_r", r"W^\star_r"
OLD = sympy.Dummy("old")
"""Stands for the old eigenvalue while :data:`~theory.spectral.EIGENVALUE` is the new one."""


@dataclass(frozen=True)
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
    def claimed(self) -> Account:
        claim = self.claim
        indexed = {
            name: sympy.IndexedBase(name.name)[i]
            for name in (*(s for s, _ in claim.eigenvalues), *(s for s, _ in claim.abbreviations))
        }
        inside, outside = (e.subs(indexed) for e in (claim.inside, claim.outside))
        names = (
            *where(claim.definitions),
            *where((indexed[name], meaning.subs(indexed)) for name, meaning in claim.abbreviations),
        )
        if claim.indices is not Indices.BEST:
            right = latex(claim.total) + rf" - \sum_{{i \le {latex(claim.count)}}} {latex(inside)}"
            if outside != 0:
                right += rf" - \sum_{{i > {latex(claim.count)}}} {latex(outside)}"
            return Account((Formula(RISK, right),), names)
        right = (
            latex(claim.total)
            + rf" - \sum_{{i \in I}} {latex(inside)} - \sum_{{i \notin I}} {latex(outside)}"
        )
        bound = Formula(r"L_I", right)
        smallest = Formula(RISK, rf"\min_{{|I| \le {latex(claim.count)}}} L_I")
        return Account((bound, smallest), names)

    @property
    def derived(self) -> Account:
        best, old = self.best, self.old is not None
        white = best.white.optimum
        start = white.weight.xreplace(self._old_names) if old else sympy.Integer(0)
        bottom = symbolic.matrix(best.white.metric, white.abbreviations)
        scale = latex(best.white.scale)
        general = Formula(RISK, rf"{OPTIMAL_RISK} + {scale} \sum_{{i > r}} s_i^2")
        commuting = Formula(RISK, latex(self.risk))
        meaning = (
            *where(self.definitions),
            Formula("B", latex(bottom)),
            Formula(r"V^\star", latex(white.weight)),
            Formula("V_0", latex(start)),
            Formula("D", r"V^\star - V_0"),
            Formula("s_i^2", r"\lambda_i\left(D B D^\top\right)"),
            Formula(r"D B D^\top u_i", "s_i^2 u_i"),
        )
        formulas = (general, self._weight_formula, commuting)
        return Account(formulas, meaning, self._steps(general, commuting), self._conditions)

    @property
    def _weight_formula(self) -> Formula:
        start, inverse = sympy.MatrixSymbol("V_0", d, d), self.whitening.unwhitened
        left = latex(inverse(start)).split(latex(start))[0]
        return Formula(WEIGHT, rf"{left} \left(V_0 + \sum_{{i \le r}} u_i u_i^\top D\right) {left}")

    def _steps(self, general: Formula, commuting: Formula) -> tuple[Step, ...]:
        best = self.best
        white, plain, scale = best.white.optimum, best.plain, latex(best.white.scale)
        new = self.claim.eigenvalues[0][0]
        inside, outside, start = self.parts
        gain = sympy.factor(
            best.loss(self.start.subs(EIGENVALUE, OLD)).subs(EIGENVALUE, new).subs(OLD, EIGENVALUE)
        )
        steps = [
            Step("The design", design_latex(self.design)),
            Step("The risk, by taking Gaussian moments", plain.optimum.steps[0].latex),
            Step("The risk in whitened coordinates", white.steps[0].latex),
            Step("Its minimiser", equation(r"V^\star", white.weight)),
            Step(
                "The square completed, and proved from the risk polynomial: at $T + U$ the part "
                r"linear in $U$ is a multiple of $\operatorname{tr}((T B - C) U^\top)$ with "
                r"$V^\star = C B^{-1}$, and the quadratic one is "
                rf"${scale} \operatorname{{tr}}(U B U^\top)$",
                equation("L(V)", rf"{OPTIMAL_RISK} + {scale} \|(V - V^\star) B^{{1/2}}\|_F^2"),
            ),
            Step(
                r"$B \succ 0$, so $U$ and $U B^{1/2}$ have the same rank; by Eckart, Young and "
                "Mirsky the best approximation of rank $r$ keeps the $r$ largest singular values "
                r"$s_i$ of $D B^{1/2}$, and the others are lost",
                general.latex,
            ),
            Step(
                "The same eigenvalues without roots of covariances (they are those of a product "
                "in another order), for any covariances",
                equation(
                    "s_i^2",
                    rf"\lambda_i\left({latex(symbolic.matrix(plain.outer))}\, D_W K D_W^\top\right)"
                    rf"{RELATIONS}D_W = W^\star - W_0{RELATIONS}K = "
                    + latex(symbolic.matrix(plain.metric, plain.optimum.abbreviations)),
                ),
            ),
            Step(
                "Where $V_0$ and $\\Sigma$ commute, they are functions of the eigenvalues in a "
                f"common basis: at the start an eigenvalue takes this off the risk (weight "
                f"${latex(start)}$) ...",
                latex(outside),
            ),
            Step("... and once corrected, this", latex(inside)),
            Step("The difference is what the correction gains", equation(rf"{scale} s^2", gain)),
        ]
        if self.old is None and is_increasing(gain):
            slope = sympy.factor(sympy.diff(gain, EIGENVALUE))
            steps.append(
                Step(
                    "It increases with the eigenvalue, so the $r$ largest eigenvalues gain most",
                    rf"{latex(slope)} \ge 0",
                )
            )
        steps.append(Step("With the largest gains first", commuting.latex))
        steps.append(Step(*self._attention()))
        return tuple(steps)

    def _attention(self) -> tuple[str, str]:
        step = attention_step(self.attention, self.predictor)
        shown = latex(symbolic.matrix(step))
        factors = "an adapter" if self.old else "$W_q W_k^\\top$"
        reached = "update" if self.old else "$W$"
        return (
            f"In attention, {factors} of rank $r$ gives the acting blocks $[C_{{xx}}\\; C_{{xy}}]$ "
            "(an update of) rank at most $r$, and the gradient step that attention contains has "
            "the weight $W$ below, which is their product with one more matrix: its rank is at "
            "most $r$ too, so the extra coordinate gains nothing. With $v_x = 0$, $v_y = 1$, "
            f"$C_{{xy}} = 0$ every {reached} of rank $r$ is reached. The rest of the prediction is "
            "uncorrelated with the step and the label (Assumption 1) and only adds to the risk",
            equation("W", shown)
            + r" = \begin{bmatrix} C_{xx} & C_{xy} \end{bmatrix}"
            + r"\begin{bmatrix} v_y I \\ v_x^\top \end{bmatrix}",
        )

    @property
    def _conditions(self) -> tuple[str, ...]:
        found = (
            *self.best.white.optimum.conditions,
            "global optimality among updates of rank $r$ rests on the theorem of Eckart, Young and "
            "Mirsky",
        )
        if self.old is None:
            return found
        return (
            *found,
            r"the sum over eigenvalues needs $\Sigma$ and $\Sigma_{old}$ to commute; the formula "
            "with singular values does not",
        )

    @property
    def example(self) -> dict[str, Any]:
        old = {} if self.old is None else {self.old.lower(): [[3, 0], [0, 1]]}
        return {"n": 5, "rank": 1, "sigma": 1, "sigma_beta": [[1, 0], [0, 2]], **old}

    def instance(self, *, n: Any, d: Any = None, **values: Any) -> Instance:
        """Sizes, scalars and covariances, checked; covariances are named in lower case."""
        given = {name: value for name, value in values.items() if value is not None}
        return named_instance(self.design, self.id, n=n, d=d, **given)

    def evaluate(self, *, n: Any, rank: Any, d: Any = None, **values: Any) -> Evaluation:
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
        return Evaluation(risk, np.asarray(plain), claimed)

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

    def start_risk_at(self, at: Instance) -> Any:
        """The risk of the start, a number of the instance's arithmetic."""
        weight, least = self.best.minimum_at(at)
        form, outer = self.best.plain.form_at(at, weight - self.start_at(at))
        return least + at.arithmetic.trace(form * outer)


def _sum(term: sympy.Expr, first: Any, last: Any) -> sympy.Expr:
    """The sum of a function of the i-th eigenvalues; eigenvalue symbols get the index i."""
    if term == 0:
        return sympy.Integer(0)
    names = [s for s in sorted(term.free_symbols, key=str) if s.name in ("lambda", "nu")]
    return sympy.Sum(term.subs({s: sympy.IndexedBase(s.name)[i] for s in names}), (i, first, last))
