"""Displayed formulas in LaTeX (amsmath), in lines that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from theory.text.formulas import Formula
from theory.text.latex import glyphs, latex, packed, pieces
from theory.text.rows import Mathematics, row

LONG = 84
"""About how many characters of a displayed formula fit beside each other."""
READABLE = 60
"""About how many characters a formula shows whose parts need no names."""


def aligned(formulas: Iterable[Formula], environment: str = "align*", apart: str = "") -> str:
    r"""Formulas below each other; what is too long goes on in the next line.

    The environment stands by itself; ``aligned`` is for the inside of a display. Lines may
    stand further apart, by ``apart`` such as ``[0.3em]``.

    >>> print(aligned([Formula("x", "1"), Formula("y", "2")]))
    \begin{align*}
      x &= 1 \\
      y &= 2
    \end{align*}
    """
    return _environment(environment, (row for f in formulas for row in _aligned(f)), apart)


def _aligned(formula: Formula) -> list[str]:
    """The lines of a formula; those after the first are indented."""
    before = (formula.meaning, " = ") if formula.meaning else ()
    left, *below = packed(pieces(formula.left, LONG), LONG)
    room = max(LONG - glyphs(left), LONG // 2) if not below else LONG
    right, *rest = packed(pieces(row(*before, formula.right), room), room)
    if below:
        rows = [f"& {left}"]
        rest = [*below, f"{formula.relation} {right}", *rest]
    else:
        rows = [f"{left} &{formula.relation} {right}"]
    rows += [rf"&\quad {row}" for row in rest]
    return _noted(rows, formula, r"&\quad ")


def _noted(rows: list[str], formula: Formula, begun: str = "") -> list[str]:
    """Rows with what the formula holds for: at the end of the last, or below it."""
    if not formula.note:
        return rows
    *above, last = rows
    note = latex(formula.note)
    beside = rf"{last} \quad {note}"
    if glyphs(last.rpartition("\n")[2]) + glyphs(note) <= LONG:
        return [*above, beside]
    return [*rows, rf"{begun}\quad {note}"]


def displayed(
    formulas: Iterable[Formula | Mathematics], marks: tuple[str, str] = (r"\[ ", r" \]")
) -> str:
    r"""What a step of a derivation led to: formulas in the middle of a line each.

    ``marks`` stand around one alone.

    >>> print(displayed([Formula("x", "1")]))
    \[ x = 1 \]
    """
    rows = [row for f in formulas for row in _lines(f)]
    if len(rows) == 1 and "\\" * 2 not in rows[0]:
        return rows[0].join(marks)
    return _environment("gather*", rows)


def _lines(formula: Formula | Mathematics) -> Iterator[str]:
    if isinstance(formula, Formula):
        left, right = (pieces(side, LONG) for side in (formula.left, formula.right))
        begun = f" {formula.relation} {right[0]}"
        short = glyphs("".join(left)) < LONG / 3
        whole = ["".join([*left, begun])] if short else [*left, begun]
        whole = _noted([*whole, *right[1:]], formula)
    else:
        whole = pieces(formula, LONG)
    first, *rest = packed(whole, LONG)
    yield first
    yield from (rf"\qquad {row}" for row in rest)


def _environment(name: str, rows: Iterable[str], apart: str = "") -> str:
    body = f" \\\\{apart}\n".join(f"  {row}" for row in rows)
    return f"\\begin{{{name}}}\n{body}\n\\end{{{name}}}"


def fits(formula: Formula) -> bool:
    """Whether a formula fits in a line."""
    return glyphs(formula.latex) <= LONG
