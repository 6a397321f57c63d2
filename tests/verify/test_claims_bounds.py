"""Bounds of quantities, and comparisons of two."""

from fractions import Fraction

import jsonschema
import pytest

from tests.theory.design_files import isotropic_file
from tests.verify.command_line import call, refused, shipped_file, strict_json, trial_of
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped, text
from theory.records.derived import Derived
from theory.records.theorem import Theorem
from theory.scalars.symbols import n
from verify.judge.bounds import bound, bound_in
from verify.judge.from_text import claim_of
from verify.judge.judge import Judgement, judge
from verify.judge.question import questions
from verify.judge.regular import must_not_vanish
from verify.outcome.report import schema
from verify.settings import Settings
from verify.witnesses import subject_of

EXCESS = "d*(d + 1 + sigma^2)/(n + d + 1 + sigma^2)"
BOUNDS = [
    ("risk", "<= d + sigma^2", "proved"),
    ("risk", "< d + sigma^2", "proved"),
    ("risk", ">= sigma^2", "proved"),
    ("risk", "> sigma^2", "proved"),
    ("excess", "< d*(d + 1 + sigma^2)/n", "proved"),
    ("excess", f"<= {EXCESS}", "proved"),
    ("excess", f"< {EXCESS}", "refuted"),
    ("att_risk", "< d + sigma^2 - n*d/(n + d + 2 + sigma^2)", "proved"),
    ("risk", "<= d", "refuted"),
    ("risk", ">= d/2 + sigma^2", "refuted"),
    ("risk", "> sigma^2 + d*(d + 1)/(n + d + 1) + d/n^3", "refuted"),
    ("excess", "<= sqrt(d^2)", "proved"),
    ("excess", "<= sqrt(n^2 + d^4)", "undecided"),
]


@pytest.mark.parametrize(("quantity", "formula", "judgement"), BOUNDS)
def test_a_bound_is_proved_by_its_sign_or_refuted_at_a_place(quantity, formula, judgement):
    _, entry = trial_of(shipped("mahankali-2023"), checks=1, **{quantity: formula})
    assert entry["judgement"] == judgement, entry["why"]
    assert entry["verdict"] == {"proved": "holds"}.get(judgement, judgement)
    assert (entry["counterexample"] is not None) == (judgement == "refuted")
    if judgement == "refuted":
        assert entry["counterexample"]["confirmed"]


def test_a_bound_that_is_broken_far_away_is_not_proved():
    """At n = k = 98, where predicting zero costs ``d + sigma^2``."""
    formula = "<= d + sigma^2 + 200*n*(n-k) + (k-98)^2 - 1/2"
    file = shipped("partly-retrieved")
    found = judge(file, claim_of(file, at="0", risk=formula), Settings())
    assert found.judgement is Judgement.UNDECIDED


def test_where_the_scale_of_a_prediction_is_zero_no_weight_is_the_best_alone():
    design = text("isotropic-noiseless") + '[predictor]\nscale = "n - 2"\n'
    file = parse_design(design)
    (one,) = questions(file, claim_of(file, risk="d - n*d/(n + d + 1)"))
    (given,) = questions(file, claim_of(file, at="0", risk="d"))
    assert must_not_vanish(one) == (n - 2,) and not must_not_vanish(given)


def test_of_equality_where_a_bound_is_strict_it_is_said():
    _, entry = trial_of(shipped("mahankali-2023"), checks=1, excess=f"< {EXCESS}")
    assert "the two are equal at n = 1" in entry["why"]["excess"]
    assert "with <= it is proved" in entry["why"]["excess"]


SIGNAL = "tr(Sigma_x*Sigma_beta)"
PREDICTING_ZERO = [
    (f"<= {SIGNAL} + sigma^2", "proved"),
    (f"< {SIGNAL} + sigma^2 + 1/n", "proved"),
    ("<= tr(Sigma_x)*tr(Sigma_beta) + sigma^2", "proved"),
    (f"<= 2*{SIGNAL} + sigma^2", "proved"),
    (f"< {SIGNAL} + sigma^2", "refuted"),  # where a covariance is zero
    ("< tr(Sigma_x)*tr(Sigma_beta) + sigma^2", "refuted"),
    ("<= tr(Sigma_x)*tr(Sigma_beta)/4 + sigma^2", "refuted"),
    ("<= tr(Sigma_x) + sigma^2", "refuted"),
    (f"<= {SIGNAL}", "refuted"),
    # of any sign
    (f"<= {SIGNAL} + sigma^2 + tr((Sigma_x - 2*I)^-1)/(n + d)", "refuted"),
    (f"<= {SIGNAL} + sigma^2 + tr((Sigma_x + I)^-1)/(n + d)", "undecided"),
]


