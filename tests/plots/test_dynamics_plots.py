"""Energies along rollouts, paths in the phase space, and trajectories beyond the training."""

import numpy as np
import pytest

from plots.flows import plot_extrapolation, plot_flow_errors
from plots.mechanics import plot_energies, plot_learned_energy, plot_phase_paths
from tests.plots.figure_checks import find_line, read_legend

RANDOM = np.random.default_rng(0)
METHODS = ("network", "plain network", "true law, same method")


def test_energies(drawn):
    t = np.linspace(0, 20, 50)
    energies = {name: 2 + RANDOM.normal(size=(5, 50)) * 0.1 for name in METHODS[:2]}
    squares = {name: RANDOM.uniform(1e-6, 1e-3, (5, 50)) for name in METHODS}
    squares["plain network"][:, 30:] = np.inf  # of a rollout that diverges
    figure = drawn(plot_energies(t, energies, squares, "true energy"))
    above, below = figure.axes
    np.testing.assert_array_equal(find_line(above, "network").get_ydata(), energies["network"][0])
    expected = np.sqrt(np.median(squares["network"], axis=0))
    np.testing.assert_allclose(find_line(below, "network").get_ydata(), expected)
    assert read_legend(figure) == ["truth", *METHODS]


@pytest.mark.parametrize("names", [("q", "p"), ("x1", "y1", "x2", "y2")])
def test_phase_paths(drawn, names):
    names = names if len(names) == 2 else (*names, *(f"p{name}" for name in names))
    paths = {name: RANDOM.normal(size=(30, len(names))) for name in METHODS}
    figure = drawn(plot_phase_paths(paths, names, RANDOM.normal(size=(9, len(names)))))
    assert [axes.get_title() for axes in figure.axes] == [*METHODS]
    assert len(figure.axes[0].lines) == (2 if len(names) == 2 else 4)


def test_learned_energy(drawn):
    true = RANDOM.uniform(1, 4, 20)
    figure = drawn(plot_learned_energy(true, true + 0.01))
    np.testing.assert_array_equal(find_line(figure.axes[0], "network").get_xdata(), true)


def test_extrapolation(drawn):
    t = np.linspace(0, 20, 60)
    lines = {name: RANDOM.normal(size=(60, 2)) for name in ("truth", "network", "LSTM")}
    lines["LSTM"][50:] = 1e100
    measured = RANDOM.normal(size=(30, 2))
    measured[:, 1] = np.nan  # not measured
    figure = drawn(plot_extrapolation(t, lines, t[:30], measured, ("prey", "predators")))
    np.testing.assert_array_equal(find_line(figure.axes[1], "network").get_ydata(),
                                  lines["network"][:, 1])  # fmt: skip
    assert set(read_legend(figure)) == {*lines, "beyond the training", "measured"}
    errors = {name: np.abs(line[:, 0]) * (t > 0) for name, line in lines.items()}
    drawn(plot_flow_errors(t, errors))
