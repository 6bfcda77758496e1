"""The fit: arrays and a compiled model in, the best weights and their history out."""

from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from errors import Diverged
from runs.workers import is_chief
from training.distribution import report_lost_workers
from training.interrupt import describe_interruption
from training.snapshots import Snapshots

ROWS_AT_ONCE = 2**15


class Fit(NamedTuple):
    """What a training found.

    Args:
        model: the fitted `keras.Model`; it may be a different one than was built, e.g. an average.
        history: `{column: values}`, a row an epoch.
        failure: what ended the training early, "" if nothing did.
        ending: what the user should know about its end, "" if nothing.
    """

    model: object
    history: dict
    failure: str = ""
    ending: str = ""


def fit(loop, train, validation, epochs, callbacks, snapshot=None, snapshot_seconds=10.0):
    """Fit a compiled model.

    Args:
        loop: from `training.loop.choose_loop`; it has the model.
        train: nest of arrays, as the model's `train_step` takes them.
        validation: the same for `test_step`; None if nothing is to be validated.
        epochs: maximum number of passes over the training rows.
        callbacks: from `training.callbacks`.
        snapshot: path of the snapshot from which the training resumes; None for none.
        snapshot_seconds: time between snapshots.

    Returns: a `Fit` with the model, its best weights set.

    Raises: Diverged if a loss becomes NaN before there are weights worth keeping.
    """
    callbacks = [*callbacks, keras.callbacks.History()]
    if snapshot:
        callbacks.append(Snapshots(snapshot, loop, callbacks[:], snapshot_seconds, is_chief()))
    with report_lost_workers():
        history = loop.fit(train, validation, epochs, callbacks)
    failure = describe_divergence(history)
    if not has_finite_weights(loop.model) or (failure and len(history["seconds"]) == 1):
        raise Diverged(f"{failure or 'the weights became NaN'}; nothing was exported")
    return Fit(loop.model, history, failure, describe_interruption(loop.model, history, epochs))


def has_finite_weights(model):
    return all(np.isfinite(values).all() for values in model.get_weights())


def describe_divergence(history):
    """Return in words which loss became NaN; "" if none did."""
    for name, values in history.items():
        if "loss" in name and not name.startswith("val_") and not np.isfinite(values[-1]):
            return (
                f"the {name} became NaN in epoch {len(values)}: try a smaller --learning-rate, "
                "or look for extreme values"
            )
    return ""


def standard_error(model, losses, validation):
    """Return the standard error of the mean validation loss, from how it varies between rows.

    Args:
        model: `keras.Model`.
        losses: loss of each output, or the only one.
        validation: `(x, y, sample_weight)`; the latter two are dictionaries, lists or arrays, one
            for each output.
    """
    x, y, weights = validation
    # `predict` would share the rows among several workers.
    starts = range(0, len(x), ROWS_AT_ONCE)
    parts = [model(x[start : start + ROWS_AT_ONCE], training=False) for start in starts]
    outputs = tf.nest.map_structure(lambda *rows: np.concatenate(rows), *parts)
    names = list(outputs) if isinstance(outputs, dict) else [None]
    total = 0.0  # loss of each row, (rows,)
    for name in names:
        loss, true, output, weight = (
            part if name is None else part[name] for part in (losses, y, outputs, weights)
        )
        true = true.reshape(*output.shape[:-1], 1)  # (rows, 1) or (rows, members, 1)
        values = np.asarray(keras.losses.get(loss)(true, output)) * weight
        total = total + values.reshape(len(x), -1).mean(axis=1)
    return float(np.std(total) / len(x) ** 0.5)
