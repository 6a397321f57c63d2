"""The quantities of a design that a formula may be claimed of."""

from __future__ import annotations

from enum import Enum


class Quantity(Enum):
    """What a formula is claimed of; the value is its key in a file, in the order of a report."""

    WEIGHT = "weight"
    """The optimal weight of PGD, in the convention of the file's scale."""
    RISK = "risk"
    """Its risk."""
    EXCESS = "excess"
    """The risk less the noise of the query's label, which no predictor removes."""
    WPGD_RISK = "wpgd_risk"
    """The least risk of gradient descent with sample weights."""
    ATT_RISK = "att_risk"
    """The least risk of one-layer linear attention."""
    SSM_RISK = "ssm_risk"
    """The least risk of one-layer H3."""
    TEST_RISK = "test_risk"
    """The risk, under the law at test, of the weight of PGD that is optimal in training."""

    OMEGA = "omega"
    """The best sample weights of WPGD, up to a common factor: a formula in the index i."""
    GROUP_WEIGHTS = "omega of groups"
    """The same where examples come in groups: a formula for each."""
    COEFFICIENTS = "coefficients"
    """The best coefficients of several steps: a formula for each."""

    @property
    def words(self) -> str:
        """How it is called in a sentence.

        >>> Quantity.WPGD_RISK.words
        'the risk of WPGD'
        """
        if self is Quantity.OMEGA:
            return "the sample weights"
        if self is Quantity.GROUP_WEIGHTS:
            return "the sample weights of groups"
        if self is Quantity.TEST_RISK:
            return "the risk at test"
        name = self.value.removesuffix("_risk")
        return f"the {name}" if name == self.value else f"the risk of {name.upper()}"

    @property
    def has_order(self) -> bool:
        """Whether it is a number, which lies above or below others."""
        return self not in (Quantity.WEIGHT, Quantity.OMEGA) and self.is_one

    @property
    def is_one(self) -> bool:
        """Whether one formula says what it is."""
        return self not in (Quantity.GROUP_WEIGHTS, Quantity.COEFFICIENTS)

    @property
    def is_risk(self) -> bool:
        """Whether it is a risk, which the noise of the query's label is a part of."""
        return self.value.endswith("risk")
