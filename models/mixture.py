"""Mixture of Gaussians as a layer: from a code to the probability of each cluster."""

import math

import keras
import numpy as np
from keras import layers, ops


@keras.saving.register_keras_serializable(package="mixture")
class MixtureProbabilities(layers.Layer):
    """Probability of each cluster by Bayes' rule, for clusters that are Gaussians:

        p(k|z) = w_k N(z; m_k, S_k) / sum over l of w_l N(z; m_l, S_l)

    Args:
        clusters: number of clusters.

    Input shape: `(batch, latent)`.
    Output shape: `(batch, clusters)`, each row sums to 1.
    """

    def __init__(self, clusters, **kwargs):
        super().__init__(**kwargs)
        self.clusters = clusters

    def build(self, input_shape):
        width = input_shape[-1]
        options = {"trainable": False, "initializer": "zeros"}
        self.means = self.add_weight(shape=(self.clusters, width), name="means", **options)
        # Factors A of the inverse covariances, A A^T.
        self.factors = self.add_weight(
            shape=(self.clusters, width, width), name="factors", **options
        )
        self.log_sizes = self.add_weight(shape=(self.clusters,), name="log_sizes", **options)

    def call(self, z):
        shift = z[:, None, :] - self.means  # (batch, clusters, latent)
        whitened = ops.einsum("bkd,kde->bke", shift, self.factors)
        return ops.softmax(self.log_sizes - 0.5 * ops.sum(ops.square(whitened), axis=-1), axis=-1)

    def get_config(self):
        return {**super().get_config(), "clusters": self.clusters}


def add_mixture(encoder, mixture):
    """Build the model from rows to codes and to probabilities of clusters, the largest one first.

    Args:
        encoder: `keras.Model` from rows to codes, `(batch, latent)`.
        mixture: fitted `sklearn.mixture.GaussianMixture` with full covariances.

    Output shapes: `(batch, latent)` and `(batch, clusters)`.
    """
    order = np.argsort(-mixture.weights_, kind="stable")
    layer = MixtureProbabilities(len(order), name="mixture")
    code = encoder(encoder.input)
    whole = keras.Model(encoder.input, [code, layer(code)], name="clustering")
    factors = mixture.precisions_cholesky_[order]
    log_determinants = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
    constant = 0.5 * factors.shape[1] * math.log(2 * math.pi)
    log_sizes = np.log(mixture.weights_[order]) + log_determinants - constant
    layer.set_weights([mixture.means_[order], factors, log_sizes])
    return whole
