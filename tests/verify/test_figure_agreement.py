"""Whether trained and exact agree: what is judged, and what cannot pass."""

import math
from dataclasses import replace

import numpy as np
import pytest

import theory
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import Run
from tests.verify.figure_outcomes import every, outcomes
from theory.designs.families import family
from verify.figures import rank
from verify.figures.adapted import Adapted
from verify.figures.agreement import Agreement, row
from verify.figures.panel import LineKind, TrainedPoint
from verify.outcome.verdict import Verdict
from verify.tolerances import EXCESS


def point(exact=2.0, **changes):
    """A trained point whose optimum is 2."""
    return TrainedPoint(4, Run("att", "isotropic-noiseless", 4, 2), exact, **changes)


def ended(*risks):
    """Its outcome."""
    return {point().run: Outcome(risks, (), 100, 0.5)}


@pytest.mark.parametrize(
    ("risks", "verdict"),
    [
        ((2.0, 2.5, 9.0), Verdict.HOLDS),
        ((2.0 * (1 + 0.9 * EXCESS.value), 3.0), Verdict.HOLDS),
        ((2.02, 2.03), Verdict.UNDECIDED),
        ((2.0001, math.nan), Verdict.UNDECIDED),
        ((2.0001, math.inf), Verdict.UNDECIDED),
        ((math.nan, math.nan), Verdict.UNDECIDED),
        ((2.0001, 1.9999), Verdict.REFUTED),
        ((-math.inf, 2.0), Verdict.REFUTED),
        ((1.9999, math.nan), Verdict.REFUTED),
        ((2.0 * (1 - 1e-13), 2.5), Verdict.HOLDS),
    ],
)
def test_a_point_is_judged_by_every_restart(risks, verdict):
    found = row("2a", point(), ended(*risks))
    assert found.verdict is verdict
    assert found.excess == pytest.approx([(r - 2) / 2 for r in risks], nan_ok=True)


@pytest.mark.parametrize(
    ("risk", "base", "verdict"),
    [
        (3.0, 1.0, Verdict.HOLDS),
        (2.999, 1.0, Verdict.REFUTED),
        (2.999, 1.01, Verdict.HOLDS),
        (2.7, 1.01, Verdict.REFUTED),
        (2.9, 9.0, Verdict.HOLDS),
        (1.9, 9.0, Verdict.REFUTED),
        (3.1, 9.0, Verdict.UNDECIDED),
        (math.nan, 9.0, Verdict.UNDECIDED),
        (2.999, math.nan, Verdict.REFUTED),
    ],
)
def test_an_adapter_is_judged_from_the_base_that_it_has(risk, base, verdict):
    old = point().run
    run = replace(old, model="lora-att", rank=1, base=old)
    adapted = Adapted(exact=3.0, optimum=2.0, before=1.0, ratio=1.0)
    outcome = {old: Outcome((base,), (), 1, 1.0), run: Outcome((risk,), (), 1, 1.0)}
    found = row("3d", TrainedPoint(1, run, 3.0, adapted=adapted), outcome)
    assert found.verdict is verdict


def test_a_picture_is_judged_by_its_worst_point():
    good = outcomes(every().values())
    for picture in every().values():
        agreement = Agreement(picture.panels, good)
        assert agreement.verdict is Verdict.HOLDS
        assert agreement.largest == pytest.approx(1e-4, rel=1e-6)
        for last in (picture.runs[0], picture.runs[-1]):
            exact = next(p.exact for q in picture.panels for p in q.judged if p.run == last)
            for factor, verdict in ((0.5, Verdict.REFUTED), (1.01, Verdict.UNDECIDED)):
                risks = tuple(exact * factor for _ in range(3))
                wrong = {**good, last: replace(good[last], risks=risks)}
                assert Agreement(picture.panels, wrong).verdict is verdict


