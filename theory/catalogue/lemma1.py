"""Lemma 1: every optimal attention predicts as optimal gradient descent does."""

from __future__ import annotations

import sympy

from theory.algebra.polynomials import identity, letter, zero
from theory.algebra.words import ONE, D, fixed
from theory.catalogue.proposition1 import DESIGNS
from theory.catalogue.stated import stated
from theory.optima.equivalence.comparisons import attention
from theory.optima.equivalence.forms import Form
from theory.optima.equivalence.parity import WEIGHT
from theory.records.equal_predictors import Equivalence

t = sympy.Symbol("t")
a, b = (letter(fixed(name, D, ONE)) for name in "ab")

lemma1 = Equivalence(
    **stated("lemma1"),
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
