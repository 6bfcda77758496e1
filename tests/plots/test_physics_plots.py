"""Plots of equations and their training: drawn data, texts, and unusual cases."""

import numpy as np
import pytest
from matplotlib.colors import LogNorm
from scipy.stats import qmc

from plots import maps, style
from plots.constants import plot_constants
from plots.error_against_time import plot_error_against_time
from plots.field import plot_fields
from plots.loss_terms import plot_loss_terms
from plots.residual_map import plot_residual_map
from plots.slices import plot_slices
from plots.trajectories import plot_phase_portrait, plot_trajectories
from tests.plots.figure_checks import find_line, read_legend

X, T = np.linspace(-1, 1, 20), np.linspace(0, 2, 11)
WAVE = np.sin(2 * X) * np.cos(T)[:, np.newaxis]  # (t, x), as in np.meshgrid(X, T)
POINTS = np.random.default_rng(0).uniform((-1, 0), (1, 2), (300, 2))


def get_panels(figure):
    """Axes with a title: the maps, without their colour bars."""
    return {axes.get_title(): axes for axes in figure.axes if axes.get_title()}


def get_limits(axes):
    return axes.collections[0].get_clim()


# field


def test_time_lies_on_the_horizontal_axis(drawn):
    (axes,) = get_panels(
        drawn(plot_fields(X, T, {"network": WAVE}, "x", "t", "u(x, t)", POINTS))
    ).values()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("t", "x")
    assert axes.get_xlim() == (0, 2) and axes.get_ylim() == (-1, 1)
    np.testing.assert_array_equal(axes.collections[0].get_array(), WAVE.T)
    np.testing.assert_array_equal(
        find_line(axes, "300 collocation points").get_data(), POINTS.T[::-1]
    )


def test_coordinates_in_space_stay_as_they_are(drawn):
    (axes,) = get_panels(
        drawn(plot_fields(X, T, {"network": WAVE}, "x", "y", "u(x, y)", POINTS))
    ).values()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    np.testing.assert_array_equal(axes.collections[0].get_array(), WAVE)
    np.testing.assert_array_equal(axes.lines[0].get_data(), POINTS.T)
    box = axes.get_position().size * axes.figure.get_size_inches()
    assert box[1] / box[0] == pytest.approx(
        1.0, rel=0.01
    )  # both axes have length two: drawn to scale


def test_network_and_reference_share_a_scale_and_the_error_has_its_own(drawn):
    error = 1e-3 * WAVE
    figure = drawn(
        plot_fields(
            X, T, {"network": 3 * WAVE, "reference": WAVE, "error": error}, "x", "t", "u", POINTS
        )
    )
    network, reference, absolute = get_panels(figure).values()
    assert list(get_panels(figure)) == ["network", "reference", "|error|"]
    largest = np.abs(WAVE).max()
    np.testing.assert_allclose(
        [get_limits(network), get_limits(reference)], [(-largest, largest)] * 2
    )
    np.testing.assert_array_equal(absolute.collections[0].get_array(), np.abs(error).T)
    assert get_limits(absolute) == (0, pytest.approx(np.abs(error).max()))
    assert [len(axes.lines) for axes in (network, reference, absolute)] == [1, 0, 0]
    assert read_legend(figure) == ["300 collocation points"]
    assert (
        network.collections[0].colorbar.extend == "both"
        and reference.collections[0].colorbar.extend == "neither"
    )
    assert len(figure.axes) == 6  # each with a colour bar


def test_an_error_of_many_decades_is_logarithmic(drawn):
    error = np.geomspace(1e-9, 1e-2, WAVE.size).reshape(WAVE.shape)
    figure = drawn(plot_fields(X, T, {"network": WAVE, "error of u": -error}, "x", "t", "u"))
    norm = get_panels(figure)["|error of u|"].collections[0].norm
    assert isinstance(norm, LogNorm)
    assert (norm.vmin, norm.vmax) == pytest.approx((1e-6, 1e-2))


