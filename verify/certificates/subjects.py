"""What can have a certificate: claims of files, statements that are such claims, and designs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from theory.language import gallery
from theory.language.files.claims import Claimed
from theory.language.files.reading import DesignFile
from theory.records.derived import Derived
from theory.records.gaussian_moment import Moment, MomentStatement
from theory.records.statement import Statement
from theory.records.theorem import Theorem
from verify.certificates.moments import certified_moments
from verify.certificates.writing import Certified, certified, certified_optimum
from verify.judge.judge import Judgement, judge
from verify.settings import Settings

REASONS = {
    "equivalence": "it compares predictors; the format is about the optimum of a gradient step",
    "convexity": "it is about a Hessian; the format is about optima",
    "low_rank": "its weights have a bounded rank, and the format has no such optima",
    "sample_weights": "its optimum is over sample weights, which the format does not have",
}
"""Why statements of a kind have no certificate."""


@dataclass(frozen=True)
class Subject:
    """What is to be certified.

    Parameters
    ----------
    name
        What its files are called.
    file
        The design; None where the format has no words for the statement.
    claim
        What is claimed of it; None for what is derived.
    moments
        Instead of a design and a claim, moments with what is claimed of them.
    reason
        Why there is no certificate, where there is nothing else.
    """

    name: str
    file: DesignFile | None
    claim: Claimed | None = None
    moments: tuple[Moment, ...] = ()
    reason: str = ""

    @staticmethod
    def of_record(record: Statement) -> Subject:
        """A claim about a design, what is derived for one, or why it cannot be certified.

        >>> import theory
        >>> Subject.of_record(theory.statement("lemma2")).reason
        'it is about a Hessian; the format is about optima'
        """
        if isinstance(record, Theorem):
            return Subject(record.name.replace(":", "."), record.file, record.claim)
        if isinstance(record, Derived):
            return Subject.of_design(record.file)
        if isinstance(record, MomentStatement):
            return Subject(record.id, None, moments=record.moments)
        return Subject(record.id, None, reason=REASONS[record.kind])

    @staticmethod
    def of_design(file: DesignFile) -> Subject:
        """What is derived for a design."""
        return Subject(file.design.name, file)

    def certified(self, settings: Settings) -> tuple[Judgement | None, Certified]:
        """What the judge says, where something is claimed, and the certificate."""
        if self.moments:
            return None, certified_moments(self.moments)
        if self.file is None:
            return None, Certified(None, None, (), (self.reason,))
        if self.claim is None:
            return None, certified_optimum(self.file)
        judged = judge(self.file, self.claim, settings)
        return judged.judgement, certified(judged)


def shipped() -> Sequence[Subject]:
    """Everything that ships: the catalogue, the claims of other papers, the gallery's designs."""
    import theory
    from theory.catalogue.headings import SEED, papers
    from theory.catalogue.papers import claims_of

    others = [record for paper in papers() if paper != SEED for record in claims_of(paper)]
    designs = [gallery.shipped(name) for name in gallery.names()]
    return (
        *map(Subject.of_record, (*theory.statements(), *others)),
        *(Subject.of_design(file) for file in designs),
    )
