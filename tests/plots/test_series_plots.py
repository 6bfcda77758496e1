"""Pictures of series: by class, coloured by what decided, and the gates of a cell."""

import numpy as np

from plots.series import plot_activation_maps, plot_gates, plot_series_by_class


def waves(count, steps=30):
    return [np.sin(np.arange(steps + k) / 3 + k) for k in range(count)]


def test_series_by_class(drawn):
    classes = ("a", "a class with a name that is far too long", *"cdefghij")
    true = np.array([classes[k % 10] for k in range(40)], object)
    predicted = true.copy()
    predicted[[3, 13]] = "a"
    figure = drawn(plot_series_by_class(waves(40), true, predicted, classes))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[3] == "d\n2 of 4 wrong" and titles[0] == "a\n0 of 4 wrong"
    assert len(figure.axes) == 9  # the first nine classes
    drawn(plot_series_by_class(waves(4), np.tile([1, 2], 2), np.tile([1, 2], 2), (1, 2)))


def test_activation_maps(drawn):
    maps = [np.linspace(-2, 4, len(wave)) for wave in waves(3)]
    figure = drawn(plot_activation_maps(waves(3), maps, ["a", "b", "c"]))
    lines = figure.axes[1].collections[0]
    assert lines.get_clim() == (-4, 4)  # zero is white
    assert len(lines.get_segments()) == len(maps[1]) - 1
    drawn(plot_activation_maps(waves(1), [np.zeros(30)], ["a"]))


def test_gates(drawn):
    random = np.random.default_rng(0)
    gates = {
        "input": random.uniform(size=(30, 8)),
        "memory": random.normal(size=(30, 8)),
    }
    figure = drawn(plot_gates(random.normal(size=(30, 2)), gates))
    image = figure.axes[1].images[0]
    means = np.asarray(image.get_array()).mean(axis=1)
    assert (np.diff(means) >= 0).all()  # units in the order of their first gate
    assert image.get_clim() == (0, 1)
