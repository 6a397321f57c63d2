"""Numbers and covariances from the command line: right ones count exactly, wrong ones are told."""

import resource
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

import theory
from tests.verify.command_line import call, claimed, refused, shipped_file, strict_json
from theory.designs.descriptions import describe
from theory.errors import InputError
from theory.language.gallery import shipped
from verify.cli import Exit
from verify.cli.instances import LARGEST, instance_of

RAG, INDEPENDENT = shipped("rag").design, shipped("independent").design
GOOD = ["n=3", "d=2", "alpha=2/5", "sigma=0"]
OPTIONS = [part for number in GOOD for part in ("--set", number)]


def without(name, *more):
    """The good numbers, one of them left out, and others."""
    kept = [number for number in GOOD if not number.startswith(f"{name}=")]
    return [*kept, *more]


BAD_NUMBERS = [
    (["n"], "--set 'n': expected NAME=NUMBER"),
    (["n="], "--set 'n=': expected NAME=NUMBER"),
    (["=3"], "--set '=3': expected NAME=NUMBER"),
    ([""], "--set '': expected NAME=NUMBER"),
    (["alhpa=1"], "unknown name in --set 'alhpa'; did you mean alpha?"),
    (["x=1"], "unknown name in --set 'x'; known: alpha, d, n, sigma"),
    (["I=1"], "unknown name in --set 'I'; known: alpha, d, n, sigma"),
    (["N=1"], "unknown name in --set 'N'"),
    ([*GOOD, "n=3"], "--set n is given twice"),
    ([*GOOD, "alpha=0"], "--set alpha is given twice"),
    (without("n"), "n is missing"),
    (without("d"), "d is missing"),
    (without("alpha"), "alpha is missing"),
    (["d=3"], "n, alpha, sigma are missing: give n=..., alpha=..., sigma=..."),
    (["sigma=1"], "n, d, alpha are missing: give n=..., d=..., alpha=..."),
    (without("n", "n=0"), "--set n=0: expected a whole number from 1 to"),
    (without("n", "n=-1"), "--set n=-1: expected a whole number"),
    (without("n", "n=1/2"), "--set n=1/2: expected a whole number"),
    (without("n", "n=1.5"), "--set n=3/2: expected a whole number"),
    (without("d", "d=sqrt(2)"), "expected a whole number"),
    (without("d", f"d={LARGEST + 1}"), f"expected a whole number from 1 to {LARGEST}"),
    (without("alpha", "alpha=2"), "alpha must lie in [0, 1], got 2"),
    (without("alpha", "alpha=-0.1"), "alpha must lie in [0, 1], got -1/10"),
    (without("sigma", "sigma=-1"), "sigma must"),
    (without("alpha", "alpha=1/0"), "--set alpha:1:3: found a divisor that is zero"),
    (without("alpha", "alpha=sqrt(-1)"), "--set alpha:1:1: found a root of '-1'"),
    (without("alpha", "alpha=sigma"), "--set alpha:1:1: unknown name in the value of alpha"),
    (without("alpha", "alpha=d/3"), "--set alpha:1:1: unknown name in the value of alpha"),
    (without("alpha", "alpha=1e-3"), "numbers have no exponents"),
    (without("alpha", "alpha=oo"), "unknown name in the value of alpha 'oo'"),
    (without("alpha", "alpha=nan"), "unknown name in the value of alpha 'nan'"),
    (without("alpha", "alpha=0.5 0.5"), "--set alpha:1:5: found '0.5' after '0.5'"),
    (without("alpha", "alpha=1=1"), "--set alpha:1:2: found '='"),
    (without("alpha", "alpha=(1"), "expected an operator"),
    (without("alpha", "alpha=__import__('os')"), "--set alpha:1:1: found '_'"),
    (without("alpha", "alpha=9^9"), "alpha must lie in [0, 1]"),
    (without("alpha", "alpha=9^9^9"), "too large an exponent"),
    (without("n", "n=\u0663"), "--set n:1:1: found"),
    (without("alpha", "alpha=" + "(" * 30), "nested deeper"),
    (without("alpha", "alpha=" + "9" * 40), "--set alpha:1:1: found"),
]


