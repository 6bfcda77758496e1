"""An exported model as its users have it: loaded by TensorFlow alone, rows in, answers out."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from errors import UserError


def load(folder):
    """Load the newest version in a run's folder with `tf.saved_model.load`.

    Raises: UserError if there is none or it is damaged.
    """
    versions = sorted(
        (path for path in Path(folder).iterdir() if path.name.isdecimal()),
        key=lambda path: int(path.name),
    )
    if not versions:
        raise UserError(
            f"{folder} holds no SavedModel (a folder named 1). Train it again with --overwrite"
        )
    try:
        model = tf.saved_model.load(str(versions[-1]))
        model.serve  # noqa: B018  what makes it one of ours
    except Exception as error:  # TensorFlow raises OSError, DecodeError, DataLossError and others
        reason = str(error).strip().split("\n")[0]
        raise UserError(
            f"the SavedModel {versions[-1]} is damaged ({reason}). Train it again with --overwrite"
        ) from None
    return model


def column_names(model):
    """Names of the inputs, as in the data the model was trained on."""
    return list(model.serve.concrete_functions[0].structured_input_signature[0][0])


def predict(model, inputs, batch_size=None, endpoint="serve"):
    """Answers for all rows, computed in batches to bound the memory.

    Args:
        model: from `load`.
        inputs: `{column name: (rows, ...)}`.
        batch_size: rows at once; by default 8192, for pictures 256.
        endpoint: name of the exported function.

    Returns: `{output name: (rows, ...)}`; text as str.
    """
    function = getattr(model, endpoint)
    signature = function.concrete_functions[0].structured_input_signature[0][0]
    rows = len(next(iter(inputs.values())))
    batch_size = batch_size or (
        256 if any(np.ndim(values) > 1 for values in inputs.values()) else 8192
    )
    parts = []
    for start in range(0, max(rows, 1), batch_size):
        batch = {
            name: tf.constant(inputs[name][start : start + batch_size], spec.dtype)
            for name, spec in signature.items()
        }
        parts.append({name: answer.numpy() for name, answer in function(batch).items()})
    outputs = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return {
        name: np.char.decode(x.astype(bytes), "utf-8") if x.dtype == object else x
        for name, x in outputs.items()
    }
