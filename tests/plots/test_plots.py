"""Plots of small arrays: their texts and numbers, and unusual data."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from plots.calibration import plot_interval_calibration
from plots.confusion import plot_confusion_matrix
from plots.curve import plot_curves, plot_surfaces
from plots.feature_maps import plot_feature_maps, plot_filters
from plots.history import plot_history
from plots.importance import plot_importance
from plots.mistakes import plot_mistakes
from plots.regression import plot_predicted_against_true, plot_residuals
from plots.reliability import plot_reliability
from plots.roc import plot_roc_curves
from plots.xor import plot_accuracy_by_seed, plot_decision_surfaces
from tests.plots.figure_checks import find_line, read_legend

LABEL = "House_Price [USD]"


@pytest.fixture
def random():
    return np.random.default_rng(0)


def make_history(epochs, **columns):
    decay = np.exp(-np.arange(epochs) / 10)
    table = {"epoch": np.arange(1, epochs + 1), "loss": decay, "val_loss": decay + 0.1}
    return table | {"learning_rate": np.full(epochs, 1e-3), "seconds": np.ones(epochs)} | columns


# history


def test_history_has_a_panel_for_each_quantity(drawn):
    figure = drawn(
        plot_history(
            make_history(30, accuracy=np.linspace(0, 1, 30), val_accuracy=np.linspace(0, 0.9, 30))
        )
    )
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "accuracy", "learning rate"]
    assert [axes.get_yscale() for axes in figure.axes] == ["log", "linear", "log"]
    # Training, validation and best epoch; the learning rate has no validation.
    assert [len(axes.lines) for axes in figure.axes] == [3, 3, 2]


def test_history_marks_the_best_epoch_in_every_panel(drawn):
    validation = np.array([3.0, np.nan, 1.0, 2.0])
    figure = drawn(plot_history(make_history(4, val_loss=validation)))
    assert "lowest validation loss: epoch 3" in read_legend(figure)
    for axes in figure.axes:
        assert find_line(axes, "lowest validation loss: epoch 3").get_xdata()[0] == 3


def test_history_counts_epochs_from_one(drawn):
    figure = drawn(plot_history(make_history(5, epoch=np.arange(5))))
    np.testing.assert_array_equal(
        find_line(figure.axes[0], "training").get_xdata(), [1, 2, 3, 4, 5]
    )


def test_history_shows_at_most_four_metrics(drawn):
    figure = drawn(
        plot_history(
            make_history(3, **{f"output_{index}_accuracy": np.ones(3) for index in range(9)})
        )
    )
    assert len(figure.axes) == 1 + 4 + 1


def test_history_of_one_epoch_shows_a_point(drawn):
    figure = drawn(plot_history(make_history(1)))
    assert find_line(figure.axes[0], "training").get_marker() == "o"


@pytest.mark.parametrize(
    ("loss", "scale"),
    [
        ([2.0, 0.1], "log"),
        ([1.0, -2.0], "linear"),
        ([1e4, -2.0], "symlog"),
        ([np.nan, np.inf], "linear"),
    ],
)
def test_history_chooses_a_scale_that_shows_the_loss(drawn, loss, scale):
    figure = drawn(plot_history(make_history(2, loss=np.array(loss), val_loss=np.array(loss))))
    assert figure.axes[0].get_yscale() == scale


def test_history_without_validation(drawn):
    figure = drawn(plot_history({"epoch": [1, 2], "loss": [2.0, 1.0]}))
    assert read_legend(figure) == ["training"]


# regression


@pytest.mark.parametrize("rows", [1, 200, 5000])
def test_predicted_against_true(drawn, random, rows):
    true = random.lognormal(12, 0.5, rows)
    figure = drawn(plot_predicted_against_true(true, true * random.normal(1, 0.1, rows), LABEL))
    axes = figure.axes[0]
    assert LABEL in axes.get_xlabel() and LABEL in axes.get_ylabel()
    assert axes.get_xlim() == axes.get_ylim()
    np.testing.assert_array_equal(*find_line(axes, "predicted = true").get_data())


def test_predicted_against_true_draws_standard_deviations(drawn, random):
    true = random.normal(size=50)
    figure = drawn(plot_predicted_against_true(true, true, LABEL, std=np.full(50, 0.3)))
    assert "± 1 predicted std" in read_legend(figure)


def test_rows_that_are_not_finite_are_counted(drawn):
    true, predicted = [1.0, 2.0, 3.0], [1.0, np.nan, 3.0]
    assert (
        "2 rows (1 not finite left out)"
        in drawn(plot_predicted_against_true(true, predicted, LABEL)).axes[0].get_title()
    )
    assert (
        "2 rows (1 not finite left out)"
        in drawn(plot_residuals(true, predicted, LABEL)).get_suptitle()
    )


@pytest.mark.parametrize("plot", [plot_predicted_against_true, plot_residuals])
@pytest.mark.parametrize("predicted", [np.nan, 7.0, 0.0])
def test_constant_predictions(drawn, plot, predicted):
    drawn(plot(np.full(3000, 7.0), np.full(3000, predicted), LABEL))


def test_residuals_are_predicted_minus_true(drawn):
    figure = drawn(plot_residuals(np.array([[1.0], [2.0]]), np.array([[4.0], [1.0]]), LABEL))
    scatter, histogram = figure.axes
    np.testing.assert_array_equal(scatter.lines[0].get_ydata(), [3, -1])
    assert LABEL in scatter.get_xlabel() and LABEL in scatter.get_ylabel()
    assert sum(bar.get_width() for bar in histogram.patches) == 2


# calibration


@pytest.mark.parametrize(("factor", "sign"), [(1.0, 0), (0.5, -1), (2.0, 1)])
def test_calibration_of_gaussian_samples(drawn, random, factor, sign):
    mean, std = random.normal(size=20_000), random.uniform(0.5, 2.0, 20_000)
    figure = drawn(plot_interval_calibration(random.normal(mean, std), mean, factor * std, LABEL))
    assert LABEL in figure.axes[0].get_ylabel()
    expected, observed = find_line(figure.axes[0], "predicted intervals").get_data()
    if sign == 0:
        np.testing.assert_allclose(observed, expected, atol=0.015)
    else:  # narrow intervals cover too little, wide ones too much
        assert np.all(sign * (observed - expected)[1:-1] > 0)


def test_calibration_of_certain_and_of_missing_predictions(drawn):
    drawn(plot_interval_calibration([1.0, 2.0], [1.0, 3.0], [0.0, 0.0], LABEL))
    drawn(plot_interval_calibration([np.nan], [1.0], [1.0], LABEL))


# confusion


def test_confusion_counts(drawn):
    figure = drawn(
        plot_confusion_matrix(["a", "a", "b"], ["a", "b", "b"], ["a", "b", "c"], "Test split")
    )
    texts = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert texts[0, 0] == "1" and texts[1, 0] == "1" and texts[1, 1] == "1"  # (predicted, true)
    shares = figure.axes[0].images[0].get_array()
    np.testing.assert_allclose(shares, [[0.5, 0.5, 0], [0, 1, 0], [0, 0, 0]])
    assert figure.axes[0].get_title() == "Test split"
    colours = {text.get_position(): text.get_color() for text in figure.axes[0].texts}
    assert colours[1, 1] == "white" and colours[2, 1] == "black"


def test_confusion_of_many_classes_has_no_counts(drawn):
    classes = [f"species_{index}" for index in range(20)]
    figure = drawn(plot_confusion_matrix(classes, classes, classes, "Twenty"))
    assert not figure.axes[0].texts
    assert {label.get_rotation() for label in figure.axes[0].get_xticklabels()} == {45}


# roc


def test_areas_in_the_legend_are_those_of_scikit_learn(drawn, random):
    true = random.integers(0, 3, 200)
    probabilities = random.dirichlet(np.ones(3), 200)
    probabilities[np.arange(200), true] += 0.3
    texts = read_legend(drawn(plot_roc_curves(true, probabilities, [0, 1, 2])))
    for index in range(3):
        assert f"{index}, AUC {roc_auc_score(true == index, probabilities[:, index]):.3f}" in texts


def test_roc_of_two_classes_shows_the_second(drawn):
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.6, 0.4], [0.2, 0.8]])
    texts = read_legend(
        drawn(plot_roc_curves(["no", "no", "yes", "yes"], probabilities, ["no", "yes"]))
    )
    assert texts == ["yes, AUC 0.750", "random guess, AUC 0.500"]


def test_roc_skips_absent_classes(drawn, random):
    texts = read_legend(
        drawn(plot_roc_curves([0, 1, 0, 1], random.dirichlet(np.ones(3), 4), [0, 1, 2]))
    )
    assert len(texts) == 3 and not any(text.startswith("2") for text in texts)


def test_roc_names_the_worst_of_many_classes(drawn, random):
    true = np.arange(600) % 20
    probabilities = random.random((600, 20))
    probabilities[np.arange(600), true] += true / 20
    figure = drawn(plot_roc_curves(true, probabilities, range(20)))
    assert len(figure.axes[0].lines) == 21
    areas = sorted(roc_auc_score(true == index, probabilities[:, index]) for index in range(20))
    assert [text[-5:] for text in read_legend(figure)] == [f"{area:.3f}" for area in areas[:10]] + [
        "0.500"
    ]


def test_roc_without_any_curve(drawn):
    assert read_legend(drawn(plot_roc_curves([1, 1], np.full((2, 2), np.nan), [0, 1]))) == [
        "random guess, AUC 0.500"
    ]


# reliability


def test_expected_calibration_error(drawn):
    probabilities = np.array([[0.95, 0.05], [0.05, 0.95], [0.65, 0.35], [0.65, 0.35]])
    figure = drawn(plot_reliability(["a", "b", "a", "b"], probabilities, ["a", "b"]))
    # Two rows of confidence 0.95 are right, one of two of 0.65: (2 * 0.05 + 2 * 0.15) / 4.
    assert "expected calibration error 0.100" in figure.axes[0].get_title()
    np.testing.assert_allclose(
        find_line(figure.axes[0], "network").get_data(), [[0.65, 0.95], [0.5, 1.0]]
    )
    assert [bar.get_height() for bar in figure.axes[1].patches] == [0, 0, 0, 0, 0, 0, 2, 0, 0, 2]


def test_reliability_of_certain_and_of_missing_predictions(drawn):
    assert "error 0.000" in drawn(plot_reliability([0, 1], np.eye(2), [0, 1])).axes[0].get_title()
    assert "0 rows" in drawn(plot_reliability([0], [[np.nan, np.nan]], [0, 1])).axes[0].get_title()


# mistakes


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (8, 8, 3), (8, 8, 4)])
@pytest.mark.parametrize(
    "images", [lambda r, s: r.integers(0, 256, s).astype("uint8"), lambda r, s: 16 * r.random(s)]
)
def test_mistakes_are_sorted_by_confidence(drawn, random, shape, images):
    true, predicted = np.array([3, 1, 2, 4]), np.array([5, 1, 7, 8])
    figure = drawn(
        plot_mistakes(
            images(random, (4, *shape)),
            true,
            predicted,
            np.array([0.6, 1.0, 0.98, 0.9]),
            max_count=2,
        )
    )
    captions = [axes.get_title() for axes in figure.axes if axes.images]
    assert captions == [
        "true: 2\npredicted: 7\nconfidence: 0.98",
        "true: 4\npredicted: 8\nconfidence: 0.90",
    ]
    picture = figure.axes[0].images[0].get_array()
    assert picture.min() >= 0 and picture.max() <= 1


def test_a_classifier_without_mistakes(drawn):
    right = np.array([1, 2])
    figure = drawn(plot_mistakes(np.zeros((2, 4, 4)), right, right, right))
    assert any("No mistakes" in text.get_text() for text in figure.texts)


def test_images_of_one_value(drawn):
    drawn(plot_mistakes(np.full((1, 4, 4), 7), [0], [1], [0.5]))


def test_dollars_are_not_formulas(drawn):
    money = ["$50_ to $60", "$60_ to $70"]
    drawn(plot_importance({"$_ or $_": (0.5, 0.1), "a": (0.1, 0.0)}, "$_ and $_", "RMSE [$]"))
    drawn(plot_mistakes(np.zeros((2, 4, 4)), money, money[::-1], [0.9, 0.8]))
    drawn(plot_confusion_matrix(money, money[::-1], money, "Wages"))
    drawn(plot_roc_curves(money, np.eye(2), money))


# feature maps


@pytest.mark.parametrize("shape", [(3, 3, 1, 32), (5, 5, 3, 10), (3, 3, 64, 40), (3, 3, 1, 1)])
def test_filters_have_colours_symmetric_about_zero(drawn, random, shape):
    figure = drawn(plot_filters(random.normal(size=shape)))
    pictures = [axes.images[0] for axes in figure.axes if axes.images]
    assert len(pictures) == min(shape[3], 32)
    assert {picture.get_clim() for picture in pictures} == {
        (-pictures[0].get_clim()[1], pictures[0].get_clim()[1])
    }
    assert figure.axes[-1].get_ylabel() == "weight"


def test_filters_of_zeros(drawn):
    drawn(plot_filters(np.zeros((3, 3, 1, 4))))


@pytest.mark.parametrize("channels", [1, 3])
def test_feature_maps(drawn, random, channels):
    maps = {"conv2d": random.random((8, 8, 16)), "max_pooling2d": random.random((4, 4, 5))}
    figure = drawn(plot_feature_maps(random.random((10, 10, channels)), maps))
    assert sum(len(axes.images) for axes in figure.axes) == 1 + 8 + 5
    titles = [
        text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    ]
    assert "conv2d, 8 × 8 × 16" in titles and "max_pooling2d, 4 × 4 × 5" in titles


def test_feature_maps_of_a_constant_image(drawn):
    drawn(plot_feature_maps(np.full((6, 6, 1), 255), {"conv2d": np.zeros((6, 6, 1))}))


# curves and surfaces


def test_curves_show_the_range_of_the_truth(drawn):
    x = np.linspace(-3, 3, 50)
    lines = {"truth": np.sin(x), "network": np.exp(10 * x), "least squares": np.full(50, np.nan)}
    figure = drawn(
        plot_curves(x, lines, (x, np.sin(x)), (-1, 1), "time [s]", "voltage [V]", "A sine")
    )
    axes = figure.axes[0]
    low, high = axes.get_ylim()
    assert -4 < low < -1 and 1 < high < 4
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == (
        "time [s]",
        "voltage [V]",
        "A sine",
    )
    assert set(read_legend(figure)) == {"training interval", "training data", *lines}
    assert len({one.get_linestyle() for one in axes.lines if one.get_label() in lines}) == 3


def test_curve_of_a_constant(drawn):
    drawn(plot_curves(np.arange(3.0), {"truth": np.zeros(3)}))


def test_surface_shows_truth_network_and_error(drawn):
    x, y = np.linspace(-2, 2, 20), np.linspace(-1, 1, 10)
    truth = np.outer(y, x)
    figure = drawn(
        plot_surfaces(
            x, y, {"truth": truth, "network": 100 * truth}, (-0.5, 0.5, -0.2, 0.3), "x [m]", "y [m]"
        )
    )
    first, second, third = figure.axes[:3]
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        "truth",
        "network",
        "|network − truth|",
    ]
    assert first.collections[0].get_clim() == second.collections[0].get_clim() == (-2, 2)
    np.testing.assert_allclose(third.collections[0].get_clim()[1], 198)
    assert first.get_xlabel() == "x [m]" and first.get_ylabel() == "y [m]"
    assert first.patches[0].get_bbox().bounds == (-0.5, -0.2, 1, 0.5)


@pytest.mark.parametrize("panels", [1, 3, 4])
def test_decision_surfaces(drawn, random, panels):
    x1, x2 = np.linspace(-1, 1, 20), np.linspace(-1, 1, 15)
    slope = np.tile((x1 + 1) / 2, (15, 1))
    grids = [np.full((15, 20), 0.3), slope, slope, slope][:panels]
    points = random.uniform(-1, 1, (30, 2))
    figure = drawn(
        plot_decision_surfaces(x1, x2, grids, points, points[:, 0] > 0, list("abcd")[:panels])
    )
    assert [axes.get_title() for axes in figure.axes[:panels]] == list("abcd")[:panels]
    assert read_legend(figure) == ["class 0", "class 1"]
    for axes in figure.axes[:panels]:
        assert sum(len(one.get_xdata()) for one in axes.lines) == 30
        assert len({one.get_marker() for one in axes.lines}) == 2


# comparison


def test_accuracy_by_seed_shows_every_finite_seed(drawn):
    accuracies = {
        "no hidden layer": [0.5, 0.75, np.nan],
        "one hidden layer": [1.0],
        "two": [np.nan],
    }
    figure = drawn(plot_accuracy_by_seed(accuracies))
    points = [one for one in figure.axes[0].lines if one.get_label() == "one seed"]
    assert [len(one.get_xdata()) for one in points] == [2, 1, 0]
    assert find_line(figure.axes[0], "best straight line").get_ydata()[0] == 0.75
    assert read_legend(figure) == ["one seed", "median", "best straight line"]
    assert "accuracy" in figure.axes[0].get_ylabel()
