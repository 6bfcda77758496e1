"""Couplings of a normalizing flow: invertible layers, by a scale and shift or by a spline."""

import math

import keras
import numpy as np
from keras import layers, ops

from models.dense import hidden_layers

EDGE = 4.0  # in standard deviations; a spline is the identity outside of [-EDGE, EDGE]
SMALLEST = 1e-3  # width and height of a bin as a fraction of the interval; derivative at a knot
LARGEST_LOG = 2.0  # of the scale of an affine coupling


class Coupling(layers.Layer):
    """Transforms some columns, with parameters that a dense network computes from the others.

    A subclass defines `transform` and `restore`, and how many parameters they take.

    Args:
        order: column numbers; the first half is kept, the second half transformed. A single column
            is transformed with parameters that are the same for all rows.
        hidden, activation: units and activation of the hidden layers.
        parameters: parameters of each transformed column.

    Input shape: `(batch, features)`.
    Output: `(batch, features)`, and the log determinant, `(batch,)`.
    """

    def __init__(self, order, hidden, activation, parameters, **kwargs):
        super().__init__(**kwargs)
        self.order, self.hidden, self.activation = tuple(order), tuple(hidden), activation
        self.kept, self.changed = self.order[: len(order) // 2], self.order[len(order) // 2 :]
        self.back = tuple(np.argsort(self.order).tolist())
        inputs = keras.Input((max(1, len(self.kept)),))
        x = hidden_layers(inputs, hidden, dropout=0.0, activation=activation, l2=0.0)
        x = layers.Dense(len(self.changed) * parameters, kernel_initializer="zeros")(x)
        outputs = layers.Reshape((len(self.changed), parameters))(x)
        self.conditioner = keras.Model(inputs, outputs, name=f"{self.name}_conditioner")

    def build(self, input_shape):
        self.built = True

    def split(self, x):
        """Return the columns to keep, those to change, and the parameters of the latter."""
        kept, changed = take(x, self.kept), take(x, self.changed)
        known = kept if self.kept else ops.ones_like(x)
        return kept, changed, self.conditioner(known)  # (batch, changed, parameters)

    def join(self, kept, changed):
        """Return the columns in their usual order."""
        return take(ops.concatenate([kept, changed], axis=-1), self.back)

    def call(self, x):
        kept, changed, parameters = self.split(x)
        changed, log_derivative = self.transform(changed, parameters)
        return self.join(kept, changed), ops.sum(log_derivative, axis=-1)

    def inverse(self, z):
        """Return x, `(batch, features)`, for the layer's output."""
        kept, changed, parameters = self.split(z)
        return self.join(kept, self.restore(changed, parameters))

    def get_config(self):
        options = {"order": self.order, "hidden": self.hidden, "activation": self.activation}
        return super().get_config() | options


def take(x, columns):
    """Return some columns of `(batch, features)`, in this order."""
    if not columns:
        return x[:, :0]
    return ops.concatenate([x[:, column : column + 1] for column in columns], axis=-1)


@keras.saving.register_keras_serializable(package="flow")
class AffineCoupling(Coupling):
    """z = exp(s) x + t with s bounded, since the inverse divides by exp(s)."""

    def __init__(self, order, hidden, activation, **kwargs):
        super().__init__(order, hidden, activation, parameters=2, **kwargs)

    def transform(self, x, parameters):
        log_scale = LARGEST_LOG * ops.tanh(parameters[..., 0])
        return x * ops.exp(log_scale) + parameters[..., 1], log_scale

    def restore(self, z, parameters):
        return (z - parameters[..., 1]) * ops.exp(-LARGEST_LOG * ops.tanh(parameters[..., 0]))


@keras.saving.register_keras_serializable(package="flow")
class SplineCoupling(Coupling):
    """A monotonic spline of rational quadratic pieces on [-EDGE, EDGE], the identity outside.

    With the position t from 0 to 1 in a bin of width w, height h and slope s = h/w, and the
    derivatives d0 and d1 at its knots,

        z = z0 + h (s t^2 + d0 t(1-t)) / (s + (d0 + d1 - 2s) t(1-t)).

    Args:
        bins: number of bins.
    """

    def __init__(self, order, hidden, activation, bins, **kwargs):
        self.bins = bins
        super().__init__(order, hidden, activation, parameters=3 * bins - 1, **kwargs)

    def get_config(self):
        return super().get_config() | {"bins": self.bins}

    def find_bin(self, values, axis, parameters):
        """Return w, h, d0, d1 of the bin that each value is in, and where the bin begins.

        Args:
            values: `(batch, changed)`, in [-EDGE, EDGE].
            axis: 0 if the values are measured along the widths, 1 if along the heights.
            parameters: `(batch, changed, 3 * bins - 1)`.
        """
        *sizes, inner = ops.split(parameters, [self.bins, 2 * self.bins], axis=-1)
        share = 1 - self.bins * SMALLEST
        sizes = [2 * EDGE * (SMALLEST + share * ops.softmax(x)) for x in sizes]
        # Which bin it is has no gradient, so the cumulative sum needs none.
        knots = ops.cumsum(ops.stop_gradient(sizes[axis]), axis=-1)[..., :-1] - EDGE
        passed = ops.cast(values[..., None] >= knots, values.dtype)
        ends = ops.ones_like(passed[..., :1])
        below = ops.concatenate([passed, 0 * ends], axis=-1)  # 1 for the bins before the value's
        chosen = ops.concatenate([ends, passed], axis=-1) - below  # 1 for its bin
        # Sums are faster than gathering.
        w, h = (ops.sum(chosen * x, axis=-1) for x in sizes)
        x0, z0 = (ops.sum(below * x, axis=-1) - EDGE for x in sizes)
        # The derivatives at both ends are 1, so that the tails continue smoothly. If all
        # parameters are zero, the others are 1 as well, and the spline is the identity.
        d0, d1 = (
            SMALLEST + (1 - SMALLEST) / math.log(2) * ops.softplus(ops.sum(x * inner, axis=-1))
            for x in (chosen[..., 1:], chosen[..., :-1])
        )
        return w, h, d0, d1, x0, z0

    def transform(self, x, parameters):
        inside = ops.abs(x) < EDGE
        w, h, d0, d1, x0, z0 = self.find_bin(ops.clip(x, -EDGE, EDGE), 0, parameters)
        # Also clipped: outside, the unused branch must not give infinite gradients.
        t = ops.clip((x - x0) / w, 0.0, 1.0)
        s, product = h / w, t * (1 - t)
        below = s + (d0 + d1 - 2 * s) * product
        z = z0 + h * (s * t * t + d0 * product) / below
        above = d1 * t * t + 2 * s * product + d0 * (1 - t) ** 2
        log_derivative = 2 * ops.log(s) + ops.log(above) - 2 * ops.log(below)
        return ops.where(inside, z, x), ops.where(inside, log_derivative, 0.0)

    def restore(self, z, parameters):
        inside = ops.abs(z) < EDGE
        w, h, d0, d1, x0, z0 = self.find_bin(ops.clip(z, -EDGE, EDGE), 1, parameters)
        y, s = ops.clip((z - z0) / h, 0.0, 1.0), h / w
        curvature = d0 + d1 - 2 * s
        # The root of a t^2 + b t + c = 0 in [0, 1], in the form that loses no digits.
        a, b, c = s - d0 + y * curvature, d0 - y * curvature, -s * y
        t = 2 * c / (-b - ops.sqrt(ops.maximum(b * b - 4 * a * c, 0.0)))
        return ops.where(inside, x0 + w * t, z)
