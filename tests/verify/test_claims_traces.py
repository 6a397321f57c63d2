"""Claims with one covariance in a limit: in its traces, or at each eigenvalue."""

import pytest
import sympy

from tests.theory.written_designs import write_design
from tests.verify.command_line import trial_of
from theory.algebra.invariants import traced
from theory.algebra.spectral import EIGENVALUE
from theory.errors import InputError
from theory.language import gallery
from theory.language.files.reading import parse_design
from theory.text.latex import latex
from theory.text.pretty import line
from verify.judge.from_text import claim_of
from verify.judge.judge import judge
from verify.judge.places import readable
from verify.judge.question import questions
from verify.judge.traces import Named, in_limit
from verify.settings import Settings

FILE = gallery.shipped("ahn-2023/many-examples")
TEXT = gallery.text("ahn-2023/many-examples")
AVERAGE = "d*(t_1 + s - 2*t_2 + t_3 + (t_1 + s)*t_2/a)"
EXCESS = "(d*sigma^2 + (d + 1)*tr(S))/n"
NEXT = "(tr(S) + 2*d*(tr(S) + sigma^2) + (tr(S) + sigma^2)^2*tr(S^-1))"
"""By hand: with M = tr S + sigma^2, each eigenvalue l adds (l + M)/(n + 1 + M/l), which is
(l + M)/n - (l + M)^2/(l n^2) + (l + M)^3/(l^2 n^3) - ..."""
THIRD = (
    "(tr(S) + 3*d*(tr(S) + sigma^2) + 3*(tr(S) + sigma^2)^2*tr(S^-1)"
    " + (tr(S) + sigma^2)^3*tr(S^-2))"
)
BEST = "n*tr(S^2)/((n + 1)*tr(S^3) + (tr(S) + sigma^2)*tr(S^2))"
"""The c at which the risk at c I is lowest."""
AT_BEST = "d*(t_1 + s - a*t_2^2/(a*t_3 + (t_1 + s)*t_2))"
BRIEF = Settings(shrink=False)


def judged(limit, file=FILE, **said):
    (found,) = judge(file, claim_of(file, limit=limit, **said), BRIEF).answers
    return found.judgement.value, found.why


@pytest.mark.parametrize(
    ("limit", "said", "judgement"),
    [
        ("proportional", {"at": "1", "risk": AVERAGE}, "right in the limit"),
        ("proportional", {"at": "1", "risk": AVERAGE.replace("2*t_2", "t_2")}, "refuted"),
        ("proportional", {"at": "1", "risk": AVERAGE.replace("t_3", "t_2")}, "refuted"),
        ("proportional", {"at": "2", "risk": AVERAGE}, "refuted"),
        ("proportional", {"at": "S", "risk": "d*(t_1 + s - 2*t_3 + t_5 + (t_1 + s)*t_4/a)"},
         "right in the limit"),
        ("proportional", {"at": "S", "risk": AVERAGE}, "refuted"),
        ("proportional", {"at": BEST, "risk": AT_BEST}, "right in the limit"),
        ("proportional", {"at": BEST, "risk": AT_BEST.replace("(t_1 + s)*", "t_1*")}, "refuted"),
        ("many-examples", {"weight": "S^-1"}, "right in the limit"),
        ("many-examples", {"weight": "2*S^-1"}, "refuted"),
        ("many-examples", {"weight": "S"}, "refuted"),
        ("many-examples", {"weight": "S^-1 - (S^-1 + (tr(S) + sigma^2)*S^-2)/n"},
         "right in the limit"),
        ("many-examples", {"weight": "S^-1 - (tr(S) + sigma^2)*S^-2/n"}, "refuted"),
        ("many-examples", {"excess": EXCESS}, "right in the limit"),
        ("many-examples", {"excess": EXCESS.replace("(d + 1)", "d")}, "refuted"),
        ("many-examples", {"excess": f"{EXCESS} - {NEXT}/n^2"}, "right in the limit"),
        ("many-examples", {"excess": f"{EXCESS} - {NEXT}/n^2 + {THIRD}/n^3"}, "right in the limit"),
        ("many-examples", {"excess": f"{EXCESS} - {NEXT.replace('2*', '3*')}/n^2"}, "refuted"),
        ("many-examples", {"risk": f"sigma^2 + {EXCESS}"}, "right in the limit"),
        ("many-examples", {"risk": f"sigma^2 + 2*{EXCESS}"}, "refuted"),
        ("many-examples", {"risk": "<= tr(S) + sigma^2"}, "right in the limit"),
        ("many-examples", {"excess": f"< 2*{EXCESS}"}, "right in the limit"),
        ("many-examples", {"excess": "< d*(tr(S) + sigma^2)/n"}, "refuted"),
    ],
)  # fmt: skip
def test_right_claims_and_slips(limit, said, judgement):
    assert judged(limit, **said)[0] == judgement


@pytest.mark.parametrize(
    ("limit", "said", "why"),
    [
        ("proportional", {"risk": "d*t_1"}, "no formula in finitely many traces of powers of S"),
        ("proportional", {"at": "S^4", "risk": "d"}, "what becomes of tr(S^10), tr(S^11) is not"),
        ("proportional", {"weight": "S^-1"}, "eigenvalues may grow or vanish with d"),
        ("proportional", {"at": "1", "risk": "<= d*t_1"}, "of the first two powers only"),
        ("many-examples", {"risk": "tr((S + sigma^2*I)^-1)"}, "what becomes of them is not said"),
    ],
)
def test_what_is_not_decided_says_why(limit, said, why):
    judgement, told = judged(limit, **said)
    assert judgement == "undecided" and why in told


