"""The design files that ship: every one is read, and says what it is meant to say."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from sympy import Integer, oo, sqrt

from tests.theory.written_designs import write_design
from theory.catalogue.headings import SEED
from theory.designs.combinations import matrix, vectors
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.errors import UnknownName
from theory.language import gallery
from theory.language.files.reading import read_design
from theory.language.gallery import designs, shipped
from theory.language.gallery.regimes import proportional
from theory.records.derived import Derived
from theory.risks.claim import Claim
from theory.scalars.symbols import d, i, n
from theory.text.display import aligned

NAMES = gallery.names()
by_name = pytest.mark.parametrize("name", NAMES)
a, alpha, gamma, k, nu, rho, s, sigma = sympy.symbols("a alpha gamma k nu rho s sigma")
q, b, b1, b2, e = vectors("q b b1 b2 e")
UNIT, NOISE = Parameter("alpha", Integer(0), Integer(1)), Parameter("sigma", Integer(0), oo)


@by_name
def test_every_file_is_read_and_has_the_name_of_its_design(name):
    found = shipped(name)
    assert found.design.name == name and len(found.design.title) > 20
    assert gallery.text(name).startswith("# ") and found is shipped(name)


@by_name
def test_every_file_is_written_back(name, tmp_path):
    found = shipped(name)
    path = tmp_path / "copy.toml"
    path.write_text(write_design(found.design, found.limits, found.scale, found.steps))
    again = read_design(path)
    assert (again.design, again.limits, again.scale) == (found.design, found.limits, found.scale)
    assert again.steps == found.steps


def test_theorems_of_papers_are_files_about_designs_that_ship():
    ours = [name for name in gallery.theorems() if name.startswith(f"{SEED}/")]
    assert {"li-2024/theorem1", "li-2024/theorem3"} <= set(ours)
    for name in ours:
        found = shipped(name)
        assert found.design == designs.design(found.design.name)
        assert [claim.name for claim in found.claims] == [name.partition("/")[2]]
        assert found.words.title and found.words.says and found.words.assumptions


def test_names():
    assert list(NAMES) == sorted(set(NAMES)) and len(NAMES) > 20
    with pytest.raises(UnknownName, match="unknown design 'ragg'; did you mean rag"):
        shipped("ragg")
    for name in ("../rag", "rag.toml", "__init__", ""):
        with pytest.raises(UnknownName):
            gallery.text(name)


def test_designs_in_use_are_those_of_files_and_those_that_no_file_has():
    assert designs.rag_unit is shipped("rag-unit").design
    assert designs.isotropic is shipped("mahankali-2023").design
    assert {*designs.OWN}.isdisjoint(NAMES)
    for name in designs.OWN:
        assert designs.design(name).name == name
        assert getattr(designs, name.replace("-", "_")) is designs.design(name)
    with pytest.raises(AttributeError):
        getattr(designs, "ragg")  # noqa: B009


def isotropic(name, **others):
    """A design of standard normal vectors, with these entries beside those of most."""
    entries = {"query": q, "features": e, "task": b, "noise": sigma, "parameters": (NOISE,)}
    entries |= {"prompt": (("q", "I"), ("b", "I")), "example": (("e", "I"),), **others}
    return Design(name=name, title=shipped(name).design.title, **entries)


DRIFT = {
    "prompt": (("q", "I"), ("b1", "I"), ("b2", "I")),
    "task": (i / n) * b1 + (1 - i / n) * b2,
    "noise": Integer(0),
    "parameters": (),
}
SCALED = {"task": b, "features": alpha * b + e, "parameters": (UNIT, NOISE)}
BEYOND = k - i + Integer(1) / 2
STEP = 1 + BEYOND / sqrt(BEYOND**2)
WRITTEN = (
    isotropic("isotropic-noiseless", noise=Integer(0), parameters=()),
    isotropic("mahankali-2023"),
    isotropic("rag", features=alpha * q + sqrt(1 - alpha**2) * e, parameters=(UNIT, NOISE)),
    isotropic("rag-unit", features=alpha * q + e, parameters=(UNIT, NOISE)),
    isotropic(
        "task-aligned", query=alpha * b + q, label_scale=1 / sqrt(alpha**2 * d + 1), **SCALED
    ),
    isotropic("task-aligned-features", label_scale=1 / sqrt(alpha**2 * d + 1), **SCALED),
    isotropic(
        "task-aligned-normalised",
        query=alpha * b + q,
        label_scale=1 / sqrt(alpha**2 * (d + 2) + 1),
        **SCALED,
    ),
    isotropic("drifting", query_task=b1, **DRIFT),
    isotropic("drifting-away", query_task=b2, **DRIFT),
    isotropic("growing-noise", noise=i * sigma, query_noise=sigma),
    isotropic("heteroscedastic", noise=sigma * sqrt(i / n), query_noise=sigma),
    isotropic(
        "aligned-with-both",
        features=alpha * q + gamma * b + e,
        parameters=(UNIT, Parameter("gamma", Integer(0), Integer(1)), NOISE),
    ),
    isotropic(
        "decaying-retrieval",
        features=alpha * (1 - i / n) * q + sqrt(1 - alpha**2 * (1 - i / n) ** 2) * e,
        parameters=(UNIT, NOISE),
    ),
    isotropic(
        "noisy-retrieval",
        features=alpha * STEP / 2 * q + sqrt(1 - alpha**2 * STEP / 2) * e,
        parameters=(UNIT, Parameter("k", Integer(0), oo), NOISE),
    ),
    isotropic(
        "independent",
        prompt=(("q", "Sigma_x"), ("b", "Sigma_beta")),
        example=(("e", "Sigma_x"),),
        covariances=("Sigma_x", "Sigma_beta"),
    ),
    isotropic(
        "anisotropic-aligned",
        prompt=(("q", "Sigma"), ("b", "I")),
        example=(("e", "Sigma"),),
        covariances=("Sigma",),
        features=alpha * (matrix("Sigma") @ b) + e,
        parameters=(Parameter("alpha", Integer(0), oo), NOISE),
    ),
)


@pytest.mark.parametrize("design", WRITTEN, ids=lambda design: design.name)
def test_designs_by_hand(design):
    assert shipped(design.name).design == design


def test_the_regime_of_the_paper():
    expected = ((alpha, a / sqrt(d)), (n, d / nu), (sigma, sqrt(s * d)))
    assert dict(proportional.substitution) == dict(expected)
    assert shipped("rag").limit("proportional") is proportional
    for name in ("rag-unit", "task-aligned", "task-aligned-features", "task-aligned-normalised"):
        assert shipped(name).limit("proportional") == proportional


CLAIMING = [name for name in NAMES if shipped(name).claims]


def test_files_that_claim_name_their_source():
    assert CLAIMING == ["ahn-2023", "mahankali-2023"]
    assert all(claim.source for name in CLAIMING for claim in shipped(name).claims)


def test_what_claims_rest_on_can_be_set_in_lines():
    claims = [claim for name in gallery.theorems() for claim in shipped(name).claims]
    lines = [aligned([one]) for claim in claims for one in claim.definitions]
    assert any(r"&\ne 0" in line for line in lines)


@pytest.mark.parametrize("name", CLAIMING)
@pytest.mark.parametrize(
    ("size", "rows"), [(1, [[3]]), (3, [[2, 1], [1, 3]]), (4, [[1, 0], [0, 5]])]
)
def test_claims_of_other_papers_hold(name, size, rows):
    """In the papers' own convention, that is with their factor in front of the prediction."""
    file = shipped(name)
    record, (claim,) = Derived.of(file), file.claims
    scalars = {p.name: Fraction(2, 3) for p in file.design.parameters}
    covariances = dict.fromkeys(file.design.covariances, rows)
    at = record.instance(n=size, d=len(rows), **scalars, **covariances)
    found = record.optima_at(at)
    claimed = Claim(weight=claim.weight.expression, risk=Integer(0)).weight_at(at)
    isotropic = not isinstance(found.weight, np.ndarray)
    weight = found.weight * np.eye(len(rows), dtype=int) if isotropic else found.weight
    assert np.all(at.arithmetic.plain(claimed) == weight)
