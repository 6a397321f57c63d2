"""Slips that people make in the paper's theorems: every exact witness refutes every one."""

from dataclasses import replace

import pytest

from tests.verify.changed_claims import changed, right
from verify.checks import derivation, interpolation, properties
from verify.outcome.verdict import Verdict
from verify.settings import Level, Settings

QUICK = Settings(Level.QUICK, shrink=False)
EXACT = (derivation, interpolation, properties)

WEIGHT1 = "Sigma_x^(-1/2)*((n + 1)*I + M*Sigma^-1)^-1*Sigma_x^(-1/2)"
RISK1 = "M - n*tr(Sigma*((n + 1)*I + M*Sigma^-1)^-1)"
WEIGHT2, RISK2 = (
    "1/(kappa*n + d + sigma^2)",
    "d + sigma^2 - kappa*n*d/(kappa*n + d + sigma^2)",
)


def replaced(text, old, new):
    assert old in text
    return text.replace(old, new)


def everywhere(old, new):
    return {
        "weight": replaced(WEIGHT1, old, new),
        "risk": replaced(RISK1, old, new),
    }


THEOREM1 = {
    "n + 1 -> n": everywhere("(n + 1)", "n"),
    "n + 1 -> n + 2": everywhere("(n + 1)", "(n + 2)"),
    "sigma^2 -> sigma": {"M": "tr(Sigma) + sigma"},
    "M without the noise": {"M": "tr(Sigma)"},
    "M without the trace": {"M": "sigma^2"},
    "Sigma_x and Sigma_beta swapped": {
        "Sigma": "Sigma_beta^(1/2)*Sigma_x*Sigma_beta^(1/2)",
        "weight": replaced(WEIGHT1, "Sigma_x", "Sigma_beta"),
    },
    "Sigma without its square roots": {"Sigma": "Sigma_x*Sigma_beta*Sigma_x"},
    "W* without its square roots": {"weight": replaced(WEIGHT1, "Sigma_x^(-1/2)", "Sigma_x^-1")},
    "n tr -> tr in the optimal risk": {"risk": replaced(RISK1, "n*tr(", "tr(")},
    "n tr -> 2n tr in the optimal risk": {"risk": replaced(RISK1, "n*tr(", "2*n*tr(")},
    "a sign in the optimal risk": {"risk": replaced(RISK1, "M - n", "M + n")},
    "W* with a 1/n": {"weight": f"{WEIGHT1}/n"},
    "a weight off by one part in a billion": {"weight": f"1.000000001*{WEIGHT1}"},
    "a risk off by one part in a billion": {"risk": f"{RISK1} + 0.000000001"},
}
COROLLARY1 = {
    "n + d + 1 -> n + d": {"weight": "1/(n + d)", "risk": "d - n*d/(n + d)"},
    "n and d exchanged": {"weight": "1/(d + n + 1)", "risk": "n - d*n/(n + d + 1)"},
    "twice the gain": {"risk": "d - 2*n*d/(n + d + 1)"},
}
THEOREM2 = {
    "kappa -> kappa^2 in the weight": {"weight": replaced(WEIGHT2, "kappa", "kappa^2")},
    "kappa -> kappa^2 in the risk": {"risk": replaced(RISK2, "kappa", "kappa^2")},
    "kappa -> kappa^{1/2} in the risk": {"risk": replaced(RISK2, "kappa", "sqrt(kappa)")},
    "kappa -> 1 in the weight": {"weight": replaced(WEIGHT2, "kappa*n", "n")},
    "kappa -> 1/kappa in the risk": {"risk": replaced(RISK2, "kappa", "kappa^-1")},
    "sigma^2 -> 0 in the weight": {"weight": replaced(WEIGHT2, " + sigma^2", "")},
    "sigma^2 -> 0 in the risk": {"risk": replaced(RISK2, " + sigma^2", "")},
    "sigma^2 -> sigma in the risk": {"risk": replaced(RISK2, "sigma^2", "sigma")},
    "n -> 2n in the weight": {"weight": replaced(WEIGHT2, "n", "2*n")},
    "n and d exchanged in the risk": {
        "risk": "n + sigma^2 - kappa*d*n/(kappa*d + n + sigma^2)",
    },
    "a factor 2": {"risk": f"2*({RISK2})"},
    "one part in a hundred": {"risk": f"1.01*({RISK2})"},
    "kappa without its one": {"kappa": "alpha^2*d"},
}
THEOREM3 = {
    "kappa -> kappa^2": {"kappa": "(alpha^2*d + 1)^2"},
    "kappa lost under the noise": {"risk": "d + sigma^2 - kappa*n*d/(kappa*n + d + sigma^2)"},
}
SLIPS = [
    pytest.param(id, parts, id=f"{id}: {name}")
    for id, slips in (
        ("theorem1", THEOREM1),
        ("corollary1", COROLLARY1),
        ("theorem2", THEOREM2),
        ("theorem3", THEOREM3),
    )
    for name, parts in slips.items()
]


@pytest.mark.parametrize(("id", "parts"), SLIPS)
def test_a_slip_is_refuted_by_every_exact_witness(id, parts):
    wrong = changed(id, **parts)
    for witness in EXACT:
        finding = witness.examine(wrong, QUICK)
        assert finding.verdict is Verdict.REFUTED, finding


def risk_alone(**parts):
    """Theorem 1 with nothing said of the weight: no grid decides it for all sizes."""
    subject = changed("theorem1", **parts)
    claim = subject.record.claim
    claim = replace(claim, entries=tuple(e for e in claim.entries if e[0].key == "risk"))
    return replace(subject, record=replace(subject.record, claim=claim))


@pytest.mark.parametrize("slip", ["(n + 2)", "n"])
def test_instances_refute_where_nothing_is_proved_for_all_sizes(slip):
    assert [grid.name for grid in risk_alone().grids(QUICK)] == ["instances"]
    wrong = risk_alone(risk=replaced(RISK1, "(n + 1)", slip))
    finding = interpolation.examine(wrong, QUICK)
    assert finding.verdict is Verdict.REFUTED and "coordinate by coordinate" in finding.summary


@pytest.mark.parametrize("id", ["theorem1", "corollary1", "theorem2", "theorem3"])
def test_the_claims_themselves_hold(id):
    """With a seed that no other trial of them has."""
    for witness in EXACT:
        finding = witness.examine(right(id), Settings(Level.QUICK, seed=1))
        assert finding.verdict is Verdict.HOLDS and finding.examined > 0, finding


@pytest.mark.parametrize(
    "parts",
    [
        {"risk": "d + sigma^2 - kappa*(n + 1)*d/(kappa*(n + 1) + d + sigma^2)"},
        {"weight": "1/(kappa*n + d + 2 + sigma^2)"},
        {"weight": "(1 + alpha)/(kappa*n + d + sigma^2)"},
    ],
    ids=["n + 1", "d + 2", "an error of order 1/sqrt(d)"],
)
def test_changes_below_the_leading_order_stand(parts):
    subject = changed("theorem2", **parts)
    for witness in EXACT:
        finding = witness.examine(subject, QUICK)
        assert finding.verdict is Verdict.HOLDS, finding
