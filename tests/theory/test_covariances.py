"""Covariances that are projections, or functions of others: in files, in words, at numbers."""

from fractions import Fraction
from itertools import product
from random import Random

import flint
import pytest
import sympy

from tests.theory.written_designs import write_design
from theory.algebra.polynomials import letter
from theory.algebra.traces import traces as closed
from theory.algebra.words import D, Factor, inverse, power_of, projection, symmetric, transpose
from theory.designs.defined_at import undefined
from theory.designs.instance import instance
from theory.designs.law_at_test import alone, with_law_at_test
from theory.designs.predictors import pgd
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.formulas.places import Unreadable
from theory.language.gallery import designs, shipped, text
from theory.optima.derivation import derive
from theory.optima.limiting import limit_of
from theory.records.derived import Derived
from theory.risks.coordinates import risk_at
from theory.scalars.symbols import d, n
from verify.instances import random_instance, random_matrix

r, sigma = sympy.symbols("r sigma")
SUBSPACE, ALIGNED = shipped("tasks-in-a-subspace"), shipped("aligned-prior")
SPIKE = shipped("spiked-tasks")
FILE = """\
[design]
name = "drawn"
[parameters]
gamma = [0, 1]
r = { range = [0, "d"], whole = true }
[means]
u = "fixed"
[covariances]
S = "psd"
P = { kind = "projection", rank = "r" }
B = "S^-1"
[gaussians.prompt]
q = "S"
b = "B"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "q/2 + e"
task = "b"
"""


def file(definition):
    """A design whose task has this covariance."""
    return parse_design(FILE.replace('"S^-1"', definition)).design


# in files


def test_what_is_known_of_a_covariance_is_read_and_written_back():
    design = file('"gamma*I + (1 - gamma)*S"')
    assert design.covariances == ("S", "P") and design.ranks == {"P": r}
    (one,) = design.defined
    assert one.name == "B" and not one.is_evident
    assert parse_design(write_design(design)).design == design
    assert shipped("aligned-prior").design.inverted == {"Sigma_x"}


@pytest.mark.parametrize(
    "definition",
    [
        *('"S^2"', '"S^(1/2)"', '"S^-1*S^(-1/2)"', '"S*P*S"', '"S*P + P*S + 2*I"', '"(S + P)^2"'),
        *('"(I + S)*(I + S)"', '"I - P"', '"I + outer(u, u)"', '"S - gamma*S/2"', '"(S^-1)\'"'),
        *('"outer(u, u)"', '"S*outer(u, u)*S"', '"P^2"', '"sqrt(S)"'),
    ],
)
def test_definitions_are_read_and_written_back(definition):
    design = file(definition)
    assert parse_design(write_design(design)).design == design


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ('"S*P"', "11:6: B is not symmetric, as a covariance is: it holds S*P and not"),
        (
            '"outer(u, S)"',
            "11:15: found something else in outer(...) in the covariance B; expected",
        ),
        ('"(I + S)^-1"', "11:6: found the power -1 of a sum or product in the covariance B"),
        ('"P^-1"', "11:6: found an inverse of the projection P in the covariance B; it has one"),
        ('"S/P"', "11:8: found a division by a matrix in the covariance B; expected a power"),
        ('"S + 1"', "11:10: found a scalar added to a matrix in the covariance B; expected a"),
        ('"gamma"', "11:6: found a scalar for the covariance B; expected a matrix, such as 2*I"),
        ('"S - S"', "11:6: found zero for the covariance B; expected a covariance"),
        ('"-2*S"', "11:6: found a negative matrix for the covariance B; expected a covariance"),
        ('"S/gamma"', "found the divisor gamma in the covariance B, which may be zero"),
        ('"sqrt(gamma)*S"', "found a root of a scalar in the covariance B; expected a rational"),
        ('"n*S"', "found 'n' in the covariance B, but the covariances of a design do not"),
        ('"B + S"', "found 'B' in the covariance B, but it is not defined above"),
        ('"tr(S)*S"', "found tr(...) in the covariance B; a trace may only stand in a claim"),
        ('"S^9"', "found more than 64 terms, or 8 covariances in one product, in the covariance"),
        ('"pd"', "found the text 'pd' for B; expected \"psd\", for a symmetric positive"),
        ('{ kind = "projected" }', "found the text 'projected' for kind; expected \"projection\""),
        ('{ kind = "psd", rank = "r" }', 'for kind; expected "projection"'),
        ('{ kind = "projection", rank = "gamma" }', "but it need not be whole, as gamma = {"),
        ('{ kind = "projection", rank = "3/2" }', "found 3/2 for the rank of B; expected a whole"),
        ('{ rank = "r" }', 'found no kind in [covariances.B]; expected kind = "psd" or "proj'),
        ("3", "found the number 3 for B; expected"),
    ],
)
def test_what_is_no_covariance_is_refused(definition, problem):
    with pytest.raises(Unreadable) as found:
        file(definition)
    assert str(found.value).startswith("design.toml:11:") and problem in str(found.value)


