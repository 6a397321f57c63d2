"""A derived result as LaTeX for a paper (plain article with amsmath)."""

from __future__ import annotations

from collections.abc import Iterable

from theory.records.statement import Statement
from theory.text.account import Account, Formula
from theory.text.latex import RELATIONS

INLINE = 60
"""The most characters of LaTeX that a definition in running text may have."""


def document(record: Statement, explain: bool = False) -> str:
    """The derived optimum, its definitions and, if asked, the steps and conditions.

    Examples
    --------
    >>> import theory
    >>> print(document(theory.statement("corollary1")))
    % corollary1: Optimal risk for isotropic data without noise [reconstructed]
    \\begin{align*}
      W^\\star &= \\frac{1}{d + n + 1}\\, I \\\\
      L^\\star &= \\frac{d (d + 1)}{d + n + 1}
    \\end{align*}
    """
    lines = [document_of(record, record.derived, explain)]
    if explain:
        for title, derive in record.derived.sections:
            lines += ["", f"% {record.id}: {title}", *_account(derive(), explain)]
    return "\n".join(lines)


def document_of(record: Statement, derived: Account, explain: bool = False) -> str:
    """The same of an account that was derived elsewhere."""
    head = f"% {record.id}: {record.title} [{record.provenance.value}]"
    return "\n".join([head, *_account(derived, explain)])


def _account(account: Account, explain: bool) -> list[str]:
    lines = [_align(account.formulas)]
    if any(len(formula.latex) > INLINE for formula in account.where):
        lines += ["where", _align(account.where)]
    elif account.where:
        lines.append("where " + " and ".join(f"${f.latex}$" for f in account.where) + ".")
    if explain:
        lines.append(r"\begin{enumerate}")
        for step in account.steps:
            lines.append(f"  \\item {step.text}:\n{_display(step.latex)}")
        lines.append(r"\end{enumerate}")
        lines.append("Conditions: " + "; ".join(account.conditions) + ".")
    return lines


def _display(formula: str) -> str:
    """A displayed formula; a list of relations gets a line for each."""
    parts = formula.split(RELATIONS)
    if len(parts) == 1:
        return rf"    \[ {formula} \]"
    rows = " \\\\\n".join(f"      {part}" for part in parts)
    return f"    \\begin{{gather*}}\n{rows}\n    \\end{{gather*}}"


def _align(formulas: Iterable[Formula]) -> str:
    rows = (
        f"{f.left} &{f.relation} {f.right}" + (rf" \quad {f.note}" if f.note else "")
        for f in formulas
    )
    return "\n".join(
        [r"\begin{align*}", " \\\\\n".join(f"  {row}" for row in rows), r"\end{align*}"]
    )
