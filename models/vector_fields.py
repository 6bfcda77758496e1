"""Networks whose answer is how the state of a system changes in time.

A plain network answers with the derivative of the state. A Hamiltonian network answers with an
energy, whose derivatives move the state along a contour of that energy; a Lagrangian network
answers with L(q, v), from which the accelerations follow. All take and return raw values, in
float64, and their trainable layers are dense.
"""

import math
from itertools import chain, combinations_with_replacement

import keras
import numpy as np
import tensorflow as tf
from keras import initializers, layers, ops

from models.activations import dense
from models.scaling import to_numbers, to_values

HARMONIC = "springs", "masses"  # layers of an energy
POLYNOMIAL = "polynomial"  # layer of a derivative
STANDALONE = *HARMONIC, POLYNOMIAL  # layers that are fitted without a network first
TERMS = 50  # largest number of products of a polynomial


def hidden_layers(x, hidden, activation):
    for units in hidden:
        x = dense(x, units, activation, dtype="float64")
    return x


def plain(means, sizes, rates, hidden=(32, 32), activation="tanh", degree=2):
    """Network of the derivative of a state by time: a polynomial of the state, and a network.

    The coefficients of the polynomial are weights. Both are 0 at first.

    Args:
        means, sizes: mean and standard deviation of each number of the state.
        rates: typical size of the derivative of each.
        hidden: units of each hidden layer; without any there is only the polynomial.
        activation: activation of these, a name in `models.activations`.
        degree: degree of the polynomial; lower if it has more than `TERMS` products.

    Input and output shape: `(batch, numbers)`.

    Source: R. Chen et al., Neural Ordinary Differential Equations, arXiv:1806.07366; with known
    simple terms, C. Rackauckas et al., arXiv:2001.04385.
    """
    numbers = len(means)
    inputs = keras.Input((numbers,), dtype="float64", name="state")
    x = to_numbers(inputs, sizes, means)
    polynomial = layers.Dense(
        numbers, kernel_initializer="zeros", dtype="float64", name=POLYNOMIAL
    )  # fmt: skip
    counted = to_numbers(inputs, sizes, choose_zeros(means, sizes, far=5))
    outputs = polynomial(multiply_columns(counted, degree))
    if hidden:
        x = hidden_layers(x, hidden, activation)
        network = layers.Dense(
            numbers, use_bias=False, kernel_initializer="zeros", dtype="float64", name="derivative"
        )
        outputs = layers.Add(dtype="float64")([outputs, network(x)])
    return keras.Model(inputs, to_values(outputs, rates), name="plain")


def choose_zeros(means, sizes, far):
    """Return the value from which each number is counted: 0, where laws are simple, or its mean if
    that is more than `far` standard deviations away."""
    pairs = zip(means, sizes, strict=True)
    return [mean if abs(mean) > far * size else 0.0 for mean, size in pairs]


def multiply_columns(x, degree):
    """Return the products of up to `degree` columns of x, `(batch, products)`."""
    numbers = x.shape[1]
    while degree > 1 and math.comb(numbers + degree, degree) > TERMS:
        degree -= 1
    columns = [x[:, number : number + 1] for number in range(numbers)]
    factors = [combinations_with_replacement(columns, count) for count in range(1, degree + 1)]
    return ops.concatenate([math.prod(some) for some in chain(*factors)], axis=1)


def hamiltonian(
    means, sizes, rates, hidden=(32, 32), activation="tanh", energy="separable"
):  # fmt: skip
    """Network of an energy H(q, p): springs and masses, p^2/(2m) + k q^2/2, and a network.

    The springs and the masses are weights, from which the training starts: a mass is positive. The
    network is 0 at first.

    Args:
        means, sizes, rates, hidden, activation: as in `plain`; the state is q, then p.
        energy: what the network adds: "general", any function of q and p, "separable",
            T(p) + V(q), or "mechanical", V(q) alone.

    Input shape: `(batch, numbers)`.
    Output shape: `(batch, 1)`.

    Source: S. Greydanus et al., Hamiltonian Neural Networks, arXiv:1906.01563.
    """
    half = len(means) // 2
    inputs = keras.Input((len(means),), dtype="float64", name="state")
    x = to_numbers(inputs, sizes, means)
    if energy == "general":
        parts = [energy_layer(hidden_layers(x, hidden, activation), "energy")]
    else:
        parts = [energy_layer(hidden_layers(x[:, :half], hidden, activation), "potential")]
    if energy == "separable":
        parts.append(energy_layer(hidden_layers(x[:, half:], hidden, activation), "kinetic"))
    zeros = [*choose_zeros(means, sizes, far=1)[:half], *[0.0] * half]
    x = ops.square(to_numbers(inputs, sizes, zeros))
    for name, part in zip(HARMONIC, (x[:, :half], x[:, half:]), strict=True):
        parts.append(energy_layer(part, name, initializers.Constant(0.5)))
    x = layers.Add(dtype="float64")(parts)
    # An energy over a momentum is a velocity.
    outputs = to_values(x, float(np.mean(np.multiply(sizes[half:], rates[:half]))))
    return keras.Model(inputs, outputs, name="hamiltonian")


