"""Claims about designs whose covariances are projections, or functions of others."""

from itertools import islice, pairwise
from random import Random

import pytest
from hypothesis import given

from tests.examples import examples
from tests.verify.command_line import trial_of
from theory.designs.instance import instance
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped, text
from theory.scalars.arithmetic import EXACT
from verify.cases import cases
from verify.instances import defined_instance, is_defined
from verify.judge.equality import HEIGHT, _error
from verify.judge.from_text import claim_of
from verify.judge.judge import judge
from verify.judge.places import readable
from verify.judge.question import questions
from verify.settings import Settings
from verify.strategies import instances

SUBSPACE, ALIGNED = shipped("tasks-in-a-subspace"), shipped("aligned-prior")
SPIKE = shipped("spiked-tasks")
MULTIPLE = parse_design(
    text("aligned-prior")
    .replace('Sigma_x = "psd"\nSigma_beta = "Sigma_x^-1"', 'Sigma_beta = "(1 + gamma)*I"')
    .replace('"Sigma_x"', '"I"')
    .replace("[parameters]", '[parameters]\ngamma = [0, "oo"]')
)
OF_ALL = "((1 + gamma)*d + sigma^2)"
INSIDE = parse_design(text("tasks-in-a-subspace").replace('query = "q"', 'query = "P*q"'))
WEIGHT = "P/(n + r + 1 + sigma^2)"
BESIDE = parse_design(
    text("independent").replace('Sigma_beta = "psd"', 'Sigma_beta = { kind = "projection" }')
)
FEATURES = parse_design(
    text("independent").replace('Sigma_x = "psd"', 'Sigma_x = { kind = "projection" }')
)
INNER = "(Sigma_x*Sigma_beta*Sigma_x)"
TURNED = "(Sigma_beta*Sigma_x*Sigma_beta)"
OUTER = "(sigma^2 + tr(Sigma_x*Sigma_beta))"
MIXED = parse_design(
    text("aligned-prior")
    .replace("Sigma_x^-1", "gamma*I + (1 - gamma)*Sigma_x^(1/2)")
    .replace("[parameters]", "[parameters]\ngamma = [0, 1]")
)
SECOND = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
MIXED_WEIGHT = f"((n + 1)*Sigma_x*Sigma_beta + {SECOND}*I)^-1*Sigma_beta"


@pytest.mark.parametrize(
    ("file", "claim", "how"),
    [
        (SUBSPACE, {"weight": WEIGHT}, "only one covariance occurs"),
        (
            MULTIPLE,
            {"weight": f"Sigma_beta*((n + 1)*Sigma_beta + {OF_ALL}*I)^-1"},
            "as rational functions, is zero",
        ),
        (
            MULTIPLE,
            {"risk": f"{OF_ALL} - n*tr(Sigma_beta*((n + 1)*I + {OF_ALL}*Sigma_beta^-1)^-1)"},
            "as rational functions, is zero",
        ),
        (INSIDE, {"weight": WEIGHT}, "other weights have the least risk as well"),
        (INSIDE, {"weight": WEIGHT.replace("P", "I")}, "other weights have the least risk as well"),
        (SUBSPACE, {"weight": WEIGHT.replace("P", "(2*P^3 - P*P)")}, "only one covariance occurs"),
        (SUBSPACE, {"risk": f"tr(P) + sigma^2 - n*tr({WEIGHT}*P)"}, "as rational functions, is"),
        (SUBSPACE, {"risk": "r + sigma^2 - n*tr(((n + 1)*P + (r + sigma^2)*I)^-1*P)"}, "is zero"),
        (ALIGNED, {"weight": "Sigma_beta/(n + d + 1 + sigma^2)"}, "only one covariance occurs"),
        (
            ALIGNED,
            {"risk": "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"},
            "as rational functions, is zero",
        ),
        (MIXED, {"weight": MIXED_WEIGHT}, "only one covariance"),
        (SPIKE, {"weight": "T*((n + 1)*T + (tr(T) + sigma^2)*I)^-1"}, "in the span of I and of"),
        (
            FEATURES,
            {"weight": f"{INNER}*((n + 1)*{INNER} + {OUTER}*I)^-1"},
            "other weights have the least risk as well",
        ),
        (
            FEATURES,
            {"risk": f"{OUTER} - n*tr({INNER}^2*((n + 1)*{INNER} + {OUTER}*I)^-1)"},
            "word by word",
        ),
        (
            BESIDE,
            {"risk": f"{OUTER} - n*tr({TURNED}^2*((n + 1)*{TURNED} + {OUTER}*I)^-1)"},
            "word by word",
        ),
    ],
)
def test_a_right_claim_is_proved(file, claim, how):
    _, entry = trial_of(file, checks=1, **claim)
    assert entry["judgement"] == "exact", entry["why"]
    assert how in next(iter(entry["why"].values()))


@pytest.mark.parametrize("file", [FEATURES, BESIDE])
def test_an_inverse_of_a_projection_leaves_a_claim_undecided_and_is_named(file):
    (claim,) = shipped("li-2024/theorem1").claims
    judged = judge(file, claim, Settings())
    (name,) = (one.name for one in file.design.projections)
    assert judged.judgement.value == "undecided"
    assert all(f"inverts the projection {name}" in answer.why for answer in judged.answers)


def test_a_slip_that_is_an_optimal_weight_as_well_is_left_out():
    """The weight acts in the range of Sigma_x alone: that it stands on one side is enough."""
    found, _ = trial_of(FEATURES, weight=f"{INNER}*((n + 1)*{INNER} + {OUTER}*I)^-1")
    assert [one.verdict.value for one in found] == ["holds"] * 4


