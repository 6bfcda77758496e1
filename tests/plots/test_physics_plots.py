"""Pictures of equations and their training: the data that is drawn, what is written on it, and odd cases."""

import numpy as np
import pytest
from matplotlib.colors import LogNorm

from plots import maps, style
from plots.field import field
from plots.residual_map import residual_map

X, T = np.linspace(-1, 1, 20), np.linspace(0, 2, 11)
WAVE = np.sin(2 * X) * np.cos(T)[:, np.newaxis]  # (t, x), as np.meshgrid(X, T) has it
POINTS = np.random.default_rng(0).uniform((-1, 0), (1, 2), (300, 2))


@pytest.fixture
def saved(tmp_path):
    """Draws a figure into a file, and checks that all text is large enough, inside the picture, and apart from other text."""

    def check(figure):
        style.save(figure, tmp_path / "picture.png")
        figure.draw_without_rendering()  # extents are known, in the same dots, only after drawing
        texts = written(figure)
        assert min(text.get_fontsize() for text in texts) >= style.SMALL
        boxes = np.array([text.get_window_extent().extents for text in texts])  # (texts, x0 y0 x1 y1)
        assert np.all(boxes[:, :2] > -2) and np.all(boxes[:, 2:] < figure.bbox.size + 2)
        for index, (x0, y0, x1, y1) in enumerate(boxes):
            left, bottom, right, top = boxes[index + 1 :].T
            overlap = (np.minimum(x1, right) - np.maximum(x0, left) > 1) & (np.minimum(y1, top) - np.maximum(y0, bottom) > 1)
            other = [text.get_text() for text, bad in zip(texts[index + 1 :], overlap, strict=True) if bad]
            assert not other, f"{texts[index].get_text()} lies upon {other}"
        return figure

    return check


def written(figure):
    """All text of a figure that is drawn."""
    texts = [*figure.texts, *(text for one in figure.legends for text in one.get_texts())]
    for axes in figure.axes:
        texts += [*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            texts += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            texts += [axis.get_offset_text()]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def legend(figure):
    """All texts of the legends of a figure."""
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes if axes.get_legend())]
    return [text.get_text() for one in legends for text in one.get_texts()]


def line(axes, label):
    """The line with that label."""
    return next(one for one in axes.lines if one.get_label() == label)


def panels(figure):
    """Axes with a title: those of the maps, not of their colour bars."""
    return {axes.get_title(): axes for axes in figure.axes if axes.get_title()}


def clim(axes):
    return axes.collections[0].get_clim()


# field


def test_time_lies_on_the_horizontal_axis(saved):
    (axes,) = panels(saved(field(X, T, {"network": WAVE}, "x", "t", "u(x, t)", POINTS))).values()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("t", "x")
    assert axes.get_xlim() == (0, 2) and axes.get_ylim() == (-1, 1)
    np.testing.assert_array_equal(axes.collections[0].get_array(), WAVE.T)
    np.testing.assert_array_equal(line(axes, "300 collocation points").get_data(), POINTS.T[::-1])


def test_coordinates_in_space_stay_as_they_are(saved):
    (axes,) = panels(saved(field(X, T, {"network": WAVE}, "x", "y", "u(x, y)", POINTS))).values()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    np.testing.assert_array_equal(axes.collections[0].get_array(), WAVE)
    np.testing.assert_array_equal(axes.lines[0].get_data(), POINTS.T)
    box = axes.get_position().size * axes.figure.get_size_inches()
    assert box[1] / box[0] == pytest.approx(1.0, rel=0.01)  # both are two long: drawn to scale


def test_network_and_reference_share_a_scale_and_the_error_has_its_own(saved):
    error = 1e-3 * WAVE
    figure = saved(field(X, T, {"network": 3 * WAVE, "reference": WAVE, "error": error}, "x", "t", "u", POINTS))
    network, reference, absolute = panels(figure).values()
    assert list(panels(figure)) == ["network", "reference", "|error|"]
    largest = np.abs(WAVE).max()
    np.testing.assert_allclose([clim(network), clim(reference)], [(-largest, largest)] * 2)
    np.testing.assert_array_equal(absolute.collections[0].get_array(), np.abs(error).T)
    assert clim(absolute) == (0, pytest.approx(np.abs(error).max()))
    assert [len(axes.lines) for axes in (network, reference, absolute)] == [1, 0, 0]
    assert legend(figure) == ["300 collocation points"]
    assert network.collections[0].colorbar.extend == "both" and reference.collections[0].colorbar.extend == "neither"
    assert len(figure.axes) == 6  # each with a colour bar


