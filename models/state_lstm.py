"""LSTM that predicts the next state of a sequence of states."""

import keras
from keras import layers


def state_lstm(numbers, units=32):
    """LSTM from scaled states and the times until the next ones to the changes of the states.

    Args:
        numbers: numbers of a state.
        units: width of the LSTM.

    Input shape: `(batch, times, numbers + 1)`.
    Output shape: `(batch, times, numbers)`, and with `start`, a list of two states of the LSTM,
    `(batch, units)` each, also the last ones.

    Returns: the network of whole sequences, and the same with the LSTM's states as further inputs
    and outputs, which goes on from where it was.
    """
    inputs = keras.Input((None, numbers + 1), name="states")
    start = [keras.Input((units,)), keras.Input((units,))]
    lstm = layers.LSTM(units, return_sequences=True, return_state=True)
    dense = layers.Dense(numbers, name="change")
    # The change is about proportional to the time it takes.
    step = inputs[..., -1:]
    x, *_ = lstm(inputs)
    network = keras.Model(inputs, dense(x) * step, name="state_lstm")
    x, *end = lstm(inputs, initial_state=start)
    following = keras.Model([inputs, *start], [dense(x) * step, *end])
    return network, following
