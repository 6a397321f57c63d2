"""Who may import whom."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Graph = dict[str, set[str]]


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("from theory import *", ["torch", "numerics", "verify", "hypothesis", "rich", "click"]),
        ("from numerics import *", ["verify", "hypothesis", "rich", "click"]),
        ("import verify.cli", ["sympy", "torch", "theory", "numerics", "rich"]),
        (
            "from verify.outcome import document, report, text; import verify.trial",
            ["torch", "numerics"],
        ),
        ("import verify.figures.produce, verify.figures.summary", ["torch"]),
    ],
)
def test_directions(statement, forbidden):
    code = f"{statement}; import sys; print(sorted(set({forbidden}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def modules(root: Path) -> dict[str, Path]:
    """Every module of ours by its name; a package goes by its own."""
    found = {}
    for top in ("theory", "numerics", "verify"):
        for path in sorted((root / top).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """What a module imports anywhere, in functions and for type checkers too: module and name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: a relative import"
            yield from ((node.module, alias.name) for alias in node.names)


@cache
def imports(root: Path) -> Graph:
    """Our modules, with those of them that each imports."""
    ours = modules(root)
    graph: Graph = {}
    for name, path in ours.items():
        targets = (
            f"{module}.{part}" if f"{module}.{part}" in ours else module
            for module, part in imported(path)
        )
        graph[name] = {target for target in targets if target in ours}
    return graph


def of_folders(graph: Graph, depth: int) -> Graph:
    """The same for the folders of ``theory`` down to a depth, without its face."""
    ours = modules(ROOT)

    def folder(name: str) -> str:
        parts = ours[name].relative_to(ROOT).parts
        return "/".join(parts[: min(depth + 1, len(parts) - 1)]) if len(parts) > 2 else name

    found: Graph = {}
    for name, targets in graph.items():
        if name.startswith("theory."):
            inside = {folder(t) for t in targets if t.startswith("theory.")}
            found.setdefault(folder(name), set()).update(inside - {folder(name)})
    return found


def circle(graph: Graph) -> Iterable[str]:
    """A circle in a graph, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def test_no_circle_among_modules():
    graph = imports(ROOT)
    assert len(graph) > 100
    assert circle(graph) == ()


@pytest.mark.parametrize("depth", [1, 2])
def test_no_circle_among_the_rooms_of_theory(depth):
    graph = of_folders(imports(ROOT), depth)
    assert {"theory/scalars", "theory/algebra"} <= set(graph)
    assert circle(graph) == ()


def test_the_top_level_of_theory_is_small():
    assert len([p for p in (ROOT / "theory").iterdir() if p.name != "__pycache__"]) <= 14
