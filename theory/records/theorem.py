"""A claim about a design as a record: the same statement, whoever makes it, from a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Self

import sympy
from sympy import MatMul, MatPow, MatrixSymbol

from theory.algebra.whitening import Whitening
from theory.designs.instance import Instance
from theory.errors import Underivable
from theory.expositions.assumptions import assumptions
from theory.expositions.claims import claimed_formula, compared
from theory.language import gallery
from theory.language.files.claims import UNNAMED, Claimed
from theory.language.files.reading import DesignFile
from theory.language.formulas.claims import Where
from theory.language.formulas.quantities import Quantity
from theory.optima.derivation import Derivation, derive
from theory.records.derived import Derived
from theory.records.optima import Optima
from theory.risks.claim import Claim
from theory.text.formulas import Exposition

ZERO, HALF = sympy.Integer(0), sympy.Rational(1, 2)


@dataclass(frozen=True, repr=False)
class Theorem(Derived):
    """What is claimed of a design, beside all that is derived from it.

    Build it with :meth:`of_claim`.

    Parameters
    ----------
    claim
        The claimed optimal weight or risk, exact or to leading order in a limit.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> file = shipped("mahankali-2023")
    >>> print(Theorem.of_claim(file, file.claims[0]).claimed.formulas[0].latex)
    W^\\star = \\frac{1}{d + n + \\sigma^{2} + 1}\\, I
    """

    claim: Claimed

    kind: ClassVar[str] = "claims"

    @classmethod
    def of_claim(cls, file: DesignFile, claim: Claimed, id: str = "", **others: Any) -> Self:
        """The record of a claim about the design of a file, in the words that the file has.

        ``id`` is its name in a catalogue; without one, file and claim name it.
        """
        words = file.words
        return cls(
            id=id or file.design.name,
            title=words.title or file.design.title,
            says=words.says or (claim.source and f"Claimed: {claim.source}."),
            provenance=words.provenance,
            assumptions=words.assumptions or assumptions(file.design),
            file=file,
            claim=claim,
            **others,
        )

    @classmethod
    def shipped(cls, path: str, **others: Any) -> Self:
        """The record of the one claim of a file that ships, under the name of the file.

        ``others`` are what this kind of record has besides.

        >>> Theorem.shipped("li-2024/theorem1").name
        'theorem1'
        """
        file = gallery.shipped(path)
        (claim,) = file.claims
        return cls.of_claim(file, claim, id=path.rpartition("/")[2], **others)

    @property
    def name(self) -> str:
        alone = self.claim.name in (UNNAMED, self.id)
        return self.id if alone else f"{self.id}:{self.claim.name}"

    @property
    def worded(self) -> bool:
        return bool(self.file.words.says)

    @property
    def origin(self) -> str:
        mark = super().origin if self.worded else ""
        source = f"source: {self.claim.source}" if self.claim.source else ""
        return "; ".join(filter(None, (mark, source)))

    @cached_property
    def derivation(self) -> Derivation:
        """What the engine derives, of one step in the coordinates that the claim is written in.

        They are whitened where an abbreviation of the claim says ``A^(1/2)*B*A^(1/2)``, and the
        risk depends on weight and covariances through such products alone.
        """
        predictor = self.file.predictor
        for whitening in whitenings(self.claim.where) if self.file.steps == 1 else ():
            try:
                return derive(self.design, predictor, whitening)
            except Underivable:
                continue
        return derive(self.design, predictor)

    @cached_property
    def claimed(self) -> Exposition:
        relation = "=" if self.claim.limit is None else r"\sim"
        noise = self.design.noise_variance_of_query
        formulas = (
            claimed_formula(entry, formula, noise, relation, self.claim.at)
            for entry, formula in self.claim.entries
        )
        compare = () if self.claim.holds is None else (compared(self.claim.holds),)
        return Exposition((*formulas, *compare), self.claim.definitions)

    def claimed_risk_at(self, at: Instance) -> Any:
        """The claimed risk in the instance's arithmetic; None where none is claimed, or not there.

        A claimed excess counts with the noise of the query's label. A claim that holds constants of
        its limit has no value at sizes.
        """
        claim = as_claim(self.claim, self.design.noise_variance_of_query)
        try:
            return None if claim is None or self.claim.held else claim.risk_at(at)
        except (ZeroDivisionError, TypeError):
            return None

    def _optima_at(self, at: Instance) -> Optima:
        claimed = self.claimed_risk_at(at)
        plain = None if claimed is None else at.arithmetic.plain(claimed)
        return replace(super()._optima_at(at), claimed=plain)

    @property
    def limit(self) -> sympy.Expr | None:
        """The claimed leading-order risk; None for a claim of exact values."""
        claim = self.claim
        if claim.limit is None or claim.risk is None or claim.at is not None:
            return None
        return claim.risk.expression


def as_claim(claimed: Claimed, noise: sympy.Expr = ZERO) -> Claim | None:
    """A claimed risk of a file as SymPy expressions, with its abbreviations as definitions.

    Parameters
    ----------
    claimed
        The claim; what it says of no weight is zero here.
    noise
        The variance of the query's noise, by which a claimed excess is less than the risk.

    What is claimed at a given weight, or as a bound, is no value of the optimum.

    >>> from theory.language.gallery import shipped
    >>> as_claim(shipped("li-2024/theorem2").claims[0]).definitions
    ((kappa, alpha**2*d + 1),)
    """
    if claimed.at is not None or claimed.is_bound:
        return None
    shown = {quantity: formula.shown for quantity, formula in claimed.formulas.items()}
    if Quantity.RISK in shown:
        risk = shown[Quantity.RISK]
    elif Quantity.EXCESS in shown:
        risk = shown[Quantity.EXCESS] + noise
    else:
        return None
    weight = shown.get(Quantity.WEIGHT, ZERO)
    return Claim(weight, risk, tuple((one.symbol, one.expression) for one in claimed.where))


def whitenings(where: Where) -> Iterator[Whitening]:
    """The coordinates in which a claim is written: abbreviations ``A^(1/2)*B*A^(1/2)``.

    >>> from theory.language.gallery import shipped
    >>> list(whitenings(shipped("li-2024/theorem1").claims[0].where))
    [Whitening(covariance='Sigma_x', names=(('Sigma_beta', 'Sigma'),))]
    """
    for one in where:
        match one.expression:
            case MatMul(args=(MatPow(args=(outer, half)), MatrixSymbol() as inner, last)):
                if half == HALF and last == outer**HALF and isinstance(outer, MatrixSymbol):
                    yield Whitening(outer.name, ((inner.name, one.name),))
