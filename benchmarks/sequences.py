"""Training speed of sequences, graphs, text and spikes beside PyTorch's libraries and Keras.

    python benchmarks/sequences.py [--runs N] [--peers PYTHON] [work ...]

There is one table for all work; each run trains in a process of its own on the same rows, and the
methods take turns. "epoch" is the median of the epochs after the first two, and "speed-up" is that
of this project over each method; "to loss" is the time, imports and compilation included, until the
validation loss is as low as the highest final loss of all methods. The works are

    gru        series of 60 steps, GRU of 64 units and a softmax
    gcn        Cora, graph convolutional network of 16 units; an epoch is a step (torch_geometric)
    linear     10 000 hours with days and weeks, 336 to forecast 96: ridge regression in closed
               form, of which an epoch is a whole fit, beside Adam and the DLinear of darts
    spiking    MNIST's first 6000 pictures, 784-1000-10 leaky neurons, 25 steps (snnTorch, as in its
               tutorial 5)
    language   tiny Shakespeare, transformer of 4 x 128 and a window of 64, batches of 12, Adam; an
               epoch is 100 steps (nanoGPT's network and loop, written again)

    python benchmarks/sequences.py recipes

compares nanoGPT's recipe for a CPU (2000 steps of AdamW) with `train.py language`: the time to 1.88
nats a character, and the loss after three minutes.

    python benchmarks/sequences.py growth

shows how time and memory of this project grow with length, nodes and rows, and

    python benchmarks/sequences.py cora

the test accuracy of each network of `nodes` on Cora, with its fixed split and 20 seeds. --peers
is the Python with PyTorch, torch_geometric, darts and snntorch, if they are not installed beside
Keras.
"""

import argparse
import contextlib
import gzip
import io
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from turns import epoch_seconds, make_clock, measure, print_header, print_rows, report

PROJECT = Path(__file__).parents[1]
DATA = PROJECT.parent / "shared" / "data"
OURS, KERAS, TORCH, COMPILED = "this project", "keras.Model.fit", "PyTorch", "PyTorch, compiled"
GEOMETRIC, SNNTORCH, DARTS = "torch_geometric", "snnTorch", "darts, DLinear"
WORKS = {  # title, batch, epochs, methods
    "gru": ("GRU, 60 steps, 64 units", 64, 12, (OURS, KERAS, TORCH)),
    "gcn": ("GCN, Cora, 200 epochs", 10**6, 200, (OURS, KERAS, GEOMETRIC)),
    "linear": ("Linear forecast, 336 to 96 steps", 32, 12, (OURS, KERAS, DARTS)),
    "spiking": ("Spiking, 784-1000-10, 25 steps", 128, 5, (OURS, KERAS, SNNTORCH)),
    "language": ("Transformer, 4 x 128, window 64", 12, 8, (OURS, KERAS, TORCH, COMPILED)),
}
RECIPE = "nanoGPT's recipe", 12, 20, (TORCH, COMPILED)
HISTORY, HORIZON = 336, 96  # hours of the linear forecast
WIDTH, DEPTH, HEADS, WINDOW, STEPS = 128, 4, 4, 64, 100  # as in peers/train_sequences.py
GOAL = 1.88  # nats, of nanoGPT's recipe


# Rows: a dictionary of arrays for each work; `size` makes them longer or more


def make_rows(work, size=1):
    """Return `{"train": arrays, "validation": arrays}` and what else a work needs."""
    import numpy as np

    random = np.random.default_rng(0)
    if work == "gru":
        t = np.arange(60 * size)
        y = random.integers(6, size=2400)
        x = np.sin(t * (y[:, None] + 1) / 9 + random.uniform(0, 6, (2400, 1)))
        x = (x + random.normal(size=x.shape)).astype("float32")[..., None]
        y = y.astype("int32")
        return {"train": (x[:1920], y[:1920]), "validation": (x[1920:], y[1920:])}
    if work == "gcn":
        with np.load(DATA / "graphs" / "cora.npz", allow_pickle=False) as file:
            graph = {name: file[name] for name in file.files}
        x = graph["x"].astype("float32")
        x /= np.maximum(x.sum(axis=1, keepdims=True), 1)
        y, edges = graph["y"].astype("int32"), graph["edges"].reshape(-1, 2).astype("int32")
        parts = [graph[name].astype("int32") for name in ("train_idx", "val_idx")]
        edges = np.concatenate([edges + len(x) * k for k in range(size)])  # several copies
        x = np.concatenate([x] * size)
        train, validation = ((part, y[part]) for part in parts)
        return {"train": train, "validation": validation, "x": x, "edges": edges}
    if work == "linear":
        t = np.arange(10_000 * size)
        noise = random.normal(size=len(t))
        for k in range(1, len(t)):
            noise[k] += 0.9 * noise[k - 1]
        series = 4 * np.sin(2 * np.pi * t / 24) + 2 * np.sin(2 * np.pi * t / 168) + noise
        series, cut = (series / series.std()).astype("float32")[:, None], int(0.8 * len(t))
        parts = {"train": series[:cut], "validation": series[cut - HISTORY :]}
        return {name: cut_windows(part) for name, part in parts.items()} | {"series": parts}
    if work == "spiking":
        x, y = (
            np.frombuffer(gzip.decompress(path.read_bytes())[skip:], "uint8")
            for path, skip in (
                (DATA / "mnist" / "train-images-idx3-ubyte.gz", 16),
                (DATA / "mnist" / "train-labels-idx1-ubyte.gz", 8),
            )
        )
        x = x.reshape(-1, 28, 28, 1)[: 7500 * size].astype("float32")
        y = y[: 7500 * size].astype("int32")
        cut = 6000 * size
        return {"train": (x[:cut], y[:cut]), "validation": (x[cut:], y[cut:])}
    text = (DATA / "text" / "tiny-shakespeare.txt").read_text(encoding="utf-8")
    alphabet = sorted(set(text))
    codes = np.searchsorted(alphabet, list(text)).astype("int32")
    cut = int(0.9 * len(codes))
    window = WINDOW * size
    return {"codes": codes, "cut": cut, "alphabet": len(alphabet), "window": window}


