"""What is derived for the files that ship, once for all tests of a process."""

from functools import cache

from theory.language.gallery import shipped
from theory.records.derived import Derived


@cache
def shipped_record(name: str) -> Derived:
    """The record of the design of a file that ships; nobody may change it."""
    return Derived.of(shipped(name))
