"""Errors of difference quotients against the step: truncation on one side, round-off on the other."""

import numpy as np

from plots import style


def difference_errors(steps, errors, orders, levels, title=""):
    """The V of finite differences.

    Args:
        steps: `(n,)` step sizes h.
        errors: `{quotient: (n,)}` errors.
        orders: `{quotient: power of h that its truncation error is proportional to}`.
        levels: `{name: error}` of derivatives that have no step.
        title: what is differentiated, and where.

    Returns:
        A Figure with logarithmic axes. An error of zero is drawn at 2e-16, the smallest relative difference of two float64;
        one that is no finite number is not drawn.
    """
    least = np.finfo("float64").eps
    largest = 1e-2
    figure = style.figure(height=4.6)
    axes = figure.add_subplot()
    for (name, values), colour, marker in zip(errors.items(), style.COLOURS, "os^v", strict=False):
        values = np.where(np.isfinite(values), np.maximum(values, least), np.nan)
        largest = max(largest, np.max(values, initial=0.0, where=np.isfinite(values)))
        axes.loglog(
            steps, values, marker=marker, color=colour, linewidth=1.5, markersize=5, label=name
        )
        order, anchor = orders[name], np.argmax(np.isfinite(values))  # the first that there is
        slope = values[anchor] * (steps / steps[anchor]) ** order
        shown = slope > least
        power = "h" if order == 1 else f"h$^{order}$"
        axes.loglog(
            steps[shown],
            slope[shown],
            color=colour,
            linestyle=":",
            linewidth=1,
            label=f"slope of {power}",
        )
    for (name, value), line in zip(levels.items(), ("-", "--", "-."), strict=False):
        axes.axhline(
            max(value, least), color=style.BLACK, linestyle=line, linewidth=1.5, label=name
        )
    round_off = least / steps
    axes.loglog(
        steps,
        round_off,
        color=style.GREY,
        linestyle="--",
        linewidth=1,
        label="round-off, 2e-16 / h",
    )
    axes.set_ylim(least / 5, largest * 5)
    axes.set_xlabel("step h")
    axes.set_ylabel("relative error of the derivative")
    axes.set_title(style.wrap(style.cut(title, 150), 60), fontsize=11)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3)
    return figure
