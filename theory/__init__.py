"""Exact theory of in-context linear estimation: moments, designs, risks, optima, statements."""

from theory.algebra.moments import expectation
from theory.algebra.pairings import expectation_by_pairings
from theory.catalogue import statement, statements
from theory.designs.combinations import matrix, vector, vectors
from theory.designs.design import Design
from theory.designs.groups import Share
from theory.designs.parameter import Parameter
from theory.designs.predictors import Predictor
from theory.errors import InputError, ShapeError, TheoryError, Underivable, UnknownName
from theory.language.files.reading import DesignFile, parse_design, read_design
from theory.optima.derivation import derive
from theory.records.derived import Derived, Optima
from theory.records.expectation import Expectation
from theory.records.moment_of_text import moment
from theory.records.statement import Evaluation, Statement
from theory.risks.claim import Claim
from theory.risks.population import population_risk
from theory.text.provenance import Provenance

__version__ = "0.1.0"
__released__ = "2026-11-29"

__all__ = [
    "Claim",
    "Derived",
    "Design",
    "DesignFile",
    "Evaluation",
    "Expectation",
    "InputError",
    "Optima",
    "Parameter",
    "Predictor",
    "Provenance",
    "ShapeError",
    "Share",
    "Statement",
    "TheoryError",
    "Underivable",
    "UnknownName",
    "derive",
    "expectation",
    "expectation_by_pairings",
    "matrix",
    "moment",
    "parse_design",
    "population_risk",
    "read_design",
    "statement",
    "statements",
    "vector",
    "vectors",
]
