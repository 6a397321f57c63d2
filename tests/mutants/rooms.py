"""The trusted modules, and the tests before which their mutants are put."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPTIMA = "curvature equivalence low_rank sample_weights stationary steps"
ROOMS = (
    *(f"theory/{room}" for room in ["scalars", "algebra", "designs", "risks", "limits", "optima"]),
    *(f"theory/optima/{room}" for room in OPTIMA.split()),
    *("verify/judge", "verify/checks", "numerics"),
)
"""Folders, without those below them."""
OTHERS = (
    "beginning beside bounded_process broken cli cluster design_commands exit_codes figure_ figures"
    " files_hostile formula_ formulas_parser hostile imports latex library packages pretty readable"
    " readme report sheets shown standard_input store streams sweep together training what"
)
"""Tests of commands, files, texts and figures: slow, in processes of their own, or of all alike."""


def modules(root: Path = ROOT) -> Iterator[Path]:
    """What is mutated, as paths from the root of a repository."""
    for room in ROOMS:
        found = sorted((root / room).glob("*.py"))
        yield from (path.relative_to(root) for path in found if path.name != "__init__.py")


def files_of_tests(root: Path = ROOT) -> Iterator[list[str]]:
    """The tests, by package, but for the examples of the modules."""
    others = tuple(f"test_{name}" for name in OTHERS.split())
    for package in ("meta", "theory", "numerics", "verify"):
        found = sorted((root / "tests" / package).glob("test_*.py"))
        yield [str(path.relative_to(root)) for path in found if not path.name.startswith(others)]
