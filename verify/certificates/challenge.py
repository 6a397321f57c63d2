"""The challenge: what is asserted of a design, and nothing of why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sympy

from theory.designs.combinations import Combination
from theory.designs.design import Design
from theory.designs.domain import ABOVE
from theory.designs.parameter import Parameter
from theory.language.files.reading import DesignFile
from theory.language.formulas.writing import written
from theory.scalars.powers import varies
from theory.scalars.symbols import d, n

FORMAT = "icl-challenge/2"


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
        ``exact``, ``proved`` (of a bound), ``right in the limit`` or ``refuted``.
    limit
        Which size grows, what grows with it how, as formulas by name, and what must not vanish;
        None for all sizes.
    error
        Coefficient and power of the leading term of the relative error; None for no error.
    relation
        Between the quantity and the formula: ``=``, or an order.
    at
        The weight whose risk it is, ``W`` for any; None for the optimal one.
    """

    quantity: str
    formula: str
    verdict: str
    limit: tuple[str, dict[str, str], tuple[str, ...]] | None = None
    error: tuple[str, str] | None = None
    relation: str = "="
    at: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        limit, error = self.limit, self.error
        return {
            "quantity": self.quantity,
            "at": self.at,
            "relation": self.relation,
            "formula": self.formula,
            "verdict": self.verdict,
            "limit": limit and {"grows": limit[0], "put": limit[1], "where": list(limit[2])},
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
    if any(c.relation != ABOVE for p in design.parameters for c in p.where):
        return "a parameter must satisfy a strict condition, for which certificates have no words"
    if design.labels:
        return "its labels are no inner products of features and task, as certificates have them"
    if design.test is not None:
        return "it has another law at test, for which certificates have no words yet"
    if any(map(varies, {p for c in design.coefficients for p in c.atoms(sympy.Pow)})):
        return "an exponent holds the index, for which certificates have no words yet"
    for kind, names in (
        ("a fixed vector", design.means),
        ("a random scalar", [one.name for one in design.random]),
        ("a projection", [p.name for p in design.projections]),
        ("a function of other covariances", [one.name for one in design.defined]),
    ):
        if names:
            return f"{names[0]} is {kind}, for which certificates have no words yet"
    return ""


def challenge(file: DesignFile, where: list[str], assertions: list[Assertion]) -> dict[str, Any]:
    """The challenge about a design, as plain data; ``where`` are formulas that have an inverse.

    >>> from theory.language.gallery import shipped
    >>> challenge(shipped("rag"), [], [])["design"]["query"]["task"]
    [['1', [], 'b']]
    """
    return {
        "format": FORMAT,
        "design": _design(file.design),
        "predictor": {"name": "pgd", "scale": written(file.scale)},
        "where": where,
        "assertions": [one.data for one in assertions],
    }


def _design(design: Design) -> dict[str, Any]:
    conditions = [c for p in design.parameters for c in p.where]
    conditions += [c for p in design.parameters if not _is_end(p) for c in p.conditions[:1]]
    query = (
        design.query,
        design.label_scale_of_query,
        design.noise_of_query,
        design.task_of_query,
    )
    return {
        "parameters": {p.name: _range(p) for p in design.parameters},
        "whole": [p.name for p in design.parameters if p.whole],
        "conditions": [written(c.expression) for c in dict.fromkeys(conditions)],
        "covariances": list(design.covariances),
        "prompt": dict(design.prompt),
        "example": dict(design.example),
        "query": _law(*query),
        "examples": [
            [written(g.count), _law(g.features, g.label_scale, g.noise, g.task)]
            for g in design.groups
        ],
    }


def _law(
    features: Combination, label_scale: sympy.Expr, noise: sympy.Expr, task: Combination
) -> dict[str, Any]:
    return {
        "features": _combination(features),
        "label_scale": written(label_scale),
        "noise": written(noise),
        "task": _combination(task),
    }


def _is_end(parameter: Parameter) -> bool:
    """Whether the format has a range that ends there: at a number, n or d."""
    return parameter.high.free_symbols <= {n, d}


def _range(parameter: Parameter) -> list[str | None]:
    ends = (parameter.low, parameter.high if _is_end(parameter) else sympy.oo)
    return [written(end) if end.is_finite is not False else None for end in ends]


def _combination(combination: Combination) -> list[Any]:
    return [[written(t.coefficient), list(t.matrices), t.vector] for t in combination.terms]
