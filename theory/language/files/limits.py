"""The sections of a design file that name limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import sympy

from theory.algebra.invariants import trace
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
from theory.language.formulas.tree import Name, Number, Tree, children, names, rebuilt
from theory.limits.leading import Regime
from theory.limits.traces import POWERS, conditions_of
from theory.scalars.symbols import d, n
from theory.scalars.told import told

GROWS, SIZE = "d", "n"
"""The size that grows in a limit, and the other one, which does where it is infinite."""
ANY = "k"
"""In a key such as ``tr(S^k)``, and in the names of its formula: each power from 1 on."""


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
    endless = found.table.get(SIZE) == INFINITY
    traces = {} if endless else _traces(declared)  # where d is fixed, so are they
    found.only((*free, *(p.name for p in invariants), *traces))
    if not found.table:
        raise Unreadable(
            found.place,
            f'found nothing in {found.title}; expected what grows with {GROWS}, as in n = "d/nu", '
            f'or n = "{INFINITY}"',
        )
    known = {one: Meaning.SCALAR for one in (GROWS, *free) if one not in found.table}
    known |= {SIZE: Meaning.SCALAR} if endless else {}
    scope = Scope(f"the limit {name}", known, _barred(found, declared), constants=True)
    constants: set[str] = set()
    substitution: dict[sympy.Symbol, sympy.Expr] = {}
    keys: dict[sympy.Symbol, str] = {}
    for key in (one for one in found.table if not (endless and one == SIZE)):
        for symbol, tree in _meant(found, key, traces, declared):
            substitution[symbol] = scalar(tree, scope)
            keys[symbol] = key
            constants |= names(tree) - set(known)
        if len(constants) > bounds.COUNT:
            raise Unreadable(
                found.value(key),
                f"found {len(constants)} constants in {found.title}; expected at most "
                f"{bounds.COUNT}",
            )
    grows = n if endless else d
    ranges = (*declared.parameters, *invariants)
    regime = Regime(name, tuple(substitution.items()), ranges, domain, grows)
    for one in conditions_of(substitution):
        if regime.leaves(one.expression):
            last = next(k for s, k in reversed(keys.items()) if one.expression.has(s))
            raise Unreadable(
                found.value(last),
                f"found traces in {found.title} that no covariance has; expected {one} as {grows} "
                "grows",
            )
    return regime


def _traces(declared: Declarations) -> dict[str, str]:
    """The keys that are traces of powers of covariances, with the names of these."""
    projections = {one.name for one in declared.covariances.projections}
    given = [name for name in declared.covariances.given if name not in projections]
    found = {trace(name, power).name: name for name in given for power in POWERS}
    return found | {f"tr({name}^{ANY})": name for name in given}


def _meant(
    found: Section,
    key: str,
    traces: dict[str, str],
    declared: Declarations,
) -> Iterator[tuple[sympy.Symbol, Tree]]:
    """What a key replaces, and by what: a key in any power stands for those not given."""
    tree = found.formula(key)
    if not (key in traces and key.endswith(f"^{ANY})")):
        yield sympy.Symbol(key), tree
        return
    if ANY in declared.kinds or ANY in found.table:
        raise Unreadable(
            found.key(key),
            f"found {key}, but {ANY} names something else; expected each trace by itself, as in "
            f"{trace(traces[key], 2)}",
        )
    for power in (one for one in POWERS if one > 0):
        symbol = trace(traces[key], power)
        if symbol.name not in found.table:
            yield symbol, _at_power(tree, power)


def _at_power(tree: Tree, power: int) -> Tree:
    """A formula with a number for k, alone or at the end of a name as in t_k."""
    if isinstance(tree, Name):
        if tree.name == ANY:
            return Number(Fraction(power), tree.place)
        stem = tree.name.removesuffix(f"_{ANY}")
        return tree if stem == tree.name else Name(f"{stem}_{power}", tree.place)
    return rebuilt(tree, [_at_power(part, power) for part in children(tree)])


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
            shown = ", ".join(f"{symbol} = {told(value)}" for symbol, value in uses)
            found[str(constant)] = (
                f"it is a constant of the limit {regime.name}, which puts {shown}, and stands in "
                "claims in that limit only"
            )
    return found
