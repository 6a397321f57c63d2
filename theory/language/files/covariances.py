"""The section of a design file that names covariances, and says what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy

from theory.designs.covariances import Defined, Projection
from theory.designs.design import IDENTITY
from theory.designs.parameter import Parameter
from theory.errors import InputError
from theory.language.files.document import Document
from theory.language.files.section import Section, section
from theory.language.formulas.matrix_sums import Terms, matrix_sum
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.tree import Name
from theory.scalars.signs import is_positive

PSD, PROJECTION = "psd", "projection"
KEYS = ("kind", "rank")
EXPECTED = (
    f'"{PSD}", for a symmetric positive semi-definite d x d matrix, '
    f'{{ kind = "{PROJECTION}", rank = "r" }}, or a function of others such as "S^-1"'
)
WITHOUT_N = "the covariances of a design do not depend on n"

Take = Callable[[str, Place, str], None]


@dataclass(frozen=True)
class Covariances:
    """The covariances of a file.

    Parameters
    ----------
    given
        Names of those that are given.
    projections, defined
        What is known of some of these, and what follows from them.
    """

    given: tuple[str, ...] = ()
    projections: tuple[Projection, ...] = ()
    defined: tuple[Defined, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return (*self.given, *(one.name for one in self.defined))


def covariances_of(
    document: Document, parameters: tuple[Parameter, ...], means: tuple[str, ...], take: Take
) -> Covariances:
    """The covariances of a file.

    ``means`` are its fixed vectors; ``take`` is told each name, and refuses what is no new one.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    >>> from theory.language.files.document import document
    >>> text = '[covariances]\\nS = "psd"\\nB = "S^-1"'
    >>> found = covariances_of(document(text, "aligned.toml"), (), (), lambda *told: None)
    >>> found.defined
    (B = S^-1,)
    """
    found = section(document, "covariances").counted()
    given, projections = [], []
    for key, value in found.table.items():
        take(key, found.key(key), "a covariance")
        if value == PSD:
            given.append(key)
        elif isinstance(value, dict):
            given.append(key)
            kind = found.within(key)
            kind.only(KEYS)
            if kind.text("kind", f'"{PSD}" or "{PROJECTION}"') == PROJECTION:
                projections.append(Projection(key, _rank(kind, key, parameters)))
            elif kind.table["kind"] != PSD or "rank" in kind.table:
                raise kind.unexpected("kind", f'"{PROJECTION}"')
        elif not isinstance(value, str):
            raise found.unexpected(key, EXPECTED)
    projected = frozenset(p.name for p in projections)
    defined: list[Defined] = []
    for key in found.table:
        if key not in given:
            defined.append(_defined(found, key, given, defined, parameters, projected, means))
    return Covariances(tuple(given), tuple(projections), tuple(defined))


def _rank(kind: Section, name: str, parameters: tuple[Parameter, ...]) -> sympy.Expr | None:
    """A formula in d and whole parameters; None where there is none."""
    if "rank" not in kind.table:
        return None
    role = f"the rank of {name}"
    whole = {p.name for p in parameters if p.whole}
    barred = {"n": WITHOUT_N, "i": "it is the index of an example"}
    for p in parameters:
        if not p.whole:
            barred[p.name] = (
                f'it need not be whole, as {p.name} = {{ range = [0, "d"], whole = true }} is'
            )
    names = dict.fromkeys(["d", *sorted(whole)], Meaning.SCALAR)
    found = scalar(kind.formula("rank"), Scope(role, names, barred))
    if found.is_number and not (found.is_Integer and found >= 0):
        raise Unreadable(
            kind.value("rank"), f"found {found} for {role}; expected a whole number from 0 to d"
        )
    return found


def _defined(
    found: Section,
    key: str,
    given: list[str],
    before: list[Defined],
    parameters: tuple[Parameter, ...],
    projected: frozenset[str],
    means: tuple[str, ...],
) -> Defined:
    """A covariance that is a formula in those that are given, and in those defined above it."""
    known: dict[str, Terms] = {one.name: one.terms for one in before}
    below = [k for k in found.table if k not in known and k not in given]
    matrices = dict.fromkeys([*given, *known, IDENTITY], Meaning.MATRIX)
    scalars = dict.fromkeys(["d", *(p.name for p in parameters)], Meaning.SCALAR)
    scalars |= dict.fromkeys(means, Meaning.VECTOR)
    barred = dict.fromkeys(below, "it is not defined above")
    barred |= {"n": WITHOUT_N, "i": "it is the index of an example"}
    role = f"the covariance {key}"
    text = found.text(key, EXPECTED)
    place = found.inside(key, text)
    tree = parse(text, place)
    if isinstance(tree, Name) and tree.name not in {*matrices, *scalars, *barred}:
        raise found.unexpected(key, EXPECTED)
    terms = matrix_sum(tree, Scope(role, matrices | scalars, barred), known, projected)
    try:
        made = Defined(key, terms)
    except InputError as error:
        raise Unreadable(place, f"{error}; expected a symmetric one") from error
    ranges = {p.symbol: (p.low, p.high) for p in parameters}
    if all(t.factors == t.turned and is_positive(-t.coefficient, ranges) for t in terms):
        raise Unreadable(place, f"found a negative matrix for {role}; expected a covariance")
    divisors = (sympy.fraction(sympy.together(t.coefficient))[1] for t in terms)
    for divisor in divisors:
        if not any(is_positive(one, ranges) for one in (divisor, -divisor)):
            raise Unreadable(
                place,
                f"found the divisor {divisor} in {role}, which may be zero; expected one that is "
                "not, in the ranges of the parameters",
            )
    return made
