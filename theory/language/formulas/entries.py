"""What each formula of a claim is about: a quantity, or an entry of one that has several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from theory.designs.design import Design
from theory.errors import UnknownName
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.claims import ClaimedFormula
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.tree import Tree
from theory.scalars.rational import is_zero


@dataclass(frozen=True)
class Component:
    """A quantity that one formula says, or one entry of it.

    Parameters
    ----------
    quantity
        Which, or of which.
    name
        The name of a group, or the place of a coefficient from zero on; empty for all of it.

    Examples
    --------
    >>> Component(Quantity.GROUP_WEIGHTS, "retrieved").key, Component(Quantity.RISK).key
    ('omega.retrieved', 'risk')
    """

    quantity: Quantity
    name: str = ""

    @property
    def key(self) -> str:
        """What a report calls it."""
        return f"{self.family}.{self.name}" if self.name else self.family

    @property
    def family(self) -> str:
        """The key that it has in a file, with others of its quantity."""
        return self.quantity.value.split()[0]


Trees = tuple[tuple[Component, Tree], ...]
"""Formulas as they were parsed, each with what it is about; in the order of the quantities."""
Entries = tuple[tuple[Component, ClaimedFormula], ...]
"""The same, as read."""


def check_groups(names: Mapping[str, Place], design: Design, place: Place) -> None:
    """Raise where there is not one formula for each group of examples.

    Parameters
    ----------
    names
        The names for which there is one, with their places.
    design
        With its groups.
    place
        Of the key.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    groups = [group.name for group in design.examples]
    if not groups:
        raise Unreadable(
            place,
            "found sample weights of groups, and no groups of examples; expected one formula in i",
        )
    for name, where in names.items():
        if name not in groups:
            raise Unreadable(where, str(UnknownName("group of examples", name[:SHOWN], groups)))
    missing = [name for name in groups if name not in names]
    if missing:
        raise Unreadable(
            place,
            f"found no sample weight of {', '.join(missing)}; expected one for each group, as all "
            "of them are claimed up to one common factor",
        )


def check_nonzero(found: Entries) -> None:
    """Raise where the sample weights of all groups are claimed to be zero.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    claimed = [f for one, f in found if one.quantity is Quantity.GROUP_WEIGHTS]
    if claimed and all(is_zero(formula.expression) for formula in claimed):
        raise Unreadable(
            claimed[0].tree.place,
            "found zero as the sample weight of every group; expected another one, as they are "
            "claimed up to a common factor",
        )


def check_steps(found: Entries, steps: int) -> None:
    """Raise where coefficients are claimed, and not one for each of several steps.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    places = [
        formula.tree.place for entry, formula in found if entry.quantity is Quantity.COEFFICIENTS
    ]
    if places and steps == 1:
        raise Unreadable(
            places[0], "found the coefficients of one step claimed; expected its weight"
        )
    if places and len(places) != steps:
        raise Unreadable(
            places[0], f"found {len(places)} coefficients of {steps} steps; expected {steps}"
        )
