"""Write a trained model as a SavedModel that needs nothing of this project: raw values in, answers in the user's units out."""

import logging
import shutil
from pathlib import Path

import keras
import tensorflow as tf

from models.columns import input_names

DTYPES = {"category": "string", "date": "string"}


def export(model, columns, targets, folder, endpoints=None):
    """Write `folder/1`, the SavedModel, and `folder/model.keras`, the same network for further training in Keras.

    The SavedModel has `serve({column name: values})` with the names as in the data, and the signature
    `serving_default` for TensorFlow Serving with names made of letters, digits and _. Both answer a dictionary:
    for a regression target T its values, shape (batch,), and T_std if it is probabilistic; for a classification
    target T the labels, and T_probabilities, shape (batch, classes).

    Args:
        model: from `models.heads.complete`.
        columns, targets: describe inputs and outputs.
        folder: of the run.
        endpoints: `{name: keras.Model}`, further functions of the same raw inputs, e.g. the feature maps of a CNN.
    """
    names = input_names(columns)

    def feed(inputs):
        """From names as in the data to the model's, and pixels of any type to floats."""
        return {
            name: values if values.dtype == tf.string else tf.cast(values, tf.float32)
            for name, values in (
                (name, inputs[column.name]) for name, column in zip(names, columns, strict=True)
            )
        }

    def serve(inputs):
        # Layers that augment pictures do so unless told otherwise.
        return in_user_terms(model(feed(inputs), training=False), targets)

    signature = {
        column.name: tf.TensorSpec(
            (None, *column.shape), DTYPES.get(column.kind, column.dtype), name=name
        )
        for name, column in zip(names, columns, strict=True)
    }
    functions = {
        "serve": serve,
        **{name: endpoint(part, feed) for name, part in (endpoints or {}).items()},
    }
    write(model, functions, signature, folder)


def export_solution(model, residual, coordinates, folder):
    """Write the solution of a differential equation as `export` writes other networks.

    `serve({coordinate: (n,)})` answers `{unknown: (n,)}`, and `residual`, for the same coordinates, what is left of each
    equation there and the derivatives that it names: where a solution is to be trusted. All numbers are float64.

    Args:
        model: named coordinates to named unknowns, from `models.pinn.named`.
        residual: function of named coordinates.
        coordinates: their names.
        folder: of the run.
    """
    signature = {name: tf.TensorSpec((None,), "float64", name=name) for name in coordinates}
    write(model, {"serve": lambda inputs: model(inputs), "residual": residual}, signature, folder)


def write(model, functions, signature, folder):
    """Both files, with an endpoint a function; the first one also is `serving_default`."""
    shutil.rmtree(Path(folder) / "1", ignore_errors=True)  # of a process that was killed
    archive = keras.export.ExportArchive()
    archive.track(model)
    for name, function in functions.items():
        archive.add_endpoint(name, function, input_signature=[signature])
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it announces each asset it writes
    try:
        archive.write_out(str(Path(folder) / "1"), verbose=False)
    except tf.errors.OpError as error:  # a full disk, in TensorFlow's words
        raise OSError(
            f"the SavedModel cannot be written: {error.message.splitlines()[0]}"
        ) from None
    model.save(Path(folder) / "model.keras")


def endpoint(part, feed):
    """A function of the raw inputs: a loop variable in its place would have changed by the time it is traced."""
    return lambda inputs: part(feed(inputs), training=False)


def in_user_terms(answers, targets):
    """From the model's answers to named values and labels."""
    outputs = {}
    for target in targets:
        x = answers[target.name]
        if target.classes:
            outputs[target.name] = tf.gather(
                tf.constant(list(target.classes)), tf.argmax(x, axis=-1)
            )
            outputs[f"{target.name}_probabilities"] = x
        elif target.probabilistic:
            outputs[target.name], outputs[f"{target.name}_std"] = x[:, 0], x[:, 1]
        else:
            outputs[target.name] = x[:, 0] if x.shape[-1] == 1 else x
    return outputs
