"""Advice about the samples of a generative model: copies, missing regions, a better baseline."""

import numpy as np

from evaluation.sample_quality import kernel_distance, measure_coverage, sliced_distance

REAL = "real rows"
DISTANCES = {"sliced_W2": sliced_distance, "KID": kernel_distance}
COPIED = 0.1  # by which the share of copies must exceed that of real rows
REPEATS = 20  # of the bootstrap, for a standard error
ERRORS = 2  # standard errors by which a difference must exceed 0


def choose_distance(quality):
    """Return the name of the distance by which methods are ordered.

    It is the sliced Wasserstein distance, and the kernel distance of pictures, which have many
    features. The kernel compares moments up to the third order only, so in a few columns it cannot
    tell two moons from a Gaussian.
    """
    return next(name for name in DISTANCES if name in quality["network"])


def advise_on_samples(quality, rows):
    """Return lines of advice about samples.

    Args:
        quality: `{method: {measure: value}}`, with "network" and "real rows".
        rows: `{method: (rows, features)}`, the same rows of each method as they were measured, and
            the test rows as "test rows".
    """
    network, real, lines = quality["network"], quality[REAL], []
    if network["copied"] > real["copied"] + COPIED:
        lines.append(
            f"{network['copied']:.0%} of the samples are copies of training rows, and "
            f"{real['copied']:.0%} of real rows that were held out"
        )
    elif network["newness"] < 0.5 * real["newness"]:
        share = network["newness"] / real["newness"]
        lines.append(
            f"samples are nearer to the training rows than real rows that were held out, at "
            f"{share:.0%} of their distance: they vary less than the data, or keep too close to "
            "single training rows, but are no copies"
        )
    if network["coverage"] < 0.5 * real["coverage"]:
        lines.append(
            f"samples come near {network['coverage']:.0%} of the test rows only, real rows near "
            f"{real['coverage']:.0%}: the generator leaves out parts of the data"
        )
    return (*lines, *compare_with_best(quality, rows))


def compare_with_best(quality, rows):
    """Return a line if the best baseline is nearer to the test rows and covers more of them.

    Both differences must be more than chance, and a network that is as near as real rows are has
    nothing to gain.
    """
    name = choose_distance(quality)
    methods = [method for method in quality if method not in ("network", REAL)]
    if not methods:
        return ()
    best = min(methods, key=lambda method: quality[method][name])
    network, other = quality["network"], quality[best]
    is_nearer = other[name] < network[name] and network[name] > quality[REAL][name]
    if not is_nearer or other["coverage"] <= network["coverage"]:
        return ()
    if not is_clearly_better(rows["test rows"], rows[best], rows["network"], DISTANCES[name]):
        return ()
    return (
        f"{best} is nearer to the test rows ({name.replace('_', ' ')} {other[name]:.3g}, the "
        f"network {network[name]:.3g}) and covers more of them ({other['coverage']:.0%}, the "
        f"network {network['coverage']:.0%})",
    )


def is_clearly_better(real, first, second, distance):
    """Return whether `first` is nearer to real rows than `second` and covers more of them, each by
    more than chance.

    Args:
        real, first, second: `(rows, features)`, with the same number of rows.
        distance: function of two sets of rows.
    """

    def gain_distance(real, first, second):
        return distance(real, second) - distance(real, first)

    def gain_coverage(real, first, second):
        return measure_coverage(real, first)[1] - measure_coverage(real, second)[1]

    rows = real, first, second
    return exceeds_chance(gain_distance, rows) and exceeds_chance(gain_coverage, rows)


def exceeds_chance(function, arrays, repeats=REPEATS):
    """Return whether a function of rows exceeds 0 by two standard errors.

    The bootstrap estimates the error: as the standard deviation of the function over sets of as
    many rows, drawn from the given ones with replacement.

    Args:
        function: function of arrays to a number.
        arrays: tuple of `(rows, features)`.
        repeats: number of sets.

    Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 6.
    """
    random = np.random.default_rng(0)
    values = [
        function(*(rows[random.integers(len(rows), size=len(rows))] for rows in arrays))
        for _ in range(repeats)
    ]
    return bool(function(*arrays) > ERRORS * np.std(values, ddof=1))
