"""Sparse regression: the residual after leaving out terms, and the remaining coefficients."""

import numpy as np

from plots import style

MAX_NAMED = 12  # terms of the chosen model that fit in the legend


def plot_sparse_path(sizes, unexplained, kept, coefficients, chosen, title="", reason=""):
    """Plot two panels over the number of terms, from all terms on the left to few on the right.

    Args:
        sizes: number of terms of each model that was tried, `(models,)`.
        unexplained: root mean square of the residual of each model, relative to the data,
            `(models,)`.
        kept: whether each model was accepted, `(models,)`; the last accepted model is the chosen
            one.
        coefficients: `{term: (models,)}`, contributions relative to the left side; NaN where the
            term is left out.
        chosen: names of the terms of the chosen model.
        title: title of the figure.
        reason: reason for the choice of the model.

    Returns: a Figure.
    """
    sizes, kept = np.asarray(sizes), np.asarray(kept, dtype=bool)
    unexplained = np.asarray(unexplained, dtype=float)
    contributions = {
        name: style.mask_nonpositive(np.abs(values)) for name, values in coefficients.items()
    }
    best = int(np.flatnonzero(kept)[-1])
    figure = style.create_figure(height=5.8)
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.plot(sizes[kept], unexplained[kept], "o-", color=style.BLUE, label="accepted")
    if not kept.all():
        cross = {"color": style.VERMILION, "markersize": 8, "label": "rejected"}
        upper.plot(sizes[~kept], unexplained[~kept], "x", **cross)
    ring = {"markersize": 15, "markerfacecolor": "none", "markeredgewidth": 2}
    ring |= {"color": style.BLACK, "linestyle": "none"}
    upper.plot(sizes[best], unexplained[best], "o", label="chosen", **ring)
    style.set_log_axis(upper, [style.mask_nonpositive(unexplained)])
    upper.set_ylabel("relative residual")
    upper.set_title(style.wrap(reason, 75), fontsize=10)
    upper.legend(fontsize=style.SMALL)

    order = np.argsort(-sizes[kept], kind="stable")
    thin = {"color": style.GREY, "alpha": 0.5, "linewidth": 1, "markersize": 3}
    for name, values in contributions.items():
        if name not in chosen:
            lower.plot(sizes[kept][order], values[kept][order], "o-", label="left out", **thin)
    for name, line in zip(chosen, style.list_line_styles(len(chosen)), strict=True):
        label = style.cut(name, 24) if len(chosen) <= MAX_NAMED else "chosen terms"
        values = contributions[name][kept][order]
        lower.plot(sizes[kept][order], values, marker="o", markersize=4, label=label, **line)
    style.set_log_axis(lower, contributions.values())
    lower.set_ylabel("contribution relative\nto the left side")
    lower.set_xlabel("number of terms")
    lower.invert_xaxis()
    for axes in (upper, lower):
        axes.grid(alpha=0.3)
    handles = dict(zip(*reversed(lower.get_legend_handles_labels()), strict=True))
    lower.legend(handles.values(), handles.keys(), fontsize=style.SMALL, ncols=2)
    lower.locator_params(axis="x", integer=True)
    figure.suptitle(style.wrap(title, 60))
    return figure
