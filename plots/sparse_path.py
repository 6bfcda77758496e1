"""Sparse regression: what leaving out terms costs, and which coefficients stay."""

import numpy as np

from plots import style

NAMED = 12  # terms of the chosen model that the legend has room for


def sparse_path(sizes, unexplained, kept, coefficients, chosen, title="", reason=""):
    """Two panels over the number of terms, from all of them on the left to few on the right.

    Args:
        sizes: `(models,)` number of terms of each model that was tried.
        unexplained: `(models,)` root mean square that each leaves unexplained, as a part of the data.
        kept: `(models,)` whether its terms were enough; the last such model is the chosen one.
        coefficients: dict of term to `(models,)` size of what it contributes beside the left side; NaN where it is left out.
        chosen: names of the chosen model's terms.
        title: what the picture shows.
        reason: why this model was chosen.

    Returns:
        A Figure.
    """
    sizes, unexplained, kept = (
        np.asarray(sizes),
        np.asarray(unexplained, dtype=float),
        np.asarray(kept, dtype=bool),
    )
    best = int(np.flatnonzero(kept)[-1])
    figure = style.figure(height=5.8)
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.plot(sizes[kept], unexplained[kept], "o-", color=style.BLUE, label="enough")
    if not kept.all():
        upper.plot(
            sizes[~kept],
            unexplained[~kept],
            "x",
            color=style.VERMILION,
            markersize=8,
            label="too few, or the wrong ones",
        )
    ring = {
        "markersize": 15,
        "markerfacecolor": "none",
        "markeredgewidth": 2,
        "color": style.BLACK,
        "linestyle": "none",
    }
    upper.plot(sizes[best], unexplained[best], "o", label="chosen", **ring)
    style.log_axis(upper, [style.positive(unexplained)])
    upper.set_ylabel("unexplained part")
    upper.set_title(style.wrap(reason, 75), fontsize=10)
    upper.legend(fontsize=style.SMALL)

    order = np.argsort(-sizes[kept], kind="stable")
    for name, values in coefficients.items():
        if name not in chosen:
            values = style.positive(np.abs(values))[kept][order]
            lower.plot(
                sizes[kept][order],
                values,
                "o-",
                color=style.GREY,
                alpha=0.5,
                linewidth=1,
                markersize=3,
                label="left out",
            )
    for name, look in zip(chosen, style.other_looks(len(chosen)), strict=True):
        values = style.positive(np.abs(coefficients[name]))[kept][order]
        label = style.cut(name, 24) if len(chosen) <= NAMED else "chosen terms"
        lower.plot(sizes[kept][order], values, marker="o", markersize=4, label=label, **look)
    style.log_axis(lower, [style.positive(np.abs(values)) for values in coefficients.values()])
    lower.set_ylabel("contribution beside\nthe left side")
    lower.set_xlabel("number of terms")
    lower.invert_xaxis()
    for axes in (upper, lower):
        axes.grid(alpha=0.3)
    handles = dict(zip(*reversed(lower.get_legend_handles_labels()), strict=True))
    lower.legend(handles.values(), handles.keys(), fontsize=style.SMALL, ncols=2)
    lower.locator_params(axis="x", integer=True)
    figure.suptitle(style.wrap(title, 60))
    return figure
