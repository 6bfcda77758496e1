import numpy as np

from plots.measured_curve import plot_measured_curve
from tests.plots.figure_checks import find_line, read_legend

T = np.linspace(0, 1, 50)


def test_a_fit_with_its_band_and_residuals(drawn):
    u, at = np.exp(-T), np.array([0.1, 0.5, 0.9])
    curves = {"network": {"u": u, "v": 1 - u}, "equation, solved by SciPy": {"u": u, "v": 1 - u}}
    measured = {"u": (at, np.exp(-at) + 0.1)}
    bands = {"u": np.stack([u - 0.05, u + 0.05], axis=-1)}
    figure = drawn(plot_measured_curve(T, curves, bands, measured, "t"))
    above, below, *others = figure.axes
    corners = above.collections[0].get_paths()[0].vertices[:, 1]
    assert corners.max() == 1.05 and corners.min() == u[-1] - 0.05
    np.testing.assert_array_equal(find_line(above, "network").get_ydata(), u)
    np.testing.assert_allclose(below.lines[-1].get_ydata(), 0.1, atol=1e-4)
    assert [axes.get_ylabel() for axes in figure.axes] == ["u", "residual", "v", "residual"]
    assert others[-1].get_xlabel() == "t"
    assert read_legend(figure) == [
        *("95 % interval", "network", "equation, solved by SciPy", "measured")
    ]
