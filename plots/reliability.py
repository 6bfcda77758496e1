"""Reliability diagram: whether a classifier is right as often as its confidence says."""

import numpy as np

from plots import style

BINS = 10


def plot_reliability(true, probabilities, classes):
    """Plot accuracy against confidence, with the number of rows in each bin below.

    Args:
        true: true classes, `(rows,)`.
        probabilities: predicted probabilities, `(rows, classes)`.
        classes: all classes, in the order of the columns.

    Returns: a Figure. Its title contains the expected calibration error: the mean over the rows of
    the difference between accuracy and mean confidence in ten bins of equal width. Rows that are
    not finite are left out.

    Source: C. Guo et al., On Calibration of Modern Neural Networks, arXiv:1706.04599.
    """
    true, probabilities = np.ravel(true), np.asarray(probabilities, dtype=float)
    finite = np.isfinite(probabilities).all(axis=1)
    true, probabilities = true[finite], probabilities[finite]
    confidence = probabilities.max(axis=1)  # (rows,)
    right = np.asarray(classes)[probabilities.argmax(axis=1)] == true

    edges = np.linspace(0, 1, BINS + 1)
    # A bin includes its upper edge, so that the last one includes 1.0.
    bins = np.digitize(confidence, edges[1:-1], right=True)
    counts = np.bincount(bins, minlength=BINS)
    filled = counts > 0
    accuracy = np.bincount(bins, right, BINS)[filled] / counts[filled]
    mean_confidence = np.bincount(bins, confidence, BINS)[filled] / counts[filled]
    error = np.sum(counts[filled] * np.abs(accuracy - mean_confidence)) / max(len(true), 1)

    figure = style.create_figure(height=5.4)
    curve, histogram = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    curve.plot([0, 1], [0, 1], "--", color=style.BLACK, label="perfect calibration")
    curve.plot(mean_confidence, accuracy, "o-", color=style.VERMILION, label="network")
    curve.set(xlim=(0, 1), ylim=(-0.02, 1.02), ylabel="accuracy")
    curve.set_title(f"Reliability: expected calibration error {error:.3f}, {len(true)} rows")
    curve.legend(loc="upper left")
    curve.grid(alpha=0.3)
    bars = {"width": 1 / BINS, "align": "edge", "color": style.SKY, "edgecolor": style.BLUE}
    histogram.bar(edges[:-1], counts, **bars)
    histogram.set(xlabel="confidence (probability of the predicted class)", ylabel="rows")
    return figure
