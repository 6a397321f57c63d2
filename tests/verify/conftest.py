"""Trials of the tests draw fewer instances than a user's."""

from functools import cache

import pytest

from theory.language.files import reading
from verify.settings import Settings

FEWER = 3
"""A wrong claim has to fall within a third of the instances that a trial draws for a property."""


@pytest.fixture(autouse=True)
def fewer_instances(monkeypatch):
    """A right claim meets all of them where the documentation is made."""
    whole = Settings.examples.fget
    monkeypatch.setattr(Settings, "examples", property(lambda self: whole(self) // FEWER))


PARSED = cache(reading.parse_design)


@pytest.fixture
def read_once(monkeypatch):
    """A design file is read again only where its text is another: most of the time of a refusal."""
    monkeypatch.setattr(reading, "parse_design", PARSED)
