"""The SavedModel: written by Keras' ExportArchive, loaded and called by TensorFlow alone."""

import logging
import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf

from errors import UserError
from runs.endpoint import input_signature

ROWS_AT_ONCE, PICTURES_AT_ONCE = 8192, 256


def write_saved_model(model, endpoints, folder, encoder=None):
    """Write `folder/1`, the SavedModel, and `folder/model.keras` for further training in Keras.

    Args:
        model: `keras.Model` that holds the weights of all endpoints.
        endpoints: `{name: Endpoint}`; the first one is also `serving_default`.
        folder: folder of the run.
        encoder: further `keras.Model` that endpoints use, which is not saved for Keras.
    """
    import keras

    version = Path(folder) / "1"
    shutil.rmtree(version, ignore_errors=True)  # of a process that was killed
    archive = keras.export.ExportArchive()
    archive.track(model)
    if encoder is not None:
        archive.track(encoder)
    for name, endpoint in endpoints.items():
        signature = [input_signature(endpoint.inputs)]
        archive.add_endpoint(name, endpoint.function, input_signature=signature)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it announces each asset it writes
    try:
        archive.write_out(str(version), verbose=False)
    except tf.errors.OpError as error:  # a full disk, in TensorFlow's words
        reason = error.message.splitlines()[0]
        raise OSError(f"the SavedModel cannot be written: {reason}") from None
    model.save(Path(folder) / "model.keras")


def load_saved_model(folder):
    """Load the newest version in a run's folder with `tf.saved_model.load`.

    Raises: UserError if there is none or it is damaged.
    """
    newest = find_newest(folder)
    try:
        model = tf.saved_model.load(str(newest))
        if not model.signatures:
            raise ValueError("it has no endpoint")
    except Exception as error:  # TensorFlow raises OSError, DecodeError, DataLossError and others
        reason = str(error).strip().split("\n")[0]
        raise UserError(
            f"the SavedModel {newest} is damaged ({reason}). Train it again with --overwrite"
        ) from None
    return model


def find_newest(folder):
    """Return the folder of the newest SavedModel of a run; raise UserError if there is none."""
    versions = [path for path in Path(folder).iterdir() if path.name.isdecimal()]
    if not versions:
        raise UserError(
            f"{folder} has no SavedModel (a folder named 1). Train it again with --overwrite"
        )
    return max(versions, key=lambda path: int(path.name))


def read_signature(model, endpoint="serve"):
    """Return `{input name: tf.TensorSpec}` of an endpoint of a loaded SavedModel."""
    (inputs,), _ = getattr(model, endpoint).concrete_functions[0].structured_input_signature
    return inputs


def predict(model, inputs, endpoint="serve", batch_size=None, shared=()):
    """Call an endpoint for all rows, in batches to bound the memory.

    Args:
        model: from `load_saved_model`.
        inputs: `{input name: (rows, ...)}`; inputs that all rows share have no rows.
        endpoint: name of the endpoint.
        batch_size: rows per call; by default 8192, or 256 if rows are pictures or series.
        shared: names of inputs that all rows share although their first axis has any length, such
            as the edges of a graph.

    Returns: `{output name: (rows, ...)}` as NumPy arrays; text as str.
    """
    function, signature = getattr(model, endpoint), read_signature(model, endpoint)
    by_row = [
        name
        for name, spec in signature.items()
        if spec.shape.rank and spec.shape[0] is None and name not in shared
    ]
    values = {name: tf.convert_to_tensor(inputs[name], spec.dtype)
              for name, spec in signature.items() if name not in by_row}  # fmt: skip
    if not by_row:
        return {name: to_numpy(output) for name, output in function(values).items()}
    rows = len(inputs[by_row[0]])
    large = any(np.ndim(inputs[name]) > 1 for name in by_row)
    batch_size = batch_size or (PICTURES_AT_ONCE if large else ROWS_AT_ONCE)
    parts = []
    for start in range(0, max(rows, 1), batch_size):
        batch = {name: tf.constant(inputs[name][start : start + batch_size], signature[name].dtype)
                 for name in by_row}  # fmt: skip
        parts.append(function(batch | values))
    return {name: to_numpy([part[name] for part in parts]) for name in parts[0]}


def to_numpy(tensors):
    """Return a tensor, or the rows of several, as an array; text as str."""
    several = isinstance(tensors, list)
    array = np.concatenate([x.numpy() for x in tensors]) if several else np.asarray(tensors.numpy())
    return np.char.decode(array.astype(bytes), "utf-8") if array.dtype.kind in "OS" else array
