"""A thousand malformed inputs to the commands: one clear sentence, exit code 2, nothing run.

The readers behind them see ten thousand, in tests/theory.
"""

import random
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.hostile_text import BOTH, FORMULAS, RUNS, VALID, mutated
from tests.theory.written_designs import write_design
from tests.verify.command_line import call, shipped_file
from verify.cli import Exit

LEAST = {"formulas": 400, "files": 250, "options": 350}
"""How many inputs of each kind have to be refused."""
UNDERSTOOD = 99
"""The exit code of what could be read."""


@pytest.fixture
def never_derived(monkeypatch, read_once):
    """What can be read is not derived: that takes time, and is tested with what is well-formed."""

    def stop(*arguments, **named):
        sys.exit(UNDERSTOOD)

    monkeypatch.setattr("verify.timed.tried", stop)


class Tally(Counter):
    """How many command lines were refused, and how many were understood."""

    def of(self, *arguments):
        code, out, err = call(*arguments)
        assert "Traceback" not in err and "report it" not in err, (arguments, err)
        assert out == "" and code in {Exit.USAGE, UNDERSTOOD}, (arguments, code, out, err)
        if code == UNDERSTOOD:
            self["understood"] += 1
            return
        *usage, sentence = err.splitlines()
        assert sentence.startswith("Error: ") and len(usage) < 4, (arguments, err)
        assert err.replace("\n", "").isprintable() and len(sentence) < 1_500, (arguments, err)
        self["refused"] += 1


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A file with every name that the formulas use."""
    path = tmp_path_factory.mktemp("hostile") / "both.toml"
    path.write_text(write_design(BOTH))
    return str(path)


def test_mutated_formulas(never_derived, both):
    tally = Tally()

    @examples(2)
    @given(st.sampled_from(FORMULAS), st.integers(0, 2**32))
    def mutate(text, seed):
        chooser = random.Random(seed)
        for _ in range(9):
            option = chooser.choice(["--risk", "--weight", "--weight"])
            tally.of("claim", both, f"{option}={mutated(text, chooser)}")

    mutate()
    assert tally["refused"] > LEAST["formulas"] and tally["understood"] > 20, tally


def test_mutated_files(never_derived, tmp_path):
    tally, path = Tally(), tmp_path / "mutated.toml"

    @examples(2)
    @given(st.sampled_from(VALID), st.integers(0, 2**32))
    def mutate(text, seed):
        chooser = random.Random(seed)
        for _ in range(6):
            path.write_bytes(mutated(text, chooser).encode("utf-8", "surrogatepass"))
            command = chooser.choice([("derive", path), ("claim", path, "--risk", "d")])
            tally.of(*map(str, command))

    mutate()
    assert tally["refused"] > LEAST["files"] and tally["understood"] > 5, tally


OPTIONS = ["n=4", "d=2", "alpha=2/5", "sigma=0.5"]


def test_mutated_options(never_derived):
    tally, rag, general = Tally(), shipped_file("rag"), shipped_file("rag-general")

    @examples(4)
    @given(st.integers(0, 2**32))
    def mutate(seed):
        chooser = random.Random(seed)
        for _ in range(5):
            numbers = list(OPTIONS)
            at = chooser.randrange(len(numbers))
            given = [f"--set={number}" for number in numbers]
            if chooser.randrange(2):
                given[at] = f"--set={mutated(numbers[at], chooser)}"
                tally.of("derive", rag, *given)
            else:
                matrix = mutated(f"Sigma_x={chooser.choice(['power:1', 'eye'])}", chooser)
                tally.of("derive", general, *given, f"--matrix={matrix}")

    mutate()
    assert tally["refused"] > LEAST["options"] and tally["understood"] > 10, tally


def test_it_is_a_thousand_in_all():
    assert sum(LEAST.values()) >= 1_000


def test_nothing_runs(never_derived, both, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    marker = tmp_path / "ran"
    for payload in RUNS:
        text = payload.replace("{}", str(marker)).replace("{{", "{").replace("}}", "}")
        for command in (
            ("claim", both, f"--risk={text}"),
            ("claim", both, f"--weight={text}"),
            ("claim", both, "--risk=d", f"--limit={text}"),
            ("claim", both, "--risk=d", f"--set={text}"),
            ("claim", both, "--risk=d", f"--set=n={text}"),
            ("derive", both, f"--matrix={text}"),
            ("derive", both, "--set=n=2", "--set=d=2", f"--matrix=Sigma_x={text}"),
        ):
            code, out, err = call(*command)
            assert code in {Exit.USAGE, UNDERSTOOD} and "Traceback" not in err, command
            assert out == ""
    assert list(tmp_path.iterdir()) == []


LONG = " + ".join(f"sqrt(n + {k})/(d + {k})" for k in range(1, 60))
TOO_LARGE = ["(" * 15 + "n" + " + d)^2" * 15, f"1/({LONG})"]
HARD = [
    "1/(" + " + ".join(f"sqrt(n + {k}*d)" for k in range(1, 8)) + ")",
    "1/(" + " + ".join(f"sqrt(n + sqrt(n + {k}*d))" for k in range(1, 4)) + ")",
]


@pytest.mark.parametrize("formula", TOO_LARGE)
def test_what_is_too_large_is_not_begun(formula):
    code, _, err = call("claim", shipped_file("rag"), f"--risk={formula}", "--quiet")
    assert code == Exit.USAGE and "too large to write out" in err


@pytest.mark.parametrize("formula", HARD)
def test_what_is_well_formed_and_hard_ends_in_time(formula):
    code, out, err = call(
        "claim", shipped_file("rag"), f"--risk={formula}", "--seconds", "1", "--quiet"
    )
    assert (code, out) == (Exit.UNDECIDED, "rag undecided\n") and "not done after 1 s" in err


def large(vectors, power):
    """A design of many vectors and of a high degree in its coefficients."""
    names = [f"v{k}" for k in range(vectors)]
    total = " + ".join(f"(1 + {k}*i/n)^{power}*{name}" for k, name in enumerate(names, 1))
    drawn = "\n".join(f'{name} = "I"' for name in names)
    return (
        f'[design]\nname = "large"\ntitle = "Large"\n[gaussians.prompt]\n{drawn}\n'
        f'[gaussians.example]\ne = "I"\n[prompt]\nquery = "{names[0]}"\n'
        f'features = "{total} + e"\ntask = "{total}"\nquery_task = "{names[1]}"\n'
    )


@pytest.mark.skipif(sys.platform != "linux", reason="needs a process that can be limited")
@pytest.mark.parametrize("command", [["derive"], ["claim", "--risk", "d"]])
def test_a_large_design_ends_in_time(tmp_path, command):
    path = tmp_path / "large.toml"
    path.write_text(large(12, 4))
    code, _, err = call(*command, str(path), "--seconds", "2")
    assert code == Exit.UNDECIDED and "not done after 2 s" in err, (code, err)
