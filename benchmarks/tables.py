"""`table` compared with logistic and linear regression: cross-validation on five small datasets.

    python benchmarks/tables.py [repeats]

Each of five folds is a run of the command: CSV files of the fold's rows, `table --data --test-data
--target`, and the scores of the exported SavedModel. Each repeat shuffles the folds differently.
"""

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.model_selection import KFold, StratifiedKFold

sys.path.insert(0, str(Path(__file__).parents[1]))
HOUSE_PRICES = (
    Path(__file__).parents[2] / "shared/data/house-prices/house_price_regression_dataset.csv"
)


def frames():
    """Return `{name: (table, target, metric)}`."""
    found = {}
    for name in ("breast_cancer", "wine", "iris", "diabetes"):
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
        found[name] = (frame, "target", "R2" if name == "diabetes" else "accuracy")
    if HOUSE_PRICES.exists():
        found["house_prices"] = (pd.read_csv(HOUSE_PRICES), "House_Price", "R2")
    return found


def fold_scores(frame, target, metric, train_rows, test_rows, folder):
    """Return the scores `(network, baseline)` of one fold."""
    import evaluate
    import train
    from experiments.tables.table import Table
    from runs.run import Run

    frame.iloc[train_rows].to_csv(folder / "train.csv", index=False)
    frame.iloc[test_rows].to_csv(folder / "test.csv", index=False)
    experiment = Table(
        overwrite=True,
        data=str(folder / "train.csv"),
        test_data=str(folder / "test.csv"),
        target=(target,),
    )
    with contextlib.redirect_stdout(io.StringIO()):
        run = Run(train.train("table", experiment))
        metrics = evaluate.evaluate(run).metrics
    test = metrics["splits"]["test"]
    network, linear, _ = test["scores"].values()
    return network[target][metric], linear[target][metric]


def main(repeats):
    print(
        f"{'dataset':<14} {'metric':<9} {'network':>9} {'linear':>9} {'difference':>11} "
        f"{'std over folds':>18}"
    )
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SAVED_MODELS"] = folder
        for name, (frame, target, metric) in frames().items():
            folds = KFold if metric == "R2" else StratifiedKFold
            scores = np.array(
                [
                    fold_scores(frame, target, metric, *rows, Path(folder))
                    for seed in range(repeats)
                    for rows in folds(5, shuffle=True, random_state=seed).split(
                        frame, frame[target]
                    )
                ]
            )
            network, linear = scores.mean(axis=0)
            spread = (scores[:, 0] - scores[:, 1]).std()
            print(
                f"{name:<14} {metric:<9} {network:9.5f} {linear:9.5f} {network - linear:+11.5f} "
                f"{spread:18.5f}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
