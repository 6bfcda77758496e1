"""`train.py table` on tables whose truth is known: smooth functions, and classes of uneven size.

    python benchmarks/made_tables.py [--rows 2000 10000] [option of table ...]

Smooth: noiseless functions of six columns, R2 on the test rows beside boosted trees. Uneven: 3 to
15 % of the rows have the rare class; the calibration error of the probabilities on the test rows
(each class, ten groups of equal size), plain and with `--class-weights balanced`.
"""

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import make_classification

sys.path.insert(0, str(Path(__file__).parents[1]))

SMOOTH = {
    "Friedman's": lambda a, b, c, d, e, f: (
        10 * np.sin(np.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e
    ),
    "waves": lambda a, b, c, d, e, f: np.sin(2 * np.pi * a) + b * c + np.exp(-d) * e + f**2,
    "gravity": lambda a, b, c, d, e, f: (1 + a) * (1 + b) / (0.5 + c) ** 2 + np.cos(3 * d) + e * f,
    "sum": lambda a, b, c, d, e, f: (
        3 * a**2 + 2 * np.exp(b) + np.sqrt(c + 0.1) + d - e + np.sin(3 * f)
    ),
}
UNEVEN = (
    (0.07, 1.0, 5000),
    (0.1, 0.7, 6000),
    (0.05, 1.2, 8000),
    (0.15, 0.8, 5000),
    (0.03, 1.0, 10000),
)


def make_smooth(function, rows):
    x = np.random.default_rng(0).random((rows, 6))
    return pd.DataFrame(x, columns=list("abcdef")).assign(target=function(*x.T))


def make_uneven(share, separation, rows, seed):
    x, y = make_classification(
        rows, 10, n_informative=5, n_redundant=2, weights=[1 - share], class_sep=separation,
        random_state=seed,
    )  # fmt: skip
    return pd.DataFrame(x).add_prefix("x").assign(target=np.where(y, "rare", "usual"))


def measure(frame, words):
    """Train and evaluate once. Returns `({method: scores of the test rows}, seconds)`."""
    import evaluate
    import train
    from runs import folder as runs

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        runs.RUNS = Path(folder) / "runs"
        frame.to_csv(Path(folder) / "rows.csv", index=False)
        start = time.perf_counter()
        train.main(["table", "--data", f"{folder}/rows.csv", "--target", "target", *words])
        seconds = time.perf_counter() - start
        evaluate.main([str(runs.RUNS / "table")])
        metrics = json.loads((runs.RUNS / "table" / "metrics.json").read_text())
    scores = metrics["splits"]["test"]["scores"]
    return {name: found["target"] for name, found in scores.items()}, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[2000, 10000])
    options, words = parser.parse_known_args()
    print("| function | rows | network, R2 | boosted trees | seconds |\n|---|---|---|---|---|")
    for name, function in SMOOTH.items():
        for rows in options.rows:
            scores, seconds = measure(make_smooth(function, rows), words)
            figures = [f"{scores[method]['R2']:.4f}" for method in ("network", "boosted trees")]
            print(f"| {name} | {rows} | {' | '.join(figures)} | {seconds:.0f} |", flush=True)
    print("\n| rare class | rows | calibration error | class weights | boosted trees |")
    print("|---|---|---|---|---|")
    for seed, uneven in enumerate(UNEVEN):
        frame = make_uneven(*uneven, seed)
        plain, _ = measure(frame, words)
        weighted, _ = measure(frame, [*words, "--class-weights", "balanced"])
        found = plain["network"], weighted["network"], plain["boosted trees"]
        errors = " | ".join(f"{scores['classwise_calibration_error']:.4f}" for scores in found)
        print(f"| {uneven[0]:.0%} | {uneven[2]} | {errors} |", flush=True)


if __name__ == "__main__":
    main()
