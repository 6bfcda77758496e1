"""Rows of a run's own test data, to begin with. No file of the user is read for them."""

import functools

import numpy as np

from datasets.graph_rows import join_graphs
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
    data = load_data(path, (path / "config.json").stat().st_mtime_ns)
    columns = [config["inputs"][name] for name in config["endpoints"].get(endpoint, ())]
    split = getattr(data, "test", None)
    if not hasattr(split, "inputs") or not hasattr(split, "targets"):
        raise UserError("there are no examples for this")
    rows = split.rows
    number %= rows
    if columns and columns[0]["kind"] == "graphs":
        one = {name: np.asarray(x)[[number]] for name, x in split.inputs.items()}
        inputs = join_graphs(one)
    else:
        inputs = dict(find_inputs(data, split, columns, number))
    if not inputs:
        raise UserError("there are no examples for this")
    if sum(values.size for values in inputs.values()) > MOST_VALUES:
        raise UserError("an example of this run is too large for the page")
    known = describe_targets(config["data"].get("targets", ()), split.targets, number)
    packed = {name: pack(as_plain(values)) for name, values in inputs.items()}
    return {"rows": rows, "number": number, "inputs": packed, "targets": known}


def find_inputs(data, split, columns, number):
    """Yield `(name, values)` of the inputs that the data has: of its row, or of all rows."""
    context = data.context if isinstance(getattr(data, "context", None), dict) else {}
    for column in columns:
        name = column["name"]
        rows = split.inputs.get(name, split.targets.get(name))  # a measurement may be computed too
        if not column["per_row"]:
            rows = context.get(name)
        if isinstance(rows, np.ndarray):
            values = rows[number] if column["per_row"] else rows
            # Of a motion the row is all its times; an endpoint takes the first.
            yield name, values[0] if values.ndim > len(column["shape"]) else values


@functools.lru_cache(maxsize=4)
def load_data(path, changed):
    """Return a run's data; it is loaded again if the run has changed."""
    experiment = restore(read_config(path))
    if path_options(experiment):
        raise UserError("examples are of built-in data only; this run was trained on a file")
    return experiment.load()


def describe_targets(targets, values, number):
    """Return what is known of the example's answers that are a class or a number, as text."""
    found = {}
    for target in targets:
        if target["name"] in values:
            value = np.asarray(values[target["name"]])[number]
            if np.ndim(value) == 0:
                text = str(value) if target["classes"] else f"{value:.4g}"
                found[target["name"]] = text
    return found


def as_plain(values):
    """Return an array of text or numbers; one of Python's objects as text."""
    values = np.asarray(values)
    return values.astype(str) if values.dtype.kind in "OS" else values
