"""Descents on the surface of a formula: where each path ends, and the picture of all."""

import numpy as np

from lectures.descent import walk
from plots.descent import plot_descent_paths
from symbolic.surface import Surface

FLAT = 1e-3  # norm of a gradient that counts as zero
POINTS = 201  # of the contours, along each axis


def descend_surface(text, box, start, steps, make_rules):
    """Walk down a surface in several ways.

    Args:
        text: formula in x and y.
        box: part that is drawn, low and high of x, then of y.
        start: x and y where all paths begin.
        steps: number of steps.
        make_rules: function of the largest stable learning rate that returns
            `{panel: {name: rule}}`, see `lectures.descent`.

    Returns: `(table, figure)`; the table has the end of each path and the stationary points.
    """
    surface = Surface(text)
    curvature = np.abs(np.linalg.eigvalsh(surface.hessian(start))).max()
    panels = {}
    table = [["path", "x", "y", "height", f"steps to a gradient below {FLAT}"]]
    for panel, rules in make_rules(2 / (curvature or 1.0)).items():
        paths = {name: walk(rule, surface.gradient, start, steps) for name, rule in rules.items()}
        panels[panel] = paths
        for name, path in paths.items():
            flat = [np.linalg.norm(surface.gradient(point)) < FLAT for point in path]
            arrival = flat.index(True) if any(flat) else "not reached"
            end = path[-1]
            table.append([name, *map(float, end), float(surface.height(*end)), arrival])
    stationary = surface.find_stationary_points(box)
    for kind, points in stationary.items():
        table += [[kind, *point, float(surface.height(*point)), ""] for point in points]
    x, y = np.linspace(*box[:2], POINTS), np.linspace(*box[2:], POINTS)
    height = surface.height(*np.meshgrid(x, y))
    return table, plot_descent_paths(x, y, height, panels, stationary, title=f"Descent on {text}")