@pytest.mark.parametrize(("formula", "judgement"), PREDICTING_ZERO)
def test_the_least_risk_is_at_most_that_of_predicting_zero(formula, judgement):
    _, entry = trial_of(shipped("independent"), checks=1, risk=formula)
    assert entry["judgement"] == judgement, entry["why"]


def test_it_is_so_beside_projections_and_where_the_optimum_is_open():
    """The rank bounds a trace, and at alpha = sigma = 0 every weight is optimal."""
    task = text("tasks-in-a-subspace").replace('e = "I"', 'e = "S"').replace('q = "I"', 'q = "S"')
    file = parse_design(task.replace("[covariances]", '[covariances]\nS = "psd"'))
    _, entry = trial_of(file, checks=1, risk="<= r*tr(S) + sigma^2")
    assert entry["judgement"] == "proved", entry["why"]
    zero = {"alpha": '[0, "oo"]', "sigma": '[0, "oo"]'}
    file = parse_design(isotropic_file("open", zero, features="alpha*e", task="b", noise="sigma"))
    _, entry = trial_of(file, risk="<= d + sigma^2")
    assert entry["judgement"] == "proved" and entry["verdict"] == "holds", entry["why"]


def test_where_a_bound_has_no_value_is_said():
    formula = "<= d + sigma^2 + (sigma - 7/11)/(sigma - 7/11)"
    _, entry = trial_of(shipped("mahankali-2023"), checks=1, risk=formula)
    assert entry["judgement"] == "proved"
    assert r"no value where $\sigma = \frac{7}{11}$" in entry["why"]["risk"]


def test_slips_in_a_bound_count_where_they_break_it():
    found, entry = trial_of(shipped("mahankali-2023"), risk="< d + sigma^2")
    assert [one.verdict.value for one in found] == ["holds"] * 4
    mutants, idle = found[-1].data["mutants"], found[-1].data["left_out"]
    assert "risk: < -> >" in mutants and all(mutants.values())
    assert "risk = d + sigma^2 + 2 (+ 2)" in idle and "risk = n + sigma^2 (d -> n)" in mutants
    assert entry["claim"] == r"L^\star < d + \sigma^{2}"


def test_a_bound_that_no_sign_shows_is_undecided_with_the_reason():
    """(n - 3)^2 is not negative, which the coefficients do not show."""
    formula = f"<= {EXCESS} + (n - 3)^2*(n - 4)^2"
    found, entry = trial_of(shipped("mahankali-2023"), checks=3, excess=formula)
    assert entry["judgement"] == "undecided"
    assert "the sign of the difference of the two is not seen" in entry["why"]["excess"]
    assert [one.verdict.value for one in found[1:]] == ["holds"] * 2
    sharp = f"<= {EXCESS} + (n - 3)^2*(n - 4)^2 - 1/10^6"
    _, entry = trial_of(shipped("mahankali-2023"), checks=1, excess=sharp)
    assert entry["judgement"] == "refuted" and entry["counterexample"]["sizes"]["n"] in (3, 4)


def test_that_a_bound_is_no_rational_function_is_the_reason_only_where_it_is_none():
    summed = {"at": "I/n", "risk": ">= sigma^2"}
    rational = {"excess": f"<= {EXCESS} + (n - 3)^2*(n - 4)^2"}
    told = []
    for name, given in (("independent", summed), ("mahankali-2023", rational)):
        file = shipped(name)
        (question,) = questions(file, claim_of(file, **given))
        told.append(bound(question).how)
    assert "signs are seen of rational functions" in told[0]
    assert told[1] == "the sign of the difference of the two is not seen over the ranges"


FREELY = "d + sigma^2 - 2*n*tr(W) + n*(n + d + 1 + sigma^2)*tr(W*W')"
GROWING = parse_design(
    isotropic_file("growing", {}, task="b", label_scale="i", query_label_scale="1"), "g.toml"
)
COMPARED = [
    ("growing-noise", "wpgd_risk <= risk", "proved"),
    ("growing-noise", "ssm_risk > att_risk", "refuted"),
    ("drifting", "wpgd_risk < risk", "refuted"),
    ("drifting", "risk >= wpgd_risk", "proved"),
    ("growing-noise", "wpgd_risk <= excess", "refuted"),
    ("growing-noise", "wpgd_risk <= ssm_risk", "proved"),
    ("drifting", "ssm_risk < wpgd_risk", "refuted"),
    ("mahankali-2023", "wpgd_risk <= risk", "proved"),
    ("mahankali-2023", "excess < risk", "refuted"),
    ("mahankali-2023", "excess <= att_risk", "proved"),
    ("independent", "att_risk < risk", "refuted"),
    ("independent", "att_risk <= wpgd_risk", "proved"),
]


