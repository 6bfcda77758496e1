"""Operators beside neuraloperator's FNO and DeepXDE's DeepONet on the same data.

    python benchmarks/operators.py [--seconds N] [--seeds N] [--peers PYTHON] [work ...]

There is one table: each method trains in a process of its own, for about the same time and on the
same functions and batches of 20, and answers for the same test functions; with --symmetries, copies
of them by symmetries of the equation are added. The works are

    burgers           FNO of 16 modes, width 32 and 4 layers, on 64 points; neuraloperator
    antiderivative    DeepONet, two hidden layers of 128, 100 functions, on 101 points; DeepXDE

"seconds" is the time of the training, with the compilation of this project's steps; "steps a
second" counts steps after it. --peers is the Python with torch, neuraloperator and deepxde.
"""

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))
WORKS = {"burgers": "neuraloperator", "antiderivative": "deepxde"}
FUNCTIONS, PROBED = 1000, 10  # training functions, and epochs by which the number is chosen
BATCH = 20
RATES = {"burgers": 5e-3, "antiderivative": 2e-3}  # initial learning rates of this project
OURS, SYMMETRIC = "this project", "this project, --symmetries 4"


def make_data(work, seed, symmetries=0):
    """Return the experiment, its data, and arrays on the grid of the training."""
    from experiments.operators.operator import Operator

    options = {"functions": FUNCTIONS, "split_seed": seed, "symmetries": symmetries}
    experiment = Operator(problem=work, **options, learning_rate=RATES[work])
    data = experiment.load()
    train, test = experiment.encode(data.train, data), experiment.encode(data.test, data)
    return experiment, data, dict(zip(("x", "y", "x_test", "y_test"), (*train, *test), strict=True))


def train_once(work, seconds, seed, symmetries):
    """Train as `train.py` does; print steps, seconds and the error as JSON."""
    import dataclasses

    from training.device import set_seed, start_tensorflow
    from training.fit import fit
    from training.loop import Loop

    start_tensorflow()
    experiment, data, arrays = make_data(work, int(seed), int(symmetries))
    train, validation = experiment.training_arrays(data)

    def run(epochs):
        set_seed(int(seed), False)
        topic = dataclasses.replace(experiment, epochs=epochs)
        model = topic.build(data)
        topic.warm_start(model, train, validation, data)
        topic.compile(model, data)
        times = [time.perf_counter()]

        def note(*_):
            times.append(time.perf_counter())

        import keras

        clock = keras.callbacks.LambdaCallback(on_epoch_end=note)
        fit(Loop(model, BATCH, xla=True), train, validation, epochs, [clock])
        if topic.answers_points():
            topic.fit_last_layer(model, train, validation, "end")
        return model, times, time.perf_counter() - times[0]

    with contextlib.redirect_stdout(io.StringIO()):
        _, times, _ = run(PROBED)
        epoch = (times[-1] - times[2]) / (PROBED - 1)
        epochs = max(2, int((float(seconds) - (times[1] - times[0])) / epoch))
        model, times, spent = run(epochs)
    found = model.predict(arrays["x_test"], verbose=0).reshape(arrays["y_test"].shape)
    axes = tuple(range(1, found.ndim))
    norms = [np.sqrt(np.sum(x**2, axis=axes)) for x in (found - arrays["y_test"], arrays["y_test"])]
    steps = -(-len(train[0]) // BATCH)
    rate = steps * (epochs - 1) / (times[-1] - times[1])
    error = float(np.mean(norms[0] / norms[1]))
    print(json.dumps({"steps": steps * epochs, "seconds": spent, "rate": rate, "error": error}))


def call(*words):
    done = subprocess.run([*map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def compare(works, seconds, seeds, peers):
    """Print the table: medians over seeds, and the range of the error."""
    print("| | steps a second | steps | seconds | relative L2 error |\n|---|---|---|---|---|")
    script = PROJECT / "benchmarks" / "peers" / "train_operators.py"
    for work in works:
        found = {OURS: [], WORKS[work]: [], SYMMETRIC: []}
        for seed in range(seeds):
            for name, symmetries in ((OURS, 0), (SYMMETRIC, 4)):
                words = ("--once", work, seconds, seed, symmetries)
                found[name].append(call(sys.executable, __file__, *words))
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "data.npz"
                np.savez(path, **make_data(work, seed)[2])
                found[WORKS[work]].append(
                    call(peers, script, WORKS[work], path, seconds, seed, BATCH)
                )
        for method, runs in found.items():
            rate, steps, spent = (statistics.median(r[n] for r in runs)
                                  for n in ("rate", "steps", "seconds"))  # fmt: skip
            errors = sorted(run["error"] for run in runs)
            text = f"{statistics.median(errors):.2e} ({errors[0]:.2e} to {errors[-1]:.2e})"
            cells = f"{rate:.0f} | {steps:.0f} | {spent:.0f} | {text}"
            print(f"| {work}: {method} | {cells} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("works", nargs="*", help=f"some of {', '.join(WORKS)}")
    parser.add_argument("--seconds", type=float, default=60, help="time of each training")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--peers", default=sys.executable, help="Python with PyTorch's libraries")
    parser.add_argument("--once", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        train_once(*options.once)
    else:
        compare(options.works or WORKS, options.seconds, options.seeds, options.peers)
