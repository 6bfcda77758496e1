"""Gaussian densities of many columns: probabilistic PCA, and a mixture of principal components."""

import numpy as np
from scipy.special import logsumexp

from evaluation.densities import draw_rows, fit_mixture

DRAWS = 8  # of the noise that spreads whole numbers, over which their density is averaged
SMALLEST_VARIANCE, SMALLEST_STD = 1e-6, 1e-6  # of scaled rows, and of a constant pixel


class ProjectedMixture:
    """Gaussian mixture of the first principal components, with the same variance in all other
    directions. With one component it is probabilistic PCA, which a linear VAE becomes.

    Args:
        rows: training rows, `(rows, features)`.
        components: number of components of the mixture.
        kept: number of principal components, at most the number of features.

    Source: Tipping and Bishop, Probabilistic Principal Component Analysis (1999).
    """

    def __init__(self, rows, components, kept):
        self.components, self.mean = components, rows.mean(axis=0)
        variances, directions = np.linalg.eigh(np.atleast_2d(np.cov(rows, rowvar=False)))
        self.directions = directions[:, ::-1][:, :kept]  # the largest variance first
        self.others = rows.shape[1] - kept
        others = variances[: self.others].mean() if self.others else 1.0
        self.variance = max(others, SMALLEST_VARIANCE)
        self.mixture = fit_mixture(self.project(rows), components)

    def project(self, rows):
        return (rows - self.mean) @ self.directions

    def score_samples(self, rows):
        """Return the log density of each row in nats, `(rows,)`."""
        kept = self.project(rows)
        rest = np.square(rows - self.mean).sum(axis=1) - np.square(kept).sum(axis=1)
        constant = self.others * np.log(2 * np.pi * self.variance)
        other = rest / self.variance if self.others else 0.0
        return self.mixture.score_samples(kept) - (other + constant) / 2

    def sample(self, count, seed):
        """Return rows that are drawn, `(count, features)`."""
        kept = draw_rows(self.mixture, count, seed)
        noise = np.random.default_rng(seed).normal(size=(count, len(self.mean)))
        noise -= noise @ self.directions @ self.directions.T
        return self.mean + kept @ self.directions.T + self.variance**0.5 * noise


class Spread:
    """A density of rows whose whole numbers are spread by uniform noise.

    The mean density over the cell of a whole number, in units of the cell, is the probability of
    the number. The mean over a few points of the cell estimates it, and the expectation of the
    logarithm of that mean is a lower bound of the log probability.

    Args:
        rows: training rows, `(rows, features)`.
        noise: width of the cells, `(features,)` or a number; 0 where no cells are.
        fit: function of rows to a density.
        scaled: whether these rows have mean 0 and standard deviation 1, or are as they come.
    """

    def __init__(self, rows, noise, fit, scaled=True):
        self.noise = noise
        spread = self.spread(rows, np.random.default_rng(0))
        self.mean, self.std = np.zeros(rows.shape[1]), np.ones(rows.shape[1])
        if scaled:
            self.mean = spread.mean(axis=0)
            self.std = np.maximum(spread.std(axis=0), SMALLEST_STD)
        self.fitted = fit((spread - self.mean) / self.std)
        self.components = self.fitted.components

    def spread(self, rows, random):
        return rows + random.uniform(-0.5, 0.5, size=rows.shape) * self.noise

    def score_samples(self, rows):
        """Return the log density of each row in nats, the mean over its cell, `(rows,)`."""
        random, draws = np.random.default_rng(1), DRAWS if np.any(self.noise) else 1
        found = [
            self.fitted.score_samples((self.spread(rows, random) - self.mean) / self.std)
            for _ in range(draws)
        ]
        return logsumexp(found, axis=0) - np.log(draws) - np.log(self.std).sum()

    def sample(self, count, seed):
        """Return rows that are drawn, `(count, features)`."""
        return self.fitted.sample(count, seed) * self.std + self.mean
