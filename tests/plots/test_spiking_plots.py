"""The raster of spikes."""

import numpy as np

from plots.spiking import plot_raster
from tests.plots.figure_checks import read_legend


def test_raster(drawn):
    random = np.random.default_rng(0)
    spikes = {
        "neurons_1": (random.uniform(size=(8, 14, 14, 16)) > 0.8).astype("float32"),
        "neurons_2": np.zeros((8, 5), "float32"),  # silent
    }
    potentials = {name: random.normal(size=x.shape) for name, x in spikes.items()}
    figure = drawn(plot_raster(random.uniform(size=(28, 28, 1)), spikes, potentials))
    raster = figure.axes[1]
    assert read_legend(figure) == ["fires rarely", "at a medium rate", "often", "threshold"]
    assert raster.get_title() == "neurons_1: 120 of 3136 neurons"
    chosen = np.unique(np.linspace(0, 3135, 120).astype(int))
    shown = np.asarray(raster.images[0].get_array())  # (neurons, steps)
    np.testing.assert_array_equal(shown, spikes["neurons_1"].reshape(8, -1)[:, chosen].T)
