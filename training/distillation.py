"""The loss of a student: the truth and the answers of its teacher, both in `y_true`."""

import keras
import numpy as np
from keras import ops

SMALLEST = 1e-30  # probability: at a high temperature even tiny ones say something


def join_answers(true, taught):
    """Return `(rows, 1 + answers)`, what a student learns from.

    Args:
        true: class or scaled number of each row, `(rows,)`.
        taught: the teacher's probabilities of all classes, `(rows, classes)`, or its scaled
            numbers, `(rows, 1)`.
    """
    return np.concatenate([np.reshape(true, (-1, 1)), taught], axis=1).astype("float32")


def distillation_loss(head, temperature, alpha):
    """Return the loss of a student with the probabilities p beside a teacher with t.

        loss = alpha * H(true class, p) + (1 - alpha) * T^2 * KL(t_T || p_T)

    where p_T is p^(1/T), divided by its sum: the softmax of the logits divided by the temperature
    T. T^2 keeps the size of the gradient. For numbers both terms are squared errors.

    Args:
        head: "softmax", "sigmoid" or "linear", see `models.heads.head`.
        temperature: temperature T > 0. The larger it is, the more the classes count that the
            teacher thinks unlikely.
        alpha: weight of the true answer.

    Source: G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural Network,
    arXiv:1503.02531.
    """

    def squared_errors(y_true, y_pred):
        true, taught = y_true[:, :1], y_true[:, 1:]
        errors = alpha * ops.square(y_pred - true) + (1 - alpha) * ops.square(y_pred - taught)
        return errors[:, 0]

    def cross_entropies(y_true, y_pred):
        p, taught = all_classes(y_pred, head), y_true[:, 1:]
        hard = keras.losses.sparse_categorical_crossentropy(y_true[:, 0], p)
        softened, softened_teacher = soften(p, temperature), soften(taught, temperature)
        soft = ops.sum(ops.exp(softened_teacher) * (softened_teacher - softened), axis=-1)
        return alpha * hard + (1 - alpha) * temperature**2 * soft

    return squared_errors if head == "linear" else cross_entropies


def choose_student_metric(head):
    """Return the metric of a student, a function with the name under which it is listed."""

    def accuracy(y_true, y_pred):
        return keras.metrics.sparse_categorical_accuracy(y_true[:, 0], all_classes(y_pred, head))

    def mean_squared_error(y_true, y_pred):
        return ops.square(y_pred - y_true[:, :1])[:, 0]

    return mean_squared_error if head == "linear" else accuracy


def all_classes(probabilities, head):
    """Return `(rows, classes)`; a sigmoid gives the probability of the second class alone."""
    if head == "sigmoid":
        return ops.concatenate([1 - probabilities, probabilities], axis=-1)
    return probabilities


def soften(probabilities, temperature):
    """Return the logarithm of the probabilities at a temperature."""
    logits = ops.log(ops.maximum(probabilities, SMALLEST))  # but for a constant
    return ops.log_softmax(logits / temperature, axis=-1)


def add_shifted(split, copies, limit, seed):
    """Return a split of pictures with shifted copies of all of them behind it.

    Args:
        split: `datasets.dataset.Split` with one input, `(rows, height, width, channels)`.
        copies: number of copies of each picture, shifted by a random distance each.
        limit: largest shift as a share of the height and of the width.
        seed: seed of the distances.
    """
    rows = split.take(np.tile(np.arange(split.rows), copies + 1))
    ((name, pictures),) = rows.inputs.items()
    shifted = pictures.copy()
    random, (height, width) = np.random.default_rng(seed), pictures.shape[1:3]
    down, right = (max(1, round(limit * size)) for size in (height, width))
    distances = random.integers([-down, -right], [down + 1, right + 1], (len(pictures), 2))
    distances[: split.rows] = 0
    for distance in np.unique(distances, axis=0):
        moved = (distances == distance).all(axis=1)
        (y, x), (to_y, to_x) = np.maximum(-distance, 0), np.maximum(distance, 0)
        part = np.zeros_like(pictures[moved])
        part[:, to_y : height - y, to_x : width - x] = pictures[moved][
            :, y : height - to_y, x : width - to_x
        ]
        shifted[moved] = part
    return rows._replace(inputs={name: shifted})
