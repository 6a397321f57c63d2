"""How large an untrusted file may be."""

FILE = 16 * 1024
"""Bytes of a design file."""
TITLE = 200
"""Characters of a title."""
PROSE = 2000
"""Characters of a statement in words."""
COUNT = 16
"""Vectors, parameters, covariances, limits and constants of a design: so many of each."""
STEPS = 6
"""Steps of a predictor: the moments of L of them are of degree 4 L in the features."""
BRACKETS = 2
"""How deep a list may nest in a file."""
KEY_PARTS = 4
"""Parts of a dotted key."""
BARE = 64
"""Characters of a value that stands without quotes."""
