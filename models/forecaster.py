"""Forecasters: what repeats, plus a linear model of the window, plus what a network adds.

They see scaled numbers without gaps, see `models.sequence_layers.ReadWindow`.
"""

import keras
import numpy as np
from keras import layers, ops

from models.scaling import to_values
from models.sequence import encoder_block
from models.sequence_layers import AddPositions, ReadWindow

PATCHES = 24  # segments in which recurrent networks and attention read a window, about
HEADS, BLOCKS = 4, 2  # of the transformer
LAST = "network"  # name of the last layer of the network
SMALLEST_STD = 1e-3  # of a window, relative to the whole series


def forecaster(
    window, horizon, channels, targets, season=1, known=0, network="linear", units=32, dropout=0.2
):  # fmt: skip
    """Forecast all steps of the horizon at once.

    With the level l, the mean over the last season, the forecast of h steps ahead is

        l + (x(t + h - k season) - l) + w_h (x - l) + b_h + s network(x - l)_h / s

    The first two terms repeat the last season. All weights w, b and the last layer of the network
    begin as 0: a new forecaster is the seasonal naive forecast. The level and the standard
    deviation s are those of the window (instance normalisation), so that a trend leads nowhere
    that the training has not seen.

    Args:
        window: steps of the history.
        horizon: steps to forecast.
        channels: channels of the history: targets, covariates, columns known in advance.
        targets: number of channels to forecast.
        season: steps after which the series repeats itself; 1 repeats the last value.
        known: channels that are known in advance.
        network: "linear" for none, "gru", "lstm", "cnn" or "transformer".
        units: width of the network, a multiple of 4.
        dropout: fraction dropped before the last layer.

    Input shapes: `{"history": (batch, window, channels)}`, and, if any are known,
    `"known": (batch, horizon, known)`.
    Output shape: `(batch, horizon, targets)`.

    Source: Zeng et al., Are Transformers Effective for Time Series Forecasting?, arXiv:2205.13504
    (NLinear); Kim et al., Reversible Instance Normalization, ICLR 2022.
    """
    inputs = {"history": keras.Input((window, channels), name="history")}
    level = ops.mean(inputs["history"][:, -season:], axis=1, keepdims=True)  # (batch, 1, channels)
    x = inputs["history"] - level
    others = [layers.Flatten()(x[:, :, targets:])] if channels > targets else []
    if known:
        inputs["known"] = keras.Input((horizon, known), name="known")
        others.append(layers.Flatten()(inputs["known"] - level[:, :, -known:]))
    repeated = [window - season + step % season for step in range(horizon)]
    outputs = level[:, :, :targets] + ops.take(x[:, :, :targets], repeated, axis=1)
    linear = [
        layers.Dense(horizon, kernel_initializer="zeros", name=name)(join(x[:, :, k], *others))
        for k, name in enumerate(list_linear_layers(targets))
    ]
    outputs = outputs + ops.stack(linear, axis=-1)  # (batch, horizon, targets)
    if network != "linear":
        std = ops.maximum(ops.std(x, axis=1, keepdims=True), SMALLEST_STD)
        features = NETWORKS[network](x / std, units)  # (batch, units)
        y = layers.Dropout(dropout)(join(features, *others[-1:] if known else ()))
        y = layers.Dense(units, activation="relu")(y)
        y = layers.Dense(horizon * targets, kernel_initializer="zeros", name=LAST)(y)
        outputs = outputs + layers.Reshape((horizon, targets))(y) * std[:, :, :targets]
    return keras.Model(inputs, outputs, name=f"{network}_forecaster")


def list_linear_layers(targets):
    """Return the names of the linear layers, one a target."""
    return [f"linear_{number}" for number in range(1, targets + 1)]


def join(*parts):
    return layers.Concatenate()(parts) if len(parts) > 1 else parts[0]


def cut_patches(x, units):
    """Describe each segment of the window by `units` numbers: `(batch, segments, units)`.

    Source: Nie et al., A Time Series is Worth 64 Words, arXiv:2211.14730.
    """
    size = max(1, x.shape[1] // PATCHES)
    x = x[:, x.shape[1] % size :]  # the oldest steps of a segment that is not full
    return layers.Conv1D(units, size, strides=size, activation="relu")(x)


def recurrent(cell):
    """Return a function that reads a window, segment by segment; the last state describes it."""

    def read(x, units):
        return {"lstm": layers.LSTM, "gru": layers.GRU}[cell](units, name=cell)(
            cut_patches(x, units)
        )

    return read


def convolutional(x, units):
    """Convolutions whose reach doubles with each layer; none sees a later step.

    Source: Bai, Kolter and Koltun, An Empirical Evaluation of Generic Convolutional and Recurrent
    Networks for Sequence Modeling, arXiv:1803.01271.
    """
    dilation = 1
    while 2 * dilation < x.shape[1]:
        x = layers.Conv1D(units, 3, dilation_rate=dilation, padding="causal", activation="relu")(x)
        dilation *= 2
    return x[:, -1]  # (batch, units)


def transformer(x, units):
    """Every segment attends to all segments; their average describes the window."""
    x = AddPositions()(cut_patches(x, units))
    for _ in range(BLOCKS):
        x = encoder_block(x, units, HEADS, 0.0)
    return layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x))


NETWORKS = {
    "gru": recurrent("gru"),
    "lstm": recurrent("lstm"),
    "cnn": convolutional,
    "transformer": transformer,
}


def window_encoder(columns, window, logs=0):
    """Build the encoder of the raw history and of the columns known in advance.

    Args:
        columns: descriptions of the inputs with `name`, `shape`, `dtype`, `mean` and `std`.
        window: steps of the history that the network sees.
        logs: number of channels of the history whose logarithms the network sees.
    """
    inputs, outputs = {}, {}
    for column in columns:
        name, steps = column.name, column.shape[0] or window
        inputs[name] = keras.Input(column.shape, dtype=column.dtype, name=name)
        read = ReadWindow(column.mean, column.std, steps, logs if name == "history" else 0)
        outputs[name] = read(inputs[name])
    return keras.Model(inputs, outputs, name="encoder")


def with_intervals(encoder, network, means, stds, half_widths, log=False):
    """Build a forecaster of raw values with intervals from one that sees scaled numbers.

    Args:
        encoder: from `window_encoder`.
        network: from `forecaster`.
        means, stds: mean and standard deviation of each target, of the logarithms if `log`.
        half_widths: half the width of the interval, `(horizon, targets)`, relative to the standard
            deviation of the window.
        log: whether the network forecasts logarithms.

    Output shapes: `{"mean", "lower", "upper"}`, `(batch, horizon, targets)` each, in raw units.
    """
    x = encoder(encoder.input)
    mean, targets = network(x), len(means)
    size = window_std(x["history"][:, :, :targets])
    width = size * ops.convert_to_tensor(np.asarray(half_widths, "float32"))

    def to_units(y):
        y = to_values(y, stds, means)
        return ops.cast(ops.exp(y) if log else y, "float32")

    outputs = {
        "mean": to_units(mean),
        "lower": to_units(mean - width),
        "upper": to_units(mean + width),
    }
    return keras.Model(encoder.input, outputs, name=network.name)


def window_std(x):
    """Return the standard deviation over the window, `(batch, 1, channels)`."""
    return ops.maximum(ops.std(x, axis=1, keepdims=True), SMALLEST_STD)
