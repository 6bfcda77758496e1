"""From a request's JSON to the inputs of an endpoint, and from its arrays to JSON."""

import base64
import math
import threading

import numpy as np

from errors import UserError
from page.requests import Refused

MOST_VALUES = 2_000_000  # numbers of the inputs, and of the answers
MOST_AT_ONCE = threading.BoundedSemaphore(4)  # computations; further ones wait
MOST_COUNT = 5000  # rows to draw, steps, characters


def answer(run, content):
    """Call an endpoint.

    Args:
        run: `runs.run.Run`.
        content: `{"endpoint": name, "inputs": {name: rows}}`; a value that all rows share stands
            alone, and null is a missing number. With `"grid": {name: [low, high, count]}` the rows
            are all its points, the last axis fastest. With `"lines": {name: values}` they follow
            the first row: the values of one input after the other, all else as in that row.

    Returns: `{"outputs": {name: array}}`, an array as its shape and its numbers or texts; of a
        grid also the `axes`.
    """
    if not isinstance(content, dict) or not isinstance(content.get("inputs", {}), dict):
        raise Refused(400, "a request must be an object with endpoint and inputs")
    endpoint = content.get("endpoint", "serve")
    if not isinstance(endpoint, str) or endpoint not in run.config["endpoints"]:
        raise Refused(404, "the run has no such endpoint")
    columns = {column.name: column for column in run.inputs(endpoint)}
    given = content.get("inputs", {})
    if unknown := [name for name in given if name not in columns]:
        raise UserError(f"the endpoint {endpoint} has no input {unknown[0]!r}")
    inputs = {name: read_values(columns[name], values) for name, values in given.items()}
    inputs, axes = add_grid(inputs, columns, content.get("grid") or {})
    inputs = add_lines(inputs, columns, content.get("lines") or {})
    check_inputs(inputs, columns)
    with MOST_AT_ONCE:
        outputs = call(run, inputs, endpoint)
    return {"outputs": {name: pack(values) for name, values in outputs.items()}, "axes": axes}


def read_values(column, values):
    """Return the values of one input as an array.

    Args:
        column: `datasets.dataset.Column`.
        values: nested lists of rows; a single value for an input that all rows share.
    """
    from datasets.dataset import TEXT

    is_text = column.kind in TEXT
    try:
        array = np.array(values, dtype=object)
        if array.size == 0 and len(column.shape) > 1:  # no edges
            array = array.reshape(0, *column.shape[1:])
        flat = array.ravel().tolist()
        if is_text and not all(isinstance(value, str) for value in flat):
            raise TypeError
        if is_text:
            return np.array(flat, dtype=str).reshape(array.shape)
        numbers = [math.nan if value is None else value for value in flat]
        if not all(isinstance(value, int | float) for value in numbers):
            raise TypeError
        kind = np.dtype(column.dtype)
        numbers = np.array(numbers, dtype="float64")
        if kind.kind in "iu":
            low, high = np.iinfo(kind).min, np.iinfo(kind).max
            if not ((numbers >= low) & (numbers <= high)).all():
                raise UserError(f"{column.name} must be a whole number from {low} to {high}")
            numbers = np.round(numbers)
        return numbers.astype(kind).reshape(array.shape)
    except (TypeError, ValueError, OverflowError):
        kind = "text" if is_text else "numbers"
        raise UserError(f"{column.name} must be {kind}, in rows of equal length") from None


def add_grid(inputs, columns, grid):
    """Return the inputs with the points of a grid as rows, and the values along each axis."""
    if not grid:
        return inputs, {}
    try:
        ends = {name: (float(a), float(b), int(n)) for name, (a, b, n) in grid.items()}
        if math.prod(n for _, _, n in ends.values()) > MOST_VALUES or not all(
            n > 0 and math.isfinite(a) and math.isfinite(b) for a, b, n in ends.values()
        ):
            raise ValueError
    except (TypeError, ValueError, OverflowError, AttributeError):
        raise UserError("a grid must be {input: [low, high, number of points]}") from None
    if unknown := [name for name in ends if name not in columns]:
        raise UserError(f"the endpoint has no input {unknown[0]!r}")
    axes = {name: np.linspace(*end) for name, end in ends.items()}
    points = np.meshgrid(*axes.values(), indexing="ij")
    rows = points[0].size
    spread = {
        name: np.repeat(np.atleast_1d(values)[:1], rows, axis=0)
        if columns[name].per_row
        else values
        for name, values in inputs.items()
    }
    for name, values in zip(axes, points, strict=True):
        spread[name] = values.ravel().astype(columns[name].dtype)
    return spread, {name: values.tolist() for name, values in axes.items()}


