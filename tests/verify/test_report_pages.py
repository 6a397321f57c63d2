"""The report as pages: complete, offline, safe, and written whole or not at all."""

import json
import re
import shlex
import signal
import subprocess
import sys

import jsonschema
import pytest

import theory
from tests.browser import CHROMIUM, DARK, look_at
from tests.pages import in_order, read
from tests.verify.command_line import call, refused
from theory.language.gallery import designs
from theory.records.derived import Derived
from theory.text.mathml import NOTATION, in_html
from verify.certificates.writing import Certified
from verify.checks.sampling import row as measured
from verify.cli import Exit
from verify.expected import Expected
from verify.outcome.html import folder
from verify.outcome.html.drawing import drawn
from verify.outcome.html.saw import saw
from verify.outcome.html.site import OVERVIEW, Page, site
from verify.outcome.report import schema
from verify.outcome.verdict import Finding, Verdict
from verify.settings import Level, Settings
from verify.trained import judged
from verify.trial import Result, not_begun
from verify.witnesses import WITNESSES

HOSTILE = r"</title><script>alert(1)</script> & $\text{<b>}\href{x}{y}$ \(x\)"
FILE = f"""
[statement]
title = '{HOSTILE}'
says = '{HOSTILE}'
assumptions = ['{HOSTILE}']
[design]
name = "hostile"
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "e"
task = "b"
[limits.wide]
n = "d/nu"
[claims.wrong]
weight = "1/(n + d)"
limit = "wide"
source = '{HOSTILE}'
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The folder of a report of two statements, one of them hostile, and the command's answer."""
    at = tmp_path_factory.mktemp("report")
    (at / "hostile.toml").write_text(FILE, encoding="utf-8")
    made = call(
        *("report", "corollary1", str(at / "hostile.toml"), "--out", str(at / "out")),
        *("--level", "quick", "--jobs", "1", "--seed", "3"),
    )
    return at / "out", made


def pages(into):
    return [into / OVERVIEW, *sorted((into / "statements").iterdir())]


