"""Pruning: the smallest weights of a network become zero while it trains."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

KERNELS = (layers.Dense, layers.EinsumDense, layers.Conv1D, layers.Conv2D, layers.Conv3D)
UPDATES = 100  # of the masks, in all: a sort of all weights would dominate the step


def find_kernels(network):
    """Return the kernels of the dense layers and convolutions, those of inner networks too."""
    kernels = []
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            kernels += find_kernels(layer)
        elif isinstance(layer, KERNELS):
            kernels.append(layer.kernel)
    return kernels


class Pruning(keras.Model):
    """A network whose smallest weights are held at zero; `score_sizes` compares the layers.

    The share of zeros rises with the training step t as

        s(t) = sparsity * (1 - (1 - t / steps)^3)

    and stays at `sparsity` from the step t = steps on, while the other weights recover. The masks,
    1 for a weight that stays and 0 for one that is held at zero, are weights of the model, so that
    an interrupted training resumes with them.

    Args:
        network: `keras.Model`, whose weights are trained in place.
        sparsity: share of the kernels' weights that are zero in the end. Biases and normalisation
            are not pruned.
        steps: training steps until then; 0 leaves the masks as they are.

    Input and output shapes: those of the network.

    Source: M. Zhu and S. Gupta, To prune, or not to prune, arXiv:1710.01878.
    """

    def __init__(self, network, sparsity, steps=0):
        super().__init__(network.input, network.output, name=network.name)
        self.network, self.sparsity, self.steps = network, sparsity, steps
        self.every = max(1, steps // UPDATES)
        options = {"initializer": "ones", "trainable": False}
        self.masks = [
            self.add_weight(shape=kernel.shape, name=f"mask_{number}", **options)
            for number, kernel in enumerate(find_kernels(network))
        ]
        self.step = self.add_weight(
            shape=(), dtype="int32", initializer="zeros", trainable=False, name="step"
        )

    @property
    def kernels(self):
        return find_kernels(self.network)

    def train_step(self, batch):
        logs = super().train_step(batch)
        self.step.assign(self.step + 1)
        t = ops.convert_to_tensor(self.step)
        due = ((t < self.steps) & (t % self.every == 0)) | (t == self.steps)
        tf.cond(due, lambda: self.choose_masks(self.planned_sparsity(t)), lambda: 0.0)
        self.apply_masks()
        return logs

    def planned_sparsity(self, step):
        remaining = 1.0 - ops.cast(step, "float32") / max(self.steps, 1)
        return self.sparsity * (1.0 - remaining**3)

    def choose_masks(self, sparsity):
        """Mask this share of all weights, those with the smallest scores; return the threshold."""
        sorted_sizes = [ops.sort(ops.abs(ops.ravel(kernel))) for kernel in self.kernels]
        scores = [score_sizes(sizes) for sizes in sorted_sizes]
        ranked = ops.sort(ops.concatenate(scores))
        count = ops.cast(ops.round(sparsity * ranked.shape[0]), "int32")
        threshold = ops.where(count > 0, ops.take(ranked, ops.maximum(count - 1, 0)), -1.0)
        for kernel, mask, sizes, score in zip(
            self.kernels, self.masks, sorted_sizes, scores, strict=True
        ):
            # The smallest size that stays in this kernel.
            first = ops.sum(ops.cast(score <= threshold, "int32"))
            smallest = ops.take(ops.append(sizes, np.inf), first)
            mask.assign(ops.cast(ops.abs(kernel) >= smallest, mask.dtype))
        return threshold

    def apply_masks(self):
        for kernel, mask in zip(self.kernels, self.masks, strict=True):
            kernel.assign(kernel * mask)


def score_sizes(sizes):
    """Return the score of each weight of a kernel: its share of what would be left with it.

        score_i = w_i^2 / (sum of w_j^2 over all j that are no smaller)

    Unlike the size itself it can be compared between layers, and the largest weight of each kernel
    has the score 1, so that no layer is lost.

    Args:
        sizes: `(weights,)`, sorted, the smallest first.

    Source: J. Lee et al., Layer-adaptive Sparsity for the Magnitude-based Pruning,
    arXiv:2010.07611.
    """
    squares = ops.square(sizes)
    no_smaller = ops.flip(ops.cumsum(ops.flip(squares)))
    return squares / ops.maximum(no_smaller, 1e-30)


def copy_network(network):
    """Return a network of the same layers and weights, to be trained on its own."""
    copy = keras.models.clone_model(drop_loss(network))
    copy.set_weights(network.get_weights())
    return copy


def drop_loss(network):
    """Return the same layers as a network that is not compiled.

    Keras saves and copies a loss with the network, and cannot load a function of this project.
    """
    return keras.Model(network.input, network.output, name=network.name)


def find_sparsity(network):
    """Return the share of the kernels' weights that are zero."""
    kernels = [ops.convert_to_numpy(kernel) for kernel in find_kernels(network)]
    return sum((k == 0).sum() for k in kernels) / sum(k.size for k in kernels)
