"""A place where a claim fails, and the finding it makes."""

from __future__ import annotations

from typing import Any

from verify.outcome.verdict import Finding, Verdict


class Incomparable(Exception):
    """Two formulas that differ as written, though no place was found where their values do."""


class Falsified(Exception):
    """A claim fails somewhere.

    Parameters
    ----------
    exact, claimed
        The two values that should agree, where there are two.
    """

    def __init__(self, what: str, at: Any, exact: Any = "-", claimed: Any = "-"):
        super().__init__(what)
        self.counterexample = {
            "what": what,
            "at": str(at),
            "exact": str(exact),
            "claimed": str(claimed),
        }

    def finding(self, witness: str, examined: int = 1, **data: Any) -> Finding:
        """The refutation that a witness makes of it.

        >>> Falsified("the risk is wrong", "n = 1").finding("derivation").verdict.value
        'refuted'
        """
        return Finding(
            witness,
            Verdict.REFUTED,
            f"{self} at {self.counterexample['at']}",
            examined=max(1, examined),
            data={**data, "counterexample": self.counterexample},
        )
