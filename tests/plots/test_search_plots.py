"""Pictures of a search for options."""

import numpy as np
import pytest

from plots.search import (
    limit,
    plot_options,
    plot_parallel_coordinates,
    plot_score_against_size,
    plot_search_history,
)
from tests.plots.figure_checks import find_line, read_legend

RANDOM = np.random.default_rng(0)
SCORES = np.array([0.5, 0.2, np.nan, 0.9, 0.1, 40.0])
OPTIONS = {
    "learning_rate": (list(10.0 ** RANDOM.uniform(-4, -2, 6)), True),
    "dropout": ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], False),
    "hidden": (["64,32", "128,64,32", "64,32", "32", "64,32", "128,64,32"], False),
    "activation": (["relu", "softplus", "tanh", "elu", "relu", "relu"], False),
}


def test_history_shows_the_best_so_far_and_trials_that_were_stopped(drawn):
    states = ["complete", "complete", "fail", "pruned", "complete", "pruned"]
    figure = drawn(plot_search_history(SCORES, np.arange(6) * 60, states))
    best = find_line(figure.axes[0], "best so far").get_ydata()
    np.testing.assert_array_equal(best, [0.5, 0.2, 0.2, 0.2, 0.1, 0.1])
    assert "stopped early (2)" in read_legend(figure)


def test_the_axis_ends_where_hopeless_scores_begin():
    low, high = limit(SCORES)
    assert low < 0.1 and 0.5 < high < 1.0
    assert limit(np.full(3, np.nan)) == (0, 1)


def test_options_are_sorted_by_importance_and_the_best_trial_is_marked(drawn):
    importance = {"hidden": 0.6, "learning_rate": 0.3, "dropout": 0.1}
    figure = drawn(plot_options(OPTIONS, SCORES, importance))
    assert figure.axes[0].get_title() == "hidden: 60%"
    assert figure.axes[1].get_xscale() == "log" and figure.axes[2].get_xscale() == "linear"
    star = find_line(figure.axes[2], "best")
    assert (list(star.get_xdata()), list(star.get_ydata())) == ([0.4], [0.1])


@pytest.mark.parametrize("count", [2, 4])
def test_parallel_coordinates_have_a_line_for_each_trial(drawn, count):
    options = dict(list(OPTIONS.items())[:count])
    figure = drawn(plot_parallel_coordinates(options, SCORES))
    lines = [line for line in figure.axes[0].lines if len(line.get_xdata()) == count]
    trials = [line for line in lines if list(line.get_xdata()) == list(range(count))]
    assert len(trials) == len(SCORES)
    assert read_legend(figure) == ["other trials", "best 1"]


def test_the_best_score_for_each_size(drawn):
    weights = np.array([1000, 100, 500, 200, 400, 300])
    scores = np.array([0.1, 0.9, 0.4, 0.5, 0.2, 0.3])
    figure = drawn(plot_score_against_size(weights, scores))
    front = find_line(figure.axes[0], "best score up to this size")
    np.testing.assert_array_equal(front.get_xdata(), [100, 200, 300, 400, 500, 1000])
    np.testing.assert_array_equal(front.get_ydata(), [0.9, 0.5, 0.3, 0.2, 0.2, 0.1])
