"""Terms of a claim that its leading order does not show."""

import pytest

from tests.theory.design_files import isotropic_file
from tests.verify.command_line import call, judged_in
from theory.language.files.reading import read_design
from verify.cli import Exit

LIMITS = {
    "fixed": 'n = "oo"',
    "many": 'n = "d^3/nu"',
    "proportional": 'n = "d/nu"',
    "noisy": 'n = "d/nu"\nsigma = "sqrt(s*d)"',
}


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """Isotropic data with noise: the risk is s + d (d + 1 + s) / (n + d + 1 + s), s = sigma^2."""
    path = tmp_path_factory.mktemp("terms") / "noisy.toml"
    limits = "".join(f"[limits.{name}]\n{lines}\n" for name, lines in LIMITS.items())
    design = isotropic_file("noisy", {"sigma": '[0, "oo"]'}, task="b", noise="sigma")
    path.write_text(design + limits)
    return str(path)


WRONG = [
    # the excess is d^2/n to leading order
    (
        "risk",
        "many",
        "sigma^2 + 7*d*(d + 1 + sigma^2)/n",
        r"\frac{\nu}{d}",
        "7*d*(d + 1 + sigma^2)/n",
    ),
    ("risk", "many", "7*d^2/n - (d/n - sigma^2)", r"\frac{\nu}{d}", "7*d^2/n"),
    ("risk", "many", "sigma^2 + d/n", r"\frac{\nu}{d}", "d/n"),
    ("risk", "many", "sigma^2 - d^2/n", r"\frac{\nu}{d}", "-d^2/n"),
    ("risk", "many", "sigma^2 + 1/sqrt(d)", r"\frac{\nu}{d}", "1/sqrt(d)"),
    # the same in other shapes
    ("risk", "many", "sigma^2*(1 + 7*d/n)", r"\frac{\nu}{d}", "sigma^2*7*d/n"),
    ("risk", "many", "(n*sigma^2 + 7*d^2)/n", r"\frac{\nu}{d}", r"adds to the noise $\sigma^{2}$"),
    ("risk", "many", "sigma^2*n/(n - d)", r"\frac{\nu}{d}", r"adds to the noise $\sigma^{2}$"),
    (
        "risk",
        "many",
        "d + sigma^2 - n*d/(n + 7*(d + sigma^2))",
        r"\frac{\nu}{d}",
        "d - n*d/(n + 7*(d + sigma^2))",
    ),
    # d - n d/(n + d + 1 + s) = d - n d/(n + d) + n d (1 + s)/(n + d)^2 - ...
    (
        "risk",
        "proportional",
        "sigma^2 + d - n*d/(n + d) + 5",
        r"\frac{\nu \left(\sigma^{2} + 1\right)}{\left(\nu + 1\right)^{2}}",
        "5",
    ),
    # 1/(n + d + 1 + s) = 1/(n + d + s) - 1/(n + d + s)^2 + ...
    (
        "weight",
        "proportional",
        "1/(n + d + sigma^2) - 5/(n + d + sigma^2)^2",
        r"- \frac{\nu^{2}}{d^{2} \left(\nu + 1\right)^{2}}",
        "-5/(n + d + sigma^2)^2",
    ),
    (
        "weight",
        "proportional",
        "(1 - 5/(n + d + sigma^2))*I/(n + d + sigma^2)",
        r"- \frac{\nu^{2}}{d^{2} \left(\nu + 1\right)^{2}}",
        "-5/(n + d + sigma^2)*I/(n + d + sigma^2)",
    ),
    ("weight", "many", "1/n - 2*d/n^2", r"- \frac{\nu^{2}}{d^{5}}", "-2*d/n^2"),
    # the third order: -(1 + s)/n^2
    (
        "weight",
        "many",
        "1/n - d/n^2 + 3/n^2",
        r"- \frac{\nu^{2} \left(\sigma^{2} + 1\right)}{d^{6}}",
        "3/n^2",
    ),
]


