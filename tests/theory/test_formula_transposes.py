"""Transposes in formulas: how they bind, what they are printed as, and what they come to."""

import pytest
from sympy import MatrixSymbol

from tests.theory.claim_texts import risk_formula, weight_formula
from tests.theory.test_formula_values import AT, FRACTIONS
from theory.errors import InputError
from theory.language.formulas.combinations import combination
from theory.language.formulas.definitions import written_out
from theory.language.formulas.degrees import degrees
from theory.language.formulas.parser import SOMEWHERE, parse
from theory.language.formulas.printing import printed
from theory.language.formulas.scalars import scalar
from theory.language.formulas.scope import Meaning, Scope
from theory.language.formulas.size_bounds import size_bound
from theory.language.formulas.transposes import settled
from theory.language.formulas.tree import Power, Transpose
from theory.language.formulas.values import exact_or_ball
from theory.language.gallery import designs
from theory.scalars.symbols import d

S, B = (MatrixSymbol(name, d, d) for name in ("Sigma_x", "Sigma_beta"))


def test_it_binds_as_tightly_as_a_power():
    assert parse("A'") == Transpose(parse("A"), SOMEWHERE)
    assert parse("A*B'") == parse("A*(B')") != parse("(A*B)'")
    assert parse("A'^2") == Power(parse("A'"), 2, SOMEWHERE) == parse("(A')^2")
    assert parse("A^2'") == Transpose(parse("A^2"), SOMEWHERE)
    assert parse("-A'") == parse("-(A')") and parse("A''") == parse("A")


@pytest.mark.parametrize("text", ["A'", "(A*B)'*C", "A'^2", "(A + B')^3'", "(-A)'", "tr(A'*B)'"])
def test_it_is_printed_as_it_was_written(text):
    assert parse(printed(parse(text))) == parse(text)
    assert printed(parse(text)) == text or "^3'" in text


@pytest.mark.parametrize("text", ["A*'", "'", "A^(2')", "2^'"])
def test_what_is_no_transpose(text):
    with pytest.raises(InputError, match="found"):
        parse(text)


def test_a_product_is_reversed():
    found = weight_formula(parse("(n*Sigma_x*Sigma_beta^2 + Sigma_x')'"), designs.independent)
    assert (
        found.expression
        == weight_formula(parse("n*Sigma_beta^2*Sigma_x + Sigma_x"), designs.independent).expression
    )
    assert found.expression.has(S, B)
    turned = risk_formula(parse("tr((Sigma_x*Sigma_beta)'*Sigma_x)'"), designs.independent)
    assert (
        turned.expression
        == risk_formula(parse("tr(Sigma_beta*Sigma_x*Sigma_x)"), designs.independent).expression
    )


def test_values_are_transposed():
    product = parse("Sigma_x*Sigma_beta")
    plain, turned = FRACTIONS.of(product), exact_or_ball(Transpose(product, SOMEWHERE), AT)
    assert plain[0][1] != plain[1][0]
    assert [[plain[c][r] for c in (0, 1)] for r in (0, 1)] == [
        [int(v.p) if v.q == 1 else v for v in row] for row in turned.tolist()
    ]
    assert exact_or_ball(parse("n'"), AT) == 4


def test_a_claim_has_no_transposes_of_what_is_symmetric():
    """So that what reads claims, such as the checker of certificates, need not know them."""
    claim = weight_formula(parse("((n*Sigma_x*Sigma_beta)' + I')^-1"), designs.independent)
    assert printed(claim.tree) == "(Sigma_beta*Sigma_x*n + I)^-1"
    plain = parse("(Sigma_x*Sigma_beta)'*Sigma_x^2'")
    turned = settled(plain)
    assert exact_or_ball(plain, AT) == exact_or_ball(turned, AT)
    assert printed(settled(parse("(A*B')'*tr((A*B)')"), {"A"})) == "(B*A')*tr(B*A')"


def test_size_and_degree_are_those_of_what_is_transposed():
    assert size_bound(parse("((n + d)^2)'")) == size_bound(parse("(n + d)^2"))
    assert degrees(parse("(n^3*A)'"), lambda name: name == "n") == (3, 0)
    assert printed(written_out(parse("k'*k"), {"k": parse("A*B")})) == "(A*B)'*(A*B)"


def test_only_a_claim_has_transposes():
    with pytest.raises(InputError, match="found a transpose in noise"):
        scalar(parse("n'"), Scope("noise", {"n": Meaning.SCALAR}))
    names = {"A": Meaning.MATRIX, "q": Meaning.VECTOR}
    with pytest.raises(InputError, match="found a transpose in features"):
        combination(parse("A'*q"), Scope("features", names))
