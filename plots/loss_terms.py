"""How the training of an equation went: every term of the loss, and which optimiser was at work."""

import numpy as np

from plots import style

TERM = "term "  # columns of history.csv that start so hold a term of the loss
STEPS = {
    "learning_rate": "learning rate",
    "damping": "damping",
}  # what sets how far an optimiser goes in a step
LETTER = 0.028  # width of a letter of a phase's name, as a share of a panel's width
ROWS = 4  # of names above a panel


def loss_terms(table, phases=(), title="Loss by term"):
    """Every term of the loss against iterations and against seconds.

    Args:
        table: dict of column name to `(rows,)` array, as in history.csv: "iteration", "seconds" since the start, "loss" and,
            where known, "val_loss", "phase" (the optimiser's number: 0, 1, ...), "learning_rate", "damping", and a column
            "term ..." for each residual and condition.
        phases: names of the optimiser phases.
        title: what the picture shows.

    Returns:
        A Figure; vertical lines mark where another optimiser took over.
    """
    table = {name: np.asarray(column, dtype=float) for name, column in table.items()}
    lines = {"loss": (table["loss"], {"color": style.BLACK, "linewidth": 2.5})}
    if "val_loss" in table:
        lines["validation loss"] = (
            table["val_loss"],
            {"color": style.VERMILION, "linestyle": "--", "linewidth": 2},
        )
    terms = [name for name in table if name.startswith(TERM)]
    steps = [name for name in STEPS if np.isfinite(style.positive(table.get(name, ()))).any()]
    looks = style.other_looks(len(terms) + len(steps))
    labels = style.short([name.removeprefix(TERM) for name in terms], 36)
    lines |= {label: (table[name], looks.pop(0)) for label, name in zip(labels, terms, strict=True)}
    steps = {STEPS[name]: (table[name], looks.pop(0)) for name in steps}

    groups = [lines, steps] if steps else [lines]
    heights = [2.8, 1.2][: len(groups)]
    columns = 2 if terms else 3
    figure = style.figure(height=1.4 + sum(heights) + 0.2 * (len(lines) + len(steps)) / columns)
    grid = figure.subplots(
        len(groups), 2, sharex="col", sharey="row", squeeze=False, height_ratios=heights
    )
    for (upper, *_), clock in zip(grid.T, ("iteration", "seconds"), strict=True):
        _phases(upper, table[clock], table.get("phase", np.zeros(len(table[clock]))), phases)
    for axes, group in zip(grid, groups, strict=True):
        _lines(axes[0], table["iteration"], group)
        _lines(axes[1], table["seconds"], group)
    grid[0, 0].set_ylabel("loss")
    grid[-1, 0].set_xlabel("iteration")
    grid[-1, 1].set_xlabel("seconds")
    figure.suptitle(style.wrap(title, 60))
    style.legend_once(figure, columns)
    return figure


def _lines(axes, x, lines):
    marker = "o" if len(x) < 20 else None  # a single row has no line to show
    shown = {name: style.positive(values) for name, (values, _) in lines.items()}
    for name, (_, look) in lines.items():
        axes.plot(x, shown[name], marker=marker, markersize=3, label=name, **look)
    style.log_axis(axes, shown.values())
    axes.locator_params(axis="x", nbins=5)
    axes.grid(alpha=0.3)


def _phases(axes, x, phase, names):
    """A vertical line where a phase begins, and its name above the panel, in the lowest row where there is room for it."""
    width = np.ptp(x) or 1.0
    axes.set_xlim(x[0] - 0.02 * width, x[0] + 1.02 * width)
    free = [1.0] * ROWS  # up to where a row is free, as a share of the panel's width
    for start in [
        *np.flatnonzero(np.diff(phase))[::-1] + 1,
        0,
    ]:  # backwards: no line crosses the name of an earlier phase
        top, place = 1.0, axes.transLimits.transform((x[start], 0))[0]
        name = style.cut(names[int(phase[start])], 24) if phase[start] < len(names) else ""
        left = max(min(place + LETTER / 2, 1 - LETTER * len(name)), 0)
        row = next(
            (row for row in range(ROWS) if left + LETTER * len(name) <= min(free[row:])), None
        )
        if name and row is not None:
            top += 0.065 * (row + 1)
            look = {"fontsize": style.SMALL, "va": "top", "bbox": {"pad": 0, "color": "white"}}
            axes.text(left, top, name, transform=axes.transAxes, **look)
            free[row] = left - LETTER
        if start:
            look = {"color": style.GREY, "linestyle": ":", "linewidth": 1.5, "clip_on": False}
            axes.plot([x[start]] * 2, [0, top], transform=axes.get_xaxis_transform(), **look)
