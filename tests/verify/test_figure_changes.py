"""Figures of other sizes, grids and noise: what is asked for is trained, and told."""

import json
import shlex

import pytest

from tests.verify.command_line import call
from theory.errors import InputError
from verify.cli import Exit
from verify.figures.changes import MOST, READ, changed
from verify.figures.produce import Workplace
from verify.figures.registry import pictures, runs_behind
from verify.figures.scale import PAPER, SMALL


def test_nothing_asked_changes_nothing():
    assert changed(SMALL, None, ()) == SMALL and changed(PAPER, None, ()) == PAPER


def test_what_is_asked_is_what_is_trained():
    settings = ["d=3", "sigma=0,1/2", "alpha=1/4", "gamma=0.5", "rank=1,3", "n=7", "restarts=2"]
    scale = changed(SMALL, "4,8", settings)
    runs = {id: runs_behind(pictures([id], scale)) for id in ("2b", "2c", "3a", "3c", "4c")}
    assert {run.d for found in runs.values() for run in found} == {3}
    assert {run.restarts for found in runs.values() for run in found} == {2}
    for id in ("2b", "2c", "3a", "4c"):
        assert {run.n for run in runs[id]} == {4, 8}
    assert {dict(run.scalars).get("sigma", "0") for run in runs["2b"]} == {"0", "1/2"}
    assert {dict(run.scalars)["alpha"] for run in runs["3a"]} == {"1/4"}
    assert {dict(run.covariances)["Sigma_beta"] for run in runs["2c"]} == {"equicorrelated:1/2"}
    assert {(run.n, run.rank) for run in runs["3c"]} == {(7, 1), (7, 3)}


def test_ranks_end_with_d():
    assert changed(PAPER, None, ["d=6"]).ranks == (1, 2, 3, 5)


@pytest.mark.parametrize(
    ("examples", "settings", "message"),
    [
        ("", (), "--n:1:1: found the end of the formula"),
        ("10,", (), "--n:1:1: found the end of the formula"),
        ("0", (), "--n=0: expected whole numbers from 1 to 1000"),
        ("5/2", (), "--n=5/2: expected whole numbers"),
        ("20,10", (), "expected at most 40 numbers, each larger than the last"),
        (",".join(map(str, range(1, MOST + 2))), (), "expected at most 40 numbers"),
        ("x", (), "unknown name in the value of --n 'x'"),
        (None, ("d",), "--set 'd': expected NAME=VALUE or NAME=VALUE,VALUE,..."),
        (None, ("d=",), "--set 'd=': expected NAME=VALUE"),
        (None, ("sgima=1",), "unknown name in --set 'sgima'; did you mean sigma"),
        (None, ("d=2,3",), "--set d=2,3: expected one number"),
        (None, ("d=2", "d=3"), "--set d is given twice"),
        (None, ("sigma=-1",), "--set sigma=-1: expected numbers from 0"),
        (None, ("sigma=sqrt(2)",), "--set sigma=sqrt(2): expected a rational number"),
        (None, ("alpha=1/2,3/2",), "--set alpha=1/2,3/2: expected numbers from 0 to 1"),
        (None, ("gamma=1",), "--set gamma=1: expected numbers from 0 to below 1"),
        (None, ("rank=6",), "--set rank=6: expected at most d = 5"),
    ],
)
def test_what_cannot_be_is_told(examples, settings, message):
    with pytest.raises(InputError) as found:
        changed(SMALL, examples, settings)
    assert message in str(found.value)
    options = [part for one in settings for part in ("--set", one)]
    options += [] if examples is None else ["--n", examples]
    code, out, err = call("figure", "2a", "--out", "nowhere", *options)
    assert (code, out, err) == (Exit.USAGE, "", f"Error: {found.value}\n")


def test_all_that_may_be_set_is_in_the_help():
    _, out, _ = call("figure", "--help")
    assert all(f" {name}" in out for name in READ)


def test_the_command_that_repeats_it(monkeypatch, tmp_path):
    """It is in the configuration; nothing is trained here."""
    asked = []

    def nothing(place, runs, progress):
        asked.extend(runs)
        raise KeyboardInterrupt

    monkeypatch.setattr(Workplace, "outcomes", nothing)
    options = ["--n", "3,5", "--set", "sigma=0, 1/2"]
    assert call("figure", "2b", "--out", str(tmp_path), *options)[0] == Exit.UNDECIDED
    assert {run.n for run in asked} == {3, 5}
    scale = changed(SMALL, "3,5", ["sigma=0, 1/2"])
    assert scale.options == tuple(options)
    words = shlex.split(shlex.join(["--scale", scale.name, *scale.options]))
    assert words == ["--scale", "small", *options]
    assert json.loads(json.dumps(scale.as_json()))["options"] == options
