"""Folders of few pictures: accuracy of `train.py images` beside logistic regression.

    python benchmarks/pictures.py [--pictures 60 200 1000 5000] [--seeds 5] [option of images ...]

Three easy classes, rings, bars and wedges, are drawn on noise at random places. Each figure is the
accuracy of the SavedModel on the test rows: the median over the seeds, with the smallest and the
largest in brackets. Seconds are the training's, without imports.
"""

import argparse
import contextlib
import io
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

SIDE = 32


def draw_shape(kind, random):
    """Return a picture `(SIDE, SIDE)` of one shape on noise, uint8."""
    y, x = np.mgrid[:SIDE, :SIDE] - random.uniform(11, 21, (2, 1, 1))
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    turn, size = random.uniform(-np.pi, np.pi), random.uniform(6, 10)
    if kind == "ring":
        shape = np.abs(radius - size) < 1.5
    elif kind == "bar":
        along = x * np.cos(turn) + y * np.sin(turn)
        across = -x * np.sin(turn) + y * np.cos(turn)
        shape = (np.abs(along) < size) & (np.abs(across) < 1.7)
    else:
        shape = (radius < size) & (np.abs(np.angle(np.exp(1j * (angle - turn)))) < 0.6)
    picture = 110 * shape + random.normal(90, 35, shape.shape)
    return np.clip(picture, 0, 255).astype("uint8")


def make_pictures(count, seed):
    """Return `(x (count, SIDE, SIDE), y (count,))`."""
    random = np.random.default_rng(seed)
    labels = np.array(["ring", "bar", "wedge"])[np.arange(count) % 3]
    return np.stack([draw_shape(kind, random) for kind in labels]), labels


def measure(count, seed, words):
    """Train once. Returns `(accuracy, accuracy of logistic regression, seconds)`."""
    import json

    import evaluate
    import train
    from runs import folder as runs

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        runs.RUNS = Path(folder) / "runs"
        x, y = make_pictures(count, seed)
        np.savez(Path(folder) / "pictures.npz", x=x, y=y)
        data = ["--data", f"{folder}/pictures.npz", "--seed", str(seed)]
        start = time.perf_counter()
        train.main(["images", *data, "--split-seed", str(seed), *words])
        seconds = time.perf_counter() - start
        evaluate.main([str(runs.RUNS / "images")])
        metrics = json.loads((runs.RUNS / "images" / "metrics.json").read_text())
    scores = metrics["splits"]["test"]["scores"]
    network, linear = (
        scores[name]["label"]["accuracy"] for name in ("network", "logistic regression")
    )
    return network, linear, seconds


def format_spread(values):
    return f"{statistics.median(values):.3f} ({min(values):.3f}, {max(values):.3f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pictures", type=int, nargs="+", default=[60, 200, 1000, 5000])
    parser.add_argument("--seeds", type=int, default=5)
    options, words = parser.parse_known_args()
    print("| pictures | network | logistic regression | seconds |\n|---|---|---|---|")
    for count in options.pictures:
        rows = [measure(count, seed, words) for seed in range(options.seeds)]
        network, linear, seconds = zip(*rows, strict=True)
        figures = format_spread(network), format_spread(linear), f"{statistics.median(seconds):.0f}"
        print(f"| {count} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
