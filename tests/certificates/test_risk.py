"""The checker's risk, by all pairings, beside one computed coordinate by coordinate."""

from fractions import Fraction
from random import Random

import flint
import pytest
import sympy

from theory.designs import predictors
from theory.designs.combinations import matrix, vector
from theory.designs.covariances import Defined, MatrixTerm, OuterProduct
from theory.designs.design import Design
from theory.language import gallery
from theory.language.files.reading import DesignFile
from theory.risks.coordinates import risk_along
from verify.certificates.challenge import challenge
from verify.certificates.checker import Algebra, Sum, along, grid, risk_of, term
from verify.instances import defined_instance, random_matrix


@pytest.fixture(autouse=True)
def a_process_of_its_own(monkeypatch):
    """As the checker has: what it may spend is for one pair of files."""
    monkeypatch.setattr(Sum, "work", 0)


A, B = matrix("A"), matrix("B")
q, b, c, e, f, m, v = map(vector, "qbcefmv")
OUTER = MatrixTerm(sympy.Integer(3), (OuterProduct("m", "m"),))
COVARIANCES = {"covariances": ("A", "B"), "prompt": (("q", "A"), ("b", "B"))}
DESIGNS = {
    # the query's vector in features and task, with signs, and matrices on either side
    "shared": Design(
        "shared", "", q - 2 * b, A @ q + e - b, b + q, example=(("e", "B"),), **COVARIANCES
    ),
    # the relative sign of two vectors shows, which no exchange of a vector for its opposite undoes
    "three": Design(
        "three", "", q + b + A @ c, b + c + e, c + q, prompt=(("q", "A"), ("b", "B"), ("c", "I")),
        example=(("e", "B"),), covariances=("A", "B"),
    ),
    "own task": Design(
        "own-task", "", A @ (B @ q), B @ (A @ e) + f, A @ b, query_task=b - A @ q,
        example=(("e", "A"), ("f", "I")), noise=2, label_scale=3, query_label_scale=-1,
        **COVARIANCES,
    ),
    **{name: gallery.shipped(name).design for name in ("rag-general", "task-aligned-general")},
    **{name: gallery.shipped(name).design for name in ("drifting", "heteroscedastic")},
    **{name: gallery.shipped(name).design for name in ("partly-retrieved", "guo-2025")},
    **{name: gallery.shipped(name).design for name in ("shown-labels", "errors-in-variables")},
    **{name: gallery.shipped(name).design for name in ("elliptical", "quadratic-target")},
    **{name: gallery.shipped(name).design for name in ("features-with-a-mean", "spiked-tasks")},
    **{name: gallery.shipped(name).design for name in ("tasks-in-a-subspace", "random-scale")},
    # two fixed vectors, in features, task and query, beside a function of a covariance
    "fixed": Design(
        "fixed", "", q + B @ m, e + v, b - m, query_task=b + 2 * v, example=(("e", "A"),),
        prompt=(("q", "A"), ("b", "B")), means=("m", "v"), covariances=("A",),
        defined=(Defined("B", (MatrixTerm(sympy.Integer(2), (("A", Fraction(1)),)), OUTER)),),
    ),
}  # fmt: skip


def rows(found):
    return [[str(v) for v in row] for row in found.tolist()]


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize(("n", "d"), [(1, 2), (2, 2), (3, 1)])
def test_risk_and_gradient_are_those_of_coordinates(name, n, d):
    """Covariances that do not commute, weights that are not symmetric."""
    design, random = DESIGNS[name], Random(d)
    at = defined_instance(design, n, d, random, 4)
    weight, direction = random_matrix(random, d, 5), random_matrix(random, d, 5)
    value, slope, _ = risk_along(predictors.pgd, {"W": weight}, {"W": direction}, at)
    one = grid(rows(flint.fmpq_mat([[r == c for c in range(d)] for r in range(d)])), d)
    matrices = {k: grid(rows(at.matrices[k]), d) for k in design.matrices}
    names = {k: term(Fraction(str(v))) for k, v in at.scalars.items()} | {"I": one} | matrices
    own, data = Algebra(names), challenge(DesignFile(design), [], [])["design"]
    own.one_sided |= {*design.means}
    for u in design.means:
        column = Sum(
            {((), ((k, ""),)): Fraction(str(v[0])) for k, v in enumerate(at.matrices[u].tolist())}
        )
        own.names |= {u: column, u + "'": own.transposed(column)}
    moved = [grid(rows(weight), d)], [grid(rows(direction), d)]
    found = along(
        risk_of(data, "1", own, [[(g,) for g in range(len(data["examples"]))]]), *moved, own
    )
    assert found[:2] == [term(Fraction(str(number))) for number in (value, slope)]
