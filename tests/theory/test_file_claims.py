"""The claims of a design file, and every error with its place."""

from fractions import Fraction

import flint
import pytest
import sympy

from tests.theory.claim_texts import risk_claim, weight_claim
from tests.theory.test_files_designs import PROMISED
from theory.designs.instance import instance
from theory.language.files import bounds
from theory.language.files.reading import parse_design
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Unreadable
from theory.language.gallery import designs
from theory.language.gallery import text as text_of
from theory.risks.claim import Claim

HEAD = """\
[design]
name = "plain"
[parameters]
sigma = [0, "oo"]
[covariances]
S = "psd"
[gaussians.prompt]
q = "S"
b = "I"
[gaussians.example]
e = "S"
[prompt]
query = "q"
features = "e"
task = "b"
noise = "sigma"
[limits.proportional]
n = "d/nu"
"""
LINE = HEAD.count("\n") + 1
CLAIMS = """\
[claims.exact]
source = "A paper, Theorem 1"
risk = "tr(S) + sigma^2"
weight = "((n + 1)*S + (tr(S) + sigma^2)*I)^-1"
[claims.rough-one]
weight = "I/n"
limit = "proportional"
[claims.number]
risk = 2
"""


def claimed(lines):
    """What a file with these lines at its end claims."""
    return parse_design(HEAD + lines).claims


def test_claims_are_read_in_their_order():
    found = parse_design(HEAD + CLAIMS)
    design, (exact, rough, number) = found.design, found.claims
    assert [one.name for one in found.claims] == ["exact", "rough-one", "number"]
    assert exact.source == "A paper, Theorem 1" and rough.source == number.source == ""
    assert exact.risk.expression == risk_claim("tr(S) + sigma^2", design)
    assert exact.weight.expression == weight_claim("((n + 1)*S + (tr(S) + sigma^2)*I)^-1", design)
    assert exact.weight.tree == parse("((n + 1)*S + (tr(S) + sigma^2)*I)^-1")
    assert exact.limit is None and rough.limit is found.limit("proportional")
    assert rough.risk is None and rough.weight.expression == 1 / sympy.Symbol("n")
    assert number.weight is None and number.risk.expression == 2


def test_files_without_claims_claim_nothing():
    assert parse_design(HEAD).claims == () == claimed("[claims]\n")


def test_a_claim_has_the_value_that_is_written():
    (found, *_) = claimed(CLAIMS)
    design = parse_design(HEAD).design
    at = instance(
        design, n=3, scalars={"sigma": Fraction(1, 2)}, covariances={"S": [[2, 1], [1, 1]]}
    )
    claim = Claim(weight=found.weight.expression, risk=found.risk.expression)
    inverse = 4 * at.matrices["S"] + flint.fmpq(13, 4) * at.arithmetic.identity(2)
    assert claim.risk_at(at) == flint.fmpq(13, 4)
    assert claim.weight_at(at) * inverse == at.arithmetic.identity(2)


def test_claims_may_come_before_the_design_and_dotted():
    text = 'claims.a.risk = "d"\nclaims.a.limit = "proportional"\n' + HEAD
    ((found),) = parse_design(text).claims
    assert (found.name, found.limit.name) == ("a", "proportional")


@pytest.mark.parametrize(
    "where",
    [
        'where = { kappa = "d + 1", T = "S*S + kappa*I" }',
        'where = {kappa="d + 1",T="S*S + kappa*I"}  # named',
        'where.kappa = "d + 1"\nwhere.T = "S*S + kappa*I"',
        '[claims.x.where]\nkappa = "d + 1"\nT = "S*S + kappa*I"',
    ],
)
def test_names_stand_for_parts_of_a_claim(where):
    (found,) = claimed(f'[claims.x]\nrisk = "kappa^2*tr(T)"\nweight = "T^-1/kappa"\n{where}\n')
    assert found.risk.tree == parse("(d + 1)^2*tr(S*S + (d + 1)*I)")
    assert found.weight.tree == parse("(S*S + (d + 1)*I)^-1/(d + 1)")
    plain = claimed('[claims.x]\nrisk = "(d + 1)^2*tr(S*S + (d + 1)*I)"\n')[0]
    assert found.risk.expression == plain.risk.expression
    T = sympy.MatrixSymbol("T", sympy.Symbol("d"), sympy.Symbol("d"))
    assert found.risk.shown == sympy.Symbol("kappa") ** 2 * sympy.Trace(T)
    assert tuple(f.latex for f in found.definitions) == (r"\kappa = d + 1", r"T = S^{2} + \kappa I")


def test_many_names_do_not_make_a_formula_large_before_it_is_measured():
    names = ", ".join(
        f'x{k} = "(x{k - 1} + x{k - 1})/2"' if k else 'x0 = "sigma"' for k in range(16)
    )
    with pytest.raises(Unreadable, match="too large"):
        claimed(f'[claims.x]\nrisk = "x15"\nwhere = {{ {names} }}\n')