@pytest.mark.parametrize(("name", "holds", "judgement"), COMPARED)
def test_two_quantities_are_compared(name, holds, judgement):
    _, entry = trial_of(shipped(name), checks=1, holds=holds)
    assert entry["judgement"] == judgement, entry["why"]
    assert set(entry["parts"]) == {"holds"}


PRODUCT = "tr(Sigma_x*Sigma_beta)"
BESIDE_FORMULAS = [
    ("drifting", {"wpgd_risk": ">= d"}, "refuted"),
    ("independent", {"risk": "<= sigma^2"}, "refuted"),
    ("independent", {"risk": "<= tr(Sigma_x*Sigma_beta) + sigma^2"}, "proved"),
    ("independent", {"excess": "<= (tr(Sigma_x*Sigma_beta)*(d + 1) + d*sigma^2)/n"}, "proved"),
    ("independent", {"excess": ">= tr(Sigma_x*Sigma_beta)/(n + 2)"}, "proved"),
    ("independent", {"excess": "<= (tr(Sigma_x*Sigma_beta)*d + d*sigma^2)/n"}, "refuted"),
    ("independent", {"excess": ">= tr(Sigma_x)/(n + 2)"}, "refuted"),
    ("independent", {"at": "I/n", "risk": ">= sigma^2"}, "undecided"),
    ("ahn-2023", {"risk": "<= (d + 1)*tr(Sigma)/(n + 1)"}, "proved"),
    ("ahn-2023", {"risk": "<= d*tr(Sigma)/(n + 1)"}, "refuted"),
    ("ahn-2023", {"risk": "< tr(Sigma)"}, "refuted"),  # where Sigma is zero
    # a trace is at least each eigenvalue: with less than n + 2 it would not do
    ("ahn-2023", {"risk": "<= tr(Sigma) - n*tr(Sigma*Sigma)/((n + 2)*tr(Sigma))"}, "proved"),
    ("ahn-2023", {"risk": "<= tr(Sigma) - n*tr(Sigma*Sigma)/((n + 1)*tr(Sigma))"}, "refuted"),
    # what each would be were A B, A A^-1 or tr(A) taken for something else
    ("independent", {"risk": "<= d + sigma^2"}, "refuted"),
    ("independent", {"risk": "<= sigma^2 + tr(Sigma_x^-1*Sigma_x)"}, "refuted"),
    ("independent", {"risk": f"<= {PRODUCT} + sigma^2 + tr(Sigma_x) - d"}, "refuted"),
    ("independent", {"risk": f"<= {PRODUCT} + sigma^2 + tr(Sigma_x*Sigma_x^-1) - d"}, "proved"),
    ("mahankali-2023", {"at": "W", "risk": f"<= {FREELY}"}, "proved"),
]


@pytest.mark.parametrize(("name", "given", "judgement"), BESIDE_FORMULAS)
def test_bounds_of_what_is_no_rational_function(name, given, judgement):
    _, entry = trial_of(shipped(name), checks=1, **given)
    assert entry["judgement"] == judgement, entry["why"]


UNLESS = [
    ("drifting", {"holds": "wpgd_risk < risk", "unless": "n = 1"}, "proved"),
    ("drifting", {"holds": "att_risk > ssm_risk", "unless": "n = 1"}, "proved"),
    ("drifting", {"holds": "wpgd_risk < risk", "unless": "n = 2"}, "refuted"),
    ("mahankali-2023", {"excess": f"< {EXCESS} + (n - 1)*(d - 1)", "unless": "n = 1"}, "refuted"),
    (
        "mahankali-2023",
        {"excess": f"< {EXCESS} + (n - 1)*(d - 1)", "unless": "(n - 1)*(d - 1) = 0"},
        "proved",
    ),
    ("mahankali-2023", {"risk": "< d + sigma^2 + 1", "unless": "n = n"}, "undecided"),
    ("drifting", {"holds": "wpgd_risk < risk", "unless": "1/n = 1"}, "proved"),
    ("drifting", {"holds": "wpgd_risk < risk", "unless": "1/n = 1/2"}, "refuted"),
    (
        "mahankali-2023",
        {"excess": f"< {EXCESS} + (n*sigma - 1)^2", "unless": "sigma = 1/n"},
        "proved",
    ),
    # what is larger than the exception is zero only where that is
    (
        "mahankali-2023",
        {"excess": f"< {EXCESS} + sigma + n - 1", "unless": "sigma = n - 1"},
        "proved",
    ),
    (
        "mahankali-2023",
        {"excess": f"< {EXCESS} + sigma + n - 1", "unless": "sigma = n - 2"},
        "refuted",
    ),
]


