"""Simpler classifiers of series: the nearest neighbour, and random convolutions with ridge."""

import time

import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from datasets.dataset import join_splits
from evaluation.baselines import Baseline, rank_by_margins

KERNELS = 2000
SIZES = (7, 9, 11)  # steps of a random convolution
STRENGTHS = np.logspace(-3, 3, 10)  # of the ridge
ROWS_AT_ONCE = 256
SMALLEST_STD = 1e-8


def fit_series_baselines(data, encode):
    """Fit simpler methods to all but the test rows: `{name: Baseline}`.

    Args:
        data: `datasets.dataset.Dataset` of series with one target.
        encode: function of inputs that returns the scaled series and, as a last channel, 1 within
            each series: `(rows, steps, channels + 1)`.
    """
    rows, (target,) = join_splits(data.train, data.validation), data.targets
    steps = rows.inputs["sequence"].shape[1]
    methods = {
        "1-nearest neighbour": (flatten, KNeighborsClassifier(1)),
        "random convolutions": (
            RandomConvolutions(KERNELS, seed=0),
            make_pipeline(StandardScaler(), RidgeClassifierCV(STRENGTHS)),
        ),
    }
    found = {}
    for name, (features, model) in methods.items():
        start = time.perf_counter()
        model.fit(
            features(stretch(encode(rows.inputs), steps)), target.encode(rows.targets[target.name])
        )
        serve = make_serve(model, features, target, encode, steps)
        found[name] = Baseline({"serve": serve}, time.perf_counter() - start)
    return found


def make_serve(model, features, target, encode, steps):
    """Return a function of inputs that answers as the SavedModel does."""

    def serve(inputs):
        x = features(stretch(encode(inputs), steps))
        if hasattr(model, "predict_proba"):  # a single neighbour knows no probabilities
            return {target.name: target.decide(model.predict_proba(x))}
        probabilities = rank_by_margins(model.decision_function(x))
        return {
            target.name: target.decide(probabilities),
            f"{target.name}_probabilities": probabilities,
        }

    return serve


def flatten(x):
    """Return series as rows of numbers."""
    return x.reshape(len(x), -1)


def stretch(encoded, steps):
    """Stretch series to the same number of steps, linearly interpolated.

    Args:
        encoded: `(rows, steps of the longest, channels + 1)`, the last channel 1 within the series.
        steps: number of steps.

    Returns: `(rows, steps, channels)`.
    """
    x, length = encoded[..., :-1], encoded[..., -1].sum(axis=1)
    places = np.linspace(0, 1, steps) * (length[:, None] - 1)  # (rows, steps)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, x.shape[1] - 1)
    first, second = (np.take_along_axis(x, k[..., None], axis=1) for k in (low, high))
    return first + (places - low)[..., None] * (second - first)


class RandomConvolutions:
    """Features of series from convolutions with random weights, as in ROCKET.

    Each convolution gives two features: its largest value, and the share of its positive values.
    Sizes, weights, offsets, dilations and paddings are drawn as in the paper.

    Args:
        count: number of convolutions; the paper has 10 000.
        seed: seed of the random numbers.

    Source: Dempster, Petitjean and Webb, ROCKET, arXiv:1910.13051.
    """

    def __init__(self, count, seed):
        self.count, self.seed, self.groups = count, seed, None

    def draw(self, steps, channels):
        """Draw the convolutions; those of equal size, dilation and padding are run together."""
        random, groups = np.random.default_rng(self.seed), {}
        sizes = [size for size in SIZES if size <= steps] or [steps]
        for _ in range(self.count):
            size = int(random.choice(sizes))
            largest = np.log2(max(1.0, (steps - 1) / max(size - 1, 1)))
            dilation = int(2 ** random.uniform(0, largest))
            padding = (size - 1) * dilation // 2 * int(random.integers(2))
            weights = random.normal(size=(size, channels))
            weights -= weights.mean(axis=0)
            kernel = weights.ravel(), random.uniform(-1, 1)
            groups.setdefault((size, dilation, padding), []).append(kernel)
        self.groups = {
            key: (np.stack([k for k, _ in kernels], axis=1), np.array([b for _, b in kernels]))
            for key, kernels in sorted(groups.items())
        }

    def __call__(self, x):
        """Return the features of series `(rows, steps, channels)`: `(rows, 2 * count)`."""
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.maximum(x.std(axis=1, keepdims=True), SMALLEST_STD)
        if self.groups is None:
            self.draw(*x.shape[1:])
        parts = [self.transform(x[k : k + ROWS_AT_ONCE]) for k in range(0, len(x), ROWS_AT_ONCE)]
        return np.concatenate(parts)

    def transform(self, x):
        features = []
        for (size, dilation, padding), (kernels, offsets) in self.groups.items():
            padded = np.pad(x, ((0, 0), (padding, padding), (0, 0)))
            last = padded.shape[1] - (size - 1) * dilation
            # The steps that each place of the kernel sees: (rows, places, size, channels).
            seen = np.arange(last)[:, None] + dilation * np.arange(size)
            windows = padded[:, seen].reshape(len(x), last, -1)
            y = windows @ kernels + offsets  # (rows, places, kernels)
            features += [y.max(axis=1), (y > 0).mean(axis=1)]
        return np.concatenate(features, axis=1)
