"""The loss of a student, against the formula by hand and its limits."""

import keras
import numpy as np
import pytest
from scipy.special import log_softmax, rel_entr, softmax

from datasets.dataset import Split
from training.distillation import (
    add_shifted,
    choose_student_metric,
    distillation_loss,
    join_answers,
)

RANDOM = np.random.default_rng(0)
LOGITS, TEACHER = RANDOM.normal(size=(2, 7, 4))
LABELS = RANDOM.integers(0, 4, 7)


def test_the_formula_with_logits():
    """From probabilities it is the same as from logits, which are known but for a constant."""
    loss = distillation_loss("softmax", 3.0, 0.25)
    y_true = join_answers(LABELS, softmax(TEACHER, axis=1))
    hard = -log_softmax(LOGITS, axis=1)[np.arange(7), LABELS]
    soft = rel_entr(softmax(TEACHER / 3, axis=1), softmax(LOGITS / 3, axis=1)).sum(axis=1)
    found = loss(y_true, softmax(LOGITS, axis=1).astype("float32"))
    np.testing.assert_allclose(found, 0.25 * hard + 0.75 * 9 * soft, rtol=1e-4)


def test_alone_it_is_the_cross_entropy_and_a_copy_of_the_teacher_costs_nothing():
    p = softmax(TEACHER, axis=1).astype("float32")
    y_true = join_answers(LABELS, p)
    alone = distillation_loss("softmax", 4.0, 1.0)(y_true, p)
    expected = keras.losses.sparse_categorical_crossentropy(LABELS, p)
    np.testing.assert_allclose(alone, expected, rtol=1e-6)
    np.testing.assert_allclose(distillation_loss("softmax", 4.0, 0.0)(y_true, p), 0, atol=1e-5)


def test_two_classes_with_a_sigmoid():
    q = np.array([[0.2], [0.9]], "float32")
    taught = np.array([[0.7, 0.3], [0.1, 0.9]])
    y_true = join_answers(np.array([1, 1]), taught)
    found = distillation_loss("sigmoid", 1.0, 0.5)(y_true, q)
    hard = -np.log(q[:, 0])
    soft = rel_entr(taught, np.concatenate([1 - q, q], axis=1)).sum(axis=1)
    np.testing.assert_allclose(found, 0.5 * hard + 0.5 * soft, rtol=1e-4)
    np.testing.assert_array_equal(choose_student_metric("sigmoid")(y_true, q), [0, 1])


def test_numbers():
    y_true = join_answers(np.array([1.0, 2.0]), np.array([[1.5], [2.0]]))
    y_pred = np.array([[2.0], [1.0]], "float32")
    found = distillation_loss("linear", 1.0, 0.4)(y_true, y_pred)
    np.testing.assert_allclose(found, [0.4 * 1 + 0.6 * 0.25, 1.0], rtol=1e-6)
    np.testing.assert_allclose(choose_student_metric("linear")(y_true, y_pred), [1, 1])
    assert choose_student_metric("linear").__name__ == "mean_squared_error"


@pytest.mark.parametrize("temperature", [1.0, 8.0])
def test_a_certain_teacher_gives_no_infinity(temperature):
    y_true = join_answers(np.array([0]), np.array([[1.0, 0.0]]))
    loss = distillation_loss("softmax", temperature, 0.1)
    assert np.isfinite(loss(y_true, np.array([[0.0, 1.0]], "float32"))).all()


def test_shifted_copies_of_pictures():
    pictures = np.zeros((50, 5, 5, 1), "uint8")
    pictures[:, 2, 2] = np.arange(1, 51)[:, None]
    split = Split({"image": pictures}, {"digit": np.arange(50)})
    rows = add_shifted(split, copies=2, limit=0.2, seed=0)
    assert rows.rows == 150
    np.testing.assert_array_equal(rows.inputs["image"][:50], pictures)
    np.testing.assert_array_equal(rows.targets["digit"], np.tile(np.arange(50), 3))
    places = np.argwhere(rows.inputs["image"])
    np.testing.assert_array_equal(places[:, 0], np.arange(150))  # the pixel is still there, once
    assert {tuple(place) for place in places[50:, 1:3]} == {
        (y, x) for y in (1, 2, 3) for x in (1, 2, 3)
    }
    assert (rows.inputs["image"].sum(axis=(1, 2, 3)) == np.tile(np.arange(1, 51), 3)).all()
