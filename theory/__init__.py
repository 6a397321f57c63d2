"""Exact theory of in-context linear estimation: moments, designs, risks, optima, statements.

What is exported is imported when it is first asked for, so that a list of statements or a version
does not wait for SymPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from theory.records.derived import Derived
    from theory.records.expectation import Expectation
    from theory.records.moment_of_text import moment
    from theory.records.optima import Optima
    from theory.records.statement import Evaluation, Statement
    from theory.risks.claim import Claim
    from theory.risks.population import population_risk
    from theory.text.provenance import Provenance

__version__ = "0.1.0"
__released__ = "2026-11-29"

_HOMES = {
    "theory.algebra.moments": "expectation",
    "theory.algebra.pairings": "expectation_by_pairings",
    "theory.catalogue": "statement, statements",
    "theory.designs.combinations": "matrix, vector, vectors",
    "theory.designs.design": "Design",
    "theory.designs.groups": "Share",
    "theory.designs.parameter": "Parameter",
    "theory.designs.predictors": "Predictor",
    "theory.errors": "InputError, ShapeError, TheoryError, Underivable, UnknownName",
    "theory.language.files.reading": "DesignFile, parse_design, read_design",
    "theory.optima.derivation": "derive",
    "theory.records.derived": "Derived, Optima",
    "theory.records.expectation": "Expectation",
    "theory.records.moment_of_text": "moment",
    "theory.records.statement": "Evaluation, Statement",
    "theory.risks.claim": "Claim",
    "theory.risks.population": "population_risk",
    "theory.text.provenance": "Provenance",
}
"""Where each exported name is defined."""

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


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names.split(", "):
            return globals().setdefault(name, getattr(import_module(module), name))
    raise AttributeError(f"module {__name__} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
