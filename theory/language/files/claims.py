"""The sections of a design file that hold claims about the design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import sympy

from theory.designs.design import Design
from theory.errors import UnknownName
from theory.language.files.document import Document
from theory.language.files.limits import constants_of
from theory.language.files.section import Section, checked_abbreviation, checked_name, section
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.claims import ClaimedFormula, Where, abbreviations, claim_formula
from theory.language.formulas.comparators import Comparator, comparator_of
from theory.language.formulas.definitions import Definition, check_used, unused
from theory.language.formulas.entries import Component, Entries, Trees, check_groups, check_nonzero
from theory.language.formulas.expressions import FREE
from theory.language.formulas.orderings import EXPECTED, Ordering, exception, ordering
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.scope import Meaning
from theory.language.formulas.tree import Name, Tree, names
from theory.limits.leading import Regime
from theory.text.formulas import Formula
from theory.text.formulas import where as meanings

UNNAMED = "claim"
"""What a claim is called that a command line makes."""

AT = "at"
"""The key of the weight at which a risk is claimed."""
HOLDS = "holds"
"""The key of a comparison of two quantities."""
UNLESS = "unless"
"""The key of an equation, where which holds an order is not claimed."""
EQUAL = Comparator.EQUAL
RISKS = (Quantity.RISK.value, Quantity.EXCESS.value)
"""What may be claimed there."""
VERDICTS = ("holds", "refuted", "undecided")
"""What a trial may be expected to end with."""
FORMULAS = tuple(quantity.value for quantity in Quantity if quantity.is_one)
"""The quantities that a claim may have a formula for, by their keys."""
OMEGA, COEFFICIENTS = Quantity.OMEGA.value, Quantity.COEFFICIENTS.value
KEYS = (*FORMULAS, COEFFICIENTS)
"""The same, with those that have several formulas."""


@dataclass(frozen=True)
class Written:
    """A claim as it was written, with names not looked at yet.

    Parameters
    ----------
    entries
        Formulas, each with what it is about.
    at
        The weight at which a risk is claimed, instead of the optimal one; W for any weight.
    holds
        A comparison of two quantities.
    relations
        Those of the formulas that are bounds, by their keys.
    where
        Names for parts of them.
    unless
        What is zero where an order is not claimed.
    """

    entries: Trees = ()
    at: Tree | None = None
    holds: Ordering | None = None
    relations: tuple[tuple[str, Comparator], ...] = ()
    where: tuple[Definition, ...] = ()
    unless: Tree | None = None

    def parts(self) -> Iterator[tuple[str, Tree]]:
        """The formulas by the names of their quantities, and the definitions by their own."""
        yield from ((entry.key, tree) for entry, tree in self.entries)
        if self.at is not None and not self.is_free:
            yield AT, self.at
        for one in self.where:
            yield one.name, one.tree

    def with_part(self, name: str, tree: Tree) -> Written:
        """Another formula for one of the parts; definitions that no formula uses then are gone."""
        where = (replace(one, tree=tree) if one.name == name else one for one in self.where)
        entries = ((one, tree if one.key == name else old) for one, old in self.entries)
        at = tree if name == AT else self.at
        changed = replace(self, entries=tuple(entries), at=at, where=tuple(where))
        idle = unused(changed.where, changed.formulas)
        return replace(changed, where=tuple(one for one in changed.where if one not in idle))

    @property
    def formulas(self) -> tuple[Tree, ...]:
        """What is claimed, in the order of the quantities, and of which weight."""
        own = (None if self.is_free else self.at, self.unless)
        found = (*(tree for _, tree in self.entries), *own)
        return tuple(tree for tree in found if tree is not None)

    def relation(self, key: str) -> Comparator:
        """That of a formula."""
        return dict(self.relations).get(key, EQUAL)

    @property
    def is_free(self) -> bool:
        """Whether it is about any weight."""
        return isinstance(self.at, Name) and self.at.name == FREE

    def read(
        self,
        name: str,
        design: Design,
        limits: Iterable[Regime] = (),
        limit: Regime | None = None,
    ) -> Claimed:
        """The claim about a design, to leading order in a limit, whose constants may stand in it.

        Raises :class:`~theory.language.formulas.places.Unreadable`.
        """
        barred = constants_of(limits)
        others = dict.fromkeys(map(str, () if limit is None else limit.constants), Meaning.SCALAR)
        others |= {FREE: Meaning.MATRIX} if self.is_free else {}
        where = abbreviations(self.where, design, barred, others)

        def formula(entry: Component, tree: Tree) -> ClaimedFormula:
            relation = self.relation(entry.key)
            return claim_formula(entry.quantity, tree, design, barred, where, others, relation)

        entries = tuple((entry, formula(entry, tree)) for entry, tree in self.entries)
        check_nonzero(entries)
        at = None if self.at is None else formula(Component(Quantity.WEIGHT), self.at)
        unless = None if self.unless is None else self._exception(design, where, limit)
        check_used(self.where, self.formulas)
        return Claimed(
            name,
            entries,
            at,
            self.holds,
            limit=limit,
            where=where,
            unless=unless,
            written=self,
        )

    def _exception(self, design: Design, where: Where, limit: Regime | None) -> ClaimedFormula:
        """What is zero where an order is not claimed: of sizes and parameters alone."""
        assert self.unless is not None
        place = self.unless.place
        if limit is not None or (self.holds is None and not self.relations):
            beside = "an equality" if limit is None else "a limit"
            raise Unreadable(
                place, f"found {UNLESS} beside {beside}; expected a bound at all sizes"
            )
        found = claim_formula(Quantity.RISK, self.unless, design, None, where)
        if names(found.tree) & {*design.matrices, *design.means}:
            raise Unreadable(place, f"found matrices in {UNLESS}; expected sizes and parameters")
        return found


@dataclass(frozen=True)
class Claimed:
    """What is claimed of a design.

    Parameters
    ----------
    name
        What the claim is called.
    entries
        What is claimed of each quantity, or of its entries.
    at
        The weight at which a risk is claimed; None for the optimal one.
    holds
        A comparison of two quantities.
    limit
        The regime in which they are claimed to leading order; None where they are claimed exactly.
    source
        Where the claim comes from, in words.
    expected
        The verdict that a trial is expected to end with; other than ``holds`` where a claim stands
        in its file because it is wrong, or cannot be decided.
    where
        Names that abbreviate parts of the formulas.
    unless
        What is zero where an order is not claimed.
    written
        The formulas as they were written; nothing of a claim that was not read from text.
    """

    name: str
    entries: Entries = ()
    at: ClaimedFormula | None = None
    holds: Ordering | None = None
    limit: Regime | None = None
    source: str = ""
    expected: str = VERDICTS[0]
    where: Where = ()
    unless: ClaimedFormula | None = None
    written: Written = Written()

    @property
    def is_bound(self) -> bool:
        """Whether it says how quantities are ordered."""
        orders = (formula.relation for formula in self.formulas.values())
        return self.holds is not None or any(one is not EQUAL for one in orders)

    @property
    def formulas(self) -> dict[Quantity, ClaimedFormula]:
        """What is claimed of quantities that one formula says."""
        return {one.quantity: formula for one, formula in self.entries if one.quantity.is_one}

    @property
    def weight(self) -> ClaimedFormula | None:
        """What is claimed of the optimal weight."""
        return self.formulas.get(Quantity.WEIGHT)

    @property
    def risk(self) -> ClaimedFormula | None:
        """What is claimed of the risk."""
        return self.formulas.get(Quantity.RISK)

    @property
    def held(self) -> frozenset[str]:
        """The constants of its limit that stand in it: it has no value at sizes alone."""
        constants = {*map(str, () if self.limit is None else self.limit.constants)}
        read = (*(f for _, f in self.entries), *(() if self.at is None else (self.at,)))
        return frozenset().union(*(names(one.tree) for one in read)) & constants

    def within(self, design: Design, limits: Iterable[Regime], limit: Regime) -> Claimed:
        """The same, claimed in another limit of the file.

        Raises :class:`~theory.language.formulas.places.Unreadable` where it holds constants that
        this limit does not have.
        """
        read = self.written.read(self.name, design, limits, limit)
        return replace(read, source=self.source, expected=self.expected)

    @property
    def definitions(self) -> tuple[Formula, ...]:
        """What the names stand for, and where an order is claimed."""
        found = meanings((one.symbol, one.expression) for one in self.where)
        if self.unless is None:
            return found
        return (*found, Formula(self.unless.shown, sympy.Integer(0), r"\ne"))


def definition(name: str, tree: Tree, place: Place) -> Definition:
    """A name for a part of claims; ``place`` is that of the name.

    Raises :class:`~theory.language.formulas.places.Unreadable` where the name is none or reserved.
    """
    return Definition(checked_abbreviation(name, place), tree, place)


def check_together(keys: Mapping[str, Place], relations: Mapping[str, Comparator]) -> None:
    """Raise where parts of a claim do not go together; each key with its place.

    At a given weight there are risks only, and bounds stand in claims without equalities.
    """
    for key, place in keys.items():
        if AT in keys and key not in (*RISKS, AT):
            raise Unreadable(
                place, f"found {key} with at; expected {' or '.join(RISKS)} at the given weight"
            )
    equal = [key for key, relation in relations.items() if relation is EQUAL]
    if equal and (HOLDS in keys or len(equal) < len(relations)):
        raise Unreadable(
            keys[equal[0]],
            f"found {equal[0]} as an equality beside what is claimed of an order; expected a claim "
            "of its own for each",
        )


def singles(bounds: Mapping[str, tuple[Comparator, Tree]]) -> Trees:
    """The formulas of quantities that one formula says, by key, in the order of a report."""
    return tuple((Component(Quantity(k)), bounds[k][1]) for k in FORMULAS if k in bounds)


def ordered(bounds: Mapping[str, tuple[Comparator, Tree]]) -> tuple[tuple[str, Comparator], ...]:
    """The relations of bounds, by key."""
    return tuple((key, one) for key, (one, _) in bounds.items() if one is not EQUAL)


def bound(text: str, place: Place) -> tuple[Comparator, Tree]:
    """A formula, with the relation that may stand before it; ``place`` is that of the text."""
    relation, start = comparator_of(text)
    return relation, parse(text[start:], place.after(start))


def _bound(found: Section, key: str) -> tuple[Comparator, Tree]:
    value = found.table[key]
    if isinstance(value, str):
        return bound(value, found.inside(key, value))
    return EQUAL, found.formula(key)


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
    found.only(("source", *KEYS, AT, HOLDS, UNLESS, "limit", "where", "verdict"))
    if not {*KEYS, HOLDS} & found.table.keys():
        raise found.missing("risk", f"a formula in quotes, or one for {', '.join(KEYS)}")
    whole = [key for key in FORMULAS if key in found.table and not _is_table(found, key)]
    bounds = {key: _bound(found, key) for key in whole}
    holds = None
    if HOLDS in found.table:
        text = found.text(HOLDS, EXPECTED)
        holds = ordering(text, found.inside(HOLDS, text))
    check_together(
        {key: found.key(key) for key in (*KEYS, AT, HOLDS) if key in found.table},
        {key: bounds[key][0] if key in bounds else EQUAL for key in KEYS if key in found.table},
    )
    unless = None
    if UNLESS in found.table:
        text = found.text(UNLESS, 'an equation, such as "n = 1"')
        unless = exception(text, found.inside(UNLESS, text))
    limit = None
    if "limit" in found.table:
        which = found.text("limit", "the name of a limit in quotes")
        if which not in limits:
            problem = UnknownName("limit", which[:SHOWN], limits)
            raise Unreadable(found.inside("limit", which), str(problem))
        limit = limits[which]
    written = Written(
        (*singles(bounds), *_of_groups(found, design), *_coefficients(found)),
        at=found.formula(AT) if AT in found.table else None,
        holds=holds,
        relations=ordered(bounds),
        where=_where(found),
        unless=unless,
    )
    source = found.line("source") if "source" in found.table else ""
    read = written.read(name, design, limits.values(), limit)
    return replace(read, source=source, expected=_expected(found))


def _is_table(found: Section, key: str) -> bool:
    return key == OMEGA and isinstance(found.table.get(key), dict)


def _of_groups(found: Section, design: Design) -> Trees:
    """``omega.NAME`` for each group of examples; nothing of one formula in i."""
    if not _is_table(found, OMEGA):
        return ()
    inside = found.within(OMEGA).counted()
    check_groups({name: inside.key(name) for name in inside.table}, design, found.key(OMEGA))
    groups = (Component(Quantity.GROUP_WEIGHTS, group.name) for group in design.examples)
    return tuple((one, inside.formula(one.name)) for one in groups)


def _coefficients(found: Section) -> Trees:
    """A list of formulas."""
    if COEFFICIENTS not in found.table:
        return ()
    value = found.table[COEFFICIENTS]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value) or not value:
        raise found.unexpected(COEFFICIENTS, 'a list of formulas in quotes, ["1/n", "-1/n^2"]')
    place = found.value(COEFFICIENTS)._replace(exact=False)
    return coefficients((text, place) for text in value)


def coefficients(found: Iterable[tuple[str, Place]]) -> Trees:
    """Formulas for the coefficients of several steps, in order, each with its place."""
    return tuple(
        (Component(Quantity.COEFFICIENTS, str(k)), parse(text, place))
        for k, (text, place) in enumerate(found)
    )


def _expected(found: Section) -> str:
    if "verdict" not in found.table:
        return VERDICTS[0]
    verdict = found.line("verdict")
    if verdict not in VERDICTS:
        problem = UnknownName("verdict", verdict[:SHOWN], VERDICTS)
        raise Unreadable(found.inside("verdict", verdict), str(problem))
    return verdict


def _where(found: Section) -> tuple[Definition, ...]:
    if "where" not in found.table:
        return ()
    names = section(found.document, *found.path, "where").counted()
    return tuple(definition(key, names.formula(key), names.key(key)) for key in names.table)
