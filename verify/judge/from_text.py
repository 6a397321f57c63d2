"""Claims from the texts of a command line."""

from __future__ import annotations

from collections.abc import Iterable

from theory.errors import InputError
from theory.language.files.claims import (
    AT,
    COEFFICIENTS,
    FORMULAS,
    HOLDS,
    OMEGA,
    UNLESS,
    UNNAMED,
    Claimed,
    Written,
    check_together,
    definition,
    ordered,
    singles,
)
from theory.language.files.claims import bound as claimed
from theory.language.files.claims import coefficients as list_of
from theory.language.files.reading import DesignFile
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.definitions import Definition
from theory.language.formulas.entries import Component, Trees, check_groups
from theory.language.formulas.orderings import exception, ordering
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, plain, shown
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.tree import Tree


def claim_of(
    file: DesignFile,
    limit: str | None = None,
    where: Iterable[str] = (),
    omega: str | Iterable[str] = (),
    coefficients: Iterable[str] = (),
    **formulas: str | None,
) -> Claimed:
    """A claim from text: a formula for each quantity by its key, and the limit it is in.

    ``omega`` is a formula in i, or one for each group of examples, ``"NAME = FORMULA"``;
    ``coefficients`` are formulas, one for each step. ``where`` are names for parts of the formulas,
    as in ``"kappa = alpha^2*d + 1"``; ``at`` is a weight at which a risk is claimed, ``unless`` an
    equation where which holds an order is not claimed.

    Raises :class:`~theory.errors.InputError` with the place, what was found and what was expected.

    >>> from theory.language.gallery import shipped
    >>> claim_of(shipped("rag"), risk="< d").is_bound
    True
    """
    regime = None if limit is None else file.limit(limit)
    several = (omega,) if isinstance(omega, str) else tuple(omega)
    of_groups = len(several) > 1 or any("=" in text for text in several)
    if several and not of_groups:
        (formulas[OMEGA],) = several
    texts = {key: text for key, text in formulas.items() if text is not None}
    places = {key: Place(f"--{key.replace('_', '-')}") for key in texts}
    bounds = {key: claimed(texts[key], places[key]) for key in texts if key in FORMULAS}
    entries = _groups(several, file) if of_groups else ()
    listed = [(text, Place(f"--{COEFFICIENTS}")) for text in coefficients]
    entries += list_of(listed)
    places |= {entry.family: tree.place for entry, tree in entries}
    relations = {key: relation for key, (relation, _) in bounds.items()}
    check_together(places, relations | {e.family: Comparator.EQUAL for e, _ in entries})
    claim = Written(
        singles(bounds) + entries,
        at=parse(texts[AT], places[AT]) if AT in texts else None,
        holds=ordering(texts[HOLDS], places[HOLDS]) if HOLDS in texts else None,
        relations=ordered(bounds),
        where=tuple(map(_definition, where)),
        unless=exception(texts[UNLESS], places[UNLESS]) if UNLESS in texts else None,
    )
    return file.accepted(claim.read(UNNAMED, file.design, file.limits, regime))


def _named(option: str, text: str, example: str) -> tuple[str, Tree, Place]:
    """``NAME = FORMULA``, with the place of the name."""
    name, equals, formula = (part.strip() for part in text.partition("="))
    if not equals or not name:
        raise InputError(f"{option} {shown(text)}: expected NAME = FORMULA, as in {example}")
    place = Place(f"{option} {plain(name[:SHOWN])}")
    return name, parse(formula, place), place


def _definition(text: str) -> Definition:
    return definition(*_named("--where", text, '"k = d + 1"'))


def _groups(texts: Iterable[str], file: DesignFile) -> Trees:
    """The sample weights of groups, in the order of the groups."""
    option = f"--{OMEGA}"
    found = [_named(option, text, '"retrieved = d + 1"') for text in texts]
    names = {name: place for name, _, place in found}
    if len(names) < len(found):
        raise InputError(f"{option}: expected each group once")
    check_groups(names, file.design, Place(option))
    trees = {name: tree for name, tree, _ in found}
    return tuple(
        (Component(Quantity.GROUP_WEIGHTS, group.name), trees[group.name])
        for group in file.design.examples
    )