def test_fields_of_different_quantities(drawn):
    figure = drawn(
        plot_fields(
            X, T, {"u": WAVE, "v": 1e5 * WAVE, "p": 3 + WAVE}, "x", "t", "flow", same_scale=False
        )
    )
    u, v, p = get_panels(figure).values()
    assert get_limits(v) == pytest.approx(1e5 * np.array(get_limits(u)))
    assert get_limits(p) == (pytest.approx((3 + WAVE).min()), pytest.approx((3 + WAVE).max()))
    assert u.collections[0].get_cmap().name == style.DIVERGING != p.collections[0].get_cmap().name


@pytest.mark.parametrize("value", [0.0, 1.0, -1e30, 1e-30, np.nan, np.inf])
def test_constant_fields(drawn, value):
    constant = np.full_like(WAVE, value)
    values = {"network": constant, "reference": constant, "error": np.full_like(WAVE, 0 * value)}
    figure = drawn(plot_fields(X, T, values, "x", "t", "constant", POINTS[:0]))
    low, high = get_limits(get_panels(figure)["network"])
    assert low < value < high or not np.isfinite(value)
    assert not read_legend(figure)


def test_not_all_of_many_points_are_drawn(drawn):
    figure = drawn(plot_fields(X, T, {"network": WAVE}, "x", "t", "u", np.tile(POINTS, (100, 1))))
    (label,) = read_legend(figure)
    assert label == "30000 collocation points (1000 drawn)"
    assert len(get_panels(figure)["network"].lines[0].get_xdata()) == maps.MAX_POINTS


def test_drawn_points_cover_the_domain(drawn):
    """Every fourth point of a Sobol sequence lies in the same quadrant."""
    points = qmc.scale(qmc.Sobol(2, scramble=False).random(4096), (-1, 0), (1, 2))
    figure = drawn(plot_fields(X, T, {"network": WAVE}, "x", "t", "u", points))
    t, x = get_panels(figure)["network"].lines[0].get_data()
    counts, *_ = np.histogram2d(x, t, bins=2, range=((-1, 1), (0, 2)))
    assert counts.min() > 200 and len({*zip(x, t, strict=True)}) == 1000
    again = drawn(plot_fields(X, T, {"network": WAVE}, "x", "t", "u", points))
    np.testing.assert_array_equal(get_panels(again)["network"].lines[0].get_data(), (t, x))


def test_long_names_and_titles(drawn):
    name = "the network of the second stage $ with a long name, trained for longer"
    figure = drawn(
        plot_fields(
            X,
            T,
            {name: WAVE, "reference": WAVE, f"error of {name}": WAVE},
            "horizontal distance [m]",
            "t",
            2 * name,
        )
    )
    assert max(axes.title.get_text().count("\n") for axes in figure.axes) >= 2


# residual map


def test_residuals_are_logarithmic_with_points_on_all_maps(drawn):
    residuals = {
        "u_t + u*u_x": np.geomspace(1e-9, 1, WAVE.size).reshape(WAVE.shape),
        "v_t": 0 * WAVE,
    }
    figure = drawn(plot_residual_map({"x": X, "t": T}, residuals, POINTS))
    first, second = get_panels(figure).values()
    assert list(get_panels(figure)) == ["|u_t + u*u_x|", "|v_t|"]
    assert first.get_xlabel() == "t"
    assert isinstance(first.collections[0].norm, LogNorm)
    assert get_limits(first) == pytest.approx((1e-4, 1))
    np.testing.assert_array_equal(second.lines[0].get_data(), POINTS.T[::-1])


def test_residual_over_one_coordinate(drawn):
    t = np.linspace(0, 3, 50)
    figure = drawn(plot_residual_map({"t": t}, {"u'' + u": -np.exp(-t)}, POINTS[:, :1]))
    (axes,) = figure.axes
    np.testing.assert_allclose(find_line(axes, "|u'' + u|").get_ydata(), np.exp(-t))
    np.testing.assert_array_equal(
        find_line(axes, "300 collocation points").get_xdata(), POINTS[:, 0]
    )
    assert axes.get_yscale() == "log" and axes.get_xlim() == (0, 3) and axes.get_xlabel() == "t"