@pytest.mark.parametrize(("name", "given", "judgement"), UNLESS)
def test_an_order_may_be_strict_but_for_an_exception(name, given, judgement):
    _, entry = trial_of(shipped(name), checks=1, **given)
    assert entry["judgement"] == judgement, entry["why"]


def test_the_other_checks_leave_the_exception_out():
    found, entry = trial_of(shipped("drifting"), holds="wpgd_risk < risk", unless="n = 1")
    assert [one.verdict.value for one in found] == ["holds"] * 4
    assert r"n - 1 \ne 0" in entry["claim"]
    assert "holds: < -> >" in found[-1].data["mutants"]


def test_an_exception_is_no_place_where_a_claim_has_no_value():
    claim = {"excess": f"< {EXCESS} + (n*sigma - 1)^2", "unless": "sigma = 1/n"}
    _, entry = trial_of(shipped("mahankali-2023"), checks=1, **claim)
    assert "no value" not in entry["why"]["excess"]
    claim["excess"] += "*(n - 2)/(n - 2)"
    _, entry = trial_of(shipped("mahankali-2023"), checks=1, **claim)
    assert "no value where $n = 2$" in entry["why"]["excess"]


CONDITIONS = [
    ("alpha^2 + gamma^2 <= 1", "<= d + 1 + sigma^2 - gamma^2 - alpha^2"),
    ("m >= n", "<= d + sigma^2 + (m - n)"),
    ("2*m <= n + 3", "<= d + sigma^2 + n + 3 - 2*m"),
]


@pytest.mark.parametrize(("where", "bound"), CONDITIONS)
def test_conditions_on_parameters_make_ranges_narrower(where, bound):
    names = [name for name in ("alpha", "gamma", "m") if name in where]
    ranges = dict.fromkeys(names, '[0, "oo"]') | {"sigma": '[0, "oo"]'}
    file = parse_design(isotropic_file("free", ranges, task="b", noise="sigma"), "free.toml")
    _, entry = trial_of(file, checks=1, risk=bound)
    assert entry["judgement"] == "refuted"
    ranges[names[-1]] = f'{{ range = [0, "oo"], where = "{where}" }}'
    file = parse_design(isotropic_file("bound", ranges, task="b", noise="sigma"), "bound.toml")
    _, entry = trial_of(file, checks=1, risk=bound)
    assert entry["judgement"] == "proved", entry["why"]


def test_where_sample_weights_gain_nothing_it_is_said():
    _, entry = trial_of(shipped("drifting"), checks=1, holds="wpgd_risk < risk")
    assert entry["why"]["holds"] == (
        "the two are equal at n = 1, d = 1; with <= it is proved, and equal sample weights are "
        "optimal for n = 1 and for no other n"
    )
    clean = '[[examples]]\nname = "clean"\ncount = "n/2"\nnoise = 0\n[[examples]]\nname = "noisy"\n'
    half = isotropic_file("half", {"sigma": '[0, "oo"]'}, task="b", noise="sigma") + clean
    _, entry = trial_of(parse_design(half), checks=1, holds="wpgd_risk < risk")
    assert entry["why"]["holds"].endswith("with <= it is proved"), entry["why"]
    found, entry = trial_of(GROWING, holds="wpgd_risk <= att_risk")
    assert [one.verdict.value for one in found] == ["holds"] * 4
    assert list(found[-1].data["mutants"]) == ["holds: <= -> >=", "holds: <= -> <"]


def test_a_bound_far_out_in_a_limit():
    file = shipped("rag")
    for formula, judgement in (
        ("< d + sigma^2", "right in the limit"),
        ("> sigma^2", "right in the limit"),
        ("<= d*s + d*nu/(nu + 1 + a^2)", "refuted"),
        (">= d*(1 + s)", "refuted"),
    ):
        _, entry = trial_of(file, limit="proportional", checks=1, risk=formula)
        assert entry["judgement"] == judgement, (formula, entry["why"])


def test_a_bound_in_a_limit_may_have_a_pole_where_it_is_not_taken():
    """Where alpha stays fixed the leading term divides by its square, and alpha = 0 is left out."""
    text = isotropic_file("pole", {"alpha": "[0, 1]"}, features="alpha*q + e", task="b")
    file = parse_design(text + '[limits.far]\nn = "d/nu"\n')
    for risk, judgement in (("<= 4 + 3*nu/alpha^2", "right in the limit"), ("< 2", "refuted")):
        _, entry = trial_of(file, checks=1, limit="far", risk=risk)
        assert entry["judgement"] == judgement
    assert bound_in(*_asked(file, "<= 4 + 3*nu/alpha^2")).how.endswith(r"where $\alpha \ne 0$")