def test_a_covariance_is_asked_for_in_place_of_the_size_where_there_are_some():
    with pytest.raises(InputError) as found:
        instance_of(INDEPENDENT, ["n=3"], ())
    assert str(found.value) == "d, sigma are missing: give d=..., sigma=..., or a covariance"


def test_a_covariance_is_no_number():
    with pytest.raises(InputError) as found:
        instance_of(INDEPENDENT, [*SIZES, "Sigma_x=2"], ())
    assert "Sigma_x is a covariance; give --matrix Sigma_x=FILE" in str(found.value)


@pytest.mark.parametrize(("numbers", "message"), BAD_NUMBERS)
@pytest.mark.usefixtures("read_once")
def test_a_wrong_number_is_told(numbers, message):
    with pytest.raises(InputError) as found:
        instance_of(RAG, numbers, ())
    assert message in str(found.value), str(found.value)
    options = [part for number in numbers for part in ("--set", number)]
    for command in (["derive"], ["claim", "--risk", "d"]):
        said = refused(*command, shipped_file("rag"), *options)
        assert said == str(found.value)


FILES = {
    "good": "2, 1/2\n1/2, 1\n",
    "large": "2, 0, 0\n0, 1, 0\n0, 0, 1\n",
    "askew": "1, 2\n3, 9\n",
    "negative": "1, 0\n0, -1\n",
    "indefinite": "1, 2\n2, 1\n",
    "wide": "1, 0, 0\n0, 1, 0\n",
    "ragged": "1, 0\n0\n",
    "empty": "",
    "blank": "\n \n",
    "words": "1, zero\nzero, 1\n",
    "formula": "1, 1+1\n1+1, 9\n",
    "holes": "1,\n,1\n",
    "nan": "nan, 0\n0, 1\n",
    "infinite": "inf, 0\n0, 1\n",
    "by zero": "1/0, 0\n0, 1\n",
    "hexadecimal": "0x1, 0\n0, 1\n",
    "huge exponent": "1e999, 0\n0, 1\n",
    "immense": "1e99, 1e200\n1e200, 1\n",
    "rounded": "0.333333,0.471405\n0.471405,0.666667\n",
    "decimal commas": "1,0; 0,5\n0,5; 1,0\n",
}
SIZES = ["n=3", "d=2", "sigma=1"]
BAD_MATRICES = [
    (SIZES, ["Sigma_x"], "--matrix 'Sigma_x': expected NAME=FILE or NAME=FAMILY"),
    (SIZES, ["Sigma_x="], "--matrix 'Sigma_x=': expected NAME=FILE or NAME=FAMILY"),
    (SIZES, ["=eye"], "expected NAME=FILE or NAME=FAMILY"),
    (SIZES, ["Sigma_y=eye"], "unknown covariance in --matrix 'Sigma_y'; did you mean Sigma_x"),
    (SIZES, ["sigma=eye"], "unknown covariance in --matrix 'sigma'"),
    (SIZES, ["Sigma_x=eye", "Sigma_x=eye"], "--matrix Sigma_x is given twice"),
    (SIZES, ["Sigma_x=no.csv"], "there is no file 'no.csv', and no such family"),
    (SIZES, ["Sigma_x=no.csv"], "families are eye, power:p, equicorrelated:c"),
    (SIZES, ["Sigma_x=[2 1; 1 3"], "--matrix Sigma_x=[2 1; 1 3: found no ']' at the end"),
    (SIZES, ["Sigma_x=identity"], "there is no file 'identity', and no such family"),
    (["n=3", "sigma=1"], ["Sigma_x=eye"], "Sigma_x=eye: a family needs the size d"),
    (["n=3", "sigma=1", "d=1/2"], ["Sigma_x=eye"], "--set d=1/2: expected a whole number"),
    (SIZES, ["Sigma_x=power"], "write 'power:p' for this family"),
    (SIZES, ["Sigma_x=eye:1"], "write 'eye' for this family"),
    (SIZES, ["Sigma_x=power:x"], "'x' in 'power:x' is no number"),
    (SIZES, ["Sigma_x=power:1/2"], "must be a whole number from -8 to 8"),
    (SIZES, ["Sigma_x=power:9"], "must be a whole number from -8 to 8"),
    (SIZES, ["Sigma_x=equicorrelated:2"], "the correlation must lie in [-1, 1] for d = 2, got 2"),
    (SIZES, ["Sigma_x=-1*eye"], "a covariance cannot be negative"),
    (SIZES, ["Sigma_x=x*eye"], "is no number"),
    (SIZES, ["Sigma_x=power:1e9"], "is no number"),
    (SIZES, ["Sigma_x={}"], "found no regular file"),
    (SIZES, ["Sigma_x={}/large"], "Sigma_x"),
    (["n=3", "sigma=1"], ["Sigma_x={}/large", "Sigma_beta={}/good"], "Sigma_beta"),
    (SIZES, ["Sigma_x={}/askew"], "not symmetric: the entry in row 1, column 2 is not that in"),
    (SIZES, ["Sigma_x={}/negative"], "negative eigenvalue, -1; --matrix NAME=nearest:FILE"),
    (SIZES, ["Sigma_x={}/rounded"], "negative eigenvalue, -5.63e-07; --matrix NAME=nearest:FILE"),
    (SIZES, ["Sigma_x=nearest:no.csv"], "there is no file 'no.csv', and no such family"),
    (SIZES, ["Sigma_x=nearest:eye"], "there is no file 'eye', and no such family"),
    (SIZES, ["Sigma_x=nearest:nearest:x"], "there is no file 'nearest:x', and no such family"),
    (SIZES, ["Sigma_x=nearest:"], "there is no file ''"),
    (SIZES, ["Sigma_x=nearest:{}/wide"], "found 2 rows of 3 numbers; expected a square"),
    (SIZES, ["Sigma_x=nearest:{}/immense"], "the matrix has entries beyond 1e+60"),
    (["n=3", "sigma=1", "d=3"], ["Sigma_x=nearest:{}/good"], "Sigma_x must be 3 x 3, got 2 x 2"),
    (SIZES, ["Sigma_x={}/indefinite"], "semi-definite"),
    (SIZES, ["Sigma_x={}/wide"], "found 2 rows of 3 numbers; expected a square"),
    (SIZES, ["Sigma_x={}/ragged"], "ragged:2:1: found 1 numbers; expected 2"),
    (SIZES, ["Sigma_x={}/empty"], "empty:1:1: found no numbers"),
    (SIZES, ["Sigma_x={}/blank"], "blank:1:1: found no numbers"),
    (SIZES, ["Sigma_x={}/words"], "words:1:4: found 'zero'; expected a number"),
    (SIZES, ["Sigma_x={}/formula"], "formula:1:4: found '1+1'; expected a number"),
    (SIZES, ["Sigma_x={}/holes"], "holes:1:3: found "),
    (SIZES, ["Sigma_x={}/nan"], "found 'nan'; expected a number"),
    (SIZES, ["Sigma_x={}/infinite"], "found 'inf'; expected a number"),
    (SIZES, ["Sigma_x={}/by zero"], "found '1/0'; expected a number"),
    (SIZES, ["Sigma_x={}/hexadecimal"], "found '0x1'; expected a number"),
    (SIZES, ["Sigma_x={}/huge exponent"], "found '1e999'; expected a number"),
    (SIZES, ["Sigma_x={}/decimal commas"], "decimal commas:1:1: found '1,0'; expected a number"),
    (SIZES, ["Sigma_x=/dev/zero"], "found no regular file"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """CSV files, good and bad."""
    made = tmp_path_factory.mktemp("matrices")
    for name, text in FILES.items():
        (made / name).write_text(text)
    return made


@pytest.mark.parametrize(("numbers", "matrices", "message"), BAD_MATRICES)
@pytest.mark.usefixtures("read_once")
def test_a_wrong_matrix_is_told(folder, numbers, matrices, message):
    matrices = [matrix.format(folder) for matrix in matrices]
    with pytest.raises(InputError) as found:
        instance_of(INDEPENDENT, numbers, matrices)
    assert message in str(found.value), str(found.value)
    options = [part for number in numbers for part in ("--set", number)]
    options += [part for matrix in matrices for part in ("--matrix", matrix)]
    for command in (["derive"], ["claim", "--risk", "d"]):
        said = refused(*command, shipped_file("independent"), *options)
        assert said == str(found.value)


def test_a_design_without_covariances_says_so():
    said = refused("derive", shipped_file("rag"), *OPTIONS, "--matrix", "Sigma=eye")
    assert "Sigma" in said and not said.endswith("known: ")


@pytest.mark.parametrize("value", ["a\x1b[2Jb", "a\nError: b", "a\x00b", "a\u202eb", "x" * 5000])
def test_what_is_echoed_is_printable_and_short(value):
    for numbers, matrices in (
        ([value], []),
        ([f"{value}=1"], []),
        ([f"n={value}"], []),
        (SIZES, [value]),
        (SIZES, [f"{value}=eye"]),
        (SIZES, [f"Sigma_x={value}"]),
        (SIZES, [f"Sigma_x=power:{value}"]),
    ):
        with pytest.raises(InputError) as found:
            instance_of(INDEPENDENT, numbers, matrices)
        assert str(found.value).isprintable() and len(str(found.value)) < 1000


def test_nothing_given_is_nothing():
    assert instance_of(RAG, (), ()) is None


def test_numbers_are_exact():
    at = instance_of(RAG, ["n = 4", " d=7-5", "alpha=0.1", "sigma=(1+1/2)^2"], ())
    assert at.exact and (at.n, at.d) == (4, 2)
    assert {k: str(v) for k, v in at.scalars.items()} == {
        "n": "4",
        "d": "2",
        "alpha": "1/10",
        "sigma": "9/4",
    }
    assert not instance_of(RAG, without("alpha", "alpha=sqrt(1/2)"), ()).exact


def test_matrices_are_exact_unless_their_decimals_are_long(folder):
    at = instance_of(INDEPENDENT, SIZES, [f"Sigma_x={folder}/good"])
    assert at.exact and str(at.matrices["Sigma_x"].tolist()) == "[[2, 1/2], [1/2, 1]]"
    assert at.matrices["Sigma_beta"] == at.arithmetic.identity(2)
    (folder / "long").write_text("1.0000000000000000001,0\n0,1/8")
    at = instance_of(INDEPENDENT, SIZES, [f"Sigma_x={folder}/long"])
    assert not at.exact and at.matrices["Sigma_x"][1, 1] == 1 / 8


def test_a_matrix_in_brackets(folder):
    """What a report shows, and what Python, NumPy, Julia and MATLAB do."""
    good = instance_of(INDEPENDENT, SIZES, [f"Sigma_x={folder}/good"])
    for text in ("[[2, 1/2], [1/2, 1]]", "[2 0.5; 0.5 1]"):
        assert instance_of(INDEPENDENT, SIZES, [f"Sigma_x={text}"]).matrices == good.matrices
    shown = describe(good)["Sigma_x"]
    assert instance_of(INDEPENDENT, SIZES, [f"Sigma_x={shown}"]).matrices == good.matrices


def test_python_takes_the_same_words(folder):
    """What ``--set`` and ``--matrix`` take, ``evaluate`` does, with the same errors."""
    record = theory.statement("theorem1")
    for matrix in ("power:1", "[2 1/2; 1/2 1]", f"{folder}/good"):
        at = instance_of(INDEPENDENT, ["n=3", "d=2", "sigma=2/5"], [f"Sigma_x={matrix}"])
        found = record.instance(n=3, d=2, sigma="2/5", sigma_x=matrix)
        assert found.exact and (found.scalars, found.matrices) == (at.scalars, at.matrices)
    assert record.instance(n=3, sigma=1, sigma_x=folder / "good").d == 2
    with pytest.warns(UserWarning, match="at distance 5.63e-07"):
        mended = record.instance(n=3, sigma=1, sigma_x=f"nearest:{folder}/rounded")
    assert np.linalg.matrix_rank(mended.matrices["Sigma_x"]) == 1
    for values, message in (
        ({"sigma": "1/0"}, "sigma:1:3: found a divisor that is zero"),
        ({"sigma": "x"}, "unknown name in the value of sigma 'x'"),
        ({"sigma_x": "no.csv"}, "sigma_x='no.csv': there is no file 'no.csv', and no such family"),
        ({"sigma_x": "eye", "d": None}, "sigma_x='eye': a family needs the size d"),
        ({"sigma_x": f"{folder}/decimal commas"}, "a decimal has a point, as in 0.5"),
    ):
        with pytest.raises(InputError) as refusal:
            record.instance(**{"n": 3, "d": 2, "sigma": 1, **values})
        assert message in str(refusal.value)


def test_a_rounded_matrix_is_mended_on_demand(folder, capsys):
    """And how far that is, is said."""
    at = instance_of(INDEPENDENT, SIZES, [f"Sigma_x=nearest:{folder}/rounded"])
    mended = at.arithmetic.plain(at.matrices["Sigma_x"])
    rounded = [[0.333333, 0.471405], [0.471405, 0.666667]]
    assert not at.exact and np.linalg.matrix_rank(mended) == 1
    assert np.linalg.norm(mended - rounded, 2) == pytest.approx(5.63e-7, rel=1e-2)
    assert capsys.readouterr().err == (
        f"--matrix Sigma_x=nearest:{folder}/rounded: the nearest symmetric positive semi-definite "
        "matrix, at distance 5.63e-07 (Frobenius norm) from that in the file\n"
    )


def test_a_covariance_is_its_own_nearest(folder, capsys):
    at = instance_of(INDEPENDENT, SIZES, [f"Sigma_x=nearest:{folder}/good"])
    plain = instance_of(INDEPENDENT, SIZES, [f"Sigma_x={folder}/good"])
    assert at.exact and at.matrices == plain.matrices
    assert "at distance 0 (Frobenius norm)" in capsys.readouterr().err


def test_derive_takes_the_nearest(folder):
    options = ["--set", "n=3", "--set", "sigma=1", "--level", "quick", "--quiet", "--json", "-"]
    path, matrix = shipped_file("independent"), f"Sigma_x=nearest:{folder}/rounded"
    code, out, err = call("derive", path, *options, "--matrix", matrix)
    assert code == Exit.HOLDS and err.count("at distance 5.63e-07") == 1
    v = np.sqrt([1 / 3, 2 / 3])
    expected = theory.statement("theorem1").evaluate(n=3, sigma=1, sigma_x=np.outer(v, v)).risk
    (result,) = strict_json(out)["results"]
    assert result["numbers"]["risk"] == pytest.approx(expected, rel=1e-6)


def test_a_file_gives_d_itself(folder):
    assert instance_of(INDEPENDENT, ["n=3", "sigma=1"], [f"Sigma_x={folder}/large"]).d == 3


def test_a_family_scaled():
    at = instance_of(INDEPENDENT, SIZES, ["Sigma_x=3/2*power:1", "Sigma_beta=equicorrelated:0.5"])
    assert str(at.matrices["Sigma_x"].tolist()) == "[[3/2, 0], [0, 3/4]]"
    assert str(at.matrices["Sigma_beta"].tolist()) == "[[1, 1/2], [1/2, 1]]"


def test_derive_evaluates_at_what_is_given(folder):
    options = ["--set", "n=3", "--set", "sigma=1/2", "--matrix", f"Sigma_x={folder}/good"]
    path = shipped_file("independent")
    code, out, _ = call("derive", path, "--level", "quick", "--json", "-", "--quiet", *options)
    assert code == Exit.HOLDS
    (result,) = strict_json(out)["results"]
    expected = theory.statement("theorem1").evaluate(
        n=3, sigma=Fraction(1, 2), sigma_x=[[2, Fraction(1, 2)], [Fraction(1, 2), 1]]
    )
    assert result["numbers"]["risk"] == result["numbers"]["att"] == str(expected.risk)
    assert result["numbers"]["weight"] == [[str(v) for v in row] for row in expected.weight]
    assert result["numbers"]["at"] == {"n": "3", "d": "2", "sigma": "1/2"}
    _, out, _ = call("derive", path, "--level", "quick", "--quiet", *options)
    assert out == "independent holds\n"


def test_derive_prints_the_numbers():
    _, out, _ = call("derive", shipped_file("rag"), "--level", "quick", *OPTIONS)
    expected = theory.statement("theorem2").evaluate(n=3, d=2, alpha=Fraction(2, 5), sigma=0)
    assert f"PGD, least risk: {expected.risk} = {float(expected.risk):.6g}" in out
    assert f"PGD, optimal weight: {expected.weight} I" in out
    assert "at n = 3, d = 2, alpha = 2/5, sigma = 0" in out


def test_claim_shows_the_error_at_what_is_given():
    wrong = "d + sigma^2 - n*d/(n + d + sigma^2)"
    _, (result,) = claimed(shipped_file("rag"), "--risk", wrong, *OPTIONS)
    first = result["errors"][0]
    expected = theory.statement("theorem2").evaluate(n=3, d=2, alpha=Fraction(2, 5), sigma=0).risk
    assert (first["exact"], first["claimed"]) == (str(expected), "4/5")
    assert first["at"] == {"n": "3", "d": "2", "alpha": "2/5", "sigma": "0"}
    assert first["relative_error"] == pytest.approx(float((Fraction(4, 5) - expected) / expected))


def test_claim_shows_the_error_at_given_covariances(folder):
    options = ["--set", "n=3", "--set", "sigma=0", "--matrix", f"Sigma_x={folder}/good"]
    path = shipped_file("independent")
    _, (result,) = claimed(path, "--risk", "tr(Sigma_x*Sigma_beta)", *options)
    (first,) = result["errors"]
    expected = theory.statement("theorem1").evaluate(
        n=3, sigma=0, sigma_x=[[2, Fraction(1, 2)], [Fraction(1, 2), 1]]
    )
    assert (first["exact"], first["claimed"]) == (str(expected.risk), "3")


SIGMA_X = [[2, Fraction(1, 2)], [Fraction(1, 2), 1]]
WEIGHT = "Sigma_x^-1/(n + 1)"
"""Right without noise, and the inverse of [[2, 1/2], [1/2, 1]] is [[4, -2], [-2, 8]]/7."""


def printed_at_the_numbers(name, *arguments):
    _, out, _ = call("claim", shipped_file(name), *arguments)
    (_, found) = out.split("at the numbers given, to which the judgement is not restricted\n")
    return [line.strip() for line in found.split("\n\n")[0].splitlines()]


def test_claim_shows_matrices_and_their_error(folder):
    options = ["--set", "n=3", "--set", "sigma=1", "--matrix", f"Sigma_x={folder}/good"]
    exact = theory.statement("theorem1").evaluate(n=3, sigma=1, sigma_x=SIGMA_X).weight
    _, (result,) = claimed(shipped_file("independent"), "--weight", WEIGHT, *options)
    (first,) = result["errors"]
    ours = [[Fraction(v, 28) for v in row] for row in ([4, -2], [-2, 8])]
    assert first["claimed"] == "[[1/7, -1/14], [-1/14, 2/7]]"
    assert first["exact"] == "[" + ", ".join(f"[{', '.join(map(str, r))}]" for r in exact) + "]"
    pairs = [(ours[r][c], exact[r][c]) for r in (0, 1) for c in (0, 1)]
    error = sum((a - b) ** 2 for a, b in pairs) / sum(b**2 for _, b in pairs)
    assert first["relative_error"] == pytest.approx(float(error) ** 0.5)
    assert first["at"] == {
        "n": "3",
        "d": "2",
        "sigma": "1",
        "Sigma_x": "[[2, 1/2], [1/2, 1]]",
        "Sigma_beta": "I",
    }


@pytest.mark.parametrize(
    ("sigma", "matrix"), [("sqrt(2)", "good"), ("1", "long"), ("1", "power:1"), ("sqrt(2)", "eye")]
)
def test_claim_shows_matrices_in_floating_point_too(folder, sigma, matrix):
    """Where something given is irrational or long, and where a claim holds a root."""
    (folder / "long").write_text("1.0000000000000000001,0.25\n0.25,1")
    given = matrix if matrix in ("power:1", "eye") else f"{folder}/{matrix}"
    options = ["--set", "n=3", "--set", "d=2", "--set", f"sigma={sigma}"]
    options += ["--matrix", f"Sigma_x={given}"]
    for formula in ("Sigma_x^-1/4", "Sigma_x^(-1/2)*I*Sigma_x^(-1/2)/4"):
        _, (result,) = claimed(shipped_file("independent"), "--weight", formula, *options)
        (first,) = result["errors"]
        rows = {
            "good": [[2, 0.5], [0.5, 1]],
            "long": [[1, 0.25], [0.25, 1]],
            "power:1": [[1, 0], [0, 0.5]],
            "eye": [[1, 0], [0, 1]],
        }[matrix]
        noise = 2**0.5 if "sqrt" in sigma else 1.0
        exact = theory.statement("theorem1").evaluate(n=3, sigma=noise, sigma_x=rows).weight
        error = np.linalg.norm(np.linalg.inv(rows) / 4 - exact) / np.linalg.norm(exact)
        assert first["relative_error"] == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize("name", ["growing-noise", "decaying-retrieval", "noisy-retrieval"])
def test_claim_shows_weights_where_the_design_depends_on_the_index(name):
    numbers = {"n": "3", "d": "2", "alpha": "3/5", "k": "1", "sigma": "1"}
    design = shipped(name).design
    known = {"n", "d", *(p.name for p in design.parameters)}
    options = [p for k, v in numbers.items() if k in known for p in ("--set", f"{k}={v}")]
    _, (result,) = claimed(shipped_file(name), "--weight", "1/(n + d)", *options)
    first = next(e for e in result["errors"] if e["limit"] is None)
    at = {k: Fraction(v) for k, v in numbers.items() if k in known}
    exact = theory.Derived.of(design).evaluate(**at | {"n": 3, "d": 2}).weight
    assert first["claimed"] == "1/5"
    assert first["relative_error"] == pytest.approx(float(Fraction(1, 5) / Fraction(exact) - 1))


def test_claim_says_what_it_put_for_covariances_that_are_left_out():
    found = printed_at_the_numbers(
        "independent", "--weight", "1/(n + d + sigma^2)", *NUMBERS[:4], "--set", "sigma=2"
    )
    assert found == [
        "n = 2, d = 2, sigma = 2, Sigma_x = I, Sigma_beta = I",
        "weight, claimed: 1/8",
        "weight, exact: 1/9",
        "weight, relative error: 12.5 %",
    ]


def test_claim_says_that_numbers_do_not_restrict_it():
    """Refuted, and right at the identity."""
    options = ["--weight", "n*Sigma/(n + d + 1)", "--set", "n=3", "--set", "d=2"]
    options += ["--matrix", "Sigma=eye"]
    code, (result,) = claimed(shipped_file("ahn-2023"), *options)
    assert code == Exit.REFUTED and result["errors"][0]["relative_error"] == 0
    found = printed_at_the_numbers("ahn-2023", *options)
    assert found[0] == "n = 3, d = 2, Sigma = I" and found[-1].endswith("error: 0 %")


def test_claim_shows_the_error_of_large_matrices_alone():
    options = ["--set", "n=3", "--set", "d=20", "--set", "sigma=1", "--matrix", "Sigma_x=power:1"]
    found = printed_at_the_numbers("independent", "--weight", WEIGHT, *options)
    place = "n = 3, d = 20, sigma = 1, Sigma_x = a 20 x 20 matrix, Sigma_beta = I"
    assert found[0] == place and len(found) == 2 and found[1].startswith("weight, relative error")


SINGULAR = ["--set", "n=2", "--set", "sigma=1", "--matrix", "Sigma_x=[[1, 0], [0, 0]]"]
NUMBERS = ["--set", "n=2", "--set", "d=2", "--set", "alpha=1/2", "--set", "sigma=2"]
BEYOND = ["--set", f"n={LARGEST}", "--set", f"d={LARGEST}", "--set", "alpha=0", "--set", "sigma=2"]


@pytest.mark.parametrize(
    ("quantity", "formula", "options"),
    [
        ("risk", "sqrt(1 - sigma)", NUMBERS),  # not real there
        ("risk", "1/(n - d)", NUMBERS),  # not finite there
        ("risk", "n^20*d^20", BEYOND),  # an error beyond floating point
        ("risk", "d^20*d^20*d^20", NUMBERS),  # at the points of the limit, too
        ("risk", "d/10^20*(1/10^20)^14", NUMBERS),
        ("weight", "1/(n + d)", BEYOND),
    ],
)
def test_an_error_that_no_float_can_hold_is_reported_all_the_same(quantity, formula, options):
    """However large the matrix is of which a weight is the factor."""
    code, (result,) = claimed(shipped_file("rag"), f"--{quantity}", formula, *options)
    assert code == Exit.REFUTED and result["errors"]
    for error in result["errors"]:
        assert error["relative_error"] is None or abs(error["relative_error"]) < float("inf")


@pytest.mark.parametrize(
    ("name", "claim", "options", "why"),
    [
        ("rag", ("--risk", "n/(n - d)"), NUMBERS, "no value there"),
        ("rag", ("--risk", "n*(n - d)/(n - d)"), NUMBERS, "no value there"),
        (
            "rag",
            ("--at", "W", "--risk", "tr(W)"),
            NUMBERS,
            "no value at numbers alone",
        ),
        ("isotropic-noiseless", ("--excess", "n - n"), ["--set", "n=2", "--set", "d=2"], None),
        ("covariate-shift", ("--weight", "Sigma_x^-1"), SINGULAR, "no value there"),
        (
            "features-at-test",
            ("--test-risk", "sigma^2"),
            SINGULAR,
            "more than one weight is",
        ),
    ],
)
def test_why_there_is_no_relative_error_is_said(name, claim, options, why):
    (line,) = (
        one for one in printed_at_the_numbers(name, *claim, *options) if "relative error" in one
    )
    assert ("undefined: " in line) == bool(why) and (why or "-100 %") in line


def test_a_family_too_large_to_make_is_refused():
    """Before it is made: a matrix of that size does not fit into any memory."""

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))

    options = ["--set", "n=2", "--set", "sigma=1", "--set", "d=1000000"]
    command = ["derive", shipped_file("independent"), *options, "--matrix", "Sigma_x=power:1"]
    done = subprocess.run(
        [sys.executable, "-m", "verify", *command],
        capture_output=True,
        text=True,
        preexec_fn=limited,
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == Exit.USAGE, done.stderr[-300:]
    assert done.stdout == "" and "1000000" in done.stderr