def energy_layer(x, name, initial="zeros"):
    layer = layers.Dense(1, use_bias=False, kernel_initializer=initial, dtype="float64", name=name)
    return layer(x)


def lagrangian(means, sizes, rates, hidden=(32, 32), activation="tanh"):
    """Network of L(q, v) = v'v/2 + N(q, v): a body in free motion, and a network.

    Args:
        means, sizes, rates, hidden, activation: as in `plain`; the state is q, then v = dq/dt.

    Input and output shape: as in `hamiltonian`.

    Source: M. Cranmer et al., Lagrangian Neural Networks, arXiv:2003.04630.
    """
    half = len(means) // 2
    inputs = keras.Input((len(means),), dtype="float64", name="state")
    x = to_numbers(inputs, sizes, means)
    free = ops.sum(ops.square(inputs[:, half:]), axis=-1, keepdims=True) / 2
    x = energy_layer(hidden_layers(x, hidden, activation), "network", "glorot_uniform")
    outputs = free + to_values(x, float(np.mean(np.multiply(sizes[:half], rates[half:]))))
    return keras.Model(inputs, outputs, name="lagrangian")


# From what a network answers to the derivative of the state


def follow_plain(network):
    """Return the function of states to their derivatives: the network itself."""
    return network


def follow_hamiltonian(network):
    """Return the function of states to dq/dt = dH/dp, dp/dt = -dH/dq.

    Args:
        network: function of states, `(batch, numbers)`, to energies, `(batch, 1)`.
    """

    def derive(states):
        with tf.GradientTape() as tape:
            tape.watch(states)
            energy = tf.reduce_sum(network(states))
        by_position, by_momentum = tf.split(tape.gradient(energy, states), 2, axis=-1)
        return tf.concat([by_momentum, -by_position], axis=-1)

    return derive


def follow_lagrangian(network):
    """Return the function of states to dq/dt = v and the accelerations of Euler and Lagrange.

    L_vv dv/dt = L_q - L_vq v
    """

    def derive(states):
        half = states.shape[-1] // 2
        momenta, rows, by_position = differentiate_lagrangian(network, states)
        del momenta
        speed = states[:, half:]
        matrix = rows[:, :, half:]  # (batch, coordinates, coordinates)
        right = by_position - tf.reduce_sum(rows[:, :, :half] * speed[:, None], axis=-1)
        return tf.concat([speed, solve_small(matrix, right)], axis=-1)

    return derive


def differentiate_lagrangian(network, states):
    """Return L_v, its derivatives by q and v, `(batch, coordinates, numbers)`, and L_q."""
    half = states.shape[-1] // 2
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(states)
        with tf.GradientTape() as inner:
            inner.watch(states)
            total = tf.reduce_sum(network(states))
        by_position, momenta = tf.split(inner.gradient(total, states), 2, axis=-1)
        sums = [tf.reduce_sum(momenta[:, number]) for number in range(half)]
    rows = tf.stack([outer.gradient(one, states) for one in sums], axis=1)
    return momenta, rows, by_position


def lagrangian_energy(network):
    """Return the function of states to the energy v L_v - L, `(batch, 1)`."""

    def measure(states):
        with tf.GradientTape() as tape:
            tape.watch(states)
            values = network(states)
            total = tf.reduce_sum(values)
        speed = tf.split(states, 2, axis=-1)[1]
        momenta = tf.split(tape.gradient(total, states), 2, axis=-1)[1]
        return tf.reduce_sum(speed * momenta, axis=-1, keepdims=True) - values

    return measure


def solve_small(matrix, right):
    """Solve linear equations of a few unknowns by elimination without pivoting: XLA has no other
    way that can be differentiated twice on a CPU.

    Args:
        matrix: `(batch, unknowns, unknowns)`, symmetric, with dominant diagonal.
        right: `(batch, unknowns)`.
    """
    size = right.shape[-1]
    rows = [tf.concat([matrix[:, k], right[:, k, None]], axis=-1) for k in range(size)]
    for k in range(size):
        rows[k] = rows[k] / rows[k][:, k, None]
        rows = [row if n == k else row - row[:, k, None] * rows[k] for n, row in enumerate(rows)]
    return tf.stack([row[:, -1] for row in rows], axis=-1)