def test_a_bound_in_a_limit_says_nothing_of_numbers():
    text = isotropic_file("whole", {"k": '{ range = [0, "n"], whole = true }'}, task="b")
    text += '[[examples]]\nname = "a"\ncount = "k"\nnoise = "1"\n[[examples]]\nname = "b"\n'
    file = parse_design(text + '[limits.far]\nk = "n"\n')
    words = [bound_in(*_asked(file, risk)).how for risk in ("<= d", "<= d/2")]
    of = "the leading term of the difference in the limit far is"
    assert words == [f"{of} positive", f"{of} negative"]


def _asked(file, risk):
    claim = claim_of(file, limit="far", risk=risk)
    return (*questions(file, claim), claim.limit)


def test_each_check_decides_a_bound_in_a_limit_and_slips_of_it_are_refuted():
    file = shipped("isotropic-noiseless")
    found, _ = trial_of(file, limit="proportional", risk="< 2*d*nu/(1 + nu)")
    assert [one.verdict.value for one in found] == ["holds"] * 4, [one.summary for one in found]
    assert "risk: < -> >" in found[-1].data["mutants"]
    # one that holds at some constants only, where its sign cannot be seen over all of them
    found, entry = trial_of(file, limit="proportional", checks=3, risk="< d/5 + d*nu/4")
    assert [one.verdict.value for one in found] == ["refuted"] * 3
    assert "is negative at nu = " in entry["why"]["risk"]


def test_a_bound_at_any_weight():
    for relation, change, judgement in (
        ("<", "", "refuted"),
        ("<=", " - d", "refuted"),
    ):
        _, entry = trial_of(
            shipped("mahankali-2023"), checks=2, at="W", risk=f"{relation} {FREELY}{change}"
        )
        assert entry["judgement"] == judgement, entry["why"]


def test_bounds_in_files_and_on_the_command_line(tmp_path):
    claims = (
        '\n[claims.low]\nrisk = ">= d/(n + 1)"\nsource = "a guess"\n'
        '\n[claims.same]\nholds = "ssm_risk <= att_risk"\n'
    )
    path = tmp_path / "mine.toml"
    path.write_text(text("isotropic-noiseless") + claims)
    code, out, _ = call("claim", str(path), "--json", "-", "--set", "n=2", "--set", "d=1")
    report = strict_json(out)
    jsonschema.validate(report, schema())
    assert code == 0 and [one["judgement"] for one in report["results"]] == ["proved", "proved"]
    (low, same) = (one["errors"] for one in report["results"])
    assert [low[0]["claimed"], low[0]["exact"]] == ["1/3", "1/2"]
    assert [same[0]["claimed"], same[0]["exact"]] == ["1/2", "1/2"]


PROBLEMS = [
    ({"weight": "<= 1"}, "--weight:1:4: found <= for the weight; expected a formula: matrices"),
    ({"omega": "> i"}, "--omega:1:3: found > for the sample weights"),
    ({"risk": "<="}, "--risk:1:3: found the end of the formula"),
    ({"risk": "=< d"}, "--risk:1:1: found '='"),
    ({"risk": "< < d"}, "--risk:1:3: found '<'"),
    ({"risk": "d", "excess": "< d"}, "--risk:1:1: found risk as an equality beside"),
    ({"risk": "d", "holds": "risk < excess"}, "found risk as an equality beside"),
    ({"at": "W", "holds": "risk < excess"}, "found holds with at"),
    ({"holds": "risk"}, "--holds:1:1: found no sign of order; expected two quantities"),
    ({"holds": "risk < excess < d"}, "found 2 signs of order"),
    ({"holds": "risk < rusk"}, "--holds:1:8: unknown quantity 'rusk'; did you mean risk"),
    ({"risk": "< d", "unless": "n"}, "--unless:1:1: found no sign of equality"),
    ({"risk": "d", "unless": "n = 1"}, "--unless:1:1: found unless beside an equality"),
    ({"risk": "< d", "unless": "n = nn"}, "--unless:1:5: unknown name"),
    ({"holds": "weight < risk"}, "--holds:1:1: unknown quantity 'weight'"),
    ({"holds": " < risk"}, "unknown quantity ''"),
]


@pytest.mark.parametrize(("given", "problem"), PROBLEMS)
def test_what_is_no_bound_is_refused_with_the_place(given, problem):
    with pytest.raises(InputError) as refusal:
        trial_of(shipped("mahankali-2023"), **given)
    assert problem in str(refusal.value)


def test_a_file_says_where():
    for claim, place in (
        ('holds = "risk <"', "x.toml:{}:16: unknown quantity ''"),
        ('weight = "<= 1"', "x.toml:{}:14: found <= for the weight"),
        ("holds = 3", "x.toml:{}:9: found"),
    ):
        lines = text("rag").count("\n") + 3
        with pytest.raises(InputError) as refusal:
            parse_design(text("rag") + f"\n[claims.x]\n{claim}\n", "x.toml")
        assert place.format(lines) in str(refusal.value), refusal.value
    assert "needs" in refused("claim", shipped_file("rag"), "--where", "k = d")