# in words


def test_projections_and_powers_meet():
    P, S = letter(projection("P", D, r)), symmetric("S", D)
    R, one = letter(power_of(S, Fraction(1, 2))), letter(S)
    assert (P @ P @ P).trace() == r and P @ P == P
    assert one == R @ R and letter(inverse(S)) @ R @ R @ R == R
    assert (R @ P @ R).trace() == (one @ P).trace()
    assert (R @ letter(inverse(S)) @ R).trace() == d
    assert letter(projection("Q", D)).trace() != r


def test_a_closed_word_has_one_form():
    """However it is rotated and transposed: traces are told apart by their words."""
    S, random = symmetric("S", D), Random(0)
    alphabet = [S, inverse(S), *(power_of(S, Fraction(k, 2)) for k in (1, -1))]
    alphabet += [symmetric("T", D), projection("P", D)]
    for _ in range(200):
        word = tuple(Factor(random.choice(alphabet), False) for _ in range(random.randint(1, 7)))
        turns = (w[k:] + w[:k] for w in (word, transpose(word)) for k in range(len(word)))
        assert len({tuple(closed(turn)) for turn in turns}) == 1, word


DEFINITIONS = [
    *('"S^-1"', '"S^(1/2)"', '"gamma*I + (1 - gamma)*S"', '"S*P*S + I"', '"I - P"', '"2*P"'),
    *('"I + gamma*outer(u, u)"', '"S*outer(u, u)*S + S^(-1/2)"', '"S"'),
]


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_risks_are_what_coordinates_give(definition):
    """In the task, in the features and as a factor."""
    design, random = file(definition), Random(1)
    rough = parse_design(
        FILE.replace('"S^-1"', definition).replace('e = "I"', 'e = "B"').replace("q/2", "P*q/2")
    ).design
    for one, (count, size) in product((design, rough), ((1, 1), (2, 2), (1, 3))):
        at = random_instance(one, count, size, random, 3)
        weight = random_matrix(random, size, 3)
        derived = derive(one, pgd).plain.risk_of(weight, at)
        assert derived == risk_at(pgd, {"W": weight}, at), at


# at numbers


def test_what_follows_is_computed():
    at = instance(ALIGNED.design, n=2, scalars={"sigma": 1}, covariances={"Sigma_x": [[2]]})
    assert at.matrices["Sigma_beta"] == flint.fmpq_mat([[flint.fmpq(1, 2)]])
    assert [*at.given] == ["Sigma_x"] and str(at).endswith("sigma = 1, Sigma_x = [[2]]")
    rooted = file('"S^(1/2)"')
    given = {"n": 2, "scalars": {"gamma": 1, "r": 1}, "means": {"u": [1]}}
    exact = instance(rooted, roots={"S": [[3]]}, **given)
    assert exact.exact and exact.matrices["B"] == flint.fmpq_mat([[3]])
    rough = instance(rooted, covariances={"S": [[2]]}, **given)
    assert not rough.exact and rough.matrices["B"][0, 0] == pytest.approx(2**0.5)


def test_a_projection_that_is_left_out_has_its_rank():
    at = instance(SUBSPACE.design, n=2, d=3, scalars={"sigma": 0, "r": 2})
    assert [at.matrices["P"][k, k] for k in range(3)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"p": [[4]], "r": 1}, "P must be a projection, P*P = P; got a matrix that is none"),
        ({"p": [[0.5, 0], [0, 1]], "r": 1}, "P must be a projection, P*P = P; got a matrix"),
        ({"p": [[1, 0], [0, 1]], "r": 1}, "P must be a projection of rank 1, got one of rank 2"),
        ({"d": 2, "r": 3}, "the projection P has rank r = 3; expected a whole number from 0 to d"),
        ({"d": 2, "r": Fraction(1, 2)}, "r must"),
    ],
)
def test_what_is_no_projection_is_refused(given, problem):
    with pytest.raises(InputError) as found:
        Derived.of(SUBSPACE).evaluate(n=2, sigma=1, **given)
    assert problem in str(found.value)


def test_what_follows_cannot_be_given_and_has_to_exist():
    with pytest.raises(InputError, match="sigma_beta is not given: it is computed, as Sigma_b"):
        Derived.of(ALIGNED).evaluate(n=2, sigma=1, sigma_beta=[[1]])
    with pytest.raises(InputError, match="Sigma_beta is not given: it is computed, as"):
        instance(ALIGNED.design, n=2, scalars={"sigma": 1}, covariances={"Sigma_beta": [[1]]})
    with pytest.raises(InputError, match="Sigma_x has no inverse, and the design takes it"):
        Derived.of(ALIGNED).evaluate(n=2, sigma=1, sigma_x=[[0]])
    given = {"n": 1, "scalars": {"gamma": 1, "r": 1}, "means": {"u": [1]}}
    at = instance(file('"I - S"'), covariances={"S": [[2]]}, **given)
    assert "negative eigenvalue" in (undefined(at) or "")


