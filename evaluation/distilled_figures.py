"""The pictures of a distilled formula: the front, and the formula beside the network."""

import numpy as np

from plots.curve import plot_curves
from plots.pareto import plot_pareto_front
from plots.regression import plot_predicted_against_true

LONGEST = 60  # letters of LaTeX that fit above a picture
LINES = 3  # maximum number of inputs along which formula and network are drawn


def draw_formula(front, checks, values, names, symbols, target):
    """Draw the front, formula against network, and both along the inputs.

    Args:
        front: table with "complexity", "error", "chosen" and "latex".
        checks: table of the check points with the columns `symbols`, "where", "network" and, if
            known, "truth".
        values: `(rows,)` values of the formula at the check points.
        names: names of the inputs.
        symbols: their names in `checks`.
        target: name of the answer.

    Returns: `{name: figure}`.
    """
    chosen = int(np.argmax(front["chosen"] == "yes"))
    latex, complexity = front["latex"][chosen], front["complexity"][chosen]
    short = len(latex) <= LONGEST
    title = f"${latex}$" if short else f"a formula of complexity {complexity}"
    inside = (checks["where"] == "inside").to_numpy()
    network = checks["network"].to_numpy()
    figures = {
        "pareto-front": plot_pareto_front(front["complexity"], front["error"], chosen, title),
        "formula-against-network": plot_predicted_against_true(
            network[inside], values[inside], target, names=("network", "formula")
        ),
    }
    for name, symbol in list(zip(names, symbols, strict=True))[:LINES]:
        figure = f"extrapolation-{symbol}" if len(names) > 1 else "extrapolation"
        figures[figure] = draw_line(checks, values, name, symbol, target, len(names) > 1)
    return figures


def draw_line(checks, values, name, symbol, target, others):
    """Draw truth, network and formula along an input.

    Args:
        others: whether there are other inputs, which stay in their middle.
    """
    line = (checks["where"] == f"along {symbol}").to_numpy()
    lines = {"network": checks["network"].to_numpy()[line], "formula": values[line]}
    if "truth" in checks:
        truth = checks["truth"].to_numpy("float64")[line]
        if np.isfinite(truth).any():
            lines = {"truth": truth} | lines
    x = checks[symbol].to_numpy()
    inside = x[checks["where"] == "inside"]
    outside = (checks["where"] == "outside").any()
    title = "Inside the training interval" + (", and outside" if outside else "")
    title += ", the other inputs in their middle" if others else ""
    interval = inside.min(), inside.max()
    return plot_curves(x[line], lines, None, interval, name, target, title)
