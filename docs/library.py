"""The library of papers as a page: a table of all, then each paper with what its files say."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import code, escaped, formulas, items, sentence, table, worded
from docs.pages import QUICK
from theory.catalogue.headings import SEED, papers
from theory.catalogue.papers import claims_of
from theory.records.theorem import Theorem
from theory.text.latex import prose
from verify.checks.derivation import examine
from verify.outcome.verdict import JUDGED, Finding
from verify.quantities.optimum.claimed import ClaimedOptimum

Judged = tuple[Theorem, Finding]


def tables() -> dict[str, str]:
    """The table and the sections of the papers, by the names of their files."""
    found = {
        paper: [(record, examine(ClaimedOptimum(record), QUICK)) for record in claims_of(paper)]
        for paper in papers()
        if paper != SEED
    }
    rows = (_row(*one) for judged in found.values() for one in judged)
    return {
        "library": table(("statement", "what it is about", "mark", "judged"), rows),
        "papers": "\n".join(
            line for paper, judged in found.items() for line in _section(paper, judged)
        ),
    }


def _row(record: Theorem, finding: Finding) -> tuple[str, ...]:
    paper, _, claim = record.name.partition(":")
    name = f"[`{paper}:{claim}`](#paper-{paper})"
    return name, escaped(record.title), record.provenance.value, _outcome(finding)


def _outcome(finding: Finding) -> str:
    return str(finding.data.get(JUDGED, {}).get("judgement", finding.verdict.value))


def _section(paper: str, judged: list[Judged]) -> Iterator[str]:
    yield from (f"(paper-{paper})=", f"### {paper}", "")
    said: set[str] = set()
    for record, finding in judged:
        if record.worded and record.says not in said:
            said.add(record.says)
            yield from (f"**{escaped(record.title)}** ({record.provenance.value})", "")
            yield from (prose(record.says).strip(), "")
            yield from items(record.assumptions)
        limit = record.claim.limit
        where = "" if limit is None else f", to leading order in the limit {code(limit.name)}"
        yield from (f"{code(record.name)}: {escaped(record.claim.source)}{where}.", "")
        yield from (*formulas(record.claimed), "")
        if limit is not None:
            yield from (f"The limit: {', '.join(f'${f.latex}$' for f in limit.formulas)}.", "")
        yield from (f"Judged **{_outcome(finding)}**: {sentence(worded(finding.summary))}", "")
