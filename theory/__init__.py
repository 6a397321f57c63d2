"""Exact theory of in-context linear estimation: moments, designs, risks, optima, statements."""

from theory.catalogue import statement, statements
from theory.claims import Claim
from theory.combinations import matrix, vector, vectors
from theory.derived.statement import Derived, Optima
from theory.design import Design, Parameter
from theory.errors import InputError, ShapeError, TheoryError, Underivable, UnknownName
from theory.files.reading import DesignFile, parse_design, read_design
from theory.moments import expectation
from theory.optimum.derivation import derive
from theory.pairings import expectation_by_pairings
from theory.predictors import Predictor
from theory.record import Evaluation, Provenance, Statement
from theory.risk import population_risk

__all__ = [
    "Claim",
    "Derived",
    "Design",
    "DesignFile",
    "Evaluation",
    "InputError",
    "Optima",
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
    "matrix",
    "parse_design",
    "population_risk",
    "read_design",
    "statement",
    "statements",
    "vector",
    "vectors",
]
