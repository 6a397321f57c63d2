"""Claims of the excess: the risk less the noise of the query's label."""

from fractions import Fraction

import pytest

import theory
from tests.theory.design_files import isotropic_file
from tests.verify import brute_force
from tests.verify.command_line import call, claimed, judged, judged_in, refused, shipped_file
from theory.language.files.reading import read_design
from verify.cli import Exit

M = "tr(Sigma_x*Sigma_beta)"
INVERSE = f"((n + 1)*Sigma_x + ({M} + sigma^2)*Sigma_beta^-1)^-1"
EXACT = [
    ("mahankali-2023", "d - n*d/(n + d + 1 + sigma^2)"),
    ("mahankali-2023", "d*(d + 1 + sigma^2)/(n + d + 1 + sigma^2)"),
    ("isotropic-noiseless", "d - n*d/(n + d + 1)"),
    ("heteroscedastic", "d - n*d/(n + d + 1 + sigma^2*(n + 1)/(2*n))"),
    ("ahn-2023", "tr(Sigma) - n*tr(Sigma^2*((n + 1)*Sigma + tr(Sigma)*I)^-1)"),
    ("independent", f"{M} - n*tr(Sigma_x*Sigma_beta*Sigma_x*{INVERSE})"),
]


@pytest.mark.parametrize(("name", "formula"), EXACT)
def test_an_excess_is_exact_where_the_risk_with_the_noise_is(name, formula):
    noise = "" if name in ("isotropic-noiseless", "ahn-2023") else "sigma^2 + "
    for quantity, text in (("excess", formula), ("risk", noise + formula)):
        code, result = judged(name, quantity, text)
        assert (code, result["judgement"]) == (Exit.HOLDS, "exact"), (quantity, result["why"])
    if noise:
        code, result = judged(name, "excess", noise + formula)
        assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")
        found = result["counterexample"]
        risk, _ = brute_force.optimum(name, found["sizes"])
        assert found["confirmed"]
        sigma = brute_force.value(name, "sigma^2", found["sizes"])
        exact = brute_force.value(name, formula, found["sizes"])
        assert brute_force.same(found["exact"], exact) and str(exact + sigma) == str(risk)


def test_an_excess_beside_a_weight_is_exact_for_any_covariances():
    options = ["--weight", INVERSE, "--excess", f"{M} - n*tr(Sigma_x*Sigma_beta*Sigma_x*{INVERSE})"]
    code, (result,) = claimed(shipped_file("independent"), *options)
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact")
    assert set(result["parts"]) == {"weight", "excess"}
    assert all(why.startswith("proved: ") for why in result["why"].values()), result["why"]


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """Noise that the query has less of: its variance is sigma^2/4."""
    path = tmp_path_factory.mktemp("excess") / "noisy.toml"
    noise = {"noise": "sigma", "query_noise": "sigma/2"}
    design = isotropic_file("noisy", {"sigma": '[0, "oo"]'}, task="b", **noise)
    path.write_text(design + '[limits.many]\nn = "d^3/nu"\n')
    return str(path)


def test_it_is_the_noise_of_the_query_that_is_left_out(noisy):
    formula = "d - n*d/(n + d + 1 + sigma^2)"
    code, result = judged_in(read_design(noisy), {"excess": formula})
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact")
    assert result["claim"].startswith(r"L^\star - \frac{\sigma^{2}}{4} = ")
    code, result = judged_in(read_design(noisy), {"risk": f"sigma^2/4 + {formula}"})
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact")


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("d^2/n", "right in the limit"),
        ("d*(d + 1 + sigma^2)/n", "right in the limit"),
        ("d^2/n + d*(1 + sigma^2)/n", "right in the limit"),
        ("7*d*(d + 1 + sigma^2)/n", "refuted"),
        ("d^2/n + 5*d/n", "refuted"),
        ("sigma^2 + d^2/n", "refuted"),
    ],
)
def test_an_excess_in_a_limit(noisy, formula, verdict):
    code, result = judged_in(read_design(noisy), {"excess": formula}, "--limit", "many")
    assert result["judgement"] == verdict, result["why"]
    assert code == (Exit.REFUTED if verdict == "refuted" else Exit.HOLDS)
    code, _ = judged_in(read_design(noisy), {"risk": f"sigma^2/4 + {formula}"}, "--limit", "many")
    assert code == (Exit.REFUTED if verdict == "refuted" else Exit.HOLDS)


def test_a_slip_in_an_excess_is_mended(noisy):
    _, (result,) = claimed(noisy, "--excess", "d - n*d/(n + d + sigma^2)")
    assert "d - n*d/(n + d + sigma^2 + 1)" in [one["formula"] for one in result["nearby"]]


def test_an_excess_at_numbers(noisy):
    options = ["--set", "n=3", "--set", "d=2", "--set", "sigma=2"]
    _, (result,) = claimed(noisy, "--excess", "d/2", *options)
    first = result["errors"][0]  # 2 - 6/(3 + 2 + 1 + 4)
    assert (first["quantity"], first["claimed"], first["exact"]) == ("excess", "1", "7/5")
    options = ["--set", "n=3", "--set", "sigma=1", "--set", "d=2", "--matrix", "Sigma_x=power:1"]
    _, (result,) = claimed(shipped_file("independent"), "--excess", "d", *options)
    matrix = [[1, 0], [0, Fraction(1, 2)]]
    risk = theory.statement("theorem1").evaluate(n=3, sigma=1, sigma_x=matrix).risk
    assert result["errors"][0]["exact"] == str(risk - 1)


def test_a_file_claims_an_excess(tmp_path):
    path = tmp_path / "excess.toml"
    with open(shipped_file("mahankali-2023")) as file:
        path.write_text(
            f'{file.read()}\n[claims.excess]\nexcess = "d - n*d/m"\n'
            'where = { m = "n + d + 1 + sigma^2" }\n'
        )
    code, results = claimed(str(path))
    assert code == Exit.HOLDS and [r["judgement"] for r in results] == ["exact", "exact"]
    _, out, _ = call("claim", str(path))
    assert "L* - σ² = d - d·n/m" in out and "excess: exact" in out


def test_what_is_no_excess_is_told():
    said = refused("claim", shipped_file("independent"), "--excess", "Sigma_x")
    assert said.startswith("--excess:1:1: found a matrix for the excess; expected a scalar")
