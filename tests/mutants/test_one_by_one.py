"""What is noticed of changes of a small module, and what is not."""

import pytest

from tests.mutants import one_by_one as engine
from tests.mutants.conftest import MODULE, TESTS
from tests.mutants.marks import block_of
from tests.mutants.one_by_one import READING, one_by_one
from tests.mutants.table import Red, Table

SMALL, LARGE = "tests/test_small.py::test_below", "tests/test_small.py::test_not_below[3]"


def measured(tree, cases=2):
    table = Table(tree)
    list(table.measure([["tests/test_small.py"]], ["small.py"], cases))
    return table


def ends(tree, known, old="", new=""):
    """What comes of tests where one thing is changed."""
    (tree / "small.py").write_text(MODULE.replace(old, new))
    files = ["tests/test_small.py"]
    return {test: ran.end for test, ran in one_by_one(tree, files, known) if test != READING}


def test_every_test_is_measured_but_for_some_cases(tree):
    known = measured(tree).known
    assert [*known] == [SMALL, LARGE, LARGE.replace("3", "8"), "tests/test_small.py::test_nothing"]
    assert all(ran.end == "passed" and ran.seconds > 0 for ran in known.values())


def test_a_test_reaches_what_it_runs(tree):
    table = measured(tree)
    line = {name: MODULE.splitlines().index(name) + 1 for name in MODULE.splitlines()}
    assert [*table.reaching("small.py", line["        return True"])] == [SMALL]
    assert {*table.reaching("small.py", line["    if x < LIMIT:"])} == {
        test for test in table.known if "nothing" not in test
    }
    assert table.reaching("small.py", line["    return x + 1"]) == []


def test_what_runs_on_import_is_reached_by_all_and_no_second_case_comes_early(tree):
    table = measured(tree)
    found = table.reaching("small.py", 2)
    assert {*found} == {*table.known} and "not_below" in found[-1]


def test_what_runs_when_tests_are_read_may_show_in_all(tree):
    with (tree / "tests" / "test_small.py").open("a") as tests:
        tests.write("\nfrom small import unused\nFOUR = unused(3)\n")
    table = measured(tree)
    assert {*table.reaching("small.py", len(MODULE.splitlines()))} == {*table.known}
    assert Table(tree).read == table.read != set()


def test_what_is_known_is_kept(tree):
    known = measured(tree).known
    again = Table(tree)
    assert again.known.keys() == known.keys()
    assert [ran.blocks for ran in again.known.values()] == [ran.blocks for ran in known.values()]
    assert [*again.measure([["tests/test_small.py"]], ["small.py"], 2)] == []


def test_a_change_that_a_test_notices_fails_it_and_no_other(tree):
    found = ends(tree, {SMALL: 0.1, LARGE: 0.1}, "x < LIMIT", "x <= LIMIT")
    assert found == {SMALL: "passed", LARGE: "failed"}


def test_a_change_that_no_test_notices_passes(tree):
    assert {*ends(tree, {SMALL: 0.1, LARGE: 0.1}, "x + 1", "x - 1").values()} == {"passed"}


def test_what_hangs_is_given_up(tree, monkeypatch):
    monkeypatch.setattr(engine, "SLACK", 1.0)
    loop = "    while x == 3:\n        pass\n    if x"
    found = ends(tree, {SMALL: 0.1, LARGE: 0.1}, "    if x", loop)
    assert found == {SMALL: "passed", LARGE: "hangs"}


@pytest.mark.parametrize("end", ["os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_what_dies_is_noticed(tree, end):
    found = ends(
        tree, {SMALL: 0.1, LARGE: 0.1}, "    if x", f"    import os\n    if x == 3: {end}\n    if x"
    )
    assert found == {SMALL: "passed", LARGE: "dies"}


def test_what_cannot_be_imported_is_noticed(tree):
    (tree / "small.py").write_text("1 / 0\n")
    found = dict(one_by_one(tree, ["tests/test_small.py"], {SMALL: 0.1}))
    assert found[READING].end == "failed"


def test_no_test_feels_another(tree):
    spoiler = "\nimport small\ndef test_a_spoiler():\n    small.LIMIT = 0\n" + TESTS
    (tree / "tests" / "test_small.py").write_text(spoiler)
    assert len(measured(tree).known) == 5


def test_a_red_tree_is_an_error(tree):
    (tree / "small.py").write_text(MODULE.replace("x < LIMIT", "x <= LIMIT"))
    with pytest.raises(Red, match=r"test_not_below\[3\] failed without a mutant"):
        measured(tree)


def test_the_block_of_a_line_is_the_innermost():
    lines = {3: None, 6: 5, 7: 7, 8: 5, 10: None, 11: 11}
    assert {line: block_of(MODULE, line) for line in lines} == lines
