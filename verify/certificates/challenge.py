"""The challenge: what is asserted of a design, and nothing of why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sympy

from theory.designs.combinations import Combination
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.language.files.reading import DesignFile
from theory.language.formulas.writing import written
from theory.scalars.powers import varies

FORMAT = "icl-challenge/1"


@dataclass(frozen=True)
class Assertion:
    """One thing that is asserted of the optimum.

    Parameters
    ----------
    quantity
        ``weight``, ``risk`` or ``excess``.
    formula
        What is claimed for it.
    verdict
        ``exact``, ``right in the limit`` or ``refuted``.
    limit
        What grows how, as formulas by name, and what must not vanish; None for all sizes.
    error
        Coefficient and power of d of the leading term of the relative error; None for no error.
    """

    quantity: str
    formula: str
    verdict: str
    limit: tuple[dict[str, str], tuple[str, ...]] | None = None
    error: tuple[str, str] | None = None

    @property
    def data(self) -> dict[str, Any]:
        limit, error = self.limit, self.error
        return {
            "quantity": self.quantity,
            "formula": self.formula,
            "verdict": self.verdict,
            "limit": limit and {"put": limit[0], "where": list(limit[1])},
            "error": error and {"coefficient": error[0], "power": error[1]},
        }


def canonical(data: Any) -> str:
    """JSON in the one way in which challenges and certificates are written.

    >>> canonical({"b": "1/2", "a": []})
    '{"a":[],"b":"1/2"}\\n'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def unsaid(design: Design) -> str:
    """What the format has no words for in a design; nothing where it has.

    >>> from theory.language.gallery import shipped
    >>> unsaid(shipped("rag").design)
    ''
    """
    for p in design.parameters:
        if p.whole or p.conditions:
            return f"{p.name} must satisfy conditions, for which certificates have no words yet"
    if design.labels:
        return "its labels are no inner products of features and task, as certificates have them"
    if design.means:
        vectors = ", ".join(design.means)
        return f"it has the fixed vectors {vectors}, for which certificates have no words yet"
    if design.random:
        return "it has random scalars, for which certificates have no words yet"
    if design.examples:
        return "it has groups of examples, for which certificates have no words yet"
    if design.test is not None:
        return "it has another law at test, for which certificates have no words yet"
    if design.is_row_by_row:
        return "its examples have tasks of their own, for which certificates have no words yet"
    if any(map(varies, {p for c in design.coefficients for p in c.atoms(sympy.Pow)})):
        return "an exponent holds the index, for which certificates have no words yet"
    for kind, names in (
        ("a projection", [p.name for p in design.projections]),
        ("a function of other covariances", [one.name for one in design.defined]),
    ):
        if names:
            return f"{names[0]} is {kind}, for which certificates have no words yet"
    return ""


def challenge(file: DesignFile, where: list[str], assertions: list[Assertion]) -> dict[str, Any]:
    """The challenge about a design, as plain data; ``where`` are formulas that have an inverse.

    >>> from theory.language.gallery import shipped
    >>> challenge(shipped("rag"), [], [])["design"]["features"]
    [['alpha', [], 'q'], ['sqrt(1 - alpha^2)', [], 'e']]
    """
    return {
        "format": FORMAT,
        "design": _design(file.design),
        "predictor": {"name": "pgd", "scale": written(file.scale)},
        "where": where,
        "assertions": [one.data for one in assertions],
    }


def _design(design: Design) -> dict[str, Any]:
    return {
        "parameters": {p.name: _range(p) for p in design.parameters},
        "covariances": list(design.covariances),
        "prompt": dict(design.prompt),
        "example": dict(design.example),
        "query": _combination(design.query),
        "features": _combination(design.features),
        "task": _combination(design.task),
        "query_task": _combination(design.task_of_query),
        "label_scale": written(design.label_scale),
        "query_label_scale": written(design.label_scale_of_query),
        "noise": written(design.noise),
        "query_noise": written(design.noise_of_query),
    }


def _range(parameter: Parameter) -> list[str | None]:
    ends = (parameter.low, parameter.high)
    return [str(sympy.Rational(end)) if end.is_finite else None for end in ends]


def _combination(combination: Combination) -> list[Any]:
    return [[written(t.coefficient), list(t.matrices), t.vector] for t in combination.terms]
