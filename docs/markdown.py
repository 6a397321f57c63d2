"""MyST text: tables, displayed formulas, sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from theory.text.account import Account, Formula
from theory.text.latex import RELATIONS

LONG = 84
"""About how many characters of a displayed formula fit beside each other."""

_OPEN = re.compile(r"\\left(?![a-z])|\\begin\b|[{(\[]")
_CLOSE = re.compile(r"\\right(?![a-z])|\\end\b|[})\]]")
_ALIGNED = re.compile(r"\\begin\{aligned\}\n((?:& .*\n)+)\\end\{aligned\}")
_COMMAND = re.compile(r"\\[A-Za-z]+|\\.")
_TOKEN = re.compile(
    r"(?P<open>\\left(?![a-z])(?:\\[A-Za-z]+|\\.|.)|\\begin\b|[{(\[])"
    r"|(?P<close>\\right(?![a-z])(?:\\[A-Za-z]+|\\.|.)|\\end\b|[})\]])"
    r"|\\[A-Za-z]+|\\."
)


def table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """A table; cells are MyST already."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in lines) + "\n"


def formulas(account: Account) -> list[str]:
    """The formulas of a claim or a derivation, and what their abbreviations stand for."""
    lines = [aligned(account.formulas)]
    if any(len(f.latex) > LONG or RELATIONS in f.latex for f in account.where):
        lines += ["with", "", aligned(account.where)]
    elif account.where:
        lines.append(f"with {listed(f'${f.latex}$' for f in account.where)}.\n")
    return lines


def abbreviated(account: Account) -> Account:
    """The same, where a long matrix whose inverse occurs several times has a name of its own."""
    texts = [f.latex for f in account.formulas]
    counts = Counter(inner for text in texts for inner in _inverses(text) if _width(inner) > LONG)
    found = next((inner for inner, count in counts.most_common() if count > 1), None)
    if found is None:
        return account
    texts += [f.latex for f in account.where] + [step.latex for step in account.steps]
    taken = {letter for text in texts for letter in re.findall(r"(?<![A-Za-z\\])[A-Z]", text)}
    name = next(letter for letter in "BQRKHEF" if letter not in taken)

    def short(text: str) -> str:
        return text.replace(rf"\left({found}\right)", name).replace(f"${found}$", f"${name}$")

    def shorter(formula: Formula) -> Formula:
        return replace(formula, left=short(formula.left), right=short(formula.right))

    return replace(
        account,
        formulas=tuple(map(shorter, account.formulas)),
        where=(*map(shorter, account.where), Formula(name, found)),
        steps=tuple(replace(step, latex=short(step.latex)) for step in account.steps),
        conditions=tuple(map(short, account.conditions)),
    )


def _inverses(formula: str) -> Iterator[str]:
    """What stands inverted in round brackets, at every depth."""
    begun: list[int] = []
    for found in _TOKEN.finditer(formula):
        if found["open"]:
            begun.append(found.end())
        elif found["close"]:
            start = begun.pop()
            if found["close"] == r"\right)" and formula.startswith("^{-1}", found.end()):
                yield formula[start : found.start()]


def aligned(found: Iterable[Formula]) -> str:
    """Formulas below each other; what is too long goes on in the next line."""
    body = " \\\\\n".join(row for f in found for row in _rows(f))
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"


def _rows(formula: Formula) -> list[str]:
    """The lines of a formula; those after the first are indented."""
    left, *below = _lines(formula.left)
    right, *rest = _lines(formula.right)
    if below:
        rows = [f"& {left}"]
        rest = [*below, f"{formula.relation} {right}", *rest]
    else:
        rows = [f"{left} &{formula.relation} {right}"]
    rows += [f"&\\quad {row}" for row in rest]
    rows[-1] += rf" \quad {formula.note}" if formula.note else ""
    return rows


def display(formula: str) -> str:
    """A displayed formula; every relation of a list has a line, and long sums have several."""
    written = _ALIGNED.fullmatch(formula)
    parts = written[1].split("\\\\\n") if written else split(formula, RELATIONS)
    mark, environment = ("& ", "align*") if written else ("", "gather*")
    rows = []
    for part in parts:
        first, *rest = _lines(part.strip().removeprefix(mark))
        rows.append(f"{mark}{first}")
        rows += [f"{mark}\\qquad {piece}" for piece in rest]
    if len(rows) == 1 and r"\\" not in rows[0]:
        return f"$$\n{rows[0]}\n$$"
    body = " \\\\\n".join(rows)
    return f"\\begin{{{environment}}}\n{body}\n\\end{{{environment}}}"


