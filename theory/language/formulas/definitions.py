"""Names that stand for formulas, put into other formulas: trees into trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from theory.language.formulas import bounds
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.tree import (
    Name,
    Tree,
    children,
    names,
    rebuilt,
)


@dataclass(frozen=True)
class Definition:
    """A name, and the formula that it stands for.

    Parameters
    ----------
    name
        The name.
    tree
        The formula as it was written.
    place
        Where the name stands.
    """

    name: str
    tree: Tree
    place: Place


def check_order(found: Iterable[Definition]) -> None:
    """Raise where one uses itself, or one that is defined later; it may use the earlier ones.

    >>> from theory.language.formulas.parser import SOMEWHERE, parse
    >>> check_order([Definition("a", parse("a + 1"), SOMEWHERE)])
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: formula:1:1: found 'a' in its own definition; \
expected a formula without it
    """
    table = {one.name: one for one in found}
    later = set(table)
    for name, one in table.items():
        for used in _found(one.tree):
            if used.name == name:
                raise Unreadable(
                    used.place,
                    f"found {name!r} in its own definition; expected a formula without it",
                )
            if used.name in later:
                circle = name in _reached(used.name, table)
                why = "which is defined by it in turn" if circle else "which is defined later"
                raise Unreadable(
                    used.place,
                    f"found {used.name!r} in the definition of {name!r}, {why}; expected names "
                    "that are defined before",
                )
        later.remove(name)


def unused(found: Iterable[Definition], formulas: Iterable[Tree]) -> list[Definition]:
    """Those whose names stand in none of the formulas, and in no definition that does.

    >>> from theory.language.formulas.parser import SOMEWHERE, parse
    >>> k, m = (Definition(name, parse("d + 1"), SOMEWHERE) for name in "km")
    >>> [one.name for one in unused([k, m], [parse("n*k")])]
    ['m']
    """
    table = {one.name: one for one in found}
    used = frozenset().union(*map(names, formulas))
    for name in list(used & table.keys()):
        used |= _reached(name, table)
    return [one for name, one in table.items() if name not in used]


def check_used(found: Iterable[Definition], formulas: Iterable[Tree]) -> None:
    """Raise where a name stands in none of the formulas, and in no definition that does."""
    for one in unused(found, formulas):
        raise Unreadable(
            one.place, f"found {one.name!r}, which no formula uses; expected one that does"
        )


def written_out(tree: Tree, known: Mapping[str, Tree]) -> Tree:
    """A formula with trees in the place of names.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it becomes larger than any
    formula may be; it is measured before it is made.

    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.printing import printed
    >>> printed(written_out(parse("n*k - k^2"), {"k": parse("d + 1")}))
    'n*(d + 1) - (d + 1)^2'
    """
    sizes = {name: _size(one, {}) for name, one in known.items()}
    size = _size(tree, sizes)
    if size.nodes > bounds.FORMULA or size.depth > bounds.DEPTH:
        raise Unreadable(
            tree.place,
            "found a formula that is too large with its definitions written out; expected at most "
            f"{bounds.FORMULA} numbers, names and signs, nested {bounds.DEPTH} deep",
        )
    return _put(tree, known)


class _Size(NamedTuple):
    nodes: int
    depth: int


def _size(tree: Tree, known: Mapping[str, _Size]) -> _Size:
    if isinstance(tree, Name) and tree.name in known:
        return known[tree.name]
    inside = [_size(child, known) for child in children(tree)]
    return _Size(1 + sum(s.nodes for s in inside), 1 + max((s.depth for s in inside), default=0))


def _put(tree: Tree, known: Mapping[str, Tree]) -> Tree:
    if isinstance(tree, Name):
        return known.get(tree.name, tree)
    return rebuilt(tree, [_put(child, known) for child in children(tree)])


def _found(tree: Tree) -> Iterator[Name]:
    """The names in a tree, where they stand."""
    if isinstance(tree, Name):
        yield tree
    for child in children(tree):
        yield from _found(child)


def _reached(name: str, table: Mapping[str, Definition]) -> frozenset[str]:
    """The names that a definition uses, directly or by others."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for used in names(table[waiting.pop()].tree) & table.keys():
            if used not in seen:
                seen.add(used)
                waiting.append(used)
    return frozenset(seen)
