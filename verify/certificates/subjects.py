"""What can have a certificate: claims of files, statements that are such claims, and designs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from theory.language import gallery
from theory.language.files.claims import Claimed
from theory.language.files.reading import DesignFile
from theory.records.derived import Derived
from theory.records.statement import Statement
from theory.records.theorem import Theorem
from verify.certificates.writing import Certified, certified, certified_optimum
from verify.judge.judge import Judgement, judge
from verify.settings import Settings

REASONS = {
    "equivalence": "it compares predictors; the format is about the optimum of a gradient step",
    "convexity": "it is about a Hessian; the format is about optima",
    "low_rank": "its weights have a bounded rank, and the format has no such optima",
    "moment": "it is about a moment; the format has no moments yet",
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
    reason
        Why there is no certificate, where there is no file.
    """

    name: str
    file: DesignFile | None
    claim: Claimed | None = None
    reason: str = ""

    @staticmethod
    def of_record(record: Statement) -> Subject:
        """A claim about a design, what is derived for one, or why it cannot be certified.

        >>> import theory
        >>> Subject.of_record(theory.statement("lemma5")).reason
        'it is about a moment; the format has no moments yet'
        """
        if isinstance(record, Theorem):
            return Subject(record.name.replace(":", "."), record.file, record.claim)
        if isinstance(record, Derived):
            return Subject.of_design(record.file)
        return Subject(record.id, None, None, REASONS[record.kind])

    @staticmethod
    def of_design(file: DesignFile) -> Subject:
        """What is derived for a design."""
        return Subject(file.design.name, file)

    def certified(self, settings: Settings) -> tuple[Judgement | None, Certified]:
        """What the judge says, where something is claimed, and the certificate."""
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
