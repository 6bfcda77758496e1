"""Distributions of a row given its latent: what the numbers mean that a decoder returns.

Each describes a block of neighbouring features, `(..., width)`, by the numbers of a decoder,
`(..., parameters)`. The features of a row are independent of each other, given the latent.
"""

import math
from dataclasses import dataclass

import tensorflow as tf

SMALLEST_STD = 1e-3  # of a column, in its standard deviations: a density stays finite
SMALLEST_SCALE = 0.05  # of a pixel, in its levels: all of the probability is in one of them


@dataclass(frozen=True)
class Binomial:
    """Pixels with the values 0 to `trials`, as shares of it; with one trial, Bernoulli.

    With one trial and grey values between 0 and 1, the log probability is the negative binary
    cross-entropy, which is no likelihood: its sum over all grey values is not 1.

    Args:
        width: number of features.
        trials: largest value of a pixel.
    """

    width: int
    trials: int = 1

    @property
    def parameters(self):
        return self.width  # a logit each

    def log_prob(self, x, logits):
        counts = x * self.trials
        terms = counts * logits - self.trials * tf.nn.softplus(logits)
        log_prob = tf.reduce_sum(terms, axis=-1)
        if self.trials == 1:
            return log_prob
        total = math.lgamma(self.trials + 1)
        ways = total - tf.math.lgamma(counts + 1) - tf.math.lgamma(self.trials - counts + 1)
        return log_prob + tf.reduce_sum(ways, axis=-1)

    def centre(self, logits):
        return tf.sigmoid(logits)

    def draw(self, logits, seed):
        trials, shape = float(self.trials), tf.shape(logits)
        counts = tf.random.stateless_binomial(shape, seed, trials, tf.sigmoid(logits), tf.float32)
        return counts / trials


@dataclass(frozen=True)
class Logistic:
    """Pixels with the values 0 to `levels`, as shares of it: a logistic distribution, rounded.

    The lowest and the highest value take the whole tail of the distribution beyond them.

    Args:
        width: number of features.
        levels: largest value of a pixel.

    Source: T. Salimans et al., PixelCNN++, arXiv:1701.05517.
    """

    width: int
    levels: int = 255

    @property
    def parameters(self):
        return 2 * self.width  # middles, then logarithms of scales

    def read(self, parameters):
        """Return the middle and the logarithm of the scale, both in levels."""
        middle, scale = tf.split(parameters, 2, axis=-1)
        # A decoder that returns zeros means mid-grey, and a scale of a tenth of the range.
        scale = bound_below(scale + math.log(self.levels / 10), math.log(SMALLEST_SCALE))
        return (middle + 0.5) * self.levels, scale

    def log_prob(self, x, parameters):
        (middle, log_scale), value = self.read(parameters), x * self.levels
        width = tf.exp(-log_scale)  # of a level, in scales
        upper, lower = (value + 0.5 - middle) * width, (value - 0.5 - middle) * width
        # s(a) - s(b) = s(a) * s(-b) * (1 - exp(b - a)) for the logistic function s.
        below = tf.where(value < self.levels - 0.5, -tf.nn.softplus(-upper), 0.0)
        above = tf.where(value > 0.5, -tf.nn.softplus(lower), 0.0)
        inside = (value > 0.5) & (value < self.levels - 0.5)
        both = tf.where(inside, tf.math.log(-tf.math.expm1(-width)), 0.0)
        return tf.reduce_sum(below + above + both, axis=-1)

    def centre(self, parameters):
        return tf.clip_by_value(self.read(parameters)[0] / self.levels, 0.0, 1.0)

    def draw(self, parameters, seed):
        middle, log_scale = self.read(parameters)
        uniform = tf.random.stateless_uniform(tf.shape(middle), seed, 1e-6, 1 - 1e-6)
        values = middle + tf.exp(log_scale) * tf.math.log(uniform / (1 - uniform))
        return tf.clip_by_value(tf.round(values), 0, self.levels) / self.levels


@dataclass(frozen=True)
class Gaussian:
    """Numbers.

    Args:
        width: number of features.
    """

    width: int

    @property
    def parameters(self):
        return 2 * self.width  # means, then logarithms of standard deviations

    def read(self, parameters):
        mean, log_std = tf.split(parameters, 2, axis=-1)
        return mean, bound_below(log_std, math.log(SMALLEST_STD))

    def log_prob(self, x, parameters):
        mean, log_std = self.read(parameters)
        terms = -0.5 * tf.square((x - mean) * tf.exp(-log_std)) - log_std
        return tf.reduce_sum(terms, axis=-1) - self.width * math.log(2 * math.pi) / 2

    def centre(self, parameters):
        return self.read(parameters)[0]

    def draw(self, parameters, seed):
        mean, log_std = self.read(parameters)
        return mean + tf.exp(log_std) * tf.random.stateless_normal(tf.shape(mean), seed)


@dataclass(frozen=True)
class Categorical:
    """A category as 0 and 1 (one-hot).

    Args:
        width: number of categories.
        first: number of the first category that is ever drawn; those before it have a probability,
            but the training rows have none of them.
    """

    width: int
    first: int = 0

    @property
    def parameters(self):
        return self.width  # a logit each

    def log_prob(self, x, logits):
        return tf.reduce_sum(x * tf.nn.log_softmax(logits), axis=-1)

    def centre(self, logits):
        """Return the most probable category."""
        return tf.one_hot(self.first + tf.argmax(logits[..., self.first :], axis=-1), self.width)

    def draw(self, logits, seed):
        uniform = tf.random.stateless_uniform(tf.shape(logits), seed, 1e-9, 1.0)
        return self.centre(logits - tf.math.log(-tf.math.log(uniform)))  # Gumbel's trick


class Likelihood:
    """Blocks of features side by side, each with its own distribution.

    Args:
        blocks: tuples of the name of a distribution and its arguments, such as
            `(("gaussian", 3), ("categorical", 4))` or `(("binomial", 64, 16),)`.
    """

    def __init__(self, blocks):
        kinds = {
            "binomial": Binomial, "logistic": Logistic,
            "gaussian": Gaussian, "categorical": Categorical,
        }  # fmt: skip
        self.blocks = [kinds[kind](*arguments) for kind, *arguments in blocks]
        self.widths = [block.width for block in self.blocks]
        self.parameters = [block.parameters for block in self.blocks]

    def log_prob(self, x, parameters):
        """Return the log probability (of numbers, the log density) of rows in nats, `(...,)`.

        Args:
            x: rows, `(..., sum of the widths)`.
            parameters: from a decoder, `(..., sum of the parameters)`.
        """
        rows = tf.split(x, self.widths, axis=-1)
        return sum(
            block.log_prob(part, given)
            for block, part, given in zip(self.blocks, rows, self.split(parameters), strict=True)
        )

    def centre(self, parameters):
        """Return the means of numbers and pixels, and the most probable categories."""
        pairs = zip(self.blocks, self.split(parameters), strict=True)
        return tf.concat([block.centre(given) for block, given in pairs], axis=-1)

    def draw(self, parameters, seed):
        """Return rows that are drawn from the distribution; the same seed gives the same rows."""
        pairs = enumerate(zip(self.blocks, self.split(parameters), strict=True))
        return tf.concat(
            [block.draw(given, tf.stack([seed, number])) for number, (block, given) in pairs],
            axis=-1,
        )

    def split(self, parameters):
        return tf.split(parameters, self.parameters, axis=-1)


def bound_below(x, low):
    """Return x where it is far above `low`, and never less than `low`, smoothly."""
    return low + tf.nn.softplus(x - low)
