"""Training of an equation: every term of the loss, and the phases of the optimiser."""

import numpy as np

from plots import style

TERM = "term "  # prefix of the columns of history.csv that hold a term of the loss
# Columns that control the step size of an optimiser.
STEPS = {"learning_rate": "learning rate", "damping": "damping"}
CHARACTER = 0.028  # width of a character in a phase's name, as a fraction of a panel's width
ROWS = 4  # of names above a panel


def plot_loss_terms(table, phases=(), title="Loss by term"):
    """Plot every term of the loss against iterations and against seconds.

    Args:
        table: `{column: (rows,)}` as in history.csv: "iteration", "seconds" since the start, "loss"
            and, if known, "val_loss", "phase" (number of the optimiser's phase: 0, 1, ...),
            "learning_rate", "damping", and a column "term ..." per residual and condition.
        phases: names of the optimiser phases.
        title: title of the figure.

    Returns: a Figure; vertical lines mark a change of the optimiser.
    """
    table = {name: np.asarray(column, dtype=float) for name, column in table.items()}
    lines = {"loss": (table["loss"], {"color": style.BLACK, "linewidth": 2.5})}
    if "val_loss" in table:
        dashed = {"color": style.VERMILION, "linestyle": "--", "linewidth": 2}
        lines["validation loss"] = (table["val_loss"], dashed)
    terms = [name for name in table if name.startswith(TERM)]
    steps = [
        name for name in STEPS if np.isfinite(style.mask_nonpositive(table.get(name, ()))).any()
    ]
    line_styles = iter(style.list_line_styles(len(terms) + len(steps)))
    labels = style.cut_uniquely([name.removeprefix(TERM) for name in terms], 36)
    lines |= {
        label: (table[name], next(line_styles)) for label, name in zip(labels, terms, strict=True)
    }
    steps = {STEPS[name]: (table[name], next(line_styles)) for name in steps}

    groups = [lines, steps] if steps else [lines]
    heights = [2.8, 1.2][: len(groups)]
    columns = 2 if terms else 3
    figure = style.create_figure(
        height=1.4 + sum(heights) + 0.2 * (len(lines) + len(steps)) / columns
    )
    grid = figure.subplots(
        len(groups), 2, sharex="col", sharey="row", squeeze=False, height_ratios=heights
    )
    phase = table.get("phase", np.zeros(len(table["iteration"])))
    for (upper, *_), clock in zip(grid.T, ("iteration", "seconds"), strict=True):
        _mark_phases(upper, table[clock], phase, phases)
    for axes, group in zip(grid, groups, strict=True):
        _plot_lines(axes[0], table["iteration"], group)
        _plot_lines(axes[1], table["seconds"], group)
    grid[0, 0].set_ylabel("loss")
    grid[-1, 0].set_xlabel("iteration")
    grid[-1, 1].set_xlabel("seconds")
    figure.suptitle(style.wrap(title, 60))
    style.add_legend(figure, columns)
    return figure


def _plot_lines(axes, x, lines):
    marker = "o" if len(x) < 20 else None  # a single row has no line
    masked = {name: style.mask_nonpositive(values) for name, (values, _) in lines.items()}
    for name, (_, line_style) in lines.items():
        axes.plot(x, masked[name], marker=marker, markersize=3, label=name, **line_style)
    style.set_log_axis(axes, masked.values())
    axes.locator_params(axis="x", nbins=5)
    axes.grid(alpha=0.3)


def _mark_phases(axes, x, phase, names):
    """Draw a line where a phase begins, and write its name above the panel in a free row."""
    width = np.ptp(x) or 1.0
    axes.set_xlim(x[0] - 0.02 * width, x[0] + 1.02 * width)
    free = [1.0] * ROWS  # each row is free up to here, as a fraction of the panel's width
    # From the last phase to the first: no line crosses the name of an earlier phase.
    for start in [*np.flatnonzero(np.diff(phase))[::-1] + 1, 0]:
        top, position = 1.0, axes.transLimits.transform((x[start], 0))[0]
        name = style.cut(names[int(phase[start])], 24) if phase[start] < len(names) else ""
        length = CHARACTER * len(name)
        left = max(min(position + CHARACTER / 2, 1 - length), 0)
        row = next((row for row in range(ROWS) if left + length <= min(free[row:])), None)
        if name and row is not None:
            top += 0.065 * (row + 1)
            text = {"fontsize": style.SMALL, "va": "top", "bbox": {"pad": 0, "color": "white"}}
            axes.text(left, top, name, transform=axes.transAxes, **text)
            free[row] = left - CHARACTER
        if start:
            line = {"color": style.GREY, "linestyle": ":", "linewidth": 1.5, "clip_on": False}
            axes.plot([x[start]] * 2, [0, top], transform=axes.get_xaxis_transform(), **line)
