"""One name for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
APART = ROOT / "verify" / "certificates" / "checker.py"
"""A program of its own, that shares nothing with the others."""


def test_no_class_has_the_name_of_another() -> None:
    found = defaultdict(list)
    for top in ("theory", "numerics", "verify"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if path != APART:
                for node in ast.parse(path.read_text(encoding="utf-8")).body:
                    if isinstance(node, ast.ClassDef):
                        found[node.name].append(str(path.relative_to(ROOT)))
    assert len(found) > 300
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
