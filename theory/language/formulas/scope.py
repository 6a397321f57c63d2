"""What the names in a formula may stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from theory.errors import UnknownName
from theory.language.formulas.places import Unreadable
from theory.language.formulas.tree import Name


class Meaning(Enum):
    """What a name stands for; the value is how errors call it."""

    SCALAR = "a scalar"
    VECTOR = "a vector"
    MATRIX = "a matrix"


@dataclass(frozen=True)
class Scope:
    """The names a formula may use.

    Parameters
    ----------
    role
        What the formula is, for messages: ``"noise"``.
    names
        Each with its meaning.
    barred
        Names that exist but cannot stand here, each with the reason.
    constants
        Whether any other name is a scalar of its own, as in a limit.
    more
        How there come to be other names, for messages.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> Scope("noise", {"sigma": Meaning.SCALAR}).meaning(parse("sigm"))
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: formula:1:1: unknown name in noise 'sigm'; did \
you mean sigma?
    """

    role: str
    names: Mapping[str, Meaning]
    barred: Mapping[str, str] = field(default_factory=dict)
    constants: bool = False
    more: str = ""

    def meaning(self, name: Name) -> Meaning:
        """What a name stands for."""
        if name.name in self.names:
            return self.names[name.name]
        if name.name in self.barred:
            reason = self.barred[name.name]
            raise Unreadable(
                name.place,
                f"found {name.name!r} in {self.role}, but {reason}; expected {self.expected}",
            )
        if self.constants:
            return Meaning.SCALAR
        unknown = UnknownName(f"name in {self.role}", name.name, self.names)
        raise Unreadable(name.place, f"{unknown}{'' if unknown.near else self.more}")

    def named(self, meaning: Meaning) -> frozenset[str]:
        """The names with this meaning."""
        return frozenset(name for name, what in self.names.items() if what is meaning)

    @property
    def expected(self) -> str:
        """The names, in words."""
        known = ", ".join(sorted(self.names)) or "a constant"
        return f"one of {known}, or a new constant" if self.constants else f"one of {known}"
