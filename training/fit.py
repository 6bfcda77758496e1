"""The fit: arrays and a network in, the best weights and their history out."""

import keras
import numpy as np

from errors import UserError
from models.columns import input_names
from training.losses import one_or_list

ENCODED_AT_ONCE = 8192  # rows


def fit(network, train, validation, *, loss, metrics, callbacks, epochs, batch_size, learning_rate, weights=None):
    """Fit a network to encoded arrays with Adam.

    Args:
        network: `keras.Model`, its weights are changed.
        train, validation: `(inputs, [targets, ...])`.
        loss, metrics: one a target, or the bare one.
        callbacks: from `training.callbacks`.
        epochs: most passes over the training rows.
        batch_size: rows a step.
        learning_rate: Adam's first one.
        weights: per target, the weight of each training row, or None.

    Returns: Keras' history, a list an epoch for each name.

    Raises: UserError if the loss ceases to be a number.
    """
    network.compile(keras.optimizers.Adam(learning_rate), loss=loss, metrics=metrics)
    history = network.fit(
        train[0],
        one_or_list(train[1]),
        sample_weight=None if weights is None else one_or_list(weights),
        validation_data=(validation[0], one_or_list(validation[1])),
        epochs=epochs,
        batch_size=batch_size,
        callbacks=callbacks,
    ).history
    if not np.isfinite(history["loss"][-1]):
        raise UserError(
            f"the loss ceased to be a number in epoch {len(history['loss'])}; nothing was exported. "
            "Try a smaller --learning-rate, or look for extreme values in the data"
        )
    return history


def encoded(encoder, columns, targets, split):
    """A split as the network takes it: `(inputs, [targets, ...])`; numbers are float32, pictures stay as they are."""
    values = [split.inputs[column.name] for column in columns]
    if columns[0].kind == "image":
        (inputs,) = values  # a picture goes in raw
    else:
        rows = dict(zip(input_names(columns), values, strict=True))
        inputs = encoder.predict(rows, batch_size=ENCODED_AT_ONCE, verbose=0)
    return inputs, [target.encode(split.targets[target.name]) for target in targets]
