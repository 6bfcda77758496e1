"""Plots of how networks learn: drawn data, and unusual data."""

import numpy as np
import pytest

from lectures.activation_table import TABLE
from lectures.convolution import KERNELS
from plots.activations import break_at_jumps, plot_activations
from plots.approximation import plot_approximations, plot_error_by_size
from plots.convolution import plot_filtered, plot_shifts
from plots.cross_validation import plot_best_of_many, plot_folds
from plots.decision import plot_scores_against_time, plot_surfaces
from plots.descent import plot_descent_paths, plot_loss_against_cost
from plots.differentiation import plot_difference_errors
from plots.layers import plot_difference_by_layer, plot_gradient_by_layer
from plots.likelihood import plot_efficiencies, plot_learned_noise
from plots.neuron import plot_half_spaces, plot_rules
from plots.regularisation import plot_learning_curves, plot_methods


def list_labels(figure):
    return {line.get_label() for axes in figure.axes for line in axes.get_lines()}


def test_difference_errors_have_slopes_and_may_be_zero(drawn):
    steps = 10.0 ** -np.arange(1, 16)
    errors = {"forward": steps, "central": 0 * steps}
    orders = {"forward": 1, "central": 2}
    figure = drawn(plot_difference_errors(steps, errors, orders, {"tape": 0.0}, "f = x"))
    slope = next(line for line in figure.axes[0].get_lines() if line.get_label() == "slope of h")
    np.testing.assert_allclose(slope.get_ydata(), steps[: len(slope.get_ydata())])
    assert {"forward", "central", "tape", "slope of h$^2$"} <= list_labels(figure)


def test_difference_errors_outside_the_domain(drawn):
    steps = 10.0 ** -np.arange(1, 16)
    errors = {"forward": np.where(steps > 0.05, np.inf, steps), "central": np.full(15, np.inf)}
    figure = drawn(plot_difference_errors(steps, errors, {"forward": 1, "central": 2}, {}))
    assert np.isfinite(figure.axes[0].get_ylim()).all()


def test_curves_have_a_gap_at_a_jump():
    z = np.array([-2.0, -1.0, 1.0, 2.0])
    x, curve = break_at_jumps(z, np.array([0.0, 0.0, 1.0, 1.0]), (0.0,))
    assert x.tolist() == [-2, -1, 0, 1, 2] and np.isnan(curve[2])
    assert break_at_jumps(z, np.zeros(4), (0.0,))[0].tolist() == z.tolist()


@pytest.mark.parametrize("count", [1, 4, len(TABLE)])
def test_activations_have_a_panel_each(drawn, count):
    z = np.linspace(-4, 4, 80)
    panels = {
        row.title: (row.value(z), row.derivative(z), row.formula, row.slope, row.kinks)
        for row in list(TABLE.values())[:count]
    }
    figure = drawn(plot_activations(z, panels))
    assert [axes.get_title().split("\n")[0] for axes in figure.axes] == list(panels)


def test_difference_by_layer(drawn):
    differences = {f"layer {number}": 0.0 for number in range(1, 30)}
    figure = drawn(plot_difference_by_layer(differences, 1e-12, "formulas against GradientTape"))
    (points, limit) = figure.axes[0].lines
    assert len(points.get_xdata()) == 29 and limit.get_ydata()[0] == 1e-12


@pytest.mark.parametrize("layers", [4, 50])
def test_gradient_by_layer(drawn, layers):
    sizes = {"tanh": np.ones((5, layers)), "relu": np.zeros((5, layers))}
    assert {"tanh", "relu"} <= list_labels(drawn(plot_gradient_by_layer(sizes)))


@pytest.mark.parametrize("count", [1, 2])
def test_diverging_paths_and_level_surfaces(drawn, count):
    x = np.linspace(0, 1, 5)
    path = np.array([[0.5, 0.5], [1e5, -1e5]])
    paths = {"rate 0.1 of the limit": path, "rate too large": path[:1], "momentum": path}
    panels = {f"panel {number}": paths for number in range(count)}
    points = {"minimum": [(0.1, 0.2)], "saddle": [], "maximum": []}
    figure = drawn(plot_descent_paths(x, x, np.ones((5, 5)), panels, points, title="x^2 + y^2"))
    labels = list_labels(figure)
    assert figure.axes[0].get_xlim() == (0, 1)
    assert {*paths, "start", "minimum"} <= labels and "saddle" not in labels


def test_diverging_losses_leave_the_panel(drawn):
    cost = np.arange(1.0, 5.0)
    lines = {
        "down": (cost, 1 / cost),
        "up": (cost, 10.0 ** (10 * cost) / 1e10),
        "none": (cost, np.full(4, np.nan)),
    }
    panels = {f"comparison {number}": ("examples seen", lines) for number in range(4)}
    figure = drawn(plot_loss_against_cost(panels, "loss above least squares"))
    assert figure.axes[0].get_ylim()[1] <= 20 * 1.01


