"""Two networks side by side: a field of its coordinates, and a term of the field's derivatives."""

import keras
from keras import layers

from models.pinn import pinn


def hidden_physics(low, high, order, hidden=(20, 20, 20), term_hidden=(16, 16), init_scale=0.0):
    """Networks u(x, t) and N(u, u_x, ...) with all weights in one model.

    Args:
        low, high: corners of the box of the coordinates.
        order: highest derivative that the term depends on.
        hidden: units of each hidden layer of the field.
        term_hidden: units of each hidden layer of the term.
        init_scale: scale of the initial weights of the field's first layer, see `models.pinn`.

    Input shapes: coordinates `(batch, coordinates)`, derivatives `(batch, order + 1)`.
    Output shapes: `(batch, 1)` and `(batch, 1)`, in float64.

    Source: M. Raissi, Deep hidden physics models, arXiv:1801.06637.
    """
    field = pinn(low, high, 1, hidden, init_scale=init_scale)
    derivatives = keras.Input((order + 1,), dtype="float64", name="derivatives")
    x = derivatives
    for units in term_hidden:
        x = layers.Dense(units, "tanh", dtype="float64", kernel_initializer="glorot_normal")(x)
    outputs = layers.Dense(1, dtype="float64", name="answer")(x)
    term = keras.Model(derivatives, outputs, name="term")
    coordinates = keras.Input(field.input_shape[1:], dtype="float64", name="coordinates")
    return keras.Model(
        [coordinates, derivatives],
        [field(coordinates), term(derivatives)],
        name="hidden_physics",
    )
