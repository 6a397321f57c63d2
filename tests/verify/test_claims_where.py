"""Names for parts of a claim, in a file and on the command line."""

import pytest

from tests.verify.command_line import call, claimed, judged, refused, shipped_file
from verify.cli import Exit

KAPPA = ["--where", "kappa = alpha^2*d + 1"]
IN = ["--limit", "proportional"]
THEOREM2 = "d + sigma^2 - kappa*n*d/(kappa*n + d + sigma^2)"


def test_a_theorem_in_its_own_words_holds_in_its_limit():
    code, result = judged("rag", "weight", "1/(kappa*n + d + sigma^2)", *KAPPA, *IN)
    assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit")
    code, result = judged("rag", "weight", "1/(kappa^2*n + d + sigma^2)", *KAPPA, *IN)
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")


@pytest.mark.parametrize("limit", [[], IN])
def test_a_name_changes_nothing_but_what_is_shown(limit):
    whole = THEOREM2.replace("kappa", "(alpha^2*d + 1)")
    short_code, short = judged("rag", "risk", THEOREM2, *KAPPA, *limit)
    code, long = judged("rag", "risk", whole, *limit)
    assert short_code == code
    assert short["claim"].endswith(r",\quad \kappa = \alpha^{2} d + 1")
    assert r"\kappa n" in short["claim"] and "kappa" not in long["claim"]
    for key in ("judgement", "why", "difference", "rate", "counterexample", "errors"):
        assert short[key] == long[key], key


def test_names_may_use_earlier_ones_and_stand_for_matrices():
    names = ["--where", "m = tr(Sigma_x*Sigma_beta) + sigma^2"]
    names += ["--where", "S = (n + 1)*Sigma_x + m*Sigma_beta^-1"]
    code, result = judged("independent", "weight", "S^-1", *names)
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact")
    assert r"W^\star = S^{-1},\quad m = " in result["claim"]


def test_the_claim_is_printed_with_its_definitions():
    _, out, _ = call("claim", shipped_file("rag"), "--risk", THEOREM2, *KAPPA, *IN)
    _, _, shown = out.partition("claimed, to leading order")
    assert shown.partition("found")[0].splitlines()[-2].strip() == "κ = α²·d + 1"


def test_a_claim_of_a_file_with_names(tmp_path):
    path = tmp_path / "named.toml"
    with open(shipped_file("rag")) as file:
        path.write_text(
            f'{file.read()}\n[claims.theorem2]\nrisk = "{THEOREM2}"\nlimit = "proportional"\n'
            'where = { kappa = "alpha^2*d + 1" }\n'
        )
    code, (result,) = claimed(str(path))
    assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit")
    assert result["claim"].endswith(r"\kappa = \alpha^{2} d + 1")


def test_what_is_not_done_in_time_is_shown_with_its_definitions():
    _, (result,) = claimed(shipped_file("rag"), "--risk", THEOREM2, *KAPPA, "--seconds", "0.001")
    assert result["judgement"] == "undecided"
    assert result["claim"].endswith(r"\kappa = \alpha^{2} d + 1")


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        (["kappa"], "--where 'kappa': expected NAME = FORMULA"),
        (["= d"], "--where '= d': expected NAME = FORMULA"),
        (["kappa ="], "--where kappa:1:1: found the end of the formula"),
        (["kappa = d = 1"], "--where kappa:1:3: found '='"),
        (["kappa = d +* 1"], "--where kappa:1:4: found '*'"),
        (["kappa = 1/0"], "--where kappa:1:3: found a divisor that is zero"),
        (["kappa = kappa"], "--where kappa:1:1: found 'kappa' in its own definition"),
        (["kappa = b2", "b2 = d"], "found 'b2' in the definition of 'kappa', which is defined la"),
        (["kappa = b2", "b2 = kappa"], "which is defined by it in turn"),
        (["kappa = d", "kappa = n"], "found 'kappa' as the name of an abbreviation, but another"),
        (["kappa = d", "b2 = n"], "--where b2:1:1: found 'b2', which no formula uses"),
        (["kappa = d", "alpha = n"], "but the design or a limit has this name"),
        (["kappa = d", "nu = n"], "but the design or a limit has this name"),
        (["kappa = d", "n = 1"], "found 'n' as the name of an abbreviation, but it is reserved"),
        (["kappa = d", "tr = 1"], "found 'tr' as the name of an abbreviation, but it is reserved"),
        (["kappa = d", "e = 1"], "found 'e' as the name of an abbreviation, but it reads as a"),
        (["kappa = sigm"], "unknown name in the definition of kappa 'sigm'; did you mean sigma?"),
        (["kapa = d"], "unknown name in the risk 'kappa'; did you mean kapa"),
        (["kappa = __import__('os')"], "--where kappa:1:1: found '_'"),
        (["\x1b[2J = 1"], "--where \\x1b[2J:1:1: found '\\x1b[2J' as the name"),
    ],
)
def test_a_wrong_definition_is_told(where, problem):
    options = [part for one in where for part in ("--where", one)]
    assert problem in refused("claim", shipped_file("rag"), "--risk", "kappa + d", *options)


def test_names_without_a_formula_are_told():
    said = refused("claim", shipped_file("ahn-2023"), "--where", "k = d")
    assert "--where needs a formula, such as --risk or --weight" in said