def test_the_formula_in_traces_has_the_values_of_real_covariances():
    """Beside matrices: the polynomial itself, and the expansion far out."""
    for limit, said, near in (
        ("proportional", {"at": "1", "risk": "d"}, 0),
        ("many-examples", {"excess": EXCESS}, 1e-9),
        ("many-examples", {"weight": "S^-1"}, None),
    ):
        claim = claim_of(FILE, limit=limit, **said)
        (plain,) = questions(FILE, claim)
        found, _ = in_limit(plain, claim.limit)
        if near is None:
            assert found.exact.has(sympy.Symbol("lambda"))
            continue
        at = next(at for at in readable(FILE.design) if at.d == 2 and at.scalars["sigma"] != 0)
        at = at.with_examples(10**6)
        given = sympy.Matrix(2, 2, [sympy.Rational(str(v)) for v in at.matrices["S"].entries()])
        values = {sympy.Symbol(k): sympy.Rational(str(v)) for k, v in at.scalars.items()}
        values |= {sympy.Symbol("n"): 10**6, sympy.Symbol("d"): 2}
        values |= {
            s: (given ** traced(s.name)[1]).trace()
            for s in found.exact.free_symbols
            if traced(s.name)
        }
        exact, derived = sympy.Rational(str(plain.exact_at(at))), found.exact.xreplace(values)
        assert abs(derived / exact - 1) <= near


def test_every_check_sees_it():
    found, entry = trial_of(FILE, "proportional", at="1", risk=AVERAGE, checks=3)
    assert [one.verdict.value for one in found] == ["holds"] * 3
    assert r"t_{2} - t_{1}^{2} \ge 0" in entry["why"]["risk"]


def test_limits_with_traces_are_written_as_they_are_read():
    again = parse_design(write_design(FILE.design, FILE.limits, scale=FILE.scale))
    assert again.limits == FILE.limits
    alone = TEXT.replace('"tr(S^k)" = "d*t_k"', '"tr(S)" = "d*t_1"\n"tr(S^2)" = "d*t_2"')
    (_, regime) = parse_design(alone.partition("[claims")[0]).limits
    assert latex(regime.substitution[-1][0]) == r"\operatorname{tr}\left(S^{2}\right)"
    assert line(regime.substitution[-1][0]) == "tr(S²)"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('"tr(S)" = "d*t"\n"tr(S^2)" = "d*t^2/2"', "traces in .* that no covariance has"),
        ('"tr(S)" = "t"\n"tr(S^2)" = "2*t^2"', "traces in .* that no covariance has"),
        ('"tr(S)" = "-d"', r"no covariance has; expected tr\(S\) >= 0"),
        ('"tr(S)" = "d*t_1"\nk = "2"', "unknown key"),
        ('"tr(T)" = "d"', "unknown key"),
        ('"tr(S^9)" = "d"', "unknown key"),
        ('"tr(S^2)" = "d*tr(S)"', "found tr"),
        ('"tr(S^k)" = "d*S_k"\n"tr(S)" = "oo"', "found 'oo'"),
    ],
)
def test_traces_that_clash_are_refused_with_their_place(given, said):
    wrong = TEXT.partition("[claims")[0].replace('"tr(S^k)" = "d*t_k"', given)
    with pytest.raises(InputError, match=said) as error:
        parse_design(wrong, "mine.toml")
    assert str(error.value).startswith("mine.toml:")


def test_where_d_is_fixed_so_are_the_traces():
    wrong = TEXT.replace('n = "oo"', 'n = "oo"\n"tr(S)" = "2"')
    with pytest.raises(InputError, match="unknown key"):
        parse_design(wrong)


@pytest.mark.parametrize("task", ["I + S", "S^-1", "2*I"])
def test_tasks_with_a_covariance_made_of_it(task):
    """The weight tends to the inverse whatever the task."""
    given = TEXT.replace('S = "psd"', f'S = "psd"\nB = "{task}"').replace('b = "I"', 'b = "B"')
    file = parse_design(given.partition("[claims")[0])
    assert judged("many-examples", file, weight="S^-1")[0] == "right in the limit"
    assert judged("many-examples", file, weight="S^-1*B")[0] == "refuted"


@pytest.mark.parametrize(("of_root", "power"), [(False, 2), (True, 4)])
def test_traces_of_powers_have_the_names_of_the_covariance(of_root, power):
    """Where eigenvalues are those of its root, too: ``tr (S^{1/2})^4 = tr S^2``."""
    found = Named(covariance="S", of_root=of_root).of(EIGENVALUE**power)
    assert found == sympy.Symbol("tr(S^2)")


ISOTROPIC_QUERY = """
[design]
name = "isotropic-query"
[parameters]
sigma = [0, "oo"]
alpha = [0, 1]
gamma = { range = [0, 1], where = "alpha^2 + gamma^2 <= 1" }
[covariances]
S = "psd"
[gaussians.prompt]
q = "I"
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
sigma = "sqrt(s*d)"
"tr(S^k)" = "d*t_k"
"""
HERE = "1 + s - 2*t_1 + t_2 + nu*t_1*(t_1 + s)"
"""The risk of the weight I/n, divided by d."""


@pytest.mark.parametrize(
    ("bound", "judgement"),
    [
        (">= d*(1 + s - 2*t_1 + t_1^2)", "right in the limit"),
        (">= d*(1 + s - 2*t_1 + 2*t_1^2)", "refuted"),
        (f"<= d*({HERE} + 1 - alpha^2 - gamma^2)", "right in the limit"),
        (f"<= d*({HERE} + 1 - alpha^2 - 2*gamma^2)", "refuted"),
    ],
)
def test_bounds_may_need_what_traces_and_parameters_satisfy(bound, judgement):
    file = parse_design(ISOTROPIC_QUERY, "isotropic-query.toml")
    assert judged("proportional", file, at="1/n", risk=bound)[0] == judgement
