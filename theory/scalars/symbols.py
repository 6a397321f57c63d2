"""The symbols that all formulas share: the sizes and the index of an example."""

from __future__ import annotations

import sympy

n = sympy.Symbol("n")
"""The number of examples in a prompt."""
d = sympy.Symbol("d")
"""The number of features."""
i = sympy.Symbol("i")
"""The index of an example, counted from 1."""
