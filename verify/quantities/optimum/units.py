"""Labels in other units: what of a design grows when all labels are multiplied by a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy

from theory.designs.design import IDENTITY, Design
from theory.designs.instance import Instance
from theory.scalars.rational import is_zero


@dataclass(frozen=True)
class LabelUnits:
    """What is measured in the units of the label.

    Parameters
    ----------
    parameters
        Parameters of the noise.
    covariances
        Covariances of the task, which are in squared units.
    """

    parameters: frozenset[str]
    covariances: frozenset[str]

    def multiplied(self, at: Instance, by: Any) -> Instance:
        """An instance whose labels are ``by`` times as large."""

        def times(table: Mapping[str, Any], names: frozenset[str], factor: Any) -> dict[str, Any]:
            return {k: v * factor if k in names else v for k, v in table.items()}

        return replace(
            at,
            scalars=times(at.scalars, self.parameters, by),
            matrices=times(at.matrices, self.covariances, by**2),
            roots=times(at.roots, self.covariances, by),
        )


def units_of(design: Design) -> LabelUnits | None:
    """What of a design to multiply so that its labels are multiplied; None for no such thing.

    >>> from theory.language.gallery import designs
    >>> units_of(designs.independent), units_of(designs.rag)
    (LabelUnits(parameters=frozenset({'sigma'}), covariances=frozenset({'Sigma_beta'})), None)
    """
    if design.means:
        return None  # those of the task would grow as well
    covariance = dict((*design.prompt, *design.example))
    tasks = (*(group.task for group in design.groups), design.task_of_query)
    task = frozenset().union(*(c.vectors for c in tasks))
    others = covariance.keys() - task
    own = frozenset(covariance[v] for v in task)
    features = frozenset().union(*(group.features.vectors for group in design.groups))
    terms = design.combinations
    taken = {covariance[v] for v in others} | {
        m for c in terms for t in c.terms for m in t.matrices
    }
    if design.random or design.labels or task & (design.query.vectors | features):
        return None
    if not own or own & (taken | {IDENTITY}):
        return None
    made = {name for one in design.defined for name, _ in one.powers}
    fixed = {p.name for p in design.projections} | {one.name for one in design.defined}
    if own & (made | fixed):  # they cannot be multiplied, or others change with them
        return None
    noises = design.noises
    parameters = frozenset().union(*(noise.free_symbols for noise in noises))
    elsewhere = frozenset().union(
        *(c.symbols for c in terms),
        *(scale.free_symbols for scale in design.label_scales),
        *(group.count.free_symbols for group in design.groups),
    )
    unit = sympy.Dummy("unit")
    larger = {s: unit * s for s in parameters}
    linear = all(is_zero(noise.xreplace(larger) - unit * noise) for noise in noises)
    if not linear or parameters & elsewhere:
        return None
    return LabelUnits(frozenset(s.name for s in parameters), own)
