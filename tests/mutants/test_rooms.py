"""The campaign looks at modules that exist, and at tests that do."""

from tests.mutants.rooms import ROOMS, ROOT, mirror_of, modules


def test_every_room_has_modules_and_tests():
    assert {str(module.parent) for module in modules()} == {*ROOMS}
    for room, files in ROOMS.items():
        assert files and all((ROOT / file).is_file() for file in files), room


def test_the_mirror_of_a_module_is_what_imports_it():
    (signs,) = (module for module in modules() if module.name == "signs.py")
    tests = [f"tests/theory/test_{name}.py" for name in ("signs", "powers")]
    assert mirror_of(signs) == [*tests, "theory/scalars/signs.py"]


def test_a_module_that_no_test_imports_has_the_tests_of_its_room():
    (domain,) = (module for module in modules() if str(module) == "theory/designs/domain.py")
    assert mirror_of(domain)[:-1] == ROOMS["theory/designs"]
