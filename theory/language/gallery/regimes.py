"""The regimes in which the paper's approximations are made."""

from __future__ import annotations

from theory.language.gallery import shipped

# As many examples as features, up to a factor; alignment and noise scaled so that they matter.
proportional = shipped("rag").limit("proportional")
