"""The command that writes certificates."""

import json
import shlex
import subprocess
import sys

import pytest

from tests.certificates.checking import apart
from tests.verify.command_line import call
from theory.language import gallery
from verify.cli import Exit

TOLD = "certifying "


def certify(folder, *what):
    """Exit code, output, and what is said beside the progress."""
    code, out, err = call("certify", *what, "--out", str(folder))
    lines = err.splitlines(keepends=True)
    return code, out, "".join(line for line in lines if not line.startswith(TOLD))


def test_progress_is_told_unless_quiet(tmp_path):
    loud, quiet = (
        call("certify", "lemma5", "--out", str(tmp_path), *more) for more in ([], ["--quiet"])
    )
    assert (loud[0], loud[2], quiet[2]) == (Exit.HOLDS, f"{TOLD}lemma5\n", "")


def test_files_are_written_and_checked(tmp_path):
    code, out, err = certify(tmp_path, "corollary1")
    assert (code, err) == (Exit.HOLDS, "")
    assert out.startswith("corollary1: 2 certified, judged exact\n  the weight is exact: 1/(n + d")
    *_, told, command = out.splitlines()
    assert told == "to check it again:"
    assert subprocess.run([sys.executable, *shlex.split(command)[1:]]).returncode == 0
    names = ["corollary1.certificate.json", "corollary1.challenge.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    texts = (path.read_text() for path in sorted(tmp_path.iterdir(), reverse=True))
    assert apart(tmp_path, *texts)[0] == 0


def test_a_design_that_claims_nothing_is_certified_as_derived(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(gallery.text("rag-unit").replace('"rag-unit"', '"mine"'))
    code, out, _ = certify(tmp_path / "out", str(path))
    assert code == Exit.HOLDS and out.startswith("mine: 2 certified\n")
    assert certify(tmp_path / "out", "rag-unit")[0] == Exit.HOLDS


@pytest.mark.parametrize(
    ("claim", "code", "verdicts"),
    [
        ('risk = "d"', Exit.REFUTED, ["refuted"]),
        ('risk = "d*(d + 1)/(n + d + 1)"\nweight = "1/(n + d + 1)"', Exit.HOLDS, ["exact"] * 2),
        ('excess = "d*(d + 1)/(n + d + 1)"', Exit.HOLDS, ["exact"]),
        ('risk = "d - n*d/(n + d)"\nlimit = "proportional"', Exit.HOLDS, ["right in the limit"]),
        ('risk = "d - n*d/(n + d)"', Exit.LIMIT, ["right in the limit", "refuted"]),
        ('risk = "d - n"\nlimit = "proportional"', Exit.REFUTED, ["refuted"]),
    ],
)
def test_every_judgement_has_its_certificate(tmp_path, claim, code, verdicts):
    path = tmp_path / "mine.toml"
    path.write_text(gallery.text("isotropic-noiseless") + f"\n[claims.mine]\n{claim}\n")
    found, out, err = certify(tmp_path, str(path))
    assert (found, err) == (code, ""), out
    (challenge,) = tmp_path.glob("*.challenge.json")
    asserted = json.loads(challenge.read_text())["assertions"]
    assert [one["verdict"] for one in asserted if one["verdict"] in verdicts][-len(verdicts) :] == (
        verdicts
    )


def test_what_has_no_certificate_says_why(tmp_path):
    code, out, _ = certify(tmp_path, "lemma1", "rag-general")
    assert code == Exit.UNDECIDED and not list(tmp_path.iterdir())
    assert out.splitlines() == [
        "lemma1: none",
        "  no certificate: it is about all optimal weights of attention",
        "rag-general: none",
        "  no certificate: the optimal weight has no formula",
    ]


def test_a_statement_about_several_designs_has_a_certificate_of_each(tmp_path):
    code, out, _ = certify(tmp_path, "lemma2")
    assert code == Exit.HOLDS
    assert len(list(tmp_path.glob("lemma2.*.challenge.json"))) == 5
    assert "  the hessian at W is proved: > 0\n  where 1 - alpha has an inverse\n" in out


def test_where_the_only_values_leave_the_optimum_open_nothing_is_certified(tmp_path):
    path = tmp_path / "zero.toml"
    text = gallery.text("isotropic-noiseless").replace('features = "e"', 'features = "u*e"')
    path.write_text(text + "[parameters]\nu = [0, 0]\n")
    code, out, err = certify(tmp_path / "out", str(path))
    assert (code, err) == (Exit.UNDECIDED, "") and "more than one weight is optimal" in out


@pytest.mark.parametrize(
    ("claim", "code", "said"),
    [
        ("", Exit.HOLDS, ["is exact: ", "is exact: ", "where d*u^2 + n*u^2 + u^2 has an inverse"]),
        ('risk = "d*(d + 1)/(n + d + 1)"', Exit.REFUTED, ["the risk is refuted: "]),
    ],
)
def test_conditions_stand_beside_what_is_certified(tmp_path, claim, code, said):
    """At u = 0 no feature tells anything, and the risk is d."""
    path = tmp_path / "scaled.toml"
    text = gallery.text("isotropic-noiseless").replace('features = "e"', 'features = "u*e"')
    path.write_text(f"{text}[parameters]\nu = [0, 1]\n" + f"[claims.a]\n{claim}\n" * bool(claim))
    found, out, err = certify(tmp_path, str(path))
    lines = out.splitlines()[1 : len(said) + 1]
    assert (found, err) == (code, "") and all(map(str.__contains__, lines, said)), out
    assert sum(" has an inverse" in line for line in out.splitlines()) == (claim == "")


def test_a_word_that_is_nothing_is_an_error(tmp_path):
    code, _, err = certify(tmp_path, "theorem9")
    assert code == Exit.USAGE and "theorem9" in err


def test_help_says_how_to_check():
    code, out, _ = call("certify", "--help")
    assert code == 0 and "python -I verify/certificates/checker.py" in out
