"""The regimes in which the paper's approximations are made."""

from __future__ import annotations

import sympy

from theory.limit.leading import Regime
from theory.words import d, n

_a, _nu, _s, _alpha, _sigma = sympy.symbols("a nu s alpha sigma")

# As many examples as features, up to a factor; alignment and noise scaled so that they matter.
proportional = Regime(
    "proportional",
    ((_alpha, _a / sympy.sqrt(d)), (n, d / _nu), (_sigma, sympy.sqrt(_s * d))),
)
