"""LiteRT, formerly TensorFlow Lite: one file for phones and small devices.

It is converted from the SavedModel, in float32: LiteRT has no float64. The weights may be stored in
8 or 16 bits.
"""

import re
import tempfile

import numpy as np

from deployment.comparison import compare, name_by_signature
from deployment.float32 import write_float32
from errors import UserError

PACKAGES = ("ai_edge_litert",)
NAME = "model.tflite"
CALIBRATION_ROWS = 256


def check(config, options):
    """Raise UserError if the endpoint cannot be converted, as far as `config.json` tells."""
    endpoint = options.choose_endpoint(config)
    columns = [config["inputs"][name] for name in config["endpoints"][endpoint]]
    for column in columns:
        name = column["name"]
        if column["kind"] in ("date", "text"):
            raise UserError(
                f"LiteRT cannot read the {column['kind']} {name!r}: use --to onnx"
                + (", or train without this column" if column["kind"] == "date" else "")
            )
        if column["kind"] != "category" and column["dtype"] == "float64":
            raise UserError(f"LiteRT has no float64, the type of {name!r}: use --to onnx")
        if name == "seed":
            raise UserError(f"LiteRT cannot draw random numbers from a seed, as {endpoint} does")
    if options.quantise == "int8" and any(column["kind"] == "category" for column in columns):
        raise UserError("int8 cannot be calibrated with categories: use --quantise dynamic")


def convert(run, options):
    """Return the content of the file, and how far its answers are from the SavedModel's.

    Raises: UserError if an operation of the endpoint does not exist in LiteRT, or if LiteRT cannot
        run what it converted.
    """
    from training.device import silence_stderr, start_tensorflow

    start_tensorflow()
    from runs.saved_model import find_newest

    endpoint = options.choose_endpoint(run.config)
    columns = run.inputs(endpoint)  # reports a damaged SavedModel
    rows = read_calibration(run, columns) if options.quantise == "int8" else None
    content = convert_endpoint(find_newest(run.folder), endpoint, options.quantise, rows)
    try:
        with silence_stderr():  # what LiteRT says about sizes that it finds when it runs
            remark = compare(run, endpoint, lambda rows: answer(content, rows, endpoint))
    except (RuntimeError, ValueError) as error:  # it converts sizes that it cannot load
        reason = str(error).split("\n")[0]
        raise UserError(f"LiteRT cannot run {endpoint} after the conversion: {reason}") from None
    return content, remark


def convert_endpoint(source, endpoint, quantise="none", rows=None):
    """Convert an endpoint of a SavedModel.

    Args:
        source: folder of the SavedModel.
        endpoint: name of the endpoint.
        quantise: "none", "dynamic", "float16" or "int8".
        rows: `{name in the signature: (rows, ...)}` by which int8 is calibrated.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        write_float32(source, folder)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[endpoint])
        if quantise != "none":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantise == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if rows:
            count = len(next(iter(rows.values())))
            converter.representative_dataset = lambda: (
                (endpoint, {name: x[k : k + 1] for name, x in rows.items()}) for k in range(count)
            )
        try:
            return converter.convert()
        except Exception as error:  # of a class that TensorFlow does not export
            operations = re.findall(r"(?:Select|Custom) ops: (.*)", str(error))
            reason = ", ".join(operations) or str(error).split("\n")[0]
            raise UserError(f"{endpoint} needs what LiteRT does not have: {reason}") from None


def read_calibration(run, columns):
    """Return training rows of the run's own data by the names in the signature.

    Raises: UserError if the data does not have these inputs.
    """
    from tasks.catalogue import restore

    inputs = restore(run.config).load().train.sample.take(slice(CALIBRATION_ROWS)).inputs
    missing = [column.name for column in columns if column.name not in inputs]
    if missing:
        raise UserError(f"--quantise int8: the run's data has no {missing[0]} to calibrate on")
    return name_by_signature({c.name: inputs[c.name].astype(c.dtype) for c in columns}, columns)


def answer(content, inputs, endpoint):
    """Answer rows by LiteRT.

    Args:
        content: content of the file.
        inputs: `{name in the signature: (rows, ...)}`.
        endpoint: name of the endpoint.

    Returns: `{output name: array}`.
    """
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_content=content).get_signature_runner(endpoint)
    rows = {n: np.char.encode(x, "utf-8") if x.dtype.kind == "U" else x for n, x in inputs.items()}
    return {name: to_text(values) for name, values in runner(**rows).items()}


def to_text(values):
    """Return an array of bytes as str, another one unchanged."""
    return np.char.decode(values.astype(bytes), "utf-8") if values.dtype.kind in "OS" else values
