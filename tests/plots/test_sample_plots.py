"""Pictures of samples of a generative model, and the history of its game."""

import numpy as np

from plots.history import plot_history
from plots.samples import plot_samples


def test_columns_that_are_left_out_are_said():
    real, drawn = np.random.default_rng(0).normal(size=(2, 50, 3))
    title = plot_samples(real, drawn, ["a", "b", "c"], 10).get_suptitle()
    assert title == "Data and samples: 3 of 10 columns"
    assert plot_samples(real, drawn, ["a", "b", "c"], 3).get_suptitle() == "Data and samples"


def test_the_loss_of_a_game_is_the_generator_s():
    losses = {"epoch": [0, 1], "loss": [1.0, 0.5]}
    for more, label in (({}, "loss"), ({"discriminator_loss": [1.0, 1.1]}, "generator loss")):
        assert plot_history(losses | more).axes[0].get_ylabel() == label
