"""Break the machinery on purpose: the checks have to notice."""

from dataclasses import replace
from random import Random

import pytest

from numerics.sampling import Sampler
from tests.verify.changed_claims import right, with_polynomial
from theory.algebra import traces
from theory.algebra.moments import Engine, expectation
from theory.algebra.pairings import expectation_by_pairings
from theory.algebra.polynomials import letter
from theory.algebra.words import D, N, fixed, gaussian, symmetric
from theory.language.gallery import shipped
from theory.optima.derivation import derive
from theory.optima.sample_weights.weighted import InGroups, InWeights, weighted
from theory.records import theorem
from theory.records.derived import Derived
from theory.records.pasted import pasted
from theory.risks import monomials
from theory.risks.population import population_risk
from theory.scalars.symbols import d
from verify import cases
from verify.checks import derivation, interpolation, properties, sampling
from verify.instances import defined_instance
from verify.judge import confirmation
from verify.outcome.verdict import Verdict
from verify.quantities.equivalence.gains import advantage_of_attention
from verify.quantities.optimum import grids
from verify.settings import Level, Settings
from verify.witnesses import subject_of

QUICK = Settings(Level.QUICK)


@pytest.fixture(autouse=True)
def unconfirmed(monkeypatch):
    """What broken coordinates say of an optimum is not remembered."""
    monkeypatch.setattr(confirmation, "_FOUND", {})


@pytest.fixture
def fresh():
    """Forget what was derived, before and after."""

    def forget():
        derive.cache_clear()
        population_risk.cache_clear()

    forget()
    yield
    forget()


@pytest.fixture
def forget_a_transpose(monkeypatch):
    """Reversed words keep their letters as they were."""

    def forget(self, word):
        return tuple(reversed(word))

    return lambda: monkeypatch.setattr(Engine, "_transpose", forget)


@pytest.fixture
def lose_a_covariance(monkeypatch):
    """The covariance on one side of a pairing is left out."""
    whole = Engine.__init__

    def init(self, letters, most=None):
        whole(self, letters, most)
        self._covariance_left = [() for _ in self._covariance_left]

    return lambda: monkeypatch.setattr(Engine, "__init__", init)


BREAKS = ["drop_one_pairing", "forget_a_transpose", "lose_a_covariance"]


def fourth_moment():
    x = letter(gaussian("X", N, D, column_covariance=symmetric("S", D)))
    w, b = letter(fixed("W", D, D)), letter(fixed("B", D, D))
    return (x.mT @ x @ w @ x.mT @ x @ b).trace()


@pytest.mark.parametrize("broken", BREAKS)
def test_the_naive_twin_notices(request, broken):
    assert expectation(fourth_moment()) == expectation_by_pairings(fourth_moment())
    request.getfixturevalue(broken)()
    assert expectation(fourth_moment()) != expectation_by_pairings(fourth_moment())


@pytest.mark.parametrize("broken", ["drop_one_pairing", "lose_a_covariance"])
def test_the_witnesses_notice(request, fresh, monkeypatch, broken):
    """A theorem derived with a broken engine is refuted, by interpolation without the engine."""
    monkeypatch.setattr(theorem, "whitenings", lambda where: ())  # no product has its right form
    request.getfixturevalue(broken)()
    subject = right("theorem1")
    assert interpolation.examine(subject, QUICK).verdict is Verdict.REFUTED
    assert properties.examine(subject, QUICK).verdict is Verdict.REFUTED
    assert derivation.examine(subject, QUICK).verdict is Verdict.REFUTED


def test_broken_coordinates_are_noticed(monkeypatch):
    """The other way round: the interpolation witness contradicts a sound engine."""
    monkeypatch.setitem(monomials.NORM, 2, 1)  # a fourth moment of 2
    assert interpolation.examine(right("theorem1"), QUICK).verdict is Verdict.REFUTED


def test_a_sampler_whose_examples_have_too_large_labels_is_noticed(monkeypatch):
    """At the optimum that hardly changes the risk: the slope has to show it."""
    draw = Sampler.draw

    def larger(self, batch, generator):
        prompt = draw(self, batch, generator)
        return replace(prompt, labels=prompt.labels * 1.1)

    monkeypatch.setattr(Sampler, "draw", larger)
    monkeypatch.setattr(cases, "SMALL", 60_000)
    finding = sampling.examine(subject_of(Derived.of(shipped("rag"))), Settings(Level.STANDARD))
    assert finding.verdict is Verdict.REFUTED


@pytest.mark.parametrize("name", ["drifting", "fading-tasks", "partly-retrieved"])
def test_a_wrong_formula_beside_right_sample_weights_is_noticed(monkeypatch, name):
    """Least risks are solved for at every instance; what is printed is the formula."""
    subject = subject_of(Derived.of(shipped(name)))
    at = defined_instance(subject.design, 3, 1, Random(0), 9)

    def wrong():
        seen = list(grids.over_sample_weights(subject, at, Random(0)))
        assert len(seen) == 5
        return [one.what for one in seen if one.exact != one.claimed]

    assert not wrong()
    kind = weighted(subject.design)
    if isinstance(kind, InWeights):
        kind = replace(kind, best=replace(kind.best, risk=kind.best.risk + 1))
        monkeypatch.setattr("verify.quantities.optimum.optimal.weighted", lambda design: kind)
    else:
        monkeypatch.setattr(InGroups, "risk", kind.risk + 1)
    assert wrong() == [grids.WPGD_FORMULA]


@pytest.mark.parametrize("wrong", ["weight", "risk"])
def test_a_wrong_formula_beside_right_values_is_noticed(monkeypatch, wrong):
    """With covariances the optimum is solved for at each instance; what is printed is a formula."""
    record = Derived.of(shipped("covariate-shift"))
    right = pasted(record, record.derived)
    assert interpolation.examine(subject_of(record), QUICK).verdict is Verdict.HOLDS
    doubled = {name: f"2*({text})" if name == wrong else text for name, text in right.items()}
    monkeypatch.setattr("verify.quantities.optimum.derived.pasted", lambda *given: doubled)
    finding = interpolation.examine(subject_of(record), QUICK)
    assert finding.verdict is Verdict.REFUTED
    assert f"the formula of the optimal {wrong} is wrong" in finding.summary


def test_words_that_forget_transposition_are_noticed(monkeypatch):
    """A trace is blind to transposition; a canonical form that is not splits equal words."""
    monkeypatch.setattr(traces, "transpose", lambda word: word)
    a, b = letter(fixed("A", D, D)), letter(fixed("B", D, D))
    assert (a @ b).trace() != (b.mT @ a.mT).trace()


def test_a_polynomial_that_depends_on_d_is_noticed():
    """(d - 3) times a term vanishes at d = 3; the coefficients of this risk cannot contain d."""

    def more(constant, linear, square):
        return constant + linear + square * (1 + (d - 1) * (d - 2) * (d - 3))

    wrong = with_polynomial(right("theorem1"), more)
    finding = interpolation.examine(wrong, QUICK)
    assert finding.verdict is Verdict.REFUTED and "depends on d" in finding.summary


def test_an_advantage_that_only_the_engine_sees_does_not_count(monkeypatch):
    monkeypatch.setattr(
        "verify.quantities.equivalence.gains.risk_at", lambda predictor, weights, at: 0
    )
    gap = advantage_of_attention()
    assert gap.difference > 0 and not gap.confirmed and not gap.seen
