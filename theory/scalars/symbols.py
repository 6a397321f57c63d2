"""The symbols that all formulas share: the sizes, the index of an example and the noise."""

from __future__ import annotations

import sympy

n = sympy.Symbol("n")
"""The number of examples in a prompt."""
d = sympy.Symbol("d")
"""The number of features."""
i = sympy.Symbol("i")
"""The index of an example, counted from 1."""
k = sympy.Dummy("k")
"""The index of an earlier example, beside ``i``; no parameter is equal to it, whatever its name."""
sigma = sympy.Symbol("sigma")
"""The standard deviation of the label noise."""