def test_a_bound_is_no_value_of_the_optimum():
    file = parse_design(text("rag") + '\n[claims.x]\nrisk = "<= d"\n', "x.toml")
    record = Theorem.of_claim(file, file.claims[0])
    assert type(subject_of(record)).__name__ == "Bounds"
    assert record.evaluate(n=2, d=1, alpha=0, sigma=0).claimed is None


SOMEWHERE_SILENT = isotropic_file(
    "silent",
    {"a": "[0, 1]", "s": '[0, "oo"]'},
    task="b",
    label_scale="7*a - 3",
    query_label_scale="1",
)
"""At a = 3/7 every label is zero, and the least risk is d; elsewhere it does not depend on a."""


@pytest.mark.parametrize("bound", ["< d", "<= d - n*d/(n + d + 1)"])
def test_a_bound_is_refuted_where_the_optimum_is_not_unique(bound):
    file = parse_design(SOMEWHERE_SILENT)
    assert Derived.of(file).evaluate(n=1, d=1, a=Fraction(3, 7), s=0).risk == 1
    _, entry = trial_of(file, checks=1, risk=bound)
    assert entry["judgement"] == "refuted"
    assert entry["counterexample"]["sizes"]["a"] == "3/7"
    assert entry["counterexample"]["exact"] == "1"


@pytest.mark.parametrize("quantity", ["risk", "wpgd_risk"])
def test_a_bound_from_below_needs_no_unique_optimum(quantity):
    """The least risk does not jump down: at a = 3/7 it is d, and so no less than nearby."""
    given = {quantity: ">= d - n*d/(n + d + 1)"}
    _, entry = trial_of(parse_design(SOMEWHERE_SILENT), checks=3, **given)
    assert entry["judgement"] == "proved" and entry["verdict"] == "holds"


@pytest.mark.parametrize("quantity", ["risk", "wpgd_risk"])
def test_a_formula_of_a_risk_is_refuted_where_the_optimum_is_not_unique(quantity):
    findings, entry = trial_of(
        parse_design(SOMEWHERE_SILENT), checks=1, **{quantity: "d*(d+1)/(n+d+1)"}
    )
    assert entry["judgement"] == entry["verdict"] == findings[0].verdict.value == "refuted"
    assert r"only where the optimum is unique: $7 a - 3 \ne 0$" in entry["why"][quantity]
    sizes = {"n": 1, "d": 1, "a": "3/7", "s": "0"}
    said = {"sizes": sizes, "claimed": "2/3", "exact": "1", "confirmed": True}
    assert entry["counterexample"] == said


@pytest.mark.parametrize(("bound", "holds"), [("< 3*d/2", True), ("> 3*d/2", False)])
def test_the_sign_of_a_leading_coefficient_is_that_of_a_bound(bound, holds):
    file = parse_design(isotropic_file("square", {}, task="b") + '[limits.one]\nn = "d"\n')
    claim = claim_of(file, limit="one", risk=bound)
    assert bound_in(*questions(file, claim), claim.limit).equal is holds


WHITENED = isotropic_file(
    "whitened",
    {},
    features="S*e",
    task="b",
    label="dot(e, task)",
    query_label="dot(query, task)",
).replace("[gaussians.prompt]", '[covariances]\nS = "psd"\n[gaussians.prompt]')
"""With the weight ``S^-1 / (n + d + 1)`` the risk does not depend on S; where S = 0 it is d."""
ALONG = isotropic_file("along", {}, features="m", task="b").replace(
    "[gaussians.prompt]", '[means]\nm = "fixed"\n[gaussians.prompt]'
)
"""What stands along m is learned, whatever its length; where m = 0 it is nothing."""
DEGENERATE = [
    (WHITENED, "d - n*d/(n + d + 1)", {"S": [["0"]]}),
    (WHITENED, "<= d - n*d/(n + d + 1)", {"S": [["0"]]}),
    (WHITENED, "< d - n*d/(n + d + 1) + 1/(n + d)^4", {"S": [["0"]]}),
    (ALONG, "d - 1", {"m": ["0"]}),
    (ALONG, "<= d - 1", {"m": ["0"]}),
]


@pytest.mark.parametrize(("text", "risk", "place"), DEGENERATE)
def test_what_holds_beside_an_inverse_is_refuted_where_there_is_none(text, risk, place):
    """The formula does not show the inverse: it has cancelled."""
    findings, entry = trial_of(parse_design(text), checks=1, risk=risk)
    assert entry["judgement"] == findings[0].verdict.value == "refuted"
    assert "where a covariance is singular" in entry["why"]["risk"]
    said = entry["counterexample"]
    assert (said["sizes"], said["exact"], said["confirmed"]) == (
        {"n": 1, "d": 1} | place,
        "1",
        True,
    )


