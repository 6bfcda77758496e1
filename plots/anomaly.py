"""Scores of normal rows and anomalies, and which pixels are unusual."""

import numpy as np

from plots import style

BINS = 60
SHOWN = 8  # pictures


def plot_scores(normal, anomalies, limit, false_alarms):
    """Plot how the scores of normal rows and of anomalies are distributed.

    Args:
        normal, anomalies: scores, `(rows,)`; the latter may be empty.
        limit: score above which a row is called an anomaly; None if no row can be.
        false_alarms: share of normal rows that were allowed above it.

    Returns: a Figure.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    both = np.concatenate([normal, anomalies])
    bins = np.linspace(both.min(), np.quantile(both, 0.995), BINS)
    for name, values, colour in (
        (f"{len(normal)} normal rows", normal, style.BLUE),
        (f"{len(anomalies)} anomalies", anomalies, style.VERMILION),
    ):
        if len(values):
            inside = np.clip(values, bins[0], bins[-1])
            options = {"density": True, "alpha": 0.55, "color": colour, "label": name}
            axes.hist(inside, bins, **options)
    line = {"color": style.BLACK, "linestyle": "--"}
    heading = "Scores of the test rows"
    if limit is None:
        heading += f": too few held-out rows\nto call any an anomaly at p ≤ {false_alarms:.2g}"
    else:
        axes.axvline(limit, label=f"p ≤ {false_alarms:.2g} to the right", **line)
    axes.set_xlabel("score, in standard deviations of normal rows")
    axes.set_ylabel("density")
    style.add_legend(figure)
    figure.suptitle(heading)
    return figure


def plot_explanations(pictures, shares):
    """Plot the most unusual pictures, and below each how much every pixel adds to its error.

    Args:
        pictures, shares: `(rows, height, width, channels)`.

    Returns: a Figure with up to eight pictures.
    """
    pictures, shares = (np.asarray(x, "float64").mean(axis=-1)[:SHOWN] for x in (pictures, shares))
    figure = style.create_figure(height=2.6)
    grid = figure.subplots(2, len(pictures), squeeze=False)
    for column, (picture, share) in enumerate(zip(pictures, shares, strict=True)):
        grid[0, column].imshow(picture, cmap="gray")
        grid[1, column].imshow(share, cmap="Reds")
        for axes in grid[:, column]:
            axes.set_xticks([])
            axes.set_yticks([])
    grid[0, 0].set_ylabel("picture", fontsize=style.SMALL)
    grid[1, 0].set_ylabel("error", fontsize=style.SMALL)
    figure.suptitle("The most unusual test pictures, and where")
    return figure
