"""Every module with the first line of its docstring, read from the code without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from docs.markdown import escaped

ROOT = Path(__file__).parent.parent
PACKAGES = ("theory", "numerics", "verify")


def modules() -> str:
    """A table per package: what each of its modules is for.

    >>> "| `moments` |" in modules()
    True
    """
    return "\n".join(text for top in PACKAGES for text in _package(ROOT / top))


def _package(folder: Path) -> Iterator[str]:
    found = [path for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    name = ".".join(folder.relative_to(ROOT).parts)
    yield f"\n## `{name}`\n\n{first_line(folder / '__init__.py')}\n"
    if found:
        yield "| module | what it is |\n|---|---|"
        yield from (f"| `{path.stem}` | {first_line(path)} |" for path in found)
    for inside in sorted(p.parent for p in folder.glob("*/__init__.py")):
        yield from _package(inside)


def first_line(path: Path) -> str:
    """What a module says of itself, in a line of Markdown."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return escaped(" ".join((text or "").split("\n\n")[0].split()).replace("``", "`"))
