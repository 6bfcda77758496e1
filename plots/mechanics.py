"""Mechanical systems: energies over time, paths in the phase space, energies that were learned."""

import numpy as np

from plots import style


def plot_energies(t, energies, squares, which):
    """Plot the energy of one rollout, and the error of all against time.

    Args:
        t: times, `(times,)`.
        energies: `{method: (trajectories, times)}`, of the first of which the energy is drawn.
        squares: squared errors of the energy, of the same form, for more methods.
        which: "true energy" or what else is drawn.

    Returns: a Figure.
    """
    figure = style.create_figure(height=5.4)
    axes, below = figure.subplots(2, 1, sharex=True)
    lines = style.assign_line_styles(["truth", *squares])
    first = next(iter(energies.values()))[0, 0]
    axes.axhline(first, label="truth", **lines["truth"])
    for name, x in energies.items():
        axes.plot(t, x[0], label=name, **lines[name])
    spread = 3 * max(np.ptp(energies["network"][0]), 0.05 * abs(first), 1e-3)
    near = np.concatenate(
        [np.clip(x[0], first - spread, first + spread) for x in energies.values()]
    )
    low, high = near.min(), near.max()
    axes.set_ylim(low - 0.1 * (high - low) - 1e-9, high + 0.1 * (high - low) + 1e-9)
    axes.set_ylabel("energy, one trajectory")
    axes.grid(alpha=0.3)
    curves = []
    for name, x in squares.items():
        median = style.mask_nonpositive(np.sqrt(np.median(x, axis=0)))
        below.plot(t, median, label=name, **lines[name])
        curves.append(median)
    style.set_log_axis(below, curves)
    below.set_ylabel("energy error, median")
    below.set_xlabel("time")
    below.grid(alpha=0.3)
    figure.suptitle(f"The {which} along rollouts from test states")
    style.add_legend(figure, columns=4)
    return figure


def plot_phase_paths(paths, names, measured):
    """Plot rollouts from a test state: q and p of one coordinate, or paths of bodies in the plane.

    Args:
        paths: `{method: (times, numbers)}`.
        names: names of the numbers, positions first.
        measured: states that were measured, `(times, numbers)`.

    Returns: a Figure with a panel for each method; dots are measured.
    """
    plane = len(names) >= 4
    pairs = [(k, k + 1) for k in range(0, len(names) // 2 - 1, 2)] if plane else [(0, 1)]
    rows, columns = style.arrange_panels(len(paths))
    figure = style.create_figure(height=1.1 + 2.4 * rows)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (method, path) in zip(grid, paths.items(), strict=True):
        for number, (x, y) in enumerate(pairs):
            colour = style.COLOURS[number % len(style.COLOURS)]
            axes.plot(path[:, x], path[:, y], color=colour, linewidth=1)
            axes.plot(measured[:, x], measured[:, y], ".", color=style.GREY, markersize=4, zorder=0)
        axes.set_title(method, fontsize=style.SMALL)
        axes.set_xlabel(names[pairs[0][0]])
        axes.grid(alpha=0.3)
    all_measured = [np.concatenate([measured[:, pair[k]] for pair in pairs]) for k in (0, 1)]
    grid[0].set_xlim(
        *style.find_limits(all_measured[0], [p[:, pairs[0][0]] for p in paths.values()])
    )
    grid[0].set_ylim(
        *style.find_limits(all_measured[1], [p[:, pairs[0][1]] for p in paths.values()])
    )
    grid[0].set_ylabel(names[pairs[0][1]])
    figure.suptitle("A long rollout from a test state; dots are measured")
    return figure


def plot_learned_energy(true, learned):
    """Plot the energy that a network learned against the true one, of test states."""
    figure = style.create_figure()
    axes = figure.add_subplot()
    ends = [true.min(), true.max()]
    axes.plot(ends, ends, color=style.BLACK, linewidth=1.5, label="truth")
    axes.plot(true, learned, "o", color=style.VERMILION, markersize=5, label="network")
    axes.set_xlabel("true energy")
    axes.set_ylabel("learned energy")
    axes.set_title("The energy that was learned from motion, up to a constant")
    axes.grid(alpha=0.3)
    style.add_legend(figure)
    return figure