def test_error_by_size(drawn):
    panels = {
        "units of one hidden layer": {"x": ([1, 2, 16], np.ones((3, 2)))},
        "hidden layers of 8 units": {"x": ([1, 2, 3], np.zeros((3, 2)))},
    }
    labels = list_labels(drawn(plot_error_by_size(panels, {"x": 0.5}, "tanh networks, 5 seeds")))
    assert labels == {"x", "best line, x"}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_approximations(drawn, count):
    x = np.linspace(0, 1, 9)
    lines = {"truth": x} | {f"width {width}": x / (1 + width) for width in (1, 2, 4, 64)}
    targets = {f"exp(-x/2)*sin({number}*x)": lines for number in range(count)}
    figure = drawn(plot_approximations(x, targets, "One hidden layer of tanh units"))
    assert len(figure.axes) == count and list_labels(figure) == set(lines)


def test_half_spaces(drawn):
    points = np.array([[0.0, 0], [1, 1], [0, 1], [1, 0]])
    neurons = {"Rosenblatt": np.array([1.0, 1, -1.5]), "gradient descent": np.array([2.0, 0, -3])}
    panels = {f"{kind} points": (points, np.array([0, 1, 0, 0]), neurons) for kind in "ab"}
    figure = drawn(plot_half_spaces(panels))
    assert list_labels(figure) == {*neurons, "class 0", "class 1"}


def test_rules(drawn):
    losses = {
        "separable": (np.arange(1, 99), 1 / np.arange(1, 99)),
        "overlapping": ([1, 9], [0, 0]),
    }
    figure = drawn(plot_rules({"separable": [3, 0], "overlapping": [5] * 40}, losses, 20))
    assert list_labels(figure) == set(losses)


def test_filtered(drawn):
    picture = np.random.default_rng(0).normal(size=(32, 32))
    figure = drawn(plot_filtered(picture, {name: (picture, k) for name, k in KERNELS.items()}))
    assert "0 1 0; 1 -4 1; 0 1 0" in figure.axes[-1].get_title()


def test_shifts(drawn):
    lines = {f"layer {number}": np.linspace(0, number, 8) for number in range(3)}
    figure = drawn(plot_shifts(list(range(8)), lines, {"dense": np.full(8, 0.1)}))
    assert list_labels(figure) == {*lines, "dense"}


def test_methods_and_learning_curves(drawn):
    methods = [f"method number {number}" for number in range(13)]
    scores = {
        ((name, 150, 0), state, "test"): (np.ones(5), np.linspace(0.8, 0.9, 5))
        for name in methods
        for state in ("at_the_end", "early_stopping")
    }
    assert list_labels(drawn(plot_methods(methods, scores, "150 rows"))) >= {"early stopping"}
    steps, rows = np.arange(800.0, 48_000, 800), np.array([25, 50, 100, 150, 300, 600])
    by_step = {name: (steps, 100 / steps, 1 + steps / 1e5) for name in ("nothing", "all four")}
    by_rows = {name: (rows, 0 / rows, 10 / rows) for name in by_step}
    units = np.array([1, 2, 4, 8, 16, 64])
    figure = drawn(plot_learning_curves(by_step, by_rows, (units, 1 / units, 1 / units)))
    assert "nothing, new rows" in list_labels(figure)


def test_efficiencies_and_learned_noise(drawn):
    names = ("Gaussian", "Laplace", "Student")
    drawn(plot_efficiencies({(a, b): (0.5, 0.6) for a in names for b in names}, 100))
    x = np.linspace(-3, 3, 50)
    answers = {
        "squared error": (np.sin(x), 0 * x + 0.2),
        "Gaussian likelihood": (np.sin(x), 0.1 * x**2),
    }
    figure = drawn(plot_learned_noise(x, np.sin(x), x, (np.sin(x), 0.1 * x**2), answers))
    assert list_labels(figure) >= {"data", "mean", "truth"}


def test_folds_and_the_best_of_many(drawn):
    random = np.random.default_rng(0)
    ratios = {k: random.normal(1, 0.2, 50) for k in (2, 5, 10, 20, 60)}
    drawn(plot_folds(ratios, np.logspace(-1, 4, 26), random.normal(55, 1, (10, 26)), 30.0))
    counts = (1, 2, 5, 10, 20, 50, 100)
    lines = {name: (np.sqrt(counts), np.sqrt(counts)) for name in ("guesses", "networks")}
    drawn(plot_best_of_many(counts, lines, 100))


def test_surfaces_and_scores_against_time(drawn):
    learners = ("linear", "neighbours", "SVM", "tree", "forest", "boosting", "network")
    names = ("circle", "xor", "gauss", "spiral", "moons", "chess")
    line = np.linspace(-1, 1, 9)
    points = {
        name: (np.random.default_rng(0).uniform(-1, 1, (20, 2)), np.arange(20) % 2)
        for name in names
    }
    surface = np.linspace(0, 1, 81).reshape(9, 9)
    drawn(
        plot_surfaces(
            line,
            {name: dict.fromkeys(learners, surface) for name in names},
            points,
            {name: dict.fromkeys(learners, 0.987) for name in names},
        )
    )
    results = {
        table: {name: ([0.9, 0.92], 10.0**-number) for number, name in enumerate(learners)}
        for table in ("iris", "wine", "breast cancer", "digits")
    }
    figure = drawn(plot_scores_against_time(results))
    assert [axes.get_title() for axes in figure.axes] == list(results)
