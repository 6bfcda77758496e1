"""The plot of a Pareto front shows every formula and marks the chosen one."""

import numpy as np

from plots.pareto import plot_pareto_front


def test_all_formulas_and_the_chosen_one(drawn):
    figure = drawn(plot_pareto_front([1, 4, 9], [0.5, 1e-6, 0.0], 1, "$x^2$"))
    (axes,) = figure.axes
    formulas, chosen = axes.lines[-2:]
    np.testing.assert_array_equal(formulas.get_xdata(), [1, 4, 9])
    assert (chosen.get_xdata(), chosen.get_ydata()) == ([4.0], [1e-6])
    assert (formulas.get_ydata() > 0).all()  # a logarithmic axis has no zero
