"""Claims in a limit: what stays fixed, what leaves its range, what vanishes, what is not real."""

from dataclasses import replace

import pytest
import sympy

from tests.theory.design_files import isotropic_file
from tests.verify.command_line import call, judged_in, refused
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped
from theory.limits.leading import Leading
from verify.cli import Exit
from verify.judge import counterexample, limits, nearby
from verify.judge.from_text import claim_of
from verify.judge.judge import judge
from verify.judge.limits import order
from verify.judge.places import readable
from verify.judge.question import questions
from verify.settings import Settings

BELOW = "(rho^2*(n + d + 1) + sigma^2)"
WEIGHT = f"rho^2/{BELOW}"
PLAIN = 'n = "d/nu"'
SIGNED, POSITIVE = '["-1", 1]', '[0, "oo"]'


def text(rho=SIGNED, limit=PLAIN, **prompt):
    prompt = prompt or {"task": "rho*b", "noise": "sigma"}
    design = isotropic_file("signed", {"rho": rho, "sigma": POSITIVE}, **prompt)
    return f"{design}[limits.one]\n{limit}\n"


def judged(formula, *more, rho=SIGNED, limit=PLAIN, quantity="weight"):
    return judged_in(parse_design(text(rho, limit)), {quantity: formula}, *more)


IN = ("--limit", "one")


@pytest.mark.parametrize("limit", [PLAIN, 'n = "d/nu"\nsigma = "rho^2*sqrt(2*d)"', 'n = "d^3"'])
@pytest.mark.parametrize(
    ("quantity", "formula"),
    [
        ("weight", f"rho*sqrt(rho^2)/{BELOW}"),
        ("risk", f"sigma^2 + rho^2*d - n*d*rho^3*sqrt(rho^2)/{BELOW}"),
    ],
)
def test_a_parameter_keeps_the_signs_of_its_range(limit, quantity, formula):
    """Right for rho > 0 only; where a range has no other values, right."""
    told = {"limit": limit, "quantity": quantity}
    code, result = judged(formula, *IN, **told)
    assert code == Exit.REFUTED, result["why"]
    assert judged(formula, *IN, **told, rho=POSITIVE)[0] == Exit.HOLDS
    assert judged(formula, **told, rho=POSITIVE)[1]["judgement"] == "exact"
    assert judged(formula, **told)[0] == Exit.REFUTED


@pytest.mark.parametrize(
    "formula",
    [
        f"{WEIGHT}*(1 + sqrt(d - n)/d)",
        f"{WEIGHT}*(1 + sqrt(-n - d - 1)/d)",
        f"{WEIGHT}*(1 + sqrt(rho*d + 1)/d)",
        f"{WEIGHT}*sqrt(-n)*sqrt(-n)/(-n)",
        f"{WEIGHT} + 1/(n - 2*d)",
    ],
)
def test_what_has_no_real_value_in_a_limit_is_not_right_there(formula):
    code, result = judged(formula, *IN, limit='n = "2*d"')
    assert (code, result["judgement"]) == (Exit.UNDECIDED, "undecided"), result
    assert "tilde" not in str(result) and result["rate"] is None
    zero = "divides by zero throughout the limit" in result["why"]["weight"]
    assert zero == ("n - 2*d" in formula)


LEAVING = [
    ('rho = "-d"', POSITIVE, "rho = -d leaves its range"),
    ('rho = "2*d"', SIGNED, "rho = 2*d leaves its range"),
    ('rho = "2*d^2"', SIGNED, "rho = 2*d^2 leaves its range"),
    ('rho = "1 + 1/d"', SIGNED, "leaves its range"),
    ('sigma = "-s*d"', SIGNED, "sigma = -d*s leaves its range"),
    ('sigma = "rho*d"', SIGNED, "leaves its range"),
    ('n = "rho*d"', SIGNED, "is not a whole number from 1 on"),
]