def test_a_zero_of_the_residual_does_not_extend_the_axis(drawn):
    t = np.linspace(0, 3, 50)
    residuals = {"large": t * 1e-3, "small": np.where(t == t[20], 1e-200, 1e-6)}
    (axes,) = drawn(plot_residual_map({"t": t}, residuals)).axes
    low, high = axes.get_ylim()
    assert 1e-7 < low < 1e-6 and 3e-3 < high < 1e-2


@pytest.mark.parametrize("value", [0.0, np.nan, 1e-300])
def test_residuals_without_a_curve(drawn, value):
    residuals = {
        f"a{index}*u_t + b*u{index} - c*u_xx*u_x - d": np.full(5, value) for index in range(6)
    }
    assert len(read_legend(drawn(plot_residual_map({"t": T[:5]}, residuals)))) == 6


# slices


def test_slices_show_the_network_dashed_over_the_reference(drawn):
    figure = drawn(
        plot_slices(X, {"network": 2 * WAVE[:3], "reference": WAVE[:3]}, T[:3], title="u(x, t)")
    )
    assert [axes.get_title() for axes in figure.axes] == ["t = 0", "t = 0.2", "t = 0.4"]
    for axes, values in zip(figure.axes, WAVE, strict=False):
        network, reference = find_line(axes, "network"), find_line(axes, "reference")
        np.testing.assert_array_equal(network.get_data(), (X, 2 * values))
        np.testing.assert_array_equal(reference.get_ydata(), values)
        assert (network.get_linestyle(), network.get_color()) == ("--", style.VERMILION)
        assert (reference.get_linestyle(), reference.get_color()) == ("-", style.BLACK)
        assert network.get_zorder() > reference.get_zorder()
    assert read_legend(figure) == ["network", "reference"]
    assert figure.axes[0].get_ylim()[1] == pytest.approx(
        WAVE[0].max() * 2.1
    )  # the network, with a margin


def test_one_slice(drawn):
    (axes,) = drawn(plot_slices(X, {"network": WAVE[:1]}, [0.5], "x [m]", "time", "u")).axes
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("time = 0.5", "x [m]", "u")


def test_of_many_slices_nine_are_drawn(drawn):
    figure = drawn(plot_slices(X, {"network": np.tile(X, (100, 1))}, np.arange(100)))
    titles = [axes.get_title() for axes in figure.axes]
    assert len(titles) == 9 and titles[0] == "t = 0" and titles[-1] == "t = 99"


# trajectories


def oscillator(count):
    """Cosines of different sizes, `(n, count)`, and their argument."""
    t = np.linspace(0, 10, 200)
    return t, np.stack([10.0 ** (3 * k - 6) * np.cos(t + k) for k in range(count)], axis=1)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 9])
def test_trajectories_of_every_unknown_and_their_errors(drawn, count):
    t, reference = oscillator(count)
    curves = {
        "network": 1.001 * reference,
        "reference": reference,
        "forward Euler": 1.1 * reference,
    }
    figure = drawn(
        plot_trajectories(t, curves, [f"x{k}" for k in range(count)], "time [s]", "Oscillator")
    )
    above = [axes for axes in figure.axes if axes.get_title()]
    below = [axes for axes in figure.axes if not axes.get_title()]
    assert [axes.get_title() for axes in above] == [f"x{k}" for k in range(count)]
    assert len(below) == count and {axes.get_yscale() for axes in below} == {"log"}
    assert sorted(read_legend(figure)) == ["forward Euler", "network", "reference"]
    for k, (axes, errors) in enumerate(zip(above, below, strict=True)):
        assert (
            axes.get_position().x0 == errors.get_position().x0
            and axes.get_position().y0 > errors.get_position().y1
        )
        np.testing.assert_array_equal(find_line(axes, "reference").get_ydata(), reference[:, k])
        network, euler = errors.lines
        np.testing.assert_allclose(network.get_ydata(), 0.001 * np.abs(reference[:, k]), rtol=1e-10)
        np.testing.assert_allclose(euler.get_ydata(), 0.1 * np.abs(reference[:, k]), rtol=1e-10)
        assert network.get_color() == find_line(axes, "network").get_color() != euler.get_color()
        assert errors.get_ylim()[1] == pytest.approx(2 * 0.1 * np.abs(reference[:, k]).max())
    assert {axes.get_xlabel() for axes in figure.axes} == {"", "time [s]"}