@pytest.mark.parametrize(("text", "risk"), [(WHITENED, "d - n*d/(n + d + 1)"), (ALONG, "d - 1")])
def test_it_is_a_lower_bound_there_as_well(text, risk):
    _, entry = trial_of(parse_design(text), checks=1, risk=f">= {risk}")
    assert entry["judgement"] == "proved"


def test_a_size_at_which_no_weight_is_the_best_alone_is_looked_at_however_large():
    text = SOMEWHERE_SILENT.replace("7*a - 3", "n - 50 + 0*a")
    _, entry = trial_of(parse_design(text), checks=1, risk="d*(d + 1)/(n + d + 1)")
    assert entry["judgement"] == "refuted" and entry["counterexample"]["sizes"]["n"] == 50


def test_a_bound_that_leaves_out_where_no_weight_is_the_best_alone_is_proved():
    file = parse_design(SOMEWHERE_SILENT)
    for unless, judgement in (
        ("a = 3/7", "proved"),
        ("n*(3 - 7*a) = 0", "proved"),
        ("n = 1", None),
    ):
        _, entry = trial_of(file, checks=1, risk="< d", unless=unless)
        assert entry["judgement"] == (judgement or "refuted")


@pytest.mark.parametrize("where", ["a^2 >= 1", "a < n", "a > 0"])
def test_where_conditions_leave_out_that_labels_are_zero_the_optimum_is_unique(where):
    scale = "n - a" if "n" in where else "a"
    ranges = {"a": f'{{ range = ["-oo", "oo"], where = "{where}" }}'}
    text = isotropic_file("told", ranges, task="b", label_scale=scale, query_label_scale="1")
    _, entry = trial_of(parse_design(text), checks=1, risk="< d")
    assert entry["judgement"] == "proved"


@pytest.mark.parametrize("risk", ["d*nu/(nu + 1)", "d", "<= d*nu"])
def test_a_claim_in_a_limit_where_every_weight_is_optimal_is_undecided(risk):
    """Constants have no values at a place, and one at a size says nothing of a limit."""
    text = SOMEWHERE_SILENT.replace("[0, 1]", "[0, 0]").replace("7*a - 3", "a")
    file = parse_design(text + '[limits.far]\nn = "d/nu"\n')
    _, entry = trial_of(file, checks=1, risk=risk, limit="far")
    assert entry["judgement"] == "undecided"


def test_a_formula_of_a_weight_says_where_it_is_unique():
    file = parse_design(SOMEWHERE_SILENT)
    _, entry = trial_of(file, checks=1, weight="1/((7*a - 3)*(n + d + 1))")
    assert entry["judgement"] == "exact"
    assert r"where the optimum is unique: $7 a - 3 \ne 0$" in entry["why"]["weight"]


@pytest.mark.parametrize("quantity", ["risk", "excess", "wpgd_risk", "ssm_risk"])
def test_a_risk_that_is_right_where_the_optimum_is_not_unique_is_exact(quantity):
    """Where a = 3/7 nothing is to be predicted, by whatever weight."""
    text = SOMEWHERE_SILENT.replace('query_label_scale = "1"', 'query_label_scale = "7*a - 3"')
    formula = "(7*a - 3)^2*d*(d + 1)/(n + d + 1)"
    _, entry = trial_of(parse_design(text), checks=1, **{quantity: formula})
    assert entry["judgement"] == "exact"
    assert r"where the optimum is unique: $7 a - 3 \ne 0$" in entry["why"][quantity]


HALF_SILENT = isotropic_file("half", {"g": "[0, 1]"}, task="b") + (
    '[[examples]]\nname = "scaled"\ncount = "n/2"\ntask = "g*b"\n[[examples]]\nname = "clean"\n'
)
"""At g = 0 half of the examples tell nothing; where they do, weights make up for g."""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"ssm_risk": "d*(d + 1)/(d + n + 1)"}, "refuted"),
        ({"wpgd_risk": "<= d*(d + 1)/(d + n + 1)"}, "refuted"),
        ({"wpgd_risk": ">= d*(d + 1)/(d + n + 1)"}, "proved"),
        ({"holds": "wpgd_risk <= risk"}, "proved"),
        ({"holds": "wpgd_risk < risk", "unless": "g = 1"}, "refuted"),
    ],
)
def test_sample_weights_that_are_not_unique_have_a_least_risk(claim, verdict):
    _, entry = trial_of(parse_design(HALF_SILENT), checks=3, **claim)
    assert entry["judgement"] == verdict, entry["why"]
    if verdict == "refuted":
        assert entry["counterexample"]["sizes"] == {"n": 2, "d": 1, "g": "0"}
        assert entry["counterexample"]["exact"] == "2/3"
        assert entry["counterexample"]["confirmed"]


