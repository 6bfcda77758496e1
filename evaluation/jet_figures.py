"""Pictures of a network of the particles of jets."""

from datasets.jet_particles import LENGTH, PARTICLES
from evaluation.series_figures import choose_typical
from plots.jets import plot_jets


def draw_jets(data, predictions):
    """Return `{name: figure}` of typical test jets, given `{method: predictions}`."""
    (target,), test, network = data.targets, data.test, predictions["network"]
    true, predicted = test.targets[target.name], network[target.name]
    probabilities = network[f"{target.name}_probabilities"]
    chosen = choose_typical(true, predicted, probabilities, target.classes)
    if not chosen:
        return {}
    lengths = test.inputs[LENGTH]
    return {
        "jets": plot_jets(
            [test.inputs[PARTICLES][row, : lengths[row]] for row in chosen],
            [f"{true[row]}, {lengths[row]} particles" for row in chosen],
            len(target.classes),
        )
    }
