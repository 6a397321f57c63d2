"""A derived result as LaTeX for a paper (plain article with amsmath)."""

from __future__ import annotations

from theory.latex import RELATIONS, equation, latex, weight_latex
from theory.record import OPTIMAL_RISK, OPTIMAL_WEIGHT, Statement


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
    rows = [
        rf"{OPTIMAL_WEIGHT} &= {weight_latex(record.weight)}",
        rf"{OPTIMAL_RISK} &= {latex(record.risk)}",
    ]
    lines = [f"% {record.id}: {record.title} [{record.provenance.value}]", _align(rows)]
    definitions = [f"${equation(name, what)}$" for name, what in record.derivation.definitions]
    if definitions:
        lines.append("where " + " and ".join(definitions) + ".")
    if explain:
        lines.append(r"\begin{enumerate}")
        for step in record.derivation.steps:
            lines.append(f"  \\item {step.text}:\n{_display(step.latex)}")
        lines.append(r"\end{enumerate}")
        lines.append("Conditions: " + "; ".join(record.derivation.conditions) + ".")
    return "\n".join(lines)


def _display(formula: str) -> str:
    """A displayed formula; a list of relations gets a line for each."""
    parts = formula.split(RELATIONS)
    if len(parts) == 1:
        return rf"    \[ {formula} \]"
    rows = " \\\\\n".join(f"      {part}" for part in parts)
    return f"    \\begin{{gather*}}\n{rows}\n    \\end{{gather*}}"


def _align(rows: list[str]) -> str:
    return "\n".join(
        [r"\begin{align*}", " \\\\\n".join(f"  {row}" for row in rows), r"\end{align*}"]
    )
