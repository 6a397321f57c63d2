"""Trials of the tests draw fewer instances than a user's."""

import pytest

from verify.settings import Settings

FEWER = 3
"""A wrong claim has to fall within a third of the instances that a trial draws for a property."""


@pytest.fixture(autouse=True)
def fewer_instances(monkeypatch):
    """A right claim meets all of them where the documentation is made."""
    whole = Settings.examples.fget
    monkeypatch.setattr(Settings, "examples", property(lambda self: whole(self) // FEWER))
