"""Trajectories of a state: what was measured, and what methods predict beyond it."""

import numpy as np

from plots import style

MARKS = 40  # measurements that are drawn, so that the lines can be seen


def plot_extrapolation(times, lines, measured_times, measured, names):
    """Plot each number of a state against time, within and beyond the measured times.

    Args:
        times: `(times,)`.
        lines: `{method: (times, numbers)}`, the truth first if it is known.
        measured_times, measured: `(measurements,)` and `(measurements, numbers)`; NaN where a
            number was not measured.
        names: names of the numbers.

    Returns: a Figure with a panel for each number.
    """
    figure = style.create_figure(height=1.3 + 1.9 * len(names))
    grid = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    line_styles = style.assign_line_styles(lines)
    every = -(-len(measured_times) // MARKS)
    reference = "truth" if "truth" in lines else "network"
    for number, (axes, name) in enumerate(zip(grid, names, strict=True)):
        axes.axvspan(measured_times[-1], times[-1], color=style.GREY, alpha=0.15, linewidth=0,
                     label="beyond the training")  # fmt: skip
        for method, line in lines.items():
            axes.plot(times, line[:, number], label=method, **line_styles[method])
        axes.plot(measured_times[::every], measured[::every, number], "o", color=style.BLACK,
                  markersize=4, fillstyle="none", markeredgewidth=0.8, zorder=3,
                  label="measured" if every == 1 else f"measured, 1 in {every}")  # fmt: skip
        seen = measured[:, number][np.isfinite(measured[:, number])]
        axes.set_ylim(*style.find_limits(np.concatenate([seen, lines[reference][:, number]])))
        axes.set_ylabel(style.cut(name, 18))
        axes.grid(alpha=0.3)
    grid[-1].set_xlabel("time")
    grid[0].set_xlim(times[0], times[-1])
    figure.suptitle("A test trajectory from its first state, and beyond the times of the training")
    style.add_legend(figure)
    return figure


def plot_flow_errors(times, errors):
    """Plot the median error of rollouts against time.

    Args:
        times: `(times,)`.
        errors: `{method: (times,)}`, in standard deviations of the state.

    Returns: a Figure.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    curves = []
    for name, line in style.assign_line_styles(errors).items():
        curves.append(style.mask_nonpositive(errors[name]))
        axes.plot(times, curves[-1], label=name, **line)
    style.set_log_axis(axes, [curve[1:] for curve in curves])
    axes.set_xlabel("time")
    axes.set_ylabel("error, in standard deviations")
    axes.set_title("Error of rollouts, median of the test trajectories")
    axes.grid(alpha=0.3)
    style.add_legend(figure)
    return figure
