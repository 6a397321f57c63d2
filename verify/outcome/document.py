"""A derived result as LaTeX for a paper (plain article with amsmath)."""

from __future__ import annotations

from textwrap import indent

from theory.records.statement import Statement
from theory.text.display import aligned, displayed
from theory.text.formulas import Exposition
from theory.text.latex import prose

INLINE = 60
"""The most characters of LaTeX that a definition in running text may have."""


def document(record: Statement, explain: bool = False) -> str:
    """The derived optimum, its definitions and, if asked, the steps and conditions.

    Examples
    --------
    >>> import theory
    >>> print(document(theory.statement("lemma5")).splitlines()[0])
    % lemma5: The fourth moment of a Gaussian vector [reconstructed]
    """
    lines = [document_of(record, record.derived, explain)]
    if explain:
        for title, derive in record.derived.sections:
            lines += ["", f"% {record.id}: {title}", *_exposition(derive(), explain)]
    return "\n".join(lines)


def document_of(record: Statement, derived: Exposition, explain: bool = False) -> str:
    """The same of an exposition that was derived elsewhere."""
    head = f"% {record.id}: {record.title} [{record.provenance.value}]"
    return "\n".join([head, *_exposition(derived, explain)])


def _exposition(exposition: Exposition, explain: bool) -> list[str]:
    lines = [aligned(exposition.formulas)]
    if any(len(formula.latex) > INLINE for formula in exposition.where):
        lines += ["where", aligned(exposition.where)]
    elif exposition.where:
        lines.append("where " + " and ".join(f"${f.latex}$" for f in exposition.where) + ".")
    if explain:
        lines.append(r"\begin{enumerate}")
        for step in exposition.steps:
            lines.append(f"  \\item {prose(step.text)}{':' if step.formulas else '.'}")
            if step.formulas:
                lines.append(indent(displayed(step.formulas), "    "))
        lines.append(r"\end{enumerate}")
        lines.append("Conditions: " + "; ".join(map(prose, exposition.conditions)) + ".")
    return lines
