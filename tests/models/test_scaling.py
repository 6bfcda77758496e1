"""Layers between units and numbers: exact in float64, saved with the model, probabilities."""

import keras
import numpy as np
import pytest

from datasets.dataset import Target
from models.heads import answer, undo_class_weights
from models.scaling import clip, to_numbers, to_values


def test_units_are_exact_in_float64(tmp_path):
    inputs = keras.Input((2,), dtype="float64")
    units = [0.1, 1e-7], [2459000.0, -3.0]
    outputs = to_values(to_numbers(inputs, *units), *units)
    keras.Model(inputs, outputs).save(tmp_path / "model.keras")
    model = keras.models.load_model(tmp_path / "model.keras")
    values = np.array([[2459000.123456789, -3.0000001]])
    np.testing.assert_allclose(model(values), values, rtol=1e-15)
    number = to_numbers(np.array([0.3]), 0.1)  # not 0.1 of float32
    np.testing.assert_allclose(number, 0.3 / 0.1, rtol=1e-15)


def test_limits(tmp_path):
    values = np.array([[np.nan, -5.0, 2.0], [1.0, 0.5, 9.0]])
    limits = [0.0, -1.0, 0.0], [1.0, 1.0, 3.0]
    inputs = keras.Input((3,), dtype="float64")
    keras.Model(inputs, clip(inputs, *limits)).save(tmp_path / "model.keras")
    found = keras.models.load_model(tmp_path / "model.keras")(values).numpy()
    np.testing.assert_array_equal(found, [[np.nan, -1.0, 2.0], [1.0, 0.5, 3.0]])


@pytest.mark.parametrize("weights", [(1.0, 9.0), (2.0, 1.0, 0.5)])
def test_probabilities_are_those_of_the_data(weights):
    """Bayes' rule: weighted classes are classes that are that much more frequent."""
    true = np.random.default_rng(0).dirichlet(np.ones(len(weights)), 20)
    weighted = true * weights / np.sum(true * weights, axis=1, keepdims=True)
    found = undo_class_weights(keras.ops.convert_to_tensor(weighted.astype("float32")), weights)
    np.testing.assert_allclose(found, true, rtol=1e-5)


def test_the_answer_of_two_classes_undoes_weights():
    target = Target("ill", classes=(0, 1), class_weights=(1.0, 9.0))
    x = keras.ops.convert_to_tensor(np.array([[0.5], [0.9]], "float32"))
    np.testing.assert_allclose(answer(x, target)[:, 1], [0.1, 0.5], rtol=1e-5)


def test_a_balanced_decision():
    target = Target("ill", classes=("no", "yes"), decision_weights=(0.5, 5.0))
    assert target.decide(np.array([[0.95, 0.05], [0.85, 0.15]])).tolist() == ["no", "yes"]
    assert Target("ill", classes=("no", "yes")).decide(np.array([[0.6, 0.4]])).tolist() == ["no"]
