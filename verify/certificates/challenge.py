"""The challenge: what is asserted of a design, and nothing of why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from theory.designs.combinations import Combination, substituted
from theory.designs.covariances import Defined
from theory.designs.design import Design
from theory.designs.domain import ABOVE
from theory.designs.label import FEATURES, LINEAR, QUERY, TASK, Label
from theory.designs.parameter import Parameter
from theory.designs.random_scalars import Indeterminate, RandomScalar
from theory.language.files.reading import DesignFile
from theory.language.formulas.writing import written
from theory.scalars.powers import varies
from theory.scalars.symbols import d, n
from verify.certificates.checker import STEPS

FORMAT, CERTIFICATE = "icl-challenge/4", "icl-certificate/1"
MOMENTS = 12
"""How many moments of a random scalar are told, where its law knows so many."""


@dataclass(frozen=True)
class Assertion:
    """One thing that is asserted of the optimum.

    Parameters
    ----------
    quantity
        ``weight``, ``risk``, ``excess`` or ``test_risk``.
    formula
        What is claimed for it; of several steps a formula for each coefficient.
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
    formula: str | tuple[str, ...]
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
            "formula": self.formula if isinstance(self.formula, str) else list(self.formula),
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


def challenge_and_certificate(
    asked: Any,
    steps: list[Any],
    weight: Any = None,
    roots: Sequence[str] = (),
    inverses: Sequence[str] = (),
) -> tuple[str, str]:
    """The texts of a challenge and of a certificate, which names the challenge by its SHA-256."""
    text = canonical(asked)
    data = {
        "format": CERTIFICATE,
        "challenge": hashlib.sha256(text.encode()).hexdigest(),
        "roots": roots,
        "inverses": inverses,
        "weight": weight,
        "steps": steps,
    }
    return text, canonical(data)


def unsaid(file: DesignFile) -> str:
    """What the format has no words for in a design and its predictor; nothing where it has.

    >>> from theory.language.gallery import shipped
    >>> unsaid(shipped("rag"))
    ''
    """
    design = file.design
    if file.tied or file.steps > STEPS:
        return f"its predictor makes equal steps, or more than the {STEPS} that the format has"
    if any(c.relation != ABOVE for p in design.parameters for c in p.where):
        return "a parameter must satisfy a strict condition, for which certificates have no words"
    if any(map(varies, {p for c in design.coefficients for p in c.atoms(sympy.Pow)})):
        return "an exponent holds the index, for which certificates have no words yet"
    return ""


def challenge(
    file: DesignFile, where: list[str], assertions: list[Assertion], weighted: bool = False
) -> dict[str, Any]:
    """The challenge about a design, as plain data; ``where`` are formulas that have an inverse.

    ``weighted`` where the predictor weighs the groups of examples.

    >>> from theory.language.gallery import shipped
    >>> challenge(shipped("rag"), [], [])["design"]["query"]["label"]
    [['1', [[[['1', [], 'q']], [['1', [], 'b']]]]]]
    """
    name = "weighted" if weighted else "pgd" if file.steps == 1 else "polynomial"
    return {
        "format": FORMAT,
        "design": _design(file.design),
        "predictor": {"name": name, "scale": written(file.scale), "steps": str(file.steps)},
        "where": where,
        "assertions": [one.data for one in assertions],
    }


def _design(design: Design) -> dict[str, Any]:
    conditions = [c for p in design.parameters for c in p.where]
    conditions += [c for p in design.parameters if not _is_end(p) for c in p.conditions[:1]]
    test = design.test
    return {
        "parameters": {p.name: _range(p) for p in design.parameters},
        "whole": [p.name for p in design.parameters if p.whole],
        "conditions": [written(c.expression) for c in dict.fromkeys(conditions)],
        "covariances": {
            **dict.fromkeys(design.covariances),
            **{one.name: _sum(one) for one in design.defined},
        },
        "projections": {p.name: p.rank and written(p.rank) for p in design.projections},
        "fixed": list(design.means),
        "scalars": {
            kind: {one.name: _moments(one) for one in design.random if one.per_example is each}
            for kind, each in (("prompt", False), ("example", True))
        },
        "test": test and {"n": written(test.examples), **_laws(test.design)},
        **_laws(design),
    }


def _sum(one: Defined) -> str:
    """A covariance that is a function of others, as a formula."""
    return " + ".join(term.written(written) for term in one.terms) or "0*I"


def _moments(one: RandomScalar) -> list[str]:
    """As many moments of a random scalar as are known, or may be needed."""
    found = Indeterminate(one, rooted=False).moments
    return [written(moment) for moment in found[:MOMENTS] if moment is not None]


def _laws(design: Design) -> dict[str, Any]:
    """What is drawn, and the laws of the query and of the examples."""
    own = {QUERY: design.query, TASK: design.task_of_query}
    label = (design.label_of_query or LINEAR.of_query()) * design.label_scale_of_query
    groups = []
    for group in design.groups:
        roles = {FEATURES: group.features, TASK: group.task, QUERY: design.query}
        of_group = (design.label or LINEAR) * group.label_scale
        law = _law(group.features, of_group, group.noise, roles)
        groups.append([written(group.count), law])
    return {
        "prompt": dict(design.prompt),
        "example": dict(design.example),
        "query": _law(design.query, label, design.noise_of_query, own),
        "examples": groups,
    }


def _law(
    features: Combination, label: Label, noise: sympy.Expr, roles: Mapping[str, Combination]
) -> dict[str, Any]:
    return {
        "features": _combination(features),
        "label": [
            [
                written(term.coefficient),
                [[_combination(substituted(one, roles)) for one in pair] for pair in term.dots],
            ]
            for term in label.terms
        ],
        "noise": written(noise),
    }


def _is_end(parameter: Parameter) -> bool:
    """Whether the format has a range that ends there: at a number, n or d."""
    return parameter.high.free_symbols <= {n, d}


def _range(parameter: Parameter) -> list[str | None]:
    ends = (parameter.low, parameter.high if _is_end(parameter) else sympy.oo)
    return [written(end) if end.is_finite is not False else None for end in ends]


def _combination(combination: Combination) -> list[Any]:
    return [[written(t.coefficient), list(t.matrices), t.vector] for t in combination.terms]
