"""Lemma 1: every optimal attention predicts as optimal gradient descent does."""

from __future__ import annotations

import sympy

from theory.algebra.polynomials import identity, letter, zero
from theory.algebra.words import ONE, D, fixed
from theory.catalogue.proposition1 import DESIGNS
from theory.optima.equivalence.comparisons import attention
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import WEIGHT
from theory.records.equal_predictors import Equivalence
from theory.text.provenance import Provenance

t = sympy.Symbol("t")
a, b = (letter(fixed(name, D, ONE)) for name in "ab")

lemma1 = Equivalence(
    id="lemma1",
    title="Every optimal attention predicts what optimal gradient descent predicts",
    says=(
        "Where the optimal weight of preconditioned gradient descent is unique, every optimal "
        "attention computes the same prediction. Its weights are $C_{xx} = W^\\star / v_y$, "
        "$C_{xy} = 0$, $v_x = 0$; where $W^\\star$ has rank one, also $C_{xx} = 0$, $v_y = 0$, "
        "$C_{xy} v_x^\\top = W^\\star$; where $W^\\star = 0$, all that predict zero."
    ),
    provenance=Provenance.RECONSTRUCTED,
    assumptions=(
        "every joint moment of odd total degree in query, features and task vanishes "
        "(Assumption 1)",
        r"label noises are independent of everything, centred, of variance $\sigma^2$ "
        "(Assumption 2)",
        r"the optimal weight is unique: $\Sigma_x \succ 0$ and signal or noise in the independent "
        r"design, $\alpha < 1$ in the retrieval-augmented one",
    ),
    designs=DESIGNS,
    comparisons=(attention,),
    forms=(
        Form(
            "C_xx = W/t, v_y = t",
            {
                "C_xx": letter(WEIGHT) * (1 / t),
                "C_xy": zero(D, ONE),
                "v_x": zero(D, ONE),
                "v_y": identity(ONE) * t,
            },
            optimal=True,
        ),
        Form(
            "C_xx = 0, C_xy = a, v_x = b, v_y = 0",
            {"C_xx": zero(D, D), "C_xy": a, "v_x": b, "v_y": zero(ONE, ONE)},
            optimal=True,
            step=a @ b.mT,
        ),
        Form("v_x = 0, C_xy = 0", {"v_x": zero(D, ONE), "C_xy": zero(D, ONE)}),
        Form("v_x = 0, v_y = 0", {"v_x": zero(D, ONE), "v_y": zero(ONE, ONE)}),
        Form("C_xx = 0, C_xy = 0", {"C_xx": zero(D, D), "C_xy": zero(D, ONE)}),
        Form("C_xx = 0, v_y = 0", {"C_xx": zero(D, D), "v_y": zero(ONE, ONE)}),
    ),
)
