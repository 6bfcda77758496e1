"""Attention: every position of a sequence reads from the positions before it."""

import keras
import numpy as np
from keras import layers, ops

SLOWEST = 1000.0  # positions that the slowest rotation takes for a radian


def rotate(x, positions):
    """Turn each pair of numbers by an angle that is proportional to the position.

    The product of a turned query and a turned key depends on the distance of the two alone.

    Args:
        x: `(batch, time, heads, size)`, with an even size.
        positions: `(time,)`.

    Source: Su et al., RoFormer, arXiv:2104.09864.
    """
    half = x.shape[-1] // 2
    speeds = SLOWEST ** -(np.arange(half) / half)
    angles = ops.cast(positions, "float32")[:, None, None] * ops.cast(speeds, "float32")
    cos, sin = ops.cast(ops.cos(angles), x.dtype), ops.cast(ops.sin(angles), x.dtype)
    first, second = ops.split(x, 2, axis=-1)  # the gradient of a slice takes ten times as long
    return ops.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)


@keras.saving.register_keras_serializable("models")
class SelfAttention(layers.Layer):
    """Causal self-attention with several heads: softmax(Q K^T / sqrt(size)) V, and a linear map.

    Q, K and V are linear maps of the input. A position sees itself and those before it.

    Args:
        heads: number of heads; it divides the width of the input.
        rotary: whether the products know how far two positions are from each other.

    Input and output shape: `(batch, time, width)`.

    Source: Vaswani et al., Attention is all you need, arXiv:1706.03762.
    """

    def __init__(self, heads, rotary=True, **keywords):
        super().__init__(**keywords)
        self.heads, self.rotary = heads, rotary

    def build(self, shape):
        width = shape[-1]
        self.size = width // self.heads
        self.inward = layers.Dense(3 * width, use_bias=False, dtype=self.dtype_policy)
        # With zeros here, a block begins as the identity.
        self.outward = layers.Dense(
            width, use_bias=False, kernel_initializer="zeros", dtype=self.dtype_policy
        )
        self.inward.build(shape)
        self.outward.build(shape)

    def call(self, x):
        positions = ops.arange(ops.shape(x)[1])
        query, key, value = self.project(x, positions)
        return self.outward(self.mix(query, key, value, positions)[0])

    def weights_of(self, x):
        """Return how much each position reads from each: `(batch, heads, time, time)`."""
        positions = ops.arange(ops.shape(x)[1])
        return self.mix(*self.project(x, positions), positions)[1]

    def step(self, x, cache, position):
        """Read new positions, given the keys and values of those before.

        Args:
            x: `(batch, new, width)`.
            cache: keys and values so far, each `(batch, position, heads, size)`.
            position: number of the first new position.

        Returns: the output, `(batch, new, width)`, and the longer cache.
        """
        positions = position + ops.arange(ops.shape(x)[1])
        query, *new = self.project(x, positions)
        cache = [ops.concatenate(parts, axis=1) for parts in zip(cache, new, strict=True)]
        return self.outward(self.mix(query, *cache, positions)[0]), cache

    def empty_cache(self, batch):
        """Return the keys and values of no position."""
        return [ops.zeros((batch, 0, self.heads, self.size), self.compute_dtype)] * 2

    def project(self, x, positions):
        """Return query, key and value, each `(batch, time, heads, size)`."""
        shape = (ops.shape(x)[0], ops.shape(x)[1], 3 * self.heads, self.size)
        both, value = ops.split(ops.reshape(self.inward(x), shape), [2 * self.heads], axis=2)
        both = rotate(both, positions) if self.rotary else both
        return *ops.split(both, 2, axis=2), value

    def mix(self, query, key, value, positions):
        """Return the values that each query reads, `(batch, time, width)`, and its weights.

        Args:
            positions: positions of the queries, `(time,)`; the keys are at 0, 1, 2, ...
        """
        query, key, value = (ops.transpose(x, (0, 2, 1, 3)) for x in (query, key, value))
        products = query * self.size**-0.5 @ ops.transpose(key, (0, 1, 3, 2))
        is_future = ops.arange(ops.shape(key)[2]) > positions[:, None]  # (queries, keys)
        weights = ops.softmax(products - ops.cast(is_future, products.dtype) * 1e9)
        x = ops.transpose(weights @ value, (0, 2, 1, 3))  # (batch, time, heads, size)
        shape = (ops.shape(x)[0], ops.shape(x)[1], self.heads * self.size)
        return ops.reshape(x, shape), weights

    def get_config(self):
        return super().get_config() | {"heads": self.heads, "rotary": self.rotary}


@keras.saving.register_keras_serializable("models")
class TransformerBlock(layers.Layer):
    """Attention, and a dense network at each position; each adds to what it reads.

        x = x + attention(norm(x)),        x = x + W2 relu(W1 norm(x))^2

    Args:
        heads: number of heads.
        dropout: fraction of the additions that are dropped.

    Input and output shape: `(batch, time, width)`.

    Source: Xiong et al., arXiv:2002.04745 (norms first); So et al., arXiv:2109.08668 (the square).
    """

    def __init__(self, heads, dropout=0.0, **keywords):
        super().__init__(**keywords)
        self.heads, self.dropout = heads, dropout

    def build(self, shape):
        width, own = shape[-1], {"dtype": self.dtype_policy}
        self.norms = [layers.RMSNormalization(**own) for _ in range(2)]
        self.attention = SelfAttention(self.heads, **own)
        self.widen = layers.Dense(4 * width, "relu", use_bias=False, **own)
        self.narrow = layers.Dense(width, use_bias=False, kernel_initializer="zeros", **own)
        self.drop = layers.Dropout(self.dropout, **own)
        for layer in (*self.norms, self.attention, self.widen):
            layer.build(shape)
        self.narrow.build((*shape[:-1], 4 * width))

    def call(self, x):
        x = x + self.drop(self.attention(self.norms[0](x)))
        return x + self.drop(self.transform(x))

    def step(self, x, cache, position):
        """Read new positions; see `SelfAttention.step`."""
        read, cache = self.attention.step(self.norms[0](x), cache, position)
        x = x + read
        return x + self.transform(x), cache

    def transform(self, x):
        return self.narrow(ops.square(self.widen(self.norms[1](x))))

    def empty_cache(self, batch):
        return self.attention.empty_cache(batch)

    def get_config(self):
        return super().get_config() | {"heads": self.heads, "dropout": self.dropout}
