"""Losses as likelihoods beside other libraries, the cost of a wrong one, and learned noise."""

import keras
import numpy as np
import scipy.stats

from lectures.likelihood import (
    LOSSES,
    NU,
    categorical_loss,
    draw_noise,
    find_efficiency,
    find_information,
    fit_location,
    gaussian_loss,
    laplace_loss,
    student_loss,
)

ROWS = 200


def compare_losses(random):
    """Return a table of differences between formulas, SciPy's densities and Keras' losses."""
    y, f, s = random.normal(size=ROWS), random.normal(size=ROWS), 0.7
    labels = random.integers(0, 4, ROWS)
    probabilities = random.dirichlet(np.ones(4), ROWS)
    squared = float(keras.losses.MeanSquaredError(dtype="float64")(y, f))
    absolute = float(keras.losses.MeanAbsoluteError(dtype="float64")(y, f))
    entropy = float(
        keras.losses.SparseCategoricalCrossentropy(dtype="float64")(labels, probabilities)
    )
    densities = {
        "Gaussian": (gaussian_loss(y - f, s), scipy.stats.norm(f, s).logpdf(y)),
        "Laplace": (laplace_loss(y - f, s), scipy.stats.laplace(f, s).logpdf(y)),
        "Student": (student_loss(y - f, s), scipy.stats.t(NU, f, s).logpdf(y)),
        "categorical": (
            categorical_loss(probabilities, labels),
            scipy.stats.multinomial(1, probabilities).logpmf(np.eye(4, dtype=int)[labels]),
        ),
    }
    by_keras = {
        "Gaussian": ("MeanSquaredError", squared / (2 * s**2) + gaussian_loss(0, s)),
        "Laplace": ("MeanAbsoluteError", absolute / s + laplace_loss(0, s)),
        "Student": ("", None),
        "categorical": ("SparseCategoricalCrossentropy", entropy),
    }
    rows = [["likelihood", "difference from SciPy", "loss of Keras", "difference from Keras"]]
    for name, (loss, log_density) in densities.items():
        title, expected = by_keras[name]
        difference = "" if expected is None else float(abs(loss.mean() - expected))
        rows.append([name, float(np.abs(loss + log_density).max()), title, difference])
    return rows


def measure_efficiencies(examples, repeats, random):
    """Return `{(noise, loss): (measured, for large n)}` and a table of the variances.

    Args:
        examples: number of examples of a sample.
        repeats: number of samples.
        random: `numpy.random.Generator`.
    """
    efficiencies, rows = {}, []
    for noise in LOSSES:
        y = draw_noise(noise, (repeats, examples), random)
        bound = 1 / (examples * find_information(noise))
        for loss in LOSSES:
            variance = float(np.var(fit_location(loss, y)))
            pair = bound / variance, find_efficiency(loss, noise)
            efficiencies[noise, loss] = pair
            rows.append([noise, loss, variance, bound, *pair, 1 / pair[1]])
    header = ["noise", "loss", "variance", "Cramer-Rao bound", "efficiency", "for large n"]
    return efficiencies, [[*header, "times the examples"], *rows]


def score_intervals(y, true_mean, true_std, answers):
    """Return a table of predicted means and standard deviations.

    Args:
        y, true_mean, true_std: `(rows,)`.
        answers: `{name: (mean, std)}`.
    """
    calm = true_std < np.median(true_std)
    rows = [["network", "loss", "error of mean", "error of std", "in 68 %", "calm", "noisy"]]
    for name, (mean, std) in (answers | {"truth": (true_mean, true_std)}).items():
        z = np.abs(y - mean) / std
        errors = [np.sqrt(np.mean((mean - true_mean) ** 2)), np.mean(np.abs(std / true_std - 1))]
        inside = [np.mean(z[part] < 1) for part in (np.isfinite(z), calm, ~calm)]
        values = gaussian_loss(y - mean, std).mean(), *errors, *inside
        rows.append([name, *map(float, values)])
    return rows
