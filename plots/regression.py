"""Accuracy of predicted numbers: predicted against true values, and residuals."""

import numpy as np

from plots import style

MAX_POINTS = 2000  # more points hide each other: hexagons count them, without error bars


def plot_predicted_against_true(true, predicted, label, std=None, names=("true", "predicted")):
    """Plot predicted against true values, with the diagonal of a perfect model.

    Args:
        true: true values, `(rows,)`, in the unit of the label.
        predicted: predicted values, `(rows,)`, in the same unit.
        label: name of the target with its unit, such as "price [USD]".
        std: predicted standard deviations, `(rows,)`, drawn as error bars for up to 2000 rows.
        names: names of the two quantities, such as "network" and "formula".

    Returns: a Figure. Rows that are not finite are left out, and the title counts them.
    """
    std = np.zeros(np.shape(true)) if std is None else std
    (true, predicted, std), rows = _select_finite(true, predicted, std)

    figure = style.create_figure(height=5.4)
    axes = figure.add_subplot(aspect="equal")
    low, high = _find_limits(true, predicted)
    if len(true) > MAX_POINTS:
        counts = {"extent": (low, high, low, high), "bins": "log", "mincnt": 1}
        hexagons = axes.hexbin(true, predicted, gridsize=50, cmap="viridis_r", **counts)
        figure.colorbar(hexagons, label="rows per hexagon", shrink=0.8)
    else:
        if std.any():
            bars = {"fmt": "none", "ecolor": style.GREY, "alpha": 0.5}
            axes.errorbar(true, predicted, std, label="± 1 predicted std", **bars)
        axes.plot(true, predicted, "o", color=style.BLUE, markersize=4, alpha=0.4)
    axes.plot([low, high], [low, high], "--", color=style.BLACK, label=f"{names[1]} = {names[0]}")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.locator_params(nbins=5)  # leaves room for numbers of six digits
    axes.set_xlabel(style.wrap(f"{names[0]} {label}"))
    axes.set_ylabel(style.wrap(f"{names[1]} {label}"))
    axes.set_title(f"{names[1].capitalize()} against {names[0]}, {rows}")
    axes.legend(loc="upper left")
    return figure


def plot_residuals(true, predicted, label):
    """Plot residuals, predicted minus true, against the prediction, and their distribution.

    Args:
        true: true values, `(rows,)`, in the unit of the label.
        predicted: predicted values, `(rows,)`, in the same unit.
        label: name of the target with its unit, such as "price [USD]".

    Returns: a Figure with two panels. Rows that are not finite are left out, and the title counts
    them.
    """
    (true, predicted), rows = _select_finite(true, predicted)
    residual = predicted - true

    figure = style.create_figure()
    scatter, histogram = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    if len(true) > MAX_POINTS:
        counts = {"bins": "log", "mincnt": 1, "cmap": "viridis_r"}
        hexagons = scatter.hexbin(predicted, residual, gridsize=40, **counts)
        figure.colorbar(hexagons, ax=scatter, location="top", label="rows per hexagon", shrink=0.8)
    else:
        scatter.plot(predicted, residual, "o", color=style.BLUE, markersize=4, alpha=0.4)
    scatter.axhline(0, linestyle="--", color=style.BLACK)
    scatter.locator_params(nbins=5)
    scatter.set_xlabel(style.wrap(f"predicted {label}"))
    scatter.set_ylabel(style.wrap(f"residual of {label}"))

    # Horizontal bars, since both panels share the axis of the residual.
    bars = {"orientation": "horizontal", "color": style.SKY, "edgecolor": style.BLUE}
    histogram.hist(residual, bins=30, **bars)
    histogram.axhline(0, linestyle="--", color=style.BLACK)
    histogram.set_xlabel("rows")
    figure.suptitle(f"Residuals, predicted − true, {rows}")
    return figure


def _select_finite(*arrays):
    """Return flat arrays without the rows that are not finite in all, and a count as text."""
    table = np.stack([np.ravel(array) for array in arrays]).astype(float)  # (arrays, rows)
    finite = np.isfinite(table).all(axis=0)
    rows = f"{finite.sum()} rows"
    if not finite.all():
        rows += f" ({(~finite).sum()} not finite left out)"
    return table[:, finite], rows


def _find_limits(true, predicted):
    """Return limits that hold all values with a margin, also if all values are equal."""
    values = np.concatenate([true, predicted])
    if values.size == 0:
        return 0.0, 1.0
    margin = 0.05 * np.ptp(values) or 0.05 * abs(values[0]) or 1.0
    return values.min() - margin, values.max() + margin