def test_trajectories_without_a_reference_have_no_errors(drawn):
    t, values = oscillator(2)
    figure = drawn(plot_trajectories(t, {"network": values}, ["u", "v"]))
    assert [axes.get_title() for axes in figure.axes] == ["u", "v"]


@pytest.mark.parametrize("network", [0.0, np.nan, 1e300])
def test_trajectories_of_a_constant(drawn, network):
    t, zeros = np.arange(5.0), np.zeros((5, 1))
    figure = drawn(
        plot_trajectories(
            t,
            {"network": zeros + network, "exact": zeros},
            ["a concentration with a long name [mol/l]"],
        )
    )
    above, below = figure.axes
    assert above.get_ylim()[0] < 0 < above.get_ylim()[1] <= 1
    assert bool(below.texts) == (not network > 0)  # a note that there is nothing to show


def test_phase_portrait_of_two(drawn):
    _, values = oscillator(2)
    figure = drawn(
        plot_phase_portrait({"reference": values, "network": 3 * values}, ["prey", "predators"])
    )
    (axes,) = figure.axes
    np.testing.assert_array_equal(find_line(axes, "reference").get_data(), values.T)
    np.testing.assert_array_equal(find_line(axes, "start").get_data(), values[:1].T)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("prey", "predators")
    assert np.abs(axes.get_xlim()).max() < 3e-6  # a diverging network does not set the limits


def test_phase_portrait_of_three_has_every_plane(drawn):
    _, values = oscillator(3)
    figure = drawn(plot_phase_portrait({"network": values}, ["x", "y", "z"], "Lorenz"))
    planes = figure.axes[:3]
    assert [(axes.get_xlabel(), axes.get_ylabel()) for axes in planes] == [
        ("x", "y"),
        ("x", "z"),
        ("y", "z"),
    ]
    np.testing.assert_array_equal(find_line(planes[2], "network").get_data(), values[:, 1:].T)
    np.testing.assert_array_equal(figure.axes[3].lines[0].get_data_3d(), values.T)
    assert read_legend(figure) == ["network", "start"]


# loss by term

EQUATION = "term u_t + u*u_x - nu*u_xx"
CONDITION = "term u(x, 0) = -sin(pi*x)"


def make_history(rows, changes=(), **columns):
    """A history.csv in which the optimiser changes at these rows."""
    phase = np.zeros(rows)
    for row in changes:
        phase[row:] += 1
    decay = np.exp(-np.arange(rows) / 5)
    table = {
        "epoch": np.arange(rows),
        "iteration": 10 * np.arange(rows),
        "seconds": 0.1 * np.arange(rows) ** 2,
    }
    table |= {
        "loss": 1.5 * decay,
        "val_loss": 2 * decay,
        EQUATION: decay,
        CONDITION: decay / 2,
        "phase": phase,
    }
    return table | columns


def test_loss_by_term_against_iterations_and_seconds(drawn):
    table = make_history(50)
    figure = drawn(plot_loss_terms(table))
    for axes, clock in zip(figure.axes, ("iteration", "seconds"), strict=True):
        assert axes.get_xlabel() == clock and axes.get_yscale() == "log"
        for label, column in {
            "loss": "loss",
            "validation loss": "val_loss",
            EQUATION[5:]: EQUATION,
        }.items():
            np.testing.assert_array_equal(
                find_line(axes, label).get_data(), (table[clock], table[column])
            )
    assert read_legend(figure) == ["loss", "validation loss", EQUATION[5:], CONDITION[5:]]


@pytest.mark.parametrize("changes", [[20], [1, 2, 30], [1, 2, 3], [47, 48, 49]])
def test_changes_of_the_optimiser_are_marked_and_named(drawn, changes):
    names = ["Adam", "SSBroyden", "L-BFGS", "Levenberg-Marquardt"][: len(changes) + 1]
    table = make_history(50, changes)
    figure = drawn(plot_loss_terms(table, names))
    for axes, clock in zip(figure.axes, ("iteration", "seconds"), strict=True):
        marks = sorted(one.get_xdata()[0] for one in axes.lines if one.get_color() == style.GREY)
        np.testing.assert_array_equal(marks, table[clock][changes])
        assert {text.get_text() for text in axes.texts} == set(names)
        assert max(text.get_window_extent().x1 for text in axes.texts) < axes.bbox.x1 + 5


