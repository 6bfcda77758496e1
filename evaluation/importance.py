"""Permutation importance: how much worse a network answers when a column is shuffled.

Columns that tell the same share their importance: the network reads the other one.

Source: L. Breiman, Random Forests, Machine Learning 45, 2001.
"""

from dataclasses import replace

import numpy as np

from plots.importance import plot_importance

ROWS, REPEATS = 1000, 5
MOST = 200  # columns; each is shuffled and predicted several times


def add_importance(evaluation, predict, data, score):
    """Return an evaluation with the importance of each column, a table and a picture a target.

    Args:
        evaluation: `evaluation.evaluation.Evaluation`.
        predict: function of `{column: (rows,)}` to predictions.
        data: `datasets.dataset.Dataset`.
        score: function of targets, a split and predictions, see `Supervised.scores`.
    """
    if not 1 < len(data.columns) <= MOST:
        return evaluation
    tables, figures, metrics = {}, {}, {}
    for target, found in measure_importance(predict, data, score).items():
        metric = "log loss" if target.classes else f"RMSE{f' [{target.unit}]' * bool(target.unit)}"
        by_size = dict(sorted(found.items(), key=lambda item: -item[1][0]))
        rows = [[name, mean, std] for name, (mean, std) in by_size.items()]
        header = ["column", f"increase of the {metric}", "standard deviation"]
        tables[f"{target.name}, importance of the columns (shuffled test rows)"] = [header, *rows]
        several = len(data.targets) > 1
        name = f"importance-{len(figures) + 1}" if several else "importance"
        figures[name] = plot_importance(by_size, target.name, metric)
        metrics[target.name] = {name: {"mean": m, "std": s} for name, (m, s) in by_size.items()}
    return replace(
        evaluation,
        tables=evaluation.tables | tables,
        figures=evaluation.figures | figures,
        metrics=evaluation.metrics | {"importance": metrics},
    )


def measure_importance(predict, data, score):
    """Return `{target: {column: (mean, standard deviation)}}` over shuffles of the increase of the
    log loss, or of the root mean square error."""
    random = np.random.default_rng(0)
    count = min(ROWS, data.test.rows)
    rows = data.test.take(np.sort(random.choice(data.test.rows, count, replace=False)))

    def errors(inputs):
        scores = score(data.targets, rows, predict(inputs))
        return [scores[t.name]["log_loss" if t.classes else "RMSE"] for t in data.targets]

    usual = np.array(errors(rows.inputs))  # (targets,)
    increases = {}
    for column in data.columns:
        shuffled = [
            errors(rows.inputs | {column.name: random.permutation(rows.inputs[column.name])})
            for _ in range(REPEATS)
        ]
        increases[column.name] = np.array(shuffled) - usual  # (shuffles, targets)
    return {
        target: {
            name: (float(found[:, number].mean()), float(found[:, number].std()))
            for name, found in increases.items()
        }
        for number, target in enumerate(data.targets)
    }