ERRORS = [
    ("[claims.x]\n", 0, 1, "found no risk in [claims.x]; expected risk = a formula in quotes, or"),
    ('[claims.x]\nsource = "y"\n', 0, 1, "found no risk in [claims.x]"),
    ('[claims.x]\nrisc = "1"', 1, 1, "unknown key in [claims.x] 'risc'; did you mean risk or"),
    ('[claims.x]\nrisk = "sigm"', 1, 9, "unknown name in the risk 'sigm'; did you mean sigma?"),
    ('[claims.x]\nrisk  =  "1 + sigm"', 1, 15, "unknown name in the risk 'sigm'"),
    ('[claims.x]\nrisk = "S"', 1, 9, "found a matrix for the risk; expected a scalar"),
    ('[claims.x]\nrisk = "b"', 1, 9, "found 'b' in the risk, but a claim is about no single draw"),
    ('[claims.x]\nrisk = "i"', 1, 9, "found 'i' in the risk, but a claim is about the whole pro"),
    ('[claims.x]\nrisk = "nu"', 1, 9, "found 'nu' in the risk, but it is a constant of the limit "),
    ('[claims.x]\nrisk = "1/0"', 1, 11, "found a divisor that is zero for all values"),
    ('[claims.x]\nrisk = "1 +"', 1, 12, "found the end of the formula; expected a number"),
    ('[claims.x]\nrisk = ""', 1, 9, "found the end of the formula; expected a number"),
    ("[claims.x]\nrisk = true", 1, 8, "found true for risk; expected a formula in quotes"),
    ("[claims.x]\nrisk = []", 1, 8, "found a list for risk; expected a formula in quotes"),
    ('[claims.x]\nweight = "S + 1"', 1, 15, "found a scalar and a matrix added in the weight"),
    ('[claims.x]\nweight = "1/S"', 1, 13, "found a division by a matrix in the weight"),
    ('[claims.x]\nweight = "sqrt(S + I)"', 1, 11, "found a root of a matrix in the weight"),
    ('[claims.x]\nweight = "T"', 1, 11, "unknown name in the weight 'T'"),
    (
        '[claims.x]\nrisk = "d"\nlimit = "porportional"',
        2,
        10,
        "unknown limit 'porportional'; did you mean proportional?",
    ),
    ('[claims.x]\nrisk = "d"\nlimit = 3', 2, 9, "found the number 3 for limit; expected the name"),
    ('[claims.x]\nrisk = "d"\nsource = 3', 2, 10, "found the number 3 for source; expected a sour"),
    ('[claims.x]\nrisk = "d"\nsource = ""', 2, 10, "found 0 characters for source; expected 1 to"),
    ('[claims.x]\nrisk = "d"\nsource = "\\u001b"', 2, 10, "found '\\x1b' in source; expected"),
    (
        '[claims.x]\nrisk = "d"\nsource = "' + "y" * (bounds.TITLE + 1) + '"',
        2,
        10,
        "found 201 characters for source",
    ),
    ('[claims."a b"]\nrisk = "d"', 0, 1, "found 'a b' as the name of a claim; expected ASCII"),
    (f'[claims.{"x" * 33}]\nrisk = "d"', 0, 1, "as the name of a claim; expected at most 32 char"),
    ("[claims]\nx = 3", 1, 1, "found the number 3 for x; expected a section [claims.x]"),
    ('[claims]\nrisk = "d"', 1, 1, "found the text 'd' for risk; expected a section [claims.risk]"),
    (
        "".join(f"[claims.c{k}]\nrisk = {k}\n" for k in range(bounds.COUNT + 1)),
        2 * bounds.COUNT,
        1,
        f"found 17 names in [claims]; expected at most {bounds.COUNT}",
    ),
    ('[claims.x]\nrisk = "d"\n[claims.x]', 2, 1, "found the section 'claims.x' twice"),
    ('[claims.x.risk]\na = "d"', 0, 1, "found a section for risk; expected a formula in quotes"),
    *(
        (f'[claims.x]\nrisk = "k*d"\nwhere = {{ {names} }}', 2, 10 + column, problem)
        for names, column, problem in (
            ('k = "k + 1"', 6, "found 'k' in its own definition; expected a formula without it"),
            ('k = "m", m = "d"', 6, "found 'm' in the definition of 'k', which is defined later"),
            (
                'k = "m", m = "k"',
                6,
                "found 'm' in the definition of 'k', which is defined by it in",
            ),
            (
                'k = "m", m = "x", x = "2*k"',
                6,
                "found 'm' in the definition of 'k', which is defined by it in turn",
            ),
            ('k = "sigm"', 6, "unknown name in the definition of k 'sigm'; did you mean sigma?"),
            ('k = "b"', 6, "found 'b' in the definition of k, but a claim is about no single draw"),
            ('k = "nu"', 6, "found 'nu' in the definition of k, but it is a constant of the limit"),
            ('k = "1/0"', 8, "found a divisor that is zero for all values"),
            ('k = "d", m = "n"', 10, "found 'm', which no formula uses; expected one that does"),
            ('k = "d", k = "n"', 10, "found the key 'claims.x.where.k' twice"),
            ('k = "d", sigma = "n"', 10, "found 'sigma' as the name of an abbreviation, but the d"),
            ('k = "d", S = "n"', 10, "found 'S' as the name of an abbreviation, but the design"),
            ('k = "d", nu = "n"', 10, "found 'nu' as the name of an abbreviation, but the design"),
            ('k = "d", q = "n"', 10, "found 'q' as the name of an abbreviation, but the design"),
            (
                'k = "d", n = "1"',
                10,
                "found 'n' as the name of an abbreviation, but it is reserved",
            ),
            (
                'k = "d", W = "1"',
                10,
                "found 'W' as the name of an abbreviation, but it is reserved",
            ),
            ('k = "d", oo = "1"', 10, "found 'oo' as the name of an abbreviation, but it is"),
            ('k = "d", pi = "1"', 10, "found 'pi' as the name of an abbreviation, but it reads as"),
            ('k = "d", _k = "1"', 10, "found '_k' as the name of an abbreviation; expected ASCII"),
            ("k = true", 5, "found true for k; expected a formula in quotes"),
        )
    ),
    ('[claims.x]\nrisk = "d"\nwhere = "k"', 2, 1, "found the text 'k' for where; expected a sec"),
    (
        '[claims.x]\nrisk = "j*d"\nwhere = { k = "d" }',
        1,
        9,
        "unknown name in the risk 'j'; known: I, S, d, k",
    ),
    ('[claims.x]\nomega = "i - i"', 1, 10, "found zero for the sample weights; expected another"),
    ('[claims.x]\nrisk = "k*d"\nwhere = { k = "S" }', 1, 9, "found a matrix for the risk; ex"),
    ('[claims.x]\nrisk = "1/k"\nwhere = { k = "d - d" }', 2, 16, "found a divisor that is zero"),
]


