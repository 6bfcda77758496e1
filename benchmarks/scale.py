"""Time and memory against the number of rows of a table, streamed or read at once; two workers.

    python benchmarks/scale.py [maximum number of rows, e.g. 1e7]

The data are generated rows of 16 numbers and 5 classes in a CSV file. Each line of the table is
measured in a separate process that does the same as `train.py table` with batches of 1024: "read"
reads the file and determines its columns, "encode" turns the training rows into vectors, "epoch" is
the second of two epochs including validation, "memory" is the peak of resident memory. The two
workers share one machine, each with half of every batch: the second table shows the cost of their
communication, not the gain of a second machine.
"""

import json
import math
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FEATURES, CLASSES = 16, "gqtwz"
BATCH = 1024
WRITTEN_AT_ONCE = 200_000  # rows of a block


# The rows


def write_rows(path, rows):
    """Write a CSV file of generated jets: learnable, but not separable."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    random = np.random.default_rng(0)
    kernel = random.normal(size=(FEATURES, len(CLASSES)))
    names = [f"x{number}" for number in range(FEATURES)]
    with path.open("wb") as file:
        for start in range(0, rows, WRITTEN_AT_ONCE):
            x = random.normal(size=(min(WRITTEN_AT_ONCE, rows - start), FEATURES)).astype("float32")
            noise = random.normal(size=(len(x), len(CLASSES)))
            labels = np.array(list(CLASSES))[
                (x @ kernel + 2 * np.sin(x[:, : len(CLASSES)] * 2) + noise).argmax(axis=1)
            ]
            table = pa.table({**dict(zip(names, x.T, strict=True)), "class": labels})
            csv.write_csv(table, file, csv.WriteOptions(include_header=start == 0))


# One line of the table


def work(data, stream, loop="auto"):
    """Load, encode and train; print the seconds of each step and the peak memory in GB."""
    sys.path.insert(0, str(PROJECT))
    from training.device import set_seed, start_tensorflow

    strategy = start_tensorflow("all")
    from experiments.tables.table import Table
    from training.callbacks import Seconds
    from training.fit import fit
    from training.loop import choose_loop

    set_seed(0, deterministic=False)
    experiment = Table(data=data, target=("class",), stream=stream, members=1, batch_size=BATCH)
    clock = [time.perf_counter()]
    dataset = experiment.load()
    clock.append(time.perf_counter())
    train, validation = experiment.training_arrays(dataset)
    clock.append(time.perf_counter())
    with strategy.scope():
        model = experiment.build(dataset)
        experiment.compile(model, dataset)
        chosen = choose_loop(model, loop, len(train[0]), 2, BATCH)
        seconds = fit(chosen, train, validation, 2, [Seconds()]).history["seconds"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # GB
    print(json.dumps([clock[1] - clock[0], clock[2] - clock[1], seconds[1] - seconds[0], memory]))


def measure(*words):
    """Run this script in a separate process and return its last line; None if it fails."""
    return ended(begun(*words))


def begun(*words, **environment):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, __file__, *words], env=environment, **pipes)


def ended(process):
    output, errors = process.communicate()
    if process.returncode:
        print(
            f"{' '.join(process.args[2:])} failed: {errors.strip().splitlines()[-1:]}",
            file=sys.stderr,
        )
        return None
    return json.loads(output.splitlines()[-1])


# The tables


def pieces_against_at_once(folder, sizes):
    """Yield the rows of the first table, the header first."""
    yield "rows", "GB as CSV", "reading", "read [s]", "encode [s]", "epoch [s]", "memory [GB]"
    for rows in sizes:
        path = Path(folder) / "rows.csv"
        write_rows(path, rows)
        for way, stream in (("streamed", "yes"), ("at once", "no")):
            found = measure("work", str(path), stream)
            cells = ["-"] * 4 if found is None else [f"{value:.2f}" for value in found]
            yield f"{rows:.0e}", f"{path.stat().st_size / 1e9:.3f}", way, *cells
        path.unlink()


def two_workers_against_one(folder, rows):
    """Yield the rows of the second table, the header first."""
    yield "workers", "loop", "epoch [s]", "memory per worker [GB]"
    path = Path(folder) / "rows.csv"
    write_rows(path, rows)
    for workers, loop in ((1, "xla"), (1, "graph"), (2, "graph")):
        sockets = [socket.create_server(("localhost", 0)) for _ in range(workers)]
        hosts = [f"localhost:{one.getsockname()[1]}" for one in sockets]
        for one in sockets:
            one.close()
        tasks = [
            {"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}}
            for index in range(workers)
        ]
        configs = [{"TF_CONFIG": json.dumps(task)} if workers > 1 else {} for task in tasks]
        found = [
            ended(process)
            for process in [begun("work", str(path), "no", loop, **config) for config in configs]
        ]
        _, _, epoch, memory = found[0] or [math.nan] * 4
        yield str(workers), loop, f"{epoch:.2f}", f"{memory:.2f}"
    path.unlink()


def show(rows):
    """Print a table in Markdown, each row as soon as it is measured."""
    for number, cells in enumerate(rows):
        print(
            f"| {' | '.join(cells)} |" + (f"\n{'|---' * len(cells)}|" if number == 0 else ""),
            flush=True,
        )


def main(most):
    sizes = [size for size in (10**4, 10**5, 10**6, 10**7) if size <= most] or [int(most)]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SAVED_MODELS"] = folder
        show(pieces_against_at_once(folder, sizes))
        print(f"\nWorkers, {min(sizes[-1], 10**6):.0e} rows\n")
        show(two_workers_against_one(folder, min(sizes[-1], 10**6)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(*sys.argv[2:])
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 10**6)