# optima


def test_a_task_in_a_subspace_is_learned_there():
    """As with r features, but for what is outside."""
    best, inside = derive(SUBSPACE.design, pgd), derive(designs.independent.isotropic(), pgd)
    assert sympy.expand(best.risk - inside.risk.subs(d, r)).equals(0)
    assert best.weight == sympy.MatMul(1 / (n + r + sigma**2 + 1), sympy.MatrixSymbol("P", d, d))
    (limit,) = SUBSPACE.limits
    rho, nu, s = sympy.symbols("rho nu s")
    found = limit_of(SUBSPACE.design, limit).risk.expression
    assert sympy.simplify(found / d - (rho + s - rho / (1 + nu * (rho + s)))) == 0


def test_a_prior_that_undoes_the_covariance_is_isotropic():
    given = {"n": 4, "sigma": 1, "sigma_x": [[2, 1], [1, 3]]}
    best = derive(ALIGNED.design, pgd)
    assert best.risk.equals(d + sigma**2 - n * d / (n + d + sigma**2 + 1))
    found = Derived.of(ALIGNED).evaluate(**given)
    plain = Derived.of(designs.independent).evaluate(n=4, d=2, sigma=1)
    assert found.risk == plain.risk
    again = Derived.of(designs.independent).evaluate(
        **given, sigma_beta=[[Fraction(3, 5), Fraction(-1, 5)], [Fraction(-1, 5), Fraction(2, 5)]]
    )
    assert (found.weight == again.weight).all()


def test_a_spike_is_a_covariance_as_any_other():
    u, theta = [1, 2], Fraction(1, 3)
    spiked = [[int(a == b) + theta * u[a] * u[b] for b in range(2)] for a in range(2)]
    found = Derived.of(SPIKE).evaluate(n=3, sigma=2, theta=theta, u=u)
    again = Derived.of(designs.independent).evaluate(n=3, d=2, sigma=2, sigma_beta=spiked)
    assert found.risk == again.risk and (found.weight == again.weight).all()


RETRIEVED = parse_design(
    text("tasks-in-a-subspace")
    .replace('sigma = [0, "oo"]', 'sigma = [0, "oo"]\nalpha = [0, 1]')
    .replace('features = "e"', 'features = "alpha*q + e"')
).design


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_the_span_of_two_projections_is_where_the_equation_is_solved(rank):
    """Also where one of them is zero, and the formula has no value."""
    plain, scalars = derive(RETRIEVED, pgd).plain, {"sigma": 1, "alpha": Fraction(1, 2), "r": rank}
    assert plain.span is not None and plain.span.basis == ("P", "-P")
    at = instance(RETRIEVED, n=2, d=3, scalars=scalars)
    found = plain.minimum(at)
    for k in range(9):
        step = flint.fmpq_mat([[int(k == 3 * a + b) for b in range(3)] for a in range(3)])
        ahead, behind = (plain.risk_of(found.weight + sign * step, at) for sign in (1, -1))
        assert ahead == behind >= found.risk
    assert plain.risk_of(found.weight, at) == found.risk


def test_a_vector_of_which_a_covariance_is_made_is_there_at_test():
    longer = with_law_at_test(SPIKE.design, n=7)
    assert longer.test is not None and alone(longer.test.design).means == ("u",)


TILTED = [[Fraction(k, 25) for k in row] for row in ((9, 12), (12, 16))]
"""A projection that is none in binary digits."""


def test_sample_weights_are_found_beside_a_tilted_projection():
    of_task = text("growing-noise").replace('b = "I"', 'b = "P"')
    projected = '[covariances]\nP = { kind = "projection" }\n[gaussians.prompt]'
    record = Derived.of(parse_design(of_task.replace("[gaussians.prompt]", projected)))
    tilted, straight = (record.evaluate(n=2, d=2, sigma=1, P=p) for p in (TILTED, [[1, 0], [0, 0]]))
    assert tilted.risk == straight.risk
    assert tilted.wpgd == pytest.approx(straight.wpgd)


@pytest.mark.parametrize("noise", [1, 1.0])
def test_a_weight_is_not_unique_where_what_stands_around_it_is_singular(noise):
    ones = [[1, 1], [1, 1]]
    found = Derived.of(designs.independent).evaluate(n=3, d=2, sigma=noise, Sigma_x=ones)
    assert found.weight is None and found.risk == pytest.approx(21 / 11)
    assert found.others.startswith("Sigma_x is singular")
