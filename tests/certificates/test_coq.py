"""Identities of certificates as files for Coq, which accepts them and no wrong ones."""

import re
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.certificates.checking import certified
from tests.verify.command_line import call
from theory.errors import Underivable
from theory.language import gallery
from verify.certificates.coq import identities, module_name
from verify.cli import Exit

needs_coqc = pytest.mark.skipif(shutil.which("coqc") is None, reason="there is no coqc")


def accepts(path):
    return subprocess.run(["coqc", str(path)], capture_output=True, check=False).returncode == 0


def of(name):
    found = certified(name)
    return identities(found.challenge, found.certificate)


@pytest.fixture
def hostile(tmp_path):
    """Identities of a design whose parameter is a word of Coq's, in a file."""
    text = gallery.text("mahankali-2023").partition("[claims")[0].replace("sigma", "forall")
    path = tmp_path / "hostile-1.toml"
    path.write_text(text.replace('"mahankali-2023"', '"hostile-1"'))
    code, _, err = call("certify", str(path), "--coq", "--quiet", "--out", str(tmp_path))
    assert (code, err) == (Exit.HOLDS, "")
    return tmp_path / "hostile__1.v"


def test_names_are_no_words_of_coq(hostile):
    text = hostile.read_text()
    assert "(n d forall_ : Q) : ~ d + forall_^2 + n + 1 == 0" in text
    assert not re.search(r"\bforall\b", text.partition("Qed")[0])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("theorem1", "of matrices, not of numbers"),
        ("gozeten-2025.loss", "W is not rational"),
        ("garg-2022.averaging-in-proportion", "no equality for all sizes"),
    ],
)
def test_what_is_no_identity_between_numbers_says_so(name, why):
    with pytest.raises(Underivable, match=why):
        of(name)


@given(st.lists(st.text("aB1_-.ä ", min_size=1), min_size=2, max_size=2, unique=True))
@example(["a-b", "a_b"])
@example(["a--b", "a-_b"])
@example(["a_5f_b", "a_b"])
@example(["1", "_31_"])
def test_different_names_have_different_files_that_coq_takes(names):
    files = [module_name(name) for name in names]
    assert files[0] != files[1]
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", file) for file in files)


def test_what_is_none_of_a_claim_is_left_out():
    text, missing = of("bordelon-2025.one-layer")
    assert "Lemma stationary1" in text and "Lemma claim2" in text
    assert missing == ("risk, right in the limit: it is no equality for all sizes",)


def test_the_command_says_so_and_takes_an_old_file_away(tmp_path):
    (tmp_path / "theorem1.v").write_text("old")
    _, out, _ = call("certify", "theorem1", "--coq", "--out", str(tmp_path))
    why = "with covariances or fixed vectors it is an identity of matrices, not of numbers"
    assert f"not for Coq: {why}\n" in out
    assert not (tmp_path / "theorem1.v").exists()


@needs_coqc
def test_coq_accepts_what_is_right_and_nothing_else(hostile):
    """A wrong risk, a wrong weight and a divisor that may vanish are rejected."""
    text = hostile.read_text()
    assert accepts(hostile)
    for wrong in (
        text.replace(") == (d^2", ") == (2*d^2"),
        text.replace(" (1/(d", " (2/(d", 1),
        re.sub(r"~ .* == 0 ->\n", "", text, count=1),
    ):
        assert wrong != text
        hostile.write_text(wrong)
        assert not accepts(hostile)