@pytest.mark.parametrize(("lines", "line", "column", "problem"), ERRORS)
def test_every_error_has_its_place(lines, line, column, problem):
    with pytest.raises(Unreadable) as found:
        claimed(lines)
    message = str(found.value)
    assert problem in message and message.isprintable(), message
    assert message.startswith(f"design.toml:{LINE + line}:{column}: "), message


@pytest.mark.parametrize("name", ["n", "risk", "sqrt", "Sigma_x", "theorem-1", "W"])
def test_names_of_claims_are_free(name):
    ((found),) = claimed(f'[claims.{name}]\nrisk = "d"')
    assert found.name == name


def test_claims_do_not_change_the_design():
    assert parse_design(HEAD + CLAIMS).design == parse_design(HEAD).design
    assert parse_design(PROMISED).claims == ()
    assert parse_design(PROMISED + '[claims.x]\nrisk = "d"').design.name == designs.rag.name


STATED = '''
[statement]
title = "A title"
says = """
Two lines
of words, $x$."""
assumptions = ["one", """
two
lines"""]
provenance = "reconstructed"
'''


def test_a_file_says_in_words_what_it_states():
    from theory.records.theorem import Theorem
    from theory.text.provenance import Provenance

    plain = parse_design(text_of("mahankali-2023"))
    assert Theorem.of_claim(plain, plain.claims[0]).provenance is Provenance.CLAIMED
    file = parse_design(text_of("mahankali-2023") + STATED)
    record = Theorem.of_claim(file, file.claims[0])
    assert (record.title, record.says) == ("A title", "Two lines of words, $x$.")
    assert record.assumptions == ("one", "two lines")
    assert record.provenance is Provenance.RECONSTRUCTED


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"A title"', "3", "found the number 3 for title"),
        ('"reconstructed"', '"reconstucted"', "unknown provenance 'reconstucted'; did you mean"),
        ('["one"', '[["one"]', "found a list for assumptions; expected a list of sentences"),
        ('["one"', "[1", "found a list for assumptions; expected a list of sentences"),
        ("of words", "\\u0007 of words", "found '\\x07' in says"),
        ("Two lines", "x" * 2001, "characters for says; expected 1 to 2000"),
        ("title =", "titel =", "unknown key in [statement] 'titel'; did you mean title"),
    ],
)
def test_words_in_error_are_told_with_their_place(before, after, message):

    assert before in STATED
    with pytest.raises(Unreadable) as told:
        parse_design(text_of("mahankali-2023") + STATED.replace(before, after), "it.toml")
    assert str(told.value).startswith("it.toml:") and message in str(told.value)
