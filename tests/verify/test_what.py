"""What words name on the command line: ids, papers, files of claims, and single claims."""

import contextlib
import re
import shlex

import pytest

from tests.verify.command_line import call, refused, shipped_file, strict_json
from theory.language import gallery
from verify.cli import Exit
from verify.cli.listing import records

TWO = '\n[claims.half]\nweight = "1/(2*(n + d + 1 + sigma^2))"\n'


@pytest.fixture
def two(tmp_path):
    """A file with a right claim, ``step``, and a wrong one, ``half``."""
    path = tmp_path / "two.toml"
    path.write_text(gallery.text("mahankali-2023") + TWO)
    return str(path)


def test_all_claims_of_a_file_are_tried(two):
    code, out, err = call(two, "--level", "quick", "--quiet")
    assert (code, err) == (Exit.REFUTED, "")
    assert out == "mahankali-2023:step holds (exact)\nmahankali-2023:half refuted\n"


@pytest.mark.parametrize(
    ("claim", "code", "judgement"), [("step", 0, "exact"), ("half", 1, "refuted")]
)
def test_one_claim_of_a_file(two, claim, code, judgement):
    found = call(f"{two}:{claim}", "--level", "quick", "--json", "-")
    assert found[0] == code
    (result,) = strict_json(found[1])["results"]
    assert (result["name"], result["judgement"]) == (claim, judgement)


def test_statements_and_claims_keep_their_order_and_come_once(two):
    words = ["corollary1", f"{two}:step", "lemma5", "corollary1"]
    assert [r.name for r in records(words)] == ["corollary1", "mahankali-2023:step", "lemma5"]
    code, out, _ = call("corollary1", f"{two}:step", "--level", "quick", "--quiet", "--jobs", "1")
    assert (code, out) == (
        Exit.HOLDS,
        "corollary1 holds (exact)\nmahankali-2023:step holds (exact)\n",
    )


def test_papers_by_name():
    code, out, _ = call("he-2025", "--level", "quick", "--quiet")
    assert code == Exit.HOLDS and {line.split(":")[0] for line in out.splitlines()} == {"he-2025"}
    assert records(["li-2024"]) == records(["all"])
    every = {r.name for r in records(["all"], of_papers=True)}
    more = every - {r.name for r in records(["all"])}
    assert {"ahn-2023:theorem1", "mahankali-2023:step"} < more
    _, out, _ = call("list", "--papers")
    assert {line.split()[0] for line in out.splitlines()} == every


def test_latex_of_a_claim_of_a_file(two):
    code, out, _ = call("latex", f"{two}:step")
    assert code == Exit.HOLDS and r"\begin{align*}" in out


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (shipped_file("rag"), "claims nothing: give it a section [claims.NAME]"),
        ("no-such.toml", "no-such.toml: No such file or directory"),
        ("ahn-2023:theorem2", "unknown claim of ahn-2023 'theorem2'; did you mean theorem1?"),
        (f"{shipped_file('ahn-2023')}:x", "unknown claim of ahn-2023 'x'"),
        ("theorem", "unknown statement 'theorem'"),
        ("help", "python -m verify --help says what there is"),
    ],
)
def test_what_is_not_there_is_one_clear_sentence(what, message):
    assert message in refused(what)


QUICK = ("--level", "quick", "--quiet")
COMMAND = re.compile(r"^    (python -m verify .*)$", re.MULTILINE)


@pytest.mark.parametrize(
    ("given", "commands"),
    [(["plain.toml"], 2), (["plain.toml:step"], 2), (["latex", "my plain.toml"], 2), (["rag"], 3)],
)
def test_commands_that_an_error_advises_run_as_they_are_printed(tmp_path, given, commands):
    """In a shell, but for the program itself, which has been started already."""
    for name in ("plain.toml", "my plain.toml"):
        (tmp_path / name).write_text(gallery.text("isotropic-noiseless"))
    with contextlib.chdir(tmp_path):
        advised = COMMAND.findall(refused(*given))
        assert len(advised) == commands
        for one in advised:
            command, _, file = one.partition(" > ")
            code, out, err = call(*shlex.split(command)[3:], *(() if file else QUICK))
            assert code in {Exit.HOLDS, Exit.REFUTED} and not err, one
            if file:
                (tmp_path / file).write_text(out)


def test_a_claim_beside_the_file_of_a_design_is_told_from_a_missing_file(tmp_path):
    (tmp_path / "plain.toml").write_text(gallery.text("isotropic-noiseless"))
    with contextlib.chdir(tmp_path):
        said = refused("derive", "plain.toml:step")
    assert "a design is named without a claim: plain.toml" in said
