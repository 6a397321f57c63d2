"""Claimed formulas, also from text; ``name`` is what an error begins with."""

from functools import partial

from theory.language.formulas.claims import claim_formula
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place
from theory.language.formulas.quantities import Quantity

risk_formula = partial(claim_formula, Quantity.RISK)
weight_formula = partial(claim_formula, Quantity.WEIGHT)


def risk_claim(text, design, name="--risk"):
    """A claimed risk: a scalar."""
    return risk_formula(parse(text, Place(name)), design).expression


def weight_claim(text, design, name="--weight"):
    """A claimed weight: a matrix expression, or the w of ``w I``."""
    return weight_formula(parse(text, Place(name)), design).expression
