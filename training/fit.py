"""The fit: arrays and a network in, the best weights and their history out."""

import math

import keras
import numpy as np
import tensorflow as tf

from errors import Diverged
from models.columns import input_names
from training.callbacks import EarlyStoppingFromStart
from training.distribution import together
from training.fast_model import fast

ROWS_AT_ONCE = 2**15  # where nothing is learned, large batches are faster
VALUES_AT_ONCE = 2**20  # pictures are larger than rows


def fit(
    network, train, validation, *, loss, metrics, callbacks, epochs, batch_size, learning_rate,
    loop="auto", strategy=None, trusted_start=False, snapshots=None,
):  # fmt: skip
    """Fit a network to encoded arrays with Adam.

    Args:
        network: `keras.Model`, its weights are changed.
        train, validation: from `examples`.
        loss, metrics: one a target; metrics heed the weights of rows.
        callbacks: from `training.callbacks`.
        epochs: most passes over the training rows.
        batch_size: rows a step.
        learning_rate: Adam's first one.
        loop: "auto", "xla" or "graph", see `training.fast_model`, or "keras" for `keras.Model.fit` as it is.
        strategy: from `training.distribution`; None for one device.
        trusted_start: whether the first weights are a simpler model's, to be kept unless the validation loss falls by more
            than one standard error (the one-standard-error rule).
        snapshots: `training.snapshots.Snapshots`; None for a training that cannot be resumed.

    Returns: Keras' history, a list an epoch for each name.

    Raises: Diverged if the loss ceases to be a number before there are weights worth keeping.
    """
    steps = epochs * -(-len(train[0]) // batch_size)
    devices = strategy.num_replicas_in_sync if strategy else 1
    if devices > 1:
        batch_size = -(-batch_size // devices) * devices
        print(f"devices     {devices} share every batch of {batch_size} rows")
    with (strategy or tf.distribute.get_strategy()).scope():
        model = network if loop == "keras" else fast(network, steps, loop)
        model.compile(
            keras.optimizers.Adam(learning_rate),
            one_or_list(loss),
            weighted_metrics=one_or_list(metrics),
        )
    x, y, weights = (train[0], *map(one_or_list, train[1:]))
    validation = (validation[0], *map(one_or_list, validation[1:]))
    rows_at_once = min(
        ROWS_AT_ONCE, max(batch_size, VALUES_AT_ONCE // math.prod(network.input_shape[1:]))
    )
    x_validation, y_validation, validation_weights = validation
    start = model.evaluate(
        x_validation,
        y_validation,
        sample_weight=validation_weights,
        batch_size=rows_at_once,
        verbose=0,
        return_dict=True,
    )
    for callback in callbacks:
        if isinstance(callback, EarlyStoppingFromStart):
            callback.start_loss = start["loss"]
            callback.margin = standard_error(network, loss, validation) if trusted_start else 0.0
    callbacks = [*callbacks, keras.callbacks.History()]
    if snapshots:
        snapshots.others = callbacks
        callbacks = [*callbacks, snapshots]
    with together():
        history = model.fit(
            x,
            y,
            sample_weight=weights,
            validation_data=validation,
            validation_batch_size=rows_at_once,
            epochs=epochs,
            batch_size=batch_size,
            callbacks=callbacks,
        ).history
    if model is not network:
        network.set_weights(model.get_weights())
    if not all(np.isfinite(values).all() for values in network.get_weights()) or not np.isfinite(
        history["loss"][0]
    ):
        raise Diverged(f"{divergence(history)}; nothing was exported")
    return history


def standard_error(model, losses, validation):
    """Of the mean validation loss, from how it varies from row to row."""
    x, y, weights = validation
    answers = model.predict(x, batch_size=ROWS_AT_ONCE, verbose=0)
    rows = 0.0  # the loss of each row, (rows,)
    if len(losses) == 1:
        y, answers, weights = [y], [answers], [weights]
    for loss, true, answer, weight in zip(losses, y, answers, weights, strict=True):
        true = true.reshape(*answer.shape[:-1], 1)  # (rows, 1) or (rows, members, 1)
        values = (
            np.asarray(keras.losses.get(loss)(true, answer)) * weight
        )  # (rows,) or (rows, members)
        rows = rows + values.reshape(len(x), -1).mean(axis=1)
    return float(np.std(rows) / len(x) ** 0.5)


def divergence(history):
    """What to say of a history that ends in a loss that is no number; "" of any other."""
    epochs = len(history["loss"])
    if np.isfinite(history["loss"][-1]):
        return ""
    return f"the loss ceased to be a number in epoch {epochs}: try a smaller --learning-rate, or look for extreme values"


def examples(encoder, columns, targets, split, weights=None):
    """A split as a fit takes it: `(inputs, [targets, ...], [weights of rows, ...])`.

    Args:
        encoder: from named raw columns to what the network takes.
        columns, targets: describe the split.
        split: `datasets.dataset.Split`.
        weights: per target the weight of each row; None for equal weights.
    """
    weights = weights or [np.ones(split.rows, "float32") for _ in targets]
    return (
        encoded(encoder, columns, split),
        [target.encode(split.targets[target.name]) for target in targets],
        weights,
    )


def encoded(encoder, columns, split):
    """Inputs of a split as the network takes them; numbers become float32, pictures stay as they are."""
    values = [split.inputs[column.name] for column in columns]
    if columns[0].kind == "image":
        return values[0]
    rows = dict(zip(input_names(columns), values, strict=True))
    starts = range(0, max(split.rows, 1), ROWS_AT_ONCE)
    parts = [
        {name: values[start : start + ROWS_AT_ONCE] for name, values in rows.items()}
        for start in starts
    ]
    return np.concatenate(
        [encoder.predict_on_batch(part) for part in parts]
    )  # `predict` would be far slower for a few rows


def one_or_list(items):
    """Keras wants the bare item where a network has one output."""
    return items[0] if len(items) == 1 else items