def test_an_example_that_is_silent_is_named():
    """The sixtieth example has no label, which no small size shows."""
    text = SOMEWHERE_SILENT.replace("7*a - 3", "i - 60").replace("a = [0, 1]\n", "")
    _, entry = trial_of(parse_design(text), checks=1, wpgd_risk="d*(d + 1)/(n + d + 1)")
    assert r"where the optimum is unique: $i - 60 \ne 0$" in entry["why"]["wpgd_risk"]


EMPTY = isotropic_file("empty", {"k": '{ range = [0, "n"], whole = true }'}, task="b").replace(
    'features = "e"', 'features = "q"'
) + (
    '[[examples]]\nname = "told"\ncount = "k"\n'
    '[[examples]]\nname = "other"\ntask = "q"\nlabel_scale = "2"\n'
)
"""All examples of a group are the same: the weights gain the same unless the group is empty."""


def test_a_group_that_may_be_empty_is_named():
    _, entry = trial_of(parse_design(EMPTY), checks=1, wpgd_risk="2*d/(d + 4)")
    assert entry["judgement"] == "refuted" and r"$k \ne 0$" in entry["why"]["wpgd_risk"]
    assert entry["counterexample"]["sizes"]["k"] == "0"
    _, entry = trial_of(parse_design(EMPTY), checks=1, wpgd_risk="<= 2*d/(d + 4)")
    assert entry["judgement"] == "refuted" and entry["counterexample"]["sizes"]["k"] == "0"


PROJECTED = isotropic_file(
    "projected",
    {"a": "[0, 1]", "r": '{ range = [0, "d"], whole = true }'},
    task="b",
    features="(1 - a)*e",
).replace(
    '[gaussians.example]\ne = "I"',
    '[covariances]\nP = { kind = "projection", rank = "r" }\n[gaussians.example]\ne = "P"',
)
"""Where a = 1 no feature tells anything, which cancels in the least risk."""


def test_places_where_features_vanish_are_named_beside_a_projection():
    _, entry = trial_of(parse_design(PROJECTED), checks=1, risk="d - n*r/(n + r + 1)")
    assert entry["judgement"] == "refuted" and r"$a - 1 \ne 0$" in entry["why"]["risk"]
    assert entry["counterexample"]["sizes"]["a"] == "1"


def test_a_bound_about_nothing_is_not_proved():
    text = SOMEWHERE_SILENT.replace("7*a - 3", "1").replace(
        "a = [0, 1]", 'a = { range = [0, 1], where = "a^2 + s^2 + 1 <= 0" }'
    )
    _, entry = trial_of(parse_design(text), checks=1, risk="<= d")
    assert entry["judgement"] == "undecided"


@pytest.mark.parametrize(("a", "exact"), [("3/7", "1"), ("1", "2/3")])
def test_the_exact_number_is_that_of_the_place(tmp_path, a, exact):
    path = tmp_path / "silent.toml"
    path.write_text(SOMEWHERE_SILENT)
    numbers = [part for one in ("n=1", "d=1", "s=0", f"a={a}") for part in ("--set", one)]
    _, out, _ = call("claim", str(path), "--risk", "d - n*d/(n + d + 1)", *numbers)
    assert f"risk, exact: {exact}\n" in out and "risk, claimed: 2/3\n" in out


@pytest.mark.parametrize(
    ("more", "equal"),
    [
        ("nu^2 - nu + 1", None),  # positive, which is not seen from its coefficients
        ("nu^2 - 3*nu + 1", False),  # of both signs
        ("nu^2 + nu + 1", True),
    ],
)
def test_a_bound_in_a_limit_is_refuted_where_its_leading_term_is_negative(more, equal):
    file = shipped("isotropic-noiseless")
    claim = claim_of(file, risk=f"<= d*(nu/(1 + nu) + {more})", limit="proportional")
    found = bound_in(*questions(file, claim), claim.limit)
    assert found.equal is equal
    if equal is False:
        nu = Fraction(found.how.rpartition("negative at nu = ")[2])
        assert nu > 0 > nu**2 - 3 * nu + 1


def test_a_bound_that_is_met_is_wrong_by_nothing():
    file = shipped("isotropic-noiseless")
    claim = claim_of(file, risk="<= d - n*d/(n + d + 1)")
    (found,) = judge(file, claim, Settings()).answers
    assert found.equality.equal and found.equality.difference == 0