def test_many_changes_are_all_marked_but_not_all_named(drawn):
    figure = drawn(
        plot_loss_terms(
            make_history(100, range(4, 100, 4), phase=np.arange(100) // 4 % 2), ["Adam", "L-BFGS"]
        )
    )
    assert sum(one.get_color() == style.GREY for one in figure.axes[0].lines) == 24
    assert 4 < len(figure.axes[0].texts) < 24


def test_learning_rate_and_damping_have_their_own_panel(drawn):
    rate, damping = (
        np.where(np.arange(20) < 9, 1e-3, np.nan),
        np.where(np.arange(20) < 9, np.nan, 10.0),
    )
    figure = drawn(
        plot_loss_terms(make_history(20, [9], learning_rate=rate, damping=damping), ["Adam"])
    )
    assert len(figure.axes) == 4
    np.testing.assert_array_equal(find_line(figure.axes[2], "learning rate").get_ydata(), rate)
    np.testing.assert_array_equal(find_line(figure.axes[3], "damping").get_ydata(), damping)
    assert (
        len(drawn(plot_loss_terms(make_history(20, learning_rate=np.full(20, np.nan)))).axes) == 2
    )


def test_terms_with_the_same_beginning_stay_apart(drawn):
    terms = {
        f"term u(x, y, z, 0) = sin(pi*x)*sin(pi*y)*sin(pi*z)*{k}": np.full(9, 10.0**k)
        for k in range(12)
    }
    texts = read_legend(drawn(plot_loss_terms(make_history(9, **terms))))
    assert len(texts) == 4 + 12 == len(set(texts))


@pytest.mark.parametrize("loss", [0.0, 1.0, 1e-300, 1e300, np.nan])
@pytest.mark.parametrize("rows", [1, 3])
def test_losses_without_a_curve(drawn, loss, rows):
    table = {"iteration": np.arange(rows), "seconds": np.zeros(rows), "loss": np.full(rows, loss)}
    assert read_legend(drawn(plot_loss_terms(table, ["Adam"]))) == ["loss"]


# unknown constants

ITERATIONS = np.arange(100) * 10


def make_course(true, first, half_width):
    """Values of a constant from the initial guess on, `(n,)`, and its interval, `(n, 2)`."""
    course = true + (first - true) * np.exp(-np.arange(100) / 5)
    return course, np.stack([course - half_width, course + half_width], axis=1)


def test_constants_with_intervals_and_true_values(drawn):
    nu, interval = make_course(0.00318, 0.1, 2e-5)
    figure = drawn(plot_constants(ITERATIONS, {"nu": nu}, {"nu": interval}, {"nu": 0.01 / np.pi}))
    overview, close_up = figure.axes
    assert overview.get_title() == "nu = 0.00318 ± 2e-05 (95 %)\n(true 0.003183)"
    assert overview.get_yscale() == "log" and overview.get_ylim()[1] > 0.1
    for axes in figure.axes:
        np.testing.assert_array_equal(find_line(axes, "estimate").get_data(), (ITERATIONS, nu))
        assert find_line(axes, "true value").get_ydata()[0] == 0.01 / np.pi
        corners = axes.collections[0].get_paths()[0].vertices[:, 1]
        assert corners.max() == interval.max() and corners.min() == interval.min()
        assert axes.get_xlabel() == "iteration"
    low, high = close_up.get_ylim()
    assert low < interval[-1, 0] < interval[-1, 1] < high < 0.0034
    start = int(close_up.get_xlim()[0]) // 10
    assert abs(nu[start] - nu[-1]) <= 1e-4 < abs(nu[start - 1] - nu[-1])  # five half widths
    assert read_legend(figure) == ["true value", "estimate", "95 % interval"]


def test_the_close_up_includes_a_distant_true_value(drawn):
    course, interval = make_course(1.0, 2.0, 1e-3)
    _, close_up = drawn(plot_constants(ITERATIONS, {"k": course}, {"k": interval}, {"k": 1.5})).axes
    assert close_up.get_ylim()[0] < interval[-1, 0] and close_up.get_ylim()[1] > 1.5


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_constants_without_intervals(drawn, count):
    values = {
        f"k{k}": make_course(10.0 ** (3 * k - 9), -(10.0 ** (3 * k - 9)), 0)[0]
        for k in range(count)
    }
    figure = drawn(plot_constants(ITERATIONS, values))
    assert [axes.get_title().split()[0] for axes in figure.axes] == list(values)
    assert [axes.get_yscale() for axes in figure.axes] == ["linear"] * count
    assert sum(axes.get_xlabel() == "iteration" for axes in figure.axes) == min(count, 2)
    assert read_legend(figure) == ["estimate"]


@pytest.mark.parametrize("value", [0.0, 1e30, np.nan])
@pytest.mark.parametrize("rows", [1, 3])
def test_constants_without_a_curve(drawn, value, rows):
    for half_width in (0.0, 1.0, np.nan):
        band = np.array([value - half_width, value + half_width]) * np.ones((rows, 2))
        name = "a constant with a very long name"
        figure = drawn(plot_constants(np.arange(rows), {name: np.full(rows, value)}, {name: band}))
        assert figure.axes[0].get_title().startswith("a constant with a v…")


# error against time


def test_error_against_time(drawn):
    seconds = np.geomspace(0.1, 100, 50)
    adam, newton = 1e-2 / seconds, 1e-5 / seconds
    problems = {
        "Burgers": {"Adam": (seconds, adam), "Levenberg-Marquardt": (seconds, newton)},
        "Lorenz": {"Levenberg-Marquardt": (3.0, 1e-6)},
    }
    figure = drawn(plot_error_against_time(problems, "relative L2 error", "Cost of accuracy"))
    burgers, lorenz = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ["Burgers", "Lorenz"]
    assert (burgers.get_xlabel(), burgers.get_ylabel()) == ("wall time [s]", "relative L2 error")
    assert (
        {axes.get_xscale() for axes in figure.axes}
        == {axes.get_yscale() for axes in figure.axes}
        == {"log"}
    )
    np.testing.assert_array_equal(find_line(burgers, "Adam").get_data(), (seconds, adam))
    np.testing.assert_array_equal(
        find_line(lorenz, "Levenberg-Marquardt").get_data(), ([3.0], [1e-6])
    )
    assert (
        find_line(lorenz, "Levenberg-Marquardt").get_color()
        == find_line(burgers, "Levenberg-Marquardt").get_color()
    )
    assert read_legend(figure) == ["Adam", "Levenberg-Marquardt"]


def test_few_points_are_all_visible(drawn):
    runs = {"train.py": ([7, 12, 33, 120], [1e-3, 1e-4, 1e-5, 1e-8])}
    (axes,) = drawn(plot_error_against_time({"Burgers": runs})).axes
    assert axes.get_ylim()[0] < 1e-8


def test_methods_differ_in_more_than_colour(drawn):
    runs = {f"method {number}": ([1, 2], [1, number]) for number in range(1, 11)}
    (axes,) = drawn(plot_error_against_time({"Burgers": runs})).axes
    assert len({(one.get_marker(), one.get_linestyle()) for one in axes.lines}) == 10


def test_many_methods_with_long_names_have_room_in_the_legend(drawn):
    runs = {
        f"Levenberg-Marquardt, way {number:2} of many others": ([1, 2], [1, number])
        for number in range(1, 11)
    }
    assert len(set(read_legend(drawn(plot_error_against_time({"Burgers": runs}))))) == 10


def test_what_logarithmic_axes_cannot_show_is_left_out(drawn):
    runs = {"some": ([0, 1, 2, 3], [1, np.nan, 0, 1e-3]), "none": (np.nan, np.inf)}
    one, other = drawn(
        plot_error_against_time({"Burgers": runs, "Poisson": {"none": ([0], [1])}})
    ).axes
    np.testing.assert_array_equal(find_line(one, "some").get_data(), ([3], [1e-3]))
    assert len(find_line(one, "none").get_xdata()) == 0
    assert "no finite value" in other.texts[0].get_text()
