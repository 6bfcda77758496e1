"""The encoding of raw columns, with every value computed by hand."""

import datetime

import keras
import numpy as np
import pytest
import tensorflow as tf

from datasets.dataset import Column
from models.columns import DateFeatures, column_encoder, count_days_since_1970, make_input_names


def test_numbers_are_scaled_and_missing_ones_marked():
    columns = [Column("a", mean=10.0, std=2.0, has_missing=True), Column("b", mean=0.0, std=1.0)]
    x = column_encoder(columns)({"a": tf.constant([14.0, np.nan]), "b": tf.constant([1.0, np.nan])})
    np.testing.assert_allclose(x, [[2, 1, 0], [0, 0, 1]], atol=1e-6)  # a, b, a is missing


@pytest.mark.parametrize("size", [1e-20, 1e-9, 1.0, 1e20])
def test_numbers_of_any_size_are_scaled(size):
    values = np.array([-1.0, 0.0, 2.0]) * size
    x = column_encoder([Column("a", mean=0.5 * size, std=2 * size)])(
        {"a": tf.constant(values, tf.float32)}
    )
    np.testing.assert_allclose(x, [[-0.75], [-0.25], [0.75]], rtol=1e-5)


def test_categories_are_one_hot_with_a_feature_for_unseen_ones():
    columns = [Column("colour", "category", vocabulary=("red", "blue"))]
    x = column_encoder(columns)({"colour": tf.constant(["blue", "red", "green"])})
    np.testing.assert_array_equal(x, [[0, 0, 1], [0, 1, 0], [1, 0, 0]])
    assert x.dtype == "float32"


@pytest.mark.parametrize(
    "day", ["1970-01-01", "2000-02-29", "2024-12-31", "1899-03-01", "2100-03-01"]
)
def test_days_since_1970_agree_with_python(day):
    date = datetime.date.fromisoformat(day)
    days = count_days_since_1970(
        *(tf.constant(float(part)) for part in (date.year, date.month, date.day))
    )
    assert float(days) == (date - datetime.date(1970, 1, 1)).days


def test_dates_become_points_on_circles():
    x = DateFeatures(0.0, 10.0)(tf.constant(["1970-01-11", "1970-01-01T06:00:00", ""])).numpy()
    assert x.shape == (3, 8)
    np.testing.assert_allclose(x[0, 0], 1.0)  # ten days
    np.testing.assert_allclose(x[1, 5:7], [1, 0], atol=1e-6)  # six o'clock is a quarter of the day
    np.testing.assert_array_equal(x[2], [0, 0, 0, 0, 0, 0, 0, 1])  # missing


def test_all_kinds_together_are_saved_and_loaded(tmp_path):
    columns = [
        Column("size (m)"),
        Column("kind", "category", vocabulary=("x",)),
        Column("day", "date"),
    ]
    model = column_encoder(columns)
    rows = {
        "size__m_": tf.constant([1.5]),
        "kind": tf.constant(["x"]),
        "day": tf.constant(["2024-05-31"]),
    }
    x = model(rows)
    assert x.shape == (1, 1 + 2 + 8)
    model.save(tmp_path / "encoder.keras")
    np.testing.assert_allclose(keras.models.load_model(tmp_path / "encoder.keras")(rows), x)


def test_input_names_are_legal_and_distinct():
    names = make_input_names(
        [
            Column(name)
            for name in ("mean radius", "mean-radius", "größe", "1st", "x/y", "x_y", "X_y", "_z")
        ]
    )
    assert names == [
        "mean_radius",
        "mean_radius_2",
        "gr__e",
        "column_1st",
        "x_y",
        "x_y_2",
        "X_y_3",
        "column__z",
    ]


def test_a_picture_passes_unchanged():
    encoder = column_encoder([Column("image", "image", shape=(4, 4, 1))])
    picture = np.random.default_rng(0).uniform(size=(2, 4, 4, 1)).astype("float32")
    np.testing.assert_array_equal(encoder({"image": picture}), picture)
