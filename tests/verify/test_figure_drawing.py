"""The pictures themselves: what is visible, and that nothing is hidden."""

import math
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import Run
from tests.verify.figure_outcomes import IDS, every, outcomes
from verify.figures import draw
from verify.figures.panel import Curve, LineKind, Panel, Theory, TrainedLine, TrainedPoint
from verify.figures.scale import SCALES, SMALL
from verify.figures.style import LOOKS, shades


def lines_of(figure):
    return [line for axis in figure.axes for line in axis.get_lines()]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("id", IDS)
def test_nothing_is_hidden_or_cut_off(id, scale):
    """Labels do not overlap each other or leave the picture, and the axes begin at zero."""
    picture = every(scale)[id]
    figure = draw.picture(picture.panels, outcomes([picture]))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    (legend,) = figure.legends
    boxes = [text.get_window_extent(renderer) for text in legend.get_texts()]
    for axis in figure.axes:
        assert axis.get_ylim()[0] == 0 == axis.get_xlim()[0]
        assert axis.get_xlabel() and axis.get_title()
        texts = [axis.title, axis.xaxis.label, axis.yaxis.label, *axis.texts]
        texts += [t for t in axis.get_xticklabels() if t.get_text()]
        boxes += [t.get_window_extent(renderer) for t in texts if t.get_text()]
        inside = axis.get_window_extent(renderer)
        assert not any(inside.overlaps(text.get_window_extent(renderer)) for text in axis.texts)
        assert not inside.overlaps(legend.get_window_extent(renderer))
    for k, box in enumerate(boxes):
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])


def test_every_restart_is_visible():
    picture = every()["2a"]
    figure = draw.picture(picture.panels, outcomes([picture], (0.0, 0.1, 0.2)))
    for one in picture.panels[0].curves[0].trained:
        drawn = {tuple(np.round(line.get_ydata(), 12)) for line in lines_of(figure)}
        for above in (0.0, 0.1, 0.2):
            assert tuple(np.round([p.exact * (1 + above) / 5 for p in one.points], 12)) in drawn


@pytest.mark.parametrize("id", ["2b", "3a", "3c", "4a"])
def test_theory_is_drawn_as_it_is(id):
    picture = every()[id]
    figure = draw.picture(picture.panels, outcomes([picture]))
    drawn = {tuple(np.round(line.get_ydata(), 12)) for line in lines_of(figure)}
    for panel in picture.panels:
        for line in (line for curve in panel.curves for line in curve.theory):
            assert tuple(np.round([y / panel.d for y in line.y], 12)) in drawn


def test_settings_of_the_reader_change_nothing():
    picture = every()["2a"]
    with mpl.rc_context({"text.usetex": True, "font.size": 30, "lines.linewidth": 9}):
        figure = draw.picture(picture.panels, outcomes([picture]))
    size = figure.axes[0].xaxis.label.get_size()
    assert size < 12 and not figure.axes[0].xaxis.label.get_usetex()


def test_a_restart_beyond_the_axis_stands_at_its_top():
    picture = every()["2a"]
    figure = draw.picture(picture.panels, outcomes([picture], (0.0, math.nan, 1e9)))
    (axis,) = figure.axes
    assert axis.get_ylim()[1] < 2
    above = [line for line in axis.get_lines() if line.get_marker() == "^"]
    assert len(above) == 2 * len(SMALL.examples)
    assert all(0 < line.get_ydata()[0] <= axis.get_ylim()[1] for line in above)


def test_names_beside_curves_keep_order_and_distance():
    places = draw.apart([0.1, 0.11, 0.12, 0.5, 0.9], 0.1)
    assert places == pytest.approx([0.01, 0.11, 0.21, 0.5, 0.9])
    assert draw.apart([1.0, 2.0], 0.5) == [1.0, 2.0]
    assert draw.apart([], 1.0) == []


def test_colours_differ_in_lightness():
    def luminance(colour):
        return float(np.dot(np.power(to_rgb(colour), 2.2), [0.2126, 0.7152, 0.0722])) ** (1 / 3)

    for count in (2, 3, 4):
        found = [luminance(colour) for colour in shades(count)]
        assert all(b - a > 0.1 for a, b in pairwise(found))
    assert abs(luminance(LOOKS["att"].colour) - luminance(LOOKS["ssm"].colour)) > 0.2
    assert LOOKS["att"].marker != LOOKS["ssm"].marker


def test_a_panel_of_ones_own():
    """The records need nothing of the paper's panels."""
    run = Run("att", "isotropic-noiseless", 4, 2)
    line = Theory.along(LineKind.EXACT, (1, 4), lambda n: 2.0)
    curve = Curve("one", "", (TrainedLine("att", (TrainedPoint(4, run, 2.0),)),), (line,))
    own = Panel("x", "Mine", "n", "$n$", 2, (curve,), parameter=False)
    assert len(draw.picture([own], {run: Outcome((2.0, 2.1), (), 1, 0.5)}).axes) == 1
