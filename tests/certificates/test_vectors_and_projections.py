"""Fixed vectors, projections and functions of covariances, changed a little by hand."""

import pytest

from tests.certificates.checking import (
    ACCEPTED,
    REJECTED,
    data,
    here,
    of_challenge,
)
from tests.certificates.test_second_checker import second

SPIKE, SUBSPACE, INVERSE = "ahn-2023.spike", "takanami-2026.subspace", "ahn-2023.inverse-covariance"
LIMIT, LONG, ROOT = "ahn-2023.average", "zhang-2024-ltb.on-long-prompts", "design random-scale"
SHORTER = "zhang-2024.shorter-at-test"


def both(folder, challenge, certificate):
    """What both checkers say, of files made one of another."""
    pair = of_challenge(challenge, certificate)
    return here(folder, *pair)[0], second(*pair)


def covariance(formula):
    """The same design with this covariance."""
    return lambda c: c["design"]["covariances"].update(
        dict.fromkeys(c["design"]["covariances"], formula)
    )


def another(formula, name="Another"):
    """One more covariance, beside one that may be any."""
    return lambda c: c["design"]["covariances"].update({"Any": None, name: formula})


def design(**parts):
    return lambda c: c["design"].update(parts)


def query(part, value):
    return lambda c: c["design"]["query"].update({part: value})


def where(formula):
    return lambda c: c["where"].append(formula)


def put(**names):
    return lambda c: c["assertions"][-1]["limit"]["put"].update(names)


def trace(key, value):
    return put(**{key: value})


def told_of_twice(challenge):
    """What is told of a trace, told of that of twice the matrix."""
    put = challenge["assertions"][-1]["limit"]["put"]
    put["tr(2*S)"] = put.pop("tr(S)")


def claim(formula):
    return lambda c: c["assertions"][-1].update(formula=formula)


def vectors(change):
    """The spike with a vector that is called otherwise."""
    return lambda c: c["design"]["fixed"].append(change)