@pytest.mark.parametrize(("limit", "rho", "why"), LEAVING)
def test_a_limit_that_leaves_a_range_is_not_taken(tmp_path, limit, rho, why):
    code, result = judged(WEIGHT.replace("+ 1", "+ 2"), *IN, limit=limit, rho=rho)
    assert code == Exit.UNDECIDED and why in result["why"]["weight"]
    code, result = judged(WEIGHT.replace("+ 1", "+ 2"), limit=limit, rho=rho)
    assert code == Exit.REFUTED and result["parts"]["weight"]["rates"] == []
    path = tmp_path / "signed.toml"
    path.write_text(text(rho, limit))
    _, out, _ = call("derive", str(path), "--level", "quick")
    assert "the limit one is not taken" in out and r"(\text{one})" not in out


@pytest.mark.parametrize(
    "limit", ['rho = "1 - 1/d"', 'rho = "a/d"', 'sigma = "s*d"', 'n = "4"', 'n = "1 + d"']
)
def test_a_limit_inside_all_ranges_is_taken(limit):
    code, result = judged(f"{WEIGHT}*(d + 1)/d", *IN, limit=limit)
    assert (code, result["judgement"]) == (Exit.HOLDS, "right in the limit"), result["why"]


def test_a_range_of_one_number_is_that_number():
    formula = "4/(4*(n + d + 1) + sigma^2)"
    for more in ((), IN):
        code, result = judged(formula, *more, rho="[2, 2]")
        assert (code, result["judgement"]) == (Exit.HOLDS, "exact"), result["why"]
    code, result = judged(formula.replace("1", "2"), *IN, rho="[2, 2]")
    assert code == Exit.HOLDS and result["rate"]["power"] == "-1"
    code, result = judged("d*rho^2", *IN, rho="[0, 0]", quantity="risk")
    assert code == Exit.UNDECIDED


def test_the_errors_are_those_at_the_numbers_shown():
    """A parameter in the formula of another one has the same value in both."""
    limit = 'n = "d/nu"\nsigma = "rho*sqrt(d)"'
    formula = f"rho^2/({BELOW} + 2*rho^2)"
    code, result = judged(formula, *IN, limit=limit, rho="[0, 1]")
    assert code == Exit.HOLDS, result["why"]
    places = [e for e in result["errors"] if e["limit"] == "one"]
    assert len(places) == 3
    for place in places:
        at = {sympy.Symbol(k): sympy.Rational(v) for k, v in place["at"].items()}
        n, d, rho, sigma = (at[sympy.Symbol(k)] for k in ("n", "d", "rho", "sigma"))
        below = rho**2 * (n + d + 1) + sigma**2
        assert place["relative_error"] == pytest.approx(float(-2 * rho**2 / (below + 2 * rho**2)))


@pytest.mark.parametrize(
    ("quantity", "formula", "limit", "excluded"),
    [
        ("risk", "sigma^2", 'n = "d^3"', ["\\rho \\ne 0", "\\sigma \\ne 0"]),
        ("weight", "1/n", 'n = "d^3"', ["\\rho \\ne 0"]),
        ("weight", f"{WEIGHT}*(n + 1)/n", 'sigma = "s*d"', ["\\rho \\ne 0"]),
    ],
)
def test_what_a_leading_term_leaves_out_is_said(quantity, formula, limit, excluded):
    code, result = judged(formula, *IN, limit=limit, quantity=quantity)
    if excluded and "sigma = " in limit:
        assert code == Exit.REFUTED and result["rate"]["where"] == excluded
        return
    assert code == Exit.HOLDS, result["why"]
    assert result["rate"]["where"] == excluded
    assert all(e in result["why"][quantity] for e in excluded)