def add_lines(inputs, columns, lines):
    """Return one row followed by rows in which one input after the other has further values."""
    if not lines:
        return inputs
    if not isinstance(lines, dict) or not all(isinstance(x, list) for x in lines.values()):
        raise UserError("lines must be {input: values}")
    if unknown := [name for name in lines if name not in inputs or not columns[name].per_row]:
        raise UserError(f"the request has no row of {unknown[0]!r}")
    values = {name: read_values(columns[name], list_) for name, list_ in lines.items()}
    rows = 1 + sum(map(len, values.values()))
    if rows * len(inputs) > MOST_VALUES:
        raise UserError("these lines have too many points")
    inputs = {
        name: np.repeat(np.atleast_1d(x)[:1], rows, axis=0) if columns[name].per_row else x
        for name, x in inputs.items()
    }
    start = 1
    for name, line in values.items():
        kind = np.result_type(inputs[name], line)  # texts may be longer
        inputs[name] = inputs[name].astype(kind)
        inputs[name][start : start + len(line)] = line
        start += len(line)
    return inputs


def check_inputs(inputs, columns):
    """Raise UserError unless every input is there in its shape, and is not absurdly large."""
    rows = set()
    for name, column in columns.items():
        if name not in inputs:
            if column.default is None:
                raise UserError(f"the input {name!r} is missing")
            continue
        values, shape = inputs[name], tuple(column.shape)
        if values.size > MOST_VALUES:
            raise UserError(f"{name} has more than {MOST_VALUES} values")
        if column.per_row:
            shape = (None, *shape)
            rows.add(len(values) if values.ndim else 0)
        if values.ndim != len(shape) or any(
            known not in (None, length) for known, length in zip(shape, values.shape, strict=True)
        ):
            wanted = " x ".join("any" if length is None else str(length) for length in shape)
            raise UserError(f"{name} must have the shape {wanted or 'of one value'}")
        is_count = not column.per_row and not shape and values.dtype.kind == "i" and name != "seed"
        if is_count and values > MOST_COUNT:
            raise UserError(f"{name} may be {MOST_COUNT} at most on this page")
    if len(rows) > 1:
        raise UserError("all inputs must have equally many rows")


def call(run, inputs, endpoint):
    """Return the arrays that an endpoint answers; raise UserError for what it refuses."""
    import tensorflow as tf

    try:
        outputs = run.predict(inputs, endpoint)
    except tf.errors.OpError as error:
        reason = error.message.splitlines()[0] if error.message else "it gives no reason"
        raise UserError(f"the network cannot answer this: {reason}") from None
    except (ValueError, TypeError, IndexError, KeyError) as error:
        reason = (str(error).splitlines() or ["it gives no reason"])[0]
        raise UserError(f"the network cannot answer this: {reason}") from None
    if sum(values.size for values in outputs.values()) > MOST_VALUES:
        raise UserError(f"the answer has more than {MOST_VALUES} numbers. Ask for less")
    return outputs


def pack(values):
    """Return an array for JSON: text and whole numbers as lists, others as their bytes."""
    if values.dtype.kind == "f":
        values = values.astype("<f8" if values.dtype.itemsize == 8 else "<f4")
        content = base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
        dtype = "float64" if values.dtype.itemsize == 8 else "float32"
        return {"shape": values.shape, "dtype": dtype, "base64": content}
    return {"shape": values.shape, "list": values.ravel().tolist()}