CHANGES = {
    # covariances that are none
    "not definite": (SPIKE, another("I - t*outer(u, u)")),
    "negative": (SPIKE, another("-I")),
    "not symmetric": (SPIKE, another("Any*outer(u, u)")),
    "of unknown sign": (SPIKE, another("Any*u*u' + u*u'*Any")),
    "of itself": (SPIKE, another("Another")),
    "of another formula": (SPIKE, another("Sigma")),
    "a column in a law": (SPIKE, covariance("u")),
    "another spike": (SPIKE, covariance("I + 2*t*outer(u, u)")),
    "a row before a column": (SPIKE, covariance("I + t*dot(u, u)")),
    "an example's place": (SPIKE, covariance("I + i*outer(u, u)")),
    "a weight": (SPIKE, covariance("W")),
    # words that do not fit
    "a column": (SPIKE, where("u")),
    "a row": (SPIKE, where("u'")),
    "two columns": (SPIKE, where("u*u")),
    "a column and a matrix": (SPIKE, where("u + I")),
    "a column and a column": (SPIKE, where("u + u")),
    "a trace of a column": (SPIKE, where("tr(u)")),
    "an inverse of a column": (SPIKE, where("1/u")),
    "an outer product with a row": (SPIKE, where("outer(u, u')")),
    "an inner product of one": (SPIKE, where("dot(u)")),
    "a transpose of a scalar": (SPIKE, where("t'")),
    "two transposes": (SPIKE, where("u''")),
    "a condition that is zero": (SPIKE, where("dot(u, u) - tr(u*u')")),
    "a quantity in a condition": (SPIKE, where("risk")),
    # names
    "a vector that is a word": (SPIKE, vectors("dot")),
    "a vector that is a quantity": (SPIKE, vectors("test_risk")),
    "a vector that is a parameter": (SPIKE, vectors("t")),
    "a vector that is drawn": (SPIKE, vectors("b")),
    "a vector that is a covariance": (SPIKE, vectors("Sigma")),
    "a vector with a prime": (SPIKE, vectors("w'")),
    "no vector": (SPIKE, design(fixed=[])),
    "vectors by name": (SPIKE, design(fixed={"u": None})),
    "covariances as a list": (SUBSPACE, design(covariances=["P"])),
    "a fixed covariance of a vector": (SPIKE, lambda c: c["design"]["prompt"].update(b="u")),
    "a fixed query": (SPIKE, query("features", [["1", ["Sigma"], "u"]])),
    "a row as features": (SPIKE, query("features", [["1", [], "u'"]])),
    "a vector as a coefficient": (SPIKE, query("features", [["u", [], "q"]])),
    "a vector that multiplies": (SPIKE, query("features", [["1", ["u"], "q"]])),
    "its norm as a coefficient": (SPIKE, query("features", [["dot(u, u)", [], "q"]])),
    # projections
    "another rank": (SUBSPACE, design(projections={"P": "2*r"})),
    "a rank that is a matrix": (SUBSPACE, design(projections={"P": "P"})),
    "an unknown rank": (SUBSPACE, design(projections={"P": "zz"})),
    "no rank": (SUBSPACE, design(projections={"P": None})),
    "no projection": (SUBSPACE, design(projections={})),
    "an unknown projection": (SUBSPACE, design(projections={"P": "r", "Q": None})),
    "a projection with a formula": (
        SUBSPACE,
        design(covariances={"P": None, "Q": "P"}, projections={"P": "r", "Q": "r"}),
    ),
    # covariances with inverses
    "not the inverse": (INVERSE, lambda c: c["design"]["covariances"].update(B="S^-2")),
    "its own inverse": (INVERSE, lambda c: c["design"]["covariances"].update(B="S")),
    "nothing that has an inverse": (INVERSE, lambda c: c["where"].clear()),
    "a trace of an inverse": (INVERSE, query("noise", "tr(B) - tr(B)")),
    "an inverse in a condition": (INVERSE, where("B")),
    # roots of random scalars
    "no root": (ROOT, lambda c: c["design"]["query"]["features"][0].__setitem__(0, "v")),
    "a root of a square": (ROOT, query("features", [["sqrt(v^2)", [], "q"]])),
    "a root that is divided by": (ROOT, query("features", [["v/sqrt(v)", [], "q"]])),
    "another moment": (ROOT, lambda c: c["design"]["scalars"]["prompt"]["v"].__setitem__(1, "3")),
    # traces in a limit
    "another trace": (LIMIT, trace("tr(S^2)", "d*t_1")),
    "twice a trace": (LIMIT, trace("tr(S*S)", "d*t_2")),
    "a trace of twice": (LIMIT, trace("tr(2*S)", "2*d*t_1")),
    "a trace of twice in its place": (LIMIT, told_of_twice),
    "a square of a trace": (LIMIT, trace("tr(S)^2", "d")),
    "a trace of nothing": (LIMIT, trace("tr(S^0)", "d")),
    "a trace of an unknown matrix": (LIMIT, trace("tr(T)", "d")),
    "a trace that is none": (LIMIT, trace("tr(S", "d")),
    "a matrix": (LIMIT, trace("S", "d")),
    "a negative trace": (LIMIT, trace("tr(S)", "-d*t_1")),
    "a trace that depends on d": (LIMIT, claim("tr(S^4)")),
    "an inner product that depends on d": (
        LONG,
        lambda c: c["assertions"][-1]["limit"].update(grows="d"),
    ),
    "a size beside inner products": (LONG, put(d="k")),
    # quantities in bounds
    "more than the quantity": (SHORTER, claim("risk + 1")),
    "a weight in a bound": (SHORTER, claim("weight")),
    "a quantity in an equation": (
        SHORTER,
        lambda c: c["assertions"][-1].update(formula="risk", relation="=", verdict="exact"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_certificate_is_of_this_design(tmp_path, name):
    of, change = CHANGES[name]
    challenge, certificate = data(of)
    assert both(tmp_path, challenge, certificate) == (ACCEPTED, ACCEPTED)
    change(challenge)
    assert not {ACCEPTED} & {*both(tmp_path, challenge, certificate)}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (SPIKE, where("dot(u, u)")),
        (SPIKE, where("u'*u")),
        (SPIKE, where("outer(u, 2*u)")),
        (SPIKE, another("Any*outer(u, u)*Any")),
        (SPIKE, another("dot(u, u)*I + Any*tr(Any)")),
        (SPIKE, query("noise", "u'*Sigma*u - dot(Sigma*u, u)")),
        (SUBSPACE, design(projections={"P": "r + 0"})),
        (SUBSPACE, query("noise", "sigma + r - tr(P^3)")),
        (LIMIT, claim("tr(S) + d*(s - 2*t_2 + t_3 + (t_1 + s)*t_2/a)")),
        (SHORTER, claim("risk - test_risk + test_risk")),
    ],
)
def test_what_means_the_same_is_accepted(tmp_path, name, change):
    challenge, certificate = data(name)
    change(challenge)
    assert both(tmp_path, challenge, certificate) == (ACCEPTED, ACCEPTED)


@pytest.mark.parametrize(
    ("name", "part", "found"),
    [
        (SUBSPACE, "roots", ["P"]),
        (SPIKE, "roots", ["Sigma"]),
        (SPIKE, "roots", ["u"]),
        (SPIKE, "inverses", ["u"]),
        (SPIKE, "inverses", ["outer(u, u)"]),
        (SPIKE, "inverses", ["I - outer(u, u)"]),
        (INVERSE, "inverses", []),
        (INVERSE, "inverses", ["I + B", "S"]),
    ],
)
def test_letters_are_of_what_has_them(tmp_path, name, part, found):
    challenge, certificate = data(name)
    assert both(tmp_path, challenge, {**certificate, part: found}) == (REJECTED, REJECTED)


@pytest.mark.parametrize(
    ("coefficient", "formula", "code"),
    [
        ("v", "3*dot(b, b)", ACCEPTED),
        ("v + sqrt(v)*sqrt(v)", "12*dot(b, b)", ACCEPTED),
        # of a scalar that may be negative this is no multiple of it
        ("v + sqrt(v^2)", "12*dot(b, b)", REJECTED),
        ("v + sqrt(v^2)", "0", REJECTED),
        ("sqrt(v)", "dot(b, b)", REJECTED),
    ],
)
def test_roots_of_random_scalars_drop_out(tmp_path, coefficient, formula, code):
    """The risk of the weight zero, of a label without noise."""
    challenge, certificate = data("gozeten-2025.rank-one")
    query, assertion = challenge["design"]["query"], challenge["assertions"][0]
    query["noise"], query["label"][0][0] = "0", coefficient
    challenge["design"]["scalars"]["prompt"]["v"] = ["1", "3"]
    assertion.update(at="0", formula=formula)
    assert both(tmp_path, challenge, certificate) == (code, code)


POINT = {"a": "0", "c": "0", "sigma": "1", "n": "1", "d": "2"}
TWO = [["1", "0"], ["0", "1"]]


def at_a_point(
    formula, claimed, exact="3", weight="a*I", numbers=(), given=None, relation="=", **parts
):
    """The risk of the weight zero of a fixed task is refuted; ``given`` are factors."""
    challenge, certificate = data("gozeten-2025.rank-one")
    numbers = POINT | dict(numbers)
    challenge["design"].update(parts)
    challenge["assertions"][0].update(
        at=weight, formula=formula, verdict="refuted", relation=relation
    )
    step = {"numbers": numbers, "vectors": {"b": ["1"] * int(numbers["d"])}, "factors": given or {}}
    step |= {"roots": {}, "inverses": [], "weight": None, "claimed": claimed, "exact": exact}
    return challenge, {**certificate, "steps": [step]}


ONE = {"exact": "2", "numbers": {"d": "1"}}
ANY = {"covariances": {"S": None}}


@pytest.mark.parametrize(
    ("formula", "claimed", "others", "code"),
    [
        ("5*dot(b, b)", "10", {}, ACCEPTED),
        ("tr(b*b')", "2", {}, ACCEPTED),
        ("tr(dot(b, b))", "4", {}, ACCEPTED),
        ("5/dot(b, b)", "5", ONE, ACCEPTED),
        ("5*dot(b, b)", "11", {}, REJECTED),
        # a column of one number is no number
        ("5*b", "5", ONE, REJECTED),
        ("5*b^-1", "5", ONE, REJECTED),
        ("5*sqrt(b)", "5", ONE, REJECTED),
        ("b*b", "1", ONE, REJECTED),
        ("tr(b + I) + 3", "5", ONE, REJECTED),
        # covariances have the values of their formulas
        ("5*tr(S)", "15", {**ANY, "given": {"S": [TWO, ["1", "2"]]}}, ACCEPTED),
        (
            "5*tr(S)",
            "15",
            {
                "covariances": {"S": None, "T": "2*S"},
                "given": {"S": [TWO, ["1", "2"]], "T": [TWO, ["2", "5"]]},
            },
            REJECTED,
        ),
        (
            "5*tr(S)",
            "15",
            {"covariances": {"S": None, "T": "2*S"}, "given": {"S": [TWO, ["1", "2"]]}},
            REJECTED,
        ),
        # and projections their ranks
        (
            "5*tr(S)",
            "5",
            {**ANY, "projections": {"S": "1"}, "given": {"S": [TWO, ["1", "0"]]}},
            ACCEPTED,
        ),
        (
            "5*tr(S)",
            "5",
            {**ANY, "projections": {"S": "2"}, "given": {"S": [TWO, ["1", "0"]]}},
            REJECTED,
        ),
        (
            "5*tr(S)",
            "5",
            {**ANY, "projections": {"S": None}, "given": {"S": [TWO, ["1/2", "1/2"]]}},
            REJECTED,
        ),
        # conditions hold
        ("5", "5", {"conditions": ["2 - dot(b, b)"]}, ACCEPTED),
        ("5", "5", {"conditions": ["1 - dot(b, b)"]}, REJECTED),
        # quantities in bounds only
        ("risk - 1", "2", {"relation": "<="}, ACCEPTED),
        ("risk", "3", {"relation": "<="}, REJECTED),
        ("excess", "2", {"relation": "<="}, ACCEPTED),
        ("risk - 1", "2", {}, REJECTED),
    ],
)
def test_a_place_has_vectors_covariances_and_projections(tmp_path, formula, claimed, others, code):
    assert both(tmp_path, *at_a_point(formula, claimed, **others)) == (code, code)


@pytest.mark.parametrize("vectors", [{}, {"b": ["1"]}, {"b": ["1", "1"], "u": ["1", "1"]}])
def test_a_place_has_all_vectors(tmp_path, vectors):
    challenge, certificate = at_a_point("5", "5")
    assert both(tmp_path, challenge, certificate) == (ACCEPTED, ACCEPTED)
    certificate["steps"][0]["vectors"] = vectors
    assert both(tmp_path, challenge, certificate) == (REJECTED, REJECTED)
