"""Prediction time of an exported SavedModel and of `model.predict` of the same Keras model.

    python benchmarks/inference.py

The table shows the time for 1, 1000 and 100000 rows.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def exported(folder, change=lambda network: network):
    """Export the jet network with 16 named columns; return `(SavedModel, Keras model, rows)`.

    Args:
        folder: folder to write to.
        change: function of the network to the one to export.
    """
    import numpy as np

    from datasets.dataset import Column, Dataset, Split, Target
    from models.dense import dense_classifier
    from runs.saved_model import load_saved_model, write_saved_model
    from tasks.supervised import Supervised

    columns = tuple(Column(f"feature_{number}", mean=1.0, std=2.0) for number in range(16))
    targets = (Target("class", classes=("g", "q", "t", "w", "z")),)
    rows = Split({column.name: np.zeros(1, "float32") for column in columns}, {})
    data = Dataset("generated", rows, rows, rows, columns, targets)
    export = Supervised().export(change(dense_classifier((16,), 5)), data)
    write_saved_model(export.model, export.endpoints, Path(folder))
    model = export.model
    values = np.random.default_rng(0).normal(size=(100_000, 16)).astype("float32")
    return (
        load_saved_model(folder),
        model,
        {column.name: values[:, place] for place, column in enumerate(columns)},
    )


def median_seconds(function, repeats):
    function()  # the first call traces the function
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main():
    from training.device import start_tensorflow

    start_tensorflow()
    import tensorflow as tf

    from runs.saved_model import predict

    with tempfile.TemporaryDirectory() as folder:
        served, model, rows = exported(folder)
        signature = served.signatures["serving_default"]
        header = (
            "rows",
            "signature [ms]",
            "evaluate.py's batches [ms]",
            "model.predict [ms]",
            "predict / signature",
        )
        print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|")
        for count, repeats in ((1, 200), (1000, 50), (100_000, 5)):
            some = {name: values[:count] for name, values in rows.items()}
            tensors = {name: tf.constant(values) for name, values in some.items()}
            called = median_seconds(lambda tensors=tensors: signature(**tensors), repeats)
            batched = median_seconds(lambda some=some: predict(served, some), repeats)
            keras_own = median_seconds(
                lambda some=some: model.predict(some, verbose=0, batch_size=8192),
                max(5, repeats // 10),
            )
            times = " | ".join(f"{1000 * seconds:.2f}" for seconds in (called, batched, keras_own))
            print(f"| {count} | {times} | {keras_own / called:.1f} |", flush=True)


if __name__ == "__main__":
    main()
