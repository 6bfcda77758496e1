"""Mixtures of independent columns, fitted by expectation and maximisation (EM)."""

import numpy as np
from scipy.special import gammaln, logsumexp
from sklearn.cluster import KMeans

ITERATIONS, TOLERANCE = 100, 1e-5  # of EM; nats per row by which it must still improve
SMOOTHING = 0.5  # rows of each value that every component is taken to have seen
SMALLEST_VARIANCE = 1e-6  # of a number, in the variance of its column


class ColumnMixture:
    """Mixture of components in each of which all columns are independent.

    With one component, the columns are independent. Of pixels that are 0 or 1 it is a mixture of
    Bernoulli distributions.

    Args:
        rows: features of training rows, `(rows, features)`.
        blocks: distributions of the features as in `models.likelihoods.Likelihood`: "gaussian",
            "categorical" or "binomial".
        components: number of components.

    Source: C. Bishop, Pattern Recognition and Machine Learning (2006), section 9.3.3.
    """

    def __init__(self, rows, blocks, components):
        self.blocks, self.components = blocks, components
        shares = np.ones((len(rows), 1))
        if components > 1:
            found = KMeans(components, n_init=1, random_state=0).fit_predict(rows)
            shares = np.eye(components)[found]
        before = -np.inf
        for _ in range(ITERATIONS if components > 1 else 1):
            self.maximise(rows, shares)
            joint = self.joint_log_prob(rows)
            total = logsumexp(joint, axis=1)
            if total.mean() < before + TOLERANCE:
                break
            before, shares = total.mean(), np.exp(joint - total[:, None])

    def maximise(self, rows, shares):
        """Set the parameters to the weighted means of rows, given the shares of components."""
        sizes = shares.sum(axis=0) + 1e-9  # rows of each component
        self.log_weights = np.log(sizes / sizes.sum())
        self.parameters, start = [], 0
        for kind, width, *trials in self.blocks:
            x, start = rows[:, start : start + width], start + width
            sums, counts = shares.T @ x, sizes[:, None]  # (components, width)
            if kind == "gaussian":
                mean = sums / counts
                variance = shares.T @ x**2 / counts - mean**2
                self.parameters.append((mean, np.maximum(variance, SMALLEST_VARIANCE)))
            elif kind == "categorical":
                self.parameters.append((sums + SMOOTHING) / (counts + width * SMOOTHING))
            else:
                extra = SMOOTHING / trials[0]
                self.parameters.append((sums + extra) / (counts + 2 * extra))

    def joint_log_prob(self, rows):
        """Return the log probability of each row and component, `(rows, components)`."""
        total, start = self.log_weights, 0
        for (kind, width, *trials), found in zip(self.blocks, self.parameters, strict=True):
            x, start = rows[:, start : start + width], start + width
            if kind == "gaussian":
                mean, variance = found
                squares = x**2 @ (1 / variance).T - 2 * x @ (mean / variance).T
                squares = squares + (mean**2 / variance).sum(axis=1)
                total = total - (squares + np.log(2 * np.pi * variance).sum(axis=1)) / 2
            elif kind == "categorical":
                total = total + x @ np.log(found).T
            else:
                count, (n,) = x * trials[0], trials
                total = total + count @ (np.log(found) - np.log1p(-found)).T
                total = total + n * np.log1p(-found).sum(axis=1)
                if n > 1:
                    ways = gammaln(n + 1) - gammaln(count + 1) - gammaln(n - count + 1)
                    total = total + ways.sum(axis=1, keepdims=True)
        return total

    def score_samples(self, rows):
        """Return the log probability of each row in nats, `(rows,)`."""
        return logsumexp(self.joint_log_prob(rows), axis=1)

    def sample(self, count, seed):
        """Return rows that are drawn from the mixture, `(count, features)`."""
        random = np.random.default_rng(seed)
        chosen = random.choice(self.components, count, p=np.exp(self.log_weights))
        parts = []
        for (kind, width, *trials), found in zip(self.blocks, self.parameters, strict=True):
            if kind == "gaussian":
                mean, variance = (part[chosen] for part in found)
                parts.append(mean + np.sqrt(variance) * random.normal(size=mean.shape))
            elif kind == "categorical":
                edges = np.cumsum(found[chosen], axis=1)
                drawn = (random.uniform(size=(count, 1)) > edges[:, :-1]).sum(axis=1)
                parts.append(np.eye(width)[drawn])
            else:
                parts.append(random.binomial(trials[0], found[chosen]) / trials[0])
        return np.concatenate(parts, axis=1)


class IndependentLevels:
    """Pixels that are independent of each other, each with a probability for every value.

    Args:
        rows: pixels of training rows as shares of `levels`, `(rows, pixels)`.
        levels: largest value of a pixel.
    """

    def __init__(self, rows, levels):
        self.levels = levels
        values = self.to_values(rows)
        counts = np.stack([(values == level).sum(axis=0) for level in range(levels + 1)])
        smoothed = counts + 1 / (levels + 1)  # one row of each pixel, shared among the values
        self.log_shares = np.log(smoothed / smoothed.sum(axis=0))  # (levels + 1, pixels)

    def to_values(self, rows):
        return np.round(rows * self.levels).astype(int)

    def score_samples(self, rows):
        """Return the log probability of each row in nats, `(rows,)`."""
        return self.log_shares[self.to_values(rows), np.arange(rows.shape[1])].sum(axis=1)

    def sample(self, count, seed):
        """Return rows that are drawn, `(count, pixels)`."""
        edges = np.cumsum(np.exp(self.log_shares), axis=0).T  # (pixels, levels + 1)
        uniform = np.random.default_rng(seed).uniform(size=(count, len(edges)))
        drawn = [np.searchsorted(edge[:-1], u) for edge, u in zip(edges, uniform.T, strict=True)]
        return np.stack(drawn, axis=1) / self.levels