LABELS = {"task": "b", "noise": "sigma", "label_scale": "alpha"}
SHIFTED = {**LABELS, "label_scale": "1 - alpha"}
UNEVEN = {**LABELS, "query_label_scale": "1", "query_noise": "0"}
ROOTED = {"task": "b", "noise": "sqrt(alpha - 1)", "label_scale": "alpha - 1"}
UNIT, RIGHT, UNDECIDED, REFUTED = "[0, 1]", "right in the limit", "undecided", "refuted"
PINNED = 'alpha = "a"\nn = "d/nu"'
ENDS = [
    # where a leading coefficient below the line vanishes, the limit is another one
    (UNIT, UNEVEN, PLAIN, "d - n*d/(n + d)", RIGHT, ["\\alpha \\ne 0"]),
    (
        UNIT,
        {**UNEVEN, "label_scale": "1 - 2*alpha"},
        PLAIN,
        "d - n*d/(n + d)",
        RIGHT,
        ["2 \\alpha - 1 \\ne 0"],
    ),
    (UNIT, SHIFTED, PLAIN, "(1 - alpha)^2*d^2/(n + d)", RIGHT, ["\\alpha - 1 \\ne 0"]),
    (
        UNIT,
        {"task": "b", "noise": "sigma"},
        PLAIN,
        "d - n*d/(n + d + d/(sigma^2*d + 1))",
        RIGHT,
        ["\\sigma \\ne 0"],
    ),
    # a constant that takes a parameter out of its range is not looked at
    (UNIT, SHIFTED, PINNED, "(1 - alpha)^2*d^2/(n + d)", RIGHT, ["a - 1 \\ne 0"]),
    (
        UNIT,
        SHIFTED,
        'alpha = "a"\nn = "d"',
        "(1 - alpha)^2*d*(1 - n*(1 - alpha)^2/((1 - alpha)^2*(n + d) + sigma^2)) + sigma^2",
        RIGHT,
        ["a - 1 \\ne 0"],
    ),
    (UNIT, SHIFTED, PINNED, "(1 - alpha)*sqrt((1 - alpha)^2)*d^2/(n + d)", UNDECIDED, []),
    (UNIT, SHIFTED, PINNED, "(1 - alpha)*sqrt((2 - alpha)^2)*d^2/(n + d)", REFUTED, None),
    (
        UNIT,
        SHIFTED,
        PLAIN,
        "(1 - alpha)^2*d^2/(n + d) + d^2*(sqrt((1 - alpha)^2) - 1 + alpha)",
        UNDECIDED,
        [],
    ),
    (
        UNIT,
        SHIFTED,
        PLAIN,
        "(1 - alpha)^2*d^2/(n + d) + d^2*(sqrt((1 - alpha)^2) + 1 - alpha)",
        REFUTED,
        None,
    ),
    # nor is a place at which the design is not there
    (POSITIVE, ROOTED, PLAIN, "(alpha - 1)*sqrt((1 - alpha)^2)*d^2/(n + d)", UNDECIDED, []),
    (
        POSITIVE,
        ROOTED,
        PLAIN,
        "(alpha - 1)^2*d^2/(n + d)",
        RIGHT,
        ["\\alpha - 1 \\ne 0", "\\alpha - 1 \\ge 0"],
    ),
    (POSITIVE, ROOTED, 'alpha = "1/d"\nn = "d"', "d/2", UNDECIDED, []),
    (UNIT, {**ROOTED, "noise": "sqrt(alpha - 2)"}, PLAIN, "d", UNDECIDED, []),
    # n is no size at an end of a range
    (UNIT, SHIFTED, 'n = "d*(3/4 - alpha)"', "(1 - alpha)^2*d^2/(n + d)", UNDECIDED, []),
    (UNIT, SHIFTED, 'n = "d*(20/21 - alpha)"', "(1 - alpha)^2*d^2/(n + d)", UNDECIDED, []),
    (UNIT, SHIFTED, 'n = "d*(10*alpha - 1)"', "(1 - alpha)^2*d^2/(n + d)", UNDECIDED, []),
    # every weight is optimal
    (UNIT, LABELS, 'alpha = "0"\nsigma = "0"\nn = "d"', "alpha^2*d/2", UNDECIDED, []),
]


