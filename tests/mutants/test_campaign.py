"""A campaign against a small repository, of all places at which it can be changed."""

import subprocess
from pathlib import Path

import pytest

from tests.mutants import campaign as subject
from tests.mutants.campaign import Campaign, said


@pytest.fixture
def campaign(tree, monkeypatch, tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    monkeypatch.setattr(subject, "ROOT", tree)
    monkeypatch.setattr(subject, "modules", lambda root=None: [Path("small.py")])
    monkeypatch.setattr(subject, "files_of_tests", lambda root: [["tests/test_small.py"]])
    monkeypatch.chdir(tree)
    return Campaign(tmp_path / "kept", number=100, seed=1)


def run(campaign, **options):
    return [line for line in campaign.run(600.0, 20.0, 10, **options) if " in " in line]


def alive(campaign):
    return {(mutation.start_pos[0], dead) for mutation, dead, _ in campaign.results()}


def test_a_change_survives_where_no_test_comes_and_nowhere_else(campaign):
    lines = run(campaign)
    assert alive(campaign) == {(2, True), (6, True), (7, True), (8, True), (11, False)}
    assert all("0 of 0 tests" in line for line in lines if "survived" in line)
    assert run(campaign) == []


def test_survivors_are_tried_again_on_the_tests_as_they_are(campaign, tree):
    before = run(campaign)
    more = "\nfrom small import unused\ndef test_used():\n    assert unused(1) == 2\n"
    with (tree / "tests" / "test_small.py").open("a") as tests:
        tests.write(more)
    lines = run(campaign, again=True)
    assert len(lines) == sum("survived" in line for line in before) > 0
    assert all("test_used failed" in line for line in lines)


def test_the_copy_is_as_it_was(campaign, tree):
    run(campaign)
    assert (campaign.tree / "small.py").read_text() == (tree / "small.py").read_text()


def test_how_a_mutant_differs_is_kept(campaign):
    run(campaign)
    (found,) = (diff for mutation, _, diff in campaign.results() if "Add_Sub" in said(mutation))
    assert "-    return x + 1\n+    return x - 1" in found
