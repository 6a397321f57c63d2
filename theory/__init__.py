"""Exact theory of in-context linear estimation: moments, designs, risks, optima, statements."""

from theory.catalogue import statement, statements
from theory.claims import Claim
from theory.design import Design, Parameter
from theory.errors import InputError, ShapeError, TheoryError, Underivable, UnknownName
from theory.moments import expectation
from theory.optimum.derivation import derive
from theory.pairings import expectation_by_pairings
from theory.predictors import Predictor
from theory.record import Evaluation, Provenance, Statement
from theory.risk import population_risk

__all__ = [
    "Claim",
    "Design",
    "Evaluation",
    "InputError",
    "Parameter",
    "Predictor",
    "Provenance",
    "ShapeError",
    "Statement",
    "TheoryError",
    "Underivable",
    "UnknownName",
    "derive",
    "expectation",
    "expectation_by_pairings",
    "population_risk",
    "statement",
    "statements",
]