def cut_windows(series):
    """Return all windows of a series, `(windows, HISTORY, 1)`, and what follows each."""
    import numpy as np

    views = np.lib.stride_tricks.sliding_window_view(series, HISTORY + HORIZON, axis=0)
    views = np.swapaxes(views, 1, 2)  # (windows, steps, 1)
    return tuple(np.ascontiguousarray(part) for part in np.split(views, [HISTORY], axis=1))


def cut_text(rows):
    """Return the text as this project cuts it: rows of two windows, 100 steps of them."""
    import numpy as np

    codes, window = rows["codes"], rows["window"]
    views = np.lib.stride_tricks.sliding_window_view
    train = views(codes[: rows["cut"]], 2 * window)[::window][: 12 * STEPS]
    held = views(codes[rows["cut"] :], window + 1)[::window][: 12 * 10]
    x, y = held[:, :-1].copy(), held[:, 1:].copy()
    return (np.ascontiguousarray(train),), (x, y)


# Keras: the models of this project, in its own loop or in `keras.Model.fit`


def keras_work(work, rows):
    """Return a compiled model, and its training and validation arrays."""
    import keras

    adam, loss = keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy"
    if work == "gru":
        inputs = keras.Input(rows["train"][0].shape[1:])
        x = keras.layers.GRU(64)(inputs)
        model = keras.Model(inputs, keras.layers.Dense(6, "softmax")(x))
    elif work == "gcn":
        from models.message_passing import OnGraph, join_directions
        from models.node_classifier import gcn

        edges = join_directions(rows["edges"], len(rows["x"])).numpy()
        model = OnGraph(gcn(rows["x"].shape[1], 7), rows["x"], edges)
        adam.learning_rate = 0.01
    elif work == "linear":
        from models.forecaster import forecaster

        model, loss = forecaster(HISTORY, HORIZON, 1, 1), "mean_squared_error"
    elif work == "spiking":
        from models.spiking import spiking_classifier

        model = spiking_classifier((28, 28, 1), 10, filters=(), units=1000, steps=25)
    else:
        from models.language import transformer

        model = transformer(rows["alphabet"], WIDTH, DEPTH, HEADS, ngrams=1, dropout=0.0)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(adam, loss)
        return model, *cut_text(rows)
    model.compile(adam, loss)
    return model, rows["train"], rows["validation"]


def train_with_keras(work, rows, batch, epochs):
    """Train by `keras.Model.fit` with Keras' defaults."""
    model, train, validation = keras_work(work, rows)
    clock = make_clock()
    options = {"batch_size": batch, "epochs": epochs, "callbacks": [clock], "verbose": 0}
    model.fit(*train, validation_data=validation, **options)
    return clock.ends


def train_with_ours(work, rows, batch, epochs):
    """Train as `train.py` does."""
    if work == "linear":
        return fit_linear_forecasts(rows, repeats=4)
    from training.callbacks import standard_callbacks
    from training.fit import fit
    from training.loop import choose_loop

    model, train, validation = keras_work(work, rows)
    clock = make_clock()
    loop = choose_loop(
        model, "graph" if work == "language" else "auto", len(train[0]), epochs, batch
    )
    with tempfile.TemporaryDirectory() as folder:
        usual = standard_callbacks(folder, epochs, 1e-3, math.inf)
        fit(loop, train, validation, epochs, [*usual, clock], Path(folder) / "snapshot.npz")
    return clock.ends


def fit_linear_forecasts(rows, repeats):
    """Fit the linear forecaster in closed form, several times for the median."""
    from training.linear_forecast import fit_linear_part, squared_errors

    model, *parts = keras_work("linear", rows)
    train, validation = (({"history": x}, y) for x, y in parts)
    ends = []
    for _ in range(repeats):
        fit_linear_part(model, train, validation)
        ends.append((time.time(), float(squared_errors(model, validation).mean())))
    return ends


