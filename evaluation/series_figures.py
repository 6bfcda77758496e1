"""Pictures of a classifier of series: its mistakes, and what decided."""

import numpy as np

from plots.series import MAX_PANELS, plot_activation_maps, plot_gates, plot_series_by_class


def draw_series(run, data, predictions):
    """Return `{name: figure}` of the test series, given the network's predictions for them."""
    (target,), test = data.targets, data.test
    true, predicted = test.targets[target.name], predictions[target.name]
    lengths = test.inputs["length"]
    series = [x[:steps] for x, steps in zip(test.inputs["sequence"], lengths, strict=True)]
    first_channel = [x[:, 0] for x in series]
    several = data.columns[0].shape[1] > 1
    title = "Test series by class" + (", first channel" if several else "")
    figures = {
        "series-by-class": plot_series_by_class(
            first_channel, true, predicted, target.classes, title
        )
    }
    probabilities = predictions[f"{target.name}_probabilities"]
    chosen = choose_typical(true, predicted, probabilities, target.classes)
    inputs = test.take(chosen).inputs
    if "activation_map" in run.config["endpoints"] and len(chosen):
        maps = run.predict(inputs, "activation_map")["activation_map"]
        numbers = [target.classes.index(label) for label in predicted[chosen].tolist()]
        maps = [
            one[: lengths[row], number]
            for one, row, number in zip(maps, chosen, numbers, strict=True)
        ]
        names = [str(label) for label in predicted[chosen].tolist()]
        figures["activation-maps"] = plot_activation_maps(
            [first_channel[row] for row in chosen], maps, names
        )
    if "gates" in run.config["endpoints"] and len(chosen):
        gates = run.predict({name: x[:1] for name, x in inputs.items()}, "gates")
        row, label = chosen[0], predicted[chosen[0]]
        order = [name for name in ORDER if name in gates]
        figures["gates"] = plot_gates(
            series[row],
            {name: gates[name][0, : lengths[row]] for name in order},
            f"Gates of the recurrent network, a series of the class {label}",
        )
    return figures


ORDER = ("input", "forget", "output", "update", "reset", "candidate", "memory", "hidden")


def choose_typical(true, predicted, probabilities, classes):
    """Return the numbers of rows, one a class: that which is predicted rightly most certainly."""
    certainty = np.where(true == predicted, probabilities.max(axis=1), -1.0)
    found = []
    for label in classes[:MAX_PANELS]:
        best = np.argmax(np.where(true == label, certainty, -2.0))
        if certainty[best] > 0 and true[best] == label:
            found.append(int(best))
    return found
