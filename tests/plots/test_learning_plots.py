"""Pictures of how learning works, from small arrays: what is drawn, and the data they must survive."""

import numpy as np

from plots.activations import activations, broken
from plots.approximation import approximations, error_by_size
from plots.descent import descent_paths, loss_against_cost
from plots.difference_errors import difference_errors
from plots.layers import difference_by_layer, gradient_by_layer


def drawn(figure, tmp_path):
    from plots import style

    style.save(figure, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size < 300_000
    return figure


def labels(figure):
    return {line.get_label() for axes in figure.axes for line in axes.get_lines()}


def test_difference_errors_show_slopes_and_survive_zeros(tmp_path):
    steps = 10.0 ** -np.arange(1, 16)
    errors = {"forward": steps, "central": 0 * steps}
    figure = drawn(
        difference_errors(steps, errors, {"forward": 1, "central": 2}, {"tape": 0.0}, "f = x"),
        tmp_path,
    )
    slope = next(line for line in figure.axes[0].get_lines() if line.get_label() == "slope of h")
    np.testing.assert_allclose(slope.get_ydata(), steps[: len(slope.get_ydata())])
    assert {"forward", "central", "tape", "slope of h$^2$"} <= labels(figure)


def test_difference_errors_outside_the_domain(tmp_path):
    steps = 10.0 ** -np.arange(1, 16)
    errors = {"forward": np.where(steps > 0.05, np.inf, steps), "central": np.full(15, np.inf)}
    figure = drawn(difference_errors(steps, errors, {"forward": 1, "central": 2}, {}), tmp_path)
    assert np.isfinite(figure.axes[0].get_ylim()).all()


def test_no_line_joins_the_sides_of_a_jump():
    z = np.array([-2.0, -1.0, 1.0, 2.0])
    places, curve = broken(z, np.array([0.0, 0.0, 1.0, 1.0]), (0.0,))
    assert places.tolist() == [-2, -1, 0, 1, 2] and np.isnan(curve[2])
    assert broken(z, np.zeros(4), (0.0,))[0].tolist() == z.tolist()


def test_activations_have_a_panel_each(tmp_path):
    z = np.linspace(-1, 1, 20)
    panels = {str(number): (z, np.ones(20), "z", "1", ()) for number in range(4)}
    figure = drawn(activations(z, panels), tmp_path)
    assert [axes.get_title().split("\n")[0] for axes in figure.axes] == list("0123")


def test_layers(tmp_path):
    differences = {f"layer {number}": 0.0 for number in range(1, 30)}
    drawn(difference_by_layer(differences, 1e-12, "none"), tmp_path)
    figure = drawn(gradient_by_layer({"tanh": np.ones((5, 4)), "relu": np.zeros((5, 4))}), tmp_path)
    assert {"tanh", "relu"} <= labels(figure)


def test_paths_that_run_away_and_level_surfaces(tmp_path):
    x = np.linspace(0, 1, 5)
    path = np.array([[0.5, 0.5], [1e5, -1e5]])
    points = {"minimum": [(0.1, 0.2)], "saddle": [], "maximum": []}
    figure = drawn(
        descent_paths(x, x, np.ones((5, 5)), {"rules": {"one": path, "other": path[:1]}}, points),
        tmp_path,
    )
    assert figure.axes[0].get_xlim() == (0, 1)
    assert {"one", "other", "start", "minimum"} <= labels(figure) and "saddle" not in labels(figure)


def test_losses_that_diverge_leave_the_picture(tmp_path):
    cost = np.arange(1.0, 5.0)
    lines = {
        "down": (cost, 1 / cost),
        "up": (cost, 10.0 ** (10 * cost) / 1e10),
        "none": (cost, np.full(4, np.nan)),
    }
    (axes,) = drawn(loss_against_cost({"ways": ("examples", lines)}, "loss"), tmp_path).axes
    assert axes.get_ylim()[1] <= 20 * 1.01


def test_approximations(tmp_path):
    x = np.linspace(0, 1, 9)
    panels = {
        "width": {"x": ([1, 2, 16], np.ones((3, 2)))},
        "depth": {"x": ([1, 2, 3], np.zeros((3, 2)))},
    }
    assert "straight line to x" in labels(drawn(error_by_size(panels, {"x": 0.5}), tmp_path))
    lines = {"truth": x, "width 1": x / 2}
    figure = drawn(approximations(x, {str(number): lines for number in range(4)}), tmp_path)
    assert len(figure.axes) == 4 and {"truth", "width 1"} <= labels(figure)
