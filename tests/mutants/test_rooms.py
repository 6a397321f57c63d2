"""The campaign looks at modules that exist, and at tests that do."""

from tests.mutants.rooms import OTHERS, ROOMS, ROOT, files_of_tests, modules


def test_every_room_has_modules():
    assert {str(module.parent) for module in modules()} == {*ROOMS}


def test_the_tests_are_those_of_the_packages_but_for_the_others():
    _, theory, numerics, _ = files_of_tests()
    assert "tests/theory/test_ratio.py" in theory and "tests/numerics/test_draws.py" in numerics
    every = {path.name for path in (ROOT / "tests").glob("*/test_*.py")}
    left_out = every - {name.split("/")[2] for group in files_of_tests() for name in group}
    for other in OTHERS.split():
        assert any(name.startswith(f"test_{other}") for name in left_out), other
