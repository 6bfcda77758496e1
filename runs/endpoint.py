"""Endpoints: the functions that a SavedModel exports, each with a description of its inputs."""

from collections.abc import Callable
from dataclasses import asdict
from typing import NamedTuple

from datasets.dataset import TEXT, Column
from models.columns import make_input_names


class Endpoint(NamedTuple):
    """A function that the SavedModel exports.

    Args:
        function: from `{input name: tensor}` to `{output name: tensor}`.
        inputs: describe the inputs. They give the signature, `config.json`, and how
            `evaluate.py --data` reads a file.
    """

    function: Callable
    inputs: tuple[Column, ...]


class Export(NamedTuple):
    """What a run exports.

    Args:
        model: `keras.Model` that is saved as `model.keras` and holds all weights of the endpoints.
        endpoints: `{name: Endpoint}`; the first one is also TensorFlow Serving's
            `serving_default`.
        encoder: further `keras.Model` that endpoints use, whose tables of categories are saved;
            None if `model` has it.
    """

    model: object
    endpoints: dict
    encoder: object = None


def input_signature(inputs):
    """Return `{input name: tf.TensorSpec}`; TensorFlow's own names have letters, digits and `_`."""
    import tensorflow as tf

    names = make_input_names(inputs)
    return {
        column.name: tf.TensorSpec(
            (None, *column.shape) if column.per_row else column.shape,
            "string" if column.kind in TEXT else column.dtype,
            name=name,
        )
        for name, column in zip(names, inputs, strict=True)
    }


def describe_endpoints(endpoints):
    """Return what `config.json` keeps: every input once, and the names of each endpoint's."""
    inputs = {column.name: asdict(column) for end in endpoints.values() for column in end.inputs}
    names = {name: [column.name for column in end.inputs] for name, end in endpoints.items()}
    return {"inputs": inputs, "endpoints": names}
