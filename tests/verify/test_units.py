"""A verdict does not depend on the units that features, task and labels are measured in."""

import pytest

from theory.language.files.reading import parse_design
from theory.records.derived import Derived
from verify.checks import sampling, training
from verify.outcome.verdict import Verdict
from verify.quantities.optimum.derived import DerivedOptimum
from verify.settings import Level, Settings

ISOTROPIC = """
[design]
name = "in-units"

[parameters]
sigma = [0, "oo"]

[gaussians.prompt]
q = "I"
b = "I"
c = "I"

[gaussians.example]
e = "I"

[prompt]
query = "{x}*q"
features = "{x}*e"
task = "{b}*b"
label_scale = "{c}"
noise = "{x}*{b}*{c}*sigma"
"""


@pytest.mark.parametrize(
    ("x", "b", "c"),
    [
        ("1000", "1/1000", "1/1000"),  # labels of 1/1000
        ("1/1000", "1000", "1000"),  # labels of 1000
    ],
)
def test_models_reach_the_optimum_in_any_unit(x, b, c):
    subject = DerivedOptimum(Derived.of(parse_design(ISOTROPIC.format(x=x, b=b, c=c)).design))
    finding = training.examine(subject, Settings(Level.STANDARD))
    assert finding.verdict is Verdict.HOLDS and finding.examined == 12
    assert max(max(run["excess"]) for run in finding.data["runs"]) < 1e-3


@pytest.mark.parametrize("x", ["1000", "1/1000"])
def test_the_step_from_a_weight_of_zero_has_the_size_of_the_labels(x):
    """The slope is seen: neither lost in the spread of the step, nor too small to matter."""
    text = ISOTROPIC.format(x=x, b=1, c=1) + 'query_task = "c"\n'
    subject = DerivedOptimum(Derived.of(parse_design(text).design))
    finding = sampling.examine(subject, Settings(Level.STANDARD))
    assert finding.verdict is Verdict.HOLDS
    for row in finding.data["cases"]:
        assert 1e-4 < row["error"] / row["scale"] < 5e-3
