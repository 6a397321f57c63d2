"""MyST text: tables, displayed formulas, sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import sympy

from theory.text.display import LONG, aligned, displayed, fits
from theory.text.formulas import Exposition, Formula
from theory.text.latex import glyphs, latex
from theory.text.rows import Mathematics, Prose, Row, Sentence

MARKS = ("$$\n", "\n$$")
"""What stands around one displayed formula."""


def table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """A table; cells are MyST already."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in lines) + "\n"


def formulas(exposition: Exposition) -> list[str]:
    """The formulas of a claim or a derivation, and what their abbreviations stand for."""
    lines = [aligned(exposition.formulas) + "\n"]
    if all(map(fits, exposition.where)) and exposition.where:
        lines.append(f"with {listed(f'${f.latex}$' for f in exposition.where)}.\n")
    elif exposition.where:
        lines += ["with", "", aligned(exposition.where) + "\n"]
    return lines


def abbreviated(exposition: Exposition) -> Exposition:
    """The same, where a long matrix whose inverse occurs several times has a name of its own."""
    sides = [side for f in exposition.formulas for side in (f.left, f.right)]
    counts = Counter(base for side in sides for base in _inverted(side))
    found = next((base for base, count in counts.most_common() if count > 1), None)
    if found is None:
        return exposition
    everything = (
        *exposition.formulas,
        *exposition.where,
        *(f for s in exposition.steps for f in s.formulas),
    )
    shown = "".join(f.latex if isinstance(f, Formula) else latex(f) for f in everything)
    letter = next(
        letter for letter in "BQRKHEF" if not re.search(rf"(?<![A-Za-z\\]){letter}", shown)
    )
    name = sympy.MatrixSymbol(letter, *found.shape)
    short = partial(_replaced, old=found, new=name)
    return replace(
        exposition,
        formulas=tuple(map(short, exposition.formulas)),
        where=(*map(short, exposition.where), Formula(name, found)),
        steps=tuple(
            replace(step, text=short(step.text), formulas=tuple(map(short, step.formulas)))
            for step in exposition.steps
        ),
        conditions=tuple(map(short, exposition.conditions)),
    )


def _inverted(side: Mathematics) -> Iterator[sympy.Expr]:
    """The long matrices that stand inverted, at every depth."""
    for part in side.parts if isinstance(side, Row) else (side,):
        if isinstance(part, sympy.Basic):
            for node in sympy.preorder_traversal(part):
                if isinstance(node, sympy.MatPow) and node.exp == -1 and glyphs(latex(node)) > LONG:
                    yield node.base


def _replaced(what: Any, old: sympy.Expr, new: sympy.Expr) -> Any:
    """Whatever is shown, with an expression put in the place of another."""
    if isinstance(what, sympy.Basic):
        same = (e for e in sympy.preorder_traversal(what) if isinstance(e, sympy.MatAdd))
        # whatever the order of the terms
        return what.xreplace({e: new for e in same if set(e.args) == set(old.args)})
    if isinstance(what, Row | Sentence):
        return replace(what, parts=tuple(_replaced(part, old, new) for part in what.parts))
    if isinstance(what, Formula):
        left, right = (_replaced(side, old, new) for side in (what.left, what.right))
        return replace(what, left=left, right=right)
    return what


def listed(parts: Iterable[str]) -> str:
    """``a, b and c``.

    >>> listed("abc")
    'a, b and c'
    """
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def sentence(text: str) -> str:
    """Begin with a capital, unless with a formula or a name, and end with a full stop.

    >>> sentence("omega.first is right"), sentence("it holds")
    ('omega.first is right.', 'It holds.')
    """
    named = text.startswith("$") or re.match(r"[\w.-]+:|[a-z] |\w+\.\w", text)
    return (text if named else text[0].upper() + text[1:]).rstrip(".") + "."


def items(sentences: Iterable[Prose]) -> Iterator[str]:
    """A list of sentences; formulas that are too long for a line of text are displayed.

    >>> print(*items(["it is $x$", "so be it"]), sep="\\n")
    - It is $x$.
    - So be it.
    <BLANKLINE>
    """
    for text in sentences:
        first, *rest = text_of(text).splitlines()
        yield f"- {first}"
        yield from (f"  {line}".rstrip() for line in rest)
    yield ""


def text_of(text: Prose) -> str:
    """A sentence, in paragraphs around the formulas that are too long for a line of text."""
    if isinstance(text, str):
        return sentence(text)
    made = ""
    for part in text.parts:
        if isinstance(part, str):
            made += part
        elif glyphs(latex(part)) <= LONG:
            made += f"${latex(part)}$"
        else:
            made = f"{made.rstrip()}\n\n{displayed([part], MARKS)}\n\n"
    paragraphs = [p.strip(" ;,") for p in sentence(made.strip()).split("\n\n")]
    return "\n\n".join(p for p in paragraphs if p not in ("", "."))


def escaped(text: str) -> str:
    """Plain text, safe in a paragraph or a table cell.

    >>> escaped("W* | a_b")
    'W\\\\* \\\\| a\\\\_b'
    """
    return re.sub(r"([\\`*_{}\[\]<>|$#~])", r"\\\1", text)


def worded(text: str) -> str:
    """Words with formulas between dollar signs, which stay formulas; the rest is safe in a cell.

    >>> worded("a_b of $W_b$")
    'a\\\\_b of $W_b$'
    """
    parts = text.split("$")
    if len(parts) % 2 == 0:  # a dollar sign that is none of a pair
        return escaped(text)
    return "".join(f"${part}$" if k % 2 else escaped(part) for k, part in enumerate(parts))


def code(text: Any) -> str:
    """Text as it is, safe in a table cell."""
    return f"`{' '.join(str(text).split())}`".replace("|", r"\|")
