"""What networks cost: parameters, bit operations, space on disk, time."""

import io
import math
import statistics
import time
import zipfile
from dataclasses import replace

import numpy as np
import tensorflow as tf
from keras import layers

from models.columns import make_input_names
from plots.compression import plot_score_against_size, plot_weights
from runs.layers import walk
from runs.saved_model import PICTURES_AT_ONCE, ROWS_AT_ONCE

BITS = 32  # of a float: of a weight, and of what it is multiplied by
COUNTED = (layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D)
MANY = 100_000  # rows
REPEATS = 100  # of one row
SECONDS = 3.0  # after which no further call is timed
DRAWN = 4  # kernels in a picture


def count_parameters(network):
    """Return the number of trainable parameters that are not zero."""
    return sum(int(np.count_nonzero(values)) for values, _ in list_parameters(network))


def measure_parameters(network):
    """Return the bits of the parameters that are not zero."""
    return sum(int(np.sum((values != 0) * bits)) for values, bits in list_parameters(network))


def list_parameters(network):
    """Return `(values, bits of each)` of the trainable parameters, in fixed point or in floats."""
    parameters, counted = [], set()
    for layer in find_quantised(network):
        counted |= {id(weight) for weight in layer.weights}
        for values, quantizer in ((layer.qkernel, layer.kq), (layer.qbias, layer.bq)):
            values = np.array(values)
            parameters.append((values, np.array(quantizer.bits_(values.shape)) + 1))  # the sign
    others = [np.array(w) for w in network.trainable_weights if id(w) not in counted]
    return [*parameters, *((values, BITS) for values in others)]


def find_quantised(network):
    """Return the layers of a network that are in fixed point."""
    return [layer for _, layer in walk(network) if hasattr(layer, "qkernel")]


def count_multiplications(network):
    """Return the number of multiplications of a row by weights that are not zero.

    Those of scaling and normalisation, a few a value, are left out. Steps of a series of any length
    count as one.

    Returns: the number, or None if the network has layers other than dense ones and convolutions
    that multiply.
    """
    total, counted = 0, set()
    for _, layer in walk(network):
        if isinstance(layer, COUNTED) or hasattr(layer, "qkernel"):
            try:
                shape = layer.output.shape
            except (AttributeError, ValueError):  # called never or several times
                return None
            places = math.prod(size or 1 for size in shape[1:-1])
            kernel = layer.qkernel if hasattr(layer, "qkernel") else layer.kernel
            total += places * int(np.count_nonzero(kernel))
            counted |= {id(weight) for weight in layer.weights}
    others = [weight for weight in network.trainable_weights if id(weight) not in counted]
    return None if any(len(weight.shape) > 1 for weight in others) else total


def count_bit_operations(network):
    """Return the effective bit operations (EBOPs) of a row, or None where they are unknown.

    A multiplication costs the bits of the weight times the bits of the other number; in floats
    that is 32 x 32, and a multiplication by zero costs nothing.

    Source: C. Sun et al., Gradient-based automatic mixed precision quantization, arXiv:2405.00645.
    """
    if quantised := find_quantised(network):
        return sum(int(layer.ebops) for layer in quantised)
    count = count_multiplications(network)
    return None if count is None else BITS * BITS * count


def measure_size(folder):
    """Return the bytes of the files of a SavedModel, and the bytes of a zip of them."""
    files = [path for path in sorted((folder / "1").rglob("*")) if path.is_file()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
    return sum(path.stat().st_size for path in files), packed.tell()


def measure_seconds(run, data):
    """Return the seconds in which the signature of a SavedModel answers one row and 100 000 rows.

    Of one row it is the median of many calls; of 100 000 the median of some batches, as large as
    `evaluate.py` makes them, times their number. The rows are test rows, again and again.
    """
    is_large = any(np.ndim(values) > 1 for values in data.test.inputs.values())
    at_once = PICTURES_AT_ONCE if is_large else ROWS_AT_ONCE
    chosen = np.arange(at_once) % data.test.rows
    batch, row = data.test.take(chosen).inputs, data.test.take(chosen[:1]).inputs
    batches = MANY / at_once
    one = statistics.median(time_calls(run, row, REPEATS))
    return one, batches * statistics.median(time_calls(run, batch, batches))


def time_calls(run, rows, repeats):
    """Return the seconds of each of several calls; fewer if they are slow, but at least three."""
    signature, columns = run.saved_model.signatures["serving_default"], run.inputs()
    _, expected = signature.structured_input_signature
    count = len(next(iter(rows.values())))
    tensors = {
        name: tf.constant(
            rows.get(column.name, np.full(count, column.default)), expected[name].dtype
        )
        for name, column in zip(make_input_names(columns), columns, strict=True)
    }
    signature(**tensors)  # the first call prepares the graph
    taken = []
    while len(taken) < 3 or (len(taken) < repeats and sum(taken) < SECONDS):
        start = time.perf_counter()
        signature(**tensors)
        taken.append(time.perf_counter() - start)
    return taken


def measure_costs(run, data):
    """Return what a run costs, `{name: number}`, "" where it is unknown."""
    size, packed = measure_size(run.folder)
    one, many = measure_seconds(run, data)
    multiplications = count_multiplications(run.network)
    bit_operations = count_bit_operations(run.network)
    return {
        "parameters that are not zero": count_parameters(run.network),
        "multiplications a row": "" if multiplications is None else multiplications,
        "bit operations (EBOPs) a row": "" if bit_operations is None else bit_operations,
        "these parameters, packed [kB]": measure_parameters(run.network) / 8000,
        "SavedModel [kB]": size / 1000,
        "SavedModel, zipped [kB]": packed / 1000,
        "one row [ms]": 1000 * one,
        "100 000 rows [s]": many,
    }


def add_costs(evaluation, runs, data, size="parameters"):
    """Return the evaluation with the costs of each run and the picture of score against size.

    Args:
        evaluation: `evaluation.evaluation.Evaluation`.
        runs: `{name: runs.run.Run}`, the large one first, then "network".
        data: `datasets.dataset.Dataset`.
        size: column of `front.csv` against which the score is drawn.
    """
    print("Measuring size and speed ...")
    costs = {name: measure_costs(run, data) for name, run in runs.items()}
    rows = [[cost, *(costs[name][cost] for name in runs)] for cost in next(iter(costs.values()))]
    front = runs["network"].read_table("front").to_dict("list")
    name = f"score-by-{size.replace('_', '-')}"
    return replace(
        evaluation,
        tables=evaluation.tables | {"costs": [["", *runs], *rows]},
        figures=evaluation.figures | {name: plot_score_against_size(front, size)},
        metrics=evaluation.metrics | {"costs": costs},
    )


def draw_weights(before, after):
    """Return the picture of the kernels of two runs, the largest ones if there are many."""
    kernels = [
        {layer.name: np.array(layer.kernel) for _, layer in walk(run.network)
         if isinstance(layer, COUNTED)}
        for run in (before, after)
    ]  # fmt: skip
    names = sorted(kernels[0], key=lambda name: -kernels[0][name].size)[:DRAWN]
    shown = [name for name in kernels[0] if name in names and name in kernels[1]]
    pairs = {name: [flatten(part[name]) for part in kernels] for name in shown}
    return {"weights": plot_weights(pairs)} if pairs else {}


def flatten(kernel):
    return kernel.reshape(-1, kernel.shape[-1])
