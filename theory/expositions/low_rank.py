"""The best update of rank r, written out: of the weight zero, or of an old optimum."""

from __future__ import annotations

import sympy

from theory.algebra import symbolic
from theory.algebra.polynomials import MatrixPolynomial
from theory.designs.design import Design
from theory.expositions.names import OPTIMAL_RISK
from theory.optima.exposition import conditions_of, risk_step
from theory.optima.low_rank.eigenvalue_claim import EigenvalueClaim, Indices
from theory.optima.low_rank.update import BestUpdate
from theory.scalars.symbols import i
from theory.text.drawing import drawing
from theory.text.formulas import RELATIONS, Exposition, Formula, Step, step, where
from theory.text.latex import latex
from theory.text.rows import Mathematics, Prose, Sentence, row

RISK = r"L^\star_r"
DECREASING = r"\mu_1 \ge \dots \ge \mu_d"
ORTHONORMAL = r"\text{(orthonormal } u_i \text{)}"


def claimed_update(claim: EigenvalueClaim) -> Exposition:
    """What is claimed of the risk, eigenvalue by eigenvalue."""
    indexed = {
        name: sympy.IndexedBase(name.name)[i]
        for name in (*(s for s, _ in claim.eigenvalues), *(s for s, _ in claim.abbreviations))
    }
    inside, outside = (e.subs(indexed) for e in (claim.inside, claim.outside))
    names = (
        *where(claim.definitions),
        basis(claim, ordered=claim.indices is not Indices.BEST),
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


def basis(claim: EigenvalueClaim, *, ordered: bool, note: str = "") -> Formula:
    """What the eigenvalues in the formulas belong to: orthonormal eigenvectors.

    With ``ordered``, the first of them decrease; otherwise they are in any common order.
    """
    (symbol, matrix), *others = claim.eigenvalues
    right: list[Mathematics] = [_indexed(symbol), " u_i"]
    for other, of in others:
        right += [RELATIONS, of, " u_i = ", _indexed(other), " u_i"]
    if ordered:
        right += [RELATIONS, symbol, r"_1 \ge \dots \ge ", symbol, "_d"]
    return Formula(row(matrix, " u_i"), row(*right), note=note or ORTHONORMAL)


def update_steps(design: Design, best: BestUpdate, adapted: bool, general: Formula) -> list[Step]:
    """From the design to the risk by the eigenvalues of a product."""
    white, plain, scale = best.white.optimum, best.plain, best.white.scale
    bottom = symbolic.matrix(best.white.metric, white.abbreviations)
    metric = symbolic.matrix(plain.metric, plain.optimum.abbreviations)
    far, moved = ("D", "D_W") if adapted else (r"V^\star", r"W^\star")
    turned = r"D_W^\top" if adapted else r"W^{\star\top}"
    around = rf"{far} B {far}^\top" if adapted else r"V^\star B V^{\star\top}"
    meaning = rf"${far} = V^\star - V_0$" if adapted else "the start is zero"
    return [
        step("The design", *drawing(design)),
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
            Formula(row(symbolic.matrix(plain.outer), rf"\, {moved} K {turned} v_i"), r"\mu_i v_i"),
            *([Formula("D_W", r"W^\star - W_0")] if adapted else []),
            Formula("K", metric),
        ),
    ]


def in_attention(inside: MatrixPolynomial, adapted: bool) -> Step:
    """That the factors of attention, the weight of whose step is given, gain nothing."""
    factors = "an adapter" if adapted else "$W_q W_k^\\top$"
    reached = "update" if adapted else "$W$"
    given = "an update of rank" if adapted else "rank"
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


def update_conditions(best: BestUpdate, adapted: bool) -> tuple[Prose, ...]:
    """What it rests on."""
    found = (
        *conditions_of(best.white.optimum),
        "global optimality among updates of rank $r$ rests on the theorem of Eckart, Young and "
        "Mirsky",
    )
    if not adapted:
        return found
    return (
        *found,
        r"the sum over eigenvalues needs $\Sigma$ and $\Sigma_{\mathrm{old}}$ to commute; "
        r"the formula with the $\mu_i$ and the optimal weight hold for any two",
    )


def _indexed(symbol: sympy.Symbol) -> sympy.Expr:
    return sympy.IndexedBase(symbol.name)[i]
