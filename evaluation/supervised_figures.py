"""The pictures that suit a kind of target, whatever the experiment."""

import numpy as np

LONGEST = 60  # letters of a target in the name of a file; systems allow 255 bytes in all


def draw_targets(targets, split, predictions):
    """Return `{name: figure}` for a split and the predictions for it."""
    figures = {}
    for target, prefix in zip(targets, choose_prefixes(targets), strict=True):
        draw = draw_classification if target.classes else draw_regression
        figures |= {
            prefix + name: figure for name, figure in draw(target, split, predictions).items()
        }
    return figures


def choose_prefixes(targets):
    """Return what the names of each target's pictures begin with.

    They are fit for a file and no two are alike; a single target needs none.
    """
    names = [
        "".join(letter if letter.isalnum() else "_" for letter in target.name)[:LONGEST]
        for target in targets
    ]
    numbered = [
        name if names.count(name) == 1 else f"{name}_{number}"
        for number, name in enumerate(names, start=1)
    ]
    return [f"{name}-" for name in numbered] if len(targets) > 1 else [""]


def draw_regression(target, split, predictions):
    from plots.calibration import plot_interval_calibration
    from plots.regression import plot_predicted_against_true, plot_residuals

    true, predicted = split.targets[target.name], predictions[target.name]
    true, predicted = np.ravel(true), np.ravel(predicted)
    std = predictions.get(f"{target.name}_std")
    figures = {
        "predicted-against-true": plot_predicted_against_true(true, predicted, target.label, std),
        "residuals": plot_residuals(true, predicted, target.label),
    }
    if std is not None:
        figures["calibration"] = plot_interval_calibration(true, predicted, std, target.label)
    return figures


def draw_classification(target, split, predictions):
    from plots.confusion import plot_confusion_matrix
    from plots.mistakes import plot_mistakes
    from plots.reliability import plot_reliability
    from plots.roc import plot_roc_curves

    true, predicted = split.targets[target.name], predictions[target.name]
    probabilities = predictions[f"{target.name}_probabilities"]
    confidence = probabilities.max(axis=1)
    (first, *_) = split.inputs.values()
    worst = {}
    if first.ndim == 4:  # pictures
        worst = {"mistakes": plot_mistakes(first, true, predicted, confidence)}
    return {
        "confusion": plot_confusion_matrix(
            true, predicted, target.classes, f"{target.name}: true against predicted, test rows"
        ),
        "roc": plot_roc_curves(true, probabilities, target.classes),
        "reliability": plot_reliability(true, probabilities, target.classes),
    } | worst


def draw_convolutions(run, data):
    """Draw the first-layer filters of a CNN, and its feature maps of one test picture."""
    from plots.feature_maps import plot_feature_maps, plot_filters

    first_picture = {name: values[:1] for name, values in data.test.inputs.items()}
    maps = run.predict(first_picture, "feature_maps")
    variables = run.saved_model.variables
    kernel = next(variable.numpy() for variable in variables if variable.shape.rank == 4)
    (image,) = first_picture.values()
    largest_first = sorted(maps.items(), key=lambda item: (-item[1][0, :, :, 0].size, item[0]))
    return {
        "filters": plot_filters(kernel),
        "feature-maps": plot_feature_maps(
            image[0], {name: maps[0] for name, maps in largest_first}
        ),
    }
