"""Nested cross-validation: the spread of the scores over the folds, beside the baselines'."""

from dataclasses import replace

import numpy as np

from evaluation.supervised import MAIN_SCORES


def add_folds(evaluation, scores, folds, fit_baselines, score):
    """Add a table of the main score over the folds, with the baselines fitted to the same folds.

    Args:
        evaluation: `evaluation.evaluation.Evaluation`.
        scores: `pandas.DataFrame` of the network's scores, a row for each fold.
        folds: list of `datasets.dataset.Dataset`, one for each fold.
        fit_baselines: function of data that returns `{name: Baseline}`.
        score: function of targets, a split and predictions, see `Supervised.scores`.
    """
    metric = next(name for name in MAIN_SCORES if name in scores)
    (target,) = folds[0].targets
    found = {"network": scores[metric].tolist()}
    for data in folds:
        for name, baseline in fit_baselines(data).items():
            answers = baseline.endpoints["serve"](data.test.inputs)
            value = score(data.targets, data.test, answers)[target.name][metric]
            found.setdefault(name, []).append(value)
    rows = [
        [name, *(float(measure(values)) for values in found.values())]
        for name, measure in (
            ("mean", np.mean),
            ("standard deviation", lambda values: np.std(values, ddof=1)),
            ("smallest", np.min),
            ("largest", np.max),
        )
    ]
    heading = f"{target.name}, {metric} over {len(folds)} folds (nested cross-validation)"
    return replace(
        evaluation,
        tables=evaluation.tables | {heading: [["", *found], *rows]},
        metrics=evaluation.metrics | {"folds": {"metric": metric, "scores": found}},
    )
