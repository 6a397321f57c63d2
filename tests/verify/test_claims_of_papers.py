"""Claims of papers before the command: the theorems from their records, the files as they ship."""

from fractions import Fraction

import pytest

import theory
from tests.verify import brute_force
from tests.verify.command_line import call, claimed, judged, shipped_file, strict_json
from theory.language import gallery
from theory.language.formulas.printing import printed
from theory.text.latex import latex
from verify.cli import Exit

LEADING = {"theorem2": "rag", "theorem3": "task-aligned"}
QUANTITIES = ("risk", "weight")
KAPPA = "(alpha^2*d + 1)"
BY_HAND = {
    ("theorem2", "weight"): f"1/({KAPPA}*n + d + sigma^2)",
    ("theorem2", "risk"): f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + d + sigma^2)",
    ("theorem3", "weight"): f"1/({KAPPA}*n + (d + sigma^2)/{KAPPA})",
    ("theorem3", "risk"): f"d + sigma^2 - {KAPPA}*n*d/({KAPPA}*n + (d + sigma^2)/{KAPPA})",
}
M = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
SIGMA = "(Sigma_x^(1/2)*Sigma_beta*Sigma_x^(1/2))"
RESOLVENT = f"((n + 1)*I + {M}*{SIGMA}^-1)^-1"
THEOREM1 = {
    "weight": f"Sigma_x^(-1/2)*{RESOLVENT}*Sigma_x^(-1/2)",
    "risk": f"{M} - n*tr({SIGMA}*{RESOLVENT})",
}


def formula_of(id, quantity):
    """A claimed formula from its record, in the grammar of claims."""
    return printed(getattr(theory.statement(id).claim, quantity).tree)


def comparison_of(id, quantity):
    """How the record itself compares the claim with what is derived."""
    statement = theory.statement(id)
    return getattr(statement.variant(statement.design), quantity)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize(("id", "name"), LEADING.items())
def test_a_theorem_to_leading_order_is_right_in_its_limit(id, name, quantity):
    error = comparison_of(id, quantity).error
    for formula in (formula_of(id, quantity), BY_HAND[id, quantity]):
        code, result = judged(name, quantity, formula, "--limit", "proportional")
        assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit")
        rate = result["rate"]
        assert (rate["limit"], rate["power"], rate["seen"]) == ("proportional", "-1", True)
        assert rate["coefficient"] == latex(error.coefficient)
        assert rate["relative_error"] == latex(error.expression)
        assert rate["exact"] == rate["claimed"]


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize(("id", "name"), LEADING.items())
def test_without_a_limit_the_same_theorem_is_not_exact(id, name, quantity):
    formula = formula_of(id, quantity)
    code, result = judged(name, quantity, formula)
    assert (code, result["judgement"]) == (Exit.LIMIT, "right in the limit")
    assert result["rate"]["power"] == "-1"
    assert result["rate"]["coefficient"] == latex(comparison_of(id, quantity).error.coefficient)
    found = result["counterexample"]
    risk, weight = brute_force.optimum(name, found["sizes"])
    assert brute_force.same(found["exact"], risk if quantity == "risk" else weight)
    assert brute_force.same(found["claimed"], brute_force.value(name, formula, found["sizes"]))
    assert found["exact"] != found["claimed"]


@pytest.mark.parametrize(("id", "name"), LEADING.items())
def test_weight_and_risk_of_a_theorem_together(id, name):
    both = [part for q in QUANTITIES for part in (f"--{q}", formula_of(id, q))]
    code, (result,) = claimed(shipped_file(name), *both)
    assert (code, result["judgement"]) == (Exit.LIMIT, "right in the limit")
    assert set(result["parts"]) == set(QUANTITIES)
    code, (result,) = claimed(shipped_file(name), *both, "--limit", "proportional")
    assert code == Exit.HOLDS
    for quantity, part in result["parts"].items():
        error = comparison_of(id, quantity).error
        assert part["rate"]["coefficient"] == latex(error.coefficient)


@pytest.mark.parametrize("id", LEADING)
def test_the_errors_shown_are_those_of_the_record(id):
    """At growing sizes, from the record's own values."""
    _, result = judged(LEADING[id], "risk", formula_of(id, "risk"), "--limit", "proportional")
    seen = []
    for error in result["errors"]:
        at = {k: error["at"][k] for k in ("n", "d", "alpha", "sigma")}
        found = theory.statement(id).evaluate(
            n=int(at["n"]), d=int(at["d"]), alpha=Fraction(at["alpha"]), sigma=int(at["sigma"])
        )
        assert error["relative_error"] == pytest.approx(found.relative_error, rel=1e-12)
        seen.append(abs(error["relative_error"]) * int(at["d"]))
    assert len(seen) == 3 and max(seen) < 2 * min(seen)  # of order 1/d


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_corollary1_is_exact(quantity):
    code, result = judged("isotropic-noiseless", quantity, formula_of("corollary1", quantity))
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact")
    assert result["difference"] == "0" and result["counterexample"] is None


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_theorem1_is_exact_with_roots_and_inverses_of_covariances(quantity):
    code, result = judged("independent", quantity, THEOREM1[quantity])
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact"), result["why"]
    by_name = {w["name"]: w for w in result["witnesses"]}
    for name in ("derivation", "interpolation"):
        assert by_name[name]["verdict"] == "holds" and by_name[name]["data"]["examined"] > 0


def test_weight_and_risk_of_theorem1_together():
    both = [part for q in QUANTITIES for part in (f"--{q}", THEOREM1[q])]
    code, (result,) = claimed(shipped_file("independent"), *both)
    assert (code, result["judgement"], result["verdict"]) == (Exit.HOLDS, "exact", "holds")
    names = ["derivation", "interpolation", "properties", "controls"]
    assert [w["name"] for w in result["witnesses"]] == names
    assert all(w["verdict"] == "holds" and w["data"]["examined"] > 0 for w in result["witnesses"])


@pytest.mark.parametrize(
    ("name", "claim", "source"),
    [
        ("ahn-2023", "theorem1", "Ahn et al. 2023, Theorem 1"),
        ("mahankali-2023", "step", "Mahankali et al. 2023, optimal step size"),
    ],
)
def test_claims_that_ship_with_a_file_are_exact_as_a_user_runs_them(tmp_path, name, claim, source):
    code, text, _ = call("gallery", name)
    assert code == Exit.HOLDS and text == gallery.text(name)
    path = tmp_path / "design.toml"
    path.write_text(text)
    code, out, _ = call("claim", str(path))
    assert code == Exit.HOLDS
    assert f"source: {source}" in out and f"{name}:{claim} holds (exact)" in out.splitlines()[-1]
    code, out, _ = call("claim", str(path), "--quiet")
    assert (code, out) == (Exit.HOLDS, f"{name}:{claim} holds (exact)\n")
    code, out, _ = call("claim", str(path), "--json", "-", "--quiet")
    (result,) = strict_json(out)["results"]
    assert (result["name"], result["source"], result["judgement"]) == (claim, source, "exact")


def test_a_claim_of_one_covariance_is_proved_for_all_sizes():
    _, (result,) = claimed(shipped_file("ahn-2023"))
    assert result["why"]["weight"].startswith("proved: only one covariance occurs")


@pytest.mark.parametrize("name", ["ahn-2023", "mahankali-2023"])
def test_a_claim_on_the_command_line_takes_the_place_of_the_files_own(name):
    code, result = judged(name, "weight", "1/n")
    assert (code, result["judgement"], result["name"]) == (Exit.REFUTED, "refuted", "claim")
