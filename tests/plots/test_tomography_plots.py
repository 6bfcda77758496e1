"""Reconstructed pictures, and their scores."""

import numpy as np

from plots.tomography import plot_reconstructions, plot_scores
from tests.plots.figure_checks import find_line, read_legend

RANDOM = np.random.default_rng(0)


def test_reconstructions(drawn):
    names = ("truth", "filtered back-projection", "network")
    pictures = {name: RANDOM.uniform(size=(3, 8, 8)) for name in names}
    scores = {name: np.array([20.0, 30.0, 40.0]) for name in names[1:]}
    sinograms = RANDOM.uniform(size=(3, 5, 13))
    figure = drawn(plot_reconstructions(sinograms, pictures, scores, "Some pictures"))
    assert len(figure.axes) == 12
    labels = [axes.get_xlabel() for axes in figure.axes[:4]]
    assert labels == ["detector", "", "20.0 dB", "20.0 dB"]
    truth, network = figure.axes[1].images[0], figure.axes[3].images[0]
    assert truth.get_clim() == network.get_clim()
    np.testing.assert_array_equal(network.get_array(), pictures["network"][0])


def test_scores(drawn):
    scores = {"SIRT": RANDOM.uniform(20, 30, 50), "network": RANDOM.uniform(30, 40, 50)}
    figure = drawn(plot_scores(scores))
    assert read_legend(figure) == ["SIRT", "network"]
    np.testing.assert_array_equal(
        find_line(figure.axes[0], "network").get_ydata(), np.sort(scores["network"])
    )
