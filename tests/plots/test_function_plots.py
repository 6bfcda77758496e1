"""Pictures of operators: what is drawn of a bad network, and of scattered points."""

import numpy as np

from plots.functions import plot_examples, plot_medium_examples

X = np.linspace(0, 1, 30)[:, None]
TRUTH = 1 + 0.02 * np.sin(6 * X[:, 0])


def test_a_bad_network_is_in_the_picture_or_a_title_says_that_it_is_not():
    found = {"bad": TRUTH - 3 * X[:, 0], "far": TRUTH - 30 * X[:, 0]}
    rows = {n: {"input": TRUTH, "truth": TRUTH, "network": y} for n, y in found.items()}
    figure = plot_examples(rows, X, X, ("u0", "output_u"))
    near, far = figure.axes[2:4]
    low, high = near.get_ylim()
    assert low < found["bad"].min() and high > TRUTH.max() and not near.get_title()
    assert far.get_title() == "the network goes beyond"
    assert near.get_ylabel() == "output_u" and figure.axes[0].get_ylabel() == "input u0"


def test_scattered_points_are_dots():
    points, y = np.random.default_rng(0).uniform(size=(2, 30, 2))
    y = y[:, 0]
    rows = {"one: 1 %": {"input": y, "truth": y, "network": 2 * y}}
    figure = plot_medium_examples(rows, points, points, ("f", "u"))
    for axes in figure.axes[:4]:
        (dots,) = axes.collections
        np.testing.assert_array_equal(dots.get_offsets(), points)
