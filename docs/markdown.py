"""MyST text: tables, displayed formulas, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from theory.account import Account, Formula
from theory.latex import RELATIONS

LONG = 84
"""About how many characters of a displayed formula fit beside each other."""

_OPEN = re.compile(r"\\left(?![a-z])|\\begin\b|[{(\[]")
_CLOSE = re.compile(r"\\right(?![a-z])|\\end\b|[})\]]")
_COMMAND = re.compile(r"\\[A-Za-z]+|\\.")


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


def aligned(found: Iterable[Formula]) -> str:
    """Formulas below each other; what is too long goes on in the next line."""
    rows = []
    for f in found:
        first, *rest = pieces(f.right)
        rows.append(f"{f.left} &{f.relation} {first}")
        rows += [f"&\\quad {piece}" for piece in rest]
    body = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"


def display(formula: str) -> str:
    """A displayed formula; every relation of a list has a line, and long sums have several."""
    rows = []
    for relation in split(formula, RELATIONS):
        first, *rest = pieces(relation)
        rows.append(first)
        rows += [f"\\qquad {piece}" for piece in rest]
    if len(rows) == 1:
        return f"$$\n{formula}\n$$"
    body = " \\\\\n".join(rows)
    return f"\\begin{{gather*}}\n{body}\n\\end{{gather*}}"


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


def escaped(text: str) -> str:
    """Plain text, safe in a paragraph or a table cell.

    >>> escaped("W* | a_b")
    'W\\\\* \\\\| a\\\\_b'
    """
    return re.sub(r"([\\`*_{}\[\]<>|$#~])", r"\\\1", text)


def code(text: Any) -> str:
    """Text as it is, safe in a table cell."""
    return f"`{' '.join(str(text).split())}`".replace("|", r"\|")
