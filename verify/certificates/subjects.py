"""What can have a certificate: claims of files, statements that are such claims, and designs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from theory.designs.design import Design
from theory.language import gallery
from theory.language.files.claims import Claimed
from theory.language.files.reading import DesignFile
from theory.optima.curvature.definiteness import Domain
from theory.records.derived import Derived
from theory.records.equal_predictors import Equivalence
from theory.records.gaussian_moment import Moment, MomentStatement
from theory.records.statement import Statement
from theory.records.strong_convexity import StrongConvexity
from theory.records.theorem import Theorem
from verify.certificates.convexity import certified_convexity
from verify.certificates.moments import certified_moments
from verify.certificates.writing import MODELS, Certified, certified, certified_optimum
from verify.judge.judge import Judgement, judge
from verify.settings import Settings

REASONS = {
    "equivalence": "it is about all optimal weights of attention",
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
    convex
        Instead of these, where a risk is claimed to be strongly convex.
    alike
        Instead of these, a design whose least risks are claimed to be one.
    reason
        Why there is no certificate, where there is nothing else.
    """

    name: str
    file: DesignFile | None
    claim: Claimed | None = None
    moments: tuple[Moment, ...] = ()
    convex: Domain | None = None
    alike: Design | None = None
    reason: str = ""

    @staticmethod
    def of_record(record: Statement) -> tuple[Subject, ...]:
        """A claim about a design, what is derived for one, or why it cannot be certified.

        What is claimed of several designs has a subject for each.

        >>> import theory
        >>> [one.name for one in Subject.of_record(theory.statement("lemma2"))][:2]
        ['lemma2.independent', 'lemma2.rag']
        >>> [one.reason for one in Subject.of_record(theory.statement("lemma3"))]
        ['its weights have a bounded rank, and the format has no such optima']
        """
        if isinstance(record, Theorem):
            return (Subject(record.name.replace(":", "."), record.file, record.claim),)
        if isinstance(record, Derived):
            return (Subject.of_design(record.file),)
        if isinstance(record, MomentStatement):
            return (Subject(record.id, None, moments=record.moments),)
        if isinstance(record, StrongConvexity):
            return tuple(
                Subject(f"{record.id}.{one.design.name}", None, convex=one)
                for one in record.domains
            )
        if isinstance(record, Equivalence) and not record.forms:
            return tuple(
                Subject(f"{record.id}.{one.name}", None, alike=one) for one in record.exchangeable
            )
        return (Subject(record.id, None, reason=REASONS[record.kind]),)

    @staticmethod
    def of_design(file: DesignFile) -> Subject:
        """What is derived for a design."""
        return Subject(file.design.name, file)

    def certified(self, settings: Settings) -> tuple[Judgement | None, Certified]:
        """What the judge says, where something is claimed, and the certificate."""
        if self.moments:
            return None, certified_moments(self.moments)
        if self.convex is not None:
            return None, certified_convexity(self.convex)
        if self.alike is not None:
            return None, certified_optimum(DesignFile(self.alike), MODELS)
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
        *(one for record in (*theory.statements(), *others) for one in Subject.of_record(record)),
        *(Subject.of_design(file) for file in designs),
    )
