"""Networks of the accelerations of bodies that act on each other in pairs.

The bodies are nodes of a graph in which each is joined to all others. To gather the features of
both ends of an edge is then to repeat them, and to sum the messages that reach a node is a sum over
an axis. The networks take any number of bodies, in float64, since differences of large coordinates
need the digits, and compute with numbers of order one in float32.
"""

import keras
from keras import layers, ops

from models.activations import dense
from models.scaling import to_numbers, to_values

NEAR = 0.1  # distance, in typical ones, below which the logarithm hardly falls


def central(dimensions, sizes, hidden=(64, 64), activation="softplus"):
    """Forces along the line between two bodies, which depend on their distance r_ij = |x_i - x_j|:

        m_i a_i = sum over j of F(r_ij, p_i, p_j) (x_i - x_j) / r_ij

    F, positive where bodies repel each other, is a dense network that takes sum and product of the
    properties p_i and p_j, so that actio equals reactio, which keeps the momentum. Its outputs
    f, g, ... make it

        F = f + g (p_i + p_j) + h p_i p_j

    since forces are often products of properties and of a function of the distance alone.

    Args:
        dimensions: dimensions of space.
        sizes: typical "distance" and "acceleration", and of each property, "mass" or "charge"; no
            mass is a mass of 1.
        hidden: units of each hidden layer of F.
        activation: activation of these, a name in `models.activations`.

    Input shapes: positions `(batch, bodies, dimensions)`, each property `(batch, bodies)`.
    Output shape: `(batch, bodies, dimensions)`.
    """
    inputs, properties = body_inputs(dimensions, sizes)
    difference, distance = subtract_pairs(inputs["positions"], sizes["distance"])
    of_pair = [ops.ones_like(distance)]
    for values in properties.values():
        first, second = pair_up(values[..., None])
        of_pair += [first + second, first * second]
    x = [distance, ops.log(distance + NEAR), 1 / (1 + distance), *of_pair[1:]]
    x = ops.cast(ops.concatenate(x, axis=-1), "float32")  # (batch, bodies, bodies, features)
    for units in hidden:
        x = dense(x, units, activation)
    force = ops.cast(layers.Dense(len(of_pair), name="force")(x), "float64")
    force = ops.sum(force * ops.concatenate(of_pair, axis=-1), axis=-1, keepdims=True)
    x = ops.sum(force * difference / ops.maximum(distance, 1e-30), axis=2)
    return accelerate(inputs, properties, x, sizes)


def interaction(dimensions, sizes, hidden=(64, 64), activation="softplus"):
    """Interaction network: a network of messages between two bodies, and one of their sum.

        e_ij = f(x_i - x_j, p_i, p_j),   m_i a_i = g(p_i, sum over j of e_ij)

    It knows neither that forces point along the line between two bodies nor that they come in
    pairs.

    Args:
        dimensions, sizes, activation: as in `central`.
        hidden: units of each hidden layer of f and of g; the last one is the width of a message.

    Input and output shapes: as in `central`.

    Source: Battaglia et al., Interaction Networks, arXiv:1612.00222.
    """
    inputs, properties = body_inputs(dimensions, sizes)
    difference, distance = subtract_pairs(inputs["positions"], sizes["distance"])
    x = [difference]
    for values in properties.values():
        x += pair_up(values[..., None])
    x = ops.cast(ops.concatenate(x, axis=-1), "float32")
    for units in hidden:
        x = dense(x, units, activation)
    others = ops.cast(distance > 0, "float32")  # no message to oneself
    x = ops.sum(x * others, axis=2)  # (batch, bodies, units)
    x = [x, *(ops.cast(values[..., None], "float32") for values in properties.values())]
    x = ops.concatenate(x, axis=-1)
    for units in hidden:
        x = dense(x, units, activation)
    x = ops.cast(layers.Dense(dimensions, name="force")(x), "float64")
    return accelerate(inputs, properties, x, sizes)


def body_inputs(dimensions, sizes):
    """Return the inputs of a network, and the properties as numbers of order one."""
    positions = keras.Input((None, dimensions), dtype="float64", name="positions")
    names = [name for name in sizes if name not in ("distance", "acceleration")]
    inputs = {name: keras.Input((None,), dtype="float64", name=name) for name in names}
    properties = {name: to_numbers(values, sizes[name]) for name, values in inputs.items()}
    return {"positions": positions} | inputs, properties


def pair_up(values):
    """Return features, `(batch, bodies, features)`, of the first and of the second body of each
    pair, `(batch, bodies, bodies, features)` twice."""
    first, second = ops.expand_dims(values, 2), ops.expand_dims(values, 1)
    none = ops.zeros_like(first - second)
    return first + none, second + none


def subtract_pairs(positions, size):
    """Return the differences x_i - x_j of all pairs, `(batch, bodies, bodies, dimensions)`, and
    their lengths, `(batch, bodies, bodies, 1)`, as multiples of a size."""
    difference = to_numbers(ops.expand_dims(positions, 2) - ops.expand_dims(positions, 1), size)
    return difference, ops.sqrt(ops.sum(ops.square(difference), axis=-1, keepdims=True))


def accelerate(inputs, properties, force, sizes):
    """Return the network from bodies to accelerations, the forces as numbers of order one over the
    masses."""
    if "mass" in properties:
        force = force / properties["mass"][..., None]
    return keras.Model(inputs, to_values(force, sizes["acceleration"]), name="accelerations")


def mean_acceleration(network, size):
    """The network as it is trained: on the mean acceleration in a step of leapfrog.

        (v' - v) / step = (a(x) + a(x')) / 2

    Args:
        network: `keras.Model` of accelerations.
        size: typical acceleration.

    Input shapes: as those of the network, with the positions before and after the step, "before"
        and "after".
    Output shape: `(batch, bodies, dimensions)`, in multiples of the size.
    """
    inputs = {name: keras.Input(x.shape[1:], dtype="float64", name=name)
              for name, x in network.input.items() if name != "positions"}  # fmt: skip
    shape = network.input["positions"].shape[1:]
    ends = {name: keras.Input(shape, dtype="float64", name=name) for name in ("before", "after")}
    accelerations = [network(inputs | {"positions": x}) for x in ends.values()]
    outputs = (accelerations[0] + accelerations[1]) / (2 * size)
    return keras.Model(inputs | ends, outputs, name="mean_acceleration")
