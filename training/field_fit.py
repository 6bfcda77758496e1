"""The fit of a vector field in its order: simple layers alone, then the network beside them, and at
the end the validation trajectories too, which have chosen the weights by then.
"""

from models.vector_fields import STANDALONE
from models.weight_vector import WeightVector
from training.shooting import ShootingSystem
from training.shooting_fit import ShootingLoop


def fit_field(
    network, follow, data, sizes, phases, make_callbacks, steps, snapshot=None, seconds=10.0
):  # fmt: skip
    """Fit a network to the trajectories of a `Dataset`.

    Springs and masses, or a polynomial, beside the network are fitted first, alone. They are caught
    in a wrong minimum less often than a network, which starts from there. At the end the network is
    left out if it does not lower the validation loss.

    Args:
        network: `keras.Model` of `models.vector_fields`.
        follow: from there, what makes a vector field of it.
        data: `datasets.dataset.Dataset` of `datasets.state_trajectories`.
        sizes: standard deviation of each number of a state.
        phases: list of `Phase`.
        make_callbacks: function without arguments to new callbacks from `training.callbacks`.
        steps: steps of Runge and Kutta's method between two states.
        snapshot, seconds: as in `training.fit.fit`.

    Returns: a `training.fit.Fit` with the network.
    """
    from datasets.state_trajectories import join_splits
    from training.fit import fit

    epochs = sum(phase.epochs for phase in phases)

    def fit_trainable(*options):
        system = ShootingSystem(network, follow, steps)
        loop = ShootingLoop(system, sizes, phases, data.context.get("observed", True))
        found = fit(loop, data.train, data.validation, epochs, make_callbacks(), *options)
        return found._replace(model=network), loop

    simple = list_simple_layers(network)
    if simple:
        print(f"Fitting the {' and '.join(simple)} alone, without a network ...")
        set_trainable(network, simple)
        found, loop = fit_trainable()
        set_trainable(network)
        if loop.model.is_interrupted:
            return found
        print("Fitting the network as well ...")
    first = WeightVector(network.trainable_variables).read()
    found, loop = fit_trainable(snapshot, seconds)
    if found.failure or loop.model.is_interrupted:
        return found
    best = loop.system.get_weights()
    try:
        if simple:
            loop.leave_out_network(first, data.validation)
        print("Fitting the training and the validation trajectories together ...")
        loop.refit(join_splits(data.train, data.validation))
    except KeyboardInterrupt:
        print("\nStopped: the best weights so far are exported.")
        loop.system.set_weights(best)
    return found


def list_simple_layers(network):
    """Return the names of the layers that are fitted alone first; none if there are no others."""
    names = [layer.name for layer in network.layers if layer.weights]
    simple = [name for name in names if name in STANDALONE]
    return simple if len(simple) < len(names) else []


def set_trainable(network, names=()):
    """Freeze all layers of a network but those with these names; without names, none."""
    for layer in network.layers:
        layer.trainable = not names or layer.name in names
