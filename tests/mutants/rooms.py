"""The trusted modules, and the tests that mirror them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
THEORY, VERIFY, NUMERICS = (f"tests/{name}/test_" for name in ("theory", "verify", "numerics"))


def _files(start: str, names: str) -> list[str]:
    return [f"{start}{name}.py" for name in names.split()]


_CLAIMS = _files(
    VERIFY + "claims_",
    "exact refuted in_limits terms bounds at_weights excess covariances traces quantities entries",
)
_WITNESSES = _files(VERIFY, "witnesses properties controls")
ROOMS = {
    "theory/scalars": _files(
        THEORY, "arithmetic ratio signs powers multimodular growth limits stationarity steps"
    ),
    "theory/algebra": _files(
        THEORY,
        "words moments wishart mean_product sums roots spectrum moment_statements by_example"
        " design means optimum",
    ),
    "theory/designs": _files(
        THEORY,
        "design domain families groups nearest conditions files_designs coordinates by_example"
        " covariances labels laws means random_scalars shift unused equivalence",
    ),
    "theory/risks": _files(
        THEORY, "coordinates claims limits sums groups random_scalars steps optimum weighted"
    ),
    "theory/limits": _files(THEORY, "growth limits steps"),
    "theory/optima": _files(
        THEORY, "optimum stationarity derived aligned_designs means shift steps limits"
    ),
    "theory/optima/curvature": _files(THEORY, "convexity_statement optimum")
    + _files(VERIFY, "curvature"),
    "theory/optima/equivalence": _files(THEORY, "equivalence"),
    "theory/optima/low_rank": _files(THEORY, "low_rank") + _files(VERIFY, "low_rank"),
    "theory/optima/sample_weights": _files(THEORY, "sample_weights weighted roots groups")
    + _files(VERIFY, "groups"),
    "theory/optima/stationary": _files(THEORY, "stationarity optimum aligned_designs means"),
    "theory/optima/steps": _files(THEORY, "steps"),
    "verify/judge": _CLAIMS + _files(VERIFY, "rewriting moment_command"),
    "verify/checks": _WITNESSES,
    "numerics": _files(
        NUMERICS,
        "models population sampling low_rank draws units groups lengths squares stacks laws labels",
    ),
}
"""By folder, without those below it."""


def modules() -> Iterator[Path]:
    """What is mutated, as paths from the root of the repository."""
    for room in ROOMS:
        found = sorted((ROOT / room).glob("*.py"))
        yield from (path.relative_to(ROOT) for path in found if path.name != "__init__.py")


def mirror_of(module: Path) -> list[str]:
    """The tests that import it, or else its room's, and the module itself, for its examples.

    In this order: read for its examples first, a module that its package imports is read twice, and
    its classes are two, which fails tests without a mutant.
    """
    name, room = ".".join(module.with_suffix("").parts), ROOMS[str(module.parent)]
    importing = [t for t in room if f"{name} " in (ROOT / t).read_text(encoding="utf-8")]
    return [*(importing or room), str(module)]


def others_of(module: Path) -> list[str]:
    """The other tests of its room, before which it is put if those of its mirror all pass."""
    return [test for test in ROOMS[str(module.parent)] if test not in mirror_of(module)]