def test_an_error_of_many_decades_is_logarithmic(saved):
    error = np.geomspace(1e-9, 1e-2, WAVE.size).reshape(WAVE.shape)
    figure = saved(field(X, T, {"network": WAVE, "error of u": -error}, "x", "t", "u"))
    norm = panels(figure)["|error of u|"].collections[0].norm
    assert isinstance(norm, LogNorm)
    assert (norm.vmin, norm.vmax) == pytest.approx((1e-6, 1e-2))


def test_fields_of_different_quantities(saved):
    figure = saved(field(X, T, {"u": WAVE, "v": 1e5 * WAVE, "p": 3 + WAVE}, "x", "t", "flow", same_scale=False))
    u, v, p = panels(figure).values()
    assert clim(v) == pytest.approx(1e5 * np.array(clim(u)))
    assert clim(p) == (pytest.approx((3 + WAVE).min()), pytest.approx((3 + WAVE).max()))
    assert u.collections[0].get_cmap().name == style.DIVERGING != p.collections[0].get_cmap().name


@pytest.mark.parametrize("value", [0.0, 1.0, -1e30, 1e-30, np.nan, np.inf])
def test_constant_fields(saved, value):
    constant = np.full_like(WAVE, value)
    values = {"network": constant, "reference": constant, "error": constant - constant}
    figure = saved(field(X, T, values, "x", "t", "constant", POINTS[:0]))
    low, high = clim(panels(figure)["network"])
    assert low < value < high or not np.isfinite(value)
    assert not legend(figure)


def test_not_all_of_many_points_are_drawn(saved):
    figure = saved(field(X, T, {"network": WAVE}, "x", "t", "u", np.tile(POINTS, (100, 1))))
    (label,) = legend(figure)
    assert label == "30000 collocation points (1000 drawn)"
    assert len(panels(figure)["network"].lines[0].get_xdata()) == maps.MOST_DOTS


def test_long_names_and_titles(saved):
    name = "the network of the second stage $ with a long name, trained for longer"
    figure = saved(
        field(X, T, {name: WAVE, "reference": WAVE, f"error of {name}": WAVE}, "horizontal distance [m]", "t", 2 * name)
    )
    assert max(axes.title.get_text().count("\n") for axes in figure.axes) >= 2


# residual map


def test_residuals_are_logarithmic_with_the_points_upon_all(saved):
    residuals = {"u_t + u*u_x": np.geomspace(1e-9, 1, WAVE.size).reshape(WAVE.shape), "v_t": 0 * WAVE}
    figure = saved(residual_map({"x": X, "t": T}, residuals, POINTS))
    first, second = panels(figure).values()
    assert list(panels(figure)) == ["|u_t + u*u_x|", "|v_t|"]
    assert first.get_xlabel() == "t"
    assert isinstance(first.collections[0].norm, LogNorm)
    assert clim(first) == pytest.approx((1e-4, 1))
    np.testing.assert_array_equal(second.lines[0].get_data(), POINTS.T[::-1])


def test_residual_over_one_coordinate(saved):
    t = np.linspace(0, 3, 50)
    figure = saved(residual_map({"t": t}, {"u'' + u": -np.exp(-t)}, POINTS[:, :1]))
    (axes,) = figure.axes
    np.testing.assert_allclose(line(axes, "|u'' + u|").get_ydata(), np.exp(-t))
    np.testing.assert_array_equal(line(axes, "300 collocation points").get_xdata(), POINTS[:, 0])
    assert axes.get_yscale() == "log" and axes.get_xlim() == (0, 3) and axes.get_xlabel() == "t"


def test_a_zero_of_the_residual_does_not_stretch_the_axis(saved):
    t = np.linspace(0, 3, 50)
    residuals = {"large": t * 1e-3, "small": np.maximum(t * 1e-6, 1e-200)}
    (axes,) = saved(residual_map({"t": t}, residuals)).axes
    assert axes.get_ylim() == pytest.approx((3e-10 / 2, 3e-3 * 2))


@pytest.mark.parametrize("value", [0.0, np.nan, 1e-300])
def test_residuals_without_a_curve(saved, value):
    residuals = {f"a{index}*u_t + b*u{index} - c*u_xx*u_x - d": np.full(5, value) for index in range(6)}
    assert len(legend(saved(residual_map({"t": T[:5]}, residuals)))) == 6
