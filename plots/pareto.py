"""Formulas by complexity and error, and the one that was chosen."""

import numpy as np

from plots import style


def pareto(complexity, error, chosen, label):
    """Error over complexity.

    Args:
        complexity, error: `(formulas,)`, simplest first.
        chosen: place of the formula that was taken.
        label: what it is, in LaTeX or words.

    Returns:
        A Figure. An error of zero is drawn at the lower end of the axis.
    """
    complexity, error = np.asarray(complexity, float), np.asarray(error, float)
    positive = error[error > 0]
    error = np.maximum(error, max(positive.min() / 10, 1e-17) if positive.size else 1e-17)
    figure = style.figure()
    axes = figure.add_subplot()
    axes.step(complexity, error, where="post", color=style.GREY, linewidth=1)
    axes.plot(complexity, error, "o", color=style.BLUE, label="best of its complexity")
    axes.plot(
        complexity[chosen], error[chosen], "*", color=style.VERMILION, markersize=16, label="chosen"
    )
    axes.set_yscale("log")
    axes.set_xlabel("complexity: operations, variables and constants")
    axes.set_ylabel("root mean square error")
    axes.set_title(label, fontsize=style.SMALL + 1)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=2)
    return figure
