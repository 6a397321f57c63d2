"""The section of a design file that says what is other at test, ``[test]``."""

from __future__ import annotations

from typing import Any

from theory.designs.design import IDENTITY, Design
from theory.designs.law_at_test import with_law_at_test
from theory.designs.shift import EXAMPLES, ROLES
from theory.errors import InputError, UnknownName
from theory.language.files.declarations import Declarations
from theory.language.files.document import Document
from theory.language.files.prompts import value_of
from theory.language.files.section import Section, plain_name, section
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.places import Unreadable
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope

SECTION = "test"
WHICH_N = "prompts at test have a number of examples of their own; a parameter may stand for one"


def shifted(document: Document, declared: Declarations, design: Design) -> Design:
    """A design with the law at test that ``[test]`` gives it; the same where there is none.

    Raises :class:`~theory.language.formulas.places.Unreadable`.
    """
    if SECTION not in document.tables:
        return design
    found = section(document, SECTION).counted()
    if not found.table:
        raise Unreadable(
            found.place, 'found nothing in [test]; expected what is other there, such as n = "2*n"'
        )
    vectors = [v for v, _ in (*declared.prompt, *declared.example)]
    parameters = [p.name for p in declared.parameters]
    known = (EXAMPLES, *ROLES, *parameters, *design.matrices, *vectors)
    for key in found.table:
        if key not in known:
            problem = str(UnknownName("key in [test]", plain_name(key), known))
            if key in {group.name for group in design.examples}:
                problem = (
                    f"found the group {key!r} in [test]; expected what all examples share: what "
                    "one group has of its own is changed by a parameter that stands in it"
                )
            raise Unreadable(found.key(key), problem)
    given = {key: _value(found, key, declared, design) for key in found.table}
    try:
        return with_law_at_test(design, **given)
    except InputError as error:
        place = next((found.value(key) for key in given if _is_refused(design, key, given)), None)
        raise Unreadable(place or found.place, str(error)) from error


def _is_refused(design: Design, key: str, given: dict[str, Any]) -> bool:
    """Whether a key is refused alone."""
    try:
        with_law_at_test(design, **{key: given[key]})
    except InputError:
        return True
    return False


def _value(found: Section, key: str, declared: Declarations, design: Design) -> Any:
    if key in ROLES:
        return value_of(found, key, declared, bool(design.examples))
    if key == EXAMPLES or key in {p.name for p in declared.parameters}:
        return scalar(found.formula(key), _scope(key, declared, design))
    names = (IDENTITY, *design.matrices)
    name = found.text(key, f"a covariance, one of {', '.join(names)}, in quotes")
    if name not in names:
        problem = UnknownName(f"covariance of {key}", name[:SHOWN], names)
        raise Unreadable(found.inside(key, name), str(problem))
    return name


def _scope(key: str, declared: Declarations, design: Design) -> Scope:
    """What may stand for a number of examples, or for a parameter."""
    names = dict.fromkeys(["d", *(p.name for p in declared.parameters)], Meaning.SCALAR)
    barred = dict.fromkeys(design.matrices, f"it is a matrix, and {key} is a scalar")
    vectors = [v for v, _ in (*declared.prompt, *declared.example)]
    barred |= dict.fromkeys(vectors, f"it is a vector, and {key} is a scalar")
    barred["i"] = "it is the index of an example"
    if key == EXAMPLES:
        names["n"] = Meaning.SCALAR
    else:
        barred["n"] = WHICH_N
    return Scope(f"{key} at test", names, barred)
