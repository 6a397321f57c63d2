"""Limits in which the number of examples grows at a fixed d: n = "oo"."""

import pytest
import sympy

from tests.theory.written_designs import write_design
from tests.verify.command_line import trial_of
from theory.errors import InputError, Underivable
from theory.language import gallery
from theory.language.files.reading import parse_design
from theory.limits.leading import Regime
from theory.optima.limiting import limit_of
from theory.records.derived import Derived
from theory.records.pasted import leading
from theory.scalars.symbols import d, n

MANY = '\n[limits.many]\nn = "oo"\n'
FALLING = '\n[limits.falling]\nn = "oo"\nsigma = "s*sqrt(n)"\n'


def with_limits(name, *more):
    return parse_design(gallery.text(name) + MANY + "".join(more), f"{name}.toml")


@pytest.mark.parametrize("name", ["rag", "task-aligned", "mahankali-2023", "heteroscedastic"])
def test_leading_terms_are_limits_of_the_optimum(name):
    """Beside SymPy's own limit of the risk and of n times the weight."""
    file = with_limits(name)
    record = Derived.of(file)
    (regime,) = (r for r in file.limits if r.name == "many")
    found = limit_of(file.design, regime)
    values = {p.symbol: sympy.Rational(2, 5) for p in file.design.parameters} | {d: 3}
    for exact, term in ((record.weight, found.weight), (record.risk, found.risk)):
        share = (exact / term.expression).subs(values)
        assert sympy.limit(sympy.cancel(share), n, sympy.oo) == 1
        assert not term.coefficient.has(n)


def test_what_is_printed_holds_as_a_claim_and_a_slip_does_not():
    file = with_limits("mahankali-2023", FALLING)
    for limit in ("many", "falling"):
        for quantity, formula in leading(Derived.of(file))[limit].items():
            _, entry = trial_of(file, limit=limit, checks=2, **{quantity: formula})
            assert (entry["judgement"], entry["verdict"]) == ("right in the limit", "holds")
            wrong = {quantity: f"({formula})*(d + 1)/d"}
            found, entry = trial_of(file, limit=limit, checks=2, **wrong)
            assert [one.verdict.value for one in found] == ["refuted"] * 2


def test_all_checks_in_such_a_limit():
    found, entry = trial_of(with_limits("mahankali-2023"), "many", excess="d*(d + 1 + sigma^2)/n")
    assert [one.verdict.value for one in found] == ["holds"] * 4
    assert all(found[-1].data["mutants"].values())
    assert entry["rate"]["regime"] == r"n \to \infty"
    assert entry["parts"]["excess"]["rate"]["relative_error"] == r"\frac{d + \sigma^{2} + 1}{n}"
    (row, *_) = next(f.data["table"] for f in found if f.data.get("table"))
    assert row["at"] == {"n": "20", "d": "3", "sigma": "0.6667"}


def test_a_claim_made_without_a_limit_is_right_in_one():
    _, entry = trial_of(with_limits("mahankali-2023"), weight="1/(n + 1)", checks=1)
    assert entry["judgement"] == "right in the limit"


@pytest.mark.parametrize(("limit", "weight"), [(None, "1/(n + 1)"), ("many", "2/n")])
def test_the_table_is_of_the_limit_that_is_claimed_or_else_of_one_in_which_it_is_right(
    limit, weight
):
    """Also where the claim is wrong in the limit that it names."""
    file = with_limits("mahankali-2023")
    found, _ = trial_of(file, limit=limit, weight=weight, checks=1)
    rows = found[0].data["table"]
    assert rows and {row["at"]["d"] for row in rows} == {"3"}


def test_it_is_written_as_it_is_read():
    file = with_limits("rag", FALLING)
    again = parse_design(write_design(file.design, file.limits), "again.toml")
    assert again.limits == file.limits


def test_what_leaves_its_range_is_not_taken():
    file = with_limits("rag", '\n[limits.out]\nn = "oo"\nalpha = "n"\n')
    with pytest.raises(Underivable, match="alpha = n leaves its range as n grows"):
        limit_of(file.design, file.limits[-1])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('alpha = "oo"', "found 'oo' in the limit x"),
        ('n = "-oo"', "found 'oo' in the limit x"),
        ('n = "oo"\nsigma = "oo*s"', "found 'oo' in the limit x"),
        ('n = "2*oo"', "found 'oo' in the limit x"),
        ("n = inf", "found 'inf' in the limit x"),
    ],
)
def test_infinity_stands_alone(text, problem):
    with pytest.raises(InputError, match=rf"x.toml:\d+:\d+: .*{problem}"):
        parse_design(f"{gallery.text('rag')}\n[limits.x]\n{text}\n", "x.toml")


def test_a_regime_knows_what_grows():
    regime = Regime("many", (), grows=n)
    assert regime.leading(d - n * d / (n + d + 1)).expression == d * (d + 1) / n
