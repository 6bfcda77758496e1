"""The cells of LSTM and GRU, written out gate by gate, and what their gates do over time."""

import tensorflow as tf


def lstm_step(x, hidden, memory, kernel, recurrent_kernel, bias):
    """One step of an LSTM, as `keras.layers.LSTM` takes it.

    Args:
        x: `(batch, features)`.
        hidden, memory: state before the step, `(batch, units)` each.
        kernel, recurrent_kernel, bias: weights `(features, 4 * units)`, `(units, 4 * units)` and
            `(4 * units,)`, in the order input, forget, candidate, output.

    Returns: `{name: (batch, units)}`: the gates input, forget and output, the candidate, and the
    new state, memory and hidden.

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; Gers et al., 2000 (forget).
    """
    z = x @ kernel + hidden @ recurrent_kernel + bias  # (batch, 4 * units)
    z_input, z_forget, z_candidate, z_output = tf.split(z, 4, axis=-1)
    input_gate = tf.sigmoid(z_input)  # how much of the candidate is written
    forget_gate = tf.sigmoid(z_forget)  # how much of the memory stays
    output_gate = tf.sigmoid(z_output)  # how much of the memory is shown
    candidate = tf.tanh(z_candidate)
    memory = forget_gate * memory + input_gate * candidate
    hidden = output_gate * tf.tanh(memory)
    return {
        "input": input_gate,
        "forget": forget_gate,
        "output": output_gate,
        "candidate": candidate,
        "memory": memory,
        "hidden": hidden,
    }


def gru_step(x, hidden, kernel, recurrent_kernel, bias):
    """One step of a GRU, as `keras.layers.GRU` takes it, whose reset gate acts after the product.

    Args:
        x: `(batch, features)`.
        hidden: state before the step, `(batch, units)`.
        kernel, recurrent_kernel, bias: weights `(features, 3 * units)`, `(units, 3 * units)` and
            `(2, 3 * units)`, in the order update, reset, candidate.

    Returns: `{name: (batch, units)}`: the gates update and reset, the candidate, and the new state,
    hidden.

    Source: Cho et al., arXiv:1406.1078; the variant of cuDNN, which is Keras' default.
    """
    x_update, x_reset, x_candidate = tf.split(x @ kernel + bias[0], 3, axis=-1)
    h_update, h_reset, h_candidate = tf.split(hidden @ recurrent_kernel + bias[1], 3, axis=-1)
    update_gate = tf.sigmoid(x_update + h_update)  # how much of the state stays
    reset_gate = tf.sigmoid(x_reset + h_reset)  # how much of the state the candidate sees
    candidate = tf.tanh(x_candidate + reset_gate * h_candidate)
    hidden = update_gate * hidden + (1 - update_gate) * candidate
    return {
        "update": update_gate,
        "reset": reset_gate,
        "candidate": candidate,
        "hidden": hidden,
    }


STEPS = {
    "lstm": (lstm_step, ("input", "forget", "output", "candidate", "memory", "hidden")),
    "gru": (gru_step, ("update", "reset", "candidate", "hidden")),
}
STATES = {"lstm": ("hidden", "memory"), "gru": ("hidden",)}


def run_cell(cell, x, weights):
    """Run a cell over series, from a state of zeros.

    Args:
        cell: "lstm" or "gru".
        x: `(batch, steps, features)`.
        weights: kernel, recurrent kernel and bias, as the layer of Keras has them.

    Returns: `{name: (batch, steps, units)}` of the gates, the candidate and the state.
    """
    step, names = STEPS[cell]
    kernel, recurrent_kernel, bias = weights
    start = tf.zeros((tf.shape(x)[0], recurrent_kernel.shape[0]), x.dtype)

    def advance(before, x):
        states = [before[name] for name in STATES[cell]]
        return step(x, *states, kernel, recurrent_kernel, bias)

    found = tf.scan(advance, tf.transpose(x, (1, 0, 2)), {name: start for name in names})
    return {name: tf.transpose(values, (1, 0, 2)) for name, values in found.items()}
