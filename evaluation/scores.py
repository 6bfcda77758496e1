"""Scores of predictions, by scikit-learn."""

import warnings

import numpy as np
from sklearn import metrics


def score(targets, true, predictions):
    """Return `{target: {metric: value}}` for every target whose true values are there.

    Args:
        targets: descriptions of the targets.
        true: `{target: (rows, *shape)}` in the user's units.
        predictions: output of the SavedModel.
    """
    return {
        target.name: (
            classification_scores(
                true[target.name],
                predictions[target.name],
                predictions[f"{target.name}_probabilities"],
                target.classes,
            )
            if target.classes
            else regression_scores(
                true[target.name], predictions[target.name], predictions.get(f"{target.name}_std")
            )
        )
        for target in targets
        if target.name in true
    }


def regression_scores(true, predicted, std=None):
    """Return errors in the target's unit and R2; with `std` also likelihood and coverages."""
    if np.ndim(true) > 1:  # the scores of several numbers are averaged
        true, predicted = (np.reshape(x, (len(x), -1)) for x in (true, predicted))
    scores = {
        "MAE": metrics.mean_absolute_error(true, predicted),
        "RMSE": metrics.root_mean_squared_error(true, predicted),
        "R2": metrics.r2_score(true, predicted) if len(true) > 1 else float("nan"),
    }
    if std is not None:
        z = (np.asarray(true, "float64") - predicted) / std
        scores["negative_log_likelihood"] = np.mean(np.log(std) + z**2 / 2 + np.log(2 * np.pi) / 2)
        scores["coverage_68"] = np.mean(np.abs(z) < 0.99446)
        scores["coverage_95"] = np.mean(np.abs(z) < 1.95996)
    return {name: float(value) for name, value in scores.items()}


def classification_scores(true, predicted, probabilities, classes):
    """Return accuracies, and log loss and area under the ROC curve (one against the rest)."""
    codes = np.array([classes.index(label) for label in np.asarray(true).tolist()])
    scores = {"accuracy": metrics.accuracy_score(true, predicted)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class without rows
        scores["balanced_accuracy"] = metrics.balanced_accuracy_score(true, predicted)
        scores["f1_macro"] = metrics.f1_score(true, predicted, average="macro")
    scores["log_loss"] = metrics.log_loss(codes, probabilities, labels=range(len(classes)))
    present = [number for number in range(len(classes)) if 0 < np.sum(codes == number) < len(codes)]
    areas = [metrics.roc_auc_score(codes == number, probabilities[:, number]) for number in present]
    scores["roc_auc"] = np.mean(areas) if areas else np.nan
    return {name: float(value) for name, value in scores.items()}
