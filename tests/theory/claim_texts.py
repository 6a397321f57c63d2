"""Claimed formulas from text, as SymPy expressions; ``name`` is what an error begins with."""

from theory.language.formulas.claims import risk_formula, weight_formula
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place


def risk_claim(text, design, name="--risk"):
    """A claimed risk: a scalar."""
    return risk_formula(parse(text, Place(name)), design).expression


def weight_claim(text, design, name="--weight"):
    """A claimed weight: a matrix expression, or the w of ``w I``."""
    return weight_formula(parse(text, Place(name)), design).expression
