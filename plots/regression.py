"""How near predicted numbers come to the true ones."""

import numpy as np

from plots import style

MOST_POINTS = 2000  # above this points hide each other: they are counted in hexagons, and error bars are left out


def predicted_against_true(true, predicted, label, std=None, names=("true", "predicted")):
    """Predicted against true values, with the diagonal on which a perfect model would lie.

    Args:
        true: `(rows,)` in the unit of the label.
        predicted: `(rows,)` in the same unit.
        label: what is predicted, with its unit, such as "price [USD]".
        std: `(rows,)` predicted standard deviations, drawn as error bars up to 2000 rows.
        names: what the two are called, e.g. "network" and "formula".

    Returns:
        A Figure. Rows that are not finite are left out, and the title says how many.
    """
    std = np.zeros(np.shape(true)) if std is None else std
    (true, predicted, std), rows = _finite(true, predicted, std)

    figure = style.figure(height=5.4)
    axes = figure.add_subplot(aspect="equal")
    low, high = _limits(true, predicted)
    if len(true) > MOST_POINTS:
        extent = (low, high, low, high)
        hexagons = axes.hexbin(
            true, predicted, gridsize=50, extent=extent, bins="log", mincnt=1, cmap="viridis_r"
        )
        figure.colorbar(hexagons, label="rows in a hexagon", shrink=0.8)
    else:
        if std.any():
            axes.errorbar(
                true,
                predicted,
                std,
                fmt="none",
                ecolor=style.GREY,
                alpha=0.5,
                label="± 1 predicted std",
            )
        axes.plot(true, predicted, "o", color=style.BLUE, markersize=4, alpha=0.4)
    axes.plot([low, high], [low, high], "--", color=style.BLACK, label=f"{names[1]} = {names[0]}")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.locator_params(nbins=5)  # room for prices of six digits
    axes.set_xlabel(style.wrap(f"{names[0]} {label}"))
    axes.set_ylabel(style.wrap(f"{names[1]} {label}"))
    axes.set_title(f"{names[1].capitalize()} against {names[0]}, {rows}")
    axes.legend(loc="upper left")
    return figure


def residuals(true, predicted, label):
    """Residuals, predicted minus true, against the prediction, and how they are distributed.

    Args:
        true: `(rows,)` in the unit of the label.
        predicted: `(rows,)` in the same unit.
        label: what is predicted, with its unit, such as "price [USD]".

    Returns:
        A Figure with two panels. Rows that are not finite are left out, and the title says how many.
    """
    (true, predicted), rows = _finite(true, predicted)
    residual = predicted - true

    figure = style.figure()
    scatter, histogram = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    if len(true) > MOST_POINTS:
        hexagons = scatter.hexbin(
            predicted, residual, gridsize=40, bins="log", mincnt=1, cmap="viridis_r"
        )
        figure.colorbar(hexagons, ax=scatter, location="top", label="rows in a hexagon", shrink=0.8)
    else:
        scatter.plot(predicted, residual, "o", color=style.BLUE, markersize=4, alpha=0.4)
    scatter.axhline(0, linestyle="--", color=style.BLACK)
    scatter.locator_params(nbins=5)
    scatter.set_xlabel(style.wrap(f"predicted {label}"))
    scatter.set_ylabel(style.wrap(f"residual of {label}"))

    # Sideways, so that both panels share the axis of the residual.
    histogram.hist(
        residual, bins=30, orientation="horizontal", color=style.SKY, edgecolor=style.BLUE
    )
    histogram.axhline(0, linestyle="--", color=style.BLACK)
    histogram.set_xlabel("rows")
    figure.suptitle(f"Residuals, predicted − true, {rows}")
    return figure


def _finite(*arrays):
    """The arrays flat and without the rows that are not finite in all of them, and a text that counts the rows."""
    table = np.stack([np.ravel(array) for array in arrays]).astype(float)  # (arrays, rows)
    keep = np.isfinite(table).all(axis=0)
    rows = f"{keep.sum()} rows"
    return table[:, keep], rows if keep.all() else f"{rows} ({(~keep).sum()} not finite left out)"


def _limits(true, predicted):
    """Limits that hold both quantities, with a margin, and that differ even when all values are the same."""
    values = np.concatenate([true, predicted])
    if values.size == 0:
        return 0.0, 1.0
    margin = 0.05 * np.ptp(values) or 0.05 * abs(values[0]) or 1.0
    return values.min() - margin, values.max() + margin
