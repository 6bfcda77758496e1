"""Forces, rollouts, orbits, and errors by number of bodies."""

import numpy as np

from plots.bodies import plot_errors_by_bodies, plot_force, plot_orbits, plot_rollout
from tests.plots.figure_checks import find_line, read_legend

RANDOM = np.random.default_rng(0)


def test_force(drawn):
    x = np.linspace(0.2, 3, 50)
    lines = {"truth": 1 - x, "network": 1.01 - x}
    figure = drawn(plot_force(x, lines, RANDOM.uniform(0, 4, 1000), "two bodies, each of mass 2"))
    axes, histogram = figure.axes
    np.testing.assert_array_equal(find_line(axes, "network").get_ydata(), 1.01 - x)
    assert axes.get_xlim() == histogram.get_xlim()
    assert sum(bar.get_height() for bar in histogram.patches) < 1000  # those in the interval


def test_rollout(drawn):
    errors = {
        name: {kind: RANDOM.uniform(0.1, 1, (9, 30)) for kind in ("position error", "energy error")}
        for name in ("network", "straight motion")
    }
    errors["network"]["energy error"][:] = 0  # of the true law there may be none
    figure = drawn(plot_rollout(errors, 0.5))
    line = find_line(figure.axes[0], "network")
    np.testing.assert_allclose(line.get_xdata(), 0.5 * np.arange(1, 30))
    expected = np.median(errors["network"]["position error"], axis=0)[1:]
    np.testing.assert_allclose(line.get_ydata(), expected)
    assert read_legend(figure) == ["network", "straight motion"]


def test_orbits(drawn):
    paths = {name: RANDOM.normal(size=(20, 9, 2)).cumsum(axis=0) for name in "abc"}
    figure = drawn(plot_orbits(paths))
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "c"]
    assert len(figure.axes[0].lines) == 18  # a path and its start
    np.testing.assert_array_equal(figure.axes[1].lines[2].get_xydata(), paths["b"][:, 1])
    on_a_line = drawn(plot_orbits({"truth": RANDOM.normal(size=(20, 2, 1))}))
    assert on_a_line.axes[0].lines[0].get_xdata()[-1] == 19
    assert figure.axes[0].get_ylabel() == "second coordinate"
    assert on_a_line.axes[0].get_xlabel() == "step"


def test_errors_by_bodies(drawn):
    errors = {
        bodies: {"network": 1e-3 * bodies, "dense network": 0.1 if bodies == 4 else "", "law": 0.0}
        for bodies in (3, 4, 5)
    }
    figure = drawn(plot_errors_by_bodies(errors, 4))
    assert read_legend(figure) == ["network", "dense network", "number in the training"]
    assert find_line(figure.axes[0], "dense network").get_xdata().tolist() == [4]
