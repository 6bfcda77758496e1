"""Rows of a run's own test data, to begin with. No file of the user is read for them."""

import functools

import numpy as np

from errors import UserError
from page.answers import MOST_VALUES, pack
from runs.config import read_config
from tasks.catalogue import restore
from tasks.command import path_options


def find_example(path, number, endpoint="serve"):
    """Return a row of a run's test data.

    Args:
        path: folder of the run.
        number: number of the row; after the last comes the first again.
        endpoint: endpoint whose inputs the row has.

    Returns: `{"rows": number of rows, "number": of this one, "inputs": {name: array},
        "targets": {name: text}}`.

    Raises: UserError if the run has no such data, or if it was trained on a file.
    """
    config = read_config(path)
    split = load_rows(path, (path / "config.json").stat().st_mtime_ns)
    columns = [config["inputs"][name] for name in config["endpoints"].get(endpoint, ())]
    if split is None or not {column["name"] for column in columns} & set(split.inputs):
        raise UserError("there are no examples for this")
    rows = min(
        [
            len(split.inputs[c["name"]])
            for c in columns
            if c["per_row"] and c["name"] in split.inputs
        ]
        or [1]
    )
    number %= rows
    inputs = {}
    for column in columns:
        if column["name"] in split.inputs:
            values = np.asarray(split.inputs[column["name"]])
            inputs[column["name"]] = values[number] if column["per_row"] else values
    if sum(values.size for values in inputs.values()) > MOST_VALUES:
        raise UserError("an example of this run is too large for the page")
    known = describe_targets(config["data"].get("targets", ()), split.targets, number)
    packed = {name: pack(as_plain(values)) for name, values in inputs.items()}
    return {"rows": rows, "number": number, "inputs": packed, "targets": known}


@functools.lru_cache(maxsize=4)
def load_rows(path, changed):
    """Return the test rows of a run's data, None if it has none; read again if it has changed."""
    experiment = restore(read_config(path))
    if path_options(experiment):
        raise UserError("examples are of built-in data only; this run was trained on a file")
    split = getattr(experiment.load(), "test", None)
    return split if hasattr(split, "inputs") and hasattr(split, "targets") else None


def describe_targets(targets, values, number):
    """Return what is known of the example's answers that are a class or a number, as text."""
    found = {}
    for target in targets:
        if target["name"] in values:
            value = np.asarray(values[target["name"]])[number]
            if np.ndim(value) == 0:
                classes = target["classes"]
                text = str(classes[int(value)]) if classes else f"{value:.4g}"
                found[target["name"]] = text
    return found


def as_plain(values):
    """Return an array of text or numbers; one of Python's objects as text."""
    values = np.asarray(values)
    return values.astype(str) if values.dtype.kind in "OS" else values
