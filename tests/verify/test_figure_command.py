"""``python -m verify figure`` as outsiders call it: codes, streams, files, and going on."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from numerics.sweeps.pools import Process
from numerics.sweeps.store import Store
from tests.verify.figure_outcomes import every, outcomes
from verify import cli
from verify.cli import Exit
from verify.figures import produce
from verify.figures.produce import Workplace, cost
from verify.figures.registry import pictures, runs_behind
from verify.figures.scale import PAPER, SCALES, SMALL


def call(capsys, *arguments):
    """Exit code, standard output and standard error of ``figure`` with these arguments."""
    with pytest.raises(SystemExit) as stop:
        cli.run(["figure", *map(str, arguments)])
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.fixture
def trained(monkeypatch):
    """Nothing is trained: every restart ends so far above the optimum."""

    def end(*above):
        found = outcomes(every().values(), above)
        monkeypatch.setattr(Workplace, "outcomes", lambda self, runs, progress: found)

    return end


def test_files_and_a_table(capsys, trained, tmp_path):
    trained(1e-4, 2e-3, 0.1)
    code, out, err = call(capsys, "3a", "2a", "--out", tmp_path / "new" / "folder")
    assert (code, err) == (Exit.HOLDS, "")
    names = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert names == {
        f"{id}.{kind}" for id in ("2a", "3a") for kind in ("png", "pdf", "csv", "json")
    }
    first, second = out.splitlines()[1:3]
    assert first.split()[0] == "2a" and "10        30  0.010 %  holds" in first
    assert second.split()[0] == "3a" and "too low at alpha = 3/5, n = 15" in second
    assert "written to" in out


@pytest.mark.parametrize(
    ("above", "code"),
    [
        ((1e-4, 2e-4, 0.3), Exit.HOLDS),
        ((0.01, 0.02, 0.3), Exit.UNDECIDED),
        ((1e-4, 2e-4, float("nan")), Exit.UNDECIDED),
        ((1e-4, 2e-4, -1e-3), Exit.REFUTED),
    ],
)
def test_exit_codes_and_a_record_follow_what_was_seen(capsys, trained, tmp_path, above, code):
    trained(*above)
    found, out, err = call(capsys, "2a", "--out", tmp_path, "--quiet")
    assert (found, out, err) == (code, f"2a {code.name.lower()}\n", "")
    record = json.loads((tmp_path / "2a.json").read_text())
    assert record["agreement"]["verdict"] == code.name.lower()


def test_json_on_standard_output_and_in_a_file(capsys, trained, tmp_path):
    trained(1e-4, 2e-4, 3e-4)
    code, out, _ = call(capsys, "4a", "2a", "--out", tmp_path, "--json", "-")
    assert code == Exit.HOLDS
    panels = json.loads(out)["panels"]
    assert panels == [json.loads((tmp_path / f"{id}.json").read_text()) for id in ("2a", "4a")]
    code, out, _ = call(capsys, "4a", "--out", tmp_path, "--json", tmp_path / "all.json")
    assert "written to" in out
    assert json.loads((tmp_path / "all.json").read_text())["panels"] == panels[1:]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2d", "--out", "{}"], "unknown panel '2d'; did you mean "),
        (["2a", "nothing", "--out", "{}"], "unknown panel 'nothing'; known: 1, 2a, "),
        (["2a", "--out", "{}/file"], "file: no folder to write into"),
        (["2a", "--out", ""], "--out: expected a folder"),
        (["2a"], "Missing option '--out'"),
        (["--out", "{}"], "Missing argument 'PANEL...'"),
        (["2a", "--out", "{}", "--scale", "large"], "'large' is not one of 'small', 'paper'"),
        (["2a", "--out", "{}", "--jobs", "0"], "'--jobs': 0 is not in the range x>=1"),
        (["2a", "--out", "{}", "--seed", "-1"], "is not in the range"),
        (["2a", "--out", "{}", "--jobs", "2", "--scheduler", "a"], "exclude each other"),
        (["2a", "--out", "{}", "--json", "{}"], "expected a file, this is a directory"),
        (["2a", "--out", "{}", "--store", "{}"], "is not a file"),
        (["2a", "--out", "{}", "--store", "{}/no/store"], "cannot be opened"),
        (["2a", "--out", "{}", "--store", "{}/file"], "is not a SQLite file"),
    ],
)
def test_bad_input_is_one_clear_sentence_before_anything_is_trained(
    capsys, monkeypatch, tmp_path, arguments, message
):
    monkeypatch.setattr(produce, "sweep", lambda *a, **k: pytest.fail("it began to train"))
    (tmp_path / "file").write_text("neither a folder nor a store" * 100)
    code, out, err = call(capsys, *(a.format(tmp_path) for a in arguments))
    assert (code, out) == (Exit.USAGE, "")
    assert message in err and "Traceback" not in err


def test_cuda_where_there_is_none(capsys, tmp_path):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    code, out, err = call(capsys, "2a", "--out", tmp_path / "new", "--device", "cuda")
    assert (code, out) == (Exit.USAGE, "")
    assert "no CUDA device" in err and not (tmp_path / "new").exists()


def test_the_device_and_the_seed_reach_the_workers(capsys, monkeypatch, tmp_path):
    seen = []

    def sweep(batches, store, lanes, **options):
        seen.append((batches, options, len(lanes)))
        raise KeyboardInterrupt

    monkeypatch.setattr(produce, "sweep", sweep)
    call(capsys, "4d", "--out", tmp_path, "--seed", "5", "--jobs", "3")
    ((batches, options, lanes),) = seen
    assert {run.seed for batch in batches for run in batch} == {5} and lanes == 3
    assert options["options"] == {"device": "cpu"}
    assert all(options["cost"](run) > 0 for batch in batches for run in batch)


def test_ctrl_c_says_what_is_kept_and_how_to_go_on(capsys, monkeypatch, tmp_path):
    picture = every()["4d"]
    found = outcomes([picture])

    def sweep(batches, store, lanes, **options):
        some = [run for batch in batches for run in batch][:4]
        store.put([(run, found[run]) for run in some])
        raise KeyboardInterrupt

    monkeypatch.setattr(produce, "sweep", sweep)
    code, out, err = call(capsys, "4d", "--out", tmp_path, "--quiet")
    store = tmp_path / "runs.sqlite"
    assert (code, out) == (Exit.UNDECIDED, "")
    assert err == (
        f"interrupted: 4 of 10 runs are in {store}; the same command goes on from there\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["runs.sqlite"]
    with Store.open(store) as kept:
        assert len(kept.found(runs_behind([picture]))) == 4


def test_a_real_panel_and_nothing_twice(capsys, monkeypatch, tmp_path):
    """Trained for real; the second time everything is there, and the files are the same."""
    monkeypatch.setitem(SCALES, "small", replace(SMALL, ranks=(5,)))
    store = tmp_path / "store" / "runs.sqlite"
    store.parent.mkdir()
    arguments = ("3c", "--jobs", "1", "--store", store)
    code, out, err = call(capsys, *arguments, "--out", tmp_path / "one")
    assert code == Exit.HOLDS and "3c" in out and "training 3 runs" in err
    with Store.open(store) as kept:
        assert len(kept) == 3
    monkeypatch.setattr(Process, "submit", lambda *arguments: pytest.fail("done again"))
    code, _, err = call(capsys, *arguments, "--out", tmp_path / "two")
    assert (code, err) == (Exit.HOLDS, "")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_help_needs_nothing_heavy_and_names_every_option():
    code = (
        "import sys; from verify.cli import run\n"
        "try: run(['figure', '--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'sympy', 'torch', 'numpy', 'matplotlib', 'rich', 'theory'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in ("out", "scale", "jobs", "scheduler", "device", "seed", "store", "json", "quiet"):
        assert f"--{name} " in done.stdout


@pytest.mark.parametrize("command", [["list"], ["latex", "corollary1"]])
def test_statements_are_shown_without_torch_and_matplotlib(command):
    code = (
        f"import sys; from verify.cli import run\nrun({command})\n"
        "assert not {'torch', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)


def test_larger_runs_cost_more():
    runs = sorted(runs_behind(pictures(["4d"], PAPER)), key=cost)
    assert (runs[0].model, runs[0].n) == ("att", 2) and (runs[-1].model, runs[-1].n) == ("ssm", 50)
    adapted = every()["3d"].panels[0].curves[0].trained[0].points[0].run
    assert cost(adapted) > cost(adapted.base)
