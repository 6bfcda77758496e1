"""Baselines against published figures, closed forms and the endpoints of the network."""

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from datasets.dataset import Column, Dataset, Split, Target, join_splits
from datasets.house_prices import load_house_prices
from datasets.table import make_table_dataset
from evaluation.baselines import (
    fit_boosted_trees,
    fit_linear_model,
    fit_most_frequent,
    fit_polynomial,
)
from evaluation.scores import score


def test_ordinary_least_squares_on_house_prices(shared):
    dataset = load_house_prices(
        str(shared("house-prices/house_price_regression_dataset.csv")), split_seed=42
    )
    (baseline,) = fit_linear_model(dataset).values()
    predictions = baseline.endpoints["serve"](dataset.test.inputs)
    scores = score(dataset.targets, dataset.test.targets, predictions)["House_Price"]
    assert scores == pytest.approx({"MAE": 8174.58, "RMSE": 10071.48, "R2": 0.998426}, rel=1e-5)


def test_the_most_frequent_class_is_that_of_all_but_the_test_rows():
    parts = [
        Split({"x": np.zeros(len(labels))}, {"kind": np.array([*labels], object)})
        for labels in ("ab", "bbc", "aaaa")
    ]
    data = Dataset("letters", *parts, (Column("x"),), (Target("kind", classes=(*"abc",)),))
    (baseline,) = fit_most_frequent(data).values()
    answers = baseline.endpoints["serve"](data.test.inputs)
    assert answers["kind"].tolist() == ["b"] * 4
    np.testing.assert_allclose(answers["kind_probabilities"], [[0.2, 0.6, 0.2]] * 4)


@pytest.fixture(scope="module")
def frame():
    """Every kind of column; `y` is linear in them, `kind` is not."""
    random = np.random.default_rng(0)
    days = random.integers(0, 1000, 300)
    colour = random.choice(["red", "blue"], 300)
    gaps = np.where(random.uniform(size=300) < 0.2, np.nan, random.normal(size=300))
    return pd.DataFrame(
        {
            "day": (pd.Timestamp("2020-01-01") + pd.to_timedelta(days, "D")).strftime("%Y-%m-%d"),
            "colour": colour,
            "gaps": gaps,
            "y": 0.5 * days + 100 * (colour == "red"),
            "kind": np.where((days > 250) & (days < 750), "inner", "outer"),
        }
    )


@pytest.fixture(scope="module")
def dataset(frame):
    return make_table_dataset("test", frame, ["y", "kind"], split_seed=0)


def test_missing_values_categories_and_dates(frame):
    dataset = make_table_dataset("test", frame.drop(columns="kind"), ["y"], split_seed=0)
    ((name, baseline),) = fit_linear_model(dataset).items()
    assert name == "linear regression"
    predictions = baseline.endpoints["serve"](dataset.test.inputs)
    np.testing.assert_allclose(predictions["y"], dataset.test.targets["y"], rtol=1e-4)


@pytest.fixture(scope="module")
def baselines(dataset):
    """`{name: Baseline}` fitted to the table."""
    return fit_linear_model(dataset) | fit_boosted_trees(dataset)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("linear regression and logistic regression", 0.4, 0.8), ("boosted trees", 0.9, 1)],
)
def test_a_model_for_each_target(dataset, baselines, name, low, high):
    baseline = baselines[name]
    assert len(baselines) == 2 and baseline.seconds > 0 and baseline.error is None
    answers = baseline.endpoints["serve"](dataset.test.inputs)
    scores = score(dataset.targets, dataset.test.targets, answers)
    assert scores["y"]["R2"] > 0.95
    assert low <= scores["kind"]["accuracy"] <= high
    # The probabilities are in the order of the classes.
    target = dataset.targets[1]
    chosen = np.array(target.classes)[answers["kind_probabilities"].argmax(axis=1)]
    np.testing.assert_array_equal(chosen, answers["kind"])
    np.testing.assert_allclose(answers["kind_probabilities"].sum(axis=1), 1)


def test_baselines_answer_as_the_network_does(frame, dataset, baselines, tmp_path):
    """The names, shapes and kinds of the outputs are those of the exported endpoint."""
    from experiments.tables.table import Table

    frame.to_csv(tmp_path / "table.csv", index=False)
    path, targets = str(tmp_path / "table.csv"), ("y", "kind")
    experiment = Table(data=path, target=targets, members=1, hidden=(2,), split_seed=0)
    data = experiment.load()
    assert data.columns == dataset.columns
    network = experiment.export(experiment.build(data), data).endpoints["serve"]
    inputs = data.test.inputs
    assert {column.name for column in network.inputs} == set(inputs)
    expected = network.function(tf.nest.map_structure(tf.convert_to_tensor, inputs))
    for baseline in baselines.values():
        found = baseline.endpoints["serve"](inputs)
        assert found.keys() == expected.keys()
        for name, values in found.items():
            assert values.shape == expected[name].shape, name
            assert (values.dtype.kind == "f") == expected[name].dtype.is_floating, name


def test_categories_never_seen_are_predicted(dataset, baselines):
    inputs = dataset.test.inputs | {"colour": np.array(["green"] * dataset.test.rows, object)}
    for baseline in baselines.values():
        assert np.isfinite(baseline.endpoints["serve"](inputs)["y"]).all()


def test_trees_of_more_rows_than_they_can_take_use_a_sample(dataset, monkeypatch):
    monkeypatch.setattr("evaluation.baselines.MANY_ROWS", 50)
    assert list(fit_boosted_trees(dataset)) == ["boosted trees of 50 rows"]


def test_pictures_are_a_column_a_pixel():
    random = np.random.default_rng(0)
    labels = np.arange(90) % 3
    pictures = random.integers(0, 50, (90, 4, 4, 1)).astype("uint8")
    pictures[np.arange(90), 0, labels, 0] += 100
    rows = Split({"image": pictures}, {"label": labels})
    columns = (Column("image", "image", shape=(4, 4, 1), dtype="uint8"),)
    targets = (Target("label", classes=(0, 1, 2)),)
    parts = (rows.take(np.arange(30) + start) for start in (0, 30, 60))
    ((name, baseline),) = fit_linear_model(Dataset("", *parts, columns, targets)).items()
    answers = baseline.endpoints["serve"](rows.inputs)
    assert name == "logistic regression" and (answers["label"] == labels).all()


def test_least_squares_gives_back_a_polynomial():
    x = np.random.default_rng(0).uniform(-1, 2, 300).astype("float32")
    y = 2 * x.astype("float64") ** 3 - x
    rows = Split({"x": x}, {"y": y})
    parts = (rows.take(np.arange(100) + start) for start in (0, 100, 200))
    dataset = Dataset("", *parts, (Column("x"),), (Target("y"),))
    ((name, baseline),) = fit_polynomial(dataset, 3).items()
    assert name == "least squares, degree 3"
    known = join_splits(dataset.train, dataset.validation, dataset.test)
    answers = baseline.endpoints["serve"](known.inputs)
    np.testing.assert_allclose(answers["y"], known.targets["y"], atol=1e-6)
