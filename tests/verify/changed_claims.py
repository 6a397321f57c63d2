"""Claims of the catalogue with some of their formulas changed, for the tests."""

from dataclasses import replace

import theory
from theory.language.formulas.parser import parse
from verify.quantities.optimum.claimed import ClaimedOptimum


def right(id):
    """The claim on trial as it is, with nothing derived yet."""
    return ClaimedOptimum(replace(theory.statement(id)))


def changed(id, limit=True, **parts):
    """The same with other formulas for quantities or for names; without its limit, if told so."""
    record = theory.statement(id)
    written = record.claim.written
    for name, text in parts.items():
        written = written.with_part(name, parse(text))
    claim = written.read(record.claim.name, record.design, record.file.limits)
    regime = record.claim.limit if limit else None
    return ClaimedOptimum(replace(record, claim=replace(claim, limit=regime)))


def with_polynomial(subject, change):
    """The claim beside a derivation whose risk polynomial was changed."""
    record = subject.record
    plain = record.derivation.plain
    parts = [plain.polynomial.part(k, plain.variable) for k in range(3)]
    wrong = replace(record.derivation, plain=replace(plain, polynomial=change(*parts)))
    other = replace(record)
    other.__dict__["derivation"] = wrong  # computed once, and kept there
    return ClaimedOptimum(other)
