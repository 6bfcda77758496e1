"""A network for tables: a linear path beside a deep one, and a head for every target."""

import keras
from keras import layers

from models.dense import hidden_layers
from models.heads import head


def wide_and_deep(num_features, heads, hidden=(64, 32), dropout=0.2, activation="relu", l2=0.0):
    """Linear in the features plus a dense network of them.

    Args:
        num_features: width of a row.
        heads: `{target: (kind, size)}` of each answer, see `models.heads.head`.
        hidden, dropout, activation, l2: options of the deep path, as in
            `models.dense.dense_classifier`.

    Input shape: `(batch, num_features)`.
    Output shape: see `models.heads.head`; a dictionary by target if there are several.

    Source: Cheng et al., Wide & Deep Learning for Recommender Systems, arXiv:1606.07792.
    """
    inputs = keras.Input((num_features,), name="features")
    x = hidden_layers(inputs, hidden, dropout, activation, l2)
    x = layers.Concatenate()([inputs, x])  # (batch, num_features + hidden[-1])
    outputs = {
        target: head(x, kind, size, name=f"head_{number}")
        for number, (target, (kind, size)) in enumerate(heads.items())
    }
    (outputs,) = outputs.values() if len(outputs) == 1 else (outputs,)
    model = keras.Model(inputs, outputs, name="wide_and_deep")
    model.head_names = {target: f"head_{number}" for number, target in enumerate(heads)}
    return model