def test_a_claim_in_outer_products_is_proved_beside_a_covariance_that_nothing_has():
    file = parse_design(text("spiked-tasks").replace("[covariances]", '[covariances]\nS = "psd"'))
    best = "((n + 1)*T + (tr(T) + sigma^2)*I)^-1"
    _, entry = trial_of(file, checks=1, risk=f"tr(T) + sigma^2 - n*tr(T*{best}*T)")
    assert entry["judgement"] == "exact" and "in the span" in entry["why"]["risk"]


def test_a_rank_grows_in_a_limit():
    leading = "d*(rho + s - rho/(1 + nu*(rho + s)))"
    _, entry = trial_of(SUBSPACE, checks=1, limit="thin-subspace", risk=leading)
    assert entry["judgement"] == "right in the limit", entry["why"]
    wrong = leading.replace("1 + nu", "1 + 2*nu")
    _, entry = trial_of(SUBSPACE, checks=1, limit="thin-subspace", risk=wrong)
    assert entry["judgement"] == "refuted", entry["why"]


@pytest.mark.parametrize(
    ("file", "claim"),
    [
        (SUBSPACE, {"weight": "I/(n + r + 1 + sigma^2)"}),
        (SUBSPACE, {"weight": WEIGHT.replace("r", "d")}),
        (SUBSPACE, {"risk": "r + sigma^2 - n*r/(n + 2*r + sigma^2)"}),
        (ALIGNED, {"weight": "Sigma_x/(n + d + 1 + sigma^2)"}),
        (MIXED, {"weight": MIXED_WEIGHT.replace("*Sigma_beta + ", "^2 + ")}),
        (SPIKE, {"weight": "T/(n + 1 + tr(T) + sigma^2)"}),
        (BESIDE, {"risk": "tr(Sigma_x*Sigma_beta)/2 + sigma^2"}),
    ],
)
def test_a_wrong_claim_is_refuted_at_a_place_that_there_is(file, claim):
    _, entry = trial_of(file, checks=1, **claim)
    assert entry["judgement"] == "refuted"
    sizes = entry["counterexample"]["sizes"]
    assert set(sizes) >= {*file.design.covariances} and not {*sizes} & {"Sigma_x^-1", "T"}
    if file is SUBSPACE:
        rank = sum(float(row[k]) for k, row in enumerate(sizes["P"]))
        assert rank == float(sizes["r"]) <= sizes["d"]


EVERY = pytest.mark.parametrize("file", [SUBSPACE, ALIGNED, MIXED, SPIKE, BESIDE])


def check(at):
    """What the design says of its covariances holds."""
    for one in at.design.projections:
        value = at.matrices[one.name]
        gap = at.arithmetic.plain(value * value - value)
        assert abs(gap).max() <= (0 if at.exact else 1e-12)
        if one.rank is not None:
            trace = at.arithmetic.plain(at.arithmetic.trace(value))
            assert float(trace) == pytest.approx(float(at.arithmetic.plain(at.scalars["r"])))
    assert is_defined(at)


@EVERY
def test_places_are_such_as_the_design_says(file):
    random = Random(0)
    seen = [*islice(readable(file.design), 80)]
    seen += [defined_instance(file.design, 2, size, random, 9) for size in (1, 2, 3)]
    seen += [case.at for case in cases(file.design, Settings())]
    for at in seen:
        check(at)
    if file is BESIDE:
        ranks = {at.matrices["Sigma_beta"].rank() for at in seen if at.exact and at.d == 3}
        assert len(ranks) > 1


@EVERY
def test_drawn_places_are_such_as_the_design_says(file):
    @examples("1/4")
    @given(instances(file.design, most_n=3, most_d=3))
    def drawn(at):
        check(at)

    drawn()


STEEP = """
[design]
name = "steep"
[parameters]
a = [0, "oo"]
[covariances]
S = "psd"
[gaussians.prompt]
q = "S"
b = "I"
[gaussians.example]
e = "S"
[prompt]
query = "q"
features = "a^{power}*e"
task = "b"
[predictor]
scale = "n^{scale}"
"""


def degree_along_a_line(question, most, below=0):
    """Of the exact risk in the numbers that are drawn, times a power of n."""

    def risk(t):
        half = EXACT.matrix([[1 + t, 2], [t, 3 - t]])
        root = half * EXACT.transpose(half)
        design, scalars = question.design, {"a": 1 + 2 * t}
        at = instance(design, n=2 + t, d=2, scalars=scalars, roots={"S": root})
        return question.exact_at(at) * (2 + t) ** below

    differences, degree = [risk(t) for t in range(most + 2)], -1
    while any(differences):
        degree += 1
        differences = [after - before for before, after in pairwise(differences)]
    assert degree <= most
    return degree


@pytest.mark.parametrize(("power", "scale"), [(1, 0), (6, 0), (20, 0), (2, 3)])
def test_the_probability_of_error_counts_every_degree(power, scale):
    """At a given weight the risk is a polynomial: of a^4, n^2 and three S."""
    file = parse_design(STEEP.format(power=power, scale=scale))
    (question,) = questions(file, claim_of(file, at="I", risk="0"))
    degree = 4 * power + 2 + 3 * 4 + 2 * scale
    assert degree_along_a_line(question, degree + 5) == degree
    assert _error(question, 2) * HEIGHT == degree


def test_the_probability_of_error_counts_what_is_divided_by():
    """``a^4 (n + 1)/n^39`` stands before the part of second order; over n^39 that without W."""
    file = parse_design(STEEP.format(power=1, scale=0).replace("a^1*e", "a*e/n^10"))
    (question,) = questions(file, claim_of(file, at="I", risk="0"))
    assert degree_along_a_line(question, 60, below=39) == 39 + 4
    assert _error(question, 2) * HEIGHT >= 39 + 4
