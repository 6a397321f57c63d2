"""What a design file declares: parameters, random scalars, matrices and vectors."""

from __future__ import annotations

from dataclasses import dataclass

from theory.designs.design import IDENTITY
from theory.designs.parameter import Parameter
from theory.designs.random_scalars import RandomScalar
from theory.errors import UnknownName
from theory.language.files.covariances import Covariances, covariances_of
from theory.language.files.document import Document
from theory.language.files.laws import scalars_of
from theory.language.files.parameters import parameters_of
from theory.language.files.section import Section, checked_name, section
from theory.language.formulas.bounds import SHOWN
from theory.language.formulas.places import Place, Unreadable

FIXED = "fixed"
Vectors = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Declarations:
    """The names of a design file.

    Parameters
    ----------
    parameters
        With their ranges.
    random
        Random scalars with their laws.
    covariances
        The d x d matrices.
    means
        Names of fixed vectors of R^d.
    prompt, example
        Vectors with their covariances.
    kinds
        What each name was given to, for messages.
    """

    parameters: tuple[Parameter, ...]
    random: tuple[RandomScalar, ...]
    covariances: Covariances
    means: tuple[str, ...]
    prompt: Vectors
    example: Vectors
    kinds: dict[str, str]


def declarations(document: Document) -> Declarations:
    """Read the sections that declare names.

    Raises :class:`~theory.language.formulas.places.Unreadable`.

    >>> from theory.language.files.document import document
    >>> declarations(document('[gaussians.prompt]\\nq = "I"', "rag.toml")).prompt
    (('q', 'I'),)
    """
    section(document, "gaussians").only(("prompt", "example"))
    names = _Names()
    parameters = parameters_of(document, names.take)
    random = scalars_of(document, names.take, parameters)
    means = _means(section(document, "means"), names)
    covariances = covariances_of(document, parameters, means, names.take)
    return Declarations(
        parameters,
        random,
        covariances,
        means,
        _vectors(document, names, "prompt", covariances.names),
        _vectors(document, names, "example", covariances.names),
        {name: kind for name, (kind, _) in names.taken.items()},
    )


class _Names:
    """The names taken so far, with what has them and where it stands."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[str, Place]] = {}

    def take(self, name: str, place: Place, what: str) -> None:
        """A name that nothing else has."""
        checked_name(name, place, what)
        if name in self.taken:
            kind, first = self.taken[name]
            raise Unreadable(
                place,
                f"found {name!r} as the name of {what}, but {name!r} names {kind} on line "
                f"{first.line}; expected another name",
            )
        self.taken[name] = (what, place)


def _means(found: Section, names: _Names) -> tuple[str, ...]:
    expected = f'"{FIXED}", for a fixed vector of d entries'
    for key in found.counted().table:
        names.take(key, found.key(key), "a fixed vector")
        if found.text(key, expected) != FIXED:
            raise found.unexpected(key, expected)
    return tuple(found.table)


def _vectors(
    document: Document, names: _Names, level: str, covariances: tuple[str, ...]
) -> Vectors:
    found = section(document, "gaussians", level, required=level == "prompt").counted()
    known = (IDENTITY, *covariances)
    for key in found.table:
        names.take(key, found.key(key), f"a vector of the {level}")
        covariance = found.text(key, f"its covariance, one of {', '.join(known)}, in quotes")
        if covariance not in known:
            problem = str(UnknownName(f"covariance of {key}", covariance[:SHOWN], known))
            if "*" in covariance:
                problem += f"; a factor belongs into [prompt], as in sqrt(2)*{key}"
            raise Unreadable(found.inside(key, covariance), problem)
    return tuple(found.table.items())
