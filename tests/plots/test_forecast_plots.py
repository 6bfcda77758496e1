"""Pictures of forecasts: the interval where it belongs, errors and coverage by step."""

import numpy as np
import pytest

from plots.forecast import (
    plot_coverage_by_step,
    plot_error_by_step,
    plot_forecasts,
    plot_networks,
)
from tests.plots.figure_checks import find_line, read_legend


@pytest.mark.parametrize("unit", ["D", "h", ""])
def test_forecasts_begin_where_the_history_ends(unit, drawn):
    times = np.arange(40.0)
    if unit:
        step = np.timedelta64(1, unit)
        times = np.datetime64("2024-01-30T00:00:00") + np.arange(40) * step
    true = np.sin(np.arange(40) / 3)
    window = {
        "times": times,
        "true": true,
        "lower": true[-8:] - 1,
        "upper": true[-8:] + 1,
        "lines": {"network": true[-8:], "ETS": 0.5 * true[-8:]},
        "name": "80 % interval",
    }
    figure = drawn(plot_forecasts([window] * 3, "load [MW]", "Forecasts"))
    assert len(figure.axes) == 3
    line = find_line(figure.axes[0], "network")
    assert len(line.get_xdata()) == 8 and line.get_xdata()[0] == times[32]
    low, high = figure.axes[0].collections[0].get_datalim(figure.axes[0].transData).intervaly
    assert (low, high) == pytest.approx((true[-8:].min() - 1, true[-8:].max() + 1))
    assert read_legend(figure) == ["truth", "80 % interval", "network", "ETS"]


def test_a_single_step_is_a_point(drawn):
    window = {
        "times": np.arange(5.0),
        "true": np.ones(5),
        "lower": np.zeros(1),
        "upper": 2 * np.ones(1),
        "lines": {"network": np.ones(1)},
        "name": "80 %",
    }
    figure = drawn(plot_forecasts([window], "y", "Forecast"))
    assert find_line(figure.axes[0], "network").get_marker() == "o"


def test_errors_and_coverage_by_step(drawn):
    errors = {"network": np.arange(1.0, 13), "last value": 2 * np.arange(1.0, 13)}
    figure = drawn(plot_error_by_step(errors, "a name of values that is far too long for an axis"))
    assert find_line(figure.axes[0], "network").get_xdata().tolist() == list(range(1, 13))
    drawn(plot_error_by_step({name: x[:1] for name, x in errors.items()}, "y"))
    figure = drawn(plot_coverage_by_step(np.linspace(0.7, 0.9, 12), 0.8, 40))
    assert "wanted: 80%" in read_legend(figure)


def test_the_loss_of_each_network(drawn):
    losses = {"linear": [0.5], "gru": [0.7, 0.6, 0.4], "cnn": [0.6, 0.5, 0.55]}
    figure = drawn(plot_networks(losses))
    assert read_legend(figure) == list(losses)
    assert set(find_line(figure.axes[0], "linear").get_ydata()) == {0.5}
