"""Which blocks of some modules run: each says so first, from a mark put in as it is imported."""

import ast
import sys
from collections.abc import Iterator, Mapping
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import Any

REACHED: set[tuple[str, int]] = set()
"""The blocks that ran, by file and first line."""


def blocks(module: ast.Module) -> Iterator[tuple[list[ast.stmt], int]]:
    """The bodies of functions, branches and loops, each with its first line; not of the module."""
    for node in ast.walk(module):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if (
                isinstance(block, list)
                and block
                and not isinstance(node, (ast.Module, ast.ClassDef))
            ):
                yield block, block[0].lineno


def block_of(source: str, line: int) -> int | None:
    """The first line of the innermost block in which a line is, or none if it runs on import.

    >>> source = "def f(x):\\n    if x:\\n        return 1\\n    return 2\\n"
    >>> [block_of(source, line) for line in (1, 2, 3, 4)]
    [None, 2, 3, 2]
    """
    found = [
        first
        for block, first in blocks(ast.parse(source))
        if first <= line <= (block[-1].end_lineno or 0)
    ]
    return max(found, default=None)


def mark(files: Mapping[str, str]) -> None:
    """Put marks into these files as they are imported; each is named as it is to be called."""
    sys.meta_path.insert(0, _Marking(files))


class _Marking(MetaPathFinder):
    def __init__(self, files: Mapping[str, str]):
        self.files = files

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin in self.files:
            spec.loader = _Loader(name, spec.origin, self.files[spec.origin])
            return spec
        return None


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, called: str):
        super().__init__(name, path)
        self.called = called

    def get_code(self, fullname: str) -> Any:
        module = ast.parse(Path(self.path).read_text(encoding="utf-8"), self.path)
        for block, first in list(blocks(module)):
            says = ast.parse(f"__reached__({(self.called, first)!r})").body
            for node in ast.walk(says[0]):
                ast.copy_location(node, block[0])
            block[_documented(block) : _documented(block)] = says
        return compile(module, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: Any) -> None:
        module.__reached__ = REACHED.add
        super().exec_module(module)


def _documented(block: list[ast.stmt]) -> int:
    """One if it begins with a docstring."""
    first = block[0]
    return isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str)
