"""Inverse problems of ordinary differential equations, beside nonlinear least squares."""

from dataclasses import replace

import numpy as np

from equations.classical.ode_fit import fit_ode
from equations.confidence import half_width
from errors import UserError
from plots.measured_curve import plot_measured_curve

BAND = "band"  # table of the solution's standard errors


def fit_classically(data, constants, noise=None):
    """Return the `LeastSquaresFit` that begins with the constants of the network; None if none.

    Args:
        data: `equations.formulation.Formulation`.
        constants: `{name: value}` that the network found.
        noise: `{unknown: standard deviation of its measurements}`, if known.
    """
    problem = data.scaled
    if data.measurements is None or len(problem.coordinates) > 1 or not constants:
        return None
    scales = problem.scales.unknowns
    noise = {name: deviation / scales[name].size for name, deviation in (noise or {}).items()}
    table = problem.scales.scale_table(data.measurements)
    try:
        return fit_ode(replace(problem, constants=constants), table, noise)
    except UserError as error:
        print(f"note: least squares on SciPy's solution: {error}")
        return None


def solve_with_constants(data, constants):
    """Return SciPy's solution with given constants, in the user's units; None if there is none.

    Initial values that no condition gives are fitted to the measurements.
    """
    problem = data.scaled.insert_constants(constants)
    table = problem.scales.scale_table(data.measurements)
    try:
        return problem.scales.restore_function(fit_ode(problem, table).solution)
    except UserError as error:
        print(f"note: the equation is not solved by SciPy: {error}")
        return None


def draw_fit(comparison):
    """Draw the measurements and the solution that was fitted to them, with its 95 % band."""
    data, run = comparison.data, comparison.run
    ((name, t),) = comparison.axes.items()
    constants = {n: found["value"] for n, found in run.config.get("constants", {}).items()}
    network = comparison.curves["network"]
    curves = {"network": {unknown: network[unknown] for unknown in comparison.problem.unknowns}}
    if constants and (solution := solve_with_constants(data, constants)):
        curves["equation, solved by SciPy"] = solution({name: t})
    bands = {}
    if (run.folder / f"{BAND}.csv").exists():
        table = run.read_table(BAND)
        for unknown in comparison.problem.unknowns:
            error = np.interp(t, table[name], table[f"standard error of {unknown}"])
            width = half_width(error, table["degrees of freedom"].iloc[0])
            value = network[unknown]
            bands[unknown] = np.stack([value - width, value + width], axis=-1)
    measured = {}
    for unknown in comparison.problem.unknowns:
        if unknown in data.measurements:
            known = np.isfinite(data.measurements[unknown])
            measured[unknown] = (data.measurements[name][known], data.measurements[unknown][known])
    return plot_measured_curve(t, curves, bands, measured, name)
