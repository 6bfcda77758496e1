"""The pictures that suit a kind of answer, whatever the experiment."""

import numpy as np

LONGEST = 60  # letters of a target in the name of a file; systems allow 255 bytes in all


def standard_pictures(targets, split, predictions):
    """`{name: figure}` for a split and what the model answers for it."""
    figures = {}
    for target, prefix in zip(targets, prefixes(targets), strict=True):
        draw = classification_pictures if target.classes else regression_pictures
        figures |= {
            prefix + name: figure for name, figure in draw(target, split, predictions).items()
        }
    return figures


def prefixes(targets):
    """What the names of a target's pictures begin with: fit for a file, no two alike, nothing for a single target."""
    names = [
        "".join(letter if letter.isalnum() else "_" for letter in target.name)[:LONGEST]
        for target in targets
    ]
    numbered = [
        name if names.count(name) == 1 else f"{name}_{number}"
        for number, name in enumerate(names, start=1)
    ]
    return [f"{name}-" for name in numbered] if len(targets) > 1 else [""]


def regression_pictures(target, split, predictions):
    from plots.calibration import interval_calibration
    from plots.regression import predicted_against_true, residuals

    true, predicted = split.targets[target.name], predictions[target.name]
    std = predictions.get(f"{target.name}_std")
    figures = {
        "predicted-against-true": predicted_against_true(true, predicted, target.label, std),
        "residuals": residuals(true, predicted, target.label),
    }
    if std is not None:
        figures["calibration"] = interval_calibration(true, predicted, std, target.label)
    return figures


def classification_pictures(target, split, predictions):
    from plots.confusion import confusion
    from plots.mistakes import mistakes, mistakes_table
    from plots.reliability import reliability
    from plots.roc import roc

    true, predicted = split.targets[target.name], predictions[target.name]
    probabilities = predictions[f"{target.name}_probabilities"]
    confidence = probabilities.max(axis=1)
    (first, *_) = split.inputs.values()
    if first.ndim > 2:
        worst = mistakes(first, true, predicted, confidence)
    else:
        worst = mistakes_table(split.inputs, true, predicted, confidence)
    return {
        "confusion": confusion(
            true, predicted, target.classes, f"{target.name}: true against predicted, test rows"
        ),
        "roc": roc(true, probabilities, target.classes),
        "reliability": reliability(true, probabilities, target.classes),
        "mistakes": worst,
    }


def convolution_pictures(dataset, model):
    """First-layer filters of a CNN, and its feature maps of one test picture; from the SavedModel alone."""
    from evaluation.saved_model import predict
    from plots.feature_maps import feature_maps, filters

    first_picture = {name: values[:1] for name, values in dataset.test.inputs.items()}
    maps = predict(model, first_picture, endpoint="feature_maps")
    kernel = next(variable.numpy() for variable in model.variables if variable.shape.rank == 4)
    (image,) = first_picture.values()
    ordered = dict(sorted(maps.items(), key=lambda item: (-np.size(item[1][0, :, :, 0]), item[0])))
    return {
        "filters": filters(kernel),
        "feature-maps": feature_maps(image[0], {k: v[0] for k, v in ordered.items()}),
    }
