"""Without the tool of the campaign, which is no part of `dev`, its modules are not collected.

And a small repository, with one module and its tests.
"""

from importlib.util import find_spec

import pytest

collect_ignore = (
    [] if find_spec("cosmic_ray") else ["campaign.py", "__main__.py", "test_campaign.py"]
)

MODULE = """
LIMIT = 3

def below(x):
    '''The limit is not below itself.'''
    if x < LIMIT:
        return True
    return False

def unused(x):
    return x + 1
"""
TESTS = """
import pytest
from small import below

def test_below():
    assert below(2)

@pytest.mark.parametrize("x", range(3, 13))
def test_not_below(x):
    assert not below(x)

def test_nothing():
    pass
"""


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """The small repository; and nothing of ours is imported before its tests are."""
    monkeypatch.setattr("tests.mutants.one_by_one.FOREIGN", "")
    tree = tmp_path / "tree"
    (tree / "tests").mkdir(parents=True)
    (tree / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (tree / "small.py").write_text(MODULE)
    (tree / "tests" / "test_small.py").write_text(TESTS)
    return tree
