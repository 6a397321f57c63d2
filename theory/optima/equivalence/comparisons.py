"""Attention beside preconditioned descent, and H3 beside descent with sample weights."""

from __future__ import annotations

from theory.algebra.polynomials import identity, letter, zero
from theory.algebra.words import ONE, D
from theory.designs.predictors import att, pgd, ssm, wpgd
from theory.optima.equivalence.parity import UNIT, WEIGHT, Containment

_att, _ssm = att.words(), ssm.words()

attention = Containment(
    att,
    pgd,
    effective=_att["C_xx"] * _att["v_y"].trace() + _att["C_xy"] @ _att["v_x"].mT,
    inclusion={
        "C_xx": letter(WEIGHT),
        "C_xy": zero(D, ONE),
        "v_x": zero(D, ONE),
        "v_y": identity(ONE),
    },
)

h3 = Containment(
    ssm,
    wpgd,
    effective=_ssm["q_x"]
    @ (_ssm["k_x"] * _ssm["v_y"].trace() + _ssm["v_x"] * _ssm["k_y"].trace()).mT,
    inclusion={
        "q_x": letter(WEIGHT) @ letter(UNIT),
        "k_x": letter(UNIT),
        "k_y": zero(ONE, ONE),
        "v_x": zero(D, ONE),
        "v_y": identity(ONE),
    },
)
