"""The lecture's table: each activation and its derivative, as formulas to read and in NumPy.

Where the table does so, the derivative is written with the value f: the backward pass reuses what
the forward pass has computed.

Source: M. Pierini, Deep Learning lectures; PReLU from He et al., arXiv:1502.01852; ELU from
Clevert et al., arXiv:1511.07289; Maxout from Goodfellow et al., arXiv:1302.4389.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# Slope of leaky ReLU for z < 0: Keras' 0.2, which TensorFlow keeps in float32 for all inputs.
LEAK = float(np.float32(0.2))
ALPHA = 0.25  # initial slope of PReLU in He et al.; it is learned
LINES = ((-0.5, -0.25), (1.0, 0.5))  # an example of Maxout's slopes and offsets; they are learned


class Row(NamedTuple):
    """A row of the table.

    Args:
        title: name of the activation, for a reader.
        formula, slope: f and df/dz in TeX.
        value, derivative: f and df/dz as functions of an array.
        kinks: points without a derivative; `derivative` returns the left one there.
    """

    title: str
    formula: str
    slope: str
    value: Callable
    derivative: Callable
    kinks: tuple[float, ...] = ()


def logistic(z):
    return 1 / (1 + np.exp(-z))


def elu(z):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def maxout(z):
    return np.max([slope * z + offset for slope, offset in LINES], axis=0)


def maxout_derivative(z):
    slopes, offsets = np.array(LINES).T
    return slopes[np.argmax([slope * z + offset for slope, offset in LINES], axis=0)]


TABLE = {
    "identity": Row("identity", "z", "1", lambda z: z, np.ones_like),
    "step": Row(
        "binary step", r"0\ (z \leq 0),\ 1\ (z > 0)", "0",
        lambda z: 1.0 * (z > 0), np.zeros_like, (0.0,),
    ),
    "logistic": Row(
        "logistic", "1/(1 + e^{-z})", "f (1 - f)",
        logistic, lambda z: logistic(z) * (1 - logistic(z)),
    ),
    "tanh": Row("tanh", r"\tanh(z)", "1 - f^2", np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "arctan": Row("arctan", r"\arctan(z)", "1/(1 + z^2)", np.arctan, lambda z: 1 / (1 + z**2)),
    "relu": Row(
        "ReLU", r"\max(0, z)", r"0\ (z \leq 0),\ 1\ (z > 0)",
        lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0), (0.0,),
    ),
    "leaky_relu": Row(
        "leaky ReLU", r"0.2 z\ (z \leq 0),\ z\ (z > 0)", r"0.2\ (z \leq 0),\ 1\ (z > 0)",
        lambda z: np.where(z > 0, z, LEAK * z), lambda z: np.where(z > 0, 1.0, LEAK), (0.0,),
    ),
    "prelu": Row(
        "PReLU, learned α", r"\alpha z\ (z \leq 0),\ z\ (z > 0)",
        r"\alpha\ (z \leq 0),\ 1\ (z > 0)",
        lambda z: np.where(z > 0, z, ALPHA * z), lambda z: np.where(z > 0, 1.0, ALPHA), (0.0,),
    ),
    "elu": Row(
        "ELU", r"e^z - 1\ (z \leq 0),\ z\ (z > 0)", r"f + 1\ (z \leq 0),\ 1\ (z > 0)",
        elu, lambda z: np.where(z > 0, 1.0, elu(z) + 1),
    ),
    "softplus": Row(
        "SoftPlus", r"\ln(1 + e^z)", "1/(1 + e^{-z})", lambda z: np.logaddexp(0, z), logistic
    ),
    "maxout": Row(
        "Maxout, learned lines", r"\max_k(w_k z + b_k)", r"w_k\ \mathrm{of\ the\ largest}",
        maxout, maxout_derivative, ((LINES[0][1] - LINES[1][1]) / (LINES[1][0] - LINES[0][0]),),
    ),
}  # fmt: skip
