"""Bodies that move: their force, their orbits, and what goes wrong over time."""

import numpy as np

from plots import style


def plot_force(distance, lines, distances, subtitle=""):
    """Plot a force against the distance of two bodies, above a histogram of distances.

    Args:
        distance: `(n,)`.
        lines: `{method: (n,)}`, such as "truth" and "network".
        distances: distances in the training, `(pairs,)`.
        subtitle: which bodies they are.

    Returns: a Figure.
    """
    figure = style.create_figure(height=4.8)
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    for name, line in style.assign_line_styles(lines).items():
        axes.plot(distance, lines[name], label=name, **line)
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.set_ylabel("force, repulsion positive")
    axes.grid(alpha=0.3)
    below.hist(distances, bins=60, range=(distance[0], distance[-1]), color=style.SKY)
    below.set_yticks([])
    below.set_ylabel("training\ndistances")
    below.set_xlabel("distance of two bodies")
    figure.suptitle(f"The force that was learned{', ' if subtitle else ''}{subtitle}")
    style.add_legend(figure)
    return figure


def plot_rollout(rollouts, step):
    """Plot errors of rollouts against time, the median and the middle half of the trajectories.

    Args:
        rollouts: `{method: {error: (trajectories, times)}}`.
        step: time between two states.

    Returns: a Figure with a panel for each error.
    """
    names = list(next(iter(rollouts.values())))
    figure = style.create_figure(height=1.2 + 1.9 * len(names))
    grid = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    line_styles = style.assign_line_styles(rollouts)
    for axes, name in zip(grid, names, strict=True):
        lines = []
        for method, errors in rollouts.items():
            t = step * np.arange(1, errors[name].shape[1])
            low, median, high = (
                style.mask_nonpositive(x)
                for x in np.quantile(errors[name][:, 1:], [0.25, 0.5, 0.75], axis=0)
            )
            axes.plot(t, median, label=method, **line_styles[method])
            colour = line_styles[method]["color"]
            axes.fill_between(t, low, high, color=colour, alpha=0.15, linewidth=0)
            lines.append(median)
        style.set_log_axis(axes, lines)
        axes.set_ylabel(name)
        axes.grid(alpha=0.3)
    grid[-1].set_xlabel("time")
    figure.suptitle("Errors of rollouts: median and middle half of the test trajectories")
    style.add_legend(figure, columns=2)
    return figure


def plot_orbits(paths):
    """Plot the paths of bodies, a panel for each method.

    Args:
        paths: `{method: (times, bodies, dimensions)}`, the truth first; of three dimensions the
            first two are drawn, and of one the position against the number of the step.

    Returns: a Figure; a dot marks each start.
    """
    rows, columns = style.arrange_panels(len(paths))
    figure = style.create_figure(height=0.9 + 2.4 * rows)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, path) in zip(grid, paths.items(), strict=True):
        for body in range(path.shape[1]):
            x = path[:, body, 0]
            line = (np.arange(len(x)), x) if path.shape[2] == 1 else (x, path[:, body, 1])
            colour = style.COLOURS[body % len(style.COLOURS)]
            axes.plot(*line, color=colour, linewidth=1)
            axes.plot(line[0][0], line[1][0], "o", color=colour, markersize=4)
        axes.set_title(name, fontsize=style.SMALL)
        axes.grid(alpha=0.3)
        on_a_line = path.shape[2] == 1
        axes.set_xlabel("step" if on_a_line else "first coordinate")
        axes.set_ylabel("position" if on_a_line else "second coordinate")
        axes.label_outer()
    truth = next(iter(paths.values()))
    if truth.shape[2] > 1:
        grid[0].set_xlim(*style.find_limits(truth[..., 0]))
        grid[0].set_ylim(*style.find_limits(truth[..., 1]))
    else:
        grid[0].set_ylim(*style.find_limits(truth))
    figure.suptitle(f"The first {len(truth) - 1} steps of a test trajectory")
    return figure


def plot_errors_by_bodies(errors, trained):
    """Plot the error of each method against the number of bodies.

    Args:
        errors: `{number of bodies: {method: error}}`; "" where a method has none. A method
            without any error, such as the law of the simulation itself, is left out.
        trained: number of bodies in the training.

    Returns: a Figure.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    first = next(iter(errors.values()))
    methods = [name for name in first if any(found[name] for found in errors.values())]
    lines = []
    for number, (method, line) in enumerate(style.assign_line_styles(methods).items()):
        x = [bodies for bodies, found in errors.items() if found[method] != ""]
        y = style.mask_nonpositive([errors[bodies][method] for bodies in x])
        axes.plot(x, y, marker=style.MARKERS[number], label=method, **line)
        lines.append(y)
    axes.axvline(trained, color=style.GREY, linewidth=0.8, label="number in the training")
    style.set_log_axis(axes, lines)
    axes.set_xticks(list(errors))
    axes.set_xlabel("number of bodies")
    axes.set_ylabel("relative one-step error")
    axes.set_title("Bodies in other numbers than in the training")
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns=2)
    return figure
