"""Simpler densities beside a network with a likelihood, on the same support as the network's."""

import math
import time

from evaluation.baselines import Baseline
from evaluation.column_mixture import ColumnMixture, IndependentLevels
from evaluation.densities import COMPONENTS, fit_densities
from evaluation.projected_mixture import ProjectedMixture, Spread

MOST_ROWS, CHOOSING_ROWS = 10_000, 2000  # that a baseline is fitted to; that choose its size
MANY_COMPONENTS = (*COMPONENTS, 128)  # of a mixture of independent columns
KEPT = 50  # principal components of a Gaussian mixture


def fit_likelihoods(data, blocks, latent, noise, encode, decode, log_size):
    """Fit simpler densities: `{name: Baseline}` with `log_prob` and `generate`.

    Independent columns, mixtures of them, probabilistic PCA and Gaussian mixtures, as far as they
    have the support of the network. The validation rows choose the number of components.

    Args:
        data: `datasets.dataset.Dataset` without targets.
        blocks: distributions of the features, see `models.likelihoods.Likelihood`.
        latent: number of principal components of probabilistic PCA.
        noise: width of the uniform noise that spreads whole numbers, `(features,)`, or ().
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        decode: function of features to `{column: (rows, ...)}`.
        log_size: nats in units of the columns minus nats of the features.
    """
    train, validation = (
        encode({name: x[:count] for name, x in part.inputs.items()}).astype("float64")
        for part, count in ((data.train, MOST_ROWS), (data.validation, CHOOSING_ROWS))
    )
    found, table = {}, not data.columns[0].shape
    for name, (makers, shift) in list_candidates(
        train, blocks, latent, noise or 0.0, table
    ).items():
        start = time.perf_counter()
        fitted = [make() for make in makers]
        best = max(fitted, key=lambda one: one.score_samples(validation).mean())
        if len(fitted) > 1:
            name += f", {best.components} components"
        endpoints = make_endpoints(best, encode, decode, log_size + shift)
        found[name] = Baseline(endpoints, time.perf_counter() - start)
    if table and {kind for kind, *_ in blocks} == {"gaussian"}:
        found |= fit_densities(data)
    return found


def make_endpoints(fitted, encode, decode, log_size):
    """Return the endpoints of a density of features, raw columns in and out."""

    def log_prob(inputs):
        return {"log_prob": fitted.score_samples(encode(inputs).astype("float64")) - log_size}

    def generate(inputs):
        return decode(fitted.sample(int(inputs["count"]), int(inputs["seed"])))

    return {"log_prob": log_prob, "generate": generate}


def list_candidates(rows, blocks, latent, noise, table):
    """Return `{name: (functions that each fit a density, nats of the cells of pixels)}`.

    Of pixels with many values, Gaussian densities give a lower bound, see `Spread`.
    """
    ((kind, width, *levels), *others) = blocks
    levels = levels[0] if kind in ("binomial", "logistic") else 0
    features = rows.shape[1]
    kept, spread, cells, bound = min(KEPT, features), noise, 0.0, ""
    if levels > 1:
        spread, cells, bound = 1 / levels, width * math.log(levels), " (lower bound)"

    def list_sizes(counts):
        return [k for k in counts if 5 * k <= len(rows)] or [1]

    def mix(k):
        return lambda: Spread(rows, noise, lambda x: ColumnMixture(x, blocks, k), scaled=False)

    def project(k, directions):
        return lambda: Spread(rows, spread, lambda x: ProjectedMixture(x, k, directions))

    alone = [lambda: IndependentLevels(rows, levels)] if levels > 1 else [mix(1)]
    found = {"independent columns" if table else "independent pixels": (alone, 0.0)}
    if kind == "binomial" or "categorical" in {kind, *(other for other, *_ in others)}:
        name = "Bernoullis" if levels == 1 else "binomials" if levels else "independent columns"
        found[f"mixture of {name}"] = list(map(mix, list_sizes(MANY_COMPONENTS))), 0.0
        if levels <= 1:  # Gaussians are no distributions of two values
            return found
    if features > 1:
        width = min(latent, features - 1)
        found[f"probabilistic PCA, {width} wide{bound}"] = [project(1, width)], cells
    if not table:
        fits = [project(k, kept) for k in list_sizes(COMPONENTS)]
        found[f"Gaussian mixture{bound}"] = fits, cells
    return found
