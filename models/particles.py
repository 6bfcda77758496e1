"""Classifiers of jets, which read the list or the set of a jet's particles."""

import keras
from keras import layers, ops

from models.heads import head
from models.sequence import (
    convolutional_classifier,
    recurrent_classifier,
    transformer_classifier,
)

HEADS, BLOCKS = 4, 2  # of the transformer
FEATURES = 5  # of a particle, see ParticleFeatures
PAIR_FEATURES = 4


def particle_classifier(input_shape, num_classes, model="interaction", width=32, dropout=0.0):
    """Network of the particles of a jet.

    Args:
        input_shape: (particles or None, 4).
        num_classes: number of classes; two classes get a sigmoid instead of a softmax.
        model: "cnn1d" or "gru", which read the particles in the order of their momenta, or
            "interaction" or "transformer", for which the particles have no order.
        width: numbers that describe a particle inside; for the transformer a multiple of 4.
        dropout: fraction dropped before the last layer, or in each block of the transformer.

    Input shape: `(batch, particles, 4)`: transverse momentum in GeV, pseudorapidity and azimuth
    relative to the jet's axis, and 1 for a particle, 0 behind the last one.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.
    """
    if model == "interaction":
        return interaction_classifier(input_shape, num_classes, width, dropout)
    inputs = keras.Input(input_shape, name="jet")
    x = ParticleFeatures()(inputs)  # (batch, particles, FEATURES + 1)
    shape = (input_shape[0], FEATURES + 1)
    if model == "cnn1d":
        network = convolutional_classifier(shape, num_classes, (width, 2 * width, width), dropout)
    elif model == "gru":
        network = recurrent_classifier(shape, num_classes, "gru", width, dropout)
    else:
        network = transformer_classifier(
            shape, num_classes, width, HEADS, BLOCKS, dropout, ordered=False
        )
    return keras.Model(inputs, network(x), name=f"{model}_tagger")


def interaction_classifier(input_shape, num_classes, width=32, dropout=0.0):
    """Interaction network: every particle hears of all others, and the jet is their sum.

        m_ij = f(x_j, x_i, e_ij)    x'_i = g(x_i, sum over j of m_ij)    p = h(sum over i of x'_i)

    with dense networks f, g and h, features x_i of a particle and e_ij of a pair. The order of the
    particles does not matter.

    Args:
        input_shape: (particles or None, 4).
        num_classes: number of classes.
        width: units of the layers of f, g and h.
        dropout: fraction dropped before the last layer.

    Input and output shape: see `particle_classifier`.

    Source: Moreno et al., JEDI-net, arXiv:1908.05318; Battaglia et al., arXiv:1612.00222; features
    of pairs as in Qu, Li and Qian, arXiv:2202.03772.
    """
    inputs = keras.Input(input_shape, name="jet")
    x = ParticleFeatures()(inputs)  # (batch, particles, FEATURES + 1)
    e = PairFeatures()(inputs)  # (batch, particles, particles, PAIR_FEATURES)
    inside = x[:, :, -1:]
    # A dense layer of (x_j, x_i, e_ij) is the sum of three layers: pairs need no copies.
    m = (
        layers.Dense(width)(x)[:, :, None, :]
        + layers.Dense(width, use_bias=False)(x)[:, None, :, :]
    )
    m = layers.Activation("relu")(m + layers.Dense(width, use_bias=False)(e))
    m = layers.Dense(width, activation="relu")(m)  # (batch, particles, particles, width)
    m = ops.sum(m * inside[:, None, :, :], axis=2)  # (batch, particles, width)
    x = layers.Concatenate()([x, m])
    x = layers.Dense(width, activation="relu")(x)
    x = layers.Dense(width, activation="relu")(x)
    x = ops.sum(x * inside, axis=1)  # (batch, width)
    x = layers.LayerNormalization()(x)
    x = layers.Dense(width, activation="relu")(x)
    x = layers.Dropout(dropout)(x)
    kind = "softmax" if num_classes > 2 else "sigmoid"
    outputs = head(x, kind, num_classes, name="probabilities")
    return keras.Model(inputs, outputs, name="interaction_classifier")


@keras.saving.register_keras_serializable(package="particles")
class ParticleFeatures(layers.Layer):
    """What describes a particle: logarithms of its momentum, and where it lies in the jet.

    The features are ln p, ln of its share of the jet's momentum, eta, phi, and the distance to the
    axis, each shifted and scaled to about -1 to 1.

    Input shape: `(batch, particles, 4)`: p in GeV, eta, phi, and 1 for a particle.
    Output shape: `(batch, particles, 6)`; the last channel is 1 for a particle, and all are 0
    behind the last particle.

    Source: Qu and Gouskos, ParticleNet, arXiv:1902.08570, table 2.
    """

    def call(self, inputs):
        p, eta, phi, inside = ops.split(inputs, 4, axis=-1)
        inside = inside * ops.cast(p > 0, inside.dtype)  # a file may fill up with zeros
        p = p * inside
        log = ops.log(ops.maximum(p, 1e-3))
        log_total = ops.log(ops.maximum(ops.sum(p, axis=1, keepdims=True), 1e-3))
        distance = ops.sqrt(eta**2 + phi**2 + 1e-12)
        features = [
            (log - 2) / 2, (log - log_total + 4.5) / 2, 4 * eta, 4 * phi, 4 * distance - 1,
        ]  # fmt: skip
        return ops.concatenate([ops.concatenate(features, axis=-1) * inside, inside], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], FEATURES + 1)


@keras.saving.register_keras_serializable(package="particles")
class PairFeatures(layers.Layer):
    """What describes a pair of particles: distance R, relative momentum k and invariant mass m.

        k = R * min(p_i, p_j)        m^2 = p_i p_j R^2

    The features are the logarithms of R, k and m, scaled, and m^2 itself, whose sum over all pairs
    is the square of the jet's mass.

    Input shape: `(batch, particles, 4)`, see `ParticleFeatures`.
    Output shape: `(batch, particles, particles, 4)`.
    """

    def call(self, inputs):
        p, eta, phi = (inputs[:, :, k] * inputs[:, :, 3] for k in range(3))  # (batch, particles)

        def pair(x):
            return x[:, :, None], x[:, None, :]

        (eta_i, eta_j), (phi_i, phi_j), (p_i, p_j) = pair(eta), pair(phi), pair(ops.maximum(p, 0.0))
        r2 = ops.maximum((eta_i - eta_j) ** 2 + (phi_i - phi_j) ** 2, 1e-8)
        k2 = ops.maximum(ops.minimum(p_i, p_j) ** 2 * r2, 1e-4)
        m2 = p_i * p_j * r2
        features = [
            ops.log(r2) / 4 + 1, ops.log(k2) / 4 - 0.5, ops.log(ops.maximum(m2, 1e-4)) / 4 - 1,
            m2 / 100.0**2,
        ]  # fmt: skip
        return ops.stack(features, axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-2], PAIR_FEATURES)
