"""The sections of a design file that name limits."""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from theory.designs.design import RESERVED
from theory.designs.domain import Condition
from theory.designs.parameter import Parameter
from theory.language.files import bounds
from theory.language.files.declarations import Declarations
from theory.language.files.document import Document
from theory.language.files.section import INFINITY, READ_AS_NUMBERS, Section, checked_name, section
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.tree import names
from theory.limits.leading import Regime
from theory.scalars.symbols import d, n

GROWS, SIZE = "d", "n"
"""The size that grows in a limit, and the other one, which does where it is infinite."""


def limits_of(
    document: Document,
    declared: Declarations,
    domain: tuple[Condition, ...],
    invariants: tuple[Parameter, ...] = (),
) -> tuple[Regime, ...]:
    """The regimes of ``[limits.NAME]``, in the order of the file.

    ``domain`` is the design's; its ``invariants`` stay fixed where nothing is said of them.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    return tuple(
        _limit(name, section(document, "limits", name).counted(), declared, domain, invariants)
        for name in section(document, "limits").counted().table
    )


def _limit(
    name: str,
    found: Section,
    declared: Declarations,
    domain: tuple[Condition, ...],
    invariants: tuple[Parameter, ...],
) -> Regime:
    checked_name(name, found.place, "a limit", hyphens=True)
    free = ("n", *(p.name for p in declared.parameters))
    found.only((*free, *(p.name for p in invariants)))
    if not found.table:
        raise Unreadable(
            found.place,
            f'found nothing in {found.title}; expected what grows with {GROWS}, as in n = "d/nu", '
            f'or n = "{INFINITY}"',
        )
    known = {one: Meaning.SCALAR for one in (GROWS, *free) if one not in found.table}
    endless = found.table.get(SIZE) == INFINITY
    known |= {SIZE: Meaning.SCALAR} if endless else {}
    scope = Scope(f"the limit {name}", known, _barred(found, declared), constants=True)
    constants: set[str] = set()
    substitution = []
    for key in (one for one in found.table if not (endless and one == SIZE)):
        tree = found.formula(key)
        substitution.append((sympy.Symbol(key), scalar(tree, scope)))
        constants |= names(tree) - set(known)
        if len(constants) > bounds.COUNT:
            raise Unreadable(
                found.value(key),
                f"found {len(constants)} constants in {found.title}; expected at most "
                f"{bounds.COUNT}",
            )
    grows = n if endless else d
    return Regime(name, tuple(substitution), (*declared.parameters, *invariants), domain, grows)


def _barred(found: Section, declared: Declarations) -> dict[str, str]:
    """Names that cannot be those of constants, and why."""
    parameters = {p.name for p in declared.parameters}
    return {
        **READ_AS_NUMBERS,
        **dict.fromkeys(RESERVED - {GROWS}, "the name is reserved"),
        **{k: f"it names {what}" for k, what in declared.kinds.items() if k not in parameters},
        **dict.fromkeys(found.table, "it is replaced in this limit"),
    }


def constants_of(limits: Iterable[Regime]) -> dict[str, str]:
    """The constants that limits bring in, and why no claim without that limit holds them.

    >>> from theory.language.gallery.regimes import proportional
    >>> constants_of([proportional])["nu"]
    'it is a constant of the limit proportional, which puts n = d/nu, and stands in claims in \
that limit only'
    """
    found = {}
    for regime in limits:
        for constant in regime.constants:
            uses = ((s, value) for s, value in regime.substitution if value.has(constant))
            shown = ", ".join(f"{symbol} = {value}" for symbol, value in uses)
            found[str(constant)] = (
                f"it is a constant of the limit {regime.name}, which puts {shown}, and stands in "
                "claims in that limit only"
            )
    return found
