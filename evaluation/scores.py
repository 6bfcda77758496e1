"""Scores of predictions, by scikit-learn."""

import warnings

import numpy as np
from sklearn import metrics


def score(targets, true, predictions):
    """`{target: {metric: value}}` for every target whose true values are there.

    Args:
        targets: describe the answers.
        true: `{target: (rows,)}` in the user's terms.
        predictions: what the SavedModel answers.
    """
    return {
        target.name: (
            classification_scores(
                true[target.name], predictions[target.name], predictions[f"{target.name}_probabilities"], target.classes
            )
            if target.classes
            else regression_scores(true[target.name], predictions[target.name], predictions.get(f"{target.name}_std"))
        )
        for target in targets
        if target.name in true
    }


def regression_scores(true, predicted, std=None):
    """Errors in the target's unit and R2; with `std` also the likelihood and how often the intervals hold."""
    scores = {
        "MAE": metrics.mean_absolute_error(true, predicted),
        "RMSE": metrics.root_mean_squared_error(true, predicted),
        "R2": metrics.r2_score(true, predicted) if len(true) > 1 else float("nan"),
    }
    if std is not None:
        z = (np.asarray(true, "float64") - predicted) / std
        scores["negative log likelihood"] = np.mean(np.log(std) + z**2 / 2 + np.log(2 * np.pi) / 2)
        scores["inside 68 % interval"] = np.mean(np.abs(z) < 0.99446)
        scores["inside 95 % interval"] = np.mean(np.abs(z) < 1.95996)
    return {name: float(value) for name, value in scores.items()}


def classification_scores(true, predicted, probabilities, classes):
    """Accuracy and what it hides; probabilities by log loss and by the area under the ROC curve (one against the rest)."""
    true = np.asarray(true)
    codes = class_numbers(true, classes)
    known = codes >= 0  # labels never seen in training count as wrong, and have no probability
    scores = {"accuracy": metrics.accuracy_score(true, predicted)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class without rows
        scores["balanced accuracy"] = metrics.balanced_accuracy_score(true, predicted)
        scores["F1, mean of classes"] = metrics.f1_score(true, predicted, average="macro")
    if known.any():
        scores["log loss"] = metrics.log_loss(codes[known], probabilities[known], labels=range(len(classes)))
        areas = [
            metrics.roc_auc_score(codes[known] == number, probabilities[known, number])
            for number in range(len(classes))
            if 0 < np.sum(codes[known] == number) < np.sum(known)
        ]
        scores["ROC AUC"] = np.mean(areas) if areas else np.nan
    return {name: float(value) for name, value in scores.items()}


def class_numbers(labels, classes):
    """Place of each label among the classes, -1 where it is not one of them."""
    places = {label: number for number, label in enumerate(classes)}
    return np.array([places.get(label, -1) for label in np.asarray(labels).tolist()])