@pytest.mark.parametrize(("quantity", "limit", "formula", "right", "term"), WRONG)
def test_a_wrong_term_below_the_leading_order_is_refuted(
    noisy, quantity, limit, formula, right, term
):
    code, result = judged_in(read_design(noisy), {quantity: formula}, "--limit", limit)
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted"), result["why"]
    assert result["rate"]["exact"] == result["rate"]["claimed"] and not result["rate"]["right"]
    found = result["rate"]["term"]
    assert found["text"].endswith(term) and found["text"] in result["why"][quantity]
    assert found["exact"] == right


RIGHT = [
    # the leading term alone
    ("risk", "many", "sigma^2"),
    ("weight", "many", "1/n"),
    # with the next one
    ("risk", "many", "sigma^2 + d*(d + 1 + sigma^2)/n"),
    ("risk", "many", "sigma^2 + d^2/n"),
    ("risk", "many", "sigma^2*(1 + d^2/(sigma^2*n))"),
    ("risk", "many", "d + sigma^2 - n*d/(n + d + sigma^2)"),
    ("weight", "many", "1/n - d/n^2"),
    ("weight", "many", "(1 - d/n)/n"),
    ("weight", "proportional", "1/(n + d + sigma^2) - 1/(n + d + sigma^2)^2"),
    # the noise is known, and no approximation
    ("risk", "proportional", "d + sigma^2 - n*d/(n + d + sigma^2)"),
    ("risk", "noisy", "d + sigma^2 - n*d/(n + d + sigma^2)"),
    # a factor is approximated as one
    ("weight", "proportional", "(d + 1)/d/(n + d)"),
    ("risk", "proportional", "d*(d + 1)/(n + d)"),
    # a term that is smaller than the error
    ("weight", "proportional", "1/(n + d) + 7/n^3"),
]


@pytest.mark.parametrize(("quantity", "limit", "formula"), RIGHT)
def test_what_a_claim_makes_no_term_of_is_not_held_against_it(noisy, quantity, limit, formula):
    code, result = judged_in(read_design(noisy), {quantity: formula}, "--limit", limit)
    assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit"), result["why"]
    assert result["rate"]["term"] is None


def test_an_exact_claim_is_exact_however_it_is_summed(noisy):
    formula = "sigma^2 + d - n*d/(n + d + 1 + sigma^2) + 7/n - 7/n"
    code, result = judged_in(read_design(noisy), {"risk": formula}, "--limit", "many")
    assert (code, result["judgement"]) == (Exit.HOLDS, "exact")


def test_without_a_limit_a_wrong_term_is_right_in_none(noisy):
    formula = "sigma^2 + 7*d*(d + 1 + sigma^2)/n"
    code, result = judged_in(read_design(noisy), {"risk": formula})
    assert (code, result["judgement"]) == (Exit.REFUTED, "refuted")
    assert result["counterexample"]["confirmed"]


def test_the_wrong_term_is_printed_with_what_is_right(noisy):
    formula = "sigma^2 + 7*d*(d + 1 + sigma^2)/n"
    code, out, _ = call("claim", noisy, "--risk", formula, "--limit", "many")
    assert code == Exit.REFUTED
    assert "the term 7*d*(d + 1 + sigma^2)/n, claimed: ~ (7 ν)/d" in out
    assert "right in its place: ~ ν/d" in out
    assert "sigma^2 + d*(d + 1 + sigma^2)/n" in out.partition("near by")[2]


def test_terms_that_cancel_are_not_named(noisy):
    """Of 7/n^2 and -7/(n + 1)^2 less than the error, (1 + d + sigma^2)/n^2, is left."""
    formula = "1/n + 7/n^2 - 7/(n + 1)^2"
    code, result = judged_in(read_design(noisy), {"weight": formula}, "--limit", "fixed")
    assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit"), result["why"]
    assert result["rate"]["term"] is None
