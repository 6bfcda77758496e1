"""Trials of a search for options: how the score fell, and which values the best ones have."""

import numpy as np

from plots import style

SHOWN = 10  # options
RANGE = 50  # percent of the trials, beyond which the axis of the scores ends


def plot_search_history(scores, seconds, states):
    """Plot the score of each trial, and the best so far, against number and time.

    Args:
        scores: validation score of each trial, `(trials,)`; NaN for one without.
        seconds: time from the start of the search to the end of each trial, `(trials,)`.
        states: "complete", "pruned" or "fail" for each trial.

    Returns: a Figure.
    """
    scores = np.asarray(scores, float)
    figure = style.create_figure(height=3.4)
    for axes, x, label in zip(
        figure.subplots(1, 2, sharey=True),
        (np.arange(1, len(scores) + 1), np.asarray(seconds, float) / 60),
        ("trial", "minutes of all trainings"),
        strict=True,
    ):
        axes.plot(x, scores, "o", color=style.BLUE, markersize=4, label="trial")
        best = np.fmin.accumulate(scores)
        axes.step(x, best, where="post", color=style.VERMILION, label="best so far")
        pruned = x[np.array([state == "pruned" for state in states], bool)]
        line = {"color": style.GREY, "linewidth": 0.8, "alpha": 0.6}
        for number, place in enumerate(pruned):
            name = {} if number else {"label": f"stopped early ({len(pruned)})"}
            axes.axvline(place, **line, **name)
        axes.set_xlabel(label)
        axes.grid(alpha=0.3)
        axes.set_ylim(*limit(scores))
    figure.axes[0].set_ylabel("validation score, small is good")
    style.add_legend(figure)
    return figure


def limit(scores):
    """Return limits of an axis on which the better half of the scores fills half of the height."""
    found = scores[np.isfinite(scores)]
    if not len(found):
        return 0, 1
    low, high = found.min(), np.percentile(found, RANGE)
    span = high - low or abs(low) or 1.0
    return low - 0.1 * span, min(found.max() + 0.1 * span, high + span)


def plot_options(options, scores, importance):
    """Plot the score against the value of each option, the most important first.

    Args:
        options: `{option: (values, is_log)}`, numbers or words, `(trials,)` each.
        scores: validation score of each trial, `(trials,)`.
        importance: `{option: share of the variance of the scores}`; may be empty.

    Returns: a Figure with a panel for each of the first options.
    """
    scores = np.asarray(scores, float)
    names = sorted(options, key=lambda name: -importance.get(name, 0.0))[:SHOWN]
    rows, columns = style.arrange_panels(len(names))
    figure = style.create_figure(height=1.0 + 2.2 * rows)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes in grid.flat[len(names) :]:
        axes.remove()
    best = int(np.nanargmin(scores))
    for axes, name in zip(grid.flat, names, strict=False):
        values, is_log = options[name]
        if is_log:
            axes.set_xscale("log")
        axes.plot(values, scores, "o", color=style.BLUE, markersize=4, label="trial")
        star = {"color": style.VERMILION, "markersize": 12, "label": "best"}
        axes.plot(values[best : best + 1], scores[best : best + 1], "*", **star)
        if isinstance(values[0], str):
            axes.tick_params(axis="x", labelrotation=30, labelsize=style.SMALL)
        share = f": {importance[name]:.0%}" if name in importance else ""
        axes.set_title(f"{name.replace('_', ' ')}{share}", fontsize=10)
        axes.grid(alpha=0.3)
        axes.set_ylim(*limit(scores))
    for axes in grid[:, 0]:
        axes.set_ylabel("validation score")
    if importance:
        figure.suptitle("Score by option, with its share of the variance")
    style.add_legend(figure)
    return figure


def plot_parallel_coordinates(options, scores):
    """Plot a line for each trial through its options, the best ones dark.

    Args:
        options: `{option: (values, is_log)}`, numbers or words, `(trials,)` each.
        scores: validation score of each trial, `(trials,)`.

    Returns: a Figure.
    """
    scores = np.asarray(scores, float)
    order = np.argsort(-np.where(np.isfinite(scores), scores, np.inf))  # the best drawn last
    names = list(options)[:SHOWN]
    figure = style.create_figure(height=3.8)
    axes = figure.add_subplot()
    heights = []
    for place, name in enumerate(names):
        values, is_log = options[name]
        ticks, places = scale(values, is_log)
        heights.append(places)
        axes.axvline(place, color=style.BLACK, linewidth=0.8)
        for height, text in ticks:
            box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5}
            axes.text(place + 0.03, height, text, fontsize=style.SMALL, va="center", bbox=box)
    heights = np.array(heights)  # (options, trials)
    best = max(1, len(scores) // 5)
    for rank, trial in enumerate(order):
        is_best = rank >= len(order) - best
        line = {"color": style.VERMILION if is_best else style.GREY}
        line |= {"linewidth": 1.8 if is_best else 0.8, "alpha": 0.9 if is_best else 0.5}
        label = {len(order) - 1: f"best {best}", 0: "other trials"}.get(rank)
        axes.plot(range(len(names)), heights[:, trial], label=label, **line)
    axes.set_xticks(range(len(names)), [style.wrap(n.replace("_", " "), 12) for n in names])
    axes.set_yticks([])
    axes.set_xlim(-0.1, len(names) - 1 + 0.45)
    axes.spines[:].set_visible(False)
    style.add_legend(figure)
    return figure


def scale(values, is_log):
    """Return labels of an axis of height 1, `[(height, text)]`, and the height of each value."""
    if isinstance(values[0], str):
        words = sorted(set(values))
        place = {word: (n + 0.5) / len(words) for n, word in enumerate(words)}
        return [(place[word], style.cut(word, 12)) for word in words], [place[v] for v in values]
    numbers = np.log10(values) if is_log else np.asarray(values, float)
    low, high = numbers.min(), numbers.max()
    heights = (numbers - low) / ((high - low) or 1.0)
    ends = [(0.0, f"{min(values):.3g}"), (1.0, f"{max(values):.3g}")]
    return ends if high > low else ends[:1], heights


def plot_score_against_size(weights, scores):
    """Plot the score of each trial against its number of weights, and the best for each size.

    Args:
        weights, scores: `(trials,)`.

    Returns: a Figure.
    """
    weights, scores = np.asarray(weights, float), np.asarray(scores, float)
    figure = style.create_figure()
    axes = figure.add_subplot()
    axes.plot(weights, scores, "o", color=style.BLUE, markersize=4, label="trial")
    order = np.argsort(weights)
    front = np.fmin.accumulate(scores[order])
    line = {"color": style.VERMILION, "label": "best score up to this size"}
    axes.step(weights[order], front, where="post", **line)
    style.set_log_x_axis(axes)
    axes.set_xlabel("number of weights")
    axes.set_ylabel("validation score, small is good")
    axes.set_ylim(*limit(scores))
    axes.grid(alpha=0.3)
    style.add_legend(figure)
    return figure