def test_how_far_the_approximation_is_off():
    found = {id: Agreement(p.panels, outcomes([p])).off for id, p in every().items()}
    assert {id for id, off in found.items() if off is not None} == {"1", "3a", "3b"}
    alpha = every()["3a"].panels[0].curves[-1]
    (claimed,) = (line for line in alpha.theory if line.kind is LineKind.CLAIMED)
    (exact,) = (line for line in alpha.theory if line.kind is LineKind.EXACT)
    relative = [abs(y / t - 1) for y, t in zip(claimed.y, exact.y, strict=True)]
    assert found["3a"].curve == alpha.name == "alpha = 3/5"
    assert abs(found["3a"].relative) == pytest.approx(max(relative)) and max(relative) > 0.1
    record = theory.statement("theorem2").evaluate(n=found["3a"].x, d=5, alpha=0.6, sigma=0.0)
    assert found["3a"].relative == pytest.approx(record.relative_error)


def test_each_length_is_reported_and_not_judged():
    picture = every()["4a"]
    good = outcomes([picture])
    off = {
        run: replace(o, by_length=tuple(tuple(2 * x for x in y) for y in o.by_length))
        for run, o in good.items()
    }
    assert Agreement(picture.panels, good).along == pytest.approx(1e-4)
    assert Agreement(picture.panels, off).along == pytest.approx(1, rel=1e-3)
    assert Agreement(picture.panels, off).verdict is Verdict.HOLDS


def adapters():
    """Lemma 4 at a small instance, in double precision, with its old optimal weight."""
    lemma4 = rank.statement()
    at = lemma4.instance(
        n=7,
        sigma=0.5,
        sigma_x=np.array([[2.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 3.0]]),
        sigma_beta=np.array(family("equicorrelated:1/2", 3), float),
        sigma_beta_old=np.array(family("power:2", 3), float),
    )
    return lemma4, at, lemma4.start_at(at)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_no_base_lets_an_adapter_go_below_its_floor(kept):
    lemma4, at, start = adapters()
    adapted = Adapted.of(lemma4, at, float(lemma4.best.at(at, kept, start)[1]))
    assert adapted.least(0.0) == adapted.exact
    rng, seen = np.random.default_rng(0), []
    for size in (1e-3, 1e-2, 1e-1) * 30:
        moved = at.arithmetic.matrix(size * rng.standard_normal((3, 3)) * np.abs(start).max())
        form, outer = lemma4.best.plain.form_at(lemma4.old_instance(at), moved)
        excess = float(np.trace(np.asarray(form) @ np.asarray(outer)))
        least = float(lemma4.best.at(at, kept, start + moved)[1])
        floor = adapted.least(excess)
        assert least >= floor * (1 - 1e-12)
        seen.append((adapted.exact - floor, least < adapted.exact))
    assert any(below for _, below in seen), "no base was better than the exact one"
    assert all(gap > 0 for gap, _ in seen)


def test_the_floor_is_reached():
    """By the base that lies towards the new optimum, where old and new norm differ most."""
    lemma4 = rank.statement()
    at = lemma4.instance(
        n=5, sigma=0.0, sigma_beta=np.diag([1.0, 4.0]), sigma_beta_old=np.diag([1.0, 0.1])
    )
    start = lemma4.start_at(at)
    optimal, least = lemma4.best.minimum_at(at)
    form, outer = lemma4.best.plain.form_at(at, optimal - start)
    adapted = Adapted.of(lemma4, at, float(least + np.trace(form * outer)))
    before, one = lemma4.old_instance(at), at.arithmetic.identity(2)
    new, old = (np.diag(lemma4.best.plain.form_at(where, one)[0]) for where in (at, before))
    both = new / old
    assert adapted.ratio == pytest.approx(both.max())
    k = int(both.argmax())
    moved = np.zeros((2, 2))
    moved[k, k] = 1e-3 * np.sign((optimal - start)[k, k])
    moved = at.arithmetic.matrix(moved)
    excess = np.trace(lemma4.best.plain.form_at(before, moved)[0])
    # along one axis of the distance: to first order the share of that axis in it
    gap = adapted.exact - adapted.least(float(excess))
    form = lemma4.best.plain.form_at(at, optimal - start - moved)[0]
    real = adapted.exact - adapted.optimum - float(np.trace(form))
    assert 0 < real <= gap <= 1.5 * real
