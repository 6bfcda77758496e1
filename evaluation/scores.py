"""Scores of predictions, by scikit-learn."""

import warnings

import numpy as np
from sklearn import metrics

GROUPS = 10  # of rows, for the calibration error


def score(targets, true, predictions, weights=None):
    """Return `{target: {metric: value}}` for every target whose true values are there.

    Args:
        targets: descriptions of the targets.
        true: `{target: (rows, *shape)}` in the user's units.
        predictions: output of the SavedModel.
        weights: how much each row counts, `(rows,)`; None for equal weights.
    """
    return {
        target.name: (
            classification_scores(
                true[target.name],
                predictions[target.name],
                predictions.get(f"{target.name}_probabilities"),
                target.classes,
                weights,
            )
            if target.classes
            else regression_scores(
                true[target.name],
                predictions[target.name],
                predictions.get(f"{target.name}_std"),
                weights,
            )
        )
        for target in targets
        if target.name in true
    }


def regression_scores(true, predicted, std=None, weights=None):
    """Return errors in the target's unit and R2; with `std` also likelihood and coverages."""
    if np.ndim(true) > 1:  # the scores of several numbers are averaged
        true, predicted = (np.reshape(x, (len(x), -1)) for x in (true, predicted))
    scores = {
        "MAE": metrics.mean_absolute_error(true, predicted, sample_weight=weights),
        "RMSE": metrics.root_mean_squared_error(true, predicted, sample_weight=weights),
        "R2": metrics.r2_score(true, predicted, sample_weight=weights) if len(true) > 1 else np.nan,
    }
    if std is not None:
        z = (np.asarray(true, "float64") - predicted) / std
        densities = np.log(std) + z**2 / 2 + np.log(2 * np.pi) / 2
        scores["negative_log_likelihood"] = np.average(densities, weights=weights)
        scores["coverage_68"] = np.average(np.abs(z) < 0.99446, weights=weights)
        scores["coverage_95"] = np.average(np.abs(z) < 1.95996, weights=weights)
    return {name: float(value) for name, value in scores.items()}


def classification_scores(true, predicted, probabilities, classes, weights=None):
    """Return accuracies, log loss, calibration error and area under the ROC curve (one against the
    rest); without probabilities (None) the accuracies alone."""
    codes = np.array([classes.index(label) for label in np.asarray(true).tolist()])
    rows = {"sample_weight": weights}
    scores = {"accuracy": metrics.accuracy_score(true, predicted, **rows)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class without rows
        scores["balanced_accuracy"] = metrics.balanced_accuracy_score(true, predicted, **rows)
        scores["f1_macro"] = metrics.f1_score(true, predicted, average="macro", **rows)
    if probabilities is None:
        return {name: float(value) for name, value in scores.items()}
    labels = range(len(classes))
    scores["log_loss"] = metrics.log_loss(codes, probabilities, labels=labels, **rows)
    errors = [calibration_error(codes == k, probabilities[:, k], weights) for k in labels]
    scores["classwise_calibration_error"] = np.mean(errors)
    present = [number for number in range(len(classes)) if 0 < np.sum(codes == number) < len(codes)]
    areas = [metrics.roc_auc_score(codes == k, probabilities[:, k], **rows) for k in present]
    scores["roc_auc"] = np.mean(areas) if areas else np.nan
    return {name: float(value) for name, value in scores.items()}


def calibration_error(true, probabilities, weights=None):
    """Return how far the probabilities of a class are from its frequencies, on average over rows.

    The reliability diagram looks at the predicted class alone, which says little of a rare one.
    Rows are put into ten groups of equally many by their probability. In a small table the error is
    not zero by chance: each group of n rows is known to about sqrt(p (1 - p) / n) only.

    Args:
        true: whether each row has the class, `(rows,)`.
        probabilities: of the class, `(rows,)`.
        weights: how much each row counts, `(rows,)`; None for equal weights.
    """
    weights = np.ones(len(true)) if weights is None else np.asarray(weights, "float64")
    order = np.argsort(probabilities, kind="stable")
    groups = np.array_split(order, min(GROUPS, len(true)))
    differences = (true - np.asarray(probabilities, "float64")) * weights
    return float(sum(abs(differences[group].sum()) for group in groups) / weights.sum())
