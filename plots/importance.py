"""Importance of the columns of a table."""

from plots import style

MOST = 20  # bars


def plot_importance(importance, target, metric):
    """Plot a bar for each column, the most important at the top.

    Args:
        importance: `{column: (mean, standard deviation)}` of the increase of an error, sorted.
        target: name of the target.
        metric: name of the error, with its unit.

    Returns: a Figure with at most 20 bars.
    """
    shown = dict(list(importance.items())[:MOST])
    means, stds = zip(*shown.values(), strict=True)
    figure = style.create_figure(height=1.6 + 0.24 * len(shown))
    axes = figure.add_subplot()
    places = range(len(shown))
    whisker = {"ecolor": style.BLACK, "capsize": 3}
    axes.barh(places, means, xerr=stds, color=style.SKY, error_kw=whisker)
    axes.set_yticks(places, style.cut_uniquely(shown, 28))
    axes.invert_yaxis()
    axes.axvline(0, color=style.BLACK, linewidth=0.8)
    axes.set_xlabel(f"increase of the {style.cut(metric, 40)} when the column is shuffled")
    axes.grid(axis="x", alpha=0.3)
    left_out = len(importance) - len(shown)
    more = f" ({len(shown)} of {len(importance)} columns)" if left_out else ""
    figure.suptitle(f"What the network uses to predict {style.cut(target, 40)}{more}")
    return figure