def test_the_report_is_there_and_the_exit_code_is_that_of_the_trial(report):
    into, (code, out, err) = report
    assert code == Exit.HOLDS, err
    assert out.splitlines()[:2] == [
        "corollary1 holds (exact)",
        "hostile:wrong holds (right in the limit)",
    ]
    assert {path.name for path in pages(into)} == {
        OVERVIEW,
        "corollary1.html",
        "hostile.wrong.html",
    }
    data = json.loads((into / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, schema())
    assert [one["statement"] for one in data["results"]] == ["corollary1", "hostile"]


def test_pages_are_whole_and_offline(report):
    into, _ = report
    for path in pages(into):
        seen = read(path.read_text(encoding="utf-8"))
        assert not seen.unclosed and in_order(seen.headings), (path, seen.headings)
        assert not seen.loads or all(one.startswith("#") for one in seen.loads)
        assert "script" not in seen.elements and "b" not in seen.elements
        assert len(seen.ids) == len(set(seen.ids))
        for link in seen.links:
            assert (path.parent / link).is_file(), link
    text = read((into / "statements" / "corollary1.html").read_text(encoding="utf-8"))
    assert len(text.formulas) > 10
    assert "\\" not in "".join(text.text)


def test_a_page_holds_all_that_was_seen(report):
    into, _ = report
    data = json.loads((into / "report.json").read_text(encoding="utf-8"))
    (seen, _) = data["results"]
    text = re.sub(
        r"\s+", " ", "".join(read((into / "statements/corollary1.html").read_text()).text)
    )
    for witness in seen["witnesses"]:
        assert witness["summary"].replace("$", "") in text
    for mutant in seen["witnesses"][-1]["data"]["mutants"]:
        assert mutant in text
    for package, version in data["environment"]["versions"].items():
        assert f"{package}" in text and version in text
    page = (into / "statements/corollary1.html").read_text(encoding="utf-8")
    assert "python -m verify corollary1 --level quick --seed 3" in page
    limit = (into / "statements/hostile.wrong.html").read_text(encoding="utf-8")
    assert limit.count("<svg") == 1 and "to leading order in the limit wide" in limit


def test_certificates_are_there_and_accepted(report):
    from verify.certificates.writing import checked

    into, _ = report
    for name in ("corollary1", "hostile.wrong"):
        assert checked(into / "certificates", name) == ""


def test_the_command_that_checks_them_runs_in_the_folder_of_the_report(report):
    """With the checker that lies there, and nothing of ours installed."""
    into, _ = report
    page = (into / "statements/hostile.wrong.html").read_text(encoding="utf-8")
    (command,) = re.findall(r"<code>python -I (.*?)</code>", page)
    arguments = [sys.executable, "-I", *shlex.split(command)]
    done = subprocess.run(arguments, cwd=into, env={}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "") and "accepted" in done.stdout


def test_of_a_design_that_claims_nothing_it_is_said_what_derivation_would_compare():
    record = Derived.of(designs.isotropic_noiseless)
    seen = saw(Result(record, (), 0.0), Settings(Level.QUICK))
    by_name = {one.check.name: one.why for one in seen}
    assert "Nothing is claimed" in by_name["derivation"]
    assert not any("does not apply" in why for why in by_name.values())


def test_the_command_that_repeats_it_does(report, tmp_path):
    into, _ = report
    page = (into / "statements/hostile.wrong.html").read_text(encoding="utf-8")
    (command,) = re.findall(r"<code>python -m verify (.*?)</code>", page)
    words = shlex.split(command)
    assert words[0].endswith("hostile.toml") and words[1:] == ["--level", "quick", "--seed", "3"]
    overview = (into / OVERVIEW).read_text(encoding="utf-8")
    assert "python -m verify report corollary1" in overview


def test_what_an_earlier_report_left_is_taken_away_and_nothing_else(tmp_path):
    files = {f"statements/{k}.html": f'{folder.MARK}9">{k}' for k in ("a", "b")}
    certificates = {f"certificates/{name}" for name in ("a.challenge.json", "checker.py")}
    files |= {**dict.fromkeys(certificates, "{}"), OVERVIEW: f'{folder.MARK}9">'}
    at = tmp_path / "again"
    folder.write(files, folder.checked(str(at)))
    (at / "statements" / "mine.html").write_text("mine")
    (at / "certificates" / "mine.challenge.json").write_text("mine")
    files = {name: text for name, text in files.items() if name not in certificates}
    del files["statements/a.html"]
    folder.write(files, folder.checked(str(at)))
    left = {path.relative_to(at).as_posix() for path in at.rglob("*.*")}
    assert left == {*files, "statements/mine.html", "certificates/mine.challenge.json"}


@pytest.mark.parametrize("name", ["notes.txt", OVERVIEW, ".hidden"])
def test_a_folder_of_others_is_left_as_it_is(tmp_path, name):
    (tmp_path / name).write_text("mine")
    sentence = refused("report", "corollary1", "--out", str(tmp_path), "--level", "quick")
    assert sentence.startswith(f"--out {tmp_path}: there are files in this folder, and no report")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("out", ["", "file", "file/below"])
def test_what_can_be_no_folder_is_refused(tmp_path, out, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    assert "--out" in refused("report", "corollary1", "--out", out)
    assert (tmp_path / "file").read_text() == "mine"


def test_what_is_no_statement_is_refused_before_anything_is_made(tmp_path):
    assert "nosuch" in refused("report", "nosuch", "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_an_interrupt_while_writing_waits_until_all_is_written(tmp_path, monkeypatch):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    put = folder.put

    def interrupted(*arguments):
        signal.raise_signal(signal.SIGINT)
        put(*arguments)

    monkeypatch.setattr(folder, "put", interrupted)
    files = {"statements/a.html": "a", OVERVIEW: "b"}
    try:
        with pytest.raises(KeyboardInterrupt):
            folder.write(files, folder.checked(str(tmp_path / "out")))
    finally:
        signal.signal(signal.SIGINT, before)
    assert all((tmp_path / "out" / name).is_file() for name in files)


SETTINGS = Settings(Level.STANDARD)
NONE = Certified(None, None, (), ("there is none",))


def expected():
    return Expected.of(2.0)


def with_findings(*findings):
    """The page of a trial that saw this."""
    result = Result(theory.statement("corollary1"), findings, 1.0)
    page = Page(result, "python -m verify corollary1", NONE, SETTINGS)
    return site([page], "python -m verify report", SETTINGS)[page.path]


def test_what_was_sampled_and_trained_is_drawn():
    case = measured(
        "c", "n = 1", "<risk>", mean=9.0, error=0.1, expected=expected(), scale=2.0, draws=7
    )
    run = judged("att", "c", "n = 1", expected(), [1.0, 2.0], steps=3, seconds=0.1)
    page = with_findings(
        Finding("sampling", Verdict.REFUTED, "off", 7, {"cases": [case]}),
        Finding("training", Verdict.REFUTED, "below", 2, {"runs": [run]}),
    )
    seen = read(page)
    assert page.count("<svg") == 2 and not seen.unclosed
    assert len(seen.ids) == len(set(seen.ids)) > 0
    assert all(one.startswith("#") and one[1:] in seen.ids for one in seen.loads)
    text = " ".join(seen.text)
    assert "<risk>, n = 1" in text and "+70.0" in text and "-50.000 %, 0.000 %" in text
    assert "It is called at level quick and above." in text


def test_a_check_that_refutes_is_not_said_to_prove():
    headings = [
        re.findall(r"<h3>Derivation .*</h3>", with_findings(Finding("derivation", one, "so", 1)))
        for one in (Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED)
    ]
    assert ["proved" in heading for (heading,) in headings] == [True, False, False]


def test_a_trial_that_was_not_begun_has_a_page():
    result = not_begun(theory.statement("corollary1"), SETTINGS)
    page = Page(result, "python -m verify corollary1", NONE, SETTINGS)
    text = " ".join(read(site([page], "", SETTINGS)[page.path]).text)
    assert "interrupted" in text and "not called" in text


def test_statements_of_every_kind_have_pages_whose_formulas_are_all_formulas():
    """Without a trial: what a trial adds, others see."""
    kinds = {record.kind: record for record in reversed(list(theory.statements()))}
    every = [
        Page(Result(record, (), 0.0), f"python -m verify {record.id}", NONE, SETTINGS)
        for record in kinds.values()
    ]
    made = site(every, "python -m verify report", SETTINGS)
    for page in every:
        seen = read(made[page.path])
        assert len(seen.formulas) > 5 and in_order(seen.headings) and not seen.unclosed
        assert "\\" not in "".join(seen.text)
        assert "<code>" not in made[page.path].replace("<pre><code>", "")  # no notation as text
    overview = read(made[OVERVIEW])
    assert len([one for one in overview.links if one.startswith("statements/")]) == len(every)
    text = " ".join(overview.text)
    assert all(check.name in text and check.worth in text for check in WITNESSES)


def test_notation_of_others_is_safe():
    assert "<script" not in in_html(r"$\text{<script>}$ <script>")
    assert in_html("costs $5 & more") == "costs $5 &amp; more"
    deep = "$" + "{" * NOTATION + "x" + "}" * NOTATION + "$"
    assert "<math" not in in_html(deep)
    assert "<math" in in_html("${{x}}$")


def test_a_picture_takes_no_name_for_a_formula():
    with drawn("<title>", 1.0) as picture:
        axes = picture.axes(1, 1, 1)
        axes.set_xlabel(r"$\frac{<1}$ & </svg><script>")
    assert r"$\frac{&lt;1}$ &amp; &lt;/svg&gt;&lt;script&gt;" in picture.html
    assert "http" not in picture.html and "<style" not in picture.html


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
def test_a_browser_shows_it_all_and_asks_for_nothing(report, tmp_path):
    into, _ = report
    overview, *statements = pages(into)
    looks = [(overview, [], 1000), (statements[0], DARK, 1000), (statements[1], [], 420)]
    grounds = set()
    for page, options, width in looks:
        seen = look_at(page, tmp_path / page.stem, *options, width=width)
        assert seen["requests"] == [] and seen["flat"] == [] and seen["low"] == []
        assert in_order(seen["headings"]) and seen["wide"] <= 0
        grounds.add(tuple(seen["ground"]))
        if page != overview:
            assert seen["math"] > 10
        if page == statements[0]:
            assert seen["backslash"] == []
    assert len(grounds) == 2