def pieces(formula: str) -> list[str]:
    """A relation or list of relations, broken where it would be too long for a line."""
    rows = []
    for relation in split(formula, RELATIONS):
        row = ""
        for term in _terms(relation):
            if row and _width(row + term) > LONG:
                rows.append(row)
                row = "{}" + term
            else:
                row += term
        rows.append(row)
    return [row.strip() for row in rows]


def _lines(formula: str) -> list[str]:
    """The pieces of a formula, those that are still too long with lines inside of brackets."""
    return [stacked(piece) for piece in pieces(formula)]


def stacked(formula: str) -> str:
    """A formula with several lines in its brackets and fractions, where they are too long for one.

    >>> stacked("a + b")
    'a + b'
    """
    if _width(formula) <= LONG:
        return formula
    made, at = "", 0
    for start, end in _inside(formula):
        inner = formula[start:end]
        if _width(inner) > LONG:
            rows = _lines(inner)
            if len(rows) > 1:
                body = " \\\\\n".join(f"& {row}" for row in rows)
                inner = f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
            else:
                inner = rows[0]
        made += formula[at:start] + inner
        at = end
    return made + formula[at:]


def _inside(formula: str) -> Iterator[tuple[int, int]]:
    """Where the contents of the outermost brackets, fractions and roots begin and end."""
    depth, start, above = 0, None, None
    for found in _TOKEN.finditer(formula):
        if found["open"] and depth == 0:
            before = formula[: found.start()]
            divides = found.start() == above
            lines = found["open"] != "{" or divides or before.endswith((r"\frac", r"\sqrt"))
            start = found.end() if lines and found["open"] != r"\begin" else None
            above = None if divides or not before.endswith(r"\frac") else -1
        depth += bool(found["open"]) - bool(found["close"])
        if found["close"] and depth == 0:
            if start is not None:
                yield start, found.start()
            above = found.end() if above == -1 else None


def split(formula: str, separator: str) -> list[str]:
    """The parts between separators that stand outside of brackets, braces and environments.

    >>> split("a, {b, c}", ", ")
    ['a', '{b, c}']
    """
    parts, start = [], 0
    for at in _outside(formula):
        if at >= start and formula.startswith(separator, at):
            parts.append(formula[start:at])
            start = at + len(separator)
    return [*parts, formula[start:]]


def _terms(relation: str) -> list[str]:
    """The terms of a sum with their signs."""
    cuts = [0]
    cuts += [at for at in _outside(relation) if relation.startswith((" + ", " - "), at) and at]
    return [relation[a:b] for a, b in zip(cuts, [*cuts[1:], len(relation)], strict=True)]


def _outside(formula: str) -> Iterator[int]:
    """The places outside of all brackets, braces and environments."""
    depth = 0
    for at in range(len(formula)):
        if _OPEN.match(formula, at):
            depth += 1
        elif _CLOSE.match(formula, at):
            depth -= 1
        elif depth == 0:
            yield at


def _width(formula: str) -> int:
    """About how many characters a formula shows."""
    return len(re.sub(r"[{}^_ \\]", "", _COMMAND.sub("x", formula)))


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
    """Begin with a capital, unless with a formula or a name, and end with a full stop."""
    named = text.startswith("$") or re.match(r"[\w-]+:", text) or re.match(r"[a-z] ", text)
    return (text if named else text[0].upper() + text[1:]).rstrip(".") + "."


def items(sentences: Iterable[str]) -> Iterator[str]:
    """A list of sentences; formulas that are too long for a line of text are displayed.

    >>> print(*items(["it is $x$", "so be it"]), sep="\\n")
    - It is $x$.
    - So be it.
    <BLANKLINE>
    """
    for text in sentences:
        first, *rest = "\n\n".join(_blocks(sentence(text))).splitlines()
        yield f"- {first}"
        yield from (f"  {line}".rstrip() for line in rest)
    yield ""


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs and displays of a sentence."""
    paragraph, *rest = re.split(r"\$([^$]+)\$", text)
    for formula, after in zip(rest[::2], rest[1::2], strict=True):
        if _width(formula) <= LONG:
            paragraph += f"${formula}${after}"
            continue
        if paragraph.strip():
            yield paragraph.strip()
        words = after.lstrip(".,;:")
        yield display(formula + after.removesuffix(words))
        paragraph = words
    if paragraph.strip():
        yield paragraph.strip()


def escaped(text: str) -> str:
    """Plain text, safe in a paragraph or a table cell.

    >>> escaped("W* | a_b")
    'W\\\\* \\\\| a\\\\_b'
    """
    return re.sub(r"([\\`*_{}\[\]<>|$#~])", r"\\\1", text)


def code(text: Any) -> str:
    """Text as it is, safe in a table cell."""
    return f"`{' '.join(str(text).split())}`".replace("|", r"\|")
