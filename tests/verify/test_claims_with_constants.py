"""Claims to leading order that hold the constants of their limit."""

import re

import pytest

from tests.verify.command_line import call, refused, shipped_file, trial_of
from theory.errors import InputError
from theory.language import gallery
from theory.language.files.reading import parse_design
from theory.records.derived import Derived
from theory.records.pasted import leading

FILE = gallery.text("rag") + '\n[limits.many]\nn = "k*d^2"\n'


@pytest.mark.parametrize("name", ["isotropic-noiseless", "drifting"])
def test_the_printed_leading_terms_hold_as_claims(name):
    file = gallery.shipped(name)
    printed = leading(Derived.of(file))
    assert printed
    for limit, terms in printed.items():
        for quantity, formula in terms.items():
            _, entry = trial_of(file, limit=limit, checks=2, **{quantity: formula})
            assert entry["judgement"] == "right in the limit", (limit, quantity, entry["why"])
            assert entry["verdict"] == "holds"
            wrong = {quantity: f"({formula})*(1 + 1/(nu + 9))"}
            _, entry = trial_of(file, limit=limit, checks=1, **wrong)
            assert entry["judgement"] == "refuted", (limit, quantity)


def test_a_trial_with_slips_in_constants():
    file = gallery.shipped("rag")
    formula = leading(Derived.of(file))["proportional"]["weight"]
    found, entry = trial_of(file, limit="proportional", weight=formula)
    assert [one.verdict.value for one in found] == ["holds"] * 4
    assert any("nu" in name or "a ->" in name for name in found[-1].data["mutants"])
    assert entry["grammar_in_limits"]["proportional"]["weight"] == formula


def test_a_slip_is_found_with_the_constants_in_it():
    _, entry = trial_of(
        gallery.shipped("rag"), limit="proportional", weight="nu/(d*(a^2 + nu*s + nu))", checks=1
    )
    assert [one["formula"] for one in entry["nearby"]] == ["nu/(d*(a^2 + nu*s + nu + 1))"]


def test_they_are_printed_and_can_be_pasted():
    path = shipped_file("isotropic-noiseless")
    code, out, _ = call("derive", path, "--level", "quick")
    (pasted,) = re.findall(r"--limit (\S+) --weight \"(.*)\"", out)
    code, out, _ = call(
        "claim", path, "--limit", pasted[0], "--weight", pasted[1], "--quiet", "--set", "n=2",
        "--set", "d=3",
    )  # fmt: skip
    assert (code, out) == (0, "isotropic-noiseless holds (right in the limit)\n")


def test_definitions_may_hold_them():
    _, entry = trial_of(
        gallery.shipped("rag"), limit="proportional", where=["m = nu + 1"], checks=1,
        weight="nu/(d*(a^2 + nu*s + m))",
    )  # fmt: skip
    assert entry["judgement"] == "right in the limit"


BAD = [
    ('weight = "nu/d"\n', "it is a constant of the limit proportional"),
    ('weight = "nu/d"\nlimit = "many"\n', "a constant of the limit proportional, .* only"),
    ('weight = "k/d"\nlimit = "proportional"\n', "it is a constant of the limit many"),
    ('weight = "nu/d"\nlimit = "proportional"\nwhere = { nu = "d" }\n', "has this name"),
]


@pytest.mark.parametrize(("claim", "problem"), BAD)
def test_constants_of_another_limit_are_refused_with_the_place(claim, problem):
    with pytest.raises(InputError, match=rf"x.toml:\d+:\d+: .*{problem}"):
        parse_design(f"{FILE}\n[claims.x]\n{claim}", "x.toml")


def test_a_claim_of_a_file_in_another_limit_of_the_command_line(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(f'{FILE}\n[claims.x]\nweight = "nu/d"\nlimit = "proportional"\n')
    said = refused("claim", str(path), "--limit", "many")
    assert "it is a constant of the limit proportional" in said and "x.toml" in said


def test_where_a_limit_cannot_be_taken_it_is_undecided():
    file = parse_design(gallery.text("independent") + '\n[limits.p]\nn = "d/nu"\n', "x.toml")
    found, entry = trial_of(file, limit="p", checks=3, risk="nu*d")
    assert entry["judgement"] == "undecided"
    assert [one.verdict.value for one in found] == ["undecided"] * 3
