"""Claims in a limit of designs of which there are prompts at some sizes and parameters only."""

import pytest

from tests.theory.design_files import isotropic_file
from tests.verify.command_line import trial_of
from theory.language.files.reading import parse_design
from theory.language.gallery import text

FIRST = """[[examples]]
name = "first"
count = "{}"
[[examples]]
name = "rest"
noise = "2*sigma"
"""
RANGES = {"sigma": '[0, "oo"]'}


def file(count=None, limit='n = "oo"', **ranges):
    design = isotropic_file("tied", RANGES | ranges, task="b", noise="sigma")
    groups = "" if count is None else FIRST.format(count)
    return parse_design(f"{design}\n{groups}[limits.one]\n{limit}\n")


ONE = ("1/d", {})
"""A number of examples that is whole for d = 1 alone; the risk is the noise to leading order."""


@pytest.mark.parametrize(
    ("count", "ranges", "risk", "judgement"),
    [
        (*ONE, "sigma^2", "right in the limit"),
        (*ONE, "d*sigma^2", "undecided"),
        (*ONE, ">= d*sigma^2/2", "undecided"),
        (*ONE, ">= d*sigma^2", "undecided"),
        (*ONE, "2*d*sigma^2", "refuted"),
        (*ONE, ">= 2*d*sigma^2", "refuted"),
        ("n/3", {}, "d*sigma^2", "refuted"),
        ("n/3", {}, ">= d*sigma^2", "refuted"),
        ("6/d", {}, "(1 + (d - 1)*(d - 2)*(d - 3)*(d - 6))*sigma^2", "undecided"),
        ("6/d", {}, "(1 + (d - 1)*(d - 2)*(d - 3))*sigma^2", "refuted"),
        (None, {"r": '[1, "1/d"]'}, "d*sigma^2", "undecided"),
        (None, {"r": '[1, "1/d"]'}, ">= d*sigma^2", "undecided"),
        (None, {"r": '[0, "2/d"]'}, "d*sigma^2", "refuted"),
    ],
)
def test_a_claim_is_refuted_only_where_there_are_prompts(count, ranges, risk, judgement):
    _, result = trial_of(file(count, **ranges), "one", checks=2, risk=risk)
    assert result["judgement"] == judgement, result["why"]
    assert result["verdict"] == {"right in the limit": "holds"}.get(judgement, judgement)


@pytest.mark.parametrize(
    ("risk", "judgement"),
    [("sigma^2 + rho^2", "undecided"), ("sigma^2 + 2*rho", "refuted")],
)
def test_a_whole_parameter_that_a_limit_puts_is_whole(risk, judgement):
    """That of the labels is ``r``, 0 or 1, so that ``rho`` is 1."""
    ranges = RANGES | {"r": "{ range = [0, 1], whole = true }"}
    design = isotropic_file("put", ranges, task="b", noise="sqrt(sigma^2 + r)")
    both = parse_design(f'{design}\n[limits.one]\nn = "oo"\nr = "rho"\n')
    _, result = trial_of(both, "one", checks=2, risk=risk)
    assert result["judgement"] == judgement, result["why"]
    assert result["verdict"] == {"right in the limit": "holds"}.get(judgement, judgement)


def test_a_trace_that_does_not_lead_has_values_too():
    """The difference holds tr(Sigma^-1) in a lower order of n."""
    many = parse_design(text("ahn-2023") + '[limits.many]\nn = "oo"\n')
    findings, result = trial_of(many, "many", checks=3, risk="<= tr(Sigma)")
    assert result["verdict"] == "holds", result["why"]
    rows = findings[0].data["table"]
    assert rows
    for row in rows:
        at = {name: float(value) for name, value in row["at"].items()}
        assert at["tr(Sigma)"] * at["tr(Sigma^-1)"] >= at["d"] ** 2