def train_once(work, method, size, started):
    """Train once, and report the end of each epoch."""
    sys.path.insert(0, str(PROJECT))
    rows = make_rows("language" if work == "recipes" else work, int(size))
    _, batch, epochs, _ = WORKS.get(work, RECIPE)
    if method == OURS:
        ends = train_with_ours(work, rows, batch, epochs)
    elif method == KERAS:
        ends = train_with_keras(work, rows, batch, epochs)
    else:
        from peers.train_sequences import train_peer

        ends = train_peer(work, rows, batch, epochs, method == COMPILED)
    report(ends, started)


def compare(runs, peers, works):
    """Print the table of all methods."""
    print_header()
    for work in works:
        title, _, _, methods = WORKS[work]
        found = {method: [] for method in methods}
        for _ in range(runs):
            for method in methods:
                python = sys.executable if method in (OURS, KERAS) else peers
                found[method].append(measure(python, __file__, work, method, 1))
        print_rows(title, found)


def compare_recipes(peers, allowed=180, methods=(TORCH, COMPILED)):
    """Print the time to nanoGPT's loss on tiny Shakespeare, and the loss at the end.

    Args:
        peers: Python with PyTorch.
        allowed: seconds of training of this project.
        methods: those that nanoGPT's recipe is trained by.
    """
    import pandas as pd

    print(f"| | to {GOAL} nats [s] | loss at the end [nats] | seconds |\n|---|---|---|---|")

    def show(name, seconds, losses):
        first = next((s for s, x in zip(seconds, losses, strict=True) if x <= GOAL), math.nan)
        print(f"| {name} | {first:.0f} | {losses[-1]:.3f} | {seconds[-1]:.0f} |", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SAVED_MODELS": folder}
        text = DATA / "text" / "tiny-shakespeare.txt"
        words = ["language", "--data", text, "--seconds", str(allowed)]
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, PROJECT / "train.py", *words],
            env=environment, check=True, capture_output=True,
        )  # fmt: skip
        total = time.perf_counter() - start
        history = pd.read_csv(f"{folder}/language/history.csv")
        seconds = history["seconds"] + total - history["seconds"].iloc[-1]  # imports included
        show(
            f"this project: `language --seconds {allowed}`",
            list(seconds),
            list(history["val_loss"]),
        )
    for method in methods:
        run = measure(peers, __file__, "recipes", method, 1)
        show(f"nanoGPT's recipe, {method}", run["seconds"], run["losses"])


def show_growth(factors=(1, 2, 4)):
    """Print how an epoch of this project grows with the length, the nodes and the rows."""
    print("| | size | epoch [s] | memory [GB] |\n|---|---|---|---|")
    sizes = {"gru": "steps", "language": "window", "gcn": "nodes", "spiking": "rows"}
    first = {"gru": 60, "language": WINDOW, "gcn": 2708, "spiking": 6000}
    for work, name in sizes.items():
        for size in factors:
            run = measure(sys.executable, __file__, work, OURS, size)
            cells = size * first[work], name, epoch_seconds(run), run["memory"]
            print("| {} | {} {} | {:.4f} | {:.2f} |".format(work, *cells), flush=True)


def score_cora(seeds=20):
    """Print the test accuracy on Cora: mean and standard deviation over seeds."""
    import numpy as np

    sys.path.insert(0, str(PROJECT))
    import train
    from runs.run import Run
    from tasks.catalogue import restore

    print("| | accuracy [%] | seconds a seed |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, patch("runs.folder.RUNS", Path(folder)):
        for model in ("gcn", "gat", "sgc", "appnp"):
            found, start = [], time.perf_counter()
            for seed in range(seeds):
                words = ["--data", str(DATA / "graphs" / "cora.npz"), "--model", model]
                with contextlib.redirect_stdout(io.StringIO()):
                    train.main(["nodes", *words, "--seed", str(seed), "--overwrite"])
                run = Run(f"{folder}/nodes")
                data = restore(run.config).load()
                (target,), nodes = data.targets, data.test.inputs["node"]
                labels = run.predict(data.context)[target.name][nodes]
                found.append(np.mean(labels == data.test.targets[target.name]))
            seconds = (time.perf_counter() - start) / seeds
            spread = f"{100 * np.mean(found):.1f} +- {100 * np.std(found):.1f}"
            print(f"| {model} | {spread} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "works", nargs="*", help=f"some of {', '.join(WORKS)}; recipes; growth; cora"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", default=sys.executable, help="Python with PyTorch's libraries")
    parser.add_argument("--once", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        train_once(*options.once)
    elif options.works == ["recipes"]:
        compare_recipes(options.peers)
    elif options.works == ["growth"]:
        show_growth()
    elif options.works == ["cora"]:
        score_cora()
    else:
        compare(options.runs, options.peers, options.works or WORKS)
