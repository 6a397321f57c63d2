"""How many examples a property-based test draws: a multiple of what the profile says."""

from fractions import Fraction

from hypothesis import settings


def examples(times):
    """The settings of a test with so many times the examples of others; at least three.

    Tests that take milliseconds draw many times as many, those that take a second a fraction. So
    HYPOTHESIS_PROFILE=deep draws more of each.
    """
    return settings(max_examples=max(3, round(Fraction(times) * settings.default.max_examples)))
