"""The panels of the figures: what is in them, and the runs behind them."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

import theory
from numerics.sweeps.run import Run
from tests.verify.figure_outcomes import IDS, every
from theory.errors import UnknownName
from verify.figures import lengths
from verify.figures.panel import LineKind
from verify.figures.registry import BUILDS, pictures, runs_behind
from verify.figures.scale import PAPER, SCALES, SMALL

MODELS = {"att", "ssm", "low-rank-att", "lora-att"}
BOTH = {"2a", "2b", "2c", "3a", "3b", "4c", "4d"}


def test_every_panel_of_the_paper_is_there():
    assert tuple(BUILDS) == IDS == tuple(every())


def test_unknown_and_repeated_panels():
    with pytest.raises(UnknownName, match="unknown panel '3e'; did you mean 3a"):
        pictures(["2a", "3e"], SMALL)
    assert [p.id for p in pictures(["4d", "2a", "4d"], SMALL)] == ["2a", "4d"]


@pytest.mark.parametrize("scale", SCALES)
def test_runs_are_valid(scale):
    size = SCALES[scale]
    for run in runs_behind(every(scale).values()):
        at = run.at
        assert (at.n, at.d, at.exact) == (run.n, size.d, True)
        assert run.model in MODELS and run.restarts == size.restarts >= 2
        assert (run.rank is None) == (run.model in ("att", "ssm"))
        assert run.rank is None or 1 <= run.rank <= run.d
        assert (run.base is None) == (run.model != "lora-att")
        assert Run.from_json(json.loads(json.dumps(run.as_json()))).key == run.key


def test_sizes():
    assert (PAPER.d, max(PAPER.examples) >= 50, PAPER.restarts >= 3) == (20, True, True)
    assert max(PAPER.longest) >= 50 and {"0", "3/5"} <= set(PAPER.alphas)
    assert (
        len(runs_behind(every("paper").values())) <= 230
        and len(runs_behind(every().values())) <= 150
    )
    for size in SCALES.values():
        assert set(size.shown) <= set(size.longest) and size.ranks[-1] == size.d


@pytest.mark.parametrize("id", IDS)
def test_what_a_panel_shows(id):
    picture = every()[id]
    for panel in picture.panels:
        models = {one.model for curve in panel.curves for one in curve.trained}
        assert models == {"att", "ssm"} if panel.id in BOTH else len(models) == 1
        for curve in panel.curves:
            kinds = [line.kind for line in curve.theory]
            assert LineKind.EXACT in kinds
            assert (LineKind.CLAIMED in kinds) == (panel.id in ("3a", "3b"))
            assert (LineKind.ALONE in kinds) == (panel.id in ("4a", "4b"))
            (exact,) = (line for line in curve.theory if line.kind is LineKind.EXACT)
            drawn = dict(zip(exact.x, exact.y, strict=True))
            for point in (point for one in curve.trained for point in one.points):
                assert drawn[point.x] == pytest.approx(point.exact, rel=1e-12)
    assert {p.run for panel in picture.panels for p in panel.judged} == set(picture.runs)


@pytest.mark.parametrize(("id", "power"), [("3a", 0), ("3b", 1)])
def test_the_papers_expressions_are_drawn(id, power):
    """Typed again: with kappa = alpha^2 d + 1, and d over kappa in 3b."""
    (panel,) = every()[id].panels
    for curve, alpha in zip(panel.curves, SMALL.alphas, strict=True):
        kappa, d = Fraction(alpha) ** 2 * SMALL.d + 1, SMALL.d

        def claimed(n, kappa=kappa, d=d):
            return float(d - kappa * n * d / (kappa * n + d / kappa**power))

        (line,) = (line for line in curve.theory if line.kind is LineKind.CLAIMED)
        assert line.y == pytest.approx(list(map(claimed, line.x)))
        for point in (p for one in curve.trained for p in one.points):
            assert point.claimed == pytest.approx(claimed(point.x))


@pytest.mark.parametrize("id", ["4a", "4b"])
def test_the_optimum_of_each_length_alone_is_drawn(id):
    (panel,) = every()[id].panels
    alone = [line for c in panel.curves for line in c.theory if line.kind is LineKind.ALONE]
    d = SMALL.d
    for line in alone:
        assert line.y == pytest.approx([d - m * d / (m + d + 1) for m in line.x])
    assert alone


def test_labels_say_what_was_trained():
    (noisy,), (spectra,) = every()["2b"].panels, every()["3c"].panels
    for curve, sigma in zip(noisy.curves, SMALL.sigmas, strict=True):
        assert f"{float(Fraction(sigma) ** 2 / SMALL.d):g}$" in curve.label
    for curve, power in zip(spectra.curves, ("1$", "1/k$", "1/k^2$"), strict=True):
        assert curve.label.endswith(power)
        (run,) = {p.run.covariances for one in curve.trained for p in one.points}
        exponent = {"1$": "", "1/k$": "power:1", "1/k^2$": "power:2"}[power]
        assert all(value.endswith(exponent) for _, value in run) and bool(run) == bool(exponent)


def test_the_overview_has_no_runs_of_its_own():
    parts = [every()[id] for id in ("2a", "3a", "3c")]
    assert every()["1"].panels == tuple(panel for part in parts for panel in part.panels)
    assert set(every()["1"].runs) == set(runs_behind(parts))


def test_where_designs_have_one_law_the_runs_are_shared():
    """With no noise, no correlation and no alignment all are isotropic; the theory agrees."""
    first = every()["2a"].panels[0].curves[0]
    for id in ("2b", "2c", "3a", "3b"):
        curve = every()[id].panels[0].curves[0]
        for one, other in zip(curve.trained, first.trained, strict=True):
            assert [p.run for p in one.points] == [p.run for p in other.points]
            assert [p.exact for p in one.points] == pytest.approx([p.exact for p in other.points])


def test_seed_and_effort_reach_every_run():
    size = replace(SMALL, seed=7)
    for run in runs_behind(pictures(["all"], size)):
        assert run.seed == 7 and (run.base is None or run.base.seed == 7)
        purpose = " over lengths" if run.lengths else ""
        purpose = " for adapters" if run.source == "risk" else purpose
        purpose = " on aligned data" if run.design in ("rag", "task-aligned") else purpose
        if run.covariances and run.model in ("att", "ssm") and not purpose:
            purpose = " on correlated tasks"
        effort = size.efforts[run.model + purpose]
        assert (run.steps, run.batch, run.source) == (effort.steps, effort.batch, effort.source)


def test_the_risk_at_each_length_averages_to_the_optimum():
    for model in ("att", "ssm"):
        for longest in (1, 2, 7):
            each = lengths.by_length(model, longest, 3)
            assert sum(each) / longest == pytest.approx(lengths.least(model, longest, 3), rel=1e-14)
            alone = [
                float(theory.statement("corollary1").evaluate(n=m, d=3).risk)
                for m in range(1, longest + 1)
            ]
            assert all(a >= b * (1 - 1e-14) for a, b in zip(each, alone, strict=True))
    assert lengths.by_length("att", 1, 3) == lengths.by_length("ssm", 1, 3)
