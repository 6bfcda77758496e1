"""The last layer of an operator's branch by least squares: given all others, the answer is linear
in its weights."""

import keras
import numpy as np

CUTOFFS = 10.0 ** np.arange(-7.0, -0.9, 0.5)  # smallest singular value that counts, relative


def fit_last_layer(model, network, train, validation):
    """Set the last weights of a branch network to the least squares of the training functions, if
    the validation loss falls.

    The answers are H W T', with features H of the input functions and functions T of the
    coordinates. Small singular values of both are left out; how small ones, the validation
    functions choose.

    Args:
        model: compiled operator between functions in their own units.
        network: `models.operator_networks.deeponet` or `pod_deeponet` inside it.
        train, validation: pairs of inputs and outputs, as the model takes them.

    Returns: the validation loss before and after.
    """
    scale, units = model.get_layer("scale"), model.get_layer("units")
    features, last = network.get_layer("branch_features"), network.get_layer("coefficients")
    branch = keras.Model(network.input, features.output)
    h = branch.predict(scale(train[0]), verbose=0).astype("float64")
    h = np.concatenate([h, np.ones((len(h), 1))], axis=1)  # and the bias
    y = (np.asarray(train[1], "float64") - units.offset) / units.scale
    blocks = find_functions(network, y)
    left, parts = np.linalg.svd(h, full_matrices=False), []
    for functions, wanted in blocks:
        right = np.linalg.svd(functions, full_matrices=False)
        parts.append((right, left[0].T @ wanted @ right[0]))

    def find_weights(cutoff):
        weights = [
            left[2].T @ (invert(left[1], cutoff)[:, None] * middle * invert(s, cutoff)) @ v
            for (_, s, v), middle in parts
        ]
        weights = np.concatenate(weights, axis=1).astype("float32")
        return [weights[:-1], weights[-1]]

    def measure():
        return float(model.evaluate(*validation, verbose=0))

    best, before = last.get_weights(), measure()
    smallest = before
    for cutoff in CUTOFFS:
        weights = find_weights(cutoff)
        last.set_weights(weights)
        if (loss := measure()) < smallest:
            best, smallest = weights, loss
    last.set_weights(best)
    return before, smallest


def invert(sizes, cutoff):
    """Return the inverse of singular values, 0 of those below the cutoff."""
    return np.where(sizes > cutoff * sizes[0], 1 / np.maximum(sizes, 1e-300), 0.0)


def find_functions(network, y):
    """Return pairs of functions of the coordinates, `(values, features)`, and of the outputs that
    are sums of them, `(rows, values)`."""
    names = [layer.name for layer in network.layers]
    if "basis" in names:
        basis, mean = map(np.asarray, network.get_layer("basis").get_weights())
        wanted = (y - mean).reshape(len(y), -1)
        return [(basis.reshape(len(basis), -1).T.astype("float64"), wanted)]
    trunk = network.get_layer("trunk")
    outputs, features = trunk.options["outputs"], trunk.options["features"]
    t = np.asarray(trunk.network(trunk.points), "float64") / features**0.5
    t = t.reshape(len(t), outputs, features)
    return [(t[:, k], y[..., k] - float(trunk.bias[k])) for k in range(outputs)]