@pytest.mark.parametrize(("alpha", "prompt", "limit", "risk", "verdict", "where"), ENDS)
def test_ends_of_ranges_and_of_the_domain(alpha, prompt, limit, risk, verdict, where):
    design = isotropic_file("ends", {"alpha": alpha, "sigma": POSITIVE}, **prompt)
    file = parse_design(f"{design}[limits.one]\n{limit}\n")
    _, result = judged_in(file, {"risk": risk}, *IN)
    assert result["judgement"] == verdict, result["why"]
    assert where is None or (result["rate"] or {"where": []})["where"] == where


def test_a_weight_in_a_limit_where_every_weight_is_optimal():
    design = isotropic_file("any", {"alpha": UNIT}, task="b", label_scale="alpha")
    regimes = '[limits.one]\nn = "d"\n[limits.none]\nn = "d"\nalpha = "0"\n'
    file, weight = parse_design(design + regimes), {"weight": "1/(n + d)"}
    code, result = judged_in(file, weight, *IN)
    assert code == Exit.HOLDS and result["rate"]["where"] == ["\\alpha \\ne 0"]
    code, result = judged_in(file, weight, "--limit", "none")
    assert code == Exit.UNDECIDED and "is zero throughout" in result["why"]["weight"]


def test_all_limits_in_which_a_claim_is_right_are_told(tmp_path):
    path = tmp_path / "signed.toml"
    path.write_text(
        text() + '[limits.two]\nn = "d^2"\n[limits.no]\nsigma = "s*d"\n[limits.far]\nrho = "2*d"\n'
    )
    code, out, _ = call("claim", str(path), "--weight", "1/(n + d + 1)")
    assert code == Exit.LIMIT
    assert out.count("relative error ~") == 2
    assert "in the limit one: " in out and "in the limit two: " in out
    assert "no: " not in out and "far: " not in out


def test_a_constant_of_a_limit_in_a_claim_is_told_as_one(tmp_path):
    path = tmp_path / "signed.toml"
    path.write_text(text())
    said = refused("claim", str(path), "--risk", "d*nu/(nu + 1)")
    assert "it is a constant of the limit one, which puts n = d/nu" in said


@pytest.mark.parametrize(
    ("factor", "verdict", "said"),
    [
        ("sqrt(-n)*sqrt(-n)/(-n)", "undecided", "no simple place was found"),
        ("sqrt(-n)*sqrt(-d)/(-sqrt(n*d))", "undecided", "no simple place was found"),
        ("sqrt(n - 2)/sqrt(n - 2)", "exact", "no value where $n = 2$ or at n = 1, d = 1"),
        ("(n - 1)/(n - 1)", "exact", "no value where $n = 1$; "),
        (
            "(3*rho - 1)*(rho - 7/11)^-1/(3*rho - 1)*(rho - 7/11)",
            "exact",
            r"no value where $\rho = \frac{1}{3}$ or where $\rho = \frac{7}{11}$",
        ),
    ],
)
def test_where_an_exact_claim_has_no_value_is_said(factor, verdict, said):
    _, result = judged(f"{WEIGHT}*{factor}")
    assert result["judgement"] == verdict and said in result["why"]["weight"], result["why"]


def file_and_claim(formula, **more):
    file = parse_design(text(), "signed.toml")
    return file, claim_of(file, weight=formula, **more)


def test_errors_that_do_not_follow_the_leading_term_are_noticed(monkeypatch):
    """A rate that is not that of the errors at large sizes: nothing is called right."""
    right = limits.compare

    def twice(claimed, exact, regime):
        found = right(claimed, exact, regime)
        return replace(found, error=Leading(found.error.coefficient * 2, found.error.power))

    monkeypatch.setattr("verify.judge.limits.compare", twice)
    file, claim = file_and_claim(f"rho^2/({BELOW} + rho^2)", limit="one")
    (answer,) = judge(file, claim, Settings()).answers
    assert answer.judgement.value == "undecided" and answer.orders[0].seen is False
    file, claim = file_and_claim(f"rho^2/({BELOW} + rho^2)")
    (answer,) = judge(file, claim, Settings()).answers
    assert answer.judgement.value == "refuted" and answer.orders[0].right


