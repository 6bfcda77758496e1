"""Pareto front of formulas: complexity and error, and the chosen formula."""

import numpy as np

from plots import style


def plot_pareto_front(complexity, error, chosen, title):
    """Plot the error of formulas against their complexity.

    Args:
        complexity, error: `(formulas,)`, simplest formula first.
        chosen: index of the chosen formula.
        title: title of the figure, such as the chosen formula in TeX.

    Returns: a Figure. An error of zero is drawn at the lower end of the axis.
    """
    complexity, error = np.asarray(complexity, float), np.asarray(error, float)
    positive = error[error > 0]
    error = np.maximum(error, max(positive.min() / 10, 1e-17) if positive.size else 1e-17)
    figure = style.create_figure()
    axes = figure.add_subplot()
    axes.step(complexity, error, where="post", color=style.GREY, linewidth=1)
    axes.plot(complexity, error, "o", color=style.BLUE, label="best of its complexity")
    star = {"color": style.VERMILION, "markersize": 16, "label": "chosen"}
    axes.plot(complexity[chosen], error[chosen], "*", **star)
    axes.set_yscale("log")
    axes.set_xlabel("complexity: operations, variables and constants")
    axes.set_ylabel("root mean square error")
    axes.set_title(title, fontsize=11)
    axes.grid(alpha=0.3)
    style.add_legend(figure)
    return figure
