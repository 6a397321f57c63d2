"""The files of a picture: table, record, and the pictures as files."""

import csv
import io
import json
import math

import pytest

from numerics.sweeps.run import Run
from tests.verify.figure_outcomes import IDS, every, outcomes
from theory.errors import InputError
from verify.figures import data, files
from verify.figures.agreement import Agreement
from verify.figures.scale import SMALL
from verify.outcome import strict_json


@pytest.mark.parametrize("id", IDS)
def test_the_table_gives_every_outcome_back(id):
    picture = every()[id]
    found = outcomes([picture], (1e-4, math.inf, math.nan))
    rows = list(csv.DictReader(io.StringIO(data.table(picture, found))))
    assert tuple(rows[0]) == data.HEAD
    trained = [row for row in rows if row["restart"]]
    expected = [
        (panel.id, curve.name, one.model, str(p.x), k, risk / panel.d, p.exact / panel.d)
        for panel in picture.panels
        for curve in panel.curves
        for one in curve.trained
        for p in one.points
        for k, risk in enumerate(p.risks(found))
    ]
    read = [
        (
            *(row["panel"], row["curve"], row["line"], row["x"], int(row["restart"])),
            *(float(row["risk_per_feature"]), float(row["exact_per_feature"])),
        )
        for row in trained
    ]
    assert list(map(repr, read)) == list(map(repr, expected))
    lines = [line for panel in picture.panels for c in panel.curves for line in c.theory]
    assert len(rows) - len(trained) == sum(len(line.x) for line in lines)
    theory = [one for one in rows if not one["restart"]]
    values = [y / panel.d for panel in picture.panels for c in panel.curves
              for line in c.theory for y in line.y]  # fmt: skip
    drawn = [one["claimed_per_feature"] or one["exact_per_feature"] for one in theory]
    assert sorted(map(float, drawn)) == sorted(values)
    for row in trained:
        risk, exact = float(row["risk_per_feature"]), float(row["exact_per_feature"])
        excess = float(row["relative_excess"])
        assert excess == pytest.approx(risk / exact - 1, abs=1e-12, nan_ok=True)
    assert all(bool(one["claimed_per_feature"]) == (one["line"] == "claimed") for one in theory)


def test_the_record_is_the_whole_configuration():
    picture = every()["3d"]
    found = outcomes([picture], (1e-4, math.inf, math.nan))
    made = data.record(picture, Agreement(picture.panels, found), SMALL)
    read = json.loads(strict_json.text(made))
    runs = [Run.from_json(one["run"]) for one in read["runs"]]
    assert tuple(runs) == picture.runs
    assert [one["key"] for one in read["runs"]] == [run.key for run in runs]
    assert read["command"] == "python -m verify figure 3d --out DIR --scale small --seed 0"
    assert read["agreement"]["verdict"] == "undecided"
    assert read["agreement"]["points"][0]["relative_excess"][1:] == ["inf", "nan"]
    assert {one["run"] for one in read["agreement"]["points"]} == {run.key for run in runs}
    assert read["scale"]["efforts"]["lora-att"]["steps"] == SMALL.efforts["lora-att"].steps


def written(picture, folder, found):
    record = data.record(picture, Agreement(picture.panels, found), SMALL)
    return files.write(picture, found, record, folder)


@pytest.mark.parametrize("id", ["1", "2c", "3a", "4a"])
def test_files(id, tmp_path):
    """Several panels, noise, what the paper claims, and what is best for each length alone."""
    picture = every()[id]
    paths = written(picture, tmp_path, outcomes([picture]))
    names = [f"{id}.{kind}" for kind in ("png", "pdf", "csv", "json")]
    assert [path.name for path in paths] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    png, pdf = paths[0].read_bytes(), paths[1].read_bytes()
    assert png.startswith(b"\x89PNG") and pdf.startswith(b"%PDF")
    width = int.from_bytes(png[16:20], "big")
    assert width == round(300 * (6.75 if id == "1" else 3.3))
    # text stays text: TrueType, no outlines of type 3
    assert b"/FontFile2" in pdf and b"/Type3" not in pdf


def test_the_same_data_give_the_same_bytes(tmp_path):
    picture = every()["3a"]
    for name in ("one", "two"):
        written(picture, files.folder(str(tmp_path / name)), outcomes([picture]))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_what_cannot_be_written_leaves_what_was_there(tmp_path, monkeypatch):
    picture = every()["2a"]
    before = {p.name: p.read_bytes() for p in written(picture, tmp_path, outcomes([picture]))}

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "table", interrupted)
    with pytest.raises(KeyboardInterrupt):
        written(picture, tmp_path, outcomes([picture], (0.1, 0.2, 0.3)))
    assert (tmp_path / "2a.csv").read_bytes() == before["2a.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(before)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "table", full)
    with pytest.raises(InputError, match=r"cannot write .*2a.csv: No space left on device"):
        written(picture, tmp_path, outcomes([picture]))


def test_no_folder_to_write_into(tmp_path):
    (tmp_path / "file").touch()
    for path, message in (("", "got nothing"), (str(tmp_path / "file"), "no folder to write")):
        with pytest.raises(InputError, match=message):
            files.folder(path)
    assert files.folder(str(tmp_path / "a" / "b")).is_dir()