@pytest.mark.parametrize("share", [2, sympy.Rational(1, 2)])
def test_a_weight_that_is_no_minimum_is_not_confirmed(share):
    """Its risk is right, but the risk has a slope there."""
    file, claim = file_and_claim("1/n")
    (question,) = questions(file, claim)
    found = question.derivation
    plain, symbol = found.plain, sympy.Symbol("rho")
    w = plain.weight
    at = next(at for at in readable(question.design) if at.scalars["rho"] != 0)
    assert question.target.confirmed(at) is True
    # L(share w) = L* + (share - 1)^2 (M - L*)
    zero = sympy.Symbol("d") * symbol**2 + sympy.Symbol("sigma") ** 2
    risk = plain.risk + (share - 1) ** 2 * (zero - plain.risk)
    moved = replace(plain, solution=replace(plain.solution, factor=share * w), risk=risk)
    question.target.__dict__["derivation"] = replace(found, plain=moved)
    assert question.target.confirmed(at) is False


def test_a_place_where_every_weight_is_optimal_is_no_counterexample():
    scaled = text(POSITIVE, task="b", noise="sigma*rho", label_scale="rho")
    file = parse_design(scaled, "scaled.toml")
    claim = claim_of(file, weight="1/(n + d + sigma^2)")
    (question,) = questions(file, claim)
    found = counterexample.counterexample(question, Settings())
    assert found.at.scalars["rho"] != 0 and found.confirmed
    nowhere = next(at for at in readable(file.design) if at.scalars["rho"] == 0)
    with pytest.raises(ZeroDivisionError, match="every multiple of the identity"):
        question.exact_at(nowhere)


def test_nothing_is_near_by_where_no_place_was_looked_at(monkeypatch):
    file = shipped("isotropic-noiseless")
    wrong, right = (
        claim_of(file, limit="proportional", weight=formula)
        for formula in ("1/(n + 2*d)", "1/(n + d)")
    )
    found = order(*questions(file, right), right.limit)
    monkeypatch.setattr(nearby, "order", lambda *_: replace(found, places=()))
    assert nearby.nearby(*questions(file, wrong), wrong.limit) == ()


def test_what_is_right_in_the_limit_is_near_by():
    file = shipped("isotropic-noiseless")

    def answer(formula):
        claim = claim_of(file, limit="proportional", weight=formula)
        (found,) = judge(file, claim, Settings()).answers
        return found

    near = answer("1/(n + 2*d)").nearby
    assert "1/(n + d)" in [one.text for one in near]
    assert {answer(one.text).judgement.value for one in near} == {"right in the limit"}


@pytest.mark.parametrize(
    ("ends", "claim", "verdict"),
    [
        ("[0, 1]", "r*d + 1", "undecided"),
        ("[0, 1]", "r^2*d + 1 + r*(1 - r)*d^2", "undecided"),
        ("[0, 2]", "r*d + 1", "refuted"),
        ("[0, 1]", "2*r*d + 1", "refuted"),
    ],
)
def test_what_is_the_same_at_whole_numbers_is_not_refuted(ends, claim, verdict):
    text = isotropic_file(
        "whole",
        {"r": f"{{ range = {ends}, whole = true }}"},
        label_scale="r",
        task="b",
        noise="1",
    )
    file = parse_design(text + '[limits.proportional]\nn = "a*d"\n')
    asked = claim_of(file, at="0", risk=claim, limit="proportional")
    assert judge(file, asked, Settings()).judgement.value == verdict
