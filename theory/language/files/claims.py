"""The sections of a design file that hold claims about the design."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from theory.designs.design import Design
from theory.errors import UnknownName
from theory.language.files.document import Document
from theory.language.files.section import Section, checked_name, section
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.claims import Formula, risk_formula, weight_formula
from theory.language.formulas.places import Unreadable
from theory.limits.leading import Regime

UNNAMED = "claim"
"""What a claim is called that a command line makes."""


@dataclass(frozen=True)
class Claimed:
    """What is claimed of a design.

    Parameters
    ----------
    name
        What the claim is called.
    risk, weight
        The claimed optimal risk and weight; one of them at least.
    limit
        The regime in which they are claimed to leading order; None where they are claimed exactly.
    source
        Where the claim comes from, in words.
    """

    name: str
    risk: Formula | None = None
    weight: Formula | None = None
    limit: Regime | None = None
    source: str = ""


def claims_of(document: Document, design: Design, limits: Iterable[Regime]) -> tuple[Claimed, ...]:
    """The claims of ``[claims.NAME]``, in the order of the file.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    table = {regime.name: regime for regime in limits}
    return tuple(
        _claim(name, section(document, "claims", name), design, table)
        for name in section(document, "claims").counted().table
    )


def _claim(name: str, found: Section, design: Design, limits: dict[str, Regime]) -> Claimed:
    checked_name(name, found.place, "a claim", hyphens=True)
    found.only(("source", "risk", "weight", "limit"))
    if not {"risk", "weight"} & found.table.keys():
        raise found.missing("risk", 'a formula in quotes, or weight = "..."')
    limit, barred = None, constants_of(limits.values())
    if "limit" in found.table:
        which = found.text("limit", "the name of a limit in quotes")
        if which not in limits:
            problem = UnknownName("limit", which[:SHOWN], limits)
            raise Unreadable(found.inside("limit", which), str(problem))
        limit = limits[which]
    return Claimed(
        name,
        risk_formula(found.formula("risk"), design, barred) if "risk" in found.table else None,
        weight_formula(found.formula("weight"), design, barred)
        if "weight" in found.table
        else None,
        limit,
        found.line("source") if "source" in found.table else "",
    )


def constants_of(limits: Iterable[Regime]) -> dict[str, str]:
    """The constants that limits bring in, and why no claim holds them.

    >>> from theory.language.gallery.regimes import proportional
    >>> constants_of([proportional])["nu"]
    'it is a constant of the limit proportional, which puts n = d/nu'
    """
    found = {}
    for regime in limits:
        for constant in regime.constants:
            uses = ((s, value) for s, value in regime.substitution if value.has(constant))
            shown = ", ".join(f"{symbol} = {value}" for symbol, value in uses)
            found[str(constant)] = (
                f"it is a constant of the limit {regime.name}, which puts {shown}"
            )
    return found
