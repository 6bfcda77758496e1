"""The loss and the metrics that suit each kind of target."""

import math

import keras
from keras import ops


def gaussian_negative_log_likelihood(y_true, y_pred):
    """Return minus the log likelihood of numbers under predicted Gaussians, a value per row.

    Args:
        y_true: `(..., 1)`, or `(batch,)`.
        y_pred: `(..., 2)`: mean, standard deviation > 0.

    Returns: `(...)`.

    Source: M. Pierini, Deep Learning lectures: the mean squared error is the special case of a
    constant standard deviation.
    """
    mean, std = y_pred[..., 0], y_pred[..., 1]
    z = (ops.reshape(ops.cast(y_true, mean.dtype), ops.shape(mean)) - mean) / std
    return ops.log(std) + 0.5 * ops.square(z) + 0.5 * math.log(2 * math.pi)


def squared_error_of_known(y_true, y_pred):
    """Return the mean squared error of each row over the numbers that are known.

    Args:
        y_true: `(batch, ...)`, NaN where unknown.
        y_pred: as `y_true`.

    Returns: `(batch,)`.
    """
    known = ops.logical_not(ops.isnan(y_true))
    # The difference of NaN would make the gradient NaN as well.
    error = ops.square(ops.where(known, y_true, y_pred) - y_pred)
    axes = tuple(range(1, len(y_true.shape)))
    return ops.sum(error, axis=axes) / ops.maximum(ops.sum(ops.cast(known, error.dtype), axes), 1)


def relative_l2(y_true, y_pred):
    """Return the L2 norm of the error of each function, relative to that of the function.

    Args:
        y_true, y_pred: `(batch, ..., outputs)`.

    Returns: `(batch,)`.
    """
    axes = tuple(range(1, len(y_true.shape)))
    squares = [ops.sum(ops.square(x), axis=axes) for x in (y_pred - y_true, y_true)]
    # A function that is zero would make the gradient infinite, and so would an error of zero.
    return ops.sqrt((squares[0] + 1e-14) / (squares[1] + 1e-7))


LOSSES = {
    "softmax": "sparse_categorical_crossentropy",
    "sigmoid": "binary_crossentropy",
    "linear": "mean_squared_error",
    "gaussian": gaussian_negative_log_likelihood,
}


def choose_losses(targets):
    """Return a loss for each target."""
    return [LOSSES[target.head] for target in targets]


def smoothed_crossentropy(head, smoothing):
    """Return the cross entropy of a head whose targets are smoothed.

    A share `smoothing` of the probability is spread over all classes, so that the network does not
    have to be certain.

    Source: Szegedy et al., Rethinking the Inception Architecture, arXiv:1512.00567.
    """
    if head == "sigmoid":
        return keras.losses.BinaryCrossentropy(label_smoothing=smoothing)

    def crossentropy(y_true, y_pred):
        log_p = ops.log(ops.maximum(y_pred, keras.config.epsilon()))  # (..., classes)
        y_true = ops.reshape(ops.cast(y_true, "int32"), ops.shape(log_p)[:-1])
        chosen = ops.take_along_axis(log_p, y_true[..., None], axis=-1)[..., 0]
        return -(1 - smoothing) * chosen - smoothing * ops.mean(log_p, axis=-1)

    return crossentropy


def choose_metrics(targets):
    """Return metrics for each target: accuracy, or root mean squared error of scaled numbers."""
    kinds = {"softmax": ["accuracy"], "sigmoid": ["accuracy"], "gaussian": []}
    return [
        kinds.get(target.head, [keras.metrics.RootMeanSquaredError(name="rmse")])
        for target in targets
    ]
