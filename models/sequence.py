"""Classifiers of series: recurrent, convolutional, and by attention.

Their input has a last channel that is 1 within a series and 0 in the padding behind it, see
`models.sequence_layers.ReadSequence`. None of them depends on how long the padding is.
"""

import keras
from keras import layers, ops

from models.heads import head
from models.sequence_layers import AddPositions, AugmentSequence, NormaliseSequence

# Of the moving averages of batch normalisation, for trainings of a few hundred steps.
MOMENTUM = 0.9
KERNELS = (8, 5, 3)  # steps of the first three convolutions


def recurrent_classifier(
    input_shape, num_classes, cell="lstm", units=64, dropout=0.2, augment=0.0, warp=0.0,
    normalise=False,
):  # fmt: skip
    """LSTM or GRU; its state after the last step decides.

    Args:
        input_shape: (steps or None, channels + 1).
        num_classes: number of classes; two classes get a sigmoid instead of a softmax.
        cell: "lstm" or "gru".
        units: number of memory cells.
        dropout: fraction of the state dropped before the last layer.
        augment, warp, normalise: see `prepare`.

    Input shape: `(batch, steps, channels + 1)`.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; Cho et al., arXiv:1406.1078.
    """
    inputs = keras.Input(input_shape, name="sequence")
    x, mask = prepare(inputs, augment, warp, normalise)
    recurrent = {"lstm": layers.LSTM, "gru": layers.GRU}[cell]
    x = recurrent(units, name=cell)(x, mask=mask)  # (batch, units)
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, classify(x, num_classes), name=f"{cell}_classifier")


def convolutional_classifier(
    input_shape, num_classes, filters=(64, 128, 64), dropout=0.0, augment=0.0, warp=0.0,
    normalise=False,
):  # fmt: skip
    """Fully convolutional network: convolutions in time, and the average over all steps.

    Args:
        input_shape, num_classes, augment, warp, normalise: as in `recurrent_classifier`.
        filters: number of channels of each convolution.
        dropout: fraction of the averages dropped before the last layer.

    Input shape: `(batch, steps, channels + 1)`.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.

    Source: Wang, Yan and Oates, Time Series Classification from Scratch, arXiv:1611.06455, which
    has 128, 256 and 128 channels.
    """
    inputs = keras.Input(input_shape, name="sequence")
    x, mask = prepare(inputs, augment, warp, normalise)
    inside = inputs[:, :, -1:]
    for number, channels in enumerate(filters):
        size = KERNELS[min(number, len(KERNELS) - 1)]
        x = layers.Conv1D(channels, size, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=MOMENTUM)(x, mask=mask)
        name = "maps" if number == len(filters) - 1 else None
        x = layers.Activation("relu", name=name)(x)
        x = ops.multiply(x, inside)  # the padding stays 0
    x = layers.GlobalAveragePooling1D()(x, mask=mask)  # (batch, filters[-1])
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, classify(x, num_classes), name="convolutional_classifier")


def transformer_classifier(
    input_shape, num_classes, width=32, heads=4, blocks=2, dropout=0.1, augment=0.0, warp=0.0,
    normalise=False, ordered=True,
):  # fmt: skip
    """Transformer encoder: every step attends to all steps; the average over the steps decides.

    Args:
        input_shape, num_classes, augment, warp, normalise: as in `recurrent_classifier`.
        width: numbers for each step; a multiple of `heads`, and even.
        heads: number of attentions side by side.
        blocks: number of blocks of attention and a dense network.
        dropout: fraction dropped of what a block adds.
        ordered: whether the order of the steps matters; without, they are a set.

    Input shape: `(batch, steps, channels + 1)`.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.

    Source: Vaswani et al., arXiv:1706.03762; layer normalisation before each part as in Xiong et
    al., arXiv:2002.04745.
    """
    inputs = keras.Input(input_shape, name="sequence")
    x, mask = prepare(inputs, augment, warp, normalise)
    if ordered:
        # A single value says little: a step is described by its neighbourhood.
        x = layers.Conv1D(width, KERNELS[0], padding="same")(x)  # (batch, steps, width)
        x = AddPositions()(x)
    else:
        x = layers.Dense(width)(x)
    seen = ops.expand_dims(mask, 1)  # (batch, 1, steps)
    for _ in range(blocks):
        x = encoder_block(x, width, heads, dropout, seen)
    x = layers.LayerNormalization()(x)
    x = layers.GlobalAveragePooling1D()(x, mask=mask)  # (batch, width)
    return keras.Model(inputs, classify(x, num_classes), name="transformer_classifier")


def encoder_block(x, width, heads, dropout, seen=None):
    """Add to each step what attention finds in all steps, and then what a dense network adds.

    Args:
        x: `(batch, steps, width)`.
        width, heads, dropout: as in `transformer_classifier`.
        seen: which steps there are, `(batch, 1, steps)`; None for all.

    Output shape: as `x`.
    """
    y = layers.LayerNormalization()(x)
    y = layers.MultiHeadAttention(heads, width // heads)(y, y, attention_mask=seen)
    x = layers.Add()([x, layers.Dropout(dropout)(y)])
    y = layers.LayerNormalization()(x)
    y = layers.Dense(4 * width, activation="gelu")(y)
    y = layers.Dense(width)(y)
    return layers.Add()([x, layers.Dropout(dropout)(y)])


def prepare(inputs, augment, warp, normalise):
    """Return series `(batch, steps, channels)` and their mask `(batch, steps)`.

    Args:
        inputs: `(batch, steps, channels + 1)`, the last channel 1 within the series.
        augment, warp: arguments of `models.sequence_layers.AugmentSequence`.
        normalise: whether each series gets the mean 0 and the standard deviation 1.
    """
    x, inside = inputs[:, :, :-1], inputs[:, :, -1:]
    if normalise:
        x = NormaliseSequence()(x, inside)
    if augment or warp:
        x = AugmentSequence(augment, warp)(x, inside)
    return x, ops.greater(inputs[:, :, -1], 0.5)


def classify(x, num_classes):
    kind = "softmax" if num_classes > 2 else "sigmoid"
    return head(x, kind, num_classes, name="probabilities")
