"""One neuron: the half-spaces that it cuts, and how it learns them."""

import numpy as np

from plots import style
from plots.xor import CLASS_STYLES

RULES = {"Rosenblatt": ("--", style.BLACK), "gradient descent": ("-", style.GREEN)}


def plot_half_spaces(panels):
    """Plot points, the border of each neuron, and the arrow of its weights.

    Args:
        panels: `{title: (points, labels, {rule: weights})}` with points `(rows, 2)`, labels 0 and
            1, and weights w1, w2 and b.

    Returns: a Figure; the half-space in which the last neuron fires is shaded.
    """
    figure = style.create_figure(height=4.0)
    grid = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (title, (points, labels, neurons)) in zip(grid, panels.items(), strict=True):
        half = 1.08 * np.abs(points).max()
        line = np.linspace(-half, half, 200)
        x1, x2 = np.meshgrid(line, line)
        for rule, (w1, w2, b) in neurons.items():
            dashes, colour = RULES[rule]
            height = w1 * x1 + w2 * x2 + b
            pen = {"colors": colour, "linestyles": dashes, "linewidths": 2, "zorder": 3}
            axes.contour(x1, x2, height, levels=[0], **pen)
            axes.plot([], [], dashes, color=colour, label=rule, linewidth=2)
            # From the point of the border that is nearest to the origin.
            foot = -b * np.array([w1, w2]) / (w1**2 + w2**2)
            tip = foot + 0.3 * half * np.array([w1, w2]) / np.hypot(w1, w2)
            arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2, "shrinkA": 0}
            axes.annotate("", tip, foot, arrowprops=arrow, zorder=4)
        axes.contourf(x1, x2, height, levels=[0, np.inf], colors=[style.ORANGE], alpha=0.2)
        for label, marker in enumerate(CLASS_STYLES):
            chosen = points[labels == label]
            edge = {"markeredgecolor": "white", "markersize": 6, "linestyle": ""}
            axes.plot(*chosen.T, label=f"class {label}", **edge, **marker)
        axes.set_xlim(-half, half)
        axes.set_ylim(-half, half)
        axes.set_aspect("equal")
        axes.set_xlabel("x1")
        axes.set_title(title, fontsize=11)
    grid[0].set_ylabel("x2")
    figure.suptitle("Borders w x + b = 0, and the half-space where w x + b > 0", fontsize=11)
    style.add_legend(figure, columns=4)
    return figure


def plot_rules(mistakes, losses, rows):
    """Plot the mistakes of Rosenblatt's rule in each epoch, and the loss of gradient descent.

    Args:
        mistakes: `{points: mistakes in each epoch}`.
        losses: `{points: (steps, loss above the smallest one)}`.
        rows: number of points.
    """
    figure = style.create_figure(height=3.9)
    left, right = figure.subplots(1, 2)
    for name, colour, marker, dashes in zip(
        mistakes, style.COLOURS, style.MARKERS, style.DASHES, strict=False
    ):
        epochs = np.arange(1, len(mistakes[name]) + 1)
        line = {"color": colour, "linestyle": dashes, "linewidth": 1.6, "label": name}
        left.plot(epochs, mistakes[name], marker=marker, markersize=4, **line)
        steps, loss = losses[name]
        right.plot(steps, style.mask_nonpositive(loss), **line)
    left.set_xlabel("epoch")
    left.set_ylabel(f"mistakes on {rows} points")
    left.set_title("Rosenblatt's rule", fontsize=11)
    left.set_ylim(bottom=-1)
    right.set_xscale("log")
    right.set_yscale("log")
    right.set_xlabel("step")
    right.set_ylabel("loss above the smallest one")
    right.set_title("gradient descent", fontsize=11)
    for axes in (left, right):
        axes.grid(alpha=0.3)
    style.add_legend(figure, columns=2)
    return figure
